//! The basis that a store learns for its sieve: whatever of it reaches the disk, and however bases meet in one store, the
//! same is found.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod common;

use common::laid::{CHUNK, HEADER, Laid, SLOT};
use common::{TestStore, agrees};
use overt_vectors::{DamageKind, NewTemplate, Query, Store};

/// Slots at which a segment learns.
const LEARN: usize = 16 * CHUNK;

fn query(min_score: f32, limit: usize) -> Query {
    Query { min_score, limit, exclude: None, only: None }
}

/// A store that has learned, and its file from just before.
fn learned() -> (Laid, Vec<u8>) {
    let mut store = TestStore::new(common::laid::DIMENSIONS, 9);
    store.fill(LEARN - 100);
    let file = fs_err::read_dir(store.path()).unwrap().next().unwrap().unwrap().path();
    let before = fs_err::read(file).unwrap();
    store.fill(300);
    let laid = Laid::of(store, &[5, 2000]);
    assert!(before[HEADER..HEADER + laid.basis].iter().all(|byte| *byte == 0));
    assert!(laid.segments[0].bytes[HEADER..HEADER + laid.basis].iter().any(|byte| *byte != 0));
    (laid, before)
}

#[test]
fn learning_that_was_cut_off_changes_nothing_that_is_found() {
    let (laid, before) = learned();
    let after = &laid.segments[0].bytes;
    let id = laid.segments[0].state.id;
    let basis = HEADER..HEADER + laid.basis;
    laid.is_sound();
    for (with_basis, chunks) in [(true, 0), (true, 7), (true, 15), (false, 0), (false, 9), (false, 16)] {
        let mut bytes = after.clone();
        if !with_basis {
            bytes[basis.clone()].copy_from_slice(&before[basis.clone()]);
        }
        for chunk in chunks..LEARN / CHUNK {
            let codes = laid.codes_at(chunk)..laid.codes_at(chunk) + laid.codes;
            bytes[codes.clone()].copy_from_slice(&before[codes]);
        }
        laid.put(0, &bytes);
        laid.is_whole();
        // The start wrote the codes again that did not fit the basis.
        laid.is_sound();
        laid.is_whole();
    }
    // Half a basis.
    let mut bytes = after.clone();
    bytes[HEADER + laid.basis / 2..HEADER + laid.basis].fill(0);
    laid.put(0, &bytes);
    assert_eq!(laid.findings().len(), 1 + LEARN / CHUNK, "the basis and the codes made with it");
    laid.is_whole();
    assert_eq!(laid.findings(), [(id, 0, DamageKind::Codes)]);
    // It is learned anew when the segment has grown to the end of a chunk.
    let store = laid.open().unwrap();
    let mut living = laid.living.clone();
    let mut numbers = common::Numbers::new(3);
    let new: Vec<Vec<f32>> = (0..2 * CHUNK).map(|_| numbers.unit(common::laid::DIMENSIONS)).collect();
    let first = laid.segments[0].labels.last().unwrap() + 1;
    let batch: Vec<NewTemplate<'_>> =
        (first..).zip(&new).map(|(label, values)| NewTemplate { label, values }).collect();
    let committed = store.append(&batch).unwrap();
    store.publish();
    living.extend(batch.iter().map(|template| (template.label, template.values.to_vec())));
    agrees(&store, &living, &laid.probe);
    drop(store);
    let folder = laid.folder.path().join("store");
    let found = Store::verify(&folder, &laid.key, laid.shape, &committed, &mut |_| {}).unwrap();
    assert!(found.damage.is_empty(), "{:?}", found.damage);
    let store =
        Store::open(&folder, &laid.key, laid.shape, &committed, &laid.dead, &common::scanners()).unwrap();
    agrees(&store, &living, &laid.probe);
}

#[test]
fn a_flipped_bit_of_a_basis_is_found_and_changes_nothing_that_is_found() {
    let (laid, _) = learned();
    let id = laid.segments[0].state.id;
    for at in (HEADER..HEADER + laid.basis).step_by(laid.basis / 5) {
        laid.flip(0, at);
        let findings = laid.findings();
        assert_eq!(findings.first(), Some(&(id, 0, DamageKind::Codes)), "byte {at}");
        assert!(findings.iter().all(|(.., kind)| *kind == DamageKind::Codes));
        laid.left_without(0, 0..0, DamageKind::Slot);
        laid.is_whole();
        laid.restore(0);
    }
    laid.is_sound();
    // A damaged slot is told when a basis is to be learned from it, too: see the tests of damage.
    laid.flip(0, laid.slot_at(LEARN + 10) + SLOT / 2);
    laid.left_without(0, LEARN as u32 + 10..LEARN as u32 + 11, DamageKind::Slot);
}

/// Segments without a basis, with one, and after one, scanned for one query.
#[test]
fn segments_with_and_without_a_basis_are_searched_as_one_list() {
    let mut store = TestStore::new(common::laid::DIMENSIONS, 4);
    let same = store.numbers().unit(common::laid::DIMENSIONS);
    let ties = |store: &mut TestStore| store.add(&vec![same.clone(); 30]);
    store.fill(700);
    ties(&mut store);
    store.seal();
    ties(&mut store);
    store.fill(LEARN + 600);
    store.seal();
    store.fill(1500);
    ties(&mut store);
    store.seal();
    ties(&mut store);
    store.fill(15_000);
    assert_eq!(store.store.committed().segments.len(), 4);
    assert!(store.len() > 32_768, "enough for the scan threads");
    let check = |store: &mut TestStore| {
        let answer = store.store.search(&same, &query(0.99, 45)).unwrap();
        let found: Vec<u64> = answer.hits.iter().map(|hit| hit.label).collect();
        let all: Vec<u64> =
            store.living().iter().filter(|(_, values)| **values == same).map(|(label, _)| *label).collect();
        assert_eq!(found, all[..45], "the lowest labels of equal scores, across segments");
        for score in [0.3, 0.6, 0.95] {
            let (probe, _) = store.probe(score);
            for wanted in [query(-2.0, 1), query(-2.0, 50), query(0.2, 4096), query(0.5, 5)] {
                store.compare(&probe, &wanted);
            }
        }
    };
    check(&mut store);
    store.reopen();
    check(&mut store);
    let gone: Vec<u64> = store.labels().into_iter().step_by(3).collect();
    store.bury(&gone);
    check(&mut store);
    store.compact(0.2);
    assert_eq!(store.store.stats().unwrap().dead, 0);
    check(&mut store);
    store.reopen();
    check(&mut store);
}
