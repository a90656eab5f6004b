//! What can go wrong with the records, each case with what a caller needs to act on it.

use std::path::PathBuf;

use crate::context::RandomnessError;

/// An error of the records.
#[derive(Debug, thiserror::Error)]
pub enum GalleryError {
    /// A file of the data folder could not be read or written.
    #[error("cannot access the data folder")]
    Files {
        /// Names the path.
        #[from]
        source: std::io::Error,
    },
    /// SQLite refused or the file is damaged.
    #[error("the database cannot {action}")]
    Database {
        /// What was being done.
        action: &'static str,
        /// SQLite's own words.
        source: rusqlite::Error,
    },
    /// The database was written by a newer release.
    #[error(
        "the database {path} has schema {found}, and this release knows schemas up to {known}: use the release \
         that wrote it or a newer one"
    )]
    SchemaTooNew {
        /// The database file.
        path: PathBuf,
        /// Its `user_version`.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// The database holds sealed secrets and the key that opens them is gone.
    #[error(
        "the server's key {path} is missing, and the database holds secrets that only it opens: restore the key from \
         a backup, or move the database away to start again with new access keys"
    )]
    ServerKeyLost {
        /// Where the key should be.
        path: PathBuf,
    },
    /// The key file is not the one the database's secrets were sealed with.
    #[error(
        "the server's key {path} is not the one this database's secrets were sealed with: restore the key that \
         belongs to it"
    )]
    ServerKeyMismatch {
        /// The key file.
        path: PathBuf,
    },
    /// The key file cannot be a key.
    #[error("the server's key {path} is not usable: {reason}")]
    ServerKeyUnusable {
        /// The key file.
        path: PathBuf,
        /// Why, and what to do.
        reason: String,
    },
    /// A sealed secret did not open: the row was altered or belongs to another key id.
    #[error("the secret of access key {key_id} does not open: its record was altered")]
    SecretDamaged {
        /// The key id of the row.
        key_id: String,
    },
    /// A record does not say what this release can read.
    #[error("the record of {what} is damaged: {reason}")]
    RecordDamaged {
        /// Which record.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The name is taken.
    #[error("there is a principal named {name} already")]
    PrincipalExists {
        /// The name.
        name: String,
    },
    /// Nobody has that name.
    #[error("there is no principal named {name}")]
    PrincipalUnknown {
        /// The name.
        name: String,
    },
    /// The principal was revoked, which is final.
    #[error("the principal {name} was revoked, and that is final: create a new one")]
    PrincipalRevoked {
        /// The name.
        name: String,
    },
    /// A value given for a principal does not fit its rule.
    #[error("{field} {reason}")]
    Invalid {
        /// Which value.
        field: &'static str,
        /// The rule it broke.
        reason: String,
    },
    /// No random bytes.
    #[error("cannot make a key")]
    Randomness {
        /// Why.
        #[from]
        source: RandomnessError,
    },
}

impl GalleryError {
    pub(crate) fn database(action: &'static str) -> impl FnOnce(rusqlite::Error) -> Self {
        move |source| Self::Database { action, source }
    }
}
