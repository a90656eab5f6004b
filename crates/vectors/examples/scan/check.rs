//! How the scores of the synthetic faces are spread, beside those of real templates.

use std::path::Path;

use overt_vectors::synthetic::{DIMENSIONS, Population};

use crate::{dot, template};

/// Shares of pairs at which scores are printed.
const SHARES: [f64; 8] = [0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999];

pub(crate) fn run(templates: &Path, labels: &Path, seed: u64) {
    let bytes = fs_err::read(templates).unwrap();
    let numbers: Vec<f32> =
        bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect();
    let real: Vec<Vec<f32>> = numbers.chunks_exact(DIMENSIONS).map(<[f32]>::to_vec).collect();
    let text = fs_err::read_to_string(labels).unwrap();
    let people: Vec<&str> = text.lines().collect();
    assert_eq!(real.len(), people.len(), "a line for each template");
    print("real", &real, &people);
    let faces = Population::new(seed);
    let (mut synthetic, mut of) = (Vec::new(), Vec::new());
    for person in 0..1200 {
        for picture in 0..4 {
            synthetic.push(template(&faces, person, picture));
            of.push(person);
        }
    }
    print("synthetic", &synthetic, &of);
}

fn print<P: PartialEq>(what: &str, templates: &[Vec<f32>], people: &[P]) {
    let (mut genuine, mut impostor) = (Vec::new(), Vec::new());
    for (index, a) in templates.iter().enumerate() {
        for (other, b) in templates.iter().enumerate().skip(index + 1) {
            let scores = if people[index] == people[other] { &mut genuine } else { &mut impostor };
            scores.push(dot(a, b));
        }
    }
    for (kind, mut scores) in [("genuine", genuine), ("impostor", impostor)] {
        scores.sort_by(f32::total_cmp);
        let mean = scores.iter().map(|s| f64::from(*s)).sum::<f64>() / scores.len() as f64;
        let square = scores.iter().map(|s| (f64::from(*s) - mean).powi(2)).sum::<f64>() / scores.len() as f64;
        let at = |share: f64| scores[((scores.len() - 1) as f64 * share) as usize];
        println!("{what} {kind}: mean {mean:.4}, deviation {:.4}, {}", square.sqrt(), {
            let all: Vec<String> = SHARES.iter().map(|s| format!("{}% {:.4}", s * 100.0, at(*s))).collect();
            all.join(", ")
        });
    }
}
