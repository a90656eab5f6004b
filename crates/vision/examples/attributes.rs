//! Measures how well attributes are told, on photographs of your own.
//!
//! `cargo run --release -p overt-vision --example attributes -- MODELS LIST`: MODELS is the model folder that
//! `overt models pull` filled. The first line of LIST names its columns, separated by tabs: `path` and any of the
//! names in [`NAMES`]. Each further line is a photograph, with `1`, `0` or `?` for its largest face. Prints what is
//! seen of glasses on each photograph (what their curves are fitted on), then for each attribute the true and false
//! findings and the area under the ROC curve. `docs/attributes.md` has the figures of such a run.
#![allow(clippy::print_stdout, reason = "an example's answer")]

use std::collections::BTreeMap;
use std::path::Path;

use overt_vision::face::{Attributes, Finding, Gender, Wanted};
use overt_vision::models::ModelStore;
use overt_vision::{DecodeLimits, Networks, Picture};

const NAMES: [&str; 6] = ["eyeglasses", "sunglasses", "smile", "mouth_open", "eyes_open", "female"];

const WANTED: Wanted = Wanted {
    all_landmarks: false,
    age: false,
    gender: true,
    smile: true,
    eyeglasses: true,
    sunglasses: true,
    beard: false,
    mustache: false,
    eyes_open: true,
    mouth_open: true,
    face_occluded: false,
    eye_direction: false,
    emotions: false,
    template: None,
};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let (Some(models), Some(list)) = (arguments.next(), arguments.next()) else {
        return Err("usage: attributes MODELS LIST".into());
    };
    let mut worker = Networks::from_store(&ModelStore::open(Path::new(&models), &[])?)?.worker()?;
    let list = fs_err::read_to_string(list)?;
    let mut lines = list.lines();
    let columns: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    if let Some(unknown) = columns.iter().find(|name| **name != "path" && !NAMES.contains(name)) {
        return Err(format!("no attribute is called {unknown}").into());
    }
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for line in lines {
        let labels: BTreeMap<&str, &str> = columns.iter().copied().zip(line.split('\t')).collect();
        let path = labels.get("path").ok_or("no column is called path")?;
        let picture = Picture::decode(&fs_err::read(path)?, &DecodeLimits::default())?;
        let Some(face) = worker.faces(&picture, 1, &WANTED)?.into_iter().next() else {
            println!("{path}\tno face");
            continue;
        };
        if let Some((_, Some(seen))) = worker.glasses(&picture, 1)?.into_iter().next() {
            println!(
                "{path}\t{:.2}\t{:.4}\t{:.4}\t{:.4}\t{:.4}\t{:.4}\t{:.4}",
                seen.eyes,
                seen.bridge,
                seen.wide_bridge,
                seen.nose_side,
                seen.below,
                seen.forehead,
                seen.shade
            );
        }
        for (name, label) in labels {
            if let Some(probability) = probability(&face.attributes, name) {
                tallies.entry(name).or_default().add(label, probability);
            }
        }
    }
    for (name, tally) in tallies {
        tally.print(name);
    }
    Ok(())
}

/// The probability that an attribute is true.
fn probability(attributes: &Attributes, name: &str) -> Option<f32> {
    let of = |finding: Finding<bool>| {
        if finding.value { finding.confidence } else { 1.0 - finding.confidence }
    };
    match name {
        "eyeglasses" => attributes.eyeglasses.map(of),
        "sunglasses" => attributes.sunglasses.map(of),
        "smile" => attributes.smile.map(of),
        "mouth_open" => attributes.mouth_open.map(of),
        "eyes_open" => attributes.eyes_open.map(of),
        "female" => attributes
            .gender
            .map(|found| of(Finding { value: found.value == Gender::Female, confidence: found.confidence })),
        _ => None,
    }
}

/// Probabilities given to those labelled 0 and 1.
#[derive(Default)]
struct Tally {
    without: Vec<f32>,
    with: Vec<f32>,
}

impl Tally {
    fn add(&mut self, label: &str, probability: f32) {
        match label {
            "0" => self.without.push(probability),
            "1" => self.with.push(probability),
            _ => {}
        }
    }

    fn print(&self, name: &str) {
        let Self { without, with } = self;
        let called = |of: &[f32]| of.iter().filter(|&&p| p >= 0.5).count();
        let won: f64 = without
            .iter()
            .flat_map(|a| with.iter().map(move |b| (a, b)))
            .map(|(a, b)| if b > a { 1.0 } else { f64::from(u8::from(a == b)) / 2.0 })
            .sum();
        println!(
            "{name}: {} of {} found, {} of {} false, AUC {:.4}",
            called(with),
            with.len(),
            called(without),
            without.len(),
            won / (with.len() * without.len()) as f64
        );
    }
}
