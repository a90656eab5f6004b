//! What can go wrong with a log that is written.

use std::sync::Arc;

use crate::hash::Hash;
use crate::note::NoteError;
use crate::tile::MAX_ENTRY;

/// Why a log cannot be opened or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// The disk refused.
    #[error("the ledger's {what} cannot be written")]
    Write {
        /// Which part.
        what: &'static str,
        /// Why.
        source: Arc<std::io::Error>,
    },
    /// The disk did not say whether it has what was written. Only opening the log anew finds out.
    #[error(
        "the ledger is closed, since a write failed in a way that leaves unknown what is on the disk; start the server again"
    )]
    Closed,
    /// An entry is too long.
    #[error("an entry of {length} bytes is longer than {MAX_ENTRY}")]
    TooLong {
        /// Its bytes.
        length: usize,
    },
    /// Something could not be read.
    #[error("the ledger's {what} cannot be read")]
    Read {
        /// Which part.
        what: &'static str,
        /// Why.
        source: std::io::Error,
    },
    /// The published checkpoint is not this key's, or no checkpoint.
    #[error("the published checkpoint cannot be trusted")]
    Checkpoint(#[from] NoteError),
    /// What was published is not what the journal has: entries are lost, or were changed.
    #[error("the published checkpoint says {published} entries with root {root}; {found}")]
    Lost {
        /// Entries published.
        published: u64,
        /// Their root.
        root: Hash,
        /// What is there.
        found: String,
    },
}
