//! Measures how well glasses are told, on photographs of your own.
//!
//! `cargo run --release -p overt-vision --example glasses -- FOLDER LIST`: FOLDER holds the networks and the runtime
//! (what `overt models pull` made), LIST has a line for each photograph: path, tab, `1`, `0` or `?` for glasses of
//! any kind, tab, the same for dark ones. Each photograph's largest face counts. Prints every photograph's measures,
//! then for both findings the true and false positives and the area under the ROC curve.
#![allow(clippy::print_stdout, reason = "an example's answer")]

use std::path::Path;

use overt_vision::{DecodeLimits, Networks, Picture};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(list)) = (arguments.next(), arguments.next()) else {
        return Err("usage: glasses FOLDER LIST".into());
    };
    let folder = Path::new(&folder);
    let mut worker = Networks::from_folder(&folder.join("libonnxruntime.so"), folder)?.worker()?;
    let (mut any, mut dark) = (Tally::default(), Tally::default());
    for line in fs_err::read_to_string(list)?.lines() {
        let mut fields = line.split('\t');
        let path = fields.next().unwrap_or_default();
        let picture = Picture::decode(&fs_err::read(path)?, &DecodeLimits::default())?;
        let Some((_, Some(seen))) = worker.glasses(&picture, 1)?.into_iter().next() else {
            println!("{path}\tno face that is large enough");
            continue;
        };
        println!(
            "{path}\t{:.2}\t{:.4}\t{:.4}\t{:.4}\t{:.4}\t{:.4}\t{:.4}",
            seen.eyes, seen.bridge, seen.wide_bridge, seen.nose_side, seen.below, seen.forehead, seen.shade
        );
        let (glasses, sunglasses) = (seen.eyeglasses(), seen.sunglasses());
        any.add(fields.next(), seen.frame_score(), glasses.value);
        dark.add(fields.next(), seen.lens_score(), sunglasses.value);
    }
    any.print("glasses");
    dark.print("dark glasses");
    Ok(())
}

/// Scores and decisions of those labelled 0 and 1.
#[derive(Default)]
struct Tally {
    scores: [Vec<f32>; 2],
    called: [usize; 2],
}

impl Tally {
    fn add(&mut self, label: Option<&str>, score: f32, value: bool) {
        let class = match label {
            Some("0") => 0,
            Some("1") => 1,
            _ => return,
        };
        self.scores[class].push(score);
        self.called[class] += usize::from(value);
    }

    fn print(&self, name: &str) {
        let [without, with] = &self.scores;
        let pairs = without.iter().flat_map(|a| with.iter().map(move |b| (a, b)));
        let won: f64 = pairs
            .map(|(a, b)| {
                if b > a {
                    1.0
                } else if a == b {
                    0.5
                } else {
                    0.0
                }
            })
            .sum();
        println!(
            "{name}: {} of {} found, {} of {} false, AUC {:.4}",
            self.called[1],
            with.len(),
            self.called[0],
            without.len(),
            won / (with.len() * without.len()) as f64
        );
    }
}
