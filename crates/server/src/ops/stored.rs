//! ListFaces and DeleteFaces: what is kept of faces, and how it goes.
//!
//! Owns their answers. Refuses to know templates.
//!
//! # Invariants
//! - A token of ListFaces is bound to the collection as it was made and to both filters: it never goes on in a namesake or in
//!   another selection.

use overt_gallery::{FaceDeletion, FaceFilter, PAGE_LIMIT, Page};
use overt_protocol::Operation;
use overt_protocol::generated::{
    DeleteFacesRequest, DeleteFacesResponse, ListFacesRequest, ListFacesResponse, UnsuccessfulFaceDeletion,
    UnsuccessfulFaceDeletionReason,
};

use super::{Services, pages, records};
use crate::convert;
use crate::error::ApiError;

pub(super) async fn list(request: ListFacesRequest, services: &Services) -> Result<Vec<u8>, ApiError> {
    let ListFacesRequest { collection_id, next_token, max_results, user_id, face_ids } = request;
    let name = records::collection(collection_id.as_deref())?;
    let user = user_id.as_deref().map(|id| records::user(Some(id))).transpose()?;
    let ids = face_ids.as_deref().map(|ids| records::faces(Some(ids))).transpose()?;
    let tokens = services.pages.clone();
    services
        .answer(move |gallery| {
            let found = gallery.collection(&name)?;
            let mut scope = pages::in_collection(Operation::ListFaces, &found);
            if let Some(user) = &user {
                scope = scope.with("user", user.as_str().as_bytes());
            }
            if let Some(ids) = &ids {
                scope = ids.iter().fold(scope, |scope, id| scope.with("face", id.as_bytes()));
            }
            let page = Page {
                after: tokens.after(&scope, next_token.as_deref())?,
                limit: pages::size(max_results, PAGE_LIMIT),
            };
            let listed = gallery.faces(&name, &FaceFilter { user, ids }, &page)?;
            let version = found.version.as_str();
            Ok(ListFacesResponse {
                faces: Some(
                    listed.items.into_iter().map(|face| convert::stored_face(face, version)).collect(),
                ),
                next_token: tokens.token(&scope, listed.next.as_ref())?,
                face_model_version: Some(version.to_owned()),
            })
        })
        .await
}

pub(super) async fn delete(request: DeleteFacesRequest, services: &Services) -> Result<Vec<u8>, ApiError> {
    let DeleteFacesRequest { collection_id, face_ids } = request;
    let name = records::collection(collection_id.as_deref())?;
    let ids = records::faces(face_ids.as_deref())?;
    services
        .answer(move |gallery| {
            let outcomes = gallery.delete_faces(&name, ids.clone())?;
            let (mut deleted, mut refused) = (Vec::new(), Vec::new());
            for (id, outcome) in ids.into_iter().zip(outcomes) {
                let (user, reason) = match outcome {
                    FaceDeletion::Deleted => {
                        deleted.push(id.to_string());
                        continue;
                    }
                    FaceDeletion::Unknown => (None, UnsuccessfulFaceDeletionReason::FACE_NOT_FOUND),
                    FaceDeletion::OfUser { user } => (
                        Some(user.to_string()),
                        UnsuccessfulFaceDeletionReason::ASSOCIATED_TO_AN_EXISTING_USER,
                    ),
                };
                refused.push(UnsuccessfulFaceDeletion {
                    face_id: Some(id.to_string()),
                    user_id: user,
                    reasons: Some(vec![reason]),
                });
            }
            Ok(DeleteFacesResponse {
                deleted_faces: Some(deleted),
                unsuccessful_face_deletions: Some(refused),
            })
        })
        .await
}
