//! The data folder: what lies where in it, and who has it.
//!
//! Owns paths, permissions and the claim of one process. Refuses to know what the database holds.
//!
//! # Invariants
//! - The folder and every file in it are for its owner only (0700, 0600) from the moment they exist, whatever the
//!   umask is. A folder that held something before keeps its mode, which may be wider: others then see names, no more.
//! - A file is replaced whole (written beside, flushed, renamed, the folder flushed): a power cut leaves the old or the
//!   new one.

mod client_files;
mod private_files;
mod secrets;

use std::fs::TryLockError;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use overt_gallery::private;

pub(crate) use secrets::{read_secret, write_secret};

use private_files::{TEMPORARY, make_private, replace, write_private};

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
}

/// What the system's refusal to write into the data folder `root` means to its owner.
fn refused(root: &Path, source: std::io::Error) -> DataError {
    let path = root.to_owned();
    match source.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => DataError::Full { path, source },
        _ => DataError::NotWritable { path, source },
    }
}

#[cfg(test)]
mod tests;
