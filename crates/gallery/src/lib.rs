//! The records of an Overt server: who may use it, and its collections of faces.
//!
//! This crate owns what is kept: SQLite in the data folder, one writer, the secrets sealed under the server's key, and
//! the stores of templates below it. It knows nothing of HTTP, of AWS shapes or of tokio; every call is blocking.
//!
//! # Invariants
//! - No secret is written in the clear: an access key's secret and a collection's data key are sealed under the
//!   server's key and bound to their owner, so that a row copied to another owner does not open.
//! - A commit in SQLite is the only point at which a face becomes visible.
//! - The clock and randomness come in through [`Context`]; nothing here reads them from the system by itself.
//! - A schema is changed by a numbered migration only, inside the transaction that raises `user_version`.

mod access_key;
mod answers;
mod appending;
mod change;
mod closed;
mod collections;
mod consents;
mod context;
mod crash;
mod database;
mod error;
mod export;
mod export_file;
mod faces;
mod files;
mod filter;
mod fsck;
mod gallery;
mod ids;
mod images;
mod keys;
mod load;
mod manifest;
mod migrate;
mod names;
mod outbox;
mod over;
mod overrides;
mod pace;
mod page;
mod pending;
mod policies;
pub mod policy;
mod principal;
mod principals;
mod private;
mod recorder;
mod records;
mod rekey;
mod restore;
mod restored;
mod retention;
mod rights;
mod rotation;
mod rows;
mod searches;
mod server_key;
mod snapshot;
mod stores;
mod subjects;
mod tags;
mod taken_over;
#[cfg(test)]
mod tests;
mod tokens;
mod upkeep;
mod user_vector;
mod users;
mod withdrawals;
mod writer;

pub use access_key::{AccessKeyId, SecretAccessKey};
pub use change::{
    Change, CollectionEvent, ConsentEvent, DeletionReason, Finder, KeyTold, PrincipalChange, PrincipalEvent,
    Subject,
};
pub use consents::{CONSENTS_AT_ONCE, ConsentRecord, NewConsent};
pub use context::{Clock, Context, Moment, Randomness, RandomnessError};
pub use database::Database;
pub use error::{GalleryError, Quota};
pub use export::Exported;
pub use export_file::ExportSecret;
pub use fsck::{FsckReport, NamedFace, Problem};
pub use gallery::{Gallery, Limits};
pub use ids::{ConsentId, FaceId, ImageId, PictureDigest};
pub use load::check_export;
pub use manifest::{FileEntry, SnapshotManifest};
pub use migrate::{Finished, Leftover, Migrated, Migration};
pub use names::{CollectionName, ExternalId, TemplateVersion, UserName};
pub use overrides::{LONGEST_OVERRIDE, NewOverride, Override, OverrideEvent};
pub use pace::{Pace, give_way};
pub use page::{Cursor, Listed, PAGE_LIMIT, Page};
pub use principal::{
    ADMINISTER, AUDIT, Allowed, KeyStatus, MOST_KEYS, NewPrincipal, Organisation, Principal, PrincipalName,
    REVIEW, Sector,
};
pub use principals::{Description, IssuedKey, KeyLookup, Principals};
pub use private::{make_private_folder, private};
pub use recorder::{Acting, Actor, Event, Recorder, RecordingError, Unrecorded, Who};
pub use records::{
    AddFaces, AddedFace, Association, Collection, Disassociation, FaceBox, FaceDeletion, FaceFilter,
    FaceRecord, Found, Match, NewCollection, NewFace, Search, Totals, UserChange, UserRecord, UserStatus,
};
pub use restore::restore_snapshot;
pub use restored::MadeAgain;
pub use rights::{CollectionRights, Rights};
pub use rotation::Rotated;
pub use server_key::ServerKey;
pub use snapshot::{CopyProgress, SnapshotReport, take_snapshot};
pub use subjects::PersonRecords;
pub use tags::Resource;
pub use tokens::{RequestToken, TOKEN_LIFETIME};
pub use upkeep::{UpkeepRules, Upkept};
pub use user_vector::user_vector;
pub use withdrawals::{Reached, Withdrawal};
