//! Dominant colours: the few names that stand for most of the pixels.
//!
//! Owns the clustering and the snapping to names. The pixels are counted in a histogram of 32 steps a channel, its cells are
//! gathered around [`CLUSTERS`] centres by k-means in CIELAB, and each centre takes the nearest name of CSS; what ends
//! under one name is added up. Snapping each pixel by itself would spread one lit surface over many names.
//!
//! # Invariants
//! - The same pixels give the same colours: nothing is drawn at random.
//! - Shares are of all pixels given; names are unique; the largest share comes first, equal ones by name.

use super::lab::Lab;
use super::named::{NAMED, NamedColour};

/// Centres: as many as the API can answer names (20).
const CLUSTERS: usize = 20;
/// Rounds of k-means; on photographs nothing moves visibly after 8.
const ROUNDS: usize = 10;
/// Steps of the histogram in each channel, as bits.
const BITS: u32 = 5;

/// A colour with its share of the pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DominantColour {
    /// The name and its value.
    pub colour: NamedColour,
    /// Share of the pixels, 0 to 1.
    pub share: f32,
}

/// A cell of the histogram: the mean of its pixels.
struct Cell {
    colour: Lab,
    count: f32,
}

/// The `most` most frequent colours of `pixels`. None of no pixels.
pub(super) fn dominant(pixels: impl Iterator<Item = [u8; 3]>, most: usize) -> Vec<DominantColour> {
    let cells = histogram(pixels);
    let total: f32 = cells.iter().map(|cell| cell.count).sum();
    let mut shares = vec![0.0_f32; NAMED.len()];
    for (centre, count) in cluster(&cells) {
        if let Some((place, _)) = nearest(centre, &named())
            && let Some(share) = shares.get_mut(place)
        {
            *share += count / total;
        }
    }
    let mut colours: Vec<_> = NAMED
        .iter()
        .zip(shares)
        .filter(|&(_, share)| share > 0.0)
        .map(|(&colour, share)| DominantColour { colour, share })
        .collect();
    // Stable, and the names are in order.
    colours.sort_by(|a, b| b.share.total_cmp(&a.share));
    colours.truncate(most);
    colours
}

fn named() -> Vec<Lab> {
    NAMED.iter().map(|colour| Lab::of(colour.rgb.map(f32::from))).collect()
}

fn histogram(pixels: impl Iterator<Item = [u8; 3]>) -> Vec<Cell> {
    let mut sums = vec![([0.0_f32; 3], 0.0_f32); 1 << (3 * BITS)];
    for pixel in pixels {
        let place =
            pixel.iter().fold(0_usize, |place, &sample| place << BITS | usize::from(sample >> (8 - BITS)));
        if let Some((sum, count)) = sums.get_mut(place) {
            for (sum, sample) in sum.iter_mut().zip(pixel) {
                *sum += f32::from(sample);
            }
            *count += 1.0;
        }
    }
    sums.into_iter()
        .filter(|&(_, count)| count > 0.0)
        .map(|(sum, count)| Cell { colour: Lab::of(sum.map(|sum| sum / count)), count })
        .collect()
}

/// Centres with the pixels around them.
fn cluster(cells: &[Cell]) -> Vec<(Lab, f32)> {
    let mut centres = seeds(cells);
    let mut counts = vec![0.0; centres.len()];
    for _ in 0..ROUNDS {
        let mut sums = vec![([0.0_f32; 3], 0.0_f32); centres.len()];
        for cell in cells {
            if let Some((place, _)) = nearest(cell.colour, &centres)
                && let Some((sum, count)) = sums.get_mut(place)
            {
                for (sum, number) in sum.iter_mut().zip(cell.colour.0) {
                    *sum += number * cell.count;
                }
                *count += cell.count;
            }
        }
        for ((centre, known), (sum, count)) in centres.iter_mut().zip(&mut counts).zip(sums) {
            if count > 0.0 {
                *centre = Lab(sum.map(|sum| sum / count));
            }
            *known = count;
        }
    }
    centres.into_iter().zip(counts).collect()
}

/// Where the centres begin: the fullest cell, then each time the cell whose pixels are worst served so far.
fn seeds(cells: &[Cell]) -> Vec<Lab> {
    let mut distances = vec![f32::MAX; cells.len()];
    let mut centres = Vec::new();
    let fullest = cells.iter().max_by(|a, b| a.count.total_cmp(&b.count));
    let mut next = fullest.map(|cell| cell.colour);
    while let Some(centre) = next {
        centres.push(centre);
        if centres.len() == CLUSTERS {
            break;
        }
        for (distance, cell) in distances.iter_mut().zip(cells) {
            *distance = distance.min(cell.colour.squared_distance(centre));
        }
        next = cells
            .iter()
            .zip(&distances)
            .map(|(cell, distance)| (cell.colour, distance * cell.count))
            .max_by(|(_, a), (_, b)| a.total_cmp(b))
            .filter(|&(_, cost)| cost > 0.0)
            .map(|(colour, _)| colour);
    }
    centres
}

fn nearest(colour: Lab, among: &[Lab]) -> Option<(usize, f32)> {
    let distances = among.iter().map(|other| colour.squared_distance(*other)).enumerate();
    distances.min_by(|(_, a), (_, b)| a.total_cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(pixels: &[[u8; 3]], most: usize) -> Vec<(&'static str, f32)> {
        let colours = dominant(pixels.iter().copied(), most);
        colours.into_iter().map(|found| (found.colour.name, found.share)).collect()
    }

    #[test]
    fn plain_areas_have_their_names_and_shares() {
        let mut pixels = vec![[250, 2, 3]; 60];
        pixels.extend([[1, 1, 1]; 30]);
        pixels.extend([[46, 80, 78]; 10]);
        assert_eq!(names(&pixels, 10), [("red", 0.6), ("black", 0.3), ("darkslategrey", 0.1)]);
        assert_eq!(names(&pixels, 1).len(), 1);
        assert!(names(&[], 10).is_empty() && names(&pixels, 0).is_empty());
    }

    #[test]
    fn a_grey_has_a_grey_name_at_every_lightness() {
        for grey in 0..=255 {
            let name = names(&[[grey; 3]], 1)[0].0;
            assert!(
                ["black", "white", "gainsboro", "silver"].contains(&name)
                    || name.contains("grey")
                    || name.contains("smoke"),
                "{grey}: {name}"
            );
        }
    }

    #[test]
    fn every_name_stands_for_itself() {
        for colour in NAMED {
            assert_eq!(names(&[colour.rgb; 3], 5), [(colour.name, 1.0)]);
        }
    }

    proptest! {
        #[test]
        fn shares_are_of_all_pixels_in_order_and_under_unique_names(
            pixels in proptest::collection::vec(any::<[u8; 3]>(), 1..400),
        ) {
            let colours = dominant(pixels.iter().copied(), 20);
            let sum: f32 = colours.iter().map(|found| found.share).sum();
            prop_assert!((sum - 1.0).abs() < 1e-3, "{}", sum);
            prop_assert!(colours.is_sorted_by(|a, b| a.share >= b.share));
            let mut names: Vec<_> = colours.iter().map(|found| found.colour.name).collect();
            names.sort_unstable();
            names.dedup();
            prop_assert_eq!(names.len(), colours.len());
            prop_assert_eq!(&dominant(pixels.iter().copied(), 20), &colours);
        }
    }
}
