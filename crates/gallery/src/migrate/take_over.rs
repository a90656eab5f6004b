//! The end of a migration: stores of the new version are built, and take the place of the old ones in one transaction.
//!
//! Owns copying new templates into the order of the faces' labels, and users' new vectors. Refuses to know how templates
//! were put.
//!
//! # Invariants
//! - Built beside searches and changes; what changed meanwhile is caught up with in the one transaction.

use std::collections::HashSet;
use std::sync::Arc;

use overt_vectors::{LabelSet, NewTemplate, Shape, Store};
use rusqlite::Connection;

use super::{Finished, Leftover, MigrationRow};
use crate::change::{Change, CollectionEvent, DeletionReason};
use crate::crash::{Point, reached};
use crate::error::GalleryError;
use crate::faces::{forget_face, set_face_count};
use crate::gallery::Gallery;
use crate::ids::FaceId;
use crate::keys::DataKey;
use crate::names::CollectionName;
use crate::rekey::{Rebuilt, record_built};
use crate::rows::{CollectionRow, FACE_COLUMNS, FACE_SOURCE, FaceRow, label_of, number_of};
use crate::stores::data_key;
use crate::user_vector::user_vector;
use crate::writer::{ALONE, Unit};

/// Templates written and flushed together.
const BATCH: usize = 4096;

impl Gallery {
    pub(super) fn take_over(
        &self,
        row: &CollectionRow,
        migration: &MigrationRow,
        [faces, users]: [i64; 2],
        leftover: Leftover,
    ) -> Result<Finished, GalleryError> {
        let reader = self.shared.database.reader()?;
        let key = data_key(&self.shared, &reader, row)?;
        let shape = Shape::new(usize::try_from(migration.dimensions).unwrap_or(0))?;
        let mut faces = self.empty(faces, &key, shape)?;
        let mut users = self.empty(users, &key, shape)?;
        let shadow = self.shared.stores.get(&self.shared, &reader, row, migration.store)?;
        let source = Source { row, migration, shadow: &shadow };
        source.copy_faces(&reader, &mut faces)?;
        source.copy_users(&reader, &mut users)?;
        drop(reader);
        reached(Point::Rebuilt, self.shared.database.folder());
        let (row, migration, shadow) = (row.clone(), migration.copied(), Arc::clone(&shadow));
        self.write(ALONE, move |unit| {
            let name: CollectionName = row.name.parse()?;
            let row = CollectionRow::find(unit.connection, &name)?;
            let leftovers = leftovers(unit.connection, &row, &migration)?;
            if leftover == Leftover::Refuse && !leftovers.is_empty() {
                return Err(GalleryError::Unmigrated { collection: name, faces: leftovers.len() as u64 });
            }
            let deleted = delete_leftovers(unit, &row, leftovers)?;
            let row = CollectionRow::find(unit.connection, &name)?;
            let source = Source { row: &row, migration: &migration, shadow: &shadow };
            source.copy_faces(unit.connection, &mut faces)?;
            source.copy_users(unit.connection, &mut users)?;
            settle(unit, row.face_store, "SELECT label FROM faces WHERE collection = ?1", &row, &faces)?;
            settle(
                unit,
                row.user_store,
                "SELECT label FROM users WHERE collection = ?1 AND label IS NOT NULL",
                &row,
                &users,
            )?;
            unit.connection
                .execute(
                    "UPDATE collections SET version = ?2, dimensions = ?3, face_store = ?4, user_store = ?5
                     WHERE number = ?1",
                    (row.number, &migration.version, migration.dimensions, faces.number, users.number),
                )
                .map_err(GalleryError::database("finish a migration"))?;
            unit.end_migration(&migration)?;
            for old in [row.face_store, row.user_store] {
                unit.drop_store(old)?;
            }
            unit.install(faces);
            unit.install(users);
            unit.changed(CollectionRow::find(unit.connection, &name)?.change(CollectionEvent::Migrated)?);
            Ok(Finished { migrated: u64::try_from(row.faces).unwrap_or(0), deleted })
        })
    }

    fn empty(&self, number: i64, key: &DataKey, shape: Shape) -> Result<Rebuilt, GalleryError> {
        let store = self.shared.stores.create(number, &key.store_key(number), shape)?;
        Ok(Rebuilt { number, store, copied: 0 })
    }
}

/// Where new templates are.
struct Source<'a> {
    row: &'a CollectionRow,
    migration: &'a MigrationRow,
    shadow: &'a Store,
}

impl Source<'_> {
    /// Copies the new templates of faces from `to.copied` on, in the order of the faces' labels.
    fn copy_faces(&self, connection: &Connection, to: &mut Rebuilt) -> Result<(), GalleryError> {
        let failed = || GalleryError::database("list migrated faces");
        let mut statement = connection
            .prepare_cached(
                "SELECT m.face, m.label FROM migrated AS m
                 JOIN faces AS f ON f.collection = ?1 AND f.label = m.face
                 WHERE m.migration = ?2 AND m.face >= ?3 ORDER BY m.face",
            )
            .map_err(failed())?;
        let mut rows = statement
            .query((self.row.number, self.migration.number, number_of(to.copied)))
            .map_err(failed())?;
        let mut batch = Batch::new(to);
        while let Some(row) = rows.next().map_err(failed())? {
            let (face, label): (i64, i64) = (row.get(0).map_err(failed())?, row.get(1).map_err(failed())?);
            if let Some(template) = self.shadow.template(label_of(label))? {
                batch.push(label_of(face), template)?;
            }
        }
        batch.finish()
    }

    /// Makes the new vectors of users whose label is `to.copied` or higher, in the order of their labels.
    fn copy_users(&self, connection: &Connection, to: &mut Rebuilt) -> Result<(), GalleryError> {
        let failed = || GalleryError::database("list users");
        let mut users = connection
            .prepare_cached(
                "SELECT label, number FROM users WHERE collection = ?1 AND label >= ?2 ORDER BY label",
            )
            .map_err(failed())?;
        let mut of_user = connection
            .prepare_cached(
                "SELECT m.label FROM faces AS f JOIN migrated AS m ON m.migration = ?3 AND m.face = f.label
                 WHERE f.collection = ?1 AND f.user = ?2 ORDER BY f.label",
            )
            .map_err(failed())?;
        let mut rows = users.query((self.row.number, number_of(to.copied))).map_err(failed())?;
        let mut batch = Batch::new(to);
        while let Some(row) = rows.next().map_err(failed())? {
            let (label, user): (i64, i64) = (row.get(0).map_err(failed())?, row.get(1).map_err(failed())?);
            let labels = of_user
                .query_map((self.row.number, user, self.migration.number), |row| row.get::<_, i64>(0))
                .and_then(|labels| labels.collect::<Result<Vec<_>, _>>())
                .map_err(failed())?;
            let mut templates = Vec::with_capacity(labels.len());
            for label in labels {
                templates.extend(self.shadow.template(label_of(label))?);
            }
            // A user without a migrated face loses the faces it has, and then has no vector.
            if !templates.is_empty() {
                let vector = user_vector(&templates.iter().map(Vec::as_slice).collect::<Vec<_>>());
                batch.push(label_of(label), vector)?;
            }
        }
        batch.finish()
    }
}

/// Vectors on their way into a store that is being built.
struct Batch<'a> {
    to: &'a mut Rebuilt,
    waiting: Vec<(u64, Vec<f32>)>,
}

impl<'a> Batch<'a> {
    fn new(to: &'a mut Rebuilt) -> Self {
        Self { to, waiting: Vec::new() }
    }

    fn push(&mut self, label: u64, vector: Vec<f32>) -> Result<(), GalleryError> {
        self.waiting.push((label, vector));
        if self.waiting.len() == BATCH { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), GalleryError> {
        let Some((last, _)) = self.waiting.last() else { return Ok(()) };
        self.to.copied = last + 1;
        let batch: Vec<NewTemplate<'_>> =
            self.waiting.iter().map(|(label, values)| NewTemplate { label: *label, values }).collect();
        self.to.store.append(&batch)?;
        self.to.store.publish();
        self.waiting.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<(), GalleryError> {
        self.write()
    }
}

fn leftovers(
    connection: &Connection,
    row: &CollectionRow,
    migration: &MigrationRow,
) -> Result<Vec<FaceRow>, GalleryError> {
    let failed = || GalleryError::database("list faces to migrate");
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT {FACE_COLUMNS} FROM {FACE_SOURCE} WHERE f.collection = ?1
             AND NOT EXISTS (SELECT 1 FROM migrated AS m WHERE m.migration = ?2 AND m.face = f.label)"
        ))
        .map_err(failed())?;
    let mut rows = statement.query((row.number, migration.number)).map_err(failed())?;
    let mut faces = Vec::new();
    while let Some(row) = rows.next().map_err(failed())? {
        faces.push(FaceRow::read(row)?);
    }
    Ok(faces)
}

fn delete_leftovers(
    unit: &mut Unit<'_>,
    row: &CollectionRow,
    leftovers: Vec<FaceRow>,
) -> Result<Vec<FaceId>, GalleryError> {
    let mut users = HashSet::new();
    let mut deleted = Vec::with_capacity(leftovers.len());
    for face in &leftovers {
        forget_face(unit, row, face)?;
        users.extend(face.user);
        deleted.push(face.record.id);
    }
    // A user's new vector is made of migrated faces only, so that it is right already. One without any has none.
    for number in users {
        unit.connection
            .prepare_cached(
                "UPDATE users SET (faces, label) =
                 (SELECT count(*), iif(count(*) = 0, NULL, users.label) FROM faces AS f
                  WHERE f.collection = ?1 AND f.user = ?2)
                 WHERE collection = ?1 AND number = ?2",
            )
            .and_then(|mut statement| statement.execute((row.number, number)))
            .map_err(GalleryError::database("count a user's faces"))?;
    }
    let total = row.faces - deleted.len() as i64;
    set_face_count(unit, row.number, total)?;
    unit.changed(Change::FacesDeleted {
        collection: row.name.parse()?,
        faces: leftovers.iter().map(FaceRow::subject).collect(),
        reason: DeletionReason::Asked,
        total: u64::try_from(total).unwrap_or(0),
    });
    Ok(deleted)
}

/// Records a store that was built in the place of another: labels without a row any more are dead in it.
fn settle(
    unit: &Unit<'_>,
    old: i64,
    labels: &str,
    row: &CollectionRow,
    built: &Rebuilt,
) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("record the state of a store");
    let living = unit
        .connection
        .prepare_cached(labels)
        .and_then(|mut statement| {
            statement.query_map([row.number], |row| row.get::<_, i64>(0).map(label_of))?.collect()
        })
        .map_err(failed())?;
    let living: LabelSet = living;
    let gone: Vec<u64> = built.store.labels().iter().filter(|label| !living.contains(*label)).collect();
    let next: i64 = unit
        .connection
        .query_row("SELECT next_label FROM stores WHERE number = ?1", [old], |row| row.get(0))
        .map_err(failed())?;
    record_built(unit, built, &gone, label_of(next))
}
