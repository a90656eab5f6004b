//! Records of consent: who agreed to what, when, after reading which text.
//!
//! Owns what a record is, and which one a face is added under. The tables are [`rows`]'; what follows when somebody takes a consent back is in `withdrawals.rs`. Refuses to
//! know how somebody was asked: the operator keeps the text, this keeps its hash.
//!
//! # Invariants
//! - Where a collection demands consent, a face is added under a record that is in force and covers every use of the collection, or
//!   not at all (REQUIREMENTS A4).
//! - A record is one person's: a face that is not like those that it has is not added under it.
//! - A face stands under every record that it was enrolled under, also where it was there already: whichever is withdrawn takes it along.

pub(crate) mod rows;

use std::time::Duration;

use rows::{find, insert, newest};
use rusqlite::Connection;

use crate::change::{Change, ConsentEvent, Finder, Subject};
use crate::context::Moment;
use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::ids::{ConsentId, FaceId};
use crate::names::{CollectionName, ExternalId};
use crate::policy::{Denial, Policy, Use, Uses};
use crate::rows::{CollectionRow, label_of};
use crate::user_vector::user_vector;
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

/// Faces of a record that a new one is compared with: the first ones, as one user's. Always the same ones, so that nobody gets in step by step
/// over faces that are a little like each other; and as many as make a user's vector good (docs/accuracy.md).
const COMPARED: usize = 10;
/// How far the clock of who records a consent may be ahead.
const CLOCKS: Duration = Duration::from_secs(300);

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
    /// picture is looked at; adding asks again. Says whether the face would stand under a record of consent, and so be compared with its person.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::Denied`].
    pub fn check_enrolment(
        &self,
        collection: &CollectionName,
        named: Option<ConsentId>,
        external_id: Option<&ExternalId>,
    ) -> Result<bool, GalleryError> {
        let reader = self.shared.database.reader()?;
        let row = CollectionRow::find(&reader, collection)?;
        let policy = row.policy()?;
        policy.check(&row.name, Use::Enrol)?;
        let now = self.shared.database.context().now();
        Ok(covering(&reader, now, &row, &policy, named, external_id, 1)?.is_some())
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
    insert(unit, row.number, &record)?;
    unit.changed(told(ConsentEvent::Recorded, collection, &record));
    Ok(record)
}

/// What the ledger is told of a record.
pub(crate) fn told(event: ConsentEvent, collection: &CollectionName, record: &ConsentRecord) -> Change {
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

/// Labels of the first faces under a record. The join is in that order whatever SQLite thinks of it: in the order of labels it would go through the whole collection.
pub(crate) const FIRST_UNDER: &str = "SELECT f.label FROM consented AS d CROSS JOIN faces AS f ON f.collection = d.collection AND f.id = d.face
     WHERE d.collection = ?1 AND d.consent = ?2 ORDER BY f.label LIMIT ?3";

/// Refuses a face that is not like those that were added under a record before: the record is one person's. In the transaction that adds it, so
/// that of two people who are added at once the second is refused.
pub(crate) fn check_person(
    unit: &mut Unit<'_>,
    row: &CollectionRow,
    consent: ConsentId,
    template: &[f32],
    lowest: f32,
) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("find the faces of a consent");
    let labels: Vec<i64> = unit
        .connection
        .prepare_cached(FIRST_UNDER)
        .and_then(|mut statement| {
            statement
                .query_map((row.number, consent.as_bytes(), COMPARED as i64), |row| row.get(0))?
                .collect()
        })
        .map_err(failed())?;
    if labels.is_empty() {
        return Ok(());
    }
    let there = labels
        .iter()
        .map(|label| unit.vector(row, row.face_store, label_of(*label)))
        .collect::<Result<Vec<_>, _>>()?;
    let person = user_vector(&there.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let score: f64 = person.iter().zip(template).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
    if score >= f64::from(lowest) {
        return Ok(());
    }
    Err(Denial::Person { collection: row.name.clone(), consent, faces: there.len() }.into())
}
