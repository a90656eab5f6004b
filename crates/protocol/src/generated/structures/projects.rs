// Written by `cargo xtask codegen` from the service model; do not edit.

//! Structures of the projects operations.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::generated::{
    CustomizationFeature, DatasetStatus, DatasetStatusMessageCode, DatasetType, ProjectAutoUpdate,
    ProjectStatus, constraints,
};
use crate::json::{FromJson, Json, Mismatch, Structure, deserialize_through_json};
use crate::path::Path;
use crate::timestamp::Timestamp;
use crate::validate::{Validate, Violations};

/// Structure `CreateProjectRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CreateProjectRequest {
    /// `ProjectName`, required, 1 to 255 characters, a pattern.
    #[serde(rename = "ProjectName", skip_serializing_if = "Option::is_none")]
    pub project_name: Option<String>,
    /// `CustomizationFeature`.
    #[serde(rename = "Feature", skip_serializing_if = "Option::is_none")]
    pub feature: Option<CustomizationFeature>,
    /// `ProjectAutoUpdate`.
    #[serde(rename = "AutoUpdate", skip_serializing_if = "Option::is_none")]
    pub auto_update: Option<ProjectAutoUpdate>,
    /// `TagMap`, 0 to 200 entries.
    #[serde(rename = "Tags", skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
}

impl Structure for CreateProjectRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectName" => self.project_name = FromJson::from_json(value, &at.member("ProjectName"))?,
            "Feature" => self.feature = FromJson::from_json(value, &at.member("Feature"))?,
            "AutoUpdate" => self.auto_update = FromJson::from_json(value, &at.member("AutoUpdate"))?,
            "Tags" => self.tags = FromJson::from_json(value, &at.member("Tags"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for CreateProjectRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ProjectName");
        found.required(&member, self.project_name.is_some());
        if let Some(value) = &self.project_name {
            found.text(&member, value, &constraints::PROJECT_NAME);
        }
        let member = at.member("Feature");
        if let Some(value) = &self.feature {
            found.one_of(&member, value.as_str(), CustomizationFeature::VALUES);
        }
        let member = at.member("AutoUpdate");
        if let Some(value) = &self.auto_update {
            found.one_of(&member, value.as_str(), ProjectAutoUpdate::VALUES);
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

/// Structure `CreateProjectResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CreateProjectResponse {
    /// `ProjectArn`, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectArn", skip_serializing_if = "Option::is_none")]
    pub project_arn: Option<String>,
}

impl Structure for CreateProjectResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectArn" => self.project_arn = FromJson::from_json(value, &at.member("ProjectArn"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DatasetMetadata`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DatasetMetadata {
    /// `DateTime`.
    #[serde(rename = "CreationTimestamp", skip_serializing_if = "Option::is_none")]
    pub creation_timestamp: Option<Timestamp>,
    /// `DatasetType`.
    #[serde(rename = "DatasetType", skip_serializing_if = "Option::is_none")]
    pub dataset_type: Option<DatasetType>,
    /// `DatasetArn`, 20 to 2048 characters, a pattern.
    #[serde(rename = "DatasetArn", skip_serializing_if = "Option::is_none")]
    pub dataset_arn: Option<String>,
    /// `DatasetStatus`.
    #[serde(rename = "Status", skip_serializing_if = "Option::is_none")]
    pub status: Option<DatasetStatus>,
    /// `StatusMessage`.
    #[serde(rename = "StatusMessage", skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// `DatasetStatusMessageCode`.
    #[serde(rename = "StatusMessageCode", skip_serializing_if = "Option::is_none")]
    pub status_message_code: Option<DatasetStatusMessageCode>,
}

impl Structure for DatasetMetadata {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CreationTimestamp" => {
                self.creation_timestamp = FromJson::from_json(value, &at.member("CreationTimestamp"))?
            }
            "DatasetType" => self.dataset_type = FromJson::from_json(value, &at.member("DatasetType"))?,
            "DatasetArn" => self.dataset_arn = FromJson::from_json(value, &at.member("DatasetArn"))?,
            "Status" => self.status = FromJson::from_json(value, &at.member("Status"))?,
            "StatusMessage" => self.status_message = FromJson::from_json(value, &at.member("StatusMessage"))?,
            "StatusMessageCode" => {
                self.status_message_code = FromJson::from_json(value, &at.member("StatusMessageCode"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DeleteProjectPolicyRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DeleteProjectPolicyRequest {
    /// `ProjectArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectArn", skip_serializing_if = "Option::is_none")]
    pub project_arn: Option<String>,
    /// `ProjectPolicyName`, required, 1 to 128 characters, a pattern.
    #[serde(rename = "PolicyName", skip_serializing_if = "Option::is_none")]
    pub policy_name: Option<String>,
    /// `ProjectPolicyRevisionId`, at most 64 characters, a pattern.
    #[serde(rename = "PolicyRevisionId", skip_serializing_if = "Option::is_none")]
    pub policy_revision_id: Option<String>,
}

impl Structure for DeleteProjectPolicyRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectArn" => self.project_arn = FromJson::from_json(value, &at.member("ProjectArn"))?,
            "PolicyName" => self.policy_name = FromJson::from_json(value, &at.member("PolicyName"))?,
            "PolicyRevisionId" => {
                self.policy_revision_id = FromJson::from_json(value, &at.member("PolicyRevisionId"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DeleteProjectPolicyRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ProjectArn");
        found.required(&member, self.project_arn.is_some());
        if let Some(value) = &self.project_arn {
            found.text(&member, value, &constraints::PROJECT_ARN);
        }
        let member = at.member("PolicyName");
        found.required(&member, self.policy_name.is_some());
        if let Some(value) = &self.policy_name {
            found.text(&member, value, &constraints::PROJECT_POLICY_NAME);
        }
        let member = at.member("PolicyRevisionId");
        if let Some(value) = &self.policy_revision_id {
            found.text(&member, value, &constraints::PROJECT_POLICY_REVISION_ID);
        }
    }
}

/// Structure `DeleteProjectPolicyResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DeleteProjectPolicyResponse {}

impl Structure for DeleteProjectPolicyResponse {
    fn read(&mut self, _: &str, _: Json<'_>, _: &Path<'_>) -> Result<(), Mismatch> {
        Ok(())
    }
}

/// Structure `DeleteProjectRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DeleteProjectRequest {
    /// `ProjectArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectArn", skip_serializing_if = "Option::is_none")]
    pub project_arn: Option<String>,
}

impl Structure for DeleteProjectRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectArn" => self.project_arn = FromJson::from_json(value, &at.member("ProjectArn"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DeleteProjectRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ProjectArn");
        found.required(&member, self.project_arn.is_some());
        if let Some(value) = &self.project_arn {
            found.text(&member, value, &constraints::PROJECT_ARN);
        }
    }
}

/// Structure `DeleteProjectResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DeleteProjectResponse {
    /// `ProjectStatus`.
    #[serde(rename = "Status", skip_serializing_if = "Option::is_none")]
    pub status: Option<ProjectStatus>,
}

impl Structure for DeleteProjectResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Status" => self.status = FromJson::from_json(value, &at.member("Status"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DescribeProjectsRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DescribeProjectsRequest {
    /// `ExtendedPaginationToken`, at most 1024 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `ProjectsPageSize`, 1 to 100.
    #[serde(rename = "MaxResults", skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
    /// `ProjectNames`, 1 to 10 items.
    #[serde(rename = "ProjectNames", skip_serializing_if = "Option::is_none")]
    pub project_names: Option<Vec<String>>,
    /// `CustomizationFeatures`, 1 to 2 items.
    #[serde(rename = "Features", skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<CustomizationFeature>>,
}

impl Structure for DescribeProjectsRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "MaxResults" => self.max_results = FromJson::from_json(value, &at.member("MaxResults"))?,
            "ProjectNames" => self.project_names = FromJson::from_json(value, &at.member("ProjectNames"))?,
            "Features" => self.features = FromJson::from_json(value, &at.member("Features"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DescribeProjectsRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("NextToken");
        if let Some(value) = &self.next_token {
            found.text(&member, value, &constraints::EXTENDED_PAGINATION_TOKEN);
        }
        let member = at.member("MaxResults");
        if let Some(value) = &self.max_results {
            found.integer(&member, i64::from(*value), constraints::PROJECTS_PAGE_SIZE);
        }
        let member = at.member("ProjectNames");
        if let Some(value) = &self.project_names {
            found.list(&member, value, constraints::PROJECT_NAMES);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.text(&item, value, &constraints::PROJECT_NAME);
            }
        }
        let member = at.member("Features");
        if let Some(value) = &self.features {
            found.list(&member, value, constraints::CUSTOMIZATION_FEATURES);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.one_of(&item, value.as_str(), CustomizationFeature::VALUES);
            }
        }
    }
}

/// Structure `DescribeProjectsResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DescribeProjectsResponse {
    /// `ProjectDescriptions`.
    #[serde(rename = "ProjectDescriptions", skip_serializing_if = "Option::is_none")]
    pub project_descriptions: Option<Vec<ProjectDescription>>,
    /// `ExtendedPaginationToken`, at most 1024 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl Structure for DescribeProjectsResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectDescriptions" => {
                self.project_descriptions = FromJson::from_json(value, &at.member("ProjectDescriptions"))?
            }
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `ListProjectPoliciesRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ListProjectPoliciesRequest {
    /// `ProjectArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectArn", skip_serializing_if = "Option::is_none")]
    pub project_arn: Option<String>,
    /// `ExtendedPaginationToken`, at most 1024 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `ListProjectPoliciesPageSize`, 1 to 5.
    #[serde(rename = "MaxResults", skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
}

impl Structure for ListProjectPoliciesRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectArn" => self.project_arn = FromJson::from_json(value, &at.member("ProjectArn"))?,
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "MaxResults" => self.max_results = FromJson::from_json(value, &at.member("MaxResults"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for ListProjectPoliciesRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ProjectArn");
        found.required(&member, self.project_arn.is_some());
        if let Some(value) = &self.project_arn {
            found.text(&member, value, &constraints::PROJECT_ARN);
        }
        let member = at.member("NextToken");
        if let Some(value) = &self.next_token {
            found.text(&member, value, &constraints::EXTENDED_PAGINATION_TOKEN);
        }
        let member = at.member("MaxResults");
        if let Some(value) = &self.max_results {
            found.integer(&member, i64::from(*value), constraints::LIST_PROJECT_POLICIES_PAGE_SIZE);
        }
    }
}

/// Structure `ListProjectPoliciesResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ListProjectPoliciesResponse {
    /// `ProjectPolicies`.
    #[serde(rename = "ProjectPolicies", skip_serializing_if = "Option::is_none")]
    pub project_policies: Option<Vec<ProjectPolicy>>,
    /// `ExtendedPaginationToken`, at most 1024 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
}

impl Structure for ListProjectPoliciesResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectPolicies" => {
                self.project_policies = FromJson::from_json(value, &at.member("ProjectPolicies"))?
            }
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `ProjectDescription`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ProjectDescription {
    /// `ProjectArn`, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectArn", skip_serializing_if = "Option::is_none")]
    pub project_arn: Option<String>,
    /// `DateTime`.
    #[serde(rename = "CreationTimestamp", skip_serializing_if = "Option::is_none")]
    pub creation_timestamp: Option<Timestamp>,
    /// `ProjectStatus`.
    #[serde(rename = "Status", skip_serializing_if = "Option::is_none")]
    pub status: Option<ProjectStatus>,
    /// `DatasetMetadataList`.
    #[serde(rename = "Datasets", skip_serializing_if = "Option::is_none")]
    pub datasets: Option<Vec<DatasetMetadata>>,
    /// `CustomizationFeature`.
    #[serde(rename = "Feature", skip_serializing_if = "Option::is_none")]
    pub feature: Option<CustomizationFeature>,
    /// `ProjectAutoUpdate`.
    #[serde(rename = "AutoUpdate", skip_serializing_if = "Option::is_none")]
    pub auto_update: Option<ProjectAutoUpdate>,
}

impl Structure for ProjectDescription {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectArn" => self.project_arn = FromJson::from_json(value, &at.member("ProjectArn"))?,
            "CreationTimestamp" => {
                self.creation_timestamp = FromJson::from_json(value, &at.member("CreationTimestamp"))?
            }
            "Status" => self.status = FromJson::from_json(value, &at.member("Status"))?,
            "Datasets" => self.datasets = FromJson::from_json(value, &at.member("Datasets"))?,
            "Feature" => self.feature = FromJson::from_json(value, &at.member("Feature"))?,
            "AutoUpdate" => self.auto_update = FromJson::from_json(value, &at.member("AutoUpdate"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `ProjectPolicy`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ProjectPolicy {
    /// `ProjectArn`, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectArn", skip_serializing_if = "Option::is_none")]
    pub project_arn: Option<String>,
    /// `ProjectPolicyName`, 1 to 128 characters, a pattern.
    #[serde(rename = "PolicyName", skip_serializing_if = "Option::is_none")]
    pub policy_name: Option<String>,
    /// `ProjectPolicyRevisionId`, at most 64 characters, a pattern.
    #[serde(rename = "PolicyRevisionId", skip_serializing_if = "Option::is_none")]
    pub policy_revision_id: Option<String>,
    /// `ProjectPolicyDocument`, 1 to 2000 characters, a pattern.
    #[serde(rename = "PolicyDocument", skip_serializing_if = "Option::is_none")]
    pub policy_document: Option<String>,
    /// `DateTime`.
    #[serde(rename = "CreationTimestamp", skip_serializing_if = "Option::is_none")]
    pub creation_timestamp: Option<Timestamp>,
    /// `DateTime`.
    #[serde(rename = "LastUpdatedTimestamp", skip_serializing_if = "Option::is_none")]
    pub last_updated_timestamp: Option<Timestamp>,
}

impl Structure for ProjectPolicy {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectArn" => self.project_arn = FromJson::from_json(value, &at.member("ProjectArn"))?,
            "PolicyName" => self.policy_name = FromJson::from_json(value, &at.member("PolicyName"))?,
            "PolicyRevisionId" => {
                self.policy_revision_id = FromJson::from_json(value, &at.member("PolicyRevisionId"))?
            }
            "PolicyDocument" => {
                self.policy_document = FromJson::from_json(value, &at.member("PolicyDocument"))?
            }
            "CreationTimestamp" => {
                self.creation_timestamp = FromJson::from_json(value, &at.member("CreationTimestamp"))?
            }
            "LastUpdatedTimestamp" => {
                self.last_updated_timestamp = FromJson::from_json(value, &at.member("LastUpdatedTimestamp"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `PutProjectPolicyRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PutProjectPolicyRequest {
    /// `ProjectArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectArn", skip_serializing_if = "Option::is_none")]
    pub project_arn: Option<String>,
    /// `ProjectPolicyName`, required, 1 to 128 characters, a pattern.
    #[serde(rename = "PolicyName", skip_serializing_if = "Option::is_none")]
    pub policy_name: Option<String>,
    /// `ProjectPolicyRevisionId`, at most 64 characters, a pattern.
    #[serde(rename = "PolicyRevisionId", skip_serializing_if = "Option::is_none")]
    pub policy_revision_id: Option<String>,
    /// `ProjectPolicyDocument`, required, 1 to 2000 characters, a pattern.
    #[serde(rename = "PolicyDocument", skip_serializing_if = "Option::is_none")]
    pub policy_document: Option<String>,
}

impl Structure for PutProjectPolicyRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectArn" => self.project_arn = FromJson::from_json(value, &at.member("ProjectArn"))?,
            "PolicyName" => self.policy_name = FromJson::from_json(value, &at.member("PolicyName"))?,
            "PolicyRevisionId" => {
                self.policy_revision_id = FromJson::from_json(value, &at.member("PolicyRevisionId"))?
            }
            "PolicyDocument" => {
                self.policy_document = FromJson::from_json(value, &at.member("PolicyDocument"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for PutProjectPolicyRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ProjectArn");
        found.required(&member, self.project_arn.is_some());
        if let Some(value) = &self.project_arn {
            found.text(&member, value, &constraints::PROJECT_ARN);
        }
        let member = at.member("PolicyName");
        found.required(&member, self.policy_name.is_some());
        if let Some(value) = &self.policy_name {
            found.text(&member, value, &constraints::PROJECT_POLICY_NAME);
        }
        let member = at.member("PolicyRevisionId");
        if let Some(value) = &self.policy_revision_id {
            found.text(&member, value, &constraints::PROJECT_POLICY_REVISION_ID);
        }
        let member = at.member("PolicyDocument");
        found.required(&member, self.policy_document.is_some());
        if let Some(value) = &self.policy_document {
            found.text(&member, value, &constraints::PROJECT_POLICY_DOCUMENT);
        }
    }
}

/// Structure `PutProjectPolicyResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PutProjectPolicyResponse {
    /// `ProjectPolicyRevisionId`, at most 64 characters, a pattern.
    #[serde(rename = "PolicyRevisionId", skip_serializing_if = "Option::is_none")]
    pub policy_revision_id: Option<String>,
}

impl Structure for PutProjectPolicyResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "PolicyRevisionId" => {
                self.policy_revision_id = FromJson::from_json(value, &at.member("PolicyRevisionId"))?
            }
            _ => {}
        }
        Ok(())
    }
}

deserialize_through_json!(
    CreateProjectRequest,
    CreateProjectResponse,
    DatasetMetadata,
    DeleteProjectPolicyRequest,
    DeleteProjectPolicyResponse,
    DeleteProjectRequest,
    DeleteProjectResponse,
    DescribeProjectsRequest,
    DescribeProjectsResponse,
    ListProjectPoliciesRequest,
    ListProjectPoliciesResponse,
    ProjectDescription,
    ProjectPolicy,
    PutProjectPolicyRequest,
    PutProjectPolicyResponse
);
