//! Scanning: a probe against every code, by as many threads as there are.
//!
//! # Invariants
//! - Queries for one store that wait for the threads are scanned together: a block is in the cache for all of them. The
//!   snapshot is taken when the scan begins, so that each of them sees what was published before it was asked.
//! - What is no candidate scores below the floor, as far as estimates are trusted.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::Inner;
use super::floor::Floor;
use super::search::Query;
use super::snapshot::{Placed, SegmentView, Snapshot};
use crate::block::Block;
use crate::error::VectorsError;
use crate::kernels::{GROUP, Kernels};
use crate::labels::LabelSet;
use crate::probe::Aim;
use crate::scanners::{Job, Promise};

/// Queries that are scanned together at most: their tables (1 KB each at 256 numbers) stay in the second-level cache.
const TOGETHER: usize = 64;
/// Groups of a part: at 256 numbers half a megabyte of sieve codes, which stays in a core's second-level cache while several
/// queries are compared with it; handing out parts costs nothing beside that.
const PART: usize = 256;
/// Groups that pass the sieve before the fine codes of what is left of them are compared: enough for those to arrive from
/// memory, and few enough for them to be there still.
const RUN: usize = 32;
/// Candidates after which a thread tells the others of the floor they make.
const TELL: usize = 512;

/// A slot that may be a hit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub(crate) segment: u32,
    pub(crate) slot: u32,
    /// The score can hardly be higher.
    pub(crate) most: f32,
}

/// A query on its way.
#[derive(Debug)]
pub(crate) struct Request {
    /// The rotated probe.
    pub(crate) probe: Vec<f32>,
    pub(crate) query: Query,
    floor: Floor,
    found: Mutex<Vec<Candidate>>,
    scanned: Promise<Result<Arc<Snapshot>, VectorsError>>,
}

impl Request {
    pub(crate) fn new(probe: Vec<f32>, query: Query, floor: Floor) -> Self {
        Self { probe, query, floor, found: Mutex::default(), scanned: Promise::new() }
    }

    /// The candidates that still matter, the most promising first.
    pub(crate) fn take_candidates(&self) -> Vec<Candidate> {
        let mut found = std::mem::take(&mut *lock(&self.found));
        let floor = self.floor.score();
        found.retain(|candidate| candidate.most >= floor);
        found.sort_unstable_by(|a, b| b.most.total_cmp(&a.most));
        found
    }

    fn tell(&self, found: &mut Vec<Candidate>, least: &mut Vec<f32>) {
        self.floor.offer(least.drain(..));
        let floor = self.floor.score();
        found.retain(|candidate| candidate.most >= floor);
        lock(&self.found).append(found);
    }
}

/// What is made of the probe for the basis of a block, if it is not there already.
pub(crate) fn aim(inner: &Inner, request: &Request, placed: &Placed, aims: &mut Vec<Arc<Aim>>) -> Arc<Aim> {
    let basis = placed.block.basis();
    if let Some(aim) = aims.iter().find(|aim| Arc::ptr_eq(&aim.basis, basis)) {
        return Arc::clone(aim);
    }
    let aim = Arc::new(Aim::new(inner.shape, basis, &request.probe, inner.coder.float));
    aims.push(Arc::clone(&aim));
    aim
}

/// Finds candidates among a few labels.
pub(crate) fn look_up(inner: &Inner, snapshot: &Snapshot, request: &Request, only: &LabelSet) {
    let (mut found, mut least, mut aims) = (Vec::new(), Vec::new(), Vec::new());
    for label in only.iter().filter(|label| request.query.exclude != Some(*label)) {
        let Some((segment, slot)) = snapshot.place(label) else { continue };
        let Some(placed) = snapshot.segments.get(segment).and_then(|view| view.block_of(slot)) else {
            continue;
        };
        let aim = aim(inner, request, placed, &mut aims);
        let within = (slot - placed.first) as usize;
        let candidate = Candidate { segment: segment as u32, slot, most: 0.0 };
        fine(inner.kernels, request, &aim, &placed.block, within, candidate, &mut found, &mut least);
        if found.len() >= TELL {
            request.tell(&mut found, &mut least);
        }
    }
    request.tell(&mut found, &mut least);
}

/// Finds candidates in some groups of a block: a run of them passes the sieve, and while it does, the fine codes of what is
/// left are fetched.
pub(crate) fn groups(
    kernels: Kernels,
    request: &Request,
    aim: &Aim,
    segment: u32,
    view: &SegmentView,
    placed: &Placed,
    groups: Range<usize>,
) {
    let (mut found, mut least) = (Vec::new(), Vec::new());
    let block = &*placed.block;
    let sieve = aim.sieve(request.floor.score());
    let mut left: Vec<u32> = Vec::with_capacity(RUN * GROUP);
    for run in groups.clone().step_by(RUN) {
        for index in run..groups.end.min(run + RUN) {
            let (rows, bounds, count) = block.group(index);
            let mut mask = match rows.is_empty() {
                true => u64::MAX,
                false => kernels.sieve(rows, &sieve.tables, sieve.least(bounds)) | bounds.pass,
            };
            if count < GROUP {
                mask &= (1 << count) - 1;
            }
            if mask != 0 {
                mask &= !view.dead.word(placed.first + (index * GROUP) as u32);
            }
            while mask != 0 {
                let within = index * GROUP + mask.trailing_zeros() as usize;
                mask &= mask - 1;
                block.prefetch(within);
                left.push(within as u32);
            }
        }
        for within in left.drain(..) {
            let candidate = Candidate { segment, slot: placed.first + within, most: 0.0 };
            fine(kernels, request, aim, block, within as usize, candidate, &mut found, &mut least);
        }
        if found.len() >= TELL {
            request.tell(&mut found, &mut least);
        }
    }
    if !found.is_empty() {
        request.tell(&mut found, &mut least);
    }
}

/// Compares the fine code of a slot, and keeps it as a candidate if it can matter.
#[inline]
#[allow(clippy::too_many_arguments, reason = "the inside of two loops")]
fn fine(
    kernels: Kernels,
    request: &Request,
    aim: &Aim,
    block: &Block,
    within: usize,
    candidate: Candidate,
    found: &mut Vec<Candidate>,
    least: &mut Vec<f32>,
) {
    let product = kernels.fine(block.fine(within), &aim.fine);
    let estimate = aim.fine(product, block.scales(within));
    let most = estimate.most();
    if most >= request.floor.score() && block.label(within).is_some_and(|label| request.query.admits(label)) {
        least.push(estimate.least());
        found.push(Candidate { most, ..candidate });
    }
}

/// Scans the whole store for a query, with others that wait, and gives the snapshot that was scanned.
pub(crate) fn together(inner: &Arc<Inner>, request: &Arc<Request>) -> Result<Arc<Snapshot>, VectorsError> {
    let new = {
        let mut waiting = lock(&inner.waiting);
        match waiting.as_ref().filter(|scan| scan.join(request)) {
            Some(_) => None,
            None => {
                let scan = Arc::new(Scan::new(inner, request));
                *waiting = Some(Arc::clone(&scan));
                Some(scan)
            }
        }
    };
    if let Some(scan) = new {
        inner.scanners.submit(scan);
    }
    request.scanned.wait()
}

/// A scan of a store for one or more queries.
#[derive(Debug)]
pub(crate) struct Scan {
    inner: Arc<Inner>,
    /// Those that joined so far; those that join after the scan began are refused.
    requests: Mutex<Vec<Arc<Request>>>,
    begun: OnceLock<Begun>,
    next: AtomicUsize,
    done: AtomicUsize,
}

#[derive(Debug)]
struct Begun {
    snapshot: Arc<Snapshot>,
    requests: Vec<Arc<Request>>,
    parts: Vec<Part>,
    /// For each request, an aim for each basis.
    aims: Vec<Vec<Arc<Aim>>>,
}

/// A part of a scan: some groups of a block.
#[derive(Debug)]
struct Part {
    segment: usize,
    block: usize,
    groups: Range<usize>,
    /// The place of the block's basis among those of the scan.
    basis: usize,
}

impl Scan {
    fn new(inner: &Arc<Inner>, request: &Arc<Request>) -> Self {
        Self {
            inner: Arc::clone(inner),
            requests: Mutex::new(vec![Arc::clone(request)]),
            begun: OnceLock::new(),
            next: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
        }
    }

    /// Adds a query, if the scan has not begun and is not full. Called with the store's `waiting` locked.
    fn join(&self, request: &Arc<Request>) -> bool {
        let mut requests = lock(&self.requests);
        let joins = self.begun.get().is_none() && requests.len() < TOGETHER;
        if joins {
            requests.push(Arc::clone(request));
        }
        joins
    }

    fn begin(&self) -> Begun {
        let mut waiting = lock(&self.inner.waiting);
        waiting.take_if(|scan| std::ptr::eq(&**scan, self));
        let requests = lock(&self.requests).clone();
        let snapshot = Arc::clone(&self.inner.published.read().unwrap_or_else(PoisonError::into_inner));
        let mut parts = Vec::new();
        let mut bases: Vec<&Placed> = Vec::new();
        for (segment, view) in snapshot.segments.iter().enumerate() {
            for (index, placed) in view.blocks.iter().enumerate() {
                let same = |other: &&Placed| Arc::ptr_eq(other.block.basis(), placed.block.basis());
                let basis = bases.iter().position(same).unwrap_or(bases.len());
                if basis == bases.len() {
                    bases.push(placed);
                }
                let total = placed.block.groups();
                for first in (0..total).step_by(PART) {
                    let groups = first..total.min(first + PART);
                    parts.push(Part { segment, block: index, groups, basis });
                }
            }
        }
        let aims = requests.iter().map(|request| {
            let mut aims = Vec::new();
            bases.iter().for_each(|placed| drop(aim(&self.inner, request, placed, &mut aims)));
            aims
        });
        Begun { parts, aims: aims.collect(), snapshot: Arc::clone(&snapshot), requests }
    }
}

impl Job for Scan {
    fn work(&self) {
        let begun = self.begun.get_or_init(|| self.begin());
        let Begun { snapshot, requests, parts, aims } = begun;
        // A store that has lost its last block in the meantime still has one part: telling those that wait.
        let total = parts.len().max(1);
        loop {
            let part = self.next.fetch_add(1, Ordering::Relaxed);
            if part >= total {
                return;
            }
            if let Some(Part { segment, block, groups: range, basis }) = parts.get(part)
                && let Some(view) = snapshot.segments.get(*segment)
                && let Some(placed) = view.blocks.get(*block)
            {
                for (request, aims) in requests.iter().zip(aims) {
                    let Some(aim) = aims.get(*basis) else { continue };
                    let kernels = self.inner.kernels;
                    groups(kernels, request, aim, *segment as u32, view, placed, range.clone());
                }
            }
            if self.done.fetch_add(1, Ordering::AcqRel) + 1 == total {
                requests.iter().for_each(|request| request.scanned.give(Ok(Arc::clone(snapshot))));
            }
        }
    }

    fn fail(&self) {
        self.next.store(usize::MAX / 2, Ordering::Relaxed);
        // Nobody is to join it any more, if it failed before it began.
        lock(&self.inner.waiting).take_if(|scan| std::ptr::eq(&**scan, self));
        lock(&self.requests).iter().for_each(|request| request.scanned.give(Err(VectorsError::ScanFailed)));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is locked here is replaced or appended to in one step, or belongs to a query that fails.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
