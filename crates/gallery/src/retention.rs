//! Retention: faces that were kept for as long as was declared are deleted, by themselves.
//!
//! Owns what is due, and the deletion of faces with everything that was made of them. Refuses to know when it is called: the upkeep
//! calls it at every run, at least once an hour (REQUIREMENTS A6). Which faces are over, `over.rs` says.
//!
//! # Invariants
//! - A face that is due is gone after a run, out of its user's vector too, and the ledger tells of it with the reason.
//! - A commit looks at a piece of faces and records of consent, however many are due.
//! - A user without a face goes with the same period: its name is about a person as well.
//! - A collection in which nothing is due costs one look-up.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rusqlite::Connection;

use crate::change::{Change, DeletionReason};
use crate::collections::collection_names;
use crate::consents::rows::{faces_under, over_since};
use crate::context::Moment;
use crate::error::GalleryError;
use crate::faces::{delete_face, set_face_count};
use crate::gallery::Gallery;
use crate::ids::{ConsentId, FaceId};
use crate::names::{CollectionName, UserName};
use crate::over::Over;
use crate::recorder::{Acting, Actor};
use crate::rows::{CollectionRow, FACE_COLUMNS, FACE_SOURCE, FaceRow, UserRow};
use crate::users::{delete_user, renew_vector};
use crate::withdrawals::note_end;
use crate::writer::Unit;

/// Faces and records looked at, or users deleted, in one commit: some milliseconds of the writer, more where faces have users.
pub(crate) const PIECE: usize = 250;

/// What is due in a collection.
struct Due {
    /// Faces that were added at this moment or before.
    before: i64,
    /// Records of consent that are over at this moment.
    now: i64,
}

/// How far a record of consent was gone through that has more faces than a piece: the record, and the last face that was looked at.
type Place = (ConsentId, FaceId);

/// What a piece of a run did.
#[derive(Default)]
struct Piece {
    /// Faces that it deleted.
    faces: u64,
    /// Users without a face that it deleted, and records of consent that ended.
    records: u64,
    /// Where the next one goes on within a record.
    place: Option<Place>,
}

impl Gallery {
    /// Deletes what is due in every collection; how many faces, and how many users and records, that were.
    pub(crate) fn expire(&self) -> Result<(u64, u64), GalleryError> {
        let gallery = self.acting(Arc::new(Acting::new(Actor::server("retention"))));
        let names = collection_names(&*self.shared.database.reader()?)?;
        let (mut faces, mut records) = (0, 0);
        for name in names {
            let mut place = None;
            while gallery.is_due(&name)? {
                let (name, from) = (name.clone(), place);
                let piece = gallery.write(PIECE, move |unit| expire_piece(unit, &name, from))?;
                faces += piece.faces;
                records += piece.records;
                place = piece.place;
                if piece.faces + piece.records == 0 && place.is_none() {
                    break;
                }
            }
        }
        Ok((faces, records))
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

fn expire_piece(
    unit: &mut Unit<'_>,
    name: &CollectionName,
    from: Option<Place>,
) -> Result<Piece, GalleryError> {
    let Some(row) = CollectionRow::find_any(unit.connection, name)? else { return Ok(Piece::default()) };
    let due = due(&row, unit.now)?;
    let faces = added_by(unit.connection, row.number, due.before)?;
    let mut piece = Piece { faces: faces.len() as u64, records: 0, place: from };
    if faces.is_empty() {
        piece = end_consents(unit, &row, name, from)?;
    } else {
        remove_faces(unit, &row, name, &faces, DeletionReason::Retention)?;
    }
    let users: Vec<String> = unit
        .connection
        .prepare_cached(
            "SELECT name FROM users WHERE collection = ?1 AND faces = 0 AND created <= ?2 LIMIT ?3",
        )
        .and_then(|mut statement| {
            statement.query_map((row.number, due.before, PIECE as i64), |row| row.get(0))?.collect()
        })
        .map_err(GalleryError::database("list what is to be deleted"))?;
    for user in &users {
        let user: UserName = user.parse()?;
        delete_user(unit, &row, &user)?;
    }
    Ok(Piece { records: piece.records + users.len() as u64, ..piece })
}

/// Goes through records of consent that are over, from the first that was, until a piece of records and faces was looked at: deletes the faces that are over, and ends
/// the records of which every face was looked at. A face that stays is kept by a record in force, and looked at again when that one is over.
fn end_consents(
    unit: &mut Unit<'_>,
    row: &CollectionRow,
    name: &CollectionName,
    from: Option<Place>,
) -> Result<Piece, GalleryError> {
    let over = Over::at(unit.connection, row, unit.now)?;
    let (mut looked_at, mut place) = (0, None);
    // In the order of labels, as deletions go through the tables.
    let mut gone: BTreeMap<i64, FaceRow> = BTreeMap::new();
    let mut through = Vec::new();
    for record in over_since(unit.connection, row.number, unit.now, PIECE)? {
        let after = from.filter(|(begun, _)| *begun == record).map(|(_, face)| face);
        let rest = PIECE - looked_at;
        // One more tells whether there are more.
        let mut faces = faces_under(unit.connection, row.number, record, after, rest + 1)?;
        let more = faces.len() > rest;
        faces.truncate(rest);
        for id in &faces {
            if over.face(*id)? {
                let face = FaceRow::find(unit.connection, row.number, *id)?;
                gone.extend(face.map(|face| (face.label, face)));
            }
        }
        if more {
            place = faces.last().map(|face| (record, *face));
            break;
        }
        through.push(record);
        looked_at += faces.len().max(1);
        if looked_at >= PIECE {
            break;
        }
    }
    let gone: Vec<FaceRow> = gone.into_values().collect();
    remove_faces(unit, row, name, &gone, DeletionReason::Retention)?;
    for record in &through {
        let now = unit.now.as_millis();
        unit.connection
            .prepare_cached(
                "UPDATE consents SET ended = ?3, subject = NULL WHERE collection = ?1 AND id = ?2",
            )
            .and_then(|mut statement| statement.execute((row.number, record.as_bytes(), now)))
            .map_err(GalleryError::database("end a consent"))?;
        note_end(unit.connection, *record, unit.now)?;
    }
    Ok(Piece { faces: gone.len() as u64, records: through.len() as u64, place })
}

/// Faces of a collection (`?1`) that were added at `?2` or before, at most a piece.
fn added_by(connection: &Connection, collection: i64, moment: i64) -> Result<Vec<FaceRow>, GalleryError> {
    let failed = || GalleryError::database("list what is to be deleted");
    let mut statement = connection.prepare_cached(&added_by_sql()).map_err(failed())?;
    let mut rows = statement.query((collection, moment, PIECE as i64)).map_err(failed())?;
    let mut faces = Vec::new();
    while let Some(row) = rows.next().map_err(failed())? {
        faces.push(FaceRow::read(row)?);
    }
    Ok(faces)
}

pub(crate) fn added_by_sql() -> String {
    format!("SELECT {FACE_COLUMNS} FROM {FACE_SOURCE} WHERE f.collection = ?1 AND f.created <= ?2 LIMIT ?3")
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::consents::{ConsentRecord, NewConsent};
    use crate::context::Clock as _;
    use crate::records::AddFaces;
    use crate::tests::{Bench, bench, make, near, picture, template};

    const DAY: Duration = Duration::from_secs(86_400);
    const MANY: u64 = 2 * PIECE as u64 + 100;

    fn records(bench: &Bench, name: &CollectionName, many: u64, days: u32) -> Vec<ConsentRecord> {
        let new = |number| NewConsent {
            subject: format!("somebody-{number}").parse().unwrap(),
            given: bench.clock.now(),
            expires: Some(bench.clock.now().after(days * DAY)),
            text: [9; 32],
            scope: bench.gallery.policy(name).unwrap().uses().clone(),
        };
        bench.gallery.record_consents(name, (0..many).map(new).collect()).unwrap()
    }

    fn enrol(bench: &Bench, name: &CollectionName, faces: impl Iterator<Item = (ConsentId, Vec<f32>)>) {
        let pictures = (0..).zip(faces).map(|(number, (consent, template))| AddFaces {
            consent: Some(consent),
            ..picture(number, &[template])
        });
        bench.gallery.add_pictures(name, pictures.collect()).unwrap();
    }

    /// The pieces of a run: faces that each deleted, and records that it ended.
    fn pieces(bench: &Bench, name: &CollectionName) -> Vec<(u64, u64)> {
        let (mut done, mut from) = (Vec::new(), None);
        while bench.gallery.is_due(name).unwrap() {
            let name = name.clone();
            let piece = bench.gallery.write(PIECE, move |unit| expire_piece(unit, &name, from)).unwrap();
            done.push((piece.faces, piece.records));
            from = piece.place;
            assert!(done.len() < 100, "it does not end: {done:?}");
        }
        done
    }

    /// A4: of records that end at the same moment each commit goes through some, and ends those; so that none of them, and no search beside them, waits for all.
    #[test]
    fn a4_records_that_end_at_once_are_gone_through_in_pieces() {
        let bench = bench();
        let doors = make(&bench.gallery, "doors");
        let over = records(&bench, &doors, MANY, 1);
        enrol(&bench, &doors, over.iter().zip(0..).map(|(record, seed)| (record.id, template(seed))));
        bench.clock.advance(DAY);
        let piece = PIECE as u64;
        assert_eq!(pieces(&bench, &doors), [(piece, piece), (piece, piece), (100, 100)]);
        assert_eq!(bench.gallery.collection(&doors).unwrap().faces, 0);
        for record in over {
            let record = bench.gallery.consent(&doors, record.id).unwrap();
            assert_eq!((record.subject, record.ended), (None, Some(bench.clock.now())));
        }
        assert!(bench.gallery.fsck(false, &mut |_| {}).unwrap().problems.is_empty());
    }

    /// A4: a record with more faces than a piece, all of which a newer one keeps, ends when all of them were looked at, and a run that is cut off begins it anew.
    #[test]
    fn a4_a_record_of_many_faces_is_gone_through_in_pieces() {
        let bench = bench();
        let doors = make(&bench.gallery, "doors");
        let (old, renewed) =
            (records(&bench, &doors, 1, 1).remove(0), records(&bench, &doors, 1, 2).remove(0));
        for record in [&old, &renewed] {
            enrol(&bench, &doors, (0..MANY).map(|seed| (record.id, near(&template(1), seed, 0.1))));
        }
        assert_eq!(bench.gallery.collection(&doors).unwrap().faces, MANY);
        bench.clock.advance(DAY);
        let name = doors.clone();
        let cut = bench.gallery.write(PIECE, move |unit| expire_piece(unit, &name, None)).unwrap();
        assert!((cut.faces, cut.records, cut.place.is_some()) == (0, 0, true));
        assert_eq!(pieces(&bench, &doors), [(0, 0), (0, 0), (0, 1)]);
        assert_eq!(bench.gallery.collection(&doors).unwrap().faces, MANY);
        bench.clock.advance(DAY);
        assert_eq!(pieces(&bench, &doors), [(PIECE as u64, 0), (PIECE as u64, 0), (100, 1)]);
        assert_eq!(bench.gallery.collection(&doors).unwrap().faces, 0);
    }
}
