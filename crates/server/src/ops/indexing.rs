//! IndexFaces: the faces of a picture into a collection.
//!
//! Owns the order of its steps and its answer: the collection first (a wrong name costs no analysis), then the picture, then
//! the analysis on a worker, then the records on the pool. Which faces are kept is `selection`'s rule.
//!
//! # Invariants
//! - Nothing of the picture is kept but boxes, confidences and templates; its id is a hash of its bytes.
//! - A worker never waits for a disk: the records are changed after it has gone on to the next picture.

use overt_gallery::policy::Denial;
use overt_gallery::{
    AddFaces, Collection, CollectionName, ConsentId, ExternalId, Gallery, GalleryError, ImageId, NewFace,
    PictureDigest, TemplateVersion,
};
use overt_protocol::generated::{
    FaceRecord, IndexFacesRequest, IndexFacesResponse, QualityFilter, Reason, UnindexedFace,
};
use overt_vision::MAX_FACES;
use overt_vision::face::{Face, Wanted};

use super::associations::DEFAULT_ASSOCIATION_THRESHOLD;
use super::quality::QualityBar;
use super::searching::Wish;
use super::selection::{self, Selection};
use super::{Answer, SALT_HEADER, Services, images, records, wanted};
use crate::account::{Deed, salt_text};
use crate::convert::{self, Scale};
use crate::engine::{Engine, EngineError};
use crate::error::ApiError;

pub(super) async fn index(request: IndexFacesRequest, services: &Services) -> Result<Answer, ApiError> {
    let IndexFacesRequest {
        collection_id,
        image,
        external_image_id,
        detection_attributes,
        max_faces,
        quality_filter,
    } = request;
    let name = records::collection(collection_id.as_deref())?;
    let external_id = records::external_id(external_image_id.as_deref())?;
    let Collection { version, digest, .. } = records::described(&name, services).await?;
    let wish = Wanted {
        template: Some(version.as_str().into()),
        ..wanted(&detection_attributes.unwrap_or_default())
    };
    // Unlike everywhere else, no filter means AUTO here.
    let bar = QualityBar::named(Some(&quality_filter.unwrap_or(QualityFilter::AUTO)));
    let most = max_faces.and_then(|most| usize::try_from(most).ok()).unwrap_or(MAX_FACES);
    let consent = services.consent;
    let recognition = services.recognition.clone();
    let image = images::load(image, "Image", services).await?;
    let read = services
        .workers
        .run(move |engine| read(&mut **engine, image.as_ref(), digest, &wish, bar, most))
        .await??;
    let json = services
        .answer(move |gallery| {
            // Whoever is one user's by the API's default is one person under a record of consent.
            let same = Wish::new(Some(DEFAULT_ASSOCIATION_THRESHOLD), None, 1)
                .association(&recognition, version.as_str());
            // Where nothing can be compared, a record takes one face, and the reason of the second is told.
            let (lowest, why) = match same {
                Ok(search) => (search.min_score, None),
                Err(why) => (f32::INFINITY, Some(why)),
            };
            let kept = read.keep(gallery, &name, external_id, (consent, lowest), version);
            let kept = kept.map_err(|error| match (error, why) {
                (GalleryError::Denied { denial: Denial::Person { .. } }, Some(why)) => why.into(),
                (error, _) => ApiError::from(error),
            })?;
            Ok(kept.answer())
        })
        .await?;
    // A picture of which nothing is kept was analysed, and that is told too.
    if services.acting.entry().is_none() {
        services.tell(Deed::Analysis {}).await?;
    }
    let answer = Answer::from(json);
    Ok(match services.acting.salt() {
        Some(salt) => answer.with_header(SALT_HEADER, &salt_text(salt)),
        None => answer,
    })
}

/// What a picture shows, told apart into faces to keep and others.
#[derive(Debug)]
struct Read {
    image: ImageId,
    scale: Scale,
    selection: Selection,
}

/// Analyses a picture for a collection. `digest` is how the collection's ids of pictures are made, `wanted` names the template version.
///
/// # Errors
/// [`EngineError`]; a picture without a face is none.
fn read(
    engine: &mut dyn Engine,
    file: &[u8],
    digest: PictureDigest,
    wanted: &Wanted,
    bar: Option<QualityBar>,
    most: usize,
) -> Result<Read, EngineError> {
    let findings = engine.faces(file, MAX_FACES, wanted)?;
    Ok(Read {
        image: ImageId::of(file, digest),
        scale: Scale::of(&findings),
        selection: selection::to_index(findings.faces, bar, most),
    })
}

impl Read {
    /// Adds the faces to a collection.
    ///
    /// # Errors
    /// The gallery's; nothing was added then.
    fn keep(
        self,
        gallery: &Gallery,
        collection: &CollectionName,
        external_id: Option<ExternalId>,
        (consent, same_person): (Option<ConsentId>, f32),
        version: TemplateVersion,
    ) -> Result<Kept, overt_gallery::GalleryError> {
        let Self { image, scale, selection } = self;
        let faces = selection.taken.iter().map(|face| new_face(scale, face)).collect();
        let add = AddFaces { image, external_id, version: version.clone(), consent, same_person, faces };
        // Without a face there is nothing to add, and no reason to wait for a disk.
        let added =
            if selection.taken.is_empty() { Vec::new() } else { gallery.add_faces(collection, add)? };
        Ok(Kept { scale, selection, added, version })
    }
}

fn new_face(scale: Scale, face: &Face) -> NewFace {
    NewFace {
        template: face.template.as_ref().map(|template| template.values.to_vec()).unwrap_or_default(),
        bounding_box: convert::stored_box(scale, face),
        confidence: convert::confidence(face),
    }
}

/// What became of a picture's faces.
#[derive(Debug)]
struct Kept {
    scale: Scale,
    selection: Selection,
    added: Vec<overt_gallery::AddedFace>,
    version: TemplateVersion,
}

impl Kept {
    /// The answer of IndexFaces. Boxes are as they were found; they are rounded only where they are stored.
    fn answer(self) -> IndexFacesResponse {
        let Self { scale, selection, added, version } = self;
        let records = selection
            .taken
            .iter()
            .zip(added)
            .map(|(face, added)| {
                let detail = convert::face_detail(scale, face);
                let mut stored = convert::stored_face(added.record, version.as_str());
                stored.bounding_box = detail.bounding_box.clone();
                stored.confidence = detail.confidence;
                FaceRecord { face: Some(stored), face_detail: Some(detail) }
            })
            .collect();
        let unindexed = selection
            .left_out
            .iter()
            .map(|out| UnindexedFace {
                reasons: Some(out.reasons.iter().map(|reason| Reason::from(*reason)).collect()),
                face_detail: Some(convert::face_detail(scale, &out.face)),
            })
            .collect();
        IndexFacesResponse {
            face_records: Some(records),
            orientation_correction: None,
            face_model_version: Some(version.to_string()),
            unindexed_faces: Some(unindexed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FAKE_1, FakeEngine};

    /// A picture of a collection that an earlier release made is known by the id that it gave it.
    #[test]
    fn ids_of_pictures_are_made_as_the_collection_makes_them() {
        let wanted = Wanted { template: Some(FAKE_1.into()), ..Wanted::default() };
        for digest in PictureDigest::ALL {
            let read = read(&mut FakeEngine, b"[0.5]", digest, &wanted, None, 1).unwrap();
            assert_eq!((read.image, read.selection.taken.len()), (ImageId::of(b"[0.5]", digest), 1));
        }
    }
}
