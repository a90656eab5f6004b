//! Access keys: making one for a principal, and the look-up that every request begins with.
//!
//! Owns the rows of keys. Refuses to know how a request proves that it holds a secret.
//!
//! # Invariants
//! - A secret is sealed under the server's key, bound to its id, before it is written.
//! - A key whose end has come, or whose principal was revoked, works no more, whichever process says so. One that a rotation ended at once works no more either when the clock is
//!   set back; one that had a grace does, until its end comes again.

use rusqlite::{Connection, OptionalExtension as _};
use zeroize::Zeroizing;

use super::{IssuedKey, PRINCIPAL_COLUMNS, PrincipalRow, Principals};
use crate::access_key::{AccessKeyId, SecretAccessKey};
use crate::context::Moment;
use crate::error::GalleryError;
use crate::principal::{KeyStatus, Principal, PrincipalName};
use crate::server_key::{Sealed, ServerKey};

/// What is known about the access key a request names.
#[derive(Clone, Debug)]
pub enum KeyLookup {
    /// The key works.
    Active {
        /// To verify the signature with.
        secret: SecretAccessKey,
        /// Whose it is; `keys` holds the one that was looked up.
        principal: Box<Principal>,
    },
    /// No such id.
    Unknown,
    /// The key was rotated and its grace is over, or its principal was revoked.
    Ended {
        /// Whose it was.
        principal: PrincipalName,
        /// Since when it no longer works.
        since: Moment,
    },
}

impl Principals {
    /// Looks up the access key a request names, as of now.
    ///
    /// # Errors
    /// When the database cannot be read or the record does not open. That the key is unknown or ended is an answer,
    /// not an error.
    pub fn look_up(&self, id: &str) -> Result<KeyLookup, GalleryError> {
        let failed = || GalleryError::database("look up an access key");
        let now = self.database.context().now();
        let connection = self.database.reader()?;
        let mut statement = connection
            .prepare_cached(&format!(
                "SELECT k.sealed, k.created AS key_created, k.ends, {PRINCIPAL_COLUMNS}
                 FROM access_keys AS k JOIN principals AS p ON p.id = k.principal WHERE k.id = ?1"
            ))
            .map_err(failed())?;
        let found = statement
            .query_row([id], |row| {
                let key: (Vec<u8>, i64, Option<i64>) =
                    (row.get("sealed")?, row.get("key_created")?, row.get("ends")?);
                Ok((key, PrincipalRow::read(row)?))
            })
            .optional()
            .map_err(failed())?;
        let Some(((sealed, created, ends), row)) = found else { return Ok(KeyLookup::Unknown) };
        let ends = ends.map(Moment::from_millis);
        let status = KeyStatus { id: AccessKeyId::parse(id)?, created: Moment::from_millis(created), ends };
        let principal = row.into_principal(vec![status])?;
        // A revocation counts whatever the clocks of the two processes say, and so does a rotation without a grace; only a grace is a matter of time.
        if let Some(since) = principal.revoked.or(ends.filter(|end| *end <= principal.clock(now))) {
            return Ok(KeyLookup::Ended { principal: principal.name, since });
        }
        let open = |key: &ServerKey, sealed: &[u8]| key.open(Sealed::AccessKeySecret, id, sealed);
        let opened = match open(&self.database.key(), &sealed) {
            Some(secret) => Some(secret),
            None => {
                // Another process may have replaced the server's key, before or after the row was read.
                let sealed: Vec<u8> = connection
                    .query_row("SELECT sealed FROM access_keys WHERE id = ?1", [id], |row| row.get(0))
                    .map_err(failed())?;
                open(&*self.database.key_in(&connection)?, &sealed)
            }
        };
        let secret = opened
            .and_then(|secret| String::from_utf8(secret.to_vec()).ok())
            .map(Zeroizing::new)
            .ok_or_else(|| GalleryError::SecretDamaged { key_id: id.to_owned() })?;
        Ok(KeyLookup::Active { secret: SecretAccessKey::from_text(secret), principal: Box::new(principal) })
    }

    /// Makes a key for a principal.
    pub(super) fn issue(
        &self,
        connection: &Connection,
        principal: i64,
        name: &PrincipalName,
        now: Moment,
    ) -> Result<IssuedKey, GalleryError> {
        let context = self.database.context();
        let id = AccessKeyId::draw(context)?;
        let secret = SecretAccessKey::draw(context)?;
        let key = self.database.key_in(connection)?;
        let sealed = key.seal(context, Sealed::AccessKeySecret, id.as_str(), secret.reveal().as_bytes())?;
        connection
            .execute(
                "INSERT INTO access_keys (id, principal, sealed, created) VALUES (?1, ?2, ?3, ?4)",
                (id.as_str(), principal, sealed, now.as_millis()),
            )
            .map_err(GalleryError::database("record an access key"))?;
        Ok(IssuedKey { principal: name.clone(), id, secret, replaces: Vec::new() })
    }
}

/// The keys of a principal, newest first.
pub(super) fn keys_of(connection: &Connection, principal: i64) -> Result<Vec<KeyStatus>, GalleryError> {
    let failed = || GalleryError::database("list access keys");
    let mut statement = connection
        .prepare_cached(
            "SELECT id, created, ends FROM access_keys WHERE principal = ?1 ORDER BY created DESC, id",
        )
        .map_err(failed())?;
    let rows = statement
        .query_map([principal], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, Option<i64>>(2)?))
        })
        .map_err(failed())?;
    rows.map(|row| {
        let (id, created, ends) = row.map_err(failed())?;
        Ok(KeyStatus {
            id: AccessKeyId::parse(&id)?,
            created: Moment::from_millis(created),
            ends: ends.map(Moment::from_millis),
        })
    })
    .collect()
}
