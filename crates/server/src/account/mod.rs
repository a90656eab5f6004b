//! The account that the server gives of itself: what stands in its ledger, and how it gets there.
//!
//! Owns the form of entries, the commitments that stand in for what is personal, and the open ledger. The tree and its files are
//! `overt_ledger`'s. The published form is `docs/ledger-entries.md`.
//!
//! # Invariants
//! - No picture, template, face id, user, external id or address stands in an entry: only tags and commitments that mean nothing to who
//!   lacks the secret.
//! - An entry is durable before what it tells of is answered.

mod again;
mod agreement;
mod book;
mod deed;
mod draft;
mod entry;
mod key;
mod publisher;
mod reading;
mod recorder;
mod seal;
mod sought;
mod witnesses;

pub(crate) use again::{Again, make_again};
pub use book::{Book, BookError, LEDGER_FOLDER};
pub use deed::{Because, Candidate, Deed, Expectation, Probe, Thousandths};
pub use entry::{By, ENTRY_VERSION, Entry, EntryError};
pub use key::KEY_FILE;
pub(crate) use key::public_key;
pub(crate) use publisher::Publisher;
pub(crate) use reading::{read_entries, read_some};
pub(crate) use recorder::MOST_SUBJECTS;
pub use seal::{Commitment, Nonce, Seal, Tag, salt_text};
pub(crate) use sought::{Sought, found};
pub(crate) use witnesses::Witnesses;
