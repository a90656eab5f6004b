//! `overt report transparency`: the transparency report, computed anew from a ledger's tiles.
//!
//! Owns where the report goes and what it is compared with. How it is computed, `transparency` knows; it takes nothing but the ledger
//! and its key.
//!
//! # Invariants
//! - Every entry and tile is verified on the way: a report of a ledger that is not what was signed is not written.

use std::path::PathBuf;

use anyhow::{Context as _, bail, ensure};
use clap::{Args, Subcommand};
use overt_ledger::KeyKind;
use serde_json::Value;

use super::Common;
use super::ledger::{open_place, read_key};
use super::output::{Output, Style, note};
use crate::transparency::{compute, says};

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overt report transparency --from-tiles https://faces.example --key faces.key > report.json\n  \
                        curl -s https://faces.example/transparency.json > theirs.json\n  \
                        overt report transparency --from-tiles https://faces.example --key faces.key --compare theirs.json"
)]
pub(super) struct Reports {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compute the transparency report from a ledger, and compare it with a server's
    Transparency(Transparency),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overt report transparency --from-tiles mirror/ --key faces.key --html report.html\n  \
                        curl -s https://faces.example/transparency.json > theirs.json; curl -s https://faces.example/transparency.note > theirs.note\n  \
                        overt report transparency --from-tiles https://faces.example --key faces.key --compare theirs.json --note theirs.note\n\n\
                        Every entry is read and verified. With --compare the report is computed under the checkpoint that stands in the given one, which \
                        the ledger must continue; exit code 0 then means: the same, byte for byte."
)]
struct Transparency {
    /// Folder or address with the ledger
    #[arg(long, value_name = "PLACE")]
    from_tiles: String,
    /// The ledger's public key, or a file with it
    #[arg(long, value_name = "KEY")]
    key: String,
    /// A server's transparency.json to compare with; nothing is printed but whether it is the same
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// A server's transparency.note, in which it signs for the report
    #[arg(long, value_name = "FILE", requires = "compare")]
    note: Option<PathBuf>,
    /// Also write the page
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

impl Reports {
    pub(super) fn run(self, _common: &Common) -> anyhow::Result<()> {
        match self.command {
            Command::Transparency(command) => command.run(),
        }
    }
}

impl Transparency {
    fn run(self) -> anyhow::Result<()> {
        let key = read_key(&self.key, KeyKind::Note)?;
        let source = open_place(&self.from_tiles)?;
        let theirs = self.compare.as_ref().map(fs_err::read).transpose()?;
        let at = theirs.as_deref().map(checkpoint_in).transpose()?;
        let rendered = compute(&*source, &key, at.as_deref())?;
        if let Some(path) = &self.html {
            fs_err::write(path, &rendered.html)?;
        }
        let out = Output::new();
        let Some(theirs) = theirs else {
            let text = String::from_utf8(rendered.json).context("the report is no text")?;
            out.line(text.trim_end_matches('\n'))?;
            return Ok(());
        };
        if theirs != rendered.json {
            tell_first_difference(&theirs, &rendered.json);
            bail!("the report is another one than the ledger's entries give");
        }
        if let Some(path) = &self.note {
            let signed = fs_err::read_to_string(path)?;
            let context = || format!("{} does not sign for this report", path.display());
            says(&signed, &rendered, &key).with_context(context)?;
        }
        let checkpoint = &rendered.checkpoint;
        out.line(format!(
            "the same, byte for byte: computed from {} entries of {}, root {}",
            checkpoint.size, checkpoint.origin, checkpoint.root
        ))?;
        Ok(())
    }
}

/// The signed checkpoint that stands in a report.
fn checkpoint_in(report: &[u8]) -> anyhow::Result<String> {
    let value: Value =
        serde_json::from_slice(report).context("the file to compare with is no transparency.json")?;
    let found = value.pointer("/ledger/checkpoint").and_then(Value::as_str);
    let found = found.context("no checkpoint stands in the file to compare with")?;
    ensure!(found.len() < 1 << 20, "the checkpoint in the file to compare with is too long");
    Ok(found.to_owned())
}

/// The first line in which two reports differ, for whoever wants to know what it is about.
fn tell_first_difference(theirs: &[u8], ours: &[u8]) {
    let (theirs, ours) = (String::from_utf8_lossy(theirs), String::from_utf8_lossy(ours));
    let pairs = theirs.lines().map(Some).chain([None]).zip(ours.lines().map(Some).chain([None]));
    if let Some((number, (theirs, ours))) = (1_u64..).zip(pairs).find(|(_, (theirs, ours))| theirs != ours) {
        let shown = |line: Option<&str>| {
            line.map_or_else(|| "(nothing)".to_owned(), |line| line.trim().chars().take(200).collect())
        };
        note(Style::Hint, format!("line {number}: theirs {}, the ledger's {}", shown(theirs), shown(ours)));
    }
}
