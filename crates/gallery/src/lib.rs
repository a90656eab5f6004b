//! The records of an Overt server: who may use it and, later, collections, faces and consent.
//!
//! This crate owns what is kept: SQLite in the data folder, one writer, and the secrets sealed under the server's
//! key. It knows nothing of HTTP, of AWS shapes or of tokio; every call is blocking.
//!
//! # Invariants
//! - No secret is written in the clear: an access key's secret is sealed under the server's key and bound to its
//!   key id, so that a row copied to another id does not open.
//! - The clock and randomness come in through [`Context`]; nothing here reads them from the system by itself.
//! - A schema is changed by a numbered migration only, inside the transaction that raises `user_version`.

mod access_key;
mod context;
mod database;
mod error;
mod principal;
mod principals;
mod server_key;
mod user_vector;

pub use access_key::{AccessKeyId, SecretAccessKey};
pub use context::{Clock, Context, Moment, Randomness, RandomnessError};
pub use database::Database;
pub use error::GalleryError;
pub use principal::{Allowed, KeyStatus, NewPrincipal, Organisation, Principal, PrincipalName, Sector};
pub use principals::{IssuedKey, KeyLookup, Principals};
pub use server_key::ServerKey;
pub use user_vector::user_vector;
