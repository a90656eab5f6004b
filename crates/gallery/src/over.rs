//! What is over: faces of which no record of consent is in force any more, until the upkeep deletes them.
//!
//! Owns the question, asked of one face or one user at a time. Nobody makes a list of all that are over: many records may end at the same moment, and
//! whoever searches meanwhile would wait for it. Refuses to know when they are deleted (`retention.rs`).
//!
//! # Invariants
//! - A face that is over is in no answer from that moment on (REQUIREMENTS A4). A user whose faces are all over is answered as one without a face, which
//!   it is after the next upkeep.
//! - A collection in which no record is over costs one look-up.
//! - What a question costs does not grow with the number of faces that are over.

use rusqlite::Connection;

use crate::context::Moment;
use crate::error::GalleryError;
use crate::ids::FaceId;
use crate::rows::CollectionRow;

/// Most faces that are looked at to count those that are over: some milliseconds, and far more than end at once where consents are given one by one.
pub(crate) const COUNTED: usize = 1000;

/// Whether a face (`$face`) of a collection (`?1`) is over at a moment (`?2`): it stands under a record that is over and not gone through by the upkeep, and under none
/// that is in force.
macro_rules! face_is_over {
    ($face:literal) => {
        concat!(
            "(SELECT coalesce(max(c.expires IS NULL OR c.expires > ?2) = 0, 0)
              FROM consented AS d CROSS JOIN consents AS c ON c.collection = d.collection AND c.id = d.consent
              WHERE d.collection = ?1 AND d.face = ",
            $face,
            " AND c.ended IS NULL)"
        )
    };
}

/// The same of a user (`$user`): it has faces, and all of them are over. By the index of the user's faces: left to itself, SQLite goes through all of the collection's.
macro_rules! user_is_over {
    ($user:literal) => {
        concat!(
            "(EXISTS (SELECT 1 FROM faces AS f WHERE f.collection = ?1 AND f.user = ",
            $user,
            ") AND NOT EXISTS (SELECT 1 FROM faces AS f INDEXED BY faces_of_user WHERE f.collection = ?1 AND f.user = ",
            $user,
            " AND NOT ",
            face_is_over!("f.id"),
            "))"
        )
    };
}

/// Faces under records that are over at a moment (`?2`), from the first that were, and at most so many (`?3`) of both. Some may be kept by a newer record.
macro_rules! faces_to_count {
    () => {
        "(SELECT u.face AS face
          FROM (SELECT collection, id FROM consents WHERE collection = ?1 AND ended IS NULL AND expires <= ?2
                ORDER BY expires, id LIMIT ?3) AS r
          CROSS JOIN consented AS u ON u.collection = r.collection AND u.consent = r.id LIMIT ?3)"
    };
}

/// What is over in a collection at a moment, as a connection sees it.
pub(crate) struct Over<'a> {
    connection: &'a Connection,
    collection: i64,
    now: i64,
    /// Whether any record is over that the upkeep has not gone through.
    some: bool,
}

impl<'a> Over<'a> {
    pub(crate) fn at(
        connection: &'a Connection,
        row: &CollectionRow,
        now: Moment,
    ) -> Result<Self, GalleryError> {
        let (collection, now) = (row.number, now.as_millis());
        // Nearly always none is: one look-up in an index.
        let some = connection
            .prepare_cached(
                "SELECT 1 FROM consents WHERE collection = ?1 AND ended IS NULL AND expires <= ?2 LIMIT 1",
            )
            .and_then(|mut statement| statement.exists((collection, now)))
            .map_err(failed())?;
        Ok(Self { connection, collection, now, some })
    }

    /// Whether a face is over.
    pub(crate) fn face(&self, id: FaceId) -> Result<bool, GalleryError> {
        self.is(concat!("SELECT ", face_is_over!("?3")), id.as_bytes())
    }

    /// Whether a user is over, by its number.
    pub(crate) fn user(&self, number: i64) -> Result<bool, GalleryError> {
        self.is(concat!("SELECT ", user_is_over!("?3")), number)
    }

    /// How many faces are over: exact where at most [`COUNTED`] stand under records that are over, and fewer than there are where more do.
    pub(crate) fn faces(&self) -> Result<u64, GalleryError> {
        self.count(concat!(
            "SELECT count(DISTINCT face) FROM ",
            faces_to_count!(),
            " AS s WHERE ",
            face_is_over!("s.face")
        ))
    }

    /// The same of users.
    pub(crate) fn users(&self) -> Result<u64, GalleryError> {
        self.count(concat!(
            "SELECT count(*) FROM (SELECT DISTINCT o.user AS number FROM ",
            faces_to_count!(),
            " AS s CROSS JOIN faces AS o ON o.collection = ?1 AND o.id = s.face WHERE o.user IS NOT NULL) AS w WHERE ",
            user_is_over!("w.number")
        ))
    }

    fn is(&self, sql: &str, value: impl rusqlite::ToSql) -> Result<bool, GalleryError> {
        if !self.some {
            return Ok(false);
        }
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.query_row((self.collection, self.now, value), |row| row.get(0))
            })
            .map_err(failed())
    }

    fn count(&self, sql: &str) -> Result<u64, GalleryError> {
        if !self.some {
            return Ok(0);
        }
        let count: i64 = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut statement| {
                statement.query_row((self.collection, self.now, COUNTED as i64), |row| row.get(0))
            })
            .map_err(failed())?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

fn failed() -> impl FnOnce(rusqlite::Error) -> GalleryError {
    GalleryError::database("look for consents that are over")
}
