//! The eyes: open or closed, where they look, where the pupils are.
//!
//! Owns the crops for the iris network, the reading of its 76 points and what follows from them for the pair. An eye
//! that is turned away is left out: where one eye appears less than [`FAR`] times as wide as the other, the other
//! speaks alone.
//!
//! # Invariants
//! - Eyes are in the image's order: left, right.

use crate::batch::Crop;
use crate::crop::{Input, Layout};
use crate::face::{EyeDirection, Finding, Point};
use crate::geometry::Similarity;
use crate::logistic::{Curve, finding};
use crate::mesh::Mesh;
use crate::patch::Means;

/// The iris network reads RGB from 0 to 1.
pub(crate) const INPUT: Input =
    Input { side: 64, layout: Layout::PackedRgb, scale: 1.0 / 255.0, offset: [0.0; 3], means: Means::Fine };

/// Numbers for each eye: x, y, z of 71 points of the eye's outline and 5 of the iris, pixels of the crop.
pub(crate) const OUTPUT: usize = 3 * 76;

/// Side of the crop over the distance of the eye's corners.
const EXTENT: f32 = 2.3;

/// Mesh points of the corners, from the image's left to its right.
const CORNERS: [[usize; 2]; 2] = [[33, 133], [362, 263]];

/// Ratio of widths below which the narrower eye is turned away.
const FAR: f32 = 0.6;

/// Both eyes open, over their mean openness. AUC .976; eight of 427 people had their eyes closed, so the curve says
/// "closed" only when sure: none of 419 open pairs are called closed, half-shut eyes are called open.
const OPEN: Curve = Curve { slope: 41.2, offset: -6.73 };

/// Width of the eye's opening over the radius of the eyeball, 30 mm / 12 mm: makes a shift of the iris an angle.
const WIDTH_OVER_RADIUS: f32 = 2.5;

/// Where the iris rests when people look ahead, in widths of the eye from the middle of its corners: towards the
/// temple (to the right in the image-right eye, to the left in the other) and up. Means over near-frontal photographs.
const REST_ACROSS: f32 = 0.056;
const REST_DOWN: f32 = -0.0615;

/// Difference of the two eyes' yaw, degrees, at which confidence falls to .61: twice its standard deviation.
const DISAGREEMENT: f32 = 21.6;

/// What is known of one eye.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Eye {
    /// The iris's centre, pixels of the picture.
    pub(crate) pupil: Point,
    /// Distance of the lids over the width, about 0.06 closed and 0.2 to 0.45 open.
    openness: f32,
    /// The iris's shift from its rest, widths of the eye, right and down.
    shift: [f32; 2],
}

/// The crops of a face's two eyes, in the image's order. The network knows eyes as they appear on the image's left;
/// the other is shown to it mirrored. `None` when the mesh has no extent there.
pub(crate) fn crops(mesh: &Mesh) -> Option<[Crop; 2]> {
    let [left, right] = CORNERS.map(|[from, to]| (mesh.point(from), mesh.point(to)));
    let level = |from: Point, to: Point| (to.y - from.y).atan2(to.x - from.x);
    let angle = level(left.0, right.1);
    let square = |(from, to): (Point, Point)| {
        Similarity::of_square(from.midpoint(to), EXTENT * from.distance(to), angle, INPUT.side)
    };
    Some([
        Crop { to_picture: square(left)?, mirrored: false },
        Crop { to_picture: square(right)?, mirrored: true },
    ])
}

impl Eye {
    /// Reads the network's `numbers` for the eye that was shown to it as `crop`.
    pub(crate) fn read(numbers: &[f32], crop: &Crop) -> Self {
        let points = numbers.as_chunks::<3>().0;
        let point = |index: usize| {
            let [x, y, _] = points.get(index).copied().unwrap_or_default();
            let x = if crop.mirrored { (INPUT.side - 1) as f32 - x } else { x };
            Point { x, y }
        };
        let (corner, other, iris) = (point(0), point(8), point(71));
        let width = corner.distance(other).max(f32::MIN_POSITIVE);
        let lids = [(3, 11), (4, 12), (5, 13)].map(|(lower, upper)| point(lower).distance(point(upper)));
        // Along the corners from the image's left to its right, and at a right angle downwards.
        let (left, right) = if corner.x <= other.x { (corner, other) } else { (other, corner) };
        let along = Point { x: (right.x - left.x) / width, y: (right.y - left.y) / width };
        let middle = left.midpoint(right);
        let (dx, dy) = ((iris.x - middle.x) / width, (iris.y - middle.y) / width);
        let rest_across = if crop.mirrored { REST_ACROSS } else { -REST_ACROSS };
        Self {
            pupil: crop.to_picture.apply(iris),
            openness: lids.iter().sum::<f32>() / 3.0 / width,
            shift: [dx * along.x + dy * along.y - rest_across, dy * along.x - dx * along.y - REST_DOWN],
        }
    }

    fn gaze(&self) -> [f32; 2] {
        let [right, down] = self.shift.map(|s| (WIDTH_OVER_RADIUS * s).clamp(-1.0, 1.0).asin().to_degrees());
        [right, -down]
    }
}

/// Both eyes of a face, as far as they can be seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Eyes {
    seen: [Option<Eye>; 2],
}

impl Eyes {
    /// Puts the eyes of a face together, leaving out the one that is turned away.
    pub(crate) fn new(mesh: &Mesh, [left, right]: [Eye; 2]) -> Self {
        let [left_width, right_width] = CORNERS.map(|[from, to]| mesh.point(from).distance(mesh.point(to)));
        let seen = if left_width < FAR * right_width {
            [None, Some(right)]
        } else if right_width < FAR * left_width {
            [Some(left), None]
        } else {
            [Some(left), Some(right)]
        };
        Self { seen }
    }

    /// Centres of the irises of the eyes that can be seen.
    pub(crate) fn pupils(&self) -> [Option<Point>; 2] {
        self.seen.map(|eye| eye.map(|eye| eye.pupil))
    }

    fn mean<const N: usize>(&self, of: impl Fn(&Eye) -> [f32; N]) -> [f32; N] {
        let seen = self.seen.iter().flatten();
        let share = 1.0 / seen.clone().count().max(1) as f32;
        seen.fold([0.0; N], |mut sum, eye| {
            for (total, value) in sum.iter_mut().zip(of(eye)) {
                *total += share * value;
            }
            sum
        })
    }

    fn open_probability(&self) -> f32 {
        let [openness] = self.mean(|eye| [eye.openness]);
        OPEN.at(openness)
    }

    /// Whether the eyes are open.
    pub(crate) fn open(&self) -> Finding<bool> {
        finding(self.open_probability(), true, false)
    }

    /// Where the eyes look, relative to the head. `None` when they are closed. A reading is good to about 5 degrees
    /// across and 3 up and down (the spread between a person's two eyes). The confidence falls as the eyes close and
    /// as the two disagree; it is a measure of agreement, not a frequency.
    pub(crate) fn direction(&self) -> Option<EyeDirection> {
        let open = self.open_probability();
        if open < 0.5 {
            return None;
        }
        let [yaw, pitch] = self.mean(Eye::gaze);
        let agreement = match self.seen {
            [Some(left), Some(right)] => {
                let ([left, _], [right, _]) = (left.gaze(), right.gaze());
                let difference = left - right;
                (-0.5 * (difference / DISAGREEMENT).powi(2)).exp()
            }
            _ => 0.5,
        };
        Some(EyeDirection { yaw, pitch, confidence: open * agreement })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mesh::{POINTS, Vertex};

    /// A mesh with two eyes of 40 and `width` pixels, level, at y = 100.
    fn mesh(width: f32) -> Mesh {
        let mut vertices = vec![Vertex::default(); POINTS];
        for (index, x) in [(33, 100.0), (133, 140.0), (362, 180.0), (263, 180.0 + width)] {
            vertices[index] = Vertex { x, y: 100.0, z: 0.0 };
        }
        Mesh::from_vertices(vertices)
    }

    /// The network's answer for an eye whose corners are 28 crop pixels apart, lids `gap` apart, iris off by (x, y).
    fn answer(gap: f32, x: f32, y: f32) -> Vec<f32> {
        let mut points = vec![[0.0; 3]; 76];
        points[0] = [18.0, 32.0, 0.0];
        points[8] = [46.0, 32.0, 0.0];
        for (lower, upper) in [(3, 11), (4, 12), (5, 13)] {
            points[lower] = [32.0, 32.0 + gap / 2.0, 0.0];
            points[upper] = [32.0, 32.0 - gap / 2.0, 0.0];
        }
        points[71] = [32.0 + x, 32.0 + y, 0.0];
        points.concat()
    }

    /// Both eyes, with the iris at rest and then moved by (x, y) crop pixels as the picture shows it.
    fn eyes(mesh: &Mesh, gap: f32, x: f32, y: f32) -> Eyes {
        let [left, right] = crops(mesh).unwrap();
        let rest = -REST_ACROSS * 28.0;
        let down = REST_DOWN * 28.0 + y;
        // The right eye is answered mirrored: its rest looks the same, its movement runs the other way.
        let right_eye = Eye::read(&answer(gap, rest - x, down), &right);
        Eyes::new(mesh, [Eye::read(&answer(gap, rest + x, down), &left), right_eye])
    }

    #[test]
    fn wide_lids_are_open_and_touching_ones_closed() {
        let mesh = mesh(40.0);
        let open = eyes(&mesh, 9.0, 0.0, 0.0).open();
        assert!(open.value && open.confidence > 0.99, "{open:?}");
        let closed = eyes(&mesh, 1.5, 0.0, 0.0);
        assert!(!closed.open().value && closed.open().confidence > 0.95);
        assert_eq!(closed.direction(), None);
    }

    #[test]
    fn gaze_has_the_images_signs() {
        let mesh = mesh(40.0);
        let ahead = eyes(&mesh, 9.0, 0.0, 0.0).direction().unwrap();
        assert!(ahead.yaw.abs() < 1e-3 && ahead.pitch.abs() < 1e-3 && ahead.confidence > 0.98, "{ahead:?}");
        let right = eyes(&mesh, 9.0, 3.0, 0.0).direction().unwrap();
        let expected = (2.5f32 * 3.0 / 28.0).asin().to_degrees();
        assert!((right.yaw - expected).abs() < 0.1 && right.pitch.abs() < 1e-3, "{right:?}");
        let up = eyes(&mesh, 9.0, 0.0, -2.0).direction().unwrap();
        assert!(up.pitch > 5.0 && up.yaw.abs() < 1e-3, "{up:?}");
    }

    #[test]
    fn the_far_eye_is_left_out() {
        assert!(eyes(&mesh(25.0), 9.0, 0.0, 0.0).pupils().iter().all(Option::is_some));
        let [left, right] = eyes(&mesh(20.0), 9.0, 0.0, 0.0).pupils();
        assert!(left.is_some() && right.is_none());
        let one = eyes(&mesh(20.0), 9.0, 0.0, 0.0).direction().unwrap();
        assert!(one.confidence <= 0.5);
    }

    #[test]
    fn pupils_come_back_to_the_picture() {
        let [left, right] = eyes(&mesh(40.0), 9.0, 0.0, 0.0).pupils().map(Option::unwrap);
        // Rest lies 5.6 % of the width (40 px) towards the temples, 6.15 % up.
        assert!((left.x - (120.0 - 2.24)).abs() < 0.1 && (left.y - (100.0 - 2.46)).abs() < 0.1, "{left:?}");
        assert!(right.x > 200.0 && (right.y - left.y).abs() < 0.1, "{right:?}");
    }
}
