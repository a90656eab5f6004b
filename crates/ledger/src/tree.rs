//! A tree that grows: leaves in, full tiles and roots out.
//!
//! Owns what has to be remembered of a tree to go on with it: the hashes of its unfinished tiles, at most 255 a level. Refuses to know
//! files.

use crate::hash::Hash;
use crate::tile::{Kind, TileName, WIDTH};

/// The right edge of a tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tree {
    size: u64,
    /// Hashes of the unfinished tile of each level, fewer than 256 each.
    levels: Vec<Vec<Hash>>,
}

impl Tree {
    /// A tree of `size` leaves whose unfinished tiles hold `levels`. `None` if these are not those of such a tree.
    pub(crate) fn resume(size: u64, levels: Vec<Vec<Hash>>) -> Option<Self> {
        let expected = |level: usize| (size.checked_shr(8 * level as u32).unwrap_or(0)) % WIDTH;
        let right = levels.iter().enumerate().all(|(level, hashes)| hashes.len() as u64 == expected(level));
        let complete = size.checked_shr(8 * levels.len() as u32).unwrap_or(0) == 0;
        (right && complete).then_some(Self { size, levels })
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn levels(&self) -> &[Vec<Hash>] {
        &self.levels
    }

    /// Adds a leaf; `full` receives each tile that it fills, with its hashes, lowest level first.
    pub(crate) fn push(&mut self, leaf: Hash, mut full: impl FnMut(TileName, &[Hash])) {
        self.size += 1;
        let mut next = leaf;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let Some(hashes) = self.levels.get_mut(level) else { return };
            hashes.push(next);
            if (hashes.len() as u64) < WIDTH {
                return;
            }
            let index = (self.size >> (8 * (level + 1))) - 1;
            full(TileName { kind: Kind::Hashes { level: level as u32 }, index, width: WIDTH }, hashes);
            next = over(hashes);
            hashes.clear();
        }
    }

    /// The unfinished tiles that have hashes.
    pub(crate) fn partial(&self) -> impl Iterator<Item = (TileName, &[Hash])> {
        let named = |(level, hashes): (usize, &Vec<Hash>)| TileName {
            kind: Kind::Hashes { level: level as u32 },
            index: self.size >> (8 * (level + 1)),
            width: hashes.len() as u64,
        };
        let levels = self.levels.iter().enumerate().filter(|(_, hashes)| !hashes.is_empty());
        levels.map(move |level| (named(level), level.1.as_slice()))
    }

    /// The root over all leaves.
    pub(crate) fn root(&self) -> Hash {
        let mut right: Option<Hash> = None;
        for hashes in &self.levels {
            // What is unfinished below stands to the right of what is finished here.
            let row: Vec<Hash> = hashes.iter().copied().chain(right).collect();
            right = (!row.is_empty()).then(|| over(&row));
        }
        right.unwrap_or_else(Hash::of_nothing)
    }
}

/// The hash over a row of subtrees that are equally large, but for the last, which may be smaller.
pub(crate) fn over(row: &[Hash]) -> Hash {
    match row {
        [] => Hash::of_nothing(),
        [one] => *one,
        more => {
            let half = more.len().div_ceil(2).next_power_of_two();
            let (left, right) = more.split_at_checked(half).unwrap_or((more, &[]));
            Hash::of_node(over(left), over(right))
        }
    }
}

#[cfg(test)]
mod tests {
    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use sha2::Sha256;

    use super::*;

    #[test]
    fn roots_are_those_of_another_implementation_across_full_tiles() {
        let mut oracle = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        let (mut tree, mut full) = (Tree::default(), Vec::new());
        assert_eq!(tree.root(), Hash::of_nothing());
        for leaf in 0..1500_u32 {
            let entry = leaf.to_be_bytes().to_vec();
            tree.push(Hash::of_leaf(&entry), |name, hashes| full.push((name, hashes.len())));
            oracle.push(entry);
            if leaf % 37 == 0 || (leaf + 1) % 256 < 2 {
                assert_eq!(&tree.root().0[..], oracle.root().as_bytes().as_slice(), "{leaf}");
                let again = Tree::resume(tree.size(), tree.levels().to_vec()).unwrap();
                assert_eq!(again.root(), tree.root());
            }
        }
        let indices: Vec<_> = full.iter().map(|(name, width)| (name.index, *width)).collect();
        assert_eq!(indices, [(0, 256), (1, 256), (2, 256), (3, 256), (4, 256)]);
        let partial: Vec<_> = tree.partial().map(|(name, hashes)| (name, hashes.len() as u64)).collect();
        for (name, width) in &partial {
            assert_eq!(TileName::in_tree(name.kind, name.index, 1500), Some(*name));
            assert_eq!(name.width, *width);
        }
        assert_eq!(partial.len(), 2);
    }

    #[test]
    fn two_levels_of_full_tiles() {
        let (mut tree, mut full) = (Tree::default(), Vec::new());
        for leaf in 0..65_536_u32 {
            tree.push(Hash::of_leaf(&leaf.to_be_bytes()), |name, _| full.push(name));
        }
        assert_eq!(full.len(), 257);
        assert_eq!(full.last(), Some(&TileName { kind: Kind::Hashes { level: 1 }, index: 0, width: 256 }));
        assert_eq!(tree.partial().map(|(name, _)| name.path()).collect::<Vec<_>>(), ["tile/2/000.p/1"]);
    }

    #[test]
    fn an_edge_of_another_size_is_refused() {
        assert!(Tree::resume(0, Vec::new()).is_some());
        assert!(Tree::resume(1, Vec::new()).is_none());
        assert!(Tree::resume(256, vec![Vec::new(), vec![Hash::of_nothing()]]).is_some());
        assert!(Tree::resume(257, vec![Vec::new(), vec![Hash::of_nothing()]]).is_none());
    }
}
