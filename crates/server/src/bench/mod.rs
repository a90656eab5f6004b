//! Measuring this machine: how fast the networks and the operations are, and how a server does under load.
//!
//! Owns the words of `overt bench` and the statistics its parts share. Refuses to know what is measured.
//!
//! # Invariants
//! - What is compared is measured in turns within one run, so that a machine that is slow for a while is slow for both.
//! - Data goes to standard output as Markdown tables, ready for a report.

mod accuracy;
mod analyses;
mod client;
mod cpu;
mod endtoend;
mod gallery;
mod http;
mod indexing;
mod inference;
mod plot;
mod replay;
mod request;
pub(crate) mod sign;

use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Args, Subcommand};

use crate::config::ModelsConfig;

/// `overt bench`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:\n  overt bench portrait.jpg                   each network, DetectFaces and CompareFaces, one and two workers\n  \
                  overt bench analyses *.jpg                 text, labels and moderation against their networks
  \
                  overt bench http portrait.jpg http://127.0.0.1:7800   a running server under load\n  \
                  overt bench index portrait.jpg             IndexFaces of a whole server against the networks alone\n  \
                  overt bench gallery --faces 1000000        a collection of that many made-up faces\n\n\
                  What the figures mean: docs/performance.md"
)]
pub(crate) struct Bench {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    speed: endtoend::Speed,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Measure how well templates tell people apart, on labelled pictures
    Accuracy(accuracy::Accuracy),
    /// Measure DetectText, DetectLabels and DetectModerationLabels against their own networks
    Analyses(analyses::Analyses),
    /// Fill a collection with made-up faces and search it
    Gallery(gallery::Gallery),
    /// Index pictures with a whole server, in turns with decoding them and running the networks alone
    Index(indexing::Index),
    /// Search for people who are not there, and count the strangers that are returned
    Replay(replay::Replay),
    /// Put running servers under load, in turns, and compare them
    Http(http::Http),
}

/// A number of rounds: of none there is no mean.
fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|rounds| *rounds > 0)
        .ok_or_else(|| "expected a whole number from 1 on".to_owned())
}

impl Bench {
    /// Measures and prints.
    ///
    /// # Errors
    /// When the networks, the picture or a server cannot be used.
    pub(crate) fn run(self, models: &ModelsConfig) -> anyhow::Result<()> {
        match self.what {
            None => self.speed.run(models),
            Some(What::Accuracy(accuracy)) => accuracy.run(models),
            Some(What::Analyses(analyses)) => analyses.run(models),
            Some(What::Gallery(gallery)) => gallery.run(),
            Some(What::Index(index)) => index.run(models),
            Some(What::Replay(replay)) => replay.run(models),
            Some(What::Http(http)) => http.run(),
        }
    }
}

/// Durations of one thing, measured again and again.
#[derive(Clone, Debug, Default)]
struct Samples {
    seconds: Vec<f64>,
}

impl Samples {
    fn push(&mut self, duration: Duration) {
        self.seconds.push(duration.as_secs_f64());
    }

    /// Runs `work` once and keeps how long it took.
    fn measure<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let result = work();
        self.push(started.elapsed());
        result
    }

    /// The value that the share `rank` (0..=1) of the samples does not exceed, milliseconds; NaN without samples.
    fn quantile(&self, rank: f64) -> f64 {
        let mut sorted = self.seconds.clone();
        sorted.sort_by(f64::total_cmp);
        let index = (rank * sorted.len().saturating_sub(1) as f64).round() as usize;
        sorted.get(index).map_or(f64::NAN, |seconds| seconds * 1e3)
    }

    fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    fn fastest(&self) -> f64 {
        self.quantile(0.0)
    }
}

/// A folder that the bench made, removed when it ends.
struct Folder(PathBuf);

impl Folder {
    /// Makes one.
    ///
    /// # Errors
    /// When there is something of that name, or the system refuses.
    fn create(path: PathBuf) -> anyhow::Result<Self> {
        anyhow::ensure!(
            !path.exists(),
            "{} exists already: the bench makes its folder and removes it",
            path.display()
        );
        fs_err::create_dir(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs_err::remove_dir_all(&self.0) {
            tracing::warn!(%error, "the bench's folder stays");
        }
    }
}

/// Writes a Markdown table; the first row is its heading. All columns but the first hold numbers.
fn table(rows: &[Vec<String>]) -> std::io::Result<()> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max())
        .map(Option::unwrap_or_default)
        .collect();
    let mut out = std::io::stdout().lock();
    for (index, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| {
            if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        writeln!(out, "| {} |", cells.collect::<Vec<_>>().join(" | "))?;
        if index == 0 {
            let rules = widths.iter().enumerate().map(|(column, &width)| {
                if column == 0 { "-".repeat(width + 2) } else { format!("{}:", "-".repeat(width + 1)) }
            });
            writeln!(out, "|{}|", rules.collect::<Vec<_>>().join("|"))?;
        }
    }
    writeln!(out)
}

/// Writes a line of text between tables.
fn line(text: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout().lock(), "{text}\n")
}

/// Cells of a row.
fn row<const N: usize>(cells: [String; N]) -> Vec<String> {
    cells.into()
}

/// A row of heading cells.
fn heading<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_samples() {
        let mut samples = Samples::default();
        for milliseconds in [5, 1, 4, 2, 3] {
            samples.push(Duration::from_millis(milliseconds));
        }
        assert_eq!((samples.fastest(), samples.median(), samples.quantile(1.0)), (1.0, 3.0, 5.0));
        assert!(Samples::default().median().is_nan());
    }
}
