//! What can go wrong with the records, each case with what a caller needs to act on it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::context::RandomnessError;
use crate::ids::{ConsentId, FaceId};
use crate::names::{CollectionName, UserName};
use crate::policy::Denial;

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
    /// The rules do not allow it. Nothing was changed.
    #[error(transparent)]
    Denied {
        /// Why, and what to do.
        #[from]
        denial: Denial,
    },
    /// There is a collection of that name already.
    #[error("there is a collection named {name} already")]
    CollectionExists {
        /// The name.
        name: CollectionName,
    },
    /// There is no collection of that name.
    #[error("there is no collection named {name}")]
    CollectionUnknown {
        /// The name.
        name: CollectionName,
    },
    /// There is no face of that id in the collection.
    #[error("there is no face {id} in the collection {collection}")]
    FaceUnknown {
        /// The collection.
        collection: CollectionName,
        /// The face.
        id: FaceId,
    },
    /// There is no record of consent of that id in the collection.
    #[error("there is no record of consent {id} in the collection")]
    ConsentUnknown {
        /// The record.
        id: ConsentId,
    },
    /// An id means faces of which nothing says that they are one person's.
    #[error(
        "the {} faces under {id} may be several people's. Ask for hers by their face ids, with commas between them; those under {id} are {}",
        faces.len(), shown(faces)
    )]
    SeveralPeople {
        /// The id that was asked for.
        id: String,
        /// The faces.
        faces: Vec<FaceId>,
    },
    /// There is a user of that name in the collection already.
    #[error("there is a user named {name} in the collection {collection} already")]
    UserExists {
        /// The collection.
        collection: CollectionName,
        /// The user.
        name: UserName,
    },
    /// There is no user of that name in the collection.
    #[error("there is no user named {name} in the collection {collection}")]
    UserUnknown {
        /// The collection.
        collection: CollectionName,
        /// The user.
        name: UserName,
    },
    /// The number of faces that a collection's row holds is not that of its faces. Nothing was changed.
    #[error("the collection {collection} counts {kept} faces and has {found}")]
    Miscounted {
        /// The collection.
        collection: String,
        /// What the row holds.
        kept: i64,
        /// How many there are.
        found: i64,
    },
    /// More of something than a limit allows. Nothing was changed.
    #[error("there may be at most {limit} {what}")]
    Quota {
        /// What is limited, in the plural, with what it belongs to.
        what: Quota,
        /// How many there may be.
        limit: u64,
    },
    /// The token was used with another request.
    #[error("the token {token} was used for another request")]
    TokenReused {
        /// The token.
        token: String,
    },
    /// Templates of two versions, or of two lengths, are never compared.
    #[error("the collection {collection} holds templates {holds}, not {given}")]
    OtherTemplates {
        /// The collection.
        collection: CollectionName,
        /// Version and dimensions of its templates.
        holds: String,
        /// Version and dimensions of the ones given.
        given: String,
    },
    /// A template holds something that is no finite number, or is not of unit length.
    #[error("a template is not usable: {reason}")]
    TemplateUnusable {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A cursor is damaged or belongs to another list.
    #[error("the cursor does not belong to this list")]
    CursorUnreadable,
    /// Something else is done to the whole collection.
    #[error("the collection {collection} cannot be changed like this now: {with}")]
    Busy {
        /// The collection.
        collection: CollectionName,
        /// What is done to it.
        with: &'static str,
    },
    /// The collection is not on its way to another template version.
    #[error("the collection {collection} is not being migrated")]
    NoMigration {
        /// The collection.
        collection: CollectionName,
    },
    /// Faces of the collection have no template of the new version.
    #[error("{faces} faces of the collection {collection} have no template of the new version yet")]
    Unmigrated {
        /// The collection.
        collection: CollectionName,
        /// How many.
        faces: u64,
    },
    /// The data key of a collection does not open: its record was altered, or the server's key is another's.
    #[error("the key of the collection {name} does not open: its record was altered")]
    CollectionKeyDamaged {
        /// The collection.
        name: String,
    },
    /// Something is where something new was to be made.
    #[error("there is something at {} already", path.display())]
    TargetInUse {
        /// The path.
        path: PathBuf,
    },
    /// A snapshot is not what was written, or never was one.
    #[error("the snapshot cannot be used: {reason}")]
    SnapshotUnusable {
        /// Why.
        reason: String,
    },
    /// A file with an exported collection is not what was written, or never was one.
    #[error("the file of a collection cannot be used: {reason}")]
    ExportUnusable {
        /// Why, with the line where that helps.
        reason: String,
    },
    /// Another process works on the collections of this data folder.
    #[error("the collections in {} are in use by another process", path.display())]
    InUse {
        /// The data folder.
        path: PathBuf,
    },
    /// The change was not made: what it was to be committed with failed.
    #[error("the change was not saved")]
    NotSaved {
        /// Why, shared by all that were to be committed together.
        source: Arc<GalleryError>,
    },
    /// The ledger refused: what cannot be accounted for is not done.
    #[error("the ledger cannot be written, and without its entry nothing is changed")]
    Unrecorded {
        /// Why.
        source: crate::recorder::RecordingError,
    },
    /// Another change that was to be committed together with this one failed.
    #[error("a change that was to be saved with it failed")]
    Interrupted,
    /// A commit failed in a way that leaves open what the disk holds. Nothing is written any more until the data
    /// folder was opened again, which finds out.
    #[error("the disk failed during a commit: restart the server; until then nothing is changed")]
    WritesStopped,
    /// The templates on disk cannot be read or written.
    #[error("cannot use the templates of a collection")]
    Templates {
        /// Why.
        #[from]
        source: overt_vectors::VectorsError,
    },
    /// The templates of a collection are not what was written, or are gone.
    #[error(
        "templates of the collection {collection} (store {store}) are damaged: stop the server and run `overt fsck`, which \
         names what is lost"
    )]
    StoreDamaged {
        /// The collection.
        collection: String,
        /// The number of the store, and of its folder below `templates`.
        store: i64,
        /// What is wrong.
        source: Box<GalleryError>,
    },
    /// There is no room left. Nothing was changed.
    #[error(
        "the disk of the data folder {} is full: make room; nothing has to be started again", path.display()
    )]
    DiskFull {
        /// The data folder.
        path: PathBuf,
        /// What could not be written.
        source: Box<GalleryError>,
    },
    /// A restore into the folder has not ended.
    #[error(
        "a restore into {} has not ended: wait for it, or, if it was cut off, give `overt restore` again, which begins anew", path.display()
    )]
    RestoreUnfinished {
        /// The data folder.
        path: PathBuf,
    },
    /// No random bytes.
    #[error("cannot make a key")]
    Randomness {
        /// Why.
        #[from]
        source: RandomnessError,
    },
}

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quota {
    /// Faces of a collection.
    FacesInCollection,
    /// Users of a collection.
    UsersInCollection,
    /// Faces of a user.
    FacesOfUser,
    /// Tags of a resource.
    Tags,
}

impl fmt::Display for Quota {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FacesInCollection => "faces in a collection",
            Self::UsersInCollection => "users in a collection",
            Self::FacesOfUser => "faces associated with a user",
            Self::Tags => "tags on a resource",
        })
    }
}

/// Whether some error behind this one is a disk without room.
fn no_room(error: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    std::iter::successors(Some(error), |error| error.source())
        .filter_map(|error| error.downcast_ref::<std::io::Error>())
        .any(|error| matches!(error.kind(), StorageFull | QuotaExceeded))
}

/// The first hundred ids.
fn shown(faces: &[FaceId]) -> String {
    let ids: Vec<String> = faces.iter().take(100).map(ToString::to_string).collect();
    let more = if faces.len() > ids.len() { " and more" } else { "" };
    format!("{}{more}", ids.join(", "))
}

impl GalleryError {
    /// Whether it comes from a disk without room.
    #[must_use]
    pub fn is_full_disk(&self) -> bool {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        match self {
            Self::DiskFull { .. } => true,
            Self::Database { source, .. } => {
                source.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
            }
            Self::Files { source }
            | Self::Templates { source: overt_vectors::VectorsError::Files { source } } => {
                matches!(source.kind(), StorageFull | QuotaExceeded)
            }
            Self::NotSaved { source } => source.is_full_disk(),
            Self::Unrecorded { source } => no_room(&**source),
            _ => false,
        }
    }

    /// Whether a file of the data folder could not be read or written, and not for want of room.
    #[must_use]
    pub fn is_file(&self) -> bool {
        match self {
            Self::Files { .. } | Self::Templates { source: overt_vectors::VectorsError::Files { .. } } => {
                true
            }
            Self::NotSaved { source } => source.is_file(),
            _ => false,
        }
    }

    /// Whether it comes from a ledger that refused.
    #[must_use]
    pub fn is_unrecorded(&self) -> bool {
        match self {
            Self::Unrecorded { .. } => true,
            Self::NotSaved { source } => source.is_unrecorded(),
            Self::DiskFull { source, .. } => source.is_unrecorded(),
            _ => false,
        }
    }

    /// Whether template files are not what was written, and it is not yet said of which store.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Templates { source } if source.is_damage())
    }

    /// The same error with the data folder that it befell, where that says what to do.
    pub(crate) fn in_folder(self, folder: &Path) -> Self {
        match self {
            full if full.is_full_disk() && !matches!(full, Self::DiskFull { .. }) => {
                Self::DiskFull { path: folder.to_owned(), source: Box::new(full) }
            }
            other => other,
        }
    }

    /// The same error with the store that it befell, where that says what to do.
    pub(crate) fn of_store(self, collection: &str, store: i64) -> Self {
        match self {
            damage if damage.is_damage() => {
                Self::StoreDamaged { collection: collection.to_owned(), store, source: Box::new(damage) }
            }
            other => other,
        }
    }

    pub(crate) fn database(action: &'static str) -> impl FnOnce(rusqlite::Error) -> Self {
        move |source| Self::Database { action, source }
    }
}
