//! Making and opening stores: what was not committed goes, what is damaged is told.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex, RwLock};

use super::growing::CAPACITY;
use super::snapshot::{DeadSlots, SegmentView, Snapshot, placed};
use super::writer::Writer;
use super::{Inner, Store};
use crate::basis::{Basis, FINGERPRINT};
use crate::code::Coder;
use crate::committed::{Committed, SegmentState};
use crate::error::VectorsError;
use crate::kernels::{Float, Kernels};
use crate::key::StoreKey;
use crate::labels::LabelSet;
use crate::scanners::Scanners;
use crate::segment::load::load;
use crate::segment::{SegmentFile, flush_folder};
use crate::shape::Shape;
use crate::transform::Transform;

/// What is wrong with a place in a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DamageKind {
    /// The slot's bytes do not authenticate: the template is lost.
    Slot,
    /// The file ends before this slot: the template is lost.
    Missing,
    /// The codes of the chunk that begins at this slot do not authenticate, or are not those of its templates. Nothing
    /// is lost: they are made again from the templates.
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
    /// When committed slots are missing or damaged as far as opening has to read them, the key is another, or files
    /// cannot be read. [`open_damaged`](Self::open_damaged) opens what is left.
    pub fn open(
        folder: &Path,
        key: &StoreKey,
        shape: Shape,
        committed: &Committed,
        dead: &LabelSet,
        scanners: &Scanners,
    ) -> Result<Self, VectorsError> {
        let (store, damage) = Self::open_any(folder, key, shape, committed, dead, scanners, false)?;
        debug_assert!(damage.iter().all(|damage| damage.kind == DamageKind::Codes));
        Ok(store)
    }

    /// Opens what is left of a damaged store, for repair: templates that are lost are not found, and are listed. A
    /// segment whose header does not open or whose file is gone counts as missing as a whole.
    ///
    /// # Errors
    /// When files cannot be read for other reasons, or the committed state contradicts itself.
    pub fn open_damaged(
        folder: &Path,
        key: &StoreKey,
        shape: Shape,
        committed: &Committed,
        dead: &LabelSet,
        scanners: &Scanners,
    ) -> Result<(Self, Vec<Damage>), VectorsError> {
        Self::open_any(folder, key, shape, committed, dead, scanners, true)
    }

    fn open_any(
        folder: &Path,
        key: &StoreKey,
        shape: Shape,
        committed: &Committed,
        dead: &LabelSet,
        scanners: &Scanners,
        tolerant: bool,
    ) -> Result<(Self, Vec<Damage>), VectorsError> {
        check(committed)?;
        let coder = Coder { shape, float: Float::detect() };
        let plain = Basis::plain(shape);
        let mut bases = vec![Arc::clone(&plain)];
        let mut snapshot = Snapshot::default();
        let mut all_damage = Vec::new();
        for state in &committed.segments {
            match open_segment(folder, key, &coder, &mut bases, *state, tolerant) {
                Ok((view, damage)) => {
                    snapshot.segments.push(view);
                    all_damage.extend(damage);
                }
                Err(
                    VectorsError::SegmentMissing { .. }
                    | VectorsError::Unusable { .. }
                    | VectorsError::WrongKey { .. },
                ) if tolerant => {
                    let missing =
                        |slot| Damage { segment: state.id, slot, label: None, kind: DamageKind::Missing };
                    all_damage.extend((0..state.slots).map(missing));
                }
                Err(error) => return Err(error),
            }
        }
        rising(&snapshot)?;
        for label in dead.iter() {
            if let Some((view, slot)) = snapshot.find(label) {
                view.dead.mark(slot);
            }
        }
        if !tolerant {
            remove_uncommitted(folder, committed)?;
        }
        let last_label = snapshot.segments.last().and_then(SegmentView::last_label);
        let next_id =
            committed.segments.iter().map(|segment| segment.id).max().map_or(1, |id| id.wrapping_add(1));
        let inner = Inner {
            folder: folder.to_owned(),
            shape,
            key: key.clone(),
            transform: Transform::derive(key, shape),
            coder,
            plain,
            kernels: Kernels::detect(),
            scanners: scanners.clone(),
            waiting: Mutex::default(),
            writer: Mutex::new(Writer::new(last_label, next_id)),
            burial: Mutex::new(()),
            published: RwLock::new(Arc::new(snapshot)),
        };
        Ok((Self { inner: Arc::new(inner) }, all_damage))
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

fn open_segment(
    folder: &Path,
    key: &StoreKey,
    coder: &Coder,
    bases: &mut Vec<Arc<Basis>>,
    state: SegmentState,
    tolerant: bool,
) -> Result<(SegmentView, Vec<Damage>), VectorsError> {
    let SegmentState { id, slots } = state;
    let file = SegmentFile::open(folder, id, key, coder.shape, true)?;
    let found = file.slots()?;
    if found < slots && !tolerant {
        return Err(VectorsError::Truncated { segment: id, committed: slots, found });
    }
    let basis = basis_of(&file, bases)?;
    let loaded = load(&file, coder, &basis, slots)?;
    if let Some(slot) = loaded.damaged.first().filter(|_| !tolerant) {
        return Err(VectorsError::Damaged { segment: id, slot: *slot });
    }
    if !tolerant && file.length()? > file.layout().end(slots) {
        file.cut(slots)?;
        file.flush()?;
    }
    let dead = Arc::new(DeadSlots::new(CAPACITY));
    let mut damage = Vec::new();
    for slot in loaded.damaged {
        dead.mark(slot);
        let kind = if slot < found { DamageKind::Slot } else { DamageKind::Missing };
        damage.push(Damage { segment: id, slot, label: None, kind });
    }
    let codes = |chunk: u32| Damage {
        segment: id,
        slot: chunk * crate::segment::CHUNK,
        label: None,
        kind: DamageKind::Codes,
    };
    damage.extend(loaded.remade.into_iter().map(codes));
    let (blocks, _) = placed(loaded.blocks);
    Ok((SegmentView { file: Arc::new(file), blocks, slots, dead }, damage))
}

/// The basis of a segment: one that is known already, if it is the same.
fn basis_of(file: &SegmentFile, known: &mut Vec<Arc<Basis>>) -> Result<Arc<Basis>, VectorsError> {
    let read = file.read_basis()?.map(Arc::new);
    let fingerprint = read.as_ref().map_or([0; FINGERPRINT], |basis| basis.fingerprint);
    if let Some(known) = known.iter().find(|known| known.fingerprint == fingerprint) {
        return Ok(Arc::clone(known));
    }
    known.extend(read);
    Ok(known.last().map_or_else(|| Basis::plain(file.shape()), Arc::clone))
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
