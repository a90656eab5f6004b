//! The data folder: what lies where in it, and the files that clients read.
//!
//! Owns paths, permissions and the client configuration of the first start. Refuses to know what the database holds.
//!
//! # Invariants
//! - The folder and every file in it are for its owner only (0700, 0600) from the moment they exist, whatever the
//!   umask is. A folder that held something before keeps its mode, which may be wider: others then see names, no more.
//! - A file is replaced whole (written beside, flushed, renamed, the folder flushed): a power cut leaves the old or the
//!   new one.

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
    /// Its disk has no room.
    #[error("the disk of the data folder {} is full: make room, or choose another folder with --data", path.display())]
    Full {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is a symbolic link, and what it names is not there.
    #[error("the data folder {} is a link to {}, which does not exist", path.display(), target.display())]
    LinkToNothing {
        /// The link.
        path: PathBuf,
        /// What it names.
        target: PathBuf,
    },
    /// A file stands where the folder should be.
    #[error("{} is not a folder", path.display())]
    NotAFolder {
        /// The path.
        path: PathBuf,
    },
    /// Another server, or a command that works on the collections, uses it.
    #[error("the data folder {} is in use by another server or command: stop it, or choose another with --data", path.display())]
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

/// End of the names of files that are being written; what stands under such a name counts for nothing.
const TEMPORARY: &str = ".tmp";

/// Room that has to be left for a start, bytes: the records of a new folder have about as much.
const PROBE: usize = 64 << 10;

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
        if !root.exists()
            && let Ok(target) = fs_err::read_link(root)
        {
            return Err(DataError::LinkToNothing { path: root.to_owned(), target });
        }
        let refused = |source: std::io::Error| refused(root, source);
        make_private(root).map_err(refused)?;
        // Permissions alone do not tell: the file system may be read-only or full. An empty file fits on a full one.
        let probe = root.join(format!(".writable.{}{TEMPORARY}", std::process::id()));
        let written = write_private(&probe, &[0; PROBE]);
        // Also after a failure: a full disk keeps the part that did fit.
        let removed = fs_err::remove_file(&probe);
        written.and(removed).map_err(refused)?;
        // Absolute, because it is printed for other programs to use.
        Ok(Self { root: fs_err::canonicalize(root)? })
    }

    /// The mode of the folder if others than its owner may look into it.
    ///
    /// # Errors
    /// When the folder cannot be looked at.
    pub fn shared_mode(&self) -> Result<Option<u32>, DataError> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs_err::metadata(&self.root)?.permissions().mode() & 0o777;
            Ok(Some(mode).filter(|mode| mode & 0o077 != 0))
        }
        #[cfg(not(unix))]
        Ok(None)
    }

    /// Removes what a process that was killed had begun to write here. Only for the holder of the claim.
    ///
    /// # Errors
    /// [`DataError::Files`].
    pub fn sweep(&self, _claim: &Claim) -> Result<(), DataError> {
        for folder in [self.root.clone(), self.root.join("aws")] {
            if !folder.is_dir() {
                continue;
            }
            for entry in fs_err::read_dir(folder)? {
                let entry = entry?;
                let name = entry.file_name().to_string_lossy().into_owned();
                if name.ends_with(TEMPORARY) && entry.file_type()?.is_file() {
                    fs_err::remove_file(entry.path())?;
                }
            }
        }
        Ok(())
    }

    /// The folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Claims the folder for one server, or for a command that works on the collections, until the claim is dropped or the
    /// process ends, however it ends. Commands that only change principals need no claim. The address of a server that was
    /// killed goes: nobody is reached there any more.
    ///
    /// # Errors
    /// [`DataError::InUse`] while another process has it.
    pub fn claim(&self) -> Result<Claim, DataError> {
        let file = private(fs_err::OpenOptions::new().write(true).create(true).truncate(false))
            .open(self.root.join("server.lock"))?;
        match file.file().try_lock() {
            Ok(()) => {
                self.remove_address();
                Ok(Claim { _locked: file })
            }
            Err(TryLockError::WouldBlock) => Err(DataError::InUse { path: self.root.clone() }),
            Err(TryLockError::Error(source)) => Err(source.into()),
        }
    }

    /// Writes down where the server that has the claim is reached: `http://ADDRESS:PORT`.
    ///
    /// # Errors
    /// [`DataError::Files`].
    pub fn write_address(&self, address: &str) -> Result<(), DataError> {
        Ok(replace(&self.address_file(), format!("{address}\n").as_bytes())?)
    }

    /// Where the server that has the claim is reached; `None` while it is starting, or when it is a command that has the
    /// claim. After a server that was killed it is the old address until somebody claims the folder: ask only while
    /// somebody has the claim.
    ///
    /// # Errors
    /// When the file exists and cannot be read.
    pub fn address(&self) -> Result<Option<String>, DataError> {
        match fs_err::read_to_string(self.address_file()) {
            Ok(text) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Forgets the address; that it was not there is no error.
    pub fn remove_address(&self) {
        if let Err(error) = fs_err::remove_file(self.address_file())
            && error.kind() != ErrorKind::NotFound
        {
            tracing::warn!(%error, "the server's address stays in the data folder");
        }
    }

    fn address_file(&self) -> PathBuf {
        self.root.join("server.address")
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

/// What the system's refusal to write into the data folder `root` means to its owner.
fn refused(root: &Path, source: std::io::Error) -> DataError {
    let path = root.to_owned();
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => DataError::Full { path, source },
        _ => DataError::NotWritable { path, source },
    }
}

/// Makes `folder` for its owner only. One that exists and holds nothing becomes so; one in use keeps its mode, because
/// it may serve others too.
fn make_private(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        #[cfg(unix)]
        if fs_err::read_dir(folder)?.next().is_none() {
            use std::os::unix::fs::PermissionsExt as _;
            // It may be another's, who lets us write: then it stays as it is.
            let _not_ours = fs_err::set_permissions(folder, std::fs::Permissions::from_mode(0o700));
        }
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

/// Files that `options` makes are for their owner only.
fn private(options: &mut fs_err::OpenOptions) -> &mut fs_err::OpenOptions {
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = private(fs_err::OpenOptions::new().write(true).create(true).truncate(true)).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension(format!("{}{TEMPORARY}", std::process::id()));
    write_private(&beside, bytes)?;
    fs_err::rename(&beside, path)?;
    #[cfg(unix)]
    for folder in path.ancestors().skip(1).take(2) {
        // The name is on the disk only once its folder is; the folder above may be as new.
        fs_err::File::open(folder)?.sync_all()?;
    }
    Ok(())
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

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        use std::os::unix::fs::PermissionsExt as _;
        fs_err::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[cfg(unix)]
    #[test]
    fn every_file_is_for_its_owner_only_in_a_folder_that_others_may_enter() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        // In use for something else already, so its mode is its owner's business.
        fs_err::write(folder.path().join("notes"), b"").unwrap();
        fs_err::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let data = DataFolder::open(folder.path()).unwrap();
        assert_eq!(data.shared_mode().unwrap(), Some(0o755));
        let claim = data.claim().unwrap();
        data.write_credentials(&key(data.root())).unwrap();
        data.write_client_config("us-east-1").unwrap();
        let mut open = vec![data.root().to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs_err::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let wanted = if path.is_dir() { 0o700 } else { 0o600 };
                if !path.ends_with("notes") {
                    assert_eq!(mode(&path), wanted, "{}", path.display());
                }
                if path.is_dir() {
                    open.push(path);
                }
            }
        }
        drop(claim);
    }

    #[cfg(unix)]
    #[test]
    fn an_empty_folder_becomes_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        fs_err::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o777)).unwrap();
        let data = DataFolder::open(folder.path()).unwrap();
        assert_eq!(mode(data.root()), 0o700);
        assert_eq!(data.shared_mode().unwrap(), None);
    }

    #[test]
    fn what_a_killed_process_began_to_write_is_swept_up() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open(folder.path()).unwrap();
        data.write_client_config("us-east-1").unwrap();
        for left in ["aws/credentials.4711.tmp", ".writable.4711.tmp"] {
            fs_err::write(data.root().join(left), b"half a secr").unwrap();
        }
        data.sweep(&data.claim().unwrap()).unwrap();
        let names = |path: &Path| {
            let mut names: Vec<_> =
                fs_err::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        assert_eq!(names(data.root()), ["aws", "server.lock"]);
        assert_eq!(names(&data.root().join("aws")), ["config"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_to_folders_only() {
        let folder = tempfile::tempdir().unwrap();
        let link = |name: &str, target: &Path| {
            let path = folder.path().join(name);
            fs_err::os::unix::fs::symlink(target, &path).unwrap();
            path
        };
        let real = folder.path().join("real");
        fs_err::create_dir(&real).unwrap();
        let data = DataFolder::open(&link("to-folder", &real)).unwrap();
        assert_eq!(data.root(), fs_err::canonicalize(&real).unwrap());
        let nothing = folder.path().join("nothing");
        let error = DataFolder::open(&link("to-nothing", &nothing)).unwrap_err();
        assert!(matches!(&error, DataError::LinkToNothing { target, .. } if *target == nothing), "{error}");
        fs_err::write(folder.path().join("file"), b"").unwrap();
        let error = DataFolder::open(&link("to-file", &folder.path().join("file"))).unwrap_err();
        assert!(matches!(error, DataError::NotAFolder { .. }), "{error}");
    }

    #[test]
    fn a_full_disk_and_one_that_may_not_be_written_are_told_apart() {
        for (kind, words) in [
            (ErrorKind::StorageFull, "is full"),
            (ErrorKind::QuotaExceeded, "is full"),
            (ErrorKind::ReadOnlyFilesystem, "cannot be written to"),
            (ErrorKind::PermissionDenied, "cannot be written to"),
        ] {
            let error = refused(Path::new("/data"), kind.into()).to_string();
            assert!(error.contains(words) && error.contains("/data") && error.contains("--data"), "{error}");
        }
    }

    #[test]
    fn the_address_is_there_while_it_is_meant() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open(folder.path()).unwrap();
        assert_eq!(data.address().unwrap(), None);
        data.write_address("http://127.0.0.1:6837").unwrap();
        assert_eq!(data.address().unwrap().as_deref(), Some("http://127.0.0.1:6837"));
        data.remove_address();
        data.remove_address();
        assert_eq!(data.address().unwrap(), None);
    }

    #[test]
    fn the_address_of_a_killed_server_is_not_that_of_whoever_claims_the_folder_next() {
        let folder = tempfile::tempdir().unwrap();
        let data = DataFolder::open(folder.path()).unwrap();
        // A kill removes nothing.
        data.write_address("http://127.0.0.1:6837").unwrap();
        let claim = data.claim().unwrap();
        assert_eq!(data.address().unwrap(), None);
        // And one that runs keeps it, whoever asks for the claim.
        data.write_address("http://127.0.0.1:6838").unwrap();
        assert!(data.claim().is_err());
        assert_eq!(data.address().unwrap().as_deref(), Some("http://127.0.0.1:6838"));
        drop(claim);
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
