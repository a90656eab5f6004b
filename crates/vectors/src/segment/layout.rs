//! Where in a segment file things are.
//!
//! A file is a header, the sealed basis of its codes (a hole until one was learned), and chunks of 1,024 slots. A chunk is the sealed codes of its slots, then its slots, each sealed
//! by itself. The codes are written when the chunk is full: the codes of the last, growing chunk are made from its slots
//! when the file is opened, and their place is a hole until then.
//!
//! # Invariants
//! - A file with `n` committed slots is at least [`end`](Layout::end)`(n)` bytes long, and what is past that does not count.

use crate::basis::Basis;
use crate::block::Block;
use crate::key::{NONCE, TAG};
use crate::shape::Shape;

/// Slots of a chunk: 188 KB of codes are sealed in one piece, and at most 1,023 slots are encoded again at a start.
pub(crate) const CHUNK: u32 = 1024;
/// Bytes of the header.
pub(crate) const HEADER: usize = 128;

/// Offsets for one shape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    basis: u64,
    slot: u64,
    codes: u64,
}

impl Layout {
    pub(crate) fn new(shape: Shape) -> Self {
        let slot = NONCE + 8 + 4 * shape.dimensions() + TAG;
        let codes = NONCE + Block::file_bytes(shape, CHUNK as usize) + TAG;
        let basis = NONCE + Basis::file_bytes(shape) + TAG;
        Self { basis: basis as u64, slot: slot as u64, codes: codes as u64 }
    }

    /// Bytes of the sealed basis, which follows the header.
    pub(crate) fn basis_bytes(&self) -> usize {
        self.basis as usize
    }

    /// Bytes of a sealed slot: nonce, label, numbers, tag.
    pub(crate) fn slot_bytes(&self) -> usize {
        self.slot as usize
    }

    /// Bytes of a chunk's sealed codes.
    pub(crate) fn codes_bytes(&self) -> usize {
        self.codes as usize
    }

    fn chunk(&self) -> u64 {
        self.codes + u64::from(CHUNK) * self.slot
    }

    /// Where a chunk's codes are.
    pub(crate) fn codes_at(&self, chunk: u32) -> u64 {
        HEADER as u64 + self.basis + u64::from(chunk) * self.chunk()
    }

    /// Where a slot is.
    pub(crate) fn slot_at(&self, slot: u32) -> u64 {
        self.codes_at(slot / CHUNK) + self.codes + u64::from(slot % CHUNK) * self.slot
    }

    /// Where a file with this many slots ends.
    pub(crate) fn end(&self, slots: u32) -> u64 {
        if slots.is_multiple_of(CHUNK) { self.codes_at(slots / CHUNK) } else { self.slot_at(slots) }
    }

    /// How many whole slots a file of this length has.
    pub(crate) fn slots(&self, length: u64) -> u32 {
        let Some(body) = length.checked_sub(HEADER as u64 + self.basis) else { return 0 };
        let within = (body % self.chunk()).saturating_sub(self.codes) / self.slot;
        u32::try_from(body / self.chunk() * u64::from(CHUNK) + within).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_slots_agree() {
        let layout = Layout::new(Shape::new(100).unwrap());
        for slots in [0, 1, 2, 1023, 1024, 1025, 2047, 2048, 5000] {
            let end = layout.end(slots);
            assert_eq!(layout.slots(end), slots);
            if slots > 0 {
                assert_eq!(layout.slots(end - 1), slots - 1, "{slots}");
                assert_eq!(end, layout.slot_at(slots - 1) + layout.slot_bytes() as u64);
            }
        }
        for length in 0..=HEADER as u64 {
            assert_eq!(layout.slots(length), 0);
        }
    }
}
