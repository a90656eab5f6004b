//! What is counted by itself: a principal, a collection, an event.
//!
//! Owns what is remembered of each. How entries are counted, `tally` knows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::sums::Sums;

/// The purpose of a collection that declares none.
const UNDECLARED: &str = "evaluation";

/// Somebody who did something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Who answers for its use: as recorded last, or, of one that was made before the ledger began, what its last entry says.
    pub organisation: String,
    /// That organisation's sector.
    pub sector: String,
    /// What it may do, as recorded last.
    pub allowed: Vec<String>,
    /// The ledger tells what was recorded of it.
    pub recorded: bool,
    /// When it was made, if the ledger tells.
    pub created: Option<String>,
    /// When it was ended.
    pub revoked: Option<String>,
    /// Its first and last deed.
    pub active: Option<(String, String)>,
    /// What it did.
    pub sums: Sums,
    /// Its searches by purpose.
    pub purposes: BTreeMap<String, u64>,
}

/// A collection, from its making to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// Its rules, by tag.
    pub rules: BTreeMap<String, String>,
    /// The version of its templates.
    pub model: String,
    /// Faces in it.
    pub faces: u64,
    /// Most faces that were in it.
    pub most_faces: u64,
    /// When it was made, if the ledger tells.
    pub created: Option<String>,
    /// When it was deleted.
    pub deleted: Option<String>,
    /// What was done with it.
    pub sums: Sums,
}

/// The collections that have had a name: one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bearers {
    /// Those that were deleted before the present one was made.
    pub past: Vec<Collection>,
    /// The last one.
    pub present: Collection,
}

impl Collection {
    /// What it is for.
    #[must_use]
    pub fn purpose(&self) -> &str {
        self.rules.get("overt:purpose").map_or(UNDECLARED, String::as_str)
    }
}

/// Something worth a line of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The entry's number.
    pub entry: u64,
    /// When.
    pub at: String,
    /// In words.
    pub what: String,
}

impl Collection {
    /// Notes how many faces there are now.
    pub(super) fn holds(&mut self, faces: u64) {
        self.faces = faces;
        self.most_faces = self.most_faces.max(faces);
    }
}
