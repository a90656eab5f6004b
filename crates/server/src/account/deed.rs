//! What an entry tells of: the closed list of deeds.
//!
//! Owns their published form: JSON objects told apart by `kind`. Numbers are integers, so that there is one way to write them:
//! similarities and thresholds are thousandths of a percent, rates are counted in millionths.
//!
//! # Invariants
//! - Every kind that was ever written stays readable; a kind gains members, never other meanings.

use overt_gallery::{CollectionEvent, ConsentEvent, DeletionReason, OverrideEvent, PrincipalChange};
use serde::{Deserialize, Serialize};

use super::seal::{Commitment, Tag};

/// A similarity or threshold, thousandths of a percent: 99123 is 99.123.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Thousandths(pub u32);

impl Thousandths {
    /// Of a percentage, 0..=100, rounded.
    #[must_use]
    pub fn of(percent: f32) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=100000")]
        Self((f64::from(percent) * 1000.0).round().clamp(0.0, 100_000.0) as u32)
    }

    /// As a percentage.
    #[must_use]
    pub fn percent(self) -> f64 {
        f64::from(self.0) / 1000.0
    }
}

/// What was searched with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Probe {
    /// A picture; nothing of it was kept.
    Picture(Commitment),
    /// A face of the collection.
    Face(Tag),
    /// A user of the collection.
    User(Tag),
}

/// Somebody who was returned by a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The face or user.
    pub tag: Tag,
    /// How alike.
    pub similarity: Thousandths,
}

/// How many strangers a search was expected to return at its threshold, millionths, with the interval that the calibration's data
/// leave open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expectation {
    /// The best estimate.
    pub millionths: u64,
    /// Lower end.
    pub low: u64,
    /// Upper end.
    pub high: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Why what an entry tells of does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Because {
    /// It was done, and the records of a snapshot from before were put back.
    Restored,
}

/// What was done. Members that could be missing are left out, never null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Deed {
    /// The server was started.
    Start {
        /// Its release.
        version: String,
        /// A digest of its settings, hexadecimal: another one when any of them is another.
        settings: String,
        /// Public keys of the witnesses that its operator names.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        witnesses: Vec<String>,
        /// Every collection and principal of the records has been told of before this entry, with its number or keys. Releases before this member had not.
        #[serde(skip_serializing_if = "std::ops::Not::not", default)]
        whole: bool,
    },
    /// A picture was analysed, nobody compared.
    Analysis {},
    /// Two pictures were compared.
    Comparison {
        /// Who is looked for.
        source: Commitment,
        /// Where.
        target: Commitment,
        /// The threshold of the answer.
        threshold: Thousandths,
        /// The version of the templates.
        model: String,
        /// Similarities of the faces that reached it, falling.
        matches: Vec<Thousandths>,
    },
    /// A collection was searched.
    Search {
        /// Which.
        collection: String,
        /// What it was made for.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        purpose: Option<String>,
        /// With what.
        probe: Probe,
        /// The version of the templates.
        model: String,
        /// How many faces, or users, were searched.
        searched: u64,
        /// The threshold that was asked for.
        asked: Thousandths,
        /// The one that was applied.
        threshold: Thousandths,
        /// The purpose's floor at this size, if it has one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        floor: Option<Thousandths>,
        /// The override under which the floor was not applied.
        #[serde(rename = "override", skip_serializing_if = "Option::is_none", default)]
        overridden: Option<String>,
        /// Strangers to be expected.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        strangers: Option<Expectation>,
        /// How many were returned; `candidates` holds the first of them, `more` entries the others.
        returned: u64,
        /// Who was returned, most alike first.
        candidates: Vec<Candidate>,
    },
    /// Records of people were listed.
    Listing {
        /// Of which collection.
        collection: String,
    },
    /// Faces were added.
    Enrolment {
        /// To which collection.
        collection: String,
        /// The version of the templates.
        model: String,
        /// The picture that they are in, if they came out of one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        picture: Option<Commitment>,
        /// How many; `faces` holds the first of them, `more` entries the others.
        added: u64,
        /// The faces.
        faces: Vec<Tag>,
        /// Faces in the collection afterwards.
        total: u64,
    },
    /// Faces were deleted.
    Deletion {
        /// Out of which collection.
        collection: String,
        /// Why.
        reason: DeletionReason,
        /// How many; `faces` holds the first of them, `more` entries the others.
        deleted: u64,
        /// The faces.
        faces: Vec<Tag>,
        /// Faces in the collection afterwards.
        total: u64,
    },
    /// The rest of a list that is too long for one entry; it follows that entry, and its tags are made with its own nonce.
    More {
        /// Further candidates of a search.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        candidates: Vec<Candidate>,
        /// Further faces of an enrolment or deletion.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        faces: Vec<Tag>,
    },
    /// Something became of a collection as a whole.
    Collection {
        /// What.
        event: CollectionEvent,
        /// Which.
        collection: String,
        /// The version of its templates.
        model: String,
        /// Faces in it.
        total: u64,
        /// The tags by which it is ruled (`overt:…`), by key.
        #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty", default)]
        rules: std::collections::BTreeMap<String, String>,
        /// Its number in the server's records, which its data key is bound to. Releases before this member told of none; `taken-over` says it since.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        number: Option<u64>,
    },
    /// A user was made or deleted, or its faces changed.
    User {
        /// Of which collection.
        collection: String,
        /// `created`, `deleted`, `associated`, `disassociated`, or `compared`: faces were too far from it to be associated.
        event: String,
        /// The user.
        user: Tag,
        /// The faces that were given to it or taken from it, or were too far.
        #[serde(skip_serializing_if = "Vec::is_empty", default)]
        faces: Vec<Tag>,
        /// How many of the faces were compared with it.
        #[serde(skip_serializing_if = "is_zero", default)]
        compared: u64,
    },
    /// A consent was recorded, or taken back.
    Consent {
        /// Which of the two.
        event: ConsentEvent,
        /// For which collection.
        collection: String,
        /// The record.
        consent: Tag,
        /// SHA-256 of the text that was shown, hexadecimal.
        text: String,
        /// What was agreed to: uses with blanks between them.
        scope: String,
        /// Until when it holds: RFC 3339, UTC, milliseconds.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        expires: Option<String>,
    },
    /// Searches of a collection below the floor of its purpose were allowed for some time, or no longer. Its reason is published: it
    /// names nobody.
    Override {
        /// Which of the two.
        event: OverrideEvent,
        /// The override's id, which searches under it name.
        id: String,
        /// The collection.
        collection: String,
        /// Lowest threshold of a search.
        lowest: Thousandths,
        /// Why.
        reason: String,
        /// The principal that allowed it.
        allowed_by: String,
        /// Until when at the latest: RFC 3339, UTC, milliseconds.
        expires: String,
    },
    /// Something became of a principal.
    Principal(PrincipalChange),
    /// A principal searched, or a person was searched for, unusually often.
    Alarm {
        /// The principal that searched, where it is about one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        principal: Option<String>,
        /// The face or user that was searched for, where it is about one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        person: Option<Tag>,
        /// The collection of the search that raised it.
        collection: String,
        /// What was unusual, where it is not searching: `unsuccessful-comparisons` of faces with users, or with who consented.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        about: Option<String>,
        /// How many searches, or comparisons, there were.
        searches: u64,
        /// Within how many seconds.
        seconds: u64,
    },
    /// The records give more than the ledger says was declared: they were changed beside the server.
    Contradiction {
        /// The collection that it is about, if it is about one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        collection: Option<String>,
        /// The principal that it is about, if it is about one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        principal: Option<String>,
        /// The entry that says what was declared, if there is one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        entry: Option<u64>,
        /// What the records give.
        what: String,
    },
    /// A call was refused.
    Refusal {
        /// The API's error code.
        code: String,
        /// Why, as a word out of a closed list.
        reason: String,
        /// The collection that it was about.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        collection: Option<String>,
    },
    /// Somebody was given everything that the ledger has about a person.
    SubjectAccess {
        /// In which collection her records are.
        collection: String,
        /// Her faces and users, the first hundred.
        subjects: Vec<Tag>,
        /// How many entries were found.
        entries: u64,
    },
    /// All records and templates were copied into a snapshot, by somebody who may work on the server's files.
    Snapshot {
        /// Collections in it.
        collections: u64,
        /// Faces in it.
        total: u64,
    },
    /// The server's key was replaced, by somebody who may work on the server's files: everything that it seals was sealed again.
    ServerKey {
        /// Secrets of access keys.
        access_keys: u64,
        /// Keys of collections.
        collections: u64,
    },
    /// What these entries tell of was not done after all: its commit failed, or the server died before it.
    Undone {
        /// The first of them.
        from: u64,
        /// The number after the last.
        to: u64,
        /// Why, where it is not that the change failed.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        because: Option<Because>,
    },
    /// The records were put back from a snapshot, and this was made again of what the ledger tells of since: how many of each.
    Restored {
        /// The number after the last entry whose change the snapshot had.
        known: u64,
        /// Collections that were deleted.
        collections: u64,
        /// Policies that were narrowed.
        policies: u64,
        /// Consents that were withdrawn.
        consents: u64,
        /// Faces that were deleted.
        faces: u64,
        /// Users that were deleted.
        users: u64,
        /// Overrides that were ended.
        overrides: u64,
        /// Principals that were revoked or described otherwise.
        principals: u64,
    },
    /// This ledger was begun in the place of one that was lost, by somebody who may work on the server's files.
    BegunAnew {
        /// Why, in that person's words.
        reason: String,
        /// Entries of the lost ledger that the records knew of.
        lost: u64,
    },
}
