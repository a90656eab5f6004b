//! Reading and writing at a place in a file, without a cursor that threads would share.

use std::io;

/// Fills `bytes` from `at` on. A file that ends before is `UnexpectedEof`.
pub(crate) fn read(file: &fs_err::File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    #[cfg(unix)]
    {
        std::os::unix::fs::FileExt::read_exact_at(file.file(), bytes, at)
    }
    #[cfg(windows)]
    {
        let (mut rest, mut at) = (bytes, at);
        while !rest.is_empty() {
            let count = std::os::windows::fs::FileExt::seek_read(file.file(), rest, at)?;
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            rest = rest.get_mut(count..).unwrap_or_default();
            at += count as u64;
        }
        Ok(())
    }
}

/// Writes all of `bytes` from `at` on.
pub(crate) fn write(file: &fs_err::File, bytes: &[u8], at: u64) -> io::Result<()> {
    #[cfg(unix)]
    {
        std::os::unix::fs::FileExt::write_all_at(file.file(), bytes, at)
    }
    #[cfg(windows)]
    {
        let (mut rest, mut at) = (bytes, at);
        while !rest.is_empty() {
            let count = std::os::windows::fs::FileExt::seek_write(file.file(), rest, at)?;
            if count == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
            rest = rest.get(count..).unwrap_or_default();
            at += count as u64;
        }
        Ok(())
    }
}

/// Flushes a folder, so that files made or removed in it stay so after a power cut.
pub(crate) fn flush_folder(folder: &std::path::Path) -> io::Result<()> {
    #[cfg(unix)]
    fs_err::File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
