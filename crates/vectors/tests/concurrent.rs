//! Everything at once: threads append, delete, search, compact and take snapshots by seeded plans, and every answer is held
//! against a list of what was committed and what was deleted.
//!
//! What an answer has to be, with `begin` before the call and `end` after it: whatever was published before `begin` and was
//! not being deleted before `end` is found; nothing is found that was deleted before `begin`, or not yet being committed
//! at `end`; every score is the exact one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod common;

use std::collections::BTreeMap;
use std::num::NonZero;
use std::path::Path;
use std::sync::{Mutex, RwLock};

use common::{Numbers, agrees, dot, key};
use overt_vectors::{Committed, LabelSet, NewTemplate, Query, Scanners, Shape, Store, StoreKey};

const DIMENSIONS: usize = 64;
/// Templates to begin with: more than the thread that asks scans by itself.
const BASE: usize = 33_500;

/// Where a template is on its way. It goes down the list only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum At {
    /// Its records are being committed: it may be found from now on.
    Committing,
    /// `publish` has returned: it is found.
    Published,
    /// Its deletion is committed: it may be missing from now on.
    Burying,
    /// `bury` has returned: it is not found.
    Buried,
}

struct Entry {
    label: u64,
    values: Vec<f32>,
    at: At,
}

/// What the caller's records say; one transaction at a time.
#[derive(Default)]
struct Records {
    committed: Committed,
    dead: LabelSet,
    next_label: u64,
}

struct World {
    store: Store,
    records: Mutex<Records>,
    list: RwLock<Vec<Entry>>,
}

impl World {
    fn states(&self) -> Vec<At> {
        self.list.read().unwrap().iter().map(|entry| entry.at).collect()
    }

    fn set(&self, labels: &[u64], at: At) {
        let mut list = self.list.write().unwrap();
        for label in labels {
            let index = list.binary_search_by_key(label, |entry| entry.label).unwrap();
            assert!(list[index].at < at);
            list[index].at = at;
        }
    }

    /// Appends as the gallery does: durable, then the records, then visible; or taken back.
    fn append(&self, numbers: &mut Numbers, count: usize) {
        let templates: Vec<Vec<f32>> = (0..count).map(|_| numbers.unit(DIMENSIONS)).collect();
        let mut records = self.records.lock().unwrap();
        if numbers.below(12) == 0 {
            records.next_label += 1 << 33;
        }
        let first = records.next_label;
        let batch: Vec<NewTemplate<'_>> =
            (first..).zip(&templates).map(|(label, values)| NewTemplate { label, values }).collect();
        let committed = self.store.append(&batch).unwrap();
        if numbers.below(5) == 0 {
            // The records could not be written.
            self.store.discard().unwrap();
            return;
        }
        let labels: Vec<u64> = batch.iter().map(|template| template.label).collect();
        let entries = (first..).zip(templates.iter().cloned());
        let entries = entries.map(|(label, values)| Entry { label, values, at: At::Committing });
        self.list.write().unwrap().extend(entries);
        records.committed = committed;
        records.next_label = first + count as u64 + numbers.below(3);
        self.store.publish();
        self.set(&labels, At::Published);
    }

    fn bury(&self, numbers: &mut Numbers) {
        let mut records = self.records.lock().unwrap();
        let labels: Vec<u64> = {
            let list = self.list.read().unwrap();
            let from = numbers.below(list.len() as u64) as usize;
            let some = 1 + numbers.below(60) as usize;
            // Neighbours now and then, so that segments get wasteful.
            let stretch = if numbers.below(3) == 0 { some * 30 } else { some };
            let living = list.iter().skip(from).take(stretch).filter(|entry| entry.at == At::Published);
            living.map(|entry| entry.label).collect()
        };
        for label in &labels {
            records.dead.insert(*label);
        }
        self.set(&labels, At::Burying);
        assert_eq!(self.store.bury(labels.iter().copied()), labels.len() as u64);
        self.set(&labels, At::Buried);
    }

    fn compact(&self, numbers: &mut Numbers) {
        let Some(plan) = self.store.plan_compaction(0.02) else { return };
        let compacted = self.store.compact(&plan).unwrap();
        let mut records = self.records.lock().unwrap();
        if numbers.below(4) == 0 {
            return self.store.abandon(compacted).unwrap();
        }
        records.committed = self.store.committed_after(&compacted).unwrap();
        self.store.adopt(&compacted).unwrap();
    }

    fn search(&self, numbers: &mut Numbers) {
        let (probe, begin) = {
            let list = self.list.read().unwrap();
            let near = &list[numbers.below(list.len() as u64) as usize];
            let score = [0.0, 0.7, 0.95][numbers.below(3) as usize];
            (numbers.mate(&near.values, score), list.iter().map(|entry| entry.at).collect::<Vec<_>>())
        };
        let limit = [1, 10, 300][numbers.below(3) as usize];
        let min_score = [-2.0, 0.25, 0.6][numbers.below(3) as usize];
        let answer =
            self.store.search(&probe, &Query { min_score, limit, exclude: None, only: None }).unwrap();
        let end = self.states();
        let list = self.list.read().unwrap();
        let entry = |label: u64| list.binary_search_by_key(&label, |entry| entry.label);
        assert!(answer.hits.len() <= limit);
        let rounding = 4e-6;
        for hit in &answer.hits {
            let index = entry(hit.label).unwrap_or_else(|_| panic!("{hit:?} was never committed"));
            assert!(index < end.len(), "{hit:?} was not yet being committed");
            assert!(begin.get(index).is_none_or(|at| *at < At::Buried), "{hit:?} was deleted before");
            let exact = dot(&probe, &list[index].values);
            assert!((exact - f64::from(hit.score)).abs() < rounding, "{hit:?} scores {exact}");
            assert!(hit.score >= min_score);
        }
        for pair in answer.hits.windows(2) {
            assert!(
                pair[0].score > pair[1].score
                    || (pair[0].score == pair[1].score && pair[0].label < pair[1].label)
            );
        }
        // Whatever scores above the last hit has to be among them; if there is room, whatever scores enough.
        let full = answer.hits.len() == limit;
        let floor = if full { answer.hits.last().map_or(2.0, |hit| hit.score) } else { min_score };
        let found: LabelSet = answer.hits.iter().map(|hit| hit.label).collect();
        for (index, at) in begin.iter().enumerate() {
            let Entry { label, values, .. } = &list[index];
            if *at == At::Published && end[index] == At::Published && !found.contains(*label) {
                let score = dot(&probe, values);
                assert!(
                    score <= f64::from(floor) + rounding,
                    "label {label} scores {score}, {floor} was enough"
                );
            }
        }
    }

    /// Copies the files as a snapshot does, while they are written to, and opens the copy.
    fn snapshot(&self, key: &StoreKey, shape: Shape, scanners: &Scanners, probe: &[f32]) {
        let to = tempfile::tempdir().unwrap();
        let (committed, dead, living, files) = {
            let records = self.records.lock().unwrap();
            let open =
                |name: String| fs_err::File::open(self.store.folder().join(&name)).map(|file| (name, file));
            let files = records.committed.segments.iter().map(|state| open(state.file_name()));
            let files: Result<Vec<_>, _> = files.collect();
            (records.committed.clone(), records.dead.clone(), self.living(), files.unwrap())
        };
        for (name, mut file) in files {
            let mut copy = fs_err::File::create(to.path().join(name)).unwrap();
            std::io::copy(&mut file, &mut copy).unwrap();
        }
        let copy = Store::open(to.path(), key, shape, &committed, &dead, scanners).unwrap();
        agrees(&copy, &living, probe);
    }

    /// What lives; called while the records are locked.
    fn living(&self) -> BTreeMap<u64, Vec<f32>> {
        let list = self.list.read().unwrap();
        let living = list.iter().filter(|entry| entry.at == At::Published);
        living.map(|entry| (entry.label, entry.values.clone())).collect()
    }
}

fn everything_at_once(threads: usize, seed: u64) {
    let scanners = Scanners::new(NonZero::new(threads).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let (key, shape) = (key(7), Shape::new(DIMENSIONS).unwrap());
    let world = World {
        store: Store::create(&path, &key, shape, &scanners).unwrap(),
        records: Mutex::default(),
        list: RwLock::default(),
    };
    let mut numbers = Numbers::new(seed);
    while world.list.read().unwrap().len() < BASE {
        world.append(&mut numbers, 4000);
    }
    let probe = numbers.unit(DIMENSIONS);
    std::thread::scope(|scope| {
        for thread in 1..=2 {
            let world = &world;
            let mut numbers = Numbers::new(seed + thread);
            scope.spawn(move || {
                for _ in 0..50 {
                    let count = if numbers.below(8) == 0 { 1500 } else { 1 + numbers.below(40) };
                    world.append(&mut numbers, count as usize);
                }
            });
        }
        for thread in 11..=12 {
            let world = &world;
            let mut numbers = Numbers::new(seed + thread);
            scope.spawn(move || (0..60).for_each(|_| world.bury(&mut numbers)));
        }
        for thread in 21..=23 {
            let world = &world;
            let mut numbers = Numbers::new(seed + thread);
            scope.spawn(move || (0..80).for_each(|_| world.search(&mut numbers)));
        }
        let (world, scanners, key, probe) = (&world, &scanners, &key, &probe);
        let mut numbers = Numbers::new(seed + 31);
        scope.spawn(move || (0..12).for_each(|_| world.compact(&mut numbers)));
        scope.spawn(move || (0..4).for_each(|_| world.snapshot(key, shape, scanners, probe)));
    });
    let living = world.living();
    agrees(&world.store, &living, &probe);
    let World { store, records, .. } = world;
    let Records { committed, dead, .. } = records.into_inner().unwrap();
    assert_eq!(store.committed(), committed);
    drop(store);
    whole(&path, &key, shape, &committed);
    agrees(&Store::open(&path, &key, shape, &committed, &dead, &scanners).unwrap(), &living, &probe);
    assert_eq!(fs_err::read_dir(&path).unwrap().count(), committed.segments.len());
}

fn whole(path: &Path, key: &StoreKey, shape: Shape, committed: &Committed) {
    let found = Store::verify(path, key, shape, committed, &mut |_| {}).unwrap();
    assert!(found.damage.is_empty(), "{:?}", found.damage);
}

#[test]
fn everything_at_once_with_one_scan_thread() {
    everything_at_once(1, 1001);
}

#[test]
fn everything_at_once_with_two_scan_threads() {
    everything_at_once(2, 2002);
}
