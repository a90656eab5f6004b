//! A committed segment read into memory: its codes in blocks, and what of it is damaged.

use std::sync::Arc;

use super::file::SegmentFile;
use super::layout::CHUNK;
use crate::basis::Basis;
use crate::block::Block;
use crate::code::Coder;
use crate::error::VectorsError;

/// Slots of a full block in memory: at 256 numbers its fine codes fill eight huge pages and their scales one.
pub(crate) const BLOCK: usize = 128 * CHUNK as usize;

/// What a segment file gave.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// Full blocks, then at most one that is not.
    pub(crate) blocks: Vec<Arc<Block>>,
    /// Slots that could not be read, in order. They stand in the blocks without codes.
    pub(crate) damaged: Vec<u32>,
    /// Chunks whose codes did not authenticate and were made again from the slots.
    pub(crate) remade: Vec<u32>,
}

/// How much of a file is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Care {
    /// Codes that authenticate are believed, so that a start reads a seventh of the file. Those that do not are made again and
    /// written back, if the disk lets them.
    Start,
    /// Every slot is opened, and nothing is written.
    EverySlot,
}

/// Reads the first `slots` slots' codes of a file. Slots that are found damaged or missing are told, not passed over.
pub(crate) fn load(
    file: &SegmentFile,
    coder: &Coder,
    basis: &Arc<Basis>,
    slots: u32,
    care: Care,
) -> Result<Loaded, VectorsError> {
    let mut loaded = Loaded { blocks: Vec::new(), damaged: Vec::new(), remade: Vec::new() };
    let mut sealed = Vec::new();
    let present = file.slots()?.min(slots);
    let mut last = None;
    for first in (0..slots).step_by(BLOCK) {
        let end = slots.min(first + BLOCK as u32);
        let mut block = Block::new(coder.shape, Arc::clone(basis), file.base());
        block.reserve((end - first) as usize);
        for start in (first..end).step_by(CHUNK as usize) {
            let count = (end - start).min(CHUNK);
            let chunk = start / CHUNK;
            let whole = count == CHUNK && start + count <= present;
            let codes = if whole { file.read_codes(chunk, &mut sealed)? } else { None };
            let sound = match (codes, care) {
                (Some(codes), Care::Start) => block.read(codes, count as usize).is_some(),
                (Some(codes), Care::EverySlot) => block.empty().read(codes, count as usize).is_some(),
                (None, _) => false,
            };
            if sound && care == Care::Start {
                continue;
            }
            let readable = present.saturating_sub(start).min(count);
            let mut made = block.empty();
            let before = block.last_label().or(last);
            let damaged = remake(file, coder, start, count, readable, before, &mut made)?;
            if whole && !sound {
                loaded.remade.push(chunk);
                if care == Care::Start && damaged.is_empty() {
                    // Without them the next start makes them again.
                    let _ = file.write_codes(chunk, &made.write());
                }
            }
            loaded.damaged.extend(damaged);
            block.extend(&made);
        }
        last = block.last_label();
        loaded.blocks.push(Arc::new(block));
    }
    Ok(loaded)
}

/// Adds slots of a chunk, of which the first `readable` are in the file, from their exact numbers; `before` is the label before
/// the block. Gives those that are damaged or missing, for which vacant ones stand.
pub(crate) fn remake(
    file: &SegmentFile,
    coder: &Coder,
    start: u32,
    count: u32,
    readable: u32,
    before: Option<u64>,
    block: &mut Block,
) -> Result<Vec<u32>, VectorsError> {
    let (mut sealed, mut rotated) = (Vec::new(), Vec::new());
    file.read_slots(start, readable, &mut sealed)?;
    let mut pieces = sealed.chunks_exact_mut(file.slot_bytes());
    let mut damaged = Vec::new();
    let rises = |label| before.is_none_or(|before| label > before);
    for slot in start..start + count {
        match pieces.next().map(|piece| file.open_slot(slot, piece, &mut rotated)) {
            Some(Ok(label)) if block.takes(label) && rises(label) => {
                let code = coder.encode(block.basis(), &rotated);
                block.push(label, &code);
            }
            Some(Err(VectorsError::Damaged { .. }) | Ok(_)) | None => {
                damaged.push(slot);
                block.push_vacant(block.last_label().or(before));
            }
            Some(Err(error)) => return Err(error),
        }
    }
    Ok(damaged)
}
