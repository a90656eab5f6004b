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

use crate::change::Change;
use crate::context::{Context, Moment};
use crate::database::Database;
use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::restored::mark_name;

/// Setting: the number after the last entry whose change is committed, eight bytes, little-endian.
const RECORDED: &str = "ledger-recorded";
/// Setting: what is known of the ledger itself, in the words of whoever keeps it.
const KNOWN: &str = "ledger-known";
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
        /// A digest of the access key that signed it, [`AccessKeyId::digest`](crate::AccessKeyId::digest). Releases before this member told of none.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        key: Option<String>,
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

    /// The same, with an id of its own: for what may be told twice, so that the two can be told for one.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn command(command: &str, context: &Context) -> Result<Self, GalleryError> {
        let request = uuid::Builder::from_random_bytes(context.random::<16>()?).into_uuid();
        Ok(Self { request, ..Self::operator(command) })
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
}

/// As [`Database::recorded`], of any connection.
pub(crate) fn recorded(connection: &Connection) -> Result<u64, GalleryError> {
    let found: Option<[u8; 8]> = connection
        .query_row("SELECT value FROM settings WHERE name = ?1", [RECORDED], |row| row.get(0))
        .optional()
        .map_err(GalleryError::database("read what was recorded"))?;
    Ok(found.map_or(0, u64::from_le_bytes))
}

impl Database {
    /// Notes that every change that entries before `end` tell of is made, or said not to be: for whoever has the ledger open and nothing under way.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn all_made(&self, end: u64) -> Result<(), GalleryError> {
        if self.recorded()? < end { mark_recorded(&self.writer(), end) } else { Ok(()) }
    }

    /// What is known of the ledger, as [`remember_ledger`](Self::remember_ledger) was told.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn known_ledger(&self) -> Result<Option<String>, GalleryError> {
        self.reader()?
            .query_row("SELECT value FROM settings WHERE name = ?1", [KNOWN], |row| row.get::<_, Vec<u8>>(0))
            .optional()
            .map(|found| found.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
            .map_err(GalleryError::database("read what is known of the ledger"))
    }

    /// Keeps what is known of the ledger, so that another one is noticed at the next opening. One small commit.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn remember_ledger(&self, known: &str) -> Result<(), GalleryError> {
        remember(&self.writer(), known)
    }

    /// Forgets the ledger and which of its entries are known, for one that begins anew because the one before was lost. What that one told of after a snapshot
    /// that was restored cannot be made again any more.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn forget_ledger(&self) -> Result<(), GalleryError> {
        self.writer()
            .execute("DELETE FROM settings WHERE name IN (?1, ?2, ?3)", (RECORDED, KNOWN, mark_name()))
            .map(drop)
            .map_err(GalleryError::database("forget a ledger"))
    }
}

impl Database {
    /// Says of records out of a snapshot that their ledger was begun anew since: none of its entries is theirs.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn belong_to_lost_ledger(&self) -> Result<(), GalleryError> {
        let failed = || GalleryError::database("note that a ledger was begun anew");
        let mut writer = self.writer();
        let transaction = writer.transaction().map_err(failed())?;
        transaction
            .execute("DELETE FROM settings WHERE name IN (?1, ?2)", (RECORDED, KNOWN))
            .map_err(failed())?;
        transaction
            .execute("UPDATE settings SET value = ?2 WHERE name = ?1", (mark_name(), 0_u64.to_le_bytes()))
            .map_err(failed())?;
        transaction.commit().map_err(failed())
    }
}

fn remember(connection: &Connection, known: &str) -> Result<(), GalleryError> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)")
        .and_then(|mut statement| statement.execute((KNOWN, known.as_bytes())))
        .map(drop)
        .map_err(GalleryError::database("note what is known of the ledger"))
}

/// Says in a transaction that everything before entry `end` is made by it.
pub(crate) fn mark_recorded(connection: &Connection, end: u64) -> Result<(), GalleryError> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)")
        .and_then(|mut statement| statement.execute((RECORDED, end.to_le_bytes())))
        .map(drop)
        .map_err(GalleryError::database("note what was recorded"))
}

impl Gallery {
    /// As [`Database::remember_ledger`], with whatever else is being written.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn remember_ledger(&self, known: &str) -> Result<(), GalleryError> {
        let known = known.to_owned();
        self.write(0, move |unit| remember(unit.connection, &known))
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
