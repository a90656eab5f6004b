//! Purposes: the closed list of what a collection can be for, and what each allows and demands.
//!
//! Owns the table. Its numbers are this project's choices; docs/decisions/0083 gives the reasons.
//!
//! # Invariants
//! - `evaluation` is what a collection is for when nobody has said: small, short-lived, and able to try everything but a
//!   running camera (REQUIREMENTS A2).
//! - A purpose that identifies people to others has a floor under its thresholds (B3).

use super::basis::LegalBasis;
use super::uses::Use;
use crate::closed::closed;

closed! {
    /// What a collection is for.
    Purpose, "purpose":
    /// Trying the server out: what a collection is for when nobody has said. At most 1,000 faces, for 30 days.
    Evaluation = "evaluation",
    /// One's own photographs, of family and friends: sorting them by who is in them.
    PhotoOrganisation = "photo-organisation",
    /// Whether somebody is who they say they are, for an account, a document or an examination, and has only one account.
    IdentityVerification = "identity-verification",
    /// Letting people through a door they are known at: staff, members, residents who enrolled themselves.
    AccessControl = "access-control",
    /// Keeping known faces out of what users upload to a service: impersonators, victims of circulated images.
    ContentModeration = "content-moderation",
    /// Finding known people in the archive of a newsroom, broadcaster, museum or library.
    MediaArchive = "media-archive",
    /// Tracing people missed by their families, and identifying those who cannot say who they are.
    MissingPersons = "missing-persons",
    /// Research on people who take part in it, or on published data sets within their terms.
    Research = "research",
}

/// How good a picture must be before anybody is looked for in it (REQUIREMENTS B4). What each means in numbers of quality is
/// for whoever measures it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProbeQuality {
    /// Whatever the caller asks for.
    Any,
    /// Faces that are blurred, dark, tiny or turned away are refused.
    Fair,
    /// Only clear faces that look at the camera.
    Good,
}

/// For how long faces may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Days, when the collection does not say.
    pub standard_days: u32,
    /// Most days that it can say.
    pub most_days: u32,
}

/// Whether faces need a record of consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// When the collection or its legal basis demands it.
    WhenDeclared,
    /// Always.
    Always,
}

/// What a purpose allows and demands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PurposeRules {
    /// What its collections can be used for.
    pub uses: &'static [Use],
    /// The legal bases it can have.
    pub bases: &'static [LegalBasis],
    /// Most faces in a collection; `None`: as many as the server allows.
    pub most_faces: Option<u64>,
    /// How long faces are kept.
    pub retention: Retention,
    /// Whether faces need a record of consent.
    pub consent: Consent,
    /// Lowest similarity in percent that a search can ask for; `None`: any. A search that asks for less gets this.
    pub threshold_floor: Option<f32>,
    /// What pictures may be searched with.
    pub probe_quality: ProbeQuality,
    /// How many people must confirm a match before it counts (C1). Stated; there are no reviews yet.
    pub reviewers: u8,
    /// Whether a valid evaluation report is needed before it can be searched (E3). Stated; there are no reports yet.
    pub report: bool,
}

/// Amazon's own advice where a match has consequences, and what the ACLU test ran without.
const IDENTIFICATION_FLOOR: Option<f32> = Some(99.0);

impl Purpose {
    /// What it allows and demands.
    #[must_use]
    pub const fn rules(self) -> &'static PurposeRules {
        use LegalBasis as B;
        use Use as U;
        match self {
            Self::Evaluation => &PurposeRules {
                uses: &[U::Enrol, U::Verify, U::Deduplicate, U::Search, U::VideoSearch],
                bases: &[B::Evaluation, B::ExplicitConsent, B::NoLivingPerson],
                most_faces: Some(1000),
                retention: Retention { standard_days: 30, most_days: 30 },
                consent: Consent::WhenDeclared,
                threshold_floor: None,
                probe_quality: ProbeQuality::Any,
                reviewers: 0,
                report: false,
            },
            Self::PhotoOrganisation => &PurposeRules {
                uses: &[U::Enrol, U::Verify, U::Deduplicate, U::Search, U::VideoSearch],
                bases: &[B::Household, B::ExplicitConsent, B::NoLivingPerson],
                most_faces: None,
                // A family's albums outlive most things; whoever keeps them renews the declaration once in a decade.
                retention: Retention { standard_days: 3650, most_days: 3650 },
                consent: Consent::WhenDeclared,
                threshold_floor: None,
                probe_quality: ProbeQuality::Any,
                reviewers: 0,
                report: false,
            },
            Self::IdentityVerification => &PurposeRules {
                uses: &[U::Enrol, U::Verify, U::Deduplicate],
                bases: &[B::ExplicitConsent, B::PublicInterest, B::NoLivingPerson],
                most_faces: None,
                // BIPA 15(a): three years after the last interaction at the latest.
                retention: Retention { standard_days: 365, most_days: 1095 },
                consent: Consent::WhenDeclared,
                threshold_floor: IDENTIFICATION_FLOOR,
                probe_quality: ProbeQuality::Fair,
                reviewers: 1,
                report: true,
            },
            Self::AccessControl => &PurposeRules {
                uses: &[U::Enrol, U::Verify, U::Deduplicate, U::Search, U::LiveSearch],
                bases: &[B::ExplicitConsent, B::EmploymentLaw, B::NoLivingPerson],
                most_faces: None,
                retention: Retention { standard_days: 365, most_days: 1095 },
                // A door can have another key: nobody has to be recognised by it.
                consent: Consent::Always,
                threshold_floor: IDENTIFICATION_FLOOR,
                probe_quality: ProbeQuality::Fair,
                reviewers: 0,
                report: true,
            },
            Self::ContentModeration => &PurposeRules {
                uses: &[U::Enrol, U::Verify, U::Deduplicate, U::Search, U::VideoSearch],
                bases: &[
                    B::ExplicitConsent,
                    B::LegalClaims,
                    B::PublicInterest,
                    B::VitalInterests,
                    B::NoLivingPerson,
                ],
                most_faces: None,
                retention: Retention { standard_days: 365, most_days: 730 },
                consent: Consent::WhenDeclared,
                threshold_floor: IDENTIFICATION_FLOOR,
                probe_quality: ProbeQuality::Any,
                reviewers: 1,
                report: true,
            },
            Self::MediaArchive => &PurposeRules {
                uses: &[U::Enrol, U::Verify, U::Deduplicate, U::Search, U::VideoSearch],
                bases: &[
                    B::ExplicitConsent,
                    B::ArchivingAndResearch,
                    B::Expression,
                    B::PublicInterest,
                    B::NoLivingPerson,
                ],
                most_faces: None,
                retention: Retention { standard_days: 1825, most_days: 3650 },
                consent: Consent::WhenDeclared,
                threshold_floor: IDENTIFICATION_FLOOR,
                probe_quality: ProbeQuality::Any,
                reviewers: 1,
                report: false,
            },
            Self::MissingPersons => &PurposeRules {
                uses: &[U::Enrol, U::Verify, U::Deduplicate, U::Search, U::VideoSearch],
                bases: &[B::ExplicitConsent, B::VitalInterests, B::PublicInterest, B::NoLivingPerson],
                most_faces: None,
                retention: Retention { standard_days: 365, most_days: 3650 },
                consent: Consent::WhenDeclared,
                threshold_floor: IDENTIFICATION_FLOOR,
                // The only picture of somebody may be a bad one; two people decide about what it finds.
                probe_quality: ProbeQuality::Any,
                reviewers: 2,
                report: true,
            },
            Self::Research => &PurposeRules {
                uses: &[U::Enrol, U::Verify, U::Deduplicate, U::Search, U::VideoSearch],
                bases: &[B::ExplicitConsent, B::ArchivingAndResearch, B::NoLivingPerson],
                most_faces: None,
                retention: Retention { standard_days: 365, most_days: 1825 },
                consent: Consent::WhenDeclared,
                // Error rates at low thresholds are what is measured.
                threshold_floor: None,
                probe_quality: ProbeQuality::Any,
                reviewers: 0,
                report: false,
            },
        }
    }

    /// Whether a running camera may be searched with.
    #[must_use]
    pub fn allows_live_video(self) -> bool {
        self.rules().uses.contains(&Use::LiveSearch)
    }
}
