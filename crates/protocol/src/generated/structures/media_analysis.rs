// Written by `cargo xtask codegen` from the service model; do not edit.

//! Structures of the media analysis operations.

use serde::Serialize;

use crate::generated::{MediaAnalysisJobFailureCode, MediaAnalysisJobStatus, S3Object, constraints};
use crate::json::{FromJson, Json, Mismatch, Structure, deserialize_through_json};
use crate::path::Path;
use crate::timestamp::Timestamp;
use crate::validate::{Validate, Violations};

/// Structure `GetMediaAnalysisJobRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetMediaAnalysisJobRequest {
    /// `MediaAnalysisJobId`, required, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
}

impl Structure for GetMediaAnalysisJobRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for GetMediaAnalysisJobRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("JobId");
        found.required(&member, self.job_id.is_some());
        if let Some(value) = &self.job_id {
            found.text(&member, value, &constraints::MEDIA_ANALYSIS_JOB_ID);
        }
    }
}

/// Structure `GetMediaAnalysisJobResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetMediaAnalysisJobResponse {
    /// `MediaAnalysisJobId`, required, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `MediaAnalysisJobName`, 1 to 64 characters, a pattern.
    #[serde(rename = "JobName", skip_serializing_if = "Option::is_none")]
    pub job_name: Option<String>,
    /// `MediaAnalysisOperationsConfig`, required.
    #[serde(rename = "OperationsConfig", skip_serializing_if = "Option::is_none")]
    pub operations_config: Option<MediaAnalysisOperationsConfig>,
    /// `MediaAnalysisJobStatus`, required.
    #[serde(rename = "Status", skip_serializing_if = "Option::is_none")]
    pub status: Option<MediaAnalysisJobStatus>,
    /// `MediaAnalysisJobFailureDetails`.
    #[serde(rename = "FailureDetails", skip_serializing_if = "Option::is_none")]
    pub failure_details: Option<MediaAnalysisJobFailureDetails>,
    /// `DateTime`, required.
    #[serde(rename = "CreationTimestamp", skip_serializing_if = "Option::is_none")]
    pub creation_timestamp: Option<Timestamp>,
    /// `DateTime`.
    #[serde(rename = "CompletionTimestamp", skip_serializing_if = "Option::is_none")]
    pub completion_timestamp: Option<Timestamp>,
    /// `MediaAnalysisInput`, required.
    #[serde(rename = "Input", skip_serializing_if = "Option::is_none")]
    pub input: Option<MediaAnalysisInput>,
    /// `MediaAnalysisOutputConfig`, required.
    #[serde(rename = "OutputConfig", skip_serializing_if = "Option::is_none")]
    pub output_config: Option<MediaAnalysisOutputConfig>,
    /// `KmsKeyId`, 1 to 2048 characters, a pattern.
    #[serde(rename = "KmsKeyId", skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// `MediaAnalysisResults`.
    #[serde(rename = "Results", skip_serializing_if = "Option::is_none")]
    pub results: Option<MediaAnalysisResults>,
    /// `MediaAnalysisManifestSummary`.
    #[serde(rename = "ManifestSummary", skip_serializing_if = "Option::is_none")]
    pub manifest_summary: Option<MediaAnalysisManifestSummary>,
}

impl Structure for GetMediaAnalysisJobResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            "JobName" => self.job_name = FromJson::from_json(value, &at.member("JobName"))?,
            "OperationsConfig" => {
                self.operations_config = FromJson::from_json(value, &at.member("OperationsConfig"))?
            }
            "Status" => self.status = FromJson::from_json(value, &at.member("Status"))?,
            "FailureDetails" => {
                self.failure_details = FromJson::from_json(value, &at.member("FailureDetails"))?
            }
            "CreationTimestamp" => {
                self.creation_timestamp = FromJson::from_json(value, &at.member("CreationTimestamp"))?
            }
            "CompletionTimestamp" => {
                self.completion_timestamp = FromJson::from_json(value, &at.member("CompletionTimestamp"))?
            }
            "Input" => self.input = FromJson::from_json(value, &at.member("Input"))?,
            "OutputConfig" => self.output_config = FromJson::from_json(value, &at.member("OutputConfig"))?,
            "KmsKeyId" => self.kms_key_id = FromJson::from_json(value, &at.member("KmsKeyId"))?,
            "Results" => self.results = FromJson::from_json(value, &at.member("Results"))?,
            "ManifestSummary" => {
                self.manifest_summary = FromJson::from_json(value, &at.member("ManifestSummary"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `ListMediaAnalysisJobsRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ListMediaAnalysisJobsRequest {
    /// `ExtendedPaginationToken`, at most 1024 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `ListMediaAnalysisJobsPageSize`, 1 to 100.
    #[serde(rename = "MaxResults", skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
}

impl Structure for ListMediaAnalysisJobsRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "MaxResults" => self.max_results = FromJson::from_json(value, &at.member("MaxResults"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for ListMediaAnalysisJobsRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("NextToken");
        if let Some(value) = &self.next_token {
            found.text(&member, value, &constraints::EXTENDED_PAGINATION_TOKEN);
        }
        let member = at.member("MaxResults");
        if let Some(value) = &self.max_results {
            found.integer(&member, i64::from(*value), constraints::LIST_MEDIA_ANALYSIS_JOBS_PAGE_SIZE);
        }
    }
}

/// Structure `ListMediaAnalysisJobsResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ListMediaAnalysisJobsResponse {
    /// `ExtendedPaginationToken`, at most 1024 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `MediaAnalysisJobDescriptions`, required.
    #[serde(rename = "MediaAnalysisJobs", skip_serializing_if = "Option::is_none")]
    pub media_analysis_jobs: Option<Vec<MediaAnalysisJobDescription>>,
}

impl Structure for ListMediaAnalysisJobsResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "MediaAnalysisJobs" => {
                self.media_analysis_jobs = FromJson::from_json(value, &at.member("MediaAnalysisJobs"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `MediaAnalysisDetectModerationLabelsConfig`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct MediaAnalysisDetectModerationLabelsConfig {
    /// `Percent`, 0 to 100.
    #[serde(rename = "MinConfidence", skip_serializing_if = "Option::is_none")]
    pub min_confidence: Option<f32>,
    /// `ProjectVersionId`, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectVersion", skip_serializing_if = "Option::is_none")]
    pub project_version: Option<String>,
}

impl Structure for MediaAnalysisDetectModerationLabelsConfig {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "MinConfidence" => self.min_confidence = FromJson::from_json(value, &at.member("MinConfidence"))?,
            "ProjectVersion" => {
                self.project_version = FromJson::from_json(value, &at.member("ProjectVersion"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for MediaAnalysisDetectModerationLabelsConfig {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("MinConfidence");
        if let Some(value) = &self.min_confidence {
            found.float(&member, *value, constraints::PERCENT);
        }
        let member = at.member("ProjectVersion");
        if let Some(value) = &self.project_version {
            found.text(&member, value, &constraints::PROJECT_VERSION_ID);
        }
    }
}

/// Structure `MediaAnalysisInput`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct MediaAnalysisInput {
    /// `S3Object`, required.
    #[serde(rename = "S3Object", skip_serializing_if = "Option::is_none")]
    pub s3_object: Option<S3Object>,
}

impl Structure for MediaAnalysisInput {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "S3Object" => self.s3_object = FromJson::from_json(value, &at.member("S3Object"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for MediaAnalysisInput {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("S3Object");
        found.required(&member, self.s3_object.is_some());
        if let Some(value) = &self.s3_object {
            value.validate(&member, found);
        }
    }
}

/// Structure `MediaAnalysisJobDescription`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct MediaAnalysisJobDescription {
    /// `MediaAnalysisJobId`, required, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
    /// `MediaAnalysisJobName`, 1 to 64 characters, a pattern.
    #[serde(rename = "JobName", skip_serializing_if = "Option::is_none")]
    pub job_name: Option<String>,
    /// `MediaAnalysisOperationsConfig`, required.
    #[serde(rename = "OperationsConfig", skip_serializing_if = "Option::is_none")]
    pub operations_config: Option<MediaAnalysisOperationsConfig>,
    /// `MediaAnalysisJobStatus`, required.
    #[serde(rename = "Status", skip_serializing_if = "Option::is_none")]
    pub status: Option<MediaAnalysisJobStatus>,
    /// `MediaAnalysisJobFailureDetails`.
    #[serde(rename = "FailureDetails", skip_serializing_if = "Option::is_none")]
    pub failure_details: Option<MediaAnalysisJobFailureDetails>,
    /// `DateTime`, required.
    #[serde(rename = "CreationTimestamp", skip_serializing_if = "Option::is_none")]
    pub creation_timestamp: Option<Timestamp>,
    /// `DateTime`.
    #[serde(rename = "CompletionTimestamp", skip_serializing_if = "Option::is_none")]
    pub completion_timestamp: Option<Timestamp>,
    /// `MediaAnalysisInput`, required.
    #[serde(rename = "Input", skip_serializing_if = "Option::is_none")]
    pub input: Option<MediaAnalysisInput>,
    /// `MediaAnalysisOutputConfig`, required.
    #[serde(rename = "OutputConfig", skip_serializing_if = "Option::is_none")]
    pub output_config: Option<MediaAnalysisOutputConfig>,
    /// `KmsKeyId`, 1 to 2048 characters, a pattern.
    #[serde(rename = "KmsKeyId", skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// `MediaAnalysisResults`.
    #[serde(rename = "Results", skip_serializing_if = "Option::is_none")]
    pub results: Option<MediaAnalysisResults>,
    /// `MediaAnalysisManifestSummary`.
    #[serde(rename = "ManifestSummary", skip_serializing_if = "Option::is_none")]
    pub manifest_summary: Option<MediaAnalysisManifestSummary>,
}

impl Structure for MediaAnalysisJobDescription {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            "JobName" => self.job_name = FromJson::from_json(value, &at.member("JobName"))?,
            "OperationsConfig" => {
                self.operations_config = FromJson::from_json(value, &at.member("OperationsConfig"))?
            }
            "Status" => self.status = FromJson::from_json(value, &at.member("Status"))?,
            "FailureDetails" => {
                self.failure_details = FromJson::from_json(value, &at.member("FailureDetails"))?
            }
            "CreationTimestamp" => {
                self.creation_timestamp = FromJson::from_json(value, &at.member("CreationTimestamp"))?
            }
            "CompletionTimestamp" => {
                self.completion_timestamp = FromJson::from_json(value, &at.member("CompletionTimestamp"))?
            }
            "Input" => self.input = FromJson::from_json(value, &at.member("Input"))?,
            "OutputConfig" => self.output_config = FromJson::from_json(value, &at.member("OutputConfig"))?,
            "KmsKeyId" => self.kms_key_id = FromJson::from_json(value, &at.member("KmsKeyId"))?,
            "Results" => self.results = FromJson::from_json(value, &at.member("Results"))?,
            "ManifestSummary" => {
                self.manifest_summary = FromJson::from_json(value, &at.member("ManifestSummary"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `MediaAnalysisJobFailureDetails`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct MediaAnalysisJobFailureDetails {
    /// `MediaAnalysisJobFailureCode`.
    #[serde(rename = "Code", skip_serializing_if = "Option::is_none")]
    pub code: Option<MediaAnalysisJobFailureCode>,
    /// `String`.
    #[serde(rename = "Message", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl Structure for MediaAnalysisJobFailureDetails {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Code" => self.code = FromJson::from_json(value, &at.member("Code"))?,
            "Message" => self.message = FromJson::from_json(value, &at.member("Message"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `MediaAnalysisManifestSummary`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct MediaAnalysisManifestSummary {
    /// `S3Object`.
    #[serde(rename = "S3Object", skip_serializing_if = "Option::is_none")]
    pub s3_object: Option<S3Object>,
}

impl Structure for MediaAnalysisManifestSummary {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "S3Object" => self.s3_object = FromJson::from_json(value, &at.member("S3Object"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `MediaAnalysisModelVersions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct MediaAnalysisModelVersions {
    /// `String`.
    #[serde(rename = "Moderation", skip_serializing_if = "Option::is_none")]
    pub moderation: Option<String>,
}

impl Structure for MediaAnalysisModelVersions {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Moderation" => self.moderation = FromJson::from_json(value, &at.member("Moderation"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `MediaAnalysisOperationsConfig`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct MediaAnalysisOperationsConfig {
    /// `MediaAnalysisDetectModerationLabelsConfig`.
    #[serde(rename = "DetectModerationLabels", skip_serializing_if = "Option::is_none")]
    pub detect_moderation_labels: Option<MediaAnalysisDetectModerationLabelsConfig>,
}

impl Structure for MediaAnalysisOperationsConfig {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "DetectModerationLabels" => {
                self.detect_moderation_labels =
                    FromJson::from_json(value, &at.member("DetectModerationLabels"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for MediaAnalysisOperationsConfig {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("DetectModerationLabels");
        if let Some(value) = &self.detect_moderation_labels {
            value.validate(&member, found);
        }
    }
}

/// Structure `MediaAnalysisOutputConfig`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct MediaAnalysisOutputConfig {
    /// `S3Bucket`, required, 3 to 255 characters, a pattern.
    #[serde(rename = "S3Bucket", skip_serializing_if = "Option::is_none")]
    pub s3_bucket: Option<String>,
    /// `MediaAnalysisS3KeyPrefix`, at most 800 characters, a pattern.
    #[serde(rename = "S3KeyPrefix", skip_serializing_if = "Option::is_none")]
    pub s3_key_prefix: Option<String>,
}

impl Structure for MediaAnalysisOutputConfig {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "S3Bucket" => self.s3_bucket = FromJson::from_json(value, &at.member("S3Bucket"))?,
            "S3KeyPrefix" => self.s3_key_prefix = FromJson::from_json(value, &at.member("S3KeyPrefix"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for MediaAnalysisOutputConfig {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("S3Bucket");
        found.required(&member, self.s3_bucket.is_some());
        if let Some(value) = &self.s3_bucket {
            found.text(&member, value, &constraints::S3_BUCKET);
        }
        let member = at.member("S3KeyPrefix");
        if let Some(value) = &self.s3_key_prefix {
            found.text(&member, value, &constraints::MEDIA_ANALYSIS_S3_KEY_PREFIX);
        }
    }
}

/// Structure `MediaAnalysisResults`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct MediaAnalysisResults {
    /// `S3Object`.
    #[serde(rename = "S3Object", skip_serializing_if = "Option::is_none")]
    pub s3_object: Option<S3Object>,
    /// `MediaAnalysisModelVersions`.
    #[serde(rename = "ModelVersions", skip_serializing_if = "Option::is_none")]
    pub model_versions: Option<MediaAnalysisModelVersions>,
}

impl Structure for MediaAnalysisResults {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "S3Object" => self.s3_object = FromJson::from_json(value, &at.member("S3Object"))?,
            "ModelVersions" => self.model_versions = FromJson::from_json(value, &at.member("ModelVersions"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `StartMediaAnalysisJobRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartMediaAnalysisJobRequest {
    /// `ClientRequestToken`, 1 to 64 characters, a pattern, an idempotency token that SDKs fill in.
    #[serde(rename = "ClientRequestToken", skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
    /// `MediaAnalysisJobName`, 1 to 64 characters, a pattern.
    #[serde(rename = "JobName", skip_serializing_if = "Option::is_none")]
    pub job_name: Option<String>,
    /// `MediaAnalysisOperationsConfig`, required.
    #[serde(rename = "OperationsConfig", skip_serializing_if = "Option::is_none")]
    pub operations_config: Option<MediaAnalysisOperationsConfig>,
    /// `MediaAnalysisInput`, required.
    #[serde(rename = "Input", skip_serializing_if = "Option::is_none")]
    pub input: Option<MediaAnalysisInput>,
    /// `MediaAnalysisOutputConfig`, required.
    #[serde(rename = "OutputConfig", skip_serializing_if = "Option::is_none")]
    pub output_config: Option<MediaAnalysisOutputConfig>,
    /// `KmsKeyId`, 1 to 2048 characters, a pattern.
    #[serde(rename = "KmsKeyId", skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
}

impl Structure for StartMediaAnalysisJobRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ClientRequestToken" => {
                self.client_request_token = FromJson::from_json(value, &at.member("ClientRequestToken"))?
            }
            "JobName" => self.job_name = FromJson::from_json(value, &at.member("JobName"))?,
            "OperationsConfig" => {
                self.operations_config = FromJson::from_json(value, &at.member("OperationsConfig"))?
            }
            "Input" => self.input = FromJson::from_json(value, &at.member("Input"))?,
            "OutputConfig" => self.output_config = FromJson::from_json(value, &at.member("OutputConfig"))?,
            "KmsKeyId" => self.kms_key_id = FromJson::from_json(value, &at.member("KmsKeyId"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StartMediaAnalysisJobRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ClientRequestToken");
        if let Some(value) = &self.client_request_token {
            found.text(&member, value, &constraints::CLIENT_REQUEST_TOKEN);
        }
        let member = at.member("JobName");
        if let Some(value) = &self.job_name {
            found.text(&member, value, &constraints::MEDIA_ANALYSIS_JOB_NAME);
        }
        let member = at.member("OperationsConfig");
        found.required(&member, self.operations_config.is_some());
        if let Some(value) = &self.operations_config {
            value.validate(&member, found);
        }
        let member = at.member("Input");
        found.required(&member, self.input.is_some());
        if let Some(value) = &self.input {
            value.validate(&member, found);
        }
        let member = at.member("OutputConfig");
        found.required(&member, self.output_config.is_some());
        if let Some(value) = &self.output_config {
            value.validate(&member, found);
        }
        let member = at.member("KmsKeyId");
        if let Some(value) = &self.kms_key_id {
            found.text(&member, value, &constraints::KMS_KEY_ID);
        }
    }
}

/// Structure `StartMediaAnalysisJobResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartMediaAnalysisJobResponse {
    /// `MediaAnalysisJobId`, required, 1 to 64 characters, a pattern.
    #[serde(rename = "JobId", skip_serializing_if = "Option::is_none")]
    pub job_id: Option<String>,
}

impl Structure for StartMediaAnalysisJobResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "JobId" => self.job_id = FromJson::from_json(value, &at.member("JobId"))?,
            _ => {}
        }
        Ok(())
    }
}

deserialize_through_json!(
    GetMediaAnalysisJobRequest,
    GetMediaAnalysisJobResponse,
    ListMediaAnalysisJobsRequest,
    ListMediaAnalysisJobsResponse,
    MediaAnalysisDetectModerationLabelsConfig,
    MediaAnalysisInput,
    MediaAnalysisJobDescription,
    MediaAnalysisJobFailureDetails,
    MediaAnalysisManifestSummary,
    MediaAnalysisModelVersions,
    MediaAnalysisOperationsConfig,
    MediaAnalysisOutputConfig,
    MediaAnalysisResults,
    StartMediaAnalysisJobRequest,
    StartMediaAnalysisJobResponse
);
