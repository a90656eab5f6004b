//! The log that is written: entries in, durable when [`Log::append`] returns; tiles and checkpoints out when [`Log::publish`] runs.
//!
//! Owns the order of things on disk. Callers that append at the same time share one flush. Publishing writes bundles, tiles and then the
//! checkpoint, each whole or not at all; the journal keeps every entry until its full tiles are flushed, so that whatever publishing
//! had not finished is done again at the next opening.
//!
//! # Invariants
//! - An entry is acknowledged after its flush, and has its number from then on.
//! - A checkpoint is signed only for what is flushed, and for no smaller tree than the one before.
//! - One process has a folder at a time; that is its caller's business (the server's data folder has a lock).

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::checkpoint::Checkpoint;
use crate::error::LogError;
use crate::hash::Hash;
use crate::journal::{Failed, Journal};
use crate::note::{NoteError, SignerKey, VerifierKey};
use crate::place::Place;
use crate::tile::{self, Kind, MAX_ENTRY, TileName, WIDTH};
use crate::tree::Tree;

/// Entries after which a new journal is begun: at a few hundred bytes each, a few tens of megabytes to read at an opening.
const JOURNAL_ENTRIES: u64 = 1 << 16;

/// An open log.
#[derive(Debug)]
pub struct Log {
    place: Place,
    key: SignerKey,
    /// Bytes of the journal that were cut off at the opening.
    cut: u64,
    state: Mutex<State>,
    changed: Condvar,
    /// Whether this process has written the tiles that the checkpoint covers: those of the process before may be gone with the power,
    /// also where its checkpoint is there.
    written: AtomicBool,
    /// Held while publishing: the tree up to the last full bundle in what is published, where the next publication begins.
    publishing: Mutex<Tree>,
    /// The last checkpoint. Never held while somebody waits for a witness.
    published: Mutex<Checkpoint>,
}

#[derive(Debug)]
struct State {
    /// `None` while a thread flushes, and for ever after a write that failed in an unknown way.
    journal: Option<Journal>,
    closed: bool,
    /// Entries that wait for a flush, with the ticket of who waits for them.
    waiting: Vec<(u64, Vec<Arc<[u8]>>)>,
    next_ticket: u64,
    /// What became of tickets that nobody has come for yet.
    done: BTreeMap<u64, Result<u64, LogError>>,
    /// Flushed entries.
    size: u64,
    /// Those of them that are in the journal, from `edge.size()` on.
    recent: Vec<Arc<[u8]>>,
    /// The tree before the journal.
    edge: Tree,
}

impl Log {
    /// Opens the log in `folder`, or begins one there. The key's name is the log's origin. What was flushed and not
    /// published is published by the next [`Log::publish`].
    ///
    /// # Errors
    /// [`LogError`]. [`LogError::Lost`] when less is there than was published: nothing is written then.
    pub fn open(folder: &Path, key: SignerKey) -> Result<Self, LogError> {
        let read = |what| move |source| LogError::Read { what, source };
        let write = |what| move |source| LogError::Write { what, source: Arc::new(source) };
        fs_err::create_dir_all(folder).map_err(write("folder"))?;
        let checkpoint = match fs_err::read_to_string(folder.join("checkpoint")) {
            Ok(note) => Some(Checkpoint::verify(&note, key.verifier())?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(read("checkpoint")(error)),
        };
        let path = folder.join("journal");
        let found = Journal::open(&path).map_err(read("journal"))?;
        if let (None, Some(published)) = (&found, &checkpoint) {
            return Err(lost(published, "the journal is missing".to_owned()));
        }
        let (journal, edge, entries, cut) = match found {
            Some(found) => (found.journal, found.tree, found.entries, found.cut),
            None => {
                let tree = Tree::default();
                let none: [&[u8]; 0] = [];
                (Journal::create(&path, &tree, &none).map_err(write("journal"))?, tree, Vec::new(), 0)
            }
        };
        let empty =
            Checkpoint { origin: key.verifier().name().to_owned(), size: 0, root: Hash::of_nothing() };
        let published = checkpoint.unwrap_or(empty);
        let mut tree = edge.clone();
        let mut root = (tree.size() == published.size).then(|| tree.root());
        for entry in &entries {
            tree.push(Hash::of_leaf(entry), |_, _| {});
            if tree.size() == published.size {
                root = Some(tree.root());
            }
        }
        match root {
            Some(root) if root == published.root => {}
            Some(root) => {
                return Err(lost(&published, format!("the journal has other entries, with root {root}")));
            }
            None => return Err(lost(&published, format!("the journal has {}", tree.size()))),
        }
        let state = State {
            journal: Some(journal),
            closed: false,
            waiting: Vec::new(),
            next_ticket: 0,
            done: BTreeMap::new(),
            size: tree.size(),
            recent: entries.into_iter().map(Arc::from).collect(),
            edge: edge.clone(),
        };
        Ok(Self {
            place: Place::new(folder),
            key,
            cut,
            state: Mutex::new(state),
            changed: Condvar::new(),
            written: AtomicBool::new(false),
            // From the journal's beginning, since a power cut may have taken any tile after it.
            publishing: Mutex::new(edge),
            published: Mutex::new(published),
        })
    }

    /// Appends an entry; returns its number once it is flushed. Blocks for about one flush of the disk; callers at the same time share
    /// it.
    ///
    /// # Errors
    /// [`LogError`]; the entry is not in the log then.
    pub fn append(&self, entry: &[u8]) -> Result<u64, LogError> {
        self.append_all([entry])
    }

    /// Appends entries that follow each other without others between them, all or none; returns the number of the first once all are
    /// flushed, which takes one flush. Without an entry it returns the number that the next one gets.
    ///
    /// # Errors
    /// [`LogError`]; none of the entries is in the log then.
    pub fn append_all<'a>(&self, entries: impl IntoIterator<Item = &'a [u8]>) -> Result<u64, LogError> {
        let entries: Vec<Arc<[u8]>> = entries.into_iter().map(Arc::from).collect();
        if let Some(entry) = entries.iter().find(|entry| entry.len() > MAX_ENTRY) {
            return Err(LogError::TooLong { length: entry.len() });
        }
        let mut state = self.lock();
        if entries.is_empty() {
            return Ok(state.size);
        }
        let ticket = state.next_ticket;
        state.next_ticket += 1;
        state.waiting.push((ticket, entries));
        loop {
            if let Some(done) = state.done.remove(&ticket) {
                return done;
            }
            if state.closed {
                state.waiting.retain(|(waiting, _)| *waiting != ticket);
                return Err(LogError::Closed);
            }
            state = match state.journal.take() {
                Some(journal) => self.flush(state, journal),
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// Writes what waits, for everybody who waits.
    fn flush<'a>(&'a self, mut state: MutexGuard<'a, State>, mut journal: Journal) -> MutexGuard<'a, State> {
        let first = state.size;
        let (mut tickets, mut entries) = (Vec::new(), Vec::new());
        for (ticket, some) in std::mem::take(&mut state.waiting) {
            tickets.push((ticket, first + entries.len() as u64));
            entries.extend(some);
        }
        drop(state);
        let result = journal.append(first, &entries);
        let mut state = self.lock();
        match result {
            Ok(()) => {
                state.size += entries.len() as u64;
                state.done.extend(tickets.into_iter().map(|(ticket, number)| (ticket, Ok(number))));
                state.recent.extend(entries);
                state.journal = Some(journal);
            }
            Err(Failed::Nothing(error)) => {
                let error = Arc::new(error);
                let failed = || LogError::Write { what: "journal", source: Arc::clone(&error) };
                state.done.extend(tickets.into_iter().map(|(ticket, _)| (ticket, Err(failed()))));
                state.journal = Some(journal);
            }
            Err(Failed::Unknown) => {
                state.done.extend(tickets.into_iter().map(|(ticket, _)| (ticket, Err(LogError::Closed))));
                state.closed = true;
            }
        }
        self.changed.notify_all();
        state
    }

    /// Publishes everything that is flushed: bundles, tiles, then a checkpoint. Returns the checkpoint; the last one if nothing is new.
    ///
    /// # Errors
    /// [`LogError::Write`]: what was published before stands, and the next call does everything again.
    pub fn publish(&self) -> Result<Checkpoint, LogError> {
        self.publish_cosigned(|_, _| String::new())
    }

    /// Publishes as [`Log::publish`] does. Once the tiles are written and before the checkpoint is, `cosign` gets the checkpoint and its
    /// note; the signature lines that it returns are put under it. Appending goes on meanwhile, another publication waits.
    ///
    /// # Errors
    /// [`LogError::Write`].
    pub fn publish_cosigned(
        &self,
        cosign: impl FnOnce(&Checkpoint, &str) -> String,
    ) -> Result<Checkpoint, LogError> {
        let mut publishing = self.publishing.lock().unwrap_or_else(PoisonError::into_inner);
        let last = self.published();
        let mut tree = publishing.clone();
        let entries = {
            let state = self.lock();
            let done = (tree.size() - state.edge.size()) as usize;
            state.recent.get(done..).unwrap_or_default().to_vec()
        };
        let size = tree.size() + entries.len() as u64;
        let signed = size == last.size && self.place.has("checkpoint");
        if signed && self.written.load(Ordering::Relaxed) {
            return Ok(last);
        }
        let write = |source| LogError::Write { what: "tiles", source: Arc::new(source) };
        let mut full_edge = tree.clone();
        let (mut bundle, mut failed, mut filled) = (Vec::new(), None, Vec::new());
        for entry in &entries {
            // No entry is longer than the journal takes.
            tile::push_entry(&mut bundle, entry).ok_or(LogError::TooLong { length: entry.len() })?;
            tree.push(Hash::of_leaf(entry), |name, hashes| {
                filled.push(name);
                failed = failed.take().or(self.place.write_tile(name, hashes).err());
            });
            if let Some(error) = failed.take() {
                return Err(write(error));
            }
            if tree.size().is_multiple_of(WIDTH) {
                let name = TileName { kind: Kind::Entries, index: tree.size() / WIDTH - 1, width: WIDTH };
                self.place.write(&name.path(), &bundle).map_err(write)?;
                filled.push(name);
                bundle.clear();
                full_edge = tree.clone();
            }
        }
        for (name, hashes) in tree.partial() {
            self.place.write_tile(name, hashes).map_err(write)?;
        }
        if let Some(name) = TileName::in_tree(Kind::Entries, size / WIDTH, size) {
            self.place.write(&name.path(), &bundle).map_err(write)?;
        }
        let checkpoint = Checkpoint { origin: last.origin, size, root: tree.root() };
        if !signed {
            self.sign(&checkpoint, cosign)?;
        }
        self.written.store(true, Ordering::Relaxed);
        publishing.clone_from(&full_edge);
        self.place.forget_partial(&filled);
        self.begin_journal(full_edge)?;
        Ok(checkpoint)
    }

    /// Puts other signature lines under the checkpoint that is published: `cosign` gets it and its note, without the lines that it has,
    /// and returns all that it shall have. Without a line from `cosign` the file stays as it is.
    ///
    /// # Errors
    /// [`LogError::Write`].
    pub fn cosign_again(&self, cosign: impl FnOnce(&Checkpoint, &str) -> String) -> Result<(), LogError> {
        let _publishing = self.publishing.lock().unwrap_or_else(PoisonError::into_inner);
        let checkpoint = self.published();
        let lines = cosign(&checkpoint, &checkpoint.sign(&self.key));
        if lines.is_empty() { Ok(()) } else { self.sign(&checkpoint, |_, _| lines) }
    }

    /// Writes a checkpoint with its signatures.
    fn sign(
        &self,
        checkpoint: &Checkpoint,
        cosign: impl FnOnce(&Checkpoint, &str) -> String,
    ) -> Result<(), LogError> {
        let mut note = checkpoint.sign(&self.key);
        let lines = cosign(checkpoint, &note);
        note.push_str(&lines);
        self.place
            .write_durably("checkpoint", note.as_bytes())
            .map_err(|source| LogError::Write { what: "checkpoint", source: Arc::new(source) })?;
        self.published.lock().unwrap_or_else(PoisonError::into_inner).clone_from(checkpoint);
        Ok(())
    }

    /// Signs a text that is no checkpoint, as a note under the log's key.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] for a text that could be taken for one (it begins with the log's name), or that is no note's.
    pub fn sign_note(&self, text: &str) -> Result<String, NoteError> {
        let own = self.verifier().name();
        if text.split('\n').next() == Some(own) || !text.ends_with('\n') || text.contains("\n\n") {
            return Err(NoteError::Malformed { reason: "this is no text to sign beside checkpoints" });
        }
        Ok(format!("{text}\n{}", self.key.line(text, 0)))
    }

    /// Begins a new journal at `edge` when the present one has grown long.
    fn begin_journal(&self, edge: Tree) -> Result<(), LogError> {
        let write = |source| LogError::Write { what: "journal", source: Arc::new(source) };
        let start = {
            let state = self.lock();
            if edge.size() - state.edge.size() < JOURNAL_ENTRIES {
                return Ok(());
            }
            state.edge.size()
        };
        // The journal is the only other copy of what is in these files.
        for index in start / WIDTH..edge.size() / WIDTH {
            for kind in [Kind::Entries, Kind::Hashes { level: 0 }] {
                self.place.sync(TileName { kind, index, width: WIDTH }).map_err(write)?;
            }
        }
        for level in 1..8 {
            let tiles = |size: u64| size.checked_shr(8 * (level + 1)).unwrap_or(0);
            for index in tiles(start)..tiles(edge.size()) {
                self.place
                    .sync(TileName { kind: Kind::Hashes { level }, index, width: WIDTH })
                    .map_err(write)?;
            }
        }
        let mut state = self.lock();
        let old = loop {
            if state.closed {
                return Err(LogError::Closed);
            }
            match state.journal.take() {
                Some(journal) => break journal,
                None => state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        };
        let gone = (edge.size() - state.edge.size()) as usize;
        let rest = state.recent.get(gone..).unwrap_or_default().to_vec();
        // Under the lock: who appends waits this once, some tens of milliseconds in 65,536 entries.
        match Journal::create(old.path(), &edge, &rest) {
            Ok(journal) => {
                state.journal = Some(journal);
                state.recent = rest;
                state.edge = edge;
            }
            // The old file may be the one with the name or not: only an opening tells.
            Err(error) => {
                state.closed = true;
                self.changed.notify_all();
                return Err(write(error));
            }
        }
        self.changed.notify_all();
        Ok(())
    }

    /// Bytes behind the last whole entry that were cut off at the opening: what was being written when the process before ended,
    /// acknowledged to nobody.
    #[must_use]
    pub fn cut(&self) -> u64 {
        self.cut
    }

    /// Flushed entries.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.lock().size
    }

    /// The last published checkpoint.
    #[must_use]
    pub fn published(&self) -> Checkpoint {
        self.published.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The key that checkpoints verify with.
    #[must_use]
    pub fn verifier(&self) -> &VerifierKey {
        self.key.verifier()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lost(published: &Checkpoint, found: String) -> LogError {
    LogError::Lost { published: published.size, root: published.root, found }
}

#[cfg(test)]
mod tests;
