//! The segment that grows: appended slots before and after they are published.
//!
//! # Invariants
//! - Memory follows the disk: a slot is added here after its bytes were written.
//! - Blocks begin at multiples of a chunk; sixteen chunks that are full and published become one block, and eight of those
//!   a full one.

use std::path::Path;
use std::sync::Arc;

use super::snapshot::{DeadSlots, SegmentView, placed};
use crate::basis::{Basis, SAMPLE};
use crate::block::Block;
use crate::code::{Code, Coder};
use crate::error::VectorsError;
use crate::key::{NONCE, StoreKey};
use crate::segment::load::{BLOCK, remake};
use crate::segment::{CHUNK, PlainSlot, SegmentFile, fill_random};

/// Slots of a full segment: 1.3 GB at 256 numbers. Fifty files for fifty million faces stay far below the usual limit of
/// open files, and rewriting one takes seconds.
pub(crate) const CAPACITY: u32 = 1 << 20;
/// Slots from which a store learns the basis of its sieve. Smaller stores are scanned by their fine codes alone, in less
/// than a millisecond.
const LEARN: u32 = MIDDLE as u32;
/// Slots of the blocks that chunks are merged into until there are enough for a full one.
const MIDDLE: usize = 16 * CHUNK as usize;
/// Slots that are prepared before they are written, at most: twenty megabytes.
const PORTION: usize = 16 * CHUNK as usize;
/// Slots below which one thread prepares them: starting another takes as long as some ten.
const ALONE: usize = 128;

/// Gives the label and, in the vector, the rotated template of the slot that is to be appended at an index.
pub(crate) type Source<'a> = &'a (dyn Fn(usize, &mut Vec<f32>) -> Result<u64, VectorsError> + Sync);

/// A segment file with what was appended to it.
#[derive(Debug)]
pub(crate) struct Growing {
    file: Arc<SegmentFile>,
    key: StoreKey,
    coder: Coder,
    basis: Arc<Basis>,
    /// Whether learning was tried and met a damaged slot.
    unlearnable: bool,
    dead: Arc<DeadSlots>,
    /// Full blocks of any size.
    blocks: Vec<Arc<Block>>,
    /// The chunk that is not full.
    tail: Block,
    slots: u32,
}

/// Slots that are ready to be written.
struct Prepared {
    sealed: Vec<u8>,
    codes: Vec<(u64, Code)>,
}

impl Growing {
    /// Makes a new segment file for labels from `base` on.
    pub(crate) fn create(
        folder: &Path,
        id: u32,
        key: &StoreKey,
        coder: Coder,
        basis: &Arc<Basis>,
        base: u64,
    ) -> Result<Self, VectorsError> {
        let file = SegmentFile::create(folder, id, key, coder.shape, base)?;
        if !basis.is_plain() {
            file.write_basis(basis)?;
        }
        let view = SegmentView {
            file: Arc::new(file),
            blocks: Arc::new([]),
            slots: 0,
            dead: Arc::new(DeadSlots::new(CAPACITY)),
        };
        Ok(Self::resume(&view, key, coder, basis))
    }

    /// Goes on where a segment ends; `basis` is for one without slots.
    pub(crate) fn resume(view: &SegmentView, key: &StoreKey, coder: Coder, basis: &Arc<Basis>) -> Self {
        let mut blocks: Vec<Arc<Block>> =
            view.blocks.iter().map(|placed| Arc::clone(&placed.block)).collect();
        let basis = blocks.last().map_or(basis, |block| block.basis());
        let basis = Arc::clone(basis);
        let mut tail = Block::new(coder.shape, Arc::clone(&basis), view.file.base());
        if let Some(last) = blocks.pop_if(|last| !last.len().is_multiple_of(CHUNK as usize)) {
            let (full, rest) = last.split(last.len() / CHUNK as usize * CHUNK as usize);
            if full.len() > 0 {
                blocks.push(Arc::new(full));
            }
            tail = rest;
        }
        Self {
            file: Arc::clone(&view.file),
            key: key.clone(),
            coder,
            basis,
            unlearnable: false,
            dead: Arc::clone(&view.dead),
            blocks,
            tail,
            slots: view.slots,
        }
    }

    /// This segment as it was when it had fewer slots.
    pub(crate) fn shortened(self, slots: u32) -> Self {
        let mut left = slots as usize;
        let mut blocks = Vec::new();
        for block in self.blocks.into_iter().chain([Arc::new(self.tail)]) {
            let kept = left.min(block.len());
            left -= kept;
            if kept == block.len() && kept > 0 {
                blocks.push(block);
            } else if kept > 0 {
                blocks.push(Arc::new(block.split(kept).0));
            }
        }
        let (blocks, _) = placed(blocks);
        let view = SegmentView { file: self.file, blocks, slots, dead: self.dead };
        Self::resume(&view, &self.key, self.coder, &self.basis)
    }

    pub(crate) fn file(&self) -> &SegmentFile {
        &self.file
    }

    pub(crate) fn basis(&self) -> &Arc<Basis> {
        &self.basis
    }

    pub(crate) fn slots(&self) -> u32 {
        self.slots
    }

    /// Whether a template with this label can be added.
    pub(crate) fn takes(&self, label: u64) -> bool {
        self.slots < CAPACITY && self.reaches(label)
    }

    fn reaches(&self, label: u64) -> bool {
        label.checked_sub(self.file.base()).is_some_and(|gap| u32::try_from(gap).is_ok())
    }

    /// How many of these templates can be appended at once.
    pub(crate) fn portion(&self, labels: impl Iterator<Item = u64>) -> usize {
        let room = (CAPACITY - self.slots) as usize;
        // What follows a basis that is about to be learned is to be encoded with it.
        let plain = if !self.basis.is_plain() || self.unlearnable {
            usize::MAX
        } else if self.slots < LEARN {
            (LEARN - self.slots) as usize
        } else {
            // A basis that was damaged is learned anew as soon as a chunk ends.
            (CHUNK - self.slots % CHUNK) as usize
        };
        labels.take(room.min(PORTION).min(plain)).take_while(|label| self.reaches(*label)).count()
    }

    /// Writes `count` slots, not flushed: a [`portion`](Self::portion) that `source` gives, prepared by up to `threads`
    /// threads.
    pub(crate) fn append(
        &mut self,
        count: usize,
        threads: usize,
        source: Source<'_>,
    ) -> Result<(), VectorsError> {
        let prepared = self.prepare_all(count, threads, source)?;
        let slot_bytes = self.file.slot_bytes();
        for Prepared { sealed, codes } in prepared {
            let (mut sealed, mut codes) = (sealed.as_slice(), codes.as_slice());
            while !codes.is_empty() {
                let room = CHUNK as usize - self.tail.len();
                let (now, later) = codes.split_at(room.min(codes.len()));
                let (bytes, rest) = sealed.split_at_checked(now.len() * slot_bytes).unwrap_or_default();
                self.file.write_slots(self.slots, bytes)?;
                now.iter().for_each(|(label, code)| self.tail.push(*label, code));
                self.slots += now.len() as u32;
                (sealed, codes) = (rest, later);
                if self.tail.len() == CHUNK as usize {
                    self.file.write_codes((self.slots - 1) / CHUNK, &self.tail.write())?;
                    let next = self.tail.empty();
                    self.blocks.push(Arc::new(std::mem::replace(&mut self.tail, next)));
                }
            }
        }
        if self.basis.is_plain() && self.slots >= LEARN && self.tail.len() == 0 && !self.unlearnable {
            self.learn()?;
        }
        Ok(())
    }

    fn prepare_all(
        &self,
        count: usize,
        threads: usize,
        source: Source<'_>,
    ) -> Result<Vec<Prepared>, VectorsError> {
        let pieces = if count < ALONE { 1 } else { threads.max(1) };
        let bounds: Vec<usize> = (0..=pieces).map(|piece| count * piece / pieces).collect();
        std::thread::scope(|scope| {
            let mut ranges = bounds.windows(2).filter_map(|pair| Some(*pair.first()?..*pair.last()?));
            let own = ranges.next().unwrap_or(0..0);
            let others: Vec<_> = ranges.map(|range| scope.spawn(|| self.prepare(range, source))).collect();
            let mut all = vec![self.prepare(own, source)?];
            for other in others {
                all.push(other.join().map_err(|_panic| VectorsError::ScanFailed)??);
            }
            Ok(all)
        })
    }

    fn prepare(&self, range: std::ops::Range<usize>, source: Source<'_>) -> Result<Prepared, VectorsError> {
        let mut nonces = vec![0; range.len() * NONCE];
        fill_random(&mut nonces)?;
        let (nonces, _) = nonces.as_chunks::<NONCE>();
        let mut sealed = Vec::with_capacity(range.len() * self.file.slot_bytes());
        let mut codes = Vec::with_capacity(range.len());
        let mut rotated = Vec::new();
        for (index, nonce) in range.zip(nonces) {
            let label = source(index, &mut rotated)?;
            let plain = PlainSlot { label, rotated: &rotated };
            self.file.seal_slot(self.slots + index as u32, nonce, &plain, &mut sealed)?;
            codes.push((label, self.coder.encode(&self.basis, &rotated)));
        }
        Ok(Prepared { sealed, codes })
    }

    /// Learns a basis from the slots that are there, which end with a full chunk, and makes all their codes again.
    fn learn(&mut self) -> Result<(), VectorsError> {
        let (mut sealed, mut sample) = (Vec::new(), Vec::with_capacity(SAMPLE));
        for index in 0..SAMPLE as u64 {
            let slot = (index * u64::from(self.slots) / SAMPLE as u64) as u32;
            let mut rotated = Vec::new();
            match self.file.read_slot(slot, &mut sealed, &mut rotated) {
                Ok(_) => sample.push(rotated),
                Err(VectorsError::Damaged { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let mut fingerprint = [0; crate::basis::FINGERPRINT];
        fill_random(&mut fingerprint)?;
        let basis = Basis::learn(self.coder.shape, &self.key, &sample, fingerprint, self.coder.float);
        let mut blocks = Vec::new();
        for start in (0..self.slots).step_by(CHUNK as usize) {
            let mut block = Block::new(self.coder.shape, Arc::clone(&basis), self.file.base());
            block.reserve(CHUNK as usize);
            if !remake(&self.file, &self.coder, start, CHUNK, CHUNK, None, &mut block)?.is_empty() {
                self.unlearnable = true;
                return Ok(());
            }
            blocks.push(Arc::new(block));
        }
        // If only part of this reaches the disk, the codes are made again at the next start.
        self.file.write_basis(&basis)?;
        for (chunk, block) in (0..).zip(&blocks) {
            self.file.write_codes(chunk, &block.write())?;
        }
        self.tail = Block::new(self.coder.shape, Arc::clone(&basis), self.file.base());
        (self.blocks, self.basis) = (blocks, basis);
        Ok(())
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
        for size in [MIDDLE, BLOCK] {
            let large = self.blocks.iter().take_while(|block| block.len() >= size).count();
            let small = self.blocks.split_off(large);
            let mut pending: Vec<Arc<Block>> = Vec::new();
            for block in small {
                pending.push(block);
                // A segment that was read from the disk ends with a block of any number of chunks.
                let slots = pending.iter().map(|block| block.len()).sum::<usize>();
                if slots >= size {
                    let mut whole = Block::new(self.coder.shape, Arc::clone(&self.basis), self.file.base());
                    whole.reserve(slots);
                    pending.drain(..).for_each(|block| whole.extend(&block));
                    self.blocks.push(Arc::new(whole));
                }
            }
            self.blocks.append(&mut pending);
        }
    }
}
