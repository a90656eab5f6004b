//! `overt moderate`: unsafe content in files, without a server.
//!
//! Owns the command's words. The rules are those of DetectModerationLabels, and the JSON is its answer.

use clap::Args;
use overt_protocol::generated::DetectModerationLabelsResponse;
use overt_vision::Picture;
use overt_vision::face::Rect;

use super::Common;
use super::faces::threshold;
use super::output::Output;
use super::pictures::{Analysis, Pictures};
use crate::draw::Drawing;
use crate::engine::NetworkEngine;
use crate::ops::{self, DEFAULT_MODERATION_CONFIDENCE};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt moderate upload.jpg\n  \
                        overt moderate *.jpg --json > unsafe.jsonl\n  \
                        overt moderate upload.jpg --draw unsafe.png\n\n\
                        Which of the 52 kinds of content are found, and how well: docs/moderation.md\n\n\
                        Looks at files of yours, and opens no server's data folder: it stands in no ledger. A server's DetectModerationLabels does.")]
pub(super) struct Moderate {
    #[command(flatten)]
    pictures: Pictures,
    #[command(flatten)]
    wanted: Wanted,
}

/// Which findings.
#[derive(Debug, Args)]
struct Wanted {
    /// Confidence from which a label is told, 0 to 100
    #[arg(long, default_value_t = DEFAULT_MODERATION_CONFIDENCE, value_name = "N", allow_negative_numbers = true, value_parser = threshold)]
    min_confidence: f32,
}

impl Moderate {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        self.pictures.run(common, &self.wanted)
    }
}

impl Analysis for Wanted {
    /// The width of the picture, for the caption, and the answer.
    type Findings = (f32, DetectModerationLabelsResponse);
    type Answer = DetectModerationLabelsResponse;

    fn look(&self, engine: &mut NetworkEngine, picture: &Picture) -> anyhow::Result<Self::Findings> {
        let found = engine.moderation_of(picture, self.min_confidence / 100.0)?;
        Ok((picture.width() as f32, ops::moderation_answer(&found, self.min_confidence)))
    }

    fn answer(&self, (_, answer): &Self::Findings) -> DetectModerationLabelsResponse {
        answer.clone()
    }

    fn tell(&self, out: &Output, name: String, (_, answer): &Self::Findings) -> anyhow::Result<()> {
        out.line(name)?;
        for line in lines(answer) {
            out.line(format!("  {line}"))?;
        }
        Ok(())
    }

    /// A caption at the upper edge: the findings are about the whole picture.
    fn draw(&self, drawing: &mut Drawing, (width, answer): &Self::Findings) {
        let edge = Rect { left: 0.0, top: 0.0, width: *width, height: 1.0 };
        drawing.labels(&[(0, edge, lines(answer))]);
    }
}

/// The findings, a line each; children stand under their parents.
fn lines(answer: &DetectModerationLabelsResponse) -> Vec<String> {
    let percent = |confidence: Option<f32>| format!("{:.1} %", confidence.unwrap_or_default());
    let labels = answer.moderation_labels.iter().flatten().map(|label| {
        let name = label.name.as_deref().unwrap_or_default();
        let path = match label.parent_name.as_deref() {
            Some(parent) if !parent.is_empty() => format!("{parent} / {name}"),
            _ => name.to_owned(),
        };
        format!("{path}  {}", percent(label.confidence))
    });
    let content = answer.content_types.iter().flatten().map(|content| {
        format!("{}  {}", content.name.as_deref().unwrap_or_default(), percent(content.confidence))
    });
    let lines: Vec<String> = labels.chain(content).collect();
    if lines.is_empty() { vec!["nothing".to_owned()] } else { lines }
}

#[cfg(test)]
mod tests {
    use overt_vision::Moderation;
    use overt_vision::moderation::{ContentType, Unsafe};

    use super::*;

    #[test]
    fn findings_are_told_with_their_parents() {
        let weapons =
            Unsafe { name: "Weapons".into(), parent: "Violence".into(), level: 2, confidence: 0.75 };
        let found = Moderation { labels: vec![weapons], content: vec![(ContentType::Illustrated, 0.6)] };
        let told = |least| lines(&ops::moderation_answer(&found, least));
        assert_eq!(told(50.0), ["Violence / Weapons  75.0 %", "Illustrated  60.0 %"]);
        assert_eq!(told(99.0), ["nothing"]);
    }
}
