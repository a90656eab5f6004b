// Written by `cargo xtask codegen` from the service model; do not edit.

//! Structures of the liveness operations.

use serde::Serialize;

use crate::blob::Blob;
use crate::generated::{
    BoundingBox, ChallengeType, FeedbackCode, LivenessSessionStatus, S3Object, constraints,
};
use crate::json::{FromJson, Json, Mismatch, Structure, deserialize_through_json};
use crate::path::Path;
use crate::validate::{Validate, Violations};

/// Structure `AuditImage`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct AuditImage {
    /// `LivenessImageBlob`, 1 to 204800 bytes, sensitive.
    #[serde(rename = "Bytes", skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Blob>,
    /// `S3Object`.
    #[serde(rename = "S3Object", skip_serializing_if = "Option::is_none")]
    pub s3_object: Option<S3Object>,
    /// `BoundingBox`.
    #[serde(rename = "BoundingBox", skip_serializing_if = "Option::is_none")]
    pub bounding_box: Option<BoundingBox>,
}

impl Structure for AuditImage {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Bytes" => self.bytes = FromJson::from_json(value, &at.member("Bytes"))?,
            "S3Object" => self.s3_object = FromJson::from_json(value, &at.member("S3Object"))?,
            "BoundingBox" => self.bounding_box = FromJson::from_json(value, &at.member("BoundingBox"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `Challenge`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Challenge {
    /// `ChallengeType`, required.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub r#type: Option<ChallengeType>,
    /// `Version`, required, 5 to 11 characters, a pattern.
    #[serde(rename = "Version", skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl Structure for Challenge {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Type" => self.r#type = FromJson::from_json(value, &at.member("Type"))?,
            "Version" => self.version = FromJson::from_json(value, &at.member("Version"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `ChallengePreference`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ChallengePreference {
    /// `ChallengeType`, required.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub r#type: Option<ChallengeType>,
    /// `Versions`.
    #[serde(rename = "Versions", skip_serializing_if = "Option::is_none")]
    pub versions: Option<Versions>,
}

impl Structure for ChallengePreference {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Type" => self.r#type = FromJson::from_json(value, &at.member("Type"))?,
            "Versions" => self.versions = FromJson::from_json(value, &at.member("Versions"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for ChallengePreference {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Type");
        found.required(&member, self.r#type.is_some());
        if let Some(value) = &self.r#type {
            found.one_of(&member, value.as_str(), ChallengeType::VALUES);
        }
        let member = at.member("Versions");
        if let Some(value) = &self.versions {
            value.validate(&member, found);
        }
    }
}

/// Structure `CreateFaceLivenessSessionRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CreateFaceLivenessSessionRequest {
    /// `KmsKeyId`, 1 to 2048 characters, a pattern.
    #[serde(rename = "KmsKeyId", skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// `CreateFaceLivenessSessionRequestSettings`.
    #[serde(rename = "Settings", skip_serializing_if = "Option::is_none")]
    pub settings: Option<CreateFaceLivenessSessionRequestSettings>,
    /// `ClientRequestToken`, 1 to 64 characters, a pattern.
    #[serde(rename = "ClientRequestToken", skip_serializing_if = "Option::is_none")]
    pub client_request_token: Option<String>,
}

impl Structure for CreateFaceLivenessSessionRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "KmsKeyId" => self.kms_key_id = FromJson::from_json(value, &at.member("KmsKeyId"))?,
            "Settings" => self.settings = FromJson::from_json(value, &at.member("Settings"))?,
            "ClientRequestToken" => {
                self.client_request_token = FromJson::from_json(value, &at.member("ClientRequestToken"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for CreateFaceLivenessSessionRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("KmsKeyId");
        if let Some(value) = &self.kms_key_id {
            found.text(&member, value, &constraints::KMS_KEY_ID);
        }
        let member = at.member("Settings");
        if let Some(value) = &self.settings {
            value.validate(&member, found);
        }
        let member = at.member("ClientRequestToken");
        if let Some(value) = &self.client_request_token {
            found.text(&member, value, &constraints::CLIENT_REQUEST_TOKEN);
        }
    }
}

/// Structure `CreateFaceLivenessSessionRequestSettings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CreateFaceLivenessSessionRequestSettings {
    /// `LivenessOutputConfig`.
    #[serde(rename = "OutputConfig", skip_serializing_if = "Option::is_none")]
    pub output_config: Option<LivenessOutputConfig>,
    /// `AuditImagesLimit`, 0 to 4.
    #[serde(rename = "AuditImagesLimit", skip_serializing_if = "Option::is_none")]
    pub audit_images_limit: Option<i32>,
    /// `ChallengePreferences`.
    #[serde(rename = "ChallengePreferences", skip_serializing_if = "Option::is_none")]
    pub challenge_preferences: Option<Vec<ChallengePreference>>,
}

impl Structure for CreateFaceLivenessSessionRequestSettings {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "OutputConfig" => self.output_config = FromJson::from_json(value, &at.member("OutputConfig"))?,
            "AuditImagesLimit" => {
                self.audit_images_limit = FromJson::from_json(value, &at.member("AuditImagesLimit"))?
            }
            "ChallengePreferences" => {
                self.challenge_preferences = FromJson::from_json(value, &at.member("ChallengePreferences"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for CreateFaceLivenessSessionRequestSettings {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("OutputConfig");
        if let Some(value) = &self.output_config {
            value.validate(&member, found);
        }
        let member = at.member("AuditImagesLimit");
        if let Some(value) = &self.audit_images_limit {
            found.integer(&member, i64::from(*value), constraints::AUDIT_IMAGES_LIMIT);
        }
        let member = at.member("ChallengePreferences");
        if let Some(value) = &self.challenge_preferences {
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                value.validate(&item, found);
            }
        }
    }
}

/// Structure `CreateFaceLivenessSessionResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CreateFaceLivenessSessionResponse {
    /// `LivenessSessionId`, required, exactly 36 characters, a pattern.
    #[serde(rename = "SessionId", skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
}

impl Structure for CreateFaceLivenessSessionResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "SessionId" => self.session_id = FromJson::from_json(value, &at.member("SessionId"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `FeedbackItem`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FeedbackItem {
    /// `FeedbackCode`, required.
    #[serde(rename = "Code", skip_serializing_if = "Option::is_none")]
    pub code: Option<FeedbackCode>,
    /// `FeedbackMessage`, required, 1 to 512 characters.
    #[serde(rename = "Message", skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl Structure for FeedbackItem {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Code" => self.code = FromJson::from_json(value, &at.member("Code"))?,
            "Message" => self.message = FromJson::from_json(value, &at.member("Message"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `GetFaceLivenessSessionResultsRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetFaceLivenessSessionResultsRequest {
    /// `LivenessSessionId`, required, exactly 36 characters, a pattern.
    #[serde(rename = "SessionId", skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
}

impl Structure for GetFaceLivenessSessionResultsRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "SessionId" => self.session_id = FromJson::from_json(value, &at.member("SessionId"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for GetFaceLivenessSessionResultsRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("SessionId");
        found.required(&member, self.session_id.is_some());
        if let Some(value) = &self.session_id {
            found.text(&member, value, &constraints::LIVENESS_SESSION_ID);
        }
    }
}

/// Structure `GetFaceLivenessSessionResultsResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetFaceLivenessSessionResultsResponse {
    /// `LivenessSessionId`, required, exactly 36 characters, a pattern.
    #[serde(rename = "SessionId", skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// `LivenessSessionStatus`, required.
    #[serde(rename = "Status", skip_serializing_if = "Option::is_none")]
    pub status: Option<LivenessSessionStatus>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// `AuditImage`.
    #[serde(rename = "ReferenceImage", skip_serializing_if = "Option::is_none")]
    pub reference_image: Option<AuditImage>,
    /// `AuditImages`.
    #[serde(rename = "AuditImages", skip_serializing_if = "Option::is_none")]
    pub audit_images: Option<Vec<AuditImage>>,
    /// `Challenge`.
    #[serde(rename = "Challenge", skip_serializing_if = "Option::is_none")]
    pub challenge: Option<Challenge>,
    /// `FeedbackList`, at most 10 items.
    #[serde(rename = "Feedback", skip_serializing_if = "Option::is_none")]
    pub feedback: Option<Vec<FeedbackItem>>,
    /// `SessionMetadata`.
    #[serde(rename = "Metadata", skip_serializing_if = "Option::is_none")]
    pub metadata: Option<SessionMetadata>,
}

impl Structure for GetFaceLivenessSessionResultsResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "SessionId" => self.session_id = FromJson::from_json(value, &at.member("SessionId"))?,
            "Status" => self.status = FromJson::from_json(value, &at.member("Status"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            "ReferenceImage" => {
                self.reference_image = FromJson::from_json(value, &at.member("ReferenceImage"))?
            }
            "AuditImages" => self.audit_images = FromJson::from_json(value, &at.member("AuditImages"))?,
            "Challenge" => self.challenge = FromJson::from_json(value, &at.member("Challenge"))?,
            "Feedback" => self.feedback = FromJson::from_json(value, &at.member("Feedback"))?,
            "Metadata" => self.metadata = FromJson::from_json(value, &at.member("Metadata"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `LivenessOutputConfig`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct LivenessOutputConfig {
    /// `S3Bucket`, required, 3 to 255 characters, a pattern.
    #[serde(rename = "S3Bucket", skip_serializing_if = "Option::is_none")]
    pub s3_bucket: Option<String>,
    /// `LivenessS3KeyPrefix`, at most 950 characters, a pattern.
    #[serde(rename = "S3KeyPrefix", skip_serializing_if = "Option::is_none")]
    pub s3_key_prefix: Option<String>,
}

impl Structure for LivenessOutputConfig {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "S3Bucket" => self.s3_bucket = FromJson::from_json(value, &at.member("S3Bucket"))?,
            "S3KeyPrefix" => self.s3_key_prefix = FromJson::from_json(value, &at.member("S3KeyPrefix"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for LivenessOutputConfig {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("S3Bucket");
        found.required(&member, self.s3_bucket.is_some());
        if let Some(value) = &self.s3_bucket {
            found.text(&member, value, &constraints::S3_BUCKET);
        }
        let member = at.member("S3KeyPrefix");
        if let Some(value) = &self.s3_key_prefix {
            found.text(&member, value, &constraints::LIVENESS_S3_KEY_PREFIX);
        }
    }
}

/// Structure `SessionMetadata`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SessionMetadata {
    /// `SDKTypeString`, required, 1 to 64 characters.
    #[serde(rename = "SDKType", skip_serializing_if = "Option::is_none")]
    pub sdk_type: Option<String>,
}

impl Structure for SessionMetadata {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "SDKType" => self.sdk_type = FromJson::from_json(value, &at.member("SDKType"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `Versions`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Versions {
    /// `Version`, 5 to 11 characters, a pattern.
    #[serde(rename = "Minimum", skip_serializing_if = "Option::is_none")]
    pub minimum: Option<String>,
    /// `Version`, 5 to 11 characters, a pattern.
    #[serde(rename = "Maximum", skip_serializing_if = "Option::is_none")]
    pub maximum: Option<String>,
}

impl Structure for Versions {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Minimum" => self.minimum = FromJson::from_json(value, &at.member("Minimum"))?,
            "Maximum" => self.maximum = FromJson::from_json(value, &at.member("Maximum"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for Versions {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Minimum");
        if let Some(value) = &self.minimum {
            found.text(&member, value, &constraints::VERSION);
        }
        let member = at.member("Maximum");
        if let Some(value) = &self.maximum {
            found.text(&member, value, &constraints::VERSION);
        }
    }
}

deserialize_through_json!(
    AuditImage,
    Challenge,
    ChallengePreference,
    CreateFaceLivenessSessionRequest,
    CreateFaceLivenessSessionRequestSettings,
    CreateFaceLivenessSessionResponse,
    FeedbackItem,
    GetFaceLivenessSessionResultsRequest,
    GetFaceLivenessSessionResultsResponse,
    LivenessOutputConfig,
    SessionMetadata,
    Versions
);
