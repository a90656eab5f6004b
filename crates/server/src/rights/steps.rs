//! What was told of things, step by step, and which of it counts.
//!
//! Owns that a step may come not to count, and to count again. Refuses to know what a step says.
//!
//! # Invariants
//! - The steps of a thing are in the order of their entries.
//! - A snapshot that is put back knows what was told before it, also what an earlier restoration, which it does not know of, undid.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::ops::Range;

/// Steps of things named by `K`.
#[derive(Debug)]
pub(super) struct Steps<K, T> {
    counting: BTreeMap<K, Vec<(u64, T)>>,
    aside: Vec<Aside<K, T>>,
}

/// A step that was undone by putting a snapshot back.
#[derive(Debug)]
struct Aside<K, T> {
    /// The entry that says so.
    by: u64,
    of: K,
    number: u64,
    told: T,
}

impl<K, T> Default for Steps<K, T> {
    fn default() -> Self {
        Self { counting: BTreeMap::new(), aside: Vec::new() }
    }
}

impl<K: Ord + Clone, T> Steps<K, T> {
    /// Entry `number` told this of a thing.
    pub(super) fn push(&mut self, of: K, number: u64, told: T) {
        self.counting.entry(of).or_default().push((number, told));
    }

    /// What counts of a thing.
    pub(super) fn get<Q: Ord + ?Sized>(&self, of: &Q) -> Option<&Vec<(u64, T)>>
    where
        K: Borrow<Q>,
    {
        self.counting.get(of)
    }

    /// What these entries told never came to be.
    pub(super) fn undo(&mut self, range: &Range<u64>) {
        self.counting.values_mut().for_each(|steps| steps.retain(|(number, _)| !range.contains(number)));
    }

    /// What these entries told came to be, and is in no records any more, says entry `by`: a snapshot from before was put back.
    pub(super) fn set_aside(&mut self, by: u64, range: &Range<u64>) {
        for (of, steps) in &mut self.counting {
            let undone = steps.extract_if(.., |(number, _)| range.contains(number));
            self.aside.extend(undone.map(|(number, told)| Aside { by, of: of.clone(), number, told }));
        }
    }

    /// The snapshot knows the entries before `known`: what a restoration that it does not know of undid of them counts again.
    pub(super) fn put_back(&mut self, known: u64) {
        for Aside { of, number, told, .. } in
            self.aside.extract_if(.., |one| one.number < known && one.by >= known)
        {
            let steps = self.counting.entry(of).or_default();
            let place = steps.partition_point(|(other, _)| *other < number);
            steps.insert(place, (number, told));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_snapshot_knows_what_an_earlier_one_undid() {
        let mut steps = Steps::<&str, char>::default();
        for (number, told) in [(1, 'a'), (12, 'b'), (14, 'c')] {
            steps.push("x", number, told);
        }
        let counting = |steps: &Steps<&str, char>| -> String {
            steps.get("x").into_iter().flatten().map(|(_, told)| *told).collect()
        };
        // One of before entry 10 is put back by entry 20, then one of before entry 13 by entry 30.
        steps.set_aside(20, &(10..20));
        steps.put_back(10);
        assert_eq!(counting(&steps), "a");
        steps.push("x", 22, 'd');
        steps.set_aside(30, &(13..30));
        steps.put_back(13);
        assert_eq!(counting(&steps), "ab");
        // One of after the first restoration does not know what that undid.
        steps.set_aside(40, &(35..40));
        steps.put_back(35);
        assert_eq!(counting(&steps), "ab");
        steps.undo(&(12..13));
        assert_eq!(counting(&steps), "a");
    }
}
