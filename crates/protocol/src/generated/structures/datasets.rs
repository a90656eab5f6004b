// Written by `cargo xtask codegen` from the service model; do not edit.

//! Structures of the datasets operations.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::blob::Blob;
use crate::generated::{
    DatasetStatus, DatasetStatusMessageCode, DatasetType, GroundTruthManifest, constraints,
};
use crate::json::{FromJson, Json, Mismatch, Structure, deserialize_through_json};
use crate::path::Path;
use crate::timestamp::Timestamp;
use crate::validate::{Validate, Violations};

/// Structure `CreateDatasetRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CreateDatasetRequest {
    /// `DatasetSource`.
    #[serde(rename = "DatasetSource", skip_serializing_if = "Option::is_none")]
    pub dataset_source: Option<DatasetSource>,
    /// `DatasetType`, required.
    #[serde(rename = "DatasetType", skip_serializing_if = "Option::is_none")]
    pub dataset_type: Option<DatasetType>,
    /// `ProjectArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectArn", skip_serializing_if = "Option::is_none")]
    pub project_arn: Option<String>,
    /// `TagMap`, 0 to 200 entries.
    #[serde(rename = "Tags", skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
}

impl Structure for CreateDatasetRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "DatasetSource" => self.dataset_source = FromJson::from_json(value, &at.member("DatasetSource"))?,
            "DatasetType" => self.dataset_type = FromJson::from_json(value, &at.member("DatasetType"))?,
            "ProjectArn" => self.project_arn = FromJson::from_json(value, &at.member("ProjectArn"))?,
            "Tags" => self.tags = FromJson::from_json(value, &at.member("Tags"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for CreateDatasetRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("DatasetSource");
        if let Some(value) = &self.dataset_source {
            value.validate(&member, found);
        }
        let member = at.member("DatasetType");
        found.required(&member, self.dataset_type.is_some());
        if let Some(value) = &self.dataset_type {
            found.one_of(&member, value.as_str(), DatasetType::VALUES);
        }
        let member = at.member("ProjectArn");
        found.required(&member, self.project_arn.is_some());
        if let Some(value) = &self.project_arn {
            found.text(&member, value, &constraints::PROJECT_ARN);
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

/// Structure `CreateDatasetResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CreateDatasetResponse {
    /// `DatasetArn`, 20 to 2048 characters, a pattern.
    #[serde(rename = "DatasetArn", skip_serializing_if = "Option::is_none")]
    pub dataset_arn: Option<String>,
}

impl Structure for CreateDatasetResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "DatasetArn" => self.dataset_arn = FromJson::from_json(value, &at.member("DatasetArn"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DatasetChanges`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DatasetChanges {
    /// `GroundTruthBlob`, required, 1 to 5242880 bytes.
    #[serde(rename = "GroundTruth", skip_serializing_if = "Option::is_none")]
    pub ground_truth: Option<Blob>,
}

impl Structure for DatasetChanges {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "GroundTruth" => self.ground_truth = FromJson::from_json(value, &at.member("GroundTruth"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DatasetChanges {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("GroundTruth");
        found.required(&member, self.ground_truth.is_some());
        if let Some(value) = &self.ground_truth {
            found.blob(&member, value, constraints::GROUND_TRUTH_BLOB);
        }
    }
}

/// Structure `DatasetDescription`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DatasetDescription {
    /// `DateTime`.
    #[serde(rename = "CreationTimestamp", skip_serializing_if = "Option::is_none")]
    pub creation_timestamp: Option<Timestamp>,
    /// `DateTime`.
    #[serde(rename = "LastUpdatedTimestamp", skip_serializing_if = "Option::is_none")]
    pub last_updated_timestamp: Option<Timestamp>,
    /// `DatasetStatus`.
    #[serde(rename = "Status", skip_serializing_if = "Option::is_none")]
    pub status: Option<DatasetStatus>,
    /// `StatusMessage`.
    #[serde(rename = "StatusMessage", skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// `DatasetStatusMessageCode`.
    #[serde(rename = "StatusMessageCode", skip_serializing_if = "Option::is_none")]
    pub status_message_code: Option<DatasetStatusMessageCode>,
    /// `DatasetStats`.
    #[serde(rename = "DatasetStats", skip_serializing_if = "Option::is_none")]
    pub dataset_stats: Option<DatasetStats>,
}

impl Structure for DatasetDescription {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CreationTimestamp" => {
                self.creation_timestamp = FromJson::from_json(value, &at.member("CreationTimestamp"))?
            }
            "LastUpdatedTimestamp" => {
                self.last_updated_timestamp = FromJson::from_json(value, &at.member("LastUpdatedTimestamp"))?
            }
            "Status" => self.status = FromJson::from_json(value, &at.member("Status"))?,
            "StatusMessage" => self.status_message = FromJson::from_json(value, &at.member("StatusMessage"))?,
            "StatusMessageCode" => {
                self.status_message_code = FromJson::from_json(value, &at.member("StatusMessageCode"))?
            }
            "DatasetStats" => self.dataset_stats = FromJson::from_json(value, &at.member("DatasetStats"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DatasetLabelDescription`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DatasetLabelDescription {
    /// `DatasetLabel`, 1 to 255 characters, a pattern.
    #[serde(rename = "LabelName", skip_serializing_if = "Option::is_none")]
    pub label_name: Option<String>,
    /// `DatasetLabelStats`.
    #[serde(rename = "LabelStats", skip_serializing_if = "Option::is_none")]
    pub label_stats: Option<DatasetLabelStats>,
}

impl Structure for DatasetLabelDescription {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "LabelName" => self.label_name = FromJson::from_json(value, &at.member("LabelName"))?,
            "LabelStats" => self.label_stats = FromJson::from_json(value, &at.member("LabelStats"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DatasetLabelStats`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DatasetLabelStats {
    /// `UInteger`, at least 0.
    #[serde(rename = "EntryCount", skip_serializing_if = "Option::is_none")]
    pub entry_count: Option<i32>,
    /// `UInteger`, at least 0.
    #[serde(rename = "BoundingBoxCount", skip_serializing_if = "Option::is_none")]
    pub bounding_box_count: Option<i32>,
}

impl Structure for DatasetLabelStats {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "EntryCount" => self.entry_count = FromJson::from_json(value, &at.member("EntryCount"))?,
            "BoundingBoxCount" => {
                self.bounding_box_count = FromJson::from_json(value, &at.member("BoundingBoxCount"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DatasetSource`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DatasetSource {
    /// `GroundTruthManifest`.
    #[serde(rename = "GroundTruthManifest", skip_serializing_if = "Option::is_none")]
    pub ground_truth_manifest: Option<GroundTruthManifest>,
    /// `DatasetArn`, 20 to 2048 characters, a pattern.
    #[serde(rename = "DatasetArn", skip_serializing_if = "Option::is_none")]
    pub dataset_arn: Option<String>,
}

impl Structure for DatasetSource {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "GroundTruthManifest" => {
                self.ground_truth_manifest = FromJson::from_json(value, &at.member("GroundTruthManifest"))?
            }
            "DatasetArn" => self.dataset_arn = FromJson::from_json(value, &at.member("DatasetArn"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DatasetSource {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("GroundTruthManifest");
        if let Some(value) = &self.ground_truth_manifest {
            value.validate(&member, found);
        }
        let member = at.member("DatasetArn");
        if let Some(value) = &self.dataset_arn {
            found.text(&member, value, &constraints::DATASET_ARN);
        }
    }
}

/// Structure `DatasetStats`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DatasetStats {
    /// `UInteger`, at least 0.
    #[serde(rename = "LabeledEntries", skip_serializing_if = "Option::is_none")]
    pub labeled_entries: Option<i32>,
    /// `UInteger`, at least 0.
    #[serde(rename = "TotalEntries", skip_serializing_if = "Option::is_none")]
    pub total_entries: Option<i32>,
    /// `UInteger`, at least 0.
    #[serde(rename = "TotalLabels", skip_serializing_if = "Option::is_none")]
    pub total_labels: Option<i32>,
    /// `UInteger`, at least 0.
    #[serde(rename = "ErrorEntries", skip_serializing_if = "Option::is_none")]
    pub error_entries: Option<i32>,
}

impl Structure for DatasetStats {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "LabeledEntries" => {
                self.labeled_entries = FromJson::from_json(value, &at.member("LabeledEntries"))?
            }
            "TotalEntries" => self.total_entries = FromJson::from_json(value, &at.member("TotalEntries"))?,
            "TotalLabels" => self.total_labels = FromJson::from_json(value, &at.member("TotalLabels"))?,
            "ErrorEntries" => self.error_entries = FromJson::from_json(value, &at.member("ErrorEntries"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DeleteDatasetRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DeleteDatasetRequest {
    /// `DatasetArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "DatasetArn", skip_serializing_if = "Option::is_none")]
    pub dataset_arn: Option<String>,
}

impl Structure for DeleteDatasetRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "DatasetArn" => self.dataset_arn = FromJson::from_json(value, &at.member("DatasetArn"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DeleteDatasetRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("DatasetArn");
        found.required(&member, self.dataset_arn.is_some());
        if let Some(value) = &self.dataset_arn {
            found.text(&member, value, &constraints::DATASET_ARN);
        }
    }
}

/// Structure `DeleteDatasetResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DeleteDatasetResponse {}

impl Structure for DeleteDatasetResponse {
    fn read(&mut self, _: &str, _: Json<'_>, _: &Path<'_>) -> Result<(), Mismatch> {
        Ok(())
    }
}

/// Structure `DescribeDatasetRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DescribeDatasetRequest {
    /// `DatasetArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "DatasetArn", skip_serializing_if = "Option::is_none")]
    pub dataset_arn: Option<String>,
}

impl Structure for DescribeDatasetRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "DatasetArn" => self.dataset_arn = FromJson::from_json(value, &at.member("DatasetArn"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DescribeDatasetRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("DatasetArn");
        found.required(&member, self.dataset_arn.is_some());
        if let Some(value) = &self.dataset_arn {
            found.text(&member, value, &constraints::DATASET_ARN);
        }
    }
}

/// Structure `DescribeDatasetResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DescribeDatasetResponse {
    /// `DatasetDescription`.
    #[serde(rename = "DatasetDescription", skip_serializing_if = "Option::is_none")]
    pub dataset_description: Option<DatasetDescription>,
}

impl Structure for DescribeDatasetResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "DatasetDescription" => {
                self.dataset_description = FromJson::from_json(value, &at.member("DatasetDescription"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DistributeDataset`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DistributeDataset {
    /// `DatasetArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "Arn", skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
}

impl Structure for DistributeDataset {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Arn" => self.arn = FromJson::from_json(value, &at.member("Arn"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DistributeDataset {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Arn");
        found.required(&member, self.arn.is_some());
        if let Some(value) = &self.arn {
            found.text(&member, value, &constraints::DATASET_ARN);
        }
    }
}

/// Structure `DistributeDatasetEntriesRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DistributeDatasetEntriesRequest {
    /// `DistributeDatasetMetadataList`, required, exactly 2 items.
    #[serde(rename = "Datasets", skip_serializing_if = "Option::is_none")]
    pub datasets: Option<Vec<DistributeDataset>>,
}

impl Structure for DistributeDatasetEntriesRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Datasets" => self.datasets = FromJson::from_json(value, &at.member("Datasets"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DistributeDatasetEntriesRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Datasets");
        found.required(&member, self.datasets.is_some());
        if let Some(value) = &self.datasets {
            found.list(&member, value, constraints::DISTRIBUTE_DATASET_METADATA_LIST);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                value.validate(&item, found);
            }
        }
    }
}

/// Structure `DistributeDatasetEntriesResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DistributeDatasetEntriesResponse {}

impl Structure for DistributeDatasetEntriesResponse {
    fn read(&mut self, _: &str, _: Json<'_>, _: &Path<'_>) -> Result<(), Mismatch> {
        Ok(())
    }
}

/// Structure `ListDatasetEntriesRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ListDatasetEntriesRequest {
    /// `DatasetArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "DatasetArn", skip_serializing_if = "Option::is_none")]
    pub dataset_arn: Option<String>,
    /// `DatasetLabels`, 1 to 10 items.
    #[serde(rename = "ContainsLabels", skip_serializing_if = "Option::is_none")]
    pub contains_labels: Option<Vec<String>>,
    /// `IsLabeled`.
    #[serde(rename = "Labeled", skip_serializing_if = "Option::is_none")]
    pub labeled: Option<bool>,
    /// `QueryString`, 1 to 2048 characters, a pattern.
    #[serde(rename = "SourceRefContains", skip_serializing_if = "Option::is_none")]
    pub source_ref_contains: Option<String>,
    /// `HasErrors`.
    #[serde(rename = "HasErrors", skip_serializing_if = "Option::is_none")]
    pub has_errors: Option<bool>,
    /// `ExtendedPaginationToken`, at most 1024 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `ListDatasetEntriesPageSize`, 1 to 100.
    #[serde(rename = "MaxResults", skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
}

impl Structure for ListDatasetEntriesRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "DatasetArn" => self.dataset_arn = FromJson::from_json(value, &at.member("DatasetArn"))?,
            "ContainsLabels" => {
                self.contains_labels = FromJson::from_json(value, &at.member("ContainsLabels"))?
            }
            "Labeled" => self.labeled = FromJson::from_json(value, &at.member("Labeled"))?,
            "SourceRefContains" => {
                self.source_ref_contains = FromJson::from_json(value, &at.member("SourceRefContains"))?
            }
            "HasErrors" => self.has_errors = FromJson::from_json(value, &at.member("HasErrors"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "MaxResults" => self.max_results = FromJson::from_json(value, &at.member("MaxResults"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for ListDatasetEntriesRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("DatasetArn");
        found.required(&member, self.dataset_arn.is_some());
        if let Some(value) = &self.dataset_arn {
            found.text(&member, value, &constraints::DATASET_ARN);
        }
        let member = at.member("ContainsLabels");
        if let Some(value) = &self.contains_labels {
            found.list(&member, value, constraints::DATASET_LABELS);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.text(&item, value, &constraints::DATASET_LABEL);
            }
        }
        let member = at.member("SourceRefContains");
        if let Some(value) = &self.source_ref_contains {
            found.text(&member, value, &constraints::QUERY_STRING);
        }
        let member = at.member("NextToken");
        if let Some(value) = &self.next_token {
            found.text(&member, value, &constraints::EXTENDED_PAGINATION_TOKEN);
        }
        let member = at.member("MaxResults");
        if let Some(value) = &self.max_results {
            found.integer(&member, i64::from(*value), constraints::LIST_DATASET_ENTRIES_PAGE_SIZE);
        }
    }
}

/// Structure `ListDatasetEntriesResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ListDatasetEntriesResponse {
    /// `DatasetEntries`.
    #[serde(rename = "DatasetEntries", skip_serializing_if = "Option::is_none")]
    pub dataset_entries: Option<Vec<String>>,
    /// `ExtendedPaginationToken`, at most 1024 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl Structure for ListDatasetEntriesResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "DatasetEntries" => {
                self.dataset_entries = FromJson::from_json(value, &at.member("DatasetEntries"))?
            }
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `ListDatasetLabelsRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ListDatasetLabelsRequest {
    /// `DatasetArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "DatasetArn", skip_serializing_if = "Option::is_none")]
    pub dataset_arn: Option<String>,
    /// `ExtendedPaginationToken`, at most 1024 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `ListDatasetLabelsPageSize`, 1 to 100.
    #[serde(rename = "MaxResults", skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
}

impl Structure for ListDatasetLabelsRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "DatasetArn" => self.dataset_arn = FromJson::from_json(value, &at.member("DatasetArn"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "MaxResults" => self.max_results = FromJson::from_json(value, &at.member("MaxResults"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for ListDatasetLabelsRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("DatasetArn");
        found.required(&member, self.dataset_arn.is_some());
        if let Some(value) = &self.dataset_arn {
            found.text(&member, value, &constraints::DATASET_ARN);
        }
        let member = at.member("NextToken");
        if let Some(value) = &self.next_token {
            found.text(&member, value, &constraints::EXTENDED_PAGINATION_TOKEN);
        }
        let member = at.member("MaxResults");
        if let Some(value) = &self.max_results {
            found.integer(&member, i64::from(*value), constraints::LIST_DATASET_LABELS_PAGE_SIZE);
        }
    }
}

/// Structure `ListDatasetLabelsResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ListDatasetLabelsResponse {
    /// `DatasetLabelDescriptions`.
    #[serde(rename = "DatasetLabelDescriptions", skip_serializing_if = "Option::is_none")]
    pub dataset_label_descriptions: Option<Vec<DatasetLabelDescription>>,
    /// `ExtendedPaginationToken`, at most 1024 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl Structure for ListDatasetLabelsResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "DatasetLabelDescriptions" => {
                self.dataset_label_descriptions =
                    FromJson::from_json(value, &at.member("DatasetLabelDescriptions"))?
            }
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `UpdateDatasetEntriesRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct UpdateDatasetEntriesRequest {
    /// `DatasetArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "DatasetArn", skip_serializing_if = "Option::is_none")]
    pub dataset_arn: Option<String>,
    /// `DatasetChanges`, required.
    #[serde(rename = "Changes", skip_serializing_if = "Option::is_none")]
    pub changes: Option<DatasetChanges>,
}

impl Structure for UpdateDatasetEntriesRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "DatasetArn" => self.dataset_arn = FromJson::from_json(value, &at.member("DatasetArn"))?,
            "Changes" => self.changes = FromJson::from_json(value, &at.member("Changes"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for UpdateDatasetEntriesRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("DatasetArn");
        found.required(&member, self.dataset_arn.is_some());
        if let Some(value) = &self.dataset_arn {
            found.text(&member, value, &constraints::DATASET_ARN);
        }
        let member = at.member("Changes");
        found.required(&member, self.changes.is_some());
        if let Some(value) = &self.changes {
            value.validate(&member, found);
        }
    }
}

/// Structure `UpdateDatasetEntriesResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct UpdateDatasetEntriesResponse {}

impl Structure for UpdateDatasetEntriesResponse {
    fn read(&mut self, _: &str, _: Json<'_>, _: &Path<'_>) -> Result<(), Mismatch> {
        Ok(())
    }
}

deserialize_through_json!(
    CreateDatasetRequest,
    CreateDatasetResponse,
    DatasetChanges,
    DatasetDescription,
    DatasetLabelDescription,
    DatasetLabelStats,
    DatasetSource,
    DatasetStats,
    DeleteDatasetRequest,
    DeleteDatasetResponse,
    DescribeDatasetRequest,
    DescribeDatasetResponse,
    DistributeDataset,
    DistributeDatasetEntriesRequest,
    DistributeDatasetEntriesResponse,
    ListDatasetEntriesRequest,
    ListDatasetEntriesResponse,
    ListDatasetLabelsRequest,
    ListDatasetLabelsResponse,
    UpdateDatasetEntriesRequest,
    UpdateDatasetEntriesResponse
);
