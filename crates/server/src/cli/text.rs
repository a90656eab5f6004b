//! `overt detect-text`: reading the text in files, without a server.
//!
//! Owns the command's words and how lines are told to people. The rules are those of DetectText, and the JSON is its answer.
//!
//! # Invariants
//! - One file that cannot be read does not keep the others from being looked at, and makes the command fail. Findings that
//!   cannot be written end it, and are blamed on no file.
//! - What a picture says reaches a terminal without control characters.

use std::path::{Path, PathBuf};

use anyhow::bail;
use clap::Args;
use overt_vision::{DecodeLimits, Picture};

use super::faces::{OfFile, engines, plain};
use super::output::{Output, Style, note, report};
use super::target::Target;
use super::{Common, Usage};
use crate::convert::text::around;
use crate::draw::Drawing;
use crate::engine::{NetworkEngine, TextFindings};
use crate::ops::{TextFilters, text_answer};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt detect-text page.png\n  \
                        overt detect-text *.jpg --json > text.jsonl\n  \
                        overt detect-text sign.jpg --draw words.png")]
pub(super) struct DetectText {
    /// JPEG or PNG files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print one JSON object a file, with the members of the API's answer
    #[arg(long)]
    json: bool,
    /// Draw the words on a copy of the picture (one file only)
    #[arg(long, value_name = "PNG")]
    draw: Option<PathBuf>,
}

impl DetectText {
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
            match look(&mut engine, file) {
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

    /// Writes what was found, and draws it.
    fn show(
        &self,
        out: &Output,
        file: &Path,
        picture: &Picture,
        findings: &TextFindings,
        target: Option<Target>,
    ) -> anyhow::Result<()> {
        if self.json {
            let answer = text_answer(findings, &TextFilters::default());
            out.line(serde_json::to_string(&OfFile { file: file.display().to_string(), answer })?)?;
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

/// A file's picture, and what is written on it.
fn look(engine: &mut NetworkEngine, file: &Path) -> anyhow::Result<(Picture, TextFindings)> {
    let picture = Picture::decode(&fs_err::read(file)?, &DecodeLimits::default())?;
    let findings = engine.text_of(&picture)?;
    Ok((picture, findings))
}

/// All lines, also those beyond the hundred words that the API answers.
fn tell(out: &Output, file: &Path, findings: &TextFindings) -> anyhow::Result<()> {
    let of = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let words = findings.lines.iter().map(|line| line.words.len()).sum();
    let (lines, words) = (of(findings.lines.len(), "line"), of(words, "word"));
    let name = out.styled(Style::Bold, plain(&file.display().to_string()));
    out.line(format!("{name}  {} x {}  {lines}, {words}", findings.width, findings.height))?;
    for (index, line) in findings.lines.iter().enumerate() {
        out.line(format!("{:>3}  {:>5.1} %  {}", index + 1, line.confidence * 100.0, plain(&line.text())))?;
    }
    Ok(())
}

/// Every word's shape in its line's colour, and what each line says.
fn drawing(picture: &Picture, findings: &TextFindings) -> anyhow::Result<Drawing> {
    let mut drawing = Drawing::of(picture)?;
    for (index, line) in findings.lines.iter().enumerate() {
        for word in &line.words {
            drawing.shape(index, &word.corners);
        }
    }
    let lines = findings.lines.iter().enumerate();
    drawing
        .labels(&lines.map(|(at, line)| (at, around(&line.corners), vec![line.text()])).collect::<Vec<_>>());
    Ok(drawing)
}
