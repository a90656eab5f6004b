//! Migration of a collection to another template version: face ids, external ids and users stay.
//!
//! Owns the store that fills beside the one in use, and the moment at which it takes over. Refuses to know where new
//! templates come from: the caller makes them from the pictures it kept.
//!
//! # Invariants
//! - Until the one transaction that finishes it, the collection answers with the old version; after it, with the new
//!   one. Scores of the two are never mixed.
//! - What was put is kept across restarts: a migration goes on where it was.
//! - Labels stay: no row of a face or a user changes, however many there are.

mod take_over;

use rusqlite::{Connection, OptionalExtension as _};

use crate::change::CollectionEvent;
use crate::context::Moment;
use crate::error::GalleryError;
use crate::faces::check_template;
use crate::gallery::Gallery;
use crate::ids::FaceId;
use crate::names::{CollectionName, TemplateVersion};
use crate::page::{Cursor, Listed, Page};
use crate::records::FaceRecord;
use crate::rows::{CollectionRow, FACE_COLUMNS, FACE_SOURCE, FaceRow, number_of};
use crate::stores::data_key;
use crate::writer::Unit;

/// A migration that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// The version to which it goes.
    pub version: TemplateVersion,
    /// How many numbers a template of that version has.
    pub dimensions: usize,
    /// When it began.
    pub started: Moment,
    /// Faces that have a template of the new version.
    pub migrated: u64,
    /// Faces that have none yet.
    pub remaining: u64,
}

/// What became of one face that was given a new template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Migrated {
    /// It is kept.
    Kept,
    /// The face had one already: the first stays.
    Already,
    /// There is no face with that id.
    Unknown,
}

/// What is to become of faces without a new template when a migration is finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leftover {
    /// The migration is not finished while there are any.
    Refuse,
    /// They are deleted, also from their users.
    Delete,
}

/// What a finished migration did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// Faces that have their new template.
    pub migrated: u64,
    /// Faces that were deleted for want of one.
    pub deleted: Vec<FaceId>,
}

struct MigrationRow {
    number: i64,
    store: i64,
    version: String,
    dimensions: i64,
    started: i64,
}

impl MigrationRow {
    fn find(connection: &Connection, collection: i64) -> Result<Option<Self>, GalleryError> {
        connection
            .prepare_cached(
                "SELECT number, store, version, dimensions, started FROM migrations WHERE collection = ?1",
            )
            .and_then(|mut statement| {
                statement
                    .query_row([collection], |row| {
                        Ok(Self {
                            number: row.get(0)?,
                            store: row.get(1)?,
                            version: row.get(2)?,
                            dimensions: row.get(3)?,
                            started: row.get(4)?,
                        })
                    })
                    .optional()
            })
            .map_err(GalleryError::database("find a migration"))
    }

    fn of(connection: &Connection, name: &CollectionName, collection: i64) -> Result<Self, GalleryError> {
        Self::find(connection, collection)?
            .ok_or_else(|| GalleryError::NoMigration { collection: name.clone() })
    }
}

impl Gallery {
    /// Begins a migration to another version, or goes on with the one to that version.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`]; [`GalleryError::Busy`] when it is on its way to a third version, or has that
    /// version already.
    pub fn begin_migration(
        &self,
        name: &CollectionName,
        version: &TemplateVersion,
        dimensions: usize,
    ) -> Result<(), GalleryError> {
        let (name, version) = (name.clone(), version.clone());
        self.write(0, move |unit| {
            let row = CollectionRow::find(unit.connection, &name)?;
            let dimensions = i64::try_from(dimensions).unwrap_or(i64::MAX);
            if let Some(found) = MigrationRow::find(unit.connection, row.number)? {
                if found.version == version.as_str() && found.dimensions == dimensions {
                    return Ok(());
                }
                return Err(GalleryError::Busy {
                    collection: name,
                    with: "it is migrated to another version",
                });
            }
            if row.version == version.as_str() {
                return Err(GalleryError::Busy {
                    collection: name,
                    with: "it has that template version already",
                });
            }
            let key = data_key(unit.shared, unit.connection, &row)?;
            let store = unit.create_store(row.number, &key, dimensions)?;
            unit.connection
                .execute(
                    "INSERT INTO migrations (collection, store, version, dimensions, started)
                     VALUES (?1, ?2, ?3, ?4, ?5)",
                    (row.number, store, version.as_str(), dimensions, unit.now.as_millis()),
                )
                .map_err(GalleryError::database("record a migration"))?;
            unit.changed(row.change(CollectionEvent::MigrationBegun)?);
            Ok(())
        })
    }

    /// The migration that is under way, if there is one.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`].
    pub fn migration(&self, name: &CollectionName) -> Result<Option<Migration>, GalleryError> {
        let failed = || GalleryError::database("count migrated faces");
        let reader = self.shared.database.reader()?;
        let reader = reader.unchecked_transaction().map_err(failed())?;
        let row = CollectionRow::find(&reader, name)?;
        let Some(found) = MigrationRow::find(&reader, row.number)? else { return Ok(None) };
        let migrated: i64 = reader
            .query_row(
                "SELECT count(*) FROM migrated AS m JOIN faces AS f ON f.collection = ?1 AND f.label = m.face
                 WHERE m.migration = ?2",
                (row.number, found.number),
                |row| row.get(0),
            )
            .map_err(failed())?;
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        Ok(Some(Migration {
            version: found.version.parse()?,
            dimensions: usize::try_from(found.dimensions).unwrap_or(0),
            started: Moment::from_millis(found.started),
            migrated: count(migrated),
            remaining: count(row.faces - migrated),
        }))
    }

    /// Faces that have no template of the new version yet, in the order in which they were added.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::NoMigration`], [`GalleryError::CursorUnreadable`].
    pub fn faces_to_migrate(
        &self,
        name: &CollectionName,
        page: &Page,
    ) -> Result<Listed<FaceRecord>, GalleryError> {
        let failed = || GalleryError::database("list faces to migrate");
        let size = page.size();
        let reader = self.shared.database.reader()?;
        let reader = reader.unchecked_transaction().map_err(failed())?;
        let row = CollectionRow::find(&reader, name)?;
        let migration = MigrationRow::of(&reader, name, row.number)?;
        let mut statement = reader
            .prepare_cached(&format!(
                "SELECT {FACE_COLUMNS} FROM {FACE_SOURCE} WHERE f.collection = ?1 AND f.label > ?2
                 AND NOT EXISTS (SELECT 1 FROM migrated AS m WHERE m.migration = ?4 AND m.face = f.label)
                 ORDER BY f.label LIMIT ?3"
            ))
            .map_err(failed())?;
        let mut rows = statement
            .query((row.number, page.after_number()?, size as i64 + 1, migration.number))
            .map_err(failed())?;
        let mut faces = Vec::new();
        while let Some(row) = rows.next().map_err(failed())? {
            faces.push(FaceRow::read(row)?);
        }
        let listed = Listed::cut(faces, size, |last| Cursor::number(last.label));
        Ok(Listed { items: listed.items.into_iter().map(|face| face.record).collect(), next: listed.next })
    }

    /// Keeps new templates of faces. One answer for each, in the order given.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::NoMigration`], [`GalleryError::OtherTemplates`],
    /// [`GalleryError::TemplateUnusable`]; [`GalleryError::Busy`] while the migration is being finished. None of the
    /// batch is kept then.
    pub fn put_migrated(
        &self,
        name: &CollectionName,
        version: &TemplateVersion,
        templates: Vec<(FaceId, Vec<f32>)>,
    ) -> Result<Vec<Migrated>, GalleryError> {
        for (_, template) in &templates {
            check_template(template)?;
        }
        let collection = self.collection_number(name)?;
        let _alone = self.shared.rebuilds.begin(name, collection)?;
        let (name, version) = (name.clone(), version.clone());
        self.write(templates.len(), move |unit| {
            let failed = || GalleryError::database("record a migrated face");
            let row = CollectionRow::find(unit.connection, &name)?;
            let migration = MigrationRow::of(unit.connection, &name, row.number)?;
            let mut outcomes = Vec::with_capacity(templates.len());
            for (id, template) in templates {
                let fits = migration.version == version.as_str()
                    && usize::try_from(migration.dimensions).is_ok_and(|count| count == template.len());
                if !fits {
                    return Err(GalleryError::OtherTemplates {
                        collection: name,
                        holds: format!("{} of {} numbers, to come,", migration.version, migration.dimensions),
                        given: format!("{version} of {} numbers", template.len()),
                    });
                }
                let Some(face) = FaceRow::find(unit.connection, row.number, id)? else {
                    outcomes.push(Migrated::Unknown);
                    continue;
                };
                if label_in_migration(unit.connection, migration.number, face.label)?.is_some() {
                    outcomes.push(Migrated::Already);
                    continue;
                }
                let label = unit.append(&row, migration.store, &template)?;
                unit.connection
                    .prepare_cached("INSERT INTO migrated (migration, face, label) VALUES (?1, ?2, ?3)")
                    .and_then(|mut statement| {
                        statement.execute((migration.number, face.label, number_of(label)))
                    })
                    .map_err(failed())?;
                outcomes.push(Migrated::Kept);
            }
            Ok(outcomes)
        })
    }

    /// Gives a migration up: the collection stays as it is.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::NoMigration`]; [`GalleryError::Busy`] while it is being
    /// finished.
    pub fn abandon_migration(&self, name: &CollectionName) -> Result<(), GalleryError> {
        let _alone = self.shared.rebuilds.begin(name, self.collection_number(name)?)?;
        let name = name.clone();
        self.write(0, move |unit| {
            let row = CollectionRow::find(unit.connection, &name)?;
            let migration = MigrationRow::of(unit.connection, &name, row.number)?;
            unit.end_migration(&migration)
        })
    }

    /// Finishes a migration: from then on the collection has the new version. Searches go on meanwhile.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::NoMigration`], [`GalleryError::Unmigrated`] (with
    /// [`Leftover::Refuse`]); [`GalleryError::Busy`] while something else is done to it. The migration stays under
    /// way then.
    pub fn finish_migration(
        &self,
        name: &CollectionName,
        leftover: Leftover,
    ) -> Result<Finished, GalleryError> {
        let collection = self.collection_number(name)?;
        let _alone = self.shared.rebuilds.begin(name, collection)?;
        let reader = self.shared.database.reader()?;
        let row = CollectionRow::find(&reader, name)?;
        let migration = MigrationRow::of(&reader, name, row.number)?;
        let missing = count_missing(&reader, &row, &migration, 0)?;
        drop(reader);
        if leftover == Leftover::Refuse && missing > 0 {
            return Err(GalleryError::Unmigrated { collection: name.clone(), faces: missing });
        }
        let numbers =
            [self.number_for(&row, migration.dimensions)?, self.number_for(&row, migration.dimensions)?];
        let result = self.take_over(&row, &migration, numbers, leftover);
        if result.is_err() {
            self.drop_stores(numbers);
        }
        result
    }

    fn collection_number(&self, name: &CollectionName) -> Result<i64, GalleryError> {
        Ok(CollectionRow::find(&*self.shared.database.reader()?, name)?.number)
    }

    pub(crate) fn refuse_migration(
        &self,
        name: &CollectionName,
        collection: i64,
    ) -> Result<(), GalleryError> {
        match MigrationRow::find(&*self.shared.database.reader()?, collection)? {
            Some(_) => Err(GalleryError::Busy { collection: name.clone(), with: "it is being migrated" }),
            None => Ok(()),
        }
    }
}

impl MigrationRow {
    fn copied(&self) -> Self {
        Self { version: self.version.clone(), ..*self }
    }
}

impl Unit<'_> {
    fn end_migration(&mut self, migration: &MigrationRow) -> Result<(), GalleryError> {
        self.connection
            .execute("DELETE FROM migrations WHERE number = ?1", [migration.number])
            .map_err(GalleryError::database("end a migration"))?;
        self.drop_store(migration.store)
    }
}

fn label_in_migration(
    connection: &Connection,
    migration: i64,
    face: i64,
) -> Result<Option<i64>, GalleryError> {
    connection
        .prepare_cached("SELECT label FROM migrated WHERE migration = ?1 AND face = ?2")
        .and_then(|mut statement| statement.query_row((migration, face), |row| row.get(0)).optional())
        .map_err(GalleryError::database("find a migrated face"))
}

fn count_missing(
    connection: &Connection,
    row: &CollectionRow,
    migration: &MigrationRow,
    from: i64,
) -> Result<u64, GalleryError> {
    connection
        .query_row(
            "SELECT count(*) FROM faces AS f WHERE f.collection = ?1 AND f.label >= ?2
             AND NOT EXISTS (SELECT 1 FROM migrated AS m WHERE m.migration = ?3 AND m.face = f.label)",
            (row.number, from, migration.number),
            |row| row.get::<_, i64>(0),
        )
        .map(|count| u64::try_from(count).unwrap_or(0))
        .map_err(GalleryError::database("count faces to migrate"))
}
