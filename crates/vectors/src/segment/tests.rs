//! The bytes of the format: what changes them needs a new format number, and these bytes with it.

use std::num::NonZero;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::file::{PlainSlot, SegmentFile};
use super::header::{FORMAT, Header};
use super::layout::{CHUNK, HEADER, Layout};
use crate::basis::Basis;
use crate::block::Block;
use crate::code::Coder;
use crate::error::VectorsError;
use crate::kernels::Float;
use crate::key::{NONCE, SALT, StoreKey};
use crate::labels::LabelSet;
use crate::scanners::Scanners;
use crate::shape::Shape;
use crate::store::{NewTemplate, Store};
use crate::testing::Numbers;

/// Format 2, 256 numbers, segment 7, labels from 5,000,000,000 on, salt of nines, key of threes.
const GOLDEN: &str = concat!(
    "6f7672747665630a0200000000010000070000000004000000f2052a01000000",
    "0909090909090909090909090909090909090909090909090909090909090909",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "61d43b131b903b96a7b44bf6feb954ef47efa928d0fa29376442823ca5346d00",
);

fn key() -> StoreKey {
    StoreKey::new([3; 32])
}

fn shape() -> Shape {
    Shape::new(256).unwrap()
}

fn header() -> Header {
    Header { id: 7, base: 5_000_000_000, salt: [9; SALT] }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The first half of a digest.
fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..16])
}

/// Numbers that no rounding of logarithms or cosines stands behind, so that they are the same everywhere.
fn template(numbers: &mut Numbers, dimensions: usize) -> Vec<f32> {
    (0..dimensions).map(|_| (numbers.next() % 2001) as f32 / 16_000.0 - 0.0625).collect()
}

#[test]
fn the_header_is_that_of_this_format() {
    let bytes = header().write(shape(), &key());
    assert_eq!(FORMAT, 2, "another format has other bytes: put them here");
    assert_eq!(hex(&bytes), GOLDEN, "the header is no longer that of format {FORMAT}");
    assert_eq!(Header::read(&bytes, 7, shape(), &key()).unwrap(), header());
}

#[test]
fn things_lie_where_this_format_has_them() {
    let places = |dimensions| {
        let layout = Layout::new(Shape::new(dimensions).unwrap());
        (layout.basis_bytes(), layout.codes_bytes(), layout.slot_bytes(), layout.slot_at(CHUNK))
    };
    assert_eq!((HEADER, CHUNK), (128, 1024));
    assert_eq!(places(64), (14_656, 100_836, 292, 515_464));
    assert_eq!(places(256), (115_776, 178_660, 1_060, 1_558_664));
    assert_eq!(places(512), (460_864, 334_308, 2_084, 3_263_624));
    assert_eq!(places(1024), (921_664, 596_452, 4_132, 6_345_864));
}

#[test]
fn slots_and_codes_have_the_bytes_of_this_format() {
    let folder = tempfile::tempdir().unwrap();
    let file = SegmentFile::create(folder.path(), 7, &key(), shape(), 5_000_000_000).unwrap();
    // The salt of the file is random: the sealed form is looked at by opening it again, the plain one by its bytes.
    let mut numbers = Numbers::new(1);
    let rotated = template(&mut numbers, 256);
    let mut sealed = Vec::new();
    let plain = PlainSlot { label: 5_000_000_001, rotated: &rotated };
    file.seal_slot(3, &[5; NONCE], &plain, &mut sealed).unwrap();
    assert_eq!(sealed.len(), file.slot_bytes());
    assert_eq!(sealed[..NONCE], [5; NONCE]);
    let seal = header().seal(shape(), &key());
    let mut bytes = 5_000_000_001_u64.to_le_bytes().to_vec();
    bytes.extend(rotated.iter().flat_map(|value| value.to_le_bytes()));
    let tag = seal.seal(&[5; NONCE], b"slot\x03\0\0\0", &mut bytes).unwrap();
    let mut found = vec![("slot", digest(&bytes)), ("its tag", hex(&tag))];

    let coder = Coder { shape: shape(), float: Float::detect() };
    let sample: Vec<Vec<f32>> = (0..600).map(|_| template(&mut numbers, 256)).collect();
    let learned = Basis::learn(shape(), &key(), &sample, [4; 8], coder.float);
    found.push(("basis", digest(&learned.write())));
    for (what, basis) in [("codes", Basis::plain(shape())), ("codes along a basis", learned)] {
        let mut block = Block::new(shape(), Arc::clone(&basis), 5_000_000_000);
        for (label, rotated) in (5_000_000_000..).zip(&sample[..100]) {
            block.push(label, &coder.encode(&basis, rotated));
        }
        found.push((what, digest(&block.write())));
    }
    let golden = [
        ("slot", "5706e78343a10e6d07caaba73b7ae8d1"),
        ("its tag", "e832440050e11f607fd55c9ef213df60"),
        ("basis", "9756a54e09dfa9689dff64c41aa9e63c"),
        ("codes", "b22d39cc4284d803c792896a7d38fc6a"),
        ("codes along a basis", "dbdeab9a9066dc9f7cc36ce7007e2a62"),
    ];
    assert_eq!(
        found,
        golden.map(|(what, digest)| (what, digest.to_owned())),
        "no longer those of format {FORMAT}"
    );
}

/// A header of another format, as a release that knows it writes it.
fn of_format(format: u32) -> [u8; HEADER] {
    let mut bytes = header().write(shape(), &key());
    bytes[8..12].copy_from_slice(&format.to_le_bytes());
    let (about, check) = bytes.split_at_mut(HEADER - 32);
    check.copy_from_slice(&key().check(&[9; SALT], about));
    bytes
}

#[test]
fn another_format_is_told_from_damage_and_with_what_to_do() {
    for (format, advice) in
        [(1, "overt collections export"), (3, "a later release"), (u32::MAX, "start that release")]
    {
        let error = Header::read(&of_format(format), 7, shape(), &key()).unwrap_err();
        assert!(
            matches!(error, VectorsError::OtherFormat { segment: 7, found, known: FORMAT } if found == format)
        );
        assert!(error.to_string().contains(advice), "{error}");
        assert!(!error.loses_segment());
        // One bit away from such a header is damage.
        for bit in 0..HEADER * 8 {
            let mut altered = of_format(format);
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(Header::read(&altered, 7, shape(), &key()).unwrap_err().loses_segment(), "bit {bit}");
        }
    }
}

#[test]
fn a_store_of_another_format_is_neither_opened_nor_repaired_away() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    let scanners = Scanners::new(NonZero::<usize>::MIN);
    let store = Store::create(&path, &key(), shape(), &scanners).unwrap();
    let values = Numbers::new(1).unit(256);
    let committed = store.append(&[NewTemplate { label: 1, values: &values }]).unwrap();
    drop(store);
    let file = SegmentFile::path_of(&path, 1);
    let sound = fs_err::read(&file).unwrap();
    let mut bytes = sound.clone();
    bytes[8..12].copy_from_slice(&(FORMAT + 1).to_le_bytes());
    let salt: [u8; SALT] = bytes[32..64].try_into().unwrap();
    let check = key().check(&salt, &bytes[..HEADER - 32]);
    bytes[HEADER - 32..HEADER].copy_from_slice(&check);
    fs_err::write(&file, &bytes).unwrap();
    let dead = LabelSet::new();
    let refused = [
        Store::open(&path, &key(), shape(), &committed, &dead, &scanners).map(drop),
        Store::open_damaged(&path, &key(), shape(), &committed, &dead, &scanners).map(drop),
        Store::verify(&path, &key(), shape(), &committed, &mut |_| {}).map(drop),
    ];
    for refused in refused {
        assert!(matches!(refused, Err(VectorsError::OtherFormat { segment: 1, .. })), "{refused:?}");
    }
    assert_eq!(fs_err::read(&file).unwrap(), bytes, "it was changed");
    fs_err::write(&file, &sound).unwrap();
    assert_eq!(Store::open(&path, &key(), shape(), &committed, &dead, &scanners).unwrap().len(), 1);
}
