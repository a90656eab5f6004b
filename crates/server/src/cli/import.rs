//! `overt collections import`: the pictures of a folder into a collection.
//!
//! Owns the order of an import, what it does when a server is busy or a picture is refused, and what is told at its end. Each
//! picture is one IndexFaces request; its rules are the operation's.
//!
//! # Invariants
//! - A picture is in the report once its faces are kept, and not before: an import that was cut off goes on where it was, and
//!   what is indexed a second time is not kept twice.
//! - A file that cannot be indexed does not end the import; it is named in the report and makes the command fail. So is one
//!   at which the server failed, unless it fails at [`IN_A_ROW`] of them with none between that it could index.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::Args;
use futures_util::StreamExt as _;
use overt_protocol::Request;
use overt_protocol::generated::{DescribeCollectionRequest, Image, IndexFacesRequest, QualityFilter};
use serde_json::{Value, json};

use super::Common;
use super::backend::{Backend, Needs, refused};
use super::collections::make;
use super::declared::Declared;
use super::faces::quality_filter;
use super::files::{Listing, Naming, Picture, Unreadable, pictures};
use super::output::{Output, Style, note};
use super::report::{Done, Report, Whose};
use super::shown::Shown;
use crate::config::Overrides;

/// Tries of a request that a busy server refuses, after the first. With the pauses below this is about two minutes.
const TRIES: u32 = 10;
/// First pause before a request is sent again; doubled up to half a minute.
const PAUSE: Duration = Duration::from_millis(200);
/// Internal errors with nothing indexed between them that end an import: one may be about its picture, this many are about
/// the server or the collection.
const IN_A_ROW: usize = 3;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt collections import staff photos/ --create\n  \
                        overt collections import staff people/ --recursive --external-id folder\n  \
                        overt collections import crowd events/ --recursive --quality-filter low --max-faces 20\n\n\
                        Files named .jpg, .jpeg or .png are taken, in the order of their names. An import that was cut off goes on \
                        when the same command is given again: the report says which files are done. Through a running server \
                        pictures up to 5 MiB can be imported, without one up to 15 MiB.")]
pub(super) struct Import {
    /// The collection
    #[arg(value_name = "COLLECTION")]
    collection: String,
    /// The folder
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Take the folders in it too
    #[arg(long, short)]
    recursive: bool,
    /// What becomes the ExternalImageId of a picture's faces
    #[arg(long, value_enum, default_value_t = Naming::Name, value_name = "WHAT")]
    external_id: Naming,
    /// Make the collection if it is not there
    #[arg(long)]
    create: bool,
    #[command(flatten)]
    declared: Declared,
    /// Most faces of a picture; the largest are kept
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..))]
    max_faces: Option<i32>,
    /// Leave out faces below a quality: NONE, AUTO, LOW, MEDIUM, HIGH
    #[arg(long, default_value = "AUTO", value_name = "NAME", value_parser = quality_filter)]
    quality_filter: QualityFilter,
    /// Where each file's outcome is written, one JSON object a line [default: COLLECTION.import.jsonl]
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
}

impl Import {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        ensure!(self.folder.is_dir(), "{} is not a folder", self.folder.display());
        let Listing { pictures: files, unreadable } = pictures(&self.folder, self.recursive)?;
        let workers = common.load(Overrides::default())?.workers;
        let backend = Backend::open(common, Needs::Networks)?;
        let created = self.created(&backend)?;
        let path = self.report.clone().unwrap_or_else(|| format!("{}.import.jsonl", self.collection).into());
        let whose = Whose { collection: self.collection.clone(), created, folder: absolute(&self.folder)? };
        let mut report = Report::open(&path, &whose)?;
        let pending: Vec<&Picture> =
            files.iter().filter(|file| !report.has(&file.name, file.bytes)).collect();
        let before = files.len() - pending.len();
        if before > 0 {
            note(Style::Dim, format!("{before} of {} files are done, by {}", files.len(), path.display()));
        }
        for Unreadable { name, why } in unreadable {
            report.add(&Done { file: name, error: Some(why), ..Done::default() })?;
        }
        let progress = Shown::new("indexing", pending.len());
        let stopped = AtomicBool::new(false);
        let (this, to) = (&self, &backend);
        let mut in_a_row = 0;
        let broken: anyhow::Result<()> = backend.runtime().block_on(async {
            let mut outcomes = futures_util::stream::iter(pending)
                // After a failure that is not the file's own, the rest would fail alike.
                .take_while(|_| std::future::ready(!stopped.load(Ordering::Relaxed)))
                .map(|file| async move { (file, this.one(to, file).await) })
                .buffer_unordered(backend.parallel(workers));
            while let Some((file, outcome)) = outcomes.next().await {
                match outcome {
                    Ok(done) => {
                        if done.error.is_none() {
                            in_a_row = 0;
                        }
                        report.add(&done)?;
                    }
                    Err(error) if is_internal(&error) && in_a_row + 1 < IN_A_ROW => {
                        in_a_row += 1;
                        report.add(&failed(file, error.to_string()))?;
                    }
                    Err(error) => {
                        stopped.store(true, Ordering::Relaxed);
                        return Err(error.context(format!("the import stopped at {}", file.name)));
                    }
                }
                progress.step();
            }
            Ok(())
        });
        progress.end();
        report.flush()?;
        let mut summary = Summary::of(report.all());
        // Not those whose failure is in the report.
        summary.not_done = files.iter().filter(|file| !report.knows(&file.name)).count();
        if self.json {
            Output::new().line(summary.json(&path).to_string())?;
        } else {
            summary.tell(&Output::new(), &path)?;
        }
        broken?;
        ensure!(summary.failed == 0, "{} of {} files could not be indexed", summary.failed, summary.files);
        Ok(())
    }

    /// When the collection was made, which tells it from a namesake; makes it first where that is wanted.
    fn created(&self, backend: &Backend) -> anyhow::Result<f64> {
        let describe = || {
            let collection_id = Some(self.collection.clone());
            backend.call(Request::DescribeCollection(DescribeCollectionRequest { collection_id }))
        };
        let found = match describe() {
            Err(error)
                if refused(&error).is_some_and(|refused| refused.code == "ResourceNotFoundException") =>
            {
                if !self.create {
                    return Err(error.context("the collection is not there: --create makes it"));
                }
                make(backend, &self.collection, self.declared.tags())?;
                note(Style::Dim, format!("made {}", self.collection));
                describe()?
            }
            other => other?,
        };
        found.get("CreationTimestamp").and_then(Value::as_f64).context("the answer has no CreationTimestamp")
    }

    /// Indexes one file.
    ///
    /// # Errors
    /// What would befall every other file as well; what is wrong with the file itself is its outcome.
    async fn one(&self, backend: &Backend, file: &Picture) -> anyhow::Result<Done> {
        let failed = |why: String| failed(file, why);
        let external_image_id = match self.external_id.id(&file.name) {
            Ok(id) => id,
            Err(why) => return Ok(failed(why)),
        };
        let most = backend.largest_picture();
        let too_large = || {
            let hint = if backend.is_running() { ": import it while no server is running" } else { "" };
            Ok(failed(format!("it is larger than {} MiB{hint}", most >> 20)))
        };
        if file.bytes > most {
            return too_large();
        }
        let path = file.path.clone();
        let content = match tokio::task::spawn_blocking(move || fs_err::read(path)).await? {
            Ok(content) => content,
            Err(error) => return Ok(failed(error.to_string())),
        };
        // Asked here, because a request with no picture in it is refused like one that was put together wrongly.
        if content.is_empty() {
            return Ok(failed("it is empty".into()));
        }
        // It may have grown since it was listed.
        if content.len() as u64 > most {
            return too_large();
        }
        let request = Request::IndexFaces(IndexFacesRequest {
            collection_id: Some(self.collection.clone()),
            image: Some(Image { bytes: Some(content.into()), s3_object: None }),
            external_image_id: external_image_id.clone(),
            detection_attributes: None,
            max_faces: self.max_faces,
            quality_filter: Some(self.quality_filter.clone()),
        });
        let answer = match patiently(backend, request).await {
            Ok(answer) => answer,
            Err(error) => {
                return match refused(&error) {
                    // About this picture, and no other.
                    Some(refused) if is_about_the_picture(&refused.code) => {
                        Ok(failed(refused.message.clone()))
                    }
                    _ => Err(error),
                };
            }
        };
        let count = |member: &str| answer.get(member).and_then(Value::as_array).map_or(0, Vec::len);
        let unindexed = answer.get("UnindexedFaces").and_then(Value::as_array).into_iter().flatten();
        let not_indexed = unindexed.map(|face| strings(face.get("Reasons"))).collect();
        Ok(Done {
            file: file.name.clone(),
            bytes: file.bytes,
            external_image_id,
            faces: count("FaceRecords"),
            not_indexed,
            error: None,
        })
    }
}

fn absolute(folder: &Path) -> anyhow::Result<String> {
    Ok(fs_err::canonicalize(folder)?.display().to_string())
}

fn strings(list: Option<&Value>) -> Vec<String> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(ToOwned::to_owned).collect()
}

/// The outcome of a file that could not be indexed.
fn failed(file: &Picture, why: String) -> Done {
    Done { file: file.name.clone(), bytes: file.bytes, error: Some(why), ..Done::default() }
}

/// Whether a refusal says something about the one picture.
fn is_about_the_picture(code: &str) -> bool {
    matches!(
        code,
        "InvalidImageFormatException"
            | "ImageTooLargeException"
            | "InvalidParameterException"
            // Of a server whose limits.body_bytes are below what this command sends.
            | "RequestEntityTooLargeException"
    )
}

/// Whether the server failed, at this picture or at every one.
fn is_internal(error: &anyhow::Error) -> bool {
    refused(error).is_some_and(|refused| refused.code == INTERNAL)
}

/// The code of a failure that nobody expected: no reason to wait, for what is damaged stays so.
const INTERNAL: &str = "InternalServerError";

/// Sends a request again while the server is too busy for it.
async fn patiently(backend: &Backend, request: Request) -> anyhow::Result<Value> {
    let mut pause = PAUSE;
    for _ in 0..TRIES {
        match backend.send(request.clone()).await {
            Err(error) if refused(&error).is_some_and(|refused| refused.again) && !is_internal(&error) => {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(Duration::from_secs(30));
            }
            other => return other,
        }
    }
    backend.send(request).await
}

/// What a report amounts to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Summary {
    files: usize,
    failed: usize,
    /// Files of the folder without an outcome: the import was cut off before it had one.
    not_done: usize,
    without_face: usize,
    faces: usize,
    /// Faces that were not indexed, by reason; one with several counts for each.
    not_indexed: BTreeMap<String, usize>,
    /// The first files that failed, and why.
    examples: Vec<(String, String)>,
}

/// Failed files that are named at the end; all are in the report.
const EXAMPLES: usize = 10;

impl Summary {
    fn of<'a>(all: impl Iterator<Item = &'a Done>) -> Self {
        let mut summary = Self::default();
        for done in all {
            summary.files += 1;
            summary.faces += done.faces;
            for reason in done.not_indexed.iter().flatten() {
                *summary.not_indexed.entry(reason.clone()).or_default() += 1;
            }
            match &done.error {
                Some(error) => {
                    summary.failed += 1;
                    if summary.examples.len() < EXAMPLES {
                        summary.examples.push((done.file.clone(), error.clone()));
                    }
                }
                None if done.faces == 0 && done.not_indexed.is_empty() => summary.without_face += 1,
                None => {}
            }
        }
        summary
    }

    fn json(&self, report: &Path) -> Value {
        json!({
            "files": self.files + self.not_done,
            "faces": self.faces,
            "files_without_face": self.without_face,
            "files_failed": self.failed,
            "files_not_done": self.not_done,
            "faces_not_indexed": self.not_indexed,
            "report": report.display().to_string(),
        })
    }

    fn tell(&self, out: &Output, report: &Path) -> anyhow::Result<()> {
        let mut rows = vec![
            vec!["files".to_owned(), (self.files + self.not_done).to_string()],
            vec!["faces in the collection".to_owned(), self.faces.to_string()],
            vec!["files without a face".to_owned(), self.without_face.to_string()],
            vec!["files that failed".to_owned(), self.failed.to_string()],
        ];
        if self.not_done > 0 {
            rows.push(vec!["files not done".to_owned(), self.not_done.to_string()]);
        }
        for (reason, count) in &self.not_indexed {
            rows.push(vec![format!("faces left out, {reason}"), count.to_string()]);
        }
        out.table(&rows)?;
        for (file, error) in &self.examples {
            note(Style::Error, format!("{file}: {error}"));
        }
        note(Style::Dim, format!("each file's outcome is in {}", report.display()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_each_reason() {
        let reasons = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
        let all = [
            Done {
                file: "a".into(),
                faces: 2,
                not_indexed: vec![reasons(&["LOW_SHARPNESS", "EXTREME_POSE"])],
                ..Done::default()
            },
            Done { file: "b".into(), not_indexed: vec![reasons(&["LOW_SHARPNESS"])], ..Done::default() },
            Done { file: "c".into(), ..Done::default() },
            Done { file: "d".into(), error: Some("no picture".into()), ..Done::default() },
        ];
        let summary = Summary::of(all.iter());
        assert_eq!((summary.files, summary.faces, summary.without_face, summary.failed), (4, 2, 1, 1));
        assert_eq!(summary.not_indexed["LOW_SHARPNESS"], 2);
        assert_eq!(summary.examples, [("d".to_owned(), "no picture".to_owned())]);
    }
}
