//! Many segments: whatever was sealed, grown, buried, compacted and opened again, a search finds what a plain scan finds.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use std::sync::Arc;

use common::TestStore;
use overt_vectors::{LabelSet, Query};
use proptest::prelude::*;

/// Something that is done to a store.
#[derive(Clone, Debug)]
enum Step {
    /// Random templates.
    Fill(usize),
    /// One template many times: equal scores.
    Same(usize),
    /// The next template begins a segment.
    Seal,
    /// One of so many is deleted.
    Bury(usize),
    /// All of a stretch are deleted.
    BuryStretch(usize),
    /// Segments with a dead slot are written again; new templates come meanwhile.
    Compact(usize),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1_usize..400).prop_map(Step::Fill),
        1 => (1000_usize..1300).prop_map(Step::Fill),
        2 => (2_usize..90).prop_map(Step::Same),
        4 => Just(Step::Seal),
        2 => (2_usize..9).prop_map(Step::Bury),
        1 => (1_usize..500).prop_map(Step::BuryStretch),
        2 => (0_usize..40).prop_map(Step::Compact),
        1 => Just(Step::Reopen),
    ]
}

fn take(store: &mut TestStore, step: &Step) {
    match *step {
        Step::Fill(count) => store.fill(count),
        Step::Same(count) => {
            let dimensions = store.shape.dimensions();
            let same = store.numbers().unit(dimensions);
            store.add(&vec![same; count]);
        }
        Step::Seal => store.seal(),
        Step::Bury(one_in) => {
            let from = store.numbers().below(one_in as u64) as usize;
            let gone: Vec<u64> = store.labels().into_iter().skip(from).step_by(one_in).collect();
            store.bury(&gone);
        }
        Step::BuryStretch(count) => {
            let living = store.len() as u64;
            let from = store.numbers().below(1 + living) as usize;
            let gone: Vec<u64> = store.labels().into_iter().skip(from).take(count).collect();
            store.bury(&gone);
        }
        Step::Compact(meanwhile) => {
            if let Some(plan) = store.store.plan_compaction(0.0) {
                store.fill(meanwhile);
                let compacted = store.store.compact(&plan).unwrap();
                store.fill(meanwhile / 2);
                store.store.adopt(&compacted).unwrap();
            }
        }
        Step::Reopen => store.reopen(),
    }
}

/// Several queries, some of them limited to some labels.
fn check(store: &mut TestStore) {
    if store.len() == 0 {
        assert!(store.store.is_empty());
        return;
    }
    let (probe, mate) = store.probe(0.8);
    let half: LabelSet = store.labels().into_iter().step_by(2).collect();
    let few: LabelSet = store.labels().into_iter().step_by(97).collect();
    for (min_score, limit) in [(-2.0, usize::MAX), (-2.0, 7), (0.3, 100), (0.7, 1)] {
        store.compare(&probe, &Query { min_score, limit, exclude: None, only: None });
        store.compare(&probe, &Query { min_score, limit, exclude: Some(mate), only: None });
        for only in [&half, &few] {
            let only = Some(Arc::new(only.clone()));
            store.compare(&probe, &Query { min_score, limit, exclude: None, only });
        }
    }
    assert_eq!(store.store.labels().iter().collect::<Vec<_>>(), store.labels());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_is_found_is_what_a_plain_scan_finds(
        seed in any::<u64>(),
        dimensions in prop_oneof![Just(64_usize), Just(100), Just(128)],
        steps in prop::collection::vec(step(), 1..25),
    ) {
        let mut store = TestStore::new(dimensions, seed);
        for step in &steps {
            take(&mut store, step);
            check(&mut store);
        }
        store.reopen();
        check(&mut store);
        // Until nothing is dead, and once more.
        store.compact(0.0);
        prop_assert_eq!(store.store.stats().unwrap().dead, 0);
        check(&mut store);
        store.reopen();
        check(&mut store);
    }
}
