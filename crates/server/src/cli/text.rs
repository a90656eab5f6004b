//! `overt detect-text`: reading the text in files, without a server.
//!
//! Owns the command's words and how lines are told to people. The rules are those of DetectText, and the JSON is its answer.
//!
//! # Invariant
//! - What a picture says reaches a terminal without control characters.

use clap::Args;
use overt_protocol::generated::DetectTextResponse;
use overt_vision::Picture;

use super::Common;
use super::faces::threshold;
use super::output::Output;
use super::pictures::{Analysis, Pictures, plain};
use crate::convert::text::around;
use crate::draw::Drawing;
use crate::engine::{NetworkEngine, TextFindings};
use crate::ops::{TextFilters, text_answer};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt detect-text page.png\n  \
                        overt detect-text *.jpg --json --min-confidence 80 > text.jsonl\n  \
                        overt detect-text sign.jpg --draw words.png\n\n\
                        Looks at files of yours, and opens no server's data folder: it stands in no ledger. A server's DetectText does.")]
pub(super) struct DetectText {
    #[command(flatten)]
    pictures: Pictures,
    #[command(flatten)]
    wanted: Wanted,
}

/// Which words.
#[derive(Debug, Args)]
struct Wanted {
    /// Leave out words less sure than this, 0 to 100
    #[arg(long, default_value_t = 0.0, value_name = "N", allow_negative_numbers = true, value_parser = threshold)]
    min_confidence: f32,
}

impl DetectText {
    pub(super) fn run(self, common: &Common) -> anyhow::Result<()> {
        self.pictures.run(common, &self.wanted)
    }
}

impl Analysis for Wanted {
    type Findings = TextFindings;
    type Answer = DetectTextResponse;

    fn look(&self, engine: &mut NetworkEngine, picture: &Picture) -> anyhow::Result<TextFindings> {
        Ok(TextFilters::surer_than(self.min_confidence).of_findings(engine.text_of(picture)?))
    }

    fn answer(&self, findings: &TextFindings) -> DetectTextResponse {
        text_answer(findings, &TextFilters::default())
    }

    /// All lines, also those beyond the hundred words that the API answers.
    fn tell(&self, out: &Output, name: String, findings: &TextFindings) -> anyhow::Result<()> {
        let of = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
        let words = findings.lines.iter().map(|line| line.words.len()).sum();
        let (lines, words) = (of(findings.lines.len(), "line"), of(words, "word"));
        out.line(format!("{name}  {} x {}  {lines}, {words}", findings.width, findings.height))?;
        for (index, line) in findings.lines.iter().enumerate() {
            out.line(format!(
                "{:>3}  {:>5.1} %  {}",
                index + 1,
                line.confidence * 100.0,
                plain(&line.text())
            ))?;
        }
        Ok(())
    }

    /// Every word's shape in its line's colour with the line's number, and beside the picture what the lines say: on a page there is no room for it between them.
    fn draw(&self, drawing: &mut Drawing, findings: &TextFindings) {
        for (index, line) in findings.lines.iter().enumerate() {
            for word in &line.words {
                drawing.shape(index, &word.corners);
            }
        }
        let lines = findings.lines.iter().enumerate();
        let notes = lines.clone().map(|(at, line)| (at, around(&line.corners), vec![(at + 1).to_string()]));
        drawing.labels(&notes.collect::<Vec<_>>());
        let said = lines.map(|(at, line)| (at, format!("{}  {}", at + 1, line.text())));
        drawing.list(&said.collect::<Vec<_>>());
    }
}
