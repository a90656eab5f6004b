//! Compaction: segments with many dead slots are written again without them.
//!
//! Three steps, so that the caller's records decide: [`plan`](Store::plan_compaction) chooses neighbouring segments,
//! [`compact`](Store::compact) writes a new one beside them, and after the caller has committed the state that
//! [`committed_after`](Store::committed_after) tells, [`adopt`](Store::adopt) replaces them and removes their files. A
//! crash before the commit leaves a file that the next start removes; a crash after it leaves old files that it removes.

use std::ops::Range;
use std::sync::{Arc, PoisonError};

use super::growing::{CAPACITY, Growing};
use super::snapshot::{SegmentView, Snapshot};
use super::{Inner, Store};
use crate::committed::{Committed, SegmentState};
use crate::error::VectorsError;
use crate::segment::SegmentFile;

/// Segments up to this many live slots join a neighbour that is compacted anyway, so that small ones do not pile up.
const SMALL: u64 = CAPACITY as u64 / 16;
/// Which segments a compaction is to rewrite.
#[derive(Clone, Debug)]
pub struct CompactionPlan {
    segments: Vec<SegmentView>,
}

impl CompactionPlan {
    /// The ids of the segments.
    #[must_use]
    pub fn segments(&self) -> Vec<u32> {
        self.segments.iter().map(SegmentView::id).collect()
    }

    /// How many slots are to be written again.
    #[must_use]
    pub fn live(&self) -> u64 {
        self.segments.iter().map(SegmentView::live).sum()
    }
}

/// A compaction that is written and flushed, and not yet adopted.
#[derive(Debug)]
pub struct Compacted {
    replaced: Vec<SegmentState>,
    /// `None` when no slot was alive.
    new: Option<SegmentView>,
}

impl Store {
    /// Chooses what to compact: neighbouring segments of which at least the share `dead` (0 to 1) is dead. `None` when
    /// there are none.
    ///
    /// If the segment that grows is among them, the next template begins a new one.
    #[must_use]
    pub fn plan_compaction(&self, dead: f64) -> Option<CompactionPlan> {
        let mut writer = self.writer();
        let snapshot = self.snapshot();
        // A segment with unpublished slots has to stay.
        let usable =
            snapshot.segments.len() - usize::from(writer.idle().is_err() && !snapshot.segments.is_empty());
        let usable = snapshot.segments.get(..usable)?;
        let range = choose(usable, dead)?;
        if range.end == snapshot.segments.len() {
            writer.closed = true;
            writer.forget();
        }
        Some(CompactionPlan { segments: usable.get(range)?.to_vec() })
    }

    /// Writes the live slots of a plan into a new segment file. Searches, appends and deletions go on meanwhile.
    ///
    /// # Errors
    /// When a slot is damaged (repair buries it first) or the disk refuses; the new file is removed.
    pub fn compact(&self, plan: &CompactionPlan) -> Result<Compacted, VectorsError> {
        let state = |view: &SegmentView| SegmentState { id: view.id(), slots: view.slots };
        let replaced = plan.segments.iter().map(state).collect();
        let id = self.writer().take_id();
        match self.rewrite(plan, id) {
            Ok(new) => Ok(Compacted { replaced, new }),
            Err(error) => {
                // The error that is told is the first one; what is left of the file goes at the next start.
                let _ = fs_err::remove_file(SegmentFile::path_of(&self.inner.folder, id));
                Err(error)
            }
        }
    }

    fn rewrite(&self, plan: &CompactionPlan, id: u32) -> Result<Option<SegmentView>, VectorsError> {
        let Inner { folder, key, coder, scanners, .. } = &*self.inner;
        let live: Vec<(&SegmentView, u32, u64)> = plan
            .segments
            .iter()
            .flat_map(|view| (0..view.slots).map(move |slot| (view, slot)))
            .filter(|(view, slot)| !view.dead.contains(*slot))
            .filter_map(|(view, slot)| Some((view, slot, view.label(slot)?)))
            .collect();
        let Some((.., base)) = live.first() else { return Ok(None) };
        let basis = self.last_basis(&self.snapshot());
        let mut growing = Growing::create(folder, id, key, *coder, &basis, *base)?;
        let mut rest = live.as_slice();
        while !rest.is_empty() {
            let portion = growing.portion(rest.iter().map(|(.., label)| *label));
            let (now, later) = rest.split_at_checked(portion.max(1)).unwrap_or_default();
            let source = |index: usize, rotated: &mut Vec<f32>| {
                let Some((view, slot, label)) = now.get(index) else { return Ok(0) };
                let found = view.file.read_slot(*slot, &mut Vec::new(), rotated)?;
                let damaged = VectorsError::Damaged { segment: view.id(), slot: *slot };
                if found == *label { Ok(found) } else { Err(damaged) }
            };
            growing.append(now.len(), scanners.threads(), &source)?;
            // Now and then, so that the flushes of others do not wait for a gigabyte.
            growing.file().flush()?;
            rest = later;
        }
        Ok(Some(growing.view()))
    }

    /// The state to be committed before [`adopt`](Self::adopt).
    ///
    /// # Errors
    /// When appended templates wait, or the segments are no longer as they were.
    pub fn committed_after(&self, compacted: &Compacted) -> Result<Committed, VectorsError> {
        self.writer().idle()?;
        Ok(replaced(&self.snapshot(), compacted)?.committed())
    }

    /// Puts the new segment in the place of those it replaces, then removes their files.
    ///
    /// # Errors
    /// When appended templates wait or the segments are no longer as they were: nothing is changed then. When only the
    /// removal fails, the error says so and the files go at the next start.
    pub fn adopt(&self, compacted: &Compacted) -> Result<(), VectorsError> {
        let mut writer = self.writer();
        writer.idle()?;
        let old = {
            let _changes = self.inner.burial.lock().unwrap_or_else(PoisonError::into_inner);
            let old = self.snapshot();
            let new = replaced(&old, compacted)?;
            if let Some(view) = &compacted.new {
                bury_again(&old, compacted, view);
            }
            let last = compacted.replaced.last().map(|state| state.id);
            if old.segments.last().map(SegmentView::id) == last {
                // The segment that grew is gone; the new one goes on in its place.
                writer.closed = false;
                writer.forget();
            }
            *self.inner.published.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
            old
        };
        for view in
            old.segments.iter().filter(|view| compacted.replaced.iter().any(|state| state.id == view.id()))
        {
            fs_err::remove_file(view.file.path())?;
        }
        Ok(())
    }

    /// Removes what a compaction wrote, if its state was not committed.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn abandon(&self, compacted: Compacted) -> Result<(), VectorsError> {
        if let Some(view) = compacted.new {
            fs_err::remove_file(view.file.path())?;
        }
        Ok(())
    }
}

/// Slots that died while the new segment was written are marked in it.
fn bury_again(old: &Snapshot, compacted: &Compacted, new: &SegmentView) {
    for view in
        old.segments.iter().filter(|view| compacted.replaced.iter().any(|state| state.id == view.id()))
    {
        for first in (0..view.slots).step_by(64) {
            let mut marks = view.dead.word(first);
            while marks != 0 {
                let slot = first + marks.trailing_zeros();
                marks &= marks - 1;
                if let Some(slot) = view.label(slot).and_then(|label| new.find(label)) {
                    new.dead.mark(slot);
                }
            }
        }
    }
}

/// The snapshot with the new segment in the place of the replaced ones.
fn replaced(snapshot: &Snapshot, compacted: &Compacted) -> Result<Snapshot, VectorsError> {
    let stale = |reason: &str| VectorsError::CompactionStale { reason: reason.into() };
    let first = compacted.replaced.first().ok_or_else(|| stale("it replaces nothing"))?;
    let at = snapshot.segments.iter().position(|view| view.id() == first.id);
    let at = at.ok_or_else(|| stale("a segment is no longer there"))?;
    let end = at + compacted.replaced.len();
    let there = snapshot.segments.get(at..end).unwrap_or_default();
    if !there
        .iter()
        .map(|view| (view.id(), view.slots))
        .eq(compacted.replaced.iter().map(|s| (s.id, s.slots)))
    {
        return Err(stale("the segments have changed"));
    }
    let mut segments = snapshot.segments.clone();
    segments.splice(at..end, compacted.new.clone());
    Ok(Snapshot { segments })
}

/// The run of segments to compact: it begins with the one that wastes most, and takes neighbours that waste as much as
/// was asked or are small, as long as all live slots fit into one segment.
fn choose(segments: &[SegmentView], share: f64) -> Option<Range<usize>> {
    let dead = |view: &SegmentView| view.dead.count();
    let wasteful = |view: &SegmentView| dead(view) > 0 && dead(view) as f64 >= share * f64::from(view.slots);
    let (worst, _) =
        segments.iter().enumerate().filter(|(_, view)| wasteful(view)).max_by_key(|(_, view)| dead(view))?;
    let fits = |range: &Range<usize>| {
        let run = segments.get(range.clone()).unwrap_or_default();
        let live: u64 = run.iter().map(SegmentView::live).sum();
        let reach =
            match (run.first().map(|view| view.file.base()), run.last().and_then(SegmentView::last_label)) {
                (Some(first), Some(last)) => u32::try_from(last - first).is_ok(),
                _ => false,
            };
        live <= u64::from(CAPACITY) && reach
    };
    let joins = |index: usize| segments.get(index).is_some_and(|view| wasteful(view) || view.live() <= SMALL);
    let mut range = worst..worst + 1;
    loop {
        let left = range.start.checked_sub(1).map(|start| start..range.end).filter(|left| joins(left.start));
        let right = Some(range.start..range.end + 1).filter(|right| joins(right.end - 1));
        match [left, right].into_iter().flatten().find(&fits) {
            Some(wider) => range = wider,
            None => return Some(range),
        }
    }
}
