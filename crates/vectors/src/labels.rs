//! Sets of labels: which slots are dead, and which a search is limited to.
//!
//! # Invariants
//! - A set is a bitmap in chunks of 32,768 labels, so that a caller can keep each chunk as a row of its records.

use std::collections::BTreeMap;

/// Words of a chunk.
const WORDS: usize = 512;

/// A set of labels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelSet {
    chunks: BTreeMap<u64, Box<[u64; WORDS]>>,
    count: usize,
}

impl LabelSet {
    /// Labels of one chunk.
    pub const CHUNK: u64 = 32_768;
    /// Bytes of one chunk's bitmap.
    pub const CHUNK_BYTES: usize = WORDS * 8;

    /// The empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a label; false when it was there.
    pub fn insert(&mut self, label: u64) -> bool {
        let (chunk, word, bit) = place(label);
        let words = self.chunks.entry(chunk).or_insert_with(|| Box::new([0; WORDS]));
        let Some(word) = words.get_mut(word) else { return false };
        let added = *word & bit == 0;
        *word |= bit;
        self.count += usize::from(added);
        added
    }

    /// Whether the label is in the set.
    #[must_use]
    pub fn contains(&self, label: u64) -> bool {
        let (chunk, word, bit) = place(label);
        self.chunks.get(&chunk).and_then(|words| words.get(word)).is_some_and(|word| word & bit != 0)
    }

    /// How many labels are in the set.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether no label is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The labels, rising.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.chunks.iter().flat_map(|(chunk, words)| {
            words.iter().enumerate().flat_map(move |(index, word)| {
                let first = chunk * Self::CHUNK + index as u64 * 64;
                (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| first + bit)
            })
        })
    }

    /// The chunks that have labels in them, as rows: the chunk's number (label / 32,768) and its bitmap, lowest label
    /// in the lowest bit of the first byte.
    pub fn chunks(&self) -> impl Iterator<Item = (u64, Vec<u8>)> + '_ {
        self.chunks
            .iter()
            .map(|(chunk, words)| (*chunk, words.iter().flat_map(|word| word.to_le_bytes()).collect()))
    }

    /// Adds a chunk as [`chunks`](Self::chunks) gave it. Bytes past [`CHUNK_BYTES`](Self::CHUNK_BYTES) are not read;
    /// missing ones are zero.
    pub fn insert_chunk(&mut self, chunk: u64, bitmap: &[u8]) {
        let words = self.chunks.entry(chunk).or_insert_with(|| Box::new([0; WORDS]));
        for (word, bytes) in words.iter_mut().zip(bitmap.chunks(8)) {
            let added = bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)) & !*word;
            self.count += added.count_ones() as usize;
            *word |= added;
        }
    }
}

impl FromIterator<u64> for LabelSet {
    fn from_iter<I: IntoIterator<Item = u64>>(labels: I) -> Self {
        let mut set = Self::new();
        for label in labels {
            set.insert(label);
        }
        set
    }
}

fn place(label: u64) -> (u64, usize, u64) {
    let within = label % LabelSet::CHUNK;
    (label / LabelSet::CHUNK, (within / 64) as usize, 1 << (within % 64))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_set_behaves_like_any_other(labels in prop::collection::vec(0_u64..200_000, 0..300), asked in prop::collection::vec(0_u64..200_000, 0..50)) {
            let oracle: BTreeSet<u64> = labels.iter().copied().collect();
            let set: LabelSet = labels.iter().copied().collect();
            prop_assert_eq!(set.len(), oracle.len());
            prop_assert_eq!(set.iter().collect::<Vec<_>>(), oracle.iter().copied().collect::<Vec<_>>());
            for label in labels.iter().chain(&asked) {
                prop_assert_eq!(set.contains(*label), oracle.contains(label));
            }
            let mut again = LabelSet::new();
            for (chunk, bitmap) in set.chunks() {
                prop_assert_eq!(bitmap.len(), LabelSet::CHUNK_BYTES);
                again.insert_chunk(chunk, &bitmap);
                again.insert_chunk(chunk, &bitmap);
            }
            prop_assert_eq!(again, set);
        }
    }
}
