// Written by `cargo xtask codegen` from the service model; do not edit.

//! Structures of the project versions operations.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::generated::{
    CustomizationFeature, GroundTruthManifest, ProjectVersionStatus, S3Object, constraints,
};
use crate::json::{FromJson, Json, Mismatch, Structure, deserialize_through_json};
use crate::path::Path;
use crate::timestamp::Timestamp;
use crate::validate::{Validate, Violations};

/// Structure `Asset`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Asset {
    /// `GroundTruthManifest`.
    #[serde(rename = "GroundTruthManifest", skip_serializing_if = "Option::is_none")]
    pub ground_truth_manifest: Option<GroundTruthManifest>,
}

impl Structure for Asset {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "GroundTruthManifest" => {
                self.ground_truth_manifest = FromJson::from_json(value, &at.member("GroundTruthManifest"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for Asset {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("GroundTruthManifest");
        if let Some(value) = &self.ground_truth_manifest {
            value.validate(&member, found);
        }
    }
}

/// Structure `CopyProjectVersionRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CopyProjectVersionRequest {
    /// `ProjectArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "SourceProjectArn", skip_serializing_if = "Option::is_none")]
    pub source_project_arn: Option<String>,
    /// `ProjectVersionArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "SourceProjectVersionArn", skip_serializing_if = "Option::is_none")]
    pub source_project_version_arn: Option<String>,
    /// `ProjectArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "DestinationProjectArn", skip_serializing_if = "Option::is_none")]
    pub destination_project_arn: Option<String>,
    /// `VersionName`, required, 1 to 255 characters, a pattern.
    #[serde(rename = "VersionName", skip_serializing_if = "Option::is_none")]
    pub version_name: Option<String>,
    /// `OutputConfig`, required.
    #[serde(rename = "OutputConfig", skip_serializing_if = "Option::is_none")]
    pub output_config: Option<OutputConfig>,
    /// `TagMap`, 0 to 200 entries.
    #[serde(rename = "Tags", skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
    /// `KmsKeyId`, 1 to 2048 characters, a pattern.
    #[serde(rename = "KmsKeyId", skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
}

impl Structure for CopyProjectVersionRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "SourceProjectArn" => {
                self.source_project_arn = FromJson::from_json(value, &at.member("SourceProjectArn"))?
            }
            "SourceProjectVersionArn" => {
                self.source_project_version_arn =
                    FromJson::from_json(value, &at.member("SourceProjectVersionArn"))?
            }
            "DestinationProjectArn" => {
                self.destination_project_arn =
                    FromJson::from_json(value, &at.member("DestinationProjectArn"))?
            }
            "VersionName" => self.version_name = FromJson::from_json(value, &at.member("VersionName"))?,
            "OutputConfig" => self.output_config = FromJson::from_json(value, &at.member("OutputConfig"))?,
            "Tags" => self.tags = FromJson::from_json(value, &at.member("Tags"))?,
            "KmsKeyId" => self.kms_key_id = FromJson::from_json(value, &at.member("KmsKeyId"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for CopyProjectVersionRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("SourceProjectArn");
        found.required(&member, self.source_project_arn.is_some());
        if let Some(value) = &self.source_project_arn {
            found.text(&member, value, &constraints::PROJECT_ARN);
        }
        let member = at.member("SourceProjectVersionArn");
        found.required(&member, self.source_project_version_arn.is_some());
        if let Some(value) = &self.source_project_version_arn {
            found.text(&member, value, &constraints::PROJECT_VERSION_ARN);
        }
        let member = at.member("DestinationProjectArn");
        found.required(&member, self.destination_project_arn.is_some());
        if let Some(value) = &self.destination_project_arn {
            found.text(&member, value, &constraints::PROJECT_ARN);
        }
        let member = at.member("VersionName");
        found.required(&member, self.version_name.is_some());
        if let Some(value) = &self.version_name {
            found.text(&member, value, &constraints::VERSION_NAME);
        }
        let member = at.member("OutputConfig");
        found.required(&member, self.output_config.is_some());
        if let Some(value) = &self.output_config {
            value.validate(&member, found);
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
        let member = at.member("KmsKeyId");
        if let Some(value) = &self.kms_key_id {
            found.text(&member, value, &constraints::KMS_KEY_ID);
        }
    }
}

/// Structure `CopyProjectVersionResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CopyProjectVersionResponse {
    /// `ProjectVersionArn`, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectVersionArn", skip_serializing_if = "Option::is_none")]
    pub project_version_arn: Option<String>,
}

impl Structure for CopyProjectVersionResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectVersionArn" => {
                self.project_version_arn = FromJson::from_json(value, &at.member("ProjectVersionArn"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `CreateProjectVersionRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CreateProjectVersionRequest {
    /// `ProjectArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectArn", skip_serializing_if = "Option::is_none")]
    pub project_arn: Option<String>,
    /// `VersionName`, required, 1 to 255 characters, a pattern.
    #[serde(rename = "VersionName", skip_serializing_if = "Option::is_none")]
    pub version_name: Option<String>,
    /// `OutputConfig`, required.
    #[serde(rename = "OutputConfig", skip_serializing_if = "Option::is_none")]
    pub output_config: Option<OutputConfig>,
    /// `TrainingData`.
    #[serde(rename = "TrainingData", skip_serializing_if = "Option::is_none")]
    pub training_data: Option<TrainingData>,
    /// `TestingData`.
    #[serde(rename = "TestingData", skip_serializing_if = "Option::is_none")]
    pub testing_data: Option<TestingData>,
    /// `TagMap`, 0 to 200 entries.
    #[serde(rename = "Tags", skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
    /// `KmsKeyId`, 1 to 2048 characters, a pattern.
    #[serde(rename = "KmsKeyId", skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// `VersionDescription`, 1 to 255 characters, a pattern.
    #[serde(rename = "VersionDescription", skip_serializing_if = "Option::is_none")]
    pub version_description: Option<String>,
    /// `CustomizationFeatureConfig`.
    #[serde(rename = "FeatureConfig", skip_serializing_if = "Option::is_none")]
    pub feature_config: Option<CustomizationFeatureConfig>,
}

impl Structure for CreateProjectVersionRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectArn" => self.project_arn = FromJson::from_json(value, &at.member("ProjectArn"))?,
            "VersionName" => self.version_name = FromJson::from_json(value, &at.member("VersionName"))?,
            "OutputConfig" => self.output_config = FromJson::from_json(value, &at.member("OutputConfig"))?,
            "TrainingData" => self.training_data = FromJson::from_json(value, &at.member("TrainingData"))?,
            "TestingData" => self.testing_data = FromJson::from_json(value, &at.member("TestingData"))?,
            "Tags" => self.tags = FromJson::from_json(value, &at.member("Tags"))?,
            "KmsKeyId" => self.kms_key_id = FromJson::from_json(value, &at.member("KmsKeyId"))?,
            "VersionDescription" => {
                self.version_description = FromJson::from_json(value, &at.member("VersionDescription"))?
            }
            "FeatureConfig" => self.feature_config = FromJson::from_json(value, &at.member("FeatureConfig"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for CreateProjectVersionRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ProjectArn");
        found.required(&member, self.project_arn.is_some());
        if let Some(value) = &self.project_arn {
            found.text(&member, value, &constraints::PROJECT_ARN);
        }
        let member = at.member("VersionName");
        found.required(&member, self.version_name.is_some());
        if let Some(value) = &self.version_name {
            found.text(&member, value, &constraints::VERSION_NAME);
        }
        let member = at.member("OutputConfig");
        found.required(&member, self.output_config.is_some());
        if let Some(value) = &self.output_config {
            value.validate(&member, found);
        }
        let member = at.member("TrainingData");
        if let Some(value) = &self.training_data {
            value.validate(&member, found);
        }
        let member = at.member("TestingData");
        if let Some(value) = &self.testing_data {
            value.validate(&member, found);
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
        let member = at.member("KmsKeyId");
        if let Some(value) = &self.kms_key_id {
            found.text(&member, value, &constraints::KMS_KEY_ID);
        }
        let member = at.member("VersionDescription");
        if let Some(value) = &self.version_description {
            found.text(&member, value, &constraints::VERSION_DESCRIPTION);
        }
        let member = at.member("FeatureConfig");
        if let Some(value) = &self.feature_config {
            value.validate(&member, found);
        }
    }
}

/// Structure `CreateProjectVersionResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CreateProjectVersionResponse {
    /// `ProjectVersionArn`, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectVersionArn", skip_serializing_if = "Option::is_none")]
    pub project_version_arn: Option<String>,
}

impl Structure for CreateProjectVersionResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectVersionArn" => {
                self.project_version_arn = FromJson::from_json(value, &at.member("ProjectVersionArn"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `CustomizationFeatureConfig`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CustomizationFeatureConfig {
    /// `CustomizationFeatureContentModerationConfig`.
    #[serde(rename = "ContentModeration", skip_serializing_if = "Option::is_none")]
    pub content_moderation: Option<CustomizationFeatureContentModerationConfig>,
}

impl Structure for CustomizationFeatureConfig {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ContentModeration" => {
                self.content_moderation = FromJson::from_json(value, &at.member("ContentModeration"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for CustomizationFeatureConfig {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ContentModeration");
        if let Some(value) = &self.content_moderation {
            value.validate(&member, found);
        }
    }
}

/// Structure `CustomizationFeatureContentModerationConfig`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CustomizationFeatureContentModerationConfig {
    /// `Percent`, 0 to 100.
    #[serde(rename = "ConfidenceThreshold", skip_serializing_if = "Option::is_none")]
    pub confidence_threshold: Option<f32>,
}

impl Structure for CustomizationFeatureContentModerationConfig {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ConfidenceThreshold" => {
                self.confidence_threshold = FromJson::from_json(value, &at.member("ConfidenceThreshold"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for CustomizationFeatureContentModerationConfig {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ConfidenceThreshold");
        if let Some(value) = &self.confidence_threshold {
            found.float(&member, *value, constraints::PERCENT);
        }
    }
}

/// Structure `DeleteProjectVersionRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DeleteProjectVersionRequest {
    /// `ProjectVersionArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectVersionArn", skip_serializing_if = "Option::is_none")]
    pub project_version_arn: Option<String>,
}

impl Structure for DeleteProjectVersionRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectVersionArn" => {
                self.project_version_arn = FromJson::from_json(value, &at.member("ProjectVersionArn"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DeleteProjectVersionRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ProjectVersionArn");
        found.required(&member, self.project_version_arn.is_some());
        if let Some(value) = &self.project_version_arn {
            found.text(&member, value, &constraints::PROJECT_VERSION_ARN);
        }
    }
}

/// Structure `DeleteProjectVersionResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DeleteProjectVersionResponse {
    /// `ProjectVersionStatus`.
    #[serde(rename = "Status", skip_serializing_if = "Option::is_none")]
    pub status: Option<ProjectVersionStatus>,
}

impl Structure for DeleteProjectVersionResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Status" => self.status = FromJson::from_json(value, &at.member("Status"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DescribeProjectVersionsRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DescribeProjectVersionsRequest {
    /// `ProjectArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectArn", skip_serializing_if = "Option::is_none")]
    pub project_arn: Option<String>,
    /// `VersionNames`, 1 to 10 items.
    #[serde(rename = "VersionNames", skip_serializing_if = "Option::is_none")]
    pub version_names: Option<Vec<String>>,
    /// `ExtendedPaginationToken`, at most 1024 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `ProjectVersionsPageSize`, 1 to 100.
    #[serde(rename = "MaxResults", skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
}

impl Structure for DescribeProjectVersionsRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectArn" => self.project_arn = FromJson::from_json(value, &at.member("ProjectArn"))?,
            "VersionNames" => self.version_names = FromJson::from_json(value, &at.member("VersionNames"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "MaxResults" => self.max_results = FromJson::from_json(value, &at.member("MaxResults"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DescribeProjectVersionsRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ProjectArn");
        found.required(&member, self.project_arn.is_some());
        if let Some(value) = &self.project_arn {
            found.text(&member, value, &constraints::PROJECT_ARN);
        }
        let member = at.member("VersionNames");
        if let Some(value) = &self.version_names {
            found.list(&member, value, constraints::VERSION_NAMES);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.text(&item, value, &constraints::VERSION_NAME);
            }
        }
        let member = at.member("NextToken");
        if let Some(value) = &self.next_token {
            found.text(&member, value, &constraints::EXTENDED_PAGINATION_TOKEN);
        }
        let member = at.member("MaxResults");
        if let Some(value) = &self.max_results {
            found.integer(&member, i64::from(*value), constraints::PROJECT_VERSIONS_PAGE_SIZE);
        }
    }
}

/// Structure `DescribeProjectVersionsResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DescribeProjectVersionsResponse {
    /// `ProjectVersionDescriptions`.
    #[serde(rename = "ProjectVersionDescriptions", skip_serializing_if = "Option::is_none")]
    pub project_version_descriptions: Option<Vec<ProjectVersionDescription>>,
    /// `ExtendedPaginationToken`, at most 1024 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl Structure for DescribeProjectVersionsResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectVersionDescriptions" => {
                self.project_version_descriptions =
                    FromJson::from_json(value, &at.member("ProjectVersionDescriptions"))?
            }
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `EvaluationResult`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct EvaluationResult {
    /// `Float`.
    #[serde(rename = "F1Score", skip_serializing_if = "Option::is_none")]
    pub f1_score: Option<f32>,
    /// `Summary`.
    #[serde(rename = "Summary", skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summary>,
}

impl Structure for EvaluationResult {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "F1Score" => self.f1_score = FromJson::from_json(value, &at.member("F1Score"))?,
            "Summary" => self.summary = FromJson::from_json(value, &at.member("Summary"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `OutputConfig`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct OutputConfig {
    /// `S3Bucket`, 3 to 255 characters, a pattern.
    #[serde(rename = "S3Bucket", skip_serializing_if = "Option::is_none")]
    pub s3_bucket: Option<String>,
    /// `S3KeyPrefix`, at most 1024 characters.
    #[serde(rename = "S3KeyPrefix", skip_serializing_if = "Option::is_none")]
    pub s3_key_prefix: Option<String>,
}

impl Structure for OutputConfig {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "S3Bucket" => self.s3_bucket = FromJson::from_json(value, &at.member("S3Bucket"))?,
            "S3KeyPrefix" => self.s3_key_prefix = FromJson::from_json(value, &at.member("S3KeyPrefix"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for OutputConfig {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("S3Bucket");
        if let Some(value) = &self.s3_bucket {
            found.text(&member, value, &constraints::S3_BUCKET);
        }
        let member = at.member("S3KeyPrefix");
        if let Some(value) = &self.s3_key_prefix {
            found.text(&member, value, &constraints::S3_KEY_PREFIX);
        }
    }
}

/// Structure `ProjectVersionDescription`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ProjectVersionDescription {
    /// `ProjectVersionArn`, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectVersionArn", skip_serializing_if = "Option::is_none")]
    pub project_version_arn: Option<String>,
    /// `DateTime`.
    #[serde(rename = "CreationTimestamp", skip_serializing_if = "Option::is_none")]
    pub creation_timestamp: Option<Timestamp>,
    /// `InferenceUnits`, at least 1.
    #[serde(rename = "MinInferenceUnits", skip_serializing_if = "Option::is_none")]
    pub min_inference_units: Option<i32>,
    /// `ProjectVersionStatus`.
    #[serde(rename = "Status", skip_serializing_if = "Option::is_none")]
    pub status: Option<ProjectVersionStatus>,
    /// `StatusMessage`.
    #[serde(rename = "StatusMessage", skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// `ULong`, at least 0.
    #[serde(rename = "BillableTrainingTimeInSeconds", skip_serializing_if = "Option::is_none")]
    pub billable_training_time_in_seconds: Option<i64>,
    /// `DateTime`.
    #[serde(rename = "TrainingEndTimestamp", skip_serializing_if = "Option::is_none")]
    pub training_end_timestamp: Option<Timestamp>,
    /// `OutputConfig`.
    #[serde(rename = "OutputConfig", skip_serializing_if = "Option::is_none")]
    pub output_config: Option<OutputConfig>,
    /// `TrainingDataResult`.
    #[serde(rename = "TrainingDataResult", skip_serializing_if = "Option::is_none")]
    pub training_data_result: Option<TrainingDataResult>,
    /// `TestingDataResult`.
    #[serde(rename = "TestingDataResult", skip_serializing_if = "Option::is_none")]
    pub testing_data_result: Option<TestingDataResult>,
    /// `EvaluationResult`.
    #[serde(rename = "EvaluationResult", skip_serializing_if = "Option::is_none")]
    pub evaluation_result: Option<EvaluationResult>,
    /// `GroundTruthManifest`.
    #[serde(rename = "ManifestSummary", skip_serializing_if = "Option::is_none")]
    pub manifest_summary: Option<GroundTruthManifest>,
    /// `KmsKeyId`, 1 to 2048 characters, a pattern.
    #[serde(rename = "KmsKeyId", skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// `InferenceUnits`, at least 1.
    #[serde(rename = "MaxInferenceUnits", skip_serializing_if = "Option::is_none")]
    pub max_inference_units: Option<i32>,
    /// `ProjectVersionArn`, 20 to 2048 characters, a pattern.
    #[serde(rename = "SourceProjectVersionArn", skip_serializing_if = "Option::is_none")]
    pub source_project_version_arn: Option<String>,
    /// `VersionDescription`, 1 to 255 characters, a pattern.
    #[serde(rename = "VersionDescription", skip_serializing_if = "Option::is_none")]
    pub version_description: Option<String>,
    /// `CustomizationFeature`.
    #[serde(rename = "Feature", skip_serializing_if = "Option::is_none")]
    pub feature: Option<CustomizationFeature>,
    /// `String`.
    #[serde(rename = "BaseModelVersion", skip_serializing_if = "Option::is_none")]
    pub base_model_version: Option<String>,
    /// `CustomizationFeatureConfig`.
    #[serde(rename = "FeatureConfig", skip_serializing_if = "Option::is_none")]
    pub feature_config: Option<CustomizationFeatureConfig>,
}

impl Structure for ProjectVersionDescription {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectVersionArn" => {
                self.project_version_arn = FromJson::from_json(value, &at.member("ProjectVersionArn"))?
            }
            "CreationTimestamp" => {
                self.creation_timestamp = FromJson::from_json(value, &at.member("CreationTimestamp"))?
            }
            "MinInferenceUnits" => {
                self.min_inference_units = FromJson::from_json(value, &at.member("MinInferenceUnits"))?
            }
            "Status" => self.status = FromJson::from_json(value, &at.member("Status"))?,
            "StatusMessage" => self.status_message = FromJson::from_json(value, &at.member("StatusMessage"))?,
            "BillableTrainingTimeInSeconds" => {
                self.billable_training_time_in_seconds =
                    FromJson::from_json(value, &at.member("BillableTrainingTimeInSeconds"))?
            }
            "TrainingEndTimestamp" => {
                self.training_end_timestamp = FromJson::from_json(value, &at.member("TrainingEndTimestamp"))?
            }
            "OutputConfig" => self.output_config = FromJson::from_json(value, &at.member("OutputConfig"))?,
            "TrainingDataResult" => {
                self.training_data_result = FromJson::from_json(value, &at.member("TrainingDataResult"))?
            }
            "TestingDataResult" => {
                self.testing_data_result = FromJson::from_json(value, &at.member("TestingDataResult"))?
            }
            "EvaluationResult" => {
                self.evaluation_result = FromJson::from_json(value, &at.member("EvaluationResult"))?
            }
            "ManifestSummary" => {
                self.manifest_summary = FromJson::from_json(value, &at.member("ManifestSummary"))?
            }
            "KmsKeyId" => self.kms_key_id = FromJson::from_json(value, &at.member("KmsKeyId"))?,
            "MaxInferenceUnits" => {
                self.max_inference_units = FromJson::from_json(value, &at.member("MaxInferenceUnits"))?
            }
            "SourceProjectVersionArn" => {
                self.source_project_version_arn =
                    FromJson::from_json(value, &at.member("SourceProjectVersionArn"))?
            }
            "VersionDescription" => {
                self.version_description = FromJson::from_json(value, &at.member("VersionDescription"))?
            }
            "Feature" => self.feature = FromJson::from_json(value, &at.member("Feature"))?,
            "BaseModelVersion" => {
                self.base_model_version = FromJson::from_json(value, &at.member("BaseModelVersion"))?
            }
            "FeatureConfig" => self.feature_config = FromJson::from_json(value, &at.member("FeatureConfig"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `StartProjectVersionRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartProjectVersionRequest {
    /// `ProjectVersionArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectVersionArn", skip_serializing_if = "Option::is_none")]
    pub project_version_arn: Option<String>,
    /// `InferenceUnits`, required, at least 1.
    #[serde(rename = "MinInferenceUnits", skip_serializing_if = "Option::is_none")]
    pub min_inference_units: Option<i32>,
    /// `InferenceUnits`, at least 1.
    #[serde(rename = "MaxInferenceUnits", skip_serializing_if = "Option::is_none")]
    pub max_inference_units: Option<i32>,
}

impl Structure for StartProjectVersionRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectVersionArn" => {
                self.project_version_arn = FromJson::from_json(value, &at.member("ProjectVersionArn"))?
            }
            "MinInferenceUnits" => {
                self.min_inference_units = FromJson::from_json(value, &at.member("MinInferenceUnits"))?
            }
            "MaxInferenceUnits" => {
                self.max_inference_units = FromJson::from_json(value, &at.member("MaxInferenceUnits"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StartProjectVersionRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ProjectVersionArn");
        found.required(&member, self.project_version_arn.is_some());
        if let Some(value) = &self.project_version_arn {
            found.text(&member, value, &constraints::PROJECT_VERSION_ARN);
        }
        let member = at.member("MinInferenceUnits");
        found.required(&member, self.min_inference_units.is_some());
        if let Some(value) = &self.min_inference_units {
            found.integer(&member, i64::from(*value), constraints::INFERENCE_UNITS);
        }
        let member = at.member("MaxInferenceUnits");
        if let Some(value) = &self.max_inference_units {
            found.integer(&member, i64::from(*value), constraints::INFERENCE_UNITS);
        }
    }
}

/// Structure `StartProjectVersionResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartProjectVersionResponse {
    /// `ProjectVersionStatus`.
    #[serde(rename = "Status", skip_serializing_if = "Option::is_none")]
    pub status: Option<ProjectVersionStatus>,
}

impl Structure for StartProjectVersionResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Status" => self.status = FromJson::from_json(value, &at.member("Status"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `StopProjectVersionRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StopProjectVersionRequest {
    /// `ProjectVersionArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectVersionArn", skip_serializing_if = "Option::is_none")]
    pub project_version_arn: Option<String>,
}

impl Structure for StopProjectVersionRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectVersionArn" => {
                self.project_version_arn = FromJson::from_json(value, &at.member("ProjectVersionArn"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StopProjectVersionRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ProjectVersionArn");
        found.required(&member, self.project_version_arn.is_some());
        if let Some(value) = &self.project_version_arn {
            found.text(&member, value, &constraints::PROJECT_VERSION_ARN);
        }
    }
}

/// Structure `StopProjectVersionResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StopProjectVersionResponse {
    /// `ProjectVersionStatus`.
    #[serde(rename = "Status", skip_serializing_if = "Option::is_none")]
    pub status: Option<ProjectVersionStatus>,
}

impl Structure for StopProjectVersionResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Status" => self.status = FromJson::from_json(value, &at.member("Status"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `Summary`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Summary {
    /// `S3Object`.
    #[serde(rename = "S3Object", skip_serializing_if = "Option::is_none")]
    pub s3_object: Option<S3Object>,
}

impl Structure for Summary {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "S3Object" => self.s3_object = FromJson::from_json(value, &at.member("S3Object"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `TestingData`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TestingData {
    /// `Assets`.
    #[serde(rename = "Assets", skip_serializing_if = "Option::is_none")]
    pub assets: Option<Vec<Asset>>,
    /// `Boolean`.
    #[serde(rename = "AutoCreate", skip_serializing_if = "Option::is_none")]
    pub auto_create: Option<bool>,
}

impl Structure for TestingData {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Assets" => self.assets = FromJson::from_json(value, &at.member("Assets"))?,
            "AutoCreate" => self.auto_create = FromJson::from_json(value, &at.member("AutoCreate"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for TestingData {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Assets");
        if let Some(value) = &self.assets {
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                value.validate(&item, found);
            }
        }
    }
}

/// Structure `TestingDataResult`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TestingDataResult {
    /// `TestingData`.
    #[serde(rename = "Input", skip_serializing_if = "Option::is_none")]
    pub input: Option<TestingData>,
    /// `TestingData`.
    #[serde(rename = "Output", skip_serializing_if = "Option::is_none")]
    pub output: Option<TestingData>,
    /// `ValidationData`.
    #[serde(rename = "Validation", skip_serializing_if = "Option::is_none")]
    pub validation: Option<ValidationData>,
}

impl Structure for TestingDataResult {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Input" => self.input = FromJson::from_json(value, &at.member("Input"))?,
            "Output" => self.output = FromJson::from_json(value, &at.member("Output"))?,
            "Validation" => self.validation = FromJson::from_json(value, &at.member("Validation"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `TrainingData`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TrainingData {
    /// `Assets`.
    #[serde(rename = "Assets", skip_serializing_if = "Option::is_none")]
    pub assets: Option<Vec<Asset>>,
}

impl Structure for TrainingData {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Assets" => self.assets = FromJson::from_json(value, &at.member("Assets"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for TrainingData {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Assets");
        if let Some(value) = &self.assets {
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                value.validate(&item, found);
            }
        }
    }
}

/// Structure `TrainingDataResult`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TrainingDataResult {
    /// `TrainingData`.
    #[serde(rename = "Input", skip_serializing_if = "Option::is_none")]
    pub input: Option<TrainingData>,
    /// `TrainingData`.
    #[serde(rename = "Output", skip_serializing_if = "Option::is_none")]
    pub output: Option<TrainingData>,
    /// `ValidationData`.
    #[serde(rename = "Validation", skip_serializing_if = "Option::is_none")]
    pub validation: Option<ValidationData>,
}

impl Structure for TrainingDataResult {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Input" => self.input = FromJson::from_json(value, &at.member("Input"))?,
            "Output" => self.output = FromJson::from_json(value, &at.member("Output"))?,
            "Validation" => self.validation = FromJson::from_json(value, &at.member("Validation"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `ValidationData`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ValidationData {
    /// `Assets`.
    #[serde(rename = "Assets", skip_serializing_if = "Option::is_none")]
    pub assets: Option<Vec<Asset>>,
}

impl Structure for ValidationData {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Assets" => self.assets = FromJson::from_json(value, &at.member("Assets"))?,
            _ => {}
        }
        Ok(())
    }
}

deserialize_through_json!(
    Asset,
    CopyProjectVersionRequest,
    CopyProjectVersionResponse,
    CreateProjectVersionRequest,
    CreateProjectVersionResponse,
    CustomizationFeatureConfig,
    CustomizationFeatureContentModerationConfig,
    DeleteProjectVersionRequest,
    DeleteProjectVersionResponse,
    DescribeProjectVersionsRequest,
    DescribeProjectVersionsResponse,
    EvaluationResult,
    OutputConfig,
    ProjectVersionDescription,
    StartProjectVersionRequest,
    StartProjectVersionResponse,
    StopProjectVersionRequest,
    StopProjectVersionResponse,
    Summary,
    TestingData,
    TestingDataResult,
    TrainingData,
    TrainingDataResult,
    ValidationData
);
