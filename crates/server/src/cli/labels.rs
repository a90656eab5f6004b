//! `overt detect-labels`: what pictures show, without a server.
//!
//! Owns the command's words and how labels are told to people. The rules are those of the operation, and the JSON is its, too.

use clap::Args;
use overt_protocol::generated::{DetectLabelsResponse, GeneralLabelsSettings};
use overt_vision::Picture;
use overt_vision::labels::{Label, Taxonomy};

use super::Common;
use super::faces::threshold;
use super::output::Output;
use super::pictures::{Analysis, Pictures};
use crate::draw::Drawing;
use crate::engine::{FoundLabel, LabelFindings, LabelsWanted, NetworkEngine};
use crate::ops::{self, DEFAULT_MAX_COLOURS, DEFAULT_MIN_CONFIDENCE, LabelSelection};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt detect-labels street.jpg\n  \
                        overt detect-labels *.jpg --json > labels.jsonl\n  \
                        overt detect-labels street.jpg --draw boxes.png --min-confidence 80\n\n\
                        Which labels there are: docs/label-list.md. How often they are right: docs/labels.md\n\n\
                        Looks at files of yours, and opens no server's data folder: it stands in no ledger. A server's DetectLabels does.")]
pub(super) struct DetectLabels {
    #[command(flatten)]
    pictures: Pictures,
    #[command(flatten)]
    wanted: Wanted,
}

/// Which labels, and what else.
#[derive(Debug, Args)]
struct Wanted {
    /// Leave out labels less sure than this, 0 to 100
    #[arg(long, default_value_t = DEFAULT_MIN_CONFIDENCE, value_name = "N", allow_negative_numbers = true, value_parser = threshold)]
    min_confidence: f32,
    /// Measure light, sharpness, contrast and colours, too; shown with --json
    #[arg(long, requires = "json")]
    properties: bool,
}

impl DetectLabels {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        self.pictures.run(common, &self.wanted)
    }
}

impl Analysis for Wanted {
    type Findings = LabelFindings;
    type Answer = DetectLabelsResponse;

    fn look(&self, engine: &mut NetworkEngine, picture: &Picture) -> anyhow::Result<LabelFindings> {
        let selection =
            LabelSelection::new(Some(self.min_confidence), None, GeneralLabelsSettings::default());
        let choose = |taxonomy: &Taxonomy, labels: Vec<Label>| selection.of(taxonomy, labels);
        let colours = self.properties.then_some(DEFAULT_MAX_COLOURS);
        Ok(engine.labels_of(picture, &LabelsWanted { labels: Some(&choose), colours })?)
    }

    fn answer(&self, findings: &LabelFindings) -> DetectLabelsResponse {
        ops::labels_answer(findings)
    }

    fn tell(&self, out: &Output, name: String, findings: &LabelFindings) -> anyhow::Result<()> {
        let labels = findings.labels.as_deref().unwrap_or_default();
        let noun = if labels.len() == 1 { "label" } else { "labels" };
        out.line(format!("{name}  {} x {}  {} {noun}", findings.width, findings.height, labels.len()))?;
        if labels.is_empty() {
            return Ok(());
        }
        let heading = ["  sure", "label", "boxes", "above it"].map(str::to_owned).to_vec();
        let rows = labels.iter().filter_map(|found| row(found, &findings.taxonomy));
        out.table(&std::iter::once(heading).chain(rows).collect::<Vec<_>>())?;
        Ok(())
    }

    /// The boxes of all labels, one colour a label.
    fn draw(&self, drawing: &mut Drawing, findings: &LabelFindings) {
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
    }
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
