//! Taking pinned files out of a wheel or an npm tarball.
//!
//! Owns the bounds. An archive is a stranger even after its digest was compared: a manifest names it, an operator may
//! have written that manifest.
//!
//! # Invariants
//! - Nothing is written to disk here, so no path in an archive can lead anywhere.
//! - No more is kept in memory than the manifest says the wanted files have, and no more is unpacked than [`MAX_UNPACKED`].

use std::io::{self, Read};
use std::path::Path;

use super::digest::Digest;
use super::error::ModelsError;
use super::manifest::Registry;
use super::network::PinnedFile;

/// Most bytes of a tarball that are unpacked on the way to the wanted files. The largest package in use has 0.2 GB.
const MAX_UNPACKED: u64 = 4 << 30;

/// The contents of `wanted`, in its order, out of the archive at `path`.
///
/// # Errors
/// [`ModelsError`] when a file is missing or is not the one the manifest names.
pub(super) fn take(
    path: &Path,
    registry: &Registry,
    wanted: &[&PinnedFile],
) -> Result<Vec<Vec<u8>>, ModelsError> {
    let archive = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let unreadable = |source: io::Error| ModelsError::Archive { archive: archive.clone(), source };
    let file = fs_err::File::open(path)?;
    let mut found: Vec<Option<Vec<u8>>> = vec![None; wanted.len()];
    match registry {
        Registry::Npm => {
            let bounded = flate2::read::GzDecoder::new(io::BufReader::new(file)).take(MAX_UNPACKED);
            let mut tar = tar::Archive::new(bounded);
            for entry in tar.entries().map_err(unreadable)? {
                let mut entry = entry.map_err(unreadable)?;
                if !entry.header().entry_type().is_file() {
                    continue;
                }
                let name = entry.path().map_err(unreadable)?.into_owned();
                for (slot, pinned) in found.iter_mut().zip(wanted) {
                    // The first of several entries of one name counts, as it does for npm's integrity.
                    if slot.is_none() && name == Path::new(&pinned.path) {
                        *slot = Some(read(&mut entry, pinned, &archive)?);
                        break;
                    }
                }
                if found.iter().all(Option::is_some) {
                    break;
                }
            }
        }
        Registry::Pypi { .. } => {
            let mut zip =
                zip::ZipArchive::new(io::BufReader::new(file)).map_err(|error| unreadable(error.into()))?;
            for (slot, pinned) in found.iter_mut().zip(wanted) {
                match zip.by_name(&pinned.path) {
                    Ok(mut entry) => *slot = Some(read(&mut entry, pinned, &archive)?),
                    Err(zip::result::ZipError::FileNotFound) => {}
                    Err(error) => return Err(unreadable(error.into())),
                }
            }
        }
    }
    found
        .into_iter()
        .zip(wanted)
        .map(|(bytes, pinned)| {
            bytes.ok_or_else(|| ModelsError::NotInArchive {
                archive: archive.clone(),
                file: pinned.path.clone(),
            })
        })
        .collect()
}

/// The bytes of `reader` if they are `pinned`.
fn read(reader: &mut impl Read, pinned: &PinnedFile, archive: &str) -> Result<Vec<u8>, ModelsError> {
    let file = || format!("{} of {archive}", pinned.path);
    let mut bytes = Vec::new();
    let more_than_enough = pinned.size.saturating_add(1);
    reader
        .take(more_than_enough)
        .read_to_end(&mut bytes)
        .map_err(|source| ModelsError::Archive { archive: archive.to_owned(), source })?;
    if bytes.len() as u64 != pinned.size {
        return Err(ModelsError::WrongSize {
            file: file(),
            expected: pinned.size,
            found: bytes.len() as u64,
        });
    }
    let found = Digest::of(&bytes);
    if found != pinned.sha256 {
        return Err(ModelsError::WrongDigest { file: file(), expected: pinned.sha256, found });
    }
    Ok(bytes)
}
