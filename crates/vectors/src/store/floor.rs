//! The score that still matters: below it nothing can be among the hits.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicU32, Ordering as Memory};
use std::sync::{Mutex, PoisonError};

/// The query's least score or, once that many are certain, the `limit`-th best of the scores that slots have at least.
/// It rises only, and threads share it.
#[derive(Debug)]
pub(crate) struct Floor {
    limit: usize,
    /// The bits of a 32-bit number; written under the lock.
    score: AtomicU32,
    best: Mutex<BinaryHeap<Reverse<Score>>>,
}

impl Floor {
    pub(crate) fn new(min_score: f32, limit: usize) -> Self {
        Self { limit, score: AtomicU32::new(min_score.to_bits()), best: Mutex::default() }
    }

    pub(crate) fn score(&self) -> f32 {
        f32::from_bits(self.score.load(Memory::Relaxed))
    }

    /// Tells that so many slots, each told once, have at least these scores.
    pub(crate) fn offer(&self, scores: impl IntoIterator<Item = f32>) {
        let mut best = self.best.lock().unwrap_or_else(PoisonError::into_inner);
        for score in scores {
            if best.len() < self.limit {
                best.push(Reverse(Score(score)));
            } else if let Some(mut worst) = best.peek_mut()
                && worst.0.0 < score
            {
                *worst = Reverse(Score(score));
            }
        }
        if best.len() >= self.limit
            && let Some(Reverse(Score(worst))) = best.peek()
            && *worst > self.score()
        {
            self.score.store(worst.to_bits(), Memory::Relaxed);
        }
    }
}

/// A score in the total order of numbers.
#[derive(Debug, PartialEq)]
struct Score(f32);

impl Eq for Score {}

impl PartialOrd for Score {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Score {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_floor_is_the_limit_th_best(scores in prop::collection::vec(-1.0_f32..1.0, 0..200), limit in 1_usize..50, least in -1.0_f32..1.0) {
            let floor = Floor::new(least, limit);
            for (index, some) in scores.chunks(7).enumerate() {
                floor.offer(some.iter().copied());
                let mut told = scores[..(index * 7 + some.len())].to_vec();
                told.sort_by(|a, b| b.total_cmp(a));
                prop_assert_eq!(floor.score(), told.get(limit - 1).copied().unwrap_or(least).max(least));
            }
        }
    }
}
