//! Brightness and sharpness of a face, from the very crop the mesh was found in.
//!
//! Owns where in the crop both are measured. Reads the network's input tensor, so that no pixel is fetched twice.
//!
//! *Brightness* is the mean luma in percent of white, *sharpness* that of [`crate::sharpness`]. The crop shows every face at
//! about the same size, so a small face, which was enlarged to it, counts as less sharp than a large one, as it carries
//! less detail.

use crate::face::Quality;
use crate::mesh;
use crate::sharpness::{Area, Detail, Scale};

const SIDE: usize = mesh::INPUT.side;

/// The part of the crop that is looked at: the middle of the detector's box, from the brows to the mouth, which holds
/// skin and features of a face in any pose. First and last row and column, crop pixels.
const TOP: usize = 44;
const BOTTOM: usize = 152;
const LEFT: usize = 54;
const RIGHT: usize = 138;

/// Five sharp portraits measured .35 to .47, blurred by half a pixel of the crop .31 to .40, by one .20 to .26, by two .11 to
/// .15, by three .08 to .11; press photographs of 45 pixels between the eyes .19 to .42, in the middle .29.
const SCALE: Scale = Scale { blurred: 0.08, sharp: 0.45 };

/// The quality of a face whose crop for the mesh (RGB from 0 to 1) is `crop`.
pub(crate) fn quality(crop: &[f32]) -> Quality {
    let luma: Vec<f32> =
        crop.as_chunks::<3>().0.iter().map(|&[r, g, b]| 0.299 * r + 0.587 * g + 0.114 * b).collect();
    // Exact black is what lies outside of the picture; it is no part of the face.
    let inside = rows(&luma, TOP, BOTTOM).flat_map(|row| columns(row, LEFT, RIGHT)).filter(|&&v| v > 0.0);
    let (count, sum) = inside.fold((0u32, 0.0), |(count, sum), v| (count + 1, sum + v));
    let brightness = 100.0 * sum / count.max(1) as f32;

    let area = Area { top: TOP, bottom: BOTTOM, left: LEFT, right: RIGHT };
    let sharpness =
        Detail::of(&luma, SIDE, area).sharpness(SCALE, |at| luma.get(at).is_some_and(|&v| v > 0.0));
    Quality { brightness: brightness.clamp(0.0, 100.0), sharpness }
}

fn rows(image: &[f32], top: usize, bottom: usize) -> impl Iterator<Item = &[f32]> {
    image.chunks_exact(SIDE).take(bottom).skip(top)
}

fn columns(row: &[f32], left: usize, right: usize) -> &[f32] {
    row.get(left..right).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chequered pattern of waves with a period, as a face's crop.
    fn waves(period: f32, dark: f32, bright: f32) -> Vec<f32> {
        let wave = |i: usize| (i as f32 * std::f32::consts::TAU / period).sin();
        let pixel = |i: usize| [dark + (bright - dark) * (0.5 + 0.25 * (wave(i % SIDE) + wave(i / SIDE))); 3];
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
            .map(|&period| quality(&waves(period, 0.2, 0.8)).sharpness)
            .collect();
        assert!(sharpness.windows(2).all(|pair| pair[0] > pair[1]), "{sharpness:?}");
        assert_eq!(quality(&vec![0.5; 3 * SIDE * SIDE]).sharpness, 0.0);
    }

    #[test]
    fn a_picture_smeared_in_one_direction_is_not_sharp() {
        let wave = |at: usize, period: f32| (at as f32 * std::f32::consts::TAU / period).sin();
        let smeared: Vec<f32> = (0..SIDE * SIDE)
            .flat_map(|i| [0.5 + 0.2 * wave(i % SIDE, 4.0) + 0.2 * wave(i / SIDE, 64.0); 3])
            .collect();
        let even = waves(4.0, 0.2, 0.8);
        assert!(quality(&smeared).sharpness < quality(&even).sharpness);
    }

    #[test]
    fn sharpness_ignores_light_and_contrast() {
        let bright = quality(&waves(12.0, 0.1, 0.9)).sharpness;
        let dull = quality(&waves(12.0, 0.2, 0.3)).sharpness;
        assert!((bright - dull).abs() < 0.5, "{bright} {dull}");
    }
}
