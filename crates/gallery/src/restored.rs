//! Records that were put back from a snapshot, until what their ledger tells of since then is made again.
//!
//! Owns the mark in the records that says so, and the records by which the tags of a ledger's entries are recognised. Which entries those are, the ledger's keeper
//! knows.
//!
//! # Invariants
//! - The mark is in the records before they get their name, and goes in the same commit that the ledger tells of: whatever is killed in between is done again.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _};
use serde::{Deserialize, Serialize};

use crate::change::{Change, DeletionReason, Finder, Subject};
use crate::database::Database;
use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::ids::{ConsentId, FaceId};
use crate::names::{CollectionName, UserName};
use crate::recorder::recorded;
use crate::retention::remove_faces;
use crate::rows::{CollectionRow, FaceRow};
use crate::withdrawals::TAKEN_BACK;

/// Setting: the number after the last ledger entry whose change the snapshot had, eight bytes, little-endian.
const MARK: &str = "restored-at-entry";
/// Faces deleted in one commit.
const PIECE: usize = 250;

/// What was made again: how many of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeAgain {
    /// Collections that were deleted.
    pub collections: u64,
    /// Policies that were narrowed.
    pub policies: u64,
    /// Consents that were withdrawn.
    pub consents: u64,
    /// Faces that were deleted, those of withdrawn consents included.
    pub faces: u64,
    /// Users that were deleted.
    pub users: u64,
    /// Overrides that were ended.
    pub overrides: u64,
    /// Principals that were revoked, or described otherwise.
    pub principals: u64,
}

/// Marks the database at `path`, which nothing has open, as restored.
pub(crate) fn mark(path: &Path) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("be marked as restored");
    let connection = Connection::open(path).map_err(failed())?;
    // In the file itself, and nothing beside it.
    connection.pragma_update(None, "journal_mode", "DELETE").map_err(failed())?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(failed())?;
    let known = recorded(&connection)?;
    connection
        .execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)", (MARK, known.to_le_bytes()))
        .map_err(failed())?;
    connection.close().map_err(|(_, error)| failed()(error))
}

impl Database {
    /// For records that were put back and of which nothing was made again yet: the number after the last entry whose change they have.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn restored(&self) -> Result<Option<u64>, GalleryError> {
        let found: Option<[u8; 8]> = self
            .reader()?
            .query_row("SELECT value FROM settings WHERE name = ?1", [MARK], |row| row.get(0))
            .optional()
            .map_err(GalleryError::database("read whether it was restored"))?;
        Ok(found.map(u64::from_le_bytes))
    }

    /// Has collections that are made from now on numbered above this: a snapshot brings back the count of its time, and a number that the ledger has told of must not
    /// stand for another collection.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn number_collections_above(&self, number: u64) -> Result<(), GalleryError> {
        // None has such a number.
        let Ok(number) = i64::try_from(number) else { return Ok(()) };
        let failed = || GalleryError::database("number collections");
        let writer = self.writer();
        let there = writer
            .execute("UPDATE sqlite_sequence SET seq = max(seq, ?1) WHERE name = 'collections'", [number])
            .map_err(failed())?;
        if there == 0 {
            writer
                .execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('collections', ?1)", [number])
                .map_err(failed())?;
        }
        Ok(())
    }

    /// Faces behind a label, by label, `most` of them: for looking through all, a page at a time. `None` before the first.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`].
    pub fn face_subjects(
        &self,
        name: &CollectionName,
        after: Option<i64>,
        most: u32,
    ) -> Result<Vec<(i64, FaceId, Subject)>, GalleryError> {
        let failed = || GalleryError::database("look through faces");
        let reader = self.reader()?;
        let row = CollectionRow::find(&reader, name)?;
        let sql = "SELECT label, id, finder FROM faces WHERE collection = ?1 AND label > ?2 ORDER BY label LIMIT ?3";
        let mut statement = reader.prepare_cached(sql).map_err(failed())?;
        let found = statement.query_map((row.number, after.unwrap_or(-1), most), |row| {
            let (id, finder) = (FaceId::from_bytes(row.get(1)?), Finder::from_bytes(row.get(2)?));
            Ok((row.get(0)?, id, Subject::face(id, finder)))
        });
        found.map_err(failed())?.collect::<Result<_, _>>().map_err(failed())
    }

    /// How many faces a collection has.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`].
    pub fn faces_in(&self, name: &CollectionName) -> Result<u64, GalleryError> {
        let faces = CollectionRow::find(&*self.reader()?, name)?.faces;
        Ok(u64::try_from(faces).unwrap_or(0))
    }

    /// All users of a collection.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`].
    pub fn user_subjects(&self, name: &CollectionName) -> Result<Vec<(UserName, Subject)>, GalleryError> {
        let failed = || GalleryError::database("look through users");
        let reader = self.reader()?;
        let row = CollectionRow::find(&reader, name)?;
        let mut statement =
            reader.prepare_cached("SELECT name, finder FROM users WHERE collection = ?1").map_err(failed())?;
        let found: Vec<(String, [u8; 16])> = statement
            .query_map([row.number], |row| Ok((row.get(0)?, row.get(1)?)))
            .and_then(Iterator::collect)
            .map_err(failed())?;
        let users = found.into_iter().map(|(name, finder)| {
            let name: UserName = name.parse()?;
            let subject = Subject::user(&name, Finder::from_bytes(finder));
            Ok((name, subject))
        });
        users.collect()
    }

    /// The consents of a collection that were not withdrawn; one that is over by itself can be.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`].
    pub fn consent_subjects(&self, name: &CollectionName) -> Result<Vec<(ConsentId, Subject)>, GalleryError> {
        let failed = || GalleryError::database("look through consents");
        let reader = self.reader()?;
        let row = CollectionRow::find(&reader, name)?;
        let mut statement = reader
            .prepare_cached(&format!(
                "SELECT id, finder FROM consents WHERE collection = ?1 AND (ended IS NULL OR NOT {TAKEN_BACK})"
            ))
            .map_err(failed())?;
        let found = statement.query_map([row.number], |row| {
            let id: [u8; 16] = row.get(0)?;
            let finder = Finder::from_bytes(row.get(1)?);
            Ok((ConsentId::from_bytes(id), Subject { id: id.to_vec(), finder }))
        });
        found.map_err(failed())?.collect::<Result<_, _>>().map_err(failed())
    }
}

impl Gallery {
    /// Deletes faces whomever they belong to, out of users' vectors too, and says why; how many were there.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`].
    pub fn delete_faces_again(
        &self,
        name: &CollectionName,
        ids: &[FaceId],
        reason: DeletionReason,
    ) -> Result<u64, GalleryError> {
        let mut gone = 0;
        for some in ids.chunks(PIECE) {
            let (name, some) = (name.clone(), some.to_vec());
            gone += self.write(0, move |unit| {
                let row = CollectionRow::find(unit.connection, &name)?;
                let mut faces: Vec<FaceRow> = Vec::new();
                for id in some {
                    faces.extend(FaceRow::find(unit.connection, row.number, id)?);
                }
                remove_faces(unit, &row, &name, &faces, reason)?;
                Ok(faces.len() as u64)
            })?;
        }
        Ok(gone)
    }

    /// Has the ledger tell that the records were put back and what was made again, and takes the mark away.
    ///
    /// # Errors
    /// When the ledger or the database refuses: all of it is done again at the next opening.
    pub fn made_again(&self, known: u64, made: MadeAgain) -> Result<(), GalleryError> {
        self.write(0, move |unit| {
            unit.changed(Change::Restored { known, made });
            unit.connection
                .execute("DELETE FROM settings WHERE name = ?1", [MARK])
                .map(drop)
                .map_err(GalleryError::database("note that everything was made again"))
        })
    }
}

/// The setting's name, for whoever forgets a ledger.
pub(crate) const fn mark_name() -> &'static str {
    MARK
}
