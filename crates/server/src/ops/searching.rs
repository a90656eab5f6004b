//! SearchFaces and SearchFacesByImage.
//!
//! Owns thresholds, limits and answers. The scan is the gallery's, what a score means the recognition's.
//!
//! # Invariants
//! - A match reaches the threshold, which counts as reached; matches come most similar first.
//! - A probe is searched for on the records pool, after its worker has gone on to the next picture, and is dropped with the
//!   request.

use std::time::Instant;

use metrics::{counter, histogram};
use overt_gallery::{Found, GalleryError, Match, Search};
use overt_protocol::ErrorCode;
use overt_protocol::generated::{
    FaceMatch, SearchFacesByImageRequest, SearchFacesByImageResponse, SearchFacesRequest, SearchFacesResponse,
};
use overt_vision::MAX_FACES;
use overt_vision::face::Wanted;

use super::quality::QualityBar;
use super::selection::{self, Selection};
use super::{Services, images, records};
use crate::convert::{self, Scale};
use crate::engine::{Engine, EngineError};
use crate::error::ApiError;
use crate::recognition::{Recognition, RecognitionError};

/// Documented default of `FaceMatchThreshold` and of `UserMatchThreshold` in searches.
pub const DEFAULT_MATCH_THRESHOLD: f32 = 80.0;
/// Most faces that a search answers: the limit of `MaxFaces`, which is also its default (Amazon documents none).
const MOST_FACES: usize = 4096;
/// A score is turned into a similarity and back along straight lines in single precision: what lies this little below the
/// threshold's score may still have its similarity. What does not is left out afterwards.
const ROUNDING: f32 = 1e-5;
/// Below every score: unit templates score -1 at least, and users' vectors are shorter than that.
const EVERYTHING: f32 = -4.0;

pub(super) async fn by_face(request: SearchFacesRequest, services: &Services) -> Result<Vec<u8>, ApiError> {
    let SearchFacesRequest { collection_id, face_id, max_faces, face_match_threshold } = request;
    let name = records::collection(collection_id.as_deref())?;
    let id = records::face(face_id.as_deref())?;
    let wish = Wish::new(face_match_threshold, max_faces, MOST_FACES);
    let recognition = services.recognition.clone();
    services
        .answer(move |gallery| {
            let version = gallery.collection(&name)?.version;
            let search = wish.search(&recognition, version.as_str())?;
            let (face, found) = timed(|| gallery.search_faces_by_face(&name, id, search))?;
            Ok(SearchFacesResponse {
                searched_face_id: Some(face.id.to_string()),
                face_model_version: Some(found.version.to_string()),
                face_matches: Some(face_matches(found, wish, &recognition)?),
            })
        })
        .await
}

pub(super) async fn by_image(
    request: SearchFacesByImageRequest,
    services: &Services,
) -> Result<Vec<u8>, ApiError> {
    let SearchFacesByImageRequest { collection_id, image, max_faces, face_match_threshold, quality_filter } =
        request;
    let name = records::collection(collection_id.as_deref())?;
    let wish = Wish::new(face_match_threshold, max_faces, MOST_FACES);
    let bar = QualityBar::named(quality_filter.as_ref());
    let version = records::version(&name, services).await?;
    let wanted = Wanted { template: Some(version.as_str().into()), ..Wanted::default() };
    let image = images::load(image, "Image", services).await?;
    // Without a bar the largest face is the one; with one, it may be a smaller one.
    let candidates = if bar.is_some() { MAX_FACES } else { 1 };
    let probe = services
        .workers
        .run(move |engine| probe(&mut **engine, image.as_ref(), candidates, &wanted, bar))
        .await??;
    let Some(face) = probe.selection.taken.into_iter().next() else {
        return Err(no_face(!probe.selection.left_out.is_empty()));
    };
    let recognition = services.recognition.clone();
    services
        .answer(move |gallery| {
            let search = wish.search(&recognition, version.as_str())?;
            let template = face.template.as_ref().map(|template| &*template.values).unwrap_or_default();
            let found =
                timed(|| gallery.search_faces(&name, &version, template, search).map(|found| ((), found)))?.1;
            Ok(SearchFacesByImageResponse {
                searched_face_bounding_box: Some(probe.scale.bounding_box(face.bounds)),
                searched_face_confidence: Some(convert::confidence(&face)),
                face_model_version: Some(found.version.to_string()),
                face_matches: Some(face_matches(found, wish, &recognition)?),
            })
        })
        .await
}

/// The sentence that clients of the real service look for, and what to do where there was a face.
fn no_face(filtered: bool) -> ApiError {
    let sentence = "There are no faces in the image. Should be at least 1.";
    let more =
        " QualityFilter left out those that were found: ask with a lower one, or send a better picture.";
    let message = if filtered { format!("{sentence}{more}") } else { sentence.to_owned() };
    ApiError::new(ErrorCode::InvalidParameterException, message)
}

/// A picture that is searched with: the face to look for, and the others.
#[derive(Debug)]
pub(super) struct Probe {
    pub(super) scale: Scale,
    pub(super) selection: Selection,
}

/// Analyses a picture that is searched with. `wanted` names the template version.
pub(super) fn probe(
    engine: &mut dyn Engine,
    file: &[u8],
    candidates: usize,
    wanted: &Wanted,
    bar: Option<QualityBar>,
) -> Result<Probe, EngineError> {
    let findings = engine.faces(file, candidates, wanted)?;
    Ok(Probe { scale: Scale::of(&findings), selection: selection::to_search(findings.faces, bar) })
}

/// What a client asks of a search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    /// Lowest similarity, 0..=100.
    threshold: f32,
    limit: usize,
}

impl Wish {
    pub(super) fn new(threshold: Option<f32>, limit: Option<i32>, most: usize) -> Self {
        let limit = limit.and_then(|limit| usize::try_from(limit).ok()).map_or(most, |limit| limit.min(most));
        Self { threshold: threshold.unwrap_or(DEFAULT_MATCH_THRESHOLD), limit }
    }

    /// The same in scores of a template version.
    pub(super) fn search(self, recognition: &Recognition, version: &str) -> Result<Search, RecognitionError> {
        let lowest = recognition.lowest_score(version, self.threshold)?;
        // Similarity 0 has no lowest score: everything reaches it.
        let min_score = if self.threshold > 0.0 { lowest - ROUNDING } else { EVERYTHING };
        Ok(Search { min_score, limit: self.limit })
    }

    /// The matches with their similarities, without those that only nearly reach the threshold.
    pub(super) fn matches<T>(
        self,
        found: Found<T>,
        recognition: &Recognition,
    ) -> Result<Vec<(f32, T)>, RecognitionError> {
        let calibration = recognition.calibration(found.version.as_str())?;
        let similar =
            found.matches.into_iter().map(|Match { record, score }| (calibration.similarity(score), record));
        Ok(similar.filter(|(similarity, _)| *similarity >= self.threshold).collect())
    }
}

fn face_matches(
    found: Found<overt_gallery::FaceRecord>,
    wish: Wish,
    recognition: &Recognition,
) -> Result<Vec<FaceMatch>, ApiError> {
    let version = found.version.to_string();
    let matches = wish.matches(found, recognition)?;
    Ok(matches
        .into_iter()
        .map(|(similarity, face)| FaceMatch {
            similarity: Some(similarity),
            face: Some(convert::stored_face(face, &version)),
        })
        .collect())
}

/// Runs a search and counts it.
pub(super) fn timed<S, T>(
    search: impl FnOnce() -> Result<(S, Found<T>), GalleryError>,
) -> Result<(S, Found<T>), GalleryError> {
    let started = Instant::now();
    let answer = search()?;
    histogram!("overt_search_seconds").record(started.elapsed().as_secs_f64());
    counter!("overt_searched_total").increment(answer.1.searched);
    Ok(answer)
}
