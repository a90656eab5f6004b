//! A column of a block: a list in memory that grows, in huge pages once it is large.
//!
//! A search reads some thousand places all over the codes. With pages of four kilobytes the processor looks up nearly each of
//! them in the page table, which costs more than reading it; with pages of two megabytes it knows them all.
//!
//! # Invariants
//! - Where the operating system has no huge pages, or none left, a column works as any list does.

use std::ops::{Deref, DerefMut};

use bytemuck::Pod;
use memmap2::MmapMut;

/// Bytes of a huge page on x86-64, and on 64-bit ARM with pages of four kilobytes.
const HUGE: usize = 2 << 20;
/// Bytes for which a huge page is taken: a quarter of one at most lies idle.
const WORTH: usize = HUGE / 4 * 3;

/// A list of plain values.
#[derive(Debug)]
pub(crate) enum Column<T> {
    Heap(Vec<T>),
    Huge(Huge<T>),
}

/// Memory of a fixed size from the operating system, aligned to huge pages.
#[derive(Debug)]
pub(crate) struct Huge<T> {
    map: MmapMut,
    /// Bytes before the first value.
    start: usize,
    len: usize,
    values: std::marker::PhantomData<T>,
}

impl<T: Pod> Huge<T> {
    /// Room for so many values, or nothing if the operating system refuses.
    fn new(capacity: usize) -> Option<Self> {
        let bytes = capacity.checked_mul(size_of::<T>())?;
        let whole = bytes.checked_next_multiple_of(HUGE)?;
        // What lies before the first boundary and after the last value is never touched and takes no memory.
        let map = MmapMut::map_anon(whole.checked_add(HUGE)?).ok()?;
        let start = map.as_ptr().align_offset(HUGE);
        #[cfg(target_os = "linux")]
        {
            let worth = if whole - bytes <= HUGE - WORTH { whole } else { whole - HUGE };
            // A kernel without huge pages says no, and gives small ones.
            let _ = map.advise_range(memmap2::Advice::HugePage, start, worth);
        }
        Some(Self { map, start, len: 0, values: std::marker::PhantomData })
    }

    fn capacity(&self) -> usize {
        (self.map.len() - HUGE) / size_of::<T>()
    }

    fn values(&self) -> &[T] {
        let end = self.start + self.len * size_of::<T>();
        self.map
            .get(self.start..end)
            .and_then(|bytes| bytemuck::try_cast_slice(bytes).ok())
            .unwrap_or_default()
    }

    fn values_mut(&mut self) -> &mut [T] {
        let end = self.start + self.len * size_of::<T>();
        let bytes = self.map.get_mut(self.start..end);
        bytes.and_then(|bytes| bytemuck::try_cast_slice_mut(bytes).ok()).unwrap_or_default()
    }
}

impl<T: Pod> Column<T> {
    /// Makes room for exactly so many more values.
    pub(crate) fn reserve(&mut self, more: usize) {
        let needed = self.len() + more;
        if needed * size_of::<T>() >= WORTH
            && needed > self.capacity()
            && let Some(mut huge) = Huge::new(needed)
        {
            huge.len = self.len();
            huge.values_mut().copy_from_slice(self);
            *self = Self::Huge(huge);
        }
        if let Self::Heap(values) = self {
            values.reserve_exact(more);
        }
    }

    /// Adds values.
    pub(crate) fn extend(&mut self, new: &[T]) {
        self.fit(new.len());
        match self {
            Self::Heap(values) => values.extend_from_slice(new),
            Self::Huge(huge) => {
                huge.len += new.len();
                let old = huge.len - new.len();
                huge.values_mut().get_mut(old..).unwrap_or_default().copy_from_slice(new);
            }
        }
    }

    /// Adds so many values of zeros.
    pub(crate) fn extend_zeroed(&mut self, more: usize) {
        self.fit(more);
        match self {
            Self::Heap(values) => values.resize(values.len() + more, T::zeroed()),
            // It comes zeroed, and nothing is ever taken off.
            Self::Huge(huge) => huge.len += more,
        }
    }

    /// Back to the heap, which grows on demand, when huge pages are full.
    fn fit(&mut self, more: usize) {
        if let Self::Huge(huge) = self
            && huge.len + more > huge.capacity()
        {
            *self = Self::Heap(huge.values().to_vec());
        }
    }

    /// Values there is memory for.
    pub(crate) fn capacity(&self) -> usize {
        match self {
            Self::Heap(values) => values.capacity(),
            Self::Huge(huge) => huge.capacity(),
        }
    }
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self::Heap(Vec::new())
    }
}

impl<T: Pod> Deref for Column<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Self::Heap(values) => values,
            Self::Huge(huge) => huge.values(),
        }
    }
}

impl<T: Pod> DerefMut for Column<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        match self {
            Self::Heap(values) => values,
            Self::Huge(huge) => huge.values_mut(),
        }
    }
}

impl<T: Pod> Clone for Column<T> {
    fn clone(&self) -> Self {
        let mut new = Self::default();
        if matches!(self, Self::Huge(_)) {
            new.reserve(self.len());
        }
        new.extend(self);
        new
    }
}

impl<T: Pod + PartialEq> PartialEq for Column<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernels::Line;

    fn line(number: u8) -> Line {
        Line([number; 64])
    }

    proptest! {
        #[test]
        fn a_column_is_a_list_wherever_it_lies(reserved in 0_usize..80_000, lengths in prop::collection::vec(0_usize..30_000, 1..6)) {
            let (mut column, mut list) = (Column::default(), Vec::new());
            column.reserve(reserved);
            prop_assert_eq!(matches!(column, Column::Huge(_)), reserved * 64 >= WORTH);
            prop_assert!(column.capacity() >= reserved);
            for (number, length) in (1_u8..).zip(lengths) {
                if number % 2 == 0 {
                    column.extend_zeroed(length);
                    list.resize(list.len() + length, Line::ZERO);
                } else {
                    let new = vec![line(number); length];
                    column.extend(&new);
                    list.extend(new);
                }
                if let Some(last) = column.last_mut() {
                    *last = line(200);
                    *list.last_mut().unwrap() = line(200);
                }
                prop_assert!(*column == *list);
                prop_assert!(column.clone() == column);
            }
        }
    }

    #[test]
    fn values_in_huge_pages_are_aligned_to_them() {
        let mut column = Column::<Line>::default();
        column.reserve(HUGE / 64);
        column.extend_zeroed(HUGE / 64);
        assert!(matches!(column, Column::Huge(_)));
        assert_eq!(column.as_ptr().align_offset(HUGE), 0);
        assert_eq!(column.len(), HUGE / 64);
    }

    #[test]
    fn what_outgrows_its_reservation_is_kept() {
        let mut column = Column::<Line>::default();
        column.reserve(HUGE / 64);
        let all: Vec<Line> = (0..HUGE / 64).map(|number| line(number as u8)).collect();
        column.extend(&all);
        column.extend(&[line(7)]);
        assert_eq!(column.split_last(), Some((&line(7), all.as_slice())));
    }
}
