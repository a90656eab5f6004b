// Written by `cargo xtask codegen` from the service model; do not edit.

//! Structures of the video operations.

use serde::Serialize;

use crate::generated::{
    BoundingBox, CelebrityRecognitionSortBy, ContentModerationAggregateBy, ContentModerationSortBy,
    ContentType, DetectionFilter, FaceAttributes, FaceDetail, FaceMatch, FaceSearchSortBy,
    GeneralLabelsSettings, KnownGender, Label, LabelDetectionAggregateBy, LabelDetectionFeatureName,
    LabelDetectionSortBy, ModerationLabel, PersonTrackingSortBy, RegionOfInterest, S3Object, SegmentType,
    TechnicalCueType, TextDetection, VideoColorRange, VideoJobStatus, constraints,
};
use crate::json::{FromJson, Json, Mismatch, Structure, deserialize_through_json};
use crate::path::Path;
use crate::validate::{Validate, Violations};

/// Structure `AudioMetadata`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct AudioMetadata {
    /// `String`.
    #[serde(rename = "Codec", skip_serializing_if = "Option::is_none")]
    pub codec: Option<String>,
    /// `ULong`, at least 0.
    #[serde(rename = "DurationMillis", skip_serializing_if = "Option::is_none")]
    pub duration_millis: Option<i64>,
    /// `ULong`, at least 0.
    #[serde(rename = "SampleRate", skip_serializing_if = "Option::is_none")]
    pub sample_rate: Option<i64>,
    /// `ULong`, at least 0.
    #[serde(rename = "NumberOfChannels", skip_serializing_if = "Option::is_none")]
    pub number_of_channels: Option<i64>,
}

impl Structure for AudioMetadata {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Codec" => self.codec = FromJson::from_json(value, &at.member("Codec"))?,
            "DurationMillis" => {
                self.duration_millis = FromJson::from_json(value, &at.member("DurationMillis"))?
            }
            "SampleRate" => self.sample_rate = FromJson::from_json(value, &at.member("SampleRate"))?,
            "NumberOfChannels" => {
                self.number_of_channels = FromJson::from_json(value, &at.member("NumberOfChannels"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `BlackFrame`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct BlackFrame {
    /// `MaxPixelThreshold`, 0 to 1.
    #[serde(rename = "MaxPixelThreshold", skip_serializing_if = "Option::is_none")]
    pub max_pixel_threshold: Option<f32>,
    /// `MinCoveragePercentage`, 0 to 100.
    #[serde(rename = "MinCoveragePercentage", skip_serializing_if = "Option::is_none")]
    pub min_coverage_percentage: Option<f32>,
}

impl Structure for BlackFrame {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "MaxPixelThreshold" => {
                self.max_pixel_threshold = FromJson::from_json(value, &at.member("MaxPixelThreshold"))?
            }
            "MinCoveragePercentage" => {
                self.min_coverage_percentage =
                    FromJson::from_json(value, &at.member("MinCoveragePercentage"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for BlackFrame {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("MaxPixelThreshold");
        if let Some(value) = &self.max_pixel_threshold {
            found.float(&member, *value, constraints::MAX_PIXEL_THRESHOLD);
        }
        let member = at.member("MinCoveragePercentage");
        if let Some(value) = &self.min_coverage_percentage {
            found.float(&member, *value, constraints::MIN_COVERAGE_PERCENTAGE);
        }
    }
}

/// Structure `CelebrityDetail`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CelebrityDetail {
    /// `Urls`, 0 to 255 items.
    #[serde(rename = "Urls", skip_serializing_if = "Option::is_none")]
    pub urls: Option<Vec<String>>,
    /// `String`.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `RekognitionUniqueId`, a pattern.
    #[serde(rename = "Id", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// `BoundingBox`.
    #[serde(rename = "BoundingBox", skip_serializing_if = "Option::is_none")]
    pub bounding_box: Option<BoundingBox>,
    /// `FaceDetail`.
    #[serde(rename = "Face", skip_serializing_if = "Option::is_none")]
    pub face: Option<FaceDetail>,
    /// `KnownGender`.
    #[serde(rename = "KnownGender", skip_serializing_if = "Option::is_none")]
    pub known_gender: Option<KnownGender>,
}

impl Structure for CelebrityDetail {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Urls" => self.urls = FromJson::from_json(value, &at.member("Urls"))?,
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            "Id" => self.id = FromJson::from_json(value, &at.member("Id"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            "BoundingBox" => self.bounding_box = FromJson::from_json(value, &at.member("BoundingBox"))?,
            "Face" => self.face = FromJson::from_json(value, &at.member("Face"))?,
            "KnownGender" => self.known_gender = FromJson::from_json(value, &at.member("KnownGender"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `CelebrityRecognition`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CelebrityRecognition {
    /// `Timestamp`.
    #[serde(rename = "Timestamp", skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    /// `CelebrityDetail`.
    #[serde(rename = "Celebrity", skip_serializing_if = "Option::is_none")]
    pub celebrity: Option<CelebrityDetail>,
}

impl Structure for CelebrityRecognition {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Timestamp" => self.timestamp = FromJson::from_json(value, &at.member("Timestamp"))?,
            "Celebrity" => self.celebrity = FromJson::from_json(value, &at.member("Celebrity"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `ContentModerationDetection`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ContentModerationDetection {
    /// `Timestamp`.
    #[serde(rename = "Timestamp", skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    /// `ModerationLabel`.
    #[serde(rename = "ModerationLabel", skip_serializing_if = "Option::is_none")]
    pub moderation_label: Option<ModerationLabel>,
    /// `ULong`, at least 0.
    #[serde(rename = "StartTimestampMillis", skip_serializing_if = "Option::is_none")]
    pub start_timestamp_millis: Option<i64>,
    /// `ULong`, at least 0.
    #[serde(rename = "EndTimestampMillis", skip_serializing_if = "Option::is_none")]
    pub end_timestamp_millis: Option<i64>,
    /// `ULong`, at least 0.
    #[serde(rename = "DurationMillis", skip_serializing_if = "Option::is_none")]
    pub duration_millis: Option<i64>,
    /// `ContentTypes`, 0 to 50 items.
    #[serde(rename = "ContentTypes", skip_serializing_if = "Option::is_none")]
    pub content_types: Option<Vec<ContentType>>,
}

impl Structure for ContentModerationDetection {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Timestamp" => self.timestamp = FromJson::from_json(value, &at.member("Timestamp"))?,
            "ModerationLabel" => {
                self.moderation_label = FromJson::from_json(value, &at.member("ModerationLabel"))?
            }
            "StartTimestampMillis" => {
                self.start_timestamp_millis = FromJson::from_json(value, &at.member("StartTimestampMillis"))?
            }
            "EndTimestampMillis" => {
                self.end_timestamp_millis = FromJson::from_json(value, &at.member("EndTimestampMillis"))?
            }
            "DurationMillis" => {
                self.duration_millis = FromJson::from_json(value, &at.member("DurationMillis"))?
            }
            "ContentTypes" => self.content_types = FromJson::from_json(value, &at.member("ContentTypes"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `FaceDetection`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FaceDetection {
    /// `Timestamp`.
    #[serde(rename = "Timestamp", skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    /// `FaceDetail`.
    #[serde(rename = "Face", skip_serializing_if = "Option::is_none")]
    pub face: Option<FaceDetail>,
}

impl Structure for FaceDetection {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Timestamp" => self.timestamp = FromJson::from_json(value, &at.member("Timestamp"))?,
            "Face" => self.face = FromJson::from_json(value, &at.member("Face"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `GetCelebrityRecognitionRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetCelebrityRecognitionRequest {
    /// `JobId`, required, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `MaxResults`, at least 1.
    #[serde(rename = "MaxResults", skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `CelebrityRecognitionSortBy`.
    #[serde(rename = "SortBy", skip_serializing_if = "Option::is_none")]
    pub sort_by: Option<CelebrityRecognitionSortBy>,
}

impl Structure for GetCelebrityRecognitionRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            "MaxResults" => self.max_results = FromJson::from_json(value, &at.member("MaxResults"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "SortBy" => self.sort_by = FromJson::from_json(value, &at.member("SortBy"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for GetCelebrityRecognitionRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("JobId");
        found.required(&member, self.job_id.is_some());
        if let Some(value) = &self.job_id {
            found.text(&member, value, &constraints::JOB_ID);
        }
        let member = at.member("MaxResults");
        if let Some(value) = &self.max_results {
            found.integer(&member, i64::from(*value), constraints::MAX_RESULTS);
        }
        let member = at.member("NextToken");
        if let Some(value) = &self.next_token {
            found.text(&member, value, &constraints::PAGINATION_TOKEN);
        }
        let member = at.member("SortBy");
        if let Some(value) = &self.sort_by {
            found.one_of(&member, value.as_str(), CelebrityRecognitionSortBy::VALUES);
        }
    }
}

/// Structure `GetCelebrityRecognitionResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetCelebrityRecognitionResponse {
    /// `VideoJobStatus`.
    #[serde(rename = "JobStatus", skip_serializing_if = "Option::is_none")]
    pub job_status: Option<VideoJobStatus>,
    /// `StatusMessage`.
    #[serde(rename = "StatusMessage", skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// `VideoMetadata`.
    #[serde(rename = "VideoMetadata", skip_serializing_if = "Option::is_none")]
    pub video_metadata: Option<VideoMetadata>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `CelebrityRecognitions`.
    #[serde(rename = "Celebrities", skip_serializing_if = "Option::is_none")]
    pub celebrities: Option<Vec<CelebrityRecognition>>,
    /// `JobId`, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `Video`.
    #[serde(rename = "Video", skip_serializing_if = "Option::is_none")]
    pub video: Option<Video>,
    /// `JobTag`, 1 to 1024 characters, a pattern.
    #[serde(rename = "JobTag", skip_serializing_if = "Option::is_none")]
    pub job_tag: Option<String>,
}

impl Structure for GetCelebrityRecognitionResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobStatus" => self.job_status = FromJson::from_json(value, &at.member("JobStatus"))?,
            "StatusMessage" => self.status_message = FromJson::from_json(value, &at.member("StatusMessage"))?,
            "VideoMetadata" => self.video_metadata = FromJson::from_json(value, &at.member("VideoMetadata"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "Celebrities" => self.celebrities = FromJson::from_json(value, &at.member("Celebrities"))?,
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            "Video" => self.video = FromJson::from_json(value, &at.member("Video"))?,
            "JobTag" => self.job_tag = FromJson::from_json(value, &at.member("JobTag"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `GetContentModerationRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetContentModerationRequest {
    /// `JobId`, required, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `MaxResults`, at least 1.
    #[serde(rename = "MaxResults", skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `ContentModerationSortBy`.
    #[serde(rename = "SortBy", skip_serializing_if = "Option::is_none")]
    pub sort_by: Option<ContentModerationSortBy>,
    /// `ContentModerationAggregateBy`.
    #[serde(rename = "AggregateBy", skip_serializing_if = "Option::is_none")]
    pub aggregate_by: Option<ContentModerationAggregateBy>,
}

impl Structure for GetContentModerationRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            "MaxResults" => self.max_results = FromJson::from_json(value, &at.member("MaxResults"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "SortBy" => self.sort_by = FromJson::from_json(value, &at.member("SortBy"))?,
            "AggregateBy" => self.aggregate_by = FromJson::from_json(value, &at.member("AggregateBy"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for GetContentModerationRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("JobId");
        found.required(&member, self.job_id.is_some());
        if let Some(value) = &self.job_id {
            found.text(&member, value, &constraints::JOB_ID);
        }
        let member = at.member("MaxResults");
        if let Some(value) = &self.max_results {
            found.integer(&member, i64::from(*value), constraints::MAX_RESULTS);
        }
        let member = at.member("NextToken");
        if let Some(value) = &self.next_token {
            found.text(&member, value, &constraints::PAGINATION_TOKEN);
        }
        let member = at.member("SortBy");
        if let Some(value) = &self.sort_by {
            found.one_of(&member, value.as_str(), ContentModerationSortBy::VALUES);
        }
        let member = at.member("AggregateBy");
        if let Some(value) = &self.aggregate_by {
            found.one_of(&member, value.as_str(), ContentModerationAggregateBy::VALUES);
        }
    }
}

/// Structure `GetContentModerationRequestMetadata`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetContentModerationRequestMetadata {
    /// `ContentModerationSortBy`.
    #[serde(rename = "SortBy", skip_serializing_if = "Option::is_none")]
    pub sort_by: Option<ContentModerationSortBy>,
    /// `ContentModerationAggregateBy`.
    #[serde(rename = "AggregateBy", skip_serializing_if = "Option::is_none")]
    pub aggregate_by: Option<ContentModerationAggregateBy>,
}

impl Structure for GetContentModerationRequestMetadata {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "SortBy" => self.sort_by = FromJson::from_json(value, &at.member("SortBy"))?,
            "AggregateBy" => self.aggregate_by = FromJson::from_json(value, &at.member("AggregateBy"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `GetContentModerationResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetContentModerationResponse {
    /// `VideoJobStatus`.
    #[serde(rename = "JobStatus", skip_serializing_if = "Option::is_none")]
    pub job_status: Option<VideoJobStatus>,
    /// `StatusMessage`.
    #[serde(rename = "StatusMessage", skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// `VideoMetadata`.
    #[serde(rename = "VideoMetadata", skip_serializing_if = "Option::is_none")]
    pub video_metadata: Option<VideoMetadata>,
    /// `ContentModerationDetections`.
    #[serde(rename = "ModerationLabels", skip_serializing_if = "Option::is_none")]
    pub moderation_labels: Option<Vec<ContentModerationDetection>>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `String`.
    #[serde(rename = "ModerationModelVersion", skip_serializing_if = "Option::is_none")]
    pub moderation_model_version: Option<String>,
    /// `JobId`, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `Video`.
    #[serde(rename = "Video", skip_serializing_if = "Option::is_none")]
    pub video: Option<Video>,
    /// `JobTag`, 1 to 1024 characters, a pattern.
    #[serde(rename = "JobTag", skip_serializing_if = "Option::is_none")]
    pub job_tag: Option<String>,
    /// `GetContentModerationRequestMetadata`.
    #[serde(rename = "GetRequestMetadata", skip_serializing_if = "Option::is_none")]
    pub get_request_metadata: Option<GetContentModerationRequestMetadata>,
}

impl Structure for GetContentModerationResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobStatus" => self.job_status = FromJson::from_json(value, &at.member("JobStatus"))?,
            "StatusMessage" => self.status_message = FromJson::from_json(value, &at.member("StatusMessage"))?,
            "VideoMetadata" => self.video_metadata = FromJson::from_json(value, &at.member("VideoMetadata"))?,
            "ModerationLabels" => {
                self.moderation_labels = FromJson::from_json(value, &at.member("ModerationLabels"))?
            }
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "ModerationModelVersion" => {
                self.moderation_model_version =
                    FromJson::from_json(value, &at.member("ModerationModelVersion"))?
            }
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            "Video" => self.video = FromJson::from_json(value, &at.member("Video"))?,
            "JobTag" => self.job_tag = FromJson::from_json(value, &at.member("JobTag"))?,
            "GetRequestMetadata" => {
                self.get_request_metadata = FromJson::from_json(value, &at.member("GetRequestMetadata"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `GetFaceDetectionRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetFaceDetectionRequest {
    /// `JobId`, required, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `MaxResults`, at least 1.
    #[serde(rename = "MaxResults", skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl Structure for GetFaceDetectionRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            "MaxResults" => self.max_results = FromJson::from_json(value, &at.member("MaxResults"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for GetFaceDetectionRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("JobId");
        found.required(&member, self.job_id.is_some());
        if let Some(value) = &self.job_id {
            found.text(&member, value, &constraints::JOB_ID);
        }
        let member = at.member("MaxResults");
        if let Some(value) = &self.max_results {
            found.integer(&member, i64::from(*value), constraints::MAX_RESULTS);
        }
        let member = at.member("NextToken");
        if let Some(value) = &self.next_token {
            found.text(&member, value, &constraints::PAGINATION_TOKEN);
        }
    }
}

/// Structure `GetFaceDetectionResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetFaceDetectionResponse {
    /// `VideoJobStatus`.
    #[serde(rename = "JobStatus", skip_serializing_if = "Option::is_none")]
    pub job_status: Option<VideoJobStatus>,
    /// `StatusMessage`.
    #[serde(rename = "StatusMessage", skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// `VideoMetadata`.
    #[serde(rename = "VideoMetadata", skip_serializing_if = "Option::is_none")]
    pub video_metadata: Option<VideoMetadata>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `FaceDetections`.
    #[serde(rename = "Faces", skip_serializing_if = "Option::is_none")]
    pub faces: Option<Vec<FaceDetection>>,
    /// `JobId`, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `Video`.
    #[serde(rename = "Video", skip_serializing_if = "Option::is_none")]
    pub video: Option<Video>,
    /// `JobTag`, 1 to 1024 characters, a pattern.
    #[serde(rename = "JobTag", skip_serializing_if = "Option::is_none")]
    pub job_tag: Option<String>,
}

impl Structure for GetFaceDetectionResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobStatus" => self.job_status = FromJson::from_json(value, &at.member("JobStatus"))?,
            "StatusMessage" => self.status_message = FromJson::from_json(value, &at.member("StatusMessage"))?,
            "VideoMetadata" => self.video_metadata = FromJson::from_json(value, &at.member("VideoMetadata"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "Faces" => self.faces = FromJson::from_json(value, &at.member("Faces"))?,
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            "Video" => self.video = FromJson::from_json(value, &at.member("Video"))?,
            "JobTag" => self.job_tag = FromJson::from_json(value, &at.member("JobTag"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `GetFaceSearchRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetFaceSearchRequest {
    /// `JobId`, required, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `MaxResults`, at least 1.
    #[serde(rename = "MaxResults", skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `FaceSearchSortBy`.
    #[serde(rename = "SortBy", skip_serializing_if = "Option::is_none")]
    pub sort_by: Option<FaceSearchSortBy>,
}

impl Structure for GetFaceSearchRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            "MaxResults" => self.max_results = FromJson::from_json(value, &at.member("MaxResults"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "SortBy" => self.sort_by = FromJson::from_json(value, &at.member("SortBy"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for GetFaceSearchRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("JobId");
        found.required(&member, self.job_id.is_some());
        if let Some(value) = &self.job_id {
            found.text(&member, value, &constraints::JOB_ID);
        }
        let member = at.member("MaxResults");
        if let Some(value) = &self.max_results {
            found.integer(&member, i64::from(*value), constraints::MAX_RESULTS);
        }
        let member = at.member("NextToken");
        if let Some(value) = &self.next_token {
            found.text(&member, value, &constraints::PAGINATION_TOKEN);
        }
        let member = at.member("SortBy");
        if let Some(value) = &self.sort_by {
            found.one_of(&member, value.as_str(), FaceSearchSortBy::VALUES);
        }
    }
}

/// Structure `GetFaceSearchResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetFaceSearchResponse {
    /// `VideoJobStatus`.
    #[serde(rename = "JobStatus", skip_serializing_if = "Option::is_none")]
    pub job_status: Option<VideoJobStatus>,
    /// `StatusMessage`.
    #[serde(rename = "StatusMessage", skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `VideoMetadata`.
    #[serde(rename = "VideoMetadata", skip_serializing_if = "Option::is_none")]
    pub video_metadata: Option<VideoMetadata>,
    /// `PersonMatches`.
    #[serde(rename = "Persons", skip_serializing_if = "Option::is_none")]
    pub persons: Option<Vec<PersonMatch>>,
    /// `JobId`, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `Video`.
    #[serde(rename = "Video", skip_serializing_if = "Option::is_none")]
    pub video: Option<Video>,
    /// `JobTag`, 1 to 1024 characters, a pattern.
    #[serde(rename = "JobTag", skip_serializing_if = "Option::is_none")]
    pub job_tag: Option<String>,
}

impl Structure for GetFaceSearchResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobStatus" => self.job_status = FromJson::from_json(value, &at.member("JobStatus"))?,
            "StatusMessage" => self.status_message = FromJson::from_json(value, &at.member("StatusMessage"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "VideoMetadata" => self.video_metadata = FromJson::from_json(value, &at.member("VideoMetadata"))?,
            "Persons" => self.persons = FromJson::from_json(value, &at.member("Persons"))?,
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            "Video" => self.video = FromJson::from_json(value, &at.member("Video"))?,
            "JobTag" => self.job_tag = FromJson::from_json(value, &at.member("JobTag"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `GetLabelDetectionRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetLabelDetectionRequest {
    /// `JobId`, required, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `MaxResults`, at least 1.
    #[serde(rename = "MaxResults", skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `LabelDetectionSortBy`.
    #[serde(rename = "SortBy", skip_serializing_if = "Option::is_none")]
    pub sort_by: Option<LabelDetectionSortBy>,
    /// `LabelDetectionAggregateBy`.
    #[serde(rename = "AggregateBy", skip_serializing_if = "Option::is_none")]
    pub aggregate_by: Option<LabelDetectionAggregateBy>,
}

impl Structure for GetLabelDetectionRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            "MaxResults" => self.max_results = FromJson::from_json(value, &at.member("MaxResults"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "SortBy" => self.sort_by = FromJson::from_json(value, &at.member("SortBy"))?,
            "AggregateBy" => self.aggregate_by = FromJson::from_json(value, &at.member("AggregateBy"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for GetLabelDetectionRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("JobId");
        found.required(&member, self.job_id.is_some());
        if let Some(value) = &self.job_id {
            found.text(&member, value, &constraints::JOB_ID);
        }
        let member = at.member("MaxResults");
        if let Some(value) = &self.max_results {
            found.integer(&member, i64::from(*value), constraints::MAX_RESULTS);
        }
        let member = at.member("NextToken");
        if let Some(value) = &self.next_token {
            found.text(&member, value, &constraints::PAGINATION_TOKEN);
        }
        let member = at.member("SortBy");
        if let Some(value) = &self.sort_by {
            found.one_of(&member, value.as_str(), LabelDetectionSortBy::VALUES);
        }
        let member = at.member("AggregateBy");
        if let Some(value) = &self.aggregate_by {
            found.one_of(&member, value.as_str(), LabelDetectionAggregateBy::VALUES);
        }
    }
}

/// Structure `GetLabelDetectionRequestMetadata`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetLabelDetectionRequestMetadata {
    /// `LabelDetectionSortBy`.
    #[serde(rename = "SortBy", skip_serializing_if = "Option::is_none")]
    pub sort_by: Option<LabelDetectionSortBy>,
    /// `LabelDetectionAggregateBy`.
    #[serde(rename = "AggregateBy", skip_serializing_if = "Option::is_none")]
    pub aggregate_by: Option<LabelDetectionAggregateBy>,
}

impl Structure for GetLabelDetectionRequestMetadata {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "SortBy" => self.sort_by = FromJson::from_json(value, &at.member("SortBy"))?,
            "AggregateBy" => self.aggregate_by = FromJson::from_json(value, &at.member("AggregateBy"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `GetLabelDetectionResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetLabelDetectionResponse {
    /// `VideoJobStatus`.
    #[serde(rename = "JobStatus", skip_serializing_if = "Option::is_none")]
    pub job_status: Option<VideoJobStatus>,
    /// `StatusMessage`.
    #[serde(rename = "StatusMessage", skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// `VideoMetadata`.
    #[serde(rename = "VideoMetadata", skip_serializing_if = "Option::is_none")]
    pub video_metadata: Option<VideoMetadata>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `LabelDetections`.
    #[serde(rename = "Labels", skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<LabelDetection>>,
    /// `String`.
    #[serde(rename = "LabelModelVersion", skip_serializing_if = "Option::is_none")]
    pub label_model_version: Option<String>,
    /// `JobId`, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `Video`.
    #[serde(rename = "Video", skip_serializing_if = "Option::is_none")]
    pub video: Option<Video>,
    /// `JobTag`, 1 to 1024 characters, a pattern.
    #[serde(rename = "JobTag", skip_serializing_if = "Option::is_none")]
    pub job_tag: Option<String>,
    /// `GetLabelDetectionRequestMetadata`.
    #[serde(rename = "GetRequestMetadata", skip_serializing_if = "Option::is_none")]
    pub get_request_metadata: Option<GetLabelDetectionRequestMetadata>,
}

impl Structure for GetLabelDetectionResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobStatus" => self.job_status = FromJson::from_json(value, &at.member("JobStatus"))?,
            "StatusMessage" => self.status_message = FromJson::from_json(value, &at.member("StatusMessage"))?,
            "VideoMetadata" => self.video_metadata = FromJson::from_json(value, &at.member("VideoMetadata"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "Labels" => self.labels = FromJson::from_json(value, &at.member("Labels"))?,
            "LabelModelVersion" => {
                self.label_model_version = FromJson::from_json(value, &at.member("LabelModelVersion"))?
            }
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            "Video" => self.video = FromJson::from_json(value, &at.member("Video"))?,
            "JobTag" => self.job_tag = FromJson::from_json(value, &at.member("JobTag"))?,
            "GetRequestMetadata" => {
                self.get_request_metadata = FromJson::from_json(value, &at.member("GetRequestMetadata"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `GetPersonTrackingRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetPersonTrackingRequest {
    /// `JobId`, required, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `MaxResults`, at least 1.
    #[serde(rename = "MaxResults", skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `PersonTrackingSortBy`.
    #[serde(rename = "SortBy", skip_serializing_if = "Option::is_none")]
    pub sort_by: Option<PersonTrackingSortBy>,
}

impl Structure for GetPersonTrackingRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            "MaxResults" => self.max_results = FromJson::from_json(value, &at.member("MaxResults"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "SortBy" => self.sort_by = FromJson::from_json(value, &at.member("SortBy"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for GetPersonTrackingRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("JobId");
        found.required(&member, self.job_id.is_some());
        if let Some(value) = &self.job_id {
            found.text(&member, value, &constraints::JOB_ID);
        }
        let member = at.member("MaxResults");
        if let Some(value) = &self.max_results {
            found.integer(&member, i64::from(*value), constraints::MAX_RESULTS);
        }
        let member = at.member("NextToken");
        if let Some(value) = &self.next_token {
            found.text(&member, value, &constraints::PAGINATION_TOKEN);
        }
        let member = at.member("SortBy");
        if let Some(value) = &self.sort_by {
            found.one_of(&member, value.as_str(), PersonTrackingSortBy::VALUES);
        }
    }
}

/// Structure `GetPersonTrackingResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetPersonTrackingResponse {
    /// `VideoJobStatus`.
    #[serde(rename = "JobStatus", skip_serializing_if = "Option::is_none")]
    pub job_status: Option<VideoJobStatus>,
    /// `StatusMessage`.
    #[serde(rename = "StatusMessage", skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// `VideoMetadata`.
    #[serde(rename = "VideoMetadata", skip_serializing_if = "Option::is_none")]
    pub video_metadata: Option<VideoMetadata>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `PersonDetections`.
    #[serde(rename = "Persons", skip_serializing_if = "Option::is_none")]
    pub persons: Option<Vec<PersonDetection>>,
    /// `JobId`, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `Video`.
    #[serde(rename = "Video", skip_serializing_if = "Option::is_none")]
    pub video: Option<Video>,
    /// `JobTag`, 1 to 1024 characters, a pattern.
    #[serde(rename = "JobTag", skip_serializing_if = "Option::is_none")]
    pub job_tag: Option<String>,
}

impl Structure for GetPersonTrackingResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobStatus" => self.job_status = FromJson::from_json(value, &at.member("JobStatus"))?,
            "StatusMessage" => self.status_message = FromJson::from_json(value, &at.member("StatusMessage"))?,
            "VideoMetadata" => self.video_metadata = FromJson::from_json(value, &at.member("VideoMetadata"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "Persons" => self.persons = FromJson::from_json(value, &at.member("Persons"))?,
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            "Video" => self.video = FromJson::from_json(value, &at.member("Video"))?,
            "JobTag" => self.job_tag = FromJson::from_json(value, &at.member("JobTag"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `GetSegmentDetectionRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetSegmentDetectionRequest {
    /// `JobId`, required, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `MaxResults`, at least 1.
    #[serde(rename = "MaxResults", skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl Structure for GetSegmentDetectionRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            "MaxResults" => self.max_results = FromJson::from_json(value, &at.member("MaxResults"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for GetSegmentDetectionRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("JobId");
        found.required(&member, self.job_id.is_some());
        if let Some(value) = &self.job_id {
            found.text(&member, value, &constraints::JOB_ID);
        }
        let member = at.member("MaxResults");
        if let Some(value) = &self.max_results {
            found.integer(&member, i64::from(*value), constraints::MAX_RESULTS);
        }
        let member = at.member("NextToken");
        if let Some(value) = &self.next_token {
            found.text(&member, value, &constraints::PAGINATION_TOKEN);
        }
    }
}

/// Structure `GetSegmentDetectionResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetSegmentDetectionResponse {
    /// `VideoJobStatus`.
    #[serde(rename = "JobStatus", skip_serializing_if = "Option::is_none")]
    pub job_status: Option<VideoJobStatus>,
    /// `StatusMessage`.
    #[serde(rename = "StatusMessage", skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// `VideoMetadataList`.
    #[serde(rename = "VideoMetadata", skip_serializing_if = "Option::is_none")]
    pub video_metadata: Option<Vec<VideoMetadata>>,
    /// `AudioMetadataList`.
    #[serde(rename = "AudioMetadata", skip_serializing_if = "Option::is_none")]
    pub audio_metadata: Option<Vec<AudioMetadata>>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `SegmentDetections`.
    #[serde(rename = "Segments", skip_serializing_if = "Option::is_none")]
    pub segments: Option<Vec<SegmentDetection>>,
    /// `SegmentTypesInfo`.
    #[serde(rename = "SelectedSegmentTypes", skip_serializing_if = "Option::is_none")]
    pub selected_segment_types: Option<Vec<SegmentTypeInfo>>,
    /// `JobId`, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `Video`.
    #[serde(rename = "Video", skip_serializing_if = "Option::is_none")]
    pub video: Option<Video>,
    /// `JobTag`, 1 to 1024 characters, a pattern.
    #[serde(rename = "JobTag", skip_serializing_if = "Option::is_none")]
    pub job_tag: Option<String>,
}

impl Structure for GetSegmentDetectionResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobStatus" => self.job_status = FromJson::from_json(value, &at.member("JobStatus"))?,
            "StatusMessage" => self.status_message = FromJson::from_json(value, &at.member("StatusMessage"))?,
            "VideoMetadata" => self.video_metadata = FromJson::from_json(value, &at.member("VideoMetadata"))?,
            "AudioMetadata" => self.audio_metadata = FromJson::from_json(value, &at.member("AudioMetadata"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "Segments" => self.segments = FromJson::from_json(value, &at.member("Segments"))?,
            "SelectedSegmentTypes" => {
                self.selected_segment_types = FromJson::from_json(value, &at.member("SelectedSegmentTypes"))?
            }
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            "Video" => self.video = FromJson::from_json(value, &at.member("Video"))?,
            "JobTag" => self.job_tag = FromJson::from_json(value, &at.member("JobTag"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `GetTextDetectionRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetTextDetectionRequest {
    /// `JobId`, required, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `MaxResults`, at least 1.
    #[serde(rename = "MaxResults", skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl Structure for GetTextDetectionRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            "MaxResults" => self.max_results = FromJson::from_json(value, &at.member("MaxResults"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for GetTextDetectionRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("JobId");
        found.required(&member, self.job_id.is_some());
        if let Some(value) = &self.job_id {
            found.text(&member, value, &constraints::JOB_ID);
        }
        let member = at.member("MaxResults");
        if let Some(value) = &self.max_results {
            found.integer(&member, i64::from(*value), constraints::MAX_RESULTS);
        }
        let member = at.member("NextToken");
        if let Some(value) = &self.next_token {
            found.text(&member, value, &constraints::PAGINATION_TOKEN);
        }
    }
}

/// Structure `GetTextDetectionResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetTextDetectionResponse {
    /// `VideoJobStatus`.
    #[serde(rename = "JobStatus", skip_serializing_if = "Option::is_none")]
    pub job_status: Option<VideoJobStatus>,
    /// `StatusMessage`.
    #[serde(rename = "StatusMessage", skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// `VideoMetadata`.
    #[serde(rename = "VideoMetadata", skip_serializing_if = "Option::is_none")]
    pub video_metadata: Option<VideoMetadata>,
    /// `TextDetectionResults`.
    #[serde(rename = "TextDetections", skip_serializing_if = "Option::is_none")]
    pub text_detections: Option<Vec<TextDetectionResult>>,
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `String`.
    #[serde(rename = "TextModelVersion", skip_serializing_if = "Option::is_none")]
    pub text_model_version: Option<String>,
    /// `JobId`, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `Video`.
    #[serde(rename = "Video", skip_serializing_if = "Option::is_none")]
    pub video: Option<Video>,
    /// `JobTag`, 1 to 1024 characters, a pattern.
    #[serde(rename = "JobTag", skip_serializing_if = "Option::is_none")]
    pub job_tag: Option<String>,
}

impl Structure for GetTextDetectionResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobStatus" => self.job_status = FromJson::from_json(value, &at.member("JobStatus"))?,
            "StatusMessage" => self.status_message = FromJson::from_json(value, &at.member("StatusMessage"))?,
            "VideoMetadata" => self.video_metadata = FromJson::from_json(value, &at.member("VideoMetadata"))?,
            "TextDetections" => {
                self.text_detections = FromJson::from_json(value, &at.member("TextDetections"))?
            }
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "TextModelVersion" => {
                self.text_model_version = FromJson::from_json(value, &at.member("TextModelVersion"))?
            }
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            "Video" => self.video = FromJson::from_json(value, &at.member("Video"))?,
            "JobTag" => self.job_tag = FromJson::from_json(value, &at.member("JobTag"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `LabelDetection`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct LabelDetection {
    /// `Timestamp`.
    #[serde(rename = "Timestamp", skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    /// `Label`.
    #[serde(rename = "Label", skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// `ULong`, at least 0.
    #[serde(rename = "StartTimestampMillis", skip_serializing_if = "Option::is_none")]
    pub start_timestamp_millis: Option<i64>,
    /// `ULong`, at least 0.
    #[serde(rename = "EndTimestampMillis", skip_serializing_if = "Option::is_none")]
    pub end_timestamp_millis: Option<i64>,
    /// `ULong`, at least 0.
    #[serde(rename = "DurationMillis", skip_serializing_if = "Option::is_none")]
    pub duration_millis: Option<i64>,
}

impl Structure for LabelDetection {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Timestamp" => self.timestamp = FromJson::from_json(value, &at.member("Timestamp"))?,
            "Label" => self.label = FromJson::from_json(value, &at.member("Label"))?,
            "StartTimestampMillis" => {
                self.start_timestamp_millis = FromJson::from_json(value, &at.member("StartTimestampMillis"))?
            }
            "EndTimestampMillis" => {
                self.end_timestamp_millis = FromJson::from_json(value, &at.member("EndTimestampMillis"))?
            }
            "DurationMillis" => {
                self.duration_millis = FromJson::from_json(value, &at.member("DurationMillis"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `LabelDetectionSettings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct LabelDetectionSettings {
    /// `GeneralLabelsSettings`.
    #[serde(rename = "GeneralLabels", skip_serializing_if = "Option::is_none")]
    pub general_labels: Option<GeneralLabelsSettings>,
}

impl Structure for LabelDetectionSettings {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "GeneralLabels" => self.general_labels = FromJson::from_json(value, &at.member("GeneralLabels"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for LabelDetectionSettings {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("GeneralLabels");
        if let Some(value) = &self.general_labels {
            value.validate(&member, found);
        }
    }
}

/// Structure `NotificationChannel`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct NotificationChannel {
    /// `SNSTopicArn`, required, a pattern.
    #[serde(rename = "SNSTopicArn", skip_serializing_if = "Option::is_none")]
    pub sns_topic_arn: Option<String>,
    /// `RoleArn`, required, a pattern.
    #[serde(rename = "RoleArn", skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
}

impl Structure for NotificationChannel {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "SNSTopicArn" => self.sns_topic_arn = FromJson::from_json(value, &at.member("SNSTopicArn"))?,
            "RoleArn" => self.role_arn = FromJson::from_json(value, &at.member("RoleArn"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for NotificationChannel {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("SNSTopicArn");
        found.required(&member, self.sns_topic_arn.is_some());
        if let Some(value) = &self.sns_topic_arn {
            found.text(&member, value, &constraints::SNS_TOPIC_ARN);
        }
        let member = at.member("RoleArn");
        found.required(&member, self.role_arn.is_some());
        if let Some(value) = &self.role_arn {
            found.text(&member, value, &constraints::ROLE_ARN);
        }
    }
}

/// Structure `PersonDetail`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PersonDetail {
    /// `PersonIndex`.
    #[serde(rename = "Index", skip_serializing_if = "Option::is_none")]
    pub index: Option<i64>,
    /// `BoundingBox`.
    #[serde(rename = "BoundingBox", skip_serializing_if = "Option::is_none")]
    pub bounding_box: Option<BoundingBox>,
    /// `FaceDetail`.
    #[serde(rename = "Face", skip_serializing_if = "Option::is_none")]
    pub face: Option<FaceDetail>,
}

impl Structure for PersonDetail {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Index" => self.index = FromJson::from_json(value, &at.member("Index"))?,
            "BoundingBox" => self.bounding_box = FromJson::from_json(value, &at.member("BoundingBox"))?,
            "Face" => self.face = FromJson::from_json(value, &at.member("Face"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `PersonDetection`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PersonDetection {
    /// `Timestamp`.
    #[serde(rename = "Timestamp", skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    /// `PersonDetail`.
    #[serde(rename = "Person", skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonDetail>,
}

impl Structure for PersonDetection {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Timestamp" => self.timestamp = FromJson::from_json(value, &at.member("Timestamp"))?,
            "Person" => self.person = FromJson::from_json(value, &at.member("Person"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `PersonMatch`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PersonMatch {
    /// `Timestamp`.
    #[serde(rename = "Timestamp", skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    /// `PersonDetail`.
    #[serde(rename = "Person", skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonDetail>,
    /// `FaceMatchList`.
    #[serde(rename = "FaceMatches", skip_serializing_if = "Option::is_none")]
    pub face_matches: Option<Vec<FaceMatch>>,
}

impl Structure for PersonMatch {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Timestamp" => self.timestamp = FromJson::from_json(value, &at.member("Timestamp"))?,
            "Person" => self.person = FromJson::from_json(value, &at.member("Person"))?,
            "FaceMatches" => self.face_matches = FromJson::from_json(value, &at.member("FaceMatches"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `SegmentDetection`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SegmentDetection {
    /// `SegmentType`.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub r#type: Option<SegmentType>,
    /// `Timestamp`.
    #[serde(rename = "StartTimestampMillis", skip_serializing_if = "Option::is_none")]
    pub start_timestamp_millis: Option<i64>,
    /// `Timestamp`.
    #[serde(rename = "EndTimestampMillis", skip_serializing_if = "Option::is_none")]
    pub end_timestamp_millis: Option<i64>,
    /// `ULong`, at least 0.
    #[serde(rename = "DurationMillis", skip_serializing_if = "Option::is_none")]
    pub duration_millis: Option<i64>,
    /// `Timecode`.
    #[serde(rename = "StartTimecodeSMPTE", skip_serializing_if = "Option::is_none")]
    pub start_timecode_smpte: Option<String>,
    /// `Timecode`.
    #[serde(rename = "EndTimecodeSMPTE", skip_serializing_if = "Option::is_none")]
    pub end_timecode_smpte: Option<String>,
    /// `Timecode`.
    #[serde(rename = "DurationSMPTE", skip_serializing_if = "Option::is_none")]
    pub duration_smpte: Option<String>,
    /// `TechnicalCueSegment`.
    #[serde(rename = "TechnicalCueSegment", skip_serializing_if = "Option::is_none")]
    pub technical_cue_segment: Option<TechnicalCueSegment>,
    /// `ShotSegment`.
    #[serde(rename = "ShotSegment", skip_serializing_if = "Option::is_none")]
    pub shot_segment: Option<ShotSegment>,
    /// `ULong`, at least 0.
    #[serde(rename = "StartFrameNumber", skip_serializing_if = "Option::is_none")]
    pub start_frame_number: Option<i64>,
    /// `ULong`, at least 0.
    #[serde(rename = "EndFrameNumber", skip_serializing_if = "Option::is_none")]
    pub end_frame_number: Option<i64>,
    /// `ULong`, at least 0.
    #[serde(rename = "DurationFrames", skip_serializing_if = "Option::is_none")]
    pub duration_frames: Option<i64>,
}

impl Structure for SegmentDetection {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Type" => self.r#type = FromJson::from_json(value, &at.member("Type"))?,
            "StartTimestampMillis" => {
                self.start_timestamp_millis = FromJson::from_json(value, &at.member("StartTimestampMillis"))?
            }
            "EndTimestampMillis" => {
                self.end_timestamp_millis = FromJson::from_json(value, &at.member("EndTimestampMillis"))?
            }
            "DurationMillis" => {
                self.duration_millis = FromJson::from_json(value, &at.member("DurationMillis"))?
            }
            "StartTimecodeSMPTE" => {
                self.start_timecode_smpte = FromJson::from_json(value, &at.member("StartTimecodeSMPTE"))?
            }
            "EndTimecodeSMPTE" => {
                self.end_timecode_smpte = FromJson::from_json(value, &at.member("EndTimecodeSMPTE"))?
            }
            "DurationSMPTE" => self.duration_smpte = FromJson::from_json(value, &at.member("DurationSMPTE"))?,
            "TechnicalCueSegment" => {
                self.technical_cue_segment = FromJson::from_json(value, &at.member("TechnicalCueSegment"))?
            }
            "ShotSegment" => self.shot_segment = FromJson::from_json(value, &at.member("ShotSegment"))?,
            "StartFrameNumber" => {
                self.start_frame_number = FromJson::from_json(value, &at.member("StartFrameNumber"))?
            }
            "EndFrameNumber" => {
                self.end_frame_number = FromJson::from_json(value, &at.member("EndFrameNumber"))?
            }
            "DurationFrames" => {
                self.duration_frames = FromJson::from_json(value, &at.member("DurationFrames"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `SegmentTypeInfo`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SegmentTypeInfo {
    /// `SegmentType`.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub r#type: Option<SegmentType>,
    /// `String`.
    #[serde(rename = "ModelVersion", skip_serializing_if = "Option::is_none")]
    pub model_version: Option<String>,
}

impl Structure for SegmentTypeInfo {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Type" => self.r#type = FromJson::from_json(value, &at.member("Type"))?,
            "ModelVersion" => self.model_version = FromJson::from_json(value, &at.member("ModelVersion"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `ShotSegment`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ShotSegment {
    /// `ULong`, at least 0.
    #[serde(rename = "Index", skip_serializing_if = "Option::is_none")]
    pub index: Option<i64>,
    /// `SegmentConfidence`, 50 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

impl Structure for ShotSegment {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Index" => self.index = FromJson::from_json(value, &at.member("Index"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `StartCelebrityRecognitionRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartCelebrityRecognitionRequest {
    /// `Video`, required.
    #[serde(rename = "Video", skip_serializing_if = "Option::is_none")]
    pub video: Option<Video>,
    /// `ClientRequestToken`, 1 to 64 characters, a pattern.
    #[serde(rename = "ClientRequestToken", skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
    /// `NotificationChannel`.
    #[serde(rename = "NotificationChannel", skip_serializing_if = "Option::is_none")]
    pub notification_channel: Option<NotificationChannel>,
    /// `JobTag`, 1 to 1024 characters, a pattern.
    #[serde(rename = "JobTag", skip_serializing_if = "Option::is_none")]
    pub job_tag: Option<String>,
}

impl Structure for StartCelebrityRecognitionRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Video" => self.video = FromJson::from_json(value, &at.member("Video"))?,
            "ClientRequestToken" => {
                self.client_request_token = FromJson::from_json(value, &at.member("ClientRequestToken"))?
            }
            "NotificationChannel" => {
                self.notification_channel = FromJson::from_json(value, &at.member("NotificationChannel"))?
            }
            "JobTag" => self.job_tag = FromJson::from_json(value, &at.member("JobTag"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StartCelebrityRecognitionRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Video");
        found.required(&member, self.video.is_some());
        if let Some(value) = &self.video {
            value.validate(&member, found);
        }
        let member = at.member("ClientRequestToken");
        if let Some(value) = &self.client_request_token {
            found.text(&member, value, &constraints::CLIENT_REQUEST_TOKEN);
        }
        let member = at.member("NotificationChannel");
        if let Some(value) = &self.notification_channel {
            value.validate(&member, found);
        }
        let member = at.member("JobTag");
        if let Some(value) = &self.job_tag {
            found.text(&member, value, &constraints::JOB_TAG);
        }
    }
}

/// Structure `StartCelebrityRecognitionResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartCelebrityRecognitionResponse {
    /// `JobId`, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
}

impl Structure for StartCelebrityRecognitionResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `StartContentModerationRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartContentModerationRequest {
    /// `Video`, required.
    #[serde(rename = "Video", skip_serializing_if = "Option::is_none")]
    pub video: Option<Video>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "MinConfidence", skip_serializing_if = "Option::is_none")]
    pub min_confidence: Option<f32>,
    /// `ClientRequestToken`, 1 to 64 characters, a pattern.
    #[serde(rename = "ClientRequestToken", skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
    /// `NotificationChannel`.
    #[serde(rename = "NotificationChannel", skip_serializing_if = "Option::is_none")]
    pub notification_channel: Option<NotificationChannel>,
    /// `JobTag`, 1 to 1024 characters, a pattern.
    #[serde(rename = "JobTag", skip_serializing_if = "Option::is_none")]
    pub job_tag: Option<String>,
}

impl Structure for StartContentModerationRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Video" => self.video = FromJson::from_json(value, &at.member("Video"))?,
            "MinConfidence" => self.min_confidence = FromJson::from_json(value, &at.member("MinConfidence"))?,
            "ClientRequestToken" => {
                self.client_request_token = FromJson::from_json(value, &at.member("ClientRequestToken"))?
            }
            "NotificationChannel" => {
                self.notification_channel = FromJson::from_json(value, &at.member("NotificationChannel"))?
            }
            "JobTag" => self.job_tag = FromJson::from_json(value, &at.member("JobTag"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StartContentModerationRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Video");
        found.required(&member, self.video.is_some());
        if let Some(value) = &self.video {
            value.validate(&member, found);
        }
        let member = at.member("MinConfidence");
        if let Some(value) = &self.min_confidence {
            found.float(&member, *value, constraints::PERCENT);
        }
        let member = at.member("ClientRequestToken");
        if let Some(value) = &self.client_request_token {
            found.text(&member, value, &constraints::CLIENT_REQUEST_TOKEN);
        }
        let member = at.member("NotificationChannel");
        if let Some(value) = &self.notification_channel {
            value.validate(&member, found);
        }
        let member = at.member("JobTag");
        if let Some(value) = &self.job_tag {
            found.text(&member, value, &constraints::JOB_TAG);
        }
    }
}

/// Structure `StartContentModerationResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartContentModerationResponse {
    /// `JobId`, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
}

impl Structure for StartContentModerationResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `StartFaceDetectionRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartFaceDetectionRequest {
    /// `Video`, required.
    #[serde(rename = "Video", skip_serializing_if = "Option::is_none")]
    pub video: Option<Video>,
    /// `ClientRequestToken`, 1 to 64 characters, a pattern.
    #[serde(rename = "ClientRequestToken", skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
    /// `NotificationChannel`.
    #[serde(rename = "NotificationChannel", skip_serializing_if = "Option::is_none")]
    pub notification_channel: Option<NotificationChannel>,
    /// `FaceAttributes`.
    #[serde(rename = "FaceAttributes", skip_serializing_if = "Option::is_none")]
    pub face_attributes: Option<FaceAttributes>,
    /// `JobTag`, 1 to 1024 characters, a pattern.
    #[serde(rename = "JobTag", skip_serializing_if = "Option::is_none")]
    pub job_tag: Option<String>,
}

impl Structure for StartFaceDetectionRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Video" => self.video = FromJson::from_json(value, &at.member("Video"))?,
            "ClientRequestToken" => {
                self.client_request_token = FromJson::from_json(value, &at.member("ClientRequestToken"))?
            }
            "NotificationChannel" => {
                self.notification_channel = FromJson::from_json(value, &at.member("NotificationChannel"))?
            }
            "FaceAttributes" => {
                self.face_attributes = FromJson::from_json(value, &at.member("FaceAttributes"))?
            }
            "JobTag" => self.job_tag = FromJson::from_json(value, &at.member("JobTag"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StartFaceDetectionRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Video");
        found.required(&member, self.video.is_some());
        if let Some(value) = &self.video {
            value.validate(&member, found);
        }
        let member = at.member("ClientRequestToken");
        if let Some(value) = &self.client_request_token {
            found.text(&member, value, &constraints::CLIENT_REQUEST_TOKEN);
        }
        let member = at.member("NotificationChannel");
        if let Some(value) = &self.notification_channel {
            value.validate(&member, found);
        }
        let member = at.member("FaceAttributes");
        if let Some(value) = &self.face_attributes {
            found.one_of(&member, value.as_str(), FaceAttributes::VALUES);
        }
        let member = at.member("JobTag");
        if let Some(value) = &self.job_tag {
            found.text(&member, value, &constraints::JOB_TAG);
        }
    }
}

/// Structure `StartFaceDetectionResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartFaceDetectionResponse {
    /// `JobId`, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
}

impl Structure for StartFaceDetectionResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `StartFaceSearchRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartFaceSearchRequest {
    /// `Video`, required.
    #[serde(rename = "Video", skip_serializing_if = "Option::is_none")]
    pub video: Option<Video>,
    /// `ClientRequestToken`, 1 to 64 characters, a pattern.
    #[serde(rename = "ClientRequestToken", skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "FaceMatchThreshold", skip_serializing_if = "Option::is_none")]
    pub face_match_threshold: Option<f32>,
    /// `CollectionId`, required, 1 to 255 characters, a pattern.
    #[serde(rename = "CollectionId", skip_serializing_if = "Option::is_none")]
    pub collection_id: Option<String>,
    /// `NotificationChannel`.
    #[serde(rename = "NotificationChannel", skip_serializing_if = "Option::is_none")]
    pub notification_channel: Option<NotificationChannel>,
    /// `JobTag`, 1 to 1024 characters, a pattern.
    #[serde(rename = "JobTag", skip_serializing_if = "Option::is_none")]
    pub job_tag: Option<String>,
}

impl Structure for StartFaceSearchRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Video" => self.video = FromJson::from_json(value, &at.member("Video"))?,
            "ClientRequestToken" => {
                self.client_request_token = FromJson::from_json(value, &at.member("ClientRequestToken"))?
            }
            "FaceMatchThreshold" => {
                self.face_match_threshold = FromJson::from_json(value, &at.member("FaceMatchThreshold"))?
            }
            "CollectionId" => self.collection_id = FromJson::from_json(value, &at.member("CollectionId"))?,
            "NotificationChannel" => {
                self.notification_channel = FromJson::from_json(value, &at.member("NotificationChannel"))?
            }
            "JobTag" => self.job_tag = FromJson::from_json(value, &at.member("JobTag"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StartFaceSearchRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Video");
        found.required(&member, self.video.is_some());
        if let Some(value) = &self.video {
            value.validate(&member, found);
        }
        let member = at.member("ClientRequestToken");
        if let Some(value) = &self.client_request_token {
            found.text(&member, value, &constraints::CLIENT_REQUEST_TOKEN);
        }
        let member = at.member("FaceMatchThreshold");
        if let Some(value) = &self.face_match_threshold {
            found.float(&member, *value, constraints::PERCENT);
        }
        let member = at.member("CollectionId");
        found.required(&member, self.collection_id.is_some());
        if let Some(value) = &self.collection_id {
            found.text(&member, value, &constraints::COLLECTION_ID);
        }
        let member = at.member("NotificationChannel");
        if let Some(value) = &self.notification_channel {
            value.validate(&member, found);
        }
        let member = at.member("JobTag");
        if let Some(value) = &self.job_tag {
            found.text(&member, value, &constraints::JOB_TAG);
        }
    }
}

/// Structure `StartFaceSearchResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartFaceSearchResponse {
    /// `JobId`, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
}

impl Structure for StartFaceSearchResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `StartLabelDetectionRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartLabelDetectionRequest {
    /// `Video`, required.
    #[serde(rename = "Video", skip_serializing_if = "Option::is_none")]
    pub video: Option<Video>,
    /// `ClientRequestToken`, 1 to 64 characters, a pattern.
    #[serde(rename = "ClientRequestToken", skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "MinConfidence", skip_serializing_if = "Option::is_none")]
    pub min_confidence: Option<f32>,
    /// `NotificationChannel`.
    #[serde(rename = "NotificationChannel", skip_serializing_if = "Option::is_none")]
    pub notification_channel: Option<NotificationChannel>,
    /// `JobTag`, 1 to 1024 characters, a pattern.
    #[serde(rename = "JobTag", skip_serializing_if = "Option::is_none")]
    pub job_tag: Option<String>,
    /// `LabelDetectionFeatureList`, 0 to 1 items.
    #[serde(rename = "Features", skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<LabelDetectionFeatureName>>,
    /// `LabelDetectionSettings`.
    #[serde(rename = "Settings", skip_serializing_if = "Option::is_none")]
    pub settings: Option<LabelDetectionSettings>,
}

impl Structure for StartLabelDetectionRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Video" => self.video = FromJson::from_json(value, &at.member("Video"))?,
            "ClientRequestToken" => {
                self.client_request_token = FromJson::from_json(value, &at.member("ClientRequestToken"))?
            }
            "MinConfidence" => self.min_confidence = FromJson::from_json(value, &at.member("MinConfidence"))?,
            "NotificationChannel" => {
                self.notification_channel = FromJson::from_json(value, &at.member("NotificationChannel"))?
            }
            "JobTag" => self.job_tag = FromJson::from_json(value, &at.member("JobTag"))?,
            "Features" => self.features = FromJson::from_json(value, &at.member("Features"))?,
            "Settings" => self.settings = FromJson::from_json(value, &at.member("Settings"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StartLabelDetectionRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Video");
        found.required(&member, self.video.is_some());
        if let Some(value) = &self.video {
            value.validate(&member, found);
        }
        let member = at.member("ClientRequestToken");
        if let Some(value) = &self.client_request_token {
            found.text(&member, value, &constraints::CLIENT_REQUEST_TOKEN);
        }
        let member = at.member("MinConfidence");
        if let Some(value) = &self.min_confidence {
            found.float(&member, *value, constraints::PERCENT);
        }
        let member = at.member("NotificationChannel");
        if let Some(value) = &self.notification_channel {
            value.validate(&member, found);
        }
        let member = at.member("JobTag");
        if let Some(value) = &self.job_tag {
            found.text(&member, value, &constraints::JOB_TAG);
        }
        let member = at.member("Features");
        if let Some(value) = &self.features {
            found.list(&member, value, constraints::LABEL_DETECTION_FEATURE_LIST);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.one_of(&item, value.as_str(), LabelDetectionFeatureName::VALUES);
            }
        }
        let member = at.member("Settings");
        if let Some(value) = &self.settings {
            value.validate(&member, found);
        }
    }
}

/// Structure `StartLabelDetectionResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartLabelDetectionResponse {
    /// `JobId`, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
}

impl Structure for StartLabelDetectionResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `StartPersonTrackingRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartPersonTrackingRequest {
    /// `Video`, required.
    #[serde(rename = "Video", skip_serializing_if = "Option::is_none")]
    pub video: Option<Video>,
    /// `ClientRequestToken`, 1 to 64 characters, a pattern.
    #[serde(rename = "ClientRequestToken", skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
    /// `NotificationChannel`.
    #[serde(rename = "NotificationChannel", skip_serializing_if = "Option::is_none")]
    pub notification_channel: Option<NotificationChannel>,
    /// `JobTag`, 1 to 1024 characters, a pattern.
    #[serde(rename = "JobTag", skip_serializing_if = "Option::is_none")]
    pub job_tag: Option<String>,
}

impl Structure for StartPersonTrackingRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Video" => self.video = FromJson::from_json(value, &at.member("Video"))?,
            "ClientRequestToken" => {
                self.client_request_token = FromJson::from_json(value, &at.member("ClientRequestToken"))?
            }
            "NotificationChannel" => {
                self.notification_channel = FromJson::from_json(value, &at.member("NotificationChannel"))?
            }
            "JobTag" => self.job_tag = FromJson::from_json(value, &at.member("JobTag"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StartPersonTrackingRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Video");
        found.required(&member, self.video.is_some());
        if let Some(value) = &self.video {
            value.validate(&member, found);
        }
        let member = at.member("ClientRequestToken");
        if let Some(value) = &self.client_request_token {
            found.text(&member, value, &constraints::CLIENT_REQUEST_TOKEN);
        }
        let member = at.member("NotificationChannel");
        if let Some(value) = &self.notification_channel {
            value.validate(&member, found);
        }
        let member = at.member("JobTag");
        if let Some(value) = &self.job_tag {
            found.text(&member, value, &constraints::JOB_TAG);
        }
    }
}

/// Structure `StartPersonTrackingResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartPersonTrackingResponse {
    /// `JobId`, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
}

impl Structure for StartPersonTrackingResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `StartSegmentDetectionFilters`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartSegmentDetectionFilters {
    /// `StartTechnicalCueDetectionFilter`.
    #[serde(rename = "TechnicalCueFilter", skip_serializing_if = "Option::is_none")]
    pub technical_cue_filter: Option<StartTechnicalCueDetectionFilter>,
    /// `StartShotDetectionFilter`.
    #[serde(rename = "ShotFilter", skip_serializing_if = "Option::is_none")]
    pub shot_filter: Option<StartShotDetectionFilter>,
}

impl Structure for StartSegmentDetectionFilters {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "TechnicalCueFilter" => {
                self.technical_cue_filter = FromJson::from_json(value, &at.member("TechnicalCueFilter"))?
            }
            "ShotFilter" => self.shot_filter = FromJson::from_json(value, &at.member("ShotFilter"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StartSegmentDetectionFilters {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("TechnicalCueFilter");
        if let Some(value) = &self.technical_cue_filter {
            value.validate(&member, found);
        }
        let member = at.member("ShotFilter");
        if let Some(value) = &self.shot_filter {
            value.validate(&member, found);
        }
    }
}

/// Structure `StartSegmentDetectionRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartSegmentDetectionRequest {
    /// `Video`, required.
    #[serde(rename = "Video", skip_serializing_if = "Option::is_none")]
    pub video: Option<Video>,
    /// `ClientRequestToken`, 1 to 64 characters, a pattern.
    #[serde(rename = "ClientRequestToken", skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
    /// `NotificationChannel`.
    #[serde(rename = "NotificationChannel", skip_serializing_if = "Option::is_none")]
    pub notification_channel: Option<NotificationChannel>,
    /// `JobTag`, 1 to 1024 characters, a pattern.
    #[serde(rename = "JobTag", skip_serializing_if = "Option::is_none")]
    pub job_tag: Option<String>,
    /// `StartSegmentDetectionFilters`.
    #[serde(rename = "Filters", skip_serializing_if = "Option::is_none")]
    pub filters: Option<StartSegmentDetectionFilters>,
    /// `SegmentTypes`, required, at least 1 items.
    #[serde(rename = "SegmentTypes", skip_serializing_if = "Option::is_none")]
    pub segment_types: Option<Vec<SegmentType>>,
}

impl Structure for StartSegmentDetectionRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Video" => self.video = FromJson::from_json(value, &at.member("Video"))?,
            "ClientRequestToken" => {
                self.client_request_token = FromJson::from_json(value, &at.member("ClientRequestToken"))?
            }
            "NotificationChannel" => {
                self.notification_channel = FromJson::from_json(value, &at.member("NotificationChannel"))?
            }
            "JobTag" => self.job_tag = FromJson::from_json(value, &at.member("JobTag"))?,
            "Filters" => self.filters = FromJson::from_json(value, &at.member("Filters"))?,
            "SegmentTypes" => self.segment_types = FromJson::from_json(value, &at.member("SegmentTypes"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StartSegmentDetectionRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Video");
        found.required(&member, self.video.is_some());
        if let Some(value) = &self.video {
            value.validate(&member, found);
        }
        let member = at.member("ClientRequestToken");
        if let Some(value) = &self.client_request_token {
            found.text(&member, value, &constraints::CLIENT_REQUEST_TOKEN);
        }
        let member = at.member("NotificationChannel");
        if let Some(value) = &self.notification_channel {
            value.validate(&member, found);
        }
        let member = at.member("JobTag");
        if let Some(value) = &self.job_tag {
            found.text(&member, value, &constraints::JOB_TAG);
        }
        let member = at.member("Filters");
        if let Some(value) = &self.filters {
            value.validate(&member, found);
        }
        let member = at.member("SegmentTypes");
        found.required(&member, self.segment_types.is_some());
        if let Some(value) = &self.segment_types {
            found.list(&member, value, constraints::SEGMENT_TYPES);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.one_of(&item, value.as_str(), SegmentType::VALUES);
            }
        }
    }
}

/// Structure `StartSegmentDetectionResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartSegmentDetectionResponse {
    /// `JobId`, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
}

impl Structure for StartSegmentDetectionResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `StartShotDetectionFilter`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartShotDetectionFilter {
    /// `SegmentConfidence`, 50 to 100.
    #[serde(rename = "MinSegmentConfidence", skip_serializing_if = "Option::is_none")]
    pub min_segment_confidence: Option<f32>,
}

impl Structure for StartShotDetectionFilter {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "MinSegmentConfidence" => {
                self.min_segment_confidence = FromJson::from_json(value, &at.member("MinSegmentConfidence"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StartShotDetectionFilter {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("MinSegmentConfidence");
        if let Some(value) = &self.min_segment_confidence {
            found.float(&member, *value, constraints::SEGMENT_CONFIDENCE);
        }
    }
}

/// Structure `StartTechnicalCueDetectionFilter`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartTechnicalCueDetectionFilter {
    /// `SegmentConfidence`, 50 to 100.
    #[serde(rename = "MinSegmentConfidence", skip_serializing_if = "Option::is_none")]
    pub min_segment_confidence: Option<f32>,
    /// `BlackFrame`.
    #[serde(rename = "BlackFrame", skip_serializing_if = "Option::is_none")]
    pub black_frame: Option<BlackFrame>,
}

impl Structure for StartTechnicalCueDetectionFilter {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "MinSegmentConfidence" => {
                self.min_segment_confidence = FromJson::from_json(value, &at.member("MinSegmentConfidence"))?
            }
            "BlackFrame" => self.black_frame = FromJson::from_json(value, &at.member("BlackFrame"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StartTechnicalCueDetectionFilter {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("MinSegmentConfidence");
        if let Some(value) = &self.min_segment_confidence {
            found.float(&member, *value, constraints::SEGMENT_CONFIDENCE);
        }
        let member = at.member("BlackFrame");
        if let Some(value) = &self.black_frame {
            value.validate(&member, found);
        }
    }
}

/// Structure `StartTextDetectionFilters`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartTextDetectionFilters {
    /// `DetectionFilter`.
    #[serde(rename = "WordFilter", skip_serializing_if = "Option::is_none")]
    pub word_filter: Option<DetectionFilter>,
    /// `RegionsOfInterest`, 0 to 10 items.
    #[serde(rename = "RegionsOfInterest", skip_serializing_if = "Option::is_none")]
    pub regions_of_interest: Option<Vec<RegionOfInterest>>,
}

impl Structure for StartTextDetectionFilters {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "WordFilter" => self.word_filter = FromJson::from_json(value, &at.member("WordFilter"))?,
            "RegionsOfInterest" => {
                self.regions_of_interest = FromJson::from_json(value, &at.member("RegionsOfInterest"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StartTextDetectionFilters {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("WordFilter");
        if let Some(value) = &self.word_filter {
            value.validate(&member, found);
        }
        let member = at.member("RegionsOfInterest");
        if let Some(value) = &self.regions_of_interest {
            found.list(&member, value, constraints::REGIONS_OF_INTEREST);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                value.validate(&item, found);
            }
        }
    }
}

/// Structure `StartTextDetectionRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartTextDetectionRequest {
    /// `Video`, required.
    #[serde(rename = "Video", skip_serializing_if = "Option::is_none")]
    pub video: Option<Video>,
    /// `ClientRequestToken`, 1 to 64 characters, a pattern.
    #[serde(rename = "ClientRequestToken", skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
    /// `NotificationChannel`.
    #[serde(rename = "NotificationChannel", skip_serializing_if = "Option::is_none")]
    pub notification_channel: Option<NotificationChannel>,
    /// `JobTag`, 1 to 1024 characters, a pattern.
    #[serde(rename = "JobTag", skip_serializing_if = "Option::is_none")]
    pub job_tag: Option<String>,
    /// `StartTextDetectionFilters`.
    #[serde(rename = "Filters", skip_serializing_if = "Option::is_none")]
    pub filters: Option<StartTextDetectionFilters>,
}

impl Structure for StartTextDetectionRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Video" => self.video = FromJson::from_json(value, &at.member("Video"))?,
            "ClientRequestToken" => {
                self.client_request_token = FromJson::from_json(value, &at.member("ClientRequestToken"))?
            }
            "NotificationChannel" => {
                self.notification_channel = FromJson::from_json(value, &at.member("NotificationChannel"))?
            }
            "JobTag" => self.job_tag = FromJson::from_json(value, &at.member("JobTag"))?,
            "Filters" => self.filters = FromJson::from_json(value, &at.member("Filters"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StartTextDetectionRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Video");
        found.required(&member, self.video.is_some());
        if let Some(value) = &self.video {
            value.validate(&member, found);
        }
        let member = at.member("ClientRequestToken");
        if let Some(value) = &self.client_request_token {
            found.text(&member, value, &constraints::CLIENT_REQUEST_TOKEN);
        }
        let member = at.member("NotificationChannel");
        if let Some(value) = &self.notification_channel {
            value.validate(&member, found);
        }
        let member = at.member("JobTag");
        if let Some(value) = &self.job_tag {
            found.text(&member, value, &constraints::JOB_TAG);
        }
        let member = at.member("Filters");
        if let Some(value) = &self.filters {
            value.validate(&member, found);
        }
    }
}

/// Structure `StartTextDetectionResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartTextDetectionResponse {
    /// `JobId`, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
}

impl Structure for StartTextDetectionResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `TechnicalCueSegment`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TechnicalCueSegment {
    /// `TechnicalCueType`.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub r#type: Option<TechnicalCueType>,
    /// `SegmentConfidence`, 50 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

impl Structure for TechnicalCueSegment {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Type" => self.r#type = FromJson::from_json(value, &at.member("Type"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `TextDetectionResult`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TextDetectionResult {
    /// `Timestamp`.
    #[serde(rename = "Timestamp", skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<i64>,
    /// `TextDetection`.
    #[serde(rename = "TextDetection", skip_serializing_if = "Option::is_none")]
    pub text_detection: Option<TextDetection>,
}

impl Structure for TextDetectionResult {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Timestamp" => self.timestamp = FromJson::from_json(value, &at.member("Timestamp"))?,
            "TextDetection" => self.text_detection = FromJson::from_json(value, &at.member("TextDetection"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `Video`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Video {
    /// `S3Object`.
    #[serde(rename = "S3Object", skip_serializing_if = "Option::is_none")]
    pub s3_object: Option<S3Object>,
}

impl Structure for Video {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "S3Object" => self.s3_object = FromJson::from_json(value, &at.member("S3Object"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for Video {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("S3Object");
        if let Some(value) = &self.s3_object {
            value.validate(&member, found);
        }
    }
}

/// Structure `VideoMetadata`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct VideoMetadata {
    /// `String`.
    #[serde(rename = "Codec", skip_serializing_if = "Option::is_none")]
    pub codec: Option<String>,
    /// `ULong`, at least 0.
    #[serde(rename = "DurationMillis", skip_serializing_if = "Option::is_none")]
    pub duration_millis: Option<i64>,
    /// `String`.
    #[serde(rename = "Format", skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// `Float`.
    #[serde(rename = "FrameRate", skip_serializing_if = "Option::is_none")]
    pub frame_rate: Option<f32>,
    /// `ULong`, at least 0.
    #[serde(rename = "FrameHeight", skip_serializing_if = "Option::is_none")]
    pub frame_height: Option<i64>,
    /// `ULong`, at least 0.
    #[serde(rename = "FrameWidth", skip_serializing_if = "Option::is_none")]
    pub frame_width: Option<i64>,
    /// `VideoColorRange`.
    #[serde(rename = "ColorRange", skip_serializing_if = "Option::is_none")]
    pub color_range: Option<VideoColorRange>,
}

impl Structure for VideoMetadata {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Codec" => self.codec = FromJson::from_json(value, &at.member("Codec"))?,
            "DurationMillis" => {
                self.duration_millis = FromJson::from_json(value, &at.member("DurationMillis"))?
            }
            "Format" => self.format = FromJson::from_json(value, &at.member("Format"))?,
            "FrameRate" => self.frame_rate = FromJson::from_json(value, &at.member("FrameRate"))?,
            "FrameHeight" => self.frame_height = FromJson::from_json(value, &at.member("FrameHeight"))?,
            "FrameWidth" => self.frame_width = FromJson::from_json(value, &at.member("FrameWidth"))?,
            "ColorRange" => self.color_range = FromJson::from_json(value, &at.member("ColorRange"))?,
            _ => {}
        }
        Ok(())
    }
}

deserialize_through_json!(
    AudioMetadata,
    BlackFrame,
    CelebrityDetail,
    CelebrityRecognition,
    ContentModerationDetection,
    FaceDetection,
    GetCelebrityRecognitionRequest,
    GetCelebrityRecognitionResponse,
    GetContentModerationRequest,
    GetContentModerationRequestMetadata,
    GetContentModerationResponse,
    GetFaceDetectionRequest,
    GetFaceDetectionResponse,
    GetFaceSearchRequest,
    GetFaceSearchResponse,
    GetLabelDetectionRequest,
    GetLabelDetectionRequestMetadata,
    GetLabelDetectionResponse,
    GetPersonTrackingRequest,
    GetPersonTrackingResponse,
    GetSegmentDetectionRequest,
    GetSegmentDetectionResponse,
    GetTextDetectionRequest,
    GetTextDetectionResponse,
    LabelDetection,
    LabelDetectionSettings,
    NotificationChannel,
    PersonDetail,
    PersonDetection,
    PersonMatch,
    SegmentDetection,
    SegmentTypeInfo,
    ShotSegment,
    StartCelebrityRecognitionRequest,
    StartCelebrityRecognitionResponse,
    StartContentModerationRequest,
    StartContentModerationResponse,
    StartFaceDetectionRequest,
    StartFaceDetectionResponse,
    StartFaceSearchRequest,
    StartFaceSearchResponse,
    StartLabelDetectionRequest,
    StartLabelDetectionResponse,
    StartPersonTrackingRequest,
    StartPersonTrackingResponse,
    StartSegmentDetectionFilters,
    StartSegmentDetectionRequest,
    StartSegmentDetectionResponse,
    StartShotDetectionFilter,
    StartTechnicalCueDetectionFilter,
    StartTextDetectionFilters,
    StartTextDetectionRequest,
    StartTextDetectionResponse,
    TechnicalCueSegment,
    TextDetectionResult,
    Video,
    VideoMetadata
);
