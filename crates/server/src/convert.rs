//! From findings to the shapes of the API.
//!
//! Owns units and conventions of the answer: ratios of the picture's size, percentages, names. Refuses to decide
//! anything about a face.
//!
//! # Invariants
//! - Boxes and landmarks are not clamped: a face that is cut off has a box that is not.
//! - What was not found out is absent, never a default.
//! - No answer holds a number that is not finite (JSON has none): it would be left out.

mod labels;
mod moderation;
pub mod text;

use overt_gallery::{FaceBox, FaceRecord};
use overt_protocol::generated as aws;
use overt_vision::face::{
    AgeRange, Attributes, Emotion, EyeDirection, Face, Finding, Gender, Landmark, LandmarkKind, Pose,
    Quality, Rect,
};

use crate::engine::Findings;

pub use labels::{image_properties, labels};
pub use moderation::{content_types, moderation_labels};

/// Size of the upright picture, pixels: what positions are ratios of.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    width: f32,
    height: f32,
}

impl Scale {
    /// Of a picture's findings.
    #[must_use]
    pub fn of(findings: &Findings) -> Self {
        Self::sized(findings.width, findings.height)
    }

    /// Of a picture of this size, pixels.
    #[must_use]
    pub fn sized(width: u32, height: u32) -> Self {
        // Pictures are far smaller than 2^24, up to where f32 counts exactly.
        Self { width: width.max(1) as f32, height: height.max(1) as f32 }
    }

    /// A point as ratios.
    fn point(self, point: overt_vision::face::Point) -> aws::Point {
        aws::Point { x: finite(point.x / self.width), y: finite(point.y / self.height) }
    }

    /// A box as ratios.
    #[must_use]
    pub fn bounding_box(self, bounds: Rect) -> aws::BoundingBox {
        aws::BoundingBox {
            width: finite(bounds.width / self.width),
            height: finite(bounds.height / self.height),
            left: finite(bounds.left / self.width),
            top: finite(bounds.top / self.height),
        }
    }

    fn landmarks(self, landmarks: &[Landmark]) -> Vec<aws::Landmark> {
        landmarks
            .iter()
            .map(|landmark| aws::Landmark {
                r#type: Some(landmark_type(landmark.kind)),
                x: finite(landmark.at.x / self.width),
                y: finite(landmark.at.y / self.height),
            })
            .collect()
    }
}

/// Everything known about a face.
#[must_use]
pub fn face_detail(scale: Scale, face: &Face) -> aws::FaceDetail {
    let Face { bounds, confidence, landmarks, pose, quality, attributes, template: _ } = face;
    // All named: a new attribute does not compile until it is decided.
    let Attributes {
        age,
        gender,
        smile,
        eyeglasses,
        sunglasses,
        beard,
        mustache,
        eyes_open,
        mouth_open,
        face_occluded,
        eye_direction,
        emotions,
    } = attributes;
    aws::FaceDetail {
        bounding_box: Some(scale.bounding_box(*bounds)),
        confidence: percent(*confidence),
        landmarks: Some(scale.landmarks(landmarks)),
        pose: Some(self::pose(*pose)),
        quality: Some(image_quality(*quality)),
        age_range: age.map(age_range),
        gender: gender.map(self::gender),
        smile: smile.map(|f| aws::Smile { value: Some(f.value), confidence: percent(f.confidence) }),
        eyeglasses: eyeglasses
            .map(|f| aws::Eyeglasses { value: Some(f.value), confidence: percent(f.confidence) }),
        sunglasses: sunglasses
            .map(|f| aws::Sunglasses { value: Some(f.value), confidence: percent(f.confidence) }),
        beard: beard.map(|f| aws::Beard { value: Some(f.value), confidence: percent(f.confidence) }),
        mustache: mustache.map(|f| aws::Mustache { value: Some(f.value), confidence: percent(f.confidence) }),
        eyes_open: eyes_open
            .map(|f| aws::EyeOpen { value: Some(f.value), confidence: percent(f.confidence) }),
        mouth_open: mouth_open
            .map(|f| aws::MouthOpen { value: Some(f.value), confidence: percent(f.confidence) }),
        face_occluded: face_occluded
            .map(|f| aws::FaceOccluded { value: Some(f.value), confidence: percent(f.confidence) }),
        eye_direction: eye_direction.map(self::eye_direction),
        emotions: self::emotions(emotions),
    }
}

/// A face as CompareFaces answers it: without attributes.
#[must_use]
pub fn compared_face(scale: Scale, face: &Face) -> aws::ComparedFace {
    aws::ComparedFace {
        bounding_box: Some(scale.bounding_box(face.bounds)),
        confidence: percent(face.confidence),
        landmarks: Some(scale.landmarks(&face.landmarks)),
        pose: Some(pose(face.pose)),
        quality: Some(image_quality(face.quality)),
        emotions: None,
        smile: None,
    }
}

/// The source face of CompareFaces: box and confidence only.
#[must_use]
pub fn source_face(scale: Scale, face: &Face) -> aws::ComparedSourceImageFace {
    aws::ComparedSourceImageFace {
        bounding_box: Some(scale.bounding_box(face.bounds)),
        confidence: percent(face.confidence),
    }
}

/// A face's box as it is stored: ratios rounded to six decimals, as the real service keeps them. A side that is no number
/// is 0, because a record has no room for its absence.
#[must_use]
pub fn stored_box(scale: Scale, face: &Face) -> FaceBox {
    let rounded = |side: Option<f32>| {
        let side = f64::from(side.unwrap_or(0.0));
        ((side * 1e6).round() / 1e6) as f32
    };
    let aws::BoundingBox { width, height, left, top } = scale.bounding_box(face.bounds);
    FaceBox { left: rounded(left), top: rounded(top), width: rounded(width), height: rounded(height) }
}

/// The detector's confidence, percent; 0 for one that is no number.
#[must_use]
pub fn confidence(face: &Face) -> f32 {
    percent(face.confidence).unwrap_or(0.0)
}

/// A face of a collection. `version` is the collection's, and so the face's.
#[must_use]
pub fn stored_face(face: FaceRecord, version: &str) -> aws::Face {
    // All named: a member that the record gains does not compile until it is decided.
    let FaceRecord { id, image, external_id, bounding_box, confidence, created: _, user, finder: _ } = face;
    let FaceBox { left, top, width, height } = bounding_box;
    aws::Face {
        face_id: Some(id.to_string()),
        bounding_box: Some(aws::BoundingBox {
            width: finite(width),
            height: finite(height),
            left: finite(left),
            top: finite(top),
        }),
        image_id: Some(image.to_string()),
        external_image_id: external_id.map(|id| id.to_string()),
        confidence: finite(confidence),
        index_faces_model_version: Some(version.to_owned()),
        user_id: user.map(|user| user.to_string()),
    }
}

/// 0..=1 as a percentage, held inside 0..=100 against rounding.
fn percent(ratio: f32) -> Option<f32> {
    finite((ratio * 100.0).clamp(0.0, 100.0))
}

fn finite(number: f32) -> Option<f32> {
    Some(number).filter(|number| number.is_finite())
}

fn pose(pose: Pose) -> aws::Pose {
    aws::Pose { roll: finite(pose.roll), yaw: finite(pose.yaw), pitch: finite(pose.pitch) }
}

fn image_quality(quality: Quality) -> aws::ImageQuality {
    aws::ImageQuality {
        brightness: finite(quality.brightness.clamp(0.0, 100.0)),
        sharpness: finite(quality.sharpness.clamp(0.0, 100.0)),
    }
}

fn age_range(age: AgeRange) -> aws::AgeRange {
    aws::AgeRange { low: Some(age.low.into()), high: Some(age.high.into()) }
}

fn gender(finding: Finding<Gender>) -> aws::Gender {
    let value = match finding.value {
        Gender::Female => aws::GenderType::FEMALE,
        Gender::Male => aws::GenderType::MALE,
    };
    aws::Gender { value: Some(value), confidence: percent(finding.confidence) }
}

fn eye_direction(direction: EyeDirection) -> aws::EyeDirection {
    aws::EyeDirection {
        yaw: finite(direction.yaw),
        pitch: finite(direction.pitch),
        confidence: percent(direction.confidence),
    }
}

/// Most confident first, as the API answers them; absent when not asked for.
fn emotions(findings: &[Finding<Emotion>]) -> Option<Vec<aws::Emotion>> {
    if findings.is_empty() {
        return None;
    }
    let mut findings = findings.to_vec();
    findings.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    Some(
        findings
            .into_iter()
            .map(|finding| aws::Emotion {
                r#type: Some(emotion_name(finding.value)),
                confidence: percent(finding.confidence),
            })
            .collect(),
    )
}

fn emotion_name(emotion: Emotion) -> aws::EmotionName {
    match emotion {
        Emotion::Happy => aws::EmotionName::HAPPY,
        Emotion::Sad => aws::EmotionName::SAD,
        Emotion::Angry => aws::EmotionName::ANGRY,
        Emotion::Confused => aws::EmotionName::CONFUSED,
        Emotion::Disgusted => aws::EmotionName::DISGUSTED,
        Emotion::Surprised => aws::EmotionName::SURPRISED,
        Emotion::Calm => aws::EmotionName::CALM,
        Emotion::Fear => aws::EmotionName::FEAR,
    }
}

fn landmark_type(kind: LandmarkKind) -> aws::LandmarkType {
    use LandmarkKind as Kind;
    use aws::LandmarkType as Type;
    match kind {
        Kind::EyeLeft => Type::EYE_LEFT,
        Kind::EyeRight => Type::EYE_RIGHT,
        Kind::MouthLeft => Type::MOUTH_LEFT,
        Kind::MouthRight => Type::MOUTH_RIGHT,
        Kind::Nose => Type::NOSE,
        Kind::LeftEyeBrowLeft => Type::LEFT_EYE_BROW_LEFT,
        Kind::LeftEyeBrowRight => Type::LEFT_EYE_BROW_RIGHT,
        Kind::LeftEyeBrowUp => Type::LEFT_EYE_BROW_UP,
        Kind::RightEyeBrowLeft => Type::RIGHT_EYE_BROW_LEFT,
        Kind::RightEyeBrowRight => Type::RIGHT_EYE_BROW_RIGHT,
        Kind::RightEyeBrowUp => Type::RIGHT_EYE_BROW_UP,
        Kind::LeftEyeLeft => Type::LEFT_EYE_LEFT,
        Kind::LeftEyeRight => Type::LEFT_EYE_RIGHT,
        Kind::LeftEyeUp => Type::LEFT_EYE_UP,
        Kind::LeftEyeDown => Type::LEFT_EYE_DOWN,
        Kind::RightEyeLeft => Type::RIGHT_EYE_LEFT,
        Kind::RightEyeRight => Type::RIGHT_EYE_RIGHT,
        Kind::RightEyeUp => Type::RIGHT_EYE_UP,
        Kind::RightEyeDown => Type::RIGHT_EYE_DOWN,
        Kind::NoseLeft => Type::NOSE_LEFT,
        Kind::NoseRight => Type::NOSE_RIGHT,
        Kind::MouthUp => Type::MOUTH_UP,
        Kind::MouthDown => Type::MOUTH_DOWN,
        Kind::LeftPupil => Type::LEFT_PUPIL,
        Kind::RightPupil => Type::RIGHT_PUPIL,
        Kind::UpperJawlineLeft => Type::UPPER_JAWLINE_LEFT,
        Kind::MidJawlineLeft => Type::MID_JAWLINE_LEFT,
        Kind::ChinBottom => Type::CHIN_BOTTOM,
        Kind::MidJawlineRight => Type::MID_JAWLINE_RIGHT,
        Kind::UpperJawlineRight => Type::UPPER_JAWLINE_RIGHT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::face;

    fn scale() -> Scale {
        Scale { width: 200.0, height: 100.0 }
    }

    #[test]
    fn positions_are_ratios_and_not_clamped() {
        let bounds = Rect { left: -10.0, top: 90.0, width: 50.0, height: 50.0 };
        let converted = scale().bounding_box(bounds);
        assert_eq!(converted.left, Some(-0.05));
        assert_eq!(converted.top, Some(0.9));
        assert_eq!((converted.width, converted.height), (Some(0.25), Some(0.5)));
    }

    #[test]
    fn stored_boxes_have_six_decimals() {
        let mut found = face(0.0);
        found.bounds = Rect { left: -1.0 / 3.0, top: 200.0 / 3.0, width: 12.666_667, height: f32::NAN };
        let stored = stored_box(scale(), &found);
        // As the developer guide shows it: 0.06333333… answered by IndexFaces, 0.063333 (as an f32) afterwards.
        assert_eq!(stored.width, 0.063_333);
        assert_eq!((stored.left, stored.top, stored.height), (-0.001_667, 0.666_667, 0.0));
    }

    #[test]
    fn a_stored_face_leaves_out_what_it_does_not_have() {
        let record = FaceRecord {
            id: "01901234-5678-7abc-8def-0123456789ab".parse().unwrap(),
            image: "11111111-2222-5333-8444-555555555555".parse().unwrap(),
            external_id: None,
            bounding_box: FaceBox { left: -0.5, top: 0.25, width: 0.125, height: 0.75 },
            confidence: 99.5,
            created: overt_gallery::Moment::from_millis(0),
            user: None,
            finder: overt_gallery::Finder::from_bytes([0; 16]),
        };
        let json = serde_json::to_value(stored_face(record.clone(), "fake-1")).unwrap();
        let expected = serde_json::json!({
            "FaceId": "01901234-5678-7abc-8def-0123456789ab",
            "BoundingBox": { "Left": -0.5, "Top": 0.25, "Width": 0.125, "Height": 0.75 },
            "ImageId": "11111111-2222-5333-8444-555555555555",
            "Confidence": 99.5,
            "IndexFacesModelVersion": "fake-1",
        });
        assert_eq!(json, expected);
        let full = FaceRecord {
            external_id: Some("a:b".parse().unwrap()),
            user: Some("anna".parse().unwrap()),
            ..record
        };
        let json = serde_json::to_value(stored_face(full, "fake-1")).unwrap();
        assert_eq!((&json["ExternalImageId"], &json["UserId"]), (&"a:b".into(), &"anna".into()));
    }

    #[test]
    fn percentages_stay_in_range_and_what_is_no_number_is_absent() {
        assert_eq!(percent(0.5), Some(50.0));
        assert_eq!(percent(1.000_001), Some(100.0));
        assert_eq!(percent(-0.1), Some(0.0));
        assert_eq!(percent(f32::NAN), None);
    }

    #[test]
    fn members_without_findings_are_absent() {
        let detail = serde_json::to_value(face_detail(scale(), &face(0.0))).unwrap();
        let mut members: Vec<_> = detail.as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"]);
    }

    #[test]
    fn every_attribute_has_its_member() {
        let yes = Some(Finding { value: true, confidence: 0.75 });
        let mut full = face(0.0);
        full.attributes = Attributes {
            age: Some(AgeRange { low: 20, high: 30 }),
            gender: Some(Finding { value: Gender::Female, confidence: 0.75 }),
            smile: yes,
            eyeglasses: yes,
            sunglasses: yes,
            beard: yes,
            mustache: yes,
            eyes_open: yes,
            mouth_open: yes,
            face_occluded: yes,
            eye_direction: Some(EyeDirection { yaw: 1.0, pitch: 2.0, confidence: 0.75 }),
            emotions: vec![
                Finding { value: Emotion::Calm, confidence: 0.25 },
                Finding { value: Emotion::Happy, confidence: 0.5 },
            ],
        };
        let detail = serde_json::to_value(face_detail(scale(), &full)).unwrap();
        assert_eq!(detail.as_object().unwrap().len(), 17);
        for member in [
            "Smile",
            "Eyeglasses",
            "Sunglasses",
            "Beard",
            "Mustache",
            "EyesOpen",
            "MouthOpen",
            "FaceOccluded",
        ] {
            assert_eq!(detail[member], serde_json::json!({ "Value": true, "Confidence": 75.0 }), "{member}");
        }
        assert_eq!(detail["Gender"]["Value"], "Female");
        assert_eq!(detail["Emotions"][0]["Type"], "HAPPY");
    }
}
