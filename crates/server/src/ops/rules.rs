//! The rules, asked before anything is analysed or changed: what the operation would do to people, and whether that is allowed.
//!
//! Owns which operation is which use, and which attributes of a request are emotions. What is allowed, `gallery`'s policy knows.
//!
//! # Invariants
//! - Every operation has its use by its family, of which there is one list ([`Family::of`]).
//! - The rules are asked on the one way that every request takes, also one of the command line on a data folder.

use overt_gallery::policy::{Denial, Use, check_sector, infers_emotions_of_dependents};
use overt_gallery::{CollectionName, GalleryError, Sector, Who};
use overt_protocol::generated::Attribute;
use overt_protocol::{Operation, Request};

use super::{Family, Services, arn};
use crate::error::ApiError;

/// What an operation does with the faces of a collection; `None` when it does nothing with them, shows them to those who keep
/// them, or removes them. Within a family that does something, what is not named is the family's use: a new operation is held to it until somebody
/// says otherwise.
pub(crate) const fn use_of(operation: Operation) -> Option<Use> {
    use Operation as O;
    match Family::of(operation) {
        Family::Enrolment => match operation {
            O::ListFaces | O::ListUsers | O::DeleteFaces | O::DeleteUser | O::DisassociateFaces => None,
            _ => Some(Use::Enrol),
        },
        Family::Search => match operation {
            O::SearchFaces | O::SearchUsers => Some(Use::Deduplicate),
            O::StartFaceSearch | O::GetFaceSearch => Some(Use::VideoSearch),
            _ => Some(Use::Search),
        },
        Family::Streams => match operation {
            O::DescribeStreamProcessor
            | O::ListStreamProcessors
            | O::StopStreamProcessor
            | O::DeleteStreamProcessor => None,
            _ => Some(Use::LiveSearch),
        },
        // Collections themselves: what their policies are, creating and tagging decide.
        Family::Collections => None,
        // No collection.
        Family::Faces
        | Family::Images
        | Family::Celebrities
        | Family::Video
        | Family::MediaAnalysis
        | Family::CustomLabels
        | Family::Liveness => None,
    }
}

/// The collection that a request names, where its operation uses one.
pub(crate) fn collection_of(request: &Request) -> Option<&str> {
    use Request as R;
    match request {
        R::IndexFaces(request) => request.collection_id.as_deref(),
        R::CreateUser(request) => request.collection_id.as_deref(),
        R::AssociateFaces(request) => request.collection_id.as_deref(),
        R::SearchFaces(request) => request.collection_id.as_deref(),
        R::SearchFacesByImage(request) => request.collection_id.as_deref(),
        R::SearchUsers(request) => request.collection_id.as_deref(),
        R::SearchUsersByImage(request) => request.collection_id.as_deref(),
        R::StartFaceSearch(request) => request.collection_id.as_deref(),
        R::CreateStreamProcessor(request) => {
            request.settings.as_ref()?.face_search.as_ref()?.collection_id.as_deref()
        }
        R::CreateCollection(request) => request.collection_id.as_deref(),
        R::DeleteCollection(request) => request.collection_id.as_deref(),
        R::DeleteFaces(request) => request.collection_id.as_deref(),
        R::DeleteUser(request) => request.collection_id.as_deref(),
        R::DisassociateFaces(request) => request.collection_id.as_deref(),
        R::ListFaces(request) => request.collection_id.as_deref(),
        R::ListUsers(request) => request.collection_id.as_deref(),
        R::TagResource(request) => named(request.resource_arn.as_deref()),
        R::UntagResource(request) => named(request.resource_arn.as_deref()),
        _ => None,
    }
}

/// The collection that an ARN names. What could not be a collection's name stays out of a public ledger.
fn named(resource: Option<&str>) -> Option<&str> {
    match arn::read(resource?)? {
        arn::Named::Collection(name) => Some(name).filter(|name| name.parse::<CollectionName>().is_ok()),
        arn::Named::Other(_) => None,
    }
}

/// The facial attributes that a request asks for.
fn attributes(request: &Request) -> &[Attribute] {
    let attributes = match request {
        Request::DetectFaces(request) => request.attributes.as_deref(),
        Request::IndexFaces(request) => request.detection_attributes.as_deref(),
        _ => None,
    };
    attributes.unwrap_or_default()
}

/// Asks the rules.
///
/// # Errors
/// AccessDeniedException with what to declare or to do. That there is no such collection is for the operation to say.
pub(super) async fn authorise(request: &Request, services: &Services) -> Result<(), ApiError> {
    let sector = sector(&services.acting.actor.who)?;
    if let Some(sector) = sector.filter(|sector| infers_emotions_of_dependents(*sector))
        && attributes(request).iter().any(|one| [Attribute::ALL, Attribute::EMOTIONS].contains(one))
    {
        return Err(GalleryError::from(Denial::Emotions { sector }).into());
    }
    let Some(asked) = use_of(request.operation()) else { return Ok(()) };
    if let Some(sector) = sector {
        check_sector(sector, asked).map_err(GalleryError::from)?;
        // Its answer tells how alike a face and a user are: called for one user after the other, it is a search.
        if request.operation() == Operation::AssociateFaces {
            check_sector(sector, Use::Search).map_err(GalleryError::from)?;
        }
    }
    let Some(name) = collection_of(request).and_then(|name| name.parse().ok()) else { return Ok(()) };
    let consent = match request {
        // An external id that is none is for the operation to say.
        Request::IndexFaces(request) => {
            let external_id = request.external_image_id.as_deref().and_then(|id| id.parse().ok());
            Some((services.consent, external_id))
        }
        _ => None,
    };
    services
        .records(move |gallery| {
            let allowed = match &consent {
                Some((named, external_id)) => gallery
                    .check_enrolment(&name, *named, external_id.as_ref())
                    .and_then(|recorded| match sector {
                        // Under a record it is told whether this is the person of the record: an identification.
                        Some(sector) if recorded => Ok(check_sector(sector, Use::Search)?),
                        _ => Ok(()),
                    }),
                None => gallery.policy(&name).and_then(|policy| Ok(policy.check(name.as_str(), asked)?)),
            };
            match allowed {
                Err(GalleryError::CollectionUnknown { .. }) => Ok(()),
                other => Ok(other?),
            }
        })
        .await
}

/// Whether whoever acts is told of nobody's emotions, since those whom it looks at depend on it.
///
/// # Errors
/// A sector that there is not, in records that are damaged.
pub(super) fn is_told_no_emotions(who: &Who) -> Result<bool, ApiError> {
    Ok(sector(who)?.is_some_and(infers_emotions_of_dependents))
}

/// The sector of the principal that acts, if it is one.
fn sector(who: &Who) -> Result<Option<Sector>, ApiError> {
    match who {
        Who::Principal { sector, .. } => Ok(Some(sector.parse()?)),
        Who::Operator | Who::Server => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use overt_gallery::policy::{Policy, Purpose};

    /// A1: what each operation comes to under each purpose. The families say the same in other words.
    #[test]
    fn a1_every_purpose_times_every_operation() {
        let mut allowed = 0;
        for purpose in Purpose::ALL {
            let basis = purpose.rules().bases.first().copied();
            let policy = Policy::new("Testers".parse().unwrap(), *purpose, basis, None, None, None).unwrap();
            for operation in Operation::ALL {
                let Some(asked) = use_of(operation) else {
                    // Nothing is looked for and nobody put in.
                    assert!(!matches!(Family::of(operation), Family::Search), "{}", operation.name());
                    continue;
                };
                let expected = match operation.name() {
                    "IndexFaces" | "CreateUser" | "AssociateFaces" | "SearchFaces" | "SearchUsers" => true,
                    "SearchFacesByImage" | "SearchUsersByImage" => *purpose != Purpose::IdentityVerification,
                    "StartFaceSearch" | "GetFaceSearch" => {
                        !matches!(purpose, Purpose::IdentityVerification | Purpose::AccessControl)
                    }
                    "CreateStreamProcessor" | "StartStreamProcessor" | "UpdateStreamProcessor" => {
                        *purpose == Purpose::AccessControl
                    }
                    other => panic!("{other} has no row in this test"),
                };
                let checked = policy.check("people", asked);
                assert_eq!(checked.is_ok(), expected, "{purpose}, {}", operation.name());
                allowed += u32::from(expected);
                if Family::of(operation) == Family::Search {
                    assert!(asked.identifies(), "{}", operation.name());
                }
            }
        }
        assert_eq!(allowed, 5 * 8 + 2 * 7 + 2 * 6 + 3);
    }
}
