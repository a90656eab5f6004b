// Written by `cargo xtask codegen` from the service model; do not edit.

//! Structures of the users operations.

use serde::Serialize;

use crate::generated::{
    FaceDetail, Image, QualityFilter, UnsearchedFaceReason, UnsuccessfulFaceAssociationReason,
    UnsuccessfulFaceDisassociationReason, UserStatus, constraints,
};
use crate::json::{FromJson, Json, Mismatch, Structure, deserialize_through_json};
use crate::path::Path;
use crate::validate::{Validate, Violations};

/// Structure `AssociateFacesRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct AssociateFacesRequest {
    /// `CollectionId`, required, 1 to 255 characters, a pattern.
    #[serde(rename = "CollectionId", skip_serializing_if = "Option::is_none")]
    pub collection_id: Option<String>,
    /// `UserId`, required, 1 to 128 characters, a pattern.
    #[serde(rename = "UserId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// `UserFaceIdList`, required, 1 to 100 items.
    #[serde(rename = "FaceIds", skip_serializing_if = "Option::is_none")]
    pub face_ids: Option<Vec<String>>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "UserMatchThreshold", skip_serializing_if = "Option::is_none")]
    pub user_match_threshold: Option<f32>,
    /// `ClientRequestToken`, 1 to 64 characters, a pattern, an idempotency token that SDKs fill in.
    #[serde(rename = "ClientRequestToken", skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
}

impl Structure for AssociateFacesRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CollectionId" => self.collection_id = FromJson::from_json(value, &at.member("CollectionId"))?,
            "UserId" => self.user_id = FromJson::from_json(value, &at.member("UserId"))?,
            "FaceIds" => self.face_ids = FromJson::from_json(value, &at.member("FaceIds"))?,
            "UserMatchThreshold" => {
                self.user_match_threshold = FromJson::from_json(value, &at.member("UserMatchThreshold"))?
            }
            "ClientRequestToken" => {
                self.client_request_token = FromJson::from_json(value, &at.member("ClientRequestToken"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for AssociateFacesRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("CollectionId");
        found.required(&member, self.collection_id.is_some());
        if let Some(value) = &self.collection_id {
            found.text(&member, value, &constraints::COLLECTION_ID);
        }
        let member = at.member("UserId");
        found.required(&member, self.user_id.is_some());
        if let Some(value) = &self.user_id {
            found.text(&member, value, &constraints::USER_ID);
        }
        let member = at.member("FaceIds");
        found.required(&member, self.face_ids.is_some());
        if let Some(value) = &self.face_ids {
            found.list(&member, value, constraints::USER_FACE_ID_LIST);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.text(&item, value, &constraints::FACE_ID);
            }
        }
        let member = at.member("UserMatchThreshold");
        if let Some(value) = &self.user_match_threshold {
            found.float(&member, *value, constraints::PERCENT);
        }
        let member = at.member("ClientRequestToken");
        if let Some(value) = &self.client_request_token {
            found.text(&member, value, &constraints::CLIENT_REQUEST_TOKEN);
        }
    }
}

/// Structure `AssociateFacesResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct AssociateFacesResponse {
    /// `AssociatedFacesList`, 0 to 100 items.
    #[serde(rename = "AssociatedFaces", skip_serializing_if = "Option::is_none")]
    pub associated_faces: Option<Vec<AssociatedFace>>,
    /// `UnsuccessfulFaceAssociationList`, 0 to 500 items.
    #[serde(rename = "UnsuccessfulFaceAssociations", skip_serializing_if = "Option::is_none")]
    pub unsuccessful_face_associations: Option<Vec<UnsuccessfulFaceAssociation>>,
    /// `UserStatus`.
    #[serde(rename = "UserStatus", skip_serializing_if = "Option::is_none")]
    pub user_status: Option<UserStatus>,
}

impl Structure for AssociateFacesResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "AssociatedFaces" => {
                self.associated_faces = FromJson::from_json(value, &at.member("AssociatedFaces"))?
            }
            "UnsuccessfulFaceAssociations" => {
                self.unsuccessful_face_associations =
                    FromJson::from_json(value, &at.member("UnsuccessfulFaceAssociations"))?
            }
            "UserStatus" => self.user_status = FromJson::from_json(value, &at.member("UserStatus"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `AssociatedFace`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct AssociatedFace {
    /// `FaceId`, a pattern.
    #[serde(rename = "FaceId", skip_serializing_if = "Option::is_none")]
    pub face_id: Option<String>,
}

impl Structure for AssociatedFace {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "FaceId" => self.face_id = FromJson::from_json(value, &at.member("FaceId"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `CreateUserRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CreateUserRequest {
    /// `CollectionId`, required, 1 to 255 characters, a pattern.
    #[serde(rename = "CollectionId", skip_serializing_if = "Option::is_none")]
    pub collection_id: Option<String>,
    /// `UserId`, required, 1 to 128 characters, a pattern.
    #[serde(rename = "UserId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// `ClientRequestToken`, 1 to 64 characters, a pattern, an idempotency token that SDKs fill in.
    #[serde(rename = "ClientRequestToken", skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
}

impl Structure for CreateUserRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CollectionId" => self.collection_id = FromJson::from_json(value, &at.member("CollectionId"))?,
            "UserId" => self.user_id = FromJson::from_json(value, &at.member("UserId"))?,
            "ClientRequestToken" => {
                self.client_request_token = FromJson::from_json(value, &at.member("ClientRequestToken"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for CreateUserRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("CollectionId");
        found.required(&member, self.collection_id.is_some());
        if let Some(value) = &self.collection_id {
            found.text(&member, value, &constraints::COLLECTION_ID);
        }
        let member = at.member("UserId");
        found.required(&member, self.user_id.is_some());
        if let Some(value) = &self.user_id {
            found.text(&member, value, &constraints::USER_ID);
        }
        let member = at.member("ClientRequestToken");
        if let Some(value) = &self.client_request_token {
            found.text(&member, value, &constraints::CLIENT_REQUEST_TOKEN);
        }
    }
}

/// Structure `CreateUserResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CreateUserResponse {}

impl Structure for CreateUserResponse {
    fn read(&mut self, _: &str, _: Json<'_>, _: &Path<'_>) -> Result<(), Mismatch> {
        Ok(())
    }
}

/// Structure `DeleteUserRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DeleteUserRequest {
    /// `CollectionId`, required, 1 to 255 characters, a pattern.
    #[serde(rename = "CollectionId", skip_serializing_if = "Option::is_none")]
    pub collection_id: Option<String>,
    /// `UserId`, required, 1 to 128 characters, a pattern.
    #[serde(rename = "UserId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// `ClientRequestToken`, 1 to 64 characters, a pattern, an idempotency token that SDKs fill in.
    #[serde(rename = "ClientRequestToken", skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
}

impl Structure for DeleteUserRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CollectionId" => self.collection_id = FromJson::from_json(value, &at.member("CollectionId"))?,
            "UserId" => self.user_id = FromJson::from_json(value, &at.member("UserId"))?,
            "ClientRequestToken" => {
                self.client_request_token = FromJson::from_json(value, &at.member("ClientRequestToken"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DeleteUserRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("CollectionId");
        found.required(&member, self.collection_id.is_some());
        if let Some(value) = &self.collection_id {
            found.text(&member, value, &constraints::COLLECTION_ID);
        }
        let member = at.member("UserId");
        found.required(&member, self.user_id.is_some());
        if let Some(value) = &self.user_id {
            found.text(&member, value, &constraints::USER_ID);
        }
        let member = at.member("ClientRequestToken");
        if let Some(value) = &self.client_request_token {
            found.text(&member, value, &constraints::CLIENT_REQUEST_TOKEN);
        }
    }
}

/// Structure `DeleteUserResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DeleteUserResponse {}

impl Structure for DeleteUserResponse {
    fn read(&mut self, _: &str, _: Json<'_>, _: &Path<'_>) -> Result<(), Mismatch> {
        Ok(())
    }
}

/// Structure `DisassociateFacesRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DisassociateFacesRequest {
    /// `CollectionId`, required, 1 to 255 characters, a pattern.
    #[serde(rename = "CollectionId", skip_serializing_if = "Option::is_none")]
    pub collection_id: Option<String>,
    /// `UserId`, required, 1 to 128 characters, a pattern.
    #[serde(rename = "UserId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// `ClientRequestToken`, 1 to 64 characters, a pattern, an idempotency token that SDKs fill in.
    #[serde(rename = "ClientRequestToken", skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
    /// `UserFaceIdList`, required, 1 to 100 items.
    #[serde(rename = "FaceIds", skip_serializing_if = "Option::is_none")]
    pub face_ids: Option<Vec<String>>,
}

impl Structure for DisassociateFacesRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CollectionId" => self.collection_id = FromJson::from_json(value, &at.member("CollectionId"))?,
            "UserId" => self.user_id = FromJson::from_json(value, &at.member("UserId"))?,
            "ClientRequestToken" => {
                self.client_request_token = FromJson::from_json(value, &at.member("ClientRequestToken"))?
            }
            "FaceIds" => self.face_ids = FromJson::from_json(value, &at.member("FaceIds"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DisassociateFacesRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("CollectionId");
        found.required(&member, self.collection_id.is_some());
        if let Some(value) = &self.collection_id {
            found.text(&member, value, &constraints::COLLECTION_ID);
        }
        let member = at.member("UserId");
        found.required(&member, self.user_id.is_some());
        if let Some(value) = &self.user_id {
            found.text(&member, value, &constraints::USER_ID);
        }
        let member = at.member("ClientRequestToken");
        if let Some(value) = &self.client_request_token {
            found.text(&member, value, &constraints::CLIENT_REQUEST_TOKEN);
        }
        let member = at.member("FaceIds");
        found.required(&member, self.face_ids.is_some());
        if let Some(value) = &self.face_ids {
            found.list(&member, value, constraints::USER_FACE_ID_LIST);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.text(&item, value, &constraints::FACE_ID);
            }
        }
    }
}

/// Structure `DisassociateFacesResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DisassociateFacesResponse {
    /// `DisassociatedFacesList`, 0 to 100 items.
    #[serde(rename = "DisassociatedFaces", skip_serializing_if = "Option::is_none")]
    pub disassociated_faces: Option<Vec<DisassociatedFace>>,
    /// `UnsuccessfulFaceDisassociationList`, 0 to 500 items.
    #[serde(rename = "UnsuccessfulFaceDisassociations", skip_serializing_if = "Option::is_none")]
    pub unsuccessful_face_disassociations: Option<Vec<UnsuccessfulFaceDisassociation>>,
    /// `UserStatus`.
    #[serde(rename = "UserStatus", skip_serializing_if = "Option::is_none")]
    pub user_status: Option<UserStatus>,
}

impl Structure for DisassociateFacesResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "DisassociatedFaces" => {
                self.disassociated_faces = FromJson::from_json(value, &at.member("DisassociatedFaces"))?
            }
            "UnsuccessfulFaceDisassociations" => {
                self.unsuccessful_face_disassociations =
                    FromJson::from_json(value, &at.member("UnsuccessfulFaceDisassociations"))?
            }
            "UserStatus" => self.user_status = FromJson::from_json(value, &at.member("UserStatus"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DisassociatedFace`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DisassociatedFace {
    /// `FaceId`, a pattern.
    #[serde(rename = "FaceId", skip_serializing_if = "Option::is_none")]
    pub face_id: Option<String>,
}

impl Structure for DisassociatedFace {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "FaceId" => self.face_id = FromJson::from_json(value, &at.member("FaceId"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `ListUsersRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ListUsersRequest {
    /// `CollectionId`, required, 1 to 255 characters, a pattern.
    #[serde(rename = "CollectionId", skip_serializing_if = "Option::is_none")]
    pub collection_id: Option<String>,
    /// `MaxUserResults`, 1 to 500.
    #[serde(rename = "MaxResults", skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl Structure for ListUsersRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CollectionId" => self.collection_id = FromJson::from_json(value, &at.member("CollectionId"))?,
            "MaxResults" => self.max_results = FromJson::from_json(value, &at.member("MaxResults"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for ListUsersRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("CollectionId");
        found.required(&member, self.collection_id.is_some());
        if let Some(value) = &self.collection_id {
            found.text(&member, value, &constraints::COLLECTION_ID);
        }
        let member = at.member("MaxResults");
        if let Some(value) = &self.max_results {
            found.integer(&member, i64::from(*value), constraints::MAX_USER_RESULTS);
        }
        let member = at.member("NextToken");
        if let Some(value) = &self.next_token {
            found.text(&member, value, &constraints::PAGINATION_TOKEN);
        }
    }
}

/// Structure `ListUsersResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ListUsersResponse {
    /// `UserList`, at most 500 items.
    #[serde(rename = "Users", skip_serializing_if = "Option::is_none")]
    pub users: Option<Vec<User>>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl Structure for ListUsersResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Users" => self.users = FromJson::from_json(value, &at.member("Users"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `MatchedUser`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct MatchedUser {
    /// `UserId`, 1 to 128 characters, a pattern.
    #[serde(rename = "UserId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// `UserStatus`.
    #[serde(rename = "UserStatus", skip_serializing_if = "Option::is_none")]
    pub user_status: Option<UserStatus>,
}

impl Structure for MatchedUser {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "UserId" => self.user_id = FromJson::from_json(value, &at.member("UserId"))?,
            "UserStatus" => self.user_status = FromJson::from_json(value, &at.member("UserStatus"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `SearchUsersByImageRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SearchUsersByImageRequest {
    /// `CollectionId`, required, 1 to 255 characters, a pattern.
    #[serde(rename = "CollectionId", skip_serializing_if = "Option::is_none")]
    pub collection_id: Option<String>,
    /// `Image`, required.
    #[serde(rename = "Image", skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "UserMatchThreshold", skip_serializing_if = "Option::is_none")]
    pub user_match_threshold: Option<f32>,
    /// `MaxUserResults`, 1 to 500.
    #[serde(rename = "MaxUsers", skip_serializing_if = "Option::is_none")]
    pub max_users: Option<i32>,
    /// `QualityFilter`.
    #[serde(rename = "QualityFilter", skip_serializing_if = "Option::is_none")]
    pub quality_filter: Option<QualityFilter>,
}

impl Structure for SearchUsersByImageRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CollectionId" => self.collection_id = FromJson::from_json(value, &at.member("CollectionId"))?,
            "Image" => self.image = FromJson::from_json(value, &at.member("Image"))?,
            "UserMatchThreshold" => {
                self.user_match_threshold = FromJson::from_json(value, &at.member("UserMatchThreshold"))?
            }
            "MaxUsers" => self.max_users = FromJson::from_json(value, &at.member("MaxUsers"))?,
            "QualityFilter" => self.quality_filter = FromJson::from_json(value, &at.member("QualityFilter"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for SearchUsersByImageRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("CollectionId");
        found.required(&member, self.collection_id.is_some());
        if let Some(value) = &self.collection_id {
            found.text(&member, value, &constraints::COLLECTION_ID);
        }
        let member = at.member("Image");
        found.required(&member, self.image.is_some());
        if let Some(value) = &self.image {
            value.validate(&member, found);
        }
        let member = at.member("UserMatchThreshold");
        if let Some(value) = &self.user_match_threshold {
            found.float(&member, *value, constraints::PERCENT);
        }
        let member = at.member("MaxUsers");
        if let Some(value) = &self.max_users {
            found.integer(&member, i64::from(*value), constraints::MAX_USER_RESULTS);
        }
        let member = at.member("QualityFilter");
        if let Some(value) = &self.quality_filter {
            found.one_of(&member, value.as_str(), QualityFilter::VALUES);
        }
    }
}

/// Structure `SearchUsersByImageResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SearchUsersByImageResponse {
    /// `UserMatchList`, at most 500 items.
    #[serde(rename = "UserMatches", skip_serializing_if = "Option::is_none")]
    pub user_matches: Option<Vec<UserMatch>>,
    /// `String`.
    #[serde(rename = "FaceModelVersion", skip_serializing_if = "Option::is_none")]
    pub face_model_version: Option<String>,
    /// `SearchedFaceDetails`.
    #[serde(rename = "SearchedFace", skip_serializing_if = "Option::is_none")]
    pub searched_face: Option<SearchedFaceDetails>,
    /// `UnsearchedFacesList`.
    #[serde(rename = "UnsearchedFaces", skip_serializing_if = "Option::is_none")]
    pub unsearched_faces: Option<Vec<UnsearchedFace>>,
}

impl Structure for SearchUsersByImageResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "UserMatches" => self.user_matches = FromJson::from_json(value, &at.member("UserMatches"))?,
            "FaceModelVersion" => {
                self.face_model_version = FromJson::from_json(value, &at.member("FaceModelVersion"))?
            }
            "SearchedFace" => self.searched_face = FromJson::from_json(value, &at.member("SearchedFace"))?,
            "UnsearchedFaces" => {
                self.unsearched_faces = FromJson::from_json(value, &at.member("UnsearchedFaces"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `SearchUsersRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SearchUsersRequest {
    /// `CollectionId`, required, 1 to 255 characters, a pattern.
    #[serde(rename = "CollectionId", skip_serializing_if = "Option::is_none")]
    pub collection_id: Option<String>,
    /// `UserId`, 1 to 128 characters, a pattern.
    #[serde(rename = "UserId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// `FaceId`, a pattern.
    #[serde(rename = "FaceId", skip_serializing_if = "Option::is_none")]
    pub face_id: Option<String>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "UserMatchThreshold", skip_serializing_if = "Option::is_none")]
    pub user_match_threshold: Option<f32>,
    /// `MaxUserResults`, 1 to 500.
    #[serde(rename = "MaxUsers", skip_serializing_if = "Option::is_none")]
    pub max_users: Option<i32>,
}

impl Structure for SearchUsersRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CollectionId" => self.collection_id = FromJson::from_json(value, &at.member("CollectionId"))?,
            "UserId" => self.user_id = FromJson::from_json(value, &at.member("UserId"))?,
            "FaceId" => self.face_id = FromJson::from_json(value, &at.member("FaceId"))?,
            "UserMatchThreshold" => {
                self.user_match_threshold = FromJson::from_json(value, &at.member("UserMatchThreshold"))?
            }
            "MaxUsers" => self.max_users = FromJson::from_json(value, &at.member("MaxUsers"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for SearchUsersRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("CollectionId");
        found.required(&member, self.collection_id.is_some());
        if let Some(value) = &self.collection_id {
            found.text(&member, value, &constraints::COLLECTION_ID);
        }
        let member = at.member("UserId");
        if let Some(value) = &self.user_id {
            found.text(&member, value, &constraints::USER_ID);
        }
        let member = at.member("FaceId");
        if let Some(value) = &self.face_id {
            found.text(&member, value, &constraints::FACE_ID);
        }
        let member = at.member("UserMatchThreshold");
        if let Some(value) = &self.user_match_threshold {
            found.float(&member, *value, constraints::PERCENT);
        }
        let member = at.member("MaxUsers");
        if let Some(value) = &self.max_users {
            found.integer(&member, i64::from(*value), constraints::MAX_USER_RESULTS);
        }
    }
}

/// Structure `SearchUsersResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SearchUsersResponse {
    /// `UserMatchList`, at most 500 items.
    #[serde(rename = "UserMatches", skip_serializing_if = "Option::is_none")]
    pub user_matches: Option<Vec<UserMatch>>,
    /// `String`.
    #[serde(rename = "FaceModelVersion", skip_serializing_if = "Option::is_none")]
    pub face_model_version: Option<String>,
    /// `SearchedFace`.
    #[serde(rename = "SearchedFace", skip_serializing_if = "Option::is_none")]
    pub searched_face: Option<SearchedFace>,
    /// `SearchedUser`.
    #[serde(rename = "SearchedUser", skip_serializing_if = "Option::is_none")]
    pub searched_user: Option<SearchedUser>,
}

impl Structure for SearchUsersResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "UserMatches" => self.user_matches = FromJson::from_json(value, &at.member("UserMatches"))?,
            "FaceModelVersion" => {
                self.face_model_version = FromJson::from_json(value, &at.member("FaceModelVersion"))?
            }
            "SearchedFace" => self.searched_face = FromJson::from_json(value, &at.member("SearchedFace"))?,
            "SearchedUser" => self.searched_user = FromJson::from_json(value, &at.member("SearchedUser"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `SearchedFace`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SearchedFace {
    /// `FaceId`, a pattern.
    #[serde(rename = "FaceId", skip_serializing_if = "Option::is_none")]
    pub face_id: Option<String>,
}

impl Structure for SearchedFace {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "FaceId" => self.face_id = FromJson::from_json(value, &at.member("FaceId"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `SearchedFaceDetails`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SearchedFaceDetails {
    /// `FaceDetail`.
    #[serde(rename = "FaceDetail", skip_serializing_if = "Option::is_none")]
    pub face_detail: Option<FaceDetail>,
}

impl Structure for SearchedFaceDetails {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "FaceDetail" => self.face_detail = FromJson::from_json(value, &at.member("FaceDetail"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `SearchedUser`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SearchedUser {
    /// `UserId`, 1 to 128 characters, a pattern.
    #[serde(rename = "UserId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}

impl Structure for SearchedUser {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "UserId" => self.user_id = FromJson::from_json(value, &at.member("UserId"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `UnsearchedFace`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct UnsearchedFace {
    /// `FaceDetail`.
    #[serde(rename = "FaceDetails", skip_serializing_if = "Option::is_none")]
    pub face_details: Option<FaceDetail>,
    /// `UnsearchedFaceReasons`.
    #[serde(rename = "Reasons", skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Vec<UnsearchedFaceReason>>,
}

impl Structure for UnsearchedFace {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "FaceDetails" => self.face_details = FromJson::from_json(value, &at.member("FaceDetails"))?,
            "Reasons" => self.reasons = FromJson::from_json(value, &at.member("Reasons"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `UnsuccessfulFaceAssociation`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct UnsuccessfulFaceAssociation {
    /// `FaceId`, a pattern.
    #[serde(rename = "FaceId", skip_serializing_if = "Option::is_none")]
    pub face_id: Option<String>,
    /// `UserId`, 1 to 128 characters, a pattern.
    #[serde(rename = "UserId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// `UnsuccessfulFaceAssociationReasons`.
    #[serde(rename = "Reasons", skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Vec<UnsuccessfulFaceAssociationReason>>,
}

impl Structure for UnsuccessfulFaceAssociation {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "FaceId" => self.face_id = FromJson::from_json(value, &at.member("FaceId"))?,
            "UserId" => self.user_id = FromJson::from_json(value, &at.member("UserId"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            "Reasons" => self.reasons = FromJson::from_json(value, &at.member("Reasons"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `UnsuccessfulFaceDisassociation`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct UnsuccessfulFaceDisassociation {
    /// `FaceId`, a pattern.
    #[serde(rename = "FaceId", skip_serializing_if = "Option::is_none")]
    pub face_id: Option<String>,
    /// `UserId`, 1 to 128 characters, a pattern.
    #[serde(rename = "UserId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// `UnsuccessfulFaceDisassociationReasons`.
    #[serde(rename = "Reasons", skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Vec<UnsuccessfulFaceDisassociationReason>>,
}

impl Structure for UnsuccessfulFaceDisassociation {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "FaceId" => self.face_id = FromJson::from_json(value, &at.member("FaceId"))?,
            "UserId" => self.user_id = FromJson::from_json(value, &at.member("UserId"))?,
            "Reasons" => self.reasons = FromJson::from_json(value, &at.member("Reasons"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `User`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct User {
    /// `UserId`, 1 to 128 characters, a pattern.
    #[serde(rename = "UserId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// `UserStatus`.
    #[serde(rename = "UserStatus", skip_serializing_if = "Option::is_none")]
    pub user_status: Option<UserStatus>,
}

impl Structure for User {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "UserId" => self.user_id = FromJson::from_json(value, &at.member("UserId"))?,
            "UserStatus" => self.user_status = FromJson::from_json(value, &at.member("UserStatus"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `UserMatch`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct UserMatch {
    /// `Percent`, 0 to 100.
    #[serde(rename = "Similarity", skip_serializing_if = "Option::is_none")]
    pub similarity: Option<f32>,
    /// `MatchedUser`.
    #[serde(rename = "User", skip_serializing_if = "Option::is_none")]
    pub user: Option<MatchedUser>,
}

impl Structure for UserMatch {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Similarity" => self.similarity = FromJson::from_json(value, &at.member("Similarity"))?,
            "User" => self.user = FromJson::from_json(value, &at.member("User"))?,
            _ => {}
        }
        Ok(())
    }
}

deserialize_through_json!(
    AssociateFacesRequest,
    AssociateFacesResponse,
    AssociatedFace,
    CreateUserRequest,
    CreateUserResponse,
    DeleteUserRequest,
    DeleteUserResponse,
    DisassociateFacesRequest,
    DisassociateFacesResponse,
    DisassociatedFace,
    ListUsersRequest,
    ListUsersResponse,
    MatchedUser,
    SearchUsersByImageRequest,
    SearchUsersByImageResponse,
    SearchUsersRequest,
    SearchUsersResponse,
    SearchedFace,
    SearchedFaceDetails,
    SearchedUser,
    UnsearchedFace,
    UnsuccessfulFaceAssociation,
    UnsuccessfulFaceDisassociation,
    User,
    UserMatch
);
