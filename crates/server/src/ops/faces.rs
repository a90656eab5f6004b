//! DetectFaces and CompareFaces.
//!
//! Owns their rules beyond the model's constraints: which attributes are looked for, which faces are compared, how
//! the answers are ordered. Refuses to know networks and HTTP.
//!
//! # Invariants
//! - Faces are answered largest first, matches most similar first.
//! - A template is asked for only where it is compared, and is dropped with the request.

use overt_gallery::{ImageId, PictureDigest};
use overt_protocol::ErrorCode;
use overt_protocol::generated::{
    Attribute, CompareFacesMatch, CompareFacesRequest, CompareFacesResponse, DetectFacesRequest,
    DetectFacesResponse,
};
use overt_vision::MAX_FACES;
use overt_vision::face::{Face, Wanted};

use super::quality::QualityBar;
use super::{Answer, SALT_HEADER, Services, TARGET_SALT_HEADER, images, thresholds, to_json};
use crate::account::{Deed, Thousandths};
use crate::convert::{self, Scale};
use crate::engine::{Engine, EngineError, Findings};
use crate::error::ApiError;
use crate::recognition::{Recognition, RecognitionError};

/// Documented default of `SimilarityThreshold`.
pub const DEFAULT_SIMILARITY_THRESHOLD: f32 = 80.0;

pub(super) async fn detect_faces(
    request: DetectFacesRequest,
    services: &Services,
) -> Result<Vec<u8>, ApiError> {
    let DetectFacesRequest { image, attributes } = request;
    let wanted = wanted(&attributes.unwrap_or_default());
    let image = images::load(image, "Image", services).await?;
    services.workers.run(move |engine| to_json(&detect(&mut **engine, image.as_ref(), &wanted)?)).await?
}

/// The answer of DetectFaces for one encoded picture.
///
/// # Errors
/// [`EngineError`]; a picture without a face has an empty list.
pub fn detect(
    engine: &mut dyn Engine,
    file: &[u8],
    wanted: &Wanted,
) -> Result<DetectFacesResponse, EngineError> {
    let findings = engine.faces(file, MAX_FACES, wanted)?;
    Ok(detect_answer(&findings))
}

/// The answer of DetectFaces for what was found.
#[must_use]
pub fn detect_answer(findings: &Findings) -> DetectFacesResponse {
    let scale = Scale::of(findings);
    DetectFacesResponse {
        face_details: Some(findings.faces.iter().map(|face| convert::face_detail(scale, face)).collect()),
        orientation_correction: None,
    }
}

/// What a list of attributes asks for. The default ones always come; thirty landmarks come with ALL only.
#[must_use]
pub fn wanted(attributes: &[Attribute]) -> Wanted {
    let asked =
        |attribute: Attribute| attributes.contains(&attribute) || attributes.contains(&Attribute::ALL);
    Wanted {
        all_landmarks: attributes.contains(&Attribute::ALL),
        age: asked(Attribute::AGE_RANGE),
        gender: asked(Attribute::GENDER),
        smile: asked(Attribute::SMILE),
        eyeglasses: asked(Attribute::EYEGLASSES),
        sunglasses: asked(Attribute::SUNGLASSES),
        beard: asked(Attribute::BEARD),
        mustache: asked(Attribute::MUSTACHE),
        eyes_open: asked(Attribute::EYES_OPEN),
        mouth_open: asked(Attribute::MOUTH_OPEN),
        face_occluded: asked(Attribute::FACE_OCCLUDED),
        eye_direction: asked(Attribute::EYE_DIRECTION),
        emotions: asked(Attribute::EMOTIONS),
        template: None,
    }
}

pub(super) async fn compare_faces(
    request: CompareFacesRequest,
    services: &Services,
) -> Result<Answer, ApiError> {
    let CompareFacesRequest { source_image, target_image, similarity_threshold, quality_filter } = request;
    let threshold = similarity_threshold.unwrap_or(DEFAULT_SIMILARITY_THRESHOLD);
    let bar = QualityBar::named(quality_filter.as_ref());
    // One after the other, so that an error does not depend on which store is faster: the source's comes first.
    let source = images::load(source_image, "SourceImage", services).await?;
    let target = images::load(target_image, "TargetImage", services).await?;
    let recognition = services.recognition.clone();
    let seal = services.seal()?;
    let (salt, target_salt) = (seal.salt(), seal.second_salt());
    let answer = services.workers.run(move |engine| {
        let engine = &mut **engine;
        let compared = compare(engine, &recognition, source.as_ref(), target.as_ref(), bar)?;
        let image = |file: &[u8]| ImageId::of(file, PictureDigest::default());
        let deed = Deed::Comparison {
            source: seal.picture(image(source.as_ref())),
            target: seal.second_picture(image(target.as_ref())),
            threshold: Thousandths::of(threshold),
            model: recognition.default_version().to_string(),
            matches: compared
                .matches(threshold)
                .into_iter()
                .map(|(similarity, _)| Thousandths::of(similarity))
                .collect(),
        };
        let version = recognition.default_version();
        let rate = recognition.false_match_rate(version, threshold)?;
        let headers = thresholds::values(vec![
            (thresholds::MODEL, recognition.model(version).to_owned()),
            (thresholds::THRESHOLD, threshold.to_string()),
            (thresholds::FALSE_MATCH_RATE, thresholds::rate(rate)),
        ]);
        Ok::<_, ApiError>(Answer {
            json: to_json(&compared.answer(threshold))?,
            headers,
            deed: Some((deed, seal)),
        })
    });
    Ok(answer.await??.with_header(SALT_HEADER, &salt).with_header(TARGET_SALT_HEADER, &target_salt))
}

/// Why two pictures were not compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// The engine failed.
    #[error("the pictures cannot be compared")]
    Engine(#[from] EngineError),
    /// No recogniser or calibration is there for the comparison.
    #[error("the faces cannot be compared")]
    Recognition(#[from] RecognitionError),
    /// A face came without its template: ours.
    #[error("a face came without its template")]
    NoTemplate,
    /// A picture has no face, or none that passes the quality bar.
    #[error("there are no faces in the {which} image{}", if *filtered { " that pass the quality filter" } else { "" })]
    NoFace {
        /// `source` or `target`.
        which: &'static str,
        /// Whether faces were there and all were removed.
        filtered: bool,
    },
}

impl From<CompareError> for ApiError {
    fn from(error: CompareError) -> Self {
        match error {
            CompareError::Engine(error) => error.into(),
            CompareError::Recognition(error) => error.into(),
            CompareError::NoTemplate => Self::internal("a face came without its template"),
            CompareError::NoFace { .. } => Self::new(
                ErrorCode::InvalidParameterException,
                format!("Request has invalid parameters: {error}"),
            ),
        }
    }
}

/// The source's largest face with every face of the target and their similarities.
#[derive(Debug)]
pub struct Compared {
    /// The source picture; its first face is the one compared.
    pub source: Findings,
    /// The target picture's faces, largest first.
    pub target: Findings,
    /// Similarity of each target face to the source face, 0..=100.
    pub similarities: Vec<f32>,
}

/// Compares the largest face of `source` with each of the largest faces of `target`. Faces below the bar do not
/// take part at all. Templates are those of the default recogniser.
///
/// # Errors
/// [`CompareError`].
pub fn compare(
    engine: &mut dyn Engine,
    recognition: &Recognition,
    source: &[u8],
    target: &[u8],
    bar: Option<QualityBar>,
) -> Result<Compared, CompareError> {
    let version = recognition.default_version();
    // Before anything is decoded: without a calibration all work would be for nothing.
    recognition.calibration(version)?;
    let wanted = Wanted { template: Some(version.clone()), ..Wanted::default() };
    // Without a bar the largest face is the one; with one, it may be the second or third.
    let candidates = if bar.is_some() { MAX_FACES } else { 1 };
    let mut source = kept(engine.faces(source, candidates, &wanted)?, bar, "source")?;
    source.faces.truncate(1);
    let target = kept(engine.faces(target, MAX_FACES, &wanted)?, bar, "target")?;
    let probe =
        source.faces.first().and_then(|face| face.template.as_ref()).ok_or(CompareError::NoTemplate)?;
    let similarity = |face: &Face| {
        let template = face.template.as_ref().ok_or(CompareError::NoTemplate)?;
        Ok(recognition.compare(probe, template)?)
    };
    let similarities = target.faces.iter().map(similarity).collect::<Result<_, CompareError>>()?;
    Ok(Compared { source, target, similarities })
}

fn kept(
    mut findings: Findings,
    bar: Option<QualityBar>,
    which: &'static str,
) -> Result<Findings, CompareError> {
    let found = findings.faces.len();
    if let Some(bar) = bar {
        findings.faces.retain(|face| bar.passes(face));
    }
    if findings.faces.is_empty() {
        return Err(CompareError::NoFace { which, filtered: found > 0 });
    }
    Ok(findings)
}

impl Compared {
    /// The target's faces that reach a threshold, with their similarities: most alike first, of equal ones the larger.
    fn matches(&self, threshold: f32) -> Vec<(f32, &Face)> {
        let all = self.similarities.iter().copied().zip(&self.target.faces);
        let mut matches: Vec<(f32, &Face)> = all.filter(|(similarity, _)| *similarity >= threshold).collect();
        matches.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        matches
    }

    /// The answer of CompareFaces at a threshold, which counts as reached.
    #[must_use]
    pub fn answer(&self, threshold: f32) -> CompareFacesResponse {
        let scale = Scale::of(&self.target);
        let unmatched = self.target.faces.iter().zip(&self.similarities);
        let unmatched = unmatched.filter(|(_, similarity)| **similarity < threshold);
        let unmatched = unmatched.map(|(face, _)| convert::compared_face(scale, face)).collect();
        let face_matches = self
            .matches(threshold)
            .into_iter()
            .map(|(similarity, face)| CompareFacesMatch {
                similarity: Some(similarity),
                face: Some(convert::compared_face(scale, face)),
            })
            .collect();
        CompareFacesResponse {
            source_image_face: self
                .source
                .faces
                .first()
                .map(|face| convert::source_face(Scale::of(&self.source), face)),
            face_matches: Some(face_matches),
            unmatched_faces: Some(unmatched),
            source_image_orientation_correction: None,
            target_image_orientation_correction: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FAKE_2, FakeEngine, fake_calibration, recognition};
    use overt_protocol::generated::QualityFilter;

    fn run(source: &str, target: &str, bar: Option<QualityBar>) -> Result<Compared, CompareError> {
        compare(&mut FakeEngine, &recognition(), source.as_bytes(), target.as_bytes(), bar)
    }

    #[test]
    fn attributes_select_what_is_looked_for() {
        assert_eq!(wanted(&[]), Wanted::default());
        assert_eq!(wanted(&[Attribute::DEFAULT]), Wanted::default());
        let smile = Wanted { smile: true, ..Wanted::default() };
        assert_eq!(wanted(&[Attribute::DEFAULT, Attribute::SMILE, Attribute::SMILE]), smile);
        let all = wanted(&[Attribute::ALL]);
        assert_eq!(all, wanted(&[Attribute::ALL, Attribute::DEFAULT]));
        assert!(all.all_landmarks && all.emotions && all.face_occluded && all.template.is_none());
    }

    #[test]
    fn every_single_attribute_changes_something() {
        for name in Attribute::VALUES.iter().filter(|name| **name != "DEFAULT") {
            assert_ne!(wanted(&[Attribute::from(*name)]), Wanted::default(), "{name}");
        }
    }

    #[test]
    fn a_picture_without_faces_has_an_empty_list() {
        let answer = detect(&mut FakeEngine, b"[]", &Wanted::default()).unwrap();
        assert_eq!(serde_json::to_string(&answer).unwrap(), r#"{"FaceDetails":[]}"#);
    }

    #[test]
    fn matches_are_sorted_the_rest_is_unmatched_and_the_threshold_is_reached_by_equality() {
        // Cosines: 1, 0.5403, 0.9950.
        let compared = run("[0.0, 3.0]", "[0.0, 1.0, 0.1]", None).unwrap();
        let answer = compared.answer(compared.similarities[2]);
        let similarities: Vec<_> =
            answer.face_matches.unwrap().iter().map(|found| found.similarity.unwrap()).collect();
        assert_eq!(similarities, [compared.similarities[0], compared.similarities[2]]);
        assert_eq!(answer.unmatched_faces.unwrap().len(), 1);
        assert!(compared.answer(100.1).face_matches.unwrap().is_empty());
    }

    #[test]
    fn members_of_a_compared_face_are_the_documented_ones() {
        let answer = run("[0.0]", "[0.0, 1.5]", None).unwrap().answer(80.0);
        let json = serde_json::to_value(&answer).unwrap();
        let members = |value: &serde_json::Value| -> Vec<String> {
            let mut names: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
            names.sort();
            names
        };
        assert_eq!(members(&json), ["FaceMatches", "SourceImageFace", "UnmatchedFaces"]);
        assert_eq!(members(&json["SourceImageFace"]), ["BoundingBox", "Confidence"]);
        let face = ["BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"];
        assert_eq!(members(&json["FaceMatches"][0]), ["Face", "Similarity"]);
        assert_eq!(members(&json["FaceMatches"][0]["Face"]), face);
        assert_eq!(members(&json["UnmatchedFaces"][0]), face);
    }

    #[test]
    fn the_default_recogniser_makes_the_templates() {
        let recognisers = recognition().recognisers().clone().with_default(FAKE_2).unwrap();
        let compare = |calibrations: Vec<_>| {
            let recognition = Recognition::new(recognisers.clone(), calibrations);
            super::compare(&mut FakeEngine, &recognition, b"[0.0]", b"[0.0, 1.0]", None)
        };
        // The cosine of 1 is 0.5403; a score of 0.5 has the similarity 0.
        let similarities = compare(vec![fake_calibration(FAKE_2, 0.5)]).unwrap().similarities;
        assert!((similarities[0] - 100.0).abs() < 1e-3 && (similarities[1] - 8.06).abs() < 1e-2);
        let error = compare(vec![fake_calibration("other", 0.5)]).unwrap_err();
        assert!(
            matches!(&error, CompareError::Recognition(RecognitionError::Uncalibrated { version }) if &**version == FAKE_2)
        );
    }

    #[test]
    fn a_missing_face_names_the_picture() {
        for (source, target, which) in [("[]", "[0]", "source"), ("[0]", "[]", "target")] {
            let error = ApiError::from(run(source, target, None).unwrap_err());
            assert_eq!(error.code, ErrorCode::InvalidParameterException);
            assert!(error.message.contains(which), "{}", error.message);
        }
    }

    #[test]
    fn faces_below_the_bar_take_no_part() {
        // The fakes are 100 px wide: enough for MEDIUM and not for HIGH.
        let medium = QualityBar::named(Some(&QualityFilter::MEDIUM));
        assert_eq!(run("[0.0]", "[0.0, 1.0]", medium).unwrap().target.faces.len(), 2);
        let high = QualityBar::named(Some(&QualityFilter::HIGH));
        assert!(matches!(
            run("[0.0]", "[0.0]", high),
            Err(CompareError::NoFace { which: "source", filtered: true })
        ));
    }
}
