//! A face's crop in which lines and shade are measured: upright, its eyes a fixed distance apart, as luma.
//!
//! Owns where the crop lies, and how samples, patches and lines are read from it. Knows nothing of glasses.
//!
//! # Invariants
//! - What is read lies in the picture: a face too small or cut off has no crop.

use crate::crop::{Input, Layout};
use crate::face::Point;
use crate::geometry::Similarity;
use crate::mesh::Mesh;
use crate::patch::{Means, Patch};
use crate::picture::Picture;

/// Side of the crop. With [`EYES`] it reaches from the hair to the chin.
const SIDE: usize = 160;

/// Distance of the eyes' middles in the crop: that of the press photographs all measures were fitted on.
pub(super) const EYES: f32 = 48.0;

/// Distance from between the eyes to the mouth in the crop. A turned head brings the eyes closer together but not
/// nearer to the mouth: the larger of both scales counts.
const MOUTH: f32 = 52.0;

/// How far the eyes' middle lies above the crop's.
const RISE: f32 = 20.0;

/// Least distance of the eyes in the picture, pixels. Frames fade in small faces: with photographs shrunk from 44
/// pixels to 22 the AUC is still .96, at 18 it is .95, at 13 .92.
pub(super) const LEAST_EYES: f32 = 20.0;

/// The part of the crop that the measures read, pixels from its left and top: must lie in the picture.
const READ: [Point; 4] = [
    Point { x: 40.0, y: 30.0 },
    Point { x: 120.0, y: 30.0 },
    Point { x: 40.0, y: 95.0 },
    Point { x: 120.0, y: 95.0 },
];

/// One side of a Gaussian of standard deviation 0.6 pixels from its middle; the sum over both halves is 1. Removes
/// the grain of the sensor, leaves lines of two pixels.
const GAUSSIAN: [f32; 3] = [0.663_8, 0.165_5, 0.002_6];

/// Steps along an axis, pixels of the crop.
#[derive(Clone, Copy)]
pub(super) struct Steps {
    pub(super) from: f32,
    pub(super) by: f32,
    pub(super) count: usize,
}

impl Steps {
    /// Each whole pixel from `first` to `last`.
    pub(super) fn whole(first: i16, last: i16) -> Self {
        Self { from: f32::from(first), by: 1.0, count: usize::from((last - first).unsigned_abs()) + 1 }
    }

    fn each(self) -> impl Iterator<Item = f32> + Clone {
        (0..self.count).map(move |i| self.from + self.by * i as f32)
    }
}

/// The face upright, its eyes [`EYES`] apart, as luma 0..=255 with the grain smoothed.
pub(super) struct Chip {
    luma: Vec<f32>,
    to_chip: Similarity,
    /// Distance of the eyes in the picture, pixels.
    pub(super) eyes: f32,
}

impl Chip {
    /// `None` when the face is too small, or cut off near the eyes.
    pub(super) fn of(picture: &Picture, mesh: &Mesh) -> Option<Self> {
        let (left, right) = (mesh.mean(&[33, 133]), mesh.mean(&[362, 263]));
        let (middle, mouth) = (left.midpoint(right), mesh.mean(&[61, 291]));
        let scale = (left.distance(right) / EYES).max(middle.distance(mouth) / MOUTH);
        let eyes = scale * EYES;
        // False for a distance that is no number, too.
        (eyes >= LEAST_EYES).then_some(())?;
        let angle = (right.y - left.y).atan2(right.x - left.x);
        let (sin, cos) = angle.sin_cos();
        let fall = RISE * scale;
        let centre = Point { x: middle.x - fall * sin, y: middle.y + fall * cos };
        let to_picture = Similarity::of_square(centre, scale * SIDE as f32, angle, SIDE)?;
        let (width, height) = (picture.width() as f32, picture.height() as f32);
        let inside = |at: Point| (0.0..width).contains(&at.x) && (0.0..height).contains(&at.y);
        if !READ.into_iter().all(|corner| inside(to_picture.apply(corner))) {
            return None;
        }
        let input = Input {
            side: SIDE,
            layout: Layout::PackedGrey,
            scale: 1.0,
            offset: [0.0; 3],
            means: Means::Fine,
        };
        let mut luma = vec![0.0; input.len()];
        input.fill(picture, &to_picture, false, &mut Patch::default(), &mut luma);
        Some(Self { luma: smooth(&luma), to_chip: to_picture.inverse(), eyes })
    }

    /// A point of the mesh in the crop.
    pub(super) fn point(&self, mesh: &Mesh, index: usize) -> Point {
        self.to_chip.apply(mesh.point(index))
    }

    /// Bilinear sample; the edge goes on for ever.
    fn at(&self, at: Point) -> f32 {
        let last = (SIDE - 2) as f32;
        let (x, y) = (at.x.clamp(0.0, last), at.y.clamp(0.0, last));
        let (u, v) = (x.fract(), y.fract());
        let first = y as usize * SIDE + x as usize;
        let pair = |start: usize| match self.luma.get(start..start + 2) {
            Some(&[a, b]) => a + u * (b - a),
            _ => 0.0,
        };
        let (above, below) = (pair(first), pair(first + SIDE));
        above + v * (below - above)
    }

    /// Samples of a patch about `origin`, column by column.
    pub(super) fn patch(&self, origin: Point, across: (Point, Steps), down: (Point, Steps)) -> Vec<f32> {
        let rows = down.1.each();
        across
            .1
            .each()
            .flat_map(|x| rows.clone().map(move |y| (x, y)))
            .map(|(x, y)| {
                self.at(Point {
                    x: origin.x + x * across.0.x + y * down.0.x,
                    y: origin.y + x * across.0.y + y * down.0.y,
                })
            })
            .collect()
    }

    /// The strongest dark and the strongest bright line across a patch: mean second difference of the tone over
    /// the best path that visits each column once and moves by at most one row from one to the next.
    pub(super) fn lines(&self, origin: Point, across: (Point, Steps), down: (Point, Steps)) -> [f32; 2] {
        let patch = self.patch(origin, across, down);
        let rows = down.1.count;
        let (mut dark, mut bright) = (vec![0.0; rows], vec![0.0; rows]);
        for column in patch.chunks_exact(rows) {
            let tones: Vec<f32> = column.iter().map(|&luma| tone(luma)).collect();
            let bends = tones.windows(3).map(|w| match w {
                [a, b, c] => a - 2.0 * b + c,
                _ => 0.0,
            });
            for (best, sign) in [(&mut dark, 1.0), (&mut bright, -1.0)] {
                let before = best.clone();
                for (row, bend) in bends.clone().enumerate() {
                    // Row `row` of the differences is row `row + 1` of the patch; the two at the ends have none.
                    let reachable = before.get(row..row + 3).unwrap_or_default();
                    let most = reachable.iter().fold(0.0f32, |most, &sum| most.max(sum));
                    if let Some(sum) = best.get_mut(row + 1) {
                        *sum = most + (sign * bend).max(0.0);
                    }
                }
            }
        }
        let share = 1.0 / across.1.count.max(1) as f32;
        [dark, bright].map(|best| share * best.into_iter().fold(0.0, f32::max))
    }
}

/// Luma as it is compared for lines: between luma itself, which makes every line on dark skin weak, and its square
/// root, which makes every glint on dark skin strong. Above a border that 5 in 100 bare faces exceed were 2, 3 and 6
/// of 27 with darker skin for the powers 1, .75 and .5, at the same AUC.
fn tone(luma: f32) -> f32 {
    100.0 * ((luma + 16.0) / 128.0).powf(0.75)
}

/// The direction from one point to another; `None` when they coincide.
pub(super) fn unit(from: Point, to: Point) -> Option<Point> {
    let length = from.distance(to);
    (length > f32::EPSILON).then(|| Point { x: (to.x - from.x) / length, y: (to.y - from.y) / length })
}

pub(super) fn median(values: impl IntoIterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.into_iter().collect();
    values.sort_unstable_by(f32::total_cmp);
    let middle = values.len() / 2;
    let upper = values.get(middle).copied().unwrap_or_default();
    if values.len() % 2 == 1 {
        upper
    } else {
        let lower = middle.checked_sub(1).and_then(|i| values.get(i)).copied().unwrap_or_default();
        (lower + upper) / 2.0
    }
}

/// The crop under [`GAUSSIAN`], rows first.
fn smooth(image: &[f32]) -> Vec<f32> {
    let pass = |image: &[f32], step: usize| -> Vec<f32> {
        let [middle, sides @ ..] = GAUSSIAN;
        image
            .iter()
            .enumerate()
            .map(|(at, &here)| {
                let near = |offset: Option<usize>| offset.and_then(|i| image.get(i)).copied().unwrap_or(here);
                let side = |(i, weight): (usize, f32)| {
                    let reach = (i + 1) * step;
                    weight * (near(at.checked_sub(reach)) + near(at.checked_add(reach)))
                };
                middle * here + sides.into_iter().enumerate().map(side).sum::<f32>()
            })
            .collect()
    };
    pass(&pass(image, 1), SIDE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median([]), 0.0);
    }
}
