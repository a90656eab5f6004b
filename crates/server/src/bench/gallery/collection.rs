//! The collection that the bench fills, searches, and opens again.
//!
//! Owns the data folder of the bench and the calls into `overt_gallery`. Refuses to know what is measured.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use overt_gallery::policy::{LegalBasis, Policy, Purpose};
use overt_gallery::{
    AddFaces, CollectionName, Context, Database, ExternalId, FaceBox, FaceId, Gallery, ImageId, Limits,
    NewCollection, NewFace, Organisation, Pace, PictureDigest, Search, TemplateVersion, Unrecorded, give_way,
    take_snapshot,
};
use overt_vectors::synthetic::DIMENSIONS;

use super::super::{Folder, Samples};
use super::people::People;

/// Faces of one commit: what an import of a large collection sends at a time.
pub(super) const BATCH: u64 = 8_192;
/// Of so many faces one id is kept, to be deleted later.
const KEPT_ONE_IN: u64 = 16;
/// How long several clients search at once.
const LOAD: Duration = Duration::from_secs(4);

/// What a search asks.
#[derive(Clone, Copy)]
pub(super) struct Question {
    /// Lowest score.
    pub(super) min_score: f32,
    /// Most matches.
    pub(super) limit: usize,
}

/// Searches of several clients at once.
pub(super) struct Load {
    pub(super) searches: u64,
    pub(super) seconds: f64,
    pub(super) samples: Samples,
}

/// Searches before and during a snapshot.
pub(super) struct BesideSnapshot {
    pub(super) before: Samples,
    pub(super) during: Samples,
    /// How long the snapshot took.
    pub(super) seconds: f64,
}

/// The collection, open.
pub(super) struct BenchCollection {
    gallery: Gallery,
    closed: Closed,
}

/// The collection, closed.
pub(super) struct Closed {
    folder: Folder,
    name: CollectionName,
    version: TemplateVersion,
    faces: u64,
    ids: VecDeque<FaceId>,
}

impl BenchCollection {
    /// An empty collection in a new data folder.
    pub(super) fn create(folder: Option<PathBuf>, version: &str) -> anyhow::Result<Self> {
        let path = folder
            .unwrap_or_else(|| std::env::temp_dir().join(format!("overt-bench-{}", std::process::id())));
        let closed = Closed {
            folder: Folder::create(path)?,
            name: "bench".parse()?,
            version: version.parse()?,
            faces: 0,
            ids: VecDeque::new(),
        };
        let collection = closed.open()?;
        collection.gallery.create_collection(NewCollection {
            name: collection.closed.name.clone(),
            version: collection.closed.version.clone(),
            dimensions: DIMENSIONS,
            tags: std::collections::BTreeMap::new(),
            policy: Policy::new(
                Organisation::not_stated(),
                Purpose::Research,
                Some(LegalBasis::NoLivingPerson),
                None,
                None,
                None,
            )?,
        })?;
        Ok(collection)
    }

    pub(super) fn len(&self) -> u64 {
        self.closed.faces
    }

    /// Enrols people until there are `faces`; the time it took without making the people up.
    pub(super) fn fill(&mut self, people: &People, faces: u64) -> anyhow::Result<Duration> {
        let bar = ProgressBar::with_draw_target(Some(faces), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("enrolling [{bar:30}] {pos} of {len} {per_sec} {eta:.dim}")?;
        bar.set_style(style.progress_chars("=> "));
        let mut spent = Duration::ZERO;
        while self.closed.faces < faces {
            let end = (self.closed.faces + BATCH).min(faces);
            let pictures = (self.closed.faces..end)
                .map(|person| self.picture(people, person))
                .collect::<anyhow::Result<Vec<_>>>()?;
            let started = Instant::now();
            let added = self.gallery.add_pictures(&self.closed.name, pictures)?;
            spent += started.elapsed();
            let ids = added.iter().flatten().map(|face| face.record.id);
            self.closed.ids.extend(ids.step_by(KEPT_ONE_IN as usize));
            self.closed.faces = end;
            bar.set_position(end);
        }
        bar.finish_and_clear();
        Ok(spent)
    }

    fn picture(&self, people: &People, person: u64) -> anyhow::Result<AddFaces> {
        Ok(AddFaces {
            consent: None,
            same_person: 0.5,
            image: ImageId::of(&person.to_le_bytes(), PictureDigest::default()),
            external_id: Some(person.to_string().parse::<ExternalId>()?),
            version: self.closed.version.clone(),
            faces: vec![NewFace {
                template: people.enrolled(person),
                bounding_box: FaceBox { left: 0.25, top: 0.25, width: 0.5, height: 0.5 },
                confidence: 99.9,
            }],
        })
    }

    /// The people found, best first.
    pub(super) fn search(&self, probe: &[f32], question: Question) -> anyhow::Result<Vec<u64>> {
        let search = Search { min_score: question.min_score, limit: question.limit };
        let found = self.gallery.search_faces(&self.closed.name, &self.closed.version, probe, search)?;
        let person = |id: &ExternalId| id.as_str().parse().ok();
        Ok(found.matches.iter().filter_map(|found| person(found.record.external_id.as_ref()?)).collect())
    }

    /// Searches from several threads for some seconds, each of which waits for its answer before it asks again.
    pub(super) fn load(
        &self,
        people: &People,
        question: Question,
        clients: usize,
        person: fn(u64, u64) -> u64,
    ) -> anyhow::Result<Load> {
        let next = AtomicU64::new(0);
        let started = Instant::now();
        let run = || -> anyhow::Result<Samples> {
            let mut samples = Samples::default();
            while started.elapsed() < LOAD {
                let probe = people.probe(person(next.fetch_add(1, Ordering::Relaxed), self.len()));
                samples.measure(|| self.search(&probe, question))?;
            }
            Ok(samples)
        };
        let all = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..clients).map(|_| scope.spawn(run)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|_| Err(anyhow::anyhow!("a client panicked"))))
                .collect::<anyhow::Result<Vec<_>>>()
        })?;
        let mut samples = Samples::default();
        all.iter().for_each(|part| samples.seconds.extend(&part.seconds));
        Ok(Load { searches: samples.seconds.len() as u64, seconds: started.elapsed().as_secs_f64(), samples })
    }

    /// Searches one after the other for some seconds, and then while a snapshot is taken at a pace.
    pub(super) fn beside_snapshot(
        &self,
        people: &People,
        question: Question,
        person: fn(u64, u64) -> u64,
        pace: Pace,
    ) -> anyhow::Result<BesideSnapshot> {
        let mut target = self.closed.folder.0.as_os_str().to_owned();
        target.push("-snapshot");
        let target = Folder(target.into());
        let mut next = 0..;
        let mut search_while = |goes_on: &dyn Fn() -> bool| -> anyhow::Result<Samples> {
            let mut samples = Samples::default();
            while goes_on() {
                let probe = people.probe(person(next.next().unwrap_or(0), self.len()));
                samples.measure(|| self.search(&probe, question))?;
            }
            Ok(samples)
        };
        let started = Instant::now();
        let before = search_while(&|| started.elapsed() < LOAD)?;
        let started = Instant::now();
        let (during, report) = std::thread::scope(|scope| {
            let data = &self.closed.folder.0;
            let copy = scope.spawn(|| {
                // As the command does.
                if pace != Pace::Full {
                    give_way();
                }
                take_snapshot(&Context::system(), data, &target.0, pace, &mut |_| {})
            });
            let during = search_while(&|| !copy.is_finished());
            (during, copy.join())
        });
        report.map_err(|_panic| anyhow::anyhow!("the snapshot panicked"))??;
        Ok(BesideSnapshot { before, during: during?, seconds: started.elapsed().as_secs_f64() })
    }

    /// Ids of faces that are there, each handed out once.
    pub(super) fn take_ids(&mut self, count: usize) -> Vec<FaceId> {
        let count = count.min(self.closed.ids.len());
        self.closed.ids.drain(..count).collect()
    }

    pub(super) fn delete(&self, ids: Vec<FaceId>) -> anyhow::Result<()> {
        self.gallery.delete_faces(&self.closed.name, ids)?;
        Ok(())
    }

    /// Bytes of all files of the data folder.
    pub(super) fn disk_bytes(&self) -> anyhow::Result<u64> {
        folder_bytes(&self.closed.folder.0)
    }

    /// Closes it as a server that ends does.
    pub(super) fn close(self) -> Closed {
        self.closed
    }
}

impl Closed {
    /// Opens it as a server that starts does.
    pub(super) fn open(self) -> anyhow::Result<BenchCollection> {
        let database = Arc::new(Database::open(&self.folder.0, Context::system())?);
        let limits = Limits { faces_in_collection: u64::MAX, ..Limits::default() };
        Ok(BenchCollection { gallery: Gallery::open(database, limits, Arc::new(Unrecorded))?, closed: self })
    }
}

fn folder_bytes(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() { folder_bytes(&entry.path())? } else { metadata.len() };
    }
    Ok(bytes)
}
