// Written by `cargo xtask codegen` from the service model; do not edit.

//! Structures of the stream processors operations.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::generated::{
    RegionOfInterest, StreamProcessorParameterToDelete, StreamProcessorStatus, constraints,
};
use crate::json::{FromJson, Json, Mismatch, Structure, deserialize_through_json};
use crate::path::Path;
use crate::timestamp::Timestamp;
use crate::validate::{Validate, Violations};

/// Structure `ConnectedHomeSettings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ConnectedHomeSettings {
    /// `ConnectedHomeLabels`, required, 1 to 128 items.
    #[serde(rename = "Labels", skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<String>>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "MinConfidence", skip_serializing_if = "Option::is_none")]
    pub min_confidence: Option<f32>,
}

impl Structure for ConnectedHomeSettings {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Labels" => self.labels = FromJson::from_json(value, &at.member("Labels"))?,
            "MinConfidence" => self.min_confidence = FromJson::from_json(value, &at.member("MinConfidence"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for ConnectedHomeSettings {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Labels");
        found.required(&member, self.labels.is_some());
        if let Some(value) = &self.labels {
            found.list(&member, value, constraints::CONNECTED_HOME_LABELS);
        }
        let member = at.member("MinConfidence");
        if let Some(value) = &self.min_confidence {
            found.float(&member, *value, constraints::PERCENT);
        }
    }
}

/// Structure `ConnectedHomeSettingsForUpdate`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ConnectedHomeSettingsForUpdate {
    /// `ConnectedHomeLabels`, 1 to 128 items.
    #[serde(rename = "Labels", skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<String>>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "MinConfidence", skip_serializing_if = "Option::is_none")]
    pub min_confidence: Option<f32>,
}

impl Structure for ConnectedHomeSettingsForUpdate {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Labels" => self.labels = FromJson::from_json(value, &at.member("Labels"))?,
            "MinConfidence" => self.min_confidence = FromJson::from_json(value, &at.member("MinConfidence"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for ConnectedHomeSettingsForUpdate {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Labels");
        if let Some(value) = &self.labels {
            found.list(&member, value, constraints::CONNECTED_HOME_LABELS);
        }
        let member = at.member("MinConfidence");
        if let Some(value) = &self.min_confidence {
            found.float(&member, *value, constraints::PERCENT);
        }
    }
}

/// Structure `CreateStreamProcessorRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CreateStreamProcessorRequest {
    /// `StreamProcessorInput`, required.
    #[serde(rename = "Input", skip_serializing_if = "Option::is_none")]
    pub input: Option<StreamProcessorInput>,
    /// `StreamProcessorOutput`, required.
    #[serde(rename = "Output", skip_serializing_if = "Option::is_none")]
    pub output: Option<StreamProcessorOutput>,
    /// `StreamProcessorName`, required, 1 to 128 characters, a pattern.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `StreamProcessorSettings`, required.
    #[serde(rename = "Settings", skip_serializing_if = "Option::is_none")]
    pub settings: Option<StreamProcessorSettings>,
    /// `RoleArn`, required, a pattern.
    #[serde(rename = "RoleArn", skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// `TagMap`, 0 to 200 entries.
    #[serde(rename = "Tags", skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
    /// `StreamProcessorNotificationChannel`.
    #[serde(rename = "NotificationChannel", skip_serializing_if = "Option::is_none")]
    pub notification_channel: Option<StreamProcessorNotificationChannel>,
    /// `KmsKeyId`, 1 to 2048 characters, a pattern.
    #[serde(rename = "KmsKeyId", skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// `RegionsOfInterest`, 0 to 10 items.
    #[serde(rename = "RegionsOfInterest", skip_serializing_if = "Option::is_none")]
    pub regions_of_interest: Option<Vec<RegionOfInterest>>,
    /// `StreamProcessorDataSharingPreference`.
    #[serde(rename = "DataSharingPreference", skip_serializing_if = "Option::is_none")]
    pub data_sharing_preference: Option<StreamProcessorDataSharingPreference>,
}

impl Structure for CreateStreamProcessorRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Input" => self.input = FromJson::from_json(value, &at.member("Input"))?,
            "Output" => self.output = FromJson::from_json(value, &at.member("Output"))?,
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            "Settings" => self.settings = FromJson::from_json(value, &at.member("Settings"))?,
            "RoleArn" => self.role_arn = FromJson::from_json(value, &at.member("RoleArn"))?,
            "Tags" => self.tags = FromJson::from_json(value, &at.member("Tags"))?,
            "NotificationChannel" => {
                self.notification_channel = FromJson::from_json(value, &at.member("NotificationChannel"))?
            }
            "KmsKeyId" => self.kms_key_id = FromJson::from_json(value, &at.member("KmsKeyId"))?,
            "RegionsOfInterest" => {
                self.regions_of_interest = FromJson::from_json(value, &at.member("RegionsOfInterest"))?
            }
            "DataSharingPreference" => {
                self.data_sharing_preference =
                    FromJson::from_json(value, &at.member("DataSharingPreference"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for CreateStreamProcessorRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Input");
        found.required(&member, self.input.is_some());
        if let Some(value) = &self.input {
            value.validate(&member, found);
        }
        let member = at.member("Output");
        found.required(&member, self.output.is_some());
        if let Some(value) = &self.output {
            value.validate(&member, found);
        }
        let member = at.member("Name");
        found.required(&member, self.name.is_some());
        if let Some(value) = &self.name {
            found.text(&member, value, &constraints::STREAM_PROCESSOR_NAME);
        }
        let member = at.member("Settings");
        found.required(&member, self.settings.is_some());
        if let Some(value) = &self.settings {
            value.validate(&member, found);
        }
        let member = at.member("RoleArn");
        found.required(&member, self.role_arn.is_some());
        if let Some(value) = &self.role_arn {
            found.text(&member, value, &constraints::ROLE_ARN);
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
        let member = at.member("NotificationChannel");
        if let Some(value) = &self.notification_channel {
            value.validate(&member, found);
        }
        let member = at.member("KmsKeyId");
        if let Some(value) = &self.kms_key_id {
            found.text(&member, value, &constraints::KMS_KEY_ID);
        }
        let member = at.member("RegionsOfInterest");
        if let Some(value) = &self.regions_of_interest {
            found.list(&member, value, constraints::REGIONS_OF_INTEREST);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                value.validate(&item, found);
            }
        }
        let member = at.member("DataSharingPreference");
        if let Some(value) = &self.data_sharing_preference {
            value.validate(&member, found);
        }
    }
}

/// Structure `CreateStreamProcessorResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CreateStreamProcessorResponse {
    /// `StreamProcessorArn`, a pattern.
    #[serde(rename = "StreamProcessorArn", skip_serializing_if = "Option::is_none")]
    pub stream_processor_arn: Option<String>,
}

impl Structure for CreateStreamProcessorResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "StreamProcessorArn" => {
                self.stream_processor_arn = FromJson::from_json(value, &at.member("StreamProcessorArn"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DeleteStreamProcessorRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DeleteStreamProcessorRequest {
    /// `StreamProcessorName`, required, 1 to 128 characters, a pattern.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Structure for DeleteStreamProcessorRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DeleteStreamProcessorRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Name");
        found.required(&member, self.name.is_some());
        if let Some(value) = &self.name {
            found.text(&member, value, &constraints::STREAM_PROCESSOR_NAME);
        }
    }
}

/// Structure `DeleteStreamProcessorResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DeleteStreamProcessorResponse {}

impl Structure for DeleteStreamProcessorResponse {
    fn read(&mut self, _: &str, _: Json<'_>, _: &Path<'_>) -> Result<(), Mismatch> {
        Ok(())
    }
}

/// Structure `DescribeStreamProcessorRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DescribeStreamProcessorRequest {
    /// `StreamProcessorName`, required, 1 to 128 characters, a pattern.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Structure for DescribeStreamProcessorRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DescribeStreamProcessorRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Name");
        found.required(&member, self.name.is_some());
        if let Some(value) = &self.name {
            found.text(&member, value, &constraints::STREAM_PROCESSOR_NAME);
        }
    }
}

/// Structure `DescribeStreamProcessorResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DescribeStreamProcessorResponse {
    /// `StreamProcessorName`, 1 to 128 characters, a pattern.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `StreamProcessorArn`, a pattern.
    #[serde(rename = "StreamProcessorArn", skip_serializing_if = "Option::is_none")]
    pub stream_processor_arn: Option<String>,
    /// `StreamProcessorStatus`.
    #[serde(rename = "Status", skip_serializing_if = "Option::is_none")]
    pub status: Option<StreamProcessorStatus>,
    /// `String`.
    #[serde(rename = "StatusMessage", skip_serializing_if = "Option::is_none")]
    pub status_message: Option<String>,
    /// `DateTime`.
    #[serde(rename = "CreationTimestamp", skip_serializing_if = "Option::is_none")]
    pub creation_timestamp: Option<Timestamp>,
    /// `DateTime`.
    #[serde(rename = "LastUpdateTimestamp", skip_serializing_if = "Option::is_none")]
    pub last_update_timestamp: Option<Timestamp>,
    /// `StreamProcessorInput`.
    #[serde(rename = "Input", skip_serializing_if = "Option::is_none")]
    pub input: Option<StreamProcessorInput>,
    /// `StreamProcessorOutput`.
    #[serde(rename = "Output", skip_serializing_if = "Option::is_none")]
    pub output: Option<StreamProcessorOutput>,
    /// `RoleArn`, a pattern.
    #[serde(rename = "RoleArn", skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<String>,
    /// `StreamProcessorSettings`.
    #[serde(rename = "Settings", skip_serializing_if = "Option::is_none")]
    pub settings: Option<StreamProcessorSettings>,
    /// `StreamProcessorNotificationChannel`.
    #[serde(rename = "NotificationChannel", skip_serializing_if = "Option::is_none")]
    pub notification_channel: Option<StreamProcessorNotificationChannel>,
    /// `KmsKeyId`, 1 to 2048 characters, a pattern.
    #[serde(rename = "KmsKeyId", skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// `RegionsOfInterest`, 0 to 10 items.
    #[serde(rename = "RegionsOfInterest", skip_serializing_if = "Option::is_none")]
    pub regions_of_interest: Option<Vec<RegionOfInterest>>,
    /// `StreamProcessorDataSharingPreference`.
    #[serde(rename = "DataSharingPreference", skip_serializing_if = "Option::is_none")]
    pub data_sharing_preference: Option<StreamProcessorDataSharingPreference>,
}

impl Structure for DescribeStreamProcessorResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            "StreamProcessorArn" => {
                self.stream_processor_arn = FromJson::from_json(value, &at.member("StreamProcessorArn"))?
            }
            "Status" => self.status = FromJson::from_json(value, &at.member("Status"))?,
            "StatusMessage" => self.status_message = FromJson::from_json(value, &at.member("StatusMessage"))?,
            "CreationTimestamp" => {
                self.creation_timestamp = FromJson::from_json(value, &at.member("CreationTimestamp"))?
            }
            "LastUpdateTimestamp" => {
                self.last_update_timestamp = FromJson::from_json(value, &at.member("LastUpdateTimestamp"))?
            }
            "Input" => self.input = FromJson::from_json(value, &at.member("Input"))?,
            "Output" => self.output = FromJson::from_json(value, &at.member("Output"))?,
            "RoleArn" => self.role_arn = FromJson::from_json(value, &at.member("RoleArn"))?,
            "Settings" => self.settings = FromJson::from_json(value, &at.member("Settings"))?,
            "NotificationChannel" => {
                self.notification_channel = FromJson::from_json(value, &at.member("NotificationChannel"))?
            }
            "KmsKeyId" => self.kms_key_id = FromJson::from_json(value, &at.member("KmsKeyId"))?,
            "RegionsOfInterest" => {
                self.regions_of_interest = FromJson::from_json(value, &at.member("RegionsOfInterest"))?
            }
            "DataSharingPreference" => {
                self.data_sharing_preference =
                    FromJson::from_json(value, &at.member("DataSharingPreference"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `FaceSearchSettings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FaceSearchSettings {
    /// `CollectionId`, 1 to 255 characters, a pattern.
    #[serde(rename = "CollectionId", skip_serializing_if = "Option::is_none")]
    pub collection_id: Option<String>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "FaceMatchThreshold", skip_serializing_if = "Option::is_none")]
    pub face_match_threshold: Option<f32>,
}

impl Structure for FaceSearchSettings {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CollectionId" => self.collection_id = FromJson::from_json(value, &at.member("CollectionId"))?,
            "FaceMatchThreshold" => {
                self.face_match_threshold = FromJson::from_json(value, &at.member("FaceMatchThreshold"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for FaceSearchSettings {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("CollectionId");
        if let Some(value) = &self.collection_id {
            found.text(&member, value, &constraints::COLLECTION_ID);
        }
        let member = at.member("FaceMatchThreshold");
        if let Some(value) = &self.face_match_threshold {
            found.float(&member, *value, constraints::PERCENT);
        }
    }
}

/// Structure `KinesisDataStream`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct KinesisDataStream {
    /// `KinesisDataArn`, a pattern.
    #[serde(rename = "Arn", skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
}

impl Structure for KinesisDataStream {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Arn" => self.arn = FromJson::from_json(value, &at.member("Arn"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for KinesisDataStream {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Arn");
        if let Some(value) = &self.arn {
            found.text(&member, value, &constraints::KINESIS_DATA_ARN);
        }
    }
}

/// Structure `KinesisVideoStream`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct KinesisVideoStream {
    /// `KinesisVideoArn`, a pattern.
    #[serde(rename = "Arn", skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
}

impl Structure for KinesisVideoStream {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Arn" => self.arn = FromJson::from_json(value, &at.member("Arn"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for KinesisVideoStream {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Arn");
        if let Some(value) = &self.arn {
            found.text(&member, value, &constraints::KINESIS_VIDEO_ARN);
        }
    }
}

/// Structure `KinesisVideoStreamStartSelector`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct KinesisVideoStreamStartSelector {
    /// `ULong`, at least 0.
    #[serde(rename = "ProducerTimestamp", skip_serializing_if = "Option::is_none")]
    pub producer_timestamp: Option<i64>,
    /// `KinesisVideoStreamFragmentNumber`, 1 to 128 characters, a pattern.
    #[serde(rename = "FragmentNumber", skip_serializing_if = "Option::is_none")]
    pub fragment_number: Option<String>,
}

impl Structure for KinesisVideoStreamStartSelector {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProducerTimestamp" => {
                self.producer_timestamp = FromJson::from_json(value, &at.member("ProducerTimestamp"))?
            }
            "FragmentNumber" => {
                self.fragment_number = FromJson::from_json(value, &at.member("FragmentNumber"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for KinesisVideoStreamStartSelector {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ProducerTimestamp");
        if let Some(value) = &self.producer_timestamp {
            found.integer(&member, *value, constraints::U_LONG);
        }
        let member = at.member("FragmentNumber");
        if let Some(value) = &self.fragment_number {
            found.text(&member, value, &constraints::KINESIS_VIDEO_STREAM_FRAGMENT_NUMBER);
        }
    }
}

/// Structure `ListStreamProcessorsRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ListStreamProcessorsRequest {
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `MaxResults`, at least 1.
    #[serde(rename = "MaxResults", skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
}

impl Structure for ListStreamProcessorsRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "MaxResults" => self.max_results = FromJson::from_json(value, &at.member("MaxResults"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for ListStreamProcessorsRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("NextToken");
        if let Some(value) = &self.next_token {
            found.text(&member, value, &constraints::PAGINATION_TOKEN);
        }
        let member = at.member("MaxResults");
        if let Some(value) = &self.max_results {
            found.integer(&member, i64::from(*value), constraints::MAX_RESULTS);
        }
    }
}

/// Structure `ListStreamProcessorsResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ListStreamProcessorsResponse {
    /// `PaginationToken`, at most 255 characters.
    #[serde(rename = "NextToken", skip_serializing_if = "Option::is_none")]
    pub next_token: Option<String>,
    /// `StreamProcessorList`.
    #[serde(rename = "StreamProcessors", skip_serializing_if = "Option::is_none")]
    pub stream_processors: Option<Vec<StreamProcessor>>,
}

impl Structure for ListStreamProcessorsResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "NextToken" => self.next_token = FromJson::from_json(value, &at.member("NextToken"))?,
            "StreamProcessors" => {
                self.stream_processors = FromJson::from_json(value, &at.member("StreamProcessors"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `S3Destination`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct S3Destination {
    /// `S3Bucket`, 3 to 255 characters, a pattern.
    #[serde(rename = "Bucket", skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    /// `S3KeyPrefix`, at most 1024 characters.
    #[serde(rename = "KeyPrefix", skip_serializing_if = "Option::is_none")]
    pub key_prefix: Option<String>,
}

impl Structure for S3Destination {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Bucket" => self.bucket = FromJson::from_json(value, &at.member("Bucket"))?,
            "KeyPrefix" => self.key_prefix = FromJson::from_json(value, &at.member("KeyPrefix"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for S3Destination {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Bucket");
        if let Some(value) = &self.bucket {
            found.text(&member, value, &constraints::S3_BUCKET);
        }
        let member = at.member("KeyPrefix");
        if let Some(value) = &self.key_prefix {
            found.text(&member, value, &constraints::S3_KEY_PREFIX);
        }
    }
}

/// Structure `StartStreamProcessorRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartStreamProcessorRequest {
    /// `StreamProcessorName`, required, 1 to 128 characters, a pattern.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `StreamProcessingStartSelector`.
    #[serde(rename = "StartSelector", skip_serializing_if = "Option::is_none")]
    pub start_selector: Option<StreamProcessingStartSelector>,
    /// `StreamProcessingStopSelector`.
    #[serde(rename = "StopSelector", skip_serializing_if = "Option::is_none")]
    pub stop_selector: Option<StreamProcessingStopSelector>,
}

impl Structure for StartStreamProcessorRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            "StartSelector" => self.start_selector = FromJson::from_json(value, &at.member("StartSelector"))?,
            "StopSelector" => self.stop_selector = FromJson::from_json(value, &at.member("StopSelector"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StartStreamProcessorRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Name");
        found.required(&member, self.name.is_some());
        if let Some(value) = &self.name {
            found.text(&member, value, &constraints::STREAM_PROCESSOR_NAME);
        }
        let member = at.member("StartSelector");
        if let Some(value) = &self.start_selector {
            value.validate(&member, found);
        }
        let member = at.member("StopSelector");
        if let Some(value) = &self.stop_selector {
            value.validate(&member, found);
        }
    }
}

/// Structure `StartStreamProcessorResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StartStreamProcessorResponse {
    /// `StartStreamProcessorSessionId`.
    #[serde(rename = "SessionId", skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
}

impl Structure for StartStreamProcessorResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "SessionId" => self.session_id = FromJson::from_json(value, &at.member("SessionId"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `StopStreamProcessorRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StopStreamProcessorRequest {
    /// `StreamProcessorName`, required, 1 to 128 characters, a pattern.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Structure for StopStreamProcessorRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StopStreamProcessorRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Name");
        found.required(&member, self.name.is_some());
        if let Some(value) = &self.name {
            found.text(&member, value, &constraints::STREAM_PROCESSOR_NAME);
        }
    }
}

/// Structure `StopStreamProcessorResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StopStreamProcessorResponse {}

impl Structure for StopStreamProcessorResponse {
    fn read(&mut self, _: &str, _: Json<'_>, _: &Path<'_>) -> Result<(), Mismatch> {
        Ok(())
    }
}

/// Structure `StreamProcessingStartSelector`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StreamProcessingStartSelector {
    /// `KinesisVideoStreamStartSelector`.
    #[serde(rename = "KVSStreamStartSelector", skip_serializing_if = "Option::is_none")]
    pub kvs_stream_start_selector: Option<KinesisVideoStreamStartSelector>,
}

impl Structure for StreamProcessingStartSelector {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "KVSStreamStartSelector" => {
                self.kvs_stream_start_selector =
                    FromJson::from_json(value, &at.member("KVSStreamStartSelector"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StreamProcessingStartSelector {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("KVSStreamStartSelector");
        if let Some(value) = &self.kvs_stream_start_selector {
            value.validate(&member, found);
        }
    }
}

/// Structure `StreamProcessingStopSelector`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StreamProcessingStopSelector {
    /// `MaxDurationInSecondsULong`, 1 to 120.
    #[serde(rename = "MaxDurationInSeconds", skip_serializing_if = "Option::is_none")]
    pub max_duration_in_seconds: Option<i64>,
}

impl Structure for StreamProcessingStopSelector {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "MaxDurationInSeconds" => {
                self.max_duration_in_seconds = FromJson::from_json(value, &at.member("MaxDurationInSeconds"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StreamProcessingStopSelector {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("MaxDurationInSeconds");
        if let Some(value) = &self.max_duration_in_seconds {
            found.integer(&member, *value, constraints::MAX_DURATION_IN_SECONDS_U_LONG);
        }
    }
}

/// Structure `StreamProcessor`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StreamProcessor {
    /// `StreamProcessorName`, 1 to 128 characters, a pattern.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `StreamProcessorStatus`.
    #[serde(rename = "Status", skip_serializing_if = "Option::is_none")]
    pub status: Option<StreamProcessorStatus>,
}

impl Structure for StreamProcessor {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            "Status" => self.status = FromJson::from_json(value, &at.member("Status"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `StreamProcessorDataSharingPreference`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StreamProcessorDataSharingPreference {
    /// `Boolean`, required.
    #[serde(rename = "OptIn", skip_serializing_if = "Option::is_none")]
    pub opt_in: Option<bool>,
}

impl Structure for StreamProcessorDataSharingPreference {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "OptIn" => self.opt_in = FromJson::from_json(value, &at.member("OptIn"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StreamProcessorDataSharingPreference {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("OptIn");
        found.required(&member, self.opt_in.is_some());
    }
}

/// Structure `StreamProcessorInput`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StreamProcessorInput {
    /// `KinesisVideoStream`.
    #[serde(rename = "KinesisVideoStream", skip_serializing_if = "Option::is_none")]
    pub kinesis_video_stream: Option<KinesisVideoStream>,
}

impl Structure for StreamProcessorInput {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "KinesisVideoStream" => {
                self.kinesis_video_stream = FromJson::from_json(value, &at.member("KinesisVideoStream"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StreamProcessorInput {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("KinesisVideoStream");
        if let Some(value) = &self.kinesis_video_stream {
            value.validate(&member, found);
        }
    }
}

/// Structure `StreamProcessorNotificationChannel`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StreamProcessorNotificationChannel {
    /// `SNSTopicArn`, required, a pattern.
    #[serde(rename = "SNSTopicArn", skip_serializing_if = "Option::is_none")]
    pub sns_topic_arn: Option<String>,
}

impl Structure for StreamProcessorNotificationChannel {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "SNSTopicArn" => self.sns_topic_arn = FromJson::from_json(value, &at.member("SNSTopicArn"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StreamProcessorNotificationChannel {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("SNSTopicArn");
        found.required(&member, self.sns_topic_arn.is_some());
        if let Some(value) = &self.sns_topic_arn {
            found.text(&member, value, &constraints::SNS_TOPIC_ARN);
        }
    }
}

/// Structure `StreamProcessorOutput`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StreamProcessorOutput {
    /// `KinesisDataStream`.
    #[serde(rename = "KinesisDataStream", skip_serializing_if = "Option::is_none")]
    pub kinesis_data_stream: Option<KinesisDataStream>,
    /// `S3Destination`.
    #[serde(rename = "S3Destination", skip_serializing_if = "Option::is_none")]
    pub s3_destination: Option<S3Destination>,
}

impl Structure for StreamProcessorOutput {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "KinesisDataStream" => {
                self.kinesis_data_stream = FromJson::from_json(value, &at.member("KinesisDataStream"))?
            }
            "S3Destination" => self.s3_destination = FromJson::from_json(value, &at.member("S3Destination"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StreamProcessorOutput {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("KinesisDataStream");
        if let Some(value) = &self.kinesis_data_stream {
            value.validate(&member, found);
        }
        let member = at.member("S3Destination");
        if let Some(value) = &self.s3_destination {
            value.validate(&member, found);
        }
    }
}

/// Structure `StreamProcessorSettings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StreamProcessorSettings {
    /// `FaceSearchSettings`.
    #[serde(rename = "FaceSearch", skip_serializing_if = "Option::is_none")]
    pub face_search: Option<FaceSearchSettings>,
    /// `ConnectedHomeSettings`.
    #[serde(rename = "ConnectedHome", skip_serializing_if = "Option::is_none")]
    pub connected_home: Option<ConnectedHomeSettings>,
}

impl Structure for StreamProcessorSettings {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "FaceSearch" => self.face_search = FromJson::from_json(value, &at.member("FaceSearch"))?,
            "ConnectedHome" => self.connected_home = FromJson::from_json(value, &at.member("ConnectedHome"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StreamProcessorSettings {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("FaceSearch");
        if let Some(value) = &self.face_search {
            value.validate(&member, found);
        }
        let member = at.member("ConnectedHome");
        if let Some(value) = &self.connected_home {
            value.validate(&member, found);
        }
    }
}

/// Structure `StreamProcessorSettingsForUpdate`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct StreamProcessorSettingsForUpdate {
    /// `ConnectedHomeSettingsForUpdate`.
    #[serde(rename = "ConnectedHomeForUpdate", skip_serializing_if = "Option::is_none")]
    pub connected_home_for_update: Option<ConnectedHomeSettingsForUpdate>,
}

impl Structure for StreamProcessorSettingsForUpdate {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ConnectedHomeForUpdate" => {
                self.connected_home_for_update =
                    FromJson::from_json(value, &at.member("ConnectedHomeForUpdate"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for StreamProcessorSettingsForUpdate {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ConnectedHomeForUpdate");
        if let Some(value) = &self.connected_home_for_update {
            value.validate(&member, found);
        }
    }
}

/// Structure `UpdateStreamProcessorRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct UpdateStreamProcessorRequest {
    /// `StreamProcessorName`, required, 1 to 128 characters, a pattern.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `StreamProcessorSettingsForUpdate`.
    #[serde(rename = "SettingsForUpdate", skip_serializing_if = "Option::is_none")]
    pub settings_for_update: Option<StreamProcessorSettingsForUpdate>,
    /// `RegionsOfInterest`, 0 to 10 items.
    #[serde(rename = "RegionsOfInterestForUpdate", skip_serializing_if = "Option::is_none")]
    pub regions_of_interest_for_update: Option<Vec<RegionOfInterest>>,
    /// `StreamProcessorDataSharingPreference`.
    #[serde(rename = "DataSharingPreferenceForUpdate", skip_serializing_if = "Option::is_none")]
    pub data_sharing_preference_for_update: Option<StreamProcessorDataSharingPreference>,
    /// `StreamProcessorParametersToDelete`.
    #[serde(rename = "ParametersToDelete", skip_serializing_if = "Option::is_none")]
    pub parameters_to_delete: Option<Vec<StreamProcessorParameterToDelete>>,
}

impl Structure for UpdateStreamProcessorRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            "SettingsForUpdate" => {
                self.settings_for_update = FromJson::from_json(value, &at.member("SettingsForUpdate"))?
            }
            "RegionsOfInterestForUpdate" => {
                self.regions_of_interest_for_update =
                    FromJson::from_json(value, &at.member("RegionsOfInterestForUpdate"))?
            }
            "DataSharingPreferenceForUpdate" => {
                self.data_sharing_preference_for_update =
                    FromJson::from_json(value, &at.member("DataSharingPreferenceForUpdate"))?
            }
            "ParametersToDelete" => {
                self.parameters_to_delete = FromJson::from_json(value, &at.member("ParametersToDelete"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for UpdateStreamProcessorRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Name");
        found.required(&member, self.name.is_some());
        if let Some(value) = &self.name {
            found.text(&member, value, &constraints::STREAM_PROCESSOR_NAME);
        }
        let member = at.member("SettingsForUpdate");
        if let Some(value) = &self.settings_for_update {
            value.validate(&member, found);
        }
        let member = at.member("RegionsOfInterestForUpdate");
        if let Some(value) = &self.regions_of_interest_for_update {
            found.list(&member, value, constraints::REGIONS_OF_INTEREST);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                value.validate(&item, found);
            }
        }
        let member = at.member("DataSharingPreferenceForUpdate");
        if let Some(value) = &self.data_sharing_preference_for_update {
            value.validate(&member, found);
        }
        let member = at.member("ParametersToDelete");
        if let Some(value) = &self.parameters_to_delete {
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.one_of(&item, value.as_str(), StreamProcessorParameterToDelete::VALUES);
            }
        }
    }
}

/// Structure `UpdateStreamProcessorResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct UpdateStreamProcessorResponse {}

impl Structure for UpdateStreamProcessorResponse {
    fn read(&mut self, _: &str, _: Json<'_>, _: &Path<'_>) -> Result<(), Mismatch> {
        Ok(())
    }
}

deserialize_through_json!(
    ConnectedHomeSettings,
    ConnectedHomeSettingsForUpdate,
    CreateStreamProcessorRequest,
    CreateStreamProcessorResponse,
    DeleteStreamProcessorRequest,
    DeleteStreamProcessorResponse,
    DescribeStreamProcessorRequest,
    DescribeStreamProcessorResponse,
    FaceSearchSettings,
    KinesisDataStream,
    KinesisVideoStream,
    KinesisVideoStreamStartSelector,
    ListStreamProcessorsRequest,
    ListStreamProcessorsResponse,
    S3Destination,
    StartStreamProcessorRequest,
    StartStreamProcessorResponse,
    StopStreamProcessorRequest,
    StopStreamProcessorResponse,
    StreamProcessingStartSelector,
    StreamProcessingStopSelector,
    StreamProcessor,
    StreamProcessorDataSharingPreference,
    StreamProcessorInput,
    StreamProcessorNotificationChannel,
    StreamProcessorOutput,
    StreamProcessorSettings,
    StreamProcessorSettingsForUpdate,
    UpdateStreamProcessorRequest,
    UpdateStreamProcessorResponse
);
