//! The part of a picture that a crop reads: its pixels as numbers, shrunk by a whole number where the crop shrinks
//! them anyway.
//!
//! Owns the choice of that number, the averaging, and bilinear samples of many places at once. Knows nothing of networks.
//!
//! # Invariants
//! - Outside of the picture everything is black, also where a pixel of the patch covers its edge.
//! - Time and memory are bounded by the crop and the picture, whatever a detector claims.
//! - A patch that is not shrunk has the picture's own numbers, and its samples are those of the picture.

use std::ops::Range;

use crate::face::Point;
use crate::geometry::Similarity;
use crate::picture::Picture;

/// Pixels that one sample may stand for, along each side. Bilinear interpolation reads two neighbours, so samples may lie so
/// far apart before detail is skipped; up to there one sample is what the networks' own preprocessing (plain bilinear
/// warps) does.
const APART: f32 = 1.5;

/// Most that a patch is shrunk by: sums of so many bytes have their place in 16 bits. Reached by squares of more than
/// 39,000 picture pixels at a network's 128.
const MOST: usize = 256;

/// How a crop's pixel is made of the picture's where it covers several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    /// By shrinking: one sample of what is left. From 1.2 pixels to 1.8 are left, and means of pixels that are sampled 1.8
    /// apart keep no more false detail (.18 of what repeats with the crop's pixels) than plain ones 1.5 apart do (.17).
    Quick,
    /// By samples, four or more of them: the picture is shrunk only by what leaves 2.4 pixels and more. Several times as dear, and
    /// closer to the mean of everything, for small crops whose findings hang on lines of a few pixels.
    Fine,
}

impl Means {
    /// By how much the picture is shrunk for a crop whose pixels cover `scale` of its pixels, and how many samples each
    /// side of a pixel gets then.
    pub(crate) fn of(self, scale: f32) -> (usize, usize) {
        let least = match self {
            Self::Quick => 1.2,
            Self::Fine => 2.4,
        };
        // What is no number shrinks nothing.
        let shrink = ((scale / least) as usize).clamp(1, MOST);
        if shrink > 1 && self == Self::Quick {
            return (shrink, 1);
        }
        (shrink, ((scale / shrink as f32 / APART).ceil() as usize).clamp(1, 4))
    }
}

/// Places that are sampled together.
pub(crate) const LANES: usize = 16;

/// Red, green and blue of places side by side; the fourth number means nothing.
pub(crate) type Sums = [[f32; 4]; LANES];

const BLACK: [f32; 4] = [0.0; 4];

/// Pixels of a picture; kept from crop to crop for the room that it has.
#[derive(Debug, Default)]
pub(crate) struct Patch {
    /// Red, green, blue; the fourth number makes whole registers.
    pixels: Vec<[f32; 4]>,
    /// Pixels of a row.
    width: usize,
    /// The place of the first pixel in the shrunk picture, across and down, and of the last one that has neighbours to its right
    /// and below.
    first: [i32; 2],
    last: [i32; 2],
    /// Sums of columns.
    columns: Vec<u16>,
}

impl Patch {
    /// Takes what a crop of `side` pixels reads of `picture`, shrunk by `shrink`. `to_shrunk` maps the crop's pixels to
    /// those of the picture shrunk by that.
    pub(crate) fn take(&mut self, picture: &Picture, to_shrunk: &Similarity, side: usize, shrink: usize) {
        let [across, down] =
            [picture.width(), picture.height()].map(|side| (side as usize).div_ceil(shrink) as i32);
        let (low, high) = corners(to_shrunk, side);
        let (left, right) = reach(low.x, high.x, across);
        let (top, bottom) = reach(low.y, high.y, down);
        (self.first, self.last) = ([left, top], [right, bottom]);
        // The pixel beside the last one, too.
        self.width = (right - left) as usize + 2;
        let length = self.width * ((bottom - top) as usize + 2);
        if self.pixels.len() < length {
            self.pixels.resize(length, BLACK);
        }
        let inside = left.max(0) as usize..(right + 2).clamp(0, across) as usize;
        let before = (inside.start as i32 - left) as usize;
        let Self { pixels, columns, width, .. } = self;
        for (row, place) in pixels.chunks_exact_mut(*width).zip(top..bottom + 2) {
            if !(0..down).contains(&place) || inside.is_empty() {
                row.fill(BLACK);
                continue;
            }
            let (beside, row) = row.split_at_mut(before.min(*width));
            let (row, behind) = row.split_at_mut(inside.len().min(row.len()));
            beside.fill(BLACK);
            behind.fill(BLACK);
            if shrink == 1 {
                copy(picture, place as usize, &inside, row);
            } else {
                average(picture, place as usize, &inside, shrink, columns, row);
            }
        }
    }

    /// Adds the bilinear samples at places of the shrunk picture to `sums`. Both halves are written so that the compiler
    /// makes vector instructions of them: positions and weights of all places at once, then the channels of a pixel at once.
    #[inline(always)]
    pub(crate) fn add(&self, xs: &[f32; LANES], ys: &[f32; LANES], sums: &mut Sums) {
        let [left, top] = self.first;
        let [low_x, low_y] = self.first.map(|place| place as f32);
        let [high_x, high_y] = self.last.map(|place| place as f32);
        let width = self.width as i32;
        let (mut first, mut weights) = ([0; LANES], [[0.0; LANES]; 4]);
        for lane in 0..LANES {
            // What lies beyond the patch lies beyond the picture, and is as black as the patch's edge there.
            let (x, y) = (within(xs[lane], low_x, high_x), within(ys[lane], low_y, high_y));
            let ((left_x, column), (top_y, row)) = (floor(x), floor(y));
            first[lane] = row.wrapping_sub(top).wrapping_mul(width).wrapping_add(column.wrapping_sub(left));
            let (u, v) = (x - left_x, y - top_y);
            weights[0][lane] = (1.0 - u) * (1.0 - v);
            weights[1][lane] = u * (1.0 - v);
            weights[2][lane] = (1.0 - u) * v;
            weights[3][lane] = u * v;
        }
        let [wa, wb, wc, wd] = weights;
        for lane in 0..LANES {
            let at = first[lane] as u32 as usize;
            let pair = |at: usize| self.pixels.get(at..).and_then(<[[f32; 4]]>::first_chunk::<2>);
            let (Some([a, b]), Some([c, d])) = (pair(at), pair(at + self.width)) else { continue };
            let weights = [wa[lane], wb[lane], wc[lane], wd[lane]];
            sums[lane] = plus(sums[lane], blend([a, b, c, d], weights));
        }
    }
}

/// The weighted sum of four pixels.
#[inline(always)]
fn blend([a, b, c, d]: [&[f32; 4]; 4], [wa, wb, wc, wd]: [f32; 4]) -> [f32; 4] {
    plus(plus(plus(times(a, wa), times(b, wb)), times(c, wc)), times(d, wd))
}

#[inline(always)]
fn plus(one: [f32; 4], other: [f32; 4]) -> [f32; 4] {
    [one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3]]
}

#[inline(always)]
fn times(one: &[f32; 4], weight: f32) -> [f32; 4] {
    [one[0] * weight, one[1] * weight, one[2] * weight, one[3] * weight]
}

/// `value` between two bounds; at the lower one if it is no number.
#[inline(always)]
fn within(value: f32, low: f32, high: f32) -> f32 {
    let raised = if value > low { value } else { low };
    if raised < high { raised } else { high }
}

/// Added to a number of up to four million, it leaves no room for a fraction: the sum ends in the nearest whole number.
const WHOLE: f32 = 12_582_912.0;

/// A place of the picture rounded down, as both kinds of number. What `as i32` makes is checked for every range and not a vector
/// instruction of every x86-64; sums and comparisons are.
#[inline(always)]
fn floor(place: f32) -> (f32, i32) {
    let nearest = place + WHOLE - WHOLE;
    let down = if place < nearest { nearest - 1.0 } else { nearest };
    (down, (down + WHOLE).to_bits().wrapping_sub(WHOLE.to_bits()) as i32)
}

/// The first and the last pixel that samples between two places begin at, of a picture of `side` pixels: one more on each
/// side, for rounding, and one of black beyond the picture's edges.
fn reach(low: f32, high: f32, side: i32) -> (i32, i32) {
    let first = (low.floor() as i32).saturating_sub(1).clamp(-1, side);
    (first, (high.floor() as i32).saturating_add(1).clamp(first, side))
}

/// The corners of the box about all places that a crop of `side` pixels may sample.
fn corners(to_shrunk: &Similarity, side: usize) -> (Point, Point) {
    // From the outer border of the first pixel to that of the last.
    let ends = [-0.5, side as f32 - 0.5];
    let all = ends.map(|x| ends.map(|y| to_shrunk.apply(Point { x, y })));
    let mut low = Point { x: f32::INFINITY, y: f32::INFINITY };
    let mut high = Point { x: f32::NEG_INFINITY, y: f32::NEG_INFINITY };
    for Point { x, y } in all.into_iter().flatten() {
        (low.x, low.y) = (low.x.min(x), low.y.min(y));
        (high.x, high.y) = (high.x.max(x), high.y.max(y));
    }
    (low, high)
}

/// Pixels of a row of the picture as numbers.
fn copy(picture: &Picture, row: usize, inside: &Range<usize>, to: &mut [[f32; 4]]) {
    let start = 3 * row * picture.width() as usize;
    let from = picture.rgb().get(start + 3 * inside.start..start + 3 * inside.end).unwrap_or_default();
    // Four bytes of each, the last of which is the next one's, make whole registers; the last pixel has no next one.
    for (to, four) in to.iter_mut().zip(fours(from)) {
        *to = four.map(f32::from);
    }
    if let (Some(to), Some(&[r, g, b])) = (to.last_mut(), from.last_chunk()) {
        *to = [r, g, b, 0].map(f32::from);
    }
}

/// The values of each pixel and one more, but for the last pixel.
fn fours<T: Copy>(row: &[T]) -> impl Iterator<Item = [T; 4]> {
    row.windows(4).step_by(3).filter_map(|four| four.first_chunk().copied())
}

/// Pixels of a row of the picture shrunk by `shrink`: means, of what lies outside of the picture too.
fn average(
    picture: &Picture,
    row: usize,
    inside: &Range<usize>,
    shrink: usize,
    columns: &mut Vec<u16>,
    to: &mut [[f32; 4]],
) {
    let width = picture.width() as usize;
    let (from, end) = (3 * inside.start * shrink, 3 * (inside.end * shrink).min(width));
    columns.clear();
    // Black up to the end of the last pixel, and a value behind it.
    columns.resize(3 * inside.len() * shrink + 1, 0);
    for row in picture.rgb().chunks_exact(3 * width).skip(row * shrink).take(shrink) {
        for (sum, &value) in columns.iter_mut().zip(row.get(from..end).unwrap_or_default()) {
            // At most MOST bytes are summed.
            *sum = sum.wrapping_add(u16::from(value));
        }
    }
    match shrink {
        // Known to the compiler, which then needs no loop for the few columns of a pixel.
        2 => means(columns, 2, to),
        3 => means(columns, 3, to),
        4 => means(columns, 4, to),
        more => means(columns, more, to),
    }
}

/// Means of `shrink` sums of columns each.
#[inline(always)]
fn means(columns: &[u16], shrink: usize, to: &mut [[f32; 4]]) {
    let share = 1.0 / (shrink * shrink) as f32;
    // And the value behind each block, for its last column.
    let blocks = columns.windows(3 * shrink + 1).step_by(3 * shrink);
    for (to, block) in to.iter_mut().zip(blocks) {
        let mut sums = [0_i32; 4];
        for column in 0..shrink {
            if let Some(four) = block.get(3 * column..3 * column + 4) {
                for (sum, &value) in sums.iter_mut().zip(four) {
                    *sum += i32::from(value);
                }
            }
        }
        *to = sums.map(|sum| sum as f32 * share);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_shrunk_by_as_much_as_leaves_enough() {
        let scales = [0.1, 1.5, 1.6, 2.3, 2.41, 3.5, 3.61, 5.0, 12.01, 1e9, f32::INFINITY, f32::NAN];
        let quick = [
            (1, 1),
            (1, 1),
            (1, 2),
            (1, 2),
            (2, 1),
            (2, 1),
            (3, 1),
            (4, 1),
            (10, 1),
            (MOST, 1),
            (MOST, 1),
            (1, 1),
        ];
        assert_eq!(scales.map(|scale| Means::Quick.of(scale)), quick);
        let fine = [
            (1, 1),
            (1, 1),
            (1, 2),
            (1, 2),
            (1, 2),
            (1, 3),
            (1, 3),
            (2, 2),
            (5, 2),
            (MOST, 4),
            (MOST, 4),
            (1, 1),
        ];
        assert_eq!(scales.map(|scale| Means::Fine.of(scale)), fine);
    }

    /// Means of a picture whose sides are no multiples, black beside it.
    #[test]
    fn what_lies_outside_counts_as_black() {
        let picture = Picture::from_rgb(5, 3, vec![200; 45]).unwrap();
        let crop = Similarity::of_square(Point { x: 4.0, y: 4.0 }, 8.0, 0.0, 4).unwrap();
        let mut patch = Patch::default();
        patch.take(&picture, &crop.shrunk(2), 4, 2);
        let row = |row: i32| {
            let start = (row - patch.first[1]) as usize * patch.width;
            patch.pixels[start..start + patch.width].iter().map(|pixel| pixel[0]).collect::<Vec<_>>()
        };
        assert_eq!(patch.first, [-1, -1]);
        assert_eq!(row(-1), [0.0; 6]);
        assert_eq!(row(0), [0.0, 200.0, 200.0, 100.0, 0.0, 0.0]);
        assert_eq!(row(1), [0.0, 100.0, 100.0, 50.0, 0.0, 0.0]);
        assert_eq!(row(2), [0.0; 6]);
    }

    /// However large a square a detector claims, and wherever.
    #[test]
    fn a_patch_is_bounded_by_the_crop_and_the_picture() {
        let picture = Picture::from_rgb(300, 200, vec![9; 180_000]).unwrap();
        let side = 16;
        for extent in [0.01, 10.0, 76.0, 77.0, 115.0, 116.0, 1e3, 1e6, 1e15] {
            for (x, y, angle) in [(150.0, 100.0, 0.8), (-1e9, 0.0, 0.3), (1e9, 1e9, 0.0), (299.0, 199.0, 2.0)]
            {
                let crop = Similarity::of_square(Point { x, y }, extent, angle, side).unwrap();
                let (shrink, _) = Means::Fine.of(crop.scale());
                let mut patch = Patch::default();
                patch.take(&picture, &crop.shrunk(shrink), side, shrink);
                assert!(
                    patch.pixels.len() <= (4.8 * 1.5 * side as f32 + 6.0).powi(2) as usize,
                    "{extent} {x}"
                );
                // And a place that is none does no harm.
                let (mut sums, wild) = ([[0.0; 4]; LANES], [x, f32::NAN, 1e30, -1e30]);
                patch.add(&std::array::from_fn(|lane| wild[lane % 4]), &[y; LANES], &mut sums);
                assert!(sums.as_flattened().iter().all(|sum| (0.0..=9.1).contains(sum)), "{sums:?}");
            }
        }
    }
}
