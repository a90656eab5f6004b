//! The open ledger of a server: appends entries, publishes checkpoints.
//!
//! Owns the ledger's place in the data folder and what can go wrong with it. What entries mean, others know; how ledger and records agree, `agreement` does.
//!
//! # Invariants
//! - [`Book::append`] returns when the entry is durable, or fails and the entry is not there.
//! - A checkpoint that was published is remembered in the records, after it is on the disk.
//! - The key is made once and belongs to the ledger: a new key for an old ledger is refused.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use metrics::{counter, gauge};
use overt_gallery::{Actor, Context, Database, GalleryError, Moment, RandomnessError};
use overt_ledger::note::VerifierKey;
use overt_ledger::source::SourceError;
use overt_ledger::tile::{self, Kind, TileName, WIDTH};
use overt_ledger::verify::Problem;
use overt_ledger::{Checkpoint, Folder, KeyKind, Log, LogError, NoteError, SignerKey, Source as _};
use ring::hmac::{HMAC_SHA256, Key, sign};

use super::agreement::{known_size, written};
use super::deed::Deed;
use super::draft::Draft;
use super::entry::{By, Entry, EntryError};
use super::key::{KEY_FILE, key};
use super::seal::Seal;
use super::witnesses::Witnesses;

/// Folder of the ledger's tiles in the data folder.
pub const LEDGER_FOLDER: &str = "ledger";
/// Label of the secret out of which the salts of pictures follow.
const SALTS: &[u8] = b"overt salts of pictures 1";

/// Why the ledger cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// The log itself.
    #[error(transparent)]
    Log(#[from] LogError),
    /// Its files.
    #[error("cannot access the ledger's key")]
    Key(#[from] std::io::Error),
    /// Its key file holds no key.
    #[error("{} holds no key of a ledger: put the file back from a backup", path.display())]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// The ledger is there and its key is not.
    #[error(
        "the ledger in {} has no key any more: put {KEY_FILE} back from a backup. If it is lost for good, `overt ledger \
         begin-anew` begins another ledger, which says so",
        path.display()
    )]
    KeyLost {
        /// The data folder.
        path: PathBuf,
    },
    /// The key's name cannot stand in a note.
    #[error("ledger.origin cannot be the name of a key: no blanks and no `+`")]
    Origin(#[from] NoteError),
    /// The records know of entries that are not there.
    #[error(
        "the records know of {known} entries in the ledger, and it has {found}: put the folder {LEDGER_FOLDER} back from a backup or \
         somebody's copy. If it is lost for good, `overt ledger begin-anew` begins another, which says so"
    )]
    Behind {
        /// Entries that the records know of.
        known: u64,
        /// Entries there.
        found: u64,
    },
    /// The records know another ledger.
    #[error(
        "the ledger in {LEDGER_FOLDER} is not the one that the records know: its first {known} entries are others. Put that one back \
         from a backup or somebody's copy. If it is lost for good, `overt ledger begin-anew` begins another, which says so"
    )]
    Another {
        /// Entries that the records know of.
        known: u64,
    },
    /// What the records know of it cannot be held against it.
    #[error("the ledger cannot be held against what the records know of it")]
    Known(#[source] Problem),
    /// Nothing was lost.
    #[error("the ledger is whole: it goes on as it is")]
    NotLost,
    /// What was published cannot be read back.
    #[error("the ledger cannot be read")]
    Source(#[from] SourceError),
    /// An entry could not be written, or read.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// The records.
    #[error(transparent)]
    Records(#[from] GalleryError),
    /// Randomness.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

/// The open ledger.
pub struct Book {
    log: Log,
    folder: PathBuf,
    context: Context,
    salts: Key,
    database: Arc<Database>,
    /// The size that the records know.
    remembered: Mutex<Option<u64>>,
}

impl Book {
    /// Opens the ledger in the data folder `root`, or begins one; `origin` names a new one. What the records did not keep of what
    /// it tells is said to be undone.
    ///
    /// # Errors
    /// [`BookError`]: then nothing may be answered.
    pub fn open(
        root: &Path,
        origin: Option<&str>,
        context: Context,
        database: &Arc<Database>,
    ) -> Result<Arc<Self>, BookError> {
        if cfg!(feature = "bench-without-ledger") {
            tracing::error!(
                "THIS BUILD WRITES NO LEDGER: it is for measuring what one costs, and for nothing else"
            );
        }
        let folder = root.join(LEDGER_FOLDER);
        let (name, seed) = key(root, origin, &context)?;
        let signer = SignerKey::from_seed(&name, KeyKind::Note, &seed)?;
        let salts = sign(&Key::new(HMAC_SHA256, &*seed), SALTS);
        let log = Log::open(&folder, signer)?;
        if log.cut() > 0 {
            tracing::info!(
                bytes = log.cut(),
                "cut an entry off the ledger that was not finished and acknowledged to nobody"
            );
        }
        let book = Self {
            log,
            folder,
            context,
            salts: Key::new(HMAC_SHA256, salts.as_ref()),
            database: Arc::clone(database),
            remembered: Mutex::new(None),
        };
        book.settle(database)?;
        Ok(Arc::new(book))
    }

    /// Begins a new ledger in the place of one that was lost, whose remains are moved aside under names that end with `.lost-` and
    /// the time; its first entry says so and why. For the holder of the data folder's claim.
    ///
    /// # Errors
    /// [`BookError::NotLost`] when the ledger opens; [`BookError`] when files cannot be moved or written.
    pub fn begin_anew(
        root: &Path,
        origin: Option<&str>,
        reason: &str,
        context: Context,
        database: &Arc<Database>,
    ) -> Result<Arc<Self>, BookError> {
        match Self::open(root, origin, context.clone(), database) {
            Ok(_whole) => return Err(BookError::NotLost),
            Err(BookError::Log(LogError::Write { what, source })) => {
                return Err(LogError::Write { what, source }.into());
            }
            Err(_lost) => {}
        }
        let lost = database.recorded()?.max(known_size(database)?);
        let mark = context.now().as_millis();
        for name in [LEDGER_FOLDER, KEY_FILE] {
            let path = root.join(name);
            if path.exists() {
                fs_err::rename(&path, root.join(format!("{name}.lost-{mark}")))?;
            }
        }
        database.forget_ledger()?;
        let book = Self::open(root, origin, context, database)?;
        let deed = Deed::BegunAnew { reason: reason.to_owned(), lost };
        book.append(&Actor::operator("ledger begin-anew"), deed, &book.seal()?)?;
        book.finish()?;
        Ok(book)
    }

    /// A seal for a new entry.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn seal(&self) -> Result<Seal, RandomnessError> {
        Seal::draw(&self.context, &self.salts)
    }

    /// Appends an entry about something that was done, or is about to be; its number. Blocks for about one flush of the disk, which
    /// entries that are appended at the same time share.
    ///
    /// # Errors
    /// [`BookError`]; what it tells of must not be answered then.
    pub fn append(&self, actor: &Actor, deed: Deed, seal: &Seal) -> Result<u64, BookError> {
        let draft = Draft { at: self.context.now(), by: By::of(actor), deed, nonce: seal.nonce().clone() };
        self.append_drafts(&draft.split())
    }

    pub(super) fn append_drafts(&self, drafts: &[Draft]) -> Result<u64, BookError> {
        if cfg!(feature = "bench-without-ledger") {
            return Ok(0);
        }
        let entries = drafts
            .iter()
            .map(|Draft { at, by, deed, nonce }| {
                Entry::new(*at, by.clone(), deed.clone(), nonce.clone()).to_bytes()
            })
            .collect::<Result<Vec<_>, _>>()?;
        let appended = self.log.append_all(entries.iter().map(Vec::as_slice));
        let result = if appended.is_ok() { "ok" } else { "failed" };
        counter!("overt_ledger_entries_total", "result" => result).increment(entries.len() as u64);
        Ok(appended?)
    }

    /// Tells that the server was started, and with which settings: a digest under a key of the ledger's, which is another whenever a
    /// setting is another and says nothing about any. `witnesses` are those that the settings name, in the clear. `whole`: the ledger tells of everything that the records have.
    /// For whoever has nothing under way: what entries before this one tell of is made, or said not to be.
    ///
    /// # Errors
    /// [`BookError`].
    pub fn started(&self, settings: &str, witnesses: &[VerifierKey], whole: bool) -> Result<u64, BookError> {
        let digest = sign(&self.salts, &[b"settings", settings.as_bytes()].concat());
        let settings = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let witnesses = witnesses.iter().map(ToString::to_string).collect();
        let deed = Deed::Start { version: env!("CARGO_PKG_VERSION").to_owned(), settings, witnesses, whole };
        let number = self.append(&Actor::server("start"), deed, &self.seal()?)?;
        if !cfg!(feature = "bench-without-ledger") {
            self.database.all_made(number + 1)?;
        }
        Ok(number)
    }

    /// Now, for an entry.
    pub(super) fn now(&self) -> Moment {
        self.context.now()
    }

    /// Says that the changes among these entries were not made.
    pub(super) fn undo(&self, entries: Range<u64>) -> Result<(), BookError> {
        let deed = Deed::Undone { from: entries.start, to: entries.end, because: None };
        self.append(&Actor::server("undo"), deed, &self.seal()?).map(drop)
    }

    /// Where tiles and checkpoint lie.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The public key, by which anybody can check.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        self.log.verifier()
    }

    /// The last checkpoint.
    #[must_use]
    pub fn published(&self) -> Checkpoint {
        self.log.published()
    }

    /// Publishes everything that was appended.
    ///
    /// # Errors
    /// [`BookError::Log`]; what was published stands.
    pub fn publish(&self) -> Result<Checkpoint, BookError> {
        let checkpoint = self.log.publish()?;
        gauge!("overt_ledger_size").set(checkpoint.size as f64);
        Ok(checkpoint)
    }

    /// Has the records know the last checkpoint, by `write`, unless they do. That they cannot is told to the log, and is no reason to publish less: the next one is
    /// remembered.
    pub(crate) fn remember(&self, write: impl FnOnce(&str) -> Result<(), GalleryError>) {
        let checkpoint = self.published();
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if *remembered == Some(checkpoint.size) || checkpoint.size == 0 {
            return;
        }
        match write(&written(self.verifier(), &checkpoint)) {
            Ok(()) => *remembered = Some(checkpoint.size),
            Err(error) => {
                let error = anyhow::Error::from(error);
                tracing::error!(
                    details = format!("{error:#}"),
                    "the records do not know the ledger's newest checkpoint"
                );
            }
        }
    }

    /// Publishes for the last time in this process, which has no gallery's writer, and has the records know it.
    ///
    /// # Errors
    /// As [`publish`](Self::publish).
    pub(crate) fn finish(&self) -> Result<Checkpoint, BookError> {
        let checkpoint = self.publish()?;
        self.remember(|known| self.database.remember_ledger(known));
        Ok(checkpoint)
    }

    /// Publishes with the cosignatures of witnesses; asks those that have not cosigned also when nothing is new.
    ///
    /// # Errors
    /// [`BookError::Log`]; what was published stands.
    pub(crate) fn publish_with(&self, witnesses: &mut Witnesses) -> Result<Checkpoint, BookError> {
        let checkpoint = self.log.publish_cosigned(|checkpoint, note| witnesses.lines(checkpoint, note))?;
        gauge!("overt_ledger_size").set(checkpoint.size as f64);
        if witnesses.wants(&checkpoint) {
            self.log.cosign_again(|checkpoint, note| witnesses.lines(checkpoint, note))?;
        }
        Ok(checkpoint)
    }

    /// Signs a text that is no checkpoint with the ledger's key, as a note.
    ///
    /// # Errors
    /// [`NoteError`] for a text that could be taken for a checkpoint.
    pub fn sign_note(&self, text: &str) -> Result<String, NoteError> {
        self.log.sign_note(text)
    }

    /// Reads published entries.
    ///
    /// # Errors
    /// [`BookError::Source`], [`BookError::Entry`].
    pub fn each(&self, numbers: Range<u64>, mut each: impl FnMut(u64, Entry)) -> Result<(), BookError> {
        let source = Folder(self.folder.clone());
        let mut next = numbers.start;
        while next < numbers.end {
            let Some(name) = TileName::in_tree(Kind::Entries, next / WIDTH, numbers.end) else { break };
            let bytes = source.tile(name)?;
            let damaged =
                || SourceError::Damaged { path: name.path(), reason: "it is no bundle of its width" };
            let entries = tile::entries(&bytes, name.width).ok_or_else(damaged)?;
            for entry in entries.into_iter().skip((next % WIDTH) as usize) {
                each(next, Entry::parse(entry)?);
                next += 1;
            }
        }
        Ok(())
    }
}

impl std::fmt::Debug for Book {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Book({})", self.folder.display())
    }
}

#[cfg(test)]
mod tests;
