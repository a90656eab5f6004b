// Written by `cargo xtask codegen` from the service model; do not edit.

//! Structures of the analysis operations.

use serde::Serialize;

use crate::generated::{
    BodyPart, BoundingBox, ContentClassifier, ContentType, DetectLabelsFeatureName, DetectionFilter,
    DominantColor, GeneralLabelsSettings, Geometry, Image, Label, ModerationLabel, OrientationCorrection,
    ProtectiveEquipmentType, RegionOfInterest, TextDetection, constraints,
};
use crate::json::{FromJson, Json, Mismatch, Structure, deserialize_through_json};
use crate::path::Path;
use crate::validate::{Validate, Violations};

/// Structure `CoversBodyPart`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CoversBodyPart {
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// `Boolean`.
    #[serde(rename = "Value", skip_serializing_if = "Option::is_none")]
    pub value: Option<bool>,
}

impl Structure for CoversBodyPart {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            "Value" => self.value = FromJson::from_json(value, &at.member("Value"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `CustomLabel`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CustomLabel {
    /// `String`.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// `Geometry`.
    #[serde(rename = "Geometry", skip_serializing_if = "Option::is_none")]
    pub geometry: Option<Geometry>,
}

impl Structure for CustomLabel {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            "Geometry" => self.geometry = FromJson::from_json(value, &at.member("Geometry"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DetectCustomLabelsRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectCustomLabelsRequest {
    /// `ProjectVersionArn`, required, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectVersionArn", skip_serializing_if = "Option::is_none")]
    pub project_version_arn: Option<String>,
    /// `Image`, required.
    #[serde(rename = "Image", skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// `UInteger`, at least 0.
    #[serde(rename = "MaxResults", skip_serializing_if = "Option::is_none")]
    pub max_results: Option<i32>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "MinConfidence", skip_serializing_if = "Option::is_none")]
    pub min_confidence: Option<f32>,
}

impl Structure for DetectCustomLabelsRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProjectVersionArn" => {
                self.project_version_arn = FromJson::from_json(value, &at.member("ProjectVersionArn"))?
            }
            "Image" => self.image = FromJson::from_json(value, &at.member("Image"))?,
            "MaxResults" => self.max_results = FromJson::from_json(value, &at.member("MaxResults"))?,
            "MinConfidence" => self.min_confidence = FromJson::from_json(value, &at.member("MinConfidence"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DetectCustomLabelsRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ProjectVersionArn");
        found.required(&member, self.project_version_arn.is_some());
        if let Some(value) = &self.project_version_arn {
            found.text(&member, value, &constraints::PROJECT_VERSION_ARN);
        }
        let member = at.member("Image");
        found.required(&member, self.image.is_some());
        if let Some(value) = &self.image {
            value.validate(&member, found);
        }
        let member = at.member("MaxResults");
        if let Some(value) = &self.max_results {
            found.integer(&member, i64::from(*value), constraints::U_INTEGER);
        }
        let member = at.member("MinConfidence");
        if let Some(value) = &self.min_confidence {
            found.float(&member, *value, constraints::PERCENT);
        }
    }
}

/// Structure `DetectCustomLabelsResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectCustomLabelsResponse {
    /// `CustomLabels`.
    #[serde(rename = "CustomLabels", skip_serializing_if = "Option::is_none")]
    pub custom_labels: Option<Vec<CustomLabel>>,
}

impl Structure for DetectCustomLabelsResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CustomLabels" => self.custom_labels = FromJson::from_json(value, &at.member("CustomLabels"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DetectLabelsImageBackground`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectLabelsImageBackground {
    /// `DetectLabelsImageQuality`.
    #[serde(rename = "Quality", skip_serializing_if = "Option::is_none")]
    pub quality: Option<DetectLabelsImageQuality>,
    /// `DominantColors`.
    #[serde(rename = "DominantColors", skip_serializing_if = "Option::is_none")]
    pub dominant_colors: Option<Vec<DominantColor>>,
}

impl Structure for DetectLabelsImageBackground {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Quality" => self.quality = FromJson::from_json(value, &at.member("Quality"))?,
            "DominantColors" => {
                self.dominant_colors = FromJson::from_json(value, &at.member("DominantColors"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DetectLabelsImageForeground`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectLabelsImageForeground {
    /// `DetectLabelsImageQuality`.
    #[serde(rename = "Quality", skip_serializing_if = "Option::is_none")]
    pub quality: Option<DetectLabelsImageQuality>,
    /// `DominantColors`.
    #[serde(rename = "DominantColors", skip_serializing_if = "Option::is_none")]
    pub dominant_colors: Option<Vec<DominantColor>>,
}

impl Structure for DetectLabelsImageForeground {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Quality" => self.quality = FromJson::from_json(value, &at.member("Quality"))?,
            "DominantColors" => {
                self.dominant_colors = FromJson::from_json(value, &at.member("DominantColors"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DetectLabelsImageProperties`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectLabelsImageProperties {
    /// `DetectLabelsImageQuality`.
    #[serde(rename = "Quality", skip_serializing_if = "Option::is_none")]
    pub quality: Option<DetectLabelsImageQuality>,
    /// `DominantColors`.
    #[serde(rename = "DominantColors", skip_serializing_if = "Option::is_none")]
    pub dominant_colors: Option<Vec<DominantColor>>,
    /// `DetectLabelsImageForeground`.
    #[serde(rename = "Foreground", skip_serializing_if = "Option::is_none")]
    pub foreground: Option<DetectLabelsImageForeground>,
    /// `DetectLabelsImageBackground`.
    #[serde(rename = "Background", skip_serializing_if = "Option::is_none")]
    pub background: Option<DetectLabelsImageBackground>,
}

impl Structure for DetectLabelsImageProperties {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Quality" => self.quality = FromJson::from_json(value, &at.member("Quality"))?,
            "DominantColors" => {
                self.dominant_colors = FromJson::from_json(value, &at.member("DominantColors"))?
            }
            "Foreground" => self.foreground = FromJson::from_json(value, &at.member("Foreground"))?,
            "Background" => self.background = FromJson::from_json(value, &at.member("Background"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DetectLabelsImagePropertiesSettings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectLabelsImagePropertiesSettings {
    /// `DetectLabelsMaxDominantColors`, 0 to 20.
    #[serde(rename = "MaxDominantColors", skip_serializing_if = "Option::is_none")]
    pub max_dominant_colors: Option<i32>,
}

impl Structure for DetectLabelsImagePropertiesSettings {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "MaxDominantColors" => {
                self.max_dominant_colors = FromJson::from_json(value, &at.member("MaxDominantColors"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DetectLabelsImagePropertiesSettings {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("MaxDominantColors");
        if let Some(value) = &self.max_dominant_colors {
            found.integer(&member, i64::from(*value), constraints::DETECT_LABELS_MAX_DOMINANT_COLORS);
        }
    }
}

/// Structure `DetectLabelsImageQuality`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectLabelsImageQuality {
    /// `Float`.
    #[serde(rename = "Brightness", skip_serializing_if = "Option::is_none")]
    pub brightness: Option<f32>,
    /// `Float`.
    #[serde(rename = "Sharpness", skip_serializing_if = "Option::is_none")]
    pub sharpness: Option<f32>,
    /// `Float`.
    #[serde(rename = "Contrast", skip_serializing_if = "Option::is_none")]
    pub contrast: Option<f32>,
}

impl Structure for DetectLabelsImageQuality {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Brightness" => self.brightness = FromJson::from_json(value, &at.member("Brightness"))?,
            "Sharpness" => self.sharpness = FromJson::from_json(value, &at.member("Sharpness"))?,
            "Contrast" => self.contrast = FromJson::from_json(value, &at.member("Contrast"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DetectLabelsRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectLabelsRequest {
    /// `Image`, required.
    #[serde(rename = "Image", skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// `UInteger`, at least 0.
    #[serde(rename = "MaxLabels", skip_serializing_if = "Option::is_none")]
    pub max_labels: Option<i32>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "MinConfidence", skip_serializing_if = "Option::is_none")]
    pub min_confidence: Option<f32>,
    /// `DetectLabelsFeatureList`, 0 to 2 items.
    #[serde(rename = "Features", skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<DetectLabelsFeatureName>>,
    /// `DetectLabelsSettings`.
    #[serde(rename = "Settings", skip_serializing_if = "Option::is_none")]
    pub settings: Option<DetectLabelsSettings>,
}

impl Structure for DetectLabelsRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Image" => self.image = FromJson::from_json(value, &at.member("Image"))?,
            "MaxLabels" => self.max_labels = FromJson::from_json(value, &at.member("MaxLabels"))?,
            "MinConfidence" => self.min_confidence = FromJson::from_json(value, &at.member("MinConfidence"))?,
            "Features" => self.features = FromJson::from_json(value, &at.member("Features"))?,
            "Settings" => self.settings = FromJson::from_json(value, &at.member("Settings"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DetectLabelsRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Image");
        found.required(&member, self.image.is_some());
        if let Some(value) = &self.image {
            value.validate(&member, found);
        }
        let member = at.member("MaxLabels");
        if let Some(value) = &self.max_labels {
            found.integer(&member, i64::from(*value), constraints::U_INTEGER);
        }
        let member = at.member("MinConfidence");
        if let Some(value) = &self.min_confidence {
            found.float(&member, *value, constraints::PERCENT);
        }
        let member = at.member("Features");
        if let Some(value) = &self.features {
            found.list(&member, value, constraints::DETECT_LABELS_FEATURE_LIST);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.one_of(&item, value.as_str(), DetectLabelsFeatureName::VALUES);
            }
        }
        let member = at.member("Settings");
        if let Some(value) = &self.settings {
            value.validate(&member, found);
        }
    }
}

/// Structure `DetectLabelsResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectLabelsResponse {
    /// `Labels`.
    #[serde(rename = "Labels", skip_serializing_if = "Option::is_none")]
    pub labels: Option<Vec<Label>>,
    /// `OrientationCorrection`.
    #[serde(rename = "OrientationCorrection", skip_serializing_if = "Option::is_none")]
    pub orientation_correction: Option<OrientationCorrection>,
    /// `String`.
    #[serde(rename = "LabelModelVersion", skip_serializing_if = "Option::is_none")]
    pub label_model_version: Option<String>,
    /// `DetectLabelsImageProperties`.
    #[serde(rename = "ImageProperties", skip_serializing_if = "Option::is_none")]
    pub image_properties: Option<DetectLabelsImageProperties>,
}

impl Structure for DetectLabelsResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Labels" => self.labels = FromJson::from_json(value, &at.member("Labels"))?,
            "OrientationCorrection" => {
                self.orientation_correction = FromJson::from_json(value, &at.member("OrientationCorrection"))?
            }
            "LabelModelVersion" => {
                self.label_model_version = FromJson::from_json(value, &at.member("LabelModelVersion"))?
            }
            "ImageProperties" => {
                self.image_properties = FromJson::from_json(value, &at.member("ImageProperties"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DetectLabelsSettings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectLabelsSettings {
    /// `GeneralLabelsSettings`.
    #[serde(rename = "GeneralLabels", skip_serializing_if = "Option::is_none")]
    pub general_labels: Option<GeneralLabelsSettings>,
    /// `DetectLabelsImagePropertiesSettings`.
    #[serde(rename = "ImageProperties", skip_serializing_if = "Option::is_none")]
    pub image_properties: Option<DetectLabelsImagePropertiesSettings>,
}

impl Structure for DetectLabelsSettings {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "GeneralLabels" => self.general_labels = FromJson::from_json(value, &at.member("GeneralLabels"))?,
            "ImageProperties" => {
                self.image_properties = FromJson::from_json(value, &at.member("ImageProperties"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DetectLabelsSettings {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("GeneralLabels");
        if let Some(value) = &self.general_labels {
            value.validate(&member, found);
        }
        let member = at.member("ImageProperties");
        if let Some(value) = &self.image_properties {
            value.validate(&member, found);
        }
    }
}

/// Structure `DetectModerationLabelsRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectModerationLabelsRequest {
    /// `Image`, required.
    #[serde(rename = "Image", skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "MinConfidence", skip_serializing_if = "Option::is_none")]
    pub min_confidence: Option<f32>,
    /// `HumanLoopConfig`.
    #[serde(rename = "HumanLoopConfig", skip_serializing_if = "Option::is_none")]
    pub human_loop_config: Option<HumanLoopConfig>,
    /// `ProjectVersionId`, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectVersion", skip_serializing_if = "Option::is_none")]
    pub project_version: Option<String>,
}

impl Structure for DetectModerationLabelsRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Image" => self.image = FromJson::from_json(value, &at.member("Image"))?,
            "MinConfidence" => self.min_confidence = FromJson::from_json(value, &at.member("MinConfidence"))?,
            "HumanLoopConfig" => {
                self.human_loop_config = FromJson::from_json(value, &at.member("HumanLoopConfig"))?
            }
            "ProjectVersion" => {
                self.project_version = FromJson::from_json(value, &at.member("ProjectVersion"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DetectModerationLabelsRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Image");
        found.required(&member, self.image.is_some());
        if let Some(value) = &self.image {
            value.validate(&member, found);
        }
        let member = at.member("MinConfidence");
        if let Some(value) = &self.min_confidence {
            found.float(&member, *value, constraints::PERCENT);
        }
        let member = at.member("HumanLoopConfig");
        if let Some(value) = &self.human_loop_config {
            value.validate(&member, found);
        }
        let member = at.member("ProjectVersion");
        if let Some(value) = &self.project_version {
            found.text(&member, value, &constraints::PROJECT_VERSION_ID);
        }
    }
}

/// Structure `DetectModerationLabelsResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectModerationLabelsResponse {
    /// `ModerationLabels`.
    #[serde(rename = "ModerationLabels", skip_serializing_if = "Option::is_none")]
    pub moderation_labels: Option<Vec<ModerationLabel>>,
    /// `String`.
    #[serde(rename = "ModerationModelVersion", skip_serializing_if = "Option::is_none")]
    pub moderation_model_version: Option<String>,
    /// `HumanLoopActivationOutput`.
    #[serde(rename = "HumanLoopActivationOutput", skip_serializing_if = "Option::is_none")]
    pub human_loop_activation_output: Option<HumanLoopActivationOutput>,
    /// `ProjectVersionId`, 20 to 2048 characters, a pattern.
    #[serde(rename = "ProjectVersion", skip_serializing_if = "Option::is_none")]
    pub project_version: Option<String>,
    /// `ContentTypes`, 0 to 50 items.
    #[serde(rename = "ContentTypes", skip_serializing_if = "Option::is_none")]
    pub content_types: Option<Vec<ContentType>>,
}

impl Structure for DetectModerationLabelsResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ModerationLabels" => {
                self.moderation_labels = FromJson::from_json(value, &at.member("ModerationLabels"))?
            }
            "ModerationModelVersion" => {
                self.moderation_model_version =
                    FromJson::from_json(value, &at.member("ModerationModelVersion"))?
            }
            "HumanLoopActivationOutput" => {
                self.human_loop_activation_output =
                    FromJson::from_json(value, &at.member("HumanLoopActivationOutput"))?
            }
            "ProjectVersion" => {
                self.project_version = FromJson::from_json(value, &at.member("ProjectVersion"))?
            }
            "ContentTypes" => self.content_types = FromJson::from_json(value, &at.member("ContentTypes"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DetectProtectiveEquipmentRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectProtectiveEquipmentRequest {
    /// `Image`, required.
    #[serde(rename = "Image", skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// `ProtectiveEquipmentSummarizationAttributes`.
    #[serde(rename = "SummarizationAttributes", skip_serializing_if = "Option::is_none")]
    pub summarization_attributes: Option<ProtectiveEquipmentSummarizationAttributes>,
}

impl Structure for DetectProtectiveEquipmentRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Image" => self.image = FromJson::from_json(value, &at.member("Image"))?,
            "SummarizationAttributes" => {
                self.summarization_attributes =
                    FromJson::from_json(value, &at.member("SummarizationAttributes"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DetectProtectiveEquipmentRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Image");
        found.required(&member, self.image.is_some());
        if let Some(value) = &self.image {
            value.validate(&member, found);
        }
        let member = at.member("SummarizationAttributes");
        if let Some(value) = &self.summarization_attributes {
            value.validate(&member, found);
        }
    }
}

/// Structure `DetectProtectiveEquipmentResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectProtectiveEquipmentResponse {
    /// `String`.
    #[serde(rename = "ProtectiveEquipmentModelVersion", skip_serializing_if = "Option::is_none")]
    pub protective_equipment_model_version: Option<String>,
    /// `ProtectiveEquipmentPersons`.
    #[serde(rename = "Persons", skip_serializing_if = "Option::is_none")]
    pub persons: Option<Vec<ProtectiveEquipmentPerson>>,
    /// `ProtectiveEquipmentSummary`.
    #[serde(rename = "Summary", skip_serializing_if = "Option::is_none")]
    pub summary: Option<ProtectiveEquipmentSummary>,
}

impl Structure for DetectProtectiveEquipmentResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ProtectiveEquipmentModelVersion" => {
                self.protective_equipment_model_version =
                    FromJson::from_json(value, &at.member("ProtectiveEquipmentModelVersion"))?
            }
            "Persons" => self.persons = FromJson::from_json(value, &at.member("Persons"))?,
            "Summary" => self.summary = FromJson::from_json(value, &at.member("Summary"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DetectTextFilters`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectTextFilters {
    /// `DetectionFilter`.
    #[serde(rename = "WordFilter", skip_serializing_if = "Option::is_none")]
    pub word_filter: Option<DetectionFilter>,
    /// `RegionsOfInterest`, 0 to 10 items.
    #[serde(rename = "RegionsOfInterest", skip_serializing_if = "Option::is_none")]
    pub regions_of_interest: Option<Vec<RegionOfInterest>>,
}

impl Structure for DetectTextFilters {
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

impl Validate for DetectTextFilters {
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

/// Structure `DetectTextRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectTextRequest {
    /// `Image`, required.
    #[serde(rename = "Image", skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// `DetectTextFilters`.
    #[serde(rename = "Filters", skip_serializing_if = "Option::is_none")]
    pub filters: Option<DetectTextFilters>,
}

impl Structure for DetectTextRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Image" => self.image = FromJson::from_json(value, &at.member("Image"))?,
            "Filters" => self.filters = FromJson::from_json(value, &at.member("Filters"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DetectTextRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Image");
        found.required(&member, self.image.is_some());
        if let Some(value) = &self.image {
            value.validate(&member, found);
        }
        let member = at.member("Filters");
        if let Some(value) = &self.filters {
            value.validate(&member, found);
        }
    }
}

/// Structure `DetectTextResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectTextResponse {
    /// `TextDetectionList`.
    #[serde(rename = "TextDetections", skip_serializing_if = "Option::is_none")]
    pub text_detections: Option<Vec<TextDetection>>,
    /// `String`.
    #[serde(rename = "TextModelVersion", skip_serializing_if = "Option::is_none")]
    pub text_model_version: Option<String>,
}

impl Structure for DetectTextResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "TextDetections" => {
                self.text_detections = FromJson::from_json(value, &at.member("TextDetections"))?
            }
            "TextModelVersion" => {
                self.text_model_version = FromJson::from_json(value, &at.member("TextModelVersion"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `EquipmentDetection`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct EquipmentDetection {
    /// `BoundingBox`.
    #[serde(rename = "BoundingBox", skip_serializing_if = "Option::is_none")]
    pub bounding_box: Option<BoundingBox>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// `ProtectiveEquipmentType`.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub r#type: Option<ProtectiveEquipmentType>,
    /// `CoversBodyPart`.
    #[serde(rename = "CoversBodyPart", skip_serializing_if = "Option::is_none")]
    pub covers_body_part: Option<CoversBodyPart>,
}

impl Structure for EquipmentDetection {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "BoundingBox" => self.bounding_box = FromJson::from_json(value, &at.member("BoundingBox"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            "Type" => self.r#type = FromJson::from_json(value, &at.member("Type"))?,
            "CoversBodyPart" => {
                self.covers_body_part = FromJson::from_json(value, &at.member("CoversBodyPart"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `HumanLoopActivationOutput`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct HumanLoopActivationOutput {
    /// `HumanLoopArn`, at most 256 characters.
    #[serde(rename = "HumanLoopArn", skip_serializing_if = "Option::is_none")]
    pub human_loop_arn: Option<String>,
    /// `HumanLoopActivationReasons`, at least 1 items.
    #[serde(rename = "HumanLoopActivationReasons", skip_serializing_if = "Option::is_none")]
    pub human_loop_activation_reasons: Option<Vec<String>>,
    /// `HumanLoopActivationConditionsEvaluationResults`, at most 10240 characters, text that holds JSON.
    #[serde(
        rename = "HumanLoopActivationConditionsEvaluationResults",
        skip_serializing_if = "Option::is_none"
    )]
    pub human_loop_activation_conditions_evaluation_results: Option<String>,
}

impl Structure for HumanLoopActivationOutput {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "HumanLoopArn" => self.human_loop_arn = FromJson::from_json(value, &at.member("HumanLoopArn"))?,
            "HumanLoopActivationReasons" => {
                self.human_loop_activation_reasons =
                    FromJson::from_json(value, &at.member("HumanLoopActivationReasons"))?
            }
            "HumanLoopActivationConditionsEvaluationResults" => {
                self.human_loop_activation_conditions_evaluation_results =
                    FromJson::from_json(value, &at.member("HumanLoopActivationConditionsEvaluationResults"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `HumanLoopConfig`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct HumanLoopConfig {
    /// `HumanLoopName`, required, 1 to 63 characters, a pattern.
    #[serde(rename = "HumanLoopName", skip_serializing_if = "Option::is_none")]
    pub human_loop_name: Option<String>,
    /// `FlowDefinitionArn`, required, at most 256 characters.
    #[serde(rename = "FlowDefinitionArn", skip_serializing_if = "Option::is_none")]
    pub flow_definition_arn: Option<String>,
    /// `HumanLoopDataAttributes`.
    #[serde(rename = "DataAttributes", skip_serializing_if = "Option::is_none")]
    pub data_attributes: Option<HumanLoopDataAttributes>,
}

impl Structure for HumanLoopConfig {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "HumanLoopName" => {
                self.human_loop_name = FromJson::from_json(value, &at.member("HumanLoopName"))?
            }
            "FlowDefinitionArn" => {
                self.flow_definition_arn = FromJson::from_json(value, &at.member("FlowDefinitionArn"))?
            }
            "DataAttributes" => {
                self.data_attributes = FromJson::from_json(value, &at.member("DataAttributes"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for HumanLoopConfig {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("HumanLoopName");
        found.required(&member, self.human_loop_name.is_some());
        if let Some(value) = &self.human_loop_name {
            found.text(&member, value, &constraints::HUMAN_LOOP_NAME);
        }
        let member = at.member("FlowDefinitionArn");
        found.required(&member, self.flow_definition_arn.is_some());
        if let Some(value) = &self.flow_definition_arn {
            found.text(&member, value, &constraints::FLOW_DEFINITION_ARN);
        }
        let member = at.member("DataAttributes");
        if let Some(value) = &self.data_attributes {
            value.validate(&member, found);
        }
    }
}

/// Structure `HumanLoopDataAttributes`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct HumanLoopDataAttributes {
    /// `ContentClassifiers`, at most 256 items.
    #[serde(rename = "ContentClassifiers", skip_serializing_if = "Option::is_none")]
    pub content_classifiers: Option<Vec<ContentClassifier>>,
}

impl Structure for HumanLoopDataAttributes {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ContentClassifiers" => {
                self.content_classifiers = FromJson::from_json(value, &at.member("ContentClassifiers"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for HumanLoopDataAttributes {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ContentClassifiers");
        if let Some(value) = &self.content_classifiers {
            found.list(&member, value, constraints::CONTENT_CLASSIFIERS);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.one_of(&item, value.as_str(), ContentClassifier::VALUES);
            }
        }
    }
}

/// Structure `ProtectiveEquipmentBodyPart`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ProtectiveEquipmentBodyPart {
    /// `BodyPart`.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<BodyPart>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// `EquipmentDetections`.
    #[serde(rename = "EquipmentDetections", skip_serializing_if = "Option::is_none")]
    pub equipment_detections: Option<Vec<EquipmentDetection>>,
}

impl Structure for ProtectiveEquipmentBodyPart {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            "EquipmentDetections" => {
                self.equipment_detections = FromJson::from_json(value, &at.member("EquipmentDetections"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `ProtectiveEquipmentPerson`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ProtectiveEquipmentPerson {
    /// `BodyParts`.
    #[serde(rename = "BodyParts", skip_serializing_if = "Option::is_none")]
    pub body_parts: Option<Vec<ProtectiveEquipmentBodyPart>>,
    /// `BoundingBox`.
    #[serde(rename = "BoundingBox", skip_serializing_if = "Option::is_none")]
    pub bounding_box: Option<BoundingBox>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// `UInteger`, at least 0.
    #[serde(rename = "Id", skip_serializing_if = "Option::is_none")]
    pub id: Option<i32>,
}

impl Structure for ProtectiveEquipmentPerson {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "BodyParts" => self.body_parts = FromJson::from_json(value, &at.member("BodyParts"))?,
            "BoundingBox" => self.bounding_box = FromJson::from_json(value, &at.member("BoundingBox"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            "Id" => self.id = FromJson::from_json(value, &at.member("Id"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `ProtectiveEquipmentSummarizationAttributes`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ProtectiveEquipmentSummarizationAttributes {
    /// `Percent`, required, 0 to 100.
    #[serde(rename = "MinConfidence", skip_serializing_if = "Option::is_none")]
    pub min_confidence: Option<f32>,
    /// `ProtectiveEquipmentTypes`, required.
    #[serde(rename = "RequiredEquipmentTypes", skip_serializing_if = "Option::is_none")]
    pub required_equipment_types: Option<Vec<ProtectiveEquipmentType>>,
}

impl Structure for ProtectiveEquipmentSummarizationAttributes {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "MinConfidence" => self.min_confidence = FromJson::from_json(value, &at.member("MinConfidence"))?,
            "RequiredEquipmentTypes" => {
                self.required_equipment_types =
                    FromJson::from_json(value, &at.member("RequiredEquipmentTypes"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for ProtectiveEquipmentSummarizationAttributes {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("MinConfidence");
        found.required(&member, self.min_confidence.is_some());
        if let Some(value) = &self.min_confidence {
            found.float(&member, *value, constraints::PERCENT);
        }
        let member = at.member("RequiredEquipmentTypes");
        found.required(&member, self.required_equipment_types.is_some());
        if let Some(value) = &self.required_equipment_types {
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.one_of(&item, value.as_str(), ProtectiveEquipmentType::VALUES);
            }
        }
    }
}

/// Structure `ProtectiveEquipmentSummary`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ProtectiveEquipmentSummary {
    /// `ProtectiveEquipmentPersonIds`.
    #[serde(rename = "PersonsWithRequiredEquipment", skip_serializing_if = "Option::is_none")]
    pub persons_with_required_equipment: Option<Vec<i32>>,
    /// `ProtectiveEquipmentPersonIds`.
    #[serde(rename = "PersonsWithoutRequiredEquipment", skip_serializing_if = "Option::is_none")]
    pub persons_without_required_equipment: Option<Vec<i32>>,
    /// `ProtectiveEquipmentPersonIds`.
    #[serde(rename = "PersonsIndeterminate", skip_serializing_if = "Option::is_none")]
    pub persons_indeterminate: Option<Vec<i32>>,
}

impl Structure for ProtectiveEquipmentSummary {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "PersonsWithRequiredEquipment" => {
                self.persons_with_required_equipment =
                    FromJson::from_json(value, &at.member("PersonsWithRequiredEquipment"))?
            }
            "PersonsWithoutRequiredEquipment" => {
                self.persons_without_required_equipment =
                    FromJson::from_json(value, &at.member("PersonsWithoutRequiredEquipment"))?
            }
            "PersonsIndeterminate" => {
                self.persons_indeterminate = FromJson::from_json(value, &at.member("PersonsIndeterminate"))?
            }
            _ => {}
        }
        Ok(())
    }
}

deserialize_through_json!(
    CoversBodyPart,
    CustomLabel,
    DetectCustomLabelsRequest,
    DetectCustomLabelsResponse,
    DetectLabelsImageBackground,
    DetectLabelsImageForeground,
    DetectLabelsImageProperties,
    DetectLabelsImagePropertiesSettings,
    DetectLabelsImageQuality,
    DetectLabelsRequest,
    DetectLabelsResponse,
    DetectLabelsSettings,
    DetectModerationLabelsRequest,
    DetectModerationLabelsResponse,
    DetectProtectiveEquipmentRequest,
    DetectProtectiveEquipmentResponse,
    DetectTextFilters,
    DetectTextRequest,
    DetectTextResponse,
    EquipmentDetection,
    HumanLoopActivationOutput,
    HumanLoopConfig,
    HumanLoopDataAttributes,
    ProtectiveEquipmentBodyPart,
    ProtectiveEquipmentPerson,
    ProtectiveEquipmentSummarizationAttributes,
    ProtectiveEquipmentSummary
);
