//! What a group of changes does to stores of templates: gathered first, written to the disk before the commit, visible
//! after it.
//!
//! Owns labels, appended vectors and burials between the changes and the commit. Refuses to know what is committed.
//!
//! # Invariants
//! - Labels rise strictly in a store, over all groups: the next one is a row that changes in the same transaction.
//! - When the group is given up, whichever way, nothing it appended is left in a store.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use overt_vectors::{Committed, Compacted, LabelSet, SegmentState, Shape, Store};
use rusqlite::{Connection, OptionalExtension as _};

use crate::appending::{Appending, AppendingMark};
use crate::error::GalleryError;
use crate::gallery::Shared;
use crate::keys::DataKey;
use crate::rows::{CollectionRow, label_of, number_of};
use crate::stores::Turn;
use crate::writer::Unit;

/// What waits for the commit.
#[derive(Default)]
pub(crate) struct Pending {
    stores: BTreeMap<i64, Appending>,
    /// Made in this group: to be removed again when it is given up.
    created: Vec<i64>,
    /// No longer named by any row once the group is committed.
    retired: Vec<i64>,
    /// Compactions whose state is part of the group.
    compacted: Vec<(Arc<Store>, Compacted)>,
    /// Built beside the group, named by rows once it is committed.
    installed: Vec<(i64, Arc<Store>)>,
}

/// How far a group had come: what a failed change did after it is forgotten.
pub(crate) struct Mark {
    stores: BTreeMap<i64, AppendingMark>,
    created: usize,
    retired: usize,
}

impl Pending {
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            stores: self.stores.iter().map(|(number, appending)| (*number, appending.mark())).collect(),
            created: self.created.len(),
            retired: self.retired.len(),
        }
    }

    pub(crate) fn rewind(&mut self, shared: &Shared, mark: &Mark) {
        for number in self.created.split_off(mark.created.min(self.created.len())) {
            self.stores.remove(&number);
            // A folder that stays is removed when its number is given out again, or at the next start.
            drop(shared.stores.retire(number));
        }
        self.retired.truncate(mark.retired);
        for (number, appending) in &mut self.stores {
            match mark.stores.get(number) {
                Some(mark) => appending.rewind(*mark),
                None => appending.rewind_all(),
            }
        }
    }

    /// Has a compaction take effect once the group, in which nothing else may happen to the store, is committed.
    pub(crate) fn adopt(&mut self, store: Arc<Store>, compacted: Compacted) {
        self.compacted.push((store, compacted));
    }

    /// Has a store that was built used by everybody once the group is committed.
    pub(crate) fn install(&mut self, number: i64, store: Arc<Store>) {
        self.installed.push((number, store));
    }

    /// Writes everything to the disk: vectors into the stores, what is to be known of them into the transaction.
    pub(crate) fn flush(&mut self, connection: &Connection) -> Result<(), GalleryError> {
        for (number, appending) in &mut self.stores {
            // What is added to a store that goes with the same group goes with it.
            if self.retired.contains(number) {
                appending.discard();
                continue;
            }
            if let Some((before, after)) = appending.finish()? {
                record_segments(connection, *number, &before, &after)?;
                connection
                    .prepare_cached("UPDATE stores SET next_label = ?2 WHERE number = ?1")
                    .and_then(|mut statement| statement.execute((*number, number_of(appending.next_label()))))
                    .map_err(GalleryError::database("record the state of a store"))?;
            }
            mark_dead(connection, *number, appending.dead())?;
        }
        Ok(())
    }

    /// The turns of the stores that change, in the order in which they are to be taken.
    pub(crate) fn turns(&self, shared: &Shared) -> Vec<Turn> {
        self.stores.keys().map(|number| shared.stores.turn(*number)).collect()
    }

    /// Makes everything visible.
    pub(crate) fn publish(&mut self, shared: &Shared) {
        self.stores.values_mut().for_each(Appending::publish);
        for (store, compacted) in self.compacted.drain(..) {
            // The state was checked in the transaction, which was alone: what can fail is the removal of old files, and
            // those go at the next opening.
            drop(store.adopt(&compacted));
        }
        for (number, store) in self.installed.drain(..) {
            shared.stores.install(number, store);
        }
        for number in &self.retired {
            // A folder that stays is swept by the upkeep; its key is gone.
            drop(shared.stores.retire(*number));
        }
        self.created.clear();
    }

    /// Takes everything back.
    pub(crate) fn abandon(&mut self, shared: &Shared) {
        self.stores.values_mut().for_each(Appending::discard);
        for number in self.created.drain(..) {
            drop(shared.stores.retire(number));
        }
        for (store, compacted) in self.compacted.drain(..) {
            drop(store.abandon(compacted));
        }
        shared.pictures.forget_all();
    }

    /// Leaves everything as it is: nobody knows whether it was committed, and the next opening finds out.
    pub(crate) fn leave(&mut self) {
        self.stores.values_mut().for_each(Appending::leave);
    }
}

/// Records the segments of a store, as far as they changed.
pub(crate) fn record_segments(
    connection: &Connection,
    store: i64,
    before: &Committed,
    after: &Committed,
) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("record the state of a store");
    let mut put = connection
        .prepare_cached(
            "INSERT OR REPLACE INTO segments (store, place, segment, slots) VALUES (?1, ?2, ?3, ?4)",
        )
        .map_err(failed())?;
    for (place, SegmentState { id, slots }) in after.segments.iter().enumerate() {
        if before.segments.get(place) != Some(&SegmentState { id: *id, slots: *slots }) {
            put.execute((store, place as i64, id, slots)).map_err(failed())?;
        }
    }
    if after.segments.len() < before.segments.len() {
        connection
            .execute(
                "DELETE FROM segments WHERE store = ?1 AND place >= ?2",
                (store, after.segments.len() as i64),
            )
            .map_err(failed())?;
    }
    Ok(())
}

/// Records labels as dead.
pub(crate) fn mark_dead(connection: &Connection, store: i64, labels: &[u64]) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("record deleted templates");
    let mut chunks: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for label in labels {
        chunks.entry(label / LabelSet::CHUNK).or_default().push(label % LabelSet::CHUNK);
    }
    for (chunk, labels) in chunks {
        let chunk = number_of(chunk);
        let found: Option<Vec<u8>> = connection
            .prepare_cached("SELECT bits FROM dead WHERE store = ?1 AND chunk = ?2")
            .map_err(failed())?
            .query_row((store, chunk), |row| row.get(0))
            .optional()
            .map_err(failed())?;
        let is_new = found.is_none();
        let mut bits = found.unwrap_or_default();
        bits.resize(LabelSet::CHUNK_BYTES, 0);
        for label in labels {
            if let Some(byte) = bits.get_mut((label / 8) as usize) {
                *byte |= 1 << (label % 8);
            }
        }
        let sql = if is_new {
            "INSERT INTO dead (store, chunk, bits) VALUES (?1, ?2, ?3)"
        } else {
            "UPDATE dead SET bits = ?3 WHERE store = ?1 AND chunk = ?2"
        };
        connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute((store, chunk, bits)))
            .map_err(failed())?;
    }
    Ok(())
}

impl Unit<'_> {
    /// Makes a store for a collection; its number.
    pub(crate) fn create_store(
        &mut self,
        collection: i64,
        key: &DataKey,
        dimensions: i64,
    ) -> Result<i64, GalleryError> {
        let shape = Shape::new(usize::try_from(dimensions).unwrap_or(0))?;
        self.connection
            .execute("INSERT INTO stores (collection, dimensions) VALUES (?1, ?2)", (collection, dimensions))
            .map_err(GalleryError::database("record a store"))?;
        let number = self.connection.last_insert_rowid();
        self.pending.created.push(number);
        self.shared.stores.create(number, &key.store_key(number), shape)?;
        Ok(number)
    }

    /// Has a store removed once the group is committed.
    pub(crate) fn retire_store(&mut self, number: i64) {
        self.pending.retired.push(number);
    }

    /// Adds a vector to a store; its label.
    pub(crate) fn append(
        &mut self,
        row: &CollectionRow,
        store: i64,
        values: &[f32],
    ) -> Result<u64, GalleryError> {
        self.appending(row, store)?.push(values)
    }

    /// Has a vector removed from all searches.
    pub(crate) fn bury(&mut self, row: &CollectionRow, store: i64, label: u64) -> Result<(), GalleryError> {
        self.appending(row, store)?.bury(label);
        Ok(())
    }

    /// The vector with a label, also one that was added in this group.
    pub(crate) fn vector(
        &mut self,
        row: &CollectionRow,
        store: i64,
        label: u64,
    ) -> Result<Vec<f32>, GalleryError> {
        self.appending(row, store)?.vector(label)?.ok_or_else(|| missing(store, label))
    }

    fn appending(&mut self, row: &CollectionRow, number: i64) -> Result<&mut Appending, GalleryError> {
        let place = match self.pending.stores.entry(number) {
            Entry::Occupied(appending) => return Ok(appending.into_mut()),
            Entry::Vacant(place) => place,
        };
        let store = self.shared.stores.get(self.shared, self.connection, row, number)?;
        let next_label: i64 = self
            .connection
            .prepare_cached("SELECT next_label FROM stores WHERE number = ?1")
            .and_then(|mut statement| statement.query_row([number], |row| row.get(0)))
            .map_err(GalleryError::database("read the state of a store"))?;
        Ok(place.insert(Appending::new(store, label_of(next_label))))
    }
}

/// A row names a vector that its store does not have.
pub(crate) fn missing(store: i64, label: u64) -> GalleryError {
    GalleryError::RecordDamaged {
        what: format!("vector {label} of store {store}"),
        reason: "it is not in the store; `overt fsck` tells more".into(),
    }
}
