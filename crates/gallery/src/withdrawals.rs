//! Withdrawals: somebody takes a consent back, and nothing finds them any more.
//!
//! Owns what is deleted with a record, in which collections, and the list of records that were taken back. Refuses to know how that is
//! confirmed.
//!
//! # Invariants
//! - A withdrawal deletes every face that stands under the record, whatever other records it stands under too, in every collection that has
//!   it, out of users' vectors too, and the word for the person, in one transaction (REQUIREMENTS A5). The record's own id, times and hash
//!   stay: they say that there was consent, and nothing of whose.
//! - A record that was taken back stays so: a copy that a file brings afterwards is taken back before its collection has a name.
//! - A record that is over by itself can be taken back too: a newer record may keep its faces, here or in a file.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _};

use crate::change::{ConsentEvent, DeletionReason, Finder};
use crate::consents::rows::{faces_under, find};
use crate::consents::{ConsentRecord, told};
use crate::context::Moment;
use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::ids::{ConsentId, FaceId};
use crate::names::CollectionName;
use crate::recorder::Acting;
use crate::retention::{PIECE, remove_faces};
use crate::rows::{CollectionRow, FaceRow};
use crate::users::delete_user;
use crate::writer::Unit;

/// What a withdrawal did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The record as it is now.
    pub consent: ConsentRecord,
    /// When.
    pub at: Moment,
    /// The ledger's number for it, when it was made before. That of one that is made now, whoever made it learns from the ledger.
    pub entry: Option<u64>,
    /// What was deleted, the collection that was named first: other collections have the record when they were loaded from a file.
    pub reached: Vec<Reached>,
    /// How many users were deleted because they had no other face.
    pub users: u64,
}

/// What a withdrawal deleted in a collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Which.
    pub collection: CollectionName,
    /// The faces that were deleted, with the secrets by which they are found in the ledger for ever.
    pub faces: Vec<(FaceId, Finder)>,
}

/// Of a row of `consents`: it was taken back, by a withdrawal that the ledger tells of or by one of releases before it was noted which. One that was over by itself is
/// in the list too, and was not.
pub(crate) const TAKEN_BACK: &str = "EXISTS (SELECT 1 FROM withdrawals AS w WHERE w.id = consents.id
    AND (w.entry IS NOT NULL OR consents.expires IS NULL OR w.at < consents.expires))";

/// A withdrawal whose entry's number is not known before the commit.
pub(crate) struct Unnumbered {
    id: ConsentId,
    acting: Arc<Acting>,
}

impl Gallery {
    /// Takes a consent back, with every face that was added under it, in whichever collection. One that was taken back before is answered as it
    /// is.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::ConsentUnknown`].
    pub fn withdraw_consent(
        &self,
        collection: &CollectionName,
        id: ConsentId,
    ) -> Result<Withdrawal, GalleryError> {
        let name = collection.clone();
        self.write(0, move |unit| withdraw(unit, &name, id, None))
    }

    /// The same for one that the ledger tells of and that a snapshot brought back: it is as it was withdrawn then, by that entry.
    ///
    /// # Errors
    /// As [`withdraw_consent`](Self::withdraw_consent).
    pub fn withdraw_consent_again(
        &self,
        collection: &CollectionName,
        id: ConsentId,
        at: Moment,
        entry: u64,
    ) -> Result<Withdrawal, GalleryError> {
        let name = collection.clone();
        self.write(0, move |unit| withdraw(unit, &name, id, Some((at, entry))))
    }
}

/// `told`: when it was withdrawn and by which entry, where that was before.
fn withdraw(
    unit: &mut Unit<'_>,
    name: &CollectionName,
    id: ConsentId,
    told: Option<(Moment, u64)>,
) -> Result<Withdrawal, GalleryError> {
    let row = CollectionRow::find(unit.connection, name)?;
    let Some(consent) = find(unit.connection, row.number, id)? else {
        return Err(GalleryError::ConsentUnknown { id });
    };
    // Taken back, and no face came back under it.
    let done = unit
        .connection
        .prepare_cached(&format!(
            "SELECT 1 FROM consents WHERE collection = ?1 AND id = ?2 AND {TAKEN_BACK}
             AND NOT EXISTS (SELECT 1 FROM consented WHERE collection = ?1 AND consent = ?2)"
        ))
        .and_then(|mut statement| statement.exists((row.number, id.as_bytes())))
        .map_err(GalleryError::database("find out whether a consent was withdrawn"))?;
    let (mut reached, mut users) = (Vec::new(), 0);
    // The named one last, so that the last entry is its own.
    let others = bearers(unit.connection, id)?.into_iter().filter(|other| other != name);
    for collection in others.collect::<Vec<_>>() {
        let (faces, gone) = take_back(unit, &collection, id, told)?;
        users += gone;
        reached.push(Reached { collection, faces });
    }
    if let Some(at) = consent.ended.filter(|_| done) {
        let entry = entry_of(unit.connection, id)?;
        return Ok(Withdrawal { consent, at, entry, reached, users });
    }
    let (faces, gone) = take_back(unit, name, id, told)?;
    reached.insert(0, Reached { collection: name.clone(), faces });
    let at = told.map_or(unit.now, |(at, _)| at);
    let entry = told.map(|(_, entry)| entry);
    match entry {
        Some(entry) => set_entry(unit.connection, id, Some(entry))?,
        None => unit.withdrawn.push(Unnumbered { id, acting: Arc::clone(unit.acting) }),
    }
    let consent = ConsentRecord { subject: None, ended: Some(at), ..consent };
    Ok(Withdrawal { consent, at, entry, reached, users: users + gone })
}

/// Collections with a record of that id that is in force, or has faces. One that is being loaded has no name yet: it is looked at when it gets it.
fn bearers(connection: &Connection, id: ConsentId) -> Result<Vec<CollectionName>, GalleryError> {
    let failed = || GalleryError::database("find the copies of a consent");
    let names: Vec<String> = connection
        .prepare_cached(
            "SELECT c.name FROM consents AS r JOIN collections AS c ON c.number = r.collection
             WHERE r.id = ?1 AND (r.ended IS NULL OR EXISTS (
                 SELECT 1 FROM consented AS d WHERE d.collection = r.collection AND d.consent = r.id
             )) AND (c.name < ':' OR c.name >= ';') ORDER BY c.number",
        )
        .and_then(|mut statement| statement.query_map([id.as_bytes()], |row| row.get(0))?.collect())
        .map_err(failed())?;
    names.iter().map(|name| name.parse()).collect()
}

/// Takes a record of one collection back: its faces, with their secrets, and how many users had no other face.
fn take_back(
    unit: &mut Unit<'_>,
    name: &CollectionName,
    id: ConsentId,
    then: Option<(Moment, u64)>,
) -> Result<(Vec<(FaceId, Finder)>, u64), GalleryError> {
    let at = then.map_or(unit.now, |(at, _)| at);
    let row = CollectionRow::find(unit.connection, name)?;
    let Some(consent) = find(unit.connection, row.number, id)? else {
        return Err(GalleryError::ConsentUnknown { id });
    };
    let (mut faces, mut users, mut last) = (Vec::new(), 0, None);
    loop {
        // Counted anew after each piece.
        let row = CollectionRow::find(unit.connection, name)?;
        let ids = faces_under(unit.connection, row.number, id, last, PIECE)?;
        let Some(&next) = ids.last() else { break };
        last = Some(next);
        let mut some = Vec::with_capacity(ids.len());
        for face in ids {
            some.extend(FaceRow::find(unit.connection, row.number, face)?);
        }
        // As deletions go through the tables.
        some.sort_unstable_by_key(|face| face.label);
        for user in remove_faces(unit, &row, name, &some, DeletionReason::Withdrawal)? {
            // A name without a face is about the same person.
            delete_user(unit, &row, &user)?;
            users += 1;
        }
        faces.extend(some.iter().map(|FaceRow { record, .. }| (record.id, record.finder)));
    }
    let failed = || GalleryError::database("withdraw a consent");
    let now = at.as_millis();
    unit.connection
        .execute(
            "UPDATE consents SET subject = NULL, ended = ?3 WHERE collection = ?1 AND id = ?2",
            (row.number, id.as_bytes(), now),
        )
        .map_err(failed())?;
    note_end(unit.connection, id, at)?;
    let consent = ConsentRecord { subject: None, ended: Some(at), ..consent };
    unit.changed(told(ConsentEvent::Withdrawn, name, &consent));
    Ok((faces, users))
}

/// Takes back what a loaded collection holds under records that were taken back before; how many faces that were. A record that was over by itself is not taken
/// back: the faces that stand under it alone go as others do whose records are over, and those that stand under a newer one stay.
pub(crate) fn take_back_again(unit: &mut Unit<'_>, name: &CollectionName) -> Result<u64, GalleryError> {
    let row = CollectionRow::find(unit.connection, name)?;
    let known: Vec<[u8; 16]> = unit
        .connection
        .prepare_cached(&format!("SELECT id FROM consents WHERE collection = ?1 AND {TAKEN_BACK}"))
        .and_then(|mut statement| statement.query_map([row.number], |row| row.get(0))?.collect())
        .map_err(GalleryError::database("find consents that were withdrawn before"))?;
    let mut gone = 0;
    for id in known {
        gone += take_back(unit, name, ConsentId::from_bytes(id), None)?.0.len() as u64;
    }
    Ok(gone)
}

/// Notes that a record was taken back, or is over, in the list that outlives its collection; whichever was first stays.
pub(crate) fn note_end(connection: &Connection, id: ConsentId, at: Moment) -> Result<(), GalleryError> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO withdrawals (id, at) VALUES (?1, ?2)")
        .and_then(|mut statement| statement.execute((id.as_bytes(), at.as_millis())))
        .map(drop)
        .map_err(GalleryError::database("note the end of a consent"))
}

/// The ledger's number for a withdrawal.
fn entry_of(connection: &Connection, id: ConsentId) -> Result<Option<u64>, GalleryError> {
    let found: Option<Option<i64>> = connection
        .prepare_cached("SELECT entry FROM withdrawals WHERE id = ?1")
        .and_then(|mut statement| statement.query_row([id.as_bytes()], |row| row.get(0)).optional())
        .map_err(GalleryError::database("find a withdrawal"))?;
    Ok(found.flatten().and_then(|entry| u64::try_from(entry).ok()))
}

/// Notes the entries' numbers, in the transaction that makes the withdrawals.
pub(crate) fn number(connection: &Connection, withdrawn: &[Unnumbered]) -> Result<(), GalleryError> {
    for Unnumbered { id, acting } in withdrawn {
        set_entry(connection, *id, acting.entry())?;
    }
    Ok(())
}

fn set_entry(connection: &Connection, id: ConsentId, entry: Option<u64>) -> Result<(), GalleryError> {
    let entry = entry.and_then(|entry| i64::try_from(entry).ok());
    connection
        .prepare_cached("UPDATE withdrawals SET entry = ?2 WHERE id = ?1")
        .and_then(|mut statement| statement.execute((id.as_bytes(), entry)))
        .map(drop)
        .map_err(GalleryError::database("note the entry of a withdrawal"))
}
