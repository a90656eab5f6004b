//! Small secrets in files of their own.

use std::io::ErrorKind;
use std::path::Path;

use zeroize::Zeroizing;

use super::private_files::replace;

/// The text of a file; `None` if there is none.
pub(crate) fn read_secret(path: &Path) -> std::io::Result<Option<Zeroizing<String>>> {
    match fs_err::read_to_string(path) {
        Ok(text) => Ok(Some(Zeroizing::new(text))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a file whole, for its owner only.
pub(crate) fn write_secret(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    replace(path, bytes)
}
