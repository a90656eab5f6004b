//! The agreement of ledger and records, at every opening.
//!
//! Owns what the records know of the ledger, and what is said of entries whose changes they do not have. Both are durable in one order: an entry is flushed to the ledger's
//! journal before the change it tells of is committed, and before the checkpoint that covers it is written; the checkpoint is flushed before the records remember it. So after
//! a kill or a power cut, wherever it falls, the ledger has everything that the records know of. Where it has not, it is not the ledger that it was.
//!
//! # Invariants
//! - A ledger that is shorter than the records know, or begins otherwise, is refused, and nothing is appended to it.
//! - After it, every entry about a change tells of one that was made, or is followed by one that says that it was not.

use overt_gallery::{Actor, Database};
use overt_ledger::verify::Problem;
use overt_ledger::{Checkpoint, Folder, Follower};

use super::book::{Book, BookError};
use super::deed::{Because, Deed};
use super::draft::Draft;
use super::entry::By;
use super::recorder::is_change;

/// Entries that are appended at a time: they share a flush.
const BATCH: usize = 1000;

impl Book {
    /// Brings ledger and records together.
    ///
    /// # Errors
    /// [`BookError::Behind`], [`BookError::Another`] for a ledger that is not the one that the records know.
    pub(super) fn settle(&self, database: &Database) -> Result<(), BookError> {
        if cfg!(feature = "bench-without-ledger") {
            return Ok(());
        }
        let now = self.publish()?;
        self.check_known(database, &now)?;
        let known = database.recorded()?;
        if known > now.size {
            return Err(BookError::Behind { known, found: now.size });
        }
        // Of a snapshot: what it tells of was made, and is not any more.
        let because = database.restored()?.map(|_| Because::Restored);
        let mut open: Vec<u64> = Vec::new();
        self.each(known..now.size, |number, entry| match entry.deed {
            Deed::Undone { from, to, .. } => open.retain(|number| !(from..to).contains(number)),
            deed if is_change(&deed) => open.push(number),
            _ => {}
        })?;
        let mut drafts = Vec::new();
        for run in open.chunk_by(|one, next| one + 1 == *next) {
            if let (Some(first), Some(last)) = (run.first(), run.last()) {
                let deed = Deed::Undone { from: *first, to: *last + 1, because };
                let by = By::of(&Actor::server("undo"));
                drafts.push(Draft { at: self.now(), by, deed, nonce: self.seal()?.nonce().clone() });
            }
        }
        if !drafts.is_empty() {
            tracing::warn!(
                changes = open.len(),
                "the ledger told of changes that these records do not have; it says so now"
            );
        }
        for some in drafts.chunks(BATCH) {
            self.append_drafts(some)?;
        }
        Ok(())
    }

    /// Refuses a ledger that does not begin with the newest one that the records know.
    fn check_known(&self, database: &Database, now: &Checkpoint) -> Result<(), BookError> {
        let remembered = database.known_ledger()?;
        let Some((key, then)) = remembered.as_deref().and_then(parse) else { return Ok(()) };
        if key != self.verifier().to_string() {
            return self.check_begun_anew(database, now, &then);
        }
        if then.size > now.size {
            return Err(BookError::Behind { known: then.size, found: now.size });
        }
        let size = then.size;
        let mut follower = Follower::new(self.verifier().clone(), Vec::new(), Some(then), now.size);
        match follower.look(&Folder(self.folder().to_owned()), |_, _| Ok(())) {
            Ok(_) => Ok(()),
            Err(Problem::Rewritten { .. }) => Err(BookError::Another { known: size }),
            Err(problem) => Err(BookError::Known(problem)),
        }
    }

    /// Takes a ledger under another key for the one that it says it is: begun in the place of one that was lost. That is what records out of a snapshot from before the loss
    /// meet. Without that first entry it is somebody else's.
    fn check_begun_anew(
        &self,
        database: &Database,
        now: &Checkpoint,
        then: &Checkpoint,
    ) -> Result<(), BookError> {
        let mut anew = false;
        self.each(0..now.size.min(1), |_, entry| anew = matches!(entry.deed, Deed::BegunAnew { .. }))?;
        if !anew {
            return Err(BookError::Another { known: then.size });
        }
        tracing::warn!(
            "these records are from before the ledger was begun anew: none of its changes is in them"
        );
        Ok(database.belong_to_lost_ledger()?)
    }
}

/// A checkpoint as the records remember it, with the key of its ledger.
pub(super) fn written(key: &impl ToString, checkpoint: &Checkpoint) -> String {
    format!("{}\n{}", key.to_string(), checkpoint.text())
}

/// How many entries the records know to have been published.
pub(super) fn known_size(database: &Database) -> Result<u64, BookError> {
    Ok(database.known_ledger()?.as_deref().and_then(parse).map_or(0, |(_, then)| then.size))
}

fn parse(text: &str) -> Option<(&str, Checkpoint)> {
    let (key, checkpoint) = text.split_once('\n')?;
    Some((key, Checkpoint::parse(checkpoint).ok()?))
}

#[cfg(test)]
mod tests;
