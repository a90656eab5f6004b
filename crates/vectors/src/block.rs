//! A block of codes in memory: consecutive slots of a segment, laid out for the kernels.
//!
//! Owns the layout and its form in a segment file. Refuses to know which slots are dead or visible.
//!
//! # Invariants
//! - Labels rise within a block. Slots past the last are zero in the sieve codes.

use std::sync::Arc;

use crate::basis::{Basis, FINGERPRINT, PARTS, Sieved};
use crate::code::{Code, Scales};
use crate::column::Column;
use crate::kernels::{GROUP, Line, prefetch};
use crate::shape::Shape;

/// What holds for all slots of a group, so that the sieve need not know it of each.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct GroupBounds {
    /// The largest errors of sieve codes: see [`Sieved`].
    pub(crate) errors: [f32; PARTS],
    pub(crate) outside: f32,
    pub(crate) outside_share: f32,
    /// A bit for each slot that passes every sieve.
    pub(crate) pass: u64,
}

impl GroupBounds {
    const BYTES: usize = 4 * (PARTS + 2) + 8;

    fn add(&mut self, lane: usize, sieved: Option<Sieved>) {
        match sieved.filter(|sieved| sieved.bytes.is_some() && sieved.outside_share.is_finite()) {
            Some(sieved) => {
                self.errors.iter_mut().zip(sieved.errors).for_each(|(most, error)| *most = most.max(error));
                self.outside = self.outside.max(sieved.outside);
                self.outside_share = self.outside_share.max(sieved.outside_share);
            }
            None => self.pass |= 1 << lane,
        }
    }

    fn within(&self, wider: &Self) -> bool {
        self.errors.iter().zip(wider.errors).all(|(own, wider)| *own <= wider)
            && self.outside <= wider.outside
            && self.outside_share <= wider.outside_share
            && self.pass & !wider.pass == 0
    }

    fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let numbers = self.errors.into_iter().chain([self.outside, self.outside_share]);
        let fields = numbers.flat_map(f32::to_le_bytes).chain(self.pass.to_le_bytes());
        bytes.iter_mut().zip(fields).for_each(|(place, byte)| *place = byte);
        bytes
    }

    fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let (numbers, pass) = bytes.split_at(4 * (PARTS + 2));
        let (numbers, _) = numbers.as_chunks::<4>();
        let number = |at: usize| numbers.get(at).map_or(f32::NAN, |bytes| f32::from_le_bytes(*bytes));
        let pass = pass.first_chunk::<8>().map_or(u64::MAX, |bytes| u64::from_le_bytes(*bytes));
        Self {
            errors: std::array::from_fn(number),
            outside: number(PARTS),
            outside_share: number(PARTS + 1),
            pass,
        }
    }
}

/// Codes, scales and labels of some slots.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    shape: Shape,
    /// What the codes were made with.
    basis: Arc<Basis>,
    /// For each group of 64 slots, a line for each byte of the sieve code: that byte of each slot.
    sieve: Column<Line>,
    /// For each slot, the lines of its fine code.
    fine: Column<Line>,
    scales: Column<Scales>,
    bounds: Vec<GroupBounds>,
    /// Label of a slot = this + its offset.
    base: u64,
    offsets: Vec<u32>,
}

impl Block {
    /// An empty block whose labels lie from `base` to `base + u32::MAX`.
    pub(crate) fn new(shape: Shape, basis: Arc<Basis>, base: u64) -> Self {
        Self {
            shape,
            basis,
            sieve: Column::default(),
            fine: Column::default(),
            scales: Column::default(),
            bounds: Vec::new(),
            base,
            offsets: Vec::new(),
        }
    }

    /// An empty block of the same kind.
    pub(crate) fn empty(&self) -> Self {
        Self::new(self.shape, Arc::clone(&self.basis), self.base)
    }

    pub(crate) fn basis(&self) -> &Arc<Basis> {
        &self.basis
    }

    /// Slots.
    pub(crate) fn len(&self) -> usize {
        self.offsets.len()
    }

    /// Bytes of memory held.
    pub(crate) fn bytes(&self) -> usize {
        (self.sieve.capacity() + self.fine.capacity()) * size_of::<Line>()
            + self.scales.capacity() * size_of::<Scales>()
            + self.bounds.capacity() * size_of::<GroupBounds>()
            + self.offsets.capacity() * size_of::<u32>()
    }

    /// Adds a slot. The label has to lie within reach of `base`, above those before it.
    pub(crate) fn push(&mut self, label: u64, code: &Code) {
        let lane = self.len() % GROUP;
        let start = self.grow();
        for (row, byte) in self.sieve.get_mut(start..).unwrap_or_default().iter_mut().zip(&code.sieve) {
            if let Some(place) = row.0.get_mut(lane) {
                *place = *byte;
            }
        }
        let fine = self.fine.len() - self.shape.fine_lines();
        self.fine.get_mut(fine..).unwrap_or_default().copy_from_slice(&code.fine);
        self.finish(label, code.scales, code.sieved);
    }

    /// Makes room for the codes of one more slot; where its group's rows begin.
    fn grow(&mut self) -> usize {
        if self.len().is_multiple_of(GROUP) {
            self.sieve.extend_zeroed(self.basis.rows());
            self.bounds.push(GroupBounds::default());
        }
        self.fine.extend_zeroed(self.shape.fine_lines());
        self.sieve.len() - self.basis.rows()
    }

    fn finish(&mut self, label: u64, scales: Scales, sieved: Option<Sieved>) {
        let lane = self.len() % GROUP;
        if let Some(bounds) = self.bounds.last_mut() {
            bounds.add(lane, sieved);
        }
        self.scales.extend(&[scales]);
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
        self.grow();
        self.finish(after.map_or(self.base, |label| label + 1), Scales::default(), None);
    }

    /// How many groups of 64 slots there are.
    pub(crate) fn groups(&self) -> usize {
        self.bounds.len()
    }

    /// A group: its rows of sieve codes (none if nothing was learned), their bounds, how many slots it has (64 but for the
    /// last).
    pub(crate) fn group(&self, index: usize) -> (&[Line], GroupBounds, usize) {
        let rows = self.basis.rows();
        let codes = self.sieve.get(index * rows..(index + 1) * rows).unwrap_or_default();
        let count = self.len().saturating_sub(index * GROUP).min(GROUP);
        (codes, self.bounds.get(index).copied().unwrap_or_default(), count)
    }

    /// Asks for what is compared next of a slot.
    #[inline]
    pub(crate) fn prefetch(&self, slot: usize) {
        prefetch(self.fine(slot));
        prefetch(self.scales.get(slot..=slot).unwrap_or_default());
    }

    /// The fine code of a slot.
    pub(crate) fn fine(&self, slot: usize) -> &[Line] {
        let lines = self.shape.fine_lines();
        self.fine.get(slot * lines..(slot + 1) * lines).unwrap_or_default()
    }

    /// The factors of a slot.
    pub(crate) fn scales(&self, slot: usize) -> &Scales {
        const NONE: &Scales = &Scales { factor: 0.0, deviation: 0.0, length: 0.0, offset: 0.0 };
        self.scales.get(slot).unwrap_or(NONE)
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
        let group = GROUP * (2 + shape.sieve_bytes()) + GroupBounds::BYTES;
        FINGERPRINT + slots.div_ceil(GROUP) * group + slots * (shape.fine_bytes() + Scales::BYTES + 4)
    }

    /// The file form: the basis' fingerprint, sieve codes (zeros if nothing was learned), bounds, fine codes, scales, label
    /// offsets.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(Self::file_bytes(self.shape, self.len()));
        out.extend_from_slice(&self.basis.fingerprint);
        out.extend(self.sieve.iter().flat_map(|line| line.0));
        let missing = self.bounds.len() * (2 + self.shape.sieve_bytes()) - self.sieve.len();
        out.resize(out.len() + missing * GROUP, 0);
        out.extend(self.bounds.iter().flat_map(|bounds| bounds.to_bytes()));
        out.extend(self.fine.iter().flat_map(|line| line.0));
        out.extend(self.scales.iter().flat_map(|scales| scales.to_bytes()));
        out.extend(self.offsets.iter().flat_map(|offset| offset.to_le_bytes()));
        out
    }

    /// Adds `slots` slots from their file form. `None`, and nothing added, when they were made with another basis, or the
    /// length is not theirs or labels do not rise: the caller has authenticated the bytes, so that would be a fault of the
    /// writer. The block has to end with a whole group.
    pub(crate) fn read(&mut self, bytes: &[u8], slots: usize) -> Option<()> {
        if bytes.len() != Self::file_bytes(self.shape, slots) || !self.len().is_multiple_of(GROUP) {
            return None;
        }
        let groups = slots.div_ceil(GROUP);
        let (fingerprint, rest) = bytes.split_at_checked(FINGERPRINT)?;
        let (sieve, rest) = rest.split_at_checked(groups * GROUP * (2 + self.shape.sieve_bytes()))?;
        let (bounds, rest) = rest.split_at_checked(groups * GroupBounds::BYTES)?;
        let (fine, rest) = rest.split_at_checked(slots * self.shape.fine_bytes())?;
        let (scales, offsets) = rest.split_at_checked(slots * Scales::BYTES)?;
        let (offsets, _) = offsets.as_chunks::<4>();
        let offsets = offsets.iter().map(|offset| u32::from_le_bytes(*offset));
        let rising =
            self.offsets.last().copied().into_iter().chain(offsets.clone()).is_sorted_by(|a, b| a < b);
        if *fingerprint != self.basis.fingerprint || !rising {
            return None;
        }
        if !self.basis.is_plain() {
            self.sieve.extend(&lines(sieve));
        }
        self.bounds.extend(bounds.as_chunks().0.iter().map(GroupBounds::from_bytes));
        self.fine.extend(&lines(fine));
        let scales: Vec<Scales> = scales.as_chunks().0.iter().map(Scales::from_bytes).collect();
        self.scales.extend(&scales);
        self.offsets.extend(offsets);
        Some(())
    }

    /// The first `slots` slots, and the others. Where a cut falls into a group, its codes are taken apart lane by lane.
    pub(crate) fn split(&self, slots: usize) -> (Self, Self) {
        let (mut head, mut tail) = (self.empty(), self.empty());
        for slot in 0..self.len() {
            let part = if slot < slots { &mut head } else { &mut tail };
            part.copy(self, slot);
        }
        (head, tail)
    }

    fn copy(&mut self, from: &Self, slot: usize) {
        let (Some(label), Some(bounds)) = (from.label(slot), from.bounds.get(slot / GROUP)) else { return };
        let start = slot / GROUP * self.basis.rows();
        let rows = from.sieve.get(start..start + self.basis.rows()).unwrap_or_default();
        // The bounds of the group that it comes from hold for it.
        let sieved = Sieved {
            bytes: Some([0; 2]),
            errors: bounds.errors,
            outside: bounds.outside,
            outside_share: bounds.outside_share,
        };
        let code = Code {
            sieve: rows.iter().filter_map(|row| row.0.get(slot % GROUP)).copied().collect(),
            sieved: (bounds.pass >> (slot % GROUP) & 1 == 0).then_some(sieved),
            fine: from.fine(slot).to_vec(),
            scales: *from.scales(slot),
        };
        self.push(label, &code);
    }

    /// Whether another block has the same slots, with bounds that hold for these too.
    pub(crate) fn same(&self, other: &Self) -> bool {
        self.base == other.base
            && self.offsets == other.offsets
            && self.scales == other.scales
            && self.sieve == other.sieve
            && self.fine == other.fine
            && self.bounds.len() == other.bounds.len()
            && self.bounds.iter().zip(&other.bounds).all(|(own, wider)| own.within(wider))
    }

    /// Makes room for exactly `slots` more slots.
    pub(crate) fn reserve(&mut self, slots: usize) {
        let groups = slots.div_ceil(GROUP);
        self.sieve.reserve(groups * self.basis.rows());
        self.fine.reserve(slots * self.shape.fine_lines());
        self.scales.reserve(slots);
        self.bounds.reserve_exact(groups);
        self.offsets.reserve_exact(slots);
    }

    /// Adds the slots of another block of the same base and basis; this one has to end with a whole group.
    pub(crate) fn extend(&mut self, other: &Self) {
        debug_assert!(self.base == other.base && self.len().is_multiple_of(GROUP));
        self.sieve.extend(&other.sieve);
        self.fine.extend(&other.fine);
        self.scales.extend(&other.scales);
        self.bounds.extend_from_slice(&other.bounds);
        self.offsets.extend_from_slice(&other.offsets);
    }
}

fn lines(bytes: &[u8]) -> Vec<Line> {
    bytes.as_chunks().0.iter().map(|line| Line(*line)).collect()
}
