//! NanoDet's outputs read as objects.
//!
//! For each of the strides 8, 16 and 32, for each of its cells in rows from the top: 80 scores, and for each side a
//! distribution over eleven distances, whose mean in strides is the distance of that side from the cell's middle.

use super::{CLASSES, Found, LEAST, best};
use crate::error::VisionError;
use crate::resize::Input;
use crate::runtime::Outputs;

/// Distances a side is distributed over: 0 to 10 strides.
const DISTANCES: usize = 11;

/// Stride, name of the scores, name of the distances.
const LEVELS: [(usize, &str, &str); 3] =
    [(8, "Identity", "Identity_3"), (16, "Identity_1", "Identity_4"), (32, "Identity_2", "Identity_5")];

/// Reads `Identity` to `Identity_2` `[1, cells, 80]` and `Identity_3` to `Identity_5` `[1, cells, 44]`.
pub(super) fn decode(outputs: &Outputs<'_>, input: &Input) -> Result<Vec<Found>, VisionError> {
    let mut objects = Vec::new();
    for (stride, scores, sides) in LEVELS {
        let columns = input.width / stride;
        let cells = columns * (input.height / stride);
        let (scores, sides) = (outputs.get(scores)?, outputs.get(sides)?);
        for (output, numbers) in [(&scores, CLASSES), (&sides, 4 * DISTANCES)] {
            let (found, expected) = (output.data().len(), cells * numbers);
            if found != expected {
                return Err(VisionError::Output { network: "nanodet", found, expected });
            }
        }
        let sides = sides.data().chunks_exact(4 * DISTANCES);
        for (cell, (scores, sides)) in scores.data().chunks_exact(CLASSES).zip(sides).enumerate() {
            let (class, confidence) = best(scores);
            if confidence < LEAST {
                continue;
            }
            let [x, y] = [cell % columns, cell / columns].map(|at| (at as f32 + 0.5) * stride as f32);
            let mut distances = sides.chunks_exact(DISTANCES).map(|side| mean(side) * stride as f32);
            let mut next = || distances.next().unwrap_or(f32::NAN);
            let [left, top, right, bottom] = [next(), next(), next(), next()];
            objects.push(Found { corners: [x - left, y - top, x + right, y + bottom], class, confidence });
        }
    }
    Ok(objects)
}

/// The mean distance of a distribution that is given as logarithms.
fn mean(side: &[f32]) -> f32 {
    let largest = side.iter().copied().fold(f32::MIN, f32::max);
    let (sum, weighted) = side.iter().enumerate().fold((0.0, 0.0), |(sum, weighted), (distance, number)| {
        let share = (number - largest).exp();
        (sum + share, weighted + share * distance as f32)
    });
    weighted / sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crop::Layout;
    use crate::runtime::OwnedTensor;

    #[test]
    fn a_cell_becomes_a_box_of_mean_distances() {
        let input = Input { width: 32, height: 32, layout: Layout::PlanarRgb, scale: 1.0, offset: [0.0; 3] };
        let mut tensors = Vec::new();
        for (level, cells) in [16_usize, 4, 1].into_iter().enumerate() {
            let mut scores = vec![0.0; cells * CLASSES];
            let mut sides = vec![-50.0; cells * 4 * DISTANCES];
            if level == 1 {
                scores[3 * CLASSES + 5] = 0.75;
                // 1, 2 and 3 strides, and halfway between 0 and 1.
                for (side, bins) in [(0, [1, 1]), (1, [2, 2]), (2, [3, 3]), (3, [0, 1])] {
                    bins.iter().for_each(|bin| sides[(3 * 4 + side) * DISTANCES + bin] = 50.0);
                }
            }
            let (_, first, second) = LEVELS[level];
            for (name, numbers, data) in [(first, CLASSES, scores), (second, 4 * DISTANCES, sides)] {
                tensors.push((name.to_owned(), OwnedTensor { shape: vec![1, cells, numbers], data }));
            }
        }
        let found = decode(&Outputs::owned("nanodet", tensors.clone()), &input).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].class, found[0].confidence), (5, 0.75));
        // The middle of the fourth cell of stride 16 is 24, 24.
        for (corner, expected) in found[0].corners.into_iter().zip([8.0, -8.0, 72.0, 32.0]) {
            assert!((corner - expected).abs() < 1e-3, "{corner} {expected}");
        }
        let other = Input { width: 64, ..input };
        assert!(matches!(
            decode(&Outputs::owned("nanodet", tensors), &other),
            Err(VisionError::Output { .. })
        ));
    }
}
