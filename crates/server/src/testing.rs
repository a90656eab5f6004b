//! Fakes for the tests of this crate: faces without networks.

use std::sync::Arc;

use overt_vision::face::{Attributes, Face, Landmark, LandmarkKind, Point, Pose, Quality, Rect, Wanted};
use overt_vision::template::Template;

use crate::engine::{Engine, EngineError, Findings};

/// A face of good quality whose template points in the direction `angle`, radians.
pub(crate) fn face(angle: f32) -> Face {
    let landmark = |kind, x| Landmark { kind, at: Point { x, y: 50.0 } };
    Face {
        bounds: Rect { left: 20.0, top: 10.0, width: 100.0, height: 120.0 },
        confidence: 0.99,
        landmarks: vec![
            landmark(LandmarkKind::EyeLeft, 50.0),
            landmark(LandmarkKind::EyeRight, 90.0),
            landmark(LandmarkKind::MouthLeft, 55.0),
            landmark(LandmarkKind::MouthRight, 85.0),
            landmark(LandmarkKind::Nose, 70.0),
        ],
        pose: Pose { roll: 0.0, yaw: 0.0, pitch: 0.0 },
        quality: Quality { brightness: 80.0, sharpness: 80.0 },
        attributes: Attributes::default(),
        template: Some(Template { version: Arc::from("fake-1"), values: [angle.cos(), angle.sin()].into() }),
    }
}

/// Reads "pictures" that are JSON: a list of angles, one face each; `boom` panics.
pub(crate) struct FakeEngine;

impl Engine for FakeEngine {
    fn faces(&mut self, file: &[u8], max_faces: usize, _: Wanted) -> Result<Findings, EngineError> {
        assert_ne!(file, b"boom", "a picture that makes the engine panic");
        let angles: Vec<f32> = serde_json::from_slice(file)
            .map_err(|_error| EngineError::Picture(overt_vision::DecodeError::NotAnImage))?;
        let faces = angles.into_iter().take(max_faces).map(face).collect();
        Ok(Findings { width: 200, height: 200, faces })
    }

    fn similarity(&self, one: &Template, other: &Template) -> Result<f32, EngineError> {
        let score: f32 = one.values.iter().zip(&*other.values).map(|(a, b)| a * b).sum();
        Ok((score * 100.0).clamp(0.0, 100.0))
    }
}
