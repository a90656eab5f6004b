//! Following a log: what it has gained since the last look, each entry proved, and that it only gained.
//!
//! Owns what has to be remembered between two looks: one checkpoint. Refuses to know when to look.
//!
//! # Invariants
//! - No entry is handed out that was not proved under the checkpoint of its look.
//! - A log that was rolled back, rewritten or forked since the last look is an error, at every look from then on.

use crate::checkpoint::Checkpoint;
use crate::hash::Hash;
use crate::note::{Note, VerifierKey};
use crate::proof;
use crate::source::{Source, SourceError, Tiles};
use crate::tile::{self, Kind, TileName, WIDTH};
use crate::verify::{Problem, Verified, checkpoint_of, witnesses_under};

/// Somebody who follows a log.
#[derive(Clone, Debug)]
pub struct Follower {
    key: VerifierKey,
    witnesses: Vec<VerifierKey>,
    /// The last look's.
    seen: Option<Checkpoint>,
    /// The entry to hand out next.
    next: u64,
}

impl Follower {
    /// Follows the log of `key` from entry `from` on, knowing what `seen` says of it.
    #[must_use]
    pub fn new(key: VerifierKey, witnesses: Vec<VerifierKey>, seen: Option<Checkpoint>, from: u64) -> Self {
        Self { key, witnesses, seen, next: from }
    }

    /// What was seen last.
    #[must_use]
    pub fn seen(&self) -> Option<&Checkpoint> {
        self.seen.as_ref()
    }

    /// Looks once: hands every entry from the next one on to `each`, with its number.
    ///
    /// # Errors
    /// [`Problem`], the first; [`Problem::Entry`] with what `each` says. Entries handed out before it are not handed out again.
    pub fn look(
        &mut self,
        source: &dyn Source,
        mut each: impl FnMut(u64, &[u8]) -> Result<(), String>,
    ) -> Result<Verified, Problem> {
        let (note, now) = checkpoint_of(source, &self.key)?;
        let witnessed = witnesses_under(&Note::parse(&note)?, &self.witnesses)?;
        let mut tiles = Tiles::new(source, now.size);
        if let Some(seen) = &self.seen {
            only_grew(&mut tiles, seen, &now)?;
        }
        self.seen = Some(now.clone());
        while self.next < now.size {
            let index = self.next / WIDTH;
            let Some(name) = TileName::in_tree(Kind::Entries, index, now.size) else { break };
            let bytes = source.tile(name)?;
            let damaged =
                || SourceError::Damaged { path: name.path(), reason: "it is no bundle of its width" };
            let entries = tile::entries(&bytes, name.width).ok_or_else(damaged)?;
            for entry in entries.iter().skip((self.next % WIDTH) as usize) {
                let number = self.next;
                let leaf = Hash::of_leaf(entry);
                let path = proof::inclusion(&mut tiles, number, now.size)?.unwrap_or_default();
                if !proof::includes(leaf, number, now.size, &path, now.root) {
                    return Err(Problem::NotProved { index: number });
                }
                self.next += 1;
                each(number, entry).map_err(|reason| Problem::Entry { index: number, reason })?;
            }
        }
        Ok(Verified { checkpoint: now, witnessed })
    }
}

/// Whether the log of `now` begins with that of `then`.
fn only_grew(
    tiles: &mut Tiles<'_, dyn Source + '_>,
    then: &Checkpoint,
    now: &Checkpoint,
) -> Result<(), Problem> {
    if then.size > now.size {
        return Err(Problem::RolledBack { now: now.size, then: then.size });
    }
    let growth = proof::consistency(tiles, then.size, now.size)?.unwrap_or_default();
    if proof::extends(then.size, then.root, now.size, now.root, &growth) {
        return Ok(());
    }
    // Its tiles are wrong, or its past is another.
    let found = proof::root(tiles, now.size)?;
    if found != now.root {
        return Err(Problem::Root { size: now.size, found, signed: now.root });
    }
    let root = if then.size == now.size { now.root } else { proof::root(tiles, then.size)? };
    Err(Problem::Rewritten { size: then.size, now: root, then: then.root })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Log;
    use crate::source::Folder;
    use crate::testing::{grow, key};

    #[test]
    fn every_entry_is_handed_out_once_and_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::open(folder.path(), key()).unwrap();
        let source = Folder(folder.path().to_owned());
        let mut follower = Follower::new(key().verifier().clone(), Vec::new(), None, 3);
        let mut expected = 3;
        for size in [1, 5, 256, 256, 257, 900] {
            grow(&log, size);
            let verified = follower
                .look(&source, |number, entry| {
                    assert_eq!((number, entry), (expected, format!("entry {expected}").as_bytes()));
                    expected += 1;
                    Ok(())
                })
                .unwrap();
            assert_eq!(verified.checkpoint, log.published());
            assert_eq!(expected, size.max(3));
        }
    }

    #[test]
    fn a_log_that_went_back_or_became_another_is_told_at_every_look() {
        let (honest, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        grow(&Log::open(honest.path(), key()).unwrap(), 500);
        let source = Folder(honest.path().to_owned());
        let mut follower = Follower::new(key().verifier().clone(), Vec::new(), None, 0);
        follower.look(&source, |_, _| Ok(())).unwrap();

        let forked = Log::open(other.path(), key()).unwrap();
        let source = Folder(other.path().to_owned());
        grow(&forked, 400);
        for _ in 0..2 {
            let found = follower.look(&source, |_, _| Ok(()));
            assert!(matches!(found, Err(Problem::RolledBack { now: 400, then: 500 })), "{found:?}");
        }
        forked.append(b"another").unwrap();
        grow(&forked, 500);
        let found = follower.look(&source, |_, _| Ok(()));
        assert!(matches!(found, Err(Problem::Rewritten { size: 500, .. })), "{found:?}");
        grow(&forked, 600);
        for _ in 0..2 {
            let found = follower.look(&source, |_, _| panic!("nothing of a rewritten log is handed out"));
            assert!(matches!(found, Err(Problem::Rewritten { size: 500, .. })), "{found:?}");
        }
    }

    #[test]
    fn an_entry_that_was_changed_is_not_handed_out() {
        let folder = tempfile::tempdir().unwrap();
        grow(&Log::open(folder.path(), key()).unwrap(), 300);
        let path = folder.path().join("tile/entries/001.p/44");
        let text = fs_err::read(&path).unwrap();
        let changed = String::from_utf8_lossy(&text).replace("entry 270", "entry 999").into_bytes();
        assert_ne!(text, changed);
        fs_err::write(&path, changed).unwrap();
        let mut follower = Follower::new(key().verifier().clone(), Vec::new(), None, 0);
        let mut last = None;
        let found = follower.look(&Folder(folder.path().to_owned()), |number, _| {
            last = Some(number);
            Ok(())
        });
        assert!(matches!(found, Err(Problem::NotProved { index: 270 })), "{found:?}");
        assert_eq!(last, Some(269));
    }
}
