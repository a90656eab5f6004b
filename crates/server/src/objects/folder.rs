//! A local folder as a bucket: a key's file, read whole.
//!
//! Owns the way from a key to bytes on this machine's disks. Refuses to know who asks.
//!
//! # Invariants
//! - What is read lies in the folder, with every link resolved.
//! - Only regular files are read, and opening never waits: a pipe in the folder would hold its reader for ever.
//! - No more than the limit is read, whatever the file's size was a moment before.

use std::io::{self, Read as _};
use std::path::Path;

use bytes::Bytes;

use super::said::Said;

/// Why a file is no object.
#[derive(Debug)]
pub(super) enum Refused {
    /// A link leads out of the folder.
    Outside,
    /// Larger than allowed; its size, bytes.
    TooLarge(u64),
    /// It is not there, not readable or no file.
    Unreadable(Said),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(Said::of_system(error.kind()))
    }
}

/// Reads the file that `key` names below `folder`, whose own links are resolved. Blocking.
pub(super) fn read(folder: &Path, key: &str, limit: u64) -> Result<Bytes, Refused> {
    let path = fs_err::canonicalize(folder.join(key))?;
    if !path.starts_with(folder) {
        return Err(Refused::Outside);
    }
    let mut options = fs_err::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(libc::O_NONBLOCK);
    }
    let file = options.open(&path)?;
    // Of what was opened, not of what has the name by now.
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(Refused::Unreadable(Said::no_file()));
    }
    if metadata.len() > limit {
        return Err(Refused::TooLarge(metadata.len()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(Refused::TooLarge(bytes.len() as u64));
    }
    Ok(bytes.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_form_are_files() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs_err::canonicalize(folder.path()).unwrap();
        for name in ["a.jpg", "photo#12", "größe %41", "a b", "-", "~"] {
            fs_err::write(root.join(name), name).unwrap();
            assert_eq!(&*read(&root, name, 100).unwrap(), name.as_bytes(), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_refused_and_nobody_waits_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs_err::canonicalize(folder.path()).unwrap();
        make_pipe(&root.join("pipe"));
        fs_err::create_dir(root.join("folder")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
        for name in ["pipe", "folder", "socket"] {
            assert!(matches!(read(&root, name, 100), Err(Refused::Unreadable(_))), "{name}");
        }
    }

    #[cfg(unix)]
    #[expect(clippy::disallowed_methods, reason = "the standard library makes no pipes in a folder")]
    fn make_pipe(path: &Path) {
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_claims_to_be_empty_is_counted() {
        // Its size is said to be 0, and it has no end.
        let Ok(root) = fs_err::canonicalize("/proc/self") else { return };
        assert!(matches!(read(&root, "status", 10), Err(Refused::TooLarge(11))));
    }
}
