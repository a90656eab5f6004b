//! CenterNet's outputs read as objects.
//!
//! A heat map with a number for each cell and class, and for each cell the distances from its middle to the four sides.
//! An object is a cell whose number is the largest of the nine around it, which the network's own last part finds with
//! a sorting of all cells; here only those above the threshold are looked at.

use super::{CLASSES, Found, LEAST, best};
use crate::error::VisionError;
use crate::resize::Input;
use crate::runtime::Outputs;

/// Pixels of the input for one cell.
const STRIDE: usize = 4;

/// Reads `tower_0_keypoints` `[1, rows, columns, 80]` and `tower_0_wh` `[1, rows, columns, 4]`.
pub(super) fn decode(outputs: &Outputs<'_>, input: &Input) -> Result<Vec<Found>, VisionError> {
    let (columns, rows) = (input.width / STRIDE, input.height / STRIDE);
    let (heat, sides) = (outputs.get("tower_0_keypoints")?, outputs.get("tower_0_wh")?);
    for (output, numbers) in [(&heat, CLASSES), (&sides, 4)] {
        let (found, expected) = (output.data().len(), rows * columns * numbers);
        if found != expected {
            return Err(VisionError::Output { network: "centernet", found, expected });
        }
    }
    let heat = heat.data();
    let mut objects = Vec::new();
    for (cell, (scores, sides)) in heat.chunks_exact(CLASSES).zip(sides.data().as_chunks::<4>().0).enumerate()
    {
        // Nearly every cell ends here; written so that many numbers are compared at once.
        if !scores.iter().fold(false, |any, &score| any | (score >= LEAST)) {
            continue;
        }
        // Of what one cell is said to be the surest counts: the box is the same for all of it.
        let (class, confidence) = best(scores);
        let (row, column) = (cell / columns, cell % columns);
        if confidence < LEAST || !is_peak(heat, [rows, columns], [row, column], class, confidence) {
            continue;
        }
        let [x, y] = [column, row].map(|at| (at * STRIDE) as f32);
        let [left, top, right, bottom] = *sides;
        objects.push(Found { corners: [x - left, y - top, x + right, y + bottom], class, confidence });
    }
    Ok(objects)
}

/// Whether no neighbour has a larger number for `class`.
fn is_peak(heat: &[f32], size: [usize; 2], at: [usize; 2], class: usize, value: f32) -> bool {
    let around = |axis: usize| at[axis].saturating_sub(1)..=(at[axis] + 1).min(size[axis] - 1);
    around(0).all(|row| {
        around(1).all(|column| {
            heat.get((row * size[1] + column) * CLASSES + class).is_none_or(|&other| other <= value)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crop::Layout;
    use crate::runtime::OwnedTensor;

    fn outputs(peaks: &[(usize, usize, usize, f32)]) -> Outputs<'static> {
        let mut heat = vec![0.0; 8 * 8 * CLASSES];
        let mut sides = vec![0.0; 8 * 8 * 4];
        for &(row, column, class, value) in peaks {
            heat[(row * 8 + column) * CLASSES + class] = value;
            sides[(row * 8 + column) * 4..][..4].copy_from_slice(&[1.0, 2.0, 3.0, 4.0]);
        }
        let tensor = |numbers, data| OwnedTensor { shape: vec![1, 8, 8, numbers], data };
        Outputs::owned(
            "centernet",
            vec![
                ("tower_0_keypoints".to_owned(), tensor(CLASSES, heat)),
                ("tower_0_wh".to_owned(), tensor(4, sides)),
            ],
        )
    }

    fn input(side: usize) -> Input {
        Input { width: side, height: side, layout: Layout::PackedRgb, scale: 1.0, offset: [0.0; 3] }
    }

    #[test]
    fn peaks_become_boxes_and_their_slopes_do_not() {
        let found =
            decode(&outputs(&[(2, 3, 7, 0.9), (2, 4, 7, 0.6), (3, 4, 8, 0.5), (7, 7, 0, 0.1)]), &input(32));
        let mut found = found.unwrap();
        found.sort_by_key(|object| object.class);
        assert_eq!(
            found.iter().map(|object| (object.class, object.confidence)).collect::<Vec<_>>(),
            [(7, 0.9), (8, 0.5)]
        );
        assert_eq!(found[0].corners, [11.0, 6.0, 15.0, 12.0]);
    }

    #[test]
    fn outputs_of_another_size_are_refused() {
        assert!(matches!(decode(&outputs(&[]), &input(64)), Err(VisionError::Output { .. })));
    }
}
