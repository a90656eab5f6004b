//! Rescoring: the exact templates of candidates are read, opened and compared, the most promising first.
//!
//! # Invariants
//! - It ends when no candidate that is left can reach the floor that exact scores have made.
//! - Within a round templates are read in the order of the file, neighbours in one go.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::Inner;
use super::floor::Floor;
use super::scan::{Candidate, Request};
use super::search::Hit;
use super::snapshot::Snapshot;
use crate::error::VectorsError;
use crate::kernels::Float;
use crate::scanners::{Job, Promise};
use crate::segment::CHUNK;

/// Candidates of the first round, if the limit is lower; each round after it has twice as many as the one before.
const FIRST_ROUND: usize = 32;
/// Candidates of a part: a thread works about 100 microseconds on one.
const PART: usize = 64;
/// Rounds of fewer candidates are done by the thread that asks.
const ALONE: usize = 2 * PART;
/// Slots between two candidates that are read along rather than beginning a new read.
const GAP: u32 = 3;

/// The exact scores of all candidates that can be hits and reach the query's least score.
pub(crate) fn rescore(
    inner: &Arc<Inner>,
    snapshot: &Arc<Snapshot>,
    request: &Arc<Request>,
) -> Result<Vec<(Candidate, Hit)>, VectorsError> {
    let candidates = request.take_candidates();
    let floor = Floor::new(request.query.min_score, request.query.limit);
    let mut rest = candidates.as_slice();
    let mut round = request.query.limit.clamp(FIRST_ROUND, 4096);
    let mut all = Vec::new();
    while !rest.is_empty() {
        let can_reach = rest.partition_point(|candidate| candidate.most >= floor.score());
        let (now, later) = rest.split_at_checked(round.min(can_reach)).unwrap_or_default();
        if now.is_empty() {
            break;
        }
        let mut now = now.to_vec();
        now.sort_unstable_by_key(|candidate| (candidate.segment, candidate.slot));
        let mut scored = Vec::with_capacity(now.len());
        if now.len() < ALONE {
            score(inner.coder.float, snapshot, request, &now, &mut scored)?;
        } else {
            let job = Arc::new(Round::new(inner, snapshot, request, now));
            inner.scanners.submit_first(Arc::clone(&job) as Arc<dyn Job>);
            scored = job.end.wait()?;
        }
        scored.retain(|(_, hit)| hit.score >= request.query.min_score);
        floor.offer(scored.iter().map(|(_, hit)| hit.score));
        all.append(&mut scored);
        rest = later;
        round *= 2;
    }
    Ok(all)
}

/// Reads and compares candidates that are in the order of the file.
fn score(
    float: Float,
    snapshot: &Snapshot,
    request: &Request,
    candidates: &[Candidate],
    scored: &mut Vec<(Candidate, Hit)>,
) -> Result<(), VectorsError> {
    let (mut sealed, mut rotated) = (Vec::new(), Vec::new());
    let near = |a: &Candidate, b: &Candidate| {
        a.segment == b.segment && a.slot / CHUNK == b.slot / CHUNK && b.slot - a.slot <= GAP
    };
    for run in candidates.chunk_by(near) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let Some(view) = snapshot.segments.get(first.segment as usize) else { continue };
        view.file.read_slots(first.slot, last.slot - first.slot + 1, &mut sealed)?;
        let mut pieces = sealed.chunks_exact_mut(view.file.slot_bytes());
        let mut next = first.slot;
        for candidate in run {
            let damaged = || VectorsError::Damaged { segment: view.id(), slot: candidate.slot };
            let piece = pieces.nth((candidate.slot - next) as usize).ok_or_else(damaged)?;
            next = candidate.slot + 1;
            let label = view.file.open_slot(candidate.slot, piece, &mut rotated)?;
            if view.label(candidate.slot) != Some(label) {
                return Err(damaged());
            }
            let score = float.dot(&rotated, &request.probe);
            scored.push((*candidate, Hit { label, score }));
        }
    }
    Ok(())
}

/// A round whose parts several threads take.
struct Round {
    float: Float,
    snapshot: Arc<Snapshot>,
    request: Arc<Request>,
    candidates: Vec<Candidate>,
    next: AtomicUsize,
    done: AtomicUsize,
    failed: AtomicBool,
    scored: Mutex<Vec<(Candidate, Hit)>>,
    end: Promise<Result<Vec<(Candidate, Hit)>, VectorsError>>,
}

impl Round {
    fn new(
        inner: &Arc<Inner>,
        snapshot: &Arc<Snapshot>,
        request: &Arc<Request>,
        candidates: Vec<Candidate>,
    ) -> Self {
        Self {
            float: inner.coder.float,
            snapshot: Arc::clone(snapshot),
            request: Arc::clone(request),
            candidates,
            next: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
            scored: Mutex::default(),
            end: Promise::new(),
        }
    }
}

impl Job for Round {
    fn work(&self) {
        let total = self.candidates.len().div_ceil(PART);
        let mut scored = Vec::with_capacity(PART);
        loop {
            let part = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(candidates) = self.candidates.chunks(PART).nth(part) else { return };
            if !self.failed.load(Ordering::Relaxed)
                && let Err(error) = score(self.float, &self.snapshot, &self.request, candidates, &mut scored)
            {
                self.failed.store(true, Ordering::Relaxed);
                self.end.give(Err(error));
            }
            let mut all = self.scored.lock().unwrap_or_else(PoisonError::into_inner);
            all.append(&mut scored);
            if self.done.fetch_add(1, Ordering::AcqRel) + 1 == total {
                self.end.give(Ok(std::mem::take(&mut all)));
            }
        }
    }

    fn fail(&self) {
        self.end.give(Err(VectorsError::ScanFailed));
    }
}
