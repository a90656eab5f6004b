//! Making and opening stores: what was not committed goes, what is damaged is told.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex, RwLock};

use super::growing::CAPACITY;
use super::snapshot::{DeadSlots, SegmentView, Snapshot, placed};
use super::writer::Writer;
use super::{Inner, Store};
use crate::basis::Basis;
use crate::code::Coder;
use crate::committed::{Committed, SegmentState};
use crate::error::VectorsError;
use crate::kernels::{Float, Kernels};
use crate::key::StoreKey;
use crate::labels::LabelSet;
use crate::scanners::Scanners;
use crate::segment::load::{Care, load};
use crate::segment::{CHUNK, SegmentFile, StoredBasis, flush_folder};
use crate::shape::Shape;
use crate::transform::Transform;

/// What is wrong with a place in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DamageKind {
    /// The slot's bytes do not authenticate: the template is lost.
    Slot,
    /// The file ends before this slot: the template is lost.
    Missing,
    /// The codes of the chunk that begins at this slot, or with slot 0 the basis of the segment's codes, do not authenticate,
    /// or are not those of the templates. Nothing is lost: they are made again from the templates.
    Codes,
}

/// A damaged place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The segment.
    pub segment: u32,
    /// The slot in it.
    pub slot: u32,
    /// The label of the template, where something else still tells it.
    pub label: Option<u64>,
    /// What is wrong.
    pub kind: DamageKind,
}

impl SegmentState {
    /// All slots of a segment that is lost as a whole.
    pub(super) fn missing(self) -> impl Iterator<Item = Damage> {
        let missing = move |slot| Damage { segment: self.id, slot, label: None, kind: DamageKind::Missing };
        (0..self.slots).map(missing)
    }
}

impl Store {
    /// Makes a new, empty store in an empty or new folder.
    ///
    /// # Errors
    /// When there is something in the folder, or it cannot be made.
    pub fn create(
        folder: &Path,
        key: &StoreKey,
        shape: Shape,
        scanners: &Scanners,
    ) -> Result<Self, VectorsError> {
        fs_err::create_dir_all(folder)?;
        if fs_err::read_dir(folder)?.next().is_some() {
            return Err(VectorsError::FolderInUse { path: folder.to_owned() });
        }
        if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            flush_folder(parent)?;
        }
        Self::open(folder, key, shape, &Committed::default(), &LabelSet::new(), scanners)
    }

    /// Opens a store as it was committed: slots and segments past `committed` are removed from the disk, and the
    /// templates labelled in `dead` are not found.
    ///
    /// # Errors
    /// When committed slots are missing or damaged as far as opening has to read them, the key is another, a file is of
    /// another format, or files cannot be read. [`open_damaged`](Self::open_damaged) opens what is left.
    pub fn open(
        folder: &Path,
        key: &StoreKey,
        shape: Shape,
        committed: &Committed,
        dead: &LabelSet,
        scanners: &Scanners,
    ) -> Result<Self, VectorsError> {
        check(committed)?;
        let mut opening = Opening::new(folder, key, shape);
        for state in &committed.segments {
            opening.segment(*state, Care::Start)?;
        }
        let (store, _remade) = opening.finish(committed, dead, scanners)?;
        remove_uncommitted(folder, committed)?;
        Ok(store)
    }

    /// Opens what is left of a damaged store, for repair: every slot is read, templates that are lost are not found, and
    /// are listed. A segment whose header does not open or whose file is gone counts as missing as a whole. Nothing on the
    /// disk is changed.
    ///
    /// # Errors
    /// When files cannot be read for other reasons or are of another format, or the committed state contradicts itself.
    pub fn open_damaged(
        folder: &Path,
        key: &StoreKey,
        shape: Shape,
        committed: &Committed,
        dead: &LabelSet,
        scanners: &Scanners,
    ) -> Result<(Self, Vec<Damage>), VectorsError> {
        check(committed)?;
        let mut opening = Opening::new(folder, key, shape);
        for state in &committed.segments {
            match opening.segment(*state, Care::EverySlot) {
                Ok(()) => {}
                Err(error) if error.loses_segment() => opening.missing(*state),
                Err(error) => return Err(error),
            }
        }
        let (store, damage) = opening.finish(committed, dead, scanners)?;
        // Its files were opened for reading.
        store.writer().closed = true;
        Ok((store, damage))
    }
}

/// A store that is being opened.
struct Opening<'a> {
    folder: &'a Path,
    key: &'a StoreKey,
    coder: Coder,
    /// Those that were met, the plain one first.
    bases: Vec<Arc<Basis>>,
    snapshot: Snapshot,
    damage: Vec<Damage>,
}

impl<'a> Opening<'a> {
    fn new(folder: &'a Path, key: &'a StoreKey, shape: Shape) -> Self {
        let coder = Coder { shape, float: Float::detect() };
        let bases = vec![Basis::plain(shape)];
        Self { folder, key, coder, bases, snapshot: Snapshot::default(), damage: Vec::new() }
    }

    /// Reads the next segment. With [`Care::Start`], damaged and missing slots are errors, and what is past the committed
    /// slots is cut off.
    fn segment(&mut self, state: SegmentState, care: Care) -> Result<(), VectorsError> {
        let SegmentState { id, slots } = state;
        let file = SegmentFile::open(self.folder, id, self.key, self.coder.shape, care == Care::Start)?;
        let found = file.slots()?;
        if found < slots && care == Care::Start {
            return Err(VectorsError::Truncated { segment: id, committed: slots, found });
        }
        let place = |slot, kind| Damage { segment: id, slot, label: None, kind };
        let stored = file.read_basis()?;
        if matches!(stored, StoredBasis::Damaged) {
            self.damage.push(place(0, DamageKind::Codes));
        }
        let basis = self.basis(stored);
        let loaded = load(&file, &self.coder, &basis, slots, care)?;
        if care == Care::Start {
            if let Some(slot) = loaded.damaged.first() {
                return Err(VectorsError::Damaged { segment: id, slot: *slot });
            }
            if file.length()? > file.layout().end(slots) {
                file.cut(slots)?;
                file.flush()?;
            }
        }
        let dead = Arc::new(DeadSlots::new(CAPACITY));
        for slot in loaded.damaged {
            dead.mark(slot);
            let kind = if slot < found { DamageKind::Slot } else { DamageKind::Missing };
            self.damage.push(place(slot, kind));
        }
        let remade = loaded.remade.into_iter().map(|chunk| place(chunk * CHUNK, DamageKind::Codes));
        self.damage.extend(remade);
        let (blocks, _) = placed(loaded.blocks);
        self.snapshot.segments.push(SegmentView { file: Arc::new(file), blocks, slots, dead });
        Ok(())
    }

    /// Tells of a segment that is lost as a whole.
    fn missing(&mut self, state: SegmentState) {
        self.damage.extend(state.missing());
    }

    /// The basis of a segment: one that is known already, if it is the same; the plain one, if there is none.
    fn basis(&mut self, stored: StoredBasis) -> Arc<Basis> {
        let StoredBasis::Learned(read) = stored else { return self.plain() };
        if let Some(known) = self.bases.iter().find(|known| known.fingerprint == read.fingerprint) {
            return Arc::clone(known);
        }
        self.bases.push(Arc::clone(&read));
        read
    }

    fn plain(&self) -> Arc<Basis> {
        self.bases.first().map_or_else(|| Basis::plain(self.coder.shape), Arc::clone)
    }

    /// Makes the store of the segments that were read.
    fn finish(
        self,
        committed: &Committed,
        dead: &LabelSet,
        scanners: &Scanners,
    ) -> Result<(Store, Vec<Damage>), VectorsError> {
        rising(&self.snapshot)?;
        for label in dead.iter() {
            if let Some((view, slot)) = self.snapshot.find(label) {
                view.dead.mark(slot);
            }
        }
        let last_label = self.snapshot.segments.last().and_then(SegmentView::last_label);
        let next_id =
            committed.segments.iter().map(|segment| segment.id).max().map_or(1, |id| id.wrapping_add(1));
        let inner = Inner {
            folder: self.folder.to_owned(),
            shape: self.coder.shape,
            key: self.key.clone(),
            transform: Transform::derive(self.key, self.coder.shape),
            coder: self.coder,
            plain: self.plain(),
            kernels: Kernels::detect(),
            scanners: scanners.clone(),
            waiting: Mutex::default(),
            writer: Mutex::new(Writer::new(last_label, next_id)),
            burial: Mutex::new(()),
            published: RwLock::new(Arc::new(self.snapshot)),
        };
        Ok((Store { inner: Arc::new(inner) }, self.damage))
    }
}

/// Refuses a committed state that no store can have been in.
fn check(committed: &Committed) -> Result<(), VectorsError> {
    let mut seen = HashSet::new();
    for segment in &committed.segments {
        let wrong = |reason: &str| {
            Err(VectorsError::Committed { reason: format!("segment {} {reason}", segment.id) })
        };
        if !seen.insert(segment.id) {
            return wrong("is there twice");
        }
        if segment.slots == 0 || segment.slots > CAPACITY {
            return wrong("has a count of slots that no segment has");
        }
    }
    Ok(())
}

/// Refuses segments whose labels do not rise from one to the next.
fn rising(snapshot: &Snapshot) -> Result<(), VectorsError> {
    for pair in snapshot.segments.windows(2) {
        if let [before, after] = pair
            && before.last_label() >= after.label(0)
        {
            return Err(VectorsError::Committed {
                reason: format!(
                    "the labels of segment {} do not rise above those of segment {}",
                    after.id(),
                    before.id()
                ),
            });
        }
    }
    Ok(())
}

/// Removes the files of segments that are not in the committed state: of an append or a compaction that was not
/// committed, or of one that was and whose old files were not yet removed.
fn remove_uncommitted(folder: &Path, committed: &Committed) -> Result<(), VectorsError> {
    let known: HashSet<u32> = committed.segments.iter().map(|segment| segment.id).collect();
    let mut removed = false;
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        let id = entry.file_name().to_str().and_then(SegmentState::id_of);
        if id.is_some_and(|id| !known.contains(&id)) {
            fs_err::remove_file(entry.path())?;
            removed = true;
        }
    }
    if removed { Ok(flush_folder(folder)?) } else { Ok(()) }
}
