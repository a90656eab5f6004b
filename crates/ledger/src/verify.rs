//! The verifier: everything a log has published, checked against one signed checkpoint.
//!
//! Owns the walk over bundles and tiles and the words for what is wrong. Needs the files and the log's public key, nothing of the server.
//!
//! What it shows: the entries read are exactly those that were signed, in their order, and every tile is right, so that every proof
//! made from them verifies. With an earlier checkpoint: that the log of then is the beginning of the log of now. What it cannot
//! show: that entries were written at all, or that others were not shown another log under the same key (that is what witnesses
//! are for).

use crate::checkpoint::Checkpoint;
use crate::hash::Hash;
use crate::note::{Note, NoteError, VerifierKey};
use crate::source::{Source, SourceError};
use crate::tile::{self, Kind, TileName, WIDTH};
use crate::tree::Tree;

/// What was found right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The log's state.
    pub checkpoint: Checkpoint,
    /// Witnesses that have cosigned it, with the time of each, seconds since 1970.
    pub witnessed: Vec<(String, u64)>,
}

/// What was found wrong: the first thing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// A file is missing, unreadable or has not the form of what it should be.
    #[error("the log cannot be read")]
    Source(#[from] SourceError),
    /// The checkpoint, or a cosignature under it, is not what it claims to be.
    #[error("the checkpoint cannot be trusted")]
    Checkpoint(#[from] NoteError),
    /// A tile has another hash than the entries give.
    #[error("hash {place} of {path} is not that of the entries it stands for (from number {entry} on)")]
    Hash {
        /// The tile.
        path: String,
        /// Which of its hashes.
        place: usize,
        /// The first entry under it.
        entry: u64,
    },
    /// The entries have another root than was signed.
    #[error("the {size} entries have the root {found}, and {signed} was signed")]
    Root {
        /// How many.
        size: u64,
        /// Their root.
        found: Hash,
        /// The root in the checkpoint.
        signed: Hash,
    },
    /// The log has fewer entries than an earlier checkpoint says.
    #[error("the log has {now} entries, and had {then}: it was rolled back")]
    RolledBack {
        /// Entries now.
        now: u64,
        /// Entries then.
        then: u64,
    },
    /// The log's beginning is another than an earlier checkpoint says.
    #[error(
        "the first {size} entries have the root {now}, and had {then}: the log was rewritten, or is another one"
    )]
    Rewritten {
        /// How many.
        size: u64,
        /// Their root now.
        now: Hash,
        /// Their root then.
        then: Hash,
    },
    /// What is claimed to be an entry is not shown to be it.
    #[error("it is not proved that this is entry {index} of the log")]
    NotProved {
        /// Its number.
        index: u64,
    },
    /// The caller's own check of an entry failed.
    #[error("entry {index} is not acceptable: {reason}")]
    Entry {
        /// Its number.
        index: u64,
        /// Why.
        reason: String,
    },
}

/// What to hold a log against.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The log's key.
    pub key: VerifierKey,
    /// Keys of witnesses.
    pub witnesses: Vec<VerifierKey>,
    /// A checkpoint that was verified at an earlier time.
    pub earlier: Option<Checkpoint>,
}

/// Verifies all of a log. `each` sees every entry with its number, in order, after the tile over it was found right; what it
/// refuses ends the walk.
///
/// # Errors
/// [`Problem`], the first.
pub fn verify(
    source: &dyn Source,
    expected: &Expected,
    mut each: impl FnMut(u64, &[u8]) -> Result<(), String>,
) -> Result<Verified, Problem> {
    let (note, checkpoint) = checkpoint_of(source, &expected.key)?;
    let witnessed = witnesses_under(&Note::parse(&note)?, &expected.witnesses)?;
    if let Some(earlier) = &expected.earlier
        && earlier.size > checkpoint.size
    {
        return Err(Problem::RolledBack { now: checkpoint.size, then: earlier.size });
    }
    let mut walk = Walk { source, expected, tree: Tree::default() };
    walk.hold_against_earlier()?;
    for index in 0..checkpoint.size.div_ceil(WIDTH) {
        walk.bundle(index, checkpoint.size, &mut each)?;
    }
    for (name, hashes) in walk.tree.partial() {
        compare(source, name, hashes)?;
    }
    let found = walk.tree.root();
    if found != checkpoint.root {
        return Err(Problem::Root { size: checkpoint.size, found, signed: checkpoint.root });
    }
    Ok(Verified { checkpoint, witnessed })
}

/// The checkpoint that a source has, as it is written and read, signed by `key`.
///
/// # Errors
/// [`Problem::Source`], [`Problem::Checkpoint`].
pub fn checkpoint_of(source: &dyn Source, key: &VerifierKey) -> Result<(String, Checkpoint), Problem> {
    let bytes = source.read("checkpoint")?.ok_or_else(no_checkpoint)?;
    let note = String::from_utf8(bytes).map_err(|_| NoteError::Malformed { reason: "it is no text" })?;
    let checkpoint = Checkpoint::verify(&note, key)?;
    Ok((note, checkpoint))
}

/// Which of `witnesses` have cosigned a note, with the time of each, seconds since 1970.
///
/// # Errors
/// [`NoteError::WrongSignature`].
pub fn witnesses_under(note: &Note, witnesses: &[VerifierKey]) -> Result<Vec<(String, u64)>, NoteError> {
    let mut found = Vec::new();
    for witness in witnesses {
        found.extend(note.signed_at(witness)?.map(|time| (witness.name().to_owned(), time)));
    }
    Ok(found)
}

/// A checkpoint that is not there.
fn no_checkpoint() -> SourceError {
    SourceError::Missing { path: "checkpoint".to_owned() }
}

struct Walk<'a> {
    source: &'a dyn Source,
    expected: &'a Expected,
    tree: Tree,
}

impl Walk<'_> {
    fn bundle(
        &mut self,
        index: u64,
        size: u64,
        each: &mut impl FnMut(u64, &[u8]) -> Result<(), String>,
    ) -> Result<(), Problem> {
        let Some(name) = TileName::in_tree(Kind::Entries, index, size) else { return Ok(()) };
        let bytes = self.source.tile(name)?;
        let damaged = || SourceError::Damaged { path: name.path(), reason: "it is no bundle of its width" };
        let entries = tile::entries(&bytes, name.width).ok_or_else(damaged)?;
        let mut full = Vec::new();
        for entry in &entries {
            self.tree.push(Hash::of_leaf(entry), |name, hashes| full.push((name, hashes.to_vec())));
            self.hold_against_earlier()?;
        }
        for (name, hashes) in full {
            compare(self.source, name, &hashes)?;
        }
        for (index, entry) in (index * WIDTH..).zip(entries) {
            each(index, entry).map_err(|reason| Problem::Entry { index, reason })?;
        }
        Ok(())
    }

    fn hold_against_earlier(&self) -> Result<(), Problem> {
        match &self.expected.earlier {
            Some(earlier) if earlier.size == self.tree.size() && earlier.root != self.tree.root() => {
                Err(Problem::Rewritten { size: earlier.size, now: self.tree.root(), then: earlier.root })
            }
            _ => Ok(()),
        }
    }
}

/// Whether a published tile has the hashes that the entries give.
fn compare(source: &dyn Source, name: TileName, expected: &[Hash]) -> Result<(), Problem> {
    let bytes = source.tile(name)?;
    let damaged = || SourceError::Damaged { path: name.path(), reason: "it is no tile of its width" };
    let found = tile::hashes(&bytes, name.width).ok_or_else(damaged)?;
    let Some(place) = found.iter().zip(expected).position(|(found, expected)| found != expected) else {
        return Ok(());
    };
    let level = match name.kind {
        Kind::Hashes { level } => level,
        Kind::Entries => 0,
    };
    let entry = (name.index * WIDTH + place as u64) << (8 * level);
    Err(Problem::Hash { path: name.path(), place, entry })
}
