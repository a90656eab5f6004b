//! A store, and the same templates in a list.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its part")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a helper of tests")]

pub mod laid;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use overt_vectors::{Committed, LabelSet, NewTemplate, Query, Scanners, Shape, Store, StoreKey};

/// SplitMix64, and normal numbers out of it.
pub struct Numbers(u64);

impl Numbers {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub fn normal(&mut self) -> f32 {
        let mut uniform = || (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        let (a, b) = (1.0 - uniform(), uniform());
        ((-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos()) as f32
    }

    pub fn unit(&mut self, dimensions: usize) -> Vec<f32> {
        normalised((0..dimensions).map(|_| self.normal()).collect())
    }

    /// A unit vector whose inner product with the unit vector `of` is about `score`.
    pub fn mate(&mut self, of: &[f32], score: f32) -> Vec<f32> {
        let noise = self.unit(of.len());
        let rest = (1.0 - score * score).sqrt();
        normalised(of.iter().zip(&noise).map(|(a, b)| score * a + rest * b).collect())
    }
}

pub fn normalised(values: Vec<f32>) -> Vec<f32> {
    let length = values.iter().map(|v| v * v).sum::<f32>().sqrt();
    values.iter().map(|v| v / length).collect()
}

pub fn scanners() -> Scanners {
    static SCANNERS: OnceLock<Scanners> = OnceLock::new();
    SCANNERS.get_or_init(Scanners::for_this_machine).clone()
}

pub fn key(byte: u8) -> StoreKey {
    StoreKey::new([byte; 32])
}

/// A store in a temporary folder and the same templates in a list.
pub struct TestStore {
    pub store: Store,
    pub folder: tempfile::TempDir,
    pub key: StoreKey,
    pub shape: Shape,
    pub dead: LabelSet,
    list: BTreeMap<u64, Vec<f32>>,
    numbers: Numbers,
    next_label: u64,
}

impl TestStore {
    pub fn new(dimensions: usize, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (key, shape) = (key(seed as u8), Shape::new(dimensions).unwrap());
        let store = Store::create(&folder.path().join("store"), &key, shape, &scanners()).unwrap();
        Self {
            store,
            folder,
            key,
            shape,
            dead: LabelSet::new(),
            list: BTreeMap::new(),
            numbers: Numbers::new(seed),
            next_label: 1000,
        }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    pub fn files(&self) -> usize {
        std::fs::read_dir(self.path()).unwrap().count()
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn next_label(&self) -> u64 {
        self.next_label
    }

    pub fn labels(&self) -> Vec<u64> {
        self.list.keys().copied().collect()
    }

    /// Adds templates in one append, with labels that rise by one or more.
    pub fn add(&mut self, templates: &[Vec<f32>]) {
        let labels: Vec<u64> = templates
            .iter()
            .map(|_| {
                let label = self.next_label;
                self.next_label += 1 + self.numbers.below(3);
                label
            })
            .collect();
        let batch: Vec<NewTemplate<'_>> = labels
            .iter()
            .zip(templates)
            .map(|(label, values)| NewTemplate { label: *label, values })
            .collect();
        self.store.append(&batch).unwrap();
        self.store.publish();
        self.list.extend(labels.into_iter().zip(templates.iter().cloned()));
    }

    /// Adds random unit templates, in appends of varied size.
    pub fn fill(&mut self, count: usize) {
        let mut left = count;
        while left > 0 {
            let now = (1 + self.numbers.below(2500) as usize).min(left);
            let dimensions = self.shape.dimensions();
            let templates: Vec<Vec<f32>> = (0..now).map(|_| self.numbers.unit(dimensions)).collect();
            self.add(&templates);
            left -= now;
        }
    }

    pub fn bury(&mut self, labels: &[u64]) {
        for label in labels {
            self.list.remove(label);
            self.dead.insert(*label);
        }
        assert_eq!(self.store.bury(labels.iter().copied()), labels.len() as u64);
    }

    /// A probe whose mate, one of the templates, scores about `score`.
    pub fn probe(&mut self, score: f32) -> (Vec<f32>, u64) {
        let at = self.numbers.below(self.list.len() as u64) as usize;
        let (label, template) = self.list.iter().nth(at).unwrap();
        (self.numbers.mate(&normalised(template.clone()), score), *label)
    }

    /// Leaves a gap so large that the next template begins a new segment.
    pub fn seal(&mut self) {
        self.next_label += 1 << 33;
    }

    /// Compacts as long as there is something to compact.
    pub fn compact(&mut self, dead: f64) {
        while let Some(plan) = self.store.plan_compaction(dead) {
            let compacted = self.store.compact(&plan).unwrap();
            self.store.adopt(&compacted).unwrap();
        }
    }

    /// The templates that live, by label.
    pub fn living(&self) -> &BTreeMap<u64, Vec<f32>> {
        &self.list
    }

    pub fn numbers(&mut self) -> &mut Numbers {
        &mut self.numbers
    }

    pub fn reopen(&mut self) {
        let committed = self.store.committed();
        self.reopen_as(&committed);
    }

    pub fn reopen_as(&mut self, committed: &Committed) {
        self.store =
            Store::open(&self.path(), &self.key, self.shape, committed, &self.dead, &scanners()).unwrap();
    }

    /// The store's answer has to be that of a scan over the list. Scores may differ by the rounding of 32-bit numbers, and
    /// hits whose scores lie within that may change places.
    pub fn compare(&self, probe: &[f32], query: &Query) {
        let answer = self.store.search(probe, query).unwrap();
        let wanted: Vec<(u64, f64)> = self
            .list
            .iter()
            .filter(|(label, _)| {
                Some(**label) != query.exclude
                    && query.only.as_ref().is_none_or(|only| only.contains(**label))
            })
            .map(|(label, values)| (*label, dot(probe, values)))
            .collect();
        assert_eq!(answer.searched, wanted.len() as u64);
        let size = |values: &[f32]| dot(values, values).sqrt();
        let longest = self.list.values().map(|values| size(values)).fold(0.0, f64::max);
        let rounding = 2e-6 * longest * size(probe);
        let floor = f64::from(query.min_score);
        let mut scores: Vec<f64> = wanted.iter().map(|(_, score)| *score).collect();
        scores.sort_by(|a, b| b.total_cmp(a));
        let sure = scores.iter().filter(|score| **score >= floor + rounding).count().min(query.limit);
        let possible = scores.iter().filter(|score| **score >= floor - rounding).count().min(query.limit);
        assert!(
            (sure..=possible).contains(&answer.hits.len()),
            "{} hits, not {sure} to {possible}: {query:?}",
            answer.hits.len()
        );
        let exact: BTreeMap<u64, f64> = wanted.into_iter().collect();
        for (hit, score) in answer.hits.iter().zip(&scores) {
            let own = exact.get(&hit.label).expect("a hit that is not in the list");
            assert!((own - f64::from(hit.score)).abs() <= rounding, "{hit:?} is {own}");
            assert!((own - score).abs() <= rounding, "{hit:?} stands where {score} should");
        }
        for pair in answer.hits.windows(2) {
            assert!(
                pair[0].score > pair[1].score
                    || (pair[0].score == pair[1].score && pair[0].label < pair[1].label)
            );
        }
    }
}

/// The store finds exactly these templates, each with its score.
pub fn agrees(store: &Store, living: &BTreeMap<u64, Vec<f32>>, probe: &[f32]) {
    let query = Query { min_score: f32::NEG_INFINITY, limit: usize::MAX, exclude: None, only: None };
    let hits = store.search(probe, &query).unwrap().hits;
    let found: BTreeMap<u64, f32> = hits.iter().map(|hit| (hit.label, hit.score)).collect();
    assert_eq!(hits.len(), found.len(), "a label twice");
    assert!(found.keys().eq(living.keys()), "other labels than those that live");
    for (score, (label, values)) in found.values().zip(living) {
        assert!((dot(probe, values) - f64::from(*score)).abs() < 1e-5, "label {label} scored {score}");
    }
    assert_eq!(store.len(), living.len() as u64);
}

pub fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}
