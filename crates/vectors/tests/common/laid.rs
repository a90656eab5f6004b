//! A store of four segments laid down on the disk, and its files as bytes, to be damaged.

use std::collections::BTreeMap;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::PathBuf;

use overt_vectors::{
    Committed, Damage, DamageKind, LabelSet, NewTemplate, SegmentState, Shape, Store, StoreKey, VectorsError,
    Verification,
};

use super::{TestStore, agrees, scanners};

/// Numbers of a template.
pub const DIMENSIONS: usize = 64;
/// Bytes of the header.
pub const HEADER: usize = 128;
/// Bytes of a slot: nonce, label, numbers, tag.
pub const SLOT: usize = 12 + 8 + 4 * DIMENSIONS + 16;
/// Slots of a chunk.
pub const CHUNK: usize = 1024;

/// A segment as it was committed.
pub struct Segment {
    pub state: SegmentState,
    pub bytes: Vec<u8>,
    /// Of each committed slot.
    pub labels: Vec<u64>,
}

/// A store that nobody has open.
pub struct Laid {
    pub folder: tempfile::TempDir,
    pub key: StoreKey,
    pub shape: Shape,
    pub dead: LabelSet,
    pub living: BTreeMap<u64, Vec<f32>>,
    pub segments: Vec<Segment>,
    pub probe: Vec<f32>,
    /// Bytes of the place of the basis, and of the codes of a chunk.
    pub basis: usize,
    pub codes: usize,
}

impl Laid {
    /// Forty slots, sealed; 1,100, sealed; thirty left by a compaction; nine in the one that grows, and three more that were
    /// never committed. Two slots of each are dead.
    pub fn four_segments() -> Self {
        let mut store = TestStore::new(DIMENSIONS, 21);
        store.fill(40);
        store.seal();
        store.fill(1100);
        store.seal();
        let kept = store.len();
        store.fill(60);
        let gone: Vec<u64> = store.labels().into_iter().skip(kept).step_by(2).collect();
        store.bury(&gone);
        store.compact(0.1);
        store.seal();
        store.fill(9);
        let committed = store.store.committed();
        let slots: Vec<u32> = committed.segments.iter().map(|segment| segment.slots).collect();
        assert_eq!(slots, [40, 1100, 30, 9]);
        assert_ne!(committed.segments[2].id, 3, "it was written again");
        let laid = Self::of(store, &[3, 17]);
        let [first, second, ..] = laid.segments.as_slice() else { unreachable!() };
        assert_eq!(second.bytes.len() - first.bytes.len(), laid.codes + (1100 - 40) * SLOT);
        laid
    }

    /// Buries these slots of every segment, appends three templates without committing them, and closes the store.
    pub fn of(mut store: TestStore, dead: &[usize]) -> Self {
        let committed = store.store.committed();
        let all = store.labels();
        assert_eq!(all.len() as u64, committed.slots(), "every slot lives");
        let mut rest = all.as_slice();
        let mut labels = Vec::new();
        for state in &committed.segments {
            let (own, others) = rest.split_at(state.slots as usize);
            labels.push(own.to_vec());
            rest = others;
        }
        let gone: Vec<u64> = labels
            .iter()
            .flat_map(|own| dead.iter().filter_map(move |slot| own.get(slot % own.len())))
            .copied()
            .collect();
        store.bury(&gone);
        let lost: Vec<Vec<f32>> = (0..3).map(|_| store.numbers().unit(DIMENSIONS)).collect();
        let (probe, _) = store.probe(0.7);
        let next = store.next_label();
        let batch: Vec<NewTemplate<'_>> =
            (next..).zip(&lost).map(|(label, values)| NewTemplate { label, values }).collect();
        store.store.append(&batch).unwrap();
        let read = |state: &SegmentState| fs_err::read(store.path().join(state.file_name())).unwrap();
        let segments: Vec<Segment> = committed
            .segments
            .iter()
            .zip(labels)
            .map(|(state, labels)| Segment { state: *state, bytes: read(state), labels })
            .collect();
        let (basis, codes) = places();
        let living = store.living().clone();
        let TestStore { folder, key, shape, dead, .. } = store;
        Self { folder, key, shape, dead, living, segments, probe, basis, codes }
    }

    pub fn path(&self, segment: usize) -> PathBuf {
        self.folder.path().join("store").join(self.segments[segment].state.file_name())
    }

    pub fn committed(&self) -> Committed {
        Committed { segments: self.segments.iter().map(|segment| segment.state).collect() }
    }

    /// The same with one segment only, in a folder of its own.
    pub fn alone(mut self, segment: usize) -> Self {
        for other in (0..self.segments.len()).filter(|other| *other != segment) {
            fs_err::remove_file(self.path(other)).unwrap();
        }
        self.segments = vec![self.segments.remove(segment)];
        self.living.retain(|label, _| self.segments[0].labels.contains(label));
        self
    }

    /// Where a slot begins.
    pub fn slot_at(&self, slot: usize) -> usize {
        HEADER + self.basis + (slot / CHUNK + 1) * self.codes + slot * SLOT
    }

    /// Where the codes of a chunk begin.
    pub fn codes_at(&self, chunk: usize) -> usize {
        HEADER + self.basis + chunk * (self.codes + CHUNK * SLOT)
    }

    /// Slots that lie wholly within this many bytes, counted one by one.
    pub fn whole(&self, length: usize) -> u32 {
        (0..).take_while(|slot| self.slot_at(*slot) + SLOT <= length).count() as u32
    }

    /// Puts other bytes into a segment's file.
    pub fn put(&self, segment: usize, bytes: &[u8]) {
        fs_err::write(self.path(segment), bytes).unwrap();
    }

    pub fn restore(&self, segment: usize) {
        self.put(segment, &self.segments[segment].bytes);
    }

    /// Flips a bit of a byte of a segment's file.
    pub fn flip(&self, segment: usize, at: usize) {
        self.put_byte(segment, at, self.segments[segment].bytes[at] ^ (1 << (at % 8)));
    }

    /// Puts a byte back.
    pub fn flip_back(&self, segment: usize, at: usize) {
        self.put_byte(segment, at, self.segments[segment].bytes[at]);
    }

    fn put_byte(&self, segment: usize, at: usize, byte: u8) {
        let mut file = fs_err::OpenOptions::new().write(true).open(self.path(segment)).unwrap();
        file.seek(SeekFrom::Start(at as u64)).unwrap();
        file.write_all(&[byte]).unwrap();
    }

    pub fn open(&self) -> Result<Store, VectorsError> {
        let folder = self.folder.path().join("store");
        Store::open(&folder, &self.key, self.shape, &self.committed(), &self.dead, &scanners())
    }

    pub fn verify(&self) -> Verification {
        let folder = self.folder.path().join("store");
        Store::verify(&folder, &self.key, self.shape, &self.committed(), &mut |_| {}).unwrap()
    }

    /// Opens what is left and finds that these slots of a segment, and no others, are gone.
    pub fn left_without(&self, segment: usize, slots: std::ops::Range<u32>, kind: DamageKind) {
        let folder = self.folder.path().join("store");
        let (store, damage) =
            Store::open_damaged(&folder, &self.key, self.shape, &self.committed(), &self.dead, &scanners())
                .unwrap();
        let Segment { state, labels, .. } = &self.segments[segment];
        let lost: Vec<(u32, u32)> = damage
            .iter()
            .filter(|damage| damage.kind == kind)
            .map(|damage| (damage.segment, damage.slot))
            .collect();
        assert_eq!(lost, slots.clone().map(|slot| (state.id, slot)).collect::<Vec<_>>());
        assert!(
            damage.iter().all(|damage| damage.kind == kind || damage.kind == DamageKind::Codes),
            "{damage:?}"
        );
        let mut living = self.living.clone();
        for slot in slots {
            living.remove(&labels[slot as usize]);
        }
        agrees(&store, &living, &self.probe);
    }

    /// What a walk over all bytes finds, but for labels.
    pub fn findings(&self) -> Vec<(u32, u32, DamageKind)> {
        self.verify()
            .damage
            .iter()
            .map(|Damage { segment, slot, kind, .. }| (*segment, *slot, *kind))
            .collect()
    }

    /// The walk finds nothing.
    pub fn is_sound(&self) {
        let findings = self.findings();
        assert!(findings.is_empty(), "{findings:?}");
    }

    /// Everything is found as it was committed.
    pub fn is_whole(&self) {
        agrees(&self.open().unwrap(), &self.living, &self.probe);
    }
}

/// Bytes of the place of a basis, and of a chunk's sealed codes: what a segment grows by, beyond its slots, where a chunk begins.
fn places() -> (usize, usize) {
    let mut store = TestStore::new(DIMENSIONS, 1);
    let length = |store: &TestStore| {
        let file = fs_err::read_dir(store.path()).unwrap().next().unwrap().unwrap();
        file.metadata().unwrap().len() as usize
    };
    store.fill(CHUNK);
    let full = length(&store);
    store.fill(1);
    let codes = length(&store) - full - SLOT;
    (full - HEADER - codes - CHUNK * SLOT, codes)
}
