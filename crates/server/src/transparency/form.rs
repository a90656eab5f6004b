//! The form of the report: what its parts are, as `/transparency.json` has them.
//!
//! Owns the members, which docs/transparency.md publishes. Whole numbers and texts only. How they are computed, `report` knows.

use std::collections::BTreeMap;

use serde::Serialize;

use super::sums::{Bands, Strangers, Sums};

/// The ledger that a report is computed from.
#[derive(Clone, Debug, Serialize)]
pub struct Ledger {
    /// Its name.
    pub origin: String,
    /// Its public key, by which everything here can be checked.
    pub key: String,
    /// Entries.
    pub entries: u64,
    /// The root over them, base64.
    pub root: String,
    /// The signed checkpoint, with the witnesses' cosignatures.
    pub checkpoint: String,
    /// When the first entry was written.
    pub first_entry: Option<String>,
    /// When the last one was.
    pub last_entry: Option<String>,
    /// The witnesses that the operator names.
    pub witnesses: Vec<WitnessState>,
    /// Whether one of them has cosigned this checkpoint.
    pub witnessed: bool,
    /// Entries that tell of changes that were not made: a server died before their commit.
    pub undone: u64,
    /// Entries that the release which computed this report cannot read.
    pub unreadable: u64,
    /// Entries of kinds that have no place of their own here, by kind.
    pub other_kinds: BTreeMap<String, u64>,
}

/// A witness, and whether it has cosigned.
#[derive(Clone, Debug, Serialize)]
pub struct WitnessState {
    /// Its name.
    pub name: String,
    /// Its public key.
    pub key: String,
    /// When it has cosigned this checkpoint, seconds since 1970.
    pub cosigned: Option<u64>,
}

/// Somebody who uses the server.
#[derive(Clone, Debug, Serialize)]
pub struct PrincipalUse {
    /// Its name.
    pub name: String,
    /// Who answers for it.
    pub organisation: String,
    /// That organisation's sector.
    pub sector: String,
    /// What it may do.
    pub allowed: Vec<String>,
    /// When it was made.
    pub created: Option<String>,
    /// When its access ended.
    pub revoked: Option<String>,
    /// When it was first seen.
    pub first_seen: Option<String>,
    /// When it was last seen.
    pub last_seen: Option<String>,
    /// What it did.
    pub did: Sums,
    /// Its searches by purpose.
    pub searches_by_purpose: BTreeMap<String, u64>,
}

/// An organisation: its principals together.
#[derive(Clone, Debug, Serialize)]
pub struct OrganisationUse {
    /// Its name, as its principals have it.
    pub organisation: String,
    /// Its sector.
    pub sector: String,
    /// How many principals.
    pub principals: u64,
    /// What they did.
    pub did: Sums,
    /// Their searches by purpose.
    pub searches_by_purpose: BTreeMap<String, u64>,
}

/// A purpose: its collections together.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PurposeUse {
    /// Its name.
    pub purpose: String,
    /// Collections that there are.
    pub collections: u64,
    /// Faces in them.
    pub faces: u64,
    /// What was done with them, and with those that are deleted.
    pub done: Sums,
}

/// A collection.
#[derive(Clone, Debug, Serialize)]
pub struct CollectionUse {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub purpose: String,
    /// Everything it declares, by key.
    pub rules: BTreeMap<String, String>,
    /// The version of its templates.
    pub model: String,
    /// Faces in it.
    pub faces: u64,
    /// Most faces that were ever in it.
    pub most_faces: u64,
    /// When it was made.
    pub created: Option<String>,
    /// When it was deleted.
    pub deleted: Option<String>,
    /// What was done with it.
    pub done: Sums,
}

/// Refused calls.
#[derive(Clone, Debug, Serialize)]
pub struct Refused {
    /// Why.
    pub reason: String,
    /// The error's code.
    pub code: String,
    /// How many.
    pub count: u64,
}

/// A day.
#[derive(Clone, Debug, Serialize)]
pub struct Day {
    /// Its date, UTC.
    pub day: String,
    /// What was done.
    pub done: Sums,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
pub struct Happened {
    /// The entry that tells of it.
    pub entry: u64,
    /// When.
    pub at: String,
    /// In words.
    pub what: String,
}

/// Thresholds that searches were made at.
#[derive(Clone, Debug, Serialize)]
pub struct Thresholds {
    /// Searches by the threshold that was applied.
    pub applied: Bands,
    /// Searches that asked for less than the collection's floor and were given the floor.
    pub raised_to_the_floor: u64,
    /// Searches below the floor, by the override that allowed them.
    pub below_the_floor_by_override: BTreeMap<String, u64>,
    /// Strangers that were to be expected among the candidates.
    pub strangers: Strangers,
}
