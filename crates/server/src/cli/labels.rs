//! `overt detect-labels`: what pictures show, without a server.
//!
//! Owns the command's words and how labels are told to people. The rules are those of the operation, and the JSON is its, too.
//!
//! # Invariants
//! - One file that cannot be read does not keep the others from being looked at, and makes the command fail.

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;
use overt_protocol::generated::GeneralLabelsSettings;
use overt_vision::labels::{Label, Taxonomy};
use overt_vision::{DecodeLimits, Picture};

use super::faces::{OfFile, engines, plain, threshold};
use super::output::{Output, Style, note, report};
use super::target::Target;
use super::{Common, Usage};
use crate::draw::Drawing;
use crate::engine::{FoundLabel, LabelFindings, LabelsWanted, NetworkEngine};
use crate::ops::{self, DEFAULT_MAX_COLOURS, DEFAULT_MIN_CONFIDENCE, LabelSelection};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt detect-labels street.jpg\n  \
                        overt detect-labels *.jpg --json > labels.jsonl\n  \
                        overt detect-labels street.jpg --draw boxes.png --min-confidence 80\n\n\
                        Which labels there are: docs/label-list.md. How often they are right: docs/labels.md")]
pub(super) struct DetectLabels {
    /// JPEG or PNG files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print one JSON object a file, with the members of the API's answer
    #[arg(long)]
    json: bool,
    /// Draw the boxes on a copy of the picture (one file only)
    #[arg(long, value_name = "PNG")]
    draw: Option<PathBuf>,
    /// Leave out labels less sure than this, 0 to 100
    #[arg(long, default_value_t = DEFAULT_MIN_CONFIDENCE, value_name = "N", value_parser = threshold)]
    min_confidence: f32,
    /// Measure light, sharpness, contrast and colours, too; shown with --json
    #[arg(long, requires = "json")]
    properties: bool,
}

impl DetectLabels {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        let mut target = match (&self.draw, self.files.as_slice()) {
            (Some(path), [file]) => Some(Target::open(path, &[file])?),
            (Some(_), _) => return Err(Usage("--draw takes one picture at a time".into()).into()),
            (None, _) => None,
        };
        let mut engine = engines(common)?.engine()?;
        let out = Output::new();
        let mut failures = 0;
        for file in &self.files {
            match self.look(&mut engine, file) {
                // What cannot be written is not the picture's fault, and would be as wrong for the next one.
                Ok((picture, findings)) => self.show(&out, file, &picture, &findings, target.take())?,
                Err(error) => {
                    report(&error.context(file.display().to_string()));
                    failures += 1;
                }
            }
        }
        if failures > 0 {
            bail!("{failures} of {} files could not be looked at", self.files.len());
        }
        Ok(())
    }

    /// A file's picture, and what it shows.
    fn look(&self, engine: &mut NetworkEngine, file: &Path) -> anyhow::Result<(Picture, LabelFindings)> {
        let picture = Picture::decode(&fs_err::read(file)?, &DecodeLimits::default())?;
        let selection =
            LabelSelection::new(Some(self.min_confidence), None, GeneralLabelsSettings::default());
        let choose = |taxonomy: &Taxonomy, labels: Vec<Label>| selection.of(taxonomy, labels);
        let colours = self.properties.then_some(DEFAULT_MAX_COLOURS);
        let findings = engine.labels_of(&picture, &LabelsWanted { labels: Some(&choose), colours })?;
        Ok((picture, findings))
    }

    /// Writes what was found, and draws it.
    fn show(
        &self,
        out: &Output,
        file: &Path,
        picture: &Picture,
        findings: &LabelFindings,
        target: Option<Target>,
    ) -> anyhow::Result<()> {
        if self.json {
            let answer = OfFile { file: file.display().to_string(), answer: ops::labels_answer(findings) };
            out.line(serde_json::to_string(&answer)?)?;
        } else {
            tell(out, file, findings)?;
        }
        if let Some(target) = target {
            let path = target.write(&drawing(picture, findings)?)?;
            note(Style::Dim, format!("drew {}", path.display()));
        }
        Ok(())
    }
}

fn tell(out: &Output, file: &Path, findings: &LabelFindings) -> anyhow::Result<()> {
    let labels = findings.labels.as_deref().unwrap_or_default();
    let noun = if labels.len() == 1 { "label" } else { "labels" };
    let name = out.styled(Style::Bold, plain(&file.display().to_string()));
    out.line(format!("{name}  {} x {}  {} {noun}", findings.width, findings.height, labels.len()))?;
    if labels.is_empty() {
        return Ok(());
    }
    let heading = ["  sure", "label", "boxes", "above it"].map(str::to_owned).to_vec();
    let rows = labels.iter().filter_map(|found| row(found, &findings.taxonomy));
    out.table(&std::iter::once(heading).chain(rows).collect::<Vec<_>>())?;
    Ok(())
}

/// A label's line: how sure, its name, how many boxes, what is above it.
fn row(found: &FoundLabel, taxonomy: &Taxonomy) -> Option<Vec<String>> {
    let entry = taxonomy.get(found.label.id)?;
    let boxes = match found.label.instances.len() {
        0 => String::new(),
        count => count.to_string(),
    };
    let above = taxonomy.ancestors_of(entry).collect::<Vec<_>>().join(", ");
    Some(vec![format!("{:>4.1} %", found.label.confidence * 100.0), entry.name.clone(), boxes, above])
}

/// The picture with the boxes of all labels, one colour a label.
fn drawing(picture: &Picture, findings: &LabelFindings) -> anyhow::Result<Drawing> {
    let mut drawing = Drawing::of(picture)?;
    let boxed = findings.labels.iter().flatten().filter(|found| !found.label.instances.is_empty());
    let mut notes = Vec::new();
    for (colour, found) in boxed.enumerate() {
        let Some(entry) = findings.taxonomy.get(found.label.id) else { continue };
        for instance in &found.label.instances {
            drawing.face(colour, instance.bounds, &[]);
            let note = format!("{}  {:.0} %", entry.name, instance.confidence * 100.0);
            notes.push((colour, instance.bounds, vec![note]));
        }
    }
    drawing.labels(&notes);
    Ok(drawing)
}

#[cfg(test)]
mod tests {
    use overt_vision::labels::{CLASSES, Evidence, labels};

    use super::*;

    #[test]
    fn a_label_is_told_with_what_is_above_it() {
        let taxonomy = Taxonomy::built_in().unwrap();
        let mut classes = vec![0.0; CLASSES];
        classes[162] = 1.0;
        let found = labels(&taxonomy, &Evidence { classes: Some(&classes), ..Evidence::default() });
        let beagle = found.into_iter().find(|label| Some(label.id) == taxonomy.find("Beagle")).unwrap();
        let told = row(&FoundLabel { label: beagle, colours: Vec::new() }, &taxonomy).unwrap();
        assert_eq!(told[1..], ["Beagle", "", "Animal, Canine, Dog, Hound, Mammal, Pet"]);
        assert!(told[0].ends_with(" %"), "{}", told[0]);
    }
}
