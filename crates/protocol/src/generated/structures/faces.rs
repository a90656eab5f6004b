// Written by `cargo xtask codegen` from the service model; do not edit.

//! Structures of the faces operations.

use serde::Serialize;

use crate::generated::{
    Attribute, BoundingBox, ComparedFace, FaceDetail, Image, OrientationCorrection, QualityFilter,
    constraints,
};
use crate::json::{FromJson, Json, Mismatch, Structure, deserialize_through_json};
use crate::path::Path;
use crate::validate::{Validate, Violations};

/// Structure `CompareFacesMatch`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CompareFacesMatch {
    /// `Percent`, 0 to 100.
    #[serde(rename = "Similarity", skip_serializing_if = "Option::is_none")]
    pub similarity: Option<f32>,
    /// `ComparedFace`.
    #[serde(rename = "Face", skip_serializing_if = "Option::is_none")]
    pub face: Option<ComparedFace>,
}

impl Structure for CompareFacesMatch {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Similarity" => self.similarity = FromJson::from_json(value, &at.member("Similarity"))?,
            "Face" => self.face = FromJson::from_json(value, &at.member("Face"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `CompareFacesRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CompareFacesRequest {
    /// `Image`, required.
    #[serde(rename = "SourceImage", skip_serializing_if = "Option::is_none")]
    pub source_image: Option<Image>,
    /// `Image`, required.
    #[serde(rename = "TargetImage", skip_serializing_if = "Option::is_none")]
    pub target_image: Option<Image>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "SimilarityThreshold", skip_serializing_if = "Option::is_none")]
    pub similarity_threshold: Option<f32>,
    /// `QualityFilter`.
    #[serde(rename = "QualityFilter", skip_serializing_if = "Option::is_none")]
    pub quality_filter: Option<QualityFilter>,
}

impl Structure for CompareFacesRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "SourceImage" => self.source_image = FromJson::from_json(value, &at.member("SourceImage"))?,
            "TargetImage" => self.target_image = FromJson::from_json(value, &at.member("TargetImage"))?,
            "SimilarityThreshold" => {
                self.similarity_threshold = FromJson::from_json(value, &at.member("SimilarityThreshold"))?
            }
            "QualityFilter" => self.quality_filter = FromJson::from_json(value, &at.member("QualityFilter"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for CompareFacesRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("SourceImage");
        found.required(&member, self.source_image.is_some());
        if let Some(value) = &self.source_image {
            value.validate(&member, found);
        }
        let member = at.member("TargetImage");
        found.required(&member, self.target_image.is_some());
        if let Some(value) = &self.target_image {
            value.validate(&member, found);
        }
        let member = at.member("SimilarityThreshold");
        if let Some(value) = &self.similarity_threshold {
            found.float(&member, *value, constraints::PERCENT);
        }
        let member = at.member("QualityFilter");
        if let Some(value) = &self.quality_filter {
            found.one_of(&member, value.as_str(), QualityFilter::VALUES);
        }
    }
}

/// Structure `CompareFacesResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CompareFacesResponse {
    /// `ComparedSourceImageFace`.
    #[serde(rename = "SourceImageFace", skip_serializing_if = "Option::is_none")]
    pub source_image_face: Option<ComparedSourceImageFace>,
    /// `CompareFacesMatchList`.
    #[serde(rename = "FaceMatches", skip_serializing_if = "Option::is_none")]
    pub face_matches: Option<Vec<CompareFacesMatch>>,
    /// `CompareFacesUnmatchList`.
    #[serde(rename = "UnmatchedFaces", skip_serializing_if = "Option::is_none")]
    pub unmatched_faces: Option<Vec<ComparedFace>>,
    /// `OrientationCorrection`.
    #[serde(rename = "SourceImageOrientationCorrection", skip_serializing_if = "Option::is_none")]
    pub source_image_orientation_correction: Option<OrientationCorrection>,
    /// `OrientationCorrection`.
    #[serde(rename = "TargetImageOrientationCorrection", skip_serializing_if = "Option::is_none")]
    pub target_image_orientation_correction: Option<OrientationCorrection>,
}

impl Structure for CompareFacesResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "SourceImageFace" => {
                self.source_image_face = FromJson::from_json(value, &at.member("SourceImageFace"))?
            }
            "FaceMatches" => self.face_matches = FromJson::from_json(value, &at.member("FaceMatches"))?,
            "UnmatchedFaces" => {
                self.unmatched_faces = FromJson::from_json(value, &at.member("UnmatchedFaces"))?
            }
            "SourceImageOrientationCorrection" => {
                self.source_image_orientation_correction =
                    FromJson::from_json(value, &at.member("SourceImageOrientationCorrection"))?
            }
            "TargetImageOrientationCorrection" => {
                self.target_image_orientation_correction =
                    FromJson::from_json(value, &at.member("TargetImageOrientationCorrection"))?
            }
            _ => {}
        }
        Ok(())
    }
}

/// Structure `ComparedSourceImageFace`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ComparedSourceImageFace {
    /// `BoundingBox`.
    #[serde(rename = "BoundingBox", skip_serializing_if = "Option::is_none")]
    pub bounding_box: Option<BoundingBox>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "Confidence", skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

impl Structure for ComparedSourceImageFace {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "BoundingBox" => self.bounding_box = FromJson::from_json(value, &at.member("BoundingBox"))?,
            "Confidence" => self.confidence = FromJson::from_json(value, &at.member("Confidence"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `DetectFacesRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectFacesRequest {
    /// `Image`, required.
    #[serde(rename = "Image", skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
    /// `Attributes`.
    #[serde(rename = "Attributes", skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Vec<Attribute>>,
}

impl Structure for DetectFacesRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Image" => self.image = FromJson::from_json(value, &at.member("Image"))?,
            "Attributes" => self.attributes = FromJson::from_json(value, &at.member("Attributes"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for DetectFacesRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Image");
        found.required(&member, self.image.is_some());
        if let Some(value) = &self.image {
            value.validate(&member, found);
        }
        let member = at.member("Attributes");
        if let Some(value) = &self.attributes {
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.one_of(&item, value.as_str(), Attribute::VALUES);
            }
        }
    }
}

/// Structure `DetectFacesResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DetectFacesResponse {
    /// `FaceDetailList`.
    #[serde(rename = "FaceDetails", skip_serializing_if = "Option::is_none")]
    pub face_details: Option<Vec<FaceDetail>>,
    /// `OrientationCorrection`.
    #[serde(rename = "OrientationCorrection", skip_serializing_if = "Option::is_none")]
    pub orientation_correction: Option<OrientationCorrection>,
}

impl Structure for DetectFacesResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "FaceDetails" => self.face_details = FromJson::from_json(value, &at.member("FaceDetails"))?,
            "OrientationCorrection" => {
                self.orientation_correction = FromJson::from_json(value, &at.member("OrientationCorrection"))?
            }
            _ => {}
        }
        Ok(())
    }
}

deserialize_through_json!(
    CompareFacesMatch,
    CompareFacesRequest,
    CompareFacesResponse,
    ComparedSourceImageFace,
    DetectFacesRequest,
    DetectFacesResponse
);
