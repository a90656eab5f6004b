//! The data folder: what lies where in it, and the files that clients read.
//!
//! Owns paths, permissions and the client configuration of the first start. Refuses to know what the database holds.
//!
//! # Invariants
//! - The folder and everything secret in it are for its owner only (0700, 0600) from the moment they exist.
//! - A file is replaced whole (written beside, flushed, renamed): a power cut leaves the old or the new one.

use std::fs::TryLockError;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use overt_gallery::{AccessKeyId, IssuedKey};

/// The data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// It cannot be made or written to.
    #[error("the data folder {} cannot be written to: choose another with --data, or change its owner", path.display())]
    NotWritable {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file stands where the folder should be.
    #[error("{} is not a folder", path.display())]
    NotAFolder {
        /// The path.
        path: PathBuf,
    },
    /// Another server uses it.
    #[error("the data folder {} is in use by another server: stop it, or choose another with --data", path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// A file in it cannot be read or written.
    #[error("cannot access the data folder")]
    Files {
        /// Names the path.
        #[from]
        source: std::io::Error,
    },
}

/// A server's exclusive use of a data folder.
#[derive(Debug)]
pub struct Claim {
    _locked: fs_err::File,
}

/// An existing data folder.
#[derive(Clone, Debug)]
pub struct DataFolder {
    root: PathBuf,
}

impl DataFolder {
    /// Opens the folder, making it where it is missing, and proves that it can be written to.
    ///
    /// # Errors
    /// [`DataError`].
    pub fn open(root: &Path) -> Result<Self, DataError> {
        if root.exists() && !root.is_dir() {
            return Err(DataError::NotAFolder { path: root.to_owned() });
        }
        let not_writable = |source| DataError::NotWritable { path: root.to_owned(), source };
        make_private(root).map_err(not_writable)?;
        // Permissions alone do not tell: the file system may be read-only or full.
        let probe = root.join(format!(".writable.{}.tmp", std::process::id()));
        fs_err::write(&probe, b"").and_then(|()| fs_err::remove_file(&probe)).map_err(not_writable)?;
        // Absolute, because it is printed for other programs to use.
        Ok(Self { root: fs_err::canonicalize(root)? })
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Claims the folder for one server, until the claim is dropped or the process ends, however it ends. Commands
    /// that only change records need no claim.
    ///
    /// # Errors
    /// [`DataError::InUse`] while another process has it.
    pub fn claim(&self) -> Result<Claim, DataError> {
        let file = fs_err::File::create(self.root.join("server.lock"))?;
        match file.file().try_lock() {
            Ok(()) => Ok(Claim { _locked: file }),
            Err(TryLockError::WouldBlock) => Err(DataError::InUse { path: self.root.clone() }),
            Err(TryLockError::Error(source)) => Err(source.into()),
        }
    }

    /// The credentials file for AWS SDKs on this machine.
    #[must_use]
    pub fn credentials(&self) -> PathBuf {
        self.root.join("aws").join("credentials")
    }

    /// The configuration file for AWS SDKs on this machine.
    #[must_use]
    pub fn client_config(&self) -> PathBuf {
        self.root.join("aws").join("config")
    }

    /// Writes an access key as the default profile of the credentials file.
    ///
    /// # Errors
    /// [`DataError::Files`].
    pub fn write_credentials(&self, key: &IssuedKey) -> Result<(), DataError> {
        let text = format!(
            "# An access key of this Overt server, principal {}.\n[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
            key.principal,
            key.id,
            key.secret.reveal()
        );
        make_private(&self.root.join("aws"))?;
        Ok(replace(&self.credentials(), text.as_bytes())?)
    }

    /// Writes the client configuration: the region that requests are signed for.
    ///
    /// # Errors
    /// [`DataError::Files`].
    pub fn write_client_config(&self, region: &str) -> Result<(), DataError> {
        let text =
            format!("# Overt takes any region; SDKs need one to sign for.\n[default]\nregion = {region}\n");
        make_private(&self.root.join("aws"))?;
        Ok(replace(&self.client_config(), text.as_bytes())?)
    }

    /// Whether the credentials file holds the access key `id`.
    ///
    /// # Errors
    /// When it exists and cannot be read.
    pub fn holds_credentials_of(&self, id: &AccessKeyId) -> Result<bool, DataError> {
        match fs_err::read_to_string(self.credentials()) {
            Ok(text) => Ok(text.lines().any(|line| {
                line.split_once('=').is_some_and(|(key, value)| {
                    key.trim() == "aws_access_key_id" && value.trim() == id.as_str()
                })
            })),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

fn make_private(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs_err::create_dir_all(parent)?;
    }
    #[cfg_attr(not(unix), expect(unused_mut, reason = "other systems have no mode"))]
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        // Another process was faster.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        result => result,
    }
}

fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut options = fs_err::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs_err::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use overt_gallery::{Allowed, Context, Database, NewPrincipal, Principals, Sector};
    use std::sync::Arc;

    fn key(folder: &Path) -> IssuedKey {
        let database = Database::open(folder, Context::system()).unwrap();
        Principals::new(Arc::new(database))
            .create(&NewPrincipal {
                name: "default".parse().unwrap(),
                organisation: "Test".parse().unwrap(),
                sector: Sector::Research,
                allowed: Allowed::All,
            })
            .unwrap()
    }

    #[test]
    fn credentials_are_private_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open(&folder.path().join("deep/data")).unwrap();
        let key = key(data.root());
        assert!(!data.holds_credentials_of(&key.id).unwrap());
        data.write_credentials(&key).unwrap();
        data.write_client_config("eu-central-1").unwrap();
        assert!(data.holds_credentials_of(&key.id).unwrap());
        assert!(fs_err::read_to_string(data.client_config()).unwrap().contains("region = eu-central-1"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs_err::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(data.root()), 0o700);
            assert_eq!(mode(&data.root().join("aws")), 0o700);
            assert_eq!(mode(&data.credentials()), 0o600);
        }
        let files: Vec<_> = fs_err::read_dir(data.root().join("aws")).unwrap().collect();
        assert_eq!(files.len(), 2, "a temporary file was left");
    }

    #[test]
    fn one_server_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open(folder.path()).unwrap();
        let claim = data.claim().unwrap();
        assert!(matches!(data.claim(), Err(DataError::InUse { .. })));
        drop(claim);
        assert!(data.claim().is_ok());
    }

    #[test]
    fn a_file_in_the_way_is_said_plainly() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        fs_err::write(&path, b"").unwrap();
        assert!(matches!(DataFolder::open(&path), Err(DataError::NotAFolder { .. })));
        let below = path.join("below");
        let error = DataFolder::open(&below).unwrap_err().to_string();
        assert!(error.contains("--data"), "{error}");
    }
}
