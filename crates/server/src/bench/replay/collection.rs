//! The gallery of the replay: a collection as the server has them, and the searches of it.
//!
//! Owns the calls into `overt_gallery`, and which of the faces were made up. Refuses to know thresholds.
//!
//! # Invariants
//! - Everything goes through `overt_gallery` as the server's operations do: records, encryption, codes and exact scores included.
//! - The data folder is removed at the end, also when the bench fails.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::ensure;
use overt_gallery::policy::{LegalBasis, Policy, Purpose};
use overt_gallery::{
    AddFaces, CollectionName, Context, Database, ExternalId, FaceBox, Gallery, ImageId, Limits,
    NewCollection, NewFace, PictureDigest, Search, TemplateVersion, Unrecorded,
};
use overt_vision::Calibration;

use super::super::Folder;

/// Most matches a search answers, as in the API.
const LIMIT: usize = 4_096;
/// Faces of one commit.
const BATCH: usize = 4_096;
/// Begins the external id of a face that was made up.
const MADE_UP: &str = "made-up-";
/// A score becomes a similarity along straight lines in single precision: what lies this little below may still reach it.
const ROUNDING: f32 = 1e-5;

/// A stranger whom a search returned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stranger {
    /// 0..=100.
    pub(super) similarity: f32,
    /// Whether it is the face of a real person.
    pub(super) real: bool,
}

/// The collection, open, in a folder of its own.
pub(super) struct ReplayCollection {
    gallery: Gallery,
    name: CollectionName,
    version: TemplateVersion,
    _folder: Folder,
}

impl ReplayCollection {
    /// A new collection with these templates.
    pub(super) fn create<'a>(
        path: PathBuf,
        version: &str,
        real: impl Iterator<Item = &'a [f32]>,
        made_up: impl Iterator<Item = Vec<f32>>,
    ) -> anyhow::Result<Self> {
        let folder = Folder::create(path)?;
        let database = Arc::new(Database::open(&folder.0, Context::system())?);
        let gallery = Gallery::open(database, Limits::default(), Arc::new(Unrecorded))?;
        let collection =
            Self { gallery, name: "replay".parse()?, version: version.parse()?, _folder: folder };
        let real = real.enumerate().map(|(index, template)| (format!("real-{index}"), template.to_vec()));
        let made_up = made_up.enumerate().map(|(index, template)| (format!("{MADE_UP}{index}"), template));
        let mut faces = real.chain(made_up).peekable();
        let Some((_, first)) = faces.peek() else { anyhow::bail!("there is nobody to enrol") };
        collection.gallery.create_collection(NewCollection {
            name: collection.name.clone(),
            version: collection.version.clone(),
            dimensions: first.len(),
            tags: std::collections::BTreeMap::new(),
            // A published data set, or the operator's own, and people who do not exist.
            policy: Policy::new(
                "bench".parse()?,
                Purpose::Research,
                Some(LegalBasis::ArchivingAndResearch),
                None,
                None,
                None,
            )?,
        })?;
        loop {
            let pictures = faces
                .by_ref()
                .take(BATCH)
                .map(|(id, template)| collection.picture(&id, template))
                .collect::<anyhow::Result<Vec<_>>>()?;
            if pictures.is_empty() {
                return Ok(collection);
            }
            collection.gallery.add_pictures(&collection.name, pictures)?;
        }
    }

    fn picture(&self, id: &str, template: Vec<f32>) -> anyhow::Result<AddFaces> {
        Ok(AddFaces {
            image: ImageId::of(id.as_bytes(), PictureDigest::default()),
            external_id: Some(id.parse::<ExternalId>()?),
            version: self.version.clone(),
            consent: None,
            same_person: 0.5,
            faces: vec![NewFace {
                template,
                bounding_box: FaceBox { left: 0.25, top: 0.25, width: 0.5, height: 0.5 },
                confidence: 99.9,
            }],
        })
    }

    /// Whom a search by a template returns from a similarity on, most similar first, and how many faces it searched.
    pub(super) fn search(
        &self,
        probe: &[f32],
        calibration: &Calibration,
        similarity: f32,
    ) -> anyhow::Result<(Vec<Stranger>, u64)> {
        let search = Search { min_score: calibration.score(similarity) - ROUNDING, limit: LIMIT };
        let found = self.gallery.search_faces(&self.name, &self.version, probe, search)?;
        ensure!(found.matches.len() < LIMIT, "a search returned all {LIMIT} faces that it can");
        let strangers = found.matches.iter().map(|found| Stranger {
            similarity: calibration.similarity(found.score),
            real: found.record.external_id.as_ref().is_some_and(|id| !id.as_str().starts_with(MADE_UP)),
        });
        Ok((strangers.filter(|found| found.similarity >= similarity).collect(), found.searched))
    }
}
