//! Whom the indexes hold, whom they are asked for, and what an exact comparison finds.
//!
//! Owns the made-up templates of a run and the judgement of an answer. Refuses to know which index gave it.
//!
//! # Invariants
//! - Person `n` is enrolled with picture 0; probes are other pictures, whose mate in the gallery reaches the threshold.
//! - An index is never charged for the rounding of 32-bit numbers: scores within [`ROUNDING`] count as equal.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::thread;

use overt_vectors::synthetic::{DIMENSIONS, Population};

/// The score at similarity 80 of `overt-face-1`: one pair of strangers in 10,000 reaches it.
pub(crate) const MIN_SCORE: f32 = 0.894_37;
/// What two ways to add 256 products may differ by.
const ROUNDING: f32 = 2e-6;
/// The people of `overt bench gallery`.
const SEED: u64 = 2018;

/// Everybody there could be.
#[derive(Clone)]
pub(crate) struct People(Population);

/// A picture to be looked for.
#[derive(Clone)]
pub(crate) struct Probe {
    pub(crate) template: Vec<f32>,
    /// Whom it shows.
    pub(crate) person: u64,
}

/// What comparing a probe with every template finds: everybody who reaches the threshold, best first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exact {
    found: Vec<(u64, f32)>,
    scores: HashMap<u64, f32>,
}

impl People {
    pub(crate) fn new() -> Self {
        Self(Population::new(SEED))
    }

    fn template(&self, person: u64, picture: u64) -> Vec<f32> {
        let mut template = vec![0.0; DIMENSIONS];
        self.0.template(person, picture, &mut template);
        template
    }

    /// The template that a person is enrolled with.
    pub(crate) fn enrolled(&self, person: u64) -> Vec<f32> {
        self.template(person, 0)
    }

    /// The templates of these people, made on all cores.
    pub(crate) fn batch(&self, people: Range<u64>) -> Vec<Vec<f32>> {
        let half = people.start + (people.end - people.start) / 2;
        let make = |range: Range<u64>| range.map(|person| self.enrolled(person)).collect::<Vec<_>>();
        thread::scope(|scope| {
            let second = scope.spawn(|| make(half..people.end));
            let mut all = make(people.start..half);
            all.extend(second.join().unwrap_or_default());
            all
        })
    }

    /// `wanted` pictures of people among the first `count`, all different.
    pub(crate) fn probes(&self, count: u64, wanted: usize) -> Vec<Probe> {
        let mated = (1_u64..).filter_map(|picture| {
            let person = picture.wrapping_mul(0x9e37_79b9) % count;
            let template = self.template(person, picture);
            (dot(&template, &self.enrolled(person)) >= MIN_SCORE).then_some(Probe { template, person })
        });
        mated.take(wanted).collect()
    }

    /// Compares every probe with the templates of the first `count` people, on two threads.
    pub(crate) fn exact(&self, probes: &[Probe], count: u64) -> Vec<Exact> {
        let half = count / 2;
        let (mut all, second) = thread::scope(|scope| {
            let second = scope.spawn(|| self.exact_part(probes, half..count));
            (self.exact_part(probes, 0..half), second.join().unwrap_or_default())
        });
        for (exact, more) in all.iter_mut().zip(second) {
            exact.found.extend(more.found);
            exact.found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            exact.scores = exact.found.iter().copied().collect();
        }
        all
    }

    fn exact_part(&self, probes: &[Probe], people: Range<u64>) -> Vec<Exact> {
        let mut all = vec![Exact::default(); probes.len()];
        let mut template = vec![0.0; DIMENSIONS];
        for person in people {
            self.0.template(person, 0, &mut template);
            for (exact, probe) in all.iter_mut().zip(probes) {
                let score = dot(&probe.template, &template);
                if score >= MIN_SCORE - ROUNDING {
                    exact.found.push((person, score));
                }
            }
        }
        all
    }
}

impl Exact {
    /// What would have been found without these people.
    pub(crate) fn without(mut self, gone: &HashSet<u64>) -> Self {
        self.found.retain(|(person, _)| !gone.contains(person));
        self.scores.retain(|person, _| !gone.contains(person));
        self
    }

    /// How many surely reach the threshold.
    pub(crate) fn size(&self) -> usize {
        self.found.iter().take_while(|(_, score)| *score >= MIN_SCORE + ROUNDING).count()
    }

    /// Whether an answer's first is the best there is.
    pub(crate) fn same_first(&self, answer: &[u64]) -> bool {
        let score = |person: &u64| self.scores.get(person).copied().unwrap_or(f32::NEG_INFINITY);
        let best = self.found.first().map_or(f32::INFINITY, |(_, score)| *score);
        answer.first().is_some_and(|first| score(first) >= best - ROUNDING)
    }

    /// Of the best `limit` that reach the threshold: how many an answer has, and how many there are.
    ///
    /// What else an answer has is not held against it: its caller can compute the exact scores and drop it.
    pub(crate) fn members(&self, answer: &[u64], limit: usize) -> (usize, usize) {
        let wanted = self.size().min(limit);
        let floor = match wanted.checked_sub(1).and_then(|last| self.found.get(last)) {
            Some((_, score)) => score - ROUNDING,
            None => return (0, 0),
        };
        let there =
            answer.iter().filter(|person| self.scores.get(person).is_some_and(|score| *score >= floor));
        (there.count().min(wanted), wanted)
    }
}

/// The inner product, in sixteen sums that a compiler makes vectors of.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 16];
    for (a, b) in a.as_chunks::<16>().0.iter().zip(b.as_chunks::<16>().0) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_answers_are_judged_as_complete_and_others_as_what_they_lack() {
        let people = People::new();
        let probes = people.probes(3_000, 20);
        for (probe, exact) in probes.iter().zip(people.exact(&probes, 3_000)) {
            let all: Vec<u64> = exact.found.iter().map(|(person, _)| *person).collect();
            assert!(all.contains(&probe.person));
            assert!(exact.same_first(&all));
            assert_eq!(exact.members(&all, 100), (exact.size().min(100), exact.size().min(100)));
            assert_eq!(exact.members(&all[1..], 100).0 + 1, exact.members(&all, 100).0);
            assert!(all.len() < 2 || !exact.same_first(&all[1..]));
            assert!(!exact.same_first(&[]));
        }
    }
}
