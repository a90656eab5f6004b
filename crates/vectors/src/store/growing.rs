//! The segment that grows: appended slots before and after they are published.
//!
//! # Invariants
//! - Memory follows the disk: a slot is added here after its bytes were written.
//! - Blocks begin at multiples of a chunk; sixteen chunks that are full and published become one block.

use std::sync::Arc;

use super::snapshot::{DeadSlots, SegmentView, placed};
use crate::block::Block;
use crate::code::Coder;
use crate::error::VectorsError;
use crate::key::NONCE;
use crate::segment::load::BLOCK;
use crate::segment::{CHUNK, PlainSlot, SegmentFile, fill_random};

/// Slots of a full segment: 1.3 GB at 256 numbers. Fifty files for fifty million faces stay far below the usual limit of
/// open files, and rewriting one takes seconds.
pub(crate) const CAPACITY: u32 = 1 << 20;

/// A segment file with what was appended to it.
#[derive(Debug)]
pub(crate) struct Growing {
    file: Arc<SegmentFile>,
    dead: Arc<DeadSlots>,
    /// Full blocks of any size.
    blocks: Vec<Arc<Block>>,
    /// The chunk that is not full.
    tail: Block,
    slots: u32,
    coder: Coder,
}

impl Growing {
    /// A new segment without slots.
    pub(crate) fn new(file: SegmentFile, coder: Coder) -> Self {
        let tail = Block::new(coder.shape(), file.base());
        let dead = Arc::new(DeadSlots::new(CAPACITY));
        Self { file: Arc::new(file), dead, blocks: Vec::new(), tail, slots: 0, coder }
    }

    /// This segment as it was when it had fewer slots.
    pub(crate) fn shortened(self, slots: u32) -> Self {
        let mut view = SegmentView { file: self.file, blocks: Arc::new([]), slots, dead: self.dead };
        let mut left = slots as usize;
        let mut blocks = Vec::new();
        for block in self.blocks.into_iter().chain([Arc::new(self.tail)]) {
            let kept = left.min(block.len());
            left -= kept;
            if kept == block.len() {
                blocks.push(block);
            } else if kept > 0 {
                blocks.push(Arc::new(block.split(kept).0));
            }
        }
        (view.blocks, _) = placed(blocks.into_iter().filter(|block| block.len() > 0));
        Self::resume(&view, self.coder)
    }

    /// Goes on where a published segment ends.
    pub(crate) fn resume(view: &SegmentView, coder: Coder) -> Self {
        let mut blocks: Vec<Arc<Block>> =
            view.blocks.iter().map(|placed| Arc::clone(&placed.block)).collect();
        let mut tail = Block::new(coder.shape(), view.file.base());
        if let Some(last) = blocks.pop_if(|last| !last.len().is_multiple_of(CHUNK as usize)) {
            let (full, rest) = last.split(last.len() / CHUNK as usize * CHUNK as usize);
            if full.len() > 0 {
                blocks.push(Arc::new(full));
            }
            tail = rest;
        }
        Self {
            file: Arc::clone(&view.file),
            dead: Arc::clone(&view.dead),
            blocks,
            tail,
            slots: view.slots,
            coder,
        }
    }

    pub(crate) fn file(&self) -> &SegmentFile {
        &self.file
    }

    pub(crate) fn slots(&self) -> u32 {
        self.slots
    }

    /// Whether a template with this label can be added.
    pub(crate) fn takes(&self, label: u64) -> bool {
        self.slots < CAPACITY
            && label.checked_sub(self.file.base()).is_some_and(|gap| u32::try_from(gap).is_ok())
    }

    /// Writes templates that are rotated already and belong into the current chunk; not flushed.
    pub(crate) fn write(&mut self, slots: &[PlainSlot<'_>]) -> Result<(), VectorsError> {
        let mut nonces = vec![0; slots.len() * NONCE];
        fill_random(&mut nonces)?;
        let (nonces, _) = nonces.as_chunks::<NONCE>();
        let mut sealed = Vec::with_capacity(slots.len() * self.file.slot_bytes());
        for (index, (slot, nonce)) in slots.iter().zip(nonces).enumerate() {
            self.file.seal_slot(self.slots + index as u32, nonce, slot, &mut sealed)?;
        }
        self.file.write_slots(self.slots, &sealed)?;
        for slot in slots {
            self.tail.push(&self.coder, slot.label, slot.rotated);
        }
        self.slots += slots.len() as u32;
        if self.tail.len() == CHUNK as usize {
            let mut codes = Vec::new();
            self.tail.write(&mut codes);
            self.file.write_codes((self.slots - 1) / CHUNK, &codes)?;
            let next = Block::new(self.coder.shape(), self.file.base());
            self.blocks.push(Arc::new(std::mem::replace(&mut self.tail, next)));
        }
        Ok(())
    }

    /// Slots that fit into the current chunk.
    pub(crate) fn room(&self) -> usize {
        CHUNK as usize - self.tail.len()
    }

    /// What searches may see once this is published. Small full blocks become large ones here.
    pub(crate) fn view(&mut self) -> SegmentView {
        self.merge();
        let tail = (self.tail.len() > 0).then(|| Arc::new(self.tail.clone()));
        let (blocks, slots) = placed(self.blocks.iter().cloned().chain(tail));
        debug_assert_eq!(slots, self.slots);
        SegmentView { file: Arc::clone(&self.file), blocks, slots, dead: Arc::clone(&self.dead) }
    }

    fn merge(&mut self) {
        let full = self.blocks.iter().take_while(|block| block.len() == BLOCK).count();
        let small = self.blocks.split_off(full);
        let mut pending: Vec<Arc<Block>> = Vec::new();
        for block in small {
            pending.push(block);
            if pending.iter().map(|block| block.len()).sum::<usize>() == BLOCK {
                let mut whole = Block::new(self.coder.shape(), self.file.base());
                whole.reserve(BLOCK);
                pending.drain(..).for_each(|block| whole.extend(&block));
                self.blocks.push(Arc::new(whole));
            }
        }
        self.blocks.append(&mut pending);
    }
}
