//! Families of operations and roles: the words a principal's permissions are written in.
//!
//! Owns which family each operation belongs to, what each role permits, and the check of a permission. Refuses to know principals' stores.
//!
//! # Invariants
//! - Every operation belongs to exactly one family, by a `match` without a wildcard.
//! - No family's name is an operation's.

use overt_gallery::{ADMINISTER, AUDIT, Allowed, REVIEW};
use overt_protocol::Operation;

/// A group of operations that do the same kind of thing to people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Faces in a picture, and whether two pictures show the same person. Nothing is kept.
    Faces,
    /// Labels, text, protective equipment, moderation of a picture.
    Images,
    /// Recognition of well-known people.
    Celebrities,
    /// Collections themselves, and their tags.
    Collections,
    /// Faces and users of a collection: adding, listing, removing.
    Enrolment,
    /// Looking for a person in a collection.
    Search,
    /// Stored video.
    Video,
    /// Bulk jobs over many pictures.
    MediaAnalysis,
    /// Live video.
    Streams,
    /// Projects, data sets and models of one's own.
    CustomLabels,
    /// Whether a live person stands before the camera.
    Liveness,
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 11] = [
        Self::Faces,
        Self::Images,
        Self::Celebrities,
        Self::Collections,
        Self::Enrolment,
        Self::Search,
        Self::Video,
        Self::MediaAnalysis,
        Self::Streams,
        Self::CustomLabels,
        Self::Liveness,
    ];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Faces => "faces",
            Self::Images => "images",
            Self::Celebrities => "celebrities",
            Self::Collections => "collections",
            Self::Enrolment => "enrolment",
            Self::Search => "search",
            Self::Video => "video",
            Self::MediaAnalysis => "media-analysis",
            Self::Streams => "streams",
            Self::CustomLabels => "custom-labels",
            Self::Liveness => "liveness",
        }
    }

    /// The family of an operation.
    #[must_use]
    pub const fn of(operation: Operation) -> Self {
        use Operation as O;
        match operation {
            O::DetectFaces | O::CompareFaces => Self::Faces,
            O::DetectLabels | O::DetectModerationLabels | O::DetectText | O::DetectProtectiveEquipment => {
                Self::Images
            }
            O::RecognizeCelebrities | O::GetCelebrityInfo => Self::Celebrities,
            O::CreateCollection
            | O::DeleteCollection
            | O::DescribeCollection
            | O::ListCollections
            | O::TagResource
            | O::UntagResource
            | O::ListTagsForResource => Self::Collections,
            O::IndexFaces
            | O::ListFaces
            | O::DeleteFaces
            | O::CreateUser
            | O::DeleteUser
            | O::ListUsers
            | O::AssociateFaces
            | O::DisassociateFaces => Self::Enrolment,
            // Video is searched for people by the same permission as pictures.
            O::SearchFaces
            | O::SearchFacesByImage
            | O::SearchUsers
            | O::SearchUsersByImage
            | O::StartFaceSearch
            | O::GetFaceSearch => Self::Search,
            O::StartLabelDetection
            | O::GetLabelDetection
            | O::StartContentModeration
            | O::GetContentModeration
            | O::StartFaceDetection
            | O::GetFaceDetection
            | O::StartCelebrityRecognition
            | O::GetCelebrityRecognition
            | O::StartTextDetection
            | O::GetTextDetection
            | O::StartSegmentDetection
            | O::GetSegmentDetection
            | O::StartPersonTracking
            | O::GetPersonTracking => Self::Video,
            O::StartMediaAnalysisJob | O::GetMediaAnalysisJob | O::ListMediaAnalysisJobs => {
                Self::MediaAnalysis
            }
            O::CreateStreamProcessor
            | O::DescribeStreamProcessor
            | O::ListStreamProcessors
            | O::StartStreamProcessor
            | O::StopStreamProcessor
            | O::UpdateStreamProcessor
            | O::DeleteStreamProcessor => Self::Streams,
            O::CreateProject
            | O::DescribeProjects
            | O::DeleteProject
            | O::CreateDataset
            | O::DescribeDataset
            | O::UpdateDatasetEntries
            | O::ListDatasetEntries
            | O::ListDatasetLabels
            | O::DistributeDatasetEntries
            | O::DeleteDataset
            | O::CreateProjectVersion
            | O::DescribeProjectVersions
            | O::CopyProjectVersion
            | O::StartProjectVersion
            | O::StopProjectVersion
            | O::DeleteProjectVersion
            | O::DetectCustomLabels
            | O::PutProjectPolicy
            | O::ListProjectPolicies
            | O::DeleteProjectPolicy => Self::CustomLabels,
            O::CreateFaceLivenessSession | O::GetFaceLivenessSessionResults => Self::Liveness,
        }
    }
}

/// What a principal does for its organisation; beside operations, what is under `/overt/v1` is permitted by these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Puts people into collections and records their consent: also every operation of [`Family::Enrolment`].
    Enrol,
    /// Looks for people: every operation of [`Family::Search`].
    Search,
    /// Decides about matches.
    Review,
    /// Reads what the ledger keeps about a person.
    Audit,
    /// Makes collections and settles exceptions: also every operation of [`Family::Collections`].
    Administer,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [Self::Enrol, Self::Search, Self::Review, Self::Audit, Self::Administer];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enrol => "enrol",
            Self::Search => "search",
            Self::Review => REVIEW,
            Self::Audit => AUDIT,
            Self::Administer => ADMINISTER,
        }
    }

    /// The family of operations that it permits.
    const fn family(self) -> Option<Family> {
        match self {
            Self::Enrol => Some(Family::Enrolment),
            Self::Search => Some(Family::Search),
            Self::Administer => Some(Family::Collections),
            Self::Review | Self::Audit => None,
        }
    }
}

/// Whether a principal has a role. Nobody audits who administers, and who was allowed everything neither reviews nor audits (REQUIREMENTS D4).
#[must_use]
pub fn holds(allowed: &Allowed, role: Role) -> bool {
    match allowed {
        Allowed::All => !matches!(role, Role::Review | Role::Audit),
        // Records of earlier releases may have both: who administers does not read what the ledger keeps.
        Allowed::Only(words) => {
            words.contains(role.name()) && !(role == Role::Audit && words.contains(ADMINISTER))
        }
    }
}

/// Whether a principal may call an operation: it was allowed everything, the operation, its family or a role that has it.
#[must_use]
pub fn permits(allowed: &Allowed, operation: Operation) -> bool {
    match allowed {
        Allowed::All => true,
        Allowed::Only(words) => {
            let family = Family::of(operation);
            words.contains(operation.name())
                || words.contains(family.name())
                || Role::ALL.iter().any(|role| role.family() == Some(family) && words.contains(role.name()))
        }
    }
}

/// Whether a principal was allowed what an entry of the ledger calls `operation`; `None` for what nobody needs to be allowed, and what this release does not know. Of records of earlier
/// releases it says what they had: who audits and administers may do both.
pub(crate) fn granted(allowed: &Allowed, operation: &str) -> Option<bool> {
    if let Some(operation) = Operation::from_name(operation) {
        return Some(permits(allowed, operation));
    }
    let role = role_for(operation)?;
    Some(match allowed {
        Allowed::All => holds(allowed, role),
        Allowed::Only(words) => words.contains(role.name()),
    })
}

/// The role that what is under `/overt/v1` asks for, where it is told of in the ledger.
fn role_for(operation: &str) -> Option<Role> {
    match operation {
        "RecordConsents" | "DescribeConsent" | "WithdrawConsent" => Some(Role::Enrol),
        "GrantOverride" | "EndOverride" => Some(Role::Administer),
        "SubjectAccess" => Some(Role::Audit),
        _ => None,
    }
}

/// The first word that is neither an operation, nor a family, nor a role.
#[must_use]
pub fn unknown_word(allowed: &Allowed) -> Option<&str> {
    match allowed {
        Allowed::All => None,
        Allowed::Only(words) => words.iter().map(String::as_str).find(|word| {
            Operation::from_name(word).is_none()
                && !Family::ALL.iter().any(|family| family.name() == *word)
                && !Role::ALL.iter().any(|role| role.name() == *word)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(words: &[&str]) -> Allowed {
        Allowed::from_words(words.iter().copied()).unwrap()
    }

    #[test]
    fn permissions_name_operations_families_or_everything() {
        assert!(permits(&only(&["all"]), Operation::SearchUsers));
        assert!(permits(&only(&["faces"]), Operation::CompareFaces));
        assert!(!permits(&only(&["faces"]), Operation::SearchFaces));
        assert!(permits(&only(&["SearchFaces"]), Operation::SearchFaces));
        assert!(!permits(&only(&["SearchFaces"]), Operation::SearchFacesByImage));
    }

    #[test]
    fn d4_roles_permit_their_operations_and_everything_is_not_the_one_that_checks() {
        assert!(permits(&only(&["enrol"]), Operation::IndexFaces));
        assert!(!permits(&only(&["enrol"]), Operation::SearchFaces));
        assert!(permits(&only(&["administer"]), Operation::CreateCollection));
        for operation in Operation::ALL {
            assert!(!permits(&only(&["audit", "review"]), operation), "{}", operation.name());
        }
        for role in Role::ALL {
            assert!(holds(&only(&[role.name()]), role));
            assert_eq!(unknown_word(&only(&[role.name()])), None);
            assert_eq!(holds(&only(&["all"]), role), !matches!(role, Role::Review | Role::Audit), "{role:?}");
            assert!(!holds(&only(&["faces", "SearchFaces"]), role), "{role:?}");
        }
        // A record of an earlier release.
        let both = only(&["administer", "audit"]);
        assert!(holds(&both, Role::Administer) && !holds(&both, Role::Audit));
    }

    #[test]
    fn d4_no_word_that_permits_identifying_stands_beside_review_and_audit() {
        let mut refused = 0;
        for operation in Operation::ALL {
            let known = operation.name().contains("RecognizeCelebrit")
                || operation.name().contains("CelebrityRecognition");
            let identifies = crate::ops::use_of(operation).is_some_and(|asked| asked.identifies()) || known;
            let family = Family::of(operation);
            let words = [operation.name(), family.name()];
            let roles = Role::ALL.iter().filter(|role| role.family() == Some(family)).map(|role| role.name());
            for word in words.into_iter().chain(roles) {
                let allowed = Allowed::from_words([word, REVIEW, AUDIT]);
                assert!(allowed.is_err() || !identifies, "{word}, {}", operation.name());
                refused += u32::from(allowed.is_err());
            }
        }
        assert!(refused > 20, "{refused}");
        for word in ["faces", "images", "collections", "enrol", "custom-labels", "SearchFaces"] {
            assert_eq!(Allowed::from_words([word, REVIEW, AUDIT]).is_err(), word == "SearchFaces", "{word}");
        }
    }

    /// D4: what the ledger is told of routes is held against the role that they ask for.
    #[test]
    fn d4_every_route_that_is_told_of_is_granted_by_the_role_that_it_asks_for() {
        let routes = [
            include_str!("../http/overt/consents.rs"),
            include_str!("../http/overt/overrides.rs"),
            include_str!("../http/overt/subjects.rs"),
        ];
        let mut told = 0;
        for route in routes.iter().flat_map(|file| file.split("request, \"").skip(1)) {
            let (name, rest) = route.split_once('"').unwrap();
            if name == "ListOverrides" {
                continue;
            }
            let role = rest.split("Role::").nth(1).unwrap();
            let role: String = role.chars().take_while(char::is_ascii_alphabetic).collect();
            assert_eq!(format!("{:?}", role_for(name).unwrap()), role, "{name}");
            told += 1;
        }
        assert_eq!(told, 6);
        assert_eq!(
            granted(&only(&["audit", "administer"]), "SubjectAccess"),
            Some(true),
            "of an earlier release"
        );
        assert_eq!(granted(&only(&["all"]), "SubjectAccess"), Some(false));
        assert_eq!(granted(&only(&["enrol"]), "SearchFaces"), Some(false));
        assert_eq!(granted(&only(&["enrol"]), "Whoami"), None);
    }

    #[test]
    fn words_that_permit_nothing_are_found() {
        assert_eq!(unknown_word(&only(&["faces", "DetectText"])), None);
        assert_eq!(unknown_word(&only(&["faces", "DetectTexts"])), Some("DetectTexts"));
    }

    #[test]
    fn every_family_has_operations_and_a_name_of_its_own() {
        for family in Family::ALL {
            assert!(Operation::ALL.iter().any(|operation| Family::of(*operation) == family), "{family:?}");
            assert!(Operation::from_name(family.name()).is_none());
            assert_eq!(unknown_word(&only(&[family.name()])), None);
        }
    }
}
