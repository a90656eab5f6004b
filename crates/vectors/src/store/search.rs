//! Searching: codes choose the slots whose exact templates are read, and those decide.

use std::sync::{Arc, PoisonError};

use super::floor::Floor;
use super::scan::{self, Candidate, Request};
use super::snapshot::{SegmentView, Snapshot};
use super::{Store, rescore};
use crate::error::VectorsError;
use crate::labels::LabelSet;
use crate::probe::Aim;

/// Stores of up to this many slots are scanned by the thread that asks: that takes some hundred microseconds at most,
/// and waking others takes some ten.
const ALONE: u64 = 32_768;
/// A search limited to fewer labels than one in this many slots looks each label up; one limited to more scans. A look-up
/// costs about as much as the sieve takes for this many slots.
const LOOK_UP: u64 = 64;

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

impl Query {
    /// Whether a label may be a hit.
    pub(super) fn admits(&self, label: u64) -> bool {
        self.exclude != Some(label) && self.only.as_ref().is_none_or(|only| only.contains(label))
    }
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
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The hits by falling score, of equal ones the lower label first.
    pub hits: Vec<Hit>,
    /// How many templates the probe was compared with: those that live, less those that the query rules out.
    pub searched: u64,
}

impl Store {
    /// Finds the templates whose inner product with `probe` is highest.
    ///
    /// The result is that of comparing the probe with every exact template, but for errors of codes beyond 4.5
    /// deviations (see [`crate`]). It sees everything published before it began and nothing buried before it ends.
    ///
    /// # Errors
    /// When the probe does not fit the shape, or a template that matters cannot be read or is damaged.
    pub fn search(&self, probe: &[f32], query: &Query) -> Result<Answer, VectorsError> {
        self.inner.shape.check(probe)?;
        let mut rotated = vec![0.0; probe.len()];
        self.inner.transform.apply(probe, &mut rotated);
        if let Some(answer) = self.search_once(&rotated, query)? {
            return Ok(answer);
        }
        // Of what was found something died: it has raised the floor for others, which are missing now. Once more, and
        // nothing dies meanwhile.
        let _living = self.inner.burial.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(self.search_once(&rotated, query)?.unwrap_or_default())
    }

    /// Searches for a rotated probe. `None` when something that was found has been buried before the end.
    fn search_once(&self, rotated: &[f32], query: &Query) -> Result<Option<Answer>, VectorsError> {
        let floor =
            Floor::new(if query.min_score.is_nan() { f32::INFINITY } else { query.min_score }, query.limit);
        let request = Arc::new(Request::new(rotated.to_vec(), query.clone(), floor));
        let snapshot = self.candidates(&request)?;
        let searched = searched(&snapshot, query);
        let scored = rescore::rescore(&self.inner, &snapshot, &request)?;
        let found = scored.len();
        let mut hits = self.living(&snapshot, scored);
        if hits.len() < found {
            return Ok(None);
        }
        hits.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.label.cmp(&b.label)));
        hits.truncate(query.limit);
        Ok(Some(Answer { hits, searched }))
    }

    /// Finds candidates by whatever way is shortest, and the snapshot that they are of.
    fn candidates(&self, request: &Arc<Request>) -> Result<Arc<Snapshot>, VectorsError> {
        let snapshot = self.snapshot();
        if request.query.limit == 0 {
            return Ok(snapshot);
        }
        let slots: u64 = snapshot.segments.iter().map(|view| u64::from(view.slots)).sum();
        if let Some(only) = request.query.only.as_ref().filter(|only| (only.len() as u64) < slots / LOOK_UP) {
            scan::look_up(&self.inner, &snapshot, request, only);
            return Ok(snapshot);
        }
        if slots <= ALONE {
            let mut aims: Vec<Arc<Aim>> = Vec::new();
            for (segment, view) in snapshot.segments.iter().enumerate() {
                for placed in view.blocks.iter() {
                    let aim = scan::aim(&self.inner, request, placed, &mut aims);
                    let all = 0..placed.block.groups();
                    scan::groups(self.inner.kernels, request, &aim, segment as u32, view, placed, all);
                }
            }
            return Ok(snapshot);
        }
        scan::together(&self.inner, request)
    }

    /// Drops what was buried since it was found.
    fn living(&self, snapshot: &Snapshot, scored: Vec<(Candidate, Hit)>) -> Vec<Hit> {
        let now = self.snapshot();
        // A segment that is still there shares its marks with this search's snapshot; one that was compacted does not.
        let current: Vec<bool> = snapshot
            .segments
            .iter()
            .map(|view| now.segments.iter().any(|other| Arc::ptr_eq(&view.dead, &other.dead)))
            .collect();
        let lives = |candidate: &Candidate, hit: &Hit| {
            let segment = candidate.segment as usize;
            if current.get(segment) == Some(&true) {
                let view: Option<&SegmentView> = snapshot.segments.get(segment);
                view.is_some_and(|view| !view.dead.contains(candidate.slot))
            } else {
                now.find_live(hit.label).is_some()
            }
        };
        scored.into_iter().filter(|(candidate, hit)| lives(candidate, hit)).map(|(_, hit)| hit).collect()
    }
}

fn searched(snapshot: &Snapshot, query: &Query) -> u64 {
    let lives = |label: &u64| snapshot.find_live(*label).is_some();
    match &query.only {
        Some(only) => only.iter().filter(|label| query.exclude != Some(*label)).filter(lives).count() as u64,
        None => snapshot.live().saturating_sub(u64::from(query.exclude.as_ref().is_some_and(lives))),
    }
}
