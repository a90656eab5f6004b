//! Records of consent: who agreed to what, when, after reading which text; and what follows when they take it back.
//!
//! Owns the table, which record a face is added under, and withdrawal. Refuses to know how somebody was asked: the operator keeps the
//! text, this keeps its hash.
//!
//! # Invariants
//! - Where a collection demands consent, a face is added under a record that is in force and covers every use of the collection, or
//!   not at all (REQUIREMENTS A4).
//! - A withdrawal deletes every face that was added under the record, out of users' vectors too, and the word for the person, in one
//!   transaction (A5). The record's own id, times and hash stay: they say that there was consent, and nothing of whose.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Row};

use crate::change::{Change, ConsentEvent, DeletionReason, Finder, Subject};
use crate::context::Moment;
use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::ids::{ConsentId, FaceId};
use crate::names::{CollectionName, ExternalId};
use crate::policy::{Denial, Policy, Use, Uses};
use crate::retention::{listed, remove_faces};
use crate::rows::{CollectionRow, FaceRow};
use crate::users::delete_user;
use crate::writer::Unit;

/// Most records of one bulk call: one commit of some hundred milliseconds.
pub const CONSENTS_AT_ONCE: usize = 10_000;

/// A consent to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewConsent {
    /// The caller's word for who consented. An `ExternalImageId` that is the same finds the record.
    pub subject: ExternalId,
    /// When they did.
    pub given: Moment,
    /// Until when it holds, if it ends by itself.
    pub expires: Option<Moment>,
    /// SHA-256 of the text that they were shown.
    pub text: [u8; 32],
    /// What they agreed to.
    pub scope: Uses,
}

/// A record of consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentRecord {
    /// Its id.
    pub id: ConsentId,
    /// Who; `None` once it is withdrawn or over.
    pub subject: Option<ExternalId>,
    /// When it was given.
    pub given: Moment,
    /// Until when it holds.
    pub expires: Option<Moment>,
    /// SHA-256 of the text.
    pub text: [u8; 32],
    /// What was agreed to.
    pub scope: Uses,
    /// When it was recorded here.
    pub recorded: Moment,
    /// When it was withdrawn, or was over.
    pub ended: Option<Moment>,
    /// The secret by which its entries in the ledger are found.
    pub finder: Finder,
}

/// What a withdrawal did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The record as it is now.
    pub consent: ConsentRecord,
    /// When.
    pub at: Moment,
    /// The faces that were deleted, with the secrets by which they are found in the ledger for ever.
    pub faces: Vec<(FaceId, Finder)>,
    /// How many users were deleted because they had no other face.
    pub users: u64,
}

/// How far the clock of who records a consent may be ahead.
const CLOCKS: Duration = Duration::from_secs(300);
const COLUMNS: &str = "id, subject, given, expires, text, scope, recorded, ended, finder";

impl Gallery {
    /// Records consents, all or none; their records, in the order given.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`]; [`GalleryError::Invalid`] for one that is over already, or too many.
    pub fn record_consents(
        &self,
        collection: &CollectionName,
        consents: Vec<NewConsent>,
    ) -> Result<Vec<ConsentRecord>, GalleryError> {
        if consents.len() > CONSENTS_AT_ONCE {
            let reason = format!("may be at most {CONSENTS_AT_ONCE} at once");
            return Err(GalleryError::Invalid { field: "consents", reason });
        }
        let name = collection.clone();
        self.write(consents.len(), move |unit| {
            let row = CollectionRow::find(unit.connection, &name)?;
            let ids = FaceId::draw(unit.shared.database.context(), consents.len())?;
            let records = consents
                .into_iter()
                .zip(ids)
                .map(|(new, id)| record(unit, &row, &name, new, ConsentId::from_bytes(*id.as_bytes())));
            records.collect()
        })
    }

    /// A record of consent.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::ConsentUnknown`].
    pub fn consent(&self, collection: &CollectionName, id: ConsentId) -> Result<ConsentRecord, GalleryError> {
        let reader = self.shared.database.reader()?;
        let row = CollectionRow::find(&reader, collection)?;
        find(&reader, row.number, id)?.ok_or(GalleryError::ConsentUnknown { id })
    }

    /// Whether a face could be added now: the collection is for that, and consent is there where it is demanded. Asked before a
    /// picture is looked at; adding asks again.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::Denied`].
    pub fn check_enrolment(
        &self,
        collection: &CollectionName,
        named: Option<ConsentId>,
        external_id: Option<&ExternalId>,
    ) -> Result<(), GalleryError> {
        let reader = self.shared.database.reader()?;
        let row = CollectionRow::find(&reader, collection)?;
        let policy = row.policy()?;
        policy.check(&row.name, Use::Enrol)?;
        let now = self.shared.database.context().now();
        covering(&reader, now, &row, &policy, named, external_id, 1).map(drop)
    }

    /// Takes a consent back, with every face that was added under it. One that is withdrawn or over is answered as it is.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::ConsentUnknown`].
    pub fn withdraw_consent(
        &self,
        collection: &CollectionName,
        id: ConsentId,
    ) -> Result<Withdrawal, GalleryError> {
        let name = collection.clone();
        self.write(0, move |unit| withdraw(unit, &name, id))
    }
}

fn record(
    unit: &mut Unit<'_>,
    row: &CollectionRow,
    collection: &CollectionName,
    new: NewConsent,
    id: ConsentId,
) -> Result<ConsentRecord, GalleryError> {
    let NewConsent { subject, given, expires, text, scope } = new;
    if expires.is_some_and(|expires| expires <= unit.now) {
        let reason = "is in the past: the consent is over already".into();
        return Err(GalleryError::Invalid { field: "expires", reason });
    }
    // A client's clock may be a little ahead.
    if given > unit.now.after(CLOCKS) {
        let reason = "is in the future: nobody has consented yet".into();
        return Err(GalleryError::Invalid { field: "given", reason });
    }
    let finder = Finder::draw(unit.shared.database.context())?;
    unit.connection
        .prepare_cached(
            "INSERT INTO consents (collection, id, subject, given, expires, text, scope, recorded, finder)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )
        .and_then(|mut statement| {
            statement.execute((
                row.number,
                id.as_bytes(),
                subject.as_str(),
                given.as_millis(),
                expires.map(Moment::as_millis),
                text,
                scope.to_string(),
                unit.now.as_millis(),
                finder.as_bytes(),
            ))
        })
        .map_err(GalleryError::database("record a consent"))?;
    let record = ConsentRecord {
        id,
        subject: Some(subject),
        given,
        expires,
        text,
        scope,
        recorded: unit.now,
        ended: None,
        finder,
    };
    unit.changed(told(ConsentEvent::Recorded, collection, &record));
    Ok(record)
}

fn withdraw(unit: &mut Unit<'_>, name: &CollectionName, id: ConsentId) -> Result<Withdrawal, GalleryError> {
    let row = CollectionRow::find(unit.connection, name)?;
    let Some(consent) = find(unit.connection, row.number, id)? else {
        return Err(GalleryError::ConsentUnknown { id });
    };
    if let Some(at) = consent.ended {
        return Ok(Withdrawal { consent, at, faces: Vec::new(), users: 0 });
    }
    let under = "f.id IN (SELECT face FROM consented WHERE collection = ?1 AND consent = ?2)";
    let (mut faces, mut users) = (Vec::new(), 0);
    loop {
        // Counted anew after each piece.
        let row = CollectionRow::find(unit.connection, name)?;
        let some = listed(unit.connection, under, row.number, id.as_bytes())?;
        if some.is_empty() {
            break;
        }
        for user in remove_faces(unit, &row, name, &some, DeletionReason::Withdrawal)? {
            // A name without a face is about the same person.
            delete_user(unit, &row, &user)?;
            users += 1;
        }
        faces.extend(some.iter().map(|FaceRow { record, .. }| (record.id, record.finder)));
    }
    unit.connection
        .execute(
            "UPDATE consents SET subject = NULL, ended = ?3 WHERE collection = ?1 AND id = ?2",
            (row.number, id.as_bytes(), unit.now.as_millis()),
        )
        .map_err(GalleryError::database("withdraw a consent"))?;
    let consent = ConsentRecord { subject: None, ended: Some(unit.now), ..consent };
    unit.changed(told(ConsentEvent::Withdrawn, name, &consent));
    Ok(Withdrawal { consent, at: unit.now, faces, users })
}

fn told(event: ConsentEvent, collection: &CollectionName, record: &ConsentRecord) -> Change {
    Change::Consent {
        event,
        collection: collection.clone(),
        consent: Subject { id: record.id.as_bytes().to_vec(), finder: record.finder },
        text: record.text,
        scope: record.scope.clone(),
        expires: record.expires,
    }
}

/// The record that faces are added under: the one that is named, or the newest of the picture's external id. `None` where none is
/// needed and none is named.
pub(crate) fn covering(
    connection: &Connection,
    now: Moment,
    row: &CollectionRow,
    policy: &Policy,
    named: Option<ConsentId>,
    external_id: Option<&ExternalId>,
    faces: usize,
) -> Result<Option<ConsentId>, GalleryError> {
    let missing =
        |reason: String| GalleryError::from(Denial::Consent { collection: row.name.clone(), reason });
    let found = match (named, external_id) {
        (Some(id), _) => {
            let found = find(connection, row.number, id)?;
            Some(found.ok_or_else(|| missing(format!("there is no record {id} in it")))?)
        }
        (None, Some(subject)) if policy.demands_consent() => newest(connection, row.number, subject, now)?,
        (None, _) => None,
    };
    let Some(consent) = found else {
        if policy.demands_consent() {
            return Err(missing(
                "record it with POST /overt/v1/consents, and name it in the header x-overt-consent, or give the \
                 record's subject as ExternalImageId"
                    .into(),
            ));
        }
        return Ok(None);
    };
    if consent.ended.is_some() || consent.expires.is_some_and(|expires| expires <= now) {
        return Err(missing(format!("the record {} is withdrawn or over", consent.id)));
    }
    if let Some(beyond) = policy.uses().beyond(&consent.scope).next() {
        return Err(missing(format!(
            "the record {} is for {}, and the collection may also be used to {beyond}",
            consent.id, consent.scope
        )));
    }
    if faces > 1 {
        return Err(missing(format!(
            "one record is one person's, and {faces} faces were to be added: send a picture of one person, or MaxFaces 1"
        )));
    }
    Ok(Some(consent.id))
}

/// Notes under which consent a face was added.
pub(crate) fn note(
    unit: &Unit<'_>,
    collection: i64,
    face: FaceId,
    consent: ConsentId,
) -> Result<(), GalleryError> {
    unit.connection
        .prepare_cached("INSERT INTO consented (collection, face, consent) VALUES (?1, ?2, ?3)")
        .and_then(|mut statement| statement.execute((collection, face.as_bytes(), consent.as_bytes())))
        .map(drop)
        .map_err(GalleryError::database("note a face's consent"))
}

fn find(
    connection: &Connection,
    collection: i64,
    id: ConsentId,
) -> Result<Option<ConsentRecord>, GalleryError> {
    one(connection, "id = ?2", (collection, id.as_bytes()))
}

fn newest(
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
