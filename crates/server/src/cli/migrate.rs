//! `overt collections migrate`: a collection to another template version, from the operator's own pictures.
//!
//! Owns the order of a migration and what is told of it. Ids, names and users stay; the gallery keeps the new templates aside
//! until all are there. Refuses to invent a template: a face whose picture is gone is named.
//!
//! # Invariants
//! - A migration that was cut off goes on where it was: what has its new template is not made again.
//! - Nothing changes for anybody until the last step, which is one transaction.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use overt_gallery::{CollectionName, FaceId, FaceRecord, Gallery, Leftover, Page, TemplateVersion};
use overt_vision::TemplateVersion as Recipe;
use serde_json::{Value, json};

use super::Common;
use super::anew::{Check, Job, Maker, Outcome};
use super::backend::Exclusive;
use super::files::Naming;
use super::output::{Output, Style, note};
use super::shown::Shown;
use super::sources::{Found, Sources};
use crate::engine::NetworkEngine;
use crate::recognition::Recognition;
use crate::weights::Engines;

/// Faces that are looked up together.
const PAGE: usize = 1024;
/// Templates kept together: one flush to the disk for some seconds of work, which is what a cut costs.
const BATCH: usize = 128;
/// Similarity, by the old recogniser, from which a face in a picture found by its name is the stored one. A copy of the same
/// photograph has 99 and more; one stranger in 10,000 would pass, if it stood at the very same place.
const SAME_PERSON: f32 = 80.0;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt collections migrate staff --images photos/\n  \
                        overt collections migrate staff --images people/ --recursive --external-id folder --to overt-face-1\n  \
                        overt collections migrate staff --images photos/ --map staff.csv --delete-missing\n\n\
                        A picture is found by its content; else by --map, then by --external-id, and then the person in it is \
                        compared with the stored face first. A mapping file has an ExternalImageId and a path below FOLDER in each \
                        row: .csv, .tsv, or .jsonl with the members of an import's report, which is one. No server may be running \
                        on the data folder. `overt models recognisers` lists the versions.")]
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
    /// What the ExternalImageId of a picture was made of
    #[arg(long, value_enum, default_value_t = Naming::Name, value_name = "WHAT")]
    external_id: Naming,
    /// File that says which picture an ExternalImageId means
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Template version to migrate to [default: that of new collections]
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,
    /// Where faces without a new template are named, one JSON object a line [default: COLLECTION.migrate.jsonl]
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Delete faces that no new template can be made of; without it the migration stays open while there are any
    #[arg(long)]
    delete_missing: bool,
    /// Give a migration up that is under way: the collection stays as it is
    #[arg(long, conflicts_with_all = ["images", "delete_missing", "report"])]
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
        // What costs nothing to know comes before what takes minutes.
        let old = Recipe::from(open.gallery.collection(&name)?.version.as_str());
        let engines = Engines::open(&open.config.models)?;
        let recognition = engines.recognition();
        let version = self.version(recognition)?;
        let target: TemplateVersion = version.as_str().parse()?;
        if *old == *version {
            // Whoever gives the command again after it was cut off at its very end is told that it is done.
            if self.json {
                let mut nothing = json!({ "migrated": 0, "unchecked": 0, "deleted": 0, "report": null });
                Why::ALL.iter().for_each(|why| nothing[why.word()] = 0.into());
                Output::new().line(nothing.to_string())?;
            }
            note(Style::Dim, format!("{name} has templates of {target} already: nothing is left to do"));
            return Ok(());
        }
        let sources = Sources::find(folder, self.recursive, self.external_id, self.map.as_deref())?;
        open.gallery.begin_migration(&name, &target, recognition.numbers(&version)?)?;

        let path = self.report.clone().unwrap_or_else(|| format!("{}.migrate.jsonl", self.collection).into());
        let mut told = Told::begin(&path, &name, &target)?;
        let least = known(recognition, &old);
        let likeness = |id: FaceId, template: &[f32]| -> anyhow::Result<f32> {
            Ok(open.gallery.likeness(&name, id, &old.parse()?, template)?)
        };
        let check = least.map(|least| Check { version: old.clone(), likeness: &likeness, least });
        told.checked = check.is_some();
        let maker = Maker { version, check };
        let made = Migration { gallery: &open.gallery, name: &name, target: &target, sources: &sources }.run(
            &maker,
            &mut workers(&engines, open.config.workers)?,
            &mut told,
        );
        told.end()?;
        made?;

        let left = open.gallery.migration(&name)?.map_or(0, |migration| migration.remaining);
        if left > 0 && !self.delete_missing {
            self.tell(&told)?;
            bail!(
                "{left} faces have no new template yet, and {name} stays as it is: give their pictures and run this again, or \
                 say --delete-missing to go on without them"
            );
        }
        let leftover = if self.delete_missing { Leftover::Delete } else { Leftover::Refuse };
        told.deleted = open.gallery.finish_migration(&name, leftover)?.deleted.len();
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
        let Told { path, migrated, unchecked, missing, deleted, .. } = told;
        let out = Output::new();
        let count = |why: Why| missing.get(&why).copied().unwrap_or(0);
        if self.json {
            let mut summary = json!({
                "migrated": migrated,
                "unchecked": unchecked,
                "deleted": deleted,
                "report": path.display().to_string(),
            });
            for why in Why::ALL {
                summary[why.word()] = count(why).into();
            }
            out.line(summary.to_string())?;
            return Ok(());
        }
        let row = |what: &str, count: usize| vec![what.to_owned(), count.to_string()];
        let mut rows = vec![row("faces with a new template", *migrated)];
        rows.extend(Why::ALL.map(|why| row(why.words(), count(why))));
        rows.push(row("faces deleted", *deleted));
        out.table(&rows)?;
        if *unchecked > 0 {
            note(
                Style::Hint,
                format!(
                    "{unchecked} faces were found by a name alone: their old recogniser or its calibration is not here, so nobody \
                     could tell whether the pictures still show the same people"
                ),
            );
        }
        if !missing.is_empty() {
            note(Style::Dim, format!("each face without a new template is in {}", path.display()));
        }
        Ok(())
    }
}

/// The lowest score of the same person by the recogniser that a collection has had until now; `None` where it cannot be asked.
fn known(recognition: &Recognition, old: &Recipe) -> Option<f32> {
    recognition.numbers(old).ok()?;
    recognition.lowest_score(old, SAME_PERSON).ok()
}

fn workers(engines: &Engines, count: usize) -> anyhow::Result<Vec<NetworkEngine>> {
    (0..count.max(1)).map(|_| Ok(engines.engine()?)).collect()
}

/// Why a face has no new template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    NoPicture,
    NotThere,
    SomebodyElse,
    Unreadable,
}

impl Why {
    const ALL: [Self; 4] = [Self::NoPicture, Self::NotThere, Self::SomebodyElse, Self::Unreadable];

    /// In the report and in JSON.
    const fn word(self) -> &'static str {
        match self {
            Self::NoPicture => "without_picture",
            Self::NotThere => "not_found_in_picture",
            Self::SomebodyElse => "somebody_else_in_picture",
            Self::Unreadable => "picture_unreadable",
        }
    }

    /// In a table.
    const fn words(self) -> &'static str {
        match self {
            Self::NoPicture => "faces whose picture is not there",
            Self::NotThere => "faces not found in their picture",
            Self::SomebodyElse => "faces at whose place is somebody else",
            Self::Unreadable => "faces whose picture cannot be read",
        }
    }
}

/// What became of the faces of this run, and the file that names those without a new template.
struct Told {
    path: PathBuf,
    file: BufWriter<fs_err::File>,
    /// Whether faces in pictures found by a name are compared with the stored ones.
    checked: bool,
    migrated: usize,
    /// Of these, found by a name that nobody could check.
    unchecked: usize,
    missing: BTreeMap<Why, usize>,
    deleted: usize,
}

impl Told {
    fn begin(path: &Path, name: &CollectionName, target: &TemplateVersion) -> anyhow::Result<Self> {
        let mut file = BufWriter::new(fs_err::File::create(path)?);
        let heading = json!({ "overt_migration": 1, "collection": name.as_str(), "to": target.as_str() });
        writeln!(file, "{heading}")?;
        Ok(Self {
            path: path.to_owned(),
            file,
            checked: false,
            migrated: 0,
            unchecked: 0,
            missing: BTreeMap::new(),
            deleted: 0,
        })
    }

    fn missing(
        &mut self,
        face: &FaceRecord,
        file: Option<&Path>,
        why: Why,
        details: Option<String>,
    ) -> anyhow::Result<()> {
        *self.missing.entry(why).or_default() += 1;
        let mut line = json!({
            "face_id": face.id.to_string(),
            "image_id": face.image.to_string(),
            "why": why.word(),
        });
        let members = [
            ("external_image_id", face.external_id.as_ref().map(|id| id.as_str().to_owned())),
            ("user_id", face.user.as_ref().map(|user| user.as_str().to_owned())),
            ("file", file.map(|file| file.display().to_string())),
            ("details", details),
        ];
        for (member, value) in members {
            if let (Some(value), Value::Object(line)) = (value, &mut line) {
                line.insert(member.to_owned(), value.into());
            }
        }
        Ok(writeln!(self.file, "{line}")?)
    }

    fn end(&mut self) -> anyhow::Result<()> {
        Ok(self.file.flush()?)
    }
}

/// What is migrated.
struct Migration<'a> {
    gallery: &'a Gallery,
    name: &'a CollectionName,
    target: &'a TemplateVersion,
    sources: &'a Sources,
}

impl Migration<'_> {
    /// Makes the templates that are missing, as far as there are pictures.
    fn run(&self, maker: &Maker<'_>, engines: &mut [NetworkEngine], told: &mut Told) -> anyhow::Result<()> {
        let remaining = self.gallery.migration(self.name)?.map_or(0, |migration| migration.remaining);
        let progress = Shown::new("migrating", usize::try_from(remaining).unwrap_or(usize::MAX));
        let mut page = Page::first(PAGE);
        let mut waiting = Vec::with_capacity(BATCH);
        loop {
            let listed = self.gallery.faces_to_migrate(self.name, &page)?;
            let mut pictures: BTreeMap<(&Path, Found), Vec<&FaceRecord>> = BTreeMap::new();
            for face in &listed.items {
                match self.sources.of(face) {
                    Some((found, path)) => pictures.entry((path, found)).or_default().push(face),
                    None => {
                        told.missing(face, None, Why::NoPicture, None)?;
                        progress.step();
                    }
                }
            }
            let jobs: Vec<_> =
                pictures.into_iter().map(|((path, found), faces)| Job { path, found, faces }).collect();
            let made = maker.run(engines, &jobs, |face, job, outcome| {
                let why = match outcome {
                    Outcome::Template(template) => {
                        waiting.push((face.id, template));
                        told.migrated += 1;
                        told.unchecked += usize::from(!told.checked && job.found == Found::ByName);
                        if waiting.len() >= BATCH {
                            self.put(&mut waiting)?;
                        }
                        None
                    }
                    Outcome::NotThere => Some((Why::NotThere, None)),
                    Outcome::SomebodyElse => Some((Why::SomebodyElse, None)),
                    Outcome::Unreadable(details) => Some((Why::Unreadable, Some(details))),
                };
                if let Some((why, details)) = why {
                    told.missing(face, Some(job.path), why, details)?;
                }
                progress.step();
                Ok(())
            });
            // What was made before something failed is made.
            self.put(&mut waiting)?;
            made?;
            match listed.next {
                Some(next) => page.after = Some(next),
                None => break,
            }
        }
        progress.end();
        Ok(())
    }

    fn put(&self, waiting: &mut Vec<(FaceId, Vec<f32>)>) -> anyhow::Result<()> {
        if !waiting.is_empty() {
            self.gallery.put_migrated(self.name, self.target, std::mem::take(waiting))?;
        }
        Ok(())
    }
}
