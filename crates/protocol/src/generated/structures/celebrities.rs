// Written by `cargo xtask codegen` from the service model; do not edit.

//! Structures of the celebrities operations.

use serde::Serialize;

use crate::generated::{ComparedFace, Image, KnownGender, OrientationCorrection, constraints};
use crate::json::{FromJson, Json, Mismatch, Structure, deserialize_through_json};
use crate::path::Path;
use crate::validate::{Validate, Violations};

/// Structure `Celebrity`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Celebrity {
    /// `Urls`, 0 to 255 items.
    #[serde(rename = "Urls", skip_serializing_if = "Option::is_none")]
    pub urls: Option<Vec<String>>,
    /// `String`.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `RekognitionUniqueId`, a pattern.
    #[serde(rename = "Id", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `ComparedFace`.
    #[serde(rename = "Face", skip_serializing_if = "Option::is_none")]
    pub face: Option<ComparedFace>,
    /// `Percent`, 0 to 100.
    #[serde(rename = "MatchConfidence", skip_serializing_if = "Option::is_none")]
    pub match_confidence: Option<f32>,
    /// `KnownGender`.
    #[serde(rename = "KnownGender", skip_serializing_if = "Option::is_none")]
    pub known_gender: Option<KnownGender>,
}

impl Structure for Celebrity {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Urls" => self.urls = FromJson::from_json(value, &at.member("Urls"))?,
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            "Id" => self.id = FromJson::from_json(value, &at.member("Id"))?,
            "Face" => self.face = FromJson::from_json(value, &at.member("Face"))?,
            "MatchConfidence" => {
                self.match_confidence = FromJson::from_json(value, &at.member("MatchConfidence"))?
            }
            "KnownGender" => self.known_gender = FromJson::from_json(value, &at.member("KnownGender"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `GetCelebrityInfoRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetCelebrityInfoRequest {
    /// `RekognitionUniqueId`, required, a pattern.
    #[serde(rename = "Id", skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

impl Structure for GetCelebrityInfoRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Id" => self.id = FromJson::from_json(value, &at.member("Id"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for GetCelebrityInfoRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Id");
        found.required(&member, self.id.is_some());
        if let Some(value) = &self.id {
            found.text(&member, value, &constraints::REKOGNITION_UNIQUE_ID);
        }
    }
}

/// Structure `GetCelebrityInfoResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GetCelebrityInfoResponse {
    /// `Urls`, 0 to 255 items.
    #[serde(rename = "Urls", skip_serializing_if = "Option::is_none")]
    pub urls: Option<Vec<String>>,
    /// `String`.
    #[serde(rename = "Name", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `KnownGender`.
    #[serde(rename = "KnownGender", skip_serializing_if = "Option::is_none")]
    pub known_gender: Option<KnownGender>,
}

impl Structure for GetCelebrityInfoResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Urls" => self.urls = FromJson::from_json(value, &at.member("Urls"))?,
            "Name" => self.name = FromJson::from_json(value, &at.member("Name"))?,
            "KnownGender" => self.known_gender = FromJson::from_json(value, &at.member("KnownGender"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `RecognizeCelebritiesRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RecognizeCelebritiesRequest {
    /// `Image`, required.
    #[serde(rename = "Image", skip_serializing_if = "Option::is_none")]
    pub image: Option<Image>,
}

impl Structure for RecognizeCelebritiesRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Image" => self.image = FromJson::from_json(value, &at.member("Image"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for RecognizeCelebritiesRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("Image");
        found.required(&member, self.image.is_some());
        if let Some(value) = &self.image {
            value.validate(&member, found);
        }
    }
}

/// Structure `RecognizeCelebritiesResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RecognizeCelebritiesResponse {
    /// `CelebrityList`.
    #[serde(rename = "CelebrityFaces", skip_serializing_if = "Option::is_none")]
    pub celebrity_faces: Option<Vec<Celebrity>>,
    /// `ComparedFaceList`.
    #[serde(rename = "UnrecognizedFaces", skip_serializing_if = "Option::is_none")]
    pub unrecognized_faces: Option<Vec<ComparedFace>>,
    /// `OrientationCorrection`.
    #[serde(rename = "OrientationCorrection", skip_serializing_if = "Option::is_none")]
    pub orientation_correction: Option<OrientationCorrection>,
}

impl Structure for RecognizeCelebritiesResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "CelebrityFaces" => {
                self.celebrity_faces = FromJson::from_json(value, &at.member("CelebrityFaces"))?
            }
            "UnrecognizedFaces" => {
                self.unrecognized_faces = FromJson::from_json(value, &at.member("UnrecognizedFaces"))?
            }
            "OrientationCorrection" => {
                self.orientation_correction = FromJson::from_json(value, &at.member("OrientationCorrection"))?
            }
            _ => {}
        }
        Ok(())
    }
}

deserialize_through_json!(
    Celebrity,
    GetCelebrityInfoRequest,
    GetCelebrityInfoResponse,
    RecognizeCelebritiesRequest,
    RecognizeCelebritiesResponse
);
