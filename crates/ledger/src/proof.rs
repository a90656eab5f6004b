//! Roots and proofs: RFC 6962, section 2.1, made from subtree hashes and verified from nothing but the proof.
//!
//! Owns the two proofs that make a log checkable: that an entry is in a tree (inclusion), and that a tree only grew
//! (consistency). Refuses to know where hashes come from: [`Subtrees`] hands them out.
//!
//! # Invariants
//! - Verification is a pure function, reads each hash of a proof once, and refuses proofs that are too long as it refuses
//!   those that are too short.

use crate::hash::Hash;

/// Hashes of complete subtrees: of the leaves `index << level` up to `(index + 1) << level`, all of them in the log.
pub trait Subtrees {
    /// Why a hash cannot be had.
    type Error;

    /// The hash of the subtree over `1 << level` leaves that is the `index`-th of its size.
    ///
    /// # Errors
    /// [`Subtrees::Error`].
    fn subtree(&mut self, level: u32, index: u64) -> Result<Hash, Self::Error>;
}

/// The hash of the leaves `start..end`, where `start` is a multiple of the smallest power of two not below `end - start`, as it is
/// for every part that RFC 6962 splits a tree into.
fn range<S: Subtrees + ?Sized>(subtrees: &mut S, start: u64, end: u64) -> Result<Hash, S::Error> {
    let count = end - start;
    if count == 0 {
        return Ok(Hash::of_nothing());
    }
    if count.is_power_of_two() {
        let level = count.trailing_zeros();
        return subtrees.subtree(level, start >> level);
    }
    let split = start + largest_power_below(count);
    Ok(Hash::of_node(range(subtrees, start, split)?, range(subtrees, split, end)?))
}

/// The largest power of two smaller than `count`, which is at least 2.
fn largest_power_below(count: u64) -> u64 {
    1 << (63 - (count - 1).leading_zeros())
}

/// The root of the tree over the first `size` leaves.
///
/// # Errors
/// Those of `subtrees`.
pub fn root<S: Subtrees + ?Sized>(subtrees: &mut S, size: u64) -> Result<Hash, S::Error> {
    range(subtrees, 0, size)
}

/// The proof that leaf `index` is in the tree over the first `size` leaves, nearest hash first. `None` if it is not.
///
/// # Errors
/// Those of `subtrees`.
pub fn inclusion<S: Subtrees + ?Sized>(
    subtrees: &mut S,
    index: u64,
    size: u64,
) -> Result<Option<Vec<Hash>>, S::Error> {
    if index >= size {
        return Ok(None);
    }
    let (mut start, mut end, mut proof) = (0, size, Vec::new());
    while end - start > 1 {
        let split = start + largest_power_below(end - start);
        if index < split {
            proof.push(range(subtrees, split, end)?);
            end = split;
        } else {
            proof.push(range(subtrees, start, split)?);
            start = split;
        }
    }
    proof.reverse();
    Ok(Some(proof))
}

/// The proof that the tree over the first `new` leaves begins with the tree over the first `old`. Empty for equal sizes and
/// for `old` 0; `None` if `old` is larger.
///
/// # Errors
/// Those of `subtrees`.
pub fn consistency<S: Subtrees + ?Sized>(
    subtrees: &mut S,
    old: u64,
    new: u64,
) -> Result<Option<Vec<Hash>>, S::Error> {
    if old > new {
        return Ok(None);
    }
    if old == 0 || old == new {
        return Ok(Some(Vec::new()));
    }
    // Whether the old tree is still the whole of what is looked at: its root is known to the reader then.
    let (mut start, mut end, mut whole, mut proof) = (0, new, true, Vec::new());
    while old < end {
        let split = start + largest_power_below(end - start);
        if old <= split {
            proof.push(range(subtrees, split, end)?);
            end = split;
        } else {
            proof.push(range(subtrees, start, split)?);
            start = split;
            whole = false;
        }
    }
    if !whole {
        proof.push(range(subtrees, start, end)?);
    }
    proof.reverse();
    Ok(Some(proof))
}

/// Whether `proof` shows that the leaf with hash `leaf` is number `index` of the tree of `size` leaves with `root`.
#[must_use]
pub fn includes(leaf: Hash, index: u64, size: u64, proof: &[Hash], root: Hash) -> bool {
    if index >= size {
        return false;
    }
    // Down from the whole tree once, to know on which side each hash of the proof stands.
    let (mut start, mut end, mut sides) = (0, size, Vec::new());
    while end - start > 1 {
        let split = start + largest_power_below(end - start);
        sides.push(index < split);
        if index < split { end = split } else { start = split }
    }
    if sides.len() != proof.len() {
        return false;
    }
    let up = sides.iter().rev().zip(proof);
    let found = up.fold(
        leaf,
        |node, (&left, &other)| {
            if left { Hash::of_node(node, other) } else { Hash::of_node(other, node) }
        },
    );
    found == root
}

/// Whether `proof` shows that the tree of `new` leaves with `new_root` begins with that of `old` leaves with `old_root`.
#[must_use]
pub fn extends(old: u64, old_root: Hash, new: u64, new_root: Hash, proof: &[Hash]) -> bool {
    if old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return proof.is_empty() && old_root == Hash::of_nothing();
    }
    let (mut start, mut end, mut whole, mut sides) = (0, new, true, Vec::new());
    while old < end {
        let split = start + largest_power_below(end - start);
        let left = old <= split;
        sides.push(left);
        if left {
            end = split;
        } else {
            start = split;
            whole = false;
        }
    }
    let (first, rest) = if whole {
        (old_root, proof)
    } else {
        let Some((&first, rest)) = proof.split_first() else { return false };
        (first, rest)
    };
    if sides.len() != rest.len() {
        return false;
    }
    let up = sides.iter().rev().zip(rest);
    let (old_found, new_found) = up.fold((first, first), |(old, new), (&left, &other)| {
        if left {
            (old, Hash::of_node(new, other))
        } else {
            (Hash::of_node(other, old), Hash::of_node(other, new))
        }
    });
    old_found == old_root && new_found == new_root
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use proptest::prelude::*;
    use sha2::Sha256;

    use super::*;

    /// All leaves in memory, every subtree hashed anew.
    struct Leaves(Vec<Vec<u8>>);

    impl Subtrees for Leaves {
        type Error = Infallible;

        fn subtree(&mut self, level: u32, index: u64) -> Result<Hash, Infallible> {
            if level == 0 {
                return Ok(Hash::of_leaf(&self.0[index as usize]));
            }
            let (left, right) =
                (self.subtree(level - 1, 2 * index)?, self.subtree(level - 1, 2 * index + 1)?);
            Ok(Hash::of_node(left, right))
        }
    }

    fn leaves(count: u64) -> Leaves {
        Leaves((0..count).map(|leaf| leaf.to_le_bytes().to_vec()).collect())
    }

    fn oracle(count: u64) -> MemoryBackedTree<Sha256, Vec<u8>> {
        let mut tree = MemoryBackedTree::new();
        for leaf in leaves(count).0 {
            tree.push(leaf);
        }
        tree
    }

    fn bytes(proof: &[Hash]) -> Vec<u8> {
        proof.iter().flat_map(|hash| hash.0).collect()
    }

    proptest! {
        #[test]
        fn roots_and_proofs_are_those_of_another_implementation(size in 1_u64..70, at in any::<u64>()) {
            let (mut ours, theirs) = (leaves(size), oracle(size));
            let Ok(root) = root(&mut ours, size);
            prop_assert_eq!(root.0.to_vec(), theirs.root().as_bytes().to_vec());
            let index = at % size;
            let Ok(proof) = inclusion(&mut ours, index, size);
            prop_assert_eq!(bytes(&proof.unwrap()), theirs.prove_inclusion(index as usize).as_bytes().to_vec());
            let added = (at % size) as usize;
            if added > 0 && added < size as usize {
                let Ok(proof) = consistency(&mut ours, size - added as u64, size);
                prop_assert_eq!(bytes(&proof.unwrap()), theirs.prove_consistency(added).as_bytes().to_vec());
            }
        }

        #[test]
        fn what_is_proved_verifies_and_nothing_else_does(
            size in 1_u64..300,
            at in any::<u64>(),
            damage in any::<(usize, usize, u8)>(),
        ) {
            let mut tree = leaves(size);
            let index = at % size;
            let leaf = Hash::of_leaf(&index.to_le_bytes());
            let Ok(whole) = root(&mut tree, size);
            let Ok(Some(proof)) = inclusion(&mut tree, index, size) else { panic!() };
            prop_assert!(includes(leaf, index, size, &proof, whole));
            prop_assert!(!includes(leaf, index + 1, size, &proof, whole));
            prop_assert!(!includes(Hash::of_leaf(b"other"), index, size, &proof, whole));
            let old = at % (size + 1);
            let Ok(old_root) = root(&mut tree, old);
            let Ok(Some(growth)) = consistency(&mut tree, old, size) else { panic!() };
            prop_assert!(extends(old, old_root, size, whole, &growth));
            prop_assert!(!extends(old, Hash::of_leaf(b"other"), size, whole, &growth));
            // Every tree begins with the empty one.
            prop_assert!(old == 0 || !extends(old, old_root, size, Hash::of_leaf(b"other"), &growth));

            let altered = |proof: &[Hash]| {
                let (which, byte, flip) = damage;
                let mut longer = proof.to_vec();
                longer.push(whole);
                let mut wrong = proof.to_vec();
                if let Some(hash) = wrong.get_mut(which % proof.len().max(1)) {
                    hash.0[byte % 32] ^= flip | 1;
                }
                let shorter = proof[..proof.len().saturating_sub(1)].to_vec();
                [longer, wrong, shorter].into_iter().filter(|candidate| candidate != proof).collect::<Vec<_>>()
            };
            for candidate in altered(&proof) {
                prop_assert!(!includes(leaf, index, size, &candidate, whole));
            }
            for candidate in altered(&growth) {
                prop_assert!(!extends(old, old_root, size, whole, &candidate));
            }
        }
    }
}
