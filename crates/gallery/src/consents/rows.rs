//! Rows of records of consent, and of which faces stand under which.
//!
//! Owns the look-ups in both tables. Refuses to decide anything: a record that is over is a row like any other.

use rusqlite::{Connection, OptionalExtension as _, Row};

use super::ConsentRecord;
use crate::change::Finder;
use crate::context::Moment;
use crate::error::GalleryError;
use crate::ids::{ConsentId, FaceId};
use crate::names::ExternalId;
use crate::policy::Uses;
use crate::writer::Unit;

const COLUMNS: &str = "id, subject, given, expires, text, scope, recorded, ended, finder";

/// Writes a record.
pub(crate) fn insert(unit: &Unit<'_>, collection: i64, record: &ConsentRecord) -> Result<(), GalleryError> {
    let ConsentRecord { id, subject, given, expires, text, scope, recorded, ended, finder } = record;
    unit.connection
        .prepare_cached(
            "INSERT INTO consents (collection, id, subject, given, expires, text, scope, recorded, finder, ended)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )
        .and_then(|mut statement| {
            statement.execute((
                collection,
                id.as_bytes(),
                subject.as_ref().map(ExternalId::as_str),
                given.as_millis(),
                expires.map(Moment::as_millis),
                text,
                scope.to_string(),
                recorded.as_millis(),
                finder.as_bytes(),
                ended.map(Moment::as_millis),
            ))
        })
        .map(drop)
        .map_err(GalleryError::database("record a consent"))
}

/// Notes that a face stands under a consent; whether it did not before.
pub(crate) fn note(
    unit: &Unit<'_>,
    collection: i64,
    face: FaceId,
    consent: ConsentId,
) -> Result<bool, GalleryError> {
    unit.connection
        .prepare_cached("INSERT OR IGNORE INTO consented (collection, face, consent) VALUES (?1, ?2, ?3)")
        .and_then(|mut statement| statement.execute((collection, face.as_bytes(), consent.as_bytes())))
        .map(|added| added == 1)
        .map_err(GalleryError::database("note a face's consent"))
}

/// A record of a collection.
pub(crate) fn find(
    connection: &Connection,
    collection: i64,
    id: ConsentId,
) -> Result<Option<ConsentRecord>, GalleryError> {
    one(connection, "id = ?2", (collection, id.as_bytes()))
}

/// Hands out every record of a collection that is in force, or over by itself and has faces that a newer one keeps, in the order of their ids.
pub(crate) fn each_consent(
    connection: &Connection,
    collection: i64,
    each: &mut dyn FnMut(ConsentRecord) -> Result<(), GalleryError>,
) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("list consents");
    let mut statement = connection
        .prepare(&format!(
            "SELECT {COLUMNS} FROM consents WHERE collection = ?1 AND (ended IS NULL OR EXISTS (
                 SELECT 1 FROM consented AS d WHERE d.collection = consents.collection AND d.consent = consents.id
             )) ORDER BY id"
        ))
        .map_err(failed())?;
    let mut rows = statement.query([collection]).map_err(failed())?;
    while let Some(row) = rows.next().map_err(failed())? {
        each(Raw::read(row).map_err(failed())?.parse()?)?;
    }
    Ok(())
}

/// The records that a face stands under, in the order of their ids: also those that are over, while a newer one keeps the face.
pub(crate) fn consents_of(
    connection: &Connection,
    collection: i64,
    face: FaceId,
) -> Result<Vec<ConsentId>, GalleryError> {
    let found: Vec<[u8; 16]> = connection
        .prepare_cached(
            "SELECT d.consent FROM consented AS d
             JOIN consents AS c ON c.collection = d.collection AND c.id = d.consent
             WHERE d.collection = ?1 AND d.face = ?2 ORDER BY d.consent",
        )
        .and_then(|mut statement| {
            statement.query_map((collection, face.as_bytes()), |row| row.get(0))?.collect()
        })
        .map_err(GalleryError::database("find a face's consents"))?;
    Ok(found.into_iter().map(ConsentId::from_bytes).collect())
}

/// Records that are over at a moment and still to be gone through, from the first that was, at most so many.
pub(crate) fn over_since(
    connection: &Connection,
    collection: i64,
    now: Moment,
    most: usize,
) -> Result<Vec<ConsentId>, GalleryError> {
    let found: Vec<[u8; 16]> = connection
        .prepare_cached(
            "SELECT id FROM consents WHERE collection = ?1 AND ended IS NULL AND expires <= ?2
             ORDER BY expires, id LIMIT ?3",
        )
        .and_then(|mut statement| {
            statement.query_map((collection, now.as_millis(), most as i64), |row| row.get(0))?.collect()
        })
        .map_err(GalleryError::database("list consents that are over"))?;
    Ok(found.into_iter().map(ConsentId::from_bytes).collect())
}

/// Faces that stand under a record, in the order of their ids, after one of them, at most so many.
pub(crate) fn faces_under(
    connection: &Connection,
    collection: i64,
    consent: ConsentId,
    after: Option<FaceId>,
    most: usize,
) -> Result<Vec<FaceId>, GalleryError> {
    // Every id is more than no bytes.
    let after = after.as_ref().map_or(&[][..], |face| face.as_bytes().as_slice());
    let found: Vec<[u8; 16]> = connection
        .prepare_cached(
            "SELECT face FROM consented WHERE collection = ?1 AND consent = ?2 AND face > ?3 ORDER BY face LIMIT ?4",
        )
        .and_then(|mut statement| {
            let values = (collection, consent.as_bytes(), after, most as i64);
            statement.query_map(values, |row| row.get(0))?.collect()
        })
        .map_err(GalleryError::database("find the faces of a consent"))?;
    Ok(found.into_iter().map(FaceId::from_bytes).collect())
}

/// Whether a face stands under a record.
pub(crate) fn stands_under(
    connection: &Connection,
    collection: i64,
    face: FaceId,
    consent: ConsentId,
) -> Result<bool, GalleryError> {
    connection
        .prepare_cached("SELECT 1 FROM consented WHERE collection = ?1 AND face = ?2 AND consent = ?3")
        .and_then(|mut statement| statement.exists((collection, face.as_bytes(), consent.as_bytes())))
        .map_err(GalleryError::database("find a face's consent"))
}

/// The newest record in force of a subject.
pub(crate) fn newest(
    connection: &Connection,
    collection: i64,
    subject: &ExternalId,
    now: Moment,
) -> Result<Option<ConsentRecord>, GalleryError> {
    let condition = "subject = ?2 AND ended IS NULL AND (expires IS NULL OR expires > ?3) ORDER BY given DESC, id DESC LIMIT 1";
    one(connection, condition, (collection, subject.as_str(), now.as_millis()))
}

fn one(
    connection: &Connection,
    condition: &str,
    values: impl rusqlite::Params,
) -> Result<Option<ConsentRecord>, GalleryError> {
    let failed = || GalleryError::database("find a consent");
    let found = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM consents WHERE collection = ?1 AND {condition}"))
        .and_then(|mut statement| statement.query_row(values, Raw::read).optional())
        .map_err(failed())?;
    found.map(Raw::parse).transpose()
}

/// A row before its words were understood.
struct Raw {
    id: [u8; 16],
    subject: Option<String>,
    given: i64,
    expires: Option<i64>,
    text: [u8; 32],
    scope: String,
    recorded: i64,
    ended: Option<i64>,
    finder: [u8; 16],
}

impl Raw {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            subject: row.get(1)?,
            given: row.get(2)?,
            expires: row.get(3)?,
            text: row.get(4)?,
            scope: row.get(5)?,
            recorded: row.get(6)?,
            ended: row.get(7)?,
            finder: row.get(8)?,
        })
    }

    fn parse(self) -> Result<ConsentRecord, GalleryError> {
        let id = ConsentId::from_bytes(self.id);
        let damaged = |error: GalleryError| GalleryError::RecordDamaged {
            what: format!("consent {id}"),
            reason: error.to_string(),
        };
        Ok(ConsentRecord {
            id,
            subject: self.subject.map(|text| text.parse()).transpose().map_err(damaged)?,
            given: Moment::from_millis(self.given),
            expires: self.expires.map(Moment::from_millis),
            text: self.text,
            scope: Uses::from_words(&self.scope).map_err(damaged)?,
            recorded: Moment::from_millis(self.recorded),
            ended: self.ended.map(Moment::from_millis),
            finder: Finder::from_bytes(self.finder),
        })
    }
}
