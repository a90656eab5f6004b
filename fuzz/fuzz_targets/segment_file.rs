//! A store's folder after anything has happened to its files: an error, a report, or the templates that were stored.
//!
//! Slots and codes are sealed, so that bytes that a fuzzer makes up never come past the seals. The input therefore names a
//! store that was written as always, and what is done to its files: cut, flipped, overwritten, moved, appended to, swapped,
//! removed, or replaced by the input's own bytes as they are. What the records say can be altered as well.
//!
//! An input is: a byte for the store, a byte for what happens to the records with its operands, then edits to the end, each
//! a byte with its operands. [`Edit`] and [`Alteration`] have the forms.

#![no_main]

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use overt_vectors::{
    Committed, DamageKind, LabelSet, NewTemplate, Query, Scanners, SegmentState, Shape, Store, StoreKey,
};

/// The fewest numbers a template can have: the smallest files.
const DIMENSIONS: usize = 64;
/// Most slots of a segment (`CAPACITY` in `store/growing.rs`).
const CAPACITY: u32 = 1 << 20;
/// Edits of one input, at most.
const EDITS: usize = 8;

/// A store as it was written.
struct Pristine {
    files: BTreeMap<String, Vec<u8>>,
    committed: Committed,
    templates: BTreeMap<u64, Vec<f32>>,
}

fn key() -> StoreKey {
    StoreKey::new([7; 32])
}

fn shape() -> Shape {
    Shape::new(DIMENSIONS).expect("between 64 and 1024")
}

fn scanners() -> &'static Scanners {
    static SCANNERS: OnceLock<Scanners> = OnceLock::new();
    SCANNERS.get_or_init(|| Scanners::new(NonZero::<usize>::MIN))
}

/// The folder of this process; in memory where that is possible.
fn folder(name: &str) -> PathBuf {
    let memory = Path::new("/dev/shm");
    let base = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    base.join(format!("overt-fuzz-segments-{}", std::process::id())).join(name)
}

/// The template with a label: made of the label alone, of unit length.
fn made(label: u64) -> Vec<f32> {
    let mut state = label.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5eed;
    let mut values: Vec<f32> = (0..DIMENSIONS)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1 << 23) as f32 - 1.0
        })
        .collect();
    let length = dot(&values, &values).sqrt();
    values.iter_mut().for_each(|value| *value /= length);
    values
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn append(store: &Store, labels: &[u64]) -> Committed {
    let templates: Vec<_> = labels.iter().map(|label| (*label, made(*label))).collect();
    let batch: Vec<_> =
        templates.iter().map(|(label, values)| NewTemplate { label: *label, values }).collect();
    let committed = store.append(&batch).expect("a sound store takes templates");
    store.publish();
    committed
}

fn write_pristine(number: usize) -> Pristine {
    // Labels so far apart begin a new segment.
    let far = 1_u64 << 33;
    let labels: Vec<u64> = match number {
        0 => (10..15).collect(),
        1 => (1..4).chain(far..far + 4).collect(),
        // A chunk with codes, and the beginning of the next.
        2 => (1..=1030).collect(),
        3 => (1..=1024).chain(far..far + 2).collect(),
        // So many that the store has learned the basis of its codes.
        _ => (1..=16 * 1024 + 3).collect(),
    };
    let path = folder(&format!("pristine-{number}"));
    let store = Store::create(&path, &key(), shape(), scanners()).expect("a new folder");
    let committed = append(&store, &labels);
    let templates = labels
        .iter()
        .map(|label| (*label, store.template(*label).expect("a sound store").expect("was appended")))
        .collect();
    let files = committed
        .segments
        .iter()
        .map(|state| (state.file_name(), fs::read(path.join(state.file_name())).expect("was written")))
        .collect();
    drop(store);
    fs::remove_dir_all(&path).expect("is this target's own");
    Pristine { files, committed, templates }
}

fn pristine(number: usize) -> &'static Pristine {
    static ALL: [OnceLock<Pristine>; 5] = [const { OnceLock::new() }; 5];
    ALL[number].get_or_init(|| write_pristine(number))
}

/// The input, read from its beginning. What it does not have is zero.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn bytes(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }

    fn number(&mut self, bytes: usize) -> usize {
        self.bytes(bytes).iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
    }

    /// A place in `length` bytes, its end included: near the beginning, near the end, or anywhere.
    fn place(&mut self, length: usize) -> usize {
        match self.number(1) % 3 {
            0 => self.number(2).min(length),
            1 => length.saturating_sub(self.number(2)),
            _ => self.number(3) % (length + 1),
        }
    }
}

/// What happens to a file.
#[derive(Debug)]
enum Edit {
    Cut,
    Flip,
    Overwrite,
    Append,
    AppendZeros,
    Zero,
    Copy,
    Remove,
    Swap,
    Add,
    Replace,
    Shift,
}

const ALL_EDITS: [Edit; 12] = {
    use Edit::*;
    [Cut, Flip, Overwrite, Append, AppendZeros, Zero, Copy, Remove, Swap, Add, Replace, Shift]
};

/// Does one edit. Whether it left everything committed as it was.
fn edit(files: &mut BTreeMap<String, Vec<u8>>, input: &mut Input<'_>) -> bool {
    let edit = &ALL_EDITS[input.number(1) % ALL_EDITS.len()];
    let names: Vec<String> = files.keys().cloned().collect();
    let Some(name) = names.get(input.number(1) % names.len().max(1)).cloned() else { return true };
    let mut file = files.remove(&name).unwrap_or_default();
    let mut harmless = false;
    match edit {
        Edit::Cut => file.truncate(input.place(file.len())),
        Edit::Flip => {
            let (place, bit) = (input.place(file.len()), input.number(1) % 8);
            if let Some(byte) = file.get_mut(place) {
                *byte ^= 1 << bit;
            }
        }
        Edit::Overwrite => {
            let place = input.place(file.len());
            let count = input.number(1);
            let bytes = input.bytes(count);
            file.iter_mut().skip(place).zip(bytes).for_each(|(old, new)| *old = *new);
        }
        Edit::Append => {
            let count = input.number(2);
            file.extend_from_slice(input.bytes(count));
            harmless = true;
        }
        Edit::AppendZeros => {
            file.resize(file.len() + input.number(2), 0);
            harmless = true;
        }
        Edit::Zero => {
            let place = input.place(file.len());
            file.iter_mut().skip(place).take(input.number(2)).for_each(|byte| *byte = 0);
        }
        Edit::Copy => {
            let from =
                names.get(input.number(1) % names.len()).and_then(|name| files.get(name)).unwrap_or(&file);
            let start = input.place(from.len());
            let piece: Vec<u8> = from.iter().skip(start).take(input.number(2)).copied().collect();
            let place = input.place(file.len());
            file.iter_mut().skip(place).zip(piece).for_each(|(old, new)| *old = new);
        }
        Edit::Remove => return false,
        Edit::Swap => {
            let other = names.get(input.number(1) % names.len());
            if let Some(other) = other.and_then(|name| files.get_mut(name)) {
                std::mem::swap(&mut file, other);
            }
        }
        Edit::Add => {
            let other = SegmentState { id: input.number(4) as u32, slots: 0 }.file_name();
            let bytes = input.bytes(256);
            if other != name && !files.contains_key(&other) {
                files.insert(other, bytes.to_vec());
                harmless = true;
            }
        }
        Edit::Replace => {
            let count = input.number(2);
            file = input.bytes(count).to_vec();
        }
        Edit::Shift => {
            let (place, count) = (input.place(file.len()), input.number(1));
            file.drain(place..(place + count).min(file.len()));
        }
    }
    files.insert(name, file);
    harmless
}

/// What happens to the records.
#[derive(Debug)]
enum Alteration {
    FewerSlots,
    MoreSlots,
    AnySlots,
    OtherId,
    Dropped,
    Twice,
    Swapped,
}

/// Alters the records; `false` if they stay as they were.
fn alter(committed: &mut Committed, input: &mut Input<'_>) -> bool {
    use Alteration::*;
    const ALL: [Alteration; 7] = [FewerSlots, MoreSlots, AnySlots, OtherId, Dropped, Twice, Swapped];
    // Most values of the byte leave the records alone.
    let Some(alteration) = input.number(1).checked_sub(128).and_then(|what| ALL.get(what % 16)) else {
        return false;
    };
    let index = input.number(1) % committed.segments.len();
    let state = committed.segments[index];
    match alteration {
        FewerSlots => committed.segments[index].slots = state.slots.saturating_sub(input.number(2) as u32),
        MoreSlots => committed.segments[index].slots += input.number(2) as u32,
        AnySlots => committed.segments[index].slots = input.number(4) as u32,
        OtherId => committed.segments[index].id = input.number(4) as u32,
        Dropped => {
            committed.segments.remove(index);
        }
        Twice => committed.segments.push(state),
        Swapped => committed.segments.reverse(),
    }
    true
}

/// Everything that can be asked of an open store tells what was stored, or an error.
fn look(store: &Store, pristine: &Pristine, dead: &LabelSet) {
    let labels = store.labels();
    assert_eq!(labels.len() as u64, store.len());
    for label in labels.iter() {
        assert!(!dead.contains(label), "{label} was buried");
        let Some(original) = pristine.templates.get(&label) else { panic!("label {label} was never stored") };
        match store.template(label) {
            Ok(Some(found)) => assert!(found == *original, "another template under {label}"),
            Ok(None) => panic!("label {label} is listed and not found"),
            Err(_) => {}
        }
    }
    let Some(probe) = pristine.templates.values().nth(1) else { return };
    let query = Query { min_score: -2.0, limit: 20, exclude: None, only: None };
    let Ok(answer) = store.search(probe, &query) else { return };
    for hit in &answer.hits {
        let original = &pristine.templates[&hit.label];
        assert!((hit.score - dot(probe, original)).abs() < 1e-4, "another score of {}", hit.label);
        assert!(labels.contains(hit.label));
    }
    assert!(answer.hits.is_sorted_by(|a, b| a.score >= b.score && a.label != b.label));
}

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input(bytes);
    // The store that has learned is large: one input in sixteen.
    let (number, large) = match input.number(1) % 16 {
        15 => (4, true),
        small => (small % 4, false),
    };
    let pristine = pristine(number);
    let mut committed = pristine.committed.clone();
    let altered = alter(&mut committed, &mut input);
    let dead: LabelSet = match input.number(1) {
        buried @ 1..=9 => pristine.templates.keys().copied().skip(buried).take(buried).collect(),
        _ => LabelSet::new(),
    };
    let mut files = pristine.files.clone();
    let mut harmless = true;
    for _ in 0..EDITS {
        if input.0.is_empty() {
            break;
        }
        harmless &= edit(&mut files, &mut input);
    }

    let path = folder("store");
    let _none = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a folder in memory");
    for (name, bytes) in &files {
        fs::write(path.join(name), bytes).expect("a file in memory");
    }

    if !large && committed.segments.iter().all(|state| state.slots <= CAPACITY) {
        let found = Store::verify(&path, &key(), shape(), &committed, &mut |_| {});
        if !altered {
            let found = found.expect("damage is no error");
            let lost = found.damage.iter().filter(|damage| damage.kind != DamageKind::Codes).count() as u64;
            assert_eq!(found.sound + lost, committed.slots());
            assert_eq!(found.labels.len() as u64, found.sound);
            assert!(found.labels.iter().all(|label| pristine.templates.contains_key(&label)));
            assert!(!harmless || found.damage.is_empty());
        }
    }
    match Store::open_damaged(&path, &key(), shape(), &committed, &dead, scanners()) {
        Ok((store, damage)) => {
            let lost = damage.iter().filter(|damage| damage.kind != DamageKind::Codes).count() as u64;
            assert!(store.len() + lost + dead.len() as u64 >= committed.slots());
            assert!(store.len() + lost <= committed.slots());
            look(&store, pristine, &dead);
        }
        Err(error) => assert!(altered, "damage is no error: {error}"),
    }
    match Store::open(&path, &key(), shape(), &committed, &dead, scanners()) {
        Ok(store) => {
            assert_eq!(store.committed(), committed);
            look(&store, pristine, &dead);
            if !altered {
                assert_eq!(store.len() + dead.len() as u64, committed.slots());
            }
            if !large {
                go_on(store, &path, pristine, &dead);
            }
        }
        Err(error) => assert!(altered || !harmless, "a sound store does not open: {error}"),
    }
});

/// A store that opened takes templates and is the same when it is opened again.
fn go_on(store: Store, path: &Path, pristine: &Pristine, dead: &LabelSet) {
    let next = pristine.templates.keys().max().map_or(1, |last| last + 1);
    let before = store.len();
    let committed = append(&store, &[next, next + 1]);
    drop(store);
    let store = Store::open(path, &key(), shape(), &committed, dead, scanners()).expect("was just written");
    assert_eq!(store.len(), before + 2);
    for label in [next, next + 1] {
        let found = store.template(label).expect("was just written").expect("was just written");
        assert!(found.iter().zip(made(label)).all(|(a, b)| (a - b).abs() < 1e-4));
    }
}
