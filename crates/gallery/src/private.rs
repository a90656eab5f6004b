//! Files and folders for their owner only, from the moment they exist.
//!
//! Owns their modes (0600, 0700), which hold whatever the umask is; systems without modes keep theirs. Refuses to know what is
//! in them, and leaves what exists as it is.

use std::io::ErrorKind;
use std::path::Path;

/// Makes a folder, where there is none. The folder above it has to be there.
///
/// # Errors
/// The system's, with the path.
pub fn make_private_folder(folder: &Path) -> std::io::Result<()> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "other systems have no mode"))]
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        // It was there, or another process was faster.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(std::io::Error::new(error.kind(), format!("{}: {error}", folder.display()))),
        Ok(()) => Ok(()),
    }
}

/// Has the files that `options` makes be for their owner only.
pub fn private(options: &mut fs_err::OpenOptions) -> &mut fs_err::OpenOptions {
    #[cfg(unix)]
    {
        use fs_err::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}
