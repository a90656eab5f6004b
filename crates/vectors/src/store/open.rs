//! Making and opening stores: what was not committed goes, what is damaged is told.

use std::collections::HashSet;
use std::num::NonZero;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
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
use crate::segment::load::{Care, Loaded, load};
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
        opening.segments(&committed.segments, Care::Start)?;
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
        opening.segments(&committed.segments, Care::EverySlot)?;
        let (store, damage) = opening.finish(committed, dead, scanners)?;
        // Its files were opened for reading.
        store.writer().closed = true;
        Ok((store, damage))
    }
}

/// A segment's file before its slots are read.
struct Found {
    state: SegmentState,
    file: SegmentFile,
    /// Slots in it, committed or not.
    present: u32,
    basis: Arc<Basis>,
    basis_damaged: bool,
}

/// Reads the slots of segments, as many segments at once as there are cores: opening and copying codes keeps a core busy, and their
/// memory comes from the system page by page. Gives nothing for a segment that was not found.
fn load_all(
    found: &[Result<Found, VectorsError>],
    coder: &Coder,
    care: Care,
) -> Vec<Option<Result<Loaded, VectorsError>>> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut own = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            match found.get(index) {
                None => return own,
                Some(Err(_)) => {}
                Some(Ok(Found { state, file, basis, .. })) => {
                    own.push((index, load(file, coder, basis, state.slots, care)));
                }
            }
        }
    };
    let helpers = std::thread::available_parallelism().map_or(1, NonZero::get).min(found.len());
    let mut all: Vec<_> = found.iter().map(|_| None).collect();
    std::thread::scope(|scope| {
        // Where the system has no thread left, this one does everything.
        let start = |_| std::thread::Builder::new().name("open".into()).spawn_scoped(scope, run).ok();
        let threads: Vec<_> = (1..helpers).filter_map(start).collect();
        let theirs = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        // This thread's own work comes first, so that nobody waits meanwhile.
        for (index, loaded) in run().into_iter().chain(theirs) {
            if let Some(place) = all.get_mut(index) {
                *place = Some(loaded);
            }
        }
    });
    all
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

    /// Reads all segments. With [`Care::Start`], damaged and missing slots are errors, and what is past the committed
    /// slots is cut off; with [`Care::EverySlot`] they are told, and so are segments that are lost as a whole.
    fn segments(&mut self, states: &[SegmentState], care: Care) -> Result<(), VectorsError> {
        let found: Vec<Result<Found, VectorsError>> =
            states.iter().map(|state| self.find(*state, care)).collect();
        let loaded = load_all(&found, &self.coder, care);
        for ((state, found), loaded) in states.iter().zip(found).zip(loaded) {
            let taken = found.and_then(|found| match loaded {
                Some(loaded) => self.take(found, loaded?, care),
                None => {
                    self.missing(*state);
                    Ok(())
                }
            });
            match taken {
                Ok(()) => {}
                Err(error) if care == Care::EverySlot && error.loses_segment() => self.missing(*state),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Opens a segment's file and reads how its codes are made.
    fn find(&mut self, state: SegmentState, care: Care) -> Result<Found, VectorsError> {
        let SegmentState { id, slots } = state;
        let file = SegmentFile::open(self.folder, id, self.key, self.coder.shape, care == Care::Start)?;
        let present = file.slots()?;
        if present < slots && care == Care::Start {
            return Err(VectorsError::Truncated { segment: id, committed: slots, found: present });
        }
        let stored = file.read_basis()?;
        let basis_damaged = matches!(stored, StoredBasis::Damaged);
        Ok(Found { state, file, present, basis: self.basis(stored), basis_damaged })
    }

    /// Takes a segment over that was read.
    fn take(&mut self, found: Found, loaded: Loaded, care: Care) -> Result<(), VectorsError> {
        let Found { state: SegmentState { id, slots }, file, present, basis_damaged, .. } = found;
        let place = |slot, kind| Damage { segment: id, slot, label: None, kind };
        if care == Care::Start {
            if let Some(slot) = loaded.damaged.first() {
                return Err(VectorsError::Damaged { segment: id, slot: *slot });
            }
            if file.length()? > file.layout().end(slots) {
                file.cut(slots)?;
                file.flush()?;
            }
        }
        if basis_damaged {
            self.damage.push(place(0, DamageKind::Codes));
        }
        let dead = Arc::new(DeadSlots::new(CAPACITY));
        for slot in loaded.damaged {
            dead.mark(slot);
            let kind = if slot < present { DamageKind::Slot } else { DamageKind::Missing };
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
