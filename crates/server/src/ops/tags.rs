//! TagResource, UntagResource, ListTagsForResource.
//!
//! Owns how an ARN leads to a resource. Refuses to know what a tag means.
//!
//! # Invariants
//! - Resources of kinds that this server does not keep are not found; what is no ARN is an invalid parameter.

use overt_gallery::{GalleryError, Resource};
use overt_protocol::ErrorCode;
use overt_protocol::generated::{
    ListTagsForResourceRequest, ListTagsForResourceResponse, TagResourceRequest, TagResourceResponse,
    UntagResourceRequest, UntagResourceResponse,
};

use super::{Services, arn};
use crate::error::ApiError;

pub(super) async fn tag(request: TagResourceRequest, services: &Services) -> Result<Vec<u8>, ApiError> {
    let TagResourceRequest { resource_arn, tags } = request;
    let named = Named::read(resource_arn)?;
    services
        .answer(move |gallery| {
            gallery.tag(&named.resource, tags.unwrap_or_default()).map_err(|error| named.refused(error))?;
            Ok(TagResourceResponse {})
        })
        .await
}

pub(super) async fn untag(request: UntagResourceRequest, services: &Services) -> Result<Vec<u8>, ApiError> {
    let UntagResourceRequest { resource_arn, tag_keys } = request;
    let named = Named::read(resource_arn)?;
    services
        .answer(move |gallery| {
            let keys = tag_keys.unwrap_or_default();
            gallery.untag(&named.resource, keys).map_err(|error| named.refused(error))?;
            Ok(UntagResourceResponse {})
        })
        .await
}

pub(super) async fn list(
    request: ListTagsForResourceRequest,
    services: &Services,
) -> Result<Vec<u8>, ApiError> {
    let ListTagsForResourceRequest { resource_arn } = request;
    let named = Named::read(resource_arn)?;
    services
        .answer(move |gallery| {
            let tags = gallery.tags(&named.resource).map_err(|error| named.refused(error))?;
            Ok(ListTagsForResourceResponse { tags: Some(tags) })
        })
        .await
}

/// A resource and the ARN by which the client named it.
struct Named {
    arn: String,
    resource: Resource,
}

impl Named {
    fn read(arn: Option<String>) -> Result<Self, ApiError> {
        let arn = arn.unwrap_or_default();
        let name = match arn::read(&arn) {
            Some(arn::Named::Collection(name)) => name.parse(),
            Some(arn::Named::Other(_)) => return Err(not_found(&arn)),
            None => {
                return Err(ApiError::new(
                    ErrorCode::InvalidParameterException,
                    "Request has invalid parameters. ResourceArn must be that of a collection, as CreateCollection and \
                     DescribeCollection answer it.",
                ));
            }
        };
        // A name that no collection can have is one that no collection has.
        let name = name.map_err(|_invalid: GalleryError| not_found(&arn))?;
        Ok(Self { resource: Resource::Collection(name), arn })
    }

    fn refused(&self, error: GalleryError) -> ApiError {
        match error {
            GalleryError::CollectionUnknown { .. } => not_found(&self.arn),
            other => other.into(),
        }
    }
}

fn not_found(arn: &str) -> ApiError {
    ApiError::new(
        ErrorCode::ResourceNotFoundException,
        format!("The resource {arn} does not exist. DescribeCollection answers the ARN of a collection."),
    )
}
