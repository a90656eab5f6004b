//! Damage: a store whose files were cut off or altered anywhere either is exactly what was committed, or says what is
//! damaged. It never serves another template, never misses one silently, never panics.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

mod common;

use common::agrees;
use common::laid::{CHUNK, HEADER, Laid, SLOT};
use overt_vectors::{DamageKind, Query, VectorsError};

/// The place of the segment that grows.
const GROWING: usize = 3;
/// The place of one with a full chunk.
const SEALED: usize = 1;

/// What opening says of a file that was cut below its committed slots.
fn cut_is_told(laid: &Laid, segment: usize, length: usize) {
    let state = laid.segments[segment].state;
    match laid.open().unwrap_err() {
        VectorsError::Unusable { segment, reason } => {
            assert!(length < HEADER, "{length}");
            assert_eq!((segment, reason.as_str()), (state.id, "its header is cut short"));
        }
        VectorsError::Truncated { segment, committed, found } => {
            assert!(length >= HEADER, "{length}");
            assert_eq!((segment, committed, found), (state.id, state.slots, laid.whole(length)), "{length}");
        }
        other => panic!("cut at {length}: {other}"),
    }
}

/// What repair and the walk find of such a file.
fn cut_is_left(laid: &Laid, segment: usize, length: usize) {
    let state = laid.segments[segment].state;
    let lost = laid.whole(length)..state.slots;
    laid.left_without(segment, lost.clone(), DamageKind::Missing);
    let missing: Vec<_> = lost.map(|slot| (state.id, slot, DamageKind::Missing)).collect();
    assert_eq!(laid.findings(), missing, "cut at {length}");
}

#[test]
fn the_growing_file_alone_cut_at_every_byte() {
    let laid = Laid::four_segments().alone(GROWING);
    let bytes = laid.segments[0].bytes.clone();
    let end = laid.slot_at(9);
    assert_eq!(bytes.len(), end + 3 * SLOT, "three slots were not committed");
    for length in (end..=bytes.len()).rev() {
        laid.put(0, &bytes[..length]);
        let store = laid.open().unwrap();
        assert_eq!(store.committed(), laid.committed());
        assert_eq!(fs_err::metadata(laid.path(0)).unwrap().len(), end as u64);
        agrees(&store, &laid.living, &laid.probe);
    }
    let file = fs_err::OpenOptions::new().write(true).open(laid.path(0)).unwrap();
    for length in (0..end).rev() {
        file.set_len(length as u64).unwrap();
        cut_is_told(&laid, 0, length);
    }
}

#[test]
fn a_store_of_many_segments_whose_growing_file_is_cut() {
    let laid = Laid::four_segments();
    let bytes = laid.segments[GROWING].bytes.clone();
    let end = laid.slot_at(9);
    for length in (end..=bytes.len()).step_by(41).chain([end + 1, end + SLOT - 1, end + SLOT, bytes.len()]) {
        laid.put(GROWING, &bytes[..length]);
        laid.is_whole();
    }
    let places = (0..HEADER).chain((HEADER..laid.slot_at(0)).step_by(1009)).chain(laid.slot_at(0)..end);
    for (index, length) in places.enumerate() {
        laid.put(GROWING, &bytes[..length]);
        cut_is_told(&laid, GROWING, length);
        if index % 53 == 0 {
            cut_is_left(&laid, GROWING, length);
        }
    }
    laid.restore(GROWING);
    laid.is_whole();
}

#[test]
fn a_sealed_file_cut_at_its_borders_and_between() {
    let laid = Laid::four_segments();
    let bytes = &laid.segments[SEALED].bytes;
    let second = laid.codes_at(1);
    let borders = [
        0,
        1,
        HEADER,
        HEADER + laid.basis,
        laid.slot_at(0),
        laid.slot_at(1),
        laid.slot_at(CHUNK - 1),
        second,
        laid.slot_at(CHUNK),
        laid.slot_at(CHUNK + 1),
        bytes.len(),
    ];
    assert_eq!(laid.slot_at(CHUNK - 1) + SLOT, second);
    let near = borders.into_iter().flat_map(|at| at.saturating_sub(2)..at + 2);
    let lengths = near.chain((0..bytes.len()).step_by(1499)).chain(laid.slot_at(1090)..bytes.len());
    for (index, length) in lengths.filter(|length| *length < bytes.len()).enumerate() {
        laid.put(SEALED, &bytes[..length]);
        cut_is_told(&laid, SEALED, length);
        if index % 61 == 0 || index < 44 {
            cut_is_left(&laid, SEALED, length);
        }
    }
    laid.restore(SEALED);
    laid.is_whole();
}

#[test]
fn a_flipped_bit_of_any_byte_of_a_header_is_told() {
    let laid = Laid::four_segments().alone(0);
    let id = laid.segments[0].state.id;
    let lost: Vec<_> = (0..40).map(|slot| (id, slot, DamageKind::Missing)).collect();
    for at in 0..HEADER {
        laid.flip(0, at);
        let error = laid.open().unwrap_err();
        let told = match &error {
            VectorsError::WrongKey { segment } => *segment,
            VectorsError::Unusable { segment, .. } if at < 8 => *segment,
            other => panic!("byte {at}: {other}"),
        };
        assert_eq!(told, id);
        assert_eq!(laid.findings(), lost);
        laid.left_without(0, 0..40, DamageKind::Missing);
        laid.flip_back(0, at);
    }
    laid.is_whole();
}

#[test]
fn a_flipped_bit_in_the_place_of_a_basis_is_found_and_loses_nothing() {
    let laid = Laid::four_segments().alone(0);
    let id = laid.segments[0].state.id;
    for at in HEADER..HEADER + laid.basis {
        laid.flip(0, at);
        assert_eq!(laid.findings(), [(id, 0, DamageKind::Codes)], "byte {at}");
        if at % 97 == 0 {
            laid.is_whole();
            laid.left_without(0, 0..0, DamageKind::Slot);
        }
        laid.flip_back(0, at);
    }
    // Nothing reads the place of codes before their chunk is full.
    for at in (laid.codes_at(0)..laid.slot_at(0)).step_by(2003) {
        laid.flip(0, at);
        laid.is_sound();
        laid.is_whole();
    }
}

#[test]
fn a_flipped_bit_of_any_byte_of_a_slot_is_told() {
    let laid = Laid::four_segments().alone(0);
    let id = laid.segments[0].state.id;
    for at in laid.slot_at(0)..laid.segments[0].bytes.len() {
        let slot = ((at - laid.slot_at(0)) / SLOT) as u32;
        laid.flip(0, at);
        match laid.open().unwrap_err() {
            VectorsError::Damaged { segment, slot: told } => assert_eq!((segment, told), (id, slot)),
            other => panic!("byte {at}: {other}"),
        }
        if at % 89 == 0 {
            assert_eq!(laid.findings(), [(id, slot, DamageKind::Slot)]);
            laid.left_without(0, slot..slot + 1, DamageKind::Slot);
        }
        laid.flip_back(0, at);
    }
    laid.is_whole();
}

/// Codes let a start skip the slots they are of: a damaged slot is met when it is read.
#[test]
fn a_flipped_bit_of_a_slot_behind_codes_is_never_served() {
    let laid = Laid::four_segments();
    let segment = &laid.segments[SEALED];
    let best = Query { min_score: 0.9, limit: 3, exclude: None, only: None };
    for slot in (0..CHUNK).step_by(73).filter(|slot| laid.living.contains_key(&segment.labels[*slot])) {
        let label = segment.labels[slot];
        let template = &laid.living[&label];
        let place = (segment.state.id, slot as u32);
        for within in [0, 12, 20, 150, SLOT - 1] {
            let at = laid.slot_at(slot) + within;
            laid.flip(SEALED, at);
            let store = laid.open().unwrap();
            for error in [store.template(label).unwrap_err(), store.search(template, &best).unwrap_err()] {
                match error {
                    VectorsError::Damaged { segment, slot } => assert_eq!((segment, slot), place),
                    other => panic!("slot {slot}: {other}"),
                }
            }
            let other = segment.labels[slot + 1];
            assert!(store.template(other).unwrap().is_some());
            drop(store);
            if within == 150 {
                let damage = laid.verify().damage;
                assert_eq!(damage.len(), 1);
                assert_eq!((damage[0].segment, damage[0].slot), place);
                assert_eq!((damage[0].kind, damage[0].label), (DamageKind::Slot, Some(label)));
                laid.left_without(SEALED, place.1..place.1 + 1, DamageKind::Slot);
            }
            laid.flip_back(SEALED, at);
        }
    }
    laid.is_whole();
}

#[test]
fn a_flipped_bit_of_codes_is_found_and_mended_by_a_start() {
    let laid = Laid::four_segments();
    let id = laid.segments[SEALED].state.id;
    for at in (laid.codes_at(0)..laid.slot_at(0)).step_by(1511) {
        laid.flip(SEALED, at);
        assert_eq!(laid.findings(), [(id, 0, DamageKind::Codes)], "byte {at}");
        laid.left_without(SEALED, 0..0, DamageKind::Slot);
        assert_eq!(laid.findings(), [(id, 0, DamageKind::Codes)], "repair writes nothing");
        laid.is_whole();
        laid.is_sound();
        laid.restore(SEALED);
    }
}

#[test]
fn what_stands_in_another_place_is_told() {
    let laid = Laid::four_segments();
    let Some(first) = laid.segments.first() else { unreachable!() };
    // A slot in the place of its neighbour.
    let mut bytes = first.bytes.clone();
    bytes.copy_within(laid.slot_at(5)..laid.slot_at(6), laid.slot_at(6));
    laid.put(0, &bytes);
    assert!(matches!(laid.open(), Err(VectorsError::Damaged { slot: 6, .. })));
    laid.left_without(0, 6..7, DamageKind::Slot);
    // A slot of another segment.
    let mut bytes = first.bytes.clone();
    let other = &laid.segments[2].bytes;
    bytes[laid.slot_at(5)..laid.slot_at(6)].copy_from_slice(&other[laid.slot_at(5)..laid.slot_at(6)]);
    laid.put(0, &bytes);
    assert!(matches!(laid.open(), Err(VectorsError::Damaged { slot: 5, .. })));
    laid.left_without(0, 5..6, DamageKind::Slot);
    // A file under the name of another.
    laid.put(0, other);
    match laid.open().unwrap_err() {
        VectorsError::Unusable { reason, .. } => assert!(reason.contains("under another name"), "{reason}"),
        error => panic!("{error}"),
    }
    laid.left_without(0, 0..40, DamageKind::Missing);
    // Nothing but zeros, as after a crash of a file system.
    laid.put(0, &vec![0; first.bytes.len()]);
    assert!(matches!(laid.open(), Err(VectorsError::Unusable { .. })));
    let mut bytes = first.bytes.clone();
    bytes[laid.slot_at(20)..].fill(0);
    laid.put(0, &bytes);
    assert!(matches!(laid.open(), Err(VectorsError::Damaged { slot: 20, .. })));
    laid.left_without(0, 20..40, DamageKind::Slot);
    laid.restore(0);
    laid.is_whole();
}

#[test]
fn another_state_than_the_committed_one_is_refused() {
    let mut laid = Laid::four_segments();
    laid.segments.swap(0, 1);
    assert!(matches!(laid.open(), Err(VectorsError::Committed { .. })), "labels do not rise");
    laid.segments.swap(0, 1);
    let mut more = Laid::four_segments();
    more.segments[2].state.slots += 1;
    assert!(matches!(more.open(), Err(VectorsError::Truncated { committed: 31, found: 30, .. })));
    laid.is_whole();
}
