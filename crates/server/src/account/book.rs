//! The open ledger of a server: appends entries, publishes checkpoints.
//!
//! Owns the ledger's place in the data folder, its key, and the agreement with the records at the opening. What entries mean, others
//! know.
//!
//! # Invariants
//! - [`Book::append`] returns when the entry is durable, or fails and the entry is not there.
//! - After [`Book::open`] every entry about a change tells of one that was made, or is followed by one that says that it was not.
//! - The key is made once and belongs to the ledger: a new key for an old ledger is refused.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use metrics::{counter, gauge};
use overt_gallery::{Actor, Context, Database, GalleryError, Moment, RandomnessError};
use overt_ledger::note::VerifierKey;
use overt_ledger::source::SourceError;
use overt_ledger::tile::{self, Kind, TileName, WIDTH};
use overt_ledger::{Checkpoint, Folder, KeyKind, Log, LogError, NoteError, SignerKey, Source as _};
use ring::hmac::{HMAC_SHA256, Key, sign};
use zeroize::Zeroizing;

use super::deed::Deed;
use super::entry::{By, Entry, EntryError};
use super::recorder::is_change;
use super::seal::{Nonce, Seal};
use super::witnesses::Witnesses;
use crate::data::{read_secret, write_secret};

/// Folder of the ledger's tiles in the data folder.
pub const LEDGER_FOLDER: &str = "ledger";
/// File of its key in the data folder.
pub const KEY_FILE: &str = "ledger.key";
/// Longest time from an entry to a checkpoint that covers it.
const PUBLISHED_EVERY: Duration = Duration::from_secs(1);
/// Most tags or candidates in one entry: some 50 bytes each, of the 65,535 that an entry may have.
const LIST: usize = 1000;
/// Label of the secret out of which the salts of pictures follow.
const SALTS: &[u8] = b"overt salts of pictures 1";
/// How a private key is written (the form of Go's `note` package).
const PRIVATE: &str = "PRIVATE+KEY+";

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

/// An entry before it has its bytes.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) at: Moment,
    pub(super) by: By,
    pub(super) deed: Deed,
    pub(super) nonce: Nonce,
}

impl Draft {
    /// The draft, and those that carry on a list that is too long for one entry.
    pub(super) fn split(mut self) -> Vec<Self> {
        let (mut candidates, mut faces) = match &mut self.deed {
            Deed::Search { candidates, .. } => (rest(candidates), Vec::new()),
            Deed::Enrolment { faces, .. } | Deed::Deletion { faces, .. } | Deed::User { faces, .. } => {
                (Vec::new(), rest(faces))
            }
            _ => (Vec::new(), Vec::new()),
        };
        let mut drafts = vec![self.clone()];
        while !candidates.is_empty() || !faces.is_empty() {
            let (more_candidates, more_faces) = (rest(&mut candidates), rest(&mut faces));
            drafts.push(Self { deed: Deed::More { candidates, faces }, ..self.clone() });
            (candidates, faces) = (more_candidates, more_faces);
        }
        drafts
    }
}

/// Cuts off what is too long for one entry.
fn rest<T>(list: &mut Vec<T>) -> Vec<T> {
    list.split_off(list.len().min(LIST))
}

/// The open ledger.
pub struct Book {
    log: Log,
    folder: PathBuf,
    context: Context,
    salts: Key,
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
        database: &Database,
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
        let book = Self { log, folder, context, salts: Key::new(HMAC_SHA256, salts.as_ref()) };
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
        database: &Database,
    ) -> Result<Arc<Self>, BookError> {
        match Self::open(root, origin, context.clone(), database) {
            Ok(_whole) => return Err(BookError::NotLost),
            Err(BookError::Log(LogError::Write { what, source })) => {
                return Err(LogError::Write { what, source }.into());
            }
            Err(_lost) => {}
        }
        let lost = database.recorded()?;
        let mark = context.now().as_millis();
        for name in [LEDGER_FOLDER, KEY_FILE] {
            let path = root.join(name);
            if path.exists() {
                fs_err::rename(&path, root.join(format!("{name}.lost-{mark}")))?;
            }
        }
        database.forget_recorded()?;
        let book = Self::open(root, origin, context, database)?;
        let deed = Deed::BegunAnew { reason: reason.to_owned(), lost };
        book.append(&Actor::operator("ledger begin-anew"), deed, &book.seal()?)?;
        book.publish()?;
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
    /// setting is another and says nothing about any. `witnesses` are those that the settings name, in the clear.
    ///
    /// # Errors
    /// [`BookError`].
    pub fn started(&self, settings: &str, witnesses: &[VerifierKey]) -> Result<u64, BookError> {
        let digest = sign(&self.salts, &[b"settings", settings.as_bytes()].concat());
        let settings = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let witnesses = witnesses.iter().map(ToString::to_string).collect();
        let deed = Deed::Start { version: env!("CARGO_PKG_VERSION").to_owned(), settings, witnesses };
        self.append(&Actor::server("start"), deed, &self.seal()?)
    }

    /// Says that the changes among these entries were not made.
    pub(super) fn undo(&self, entries: Range<u64>) -> Result<(), BookError> {
        let deed = Deed::Undone { from: entries.start, to: entries.end };
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

    /// Brings ledger and records together: entries behind the last committed change tell of changes that were never made.
    fn settle(&self, database: &Database) -> Result<(), BookError> {
        if cfg!(feature = "bench-without-ledger") {
            return Ok(());
        }
        let known = database.recorded()?;
        let size = self.publish()?.size;
        if known > size {
            return Err(BookError::Behind { known, found: size });
        }
        let mut open: Vec<u64> = Vec::new();
        self.each(known..size, |number, entry| match entry.deed {
            Deed::Undone { from, to } => open.retain(|number| !(from..to).contains(number)),
            deed if is_change(&deed) => open.push(number),
            _ => {}
        })?;
        for run in open.chunk_by(|one, next| one + 1 == *next) {
            if let (Some(first), Some(last)) = (run.first(), run.last()) {
                tracing::warn!(
                    from = first,
                    to = last + 1,
                    "the ledger told of changes that were not made; it says so now"
                );
                self.undo(*first..last + 1)?;
            }
        }
        Ok(())
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

/// The key's name and seed, made at the first opening.
fn key(
    root: &Path,
    origin: Option<&str>,
    context: &Context,
) -> Result<(String, Zeroizing<[u8; 32]>), BookError> {
    let path = root.join(KEY_FILE);
    if let Some(text) = read_secret(&path)? {
        return parse_key(&text).ok_or(BookError::NoKey { path });
    }
    if root.join(LEDGER_FOLDER).join("checkpoint").exists() {
        return Err(BookError::KeyLost { path: root.to_owned() });
    }
    let seed = Zeroizing::new(context.random::<32>()?);
    let name = match origin {
        Some(origin) => origin.to_owned(),
        None => format!("overt/{:08x}", u32::from_be_bytes(context.random::<4>()?)),
    };
    let signer = SignerKey::from_seed(&name, KeyKind::Note, &seed)?;
    // The hash is the one in the public key's text: name, hash and key are apart at plus signs.
    let public = signer.verifier().to_string();
    let hash = public.split('+').nth(1).unwrap_or_default();
    let secret = Zeroizing::new([&[1_u8], seed.as_slice()].concat());
    let text = Zeroizing::new(format!("{PRIVATE}{name}+{hash}+{}\n", BASE64_STANDARD.encode(&*secret)));
    write_secret(&path, text.as_bytes())?;
    Ok((name, seed))
}

/// The public key of the ledger in the data folder `root`; `None` if none was begun.
///
/// # Errors
/// [`BookError::Key`], [`BookError::NoKey`].
pub(crate) fn public_key(root: &Path) -> Result<Option<VerifierKey>, BookError> {
    let path = root.join(KEY_FILE);
    let Some(text) = read_secret(&path)? else { return Ok(None) };
    let (name, seed) = parse_key(&text).ok_or(BookError::NoKey { path })?;
    Ok(Some(SignerKey::from_seed(&name, KeyKind::Note, &seed)?.verifier().clone()))
}

fn parse_key(text: &str) -> Option<(String, Zeroizing<[u8; 32]>)> {
    let mut parts = text.trim_end().strip_prefix(PRIVATE)?.splitn(3, '+');
    let (name, _hash, key) = (parts.next()?, parts.next()?, parts.next()?);
    let key = Zeroizing::new(BASE64_STANDARD.decode(key).ok()?);
    let (kind, seed) = key.split_first()?;
    let seed: [u8; 32] = (*kind == 1).then_some(seed)?.try_into().ok()?;
    Some((name.to_owned(), Zeroizing::new(seed)))
}

/// The thread that publishes.
pub(crate) struct Publisher {
    stop: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl Publisher {
    /// Starts it.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(book: Arc<Book>, mut witnesses: Witnesses) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let run = move || {
            loop {
                let over = stopped.recv_timeout(PUBLISHED_EVERY) != Err(RecvTimeoutError::Timeout);
                if let Err(error) = book.publish_with(&mut witnesses) {
                    let error = anyhow::Error::from(error);
                    tracing::error!(
                        details = format!("{error:#}"),
                        "no checkpoint of the ledger could be published"
                    );
                }
                if over {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("ledger".to_owned()).spawn(run)?;
        Ok(Self { stop, thread })
    }

    /// Publishes once more and ends. Blocking.
    pub(crate) fn end(self) {
        drop(self.stop);
        // A panic has been reported by the panic hook.
        let _panicked = self.thread.join();
    }
}

#[cfg(test)]
mod tests;
