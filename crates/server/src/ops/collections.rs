//! CreateCollection, DescribeCollection, ListCollections, DeleteCollection.
//!
//! Owns their answers. What a collection is, is the gallery's business.
//!
//! # Invariants
//! - A collection is made for the template version that is the default when it is made, and answers that version for ever.

use overt_gallery::policy::Declaration;
use overt_gallery::{GalleryError, NewCollection, PAGE_LIMIT, Page};
use overt_protocol::generated::{
    CreateCollectionRequest, CreateCollectionResponse, DeleteCollectionRequest, DeleteCollectionResponse,
    DescribeCollectionRequest, DescribeCollectionResponse, ListCollectionsRequest, ListCollectionsResponse,
};
use overt_protocol::{ErrorCode, Operation, PageScope, Timestamp};

use super::{Services, arn, pages, records};
use crate::error::ApiError;

/// `StatusCode` of the answers that have one.
const OK: i32 = 200;

pub(super) async fn create(
    request: CreateCollectionRequest,
    services: &Services,
) -> Result<Vec<u8>, ApiError> {
    let CreateCollectionRequest { collection_id, tags } = request;
    let name = records::collection(collection_id.as_deref())?;
    let tags = tags.unwrap_or_default();
    let declared = Declaration::from_tags(&tags)?;
    let policy = declared.policy(&services.declared, &services.organisation()?)?;
    let version = services.recognition.default_version();
    let new = NewCollection {
        name,
        version: version.as_str().parse()?,
        dimensions: services.recognition.numbers(version)?,
        tags,
        policy,
    };
    let region = services.region.clone();
    services
        .answer(move |gallery| {
            let made = gallery.create_collection(new)?;
            Ok(CreateCollectionResponse {
                status_code: Some(OK),
                collection_arn: Some(arn::short(&region, made.name.as_str())),
                face_model_version: Some(made.version.to_string()),
            })
        })
        .await
}

pub(super) async fn describe(
    request: DescribeCollectionRequest,
    services: &Services,
) -> Result<Vec<u8>, ApiError> {
    let DescribeCollectionRequest { collection_id } = request;
    let name = records::collection(collection_id.as_deref())?;
    let region = services.region.clone();
    services
        .answer(move |gallery| {
            let found = gallery.collection(&name).map_err(|error| match error {
                // This operation has a sentence of its own.
                GalleryError::CollectionUnknown { name } => ApiError::new(
                    ErrorCode::ResourceNotFoundException,
                    format!("Collection:{name} not found! ListCollections lists those that there are."),
                ),
                other => other.into(),
            })?;
            Ok(DescribeCollectionResponse {
                face_count: Some(count(found.faces)),
                user_count: Some(count(found.users)),
                face_model_version: Some(found.version.to_string()),
                collection_arn: Some(arn::full(&region, found.name.as_str())),
                creation_timestamp: Some(Timestamp::from_epoch_millis(found.created.as_millis())),
            })
        })
        .await
}

pub(super) async fn list(request: ListCollectionsRequest, services: &Services) -> Result<Vec<u8>, ApiError> {
    let ListCollectionsRequest { next_token, max_results } = request;
    let scope = PageScope::of(Operation::ListCollections);
    let page = Page {
        after: services.pages.after(&scope, next_token.as_deref())?,
        limit: pages::size(max_results, PAGE_LIMIT),
    };
    let tokens = services.pages.clone();
    services
        .answer(move |gallery| {
            let listed = gallery.collections(&page)?;
            let (ids, versions) = listed
                .items
                .into_iter()
                .map(|found| (found.name.to_string(), found.version.to_string()))
                .unzip();
            Ok(ListCollectionsResponse {
                collection_ids: Some(ids),
                face_model_versions: Some(versions),
                next_token: tokens.token(&scope, listed.next.as_ref())?,
            })
        })
        .await
}

pub(super) async fn delete(
    request: DeleteCollectionRequest,
    services: &Services,
) -> Result<Vec<u8>, ApiError> {
    let DeleteCollectionRequest { collection_id } = request;
    let name = records::collection(collection_id.as_deref())?;
    services
        .answer(move |gallery| {
            gallery.delete_collection(&name)?;
            Ok(DeleteCollectionResponse { status_code: Some(OK) })
        })
        .await
}

/// A count as the API's 64-bit integer.
fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
