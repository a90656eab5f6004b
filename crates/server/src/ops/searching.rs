//! SearchFaces and SearchFacesByImage.
//!
//! Owns limits, answers and what the ledger is told. The scan is the gallery's, what a score means the recognition's, which threshold is applied
//! [`super::thresholds`]'.
//!
//! # Invariants
//! - A match reaches the threshold, which counts as reached; matches come most similar first.
//! - A probe is searched for on the records pool, after its worker has gone on to the next picture, and is dropped with the
//!   request.

use std::time::Instant;

use metrics::{counter, histogram};
use overt_gallery::{
    CollectionName, FaceRecord, Found, GalleryError, ImageId, Match, PictureDigest, Search, Subject,
    TemplateVersion,
};
use overt_protocol::ErrorCode;
use overt_protocol::generated::{
    FaceMatch, SearchFacesByImageRequest, SearchFacesByImageResponse, SearchFacesRequest, SearchFacesResponse,
};
use overt_vision::MAX_FACES;
use overt_vision::face::Wanted;
use overt_vision::strangers::Against;

use super::quality::{Flaw, QualityBar};
use super::selection::{self, Bars, Selection};
use super::thresholds::{Applied, Bounds};
use super::{Answer, SALT_HEADER, Services, images, records};
use crate::account::{Candidate, Deed, Probe, Seal, Thousandths};
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

pub(super) async fn by_face(request: SearchFacesRequest, services: &Services) -> Result<Answer, ApiError> {
    let SearchFacesRequest { collection_id, face_id, max_faces, face_match_threshold } = request;
    let name = records::collection(collection_id.as_deref())?;
    let id = records::face(face_id.as_deref())?;
    let wish = Wish::new(face_match_threshold, max_faces, MOST_FACES);
    let recognition = services.recognition.clone();
    services
        .answer_with(services.seal()?, move |gallery, seal| {
            let collection = gallery.collection(&name)?;
            let (bounds, version) = (Bounds::of(&collection, gallery)?, collection.version);
            let search = wish.search(&bounds, &recognition, version.as_str())?;
            let (face, found) = timed(|| gallery.search_faces_by_face(&name, id, search))?;
            let probe = Probe::Face(seal.tag(&Subject::face(face.id, face.finder)));
            let told = Told { collection: &name, probe, wish, bounds, seal };
            let Returned { deed, applied, matches } = told.faces(found, &recognition)?;
            let answer = SearchFacesResponse {
                searched_face_id: Some(face.id.to_string()),
                face_model_version: Some(version.to_string()),
                face_matches: Some(face_matches(matches, &version)),
            };
            Ok((answer, deed, applied.headers(recognition.model(version.as_str()))))
        })
        .await
}

pub(super) async fn by_image(
    request: SearchFacesByImageRequest,
    services: &Services,
) -> Result<Answer, ApiError> {
    let SearchFacesByImageRequest { collection_id, image, max_faces, face_match_threshold, quality_filter } =
        request;
    let name = records::collection(collection_id.as_deref())?;
    let wish = Wish::new(face_match_threshold, max_faces, MOST_FACES);
    let bar = QualityBar::named(quality_filter.as_ref());
    let Searched { version, bounds } = searched(&name, services).await?;
    let wanted = Wanted { template: Some(version.as_str().into()), ..Wanted::default() };
    let image = images::load(image, "Image", services).await?;
    // Without a bar the largest face is the one; with one, it may be a smaller one.
    let candidates = if bar.is_some() { MAX_FACES } else { 1 };
    let bars = Bars { asked: bar, demanded: bounds.quality() };
    let probe = services
        .workers
        .run(move |engine| probe(&mut **engine, image.as_ref(), candidates, &wanted, bars))
        .await??;
    let Some(face) = probe.selection.taken.into_iter().next() else {
        return Err(no_face(&bounds, &probe.selection.refused, !probe.selection.left_out.is_empty()));
    };
    let recognition = services.recognition.clone();
    let seal = services.seal()?;
    let salt = seal.salt();
    let answer = services.answer_with(seal, move |gallery, seal| {
        let search = wish.search(&bounds, &recognition, version.as_str())?;
        let template = face.template.as_ref().map(|template| &*template.values).unwrap_or_default();
        let found =
            timed(|| gallery.search_faces(&name, &version, template, search).map(|found| ((), found)))?.1;
        let commitment = Probe::Picture(seal.picture(probe.image));
        let told = Told { collection: &name, probe: commitment, wish, bounds, seal };
        let Returned { deed, applied, matches } = told.faces(found, &recognition)?;
        let answer = SearchFacesByImageResponse {
            searched_face_bounding_box: Some(probe.scale.bounding_box(face.bounds)),
            searched_face_confidence: Some(convert::confidence(&face)),
            face_model_version: Some(version.to_string()),
            face_matches: Some(face_matches(matches, &version)),
        };
        Ok((answer, deed, applied.headers(recognition.model(version.as_str()))))
    });
    Ok(answer.await?.with_header(SALT_HEADER, &salt))
}

/// The collection that a picture is searched in, as it is before the picture is analysed.
pub(super) struct Searched {
    pub(super) version: TemplateVersion,
    pub(super) bounds: Bounds,
}

/// What a search has to know before anything is analysed: a wrong name costs nothing.
pub(super) async fn searched(name: &CollectionName, services: &Services) -> Result<Searched, ApiError> {
    let name = name.clone();
    let searched = services.records(move |gallery| {
        let collection = gallery.collection(&name)?;
        Ok(Searched { bounds: Bounds::of(&collection, gallery)?, version: collection.version })
    });
    searched.await
}

/// The sentence that clients of the real service look for, and what to do where there was a face: one that is too poor for the collection's
/// purpose, with everything that is wrong with it, or others that the caller's filter left out.
fn no_face(bounds: &Bounds, refused: &[Flaw], filtered: bool) -> ApiError {
    let sentence = "There are no faces in the image. Should be at least 1.";
    let message = if !refused.is_empty() {
        let flaws: Vec<_> =
            refused.iter().map(|flaw| format!("{} ({})", flaw.sentence(), flaw.reason())).collect();
        let purpose = bounds.purpose;
        format!(
            "{sentence} The face that was found is too poor to be searched for in a collection for {purpose}: {}. Nobody was \
             searched for; send a better picture.",
            flaws.join(", ")
        )
    } else if filtered {
        format!(
            "{sentence} QualityFilter left out those that were found: ask with a lower one, or send a better picture."
        )
    } else {
        sentence.to_owned()
    };
    ApiError::new(ErrorCode::InvalidParameterException, message)
}

/// A picture that is searched with: the face to look for, and the others.
#[derive(Debug)]
pub(super) struct Looked {
    /// The picture's id, which follows from its bytes, whatever collection is searched.
    pub(super) image: ImageId,
    pub(super) scale: Scale,
    pub(super) selection: Selection,
}

/// Analyses a picture that is searched with. `wanted` names the template version.
pub(super) fn probe(
    engine: &mut dyn Engine,
    file: &[u8],
    candidates: usize,
    wanted: &Wanted,
    bars: Bars,
) -> Result<Looked, EngineError> {
    let findings = engine.faces(file, candidates, wanted)?;
    let image = ImageId::of(file, PictureDigest::default());
    Ok(Looked { image, scale: Scale::of(&findings), selection: selection::to_search(findings.faces, bars) })
}

/// What a client asks of a search.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    /// Lowest similarity that the client asks for, 0..=100.
    threshold: f32,
    limit: usize,
}

impl Wish {
    pub(super) fn new(threshold: Option<f32>, limit: Option<i32>, most: usize) -> Self {
        let limit = limit.and_then(|limit| usize::try_from(limit).ok()).map_or(most, |limit| limit.min(most));
        Self { threshold: threshold.unwrap_or(DEFAULT_MATCH_THRESHOLD), limit }
    }

    /// The same in scores of a template version, from the lowest threshold on that the collection's bounds leave.
    pub(super) fn search(
        self,
        bounds: &Bounds,
        recognition: &Recognition,
        version: &str,
    ) -> Result<Search, RecognitionError> {
        self.from(bounds.lowest(self.threshold), recognition, version)
    }

    /// The same without a search: how alike faces have to be to be one user's.
    pub(super) fn association(
        self,
        recognition: &Recognition,
        version: &str,
    ) -> Result<Search, RecognitionError> {
        self.from(self.threshold, recognition, version)
    }

    fn from(
        self,
        threshold: f32,
        recognition: &Recognition,
        version: &str,
    ) -> Result<Search, RecognitionError> {
        let lowest = recognition.lowest_score(version, threshold)?;
        // Similarity 0 has no lowest score: everything reaches it.
        let min_score = if threshold > 0.0 { lowest - ROUNDING } else { EVERYTHING };
        Ok(Search { min_score, limit: self.limit })
    }
}

/// What came of a search.
pub(super) struct Returned<T> {
    pub(super) deed: Deed,
    pub(super) applied: Applied,
    /// Those who reach the threshold, with their similarities.
    pub(super) matches: Vec<(f32, T)>,
}

/// What the ledger is told of a search.
pub(super) struct Told<'a> {
    pub(super) collection: &'a CollectionName,
    pub(super) probe: Probe,
    pub(super) wish: Wish,
    pub(super) bounds: Bounds,
    pub(super) seal: &'a Seal,
}

impl Told<'_> {
    /// Of a search for faces.
    fn faces(
        self,
        found: Found<FaceRecord>,
        recognition: &Recognition,
    ) -> Result<Returned<FaceRecord>, RecognitionError> {
        self.all(found, Against::Faces, recognition, |face| Subject::face(face.id, face.finder))
    }

    /// The same, of anybody.
    pub(super) fn all<T>(
        self,
        found: Found<T>,
        against: Against,
        recognition: &Recognition,
        subject: impl Fn(&T) -> Subject,
    ) -> Result<Returned<T>, RecognitionError> {
        let Self { collection, probe, wish, bounds, seal } = self;
        let calibration = recognition.calibration(found.version.as_str())?;
        let applied = bounds.applied(wish.threshold, found.searched, against, calibration);
        let (searched, model) = (found.searched, found.version.to_string());
        // Those that were found come most similar first, so the threshold cuts off the end, limit or not.
        let similar =
            found.matches.into_iter().map(|Match { record, score }| (calibration.similarity(score), record));
        let matches: Vec<_> = similar.filter(|(similarity, _)| *similarity >= applied.threshold).collect();
        let candidates = matches.iter().map(|(similarity, found)| Candidate {
            tag: seal.tag(&subject(found)),
            similarity: Thousandths::of(*similarity),
        });
        let deed = Deed::Search {
            collection: collection.to_string(),
            purpose: Some(applied.purpose.to_string()),
            probe,
            model,
            searched,
            asked: Thousandths::of(applied.asked),
            threshold: Thousandths::of(applied.threshold),
            floor: applied.floor.map(Thousandths::of),
            overridden: applied.overridden.as_ref().map(|(_, overridden)| overridden.id.clone()),
            strangers: Some(applied.expectation()),
            returned: matches.len() as u64,
            candidates: candidates.collect(),
        };
        Ok(Returned { deed, applied, matches })
    }
}

fn face_matches(matches: Vec<(f32, FaceRecord)>, version: &TemplateVersion) -> Vec<FaceMatch> {
    let version = version.to_string();
    let matches = matches.into_iter().map(|(similarity, face)| FaceMatch {
        similarity: Some(similarity),
        face: Some(convert::stored_face(face, &version)),
    });
    matches.collect()
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
