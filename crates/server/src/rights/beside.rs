//! What the ledger says, for a command beside the server that has it open.
//!
//! Owns reading it from its files, and what waits in the outbox on its way there. Refuses to write anything.

use std::path::Path;
use std::time::Duration;

use overt_gallery::{Database, GalleryError, PrincipalName};
use overt_ledger::verify::{Problem, checkpoint_of};
use overt_ledger::{Folder, SourceError};

use super::{Given, Told};
use crate::account::{BookError, LEDGER_FOLDER, public_key, read_some};

/// How often a checkpoint is waited for, and for how long each time: a server publishes once a second.
const WAITS: u32 = 40;
const WAIT: Duration = Duration::from_millis(250);

/// Why nobody can say.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unpublished {
    /// Entries are not under a checkpoint.
    #[error(
        "the ledger is published up to entry {published}, and these records know {recorded} entries of it"
    )]
    Behind {
        /// Entries that are published.
        published: u64,
        /// Entries that the records know.
        recorded: u64,
    },
    /// The records.
    #[error(transparent)]
    Records(#[from] GalleryError),
    /// The ledger's key.
    #[error(transparent)]
    Key(#[from] BookError),
    /// The checkpoint.
    #[error("the ledger's checkpoint cannot be read")]
    Checkpoint(#[source] Problem),
    /// Its entries.
    #[error("the ledger cannot be read")]
    Entries(#[from] SourceError),
}

/// The keys that a principal was given, as the ledger in the data folder `root` tells, or will once it has what waits for it.
///
/// # Errors
/// [`Unpublished`]; a server that runs publishes within seconds, and whoever opens the folder does.
pub(crate) fn keys_given(
    root: &Path,
    database: &Database,
    name: &PrincipalName,
) -> Result<Given, Unpublished> {
    // In this order: what has left the outbox by the time it is read is known to have been recorded.
    let posted = database.posted_principals()?;
    let recorded = database.recorded()?;
    let mut told = Told::default();
    if let Some(key) = public_key(root)? {
        let source = Folder(root.join(LEDGER_FOLDER));
        let published = || match checkpoint_of(&source, &key) {
            Ok((_, checkpoint)) => Ok(checkpoint.size),
            Err(_) if recorded == 0 => Ok(0),
            Err(problem) => Err(Unpublished::Checkpoint(problem)),
        };
        let mut size = published()?;
        for _ in 0..WAITS {
            if size >= recorded {
                break;
            }
            std::thread::sleep(WAIT);
            size = published()?;
        }
        if size < recorded {
            return Err(Unpublished::Behind { published: size, recorded });
        }
        read_some(&source, size, 0..recorded, |number, bytes| {
            if number == 0 {
                told.begin(bytes);
            }
            told.add(number, bytes);
        })?;
    }
    posted.into_iter().for_each(|change| told.principal_is(change));
    Ok(told.keys(name.as_str()))
}
