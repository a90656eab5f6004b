//! A new key for the server: everything that is sealed is sealed again.
//!
//! Owns the order of files and transaction, and what an opening finds after a crash. Refuses to know what is sealed for
//! whom beyond the tables it is in.
//!
//! # Invariants
//! - The rotation and the word of it for the ledger are one transaction.
//! - At every moment one of two files opens what the database holds, and the fingerprint in the database says which:
//!   `server.key`, or `server.key.new` when a rotation was committed and its last step is missing. Opening takes that step.
//! - Nothing is sealed under a key that the database no longer belongs to: whoever seals compares the fingerprint in its
//!   transaction.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior};

use crate::crash::{Point, reached};
use crate::database::Database;
use crate::error::GalleryError;
use crate::outbox::post_key_replaced;
use crate::server_key::{Sealed, ServerKey};

/// What a rotation sealed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// Secrets of access keys.
    pub access_keys: u64,
    /// Data keys of collections.
    pub collections: u64,
}

impl Database {
    /// Replaces the server's key. Processes that have the database open take the new key up by themselves. Backups of
    /// the database from before need the old key: keep it as long as them.
    ///
    /// # Errors
    /// When a secret does not open under the present key, or a file cannot be written. The present key stays then.
    pub fn rotate_server_key(&self) -> Result<Rotated, GalleryError> {
        let failed = || GalleryError::database("seal its secrets again");
        let (current, coming) = (key_file(self.folder()), coming_key_file(self.folder()));
        let mut connection = self.writer();
        let transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed())?;
        let old = self.key_in(&transaction)?;
        // Of a rotation that was not committed; the transaction keeps others out.
        remove_if_there(&coming)?;
        let new = ServerKey::create(&coming, self.context())?;
        reached(Point::KeyWritten, self.folder());
        let rotated = self.seal_again(&transaction, &old, &new)?;
        transaction
            .execute(
                "UPDATE settings SET value = ?1 WHERE name = 'server-key-fingerprint'",
                [new.fingerprint().as_slice()],
            )
            .map_err(failed())?;
        post_key_replaced(&transaction, self.context(), rotated.access_keys, rotated.collections)?;
        transaction.commit().map_err(failed())?;
        reached(Point::KeyCommitted, self.folder());
        self.replace_key(new);
        take_up(&coming, &current)?;
        Ok(rotated)
    }

    fn seal_again(
        &self,
        connection: &Connection,
        old: &ServerKey,
        new: &ServerKey,
    ) -> Result<Rotated, GalleryError> {
        let failed = || GalleryError::database("seal its secrets again");
        let secrets: Vec<(String, Vec<u8>)> = connection
            .prepare("SELECT id, sealed FROM access_keys")
            .and_then(|mut statement| {
                statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
            })
            .map_err(failed())?;
        for (id, sealed) in &secrets {
            let plain = old
                .open(Sealed::AccessKeySecret, id, sealed)
                .ok_or_else(|| GalleryError::SecretDamaged { key_id: id.clone() })?;
            let sealed = new.seal(self.context(), Sealed::AccessKeySecret, id, &plain)?;
            connection
                .execute("UPDATE access_keys SET sealed = ?2 WHERE id = ?1", (id, sealed))
                .map_err(failed())?;
        }
        let keys: Vec<(i64, String, Vec<u8>)> = connection
            .prepare("SELECT number, name, sealed_key FROM collections")
            .and_then(|mut statement| {
                statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
            })
            .map_err(failed())?;
        for (number, name, sealed) in &keys {
            let key = crate::keys::DataKey::open(old, *number, sealed)
                .ok_or_else(|| GalleryError::CollectionKeyDamaged { name: name.clone() })?;
            let sealed = key.seal(new, self.context(), *number)?;
            connection
                .execute("UPDATE collections SET sealed_key = ?2 WHERE number = ?1", (number, sealed))
                .map_err(failed())?;
        }
        Ok(Rotated { access_keys: secrets.len() as u64, collections: keys.len() as u64 })
    }

    /// The key that belongs to the database as the connection sees it: to seal with inside a transaction, or when
    /// something did not open because another process replaced the key.
    ///
    /// # Errors
    /// When neither key file is the right one.
    pub(crate) fn key_in(&self, connection: &Connection) -> Result<Arc<ServerKey>, GalleryError> {
        let known = self.key();
        let Some(recorded) = recorded_fingerprint(connection)? else { return Ok(known) };
        if recorded == known.fingerprint() {
            return Ok(known);
        }
        let path = key_file(self.folder());
        for path in [&path, &coming_key_file(self.folder())] {
            if let Some(key) = ServerKey::read(path)?.filter(|key| recorded == key.fingerprint()) {
                return Ok(self.replace_key(key));
            }
        }
        Err(GalleryError::ServerKeyMismatch { path })
    }

    fn replace_key(&self, key: ServerKey) -> Arc<ServerKey> {
        let key = Arc::new(key);
        *self.key_cell().write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&key);
        key
    }
}

/// Where the key is.
pub(crate) fn key_file(folder: &Path) -> PathBuf {
    folder.join("server.key")
}

/// Where a new key is until it is the key.
pub(crate) fn coming_key_file(folder: &Path) -> PathBuf {
    folder.join("server.key.new")
}

pub(crate) fn recorded_fingerprint(connection: &Connection) -> Result<Option<Vec<u8>>, GalleryError> {
    connection
        .query_row("SELECT value FROM settings WHERE name = 'server-key-fingerprint'", [], |row| row.get(0))
        .optional()
        .map_err(GalleryError::database("be matched with the server's key"))
}

/// Finishes a rotation that was committed, and forgets one that was not. Called at opening, inside a transaction.
pub(crate) fn settle(folder: &Path, recorded: &[u8]) -> Result<(), GalleryError> {
    let (current, coming) = (key_file(folder), coming_key_file(folder));
    let Some(new) = ServerKey::read(&coming)? else { return Ok(()) };
    if new.fingerprint() == recorded { take_up(&coming, &current) } else { remove_if_there(&coming) }
}

/// Makes the new key the key.
fn take_up(coming: &Path, current: &Path) -> Result<(), GalleryError> {
    match fs_err::rename(coming, current) {
        // Another process that opened the database was faster.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
        Ok(()) => {
            #[cfg(unix)]
            if let Some(folder) = current.parent() {
                fs_err::File::open(folder)?.sync_all()?;
            }
            Ok(())
        }
    }
}

fn remove_if_there(path: &Path) -> Result<(), GalleryError> {
    match fs_err::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;
    use crate::principal::{Allowed, NewPrincipal, Sector};
    use crate::{KeyLookup, Principals};

    fn open(folder: &Path) -> Arc<Database> {
        Arc::new(Database::open(folder, Context::system()).unwrap())
    }

    fn principal(database: &Arc<Database>, name: &str) -> crate::IssuedKey {
        let new = NewPrincipal {
            name: name.parse().unwrap(),
            organisation: "Test".parse().unwrap(),
            sector: Sector::Research,
            allowed: Allowed::All,
        };
        Principals::new(Arc::clone(database)).create(&new).unwrap()
    }

    fn works(database: &Arc<Database>, key: &crate::IssuedKey) -> bool {
        match Principals::new(Arc::clone(database)).look_up(key.id.as_str()).unwrap() {
            KeyLookup::Active { secret, .. } => secret.reveal() == key.secret.reveal(),
            KeyLookup::Ended { .. } | KeyLookup::Unknown => false,
        }
    }

    #[test]
    fn secrets_open_under_the_new_key_in_every_process() {
        let folder = tempfile::tempdir().unwrap();
        let (rotating, beside) = (open(folder.path()), open(folder.path()));
        let first = principal(&rotating, "first");
        let before = fs_err::read(key_file(folder.path())).unwrap();
        assert_eq!(rotating.rotate_server_key().unwrap(), Rotated { access_keys: 1, collections: 0 });
        assert_ne!(fs_err::read(key_file(folder.path())).unwrap(), before);
        assert!(!coming_key_file(folder.path()).exists());
        // The other process still has the old key in memory: it must open with the new one, and seal with it.
        assert!(works(&beside, &first));
        beside.rotate_server_key().unwrap();
        let second = principal(&rotating, "second");
        for database in [&rotating, &beside, &open(folder.path())] {
            assert!(works(database, &first) && works(database, &second));
        }
    }

    /// D1: the rotation waits for the ledger from its commit on, once.
    #[test]
    fn d1_a_rotation_is_told_with_its_commit() {
        let folder = tempfile::tempdir().unwrap();
        let database = open(folder.path());
        principal(&database, "first");
        let waiting = || -> Vec<String> {
            let reader = database.reader().unwrap();
            let mut statement =
                reader.prepare("SELECT change FROM outbox WHERE change LIKE '%key-replaced%'").unwrap();
            statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        assert!(waiting().is_empty());
        database.rotate_server_key().unwrap();
        let told = waiting();
        assert!(matches!(&told[..], [one] if one.contains("\"access_keys\":1")), "{told:?}");
    }

    #[test]
    fn a_crash_at_either_side_of_the_commit_is_settled_at_opening() {
        let folder = tempfile::tempdir().unwrap();
        let database = open(folder.path());
        let key = principal(&database, "first");
        let (current, coming) = (key_file(folder.path()), coming_key_file(folder.path()));
        // Before the commit: a new key lies there that nothing is sealed with.
        ServerKey::create(&coming, database.context()).unwrap();
        drop(database);
        let database = open(folder.path());
        assert!(!coming.exists() && works(&database, &key));
        // After it: the file was not renamed yet.
        let old = fs_err::read(&current).unwrap();
        database.rotate_server_key().unwrap();
        drop(database);
        fs_err::rename(&current, &coming).unwrap();
        fs_err::write(&current, old).unwrap();
        #[cfg(unix)]
        fs_err::set_permissions(&current, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let database = open(folder.path());
        assert!(!coming.exists() && works(&database, &key));
    }

    #[test]
    fn a_secret_that_does_not_open_leaves_everything_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let database = open(folder.path());
        let good = principal(&database, "good");
        let bad = principal(&database, "bad");
        database
            .writer()
            .execute("UPDATE access_keys SET sealed = zeroblob(60) WHERE id = ?1", [bad.id.as_str()])
            .unwrap();
        let error = database.rotate_server_key().unwrap_err();
        assert!(matches!(error, GalleryError::SecretDamaged { .. }));
        assert!(works(&database, &good));
        drop(database);
        assert!(works(&open(folder.path()), &good));
    }
}
