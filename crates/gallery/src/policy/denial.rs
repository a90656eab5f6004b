//! What the rules refuse, in words that say what to declare or to do.
//!
//! Owns the words, and a short code for each kind, by which refusals are counted. Refuses to know how a client is told.

use super::purpose::Purpose;
use super::refused::RefusedPurpose;
use super::uses::{Use, Uses};
use crate::ids::ConsentId;
use crate::principal::Sector;

/// Why the rules do not allow something. Its text names the collection, never a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Denial {
    /// The declared purpose is one that is refused outright.
    #[error("the purpose {purpose} is refused: {} ({})", purpose.reason(), purpose.source())]
    Purpose {
        /// The purpose.
        purpose: RefusedPurpose,
    },
    /// The collection is not for this.
    #[error(
        "the collection {collection} (purpose {purpose}) may be used to {allowed}, not to {asked} ({}): for that, make a \
         collection whose purpose allows it, declared with the tag overt:purpose", asked.description().trim_end_matches(['.', '?'])
    )]
    Use {
        /// The collection.
        collection: String,
        /// What it is for.
        purpose: Purpose,
        /// What it may be used for.
        allowed: Uses,
        /// What was asked.
        asked: Use,
    },
    /// The purpose allows no more faces.
    #[error(
        "the collection {collection} has the purpose {purpose}, under which it may hold at most {limit} faces; nothing was \
         added. For more, declare what the faces are for: make a collection with the tags overt:purpose (one of {}) and \
         overt:legal-basis",
        declarable()
    )]
    Faces {
        /// The collection.
        collection: String,
        /// What it is for.
        purpose: Purpose,
        /// Most faces.
        limit: u64,
    },
    /// A declared policy would be widened.
    #[error(
        "the policy of a collection is only ever narrowed, and {what} would widen it: make a new collection for another \
         purpose"
    )]
    Widening {
        /// What, with from and to.
        what: String,
    },
    /// The collection demands consent and there is no record of it.
    #[error("the collection {collection} demands a record of consent for each face: {reason}")]
    Consent {
        /// The collection.
        collection: String,
        /// What is missing and how to give it.
        reason: String,
    },
    /// A face would be added under the consent of somebody whom it does not resemble.
    #[error(
        "the face is not like the {faces} that the collection {collection} has under the record of consent {consent}, and one record is \
         one person's; nothing was added. If it is somebody else, record a consent of their own (POST /overt/v1/consents); if it is the same \
         person, send a picture that shows them better"
    )]
    Person {
        /// The collection.
        collection: String,
        /// The record.
        consent: ConsentId,
        /// How many faces it was compared with.
        faces: usize,
    },
    /// How alike a face and a user are was asked by somebody who may not be told.
    #[error(
        "a UserMatchThreshold of one's own asks how alike a face and a user are, and in the collection {collection} {why}. Leave it out: \
         75 is asked for then"
    )]
    Likeness {
        /// The collection.
        collection: String,
        /// Who is told.
        why: String,
    },
    /// The principal's sector is one whose identifications are refused.
    #[error("principals of the sector {sector} identify nobody: {} ({})", purpose.reason(), purpose.source())]
    Sector {
        /// The sector.
        sector: Sector,
        /// The purpose that this would be.
        purpose: RefusedPurpose,
    },
    /// Emotions of those who depend on the principal.
    #[error(
        "principals of the sector {sector} are told no emotions: {} ({}); ask for attributes by name, without EMOTIONS",
        RefusedPurpose::EmotionInference.reason(), RefusedPurpose::EmotionInference.source()
    )]
    Emotions {
        /// The sector.
        sector: Sector,
    },
}

impl Denial {
    /// The kind, for counting: a short word out of a closed list.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Purpose { .. } => "purpose",
            Self::Use { .. } => "use",
            Self::Faces { .. } => "faces",
            Self::Widening { .. } => "widening",
            Self::Consent { .. } => "consent",
            Self::Person { .. } => "person",
            Self::Likeness { .. } => "likeness",
            Self::Sector { .. } => "sector",
            Self::Emotions { .. } => "emotions",
        }
    }
}

/// The purposes that can be declared to have more than an evaluation.
fn declarable() -> String {
    let names: Vec<_> = Purpose::ALL
        .iter()
        .filter(|purpose| purpose.rules().most_faces.is_none())
        .map(|purpose| purpose.name())
        .collect();
    names.join(", ")
}
