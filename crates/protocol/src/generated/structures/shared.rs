// Written by `cargo xtask codegen` from the service model; do not edit.

//! Structures that several families use.

use serde::Serialize;

use crate::blob::Blob;
use crate::generated::{EmotionName, GenderType, KnownGenderType, LandmarkType, TextTypes, constraints};
use crate::json::{FromJson, Json, Mismatch, Structure, deserialize_through_json};
use crate::path::Path;
use crate::validate::{Validate, Violations};

/// Structure `AgeRange`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct AgeRange {
    /// `UInteger`, at least 0.
    #[serde(rename = "Low", skip_serializing_if = "Option::is_none")]
    pub low: Option<i32>,
    /// `UInteger`, at least 0.
    #[serde(rename = "High", skip_serializing_if = "Option::is_none")]
    pub high: Option<i32>,
}

impl Structure for AgeRange {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Low" => self.low = FromJson::from_json(value, &at.member("Low"))?,
            "High" => self.high = FromJson::from_json(value, &at.member("High"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `Beard`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Beard {
    /// `Boolean`.
    #[serde(rename = "Value", skip_serializing_if = "Option::is_none")]
    pub value: Option<bool>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

impl Structure for Beard {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Value" => self.value = FromJson::from_json(value, &at.member("Value"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `BoundingBox`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct BoundingBox {
    /// `Float`.
    #[serde(rename = "Width", skip_serializing_if = "Option::is_none")]
    pub width: Option<f32>,
    /// `Float`.
    #[serde(rename = "Height", skip_serializing_if = "Option::is_none")]
    pub height: Option<f32>,
    /// `Float`.
    #[serde(rename = "Left", skip_serializing_if = "Option::is_none")]
    pub left: Option<f32>,
    /// `Float`.
    #[serde(rename = "Top", skip_serializing_if = "Option::is_none")]
    pub top: Option<f32>,
}

impl Structure for BoundingBox {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Width" => self.width = FromJson::from_json(value, &at.member("Width"))?,
            "Height" => self.height = FromJson::from_json(value, &at.member("Height"))?,
            "Left" => self.left = FromJson::from_json(value, &at.member("Left"))?,
            "Top" => self.top = FromJson::from_json(value, &at.member("Top"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for BoundingBox {
    fn validate(&self, _: &Path<'_>, _: &mut Violations) {}
}

/// Structure `ComparedFace`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ComparedFace {
    /// `BoundingBox`.
    #[serde(rename = "BoundingBox", skip_serializing_if = "Option::is_none")]
    pub bounding_box: Option<BoundingBox>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// `Landmarks`.
    #[serde(rename = "Landmarks", skip_serializing_if = "Option::is_none")]
    pub landmarks: Option<Vec<Landmark>>,
    /// `Pose`.
    #[serde(rename = "Pose", skip_serializing_if = "Option::is_none")]
    pub pose: Option<Pose>,
    /// `ImageQuality`.
    #[serde(rename = "Quality", skip_serializing_if = "Option::is_none")]
    pub quality: Option<ImageQuality>,
    /// `Emotions`.
    #[serde(rename = "Emotions", skip_serializing_if = "Option::is_none")]
    pub emotions: Option<Vec<Emotion>>,
    /// `Smile`.
    #[serde(rename = "Smile", skip_serializing_if = "Option::is_none")]
    pub smile: Option<Smile>,
}

impl Structure for ComparedFace {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "BoundingBox" => self.bounding_box = FromJson::from_json(value, &at.member("BoundingBox"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            "Landmarks" => self.landmarks = FromJson::from_json(value, &at.member("Landmarks"))?,
            "Pose" => self.pose = FromJson::from_json(value, &at.member("Pose"))?,
            "Quality" => self.quality = FromJson::from_json(value, &at.member("Quality"))?,
            "Emotions" => self.emotions = FromJson::from_json(value, &at.member("Emotions"))?,
            "Smile" => self.smile = FromJson::from_json(value, &at.member("Smile"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `ContentType`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ContentType {
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// `String`.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Structure for ContentType {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DetectionFilter`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectionFilter {
    /// `Percent`, 0 to 100.
    #[serde(rename = "MinConfidence", skip_serializing_if = "Option::is_none")]
    pub min_confidence: Option<f32>,
    /// `BoundingBoxHeight`, 0 to 1.
    #[serde(rename = "MinBoundingBoxHeight", skip_serializing_if = "Option::is_none")]
    pub min_bounding_box_height: Option<f32>,
    /// `BoundingBoxWidth`, 0 to 1.
    #[serde(rename = "MinBoundingBoxWidth", skip_serializing_if = "Option::is_none")]
    pub min_bounding_box_width: Option<f32>,
}

impl Structure for DetectionFilter {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "MinConfidence" => self.min_confidence = FromJson::from_json(value, &at.member("MinConfidence"))?,
            "MinBoundingBoxHeight" => {
                self.min_bounding_box_height = FromJson::from_json(value, &at.member("MinBoundingBoxHeight"))?
            }
            "MinBoundingBoxWidth" => {
                self.min_bounding_box_width = FromJson::from_json(value, &at.member("MinBoundingBoxWidth"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DetectionFilter {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("MinConfidence");
        if let Some(value) = &self.min_confidence {
            found.float(&member, *value, constraints::PERCENT);
        }
        let member = at.member("MinBoundingBoxHeight");
        if let Some(value) = &self.min_bounding_box_height {
            found.float(&member, *value, constraints::BOUNDING_BOX_HEIGHT);
        }
        let member = at.member("MinBoundingBoxWidth");
        if let Some(value) = &self.min_bounding_box_width {
            found.float(&member, *value, constraints::BOUNDING_BOX_WIDTH);
        }
    }
}

/// Structure `DominantColor`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DominantColor {
    /// `UInteger`, at least 0.
    #[serde(rename = "Red", skip_serializing_if = "Option::is_none")]
    pub red: Option<i32>,
    /// `UInteger`, at least 0.
    #[serde(rename = "Blue", skip_serializing_if = "Option::is_none")]
    pub blue: Option<i32>,
    /// `UInteger`, at least 0.
    #[serde(rename = "Green", skip_serializing_if = "Option::is_none")]
    pub green: Option<i32>,
    /// `String`.
    #[serde(rename = "HexCode", skip_serializing_if = "Option::is_none")]
    pub hex_code: Option<String>,
    /// `String`.
    #[serde(rename = "CSSColor", skip_serializing_if = "Option::is_none")]
    pub css_color: Option<String>,
    /// `String`.
    #[serde(rename = "SimplifiedColor", skip_serializing_if = "Option::is_none")]
    pub simplified_color: Option<String>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "PixelPercent", skip_serializing_if = "Option::is_none")]
    pub pixel_percent: Option<f32>,
}

impl Structure for DominantColor {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Red" => self.red = FromJson::from_json(value, &at.member("Red"))?,
            "Blue" => self.blue = FromJson::from_json(value, &at.member("Blue"))?,
            "Green" => self.green = FromJson::from_json(value, &at.member("Green"))?,
            "HexCode" => self.hex_code = FromJson::from_json(value, &at.member("HexCode"))?,
            "CSSColor" => self.css_color = FromJson::from_json(value, &at.member("CSSColor"))?,
            "SimplifiedColor" => {
                self.simplified_color = FromJson::from_json(value, &at.member("SimplifiedColor"))?
            }
            "PixelPercent" => self.pixel_percent = FromJson::from_json(value, &at.member("PixelPercent"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `Emotion`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Emotion {
    /// `EmotionName`.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub r#type: Option<EmotionName>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

impl Structure for Emotion {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Type" => self.r#type = FromJson::from_json(value, &at.member("Type"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `EyeDirection`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct EyeDirection {
    /// `Degree`, -180 to 180.
    #[serde(rename = "Yaw", skip_serializing_if = "Option::is_none")]
    pub yaw: Option<f32>,
    /// `Degree`, -180 to 180.
    #[serde(rename = "Pitch", skip_serializing_if = "Option::is_none")]
    pub pitch: Option<f32>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

impl Structure for EyeDirection {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Yaw" => self.yaw = FromJson::from_json(value, &at.member("Yaw"))?,
            "Pitch" => self.pitch = FromJson::from_json(value, &at.member("Pitch"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `EyeOpen`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct EyeOpen {
    /// `Boolean`.
    #[serde(rename = "Value", skip_serializing_if = "Option::is_none")]
    pub value: Option<bool>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

impl Structure for EyeOpen {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Value" => self.value = FromJson::from_json(value, &at.member("Value"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `Eyeglasses`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Eyeglasses {
    /// `Boolean`.
    #[serde(rename = "Value", skip_serializing_if = "Option::is_none")]
    pub value: Option<bool>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

impl Structure for Eyeglasses {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Value" => self.value = FromJson::from_json(value, &at.member("Value"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `Face`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Face {
    /// `FaceId`, a pattern.
    #[serde(rename = "FaceId", skip_serializing_if = "Option::is_none")]
    pub face_id: Option<String>,
    /// `BoundingBox`.
    #[serde(rename = "BoundingBox", skip_serializing_if = "Option::is_none")]
    pub bounding_box: Option<BoundingBox>,
    /// `ImageId`, a pattern.
    #[serde(rename = "ImageId", skip_serializing_if = "Option::is_none")]
    pub image_id: Option<String>,
    /// `ExternalImageId`, 1 to 255 characters, a pattern.
    #[serde(rename = "ExternalImageId", skip_serializing_if = "Option::is_none")]
    pub external_image_id: Option<String>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// `IndexFacesModelVersion`, a pattern.
    #[serde(rename = "IndexFacesModelVersion", skip_serializing_if = "Option::is_none")]
    pub index_faces_model_version: Option<String>,
    /// `UserId`, 1 to 128 characters, a pattern.
    #[serde(rename = "UserId", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}

impl Structure for Face {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "FaceId" => self.face_id = FromJson::from_json(value, &at.member("FaceId"))?,
            "BoundingBox" => self.bounding_box = FromJson::from_json(value, &at.member("BoundingBox"))?,
            "ImageId" => self.image_id = FromJson::from_json(value, &at.member("ImageId"))?,
            "ExternalImageId" => {
                self.external_image_id = FromJson::from_json(value, &at.member("ExternalImageId"))?
            }
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            "IndexFacesModelVersion" => {
                self.index_faces_model_version =
                    FromJson::from_json(value, &at.member("IndexFacesModelVersion"))?
            }
            "UserId" => self.user_id = FromJson::from_json(value, &at.member("UserId"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `FaceDetail`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FaceDetail {
    /// `BoundingBox`.
    #[serde(rename = "BoundingBox", skip_serializing_if = "Option::is_none")]
    pub bounding_box: Option<BoundingBox>,
    /// `AgeRange`.
    #[serde(rename = "AgeRange", skip_serializing_if = "Option::is_none")]
    pub age_range: Option<AgeRange>,
    /// `Smile`.
    #[serde(rename = "Smile", skip_serializing_if = "Option::is_none")]
    pub smile: Option<Smile>,
    /// `Eyeglasses`.
    #[serde(rename = "Eyeglasses", skip_serializing_if = "Option::is_none")]
    pub eyeglasses: Option<Eyeglasses>,
    /// `Sunglasses`.
    #[serde(rename = "Sunglasses", skip_serializing_if = "Option::is_none")]
    pub sunglasses: Option<Sunglasses>,
    /// `Gender`.
    #[serde(rename = "Gender", skip_serializing_if = "Option::is_none")]
    pub gender: Option<Gender>,
    /// `Beard`.
    #[serde(rename = "Beard", skip_serializing_if = "Option::is_none")]
    pub beard: Option<Beard>,
    /// `Mustache`.
    #[serde(rename = "Mustache", skip_serializing_if = "Option::is_none")]
    pub mustache: Option<Mustache>,
    /// `EyeOpen`.
    #[serde(rename = "EyesOpen", skip_serializing_if = "Option::is_none")]
    pub eyes_open: Option<EyeOpen>,
    /// `MouthOpen`.
    #[serde(rename = "MouthOpen", skip_serializing_if = "Option::is_none")]
    pub mouth_open: Option<MouthOpen>,
    /// `Emotions`.
    #[serde(rename = "Emotions", skip_serializing_if = "Option::is_none")]
    pub emotions: Option<Vec<Emotion>>,
    /// `Landmarks`.
    #[serde(rename = "Landmarks", skip_serializing_if = "Option::is_none")]
    pub landmarks: Option<Vec<Landmark>>,
    /// `Pose`.
    #[serde(rename = "Pose", skip_serializing_if = "Option::is_none")]
    pub pose: Option<Pose>,
    /// `ImageQuality`.
    #[serde(rename = "Quality", skip_serializing_if = "Option::is_none")]
    pub quality: Option<ImageQuality>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// `FaceOccluded`.
    #[serde(rename = "FaceOccluded", skip_serializing_if = "Option::is_none")]
    pub face_occluded: Option<FaceOccluded>,
    /// `EyeDirection`.
    #[serde(rename = "EyeDirection", skip_serializing_if = "Option::is_none")]
    pub eye_direction: Option<EyeDirection>,
}

impl Structure for FaceDetail {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "BoundingBox" => self.bounding_box = FromJson::from_json(value, &at.member("BoundingBox"))?,
            "AgeRange" => self.age_range = FromJson::from_json(value, &at.member("AgeRange"))?,
            "Smile" => self.smile = FromJson::from_json(value, &at.member("Smile"))?,
            "Eyeglasses" => self.eyeglasses = FromJson::from_json(value, &at.member("Eyeglasses"))?,
            "Sunglasses" => self.sunglasses = FromJson::from_json(value, &at.member("Sunglasses"))?,
            "Gender" => self.gender = FromJson::from_json(value, &at.member("Gender"))?,
            "Beard" => self.beard = FromJson::from_json(value, &at.member("Beard"))?,
            "Mustache" => self.mustache = FromJson::from_json(value, &at.member("Mustache"))?,
            "EyesOpen" => self.eyes_open = FromJson::from_json(value, &at.member("EyesOpen"))?,
            "MouthOpen" => self.mouth_open = FromJson::from_json(value, &at.member("MouthOpen"))?,
            "Emotions" => self.emotions = FromJson::from_json(value, &at.member("Emotions"))?,
            "Landmarks" => self.landmarks = FromJson::from_json(value, &at.member("Landmarks"))?,
            "Pose" => self.pose = FromJson::from_json(value, &at.member("Pose"))?,
            "Quality" => self.quality = FromJson::from_json(value, &at.member("Quality"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            "FaceOccluded" => self.face_occluded = FromJson::from_json(value, &at.member("FaceOccluded"))?,
            "EyeDirection" => self.eye_direction = FromJson::from_json(value, &at.member("EyeDirection"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `FaceMatch`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FaceMatch {
    /// `Percent`, 0 to 100.
    #[serde(rename = "Similarity", skip_serializing_if = "Option::is_none")]
    pub similarity: Option<f32>,
    /// `Face`.
    #[serde(rename = "Face", skip_serializing_if = "Option::is_none")]
    pub face: Option<Face>,
}

impl Structure for FaceMatch {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Similarity" => self.similarity = FromJson::from_json(value, &at.member("Similarity"))?,
            "Face" => self.face = FromJson::from_json(value, &at.member("Face"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `FaceOccluded`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct FaceOccluded {
    /// `Boolean`.
    #[serde(rename = "Value", skip_serializing_if = "Option::is_none")]
    pub value: Option<bool>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

impl Structure for FaceOccluded {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Value" => self.value = FromJson::from_json(value, &at.member("Value"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `Gender`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Gender {
    /// `GenderType`.
    #[serde(rename = "Value", skip_serializing_if = "Option::is_none")]
    pub value: Option<GenderType>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

impl Structure for Gender {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Value" => self.value = FromJson::from_json(value, &at.member("Value"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `GeneralLabelsSettings`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GeneralLabelsSettings {
    /// `GeneralLabelsFilterList`, 0 to 100 items.
    #[serde(rename = "LabelInclusionFilters", skip_serializing_if = "Option::is_none")]
    pub label_inclusion_filters: Option<Vec<String>>,
    /// `GeneralLabelsFilterList`, 0 to 100 items.
    #[serde(rename = "LabelExclusionFilters", skip_serializing_if = "Option::is_none")]
    pub label_exclusion_filters: Option<Vec<String>>,
    /// `GeneralLabelsFilterList`, 0 to 100 items.
    #[serde(rename = "LabelCategoryInclusionFilters", skip_serializing_if = "Option::is_none")]
    pub label_category_inclusion_filters: Option<Vec<String>>,
    /// `GeneralLabelsFilterList`, 0 to 100 items.
    #[serde(rename = "LabelCategoryExclusionFilters", skip_serializing_if = "Option::is_none")]
    pub label_category_exclusion_filters: Option<Vec<String>>,
}

impl Structure for GeneralLabelsSettings {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "LabelInclusionFilters" => {
                self.label_inclusion_filters =
                    FromJson::from_json(value, &at.member("LabelInclusionFilters"))?
            }
            "LabelExclusionFilters" => {
                self.label_exclusion_filters =
                    FromJson::from_json(value, &at.member("LabelExclusionFilters"))?
            }
            "LabelCategoryInclusionFilters" => {
                self.label_category_inclusion_filters =
                    FromJson::from_json(value, &at.member("LabelCategoryInclusionFilters"))?
            }
            "LabelCategoryExclusionFilters" => {
                self.label_category_exclusion_filters =
                    FromJson::from_json(value, &at.member("LabelCategoryExclusionFilters"))?
            }
            _ => {}
        }
        Ok(())
    }
}

impl Validate for GeneralLabelsSettings {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("LabelInclusionFilters");
        if let Some(value) = &self.label_inclusion_filters {
            found.list(&member, value, constraints::GENERAL_LABELS_FILTER_LIST);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.text(&item, value, &constraints::GENERAL_LABELS_FILTER_VALUE);
            }
        }
        let member = at.member("LabelExclusionFilters");
        if let Some(value) = &self.label_exclusion_filters {
            found.list(&member, value, constraints::GENERAL_LABELS_FILTER_LIST);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.text(&item, value, &constraints::GENERAL_LABELS_FILTER_VALUE);
            }
        }
        let member = at.member("LabelCategoryInclusionFilters");
        if let Some(value) = &self.label_category_inclusion_filters {
            found.list(&member, value, constraints::GENERAL_LABELS_FILTER_LIST);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.text(&item, value, &constraints::GENERAL_LABELS_FILTER_VALUE);
            }
        }
        let member = at.member("LabelCategoryExclusionFilters");
        if let Some(value) = &self.label_category_exclusion_filters {
            found.list(&member, value, constraints::GENERAL_LABELS_FILTER_LIST);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.text(&item, value, &constraints::GENERAL_LABELS_FILTER_VALUE);
            }
        }
    }
}

/// Structure `Geometry`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Geometry {
    /// `BoundingBox`.
    #[serde(rename = "BoundingBox", skip_serializing_if = "Option::is_none")]
    pub bounding_box: Option<BoundingBox>,
    /// `Polygon`.
    #[serde(rename = "Polygon", skip_serializing_if = "Option::is_none")]
    pub polygon: Option<Vec<Point>>,
}

impl Structure for Geometry {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "BoundingBox" => self.bounding_box = FromJson::from_json(value, &at.member("BoundingBox"))?,
            "Polygon" => self.polygon = FromJson::from_json(value, &at.member("Polygon"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `GroundTruthManifest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GroundTruthManifest {
    /// `S3Object`.
    #[serde(rename = "S3Object", skip_serializing_if = "Option::is_none")]
    pub s3_object: Option<S3Object>,
}

impl Structure for GroundTruthManifest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "S3Object" => self.s3_object = FromJson::from_json(value, &at.member("S3Object"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for GroundTruthManifest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("S3Object");
        if let Some(value) = &self.s3_object {
            value.validate(&member, found);
        }
    }
}

/// Structure `HumanLoopQuotaExceededException`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct HumanLoopQuotaExceededException {
    /// `String`.
    #[serde(rename = "ResourceType", skip_serializing_if = "Option::is_none")]
    pub resource_type: Option<String>,
    /// `String`.
    #[serde(rename = "QuotaCode", skip_serializing_if = "Option::is_none")]
    pub quota_code: Option<String>,
    /// `String`.
    #[serde(rename = "ServiceCode", skip_serializing_if = "Option::is_none")]
    pub service_code: Option<String>,
}

impl Structure for HumanLoopQuotaExceededException {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ResourceType" => self.resource_type = FromJson::from_json(value, &at.member("ResourceType"))?,
            "QuotaCode" => self.quota_code = FromJson::from_json(value, &at.member("QuotaCode"))?,
            "ServiceCode" => self.service_code = FromJson::from_json(value, &at.member("ServiceCode"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `Image`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Image {
    /// `ImageBlob`, 1 to 5242880 bytes.
    #[serde(rename = "Bytes", skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Blob>,
    /// `S3Object`.
    #[serde(rename = "S3Object", skip_serializing_if = "Option::is_none")]
    pub s3_object: Option<S3Object>,
}

impl Structure for Image {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Bytes" => self.bytes = FromJson::from_json(value, &at.member("Bytes"))?,
            "S3Object" => self.s3_object = FromJson::from_json(value, &at.member("S3Object"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for Image {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Bytes");
        if let Some(value) = &self.bytes {
            found.blob(&member, value, constraints::IMAGE_BLOB);
        }
        let member = at.member("S3Object");
        if let Some(value) = &self.s3_object {
            value.validate(&member, found);
        }
    }
}

/// Structure `ImageQuality`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ImageQuality {
    /// `Float`.
    #[serde(rename = "Brightness", skip_serializing_if = "Option::is_none")]
    pub brightness: Option<f32>,
    /// `Float`.
    #[serde(rename = "Sharpness", skip_serializing_if = "Option::is_none")]
    pub sharpness: Option<f32>,
}

impl Structure for ImageQuality {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Brightness" => self.brightness = FromJson::from_json(value, &at.member("Brightness"))?,
            "Sharpness" => self.sharpness = FromJson::from_json(value, &at.member("Sharpness"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `Instance`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Instance {
    /// `BoundingBox`.
    #[serde(rename = "BoundingBox", skip_serializing_if = "Option::is_none")]
    pub bounding_box: Option<BoundingBox>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// `DominantColors`.
    #[serde(rename = "DominantColors", skip_serializing_if = "Option::is_none")]
    pub dominant_colors: Option<Vec<DominantColor>>,
}

impl Structure for Instance {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "BoundingBox" => self.bounding_box = FromJson::from_json(value, &at.member("BoundingBox"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            "DominantColors" => {
                self.dominant_colors = FromJson::from_json(value, &at.member("DominantColors"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `KnownGender`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct KnownGender {
    /// `KnownGenderType`.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub r#type: Option<KnownGenderType>,
}

impl Structure for KnownGender {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Type" => self.r#type = FromJson::from_json(value, &at.member("Type"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `Label`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Label {
    /// `String`.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// `Instances`.
    #[serde(rename = "Instances", skip_serializing_if = "Option::is_none")]
    pub instances: Option<Vec<Instance>>,
    /// `Parents`.
    #[serde(rename = "Parents", skip_serializing_if = "Option::is_none")]
    pub parents: Option<Vec<Parent>>,
    /// `LabelAliases`.
    #[serde(rename = "Aliases", skip_serializing_if = "Option::is_none")]
    pub aliases: Option<Vec<LabelAlias>>,
    /// `LabelCategories`.
    #[serde(rename = "Categories", skip_serializing_if = "Option::is_none")]
    pub categories: Option<Vec<LabelCategory>>,
}

impl Structure for Label {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            "Instances" => self.instances = FromJson::from_json(value, &at.member("Instances"))?,
            "Parents" => self.parents = FromJson::from_json(value, &at.member("Parents"))?,
            "Aliases" => self.aliases = FromJson::from_json(value, &at.member("Aliases"))?,
            "Categories" => self.categories = FromJson::from_json(value, &at.member("Categories"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `LabelAlias`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct LabelAlias {
    /// `String`.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Structure for LabelAlias {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `LabelCategory`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct LabelCategory {
    /// `String`.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Structure for LabelCategory {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `Landmark`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Landmark {
    /// `LandmarkType`.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub r#type: Option<LandmarkType>,
    /// `Float`.
    #[serde(rename = "X", skip_serializing_if = "Option::is_none")]
    pub x: Option<f32>,
    /// `Float`.
    #[serde(rename = "Y", skip_serializing_if = "Option::is_none")]
    pub y: Option<f32>,
}

impl Structure for Landmark {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Type" => self.r#type = FromJson::from_json(value, &at.member("Type"))?,
            "X" => self.x = FromJson::from_json(value, &at.member("X"))?,
            "Y" => self.y = FromJson::from_json(value, &at.member("Y"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `ModerationLabel`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ModerationLabel {
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// `String`.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `String`.
    #[serde(rename = "ParentName", skip_serializing_if = "Option::is_none")]
    pub parent_name: Option<String>,
    /// `UInteger`, at least 0.
    #[serde(rename = "TaxonomyLevel", skip_serializing_if = "Option::is_none")]
    pub taxonomy_level: Option<i32>,
}

impl Structure for ModerationLabel {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            "ParentName" => self.parent_name = FromJson::from_json(value, &at.member("ParentName"))?,
            "TaxonomyLevel" => self.taxonomy_level = FromJson::from_json(value, &at.member("TaxonomyLevel"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `MouthOpen`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct MouthOpen {
    /// `Boolean`.
    #[serde(rename = "Value", skip_serializing_if = "Option::is_none")]
    pub value: Option<bool>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

impl Structure for MouthOpen {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Value" => self.value = FromJson::from_json(value, &at.member("Value"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `Mustache`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Mustache {
    /// `Boolean`.
    #[serde(rename = "Value", skip_serializing_if = "Option::is_none")]
    pub value: Option<bool>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

impl Structure for Mustache {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Value" => self.value = FromJson::from_json(value, &at.member("Value"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `Parent`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Parent {
    /// `String`.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Structure for Parent {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `Point`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Point {
    /// `Float`.
    #[serde(rename = "X", skip_serializing_if = "Option::is_none")]
    pub x: Option<f32>,
    /// `Float`.
    #[serde(rename = "Y", skip_serializing_if = "Option::is_none")]
    pub y: Option<f32>,
}

impl Structure for Point {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "X" => self.x = FromJson::from_json(value, &at.member("X"))?,
            "Y" => self.y = FromJson::from_json(value, &at.member("Y"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for Point {
    fn validate(&self, _: &Path<'_>, _: &mut Violations) {}
}

/// Structure `Pose`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Pose {
    /// `Degree`, -180 to 180.
    #[serde(rename = "Roll", skip_serializing_if = "Option::is_none")]
    pub roll: Option<f32>,
    /// `Degree`, -180 to 180.
    #[serde(rename = "Yaw", skip_serializing_if = "Option::is_none")]
    pub yaw: Option<f32>,
    /// `Degree`, -180 to 180.
    #[serde(rename = "Pitch", skip_serializing_if = "Option::is_none")]
    pub pitch: Option<f32>,
}

impl Structure for Pose {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Roll" => self.roll = FromJson::from_json(value, &at.member("Roll"))?,
            "Yaw" => self.yaw = FromJson::from_json(value, &at.member("Yaw"))?,
            "Pitch" => self.pitch = FromJson::from_json(value, &at.member("Pitch"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `RegionOfInterest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RegionOfInterest {
    /// `BoundingBox`.
    #[serde(rename = "BoundingBox", skip_serializing_if = "Option::is_none")]
    pub bounding_box: Option<BoundingBox>,
    /// `Polygon`.
    #[serde(rename = "Polygon", skip_serializing_if = "Option::is_none")]
    pub polygon: Option<Vec<Point>>,
}

impl Structure for RegionOfInterest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "BoundingBox" => self.bounding_box = FromJson::from_json(value, &at.member("BoundingBox"))?,
            "Polygon" => self.polygon = FromJson::from_json(value, &at.member("Polygon"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for RegionOfInterest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("BoundingBox");
        if let Some(value) = &self.bounding_box {
            value.validate(&member, found);
        }
        let member = at.member("Polygon");
        if let Some(value) = &self.polygon {
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                value.validate(&item, found);
            }
        }
    }
}

/// Structure `S3Object`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct S3Object {
    /// `S3Bucket`, 3 to 255 characters, a pattern.
    #[serde(rename = "Bucket", skip_serializing_if = "Option::is_none")]
    pub bucket: Option<String>,
    /// `S3ObjectName`, 1 to 1024 characters.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `S3ObjectVersion`, 1 to 1024 characters.
    #[serde(rename = "Version", skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl Structure for S3Object {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Bucket" => self.bucket = FromJson::from_json(value, &at.member("Bucket"))?,
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            "Version" => self.version = FromJson::from_json(value, &at.member("Version"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for S3Object {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Bucket");
        if let Some(value) = &self.bucket {
            found.text(&member, value, &constraints::S3_BUCKET);
        }
        let member = at.member("Name");
        if let Some(value) = &self.name {
            found.text(&member, value, &constraints::S3_OBJECT_NAME);
        }
        let member = at.member("Version");
        if let Some(value) = &self.version {
            found.text(&member, value, &constraints::S3_OBJECT_VERSION);
        }
    }
}

/// Structure `Smile`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Smile {
    /// `Boolean`.
    #[serde(rename = "Value", skip_serializing_if = "Option::is_none")]
    pub value: Option<bool>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

impl Structure for Smile {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Value" => self.value = FromJson::from_json(value, &at.member("Value"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `Sunglasses`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Sunglasses {
    /// `Boolean`.
    #[serde(rename = "Value", skip_serializing_if = "Option::is_none")]
    pub value: Option<bool>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

impl Structure for Sunglasses {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Value" => self.value = FromJson::from_json(value, &at.member("Value"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `TextDetection`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TextDetection {
    /// `String`.
    #[serde(rename = "DetectedText", skip_serializing_if = "Option::is_none")]
    pub detected_text: Option<String>,
    /// `TextTypes`.
    #[serde(rename = "Type", skip_serializing_if = "Option::is_none")]
    pub r#type: Option<TextTypes>,
    /// `UInteger`, at least 0.
    #[serde(rename = "Id", skip_serializing_if = "Option::is_none")]
    pub id: Option<i32>,
    /// `UInteger`, at least 0.
    #[serde(rename = "ParentId", skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<i32>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// `Geometry`.
    #[serde(rename = "Geometry", skip_serializing_if = "Option::is_none")]
    pub geometry: Option<Geometry>,
}

impl Structure for TextDetection {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "DetectedText" => self.detected_text = FromJson::from_json(value, &at.member("DetectedText"))?,
            "Type" => self.r#type = FromJson::from_json(value, &at.member("Type"))?,
            "Id" => self.id = FromJson::from_json(value, &at.member("Id"))?,
            "ParentId" => self.parent_id = FromJson::from_json(value, &at.member("ParentId"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            "Geometry" => self.geometry = FromJson::from_json(value, &at.member("Geometry"))?,
            _ => {}
        }
        Ok(())
    }
}

deserialize_through_json!(
    AgeRange,
    Beard,
    BoundingBox,
    ComparedFace,
    ContentType,
    DetectionFilter,
    DominantColor,
    Emotion,
    EyeDirection,
    EyeOpen,
    Eyeglasses,
    Face,
    FaceDetail,
    FaceMatch,
    FaceOccluded,
    Gender,
    GeneralLabelsSettings,
    Geometry,
    GroundTruthManifest,
    HumanLoopQuotaExceededException,
    Image,
    ImageQuality,
    Instance,
    KnownGender,
    Label,
    LabelAlias,
    LabelCategory,
    Landmark,
    ModerationLabel,
    MouthOpen,
    Mustache,
    Parent,
    Point,
    Pose,
    RegionOfInterest,
    S3Object,
    Smile,
    Sunglasses,
    TextDetection
);
