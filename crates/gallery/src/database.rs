//! The SQLite file: how it is opened and how its schema grows.
//!
//! Owns the connections (one that writes, a pool that reads) and their settings, the numbered migrations and the check that the server's key belongs to it.
//! Refuses to know what the tables mean.
//!
//! # Invariants
//! - Write-ahead logging, full synchronisation, foreign keys on: a commit that returned survives a power cut.
//! - `user_version` is the number of migrations applied; a migration and its number commit together.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior};
use zeroize::Zeroizing;

use crate::context::Context;
use crate::error::GalleryError;
use crate::manifest::{DATABASE, UNFINISHED};
use crate::rotation::{key_file, recorded_fingerprint, settle};
use crate::server_key::ServerKey;

/// Each entry is applied once, in order. Never edit one that was released: add another.
const MIGRATIONS: &[&str] = &[
    // 1: principals and their access keys. Moments are milliseconds since 1970. `allowed` is a JSON-free list: one
    // word per line, or the single word `all`.
    "CREATE TABLE settings (
         name  TEXT PRIMARY KEY,
         value BLOB NOT NULL
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE principals (
         id           INTEGER PRIMARY KEY,
         name         TEXT NOT NULL UNIQUE,
         organisation TEXT NOT NULL,
         sector       TEXT NOT NULL,
         allowed      TEXT NOT NULL,
         created      INTEGER NOT NULL,
         rotated      INTEGER,
         revoked      INTEGER
     ) STRICT;
     CREATE TABLE access_keys (
         id        TEXT PRIMARY KEY,
         principal INTEGER NOT NULL REFERENCES principals (id),
         sealed    BLOB NOT NULL,
         created   INTEGER NOT NULL,
         ends      INTEGER
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX access_keys_of_principal ON access_keys (principal);",
    include_str!("schema/0002_gallery.sql"),
    include_str!("schema/0003_ledger.sql"),
    include_str!("schema/0004_policy.sql"),
    include_str!("schema/0005_overrides.sql"),
    include_str!("schema/0006_withdrawals.sql"),
    include_str!("schema/0007_records_of_a_face.sql"),
    include_str!("schema/0008_picture_digest.sql"),
];

/// How long a writer waits for another process (the command line beside a running server) to finish.
pub(crate) const BUSY: Duration = Duration::from_secs(5);
/// Memory for pages of the one connection that writes, KiB: the inner pages of every table and index of ten million
/// faces, and what one bulk commit touches. Measured: with 16 MiB, bulk inserts slow down as the file grows.
const WRITER_CACHE_KIB: i64 = 128 * 1024;
/// Memory for pages of each connection that reads, KiB; the operating system keeps the rest of the file.
const READER_CACHE_KIB: i64 = 8 * 1024;
/// Most idle connections kept for readers: more than readers are ever at work, at a few file handles each.
const IDLE_READERS: usize = 16;
/// Pages after which a commit moves the write-ahead log into the file (80 MB): rarer than SQLite's own 1,000, because
/// bulk inserts touch the same pages again and again.
const CHECKPOINT_PAGES: i64 = 20_000;

/// The open database with the key that opens its secrets.
pub struct Database {
    folder: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    key: RwLock<Arc<ServerKey>>,
    context: Context,
}

/// A connection that reads, borrowed from the pool.
pub(crate) struct Reader<'a> {
    pool: &'a Mutex<Vec<Connection>>,
    connection: Option<Connection>,
}

impl Database {
    /// Opens the records in `folder` (`overt.db`, `server.key`), making both on the first call.
    ///
    /// # Errors
    /// When a file cannot be used, the schema is newer than this release, the key is lost or another's, or a restore into
    /// the folder has not ended.
    pub fn open(folder: &Path, context: Context) -> Result<Self, GalleryError> {
        if folder.join(UNFINISHED).exists() {
            return Err(GalleryError::RestoreUnfinished { path: folder.to_owned() });
        }
        let path = folder.join(DATABASE);
        make_private(&path)?;
        let mut connection = Connection::open(&path).map_err(GalleryError::database("be opened"))?;
        configure(&connection).map_err(GalleryError::database("be configured"))?;
        migrate(&mut connection, &path)?;
        let key = matching_key(&mut connection, folder, &context)?;
        Ok(Self {
            folder: folder.to_owned(),
            writer: Mutex::new(connection),
            readers: Mutex::new(Vec::new()),
            key: RwLock::new(Arc::new(key)),
            context,
        })
    }

    /// The connection that writes, one user at a time. A panic elsewhere does not spoil it: SQLite rolls an
    /// unfinished transaction back.
    pub(crate) fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that reads, beside the writer and beside other readers: what it sees is what was committed when
    /// its statement, or its transaction, began.
    ///
    /// # Errors
    /// When the file cannot be opened once more.
    pub(crate) fn reader(&self) -> Result<Reader<'_>, GalleryError> {
        let idle = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => open_reader(&self.folder.join("overt.db"))
                .map_err(GalleryError::database("be opened for reading"))?,
        };
        Ok(Reader { pool: &self.readers, connection: Some(connection) })
    }

    /// Moves the write-ahead log into the file and empties it, so that what was deleted does not stay in it. False when
    /// a reader or a writer is in the way: the next time is early enough.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn empty_log(&self) -> Result<bool, GalleryError> {
        let failed = || GalleryError::database("empty its log");
        // A connection of its own that does not wait, so that nobody waits for a long reader.
        let connection = Connection::open(self.folder.join("overt.db")).map_err(failed())?;
        connection.busy_timeout(Duration::ZERO).map_err(failed())?;
        let run = |mode: &str| -> Result<bool, GalleryError> {
            let outcome = connection
                .query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| row.get::<_, i64>(0));
            match outcome {
                Ok(busy) => Ok(busy == 0),
                Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy) => {
                    Ok(false)
                }
                Err(error) => Err(failed()(error)),
            }
        };
        // Most of the work beside writers, the rest while they wait.
        Ok(run("PASSIVE")? && run("TRUNCATE")?)
    }

    /// A key for a purpose of the caller's, which follows from the server's key: the same purpose has the same key as long
    /// as the server has its own, and two purposes never share one.
    #[must_use]
    pub fn derived_key(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        self.key().for_purpose(purpose)
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The server's key as this process knows it. To seal with, take [`key_in`](Self::key_in) a transaction.
    pub(crate) fn key(&self) -> Arc<ServerKey> {
        Arc::clone(&self.key.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn key_cell(&self) -> &RwLock<Arc<ServerKey>> {
        &self.key
    }

    pub(crate) fn context(&self) -> &Context {
        &self.context
    }
}

impl std::ops::Deref for Reader<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        #[expect(clippy::expect_used, reason = "taken in drop only")]
        self.connection.as_ref().expect("a reader has its connection until it is dropped")
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        let mut idle = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        // A transaction left open would pin an old state for whoever comes next.
        if idle.len() < IDLE_READERS && connection.is_autocommit() {
            idle.push(connection);
        }
    }
}

/// Makes the file for its owner only, whatever the umask says, and one that exists too. SQLite gives the files that it
/// puts beside it the same mode.
#[cfg(unix)]
fn make_private(path: &Path) -> Result<(), GalleryError> {
    use fs_err::os::unix::fs::OpenOptionsExt as _;
    use std::os::unix::fs::PermissionsExt as _;
    // An empty file is an empty database.
    fs_err::OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let file = PathBuf::from(name);
        let Ok(metadata) = fs_err::metadata(&file) else { continue };
        if metadata.permissions().mode() & 0o077 != 0 {
            fs_err::set_permissions(&file, std::fs::Permissions::from_mode(0o600))?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn make_private(_: &Path) -> Result<(), GalleryError> {
    Ok(())
}

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    stable_plans(connection)?;
    // Deleted rows are overwritten with zeros: names of people who were deleted do not stay in free pages.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(())
}

/// Plans of queries depend on their text only. Otherwise SQLite plans a query again whenever a value is bound that it
/// looked at when planning, which took most of the time of bulk inserts.
fn stable_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

pub(crate) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "query_only", true)?;
    stable_plans(&connection)?;
    connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// The newest schema known here.
pub(crate) fn schema_version() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

fn migrate(connection: &mut Connection, path: &Path) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("be brought to this release's schema");
    let known = schema_version();
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed())?;
    let found: i64 =
        transaction.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed())?;
    if found > known {
        return Err(GalleryError::SchemaTooNew { path: path.to_owned(), found, known });
    }
    let applied = usize::try_from(found).unwrap_or(0);
    for migration in MIGRATIONS.iter().skip(applied) {
        transaction.execute_batch(migration).map_err(failed())?;
    }
    transaction.pragma_update(None, "user_version", known).map_err(failed())?;
    transaction.commit().map_err(failed())
}

/// Reads the key file and compares its fingerprint with the one recorded at the first start; makes both when
/// neither exists. A rotation that was interrupted is settled first.
fn matching_key(
    connection: &mut Connection,
    folder: &Path,
    context: &Context,
) -> Result<ServerKey, GalleryError> {
    let failed = || GalleryError::database("be matched with the server's key");
    let path = key_file(folder);
    // Immediate: two processes that start at the same moment must not both make a key.
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed())?;
    let recorded = recorded_fingerprint(&transaction)?;
    if let Some(recorded) = &recorded {
        settle(folder, recorded)?;
    }
    let key = match (ServerKey::read(&path)?, recorded) {
        (Some(key), Some(fingerprint)) if fingerprint == key.fingerprint() => return Ok(key),
        (Some(_), Some(_)) => return Err(GalleryError::ServerKeyMismatch { path }),
        (None, Some(_)) => return Err(GalleryError::ServerKeyLost { path }),
        (Some(key), None) => key,
        (None, None) => ServerKey::create(&path, context)?,
    };
    transaction
        .execute(
            "INSERT INTO settings (name, value) VALUES ('server-key-fingerprint', ?1)",
            [key.fingerprint().as_slice()],
        )
        .map_err(failed())?;
    transaction.commit().map_err(failed())?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(folder: &Path) -> Result<Database, GalleryError> {
        Database::open(folder, Context::system())
    }

    #[test]
    fn opening_twice_keeps_schema_and_key() {
        let folder = tempfile::tempdir().unwrap();
        let first = open(folder.path()).unwrap().key().fingerprint();
        assert_eq!(open(folder.path()).unwrap().key().fingerprint(), first);
    }

    #[cfg(unix)]
    #[test]
    fn the_files_are_for_their_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let mode =
            |name: &str| fs_err::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
        let database = open(folder.path()).unwrap();
        for name in ["overt.db", "overt.db-wal", "overt.db-shm", "server.key"] {
            assert_eq!(mode(name), 0o600, "{name}");
        }
        drop(database);
        // A copy of a backup has whatever mode the copying gave it.
        let wide = std::fs::Permissions::from_mode(0o644);
        fs_err::set_permissions(folder.path().join("overt.db"), wide).unwrap();
        let _database = open(folder.path()).unwrap();
        for name in ["overt.db", "overt.db-wal", "overt.db-shm"] {
            assert_eq!(mode(name), 0o600, "{name}");
        }
    }

    #[test]
    fn a_start_that_was_killed_while_it_wrote_the_key_is_repeated() {
        let folder = tempfile::tempdir().unwrap();
        // As a kill leaves it: the schema, no fingerprint, and the beginning of a key under its temporary name.
        drop(open(folder.path()).unwrap());
        fs_err::remove_file(folder.path().join("server.key")).unwrap();
        let connection = Connection::open(folder.path().join("overt.db")).unwrap();
        connection.execute("DELETE FROM settings", []).unwrap();
        drop(connection);
        fs_err::write(folder.path().join("server.key.tmp"), "overt-server-k").unwrap();
        let print = open(folder.path()).unwrap().key().fingerprint();
        assert!(!folder.path().join("server.key.tmp").exists());
        // And a kill between the key and its fingerprint: the key that is there is taken.
        let connection = Connection::open(folder.path().join("overt.db")).unwrap();
        connection.execute("DELETE FROM settings", []).unwrap();
        drop(connection);
        assert_eq!(open(folder.path()).unwrap().key().fingerprint(), print);
    }

    #[test]
    fn two_first_starts_at_once_agree_on_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let prints: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> =
                (0..4).map(|_| scope.spawn(|| open(folder.path()).unwrap().key().fingerprint())).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert!(prints.iter().all(|print| *print == prints[0]));
    }

    #[test]
    fn a_lost_key_is_said_plainly() {
        let folder = tempfile::tempdir().unwrap();
        drop(open(folder.path()).unwrap());
        fs_err::remove_file(folder.path().join("server.key")).unwrap();
        assert!(matches!(open(folder.path()), Err(GalleryError::ServerKeyLost { .. })));
        assert!(!folder.path().join("server.key").exists(), "a new key was made over the lost one");
    }

    #[test]
    fn another_servers_key_is_refused() {
        let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        drop(open(ours.path()).unwrap());
        drop(open(theirs.path()).unwrap());
        let (from, to) = (theirs.path().join("server.key"), ours.path().join("server.key"));
        fs_err::copy(from, to).unwrap();
        assert!(matches!(open(ours.path()), Err(GalleryError::ServerKeyMismatch { .. })));
    }

    /// What was indexed before ids of pictures were made by another digest is still known by its own.
    #[test]
    fn collections_of_earlier_releases_keep_their_ids_of_pictures() {
        use crate::ids::PictureDigest;
        let folder = tempfile::tempdir().unwrap();
        let earlier = Connection::open(folder.path().join("overt.db")).unwrap();
        let applied = MIGRATIONS.iter().position(|text| text.contains("picture_digest")).unwrap();
        MIGRATIONS[..applied].iter().for_each(|migration| earlier.execute_batch(migration).unwrap());
        earlier.pragma_update(None, "user_version", applied as i64).unwrap();
        earlier
            .execute_batch(
                "INSERT INTO collections (name, version, dimensions, created, sealed_key, face_store, user_store)
                 VALUES ('c', 'v', 4, 0, x'', 1, 2)",
            )
            .unwrap();
        drop(earlier);
        let database = open(folder.path()).unwrap();
        let reader = database.reader().unwrap();
        let word: String =
            reader.query_row("SELECT picture_digest FROM collections", [], |row| row.get(0)).unwrap();
        assert_eq!(PictureDigest::from_word(&word), Some(PictureDigest::Sha256));
    }

    #[test]
    fn a_newer_schema_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        drop(open(folder.path()).unwrap());
        let path = folder.path().join("overt.db");
        Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
        assert!(matches!(open(folder.path()), Err(GalleryError::SchemaTooNew { found: 99, .. })));
        let version: i64 = Connection::open(&path)
            .unwrap()
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap();
        assert_eq!(version, 99);
    }

    #[test]
    fn a_file_that_is_no_database_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        fs_err::write(folder.path().join("overt.db"), vec![7; 8192]).unwrap();
        assert!(matches!(open(folder.path()), Err(GalleryError::Database { .. })));
    }
}
