//! Collections: create, describe, list, delete.
//!
//! Owns the rows of collections and the moment at which a deleted one's key is destroyed. Refuses to know what a
//! template version means.
//!
//! # Invariants
//! - Deleting a collection overwrites its sealed data key in the transaction that removes its name: from then on
//!   nobody can read its templates, whatever becomes of the files (REQUIREMENTS G1).
//! - Rows of a large deleted collection are removed afterwards, a few at a time, by the upkeep; nothing finds them
//!   meanwhile.

use rusqlite::Connection;

use crate::change::CollectionEvent;
use crate::error::{GalleryError, Quota};
use crate::gallery::Gallery;
use crate::ids::PictureDigest;
use crate::keys::DataKey;
use crate::names::{CollectionName, TemplateVersion};
use crate::page::{Cursor, Listed, Page};
use crate::policies::set_policy;
use crate::policy::Policy;
use crate::records::{Collection, NewCollection, Totals};
use crate::rows::{COLLECTION_COLUMNS, CollectionRow};
use crate::tags::{Resource, put_tags};
use crate::writer::Unit;

impl Gallery {
    /// Makes an empty collection with a data key of its own.
    ///
    /// # Errors
    /// [`GalleryError::CollectionExists`], [`GalleryError::Quota`] (tags), [`GalleryError::Templates`] for a number of
    /// dimensions that cannot be stored.
    pub fn create_collection(&self, new: NewCollection) -> Result<Collection, GalleryError> {
        let limit = self.shared.limits.tags;
        if new.tags.len() as u64 > limit {
            return Err(GalleryError::Quota { what: Quota::Tags, limit });
        }
        self.write(0, move |unit| {
            if CollectionRow::find_any(unit.connection, &new.name)?.is_some() {
                return Err(GalleryError::CollectionExists { name: new.name });
            }
            insert_collection(unit, new.name.as_str(), &new.version, new.dimensions, &new.policy)?;
            put_tags(unit.connection, &Resource::Collection(new.name.clone()), &new.tags)?;
            let row = CollectionRow::find(unit.connection, &new.name)?;
            unit.changed(row.change(CollectionEvent::Created)?);
            row.record()
        })
    }

    /// What is recorded of a collection.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`].
    pub fn collection(&self, name: &CollectionName) -> Result<Collection, GalleryError> {
        CollectionRow::find(&*self.shared.database.reader()?, name)?.record()
    }

    /// Collections in the order of their making: a cursor by name, which can have 255 characters, would be too long for
    /// what clients take as a page's token.
    ///
    /// # Errors
    /// [`GalleryError::CursorUnreadable`].
    pub fn collections(&self, page: &Page) -> Result<Listed<Collection>, GalleryError> {
        let failed = || GalleryError::database("list collections");
        let size = page.size();
        let reader = self.shared.database.reader()?;
        let mut statement = reader
            .prepare_cached(&format!(
                "SELECT {COLLECTION_COLUMNS} FROM collections WHERE number > ?1 AND (name < ':' OR name >= ';')
                 ORDER BY number LIMIT ?2"
            ))
            .map_err(failed())?;
        let rows = statement
            .query_map((page.after_number()?, size as i64 + 1), CollectionRow::read)
            .map_err(failed())?
            .collect::<Result<Vec<_>, _>>()
            .map_err(failed())?;
        let listed = Listed::cut(rows, size, |last| Cursor::number(last.number));
        let items = listed.items.iter().map(CollectionRow::record).collect::<Result<_, _>>()?;
        Ok(Listed { items, next: listed.next })
    }

    /// Deletes a collection with its faces, users and tags, and destroys its data key.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`].
    pub fn delete_collection(&self, name: &CollectionName) -> Result<(), GalleryError> {
        let name = name.clone();
        self.write(0, move |unit| {
            let row = CollectionRow::find(unit.connection, &name)?;
            unit.changed(row.change(CollectionEvent::Deleted)?);
            delete_row(unit, &row)
        })
    }

    /// How much there is in all collections.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn totals(&self) -> Result<Totals, GalleryError> {
        self.shared
            .database
            .reader()?
            .query_row(
                "SELECT count(*), coalesce(sum(faces), 0), coalesce(sum(users), 0) FROM collections
                 WHERE name < ':' OR name >= ';'",
                [],
                |row| {
                    let count = |number: i64| u64::try_from(number).unwrap_or(0);
                    Ok(Totals {
                        collections: count(row.get(0)?),
                        faces: count(row.get(1)?),
                        users: count(row.get(2)?),
                    })
                },
            )
            .map_err(GalleryError::database("count collections"))
    }
}

/// The names of all collections, in the order of their making.
pub(crate) fn collection_names(connection: &Connection) -> Result<Vec<CollectionName>, GalleryError> {
    let failed = || GalleryError::database("list collections");
    let names: Vec<String> = connection
        .prepare_cached("SELECT name FROM collections WHERE name < ':' OR name >= ';' ORDER BY number")
        .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
        .map_err(failed())?;
    names.iter().map(|name| name.parse()).collect()
}

/// Makes an empty collection, whatever its name.
pub(crate) fn insert_collection(
    unit: &mut Unit<'_>,
    name: &str,
    version: &TemplateVersion,
    dimensions: usize,
    policy: &Policy,
) -> Result<CollectionRow, GalleryError> {
    let failed = || GalleryError::database("record a collection");
    let dimensions = i64::try_from(dimensions).unwrap_or(i64::MAX);
    unit.connection
        .execute(
            "INSERT INTO collections (name, version, dimensions, created, sealed_key, face_store, user_store, kept_from, picture_digest)
             VALUES (?1, ?2, ?3, ?4, x'', 0, 0, 0, ?5)",
            (name, version.as_str(), dimensions, unit.now.as_millis(), PictureDigest::default().as_str()),
        )
        .map_err(failed())?;
    let number = unit.connection.last_insert_rowid();
    set_policy(unit, number, policy)?;
    let context = unit.shared.database.context();
    let key = DataKey::draw(context)?;
    let server_key = unit.shared.database.key_in(unit.connection)?;
    let sealed = key.seal(&server_key, context, number)?;
    let face_store = unit.create_store(number, &key, dimensions)?;
    let user_store = unit.create_store(number, &key, dimensions)?;
    unit.connection
        .execute(
            "UPDATE collections SET sealed_key = ?2, face_store = ?3, user_store = ?4 WHERE number = ?1",
            (number, sealed, face_store, user_store),
        )
        .map_err(failed())?;
    unit.connection
        .query_row(
            &format!("SELECT {COLLECTION_COLUMNS} FROM collections WHERE number = ?1"),
            [number],
            CollectionRow::read,
        )
        .map_err(failed())
}

/// Deletes a collection and destroys its data key.
pub(crate) fn delete_row(unit: &mut Unit<'_>, row: &CollectionRow) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("delete a collection");
    let execute = |sql: &str| unit.connection.execute(sql, [row.number]).map(drop).map_err(failed());
    // Overwritten before it is deleted, and secure_delete zeroes the page's free space besides.
    execute("UPDATE collections SET sealed_key = zeroblob(length(sealed_key)) WHERE number = ?1")?;
    execute("DELETE FROM collections WHERE number = ?1")?;
    execute("DELETE FROM tokens WHERE collection = ?1")?;
    execute("DELETE FROM overrides WHERE collection = ?1")?;
    execute("INSERT INTO purges (collection) VALUES (?1)")?;
    let stores: Vec<i64> = unit
        .connection
        .prepare_cached("SELECT number FROM stores WHERE collection = ?1")
        .and_then(|mut statement| statement.query_map([row.number], |row| row.get(0))?.collect())
        .map_err(failed())?;
    execute("DELETE FROM migrations WHERE collection = ?1")?;
    unit.connection
        .execute("DELETE FROM tags WHERE kind = 'collection' AND resource = ?1", [&row.name])
        .map_err(failed())?;
    stores.into_iter().try_for_each(|store| unit.drop_store(store))
}
