//! Files of the data folder: for their owner only, replaced whole.
//!
//! # Invariants
//! - A file is written beside, flushed, renamed, the folder flushed: a power cut leaves the old or the new one. What a killed
//!   process leaves has a name that ends with [`TEMPORARY`].

use std::io::Write as _;
use std::path::Path;

use overt_gallery::{make_private_folder, private};

/// End of the names of files that are being written; what stands under such a name counts for nothing.
pub(super) const TEMPORARY: &str = ".tmp";

/// Makes `folder` for its owner only. One that exists and holds nothing becomes so; one in use keeps its mode, because
/// it may serve others too.
pub(super) fn make_private(folder: &Path) -> std::io::Result<()> {
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
    make_private_folder(folder)
}

/// Writes a file and flushes it.
pub(super) fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = private(fs_err::OpenOptions::new().write(true).create(true).truncate(true)).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Puts a file in the place of another, or of none.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
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
