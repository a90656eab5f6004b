// Written by `cargo xtask codegen` from the service model; do not edit.

//! Structures of the collections operations.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::generated::{
    Attribute, BoundingBox, Face, FaceDetail, FaceMatch, Image, OrientationCorrection, QualityFilter, Reason,
    UnsuccessfulFaceDeletionReason, constraints,
};
use crate::json::{FromJson, Json, Mismatch, Structure, deserialize_through_json};
use crate::path::Path;
use crate::timestamp::Timestamp;
use crate::validate::{Validate, Violations};

/// Structure `CreateCollectionRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CreateCollectionRequest {
    /// `CollectionId`, required, 1 to 255 characters, a pattern.
    #[serde(rename = "CollectionId", skip_serializing_if = "Option::is_none")]
    pub collection_id: Option<String>,
    /// `TagMap`, 0 to 200 entries.
    #[serde(rename = "Tags", skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
}

impl Structure for CreateCollectionRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CollectionId" => self.collection_id = FromJson::from_json(value, &at.member("CollectionId"))?,
            "Tags" => self.tags = FromJson::from_json(value, &at.member("Tags"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for CreateCollectionRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("CollectionId");
        found.required(&member, self.collection_id.is_some());
        if let Some(value) = &self.collection_id {
            found.text(&member, value, &constraints::COLLECTION_ID);
        }
        let member = at.member("Tags");
        if let Some(value) = &self.tags {
            found.text_map(
                &member,
                value,
                constraints::TAG_MAP,
                &constraints::TAG_KEY,
                &constraints::TAG_VALUE,
            );
        }
    }
}

/// Structure `CreateCollectionResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CreateCollectionResponse {
    /// `UInteger`, at least 0.
    #[serde(rename = "StatusCode", skip_serializing_if = "Option::is_none")]
    pub status_code: Option<i32>,
    /// `String`.
    #[serde(rename = "CollectionArn", skip_serializing_if = "Option::is_none")]
    pub collection_arn: Option<String>,
    /// `String`.
    #[serde(rename = "FaceModelVersion", skip_serializing_if = "Option::is_none")]
    pub face_model_version: Option<String>,
}

impl Structure for CreateCollectionResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "StatusCode" => self.status_code = FromJson::from_json(value, &at.member("StatusCode"))?,
            "CollectionArn" => self.collection_arn = FromJson::from_json(value, &at.member("CollectionArn"))?,
            "FaceModelVersion" => {
                self.face_model_version = FromJson::from_json(value, &at.member("FaceModelVersion"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DeleteCollectionRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DeleteCollectionRequest {
    /// `CollectionId`, required, 1 to 255 characters, a pattern.
    #[serde(rename = "CollectionId", skip_serializing_if = "Option::is_none")]
    pub collection_id: Option<String>,
}

impl Structure for DeleteCollectionRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CollectionId" => self.collection_id = FromJson::from_json(value, &at.member("CollectionId"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DeleteCollectionRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("CollectionId");
        found.required(&member, self.collection_id.is_some());
        if let Some(value) = &self.collection_id {
            found.text(&member, value, &constraints::COLLECTION_ID);
        }
    }
}

/// Structure `DeleteCollectionResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DeleteCollectionResponse {
    /// `UInteger`, at least 0.
    #[serde(rename = "StatusCode", skip_serializing_if = "Option::is_none")]
    pub status_code: Option<i32>,
}

impl Structure for DeleteCollectionResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "StatusCode" => self.status_code = FromJson::from_json(value, &at.member("StatusCode"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DeleteFacesRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DeleteFacesRequest {
    /// `CollectionId`, required, 1 to 255 characters, a pattern.
    #[serde(rename = "CollectionId", skip_serializing_if = "Option::is_none")]
    pub collection_id: Option<String>,
    /// `FaceIdList`, required, 1 to 4096 items.
    #[serde(rename = "FaceIds", skip_serializing_if = "Option::is_none")]
    pub face_ids: Option<Vec<String>>,
}

impl Structure for DeleteFacesRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CollectionId" => self.collection_id = FromJson::from_json(value, &at.member("CollectionId"))?,
            "FaceIds" => self.face_ids = FromJson::from_json(value, &at.member("FaceIds"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DeleteFacesRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("CollectionId");
        found.required(&member, self.collection_id.is_some());
        if let Some(value) = &self.collection_id {
            found.text(&member, value, &constraints::COLLECTION_ID);
        }
        let member = at.member("FaceIds");
        found.required(&member, self.face_ids.is_some());
        if let Some(value) = &self.face_ids {
            found.list(&member, value, constraints::FACE_ID_LIST);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.text(&item, value, &constraints::FACE_ID);
            }
        }
    }
}

/// Structure `DeleteFacesResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DeleteFacesResponse {
    /// `FaceIdList`, 1 to 4096 items.
    #[serde(rename = "DeletedFaces", skip_serializing_if = "Option::is_none")]
    pub deleted_faces: Option<Vec<String>>,
    /// `UnsuccessfulFaceDeletionsList`, 0 to 4096 items.
    #[serde(rename = "UnsuccessfulFaceDeletions", skip_serializing_if = "Option::is_none")]
    pub unsuccessful_face_deletions: Option<Vec<UnsuccessfulFaceDeletion>>,
}

impl Structure for DeleteFacesResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "DeletedFaces" => self.deleted_faces = FromJson::from_json(value, &at.member("DeletedFaces"))?,
            "UnsuccessfulFaceDeletions" => {
                self.unsuccessful_face_deletions =
                    FromJson::from_json(value, &at.member("UnsuccessfulFaceDeletions"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DescribeCollectionRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DescribeCollectionRequest {
    /// `CollectionId`, required, 1 to 255 characters, a pattern.
    #[serde(rename = "CollectionId", skip_serializing_if = "Option::is_none")]
    pub collection_id: Option<String>,
}

impl Structure for DescribeCollectionRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CollectionId" => self.collection_id = FromJson::from_json(value, &at.member("CollectionId"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DescribeCollectionRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("CollectionId");
        found.required(&member, self.collection_id.is_some());
        if let Some(value) = &self.collection_id {
            found.text(&member, value, &constraints::COLLECTION_ID);
        }
    }
}

/// Structure `DescribeCollectionResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DescribeCollectionResponse {
    /// `ULong`, at least 0.
    #[serde(rename = "FaceCount", skip_serializing_if = "Option::is_none")]
    pub face_count: Option<i64>,
    /// `String`.
    #[serde(rename = "FaceModelVersion", skip_serializing_if = "Option::is_none")]
    pub face_model_version: Option<String>,
    /// `String`.
    #[serde(rename = "CollectionARN", skip_serializing_if = "Option::is_none")]
    pub collection_arn: Option<String>,
    /// `DateTime`.
    #[serde(rename = "CreationTimestamp", skip_serializing_if = "Option::is_none")]
    pub creation_timestamp: Option<Timestamp>,
    /// `ULong`, at least 0.
    #[serde(rename = "UserCount", skip_serializing_if = "Option::is_none")]
    pub user_count: Option<i64>,
}

impl Structure for DescribeCollectionResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "FaceCount" => self.face_count = FromJson::from_json(value, &at.member("FaceCount"))?,
            "FaceModelVersion" => {
                self.face_model_version = FromJson::from_json(value, &at.member("FaceModelVersion"))?
            }
            "CollectionARN" => self.collection_arn = FromJson::from_json(value, &at.member("CollectionARN"))?,
            "CreationTimestamp" => {
                self.creation_timestamp = FromJson::from_json(value, &at.member("CreationTimestamp"))?
            }
            "UserCount" => self.user_count = FromJson::from_json(value, &at.member("UserCount"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `FaceRecord`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FaceRecord {
    /// `Face`.
    #[serde(rename = "Face", skip_serializing_if = "Option::is_none")]
    pub face: Option<Face>,
    /// `FaceDetail`.
    #[serde(rename = "FaceDetail", skip_serializing_if = "Option::is_none")]
    pub face_detail: Option<FaceDetail>,
}

impl Structure for FaceRecord {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Face" => self.face = FromJson::from_json(value, &at.member("Face"))?,
            "FaceDetail" => self.face_detail = FromJson::from_json(value, &at.member("FaceDetail"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `IndexFacesRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct IndexFacesRequest {
    /// `CollectionId`, required, 1 to 255 characters, a pattern.
    #[serde(rename = "CollectionId", skip_serializing_if = "Option::is_none")]
    pub collection_id: Option<String>,
    /// `Image`, required.
    #[serde(rename = "Image", skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// `ExternalImageId`, 1 to 255 characters, a pattern.
    #[serde(rename = "ExternalImageId", skip_serializing_if = "Option::is_none")]
    pub external_image_id: Option<String>,
    /// `Attributes`.
    #[serde(rename = "DetectionAttributes", skip_serializing_if = "Option::is_none")]
    pub detection_attributes: Option<Vec<Attribute>>,
    /// `MaxFacesToIndex`, at least 1.
    #[serde(rename = "MaxFaces", skip_serializing_if = "Option::is_none")]
    pub max_faces: Option<i32>,
    /// `QualityFilter`.
    #[serde(rename = "QualityFilter", skip_serializing_if = "Option::is_none")]
    pub quality_filter: Option<QualityFilter>,
}

impl Structure for IndexFacesRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CollectionId" => self.collection_id = FromJson::from_json(value, &at.member("CollectionId"))?,
            "Image" => self.image = FromJson::from_json(value, &at.member("Image"))?,
            "ExternalImageId" => {
                self.external_image_id = FromJson::from_json(value, &at.member("ExternalImageId"))?
            }
            "DetectionAttributes" => {
                self.detection_attributes = FromJson::from_json(value, &at.member("DetectionAttributes"))?
            }
            "MaxFaces" => self.max_faces = FromJson::from_json(value, &at.member("MaxFaces"))?,
            "QualityFilter" => self.quality_filter = FromJson::from_json(value, &at.member("QualityFilter"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for IndexFacesRequest {
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
        let member = at.member("ExternalImageId");
        if let Some(value) = &self.external_image_id {
            found.text(&member, value, &constraints::EXTERNAL_IMAGE_ID);
        }
        let member = at.member("DetectionAttributes");
        if let Some(value) = &self.detection_attributes {
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.one_of(&item, value.as_str(), Attribute::VALUES);
            }
        }
        let member = at.member("MaxFaces");
        if let Some(value) = &self.max_faces {
            found.integer(&member, i64::from(*value), constraints::MAX_FACES_TO_INDEX);
        }
        let member = at.member("QualityFilter");
        if let Some(value) = &self.quality_filter {
            found.one_of(&member, value.as_str(), QualityFilter::VALUES);
        }
    }
}

/// Structure `IndexFacesResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct IndexFacesResponse {
    /// `FaceRecordList`.
    #[serde(rename = "FaceRecords", skip_serializing_if = "Option::is_none")]
    pub face_records: Option<Vec<FaceRecord>>,
    /// `OrientationCorrection`.
    #[serde(rename = "OrientationCorrection", skip_serializing_if = "Option::is_none")]
    pub orientation_correction: Option<OrientationCorrection>,
    /// `String`.
    #[serde(rename = "FaceModelVersion", skip_serializing_if = "Option::is_none")]
    pub face_model_version: Option<String>,
    /// `UnindexedFaces`.
    #[serde(rename = "UnindexedFaces", skip_serializing_if = "Option::is_none")]
    pub unindexed_faces: Option<Vec<UnindexedFace>>,
}

impl Structure for IndexFacesResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "FaceRecords" => self.face_records = FromJson::from_json(value, &at.member("FaceRecords"))?,
            "OrientationCorrection" => {
                self.orientation_correction = FromJson::from_json(value, &at.member("OrientationCorrection"))?
            }
            "FaceModelVersion" => {
                self.face_model_version = FromJson::from_json(value, &at.member("FaceModelVersion"))?
            }
            "UnindexedFaces" => {
                self.unindexed_faces = FromJson::from_json(value, &at.member("UnindexedFaces"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `ListCollectionsRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ListCollectionsRequest {
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `PageSize`, 0 to 4096.
    #[serde(rename = "MaxResults", skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
}

impl Structure for ListCollectionsRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "MaxResults" => self.max_results = FromJson::from_json(value, &at.member("MaxResults"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for ListCollectionsRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("NextToken");
        if let Some(value) = &self.next_token {
            found.text(&member, value, &constraints::PAGINATION_TOKEN);
        }
        let member = at.member("MaxResults");
        if let Some(value) = &self.max_results {
            found.integer(&member, i64::from(*value), constraints::PAGE_SIZE);
        }
    }
}

/// Structure `ListCollectionsResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ListCollectionsResponse {
    /// `CollectionIdList`.
    #[serde(rename = "CollectionIds", skip_serializing_if = "Option::is_none")]
    pub collection_ids: Option<Vec<String>>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `FaceModelVersionList`.
    #[serde(rename = "FaceModelVersions", skip_serializing_if = "Option::is_none")]
    pub face_model_versions: Option<Vec<String>>,
}

impl Structure for ListCollectionsResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CollectionIds" => self.collection_ids = FromJson::from_json(value, &at.member("CollectionIds"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "FaceModelVersions" => {
                self.face_model_versions = FromJson::from_json(value, &at.member("FaceModelVersions"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `ListFacesRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ListFacesRequest {
    /// `CollectionId`, required, 1 to 255 characters, a pattern.
    #[serde(rename = "CollectionId", skip_serializing_if = "Option::is_none")]
    pub collection_id: Option<String>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `PageSize`, 0 to 4096.
    #[serde(rename = "MaxResults", skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
    /// `UserId`, 1 to 128 characters, a pattern.
    #[serde(rename = "UserId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// `FaceIdList`, 1 to 4096 items.
    #[serde(rename = "FaceIds", skip_serializing_if = "Option::is_none")]
    pub face_ids: Option<Vec<String>>,
}

impl Structure for ListFacesRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CollectionId" => self.collection_id = FromJson::from_json(value, &at.member("CollectionId"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "MaxResults" => self.max_results = FromJson::from_json(value, &at.member("MaxResults"))?,
            "UserId" => self.user_id = FromJson::from_json(value, &at.member("UserId"))?,
            "FaceIds" => self.face_ids = FromJson::from_json(value, &at.member("FaceIds"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for ListFacesRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("CollectionId");
        found.required(&member, self.collection_id.is_some());
        if let Some(value) = &self.collection_id {
            found.text(&member, value, &constraints::COLLECTION_ID);
        }
        let member = at.member("NextToken");
        if let Some(value) = &self.next_token {
            found.text(&member, value, &constraints::PAGINATION_TOKEN);
        }
        let member = at.member("MaxResults");
        if let Some(value) = &self.max_results {
            found.integer(&member, i64::from(*value), constraints::PAGE_SIZE);
        }
        let member = at.member("UserId");
        if let Some(value) = &self.user_id {
            found.text(&member, value, &constraints::USER_ID);
        }
        let member = at.member("FaceIds");
        if let Some(value) = &self.face_ids {
            found.list(&member, value, constraints::FACE_ID_LIST);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.text(&item, value, &constraints::FACE_ID);
            }
        }
    }
}

/// Structure `ListFacesResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ListFacesResponse {
    /// `FaceList`.
    #[serde(rename = "Faces", skip_serializing_if = "Option::is_none")]
    pub faces: Option<Vec<Face>>,
    /// `String`.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `String`.
    #[serde(rename = "FaceModelVersion", skip_serializing_if = "Option::is_none")]
    pub face_model_version: Option<String>,
}

impl Structure for ListFacesResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Faces" => self.faces = FromJson::from_json(value, &at.member("Faces"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "FaceModelVersion" => {
                self.face_model_version = FromJson::from_json(value, &at.member("FaceModelVersion"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `SearchFacesByImageRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SearchFacesByImageRequest {
    /// `CollectionId`, required, 1 to 255 characters, a pattern.
    #[serde(rename = "CollectionId", skip_serializing_if = "Option::is_none")]
    pub collection_id: Option<String>,
    /// `Image`, required.
    #[serde(rename = "Image", skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// `MaxFaces`, 1 to 4096.
    #[serde(rename = "MaxFaces", skip_serializing_if = "Option::is_none")]
    pub max_faces: Option<i32>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "FaceMatchThreshold", skip_serializing_if = "Option::is_none")]
    pub face_match_threshold: Option<f32>,
    /// `QualityFilter`.
    #[serde(rename = "QualityFilter", skip_serializing_if = "Option::is_none")]
    pub quality_filter: Option<QualityFilter>,
}

impl Structure for SearchFacesByImageRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CollectionId" => self.collection_id = FromJson::from_json(value, &at.member("CollectionId"))?,
            "Image" => self.image = FromJson::from_json(value, &at.member("Image"))?,
            "MaxFaces" => self.max_faces = FromJson::from_json(value, &at.member("MaxFaces"))?,
            "FaceMatchThreshold" => {
                self.face_match_threshold = FromJson::from_json(value, &at.member("FaceMatchThreshold"))?
            }
            "QualityFilter" => self.quality_filter = FromJson::from_json(value, &at.member("QualityFilter"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for SearchFacesByImageRequest {
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
        let member = at.member("MaxFaces");
        if let Some(value) = &self.max_faces {
            found.integer(&member, i64::from(*value), constraints::MAX_FACES);
        }
        let member = at.member("FaceMatchThreshold");
        if let Some(value) = &self.face_match_threshold {
            found.float(&member, *value, constraints::PERCENT);
        }
        let member = at.member("QualityFilter");
        if let Some(value) = &self.quality_filter {
            found.one_of(&member, value.as_str(), QualityFilter::VALUES);
        }
    }
}

/// Structure `SearchFacesByImageResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SearchFacesByImageResponse {
    /// `BoundingBox`.
    #[serde(rename = "SearchedFaceBoundingBox", skip_serializing_if = "Option::is_none")]
    pub searched_face_bounding_box: Option<BoundingBox>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "SearchedFaceConfidence", skip_serializing_if = "Option::is_none")]
    pub searched_face_confidence: Option<f32>,
    /// `FaceMatchList`.
    #[serde(rename = "FaceMatches", skip_serializing_if = "Option::is_none")]
    pub face_matches: Option<Vec<FaceMatch>>,
    /// `String`.
    #[serde(rename = "FaceModelVersion", skip_serializing_if = "Option::is_none")]
    pub face_model_version: Option<String>,
}

impl Structure for SearchFacesByImageResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "SearchedFaceBoundingBox" => {
                self.searched_face_bounding_box =
                    FromJson::from_json(value, &at.member("SearchedFaceBoundingBox"))?
            }
            "SearchedFaceConfidence" => {
                self.searched_face_confidence =
                    FromJson::from_json(value, &at.member("SearchedFaceConfidence"))?
            }
            "FaceMatches" => self.face_matches = FromJson::from_json(value, &at.member("FaceMatches"))?,
            "FaceModelVersion" => {
                self.face_model_version = FromJson::from_json(value, &at.member("FaceModelVersion"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `SearchFacesRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SearchFacesRequest {
    /// `CollectionId`, required, 1 to 255 characters, a pattern.
    #[serde(rename = "CollectionId", skip_serializing_if = "Option::is_none")]
    pub collection_id: Option<String>,
    /// `FaceId`, required, a pattern.
    #[serde(rename = "FaceId", skip_serializing_if = "Option::is_none")]
    pub face_id: Option<String>,
    /// `MaxFaces`, 1 to 4096.
    #[serde(rename = "MaxFaces", skip_serializing_if = "Option::is_none")]
    pub max_faces: Option<i32>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "FaceMatchThreshold", skip_serializing_if = "Option::is_none")]
    pub face_match_threshold: Option<f32>,
}

impl Structure for SearchFacesRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CollectionId" => self.collection_id = FromJson::from_json(value, &at.member("CollectionId"))?,
            "FaceId" => self.face_id = FromJson::from_json(value, &at.member("FaceId"))?,
            "MaxFaces" => self.max_faces = FromJson::from_json(value, &at.member("MaxFaces"))?,
            "FaceMatchThreshold" => {
                self.face_match_threshold = FromJson::from_json(value, &at.member("FaceMatchThreshold"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for SearchFacesRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("CollectionId");
        found.required(&member, self.collection_id.is_some());
        if let Some(value) = &self.collection_id {
            found.text(&member, value, &constraints::COLLECTION_ID);
        }
        let member = at.member("FaceId");
        found.required(&member, self.face_id.is_some());
        if let Some(value) = &self.face_id {
            found.text(&member, value, &constraints::FACE_ID);
        }
        let member = at.member("MaxFaces");
        if let Some(value) = &self.max_faces {
            found.integer(&member, i64::from(*value), constraints::MAX_FACES);
        }
        let member = at.member("FaceMatchThreshold");
        if let Some(value) = &self.face_match_threshold {
            found.float(&member, *value, constraints::PERCENT);
        }
    }
}

/// Structure `SearchFacesResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SearchFacesResponse {
    /// `FaceId`, a pattern.
    #[serde(rename = "SearchedFaceId", skip_serializing_if = "Option::is_none")]
    pub searched_face_id: Option<String>,
    /// `FaceMatchList`.
    #[serde(rename = "FaceMatches", skip_serializing_if = "Option::is_none")]
    pub face_matches: Option<Vec<FaceMatch>>,
    /// `String`.
    #[serde(rename = "FaceModelVersion", skip_serializing_if = "Option::is_none")]
    pub face_model_version: Option<String>,
}

impl Structure for SearchFacesResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "SearchedFaceId" => {
                self.searched_face_id = FromJson::from_json(value, &at.member("SearchedFaceId"))?
            }
            "FaceMatches" => self.face_matches = FromJson::from_json(value, &at.member("FaceMatches"))?,
            "FaceModelVersion" => {
                self.face_model_version = FromJson::from_json(value, &at.member("FaceModelVersion"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `UnindexedFace`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct UnindexedFace {
    /// `Reasons`.
    #[serde(rename = "Reasons", skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Vec<Reason>>,
    /// `FaceDetail`.
    #[serde(rename = "FaceDetail", skip_serializing_if = "Option::is_none")]
    pub face_detail: Option<FaceDetail>,
}

impl Structure for UnindexedFace {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Reasons" => self.reasons = FromJson::from_json(value, &at.member("Reasons"))?,
            "FaceDetail" => self.face_detail = FromJson::from_json(value, &at.member("FaceDetail"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `UnsuccessfulFaceDeletion`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct UnsuccessfulFaceDeletion {
    /// `FaceId`, a pattern.
    #[serde(rename = "FaceId", skip_serializing_if = "Option::is_none")]
    pub face_id: Option<String>,
    /// `UserId`, 1 to 128 characters, a pattern.
    #[serde(rename = "UserId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// `UnsuccessfulFaceDeletionReasons`.
    #[serde(rename = "Reasons", skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Vec<UnsuccessfulFaceDeletionReason>>,
}

impl Structure for UnsuccessfulFaceDeletion {
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

deserialize_through_json!(
    CreateCollectionRequest,
    CreateCollectionResponse,
    DeleteCollectionRequest,
    DeleteCollectionResponse,
    DeleteFacesRequest,
    DeleteFacesResponse,
    DescribeCollectionRequest,
    DescribeCollectionResponse,
    FaceRecord,
    IndexFacesRequest,
    IndexFacesResponse,
    ListCollectionsRequest,
    ListCollectionsResponse,
    ListFacesRequest,
    ListFacesResponse,
    SearchFacesByImageRequest,
    SearchFacesByImageResponse,
    SearchFacesRequest,
    SearchFacesResponse,
    UnindexedFace,
    UnsuccessfulFaceDeletion
);
