//! Searching: codes choose the slots whose exact templates are read, and those decide.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

use super::Store;
use super::snapshot::Snapshot;
use crate::error::VectorsError;
use crate::kernels::GROUP;
use crate::labels::LabelSet;
use crate::probe::Probe;

/// What a search is to find.
#[derive(Clone, Debug)]
pub struct Query {
    /// Templates with a lower inner product with the probe are no hits.
    pub min_score: f32,
    /// At most this many hits, the best ones.
    pub limit: usize,
    /// A label that is no hit: a face does not find itself.
    pub exclude: Option<u64>,
    /// If given, only these labels are hits.
    pub only: Option<Arc<LabelSet>>,
}

/// A template that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Its label.
    pub label: u64,
    /// Its inner product with the probe.
    pub score: f32,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The hits by falling score, of equal ones the lower label first.
    pub hits: Vec<Hit>,
    /// How many templates the probe was compared with: those that live, less those that the query rules out.
    pub searched: u64,
}

/// A slot that may be a hit.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    segment: usize,
    slot: u32,
    /// The score can hardly be higher.
    most: f32,
}

impl Store {
    /// Finds the templates whose inner product with `probe` is highest.
    ///
    /// The result is that of comparing the probe with every exact template, but for errors of codes beyond 4.5
    /// deviations (see [`crate`]). It sees everything published and nothing buried when it ends.
    ///
    /// # Errors
    /// When the probe does not fit the shape, or a template that matters cannot be read or is damaged.
    pub fn search(&self, probe: &[f32], query: &Query) -> Result<Answer, VectorsError> {
        self.inner.shape.check(probe)?;
        let mut rotated = vec![0.0; probe.len()];
        self.inner.transform.apply(probe, &mut rotated);
        let probe = Probe::new(self.inner.shape, rotated);
        let snapshot = self.snapshot();
        let wanted = |label: u64| {
            query.exclude != Some(label) && query.only.as_ref().is_none_or(|only| only.contains(label))
        };
        let searched = self.searched(&snapshot, query);
        let mut candidates = self.candidates(&snapshot, &probe, query, &wanted);
        candidates.sort_by(|a, b| b.most.total_cmp(&a.most));
        let hits = self.rescore(&snapshot, &probe, query, &candidates)?;
        Ok(Answer { hits, searched })
    }

    fn searched(&self, snapshot: &Snapshot, query: &Query) -> u64 {
        let lives = |label: &u64| snapshot.find_live(*label).is_some();
        match &query.only {
            Some(only) => {
                only.iter().filter(|label| query.exclude != Some(*label)).filter(lives).count() as u64
            }
            None => snapshot.live() - u64::from(query.exclude.as_ref().is_some_and(lives)),
        }
    }

    fn candidates(
        &self,
        snapshot: &Snapshot,
        probe: &Probe,
        query: &Query,
        wanted: &dyn Fn(u64) -> bool,
    ) -> Vec<Candidate> {
        let mut found = Vec::new();
        let mut floor = Floor::new(query);
        let mut sums = [0; GROUP];
        for (segment, view) in snapshot.segments.iter().enumerate() {
            for placed in view.blocks.iter() {
                for (index, (rows, bounds, count)) in placed.block.groups().enumerate() {
                    let first = placed.first + (index * GROUP) as u32;
                    let least = probe.least_sum(floor.score(), bounds);
                    let mut mask = self.inner.kernels.sieve(rows, &probe.tables, &mut sums, least);
                    mask &= !view.dead.word(first);
                    mask &= if count == GROUP { u64::MAX } else { (1 << count) - 1 };
                    while mask != 0 {
                        let lane = mask.trailing_zeros() as usize;
                        mask &= mask - 1;
                        let within = index * GROUP + lane;
                        let scales = placed.block.scales(within);
                        let sum = sums.get(lane).copied().unwrap_or(u16::MAX);
                        let rough = probe.sieve(sum, &scales);
                        if rough.score + rough.margin < floor.score() {
                            continue;
                        }
                        let product = self.inner.kernels.fine(placed.block.fine(within), &probe.fine);
                        let estimate = probe.fine(product, &scales);
                        let (most, least) =
                            (estimate.score + estimate.margin, estimate.score - estimate.margin);
                        if most < floor.score() || !placed.block.label(within).is_some_and(wanted) {
                            continue;
                        }
                        floor.offer(least);
                        found.push(Candidate { segment, slot: first + lane as u32, most });
                    }
                }
            }
        }
        found.retain(|candidate| candidate.most >= floor.score());
        found
    }

    fn rescore(
        &self,
        snapshot: &Snapshot,
        probe: &Probe,
        query: &Query,
        candidates: &[Candidate],
    ) -> Result<Vec<Hit>, VectorsError> {
        let (mut sealed, mut rotated) = (Vec::new(), Vec::new());
        let mut floor = Floor::new(query);
        let mut hits = Vec::new();
        for candidate in candidates {
            if candidate.most < floor.score() {
                break;
            }
            let Some(view) = snapshot.segments.get(candidate.segment) else { continue };
            let label = view.file.read_slot(candidate.slot, &mut sealed, &mut rotated)?;
            if view.label(candidate.slot) != Some(label) {
                return Err(VectorsError::Damaged { segment: view.id(), slot: candidate.slot });
            }
            let score = self.inner.float.dot(&rotated, &probe.rotated);
            if score >= query.min_score {
                floor.offer(score);
                hits.push(Hit { label, score });
            }
        }
        let now = self.snapshot();
        hits.retain(|hit| now.find_live(hit.label).is_some());
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.label.cmp(&b.label)));
        hits.truncate(query.limit);
        Ok(hits)
    }
}

/// The score below which nothing can be among the best: the query's least score, or the `limit`-th best of what is
/// certain.
struct Floor {
    limit: usize,
    least: f32,
    best: BinaryHeap<std::cmp::Reverse<Score>>,
}

impl Floor {
    fn new(query: &Query) -> Self {
        Self { limit: query.limit, least: query.min_score, best: BinaryHeap::new() }
    }

    fn score(&self) -> f32 {
        self.least
    }

    /// Tells that a slot has at least this score.
    fn offer(&mut self, score: f32) {
        self.best.push(std::cmp::Reverse(Score(score)));
        if self.best.len() > self.limit {
            self.best.pop();
        }
        if self.best.len() == self.limit
            && let Some(std::cmp::Reverse(Score(worst))) = self.best.peek()
        {
            self.least = self.least.max(*worst);
        }
    }
}

/// A score in the total order of numbers.
#[derive(PartialEq)]
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
