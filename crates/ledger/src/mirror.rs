//! A mirror: somebody else's copy of a log, every byte of it verified on the way.
//!
//! Owns the order in which a copy appears: bundles and tiles first, the checkpoint last, so that a folder with a checkpoint holds
//! everything under it. The copy is a log's folder like any other: a static file server serves it, the verifier reads it.
//!
//! # Invariants
//! - A checkpoint is in the mirror only if everything under it was copied and found right, and continues the mirror's one before.
//! - Full tiles that are there already are not fetched again; they are verified all the same.
//! - Of partial tiles it has those of its checkpoint, and none of an earlier one.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use crate::checkpoint::Checkpoint;
use crate::note::VerifierKey;
use crate::source::{Folder, Source, SourceError};
use crate::tile::{TileName, WIDTH};
use crate::verify::{Expected, Problem, Verified, checkpoint_of, verify};

/// A source whose files are kept as they are read.
struct Copying<'a> {
    from: &'a dyn Source,
    to: Folder,
    checkpoint: RefCell<Option<Vec<u8>>>,
    /// The tiles that were looked at, full and partial.
    seen: RefCell<Vec<TileName>>,
}

/// Brings the mirror in the folder `to` up to the log's present state. `each` sees every entry.
///
/// # Errors
/// [`Problem`]: the mirror's checkpoint is the one it had then.
pub fn mirror(
    from: &dyn Source,
    to: &Path,
    key: &VerifierKey,
    witnesses: &[VerifierKey],
    each: impl FnMut(u64, &[u8]) -> Result<(), String>,
) -> Result<Verified, Problem> {
    let to = Folder(to.to_owned());
    let earlier: Option<Checkpoint> = match to.read("checkpoint")? {
        Some(_) => Some(checkpoint_of(&to, key)?.1),
        None => None,
    };
    let copying = Copying { from, to, checkpoint: RefCell::new(None), seen: RefCell::default() };
    let expected = Expected { key: key.clone(), witnesses: witnesses.to_vec(), earlier };
    let verified = verify(&copying, &expected, each)?;
    if let Some(bytes) = copying.checkpoint.borrow().as_deref() {
        copying.keep("checkpoint", bytes)?;
    }
    copying.forget_partial(verified.checkpoint.size);
    Ok(verified)
}

impl Copying<'_> {
    fn keep(&self, path: &str, bytes: &[u8]) -> Result<(), SourceError> {
        let write = || -> std::io::Result<()> {
            let target: PathBuf = self.to.0.join(path);
            if let Some(folder) = target.parent() {
                fs_err::create_dir_all(folder)?;
            }
            let new = self.to.0.join("unfinished");
            fs_err::write(&new, bytes)?;
            fs_err::rename(new, target)
        };
        write().map_err(|error| SourceError::Read { path: path.to_owned(), source: Box::new(error) })
    }
}

impl Copying<'_> {
    /// Removes the partial tiles of earlier states: everything under the checkpoint is in those that were looked at. What cannot be removed stays: it is right, and only
    /// takes room.
    fn forget_partial(&self, size: u64) {
        for name in self
            .seen
            .borrow()
            .iter()
            .filter(|name| TileName::in_tree(name.kind, name.index, size) == Some(**name))
        {
            let path = self.to.0.join(name.path());
            if name.width == WIDTH {
                let _stays = fs_err::remove_dir_all(self.to.0.join(format!("{}.p", name.path())));
                continue;
            }
            let beside = path.parent().and_then(|folder| fs_err::read_dir(folder).ok());
            for other in beside.into_iter().flatten().flatten().filter(|other| other.path() != path) {
                let _stays = fs_err::remove_file(other.path());
            }
        }
    }
}

impl Source for Copying<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        let found = self.from.read(path)?;
        if path == "checkpoint" {
            self.checkpoint.borrow_mut().clone_from(&found);
        }
        Ok(found)
    }

    fn tile(&self, name: TileName) -> Result<Vec<u8>, SourceError> {
        self.seen.borrow_mut().push(name);
        // Only what is full: a partial one of the same width is the same too, but there are few of them.
        if name.width == WIDTH
            && let Some(bytes) = self.to.read(&name.path())?
        {
            return Ok(bytes);
        }
        let bytes = self.from.tile(name)?;
        self.keep(&name.path(), &bytes)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Log;
    use crate::testing::{grow, key};

    fn brought_up(from: &Path, to: &Path) -> Result<Verified, Problem> {
        mirror(&Folder(from.to_owned()), to, key().verifier(), &[], |_, _| Ok(()))
    }

    #[test]
    fn a_mirror_is_a_log_of_its_own_and_grows_with_the_first() {
        let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let log = Log::open(first.path(), key()).unwrap();
        for size in [0, 1, 300, 700] {
            grow(&log, size);
            assert_eq!(brought_up(first.path(), second.path()).unwrap().checkpoint, log.published());
            let expected = Expected { key: key().verifier().clone(), witnesses: Vec::new(), earlier: None };
            let copy = Folder(second.path().to_owned());
            assert_eq!(verify(&copy, &expected, |_, _| Ok(())).unwrap().checkpoint.size, size);
        }
        // Of what grew, nothing is left of the states before.
        let files = |folder: &Path| {
            let mut files: Vec<PathBuf> = Vec::new();
            let mut folders = vec![folder.join("tile")];
            while let Some(next) = folders.pop() {
                for entry in fs_err::read_dir(next).unwrap() {
                    let path = entry.unwrap().path();
                    if path.is_dir() {
                        folders.push(path);
                    } else {
                        files.push(path.strip_prefix(folder).unwrap().to_owned());
                    }
                }
            }
            files.sort();
            files
        };
        assert_eq!(
            files(second.path()),
            ["0/000", "0/001", "0/002.p/188", "1/000.p/2", "entries/000", "entries/001", "entries/002.p/188"]
                .map(|name| PathBuf::from("tile").join(name))
        );
        // What is full is not fetched again.
        fs_err::remove_file(first.path().join("tile/entries/000")).unwrap();
        grow(&log, 701);
        assert!(brought_up(first.path(), second.path()).is_ok());
    }

    #[test]
    fn a_log_that_was_rewritten_does_not_get_into_a_mirror_of_the_one_before() {
        let (first, other, copy) =
            (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        grow(&Log::open(first.path(), key()).unwrap(), 300);
        brought_up(first.path(), copy.path()).unwrap();
        let forked = Log::open(other.path(), key()).unwrap();
        forked.append(b"another").unwrap();
        grow(&forked, 400);
        let before = fs_err::read(copy.path().join("checkpoint")).unwrap();
        assert!(brought_up(other.path(), copy.path()).is_err());
        assert_eq!(fs_err::read(copy.path().join("checkpoint")).unwrap(), before);
    }

    #[test]
    fn what_is_damaged_on_the_way_leaves_no_checkpoint() {
        let (first, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        grow(&Log::open(first.path(), key()).unwrap(), 300);
        let path = first.path().join("tile/entries/000");
        let mut bytes = fs_err::read(&path).unwrap();
        bytes[9] ^= 1;
        fs_err::write(path, bytes).unwrap();
        assert!(brought_up(first.path(), copy.path()).is_err());
        assert!(!copy.path().join("checkpoint").exists());
    }
}
