//! Files and folders that are for their owner only, and copies that are hashed on the way.
//!
//! Owns modes and flushing. Refuses to know what is in the files.
//!
//! # Invariants
//! - Everything made here has mode 0600 or 0700 from the moment it exists.

use std::fmt::Write as _;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::time::Instant;

use ring::digest::{Context, SHA256};

use crate::error::GalleryError;
use crate::pace::Pacer;
use crate::private::{make_private_folder, private};

/// Bytes copied at a time.
const PIECE: usize = 1 << 20;

/// Bytes after which a copy is flushed and let go of, so that neither a long queue of writes nor a copy that nobody reads
/// pushes out of memory what searches read.
const FLUSHED: u64 = 64 << 20;

/// Makes a folder for its owner only, where there is none.
pub(crate) fn make_private(folder: &Path) -> Result<(), GalleryError> {
    Ok(make_private_folder(folder)?)
}

/// Makes a new file for its owner only.
pub(crate) fn create_private(path: &Path) -> Result<fs_err::File, GalleryError> {
    Ok(private(fs_err::OpenOptions::new().write(true).create_new(true)).open(path)?)
}

/// Removes a folder with everything in it, if it is there.
pub(crate) fn remove_folder(folder: &Path) -> Result<(), GalleryError> {
    match fs_err::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Flushes the names in a folder, on systems where names are flushed apart from files.
pub(crate) fn flush_folder(folder: &Path) -> Result<(), GalleryError> {
    #[cfg(unix)]
    fs_err::File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Flushes the name of a file or a folder, which is in the folder above it.
pub(crate) fn flush_name(path: &Path) -> Result<(), GalleryError> {
    match path.parent() {
        // The working folder.
        Some(above) if above.as_os_str().is_empty() => flush_folder(Path::new(".")),
        Some(above) => flush_folder(above),
        None => Ok(()),
    }
}

/// Copies everything that `from` has into a new private file; how many bytes, and their SHA-256 in hexadecimal digits.
/// `progress` is told the bytes of each piece.
pub(crate) fn copy(
    from: &mut impl Read,
    to: &Path,
    pacer: &mut Pacer,
    progress: &mut dyn FnMut(u64),
) -> Result<(u64, String), GalleryError> {
    let mut file = create_private(to)?;
    let mut waiting = 0;
    let summed = sum(from, pacer, &mut |piece| {
        file.write_all(piece)?;
        waiting += piece.len() as u64;
        if waiting >= FLUSHED {
            file.sync_data()?;
            let_go(&file);
            waiting = 0;
        }
        progress(piece.len() as u64);
        Ok(())
    })?;
    file.sync_all()?;
    let_go(&file);
    Ok(summed)
}

/// Tells the system that a flushed file's bytes in memory are not needed again. Advice: where it is not taken, nothing is lost.
fn let_go(file: &fs_err::File) {
    #[cfg(target_os = "linux")]
    let _advice = rustix::fs::fadvise(file.file(), 0, None, rustix::fs::Advice::DontNeed);
    #[cfg(not(target_os = "linux"))]
    let _ = file;
}

/// Length and SHA-256 of everything that `from` has; `each` sees the bytes in pieces.
pub(crate) fn sum(
    from: &mut impl Read,
    pacer: &mut Pacer,
    each: &mut dyn FnMut(&[u8]) -> Result<(), GalleryError>,
) -> Result<(u64, String), GalleryError> {
    // ring's, since it takes half the time where the processor has no instructions for it.
    let mut hash = Context::new(&SHA256);
    let mut buffer = vec![0; PIECE];
    let mut length = 0;
    loop {
        let begun = Instant::now();
        let count = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        let piece = buffer.get(..count).unwrap_or_default();
        hash.update(piece);
        each(piece)?;
        length += count as u64;
        pacer.rest(begun.elapsed());
    }
    let digits = hash.finish().as_ref().iter().fold(String::with_capacity(64), |mut digits, byte| {
        // Writing into a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    });
    Ok((length, digits))
}
