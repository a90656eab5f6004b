//! A store: the templates of one collection, or of its users.
//!
//! Owns the folder with the segments, what searches see of them, and the order of changes. Refuses to know what a
//! label stands for, and which of its slots ought to count: the caller's records say that.
//!
//! # Invariants
//! - Searches see a [`Snapshot`] and take no lock while they work; a change makes a new snapshot.
//! - Locks are taken in this order: writer, burial, published snapshot. The last is held for pointers only.

mod compaction;
mod floor;
mod growing;
mod open;
mod rekey;
mod rescore;
mod scan;
mod search;
pub(crate) mod snapshot;
mod verify;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

pub use compaction::{Compacted, CompactionPlan};
pub use open::{Damage, DamageKind};
pub use search::{Answer, Hit, Query};
pub use verify::Verification;
pub use writer::NewTemplate;

use crate::basis::Basis;
use crate::code::Coder;
use crate::committed::Committed;
use crate::error::VectorsError;
use crate::kernels::Kernels;
use crate::key::StoreKey;
use crate::labels::LabelSet;
use crate::scanners::Scanners;
use crate::shape::Shape;
use crate::transform::Transform;
use snapshot::Snapshot;
use writer::Writer;

/// An open store. Every method may be called from any thread; appending and publishing take turns.
///
/// A folder belongs to one `Store` of one process at a time; nothing here checks that.
#[derive(Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    shape: Shape,
    key: StoreKey,
    transform: Transform,
    coder: Coder,
    /// The basis of a store that has learned nothing.
    plain: Arc<Basis>,
    kernels: Kernels,
    scanners: Scanners,
    /// The scan that further queries may join.
    waiting: Mutex<Option<Arc<scan::Scan>>>,
    writer: Mutex<Writer>,
    /// Held while slots are marked as dead, and while a compaction is adopted.
    burial: Mutex<()>,
    published: RwLock<Arc<Snapshot>>,
}

/// What a store holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Segment files.
    pub segments: usize,
    /// Published slots, those of deleted templates included.
    pub slots: u64,
    /// Published templates that searches find.
    pub live: u64,
    /// Slots of deleted templates, until a compaction drops them.
    pub dead: u64,
    /// Bytes of the segment files.
    pub disk_bytes: u64,
    /// Bytes of codes in memory.
    pub memory_bytes: u64,
}

impl Store {
    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.inner.published.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The folder with the segment files.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.inner.folder
    }

    /// The shape of the templates.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.inner.shape
    }

    /// The published state, as it would be given to [`open`](Self::open).
    #[must_use]
    pub fn committed(&self) -> Committed {
        self.snapshot().committed()
    }

    /// Templates that searches find.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.snapshot().live()
    }

    /// Whether searches find nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the store holds.
    ///
    /// # Errors
    /// When a file's length cannot be read.
    pub fn stats(&self) -> Result<Stats, VectorsError> {
        let snapshot = self.snapshot();
        let mut stats = Stats {
            segments: snapshot.segments.len(),
            slots: 0,
            live: snapshot.live(),
            dead: 0,
            disk_bytes: 0,
            memory_bytes: 0,
        };
        for view in &snapshot.segments {
            stats.slots += u64::from(view.slots);
            stats.dead += view.dead.count();
            stats.disk_bytes += view.file.length()?;
            stats.memory_bytes += view.blocks.iter().map(|placed| placed.block.bytes() as u64).sum::<u64>();
        }
        Ok(stats)
    }

    /// The labels of the templates that searches find.
    #[must_use]
    pub fn labels(&self) -> LabelSet {
        let snapshot = self.snapshot();
        let slots = snapshot.segments.iter().flat_map(|view| (0..view.slots).map(move |slot| (view, slot)));
        slots
            .filter(|(view, slot)| !view.dead.contains(*slot))
            .filter_map(|(view, slot)| view.label(slot))
            .collect()
    }

    /// Whether searches find a template with this label.
    #[must_use]
    pub fn contains(&self, label: u64) -> bool {
        self.snapshot().find_live(label).is_some()
    }

    /// The template with a label, as it was given; `None` when there is none or it was buried.
    ///
    /// # Errors
    /// When its slot cannot be read or is damaged.
    pub fn template(&self, label: u64) -> Result<Option<Vec<f32>>, VectorsError> {
        let snapshot = self.snapshot();
        let Some((view, slot)) = snapshot.find_live(label) else { return Ok(None) };
        let (mut sealed, mut rotated) = (Vec::new(), Vec::new());
        let found = view.file.read_slot(slot, &mut sealed, &mut rotated)?;
        if found != label {
            return Err(VectorsError::Damaged { segment: view.id(), slot });
        }
        Ok(Some(self.inner.transform.undo(&rotated)))
    }

    /// Removes templates from all searches that end after this returns; how many there were of those named.
    ///
    /// Only memory changes: the caller has committed the labels as dead before and gives them to
    /// [`open`](Self::open) from then on. The slots go with the next compaction of their segment.
    pub fn bury(&self, labels: impl IntoIterator<Item = u64>) -> u64 {
        // The lock keeps a compaction from being adopted between the look-up and the mark.
        let _changes = self.inner.burial.lock().unwrap_or_else(PoisonError::into_inner);
        let published = self.snapshot();
        let buried = labels
            .into_iter()
            .filter_map(|label| published.find(label))
            .filter(|(view, slot)| view.dead.mark(*slot))
            .count();
        buried as u64
    }
}
