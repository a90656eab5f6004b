//! Brightness and sharpness of a face, from the very crop the mesh was found in.
//!
//! Owns both measures and their scales. Reads the network's input tensor, so that no pixel is fetched twice.
//!
//! Both look at the ellipse inscribed in the detector's box, as far as it lies in the picture. *Brightness* is the mean luma in percent of white.
//! *Sharpness* compares detail with contrast: the energy of the Laplacian over the variance of the luma, at a fixed
//! number of pixels for each face. So it does not grow with light or contrast, and a small face, which was enlarged to
//! the crop, counts as less sharp than a large one, as it carries less detail.

use crate::face::Quality;
use crate::mesh;

/// Half-axes of the ellipse, crop pixels: the box is the middle two thirds of the crop; faces are narrower than
/// high.
const HALF_WIDTH: f32 = 50.0;
const HALF_HEIGHT: f32 = 62.0;

/// Ratio of energies, in powers of ten, that counts as 0 and as 100. Portraits of 200 pixels and more measured -1.0
/// to 0.0; small greyscale press photographs -1.6 to -0.8; portraits blurred by a fortieth of the face's width,
/// where features begin to merge, -2.3 to -2.0, by a twentieth -3.0 to -2.4.
const BLURRED: f32 = -2.6;
const SHARP: f32 = -0.3;

/// Keeps a face of one colour (variance zero) from dividing by zero: a tenth of a grey level squared.
const LEAST_VARIANCE: f64 = 1.5e-7;

/// The quality of a face whose crop for the mesh (RGB from 0 to 1) is `crop`.
pub(crate) fn quality(crop: &[f32]) -> Quality {
    const SIDE: usize = mesh::INPUT.side;
    let luma: Vec<f32> =
        crop.as_chunks::<3>().0.iter().map(|&[r, g, b]| 0.299 * r + 0.587 * g + 0.114 * b).collect();
    let (mut count, mut sum, mut squares, mut detail) = (0u32, 0.0f64, 0.0f64, 0.0f64);
    let middle = SIDE as f32 / 2.0;
    // Each window begins one row above its centre and ends one row below.
    for (above, window) in luma.windows(2 * SIDE + 1).enumerate() {
        let index = above + SIDE;
        let dx = ((index % SIDE) as f32 - middle) / HALF_WIDTH;
        let dy = ((index / SIDE) as f32 - middle) / HALF_HEIGHT;
        if dx * dx + dy * dy > 1.0 {
            continue;
        }
        let centre = window[SIDE];
        let around = [window[0], window[SIDE - 1], window[SIDE + 1], window[2 * SIDE]];
        // Perfect black is what lies outside of the picture; its edge is no detail of the face.
        if centre == 0.0 || around.contains(&0.0) {
            continue;
        }
        let laplacian = f64::from(around.iter().sum::<f32>() - 4.0 * centre);
        let centre = f64::from(centre);
        count += 1;
        sum += centre;
        squares += centre * centre;
        detail += laplacian * laplacian;
    }
    let share = 1.0 / f64::from(count.max(1));
    let mean = sum * share;
    let variance = (squares * share - mean * mean).max(0.0) + LEAST_VARIANCE;
    let ratio = (detail * share / variance).log10() as f32;
    Quality {
        brightness: (100.0 * mean as f32).clamp(0.0, 100.0),
        sharpness: (100.0 * (ratio - BLURRED) / (SHARP - BLURRED)).clamp(0.0, 100.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: usize = mesh::INPUT.side;

    /// Stripes of a period, as a face's crop.
    fn stripes(period: f32, dark: f32, bright: f32) -> Vec<f32> {
        let pixel = |i: usize| {
            let wave = ((i % SIDE) as f32 * std::f32::consts::TAU / period).sin();
            [dark + (bright - dark) * (0.5 + 0.5 * wave); 3]
        };
        (0..SIDE * SIDE).flat_map(pixel).collect()
    }

    #[test]
    fn brightness_is_the_share_of_white() {
        assert!((quality(&vec![0.25; 3 * SIDE * SIDE]).brightness - 25.0).abs() < 1e-3);
        assert_eq!(quality(&vec![0.0; 3 * SIDE * SIDE]).brightness, 0.0);
        assert!((quality(&vec![1.0; 3 * SIDE * SIDE]).brightness - 100.0).abs() < 1e-3);
    }

    #[test]
    fn coarser_detail_is_less_sharp_and_none_is_zero() {
        let sharpness: Vec<f32> = [4.0, 8.0, 16.0, 32.0]
            .iter()
            .map(|&period| quality(&stripes(period, 0.2, 0.8)).sharpness)
            .collect();
        assert!(sharpness.windows(2).all(|pair| pair[0] > pair[1]), "{sharpness:?}");
        assert_eq!(quality(&vec![0.5; 3 * SIDE * SIDE]).sharpness, 0.0);
    }

    #[test]
    fn sharpness_ignores_light_and_contrast() {
        let bright = quality(&stripes(12.0, 0.1, 0.9)).sharpness;
        let dull = quality(&stripes(12.0, 0.2, 0.3)).sharpness;
        assert!((bright - dull).abs() < 0.5, "{bright} {dull}");
    }
}
