//! What of a picture stands out from what surrounds it.
//!
//! Owns the split of a small picture into foreground and background. Each pixel's distance to the picture's edge is the
//! smallest height, in any channel, of what lies between on the best path (the minimum barrier distance; Zhang et al.,
//! "Minimum Barrier Salient Object Detection at 80 FPS", ICCV 2015, its fast raster scan). A subject that is known (a face, an
//! object) counts: inside of its box a pixel stands out, outside it has to do so by itself. What is above Otsu's
//! threshold is foreground.
//!
//! It does not know what things are: a subject that touches the edge, or has the colours of what is around it, is missed in
//! part, and a bright window in a dark room is foreground.

/// Scans from corner to corner; three are what the paper uses.
const SCANS: usize = 3;
/// How much of its distance a pixel outside of every known subject keeps.
const OUTSIDE: f32 = 0.5;
/// What a pixel inside of a known subject has beside its distance, of the largest distance in the picture.
const INSIDE: f32 = 0.35;
/// Largest distances below this (samples are 0 to 255) are a picture of one surface: it has no foreground.
const FLAT: f32 = 12.0;

/// A small picture: rows of `width` pixels.
pub(super) struct Small<'a> {
    pub(super) pixels: &'a [[u8; 3]],
    pub(super) width: usize,
}

/// Whether each pixel is foreground. `inside` says of a pixel's place whether it is part of a known subject.
/// All are background when nothing stands out.
pub(super) fn foreground(small: &Small<'_>, inside: &[bool]) -> Vec<bool> {
    let mut stands_out = barrier(small);
    let largest = stands_out.iter().copied().fold(0.0, f32::max);
    if largest < FLAT {
        // Nothing but, at most, what is known.
        return inside.to_vec();
    }
    if inside.contains(&true) {
        for (value, &inside) in stands_out.iter_mut().zip(inside) {
            *value = if inside { *value + INSIDE * largest } else { *value * OUTSIDE };
        }
    }
    let smooth = smooth(&stands_out, small.width);
    let threshold = otsu(&smooth);
    smooth.into_iter().map(|value| value > threshold).collect()
}

/// The minimum barrier distance of each pixel to the edge, summed over the channels.
fn barrier(small: &Small<'_>) -> Vec<f32> {
    let (width, count) = (small.width, small.pixels.len());
    let height = count / width.max(1);
    let mut sums = vec![0.0; count];
    for channel in 0..3 {
        let sample = |place: usize| -> f32 {
            small
                .pixels
                .get(place)
                .and_then(|pixel| pixel.get(channel))
                .map_or(0.0, |&sample| f32::from(sample))
        };
        // Distance, and the least and greatest sample on the way.
        let mut paths: Vec<(f32, f32, f32)> = (0..count)
            .map(|place| {
                let (x, y) = (place % width, place / width);
                let edge = x == 0 || y == 0 || x + 1 == width || y + 1 == height;
                (if edge { 0.0 } else { f32::MAX }, sample(place), sample(place))
            })
            .collect();
        for scan in 0..SCANS {
            let forward = scan % 2 == 0;
            for step in 0..count {
                let place = if forward { step } else { count - 1 - step };
                let neighbours = if forward {
                    [place.checked_sub(width), place.checked_sub(1)]
                } else {
                    [Some(place + width), Some(place + 1)]
                };
                for neighbour in neighbours.into_iter().flatten() {
                    let Some(&(_, least, greatest)) = paths.get(neighbour) else { continue };
                    let (least, greatest) = (least.min(sample(place)), greatest.max(sample(place)));
                    if let Some(path) = paths.get_mut(place)
                        && greatest - least < path.0
                    {
                        *path = (greatest - least, least, greatest);
                    }
                }
            }
        }
        for (sum, (distance, ..)) in sums.iter_mut().zip(paths) {
            *sum += distance;
        }
    }
    sums
}

/// Each value replaced by the mean of the five by five around it.
fn smooth(values: &[f32], width: usize) -> Vec<f32> {
    let height = values.len() / width.max(1);
    let around = |middle: usize, end: usize| middle.saturating_sub(2)..(middle + 3).min(end);
    (0..values.len())
        .map(|place| {
            let rows = around(place / width, height);
            let cells = rows.flat_map(|y| around(place % width, width).map(move |x| y * width + x));
            let (sum, count) = cells
                .filter_map(|cell| values.get(cell))
                .fold((0.0, 0.0_f32), |(sum, count), value| (sum + value, count + 1.0));
            sum / count.max(1.0)
        })
        .collect()
}

/// The threshold that parts values best into two groups (Otsu, 1979), over 256 steps up to the largest.
fn otsu(values: &[f32]) -> f32 {
    const STEPS: usize = 256;
    let largest = values.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    let mut counts = [0.0_f32; STEPS];
    for value in values {
        let step = (value / largest * (STEPS - 1) as f32) as usize;
        if let Some(count) = counts.get_mut(step) {
            *count += 1.0;
        }
    }
    let total = values.len() as f32;
    let all: f32 = counts.iter().enumerate().map(|(step, count)| step as f32 * count).sum();
    let (mut below, mut sum, mut best, mut threshold) = (0.0, 0.0, -1.0, 0.0);
    for (step, &count) in counts.iter().enumerate() {
        below += count;
        sum += step as f32 * count;
        let above = total - below;
        if below > 0.0 && above > 0.0 {
            let difference = sum / below - (all - sum) / above;
            let between = below * above * difference * difference;
            if between > best {
                (best, threshold) = (between, step as f32);
            }
        }
    }
    // The end of the step: what is in it is below.
    (threshold + 1.0) / (STEPS - 1) as f32 * largest
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: usize = 64;

    fn disc(x: usize, y: usize) -> bool {
        x.abs_diff(32).pow(2) + y.abs_diff(32).pow(2) < 14 * 14
    }

    fn pixels(of: impl Fn(usize, usize) -> [u8; 3]) -> Vec<[u8; 3]> {
        (0..SIDE * SIDE).map(|place| of(place % SIDE, place / SIDE)).collect()
    }

    fn wrong(found: &[bool], expected: impl Fn(usize, usize) -> bool) -> usize {
        found
            .iter()
            .enumerate()
            .filter(|&(place, &found)| found != expected(place % SIDE, place / SIDE))
            .count()
    }

    #[test]
    fn a_disc_stands_out_of_a_slope_of_light() {
        let pixels =
            pixels(|x, y| if disc(x, y) { [200, 40, 30] } else { [(60 + 2 * x) as u8, (90 + y) as u8, 120] });
        let found = foreground(&Small { pixels: &pixels, width: SIDE }, &[false; SIDE * SIDE]);
        // The smoothing moves the border by a pixel.
        assert!(wrong(&found, disc) < 120, "{}", wrong(&found, disc));
    }

    #[test]
    fn one_surface_has_no_foreground_but_what_is_known() {
        let pixels = pixels(|_, _| [77, 99, 110]);
        let small = Small { pixels: &pixels, width: SIDE };
        assert!(!foreground(&small, &[false; SIDE * SIDE]).contains(&true));
        let known: Vec<bool> = (0..SIDE * SIDE).map(|place| disc(place % SIDE, place / SIDE)).collect();
        assert_eq!(foreground(&small, &known), known);
    }

    #[test]
    fn a_known_subject_wins_over_a_louder_thing_beside_it() {
        let other = |x: usize, y: usize| (4..12).contains(&x) && (4..12).contains(&y);
        let pixels = pixels(|x, y| {
            if disc(x, y) {
                [150, 120, 100]
            } else if other(x, y) {
                [250, 250, 20]
            } else {
                [90, 90, 90]
            }
        });
        let known: Vec<bool> = (0..SIDE * SIDE).map(|place| disc(place % SIDE, place / SIDE)).collect();
        let found = foreground(&Small { pixels: &pixels, width: SIDE }, &known);
        assert!(found[32 * SIDE + 32], "the middle of the subject");
    }
}
