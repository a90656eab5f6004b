//! What the server does not do, does badly, or cannot know: said before anybody relies on it.
//!
//! Owns the sentences. Each names where more is said, so that none of them stays when the thing itself has changed.

use serde::Serialize;

/// A limit.
#[derive(Debug, Serialize)]
pub(super) struct Limit {
    /// What.
    pub(super) what: &'static str,
    /// In a sentence or two.
    pub(super) says: &'static str,
    /// The document that says more.
    pub(super) more: &'static str,
}

/// All of them.
pub(super) const LIMITS: &[Limit] = &[
    Limit {
        what: "A similarity is not an identification",
        says: "It says how rarely two different people are this similar. How likely it is that two pictures show one person also depends on how many \
               people could have been meant, which no server knows. A match is a lead for a person to judge.",
        more: "docs/accuracy.md",
    },
    Limit {
        what: "Measured on few people, of one kind",
        says: "The error rates come from news photographs of public figures: mostly men, mostly adults, mostly from the United States and Europe, nearly \
               frontal, well lit. For other people and other pictures they are not known, and experience says that they are worse.",
        more: "docs/accuracy.md",
    },
    Limit {
        what: "No rates by group yet",
        says: "Error rates by age, sex and skin tone were not measured for this release. Networks of this kind have been found to err several times as \
               often for some groups as for others.",
        more: "docs/accuracy.md",
    },
    Limit {
        what: "The highest similarities are extrapolated",
        says: "Rates beyond about one in a million are continued from the data and not measured; every answer that rests on them says so.",
        more: "docs/accuracy.md",
    },
    Limit {
        what: "Apparent age, gender, emotion and the rest are guesses about a picture",
        says: "They say how a face looks to a network, and nothing about who somebody is or what somebody feels.",
        more: "docs/attributes.md",
    },
    Limit {
        what: "No test for life",
        says: "A photograph of a photograph is a photograph: whether a living person stands before the camera is not checked.",
        more: "COMPATIBILITY.md",
    },
    Limit {
        what: "Unsafe content is missed",
        says: "What moderation misses was not measured, since there is no data to measure it on. It is no sole safeguard.",
        more: "docs/moderation.md",
    },
    Limit {
        what: "The operator holds the machine",
        says: "Controls of this kind reduce harm; they do not remove it. The operator has the root key and can change the code. The ledger is evidence \
               only where witnesses outside the operator's control cosign it.",
        more: "docs/accountability.md",
    },
];
