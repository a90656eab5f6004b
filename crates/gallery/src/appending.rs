//! Vectors on their way into one store, before the commit.
//!
//! Owns the labels of a group's vectors, and the thread that writes large batches while the records of the same batch
//! are still being written: rotating, encoding and sealing a template takes about as long as its rows do. Refuses to know
//! what a vector stands for.
//!
//! # Invariants
//! - Labels rise strictly, also past those of changes that were taken back.
//! - When this is dropped, nothing is left in the store that was not published.

use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use overt_vectors::{Committed, NewTemplate, Store, VectorsError};

use crate::error::GalleryError;

/// Vectors that are handed to the thread at a time: enough for a flush to be cheap beside them, few enough for the thread
/// to begin early.
const HAND_OVER: usize = 1024;

/// What waits for one store.
pub(crate) struct Appending {
    store: Arc<Store>,
    first_label: u64,
    next_label: u64,
    gathered: Batch,
    /// Batches that are being written, or were.
    handed: Vec<Arc<Batch>>,
    thread: Option<Thread>,
    dead: Vec<u64>,
    /// Whether the store may hold slots that are neither published nor discarded.
    appended: bool,
}

#[derive(Default)]
struct Batch {
    labels: Vec<u64>,
    /// The vectors of `labels`, one after the other.
    values: Vec<f32>,
}

struct Thread {
    batches: mpsc::Sender<Arc<Batch>>,
    result: JoinHandle<Result<Option<Committed>, VectorsError>>,
}

/// How far a group had come with a store.
#[derive(Clone, Copy)]
pub(crate) struct AppendingMark {
    next_label: u64,
    dead: usize,
}

impl Appending {
    pub(crate) fn new(store: Arc<Store>, next_label: u64) -> Self {
        Self {
            store,
            first_label: next_label,
            next_label,
            gathered: Batch::default(),
            handed: Vec::new(),
            thread: None,
            dead: Vec::new(),
            appended: false,
        }
    }

    /// Adds a vector; its label.
    pub(crate) fn push(&mut self, values: &[f32]) -> Result<u64, GalleryError> {
        let expected = self.store.shape().dimensions();
        if values.len() != expected {
            return Err(VectorsError::WrongLength { expected, found: values.len() }.into());
        }
        let label = self.next_label;
        self.next_label += 1;
        self.gathered.labels.push(label);
        self.gathered.values.extend_from_slice(values);
        if self.gathered.labels.len() == HAND_OVER {
            self.hand_over();
        }
        Ok(label)
    }

    /// Has a vector removed from all searches.
    pub(crate) fn bury(&mut self, label: u64) {
        self.dead.push(label);
    }

    /// Labels that die with the group.
    pub(crate) fn dead(&self) -> &[u64] {
        &self.dead
    }

    /// The label that the next vector gets.
    pub(crate) fn next_label(&self) -> u64 {
        self.next_label
    }

    /// The vector with a label, also one that was added in this group.
    pub(crate) fn vector(&self, label: u64) -> Result<Option<Vec<f32>>, GalleryError> {
        let dimensions = self.store.shape().dimensions();
        let fresh = self.handed.iter().map(|batch| &**batch).chain([&self.gathered]).find_map(|batch| {
            let index = batch.labels.binary_search(&label).ok()?;
            batch.values.chunks_exact(dimensions).nth(index)
        });
        match fresh {
            Some(values) => Ok(Some(values.to_vec())),
            None => Ok(self.store.template(label)?),
        }
    }

    pub(crate) fn mark(&self) -> AppendingMark {
        AppendingMark { next_label: self.next_label, dead: self.dead.len() }
    }

    /// Forgets what came after the mark. What was handed over already stays in the store, dead.
    pub(crate) fn rewind(&mut self, mark: AppendingMark) {
        self.dead.truncate(mark.dead);
        let handed = self.handed.last().and_then(|batch| batch.labels.last()).map_or(0, |last| last + 1);
        self.dead.extend(mark.next_label..handed);
        let kept = self.gathered.labels.iter().take_while(|label| **label < mark.next_label).count();
        self.gathered.labels.truncate(kept);
        self.gathered.values.truncate(kept * self.store.shape().dimensions());
        self.next_label = mark.next_label.max(handed);
    }

    /// Forgets everything.
    pub(crate) fn rewind_all(&mut self) {
        self.rewind(AppendingMark { next_label: self.first_label, dead: 0 });
    }

    /// Waits until everything is written and flushed; the store's state before and after, if anything was added.
    pub(crate) fn finish(&mut self) -> Result<Option<(Committed, Committed)>, GalleryError> {
        let before = self.store.committed();
        let gathered = std::mem::take(&mut self.gathered);
        let mut after = self.join()?;
        if !gathered.labels.is_empty() {
            self.appended = true;
            after = Some(append(&self.store, &gathered)?);
        }
        Ok(after.map(|after| (before, after)))
    }

    /// Makes everything visible.
    pub(crate) fn publish(&mut self) {
        if self.appended {
            self.store.publish();
            self.appended = false;
        }
        self.store.bury(self.dead.iter().copied());
    }

    /// Takes everything back.
    pub(crate) fn discard(&mut self) {
        // Whatever the thread found out, it has to be done before the store is asked to forget.
        drop(self.join());
        if self.appended {
            // When the disk refuses, what was appended still does not count, and is overwritten or cut off later.
            drop(self.store.discard());
            self.appended = false;
        }
    }

    /// Leaves what was appended as it is.
    pub(crate) fn leave(&mut self) {
        drop(self.join());
        self.appended = false;
    }

    fn hand_over(&mut self) {
        if self.thread.is_none() {
            self.thread = Thread::start(Arc::clone(&self.store));
        }
        let Some(thread) = &self.thread else { return };
        self.appended = true;
        let batch = Arc::new(std::mem::take(&mut self.gathered));
        self.handed.push(Arc::clone(&batch));
        // A thread that failed takes no more; why is found out at the end.
        drop(thread.batches.send(batch));
    }

    fn join(&mut self) -> Result<Option<Committed>, GalleryError> {
        let Some(Thread { batches, result }) = self.thread.take() else { return Ok(None) };
        drop(batches);
        match result.join() {
            Ok(result) => Ok(result?),
            Err(_panic) => Err(GalleryError::Interrupted),
        }
    }
}

impl Drop for Appending {
    /// For the ways out that nobody planned.
    fn drop(&mut self) {
        self.discard();
    }
}

impl Thread {
    /// `None` when the system has no thread left: the vectors are then written at the end.
    fn start(store: Arc<Store>) -> Option<Self> {
        let (batches, waiting) = mpsc::channel::<Arc<Batch>>();
        let write = move || {
            let mut after = None;
            for batch in waiting {
                after = Some(append(&store, &batch)?);
            }
            Ok(after)
        };
        let result = std::thread::Builder::new().name("append".into()).spawn(write).ok()?;
        Some(Self { batches, result })
    }
}

fn append(store: &Store, batch: &Batch) -> Result<Committed, VectorsError> {
    let templates: Vec<NewTemplate<'_>> = batch
        .labels
        .iter()
        .zip(batch.values.chunks_exact(store.shape().dimensions()))
        .map(|(label, values)| NewTemplate { label: *label, values })
        .collect();
    store.append(&templates)
}
