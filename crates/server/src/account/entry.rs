//! An entry: who did what, when.
//!
//! Owns its canonical form: JSON without blanks, members sorted by their names, integers and texts only (the form of RFC 8785 for such
//! values), so that the same entry has the same bytes and the same hash everywhere.
//!
//! # Invariants
//! - An entry that was read and is written again has the bytes that it was read from; [`Entry::parse`] refuses others.

use jiff::Timestamp;
use overt_gallery::{Actor, Moment, Who};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::deed::Deed;
use super::seal::Nonce;

/// The version of the form.
pub const ENTRY_VERSION: u32 = 1;

/// Why bytes are no entry.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// They are not the JSON of one.
    #[error("this is no entry of a form known here")]
    Form(#[from] serde_json::Error),
    /// They say the same in another way.
    #[error("this entry is not written in its canonical form")]
    NotCanonical,
}

/// By whom, and by which request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct By {
    /// Who.
    pub actor: Who,
    /// The operation of the API, the command, or the task.
    pub operation: String,
    /// The id of the request: the answer's `x-amzn-RequestId`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub request: Option<Uuid>,
    /// What the caller calls the case.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub case: Option<String>,
}

impl By {
    /// An actor as an entry names it.
    #[must_use]
    pub fn of(actor: &Actor) -> Self {
        let request = Some(actor.request).filter(|request| !request.is_nil());
        Self {
            actor: actor.who.clone(),
            operation: actor.operation.clone(),
            request,
            case: actor.case.clone(),
        }
    }
}

/// An entry of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// When: RFC 3339, UTC, milliseconds.
    pub at: String,
    /// By whom.
    #[serde(flatten)]
    pub by: By,
    /// What.
    pub deed: Deed,
    /// What makes its tags and commitments its own.
    pub nonce: Nonce,
    /// [`ENTRY_VERSION`].
    pub v: u32,
}

impl Entry {
    /// An entry of the present form.
    #[must_use]
    pub fn new(at: Moment, by: By, deed: Deed, nonce: Nonce) -> Self {
        Self { at: written(at), by, deed, nonce, v: ENTRY_VERSION }
    }

    /// Its bytes.
    ///
    /// # Errors
    /// [`EntryError::Form`] for what JSON cannot hold, which no entry made here has.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EntryError> {
        // Through a value, whose objects are sorted by their keys.
        let value = serde_json::to_value(self)?;
        Ok(serde_json::to_vec(&value)?)
    }

    /// Reads an entry.
    ///
    /// # Errors
    /// [`EntryError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, EntryError> {
        let entry: Self = serde_json::from_slice(bytes)?;
        if entry.to_bytes()? != bytes {
            return Err(EntryError::NotCanonical);
        }
        Ok(entry)
    }

    /// When, as a time.
    ///
    /// # Errors
    /// When it is none.
    pub fn time(&self) -> Result<Timestamp, jiff::Error> {
        self.at.parse()
    }
}

/// A moment in the form of entries: `2026-11-28T10:15:30.123Z`.
pub(super) fn written(at: Moment) -> String {
    let at = Timestamp::from_millisecond(at.as_millis()).unwrap_or_default();
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::deed::Thousandths;
    use overt_gallery::Context;

    fn entry() -> Entry {
        let deed = Deed::Comparison {
            source: serde_json::from_str("\"a\"").unwrap(),
            target: serde_json::from_str("\"b\"").unwrap(),
            threshold: Thousandths::of(80.0),
            model: "m-1".into(),
            matches: vec![Thousandths::of(99.1234)],
        };
        let actor = Actor { case: Some("A-7".into()), ..Actor::operator("compare") };
        Entry::new(
            Moment::from_millis(1_700_000_000_120),
            By::of(&actor),
            deed,
            Nonce::draw(&Context::system()).unwrap(),
        )
    }

    #[test]
    fn an_entry_has_one_form_and_is_read_back() {
        let bytes = entry().to_bytes().unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.starts_with(r#"{"actor":{"by":"operator"},"at":"2023-11-14T22:13:20.120Z","case":"A-7","deed":{"kind":"comparison","matches":[99123],"#), "{text}");
        let again = Entry::parse(&bytes).unwrap();
        assert_eq!(again.to_bytes().unwrap(), bytes);
    }

    #[test]
    fn what_says_the_same_in_other_bytes_is_refused() {
        let text = String::from_utf8(entry().to_bytes().unwrap()).unwrap();
        for other in [
            text.replace("\"v\":1", "\"v\": 1"),
            text.replace("\"v\":1", "\"v\":1,\"w\":2"),
            text.replace("99123", "99123.0"),
            text[1..].to_owned(),
        ] {
            assert!(Entry::parse(other.as_bytes()).is_err(), "{other}");
        }
    }
}
