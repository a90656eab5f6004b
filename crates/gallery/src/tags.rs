//! Tags: words that operators attach to resources.
//!
//! Owns the table, for every kind of resource there is or will be. Refuses to know what a tag means: those that declare a policy go to
//! `policies.rs` first.
//!
//! # Invariants
//! - Tags go with their resource: a deleted one leaves none behind.
//! - More tags than the limit are refused as a whole; nothing is tagged by half.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::change::CollectionEvent;
use crate::error::{GalleryError, Quota};
use crate::gallery::Gallery;
use crate::names::CollectionName;
use crate::policies::{keep_declared, narrow};
use crate::rows::CollectionRow;
use crate::writer::Unit;

/// Something that can carry tags.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resource {
    /// A collection.
    Collection(CollectionName),
}

impl Resource {
    /// Kind and name, as stored.
    fn key(&self) -> (&'static str, &str) {
        match self {
            Self::Collection(name) => ("collection", name.as_str()),
        }
    }

    fn row(&self, connection: &Connection) -> Result<CollectionRow, GalleryError> {
        match self {
            Self::Collection(name) => CollectionRow::find(connection, name),
        }
    }
}

impl Gallery {
    /// Adds tags to a resource; a key that is there already gets the new value.
    ///
    /// # Errors
    /// That the resource is unknown, [`GalleryError::Quota`] when it would have too many tags, [`GalleryError::Denied`] when they would
    /// widen its policy.
    pub fn tag(&self, resource: &Resource, tags: BTreeMap<String, String>) -> Result<(), GalleryError> {
        let resource = resource.clone();
        self.write(0, move |unit| {
            narrow(unit, &resource.row(unit.connection)?, &tags)?;
            put_tags(unit.connection, &resource, &tags)?;
            let limit = unit.shared.limits.tags;
            if tags_of(unit.connection, &resource)?.len() as u64 > limit {
                return Err(GalleryError::Quota { what: Quota::Tags, limit });
            }
            tagged(unit, &resource)
        })
    }

    /// Removes tags by key; keys that are not there are no error.
    ///
    /// # Errors
    /// That the resource is unknown; [`GalleryError::Denied`] for one that declares a policy.
    pub fn untag(&self, resource: &Resource, keys: Vec<String>) -> Result<(), GalleryError> {
        let resource = resource.clone();
        self.write(0, move |unit| {
            resource.row(unit.connection)?;
            let there = tags_of(unit.connection, &resource)?;
            keep_declared(keys.iter().filter(|key| there.contains_key(*key)))?;
            let (kind, name) = resource.key();
            let failed = || GalleryError::database("remove tags");
            let mut statement = unit
                .connection
                .prepare_cached("DELETE FROM tags WHERE kind = ?1 AND resource = ?2 AND key = ?3")
                .map_err(failed())?;
            for key in &keys {
                statement.execute((kind, name, key)).map_err(failed())?;
            }
            drop(statement);
            tagged(unit, &resource)
        })
    }

    /// The tags of a resource, by key.
    ///
    /// # Errors
    /// That the resource is unknown.
    pub fn tags(&self, resource: &Resource) -> Result<BTreeMap<String, String>, GalleryError> {
        let reader = self.shared.database.reader()?;
        resource.row(&reader)?;
        tags_of(&reader, resource)
    }
}

/// Tells the ledger that tags were changed.
fn tagged(unit: &mut Unit<'_>, resource: &Resource) -> Result<(), GalleryError> {
    let Resource::Collection(name) = resource;
    let row = CollectionRow::find(unit.connection, name)?;
    unit.changed(row.change(CollectionEvent::Tagged)?);
    Ok(())
}

pub(crate) fn put_tags(
    connection: &Connection,
    resource: &Resource,
    tags: &BTreeMap<String, String>,
) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("record tags");
    let (kind, name) = resource.key();
    let mut statement = connection
        .prepare_cached("INSERT OR REPLACE INTO tags (kind, resource, key, value) VALUES (?1, ?2, ?3, ?4)")
        .map_err(failed())?;
    for (key, value) in tags {
        statement.execute((kind, name, key, value)).map_err(failed())?;
    }
    Ok(())
}

pub(crate) fn tags_of(
    connection: &Connection,
    resource: &Resource,
) -> Result<BTreeMap<String, String>, GalleryError> {
    let failed = || GalleryError::database("list tags");
    let (kind, name) = resource.key();
    connection
        .prepare_cached("SELECT key, value FROM tags WHERE kind = ?1 AND resource = ?2")
        .map_err(failed())?
        .query_map((kind, name), |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(failed())?
        .collect::<Result<_, _>>()
        .map_err(failed())
}
