//! Retention: faces that were kept for as long as was declared are deleted, by themselves.
//!
//! Owns what is due, and the deletion of faces with everything that was made of them. Refuses to know when it is called: the upkeep
//! calls it at every run, at least once an hour (REQUIREMENTS A6).
//!
//! # Invariants
//! - A face that is due is gone after a run, out of its user's vector too, and the ledger tells of it with the reason.
//! - A face whose records of consent are over is in no answer from that moment on, also before a run.
//! - A user without a face goes with the same period: its name is about a person as well.
//! - A collection in which nothing is due costs one look-up.

use std::collections::BTreeSet;
use std::sync::Arc;

use rusqlite::Connection;

use crate::change::{Change, DeletionReason};
use crate::collections::collection_names;
use crate::context::Moment;
use crate::error::GalleryError;
use crate::faces::{delete_face, set_face_count};
use crate::gallery::Gallery;
use crate::names::{CollectionName, UserName};
use crate::recorder::{Acting, Actor};
use crate::rows::{CollectionRow, FACE_COLUMNS, FACE_SOURCE, FaceRow, UserRow};
use crate::users::{delete_user, renew_vector};
use crate::writer::Unit;

/// Faces, or users, deleted in one commit: some milliseconds of the writer, more where they have users.
const PIECE: usize = 250;

/// Ids of faces in a collection (`?1`) whose records of consent are over at a moment (`?2`): none that they stand under is in force any more.
const OVER: &str = "SELECT d.face FROM consents AS c
    JOIN consented AS d ON d.collection = c.collection AND d.consent = c.id
    WHERE c.collection = ?1 AND c.ended IS NULL AND c.expires <= ?2 AND NOT EXISTS (
        SELECT 1 FROM consented AS e JOIN consents AS g ON g.collection = e.collection AND g.id = e.consent
        WHERE e.collection = d.collection AND e.face = d.face AND g.ended IS NULL
        AND (g.expires IS NULL OR g.expires > ?2))";

/// What is due in a collection.
struct Due {
    /// Faces that were added at this moment or before.
    before: i64,
    /// Records of consent that are over at this moment.
    now: i64,
}

impl Gallery {
    /// Deletes what is due in every collection; how many faces and users that were.
    pub(crate) fn expire(&self) -> Result<(u64, u64), GalleryError> {
        let gallery = self.acting(Arc::new(Acting::new(Actor::server("retention"))));
        let names = collection_names(&*self.shared.database.reader()?)?;
        let (mut faces, mut users) = (0, 0);
        for name in names {
            while gallery.is_due(&name)? {
                let name = name.clone();
                let (some_faces, some_users) = gallery.write(PIECE, move |unit| expire_piece(unit, &name))?;
                faces += some_faces;
                users += some_users;
                if some_faces + some_users == 0 {
                    break;
                }
            }
        }
        Ok((faces, users))
    }

    /// Whether anything is due, without waiting for the writer.
    fn is_due(&self, name: &CollectionName) -> Result<bool, GalleryError> {
        let reader = self.shared.database.reader()?;
        let now = self.shared.database.context().now();
        let Some(row) = CollectionRow::find_any(&reader, name)? else { return Ok(false) };
        let due = due(&row, now)?;
        reader
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM faces WHERE collection = ?1 AND created <= ?2)
                 OR EXISTS (SELECT 1 FROM users WHERE collection = ?1 AND faces = 0 AND created <= ?2)
                 OR EXISTS (SELECT 1 FROM consents WHERE collection = ?1 AND ended IS NULL AND expires <= ?3)",
            )
            .and_then(|mut statement| {
                statement.query_row((row.number, due.before, due.now), |row| row.get(0))
            })
            .map_err(GalleryError::database("look for what is to be deleted"))
    }
}

fn due(row: &CollectionRow, now: Moment) -> Result<Due, GalleryError> {
    let kept = i64::try_from(row.policy()?.retention().as_millis()).unwrap_or(i64::MAX);
    let before = now.as_millis().saturating_sub(kept);
    // Where faces count as kept from a later moment than their own, none is due before that one is.
    let before = if row.policy.kept_from > before { i64::MIN } else { before };
    Ok(Due { before, now: now.as_millis() })
}

fn expire_piece(unit: &mut Unit<'_>, name: &CollectionName) -> Result<(u64, u64), GalleryError> {
    let Some(row) = CollectionRow::find_any(unit.connection, name)? else { return Ok((0, 0)) };
    let due = due(&row, unit.now)?;
    let failed = || GalleryError::database("list what is to be deleted");
    // Two lists, each along an index: together they would read every face.
    let mut faces = listed(unit.connection, "f.created <= ?2", row.number, due.before)?;
    if faces.is_empty() {
        let over = format!("f.id IN ({OVER})");
        faces = listed(unit.connection, &over, row.number, due.now)?;
    }
    let gone = faces.len() as u64;
    remove_faces(unit, &row, name, &faces, DeletionReason::Retention)?;
    let mut ended = 0;
    if gone == 0 {
        // Every face that stood under them alone is gone.
        unit.connection
            .execute(
                "INSERT OR IGNORE INTO withdrawals (id, at)
                 SELECT id, ?2 FROM consents WHERE collection = ?1 AND ended IS NULL AND expires <= ?2",
                (row.number, due.now),
            )
            .map_err(failed())?;
        ended = unit
            .connection
            .execute(
                "UPDATE consents SET ended = ?2, subject = NULL
                 WHERE collection = ?1 AND ended IS NULL AND expires <= ?2",
                (row.number, due.now),
            )
            .map_err(failed())? as u64;
    }
    let users: Vec<String> = unit
        .connection
        .prepare_cached(
            "SELECT name FROM users WHERE collection = ?1 AND faces = 0 AND created <= ?2 LIMIT ?3",
        )
        .and_then(|mut statement| {
            statement.query_map((row.number, due.before, PIECE as i64), |row| row.get(0))?.collect()
        })
        .map_err(failed())?;
    for user in &users {
        let user: UserName = user.parse()?;
        delete_user(unit, &row, &user)?;
    }
    Ok((gone, users.len() as u64 + ended))
}

/// What is left out of answers until the upkeep deletes it: labels of faces whose records of consent are over.
pub(crate) fn over_faces(
    connection: &Connection,
    row: &CollectionRow,
    now: Moment,
) -> Result<BTreeSet<i64>, GalleryError> {
    labels_over(
        connection,
        row,
        now,
        &format!("SELECT f.label FROM faces AS f WHERE f.collection = ?1 AND f.id IN ({OVER})"),
    )
}

/// The same of users: labels of those who have no other face.
pub(crate) fn over_users(
    connection: &Connection,
    row: &CollectionRow,
    now: Moment,
) -> Result<BTreeSet<i64>, GalleryError> {
    let sql = format!(
        "WITH over (face) AS ({OVER})
         SELECT u.label FROM users AS u WHERE u.collection = ?1 AND u.label IS NOT NULL
         AND u.number IN (SELECT f.user FROM faces AS f WHERE f.collection = ?1 AND f.id IN (SELECT face FROM over))
         AND NOT EXISTS (
             SELECT 1 FROM faces AS f WHERE f.collection = ?1 AND f.user = u.number AND f.id NOT IN (SELECT face FROM over)
         )"
    );
    labels_over(connection, row, now, &sql)
}

fn labels_over(
    connection: &Connection,
    row: &CollectionRow,
    now: Moment,
    sql: &str,
) -> Result<BTreeSet<i64>, GalleryError> {
    let failed = || GalleryError::database("look for consents that are over");
    let values = (row.number, now.as_millis());
    // Nearly always none is: one look-up in an index.
    let some = connection
        .prepare_cached(
            "SELECT 1 FROM consents WHERE collection = ?1 AND ended IS NULL AND expires <= ?2 LIMIT 1",
        )
        .and_then(|mut statement| statement.exists(values))
        .map_err(failed())?;
    if !some {
        return Ok(BTreeSet::new());
    }
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.query_map(values, |row| row.get(0))?.collect())
        .map_err(failed())
}

/// Faces of a collection (`?1`) that meet a condition on `?2`, at most a piece.
pub(crate) fn listed(
    connection: &Connection,
    condition: &str,
    collection: i64,
    value: impl rusqlite::ToSql,
) -> Result<Vec<FaceRow>, GalleryError> {
    let failed = || GalleryError::database("list what is to be deleted");
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT {FACE_COLUMNS} FROM {FACE_SOURCE} WHERE f.collection = ?1 AND {condition} LIMIT ?3"
        ))
        .map_err(failed())?;
    let mut rows = statement.query((collection, value, PIECE as i64)).map_err(failed())?;
    let mut faces = Vec::new();
    while let Some(row) = rows.next().map_err(failed())? {
        faces.push(FaceRow::read(row)?);
    }
    Ok(faces)
}

/// Deletes faces whomever they belong to: their rows, their templates, and their share in the vectors of users. Returns the users
/// that have no face any more.
pub(crate) fn remove_faces(
    unit: &mut Unit<'_>,
    row: &CollectionRow,
    name: &CollectionName,
    faces: &[FaceRow],
    reason: DeletionReason,
) -> Result<Vec<UserName>, GalleryError> {
    if faces.is_empty() {
        return Ok(Vec::new());
    }
    let users: BTreeSet<i64> = faces.iter().filter_map(|face| face.user).collect();
    for face in faces {
        delete_face(unit, row, face)?;
    }
    let mut left = Vec::new();
    for number in users {
        let found = UserRow::one(unit.connection, "number = ?2", (row.number, number))?;
        let Some(user) = found else { continue };
        if renew_vector(unit, row, number, user.label)? == crate::records::UserStatus::Created {
            left.push(user.record.name);
        }
    }
    let total = row.faces - faces.len() as i64;
    set_face_count(unit, row.number, total)?;
    unit.changed(Change::FacesDeleted {
        collection: name.clone(),
        faces: faces.iter().map(FaceRow::subject).collect(),
        reason,
        total: u64::try_from(total).unwrap_or(0),
    });
    Ok(left)
}
