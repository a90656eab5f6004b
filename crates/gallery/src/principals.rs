//! The table of principals: create, list, rotate, revoke. Their keys, and the look-up that every request begins with, are in `keys.rs`.
//!
//! Owns the rows and their rules over time. Refuses to know how a request proves that it holds a secret.
//!
//! # Invariants
//! - A secret leaves in the clear twice: to whoever created or rotated it, and to the look-up that verifies a
//!   signature with it.
//! - Rows are never deleted: who could use the server, and when, stays answerable.
//! - Revocation is final and takes effect at the next look-up, in every process.

mod keys;

use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Row, TransactionBehavior, named_params};

use crate::access_key::{AccessKeyId, SecretAccessKey};
use crate::change::{KeyTold, PrincipalChange, PrincipalEvent};
use crate::context::Moment;
use crate::database::Database;
use crate::error::GalleryError;
use crate::outbox::post_principal;
use crate::principal::{
    Allowed, KeyStatus, MOST_KEYS, NewPrincipal, Organisation, Principal, PrincipalName, Sector,
};
use crate::recorder::Actor;

pub use keys::KeyLookup;
use keys::keys_of;

/// A new access key, secret included: shown once.
#[derive(Clone, Debug)]
pub struct IssuedKey {
    /// Whose it is.
    pub principal: PrincipalName,
    /// The public half.
    pub id: AccessKeyId,
    /// The secret half.
    pub secret: SecretAccessKey,
    /// Keys it replaces, with the moment each stops working. Empty for a new principal.
    pub replaces: Vec<KeyStatus>,
}

/// A change of what is recorded of a principal; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    /// Who answers for its use.
    pub organisation: Option<Organisation>,
    /// That organisation's sector.
    pub sector: Option<Sector>,
    /// What it may do.
    pub allowed: Option<Allowed>,
}

/// The principals of a database.
#[derive(Clone)]
pub struct Principals {
    database: Arc<Database>,
    actor: Actor,
}

const PRINCIPAL_COLUMNS: &str =
    "p.id AS principal, p.name, p.organisation, p.sector, p.allowed, p.created, p.rotated, p.revoked";

impl Principals {
    /// The principals in `database`.
    #[must_use]
    pub fn new(database: Arc<Database>) -> Self {
        Self { database, actor: Actor::operator("principals") }
    }

    /// The same, changed by somebody else than whoever sits at the command line.
    #[must_use]
    pub fn acting(self, actor: Actor) -> Self {
        Self { actor, ..self }
    }

    /// Records a new principal with its first access key.
    ///
    /// # Errors
    /// [`GalleryError::PrincipalExists`] when the name is taken, also by a revoked principal.
    pub fn create(&self, new: &NewPrincipal) -> Result<IssuedKey, GalleryError> {
        self.create_after(new, |_key| Ok(()))
    }

    /// [`create`](Self::create), recording nothing before `hand_over` has brought the key to whoever will use it: a
    /// process that ends in between leaves a key that nobody knows here, never a principal whose secret is lost.
    ///
    /// # Errors
    /// As [`create`](Self::create), and what `hand_over` fails with; nothing is recorded then.
    pub fn create_after<E: From<GalleryError>>(
        &self,
        new: &NewPrincipal,
        hand_over: impl FnOnce(&IssuedKey) -> Result<(), E>,
    ) -> Result<IssuedKey, E> {
        new.allowed.check_apart()?;
        let failed = || GalleryError::database("record a principal");
        let now = self.database.context().now();
        let mut connection = self.database.writer();
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed())?;
        if find(&transaction, &new.name)?.is_some() {
            return Err(GalleryError::PrincipalExists { name: new.name.to_string() }.into());
        }
        transaction
            .execute(
                "INSERT INTO principals (name, organisation, sector, allowed, created)
                 VALUES (:name, :organisation, :sector, :allowed, :created)",
                named_params! {
                    ":name": new.name.as_str(),
                    ":organisation": new.organisation.as_str(),
                    ":sector": new.sector.name(),
                    ":allowed": new.allowed.words().collect::<Vec<_>>().join("\n"),
                    ":created": now.as_millis(),
                },
            )
            .map_err(failed())?;
        let row = transaction.last_insert_rowid();
        let issued = self.issue(&transaction, row, &new.name, now)?;
        self.tell(&transaction, row, PrincipalEvent::Created, now)?;
        hand_over(&issued)?;
        transaction.commit().map_err(failed())?;
        Ok(issued)
    }

    /// Gives a principal a new access key. Its working keys stop after `grace` (at once when zero), or at the
    /// earlier moment already set for them.
    ///
    /// # Errors
    /// [`GalleryError::PrincipalUnknown`] or [`GalleryError::PrincipalRevoked`].
    pub fn rotate(&self, name: &PrincipalName, grace: Duration) -> Result<IssuedKey, GalleryError> {
        self.rotate_after(name, grace, |_key| true, |_key| Ok(()))
    }

    /// [`rotate`](Self::rotate), recording nothing before `hand_over` has brought the new key to whoever will use it:
    /// until then the old keys are the ones that work. A key that was not `given` to the principal stops at once, whatever the grace.
    ///
    /// # Errors
    /// As [`rotate`](Self::rotate), and what `hand_over` fails with; nothing is recorded then. [`GalleryError::Invalid`] when more than [`MOST_KEYS`] keys would work.
    pub fn rotate_after<E: From<GalleryError>>(
        &self,
        name: &PrincipalName,
        grace: Duration,
        given: impl Fn(&KeyStatus) -> bool,
        hand_over: impl FnOnce(&IssuedKey) -> Result<(), E>,
    ) -> Result<IssuedKey, E> {
        let failed = || GalleryError::database("rotate an access key");
        let now = self.database.context().now();
        let mut connection = self.database.writer();
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed())?;
        let row = find_active(&transaction, name)?;
        for key in keys_of(&transaction, row)? {
            let end = if given(&key) { now.after(grace) } else { now };
            if key.ends.is_some_and(|ends| ends <= end) {
                continue;
            }
            transaction
                .execute(
                    "UPDATE access_keys SET ends = :end WHERE id = :id",
                    named_params! { ":id": key.id.as_str(), ":end": end.as_millis() },
                )
                .map_err(failed())?;
        }
        // Never earlier than the rotation before: what ended then has ended.
        transaction
            .execute(
                "UPDATE principals SET rotated = MAX(COALESCE(rotated, :now), :now) WHERE id = :principal",
                named_params! { ":principal": row, ":now": now.as_millis() },
            )
            .map_err(failed())?;
        let mut replaces = keys_of(&transaction, row)?;
        replaces.retain(|key| key.ends.is_none_or(|ends| ends >= now));
        if replaces.iter().filter(|key| key.ends.is_some_and(|ends| ends > now)).count() >= MOST_KEYS {
            return Err(too_many_keys(name).into());
        }
        let issued = IssuedKey { replaces, ..self.issue(&transaction, row, name, now)? };
        self.tell(&transaction, row, PrincipalEvent::Rotated, now)?;
        hand_over(&issued)?;
        transaction.commit().map_err(failed())?;
        Ok(issued)
    }

    /// Changes what is recorded of a principal, for its next request on. Its keys stay.
    ///
    /// # Errors
    /// [`GalleryError::PrincipalUnknown`] or [`GalleryError::PrincipalRevoked`].
    pub fn describe(&self, name: &PrincipalName, change: &Description) -> Result<(), GalleryError> {
        let Description { organisation, sector, allowed } = change;
        self.change_active("describe a principal", PrincipalEvent::Described, name, |connection, row| {
            connection.execute(
                "UPDATE principals SET organisation = COALESCE(:organisation, organisation),
                    sector = COALESCE(:sector, sector), allowed = COALESCE(:allowed, allowed)
                 WHERE id = :principal",
                named_params! {
                    ":organisation": organisation.as_ref().map(Organisation::as_str),
                    ":sector": sector.map(Sector::name),
                    ":allowed": allowed.as_ref().map(|allowed| allowed.words().collect::<Vec<_>>().join("\n")),
                    ":principal": row,
                },
            )
        })
    }

    /// Ends a principal for good, with every key it has.
    ///
    /// # Errors
    /// [`GalleryError::PrincipalUnknown`] or [`GalleryError::PrincipalRevoked`].
    pub fn revoke(&self, name: &PrincipalName) -> Result<(), GalleryError> {
        let now = self.database.context().now();
        self.change_active("revoke a principal", PrincipalEvent::Revoked, name, |connection, row| {
            connection.execute(
                "UPDATE principals SET revoked = :now WHERE id = :principal",
                named_params! { ":principal": row, ":now": now.as_millis() },
            )
        })
    }

    /// Changes the row of a principal that was not revoked; `doing` is for the error.
    fn change_active(
        &self,
        doing: &'static str,
        event: PrincipalEvent,
        name: &PrincipalName,
        change: impl FnOnce(&Connection, i64) -> rusqlite::Result<usize>,
    ) -> Result<(), GalleryError> {
        let failed = || GalleryError::database(doing);
        let mut connection = self.database.writer();
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed())?;
        let row = find_active(&transaction, name)?;
        change(&transaction, row).map_err(failed())?;
        self.tell(&transaction, row, event, self.database.context().now())?;
        transaction.commit().map_err(failed())
    }

    /// Posts a change for the ledger, which a running server writes: this may be another process.
    fn tell(
        &self,
        connection: &Connection,
        principal: i64,
        event: PrincipalEvent,
        now: Moment,
    ) -> Result<(), GalleryError> {
        let row = connection
            .query_row(
                &format!("SELECT {PRINCIPAL_COLUMNS} FROM principals AS p WHERE p.id = ?1"),
                [principal],
                PrincipalRow::read,
            )
            .map_err(GalleryError::database("read a principal"))?;
        let mut principal = row.into_principal(keys_of(connection, principal)?)?;
        let clock = principal.clock(now);
        // Those that are over need no word: they work no more, whatever is told. More than can work have been written by hand, and are given by no entry.
        principal.keys.retain(|key| key.ends.is_none_or(|ends| ends > clock));
        principal.keys.truncate(MOST_KEYS);
        let change = PrincipalChange {
            event,
            name: principal.name.to_string(),
            organisation: principal.organisation.as_str().to_owned(),
            sector: principal.sector.name().to_owned(),
            allowed: principal.allowed.words().map(ToOwned::to_owned).collect(),
            keys: principal.keys.iter().map(KeyTold::of).collect(),
        };
        post_principal(connection, now, &self.actor, &change)
    }

    /// Has the ledger tell of principals as they are, where an earlier release did without their keys. One that was revoked meanwhile is passed by.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn tell_as_they_are(&self, names: &[PrincipalName]) -> Result<(), GalleryError> {
        let failed = || GalleryError::database("tell of principals as they are");
        let now = self.database.context().now();
        let mut connection = self.database.writer();
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed())?;
        for name in names {
            if let Some((row, None)) = find(&transaction, name)? {
                self.tell(&transaction, row, PrincipalEvent::TakenOver, now)?;
            }
        }
        transaction.commit().map_err(failed())
    }

    /// Every principal there ever was, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn list(&self) -> Result<Vec<Principal>, GalleryError> {
        principals(&*self.database.reader()?)
    }
}

fn too_many_keys(name: &PrincipalName) -> GalleryError {
    GalleryError::Invalid {
        field: "grace",
        reason: format!(
            "would have more than {MOST_KEYS} access keys of {name} work at the same time: without a grace, all but the new one stop"
        ),
    }
}

/// Every principal there ever was, by name.
pub(crate) fn principals(connection: &Connection) -> Result<Vec<Principal>, GalleryError> {
    let failed = || GalleryError::database("list principals");
    let mut statement = connection
        .prepare_cached(&format!("SELECT {PRINCIPAL_COLUMNS} FROM principals AS p ORDER BY p.name"))
        .map_err(failed())?;
    let rows = statement.query_map([], PrincipalRow::read).map_err(failed())?;
    rows.map(|row| {
        let row = row.map_err(failed())?;
        let keys = keys_of(connection, row.id)?;
        row.into_principal(keys)
    })
    .collect()
}

/// The row of a name, and when it was revoked.
fn find(connection: &Connection, name: &PrincipalName) -> Result<Option<(i64, Option<i64>)>, GalleryError> {
    connection
        .query_row("SELECT id, revoked FROM principals WHERE name = ?1", [name.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()
        .map_err(GalleryError::database("find a principal"))
}

fn find_active(connection: &Connection, name: &PrincipalName) -> Result<i64, GalleryError> {
    match find(connection, name)? {
        None => Err(GalleryError::PrincipalUnknown { name: name.to_string() }),
        Some((_, Some(_))) => Err(GalleryError::PrincipalRevoked { name: name.to_string() }),
        Some((row, None)) => Ok(row),
    }
}

/// A principal's row before its words were understood.
struct PrincipalRow {
    id: i64,
    name: String,
    organisation: String,
    sector: String,
    allowed: String,
    created: i64,
    rotated: Option<i64>,
    revoked: Option<i64>,
}

impl PrincipalRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("principal")?,
            name: row.get("name")?,
            organisation: row.get("organisation")?,
            sector: row.get("sector")?,
            allowed: row.get("allowed")?,
            created: row.get("created")?,
            rotated: row.get("rotated")?,
            revoked: row.get("revoked")?,
        })
    }

    fn into_principal(self, keys: Vec<KeyStatus>) -> Result<Principal, GalleryError> {
        let damaged = |error: GalleryError| GalleryError::RecordDamaged {
            what: format!("principal {}", self.name.escape_debug()),
            reason: error.to_string(),
        };
        Ok(Principal {
            name: self.name.parse().map_err(damaged)?,
            organisation: self.organisation.parse().map_err(damaged)?,
            sector: self.sector.parse().map_err(damaged)?,
            allowed: Allowed::from_words(self.allowed.lines()).map_err(damaged)?,
            created: Moment::from_millis(self.created),
            rotated: self.rotated.map(Moment::from_millis),
            revoked: self.revoked.map(Moment::from_millis),
            keys,
        })
    }
}

#[cfg(test)]
mod tests;
