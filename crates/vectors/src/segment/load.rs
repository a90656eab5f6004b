//! A committed segment read into memory: its codes in blocks, and what of it is damaged.

use std::sync::Arc;

use super::file::SegmentFile;
use super::layout::CHUNK;
use crate::block::Block;
use crate::code::Coder;
use crate::error::VectorsError;

/// Slots of a full block in memory: half a megabyte of sieve codes at 256 numbers, so that a block stays in a core's
/// second-level cache while several queries are compared with it, and handing out blocks costs nothing beside a scan.
pub(crate) const BLOCK: usize = 16 * CHUNK as usize;

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

/// Reads the first `slots` slots' codes of a file. Slots that are damaged or missing are told, not passed over.
pub(crate) fn load(file: &SegmentFile, coder: &Coder, slots: u32) -> Result<Loaded, VectorsError> {
    let mut loaded = Loaded { blocks: Vec::new(), damaged: Vec::new(), remade: Vec::new() };
    let mut sealed = Vec::new();
    let present = file.slots()?.min(slots);
    let mut first = 0;
    let mut last = None;
    while first < slots {
        let wanted = (slots - first).min(BLOCK as u32);
        let mut block = Block::new(coder.shape(), file.base());
        block.reserve(wanted as usize);
        for start in (first..first + wanted).step_by(CHUNK as usize) {
            let count = (first + wanted - start).min(CHUNK);
            let chunk = start / CHUNK;
            let whole = count == CHUNK && start + count <= present;
            let codes = if whole { file.read_codes(chunk, &mut sealed)? } else { None };
            if codes.and_then(|codes| block.read(codes, count as usize)).is_some() {
                continue;
            }
            if whole {
                loaded.remade.push(chunk);
            }
            remake(file, coder, start, count, present, last, &mut block, &mut loaded.damaged)?;
        }
        last = block.last_label();
        loaded.blocks.push(Arc::new(block));
        first += wanted;
    }
    Ok(loaded)
}

/// Makes the codes of slots again from their exact numbers.
#[allow(clippy::too_many_arguments, reason = "one step of the loop above, moved out")]
fn remake(
    file: &SegmentFile,
    coder: &Coder,
    start: u32,
    count: u32,
    present: u32,
    before: Option<u64>,
    block: &mut Block,
    damaged: &mut Vec<u32>,
) -> Result<(), VectorsError> {
    let (mut sealed, mut rotated) = (Vec::new(), Vec::new());
    let readable = present.saturating_sub(start).min(count);
    file.read_slots(start, readable, &mut sealed)?;
    let mut pieces = sealed.chunks_exact_mut(file.slot_bytes());
    for slot in start..start + count {
        let opened = pieces.next().map(|piece| file.open_slot(slot, piece, &mut rotated));
        match opened {
            Some(Ok(label)) if block.takes(label) => block.push(coder, label, &rotated),
            Some(Err(VectorsError::Damaged { .. }) | Ok(_)) | None => {
                damaged.push(slot);
                block.push_vacant(block.last_label().or(before));
            }
            Some(Err(error)) => return Err(error),
        }
    }
    Ok(())
}
