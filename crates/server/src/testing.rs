//! Fakes for the tests of this crate: faces without networks, by two recognisers; a collection to keep such in.

use overt_gallery::NewCollection;
use overt_gallery::policy::{LegalBasis, Policy, Purpose};
use overt_vision::calibration::{Calibration, Data, Method, Row};
use overt_vision::face::{Attributes, Face, Landmark, LandmarkKind, Point, Pose, Quality, Rect, Wanted};
use overt_vision::labels::{CLASSES, Evidence, Taxonomy};
use overt_vision::moderation::Unsafe;
use overt_vision::properties::{ImageProperties, PictureQuality};
use overt_vision::similarity::false_match_rate_of;
use overt_vision::text::{Line, Word};
use overt_vision::{Known, Moderation, Recognisers, Template, TemplateVersion, VisionError};

use crate::engine::{Engine, EngineError, Findings, FoundLabel, LabelFindings, LabelsWanted, TextFindings};
use crate::recognition::Recognition;

/// The default template version of the fakes: the angle's cosine and sine, and zeros up to the fewest numbers that are stored.
pub(crate) const FAKE_1: &str = "fake-1";

/// The other version: three numbers and zeros.
pub(crate) const FAKE_2: &str = "fake-2";

/// Numbers in a template of [`FAKE_1`].
pub(crate) const NUMBERS_1: usize = 64;

/// Numbers in a template of [`FAKE_2`].
pub(crate) const NUMBERS_2: usize = 96;

/// A collection for research, of templates of [`NUMBERS_1`] numbers and a version that no recogniser has.
pub(crate) fn research(name: &str) -> NewCollection {
    let (owner, basis) = ("Testers".parse().unwrap(), Some(LegalBasis::NoLivingPerson));
    NewCollection {
        name: name.parse().unwrap(),
        version: "test-1".parse().unwrap(),
        dimensions: NUMBERS_1,
        tags: Default::default(),
        policy: Policy::new(owner, Purpose::Research, basis, None, None, None).unwrap(),
    }
}

/// A face whose template, of version [`FAKE_1`], points in the direction `angle`, radians; of good quality, or with a
/// negative angle so dark that no quality bar lets it pass.
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
        quality: Quality { brightness: if angle < 0.0 { 1.0 } else { 80.0 }, sharpness: 80.0 },
        attributes: Attributes::default(),
        template: template(angle, &FAKE_1.into()),
    }
}

/// The template that the fake recogniser of `version` makes of a face; `None` when there is no such recogniser.
pub(crate) fn template(angle: f32, version: &TemplateVersion) -> Option<Template> {
    let (cos, sin) = (angle.cos(), angle.sin());
    let (mut values, numbers) = match version.as_str() {
        FAKE_1 => (vec![cos, sin], NUMBERS_1),
        FAKE_2 => (vec![sin, 0.6 * cos, 0.8 * cos], NUMBERS_2),
        _ => return None,
    };
    values.resize(numbers, 0.0);
    Some(Template { version: version.clone(), values: values.into() })
}

/// A calibration by which a score of `lowest` has the similarity 0, a score of 1 has 100, and others lie on the line
/// between.
pub(crate) fn fake_calibration(version: &str, lowest: f32) -> Calibration {
    let row = |similarity: f32| {
        let rate = false_match_rate_of(f64::from(similarity));
        Row {
            similarity: f64::from(similarity),
            score: lowest + (1.0 - lowest) * similarity / 100.0,
            false_match_rate: rate,
            low: rate,
            high: rate,
            true_match_rate: 0.5,
            extrapolated: false,
        }
    };
    let data = Data {
        description: "fake".into(),
        people: 2,
        images: 4,
        failures_to_acquire: 0,
        genuine_pairs: 2,
        impostor_pairs: 4,
    };
    let method = Method { interval: "none".into(), tail: "none".into(), fewest_false_matches: 0 };
    let rows = [0.0, 80.0, 99.0, 100.0].map(row).into();
    Calibration::new(version.into(), data, method, rows).unwrap()
}

/// The recognisers of [`FakeEngine`]: similarity 100 is a score of 1 for both, 0 a score of 0 for [`FAKE_1`] and of 0.5
/// for [`FAKE_2`].
pub(crate) fn recognition() -> Recognition {
    let known =
        |version: &str, numbers| Known { version: version.into(), numbers, network: None, digest: None };
    let recognisers =
        Recognisers::new([known(FAKE_1, NUMBERS_1), known(FAKE_2, NUMBERS_2)]).with_default(FAKE_1).unwrap();
    Recognition::new(recognisers, [fake_calibration(FAKE_1, 0.0), fake_calibration(FAKE_2, 0.5)])
}

/// Reads "pictures" that are JSON: a list of angles, one face each; for labels, a list of a classifier's class and its probability. `boom`
/// panics.
pub(crate) struct FakeEngine;

impl Engine for FakeEngine {
    /// Reads a "picture" that is JSON: names and confidences of entries at level 1.
    fn moderation(&mut self, file: &[u8], _least: f32) -> Result<Moderation, EngineError> {
        let entries: std::collections::BTreeMap<String, f32> = serde_json::from_slice(file)
            .map_err(|_error| EngineError::Picture(overt_vision::DecodeError::NotAnImage))?;
        let entry = |(name, confidence)| Unsafe { name, parent: String::new(), level: 1, confidence };
        Ok(Moderation { labels: entries.into_iter().map(entry).collect(), content: Vec::new() })
    }

    fn faces(&mut self, file: &[u8], max_faces: usize, wanted: &Wanted) -> Result<Findings, EngineError> {
        assert_ne!(file, b"boom", "a picture that makes the engine panic");
        let angles: Vec<f32> = serde_json::from_slice(file)
            .map_err(|_error| EngineError::Picture(overt_vision::DecodeError::NotAnImage))?;
        let faces = angles.into_iter().take(max_faces).enumerate().map(|(index, angle)| {
            let template = match &wanted.template {
                None => None,
                Some(version) => Some(template(angle, version).ok_or_else(|| unknown(version))?),
            };
            let mut face = Face { template, ..face(angle) };
            // Beside each other: two faces at one place are one.
            face.bounds.left += 110.0 * index as f32;
            Ok(face)
        });
        let faces = faces.collect::<Result<_, VisionError>>()?;
        Ok(Findings { width: 200, height: 200, faces })
    }

    fn labels(&mut self, file: &[u8], wanted: &LabelsWanted<'_>) -> Result<LabelFindings, EngineError> {
        let seen: Vec<(usize, f32)> = serde_json::from_slice(file)
            .map_err(|_error| EngineError::Picture(overt_vision::DecodeError::NotAnImage))?;
        let mut classes = vec![0.0; CLASSES];
        for (class, probability) in seen {
            classes[class] = probability;
        }
        let taxonomy = std::sync::Arc::new(Taxonomy::built_in().map_err(VisionError::from)?);
        let labels = wanted.labels.map(|choose| {
            let evidence = Evidence { classes: Some(&classes), ..Evidence::default() };
            let chosen = choose(&taxonomy, overt_vision::labels::labels(&taxonomy, &evidence));
            chosen.into_iter().map(|label| FoundLabel { label, colours: Vec::new() }).collect()
        });
        let quality = PictureQuality { brightness: 50.0, sharpness: 50.0 };
        let properties = wanted.colours.map(|_most| ImageProperties {
            quality,
            contrast: 25.0,
            colours: Vec::new(),
            foreground: None,
            background: None,
        });
        Ok(LabelFindings { width: 200, height: 200, taxonomy, labels, properties })
    }

    /// A line of one word for each string in the list that the "picture" is.
    fn text(&mut self, file: &[u8]) -> Result<TextFindings, EngineError> {
        let words: Vec<String> = serde_json::from_slice(file)
            .map_err(|_error| EngineError::Picture(overt_vision::DecodeError::NotAnImage))?;
        let lines = words.into_iter().enumerate().map(|(index, text)| {
            let top = 20.0 * index as f32;
            let corners = [(10.0, top), (90.0, top), (90.0, top + 15.0), (10.0, top + 15.0)];
            let corners = corners.map(|(x, y)| Point { x, y });
            Line { words: vec![Word { text, corners, confidence: 0.9 }], corners, confidence: 0.9 }
        });
        Ok(TextFindings { width: 200, height: 200, lines: lines.collect() })
    }
}

fn unknown(version: &TemplateVersion) -> VisionError {
    recognition()
        .recognisers()
        .find(version)
        .map_or_else(VisionError::from, |known| panic!("{} is known and has no fake", known.version))
}
