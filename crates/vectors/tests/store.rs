//! A store beside a plain list of templates: whatever is done to both, both find the same.

mod common;

use std::sync::Arc;

use common::{Numbers, TestStore, key};
use overt_vectors::{LabelSet, NewTemplate, Query, Store, VectorsError};

fn query(min_score: f32, limit: usize) -> Query {
    Query { min_score, limit, exclude: None, only: None }
}

#[test]
fn a_store_finds_what_a_plain_scan_finds() {
    for dimensions in [64, 100, 256, 512, 1000] {
        let mut store = TestStore::new(dimensions, 7);
        store.fill(3000);
        for _ in 0..20 {
            let (probe, _) = store.probe(0.6);
            for wanted in [query(-2.0, 1), query(-2.0, 10), query(0.2, 4096), query(0.5, 5), query(0.0, 100)]
            {
                store.compare(&probe, &wanted);
            }
        }
    }
}

#[test]
fn templates_of_any_length_are_found() {
    let mut store = TestStore::new(128, 11);
    let mut numbers = Numbers::new(5);
    let templates: Vec<Vec<f32>> = (0..2000)
        .map(|index| {
            let length = if index % 50 == 0 { 0.0 } else { 10.0_f32.powf(numbers.normal()) };
            numbers.unit(128).iter().map(|value| value * length).collect()
        })
        .collect();
    store.add(&templates);
    for scale in [0.001_f32, 1.0, 1000.0] {
        let probe: Vec<f32> = numbers.unit(128).iter().map(|value| value * scale).collect();
        for wanted in [query(f32::NEG_INFINITY, 2000), query(-scale, 1500), query(scale, 20), query(0.0, 3)] {
            store.compare(&probe, &wanted);
        }
    }
    let nothing = vec![0.0; 128];
    store.compare(&nothing, &query(0.0, 5));
    store.compare(&nothing, &query(0.1, 5));
}

#[test]
fn labels_decide_among_equal_scores() {
    let mut store = TestStore::new(64, 3);
    let same = Numbers::new(1).unit(64);
    store.add(&vec![same.clone(); 100]);
    let answer = store.store.search(&same, &query(0.5, 10)).unwrap();
    let labels: Vec<u64> = answer.hits.iter().map(|hit| hit.label).collect();
    assert_eq!(labels, store.labels()[..10]);
}

#[test]
fn appended_templates_are_seen_when_published_only() {
    let mut store = TestStore::new(64, 3);
    store.fill(10);
    let mut numbers = Numbers::new(9);
    let new = numbers.unit(64);
    let before = store.store.committed();
    store.store.append(&[NewTemplate { label: 1 << 20, values: &new }]).unwrap();
    assert!(store.store.search(&new, &query(0.99, 1)).unwrap().hits.is_empty());
    assert_eq!(store.store.committed(), before);
    assert!(store.store.template(1 << 20).unwrap().is_none());
    store.store.publish();
    assert_eq!(store.store.search(&new, &query(0.99, 1)).unwrap().hits.len(), 1);
    let close = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6);
    assert!(close(&store.store.template(1 << 20).unwrap().unwrap(), &new));
}

#[test]
fn what_is_discarded_was_never_there() {
    let mut store = TestStore::new(64, 3);
    for published in [0_usize, 10, 1024, 1500, 20_000] {
        store.fill(published.max(store.len()) - store.len());
        let mut numbers = Numbers::new(published as u64);
        for batch in [1, 500, 1024, 3000] {
            let before = store.store.committed();
            let last = store.next_label();
            let dropped: Vec<Vec<f32>> = (0..batch).map(|_| numbers.unit(64)).collect();
            let batch: Vec<NewTemplate<'_>> = dropped
                .iter()
                .enumerate()
                .map(|(index, values)| NewTemplate { label: last + index as u64, values })
                .collect();
            store.store.append(&batch).unwrap();
            store.store.discard().unwrap();
            assert_eq!(store.store.committed(), before);
            store.fill(7);
            let probe = dropped.first().unwrap();
            store.compare(probe, &query(-2.0, 20));
        }
        store.reopen();
        let (probe, _) = store.probe(0.7);
        store.compare(&probe, &query(-2.0, 20));
    }
}

#[test]
fn labels_have_to_rise_and_templates_to_fit() {
    let mut store = TestStore::new(64, 3);
    store.fill(5);
    let last = *store.labels().last().unwrap();
    let values = Numbers::new(2).unit(64);
    let refused = store.store.append(&[NewTemplate { label: last, values: &values }]);
    assert!(matches!(refused, Err(VectorsError::LabelOrder { .. })));
    let twice = NewTemplate { label: last + 1, values: &values };
    assert!(matches!(store.store.append(&[twice, twice]), Err(VectorsError::LabelOrder { .. })));
    let short = NewTemplate { label: last + 1, values: &values[..63] };
    assert!(matches!(store.store.append(&[short]), Err(VectorsError::WrongLength { .. })));
    let nan = [f32::NAN; 64];
    assert!(matches!(
        store.store.append(&[NewTemplate { label: last + 1, values: &nan }]),
        Err(VectorsError::NotFinite)
    ));
    assert!(store.store.search(&nan, &query(0.0, 1)).is_err());
    store.fill(5);
    let (probe, _) = store.probe(0.9);
    store.compare(&probe, &query(-2.0, 10));
}

#[test]
fn buried_templates_are_gone_at_once_and_after_a_start() {
    let mut store = TestStore::new(100, 5);
    store.fill(5000);
    let mut numbers = Numbers::new(77);
    for round in 0..6 {
        let gone: Vec<u64> = store.labels().into_iter().filter(|_| numbers.below(4) == 0).collect();
        store.bury(&gone);
        assert_eq!(store.store.bury(gone.iter().copied()), 0, "buried twice");
        for label in gone.iter().take(5) {
            assert!(store.store.template(*label).unwrap().is_none());
            assert!(!store.store.contains(*label));
        }
        let (probe, _) = store.probe(0.6);
        store.compare(&probe, &query(-2.0, 50));
        assert_eq!(store.store.labels().iter().collect::<Vec<_>>(), store.labels());
        if round % 2 == 1 {
            store.reopen();
            store.compare(&probe, &query(-2.0, 50));
        }
    }
}

#[test]
fn filters_are_exact() {
    let mut store = TestStore::new(64, 5);
    store.fill(4000);
    let mut numbers = Numbers::new(4);
    for share in [1000, 20, 2, 1] {
        let only: LabelSet = store.labels().into_iter().filter(|_| numbers.below(share) == 0).collect();
        let (probe, mate) = store.probe(0.8);
        for exclude in [None, Some(mate), only.iter().next(), Some(u64::MAX)] {
            for (min_score, limit) in [(-2.0, 1), (-2.0, 5000), (0.3, 10)] {
                let only = Some(Arc::new(only.clone()));
                store.compare(&probe, &Query { min_score, limit, exclude, only });
                store.compare(&probe, &Query { min_score, limit, exclude, only: None });
            }
        }
    }
    let nobody = Query { only: Some(Arc::new(LabelSet::new())), ..query(-2.0, 10) };
    let answer = store.store.search(&Numbers::new(1).unit(64), &nobody).unwrap();
    assert_eq!((answer.hits.len(), answer.searched), (0, 0));
}

#[test]
fn compaction_changes_nothing_that_is_found() {
    let mut store = TestStore::new(64, 5);
    let mut numbers = Numbers::new(6);
    for round in 0..8 {
        store.fill(3000);
        let gone: Vec<u64> = store.labels().into_iter().filter(|_| numbers.below(3) == 0).collect();
        store.bury(&gone);
        let (probe, mate) = store.probe(0.7);
        let plan = store.store.plan_compaction(0.1).expect("a third is dead");
        // Life goes on while the new segment is written.
        store.fill(10);
        let compacted = store.store.compact(&plan).unwrap();
        store.bury(&[mate]);
        store.fill(10);
        let before = store.store.stats().unwrap();
        let committed = store.store.committed_after(&compacted).unwrap();
        if round % 3 == 2 {
            // A crash after the commit and before the adoption: the next start finishes it.
            store.reopen_as(&committed);
        } else {
            store.store.adopt(&compacted).unwrap();
            assert_eq!(store.store.committed(), committed);
        }
        let after = store.store.stats().unwrap();
        assert_eq!(after.live, before.live);
        assert!(after.dead < before.dead && after.disk_bytes < before.disk_bytes, "{before:?} {after:?}");
        store.compare(&probe, &query(-2.0, 50));
        store.reopen();
        store.compare(&probe, &query(-2.0, 50));
    }
    let everyone = store.labels();
    store.bury(&everyone);
    while let Some(plan) = store.store.plan_compaction(0.5) {
        let compacted = store.store.compact(&plan).unwrap();
        store.store.adopt(&compacted).unwrap();
    }
    assert_eq!(store.store.stats().unwrap().slots, 0);
    store.fill(10);
    store.reopen();
    let (probe, _) = store.probe(0.7);
    store.compare(&probe, &query(-2.0, 50));
}

#[test]
fn a_compaction_that_was_not_committed_leaves_nothing() {
    let mut store = TestStore::new(64, 5);
    store.fill(2000);
    let gone = store.labels()[..1500].to_vec();
    store.bury(&gone);
    let plan = store.store.plan_compaction(0.5).unwrap();
    let _lost = store.store.compact(&plan).unwrap();
    assert_eq!(store.files(), 2);
    store.reopen();
    assert_eq!(store.files(), 1);
    let plan = store.store.plan_compaction(0.5).unwrap();
    let compacted = store.store.compact(&plan).unwrap();
    store.store.abandon(compacted).unwrap();
    assert_eq!(store.files(), 1);
    store.fill(5);
    let (probe, _) = store.probe(0.7);
    store.compare(&probe, &query(-2.0, 50));
}

#[test]
fn a_compaction_waits_for_appended_templates() {
    let mut store = TestStore::new(64, 5);
    store.fill(100);
    let gone = store.labels()[..90].to_vec();
    store.bury(&gone);
    let plan = store.store.plan_compaction(0.5).unwrap();
    let compacted = store.store.compact(&plan).unwrap();
    let values = Numbers::new(2).unit(64);
    store.store.append(&[NewTemplate { label: store.next_label(), values: &values }]).unwrap();
    assert!(matches!(store.store.committed_after(&compacted), Err(VectorsError::Pending)));
    assert!(matches!(store.store.adopt(&compacted), Err(VectorsError::Pending)));
    assert!(store.store.plan_compaction(0.0).is_none_or(|plan| !plan.segments().is_empty()));
    store.store.discard().unwrap();
    store.store.adopt(&compacted).unwrap();
    assert!(matches!(store.store.adopt(&compacted), Err(VectorsError::CompactionStale { .. })));
    let (probe, _) = store.probe(0.7);
    store.compare(&probe, &query(-2.0, 50));
}

#[test]
fn another_key_gives_the_same_answers_and_unlinkable_files() {
    let mut store = TestStore::new(256, 5);
    store.fill(3000);
    let gone = store.labels()[100..200].to_vec();
    store.bury(&gone);
    let folder = tempfile::tempdir().unwrap();
    let new = store.store.rekey_into(&folder.path().join("new"), &key(99)).unwrap();
    assert_eq!(new.labels(), store.store.labels());
    for _ in 0..20 {
        let (probe, _) = store.probe(0.6);
        let wanted = query(0.1, 100);
        let (old, new) = (store.store.search(&probe, &wanted).unwrap(), new.search(&probe, &wanted).unwrap());
        assert_eq!(old.searched, new.searched);
        assert_eq!(old.hits.len(), new.hits.len());
        for (old, new) in old.hits.iter().zip(&new.hits) {
            assert!((old.score - new.score).abs() < 1e-5, "{old:?} {new:?}");
        }
    }
    let committed = new.committed();
    drop(new);
    let wrong = Store::open(
        &folder.path().join("new"),
        &key(5),
        store.store.shape(),
        &committed,
        &LabelSet::new(),
        &common::scanners(),
    );
    assert!(matches!(wrong, Err(VectorsError::WrongKey { segment: 1 })));
}
