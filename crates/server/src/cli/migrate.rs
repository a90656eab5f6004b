//! `overt collections migrate`: a collection to another template version, from the operator's own pictures.
//!
//! Owns how the picture of a face is found again and how the face is found in it. Ids, names and users stay; the gallery keeps
//! the new templates aside until all are there. Refuses to invent a template: a face whose picture is gone is told.
//!
//! # Invariants
//! - A migration that was cut off goes on where it was: what has its new template is not made again.
//! - Nothing changes for anybody until the last step, which is one transaction.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use overt_gallery::{
    CollectionName, FaceBox, FaceId, FaceRecord, Gallery, ImageId, Leftover, Page, TemplateVersion,
};
use overt_vision::face::Wanted;
use overt_vision::{MAX_FACES, TemplateVersion as Recipe};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::Common;
use super::backend::Exclusive;
use super::files::{Naming, Picture, pictures};
use super::output::{Output, Style, note};
use super::shown::Shown;
use crate::convert::{self, Scale};
use crate::engine::Engine;
use crate::recognition::Recognition;
use crate::weights::Engines;

/// Least overlap (intersection by union) of a face's stored box with the box of the face in its picture. The same
/// bytes give the same box; a picture that was saved anew moves it by a few per cent.
const SAME_PLACE: f32 = 0.5;
/// Faces that are looked up together.
const BATCH: usize = 1024;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt collections migrate staff --images photos/\n  \
                        overt collections migrate staff --images people/ --recursive --external-id folder --to overt-face-1\n  \
                        overt collections migrate staff --images photos/ --map names.tsv --delete-missing\n\n\
                        Pictures are found by their content first, then by --map, then by --external-id. No server may be running on \
                        the data folder. `overt models recognisers` lists the versions.")]
pub(super) struct Migrate {
    /// The collection
    #[arg(value_name = "COLLECTION")]
    collection: String,
    /// Folder of the pictures that were indexed
    #[arg(long, value_name = "FOLDER", required_unless_present = "abandon")]
    images: Option<PathBuf>,
    /// Take the folders in it too
    #[arg(long, short)]
    recursive: bool,
    /// What the ExternalImageId of a picture is
    #[arg(long, value_enum, default_value_t = Naming::Name, value_name = "WHAT")]
    external_id: Naming,
    /// File with an ExternalImageId, a tab and a path below the folder in each line
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Template version to migrate to [default: that of new collections]
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,
    /// Delete faces that no new template can be made of; without it the migration stays open while there are any
    #[arg(long)]
    delete_missing: bool,
    /// Give a migration up that is under way: the collection stays as it is
    #[arg(long, conflicts_with_all = ["images", "delete_missing"])]
    abandon: bool,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
}

impl Migrate {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        let name: CollectionName = self.collection.parse()?;
        let open = Exclusive::open(common)?;
        if self.abandon {
            open.gallery.abandon_migration(&name)?;
            note(Style::Dim, format!("gave the migration up: {name} is as it was"));
            return Ok(());
        }
        let folder = self.images.as_deref().context("--images names the folder of the pictures")?;
        let engines = Engines::open(&open.config.models)?;
        let recognition = engines.recognition();
        let version = self.version(recognition)?;
        let target: TemplateVersion = version.as_str().parse()?;
        open.gallery.begin_migration(&name, &target, recognition.numbers(&version)?)?;
        let sources = Sources::find(folder, self.recursive, self.external_id, self.map.as_deref())?;
        let mut told = Told::default();
        migrate(&open, &engines, &name, &version, &sources, &mut told)?;
        let leftover = if self.delete_missing { Leftover::Delete } else { Leftover::Refuse };
        let left = open.gallery.migration(&name)?.map_or(0, |migration| migration.remaining);
        if left > 0 && !self.delete_missing {
            self.tell(&told)?;
            bail!(
                "{left} faces have no new template yet, and {name} stays as it is: give their pictures and run this again, or \
                 say --delete-missing to go on without them"
            );
        }
        let finished = open.gallery.finish_migration(&name, leftover)?;
        told.deleted = finished.deleted.len();
        self.tell(&told)?;
        note(Style::Dim, format!("{name} has templates of {target} now"));
        Ok(())
    }

    fn version(&self, recognition: &Recognition) -> anyhow::Result<Recipe> {
        Ok(match &self.to {
            Some(version) => recognition.recognisers().find(version)?.version.clone(),
            None => recognition.default_version().clone(),
        })
    }

    fn tell(&self, told: &Told) -> anyhow::Result<()> {
        let Told { migrated, no_picture, no_face, unreadable, deleted } = told;
        let out = Output::new();
        if self.json {
            let summary = json!({
                "migrated": migrated,
                "without_picture": no_picture,
                "not_found_in_picture": no_face,
                "picture_unreadable": unreadable,
                "deleted": deleted,
            });
            out.line(summary.to_string())?;
            return Ok(());
        }
        let row = |what: &str, count: &usize| vec![what.to_owned(), count.to_string()];
        out.table(&[
            row("faces with a new template", migrated),
            row("faces whose picture is not there", no_picture),
            row("faces not found in their picture", no_face),
            row("faces whose picture cannot be read", unreadable),
            row("faces deleted", deleted),
        ])?;
        Ok(())
    }
}

/// What became of the faces of this run.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    migrated: usize,
    no_picture: usize,
    no_face: usize,
    unreadable: usize,
    deleted: usize,
}

/// The operator's pictures, by what faces remember of them.
struct Sources {
    by_content: HashMap<ImageId, PathBuf>,
    by_name: HashMap<String, PathBuf>,
}

impl Sources {
    fn find(folder: &Path, recursive: bool, naming: Naming, map: Option<&Path>) -> anyhow::Result<Self> {
        ensure!(folder.is_dir(), "{} is not a folder", folder.display());
        let found = pictures(folder, recursive)?;
        let progress = Shown::new("reading", found.len());
        let (mut by_content, mut by_name) = (HashMap::new(), HashMap::new());
        // By name, only what is meant once: a name that two pictures share says nothing.
        let mut shared: BTreeMap<String, u32> = BTreeMap::new();
        for Picture { path, name, .. } in found {
            let content = fs_err::read(&path)?;
            by_content.insert(ImageId::from_sha256(&Sha256::digest(&content).into()), path.clone());
            if let Ok(Some(id)) = naming.id(&name) {
                *shared.entry(id.clone()).or_default() += 1;
                by_name.insert(id, path);
            }
            progress.step();
        }
        progress.end();
        by_name.retain(|id, _| shared.get(id) == Some(&1));
        if let Some(map) = map {
            for (number, line) in fs_err::read_to_string(map)?.lines().enumerate() {
                let (id, path) = line
                    .split_once('\t')
                    .with_context(|| format!("{}: line {}: no tab", map.display(), number + 1))?;
                by_name.insert(id.to_owned(), folder.join(path));
            }
        }
        Ok(Self { by_content, by_name })
    }

    fn of(&self, face: &FaceRecord) -> Option<&PathBuf> {
        let named = || self.by_name.get(face.external_id.as_ref()?.as_str());
        self.by_content.get(&face.image).or_else(named)
    }
}

/// Makes the templates that are missing, as far as there are pictures.
fn migrate(
    open: &Exclusive,
    engines: &Engines,
    name: &CollectionName,
    version: &Recipe,
    sources: &Sources,
    told: &mut Told,
) -> anyhow::Result<()> {
    let remaining = open.gallery.migration(name)?.map_or(0, |migration| migration.remaining);
    let progress = Shown::new("migrating", usize::try_from(remaining).unwrap_or(usize::MAX));
    let mut page = Page::first(BATCH);
    loop {
        let listed = open.gallery.faces_to_migrate(name, &page)?;
        let mut pictures: BTreeMap<&Path, Vec<&FaceRecord>> = BTreeMap::new();
        for face in &listed.items {
            match sources.of(face) {
                Some(path) => pictures.entry(path).or_default().push(face),
                None => {
                    told.no_picture += 1;
                    progress.step();
                }
            }
        }
        let pictures: Vec<_> = pictures.into_iter().collect();
        for made in analyse(engines, version, &pictures, open.config.workers)? {
            match made {
                Ok(found) => {
                    told.no_face += found.missing;
                    told.migrated += found.templates.len();
                    let steps = found.missing + found.templates.len();
                    put(&open.gallery, name, version, found.templates)?;
                    (0..steps).for_each(|_| progress.step());
                }
                Err((path, faces, why)) => {
                    note(Style::Error, format!("{}: {why:#}", path.display()));
                    told.unreadable += faces;
                    (0..faces).for_each(|_| progress.step());
                }
            }
        }
        match listed.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    progress.end();
    Ok(())
}

fn put(
    gallery: &Gallery,
    name: &CollectionName,
    version: &Recipe,
    templates: Vec<(FaceId, Vec<f32>)>,
) -> anyhow::Result<()> {
    if !templates.is_empty() {
        gallery.put_migrated(name, &version.as_str().parse()?, templates)?;
    }
    Ok(())
}

/// What a picture gave.
struct Made {
    templates: Vec<(FaceId, Vec<f32>)>,
    missing: usize,
}

type Outcome<'a> = Result<Made, (&'a Path, usize, anyhow::Error)>;

/// Analyses pictures on as many threads as there are workers, each with its own networks.
fn analyse<'a>(
    engines: &Engines,
    version: &Recipe,
    pictures: &[(&'a Path, Vec<&FaceRecord>)],
    workers: usize,
) -> anyhow::Result<Vec<Outcome<'a>>> {
    let share = pictures.len().div_ceil(workers.max(1)).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> = pictures
            .chunks(share)
            .map(|chunk| {
                scope.spawn(move || -> anyhow::Result<Vec<Outcome<'a>>> {
                    let mut engine = engines.engine()?;
                    Ok(chunk
                        .iter()
                        .map(|(path, faces)| {
                            one(&mut engine, version, path, faces)
                                .map_err(|error| (*path, faces.len(), error))
                        })
                        .collect())
                })
            })
            .collect();
        let mut outcomes = Vec::with_capacity(pictures.len());
        for thread in threads {
            let part = thread.join().map_err(|_panic| anyhow::anyhow!("an analysis panicked"))?;
            outcomes.extend(part?);
        }
        Ok(outcomes)
    })
}

fn one(
    engine: &mut dyn Engine,
    version: &Recipe,
    path: &Path,
    faces: &[&FaceRecord],
) -> anyhow::Result<Made> {
    let content = fs_err::read(path)?;
    let wanted = Wanted { template: Some(version.clone()), ..Wanted::default() };
    let findings = engine.faces(&content, MAX_FACES, &wanted)?;
    let scale = Scale::of(&findings);
    let found: Vec<(FaceBox, Vec<f32>)> = findings
        .faces
        .iter()
        .filter_map(|face| Some((convert::stored_box(scale, face), face.template.as_ref()?.values.to_vec())))
        .collect();
    let mut made = Made { templates: Vec::new(), missing: 0 };
    for face in faces {
        match at_place(&found, &face.bounding_box) {
            Some(template) => made.templates.push((face.id, template.clone())),
            None => made.missing += 1,
        }
    }
    Ok(made)
}

/// The template of the face that is where the box says.
fn at_place<'a>(found: &'a [(FaceBox, Vec<f32>)], place: &FaceBox) -> Option<&'a Vec<f32>> {
    let overlaps = found.iter().map(|(bounds, template)| (bounds.overlap(place), template));
    let best = overlaps.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(overlap, _)| *overlap >= SAME_PLACE).map(|(_, template)| template)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{FAKE_2, FakeEngine};

    fn bounds(left: f32) -> FaceBox {
        FaceBox { left, top: 0.1, width: 0.2, height: 0.2 }
    }

    #[test]
    fn a_face_is_known_by_its_place() {
        let found = [(bounds(0.1), vec![1.0]), (bounds(0.5), vec![2.0])];
        assert_eq!(at_place(&found, &bounds(0.51)), Some(&vec![2.0]));
        assert_eq!(at_place(&found, &bounds(0.1)), Some(&vec![1.0]));
        assert_eq!(at_place(&found, &bounds(0.3)), None);
        assert_eq!(at_place(&[], &bounds(0.3)), None);
    }

    #[test]
    fn pictures_are_found_by_content_then_by_map_then_by_name() {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in [("a.jpg", "one"), ("b.jpg", "two"), ("c.jpg", "three")] {
            fs_err::write(folder.path().join(name), content).unwrap();
        }
        let map = folder.path().join("map.tsv");
        fs_err::write(&map, "other\tc.jpg\nb.jpg\ta.jpg\n").unwrap();
        let sources = Sources::find(folder.path(), false, Naming::Name, Some(&map)).unwrap();
        let face = |content: &str, name: Option<&str>| FaceRecord {
            id: FaceId::from_bytes([1; 16]),
            image: ImageId::from_sha256(&Sha256::digest(content).into()),
            external_id: name.map(|name| name.parse().unwrap()),
            bounding_box: bounds(0.0),
            confidence: 99.0,
            created: overt_gallery::Moment::from_millis(0),
            user: None,
        };
        let found = |content, name| {
            let path = sources.of(&face(content, name))?;
            Some(path.file_name()?.to_str()?.to_owned())
        };
        assert_eq!(found("two", Some("a.jpg")).as_deref(), Some("b.jpg"));
        assert_eq!(found("gone", Some("other")).as_deref(), Some("c.jpg"));
        assert_eq!(found("gone", Some("b.jpg")).as_deref(), Some("a.jpg"));
        assert_eq!(found("gone", Some("c.jpg")).as_deref(), Some("c.jpg"));
        assert_eq!(found("gone", Some("nobody")), None);
        assert_eq!(found("gone", None), None);
    }

    #[test]
    fn new_templates_are_of_the_version_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jpg");
        fs_err::write(&path, "[0.0]").unwrap();
        let findings = FakeEngine.faces(b"[0.0]", 1, &Wanted::default()).unwrap();
        let place = convert::stored_box(Scale::of(&findings), &findings.faces[0]);
        let face = FaceRecord {
            id: FaceId::from_bytes([1; 16]),
            image: ImageId::from_bytes([2; 16]),
            external_id: None,
            bounding_box: place,
            confidence: 99.0,
            created: overt_gallery::Moment::from_millis(0),
            user: None,
        };
        let made = one(&mut FakeEngine, &FAKE_2.into(), &path, &[&face]).unwrap();
        assert_eq!((made.templates.len(), made.templates[0].1.len(), made.missing), (1, 96, 0));
        let elsewhere = FaceRecord { bounding_box: bounds(5.0), ..face };
        assert_eq!(one(&mut FakeEngine, &FAKE_2.into(), &path, &[&elsewhere]).unwrap().missing, 1);
    }
}
