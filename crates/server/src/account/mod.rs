//! The account that the server gives of itself: what stands in its ledger, and how it gets there.
//!
//! Owns the form of entries, the commitments that stand in for what is personal, and the open ledger. The tree and its files are
//! `overt_ledger`'s. The published form is `docs/ledger-entries.md`.
//!
//! # Invariants
//! - No picture, template, face id, user, external id or address stands in an entry: only tags and commitments that mean nothing to who
//!   lacks the secret.
//! - An entry is durable before what it tells of is answered.

mod book;
mod deed;
mod entry;
mod reading;
mod recorder;
mod seal;
mod witnesses;

pub use book::{Book, BookError, KEY_FILE, LEDGER_FOLDER};
pub(crate) use book::{Publisher, public_key};
pub use deed::{Candidate, Deed, Expectation, Probe, Thousandths};
pub use entry::{By, ENTRY_VERSION, Entry, EntryError};
pub(crate) use reading::{read_entries, read_some};
pub use seal::{Commitment, Nonce, Seal, Tag, salt_text};
pub(crate) use witnesses::Witnesses;
