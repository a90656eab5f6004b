//! The way from changes to a ledger.
//!
//! Owns who acts, and the promise that holds records and ledger together. Refuses to know what a ledger is: whoever opens a gallery
//! hands it a [`Recorder`].
//!
//! # Invariants
//! - A change is recorded, durably, before its commit. When it cannot be recorded, it is not made.
//! - The commit says up to which entry everything that was recorded has been made ([`Database::recorded`]). An entry
//!   about a change beyond that is about one that was not: the recorder finds those when it is opened, and says so in the ledger.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use rusqlite::{Connection, OptionalExtension as _};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::change::{Change, PrincipalChange};
use crate::context::Moment;
use crate::database::Database;
use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::writer::Unit;

/// Setting: the number after the last entry whose change is committed, eight bytes, little-endian.
const RECORDED: &str = "ledger-recorded";
/// Changes that are taken out of the outbox at a time.
const OUTBOX_BATCH: i64 = 100;
/// [`Acting::entry`] before there is one.
const NONE: u64 = u64::MAX;

/// Somebody who does something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "kebab-case")]
pub enum Who {
    /// A principal, by a signed request.
    Principal {
        /// Its name.
        name: String,
        /// Who answers for its use.
        organisation: String,
        /// That organisation's sector.
        sector: String,
    },
    /// Whoever may work on the server's files, by its command line.
    Operator,
    /// The server by itself.
    Server,
}

/// On whose behalf something is done, and by which request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Who.
    pub who: Who,
    /// What was asked for: an operation of the API, a command, or a task of the server's.
    pub operation: String,
    /// The request's id; nil without one.
    pub request: Uuid,
    /// What the caller calls the case, if it does.
    pub case: Option<String>,
}

impl Actor {
    /// The server, at a task of its own.
    #[must_use]
    pub fn server(task: &str) -> Self {
        Self { who: Who::Server, operation: task.to_owned(), request: Uuid::nil(), case: None }
    }

    /// Whoever sits at the command line.
    #[must_use]
    pub fn operator(command: &str) -> Self {
        Self { who: Who::Operator, operation: command.to_owned(), request: Uuid::nil(), case: None }
    }
}

/// Somebody at work: the actor, and what the ledger said of what was done.
#[derive(Debug)]
pub struct Acting {
    /// Who and what for.
    pub actor: Actor,
    entry: AtomicU64,
    salt: OnceLock<[u8; 32]>,
}

impl Acting {
    /// Nothing was recorded yet.
    #[must_use]
    pub fn new(actor: Actor) -> Self {
        Self { actor, entry: AtomicU64::new(NONE), salt: OnceLock::new() }
    }

    /// The number of the last entry about what was done.
    #[must_use]
    pub fn entry(&self) -> Option<u64> {
        Some(self.entry.load(Ordering::Acquire)).filter(|number| *number != NONE)
    }

    /// The salt of the commitment to the picture that was added, for whoever sent it: the ledger keeps it nowhere.
    #[must_use]
    pub fn salt(&self) -> Option<&[u8; 32]> {
        self.salt.get()
    }

    /// Notes the salt of the picture's commitment. The first one stays.
    pub fn salted(&self, salt: [u8; 32]) {
        self.salt.get_or_init(|| salt);
    }

    /// Notes the number of an entry.
    pub fn recorded(&self, number: u64) {
        self.entry.store(number, Ordering::Release);
    }
}

/// A change that is about to be made.
#[derive(Clone, Debug)]
pub struct Event {
    /// By whom.
    pub acting: Arc<Acting>,
    /// When.
    pub at: Moment,
    /// What.
    pub change: Change,
}

/// Why a change could not be recorded.
pub type RecordingError = Box<dyn std::error::Error + Send + Sync>;

/// Something that keeps account of changes.
pub trait Recorder: Send + Sync {
    /// Makes entries of the events durable, in their order, and notes each event's number with its [`Acting`]. Returns the
    /// numbers that they got, which may be more than there are events, and have others' entries between them.
    ///
    /// # Errors
    /// When nothing was recorded.
    fn record(&self, events: &[Event]) -> Result<Range<u64>, RecordingError>;

    /// Says of the changes among these entries that they were not made after all.
    ///
    /// # Errors
    /// When that could not be said.
    fn take_back(&self, entries: Range<u64>) -> Result<(), RecordingError>;
}

/// No ledger: for measuring what one costs, and for tests of everything else.
#[derive(Clone, Copy, Debug)]
pub struct Unrecorded;

impl Recorder for Unrecorded {
    fn record(&self, _: &[Event]) -> Result<Range<u64>, RecordingError> {
        Ok(0..0)
    }

    fn take_back(&self, _: Range<u64>) -> Result<(), RecordingError> {
        Ok(())
    }
}

impl Database {
    /// The number after the last ledger entry whose change is committed; 0 before the first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn recorded(&self) -> Result<u64, GalleryError> {
        recorded(&*self.reader()?)
    }

    /// Forgets which entries are known, for a ledger that begins anew because the one before was lost.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn forget_recorded(&self) -> Result<(), GalleryError> {
        mark_recorded(&self.writer(), 0)
    }
}

/// The number after the last ledger entry whose change is in what a connection sees.
pub(crate) fn recorded(connection: &Connection) -> Result<u64, GalleryError> {
    let found: Option<[u8; 8]> = connection
        .query_row("SELECT value FROM settings WHERE name = ?1", [RECORDED], |row| row.get(0))
        .optional()
        .map_err(GalleryError::database("read what was recorded"))?;
    Ok(found.map_or(0, u64::from_le_bytes))
}

/// Says in a transaction that everything before entry `end` is made by it.
pub(crate) fn mark_recorded(connection: &Connection, end: u64) -> Result<(), GalleryError> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)")
        .and_then(|mut statement| statement.execute((RECORDED, end.to_le_bytes())))
        .map(drop)
        .map_err(GalleryError::database("note what was recorded"))
}

/// Puts a change to a principal where the gallery's writer finds it: beside a running server, the ledger is the server's.
pub(crate) fn post(
    connection: &Connection,
    at: Moment,
    actor: &Actor,
    change: &PrincipalChange,
) -> Result<(), GalleryError> {
    let text = |value: serde_json::Result<String>| {
        value.map_err(|error| GalleryError::RecordDamaged {
            what: "an actor".into(),
            reason: error.to_string(),
        })
    };
    let (actor, change) = (text(serde_json::to_string(actor))?, text(serde_json::to_string(change))?);
    connection
        .execute(
            "INSERT INTO outbox (at, actor, change) VALUES (?1, ?2, ?3)",
            (at.as_millis(), actor, change),
        )
        .map(drop)
        .map_err(GalleryError::database("note a change for the ledger"))
}

impl Gallery {
    /// Tells the ledger what was changed beside this gallery's writer. Returns how many changes those were.
    ///
    /// # Errors
    /// When the ledger or the database refuses: they are told the next time.
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
            told += self.write(0, take_posted)?;
        }
    }

    /// Records something that changes no row: an export.
    ///
    /// # Errors
    /// When the ledger refuses.
    pub fn record(&self, change: Change) -> Result<(), GalleryError> {
        self.write(0, move |unit| {
            unit.changed(change);
            Ok(())
        })
    }
}

fn take_posted(unit: &mut Unit<'_>) -> Result<u64, GalleryError> {
    let failed = || GalleryError::database("record posted changes");
    let posted: Vec<(i64, i64, String, String)> = unit
        .connection
        .prepare_cached("SELECT number, at, actor, change FROM outbox ORDER BY number LIMIT ?1")
        .and_then(|mut statement| {
            statement
                .query_map([OUTBOX_BATCH], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
                .collect()
        })
        .map_err(failed())?;
    for (number, at, actor, change) in &posted {
        let damaged = |error: serde_json::Error| GalleryError::RecordDamaged {
            what: format!("posted change {number}"),
            reason: error.to_string(),
        };
        let acting = Arc::new(Acting::new(serde_json::from_str(actor).map_err(damaged)?));
        let change = Change::Principal(serde_json::from_str(change).map_err(damaged)?);
        unit.events.push(Event { acting, at: Moment::from_millis(*at), change });
        unit.connection.execute("DELETE FROM outbox WHERE number = ?1", [number]).map_err(failed())?;
    }
    Ok(posted.len() as u64)
}
