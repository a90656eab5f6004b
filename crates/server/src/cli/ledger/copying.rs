//! `overt ledger export` and `tail`: entries out of a ledger, every one of them verified.
//!
//! Owns the forms in which entries are written: lines of JSON, with the number of each. Refuses to know what they say.
//!
//! # Invariants
//! - What is written out was verified before, or is in a file whose name says that it is unfinished.
//! - An entry's bytes give no orders to a terminal.

use std::cell::RefCell;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use overt_ledger::follow::Follower;
use overt_ledger::mirror;
use overt_ledger::verify::{Problem, checkpoint_of};
use serde_json::value::RawValue;

use super::looking::{remember, remembered};
use super::{Keys, open_place, tell, told};
use crate::cli::Usage;
use crate::cli::output::{Output, Style, note};
use crate::cli::shown::Shown;

/// Shortest and longest time between two looks, seconds.
const EVERY: std::ops::RangeInclusive<u64> = 1..=86_400;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt ledger export https://faces.example mirror/ --key faces.key\n  \
                        overt ledger export mirror/ entries-only/ --key faces.key --entries entries.jsonl\n\n\
                        The folder is a ledger like the first one: any static file server can serve it, every command here reads it. \
                        Done again, it fetches what is new, and refuses a ledger that does not continue what it has: a copy kept by \
                        somebody else is what makes rewriting visible.")]
pub(super) struct Export {
    /// Folder or address
    place: String,
    /// Folder to copy into
    folder: PathBuf,
    #[command(flatten)]
    keys: Keys,
    /// Also write every entry as a line of JSON, {"number":N,"entry":{…}}
    #[arg(long, value_name = "FILE")]
    entries: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Export {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let (key, witnesses) = self.keys.read()?;
        let source = open_place(&self.place)?;
        fs_err::create_dir_all(&self.folder)?;
        let (_, checkpoint) = checkpoint_of(&*source, &key)?;
        let shown = Shown::new("copying", usize::try_from(checkpoint.size).unwrap_or(usize::MAX));
        let mut lines = self.entries.as_deref().map(Lines::begin).transpose()?;
        let copied = mirror(&*source, &self.folder, &key, &witnesses, |number, entry| {
            if number % 256 == 0 {
                shown.reach(number);
            }
            lines.as_mut().map_or(Ok(()), |lines| lines.add(number, entry).map_err(|error| error.to_string()))
        });
        shown.end();
        let verified = copied?;
        if let Some(lines) = lines {
            lines.finish()?;
        }
        let out = Output::new();
        if self.json {
            out.line(serde_json::to_string_pretty(&told(&verified))?)?;
            return Ok(());
        }
        tell(&out, &verified, &witnesses, "copied and verified")
    }
}

/// A file of lines that has its name once it is whole.
struct Lines {
    path: PathBuf,
    beside: PathBuf,
    file: BufWriter<fs_err::File>,
}

impl Lines {
    fn begin(path: &Path) -> anyhow::Result<Self> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".unfinished");
        let beside = PathBuf::from(beside);
        let file = BufWriter::new(fs_err::File::create(&beside)?);
        Ok(Self { path: path.to_owned(), beside, file })
    }

    fn add(&mut self, number: u64, entry: &[u8]) -> anyhow::Result<()> {
        writeln!(self.file, "{}", line(number, entry)?)?;
        Ok(())
    }

    fn finish(mut self) -> anyhow::Result<()> {
        self.file.flush()?;
        fs_err::rename(&self.beside, &self.path)?;
        Ok(())
    }
}

/// An entry with its number: as JSON if it is some, else in base64.
fn line(number: u64, entry: &[u8]) -> anyhow::Result<String> {
    use base64::Engine as _;
    let json =
        serde_json::from_slice::<&RawValue>(entry).ok().filter(|raw| !raw.get().contains(['\n', '\r']));
    let value = match json {
        Some(raw) => raw.get().to_owned(),
        None => serde_json::to_string(&base64::prelude::BASE64_STANDARD.encode(entry))?,
    };
    // What JSON lets stand in a string and a terminal obeys.
    let orders = |letter: char| letter.is_control() || ('\u{202a}'..='\u{202e}').contains(&letter);
    let escaped = value.chars().fold(String::with_capacity(value.len()), |mut text, letter| {
        if orders(letter) {
            text.push_str(&format!("\\u{:04x}", u32::from(letter)));
        } else {
            text.push(letter);
        }
        text
    });
    Ok(format!("{{\"number\":{number},\"entry\":{escaped}}}"))
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt ledger tail https://faces.example --key faces.key\n  \
                        overt ledger tail https://faces.example --key faces.key --from 0 | jq .entry.deed.kind\n  \
                        overt ledger tail https://faces.example --key faces.key --follow --remember faces.checkpoint\n\n\
                        Each entry is proved under the signed checkpoint before it is shown; while following, each checkpoint is held \
                        against the one before. Exit code 1 when the ledger was rolled back or rewritten.")]
pub(super) struct Tail {
    /// Folder or address
    place: String,
    #[command(flatten)]
    keys: Keys,
    /// First entry to show [default: the last ten]
    #[arg(long, value_name = "NUMBER")]
    from: Option<u64>,
    /// Go on looking for new entries until stopped
    #[arg(long, short)]
    follow: bool,
    /// From one look to the next, seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 2)]
    every: u64,
    /// File with the checkpoint of the last time, to hold this one against; written anew at each look
    #[arg(long, value_name = "FILE")]
    remember: Option<PathBuf>,
}

impl Tail {
    pub(super) fn run(self) -> anyhow::Result<()> {
        if !EVERY.contains(&self.every) {
            return Err(Usage(format!("--every: {} to {} seconds", EVERY.start(), EVERY.end())).into());
        }
        let (key, witnesses) = self.keys.read()?;
        let source = open_place(&self.place)?;
        let seen = self.remember.as_deref().map(|path| remembered(path, &key)).transpose()?.flatten();
        let from = match self.from {
            Some(from) => from,
            None => checkpoint_of(&*source, &key)?.1.size.saturating_sub(10),
        };
        let mut follower = Follower::new(key.clone(), witnesses, seen, from);
        let out = Output::new();
        let broken: RefCell<Option<anyhow::Error>> = RefCell::new(None);
        loop {
            let looked = follower.look(&*source, |number, entry| {
                let written = line(number, entry).and_then(|line| Ok(out.line(line)?));
                written.map_err(|error| {
                    let reason = error.to_string();
                    *broken.borrow_mut() = Some(error);
                    reason
                })
            });
            if let Some(error) = broken.take() {
                return Err(error);
            }
            match looked {
                Ok(_) => {
                    if let Some(path) = &self.remember {
                        let (bytes, now) = checkpoint_of(&*source, &key)?;
                        // It may have grown since the look; only what was looked at is remembered.
                        if follower.seen() == Some(&now) {
                            remember(path, bytes.as_bytes())?;
                        }
                    }
                }
                // A server that restarts, a line that is down: the next look tells more.
                Err(Problem::Source(error)) if self.follow => {
                    note(Style::Hint, format!("{:#}", anyhow::Error::new(error)));
                }
                Err(problem) => {
                    return Err(problem).context("the ledger is not what it was, or not what it says");
                }
            }
            if !self.follow {
                return Ok(());
            }
            std::thread::sleep(Duration::from_secs(self.every));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_json_whatever_the_entry_is() {
        for (entry, expected) in [
            (b"{\"a\":1}" as &[u8], "{\"number\":7,\"entry\":{\"a\":1}}"),
            (b"\xff\0", "{\"number\":7,\"entry\":\"/wA=\"}"),
            (b"", "{\"number\":7,\"entry\":\"\"}"),
            (b"{\n}", "{\"number\":7,\"entry\":\"ewp9\"}"),
        ] {
            let line = line(7, entry).unwrap();
            assert_eq!(line, expected);
            serde_json::from_str::<serde_json::Value>(&line).unwrap();
        }
    }

    #[test]
    fn an_entry_gives_no_orders_to_a_terminal() {
        let line = line(0, "{\"name\":\"a\u{9b}31mb\u{202e}c\"}".as_bytes()).unwrap();
        assert_eq!(line, "{\"number\":0,\"entry\":{\"name\":\"a\\u009b31mb\\u202ec\"}}");
    }
}
