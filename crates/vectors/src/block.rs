//! A block of codes in memory: consecutive slots of a segment, laid out for the kernels.
//!
//! Owns the layout and its form in a segment file. Refuses to know which slots are dead or visible.
//!
//! # Invariants
//! - Labels rise within a block. Slots past the last are zero in the sieve codes.

use crate::code::{Coder, Scales};
use crate::kernels::GROUP;
use crate::shape::Shape;

/// What is known of the scales of a group, so that the sieve can drop most of its faces without reading theirs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GroupBounds {
    /// Smallest and largest factor of the sieve estimate.
    pub(crate) sieve: (f32, f32),
    /// Largest deviation of the sieve estimate.
    pub(crate) deviation: f32,
}

/// Codes, scales and labels of some slots.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    shape: Shape,
    /// For each group of 64 slots, rows of 64 bytes: byte `r` of each slot's sieve code.
    sieve: Vec<u8>,
    /// For each slot, its fine code.
    fine: Vec<u8>,
    scales: Vec<Scales>,
    bounds: Vec<GroupBounds>,
    /// Label of a slot = this + its offset.
    base: u64,
    offsets: Vec<u32>,
}

impl Block {
    /// An empty block whose labels lie from `base` to `base + u32::MAX`.
    pub(crate) fn new(shape: Shape, base: u64) -> Self {
        Self {
            shape,
            sieve: Vec::new(),
            fine: Vec::new(),
            scales: Vec::new(),
            bounds: Vec::new(),
            base,
            offsets: Vec::new(),
        }
    }

    /// Slots.
    pub(crate) fn len(&self) -> usize {
        self.offsets.len()
    }

    /// Bytes of memory held.
    pub(crate) fn bytes(&self) -> usize {
        self.sieve.capacity()
            + self.fine.capacity()
            + self.scales.capacity() * size_of::<Scales>()
            + self.bounds.capacity() * size_of::<GroupBounds>()
            + self.offsets.capacity() * size_of::<u32>()
    }

    /// Adds a slot. The label has to lie within reach of `base`, above those before it.
    pub(crate) fn push(&mut self, coder: &Coder, label: u64, rotated: &[f32]) {
        let lane = self.len() % GROUP;
        let group = GROUP * self.shape.sieve_bytes();
        if lane == 0 {
            self.sieve.resize(self.sieve.len() + group, 0);
        }
        let fine = self.fine.len();
        self.fine.resize(fine + self.shape.fine_bytes(), 0);
        let rows = self.sieve.len() - group;
        let scales = coder.encode(
            rotated,
            lane,
            self.sieve.get_mut(rows..).unwrap_or_default(),
            self.fine.get_mut(fine..).unwrap_or_default(),
        );
        self.push_scales(label, scales);
    }

    fn push_scales(&mut self, label: u64, scales: Scales) {
        if self.len().is_multiple_of(GROUP) {
            self.bounds.push(GroupBounds { sieve: (f32::INFINITY, f32::NEG_INFINITY), deviation: 0.0 });
        }
        if let Some(bounds) = self.bounds.last_mut() {
            bounds.sieve = (bounds.sieve.0.min(scales.sieve), bounds.sieve.1.max(scales.sieve));
            bounds.deviation = bounds.deviation.max(scales.sieve_deviation);
        }
        self.scales.push(scales);
        self.offsets.push((label - self.base) as u32);
    }

    /// Whether a label lies within reach of the base and above those before it.
    pub(crate) fn takes(&self, label: u64) -> bool {
        let offset = label.checked_sub(self.base).and_then(|offset| u32::try_from(offset).ok());
        offset.is_some_and(|offset| self.offsets.last().is_none_or(|last| offset > *last))
    }

    /// Adds a slot whose template could not be read, for the caller to mark as dead. `after` is the label before it: the
    /// slot gets the next one, which is not above its true one, so that labels still rise.
    pub(crate) fn push_vacant(&mut self, after: Option<u64>) {
        if self.len().is_multiple_of(GROUP) {
            self.sieve.resize(self.sieve.len() + GROUP * self.shape.sieve_bytes(), 0);
        }
        self.fine.resize(self.fine.len() + self.shape.fine_bytes(), 0);
        self.push_scales(after.map_or(self.base, |label| label + 1), Scales::default());
    }

    /// The groups in order: the rows of sieve codes, their bounds, how many slots there are (64 but for the last).
    pub(crate) fn groups(&self) -> impl Iterator<Item = (&[[u8; GROUP]], GroupBounds, usize)> {
        let (rows, _) = self.sieve.as_chunks::<GROUP>();
        rows.chunks_exact(self.shape.sieve_bytes())
            .zip(&self.bounds)
            .enumerate()
            .map(|(index, (rows, bounds))| (rows, *bounds, (self.len() - index * GROUP).min(GROUP)))
    }

    /// The fine code of a slot.
    pub(crate) fn fine(&self, slot: usize) -> &[u8] {
        let bytes = self.shape.fine_bytes();
        self.fine.get(slot * bytes..(slot + 1) * bytes).unwrap_or_default()
    }

    /// The factors of a slot.
    pub(crate) fn scales(&self, slot: usize) -> Scales {
        self.scales.get(slot).copied().unwrap_or_default()
    }

    /// The label of a slot.
    pub(crate) fn label(&self, slot: usize) -> Option<u64> {
        self.offsets.get(slot).map(|offset| self.base + u64::from(*offset))
    }

    pub(crate) fn last_label(&self) -> Option<u64> {
        self.label(self.len().checked_sub(1)?)
    }

    /// The slot with a label.
    pub(crate) fn find(&self, label: u64) -> Option<usize> {
        let offset = u32::try_from(label.checked_sub(self.base)?).ok()?;
        self.offsets.binary_search(&offset).ok()
    }

    /// Bytes of the file form of `slots` slots.
    pub(crate) fn file_bytes(shape: Shape, slots: usize) -> usize {
        slots.next_multiple_of(GROUP) * shape.sieve_bytes() + slots * (shape.fine_bytes() + Scales::BYTES + 4)
    }

    /// Appends the file form: sieve codes, fine codes, scales, label offsets.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.sieve);
        out.extend_from_slice(&self.fine);
        out.extend(self.scales.iter().flat_map(|scales| scales.to_bytes()));
        out.extend(self.offsets.iter().flat_map(|offset| offset.to_le_bytes()));
    }

    /// Adds `slots` slots from their file form. `None` when the length is not theirs or labels do not rise: the caller
    /// has authenticated the bytes, so that would be a fault of the writer. The block has to end with a whole group.
    pub(crate) fn read(&mut self, bytes: &[u8], slots: usize) -> Option<()> {
        if bytes.len() != Self::file_bytes(self.shape, slots) || !self.len().is_multiple_of(GROUP) {
            return None;
        }
        let (sieve, rest) =
            bytes.split_at_checked(slots.next_multiple_of(GROUP) * self.shape.sieve_bytes())?;
        let (fine, rest) = rest.split_at_checked(slots * self.shape.fine_bytes())?;
        let (scales, offsets) = rest.split_at_checked(slots * Scales::BYTES)?;
        let mut last = self.offsets.last().copied();
        let (offsets, _) = offsets.as_chunks::<4>();
        for offset in offsets {
            let offset = u32::from_le_bytes(*offset);
            if last.is_some_and(|last| offset <= last) {
                return None;
            }
            last = Some(offset);
        }
        self.sieve.extend_from_slice(sieve);
        self.fine.extend_from_slice(fine);
        let (scales, _) = scales.as_chunks::<{ Scales::BYTES }>();
        for (scales, offset) in scales.iter().zip(offsets) {
            let label = self.base + u64::from(u32::from_le_bytes(*offset));
            self.push_scales(label, Scales::from_bytes(scales));
        }
        Some(())
    }

    /// The first `slots` slots, and the others. Where a cut falls into a group, its codes are taken apart lane by lane.
    pub(crate) fn split(&self, slots: usize) -> (Self, Self) {
        let (mut head, mut tail) = (Self::new(self.shape, self.base), Self::new(self.shape, self.base));
        for slot in 0..self.len() {
            let part = if slot < slots { &mut head } else { &mut tail };
            part.copy(self, slot);
        }
        (head, tail)
    }

    fn copy(&mut self, from: &Self, slot: usize) {
        let Some(label) = from.label(slot) else { return };
        let rows = GROUP * self.shape.sieve_bytes();
        let lane = self.len() % GROUP;
        if lane == 0 {
            self.sieve.resize(self.sieve.len() + rows, 0);
        }
        let start = self.sieve.len() - rows;
        let source = from.sieve.get(slot / GROUP * rows..).unwrap_or_default();
        let target = self.sieve.get_mut(start..).unwrap_or_default();
        for (target, source) in target.chunks_exact_mut(GROUP).zip(source.chunks_exact(GROUP)) {
            if let (Some(target), Some(source)) = (target.get_mut(lane), source.get(slot % GROUP)) {
                *target = *source;
            }
        }
        self.fine.extend_from_slice(from.fine(slot));
        self.push_scales(label, from.scales(slot));
    }

    /// Whether another block has the same slots.
    pub(crate) fn same(&self, other: &Self) -> bool {
        self.base == other.base
            && self.offsets == other.offsets
            && self.scales == other.scales
            && self.sieve == other.sieve
            && self.fine == other.fine
    }

    /// Makes room for exactly `slots` more slots.
    pub(crate) fn reserve(&mut self, slots: usize) {
        let groups = slots.div_ceil(GROUP);
        self.sieve.reserve_exact(groups * GROUP * self.shape.sieve_bytes());
        self.fine.reserve_exact(slots * self.shape.fine_bytes());
        self.scales.reserve_exact(slots);
        self.bounds.reserve_exact(groups);
        self.offsets.reserve_exact(slots);
    }

    /// Adds the slots of another block of the same base; this one has to end with a whole group.
    pub(crate) fn extend(&mut self, other: &Self) {
        debug_assert!(self.base == other.base && self.len().is_multiple_of(GROUP));
        self.sieve.extend_from_slice(&other.sieve);
        self.fine.extend_from_slice(&other.fine);
        self.scales.extend_from_slice(&other.scales);
        self.bounds.extend_from_slice(&other.bounds);
        self.offsets.extend_from_slice(&other.offsets);
    }
}
