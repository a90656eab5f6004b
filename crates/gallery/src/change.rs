//! What was changed, as a ledger has to be told.
//!
//! Owns the list of changes and the finders by which a person's own entries are found again. Refuses to know how an entry is written.
//!
//! # Invariants
//! - A finder is drawn when its face or user is made, belongs to nobody else, and goes with the row.
//! - A change names people by id and finder only; names and ids never reach an entry in the clear (that is the recorder's promise).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::context::{Context, Moment, RandomnessError};
use crate::ids::{FaceId, ImageId};
use crate::names::{CollectionName, TemplateVersion, UserName};
use crate::overrides::{Override, OverrideEvent};
use crate::policy::Uses;
use crate::principal::KeyStatus;
use crate::restored::MadeAgain;

/// The secret by which everything about a face, or a user, is found in the ledger: sixteen random bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finder([u8; 16]);

impl Finder {
    /// Draws one.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn draw(context: &Context) -> Result<Self, RandomnessError> {
        Ok(Self(context.random()?))
    }

    /// Draws so many.
    pub(crate) fn draw_many(context: &Context, count: usize) -> Result<Vec<Self>, RandomnessError> {
        let mut random = vec![0; count.saturating_mul(16)];
        context.fill(&mut random)?;
        Ok(random.as_chunks::<16>().0.iter().map(|bytes| Self(*bytes)).collect())
    }

    /// From its bytes, as stored or as handed out in a receipt.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for Finder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Finder(…)")
    }
}

/// A face or a user that a change is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Its id's bytes: a face's sixteen, or a user's name.
    pub id: Vec<u8>,
    /// Its secret.
    pub finder: Finder,
}

impl Subject {
    /// A face.
    #[must_use]
    pub fn face(id: FaceId, finder: Finder) -> Self {
        Self { id: id.as_bytes().to_vec(), finder }
    }

    /// A user.
    #[must_use]
    pub fn user(name: &UserName, finder: Finder) -> Self {
        Self { id: name.as_str().as_bytes().to_vec(), finder }
    }
}

/// Why faces were deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeletionReason {
    /// Somebody asked for it.
    Asked,
    /// They had been kept for as long as was declared.
    Retention,
    /// The person withdrew consent.
    Withdrawal,
}

/// What became of a collection as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CollectionEvent {
    /// It was made.
    Created,
    /// It was deleted, and its key destroyed.
    Deleted,
    /// It was read from an export.
    Loaded,
    /// It was written to an export.
    Exported,
    /// Its templates were written anew under another key.
    Rekeyed,
    /// It was begun to be moved to another template version.
    MigrationBegun,
    /// It was moved to another template version.
    Migrated,
    /// Its records were repaired.
    Repaired,
    /// Its tags were changed.
    Tagged,
    /// Nothing: it is as it is, and an earlier release told of it without its number.
    TakenOver,
}

/// What became of a consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentEvent {
    /// It was recorded.
    Recorded,
    /// The person took it back.
    Withdrawn,
}

/// What became of a principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrincipalEvent {
    /// It was made.
    Created,
    /// It was given another access key.
    Rotated,
    /// What is recorded of it was changed.
    Described,
    /// It was ended for good.
    Revoked,
    /// Nothing: it is as it is, and an earlier release told of it without its keys.
    TakenOver,
}

/// A change.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// To a collection as a whole.
    Collection {
        /// What.
        event: CollectionEvent,
        /// Which.
        collection: CollectionName,
        /// The version of its templates.
        version: TemplateVersion,
        /// Faces in it afterwards; before, when it was deleted.
        faces: u64,
        /// Tags of the server's own (`overt:…`), as they are afterwards.
        tags: Vec<(String, String)>,
        /// The collection's number, which its data key is bound to: who has another collection's name has not its number.
        number: u64,
    },
    /// Faces of one picture were added.
    FacesAdded {
        /// Where.
        collection: CollectionName,
        /// The version of their templates.
        version: TemplateVersion,
        /// The picture they were found in.
        image: Option<ImageId>,
        /// The new ones.
        faces: Vec<Subject>,
        /// Faces in the collection afterwards.
        total: u64,
    },
    /// Faces were deleted.
    FacesDeleted {
        /// Where.
        collection: CollectionName,
        /// Those that are gone.
        faces: Vec<Subject>,
        /// Why.
        reason: DeletionReason,
        /// Faces in the collection afterwards.
        total: u64,
    },
    /// A user was made.
    UserCreated {
        /// Where.
        collection: CollectionName,
        /// The user.
        user: Subject,
    },
    /// A user was deleted; its faces stay.
    UserDeleted {
        /// Where.
        collection: CollectionName,
        /// The user.
        user: Subject,
    },
    /// Faces were compared with a user, and were too far to be given to it.
    FacesCompared {
        /// Where.
        collection: CollectionName,
        /// The user.
        user: Subject,
        /// The faces.
        faces: Vec<Subject>,
    },
    /// Faces were given to a user, or taken from it.
    UserFaces {
        /// Where.
        collection: CollectionName,
        /// The user.
        user: Subject,
        /// Faces that are the user's now.
        added: Vec<Subject>,
        /// Faces that no longer are.
        removed: Vec<Subject>,
        /// How many of those that were given were compared with the user before.
        compared: u64,
    },
    /// To a record of consent.
    Consent {
        /// What.
        event: ConsentEvent,
        /// Of which collection.
        collection: CollectionName,
        /// The record.
        consent: Subject,
        /// SHA-256 of the text that was shown, which is nobody's own.
        text: [u8; 32],
        /// What was agreed to.
        scope: Uses,
        /// Until when it holds.
        expires: Option<Moment>,
    },
    /// Searches below a floor were allowed, or no longer.
    Override {
        /// Which of the two.
        event: OverrideEvent,
        /// The override, as it is afterwards.
        of: Override,
    },
    /// To a principal.
    Principal(PrincipalChange),
    /// The records were put back from a snapshot.
    Restored {
        /// The number after the last entry of the ledger whose change the snapshot had.
        known: u64,
        /// What the ledger tells of after that and was made again.
        made: MadeAgain,
    },
    /// No change: everything was copied into a snapshot.
    Snapshot {
        /// Collections in it.
        collections: u64,
        /// Faces in it.
        faces: u64,
    },
    /// No change to any record: everything that the server's key seals was sealed again under another one.
    ServerKeyReplaced {
        /// Secrets of access keys.
        access_keys: u64,
        /// Data keys of collections.
        collections: u64,
    },
    /// No change: somebody was given everything that the ledger has about a person.
    SubjectAccess {
        /// Where her records are.
        collection: CollectionName,
        /// Her faces and users.
        subjects: Vec<Subject>,
        /// How many entries were found.
        entries: u64,
    },
}

/// A change to a principal, in the clear: who uses a server is nobody's secret (REQUIREMENTS F1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrincipalChange {
    /// What.
    pub event: PrincipalEvent,
    /// Its name.
    pub name: String,
    /// Who answers for its use, afterwards.
    pub organisation: String,
    /// That organisation's sector, afterwards.
    pub sector: String,
    /// What it may do, afterwards.
    pub allowed: Vec<String>,
    /// Its access keys that work afterwards, the newest first; at most [`MOST_KEYS`](crate::MOST_KEYS). Releases before this member told of none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub keys: Vec<KeyTold>,
}

/// An access key, as a ledger is told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyTold {
    /// A digest of its id, [`AccessKeyId::digest`](crate::AccessKeyId::digest).
    pub id: String,
    /// From when on it no longer works, milliseconds since 1970, if that was decided.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ends: Option<i64>,
}

impl KeyTold {
    /// Of a key.
    #[must_use]
    pub fn of(key: &KeyStatus) -> Self {
        Self { id: key.id.digest(), ends: key.ends.map(Moment::as_millis) }
    }

    /// Whether a key that is recorded is the one that was told of, and works no longer than that.
    #[must_use]
    pub fn covers(&self, key: &KeyStatus) -> bool {
        self.id == key.id.digest()
            && self.ends.is_none_or(|told| key.ends.is_some_and(|ends| ends.as_millis() <= told))
    }
}
