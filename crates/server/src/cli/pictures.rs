//! Looking at pictures in files, without a server: what the commands for one analysis each have in common.
//!
//! Owns their arguments (files, `--json`, `--draw`), the order of work and which failures end it. Refuses to know what is looked
//! for: an [`Analysis`] says that.
//!
//! # Invariants
//! - One file that cannot be read does not keep the others from being looked at, and makes the command fail. Findings that
//!   cannot be written end it, and are blamed on no file.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use overt_vision::{DecodeLimits, Picture};
use serde::Serialize;

use super::output::{Output, Style, note, report};
use super::target::Target;
use super::{Common, Usage};
use crate::config::Overrides;
use crate::draw::Drawing;
use crate::engine::NetworkEngine;
use crate::telemetry;
use crate::weights::Engines;

/// The pictures of a command, and the form of what is found in them.
#[derive(Debug, Args)]
pub(super) struct Pictures {
    /// JPEG or PNG files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print one JSON object a file, with the members of the API's answer
    #[arg(long)]
    json: bool,
    /// Draw the findings on a copy of the picture (one file only)
    #[arg(long, value_name = "PNG")]
    draw: Option<PathBuf>,
}

/// What is looked for, and how it is told.
pub(super) trait Analysis {
    /// What is found in one picture.
    type Findings;
    /// What the API answers for it.
    type Answer: Serialize;

    /// Looks.
    fn look(&self, engine: &mut NetworkEngine, picture: &Picture) -> anyhow::Result<Self::Findings>;

    /// The API's answer.
    fn answer(&self, findings: &Self::Findings) -> Self::Answer;

    /// Tells people; `name` is the file's, ready for a terminal.
    fn tell(&self, out: &Output, name: String, findings: &Self::Findings) -> anyhow::Result<()>;

    /// Draws on a copy of the picture.
    fn draw(&self, drawing: &mut Drawing, findings: &Self::Findings);
}

/// What the API answers, with the name of the file it is about.
#[derive(Serialize)]
struct OfFile<A> {
    #[serde(rename = "File")]
    file: String,
    #[serde(flatten)]
    answer: A,
}

impl Pictures {
    /// Looks at every file and tells what was found.
    ///
    /// # Errors
    /// When the weights or the output fail, and at the end when a file could not be looked at.
    pub(super) fn run<A: Analysis>(&self, common: &Common, analysis: &A) -> anyhow::Result<()> {
        let mut target = match (&self.draw, self.files.as_slice()) {
            (Some(path), [file]) => Some(Target::open(path, &[file])?),
            (Some(_), _) => return Err(Usage("--draw takes one picture at a time".into()).into()),
            (None, _) => None,
        };
        let mut engine = engines(common)?.engine()?;
        let out = Output::new();
        let mut look = |file: &PathBuf| -> anyhow::Result<_> {
            let picture = Picture::decode(&fs_err::read(file)?, &DecodeLimits::default())?;
            let findings = analysis.look(&mut engine, &picture)?;
            Ok((picture, findings))
        };
        let mut failures = 0;
        for file in &self.files {
            let name = file.display().to_string();
            let (picture, findings) = match look(file) {
                Ok(found) => found,
                Err(error) => {
                    report(&error.context(name));
                    failures += 1;
                    continue;
                }
            };
            // What cannot be written is not the picture's fault, and would be as wrong for the next one.
            if self.json {
                let answer = OfFile { file: name, answer: analysis.answer(&findings) };
                out.line(serde_json::to_string(&answer)?)?;
            } else {
                analysis.tell(&out, out.styled(Style::Bold, plain(&name)), &findings)?;
            }
            if let Some(target) = target.take() {
                let mut drawing = Drawing::of(&picture)?;
                analysis.draw(&mut drawing, &findings);
                let path = target.write(&drawing)?;
                note(Style::Dim, format!("drew {}", path.display()));
            }
        }
        if failures > 0 {
            bail!("{failures} of {} files could not be looked at", self.files.len());
        }
        Ok(())
    }
}

/// A file's name for a terminal: one with escape sequences in it must not give it orders.
pub(super) fn plain(name: &str) -> String {
    name.chars()
        .map(|letter| if letter.is_control() { char::REPLACEMENT_CHARACTER } else { letter })
        .collect()
}

/// The engines, weights included: the first use on a machine fetches them.
pub(super) fn engines(common: &Common) -> anyhow::Result<Engines> {
    let config = common.load(Overrides::default())?;
    telemetry::start_log(&config.log)?;
    Ok(Engines::open(&config.models)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_their_order_are_those_of_the_api() {
        let findings =
            crate::engine::Findings { width: 200, height: 200, faces: vec![crate::testing::face(0.0)] };
        let answer = crate::ops::detect_answer(&findings);
        let alone = serde_json::to_string(&answer).unwrap();
        let named = serde_json::to_string(&OfFile { file: "a.jpg".into(), answer }).unwrap();
        assert_eq!(named, alone.replacen('{', "{\"File\":\"a.jpg\",", 1));
    }

    #[test]
    fn names_give_no_orders_to_a_terminal() {
        assert_eq!(plain("größe \u{1b}[31m\r.jpg"), "größe \u{fffd}[31m\u{fffd}.jpg");
    }
}
