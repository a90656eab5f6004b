//! The open stores of templates, by number.
//!
//! Owns their folders and when they are opened, made and removed. Refuses to know what their vectors stand for.
//!
//! # Invariants
//! - A store is opened once in a process, with the state that was committed, before anything is appended to it.
//! - A folder is removed only when no committed row names its store any more.
//! - Records and vectors of a store change together in its turn: who reads in the turn sees both or neither.
//! - An open store costs memory (a rotation of its own, and the codes of its vectors). Of stores that nobody uses, no more
//!   than [`Limits::open_stores`](crate::Limits::open_stores) stay open.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use overt_vectors::{Committed, LabelSet, Scanners, SegmentState, Shape, Store, StoreKey};
use rusqlite::{Connection, OptionalExtension as _};

use crate::error::GalleryError;
use crate::files::{make_private, remove_folder};
use crate::gallery::Shared;
use crate::keys::DataKey;
use crate::rows::CollectionRow;

/// The stores of a data folder.
pub(crate) struct Stores {
    folder: PathBuf,
    scanners: Scanners,
    open: Mutex<HashMap<i64, Arc<Slot>>>,
    most_open: usize,
    /// Counts uses: which store was used last.
    uses: AtomicU64,
    /// Stores with a slot that cannot be read: compacting them fails, however often it is tried.
    damaged: Mutex<HashSet<i64>>,
}

/// A store, or the place where whoever comes first opens it and others wait.
#[derive(Default)]
struct Slot {
    store: Mutex<Option<Arc<Store>>>,
    turn: Turn,
    used: AtomicU64,
}

/// Held for writing while a change to a store's records and vectors becomes visible; for reading, by who must not see
/// one without the other.
pub(crate) type Turn = Arc<RwLock<()>>;

impl Slot {
    fn holding(store: Arc<Store>) -> Self {
        Self { store: Mutex::new(Some(store)), ..Self::default() }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Arc<Store>>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nobody but the list of open stores has a hand on it. To be asked with that list locked.
    fn idle(self: &Arc<Self>) -> bool {
        let unused = |store: &Arc<Store>| Arc::strong_count(store) == 1;
        Arc::strong_count(self) == 1
            && Arc::strong_count(&self.turn) == 1
            && self.lock().as_ref().is_none_or(unused)
    }
}

impl Stores {
    /// The stores in the folder `templates` of the data folder, none of them open yet.
    pub(crate) fn new(data: &Path, most_open: usize) -> Result<Self, GalleryError> {
        let folder = data.join("templates");
        make_private(&folder)?;
        Ok(Self {
            folder,
            scanners: Scanners::for_this_machine(),
            open: Mutex::default(),
            most_open,
            uses: AtomicU64::default(),
            damaged: Mutex::default(),
        })
    }

    /// The folder that holds the stores' folders.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The scan threads that all stores share.
    pub(crate) fn scanners(&self) -> &Scanners {
        &self.scanners
    }

    /// Closes a store; it is opened again at its next use.
    pub(crate) fn forget(&self, number: i64) {
        self.lock().remove(&number);
    }

    /// The folder of a store.
    pub(crate) fn folder_of(&self, number: i64) -> PathBuf {
        self.folder.join(number.to_string())
    }

    /// The store of that number, opened now if it was not.
    ///
    /// # Errors
    /// When no committed row names it, or its key or its files do not open.
    pub(crate) fn get(
        &self,
        shared: &Shared,
        connection: &Connection,
        row: &CollectionRow,
        number: i64,
    ) -> Result<Arc<Store>, GalleryError> {
        let slot = self.slot(number);
        let mut place = slot.lock();
        if let Some(store) = &*place {
            return Ok(Arc::clone(store));
        }
        let key = data_key(shared, connection, row)?.store_key(number);
        let opened = self.open_store(connection, number, &key);
        let store = Arc::new(opened.map_err(|error| error.of_store(&row.name, number))?);
        *place = Some(Arc::clone(&store));
        drop(place);
        self.close_idle();
        Ok(store)
    }

    /// A store's turn.
    pub(crate) fn turn(&self, number: i64) -> Turn {
        Arc::clone(&self.slot(number).turn)
    }

    fn slot(&self, number: i64) -> Arc<Slot> {
        let slot = Arc::clone(self.lock().entry(number).or_default());
        slot.used.store(self.uses.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        slot
    }

    /// Closes stores that nobody uses, those unused for longest first, until there are no more than may be open.
    fn close_idle(&self) {
        let mut open = self.lock();
        let over = open.len().saturating_sub(self.most_open);
        if over == 0 {
            return;
        }
        let mut idle: Vec<(u64, i64)> = open
            .iter()
            .filter(|(_, slot)| slot.idle())
            .map(|(number, slot)| (slot.used.load(Ordering::Relaxed), *number))
            .collect();
        idle.sort_unstable();
        let closed: Vec<_> = idle.iter().take(over).filter_map(|(_, number)| open.remove(number)).collect();
        // Giving the memory of a large one back takes a while, which nobody else has to wait for.
        drop(open);
        drop(closed);
    }

    /// Notes that a store has a slot that cannot be read.
    pub(crate) fn note_damaged(&self, number: i64) {
        self.damaged.lock().unwrap_or_else(PoisonError::into_inner).insert(number);
    }

    /// Whether that was noted since this process began.
    pub(crate) fn is_damaged(&self, number: i64) -> bool {
        self.damaged.lock().unwrap_or_else(PoisonError::into_inner).contains(&number)
    }

    fn open_store(
        &self,
        connection: &Connection,
        number: i64,
        key: &StoreKey,
    ) -> Result<Store, GalleryError> {
        let state = state_of(connection, number)?;
        let folder = self.folder_of(number);
        // An empty store has no file, and a snapshot has no empty folders.
        make_private(&folder)?;
        Ok(Store::open(&folder, key, state.shape, &state.committed, &state.dead, &self.scanners)?)
    }

    /// Makes an empty store. Unless it is [installed](Self::install), it is opened at its first use.
    pub(crate) fn create(
        &self,
        number: i64,
        key: &StoreKey,
        shape: Shape,
    ) -> Result<Arc<Store>, GalleryError> {
        let folder = self.folder_of(number);
        // Of a transaction that was not saved: its number is given out again.
        remove_folder(&folder)?;
        make_private(&folder)?;
        let store = Store::create(&folder, key, shape, &self.scanners)?;
        self.forget(number);
        Ok(Arc::new(store))
    }

    /// Takes over a store that was built elsewhere in its folder.
    pub(crate) fn install(&self, number: i64, store: Arc<Store>) {
        self.lock().insert(number, Arc::new(Slot::holding(store)));
    }

    /// Forgets a store and removes its folder. Searches that are under way finish: they hold the files open.
    pub(crate) fn retire(&self, number: i64) -> Result<(), GalleryError> {
        self.lock().remove(&number);
        remove_folder(&self.folder_of(number))
    }

    /// The stores that are open, with their numbers.
    pub(crate) fn opened(&self) -> Vec<(i64, Arc<Store>)> {
        let slots: Vec<(i64, Arc<Slot>)> =
            self.lock().iter().map(|(number, slot)| (*number, Arc::clone(slot))).collect();
        slots.iter().filter_map(|(number, slot)| Some((*number, slot.lock().clone()?))).collect()
    }

    /// Removes the folders that no committed row names.
    pub(crate) fn sweep(&self, connection: &Connection) -> Result<Vec<PathBuf>, GalleryError> {
        let failed = || GalleryError::database("list stores");
        let known: HashSet<String> = connection
            .prepare_cached("SELECT number FROM stores")
            .map_err(failed())?
            .query_map([], |row| Ok(row.get::<_, i64>(0)?.to_string()))
            .map_err(failed())?
            .collect::<Result<_, _>>()
            .map_err(failed())?;
        let mut removed = Vec::new();
        for entry in fs_err::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let number = name.to_str().filter(|name| name.parse::<i64>().is_ok());
            if number.is_some_and(|number| !known.contains(number)) {
                remove_folder(&entry.path())?;
                removed.push(entry.path());
            }
        }
        Ok(removed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<i64, Arc<Slot>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is committed of a store.
pub(crate) struct State {
    pub(crate) shape: Shape,
    pub(crate) committed: Committed,
    pub(crate) dead: LabelSet,
}

/// Reads what is committed of a store.
pub(crate) fn state_of(connection: &Connection, number: i64) -> Result<State, GalleryError> {
    let failed = || GalleryError::database("read the state of a store");
    let damaged =
        |reason: &str| GalleryError::RecordDamaged { what: format!("store {number}"), reason: reason.into() };
    let dimensions: i64 = connection
        .prepare_cached("SELECT dimensions FROM stores WHERE number = ?1")
        .map_err(failed())?
        .query_row([number], |row| row.get(0))
        .optional()
        .map_err(failed())?
        .ok_or_else(|| damaged("it is not there"))?;
    let shape = Shape::new(usize::try_from(dimensions).unwrap_or(0))?;
    let segments = connection
        .prepare_cached("SELECT segment, slots FROM segments WHERE store = ?1 ORDER BY place")
        .map_err(failed())?
        .query_map([number], |row| Ok(SegmentState { id: row.get(0)?, slots: row.get(1)? }))
        .map_err(failed())?
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed())?;
    let mut dead = LabelSet::new();
    let mut statement =
        connection.prepare_cached("SELECT chunk, bits FROM dead WHERE store = ?1").map_err(failed())?;
    let mut rows = statement.query([number]).map_err(failed())?;
    while let Some(row) = rows.next().map_err(failed())? {
        let chunk: i64 = row.get(0).map_err(failed())?;
        let bits: Vec<u8> = row.get(1).map_err(failed())?;
        dead.insert_chunk(
            u64::try_from(chunk).map_err(|_negative| damaged("a chunk of dead labels is negative"))?,
            &bits,
        );
    }
    Ok(State { shape, committed: Committed { segments }, dead })
}

/// Opens a collection's data key.
pub(crate) fn data_key(
    shared: &Shared,
    connection: &Connection,
    row: &CollectionRow,
) -> Result<DataKey, GalleryError> {
    if let Some(key) = DataKey::open(&shared.database.key(), row.number, &row.sealed_key) {
        return Ok(key);
    }
    // Another process may have replaced the server's key, before or after the row was read.
    let sealed: Option<Vec<u8>> = connection
        .query_row("SELECT sealed_key FROM collections WHERE number = ?1", [row.number], |row| row.get(0))
        .optional()
        .map_err(GalleryError::database("read a collection's key"))?;
    let key = shared.database.key_in(connection)?;
    sealed
        .and_then(|sealed| DataKey::open(&key, row.number, &sealed))
        .ok_or_else(|| GalleryError::CollectionKeyDamaged { name: row.name.clone() })
}
