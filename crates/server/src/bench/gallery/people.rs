//! Made-up people for the bench: whom it enrols, whom it looks for, and what an exact comparison finds.
//!
//! Owns the comparison of probes with every template, number by number, against which a search is judged.
//!
//! # Invariants
//! - Person `n` is enrolled with its picture 0 and looked for with its picture 1.

use std::thread;

use overt_vectors::synthetic::{DIMENSIONS, Population};

/// A number that makes the people of every bench the same.
const SEED: u64 = 2018;

/// Everybody there could be.
#[derive(Clone)]
pub(super) struct People(Population);

/// What a comparison with every template found for one probe.
#[derive(Clone, Debug, Default)]
pub(super) struct Exact {
    /// People who reach the threshold, with their scores, by falling score.
    pub(super) found: Vec<(u64, f32)>,
}

impl People {
    pub(super) fn new() -> Self {
        Self(Population::new(SEED))
    }

    /// The template a person is enrolled with.
    pub(super) fn enrolled(&self, person: u64) -> Vec<f32> {
        self.template(person, 0)
    }

    /// The template of another picture of a person.
    pub(super) fn probe(&self, person: u64) -> Vec<f32> {
        self.template(person, 1)
    }

    fn template(&self, person: u64, picture: u64) -> Vec<f32> {
        let mut template = vec![0.0; DIMENSIONS];
        self.0.template(person, picture, &mut template);
        template
    }

    /// Compares probes with the enrolled templates of the first `count` people, on all cores.
    pub(super) fn exact(&self, probes: &[Vec<f32>], count: u64, threshold: f32) -> Vec<Exact> {
        let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get) as u64;
        let part = count.div_ceil(threads).max(1);
        let mut all = vec![Exact::default(); probes.len()];
        thread::scope(|scope| {
            let parts: Vec<_> = (0..threads)
                .map(|thread| {
                    let people = thread * part..((thread + 1) * part).min(count);
                    scope.spawn(move || self.exact_part(probes, people, threshold))
                })
                .collect();
            for part in parts {
                // A thread that panicked panics here too: this is a bench.
                let found = part.join().unwrap_or_default();
                for (all, found) in all.iter_mut().zip(found) {
                    all.found.extend(found.found);
                }
            }
        });
        for exact in &mut all {
            exact.found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        }
        all
    }

    fn exact_part(&self, probes: &[Vec<f32>], people: std::ops::Range<u64>, threshold: f32) -> Vec<Exact> {
        let mut all = vec![Exact::default(); probes.len()];
        let mut template = vec![0.0; DIMENSIONS];
        for person in people {
            self.0.template(person, 0, &mut template);
            for (exact, probe) in all.iter_mut().zip(probes) {
                let score = dot(probe, &template);
                if score >= threshold {
                    exact.found.push((person, score));
                }
            }
        }
        all
    }
}

/// The inner product, in sixteen sums that a compiler makes vectors of.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
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
    fn a_person_is_found_by_another_picture_and_nobody_below_the_threshold() {
        let people = People::new();
        let probes = [people.probe(3), people.probe(500)];
        let exact = people.exact(&probes, 100, 0.85);
        assert_eq!(exact[0].found.first().map(|(person, _)| *person), Some(3));
        assert!(exact[1].found.iter().all(|(person, _)| *person != 500), "500 is not enrolled");
        for (exact, probe) in exact.iter().zip(&probes) {
            let count = (0..100).filter(|n| dot(probe, &people.enrolled(*n)) >= 0.85).count();
            assert_eq!(exact.found.len(), count);
        }
    }
}
