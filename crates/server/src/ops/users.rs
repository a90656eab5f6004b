//! Users of a collection: CreateUser, DeleteUser, ListUsers, SearchUsers, SearchUsersByImage. Whose faces are whose is in
//! `associations.rs`.
//!
//! Owns thresholds, limits and answers. What a user's vector is, the gallery decides.
//!
//! # Invariants
//! - A `ClientRequestToken` is its principal's own.
//! - A search by user names exactly one of a face and a user.

use overt_gallery::{Found, Page, RequestToken, Subject, UserRecord};
use overt_protocol::generated::{
    CreateUserRequest, CreateUserResponse, DeleteUserRequest, DeleteUserResponse, ListUsersRequest,
    ListUsersResponse, MatchedUser, SearchUsersByImageRequest, SearchUsersByImageResponse,
    SearchUsersRequest, SearchUsersResponse, SearchedFace, SearchedFaceDetails, SearchedUser, UnsearchedFace,
    UnsearchedFaceReason, User, UserMatch, UserStatus,
};
use overt_protocol::{ErrorCode, Operation};
use overt_vision::MAX_FACES;
use overt_vision::face::Wanted;
use overt_vision::strangers::Against;

use super::quality::QualityBar;
use super::searching::{self, Returned, Searched, Told, Wish, timed};
use super::selection::Bars;
use super::thresholds::Bounds;
use super::{Answer, SALT_HEADER, Services, images, pages, records};
use crate::account::Probe;
use crate::convert;
use crate::error::ApiError;
use crate::recognition::{Recognition, RecognitionError};

/// Most users of a page and of a search: the limit of `MaxUserResults`.
const MOST_USERS: usize = 500;

pub(super) fn token(text: Option<String>, services: &Services) -> Option<RequestToken> {
    text.map(|token| RequestToken { principal: services.caller().to_owned(), token })
}

pub(super) async fn create(request: CreateUserRequest, services: &Services) -> Result<Vec<u8>, ApiError> {
    let CreateUserRequest { collection_id, user_id, client_request_token } = request;
    let (name, user) = (records::collection(collection_id.as_deref())?, records::user(user_id.as_deref())?);
    let token = token(client_request_token, services);
    services
        .answer(move |gallery| {
            gallery.create_user(&name, &user, token)?;
            Ok(CreateUserResponse {})
        })
        .await
}

pub(super) async fn delete(request: DeleteUserRequest, services: &Services) -> Result<Vec<u8>, ApiError> {
    let DeleteUserRequest { collection_id, user_id, client_request_token } = request;
    let (name, user) = (records::collection(collection_id.as_deref())?, records::user(user_id.as_deref())?);
    let token = token(client_request_token, services);
    services
        .answer(move |gallery| {
            gallery.delete_user(&name, &user, token)?;
            Ok(DeleteUserResponse {})
        })
        .await
}

pub(super) async fn list(request: ListUsersRequest, services: &Services) -> Result<Vec<u8>, ApiError> {
    let ListUsersRequest { collection_id, max_results, next_token } = request;
    let name = records::collection(collection_id.as_deref())?;
    let tokens = services.pages.clone();
    services
        .answer(move |gallery| {
            let scope = pages::in_collection(Operation::ListUsers, &gallery.collection(&name)?);
            let page = Page {
                after: tokens.after(&scope, next_token.as_deref())?,
                limit: pages::size(max_results, MOST_USERS),
            };
            let listed = gallery.users(&name, &page)?;
            let users = listed
                .items
                .into_iter()
                .map(|user| User {
                    user_id: Some(user.name.to_string()),
                    user_status: Some(status(user.status)),
                })
                .collect();
            Ok(ListUsersResponse {
                users: Some(users),
                next_token: tokens.token(&scope, listed.next.as_ref())?,
            })
        })
        .await
}

pub(super) async fn search(request: SearchUsersRequest, services: &Services) -> Result<Answer, ApiError> {
    let SearchUsersRequest { collection_id, user_id, face_id, user_match_threshold, max_users } = request;
    let name = records::collection(collection_id.as_deref())?;
    let wish = Wish::new(user_match_threshold, max_users, MOST_USERS);
    let probe = match (face_id, user_id) {
        (Some(face), None) => Selector::Face(records::face(Some(&face))?),
        (None, Some(user)) => Selector::User(records::user(Some(&user))?),
        (Some(_), Some(_)) => return Err(selectors("has both FaceId and UserId, exactly one is allowed")),
        (None, None) => return Err(selectors("has neither FaceId nor UserId, one is needed")),
    };
    let recognition = services.recognition.clone();
    services
        .answer_with(services.seal()?, move |gallery, seal| {
            let collection = gallery.collection(&name)?;
            let (bounds, version) = (Bounds::of(&collection, gallery)?, collection.version);
            let search = wish.search(&bounds, &recognition, version.as_str())?;
            let (searched_face, searched_user, probe, found) = match probe {
                Selector::Face(id) => {
                    let (face, found) = timed(|| gallery.search_users_by_face(&name, id, search))?;
                    let probe = Probe::Face(seal.tag(&Subject::face(face.id, face.finder)));
                    (Some(SearchedFace { face_id: Some(face.id.to_string()) }), None, probe, found)
                }
                Selector::User(user) => {
                    let (user, found) = timed(|| gallery.search_users_by_user(&name, &user, search))?;
                    let probe = Probe::User(seal.tag(&Subject::user(&user.name, user.finder)));
                    (None, Some(SearchedUser { user_id: Some(user.name.to_string()) }), probe, found)
                }
            };
            let told = Told { collection: &name, probe, wish, bounds, seal };
            let Returned { deed, applied, matches } = told.users(found, &recognition)?;
            let answer = SearchUsersResponse {
                face_model_version: Some(version.to_string()),
                user_matches: Some(user_matches(matches)),
                searched_face,
                searched_user,
            };
            Ok((answer, deed, applied.headers(recognition.model(version.as_str()))))
        })
        .await
}

/// What SearchUsers searches by.
enum Selector {
    Face(overt_gallery::FaceId),
    User(overt_gallery::UserName),
}

fn selectors(what: &str) -> ApiError {
    ApiError::new(
        ErrorCode::InvalidParameterException,
        format!("Request has invalid parameters. The request {what}."),
    )
}

pub(super) async fn search_by_image(
    request: SearchUsersByImageRequest,
    services: &Services,
) -> Result<Answer, ApiError> {
    let SearchUsersByImageRequest { collection_id, image, user_match_threshold, max_users, quality_filter } =
        request;
    let name = records::collection(collection_id.as_deref())?;
    let wish = Wish::new(user_match_threshold, max_users, MOST_USERS);
    let bar = QualityBar::named(quality_filter.as_ref());
    let Searched { version, bounds } = searching::searched(&name, services).await?;
    let wanted = Wanted { template: Some(version.as_str().into()), ..Wanted::default() };
    let image = images::load(image, "Image", services).await?;
    let bars = Bars { asked: bar, demanded: bounds.quality() };
    let probe = services
        .workers
        .run(move |engine| searching::probe(&mut **engine, image.as_ref(), MAX_FACES, &wanted, bars))
        .await??;
    let recognition = services.recognition.clone();
    let seal = services.seal()?;
    let salt = seal.salt();
    let answer = services
        .answer_with(seal, move |gallery, seal| {
            let scale = probe.scale;
            let unsearched = probe
                .selection
                .left_out
                .iter()
                .map(|out| UnsearchedFace {
                    face_details: Some(convert::face_detail(scale, &out.face)),
                    reasons: Some(
                        out.reasons.iter().map(|reason| UnsearchedFaceReason::from(*reason)).collect(),
                    ),
                })
                .collect();
            // Unlike SearchFacesByImage, a picture without a face is no error here, nor is one that is too poor to be searched
            // with: its reasons are in the answer.
            let search = wish.search(&bounds, &recognition, version.as_str())?;
            let commitment = Probe::Picture(seal.picture(probe.image));
            let told = Told { collection: &name, probe: commitment, wish, bounds, seal };
            let (searched, Returned { deed, applied, matches }) = match probe.selection.taken.first() {
                None => {
                    let nobody = Found { matches: Vec::new(), searched: 0, version: version.clone() };
                    (None, told.users(nobody, &recognition)?)
                }
                Some(face) => {
                    let template =
                        face.template.as_ref().map(|template| &*template.values).unwrap_or_default();
                    let ((), found) =
                        timed(|| Ok(((), gallery.search_users(&name, &version, template, search)?)))?;
                    let detail = SearchedFaceDetails { face_detail: Some(convert::face_detail(scale, face)) };
                    (Some(detail), told.users(found, &recognition)?)
                }
            };
            let answer = SearchUsersByImageResponse {
                user_matches: Some(user_matches(matches)),
                face_model_version: Some(version.to_string()),
                searched_face: searched,
                unsearched_faces: Some(unsearched),
            };
            Ok((answer, deed, applied.headers(recognition.model(version.as_str()))))
        })
        .await?;
    Ok(answer.with_header(SALT_HEADER, &salt))
}

impl Told<'_> {
    /// Of a search for users.
    fn users(
        self,
        found: Found<UserRecord>,
        recognition: &Recognition,
    ) -> Result<Returned<UserRecord>, RecognitionError> {
        self.all(found, Against::Users, recognition, |user| Subject::user(&user.name, user.finder))
    }
}

fn user_matches(matches: Vec<(f32, UserRecord)>) -> Vec<UserMatch> {
    let matches = matches.into_iter().map(|(similarity, user)| UserMatch {
        similarity: Some(similarity),
        user: Some(MatchedUser {
            user_id: Some(user.name.to_string()),
            user_status: Some(status(user.status)),
        }),
    });
    matches.collect()
}

/// Associations are complete when they are answered: a user is never `UPDATING` here.
pub(super) fn status(status: overt_gallery::UserStatus) -> UserStatus {
    match status {
        overt_gallery::UserStatus::Created => UserStatus::CREATED,
        overt_gallery::UserStatus::Active => UserStatus::ACTIVE,
    }
}
