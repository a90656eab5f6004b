//! AssociateFaces and DisassociateFaces: whose faces are whose.
//!
//! Owns what the answer says of a face that is too far from a user, and by which threshold it may be asked. What is too far, the gallery
//! finds; who may search, [`super::families`] and the collection's policy know.
//!
//! # Invariants
//! - AssociateFaces tells nobody more of how alike a face and a user are than a search by the same caller would, but that it reaches the
//!   documented default or not.
//! - Every comparison is counted for alarms, with the one of which it is said.

use overt_gallery::policy::{Denial, Use};
use overt_gallery::{Association, Collection, CollectionName, Disassociation, Gallery, GalleryError};
use overt_protocol::Operation;
use overt_protocol::generated::{
    AssociateFacesRequest, AssociateFacesResponse, AssociatedFace, DisassociateFacesRequest,
    DisassociateFacesResponse, DisassociatedFace, UnsuccessfulFaceAssociation,
    UnsuccessfulFaceAssociationReason, UnsuccessfulFaceDisassociation, UnsuccessfulFaceDisassociationReason,
};
use overt_vision::Calibration;
use overt_vision::strangers::Against;

use super::searching::Wish;
use super::thresholds::Bounds;
use super::users::{status, token};
use super::{Answer, Services, permits, records, to_json};
use crate::alarms::Comparisons;
use crate::error::ApiError;

/// Documented default of `UserMatchThreshold` in AssociateFaces.
pub(super) const DEFAULT_ASSOCIATION_THRESHOLD: f32 = 75.0;

pub(super) async fn associate(
    request: AssociateFacesRequest,
    services: &Services,
) -> Result<Answer, ApiError> {
    let AssociateFacesRequest {
        collection_id,
        user_id,
        face_ids,
        user_match_threshold,
        client_request_token,
    } = request;
    let (name, user) = (records::collection(collection_id.as_deref())?, records::user(user_id.as_deref())?);
    let ids = records::faces(face_ids.as_deref())?;
    let token = token(client_request_token, services);
    let threshold = user_match_threshold.unwrap_or(DEFAULT_ASSOCIATION_THRESHOLD);
    let recognition = services.recognition.clone();
    let searches = permits(&services.allowed, Operation::SearchUsers);
    let collection = name.to_string();
    let (json, compared, unsuccessful) = services
        .records(move |gallery| {
            let collection = gallery.collection(&name)?;
            let calibration = recognition.calibration(collection.version.as_str())?;
            let likeness = Likeness::of(&collection, gallery, searches, calibration)?;
            likeness.check(&name, threshold)?;
            let version = collection.version;
            let search = Wish::new(Some(threshold), None, 1).association(&recognition, version.as_str())?;
            let change = gallery.associate_faces(&name, &user, ids, Some(search.min_score), token)?;
            let (compared, mut unsuccessful) = (change.compared, 0);
            let (mut associated, mut refused) = (Vec::new(), Vec::new());
            for (id, outcome) in change.outcomes {
                use UnsuccessfulFaceAssociationReason as Why;
                let id = Some(id.to_string());
                let (other, confidence, reason) = match outcome {
                    Association::Associated => {
                        associated.push(AssociatedFace { face_id: id });
                        continue;
                    }
                    // Documented: left out of the answer.
                    Association::Already => continue,
                    Association::Unknown => (None, None, Why::FACE_NOT_FOUND),
                    Association::OfAnother { user } => {
                        (Some(user.to_string()), None, Why::ASSOCIATED_TO_A_DIFFERENT_USER)
                    }
                    Association::LowMatch { score } => {
                        unsuccessful += 1;
                        let similarity = Some(calibration.similarity(score));
                        (None, similarity.filter(|told| likeness.tells(*told)), Why::LOW_MATCH_CONFIDENCE)
                    }
                };
                refused.push(UnsuccessfulFaceAssociation {
                    face_id: id,
                    user_id: other,
                    confidence,
                    reasons: Some(vec![reason]),
                });
            }
            let answer = AssociateFacesResponse {
                associated_faces: Some(associated),
                unsuccessful_face_associations: Some(refused),
                user_status: Some(status(change.status)),
            };
            Ok((to_json(&answer)?, compared, unsuccessful))
        })
        .await?;
    // The user, and the faces. A request that is answered again compares nobody.
    if let Some(faces) = compared.len().checked_sub(1) {
        let comparisons = Comparisons { made: faces as u64, unsuccessful };
        services.compared(&collection, &compared, comparisons).await?;
    }
    Ok(json.into())
}

/// What AssociateFaces may say of how alike a face and a user are: what a search by the same caller would, and no more. Otherwise whoever
/// enrols could compare a face with one user after the other, and would have searched.
struct Likeness {
    /// From which similarity on; `None`: of none.
    told_from: Option<f32>,
    /// Who is told, where somebody else or something else is meant.
    otherwise: String,
}

impl Likeness {
    /// In a collection as it is now; `searches`: whether the caller may call SearchUsers.
    fn of(
        collection: &Collection,
        gallery: &Gallery,
        searches: bool,
        calibration: &Calibration,
    ) -> Result<Self, GalleryError> {
        let policy = &collection.policy;
        if !searches {
            let otherwise =
                "that is told to whoever may search (`overt principals describe --allow`)".to_owned();
            return Ok(Self { told_from: None, otherwise });
        }
        if !policy.uses().has(Use::Deduplicate) {
            let otherwise = format!("nobody is told: its uses ({}) have no deduplicate", policy.uses());
            return Ok(Self { told_from: None, otherwise });
        }
        let bounds = Bounds::of(collection, gallery)?;
        let lowest = bounds.applied(0.0, collection.users, Against::Users, calibration).threshold;
        let otherwise = format!(
            "(purpose {}) nobody is told of a likeness below {lowest}: ask for that or more",
            policy.purpose()
        );
        Ok(Self { told_from: Some(lowest), otherwise })
    }

    fn tells(&self, similarity: f32) -> bool {
        self.told_from.is_some_and(|from| similarity >= from)
    }

    /// Refuses a threshold by which a likeness could be found out that is not told.
    fn check(&self, collection: &CollectionName, threshold: f32) -> Result<(), GalleryError> {
        if threshold == DEFAULT_ASSOCIATION_THRESHOLD || self.tells(threshold) {
            return Ok(());
        }
        Err(Denial::Likeness { collection: collection.to_string(), why: self.otherwise.clone() }.into())
    }
}

pub(super) async fn disassociate(
    request: DisassociateFacesRequest,
    services: &Services,
) -> Result<Vec<u8>, ApiError> {
    let DisassociateFacesRequest { collection_id, user_id, client_request_token, face_ids } = request;
    let (name, user) = (records::collection(collection_id.as_deref())?, records::user(user_id.as_deref())?);
    let ids = records::faces(face_ids.as_deref())?;
    let token = token(client_request_token, services);
    services
        .answer(move |gallery| {
            let change = gallery.disassociate_faces(&name, &user, ids, token)?;
            let (mut freed, mut refused) = (Vec::new(), Vec::new());
            for (id, outcome) in change.outcomes {
                use UnsuccessfulFaceDisassociationReason as Why;
                let id = Some(id.to_string());
                let (other, reason) = match outcome {
                    Disassociation::Disassociated => {
                        freed.push(DisassociatedFace { face_id: id });
                        continue;
                    }
                    // Documented: left out of the answer.
                    Disassociation::Already => continue,
                    Disassociation::Unknown => (None, Why::FACE_NOT_FOUND),
                    Disassociation::OfAnother { user } => {
                        (Some(user.to_string()), Why::ASSOCIATED_TO_A_DIFFERENT_USER)
                    }
                };
                refused.push(UnsuccessfulFaceDisassociation {
                    face_id: id,
                    user_id: other,
                    reasons: Some(vec![reason]),
                });
            }
            Ok(DisassociateFacesResponse {
                disassociated_faces: Some(freed),
                unsuccessful_face_disassociations: Some(refused),
                user_status: Some(status(change.status)),
            })
        })
        .await
}
