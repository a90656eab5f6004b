//! Appending: durable first, visible when the caller says so.

use std::sync::{Arc, MutexGuard, PoisonError};

use super::growing::Growing;
use super::snapshot::Snapshot;
use super::{Inner, Store};
use crate::basis::Basis;
use crate::committed::{Committed, SegmentState};
use crate::error::VectorsError;

/// A template to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewTemplate<'a> {
    /// Its label: above all labels of the store.
    pub label: u64,
    /// Its numbers, as many as the store's templates have.
    pub values: &'a [f32],
}

/// What was appended and not yet published.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    /// The segments that have unpublished slots; the last one grows. When empty, the last published segment grows.
    growing: Vec<Growing>,
    /// Whether there are unpublished slots.
    pending: bool,
    /// The last label written, published or not.
    pub(super) last_label: Option<u64>,
    /// The id of the next segment.
    pub(super) next_id: u32,
    /// Whether the last published segment takes no more slots, because a compaction reads it.
    pub(super) closed: bool,
}

impl Writer {
    pub(super) fn new(last_label: Option<u64>, next_id: u32) -> Self {
        Self { growing: Vec::new(), pending: false, last_label, next_id, closed: false }
    }

    /// Refuses while slots wait to be published or discarded.
    pub(super) fn idle(&self) -> Result<(), VectorsError> {
        if self.pending { Err(VectorsError::Pending) } else { Ok(()) }
    }

    /// Takes an id for a new segment.
    pub(super) fn take_id(&mut self) -> u32 {
        let id = self.next_id;
        self.next_id = id.wrapping_add(1);
        id
    }

    /// Forgets the segment that grew, so that the next template begins a new one or goes on from the snapshot.
    pub(super) fn forget(&mut self) {
        self.growing.clear();
    }

    fn state(&self, snapshot: &Snapshot) -> Committed {
        let mut committed = snapshot.committed();
        for growing in &self.growing {
            let state = SegmentState { id: growing.file().id(), slots: growing.slots() };
            match committed.segments.iter_mut().find(|segment| segment.id == state.id) {
                Some(segment) => *segment = state,
                None => committed.segments.push(state),
            }
        }
        committed
    }
}

impl Store {
    /// Writes templates to the disk, where they stay invisible, and returns the state to be committed with the records.
    ///
    /// When the records are committed, [`publish`](Self::publish); if they are not, [`discard`](Self::discard). Several
    /// appends may come before either; each costs a flush, so that batches are much faster than single templates.
    ///
    /// # Errors
    /// When a label does not rise, a template does not fit the shape, or the disk refuses. Nothing of the batch then
    /// counts; what was appended before it still waits.
    pub fn append(&self, batch: &[NewTemplate<'_>]) -> Result<Committed, VectorsError> {
        let mut writer = self.writer();
        let mut last = writer.last_label;
        for template in batch {
            self.inner.shape.check(template.values)?;
            if let Some(last) = last.filter(|last| template.label <= *last) {
                return Err(VectorsError::LabelOrder { label: template.label, last });
            }
            last = Some(template.label);
        }
        let before = writer.state(&self.snapshot());
        match self.write(&mut writer, batch) {
            Ok(()) => {
                writer.last_label = last;
                writer.pending = writer.pending || !batch.is_empty();
                Ok(writer.state(&self.snapshot()))
            }
            Err(error) => {
                self.rewind(&mut writer, &before)?;
                Err(error)
            }
        }
    }

    fn write(&self, writer: &mut Writer, batch: &[NewTemplate<'_>]) -> Result<(), VectorsError> {
        let Inner { transform, shape, scanners, .. } = &*self.inner;
        let mut rest = batch;
        let mut touched = Vec::new();
        while let Some(first) = rest.first() {
            let growing = self.growing(writer, first.label)?;
            let portion = growing.portion(rest.iter().map(|template| template.label));
            let (now, later) = rest.split_at_checked(portion).unwrap_or_default();
            let source = |index: usize, rotated: &mut Vec<f32>| {
                rotated.resize(shape.dimensions(), 0.0);
                let Some(template) = now.get(index) else { return Ok(0) };
                transform.apply(template.values, rotated);
                Ok(template.label)
            };
            growing.append(now.len(), scanners.threads(), &source)?;
            touched.push(growing.file().id());
            rest = later;
        }
        for growing in writer.growing.iter().filter(|growing| touched.contains(&growing.file().id())) {
            growing.file().flush()?;
        }
        Ok(())
    }

    /// The segment that a label goes into.
    fn growing<'w>(&self, writer: &'w mut Writer, label: u64) -> Result<&'w mut Growing, VectorsError> {
        let Inner { folder, key, coder, .. } = &*self.inner;
        let snapshot = self.snapshot();
        let published = snapshot.segments.last().filter(|_| writer.growing.is_empty() && !writer.closed);
        writer.growing.extend(published.map(|view| Growing::resume(view, key, *coder, &self.inner.plain)));
        if writer.growing.last().is_none_or(|growing| !growing.takes(label)) {
            let basis = match writer.growing.last() {
                Some(growing) => Arc::clone(growing.basis()),
                None => self.last_basis(&snapshot),
            };
            let id = writer.take_id();
            writer.growing.push(Growing::create(folder, id, key, *coder, &basis, label)?);
        }
        writer.growing.last_mut().ok_or(VectorsError::Pending)
    }

    /// The basis that a new segment begins with: that of the last one.
    pub(super) fn last_basis(&self, snapshot: &Snapshot) -> Arc<Basis> {
        let block = snapshot.segments.last().and_then(|view| view.blocks.last());
        Arc::clone(block.map_or(&self.inner.plain, |placed| placed.block.basis()))
    }

    /// Makes everything appended visible to searches that begin after this returns.
    pub fn publish(&self) {
        let mut writer = self.writer();
        let mut published = self.inner.published.write().unwrap_or_else(PoisonError::into_inner);
        let mut snapshot = Snapshot::clone(&published);
        for growing in &mut writer.growing {
            let view = growing.view();
            match snapshot.segments.iter_mut().find(|segment| segment.id() == view.id()) {
                Some(segment) => *segment = view,
                None => snapshot.segments.push(view),
            }
        }
        *published = Arc::new(snapshot);
        let full = writer.growing.len().saturating_sub(1);
        writer.growing.drain(..full);
        writer.closed = writer.closed && writer.growing.is_empty();
        writer.pending = false;
    }

    /// Drops everything appended and not published.
    ///
    /// # Errors
    /// When the disk refuses to cut it off. It still does not count, and is overwritten or cut off later.
    pub fn discard(&self) -> Result<(), VectorsError> {
        let mut writer = self.writer();
        let visible = self.snapshot().committed();
        let rewound = self.rewind(&mut writer, &visible);
        // Also when the disk refuses: the next append goes on from what is published, over what could not be cut off.
        writer.pending = false;
        writer.last_label = self.snapshot().segments.last().and_then(|view| view.last_label());
        rewound
    }

    /// Takes memory back to an earlier state, then the files.
    fn rewind(&self, writer: &mut Writer, state: &Committed) -> Result<(), VectorsError> {
        let slots =
            |id: u32| state.segments.iter().find(|segment| segment.id == id).map(|segment| segment.slots);
        let (kept, gone): (Vec<_>, Vec<_>) =
            writer.growing.drain(..).partition(|growing| slots(growing.file().id()).is_some());
        for growing in kept {
            let earlier = slots(growing.file().id()).unwrap_or(0);
            let file = growing.file();
            file.cut(earlier)?;
            writer.growing.push(growing.shortened(earlier));
        }
        for growing in gone {
            fs_err::remove_file(growing.file().path())?;
        }
        Ok(())
    }

    pub(super) fn writer(&self) -> MutexGuard<'_, Writer> {
        // A writer that panicked left memory behind the disk at most, which the next append overwrites.
        self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
