//! `overt bench accuracy`: how well templates tell people apart, on labelled pictures of the operator's own.
//!
//! Owns the command and its report. Comparing is [`pairs`]', learning [`fit`]'s, calibrating [`table`]'s. Everything
//! goes through the code that answers requests: decode, detect, align, embed.
//!
//! # Invariants
//! - What is learned from people is also measured on people it was not learned from, and both are printed.
//! - Pictures that gave no template are counted and named, and rates are given with and without them.

mod collections;
pub(super) mod dataset;
mod fit;
mod groups;
pub(super) mod pairs;
mod plot;
pub(super) mod scores;
pub(super) mod table;
mod users;

use std::io::IsTerminal as _;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use overt_vision::DEFAULT_VERSION;
use overt_vision::calibration::{Calibration, Data};
use overt_vision::fusion::{Fusion, Parts};

use self::dataset::{Embedded, Failure, Make, Sample, Subject};
use self::pairs::{middle_95, resample};
use self::scores::Scores;
use self::users::Bars;
use super::{heading, line, row, table as print_table};
use crate::config::ModelsConfig;
use crate::weights::Engines;

/// False match rates at which true matches are reported.
const RATES: [f64; 5] = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6];

/// False match rate over all pairs at which groups are compared: that of the API's default threshold.
const GROUPS_AT: f64 = 1e-4;

/// Times that the people are split in two halves, each learned from and measured on in turn.
const SPLITS: usize = 3;

/// Seed of the splits, fixed so that a run can be repeated.
const SEED: u64 = 0x6f76_6572_7432;

/// Most pictures without a face that are named one by one.
const NAMED: usize = 10;

/// Measures how well templates tell people apart.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt bench accuracy staff/\n  \
                        overt bench accuracy staff/ --calibrate calibration.toml --description \"Staff portraits, 2026\"\n\n\
                        What the figures mean: docs/accuracy.md")]
pub(super) struct Accuracy {
    /// Folder that holds a folder of JPEG or PNG pictures for each person
    dataset: PathBuf,
    /// Which face of a picture is the person's
    #[arg(long, value_enum, default_value_t)]
    face: Subject,
    /// Template version to measure [default: that of new collections]
    #[arg(long, value_name = "VERSION", conflicts_with = "fit")]
    recogniser: Option<String>,
    /// Write the calibration table that these pictures give
    #[arg(long, value_name = "FILE")]
    calibrate: Option<PathBuf>,
    /// What the pictures are, for the table
    #[arg(long, requires = "calibrate", default_value = "Not described")]
    description: String,
    /// Learn the constants of the fused template from these pictures, write them, and measure with them
    #[arg(long, value_name = "FILE")]
    fit: Option<PathBuf>,
    /// Folder to draw the table's two plots into
    #[arg(long, value_name = "DIR", requires = "calibrate")]
    plots: Option<PathBuf>,
    /// Times that people are resampled for the intervals
    #[arg(long, default_value_t = 400, value_parser = super::at_least_one)]
    rounds: usize,
    /// Pictures analysed at a time [default: one for each processor]
    #[arg(long)]
    workers: Option<NonZeroUsize>,
}

impl Accuracy {
    /// Measures and prints.
    ///
    /// # Errors
    /// When the data set, the networks or an output cannot be used.
    pub(super) fn run(self, models: &ModelsConfig) -> anyhow::Result<()> {
        let files = dataset::pictures(&self.dataset)?;
        let engines = Engines::open(models)?;
        let networks = engines.networks();
        let version = match (&self.recogniser, &self.fit) {
            (Some(version), _) => networks.recognisers().find(version)?.version.clone(),
            (None, Some(_)) => DEFAULT_VERSION.into(),
            (None, None) => networks.recognisers().default_version().clone(),
        };
        let workers = self.workers.or(std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        let progress = progress_bar(files.len());
        let started = Instant::now();
        let make = if self.fit.is_some() { Make::Parts } else { Make::Templates(version.clone()) };
        let pictures = dataset::embed(files, networks, make, self.face, workers, &progress)?;
        let took = started.elapsed();
        progress.finish_and_clear();

        line(&format!("# Accuracy of {version}"))?;
        print_acquisition(&pictures, took, workers)?;
        let set = match &self.fit {
            None => templates(&pictures),
            Some(path) => {
                let parts = parts(&pictures);
                print_cross_validation(&parts)?;
                let fusion = fit::fit(&parts)?;
                fs_err::write(path, fusion.to_bytes())?;
                line(&format!("Constants learned from all pictures: {}", path.display()))?;
                fused(&fusion, &parts)?
            }
        };
        let scores = Scores::of(&set);
        let failures = pictures.iter().filter(|picture| picture.face.is_err()).count();
        print_rates(&set, &scores, self.rounds, genuine_pairs_lost(&pictures))?;
        if self.fit.is_none() {
            print_groups(&set, &pictures, scores.threshold(GROUPS_AT))?;
        }
        // Constants that were learned just now have no calibration yet.
        let calibration = engines.recognition().calibration(&version).ok().filter(|_| self.fit.is_none());
        users::print(&users::trials(&set), &bars(calibration, &scores))?;
        match collections::compare(&set) {
            Ok(unlinked) => collections::print(&unlinked, &scores)?,
            Err(reason) => line(&format!("Collections cannot hold these templates: {reason}"))?,
        }
        if let Some(path) = &self.calibrate {
            let data = Data {
                description: self.description.clone(),
                people: u32::try_from(set.persons()).context("too many people")?,
                images: u32::try_from(set.pictures()).context("too many pictures")?,
                failures_to_acquire: u32::try_from(failures).context("too many pictures")?,
                genuine_pairs: scores.genuine_pairs(),
                impostor_pairs: scores.impostor_pairs(),
            };
            let table = table::calibrate(&set, &scores, version.to_string(), data, self.rounds)?;
            fs_err::write(path, table.to_toml())?;
            print_calibration(&table)?;
            if let Some(folder) = &self.plots {
                fs_err::write(folder.join("accuracy-trade-off.svg"), plot::trade_off(&table))?;
                fs_err::write(folder.join("accuracy-scale.svg"), plot::scale(&table))?;
            }
        }
        Ok(())
    }
}

pub(super) fn progress_bar(pictures: usize) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} pictures, {eta} left");
    ProgressBar::new(pictures as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// The templates that there are, with their people.
pub(super) fn templates(pictures: &[Sample]) -> pairs::Labelled {
    let templates = pictures.iter().filter_map(|picture| match &picture.face {
        Ok(Embedded::Template { values, .. }) => Some((picture.person, &**values)),
        Ok(Embedded::Parts(_)) | Err(_) => None,
    });
    pairs::Labelled::new(templates)
}

/// The raw embeddings that there are, with their people.
fn parts(pictures: &[Sample]) -> Vec<(usize, &Parts)> {
    let parts = pictures.iter().filter_map(|picture| match &picture.face {
        Ok(Embedded::Parts(parts)) => Some((picture.person, parts)),
        Ok(Embedded::Template { .. }) | Err(_) => None,
    });
    parts.collect()
}

fn fused(fusion: &Fusion, parts: &[(usize, &Parts)]) -> anyhow::Result<pairs::Labelled> {
    let templates = parts.iter().map(|(_, parts)| fusion.fuse(parts)).collect::<Result<Vec<_>, _>>()?;
    Ok(pairs::Labelled::new(
        parts.iter().zip(&templates).map(|((person, _), template)| (*person, &**template)),
    ))
}

/// The scores of the two similarities that users are measured at: by the calibration that the server would use, and
/// without one by what these pictures would calibrate them to.
fn bars(calibration: Option<&Calibration>, scores: &Scores) -> Bars {
    match calibration {
        Some(table) => Bars {
            at_60: f64::from(table.score(60.0)),
            at_80: f64::from(table.score(80.0)),
            source: "by the calibration in use",
        },
        None => Bars {
            at_60: scores.threshold(1e-3),
            at_80: scores.threshold(1e-4),
            source: "by the pairs of these pictures",
        },
    }
}

/// Genuine pairs that do not exist because one of the two pictures, or both, gave no template.
fn genuine_pairs_lost(pictures: &[Sample]) -> u64 {
    let pairs = |count: usize| (count * count.saturating_sub(1) / 2) as u64;
    let people = pictures.chunk_by(|a, b| a.person == b.person);
    people
        .map(|own| pairs(own.len()) - pairs(own.iter().filter(|picture| picture.face.is_ok()).count()))
        .sum()
}

fn print_acquisition(pictures: &[Sample], took: Duration, workers: usize) -> anyhow::Result<()> {
    let people = pictures.chunk_by(|a, b| a.person == b.person).count();
    let failures: Vec<_> =
        pictures.iter().filter_map(|picture| Some((&picture.path, picture.face.as_ref().err()?))).collect();
    line(&format!(
        "{} pictures of {people} people in {:.0} s ({:.1} a second on {workers} workers). Failures to acquire: {} ({:.2} %).",
        pictures.len(),
        took.as_secs_f64(),
        pictures.len() as f64 / took.as_secs_f64(),
        failures.len(),
        100.0 * failures.len() as f64 / pictures.len() as f64,
    ))?;
    for (path, failure) in failures.iter().take(NAMED) {
        let reason = match failure {
            Failure::NoFace => "no face found",
            Failure::Unreadable(reason) => reason,
        };
        line(&format!("- {}: {reason}", path.display()))?;
    }
    if failures.len() > NAMED {
        line(&format!("- and {} more", failures.len() - NAMED))?;
    }
    Ok(())
}

/// Learns from one half of the people and measures on the other, both ways, for several ways to halve them.
fn print_cross_validation(parts: &[(usize, &Parts)]) -> anyhow::Result<()> {
    let mut people: Vec<usize> = parts.iter().map(|(person, _)| *person).collect();
    people.dedup();
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut found: Vec<Vec<f64>> = vec![Vec::new(); RATES.len()];
    for _ in 0..SPLITS {
        random.shuffle(&mut people);
        let (mut one, mut other) = (people.clone(), Vec::new());
        other.extend(one.drain(people.len() / 2..));
        for (learn, measure) in [(&one, &other), (&other, &one)] {
            let of = |people: &[usize]| -> Vec<(usize, &Parts)> {
                let wanted: std::collections::HashSet<_> = people.iter().collect();
                parts.iter().filter(|(person, _)| wanted.contains(person)).copied().collect()
            };
            let fusion = fit::fit(&of(learn))?;
            let scores = Scores::of(&fused(&fusion, &of(measure))?);
            for (found, rate) in found.iter_mut().zip(RATES) {
                found.push(scores.true_match_rate(scores.threshold(rate)));
            }
        }
    }
    line(
        "On people that the constants were not learned from (half of them learned from, the other half measured on):",
    )?;
    let mut rows = vec![heading(["false match rate", "true match rate, mean", "lowest", "highest"])];
    // Half of the people make a quarter of the pairs, too few for the strictest rate.
    for (rate, found) in RATES.iter().zip(&found).filter(|(rate, _)| **rate >= 1e-5) {
        let mean = found.iter().sum::<f64>() / found.len() as f64;
        let lowest = found.iter().copied().fold(f64::INFINITY, f64::min);
        let highest = found.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        rows.push(row([
            format!("{rate:e}"),
            format!("{mean:.4}"),
            format!("{lowest:.4}"),
            format!("{highest:.4}"),
        ]));
    }
    Ok(print_table(&rows)?)
}

fn print_rates(set: &pairs::Labelled, scores: &Scores, rounds: usize, lost: u64) -> anyhow::Result<()> {
    line(&format!(
        "Every picture against every other: {} pairs of one person, {} of different people. Intervals: middle 95 % of {rounds} \
         resamplings of the people.",
        scores.genuine_pairs(),
        scores.impostor_pairs(),
    ))?;
    let thresholds: Vec<f64> = RATES.iter().map(|rate| scores.threshold(*rate)).collect();
    let resampled = resample(set, &thresholds, 1.0, rounds);
    let mut rows = vec![heading([
        "false match rate",
        "its interval",
        "false matches",
        "score",
        "true match rate",
        "its interval",
        "failures counted as misses",
    ])];
    for (index, (rate, threshold)) in RATES.iter().zip(&thresholds).enumerate() {
        let interval =
            |rates: &[Vec<f64>]| rates.get(index).map(|rates| middle_95(rates)).unwrap_or_default();
        let (false_low, false_high) = interval(&resampled.false_match);
        let (true_low, true_high) = interval(&resampled.true_match);
        let true_rate = scores.true_match_rate(*threshold);
        let all = (scores.genuine_pairs() + lost).max(1);
        let with_failures = true_rate * scores.genuine_pairs() as f64 / all as f64;
        rows.push(row([
            format!("{rate:e}"),
            format!("{false_low:.1e} to {false_high:.1e}"),
            match scores.false_matches(*threshold) {
                few if few < u64::from(table::FEWEST_FALSE_MATCHES) => format!("{few}, too few to rely on"),
                enough => enough.to_string(),
            },
            format!("{threshold:.4}"),
            format!("{true_rate:.4}"),
            format!("{true_low:.4} to {true_high:.4}"),
            format!("{with_failures:.4}"),
        ]));
    }
    Ok(print_table(&rows)?)
}

fn print_groups(set: &pairs::Labelled, pictures: &[Sample], threshold: f64) -> anyhow::Result<()> {
    let apparent: Vec<_> = pictures
        .iter()
        .filter_map(|picture| match &picture.face {
            Ok(Embedded::Template { apparent, .. }) => Some(*apparent),
            Ok(Embedded::Parts(_)) | Err(_) => None,
        })
        .collect();
    let groups = groups::count(set, &apparent, threshold);
    line(&format!(
        "At the score for {GROUPS_AT:e} over all pairs ({threshold:.4}), by the gender that the network reads (a reading, not a label):"
    ))?;
    let mut rows = vec![heading(["pairs", "number", "matches", "rate"])];
    for (name, counts) in [
        ("strangers, both apparently women", groups.women),
        ("strangers, both apparently men", groups.men),
        ("strangers, apparently one of each", groups.mixed),
        ("one person, apparently a woman", groups.same_woman),
        ("one person, apparently a man", groups.same_man),
    ] {
        let rate = counts.rate().map_or_else(|| "too few".to_owned(), |rate| format!("{rate:.3e}"));
        rows.push(row([name.to_owned(), counts.pairs.to_string(), counts.matches.to_string(), rate]));
    }
    Ok(print_table(&rows)?)
}

fn print_calibration(table: &Calibration) -> anyhow::Result<()> {
    let mut rows =
        vec![heading(["similarity", "false match rate", "its interval", "score", "true match rate", ""])];
    for similarity in [20.0, 40.0, 60.0, 70.0, 75.0, 80.0, 85.0, 90.0, 95.0, 99.0, 99.9] {
        let Some(found) = table.rows().iter().find(|row| row.similarity == similarity) else { continue };
        rows.push(row([
            format!("{similarity}"),
            format!("{:.1e}", found.false_match_rate),
            format!("{:.1e} to {:.1e}", found.low, found.high),
            format!("{:.4}", found.score),
            format!("{:.4}", found.true_match_rate),
            if found.extrapolated { "extrapolated".to_owned() } else { String::new() },
        ]));
    }
    print_table(&rows)?;
    line(&format!("Tail: {}", table.method().tail))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(person: usize, acquired: bool) -> Sample {
        let template = Embedded::Template { values: [1.0].into(), apparent: None };
        let face = if acquired { Ok(template) } else { Err(Failure::NoFace) };
        Sample { person, path: PathBuf::new(), face }
    }

    #[test]
    fn failures_lose_the_pairs_they_would_have_made() {
        let pictures = [(0, true), (0, false), (0, true), (0, true), (1, false), (1, false), (2, false)]
            .map(|(p, ok)| picture(p, ok));
        // Person 0: six pairs, three are left. Person 1: one pair, none is left.
        assert_eq!(genuine_pairs_lost(&pictures), 3 + 1);
        assert_eq!(templates(&pictures).pictures(), 3);
    }
}
