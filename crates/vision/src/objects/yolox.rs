//! YOLOX's output read as objects: for an operator's own network, since no package of ours carries one.
//!
//! One output `[1, cells, 85]`: cells of the strides 8, 16 and 32, each stride's rows from the top; for each the middle
//! and the size of a box relative to its cell, how surely there is something, and 80 classes. This is the form in which
//! its authors export it (`--decode_in_inference` left out, numbers of sureness already between 0 and 1).

use super::{CLASSES, Found, LEAST, best};
use crate::error::VisionError;
use crate::resize::Input;
use crate::runtime::Outputs;

/// Numbers of a cell.
const NUMBERS: usize = 5 + CLASSES;

/// Reads the first output.
pub(super) fn decode(outputs: &Outputs<'_>, input: &Input) -> Result<Vec<Found>, VisionError> {
    let output = outputs.at(0)?;
    let cells = cells(input);
    let (found, expected) = (output.data().len(), cells.len() * NUMBERS);
    if found != expected {
        return Err(VisionError::Output { network: "yolox", found, expected });
    }
    let mut objects = Vec::new();
    for (numbers, (column, row, stride)) in output.data().chunks_exact(NUMBERS).zip(cells) {
        let ([x, y, width, height, something], classes) =
            (numbers.first_chunk().copied().unwrap_or_default(), numbers.get(5..).unwrap_or_default());
        if something < LEAST {
            continue;
        }
        let (class, share) = best(classes);
        let confidence = something * share;
        if confidence < LEAST {
            continue;
        }
        let (x, y) = ((x + column) * stride, (y + row) * stride);
        let (width, height) = (width.exp() * stride, height.exp() * stride);
        let corners = [x - width / 2.0, y - height / 2.0, x + width / 2.0, y + height / 2.0];
        objects.push(Found { corners, class, confidence });
    }
    Ok(objects)
}

/// Column, row and stride of every cell.
fn cells(input: &Input) -> Vec<(f32, f32, f32)> {
    let of = |stride: usize| {
        let columns = input.width / stride;
        (0..columns * (input.height / stride))
            .map(move |cell| ((cell % columns) as f32, (cell / columns) as f32, stride as f32))
    };
    [8, 16, 32].into_iter().flat_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crop::Layout;
    use crate::runtime::OwnedTensor;

    #[test]
    fn a_cell_becomes_a_box() {
        let input = Input { width: 64, height: 32, layout: Layout::PlanarBgr, scale: 1.0, offset: [0.0; 3] };
        let count = 8 * 4 + 4 * 2 + 2;
        let mut data = vec![0.0; count * NUMBERS];
        // The second cell of the second row at stride 16.
        let cell = 8 * 4 + 4 + 1;
        let numbers = &mut data[cell * NUMBERS..][..NUMBERS];
        numbers[..5].copy_from_slice(&[0.5, 0.5, 0.0, 2.0_f32.ln(), 0.9]);
        numbers[5 + 16] = 0.8;
        let output = |data: Vec<f32>| {
            let shape = vec![1, data.len() / NUMBERS, NUMBERS];
            Outputs::owned("yolox", vec![("output".to_owned(), OwnedTensor { shape, data })])
        };
        let found = decode(&output(data.clone()), &input).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].class, found[0].corners), (16, [16.0, 8.0, 32.0, 40.0]));
        assert!((found[0].confidence - 0.72).abs() < 1e-6);
        data.truncate(NUMBERS);
        assert!(matches!(decode(&output(data), &input), Err(VisionError::Output { .. })));
    }
}
