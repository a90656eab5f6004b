//! The outbox: what was done beside the gallery's writer, on its way to the ledger.
//!
//! Owns the table, and what is put into it by whoever does not have the ledger: a command beside a running server, or one that does not open it. What is posted is durable
//! before its outcome is visible; the server moves it into the ledger within seconds, or whoever opens the ledger next.
//!
//! # Invariants
//! - Everything that was posted is told once it is committed that it no longer waits; a process that dies between the two tells it once more, with the same request id.
//! - A change that is only wished for (an override) is made by the writer, after the ledger tells of it, and not before.
//! - What waits holds the finders of people whom it is about, for as long as it waits.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _};
use serde::{Deserialize, Serialize};

use crate::change::{Change, Finder, PrincipalChange, Subject};
use crate::context::{Context, Moment};
use crate::database::{BUSY, Database};
use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::manifest::DATABASE;
use crate::names::CollectionName;
use crate::overrides::{NewOverride, OverrideEvent, end, grant};
use crate::recorder::{Acting, Actor, Event};
use crate::writer::Unit;

/// How many are taken out at a time.
const BATCH: i64 = 100;

/// Something that waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Posted {
    /// The only thing that releases before this one posted.
    Principal(PrincipalChange),
    Other(Other),
}

/// What else can be posted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
enum Other {
    Snapshot { collections: u64, faces: u64 },
    ServerKeyReplaced { access_keys: u64, collections: u64 },
    SubjectAccess { collection: String, subjects: Vec<(Vec<u8>, [u8; 16])>, entries: u64 },
    GrantOverride { collection: String, lowest: u32, reason: String, allowed_by: String, seconds: u64 },
    EndOverride { collection: String, id: String, by: String },
}

impl Database {
    /// Has the ledger tell that somebody was given everything that it has about a person.
    ///
    /// # Errors
    /// When it cannot be posted: nothing may be handed over then.
    pub fn post_subject_access(
        &self,
        actor: &Actor,
        collection: &CollectionName,
        subjects: &[Subject],
        entries: u64,
    ) -> Result<(), GalleryError> {
        let subjects = subjects.iter().map(|one| (one.id.clone(), *one.finder.as_bytes())).collect();
        self.post_other(actor, Other::SubjectAccess { collection: collection.to_string(), subjects, entries })
    }

    /// Asks the writer, wherever it is, to allow searches of a collection below its floor. In force once the ledger tells of it.
    ///
    /// # Errors
    /// [`GalleryError::Invalid`] for a value beyond its limits; when it cannot be posted.
    pub fn post_override(
        &self,
        actor: &Actor,
        collection: &CollectionName,
        new: &NewOverride,
    ) -> Result<(), GalleryError> {
        new.check()?;
        let NewOverride { lowest, reason, allowed_by, lasts } = new.clone();
        let (collection, seconds) = (collection.to_string(), lasts.as_secs());
        self.post_other(actor, Other::GrantOverride { collection, lowest, reason, allowed_by, seconds })
    }

    /// Asks the writer to end an override.
    ///
    /// # Errors
    /// When it cannot be posted.
    pub fn post_override_end(
        &self,
        actor: &Actor,
        collection: &CollectionName,
        id: &str,
        by: &str,
    ) -> Result<(), GalleryError> {
        let (collection, id, by) = (collection.to_string(), id.to_owned(), by.to_owned());
        self.post_other(actor, Other::EndOverride { collection, id, by })
    }

    /// Changes to principals that wait to be told, in their order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn posted_principals(&self) -> Result<Vec<PrincipalChange>, GalleryError> {
        let failed = || GalleryError::database("read what waits for the ledger");
        let reader = self.reader()?;
        let posted: Vec<String> = reader
            .prepare_cached("SELECT change FROM outbox ORDER BY number")
            .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
            .map_err(failed())?;
        // What cannot be read is no change to a principal that anybody knows of: whoever moves it into the ledger will say so.
        let read = posted.iter().filter_map(|text| serde_json::from_str(text).ok());
        Ok(read
            .filter_map(|posted| match posted {
                Posted::Principal(change) => Some(change),
                Posted::Other(_) => None,
            })
            .collect())
    }

    fn post_other(&self, actor: &Actor, other: Other) -> Result<(), GalleryError> {
        let now = self.context().now();
        insert(&self.writer(), now, actor, &Posted::Other(other))
    }
}

/// Posts a change to a principal, in the transaction that makes it.
pub(crate) fn post_principal(
    connection: &Connection,
    at: Moment,
    actor: &Actor,
    change: &PrincipalChange,
) -> Result<(), GalleryError> {
    insert(connection, at, actor, &Posted::Principal(change.clone()))
}

/// Posts that the server's key was replaced, in the transaction that does it.
pub(crate) fn post_key_replaced(
    connection: &Connection,
    context: &Context,
    access_keys: u64,
    collections: u64,
) -> Result<(), GalleryError> {
    let actor = Actor::command("rotate-key", context)?;
    insert(
        connection,
        context.now(),
        &actor,
        &Posted::Other(Other::ServerKeyReplaced { access_keys, collections }),
    )
}

/// Posts that a snapshot of the data folder `data` was taken, without the server's key, which a snapshot can do without. Records of releases that had no
/// ledger have no outbox either.
pub(crate) fn post_snapshot(
    context: &Context,
    data: &Path,
    collections: u64,
    faces: u64,
) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("note a snapshot for the ledger");
    let connection = Connection::open(data.join(DATABASE)).map_err(failed())?;
    connection.busy_timeout(BUSY).map_err(failed())?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(failed())?;
    let there = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'outbox'";
    if connection.query_row(there, [], |_| Ok(())).optional().map_err(failed())?.is_none() {
        return Ok(());
    }
    let actor = Actor::command("snapshot", context)?;
    insert(&connection, context.now(), &actor, &Posted::Other(Other::Snapshot { collections, faces }))
}

fn insert(connection: &Connection, at: Moment, actor: &Actor, posted: &Posted) -> Result<(), GalleryError> {
    let text = |value: serde_json::Result<String>| {
        value.map_err(|error| GalleryError::RecordDamaged {
            what: "what is posted".into(),
            reason: error.to_string(),
        })
    };
    let (actor, posted) = (text(serde_json::to_string(actor))?, text(serde_json::to_string(posted))?);
    connection
        .execute(
            "INSERT INTO outbox (at, actor, change) VALUES (?1, ?2, ?3)",
            (at.as_millis(), actor, posted),
        )
        .map(drop)
        .map_err(GalleryError::database("note a change for the ledger"))
}

impl Gallery {
    /// Tells the ledger what was done beside this gallery's writer, and makes what was wished for. Returns how much that was.
    ///
    /// # Errors
    /// When the ledger or the database refuses: it is told the next time.
    pub fn record_outbox(&self) -> Result<u64, GalleryError> {
        let mut told = 0;
        loop {
            let empty = self
                .shared
                .database
                .reader()?
                .query_row("SELECT NOT EXISTS (SELECT 1 FROM outbox)", [], |row| row.get(0))
                .map_err(GalleryError::database("look for changes to record"))?;
            if empty {
                return Ok(told);
            }
            told += self.write(0, take)?;
        }
    }
}

fn take(unit: &mut Unit<'_>) -> Result<u64, GalleryError> {
    let failed = || GalleryError::database("record posted changes");
    let waiting: Vec<(i64, i64, String, String)> = unit
        .connection
        .prepare_cached("SELECT number, at, actor, change FROM outbox ORDER BY number LIMIT ?1")
        .and_then(|mut statement| {
            statement
                .query_map([BATCH], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
                .collect()
        })
        .map_err(failed())?;
    for (number, at, actor, posted) in &waiting {
        let damaged = |error: serde_json::Error| GalleryError::RecordDamaged {
            what: format!("posted change {number}"),
            reason: error.to_string(),
        };
        let acting = Arc::new(Acting::new(serde_json::from_str(actor).map_err(damaged)?));
        let posted: Posted = serde_json::from_str(posted).map_err(damaged)?;
        if let Some(change) = change(unit, posted)? {
            unit.events.push(Event { acting, at: Moment::from_millis(*at), change });
        }
        unit.connection.execute("DELETE FROM outbox WHERE number = ?1", [number]).map_err(failed())?;
    }
    Ok(waiting.len() as u64)
}

/// What the ledger is told; `None` for a wish that cannot be fulfilled any more: its collection is gone, or it is fulfilled already.
fn change(unit: &mut Unit<'_>, posted: Posted) -> Result<Option<Change>, GalleryError> {
    let fulfilled = match posted {
        Posted::Principal(change) => return Ok(Some(Change::Principal(change))),
        Posted::Other(Other::Snapshot { collections, faces }) => {
            return Ok(Some(Change::Snapshot { collections, faces }));
        }
        Posted::Other(Other::ServerKeyReplaced { access_keys, collections }) => {
            return Ok(Some(Change::ServerKeyReplaced { access_keys, collections }));
        }
        Posted::Other(Other::SubjectAccess { collection, subjects, entries }) => {
            let subjects = subjects
                .into_iter()
                .map(|(id, finder)| Subject { id, finder: Finder::from_bytes(finder) })
                .collect();
            return Ok(Some(Change::SubjectAccess { collection: collection.parse()?, subjects, entries }));
        }
        Posted::Other(Other::GrantOverride { collection, lowest, reason, allowed_by, seconds }) => {
            let new = NewOverride { lowest, reason, allowed_by, lasts: Duration::from_secs(seconds) };
            let granted = grant(unit, &collection.parse()?, new);
            granted.map(|of| Some(Change::Override { event: OverrideEvent::Granted, of }))
        }
        Posted::Other(Other::EndOverride { collection, id, by }) => {
            let ended = end(unit, &collection.parse()?, &id, &by);
            ended
                .map(|ended| ended.1.then_some(Change::Override { event: OverrideEvent::Ended, of: ended.0 }))
        }
    };
    match fulfilled {
        Err(GalleryError::CollectionUnknown { .. } | GalleryError::Invalid { .. }) => Ok(None),
        other => other,
    }
}
