//! What is done about what a walk found.
//!
//! # Invariants
//! - Every step is a transaction of its own, and each can be repeated: a repair that was interrupted is begun again.
//! - Templates come before records: a store is whole before records are made to agree with it.

use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use overt_vectors::{LabelSet, Store};
use rusqlite::OptionalExtension as _;

use super::records::ORPHANS;
use crate::change::CollectionEvent;
use crate::error::GalleryError;
use crate::faces::forget_face;
use crate::gallery::Gallery;
use crate::images;
use crate::rekey::{Rebuilt, record_built};
use crate::rows::{COLLECTION_COLUMNS, CollectionRow, FaceRow, UserRow, label_of};
use crate::stores::{data_key, state_of};
use crate::users::renew_vector;
use crate::writer::{ALONE, Unit};

/// Rows changed in one transaction.
const PIECE: usize = 2_000;

/// What is to be done, as far as it can be.
#[derive(Default)]
pub(super) struct Repairs {
    pub(super) rebuilds: Vec<Rebuild>,
    /// Store, and labels that are not dead after all.
    pub(super) raise: Vec<(i64, Vec<i64>)>,
    /// Collection, store, labels.
    pub(super) bury: Vec<(i64, i64, Vec<u64>)>,
    /// Collection, labels of faces to delete.
    pub(super) lost: Vec<(i64, Vec<i64>)>,
    /// Migration, labels of faces.
    pub(super) migrated: Vec<(i64, Vec<i64>)>,
    /// Collections with faces that belong to nobody.
    pub(super) owners: Vec<i64>,
    /// Collection, users whose vectors are to be made anew.
    pub(super) users: Vec<(i64, Vec<i64>)>,
    pub(super) counts: BTreeSet<i64>,
    /// Store, its least next label.
    pub(super) next_labels: Vec<(i64, i64)>,
    /// Collection, key and label of each face.
    pub(super) pictures: Vec<(i64, Vec<(i64, i64)>)>,
    pub(super) orphans: bool,
    pub(super) stray: Vec<PathBuf>,
}

/// A store that is to be written again with what is left of it.
pub(super) struct Rebuild {
    pub(super) collection: i64,
    pub(super) store: i64,
}

impl Gallery {
    /// Tells the ledger which collections are about to be repaired.
    fn tell_of_repairs(&self, repairs: &Repairs) -> Result<(), GalleryError> {
        let lost = repairs.lost.iter().map(|(collection, _)| *collection);
        let users = repairs.users.iter().map(|(collection, _)| *collection);
        let rebuilds = repairs.rebuilds.iter().map(|rebuild| rebuild.collection);
        let owners = repairs.owners.iter().copied();
        let numbers: BTreeSet<i64> =
            lost.chain(users).chain(rebuilds).chain(owners).chain(repairs.counts.iter().copied()).collect();
        self.write(0, move |unit| {
            let failed = || GalleryError::database("find a collection to repair");
            for number in numbers {
                let found = unit
                    .connection
                    .prepare_cached(&format!(
                        "SELECT {COLLECTION_COLUMNS} FROM collections WHERE number = ?1"
                    ))
                    .and_then(|mut statement| statement.query_row([number], CollectionRow::read).optional())
                    .map_err(failed())?;
                // One that is not there, or whose name is no name, has nothing that an entry could say.
                let change = found.and_then(|row| row.change(CollectionEvent::Repaired).ok());
                change.into_iter().for_each(|change| unit.changed(change));
            }
            Ok(())
        })
    }

    pub(super) fn repair(&self, repairs: &Repairs) -> Result<(), GalleryError> {
        self.tell_of_repairs(repairs)?;
        for (store, labels) in &repairs.raise {
            self.raise(*store, labels.clone())?;
        }
        for (store, next) in &repairs.next_labels {
            let (store, next) = (*store, *next);
            self.write(0, move |unit| {
                run(
                    unit,
                    "UPDATE stores SET next_label = max(next_label, ?2) WHERE number = ?1",
                    (store, next),
                )
            })?;
        }
        let mut moved = Vec::new();
        for rebuild in &repairs.rebuilds {
            moved.push((rebuild.store, self.rebuild_damaged(rebuild)?));
        }
        // What was found in a store that was written again is looked for in the new one.
        let now = |store: i64| moved.iter().find(|(old, _)| *old == store).map_or(store, |(_, new)| *new);
        for (collection, store, labels) in &repairs.bury {
            self.bury_orphans(*collection, now(*store), labels)?;
        }
        for (migration, faces) in &repairs.migrated {
            for faces in faces.chunks(PIECE) {
                let (migration, faces) = (*migration, faces.to_vec());
                self.write(0, move |unit| {
                    faces.iter().try_for_each(|face| {
                        run(
                            unit,
                            "DELETE FROM migrated WHERE migration = ?1 AND face = ?2",
                            (migration, face),
                        )
                    })
                })?;
            }
        }
        for collection in &repairs.owners {
            let collection = *collection;
            self.write(0, move |unit| {
                run(
                    unit,
                    "UPDATE faces SET user = NULL WHERE collection = ?1 AND user IS NOT NULL
                     AND user NOT IN (SELECT number FROM users WHERE collection = ?1)",
                    [collection],
                )
            })?;
        }
        let mut counts = repairs.counts.clone();
        for (collection, labels) in &repairs.lost {
            counts.insert(*collection);
            self.delete_lost(*collection, labels)?;
        }
        for (collection, pictures) in &repairs.pictures {
            self.add_pictures_again(*collection, pictures)?;
        }
        for (collection, users) in &repairs.users {
            self.renew_users(*collection, users)?;
        }
        for collection in counts {
            self.write(0, move |unit| {
                run(
                    unit,
                    "UPDATE collections SET
                     faces = (SELECT count(*) FROM faces WHERE collection = ?1),
                     users = (SELECT count(*) FROM users WHERE collection = ?1),
                     next_user = max(next_user, (SELECT coalesce(max(number), 0) + 1 FROM users WHERE collection = ?1))
                     WHERE number = ?1",
                    [collection],
                )
            })?;
        }
        if repairs.orphans {
            self.write(0, |unit| {
                ORPHANS.iter().try_for_each(|(table, condition)| {
                    run(unit, &format!("DELETE FROM {table} WHERE {condition}"), [])
                })
            })?;
            self.shared.pictures.forget_all();
        }
        self.remove_stray(&repairs.stray)
    }

    /// Has labels found again that were recorded as dead.
    fn raise(&self, store: i64, labels: Vec<i64>) -> Result<(), GalleryError> {
        self.write(ALONE, move |unit| {
            let mut dead = state_of(unit.connection, store)?.dead;
            let raised: HashSet<u64> = labels.iter().map(|label| label_of(*label)).collect();
            dead = dead.iter().filter(|label| !raised.contains(label)).collect::<LabelSet>();
            run(unit, "DELETE FROM dead WHERE store = ?1", [store])?;
            for (chunk, bits) in dead.chunks() {
                let chunk = crate::rows::number_of(chunk);
                run(unit, "INSERT INTO dead (store, chunk, bits) VALUES (?1, ?2, ?3)", (store, chunk, bits))?;
            }
            // Opened again at the next use, with what is dead now.
            unit.shared.stores.forget(store);
            Ok(())
        })
    }

    /// Writes a store again without what is damaged; its new number.
    fn rebuild_damaged(&self, rebuild: &Rebuild) -> Result<i64, GalleryError> {
        let reader = self.shared.database.reader()?;
        let row = row_of(&reader, rebuild.collection)?;
        let state = state_of(&reader, rebuild.store)?;
        let key = data_key(&self.shared, &reader, &row)?;
        drop(reader);
        let old = rebuild.store;
        self.shared.stores.forget(old);
        let dimensions = i64::try_from(state.shape.dimensions()).unwrap_or(0);
        let number = self.number_for(&row, dimensions)?;
        let copied = self.shared.stores.copy_damaged(old, &key, &state, number);
        let store = match copied {
            Ok(store) => store,
            Err(error) => {
                self.drop_stores([number]);
                return Err(error);
            }
        };
        let rebuilt = Rebuilt { number, store: Arc::new(store), copied: 0 };
        self.write(ALONE, move |unit| {
            let next: i64 = unit
                .connection
                .query_row("SELECT next_label FROM stores WHERE number = ?1", [old], |row| row.get(0))
                .map_err(GalleryError::database("read the state of a store"))?;
            record_built(unit, &rebuilt, &[], label_of(next))?;
            for sql in [
                "UPDATE collections SET face_store = ?2 WHERE face_store = ?1",
                "UPDATE collections SET user_store = ?2 WHERE user_store = ?1",
                "UPDATE migrations SET store = ?2 WHERE store = ?1",
            ] {
                run(unit, sql, (old, number))?;
            }
            unit.drop_store(old)?;
            unit.install(rebuilt);
            Ok(number)
        })
    }

    fn bury_orphans(&self, collection: i64, store: i64, labels: &[u64]) -> Result<(), GalleryError> {
        for labels in labels.chunks(PIECE) {
            let labels = labels.to_vec();
            self.write(0, move |unit| {
                let row = row_of(unit.connection, collection)?;
                labels.into_iter().try_for_each(|label| unit.bury(&row, store, label))
            })?;
        }
        Ok(())
    }

    /// Deletes faces whose templates are lost. Their users' vectors are made anew afterwards.
    fn delete_lost(&self, collection: i64, labels: &[i64]) -> Result<(), GalleryError> {
        for labels in labels.chunks(PIECE) {
            let labels = labels.to_vec();
            self.write(0, move |unit| {
                let row = row_of(unit.connection, collection)?;
                for label in labels {
                    // By its label, whatever else the row says.
                    match FaceRow::at(unit.connection, collection, label)? {
                        Some(face) => forget_face(unit, &row, &face)?,
                        None => continue,
                    }
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn add_pictures_again(&self, collection: i64, pictures: &[(i64, i64)]) -> Result<(), GalleryError> {
        for pictures in pictures.chunks(PIECE) {
            let pictures = pictures.to_vec();
            self.write(0, move |unit| {
                for (key, label) in &pictures {
                    images::insert_again(unit, collection, *key, *label)?;
                }
                Ok(())
            })?;
        }
        self.shared.pictures.forget_all();
        Ok(())
    }

    fn renew_users(&self, collection: i64, users: &[i64]) -> Result<(), GalleryError> {
        for users in users.chunks(PIECE / 10) {
            let users = users.to_vec();
            self.write(users.len(), move |unit| {
                let row = row_of(unit.connection, collection)?;
                for user in users {
                    if let Some(user) = UserRow::one(unit.connection, "number = ?2", (collection, user))? {
                        renew_vector(unit, &row, user.number, user.label)?;
                    }
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    fn remove_stray(&self, stray: &[PathBuf]) -> Result<(), GalleryError> {
        for path in stray {
            if path.is_dir() {
                crate::files::remove_folder(path)?;
            } else if path.exists() {
                fs_err::remove_file(path)?;
            }
        }
        Ok(())
    }
}

impl crate::stores::Stores {
    /// Copies what is left of a damaged store into the folder of another number.
    fn copy_damaged(
        &self,
        old: i64,
        key: &crate::keys::DataKey,
        state: &crate::stores::State,
        number: i64,
    ) -> Result<Store, GalleryError> {
        let (store, _) = Store::open_damaged(
            &self.folder_of(old),
            &key.store_key(old),
            state.shape,
            &state.committed,
            &state.dead,
            self.scanners(),
        )?;
        Ok(store.rekey_into(&self.folder_of(number), &key.store_key(number))?)
    }
}

fn row_of(connection: &rusqlite::Connection, number: i64) -> Result<CollectionRow, GalleryError> {
    connection
        .query_row(
            &format!("SELECT {COLLECTION_COLUMNS} FROM collections WHERE number = ?1"),
            [number],
            CollectionRow::read,
        )
        .optional()
        .map_err(GalleryError::database("find a collection"))?
        .ok_or(GalleryError::Interrupted)
}

fn run(unit: &Unit<'_>, sql: &str, values: impl rusqlite::Params) -> Result<(), GalleryError> {
    unit.connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute(values))
        .map(drop)
        .map_err(GalleryError::database("be repaired"))
}
