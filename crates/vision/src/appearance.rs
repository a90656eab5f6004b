//! What a face wears: glasses, and dark glasses.
//!
//! Owns the measures that tell glasses from a bare face, taken from an upright crop of its luma (`chip`) at places that
//! the mesh names, and the curves that make probabilities of them. No network was trained for this: a frame is a thin
//! line that runs where skin has none (over the nose, between nose and eye, below the eye); a dark lens makes the
//! skin below the eye darker than the cheek. Knows nothing of beards: no such measure told them from shade well enough
//! to be shipped (`docs/attributes.md` has the figures).
//!
//! # Invariants
//! - A face too small for a frame to be seen, or cut off near the eyes, has no finding: never a guess.
//! - Lines are compared with the forehead's and shade with the same side's cheek, so that light and skin cancel out
//!   as far as they can. What is left of them stands in `docs/attributes.md`.

use self::chip::{Chip, EYES, LEAST_EYES, Steps, median, unit};
use crate::face::{Finding, Point};
use crate::logistic::{Curve, finding};
use crate::mesh::Mesh;
use crate::picture::Picture;

mod chip;

/// Line contrast below which all is grain, in tone units (`chip` has them).
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
}
