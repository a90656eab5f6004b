//! `overt bench replay`: people who are not there, searched for in a large gallery, as the ACLU did in 2018.
//!
//! Owns the command and its report. Drawing is [`mod@draw`]'s, making people up [`made_up`]'s, people held out [`held_out`]'s, chance [`chance`]'s.
//!
//! # Invariants
//! - What the calibration states is written beside what was counted, at every threshold that is shown, whether it holds or not.
//! - What is measured goes through `overt_gallery`, as searches of the server do.

mod chance;
mod collection;
mod draw;
mod held_out;
mod made_up;
mod plot;
#[cfg(test)]
mod testing;

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;
use overt_vision::Calibration;
use overt_vision::strangers::{Against, MOST_STRANGERS, Strangers};

use self::draw::{Drawn, Size, draw};
use super::accuracy::dataset::{self, Make, Subject};
use super::accuracy::{pairs, progress_bar, templates};
use super::{heading, line, row, table};
use crate::config::ModelsConfig;
use crate::weights::Engines;

/// Thresholds that are always shown, beside the floor.
const THRESHOLDS: [f32; 8] = [60.0, 80.0, 85.0, 90.0, 95.0, 98.0, 99.0, 99.5];
/// The lowest floor of a purpose that has one.
const LEAST_FLOOR: f32 = 99.0;
/// Similarities at which people who are held out are compared.
const HELD_OUT: [f32; 7] = [40.0, 60.0, 80.0, 90.0, 95.0, 98.0, 99.0];
/// Seed of the draws.
const SEED: u64 = 2018;

/// Searches for people who are not there, and counts the strangers that are returned.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt bench replay staff/ --probes 100 --faces 5000\n  \
                  overt bench replay lfw-half --face centre --plot docs/replay.svg\n\n\
                  What the figures show, and what they do not: docs/accountability.md")]
pub(super) struct Replay {
    /// Folder that holds a folder of JPEG or PNG pictures for each person
    dataset: PathBuf,
    /// Which face of a picture is the person's
    #[arg(long, value_enum, default_value_t)]
    face: Subject,
    /// People searched for, drawn at random; none of them is enrolled
    #[arg(long, value_name = "N", default_value_t = 535, value_parser = super::at_least_one)]
    probes: usize,
    /// Faces enrolled: all pictures of the other people, and people made up of two of them
    #[arg(long, value_name = "N", default_value_t = 25_000, value_parser = super::at_least_one)]
    faces: usize,
    /// Times that probes and gallery are drawn anew; the first is reported by itself
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = super::at_least_one)]
    draws: usize,
    /// Times that the people are halved, to compare one half with what the other states; 0 leaves it out
    #[arg(long, value_name = "N", default_value_t = 20)]
    halves: usize,
    /// Draw strangers against the threshold, as SVG
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Where to put the collections: a folder that does not exist yet and is removed at the end [default: in the system's folder for temporary files]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Pictures analysed at a time [default: one for each processor]
    #[arg(long)]
    workers: Option<NonZeroUsize>,
}

impl Replay {
    /// Replays and prints.
    ///
    /// # Errors
    /// When the data set, the networks, the calibration or the gallery cannot be used.
    pub(super) fn run(self, models: &ModelsConfig) -> anyhow::Result<()> {
        let files = dataset::pictures(&self.dataset)?;
        let engines = Engines::open(models)?;
        let networks = engines.networks();
        let version = networks.recognisers().default_version().clone();
        // Before anything is analysed: without a calibration nothing is stated.
        let calibration = engines.recognition().calibration(&version)?.clone();
        let workers = self.workers.or(std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        let progress = progress_bar(files.len());
        let make = Make::Templates(version.clone());
        let pictures = dataset::embed(files, networks, make, self.face, workers, &progress)?;
        progress.finish_and_clear();
        self.report(&templates(&pictures), &calibration)
    }

    fn report(&self, set: &pairs::Labelled, calibration: &Calibration) -> anyhow::Result<()> {
        line(&format!(
            "# Strangers returned by searches of {} faces, by {}",
            self.faces,
            calibration.template()
        ))?;
        let folder = self
            .folder
            .clone()
            .unwrap_or_else(|| std::env::temp_dir().join(format!("overt-replay-{}", std::process::id())));
        let size = Size { probes: self.probes, faces: self.faces };
        let lowest = THRESHOLDS.into_iter().fold(f32::INFINITY, f32::min);
        let drawn = (0..self.draws as u64)
            .map(|number| draw(set, size, SEED + number, calibration, lowest, folder.clone()))
            .collect::<anyhow::Result<Vec<_>>>()?;
        if let Some(first) = drawn.first() {
            let floor = calibration.floor(first.searched, Against::Faces, LEAST_FLOOR, MOST_STRANGERS);
            print_first(first, set, calibration, floor)?;
            print_draws(&drawn, calibration, floor)?;
            if let Some(path) = &self.plot {
                fs_err::write(path, plot::replay(first, calibration, floor))?;
            }
        }
        if self.halves > 0 {
            print_held_out(&held_out::check(set, &HELD_OUT, self.halves)?)?;
        }
        Ok(())
    }
}

/// The thresholds shown, with the floor in its place.
fn thresholds(floor: f32) -> Vec<f32> {
    let mut all: Vec<f32> = THRESHOLDS.into_iter().chain([floor]).collect();
    all.sort_by(f32::total_cmp);
    all.dedup();
    all
}

/// A threshold as it is shown.
fn named(threshold: f32, floor: f32) -> String {
    if threshold == floor { format!("**{threshold}, the floor**") } else { format!("{threshold}") }
}

/// What all searches together are expected to return: between which counts, with 95 %. The interval of the mean, and chance on top of it.
fn stated_counts(stated: Strangers, searches: usize) -> (u64, u64) {
    chance::counts(stated.low * searches as f64, stated.high * searches as f64)
}

/// A number with three digits.
fn digits(number: f64) -> String {
    if number >= 100.0 {
        format!("{number:.0}")
    } else if number >= 1.0 {
        format!("{number:.1}")
    } else {
        format!("{number:.2}")
    }
}

fn print_first(
    drawn: &Drawn,
    set: &pairs::Labelled,
    calibration: &Calibration,
    floor: f32,
) -> anyhow::Result<()> {
    let searches = drawn.searches.len();
    line(&format!(
        "{searches} people out of {} searched for with one picture each; enrolled are the {} pictures of the others and {} made-up faces, {} in all. \
         Stated: expected strangers of all searches, their interval, and the counts that chance makes of it.",
        set.persons(),
        drawn.real,
        drawn.searched - drawn.real as u64,
        drawn.searched
    ))?;
    let mut rows = vec![heading([
        "threshold",
        "strangers returned",
        "of them real",
        "searches that returned any",
        "their share, 95 %",
        "stated",
        "interval",
        "counts",
        "holds",
    ])];
    for threshold in thresholds(floor) {
        let counts = drawn.at(threshold);
        let stated = calibration.strangers(threshold, drawn.searched, Against::Faces);
        let (few, many) = stated_counts(stated, searches);
        let (low, high) = chance::rates(counts.searches, searches as u64);
        let all = |number: f64| digits(number * searches as f64);
        rows.push(row([
            named(threshold, floor),
            counts.strangers.to_string(),
            counts.real.to_string(),
            counts.searches.to_string(),
            format!("{:.1} to {:.1} %", low * 100.0, high * 100.0),
            format!("{}{}", all(stated.expected), if stated.extrapolated { ", extrapolated" } else { "" }),
            format!("{} to {}", all(stated.low), all(stated.high)),
            format!("{few} to {many}"),
            if (few..=many).contains(&counts.strangers) { "yes" } else { "**no**" }.to_owned(),
        ]));
    }
    Ok(table(&rows)?)
}

fn print_draws(drawn: &[Drawn], calibration: &Calibration, floor: f32) -> anyhow::Result<()> {
    line(&format!("The same with other people drawn, {} times in all:", drawn.len()))?;
    let mut rows = vec![heading([
        "threshold",
        "strangers, mean",
        "fewest",
        "most",
        "stated",
        "of it, with real faces",
        "with made-up ones",
        "draws that hold",
        "draws with none",
    ])];
    for threshold in thresholds(floor) {
        let counts: Vec<_> = drawn.iter().map(|drawn| (drawn, drawn.at(threshold))).collect();
        let (mut within, mut expected, mut real_expected) = (0, 0.0, 0.0);
        for (drawn, counts) in &counts {
            let stated = calibration.strangers(threshold, drawn.searched, Against::Faces);
            let (few, many) = stated_counts(stated, drawn.searches.len());
            within += usize::from((few..=many).contains(&counts.strangers));
            let all = stated.expected * drawn.searches.len() as f64;
            expected += all;
            real_expected += all * drawn.real as f64 / drawn.searched.max(1) as f64;
        }
        let strangers = || counts.iter().map(|(_, counts)| counts.strangers);
        let (sum, real): (u64, u64) = (strangers().sum(), counts.iter().map(|(_, counts)| counts.real).sum());
        rows.push(row([
            named(threshold, floor),
            digits(sum as f64 / drawn.len() as f64),
            strangers().min().unwrap_or(0).to_string(),
            strangers().max().unwrap_or(0).to_string(),
            digits(expected / drawn.len() as f64),
            format!("{:.2}", real as f64 / real_expected),
            format!("{:.2}", (sum - real) as f64 / (expected - real_expected)),
            format!("{within} of {}", drawn.len()),
            strangers().filter(|count| *count == 0).count().to_string(),
        ]));
    }
    Ok(table(&rows)?)
}

fn print_held_out(held: &[held_out::Held]) -> anyhow::Result<()> {
    let halves = held.first().map_or(0, |held| held.halves);
    line(&format!(
        "Calibrated on half of the people and measured on the other, {halves} times. Real pictures only. Of {halves}, {:.0} are expected in the interval, and \
         {:.0} to agree (two halves differ by chance too):",
        0.834 * halves as f64,
        0.95 * halves as f64
    ))?;
    let mut rows = vec![heading([
        "similarity",
        "false matches",
        "measured, as a multiple of what was stated",
        "in the interval",
        "agree",
    ])];
    for held in held {
        let measured = held.extrapolated == 0;
        let count = |number: usize| if measured { number.to_string() } else { "extrapolated".to_owned() };
        rows.push(row([
            held.similarity.to_string(),
            held.false_matches.to_string(),
            format!("{:.2}", held.ratio()),
            count(held.within),
            count(held.agree),
        ]));
    }
    Ok(table(&rows)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_stands_in_its_place_and_once() {
        assert_eq!(thresholds(99.891).last(), Some(&99.891));
        assert_eq!(thresholds(99.0).iter().filter(|threshold| **threshold == 99.0).count(), 1);
        assert_eq!(named(99.0, 99.0), "**99, the floor**");
    }

    #[test]
    fn stated_counts_hold_the_interval_of_the_mean_and_chance() {
        let stated = Strangers { expected: 0.1, low: 0.05, high: 0.2, extrapolated: false };
        // Poisson: 2.5 % of a mean of 5, and 97.5 % of one of 20.
        assert_eq!(stated_counts(stated, 100), (1, 29));
    }
}
