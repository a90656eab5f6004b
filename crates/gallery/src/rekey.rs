//! A new data key for a collection: its stores are written again under keys that follow from it, without the images.
//!
//! Owns the order in which that happens beside searches and changes. Refuses to know how a store is encrypted.
//!
//! # Invariants
//! - All or nothing: until the one transaction that names the new stores and the new key, the old ones are in use; after
//!   it, the old key is nowhere any more. What a crash leaves is removed at the next opening.
//! - Labels stay: no row of a face or a user changes.

use std::sync::Arc;

use overt_vectors::{NewTemplate, Store};

use crate::change::CollectionEvent;
use crate::crash::{Point, reached};
use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::keys::DataKey;
use crate::names::CollectionName;
use crate::pending::{mark_dead, record_segments};
use crate::rows::{CollectionRow, label_of, number_of};
use crate::writer::{ALONE, Unit};

/// Templates copied and flushed together.
const BATCH: usize = 4096;
/// Labels that may be left to copy when writers are kept out: some ten milliseconds.
const REST: u64 = 2_000;

/// A store that is written beside the one in use, with the same labels.
pub(crate) struct Rebuilt {
    pub(crate) number: i64,
    pub(crate) store: Arc<Store>,
    /// Labels below this one are copied.
    pub(crate) copied: u64,
}

impl Gallery {
    /// Gives a collection a new data key and writes its templates again under it. Searches and changes go on
    /// meanwhile. Templates that were copied out under the old key (a stolen disk, a backup) cannot be compared with
    /// those under the new one.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`]; [`GalleryError::Busy`] while it is migrated or re-keyed already; when a
    /// template is damaged, or the disk refuses. Nothing has changed then.
    pub fn rekey_collection(&self, name: &CollectionName) -> Result<(), GalleryError> {
        let row = CollectionRow::find(&*self.shared.database.reader()?, name)?;
        let _alone = self.shared.rebuilds.begin(name, row.number)?;
        self.refuse_migration(name, row.number)?;
        let key = DataKey::draw(self.shared.database.context())?;
        let (faces, users) = (self.number_for(&row, row.dimensions)?, self.number_for(&row, row.dimensions)?);
        let result = self.rekey_into(&row, key, faces, users);
        if result.is_err() {
            self.drop_stores([faces, users]);
        }
        result
    }

    fn rekey_into(
        &self,
        row: &CollectionRow,
        key: DataKey,
        faces: i64,
        users: i64,
    ) -> Result<(), GalleryError> {
        let mut faces = self.rebuild(row, row.face_store, faces, &key)?;
        let mut users = self.rebuild(row, row.user_store, users, &key)?;
        let row = row.clone();
        self.write(ALONE, move |unit| {
            // Nobody may have deleted or rebuilt it: the guard keeps other rebuilds out, but not a deletion.
            let row = CollectionRow::find(unit.connection, &row.name.parse()?)?;
            let context = unit.shared.database.context();
            let server_key = unit.shared.database.key_in(unit.connection)?;
            let sealed = key.seal(&server_key, context, row.number)?;
            finish_copy(unit, &row, row.face_store, &mut faces)?;
            finish_copy(unit, &row, row.user_store, &mut users)?;
            unit.connection
                .execute(
                    "UPDATE collections SET sealed_key = ?2, face_store = ?3, user_store = ?4 WHERE number = ?1",
                    (row.number, sealed, faces.number, users.number),
                )
                .map_err(GalleryError::database("record a collection's key"))?;
            for old in [row.face_store, row.user_store] {
                unit.drop_store(old)?;
            }
            unit.install(faces);
            unit.install(users);
            unit.changed(row.change(CollectionEvent::Rekeyed)?);
            Ok(())
        })
    }

    /// Copies a store under another key, up to a small rest.
    pub(crate) fn rebuild(
        &self,
        row: &CollectionRow,
        from: i64,
        number: i64,
        key: &DataKey,
    ) -> Result<Rebuilt, GalleryError> {
        let old = self.shared.stores.get(&self.shared, &*self.shared.database.reader()?, row, from)?;
        // Read before the copy begins: it holds at least what was committed by now.
        let next = self.next_label(from)?;
        let store = old.rekey_into(&self.shared.stores.folder_of(number), &key.store_key(number))?;
        let mut rebuilt = Rebuilt { number, store: Arc::new(store), copied: next };
        // Labels that were appended while the copy was written are in it too, or not: those that are need no second copy.
        if let Some(last) = rebuilt.store.labels().iter().last() {
            rebuilt.copied = rebuilt.copied.max(last + 1);
        }
        loop {
            let next = self.next_label(from)?;
            if next.saturating_sub(rebuilt.copied) <= REST {
                reached(Point::Rebuilt, self.shared.database.folder());
                return Ok(rebuilt);
            }
            copy_rest(&old, &mut rebuilt, next)?;
        }
    }

    fn next_label(&self, store: i64) -> Result<u64, GalleryError> {
        self.shared
            .database
            .reader()?
            .prepare_cached("SELECT next_label FROM stores WHERE number = ?1")
            .and_then(|mut statement| statement.query_row([store], |row| row.get(0)))
            .map(label_of)
            .map_err(GalleryError::database("read the state of a store"))
    }

    /// A number for a store that is going to be built; a row without anything in it.
    pub(crate) fn number_for(&self, row: &CollectionRow, dimensions: i64) -> Result<i64, GalleryError> {
        let collection = row.number;
        self.write(0, move |unit| {
            unit.connection
                .execute(
                    "INSERT INTO stores (collection, dimensions) VALUES (?1, ?2)",
                    (collection, dimensions),
                )
                .map_err(GalleryError::database("record a store"))?;
            let number = unit.connection.last_insert_rowid();
            // Of an earlier attempt whose row was not saved.
            unit.shared.stores.retire(number)?;
            Ok(number)
        })
    }

    /// Drops stores that were not finished. What cannot be dropped now is at the next opening.
    pub(crate) fn drop_stores<const N: usize>(&self, numbers: [i64; N]) {
        drop(self.write(0, move |unit| numbers.into_iter().try_for_each(|number| unit.drop_store(number))));
    }
}

/// Copies labels up to `next`, as far as they live.
fn copy_rest(old: &Store, rebuilt: &mut Rebuilt, next: u64) -> Result<(), GalleryError> {
    let mut batch: Vec<(u64, Vec<f32>)> = Vec::new();
    for label in rebuilt.copied..next {
        if let Some(values) = old.template(label)? {
            batch.push((label, values));
        }
        if batch.len() == BATCH || label + 1 == next {
            let templates: Vec<NewTemplate<'_>> =
                batch.iter().map(|(label, values)| NewTemplate { label: *label, values }).collect();
            rebuilt.store.append(&templates)?;
            rebuilt.store.publish();
            batch.clear();
        }
    }
    rebuilt.copied = rebuilt.copied.max(next);
    Ok(())
}

/// With writers kept out: copies the rest, and records the copy's state.
fn finish_copy(
    unit: &Unit<'_>,
    row: &CollectionRow,
    from: i64,
    rebuilt: &mut Rebuilt,
) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("record the state of a store");
    let old = unit.shared.stores.get(unit.shared, unit.connection, row, from)?;
    let next: i64 = unit
        .connection
        .query_row("SELECT next_label FROM stores WHERE number = ?1", [from], |row| row.get(0))
        .map_err(failed())?;
    copy_rest(&old, rebuilt, label_of(next))?;
    let living = old.labels();
    let gone: Vec<u64> = rebuilt.store.labels().iter().filter(|label| !living.contains(*label)).collect();
    record_built(unit, rebuilt, &gone, label_of(next))
}

/// Records what a store that was built holds, and buries what died meanwhile. Nobody sees it yet.
pub(crate) fn record_built(
    unit: &Unit<'_>,
    rebuilt: &Rebuilt,
    gone: &[u64],
    next: u64,
) -> Result<(), GalleryError> {
    rebuilt.store.bury(gone.iter().copied());
    record_segments(unit.connection, rebuilt.number, &Default::default(), &rebuilt.store.committed())?;
    mark_dead(unit.connection, rebuilt.number, gone)?;
    unit.connection
        .execute("UPDATE stores SET next_label = ?2 WHERE number = ?1", (rebuilt.number, number_of(next)))
        .map(drop)
        .map_err(GalleryError::database("record the state of a store"))
}

impl Unit<'_> {
    /// Forgets a store; its folder is removed once the group is committed.
    pub(crate) fn drop_store(&mut self, number: i64) -> Result<(), GalleryError> {
        self.connection
            .execute("DELETE FROM stores WHERE number = ?1", [number])
            .map_err(GalleryError::database("forget a store"))?;
        self.retire_store(number);
        Ok(())
    }

    /// Has a store that was built used by everybody once the group is committed.
    pub(crate) fn install(&mut self, rebuilt: Rebuilt) {
        self.pending.install(rebuilt.number, rebuilt.store);
    }
}

/// Collections that are being rebuilt: one rebuild at a time each.
#[derive(Default)]
pub(crate) struct Rebuilds(std::sync::Mutex<std::collections::HashSet<i64>>);

/// The right to rebuild a collection, until it is dropped.
pub(crate) struct Rebuilding<'a> {
    rebuilds: &'a Rebuilds,
    collection: i64,
}

impl Rebuilds {
    pub(crate) fn begin(
        &self,
        name: &CollectionName,
        collection: i64,
    ) -> Result<Rebuilding<'_>, GalleryError> {
        let mut under_way = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if under_way.insert(collection) {
            Ok(Rebuilding { rebuilds: self, collection })
        } else {
            Err(GalleryError::Busy { collection: name.clone(), with: "it is being re-keyed or migrated" })
        }
    }
}

impl Drop for Rebuilding<'_> {
    fn drop(&mut self) {
        let mut under_way = self.rebuilds.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        under_way.remove(&self.collection);
    }
}
