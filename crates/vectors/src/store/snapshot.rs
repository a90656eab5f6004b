//! What searches see: the published segments at one moment.
//!
//! # Invariants
//! - A snapshot never changes, but for slots that die: those are marked in a set that all snapshots of a segment share,
//!   so that a search that is under way drops them too.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use crate::block::Block;
use crate::committed::{Committed, SegmentState};
use crate::segment::{CHUNK, SegmentFile};

const WORDS: usize = CHUNK as usize / 64;

/// The dead slots of a segment. Memory is taken for those chunks only that have dead slots.
#[derive(Debug)]
pub(crate) struct DeadSlots {
    chunks: Box<[OnceLock<Box<[AtomicU64; WORDS]>>]>,
    count: AtomicU64,
}

impl DeadSlots {
    /// None of up to `slots` slots.
    pub(crate) fn new(slots: u32) -> Self {
        let chunks = (0..slots.div_ceil(CHUNK)).map(|_| OnceLock::new()).collect();
        Self { chunks, count: AtomicU64::new(0) }
    }

    /// Marks a slot; false when it was marked.
    pub(crate) fn mark(&self, slot: u32) -> bool {
        let Some(chunk) = self.chunks.get((slot / CHUNK) as usize) else { return false };
        let words = chunk.get_or_init(|| Box::new([const { AtomicU64::new(0) }; WORDS]));
        let Some(word) = words.get((slot % CHUNK / 64) as usize) else { return false };
        let bit = 1 << (slot % 64);
        let marked = word.fetch_or(bit, Ordering::SeqCst) & bit == 0;
        if marked {
            self.count.fetch_add(1, Ordering::SeqCst);
        }
        marked
    }

    /// The marks of the 64 slots from a multiple of 64 on.
    pub(crate) fn word(&self, first: u32) -> u64 {
        let chunk = self.chunks.get((first / CHUNK) as usize).and_then(OnceLock::get);
        chunk
            .and_then(|words| words.get((first % CHUNK / 64) as usize))
            .map_or(0, |word| word.load(Ordering::SeqCst))
    }

    pub(crate) fn contains(&self, slot: u32) -> bool {
        self.word(slot / 64 * 64) >> (slot % 64) & 1 == 1
    }

    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }
}

/// A segment's published slots.
#[derive(Clone, Debug)]
pub(crate) struct SegmentView {
    pub(crate) file: Arc<SegmentFile>,
    /// In order; each begins at a multiple of 64 slots.
    pub(crate) blocks: Arc<[Placed]>,
    pub(crate) slots: u32,
    pub(crate) dead: Arc<DeadSlots>,
}

/// A block and where in its segment it begins.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub(crate) first: u32,
    pub(crate) block: Arc<Block>,
}

/// Gives blocks in order their places.
pub(crate) fn placed(blocks: impl IntoIterator<Item = Arc<Block>>) -> (Arc<[Placed]>, u32) {
    let mut next = 0;
    let blocks = blocks
        .into_iter()
        .map(|block| {
            let first = next;
            next += block.len() as u32;
            Placed { first, block }
        })
        .collect();
    (blocks, next)
}

impl SegmentView {
    pub(crate) fn id(&self) -> u32 {
        self.file.id()
    }

    /// The block that holds a slot.
    pub(crate) fn block_of(&self, slot: u32) -> Option<&Placed> {
        let index = self.blocks.partition_point(|placed| placed.first <= slot).checked_sub(1)?;
        self.blocks.get(index)
    }

    pub(crate) fn label(&self, slot: u32) -> Option<u64> {
        let placed = self.block_of(slot)?;
        placed.block.label((slot - placed.first) as usize)
    }

    pub(crate) fn last_label(&self) -> Option<u64> {
        self.label(self.slots.checked_sub(1)?)
    }

    /// The slot with a label, dead or not.
    pub(crate) fn find(&self, label: u64) -> Option<u32> {
        let first_label = |placed: &Placed| placed.block.label(0).unwrap_or(u64::MAX);
        let index = self.blocks.partition_point(|placed| first_label(placed) <= label).checked_sub(1)?;
        let placed = self.blocks.get(index)?;
        placed.block.find(label).map(|slot| placed.first + slot as u32)
    }

    pub(crate) fn live(&self) -> u64 {
        u64::from(self.slots).saturating_sub(self.dead.count())
    }
}

/// All published segments, in the order of their labels.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot {
    pub(crate) segments: Vec<SegmentView>,
}

impl Snapshot {
    /// The segment and slot of a label, dead or not.
    pub(crate) fn find(&self, label: u64) -> Option<(&SegmentView, u32)> {
        let first_label = |view: &SegmentView| view.label(0).unwrap_or(u64::MAX);
        let index = self.segments.partition_point(|view| first_label(view) <= label).checked_sub(1)?;
        let view = self.segments.get(index)?;
        Some((view, view.find(label)?))
    }

    /// The segment's place in the list and the slot of a label that lives.
    pub(crate) fn place(&self, label: u64) -> Option<(usize, u32)> {
        let first_label = |view: &SegmentView| view.label(0).unwrap_or(u64::MAX);
        let index = self.segments.partition_point(|view| first_label(view) <= label).checked_sub(1)?;
        let view = self.segments.get(index)?;
        view.find(label).filter(|slot| !view.dead.contains(*slot)).map(|slot| (index, slot))
    }

    /// The same, if the slot lives.
    pub(crate) fn find_live(&self, label: u64) -> Option<(&SegmentView, u32)> {
        self.find(label).filter(|(view, slot)| !view.dead.contains(*slot))
    }

    pub(crate) fn live(&self) -> u64 {
        self.segments.iter().map(SegmentView::live).sum()
    }

    pub(crate) fn committed(&self) -> Committed {
        let state = |view: &SegmentView| SegmentState { id: view.id(), slots: view.slots };
        Committed { segments: self.segments.iter().map(state).collect() }
    }
}
