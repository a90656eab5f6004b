//! What a face wears: glasses, and dark glasses.
//!
//! Owns the measures that tell glasses from a bare face, taken from an upright crop of its luma at places that the
//! mesh names, and the curves that make probabilities of them. No network was trained for this: a frame is a thin
//! line that runs where skin has none (over the nose, between nose and eye, below the eye); a dark lens makes the
//! skin below the eye darker than the cheek. Knows nothing of beards: no such measure told them from shade well enough
//! to be shipped (`docs/attributes.md` has the figures).
//!
//! # Invariants
//! - A face too small for a frame to be seen, or cut off near the eyes, has no finding: never a guess.
//! - Lines are compared with the forehead's and shade with the same side's cheek, so that light and skin cancel out
//!   as far as they can. What is left of them stands in `docs/attributes.md`.

use crate::crop::{Input, Layout};
use crate::face::{Finding, Point};
use crate::geometry::Similarity;
use crate::logistic::{Curve, finding};
use crate::mesh::Mesh;
use crate::picture::Picture;

/// Side of the crop. With [`EYES`] it reaches from the hair to the chin.
const SIDE: usize = 160;

/// Distance of the eyes' middles in the crop: that of the press photographs all measures were fitted on.
const EYES: f32 = 48.0;

/// Distance from between the eyes to the mouth in the crop. A turned head brings the eyes closer together but not
/// nearer to the mouth: the larger of both scales counts.
const MOUTH: f32 = 52.0;

/// How far the eyes' middle lies above the crop's.
const RISE: f32 = 20.0;

/// Least distance of the eyes in the picture, pixels. Frames fade in small faces: with photographs shrunk from 44
/// pixels to 22 the AUC is still .96, at 18 it is .95, at 13 .92.
const LEAST_EYES: f32 = 20.0;

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

/// Line contrast below which all is grain, in tone units (see [`tone`]).
const LEAST_LINE: f32 = 0.05;

/// What is seen of glasses on one face, before any decision. Lines are mean second differences of the tone along the
/// best path through a strip; 1 is just visible, a black frame has 10 to 30.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glasses {
    /// Distance of the eyes in the picture, pixels.
    pub eyes: f32,
    /// The strongest dark and the strongest bright line across the nose's root, added.
    pub bridge: f32,
    /// The stronger of both across a wider strip that reaches further down.
    pub wide_bridge: f32,
    /// Lines between nose and eye, of the side where they are weaker.
    pub nose_side: f32,
    /// Lines below the eye, of the side where they are weaker.
    pub below: f32,
    /// The strongest line across the forehead, where no glasses are: how much line this skin, light and camera make.
    pub forehead: f32,
    /// Luma below the eye over that of the cheek, of the side where it is lighter.
    pub shade: f32,
}

/// A measure's spread over the photographs it was fitted on: mean and standard deviation of its logarithm.
struct Spread {
    mean: f32,
    deviation: f32,
}

impl Spread {
    fn of(&self, line: f32) -> f32 {
        (line.max(LEAST_LINE).ln() - self.mean) / self.deviation
    }
}

const BRIDGE: Spread = Spread { mean: 1.345, deviation: 0.697 };
const WIDE_BRIDGE: Spread = Spread { mean: 0.865, deviation: 0.663 };
const NOSE_SIDE: Spread = Spread { mean: 1.325, deviation: 0.485 };
const BELOW: Spread = Spread { mean: 1.393, deviation: 0.574 };
const FOREHEAD: Spread = Spread { mean: 0.233, deviation: 0.757 };

/// What is added to the score when the eyes' distance falls by a factor of e (below [`EYES`]), as lines fade in small
/// faces. Chosen so that photographs shrunk from 44 pixels between the eyes to 31 and 22 keep their rate of false
/// findings (3.8, 2.6 and 5.2 of 100; true ones 79, 75 and 75).
const FADE: f32 = 2.4;

/// Frames, over [`Glasses::frame_score`]. Slope fitted on 768 people, of whom 18 in 100 wear glasses; the offset is that
/// of a world where 28 in 100 do, which finds more for few false ones. On 288 others: AUC .97, 36 of 49 found, 5 of 238
/// false.
const FRAME: Curve = Curve { slope: 0.989, offset: -2.809 };

/// Dark lenses, over [`Glasses::lens_score`]. Fitted on 1,056 people with the offset of a world where 3 in 100 wear dark
/// glasses instead of 1: 9 of 11 found, 2 of 1,037 false.
const LENS: Curve = Curve { slope: 8.106, offset: -4.458 };

/// Weight of the frame's score for dark lenses: tells them from the shadow of a cap. The score is used around its own
/// decision and not beyond ±3: a very plain frame does not darken a lens.
const FRAME_IN_LENS: f32 = 0.06;
const FRAME_REACH: f32 = 3.0;

impl Glasses {
    /// Looks for glasses on the face that `mesh` lies on. `None` when the face is too small or cut off near the eyes.
    pub(crate) fn look(picture: &Picture, mesh: &Mesh) -> Option<Self> {
        let chip = Chip::of(picture, mesh)?;
        let (left, right) = (chip.point(mesh, 33), chip.point(mesh, 263));
        let along = unit(left, right)?;
        let down = Point { x: -along.y, y: along.x };
        let back = Point { x: -along.x, y: -along.y };
        let strip = |at: Point, columns: Steps, rows: Steps| chip.lines(at, (along, columns), (down, rows));

        let root = chip.point(mesh, 168);
        let [dark, bright] = strip(root, Steps::whole(-5, 5), Steps::whole(-6, 17));
        let [wide_dark, wide_bright] = strip(root, Steps::whole(-7, 7), Steps::whole(-8, 21));
        let [fore_dark, fore_bright] = strip(chip.point(mesh, 151), Steps::whole(-7, 7), Steps::whole(-8, 8));

        // Corner at the nose, corner at the temple, direction from nose to temple, points on the cheek.
        let sides = [
            (chip.point(mesh, 133), left, back, [50, 117, 123, 205]),
            (chip.point(mesh, 362), right, along, [280, 346, 352, 425]),
        ];
        let (mut nose_side, mut below, mut shade) = (f32::INFINITY, f32::INFINITY, 0.0f32);
        for (inner, outer, outwards, cheek) in sides {
            let inwards = Point { x: -outwards.x, y: -outwards.y };
            // An upright line: the path runs down, the differences are taken sideways.
            let upright = chip.lines(inner, (down, Steps::whole(1, 11)), (inwards, Steps::whole(-4, 8)));
            nose_side = nose_side.min(upright.iter().sum());
            let (middle, width) = (inner.midpoint(outer), inner.distance(outer));
            let rim =
                strip(middle, Steps { from: -width / 2.0, by: width / 24.0, count: 25 }, Steps::whole(8, 25));
            below = below.min(rim.iter().sum());
            let lens = chip.patch(
                middle,
                (along, Steps { from: -0.55 * width, by: 1.1 * width / 14.0, count: 15 }),
                (down, Steps { from: 0.25 * width, by: 0.05 * width, count: 7 }),
            );
            let skin = median(cheek.map(|index| {
                let around = Steps::whole(-3, 3);
                median(chip.patch(chip.point(mesh, index), (along, around), (down, around)))
            }));
            shade = shade.max(median(lens) / skin.max(DARKEST_SKIN));
        }
        Some(Self {
            eyes: chip.eyes,
            bridge: dark + bright,
            wide_bridge: wide_dark.max(wide_bright),
            nose_side,
            below,
            forehead: fore_dark.max(fore_bright),
            shade,
        })
    }

    /// How much speaks for a frame: grows with the lines where frames run, falls with the forehead's.
    #[must_use]
    pub fn frame_score(&self) -> f32 {
        let fade = FADE * (EYES / self.eyes.clamp(LEAST_EYES, EYES)).ln();
        fade + BRIDGE.of(self.bridge)
            + WIDE_BRIDGE.of(self.wide_bridge)
            + NOSE_SIDE.of(self.nose_side)
            + BELOW.of(self.below)
            - FOREHEAD.of(self.forehead)
    }

    /// How much speaks for dark lenses.
    #[must_use]
    pub fn lens_score(&self) -> f32 {
        let frame = self.frame_score() + FRAME.offset / FRAME.slope;
        FRAME_IN_LENS * frame.clamp(-FRAME_REACH, FRAME_REACH) - self.shade.max(LEAST_LINE).ln()
    }

    /// Whether glasses of any kind are worn: a frame is seen, or dark lenses are (their frame may be as dark).
    #[must_use]
    pub fn eyeglasses(&self) -> Finding<bool> {
        let probability = FRAME.at(self.frame_score()).max(LENS.at(self.lens_score()));
        finding(probability, true, false)
    }

    /// Whether the glasses are dark.
    #[must_use]
    pub fn sunglasses(&self) -> Finding<bool> {
        finding(LENS.at(self.lens_score()), true, false)
    }
}

/// Luma below which skin cannot be compared with anything.
const DARKEST_SKIN: f32 = 8.0;

/// Steps along an axis, pixels of the crop.
#[derive(Clone, Copy)]
struct Steps {
    from: f32,
    by: f32,
    count: usize,
}

impl Steps {
    /// Each whole pixel from `first` to `last`.
    fn whole(first: i16, last: i16) -> Self {
        Self { from: f32::from(first), by: 1.0, count: usize::from((last - first).unsigned_abs()) + 1 }
    }

    fn each(self) -> impl Iterator<Item = f32> + Clone {
        (0..self.count).map(move |i| self.from + self.by * i as f32)
    }
}

/// The face upright, its eyes [`EYES`] apart, as luma 0..=255 with the grain smoothed.
struct Chip {
    luma: Vec<f32>,
    to_chip: Similarity,
    eyes: f32,
}

impl Chip {
    fn of(picture: &Picture, mesh: &Mesh) -> Option<Self> {
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
        let input = Input { side: SIDE, layout: Layout::PackedGrey, scale: 1.0, offset: [0.0; 3] };
        let mut luma = vec![0.0; input.len()];
        input.fill(picture, &to_picture, false, &mut luma);
        Some(Self { luma: smooth(&luma), to_chip: to_picture.inverse(), eyes })
    }

    fn point(&self, mesh: &Mesh, index: usize) -> Point {
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
    fn patch(&self, origin: Point, across: (Point, Steps), down: (Point, Steps)) -> Vec<f32> {
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
    fn lines(&self, origin: Point, across: (Point, Steps), down: (Point, Steps)) -> [f32; 2] {
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
fn unit(from: Point, to: Point) -> Option<Point> {
    let length = from.distance(to);
    (length > f32::EPSILON).then(|| Point { x: (to.x - from.x) / length, y: (to.y - from.y) / length })
}

fn median(values: impl IntoIterator<Item = f32>) -> f32 {
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
    use crate::mesh::{POINTS, Vertex};

    /// The points that are read, where they lie on a face that looks ahead: eyes 48 apart about (0, 0), y downwards.
    const FACE: [(usize, f32, f32); 17] = [
        (33, -37.0, 0.0),
        (133, -11.0, 0.0),
        (362, 11.0, 0.0),
        (263, 37.0, 0.0),
        (61, -20.0, 54.0),
        (291, 20.0, 54.0),
        (168, 0.0, -2.0),
        (151, 0.0, -36.0),
        (50, -32.0, 30.0),
        (117, -38.0, 18.0),
        (123, -44.0, 28.0),
        (205, -26.0, 34.0),
        (280, 32.0, 30.0),
        (346, 38.0, 18.0),
        (352, 44.0, 28.0),
        (425, 26.0, 34.0),
        (199, 0.0, 80.0),
    ];

    /// A face in the middle of a picture: pixels for the eyes' distance, turn in radians, and its paint, which takes a
    /// point of [`FACE`]'s frame and gives a grey.
    fn face(eyes: f32, turn: f32, paint: impl Fn(f32, f32) -> f32) -> (Picture, Mesh) {
        let side = (5.0 * eyes) as u32;
        let (middle, scale) = (side as f32 / 2.0, eyes / EYES);
        let (sin, cos) = turn.sin_cos();
        let mut rgb = Vec::new();
        for y in 0..side {
            for x in 0..side {
                let (x, y) = ((x as f32 - middle) / scale, (y as f32 - middle) / scale);
                rgb.extend([paint(x * cos + y * sin, y * cos - x * sin).clamp(0.0, 255.0) as u8; 3]);
            }
        }
        let mut vertices = vec![Vertex::default(); POINTS];
        for (index, x, y) in FACE {
            let (x, y) = (scale * (x * cos - y * sin), scale * (x * sin + y * cos));
            vertices[index] = Vertex { x: middle + x, y: middle + y, z: 0.0 };
        }
        (Picture::from_rgb(side, side, rgb).unwrap(), Mesh::from_vertices(vertices))
    }

    /// Skin in soft light from above and the image's left.
    fn skin(x: f32, y: f32) -> f32 {
        150.0 - 0.3 * x - 0.4 * y + 10.0 * (0.05 * x).sin()
    }

    /// Round frames of a line two pixels wide: about each eye, and over the nose.
    fn framed(x: f32, y: f32) -> bool {
        let rim = (x.abs() - 24.0).hypot(y - 3.0);
        (rim - 17.0).abs() < 1.0 || (x.abs() < 8.0 && (y + 1.0 - 0.02 * x * x).abs() < 1.0)
    }

    fn look(eyes: f32, turn: f32, paint: impl Fn(f32, f32) -> f32) -> Option<Glasses> {
        let (picture, mesh) = face(eyes, turn, paint);
        Glasses::look(&picture, &mesh)
    }

    #[test]
    fn a_bare_face_wears_nothing_whatever_the_light() {
        for light in [0.2, 0.5, 1.0, 1.5] {
            let seen = look(60.0, 0.0, |x, y| light * skin(x, y)).unwrap();
            assert!(!seen.eyeglasses().value && !seen.sunglasses().value, "{light}: {seen:?}");
            assert!((seen.shade - 1.0).abs() < 0.2, "{seen:?}");
        }
    }

    #[test]
    fn frames_are_seen_dark_or_bright_in_any_turn_and_are_no_sunglasses() {
        for (turn, line) in [(0.0, 40.0), (0.0, 245.0), (0.5, 40.0), (-1.2, 40.0), (3.0, 40.0)] {
            let paint = |x: f32, y: f32| if framed(x, y) { line } else { skin(x, y) };
            let seen = look(60.0, turn, paint).unwrap();
            assert!(seen.eyeglasses().value, "{turn} {line}: {seen:?}");
            assert!(!seen.sunglasses().value, "{turn} {line}: {seen:?}");
        }
    }

    #[test]
    fn each_place_sees_its_own_line() {
        let bare = look(60.0, 0.0, skin).unwrap();
        let bridge = look(60.0, 0.0, |x, y| if x.abs() < 9.0 && y.abs() < 1.0 { 40.0 } else { skin(x, y) });
        let bridge = bridge.unwrap();
        assert!(
            bridge.bridge > 5.0 + bare.bridge && bridge.wide_bridge > 5.0 + bare.wide_bridge,
            "{bridge:?}"
        );
        assert!(bridge.below < 1.0 + bare.below && bridge.forehead < 1.0 + bare.forehead, "{bridge:?}");
        // A line below one eye alone is a scar, a shadow or a strand of hair: the weaker side counts.
        let one_side =
            look(60.0, 0.0, |x, y| if x < 0.0 && (y - 16.0).abs() < 1.0 { 40.0 } else { skin(x, y) })
                .unwrap();
        assert!(one_side.below < 1.0 + bare.below, "{one_side:?}");
        let wrinkle = look(60.0, 0.0, |x, y| if (y + 36.0).abs() < 1.0 { 40.0 } else { skin(x, y) }).unwrap();
        assert!(wrinkle.forehead > 5.0 + bare.forehead);
        assert!(wrinkle.frame_score() < bare.frame_score());
    }

    #[test]
    fn dark_lenses_are_sunglasses_and_therefore_glasses() {
        let lens = |x: f32, y: f32| (x.abs() - 24.0).hypot(y - 3.0) < 18.0;
        let seen = look(60.0, 0.1, |x, y| if lens(x, y) { 25.0 } else { skin(x, y) }).unwrap();
        assert!(seen.sunglasses().value && seen.eyeglasses().value, "{seen:?}");
        let one = look(60.0, 0.0, |x, y| if x > 0.0 && lens(x, y) { 25.0 } else { skin(x, y) }).unwrap();
        assert!(!one.sunglasses().value, "a patch over one eye: {one:?}");
    }

    #[test]
    fn a_face_too_small_or_cut_off_has_no_finding() {
        assert!(look(LEAST_EYES + 2.0, 0.0, skin).is_some());
        assert_eq!(look(LEAST_EYES - 2.0, 0.0, skin), None);
        let (picture, mesh) = face(60.0, 0.0, skin);
        let moved = |dx: f32, dy: f32| {
            let shift = |i| {
                let Vertex { x, y, z } = mesh.vertex(i);
                Vertex { x: x + dx, y: y + dy, z }
            };
            Mesh::from_vertices((0..POINTS).map(shift).collect())
        };
        assert!(Glasses::look(&picture, &moved(60.0, 0.0)).is_some());
        for (dx, dy) in
            [(130.0, 0.0), (-130.0, 0.0), (0.0, 130.0), (0.0, -130.0), (f32::NAN, 0.0), (1e30, 1e30)]
        {
            assert_eq!(Glasses::look(&picture, &moved(dx, dy)), None, "{dx} {dy}");
        }
        assert_eq!(Glasses::look(&picture, &Mesh::from_vertices(Vec::new())), None);
    }

    #[test]
    fn medians() {
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median([]), 0.0);
    }
}
