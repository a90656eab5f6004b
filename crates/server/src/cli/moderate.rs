//! `overt moderate`: unsafe content in files, without a server.
//!
//! Owns the command's words. The rules are those of DetectModerationLabels, and the JSON is its answer.
//!
//! # Invariant
//! - One file that cannot be read does not keep the others from being looked at, and makes the command fail.

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;
use overt_protocol::generated::DetectModerationLabelsResponse;
use overt_vision::face::Rect;
use overt_vision::{DecodeLimits, Picture};

use super::faces::{OfFile, engines, plain, threshold};
use super::output::{Output, Style, note, report};
use super::target::Target;
use super::{Common, Usage};
use crate::draw::Drawing;
use crate::ops::{self, DEFAULT_MODERATION_CONFIDENCE};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt moderate upload.jpg\n  \
                        overt moderate *.jpg --json > unsafe.jsonl\n  \
                        overt moderate upload.jpg --draw unsafe.png\n\n\
                        Which of the 52 kinds of content are found, and how well: docs/moderation.md")]
pub(super) struct Moderate {
    /// JPEG or PNG files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Confidence from which a label is told, 0 to 100
    #[arg(long, default_value_t = DEFAULT_MODERATION_CONFIDENCE, value_name = "N", value_parser = threshold)]
    min_confidence: f32,
    /// Print one JSON object a file, with the members of the API's answer
    #[arg(long)]
    json: bool,
    /// Write the findings on a copy of the picture (one file only)
    #[arg(long, value_name = "PNG")]
    draw: Option<PathBuf>,
}

impl Moderate {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        let mut target = match (&self.draw, self.files.as_slice()) {
            (Some(path), [file]) => Some(Target::open(path, &[file])?),
            (Some(_), _) => return Err(Usage("--draw takes one picture at a time".into()).into()),
            (None, _) => None,
        };
        let mut engine = engines(common)?.engine()?;
        let out = Output::new();
        let mut look = |file: &Path| -> anyhow::Result<(Picture, DetectModerationLabelsResponse)> {
            let picture = Picture::decode(&fs_err::read(file)?, &DecodeLimits::default())?;
            let found = engine.moderation_of(&picture)?;
            Ok((picture, ops::moderation_answer(&found, self.min_confidence)))
        };
        let mut failures = 0;
        for file in &self.files {
            match look(file) {
                Ok((picture, answer)) => self.show(&out, file, &picture, answer, target.take())?,
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

    fn show(
        &self,
        out: &Output,
        file: &Path,
        picture: &Picture,
        answer: DetectModerationLabelsResponse,
        target: Option<Target>,
    ) -> anyhow::Result<()> {
        let lines = lines(&answer);
        if self.json {
            let answer = OfFile { file: file.display().to_string(), answer };
            out.line(serde_json::to_string(&answer)?)?;
        } else {
            out.line(out.styled(Style::Bold, plain(&file.display().to_string())))?;
            for line in &lines {
                out.line(format!("  {line}"))?;
            }
        }
        if let Some(target) = target {
            let mut drawing = Drawing::of(picture)?;
            // A caption at the upper edge: the findings are about the whole picture.
            let edge = Rect { left: 0.0, top: 0.0, width: picture.width() as f32, height: 1.0 };
            drawing.labels(&[(0, edge, lines)]);
            let path = target.write(&drawing)?;
            note(Style::Dim, format!("drew {}", path.display()));
        }
        Ok(())
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
