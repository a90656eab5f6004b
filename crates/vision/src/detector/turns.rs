//! Faces that are turned in the picture.
//!
//! Owns the second look in the other directions. YuNet was trained on upright faces: it finds them turned by some 50
//! degrees either way, and its points follow such a turn not at all or in part. A face on its head it often finds all
//! the same, and reports it as if it stood, with a lower confidence; one that lies on its side it mostly misses.
//!
//! # Invariants
//! - A face that is surely upright costs nothing more.
//! - A turned detection's box has the picture's axes; its points are where they are in the picture.

use std::f32::consts::{FRAC_PI_4, FRAC_PI_6};

use super::plan::View;
use super::{Detection, SURE, yunet};
use crate::crop::{Input, Layout};
use crate::face::{Point, Rect};
use crate::geometry::Similarity;
use crate::patch::{Means, Patch};
use crate::picture::Picture;
use crate::runtime::{Model, RuntimeError, Tensor};

/// Detections below this are looked at in all eight directions, unless a second look at them as they lie reaches it.
/// Portraits that stand have .91 and more; turned by 22 degrees and more from the direction in which they are looked at
/// .89 and less.
const DOUBTED: f32 = 0.9;

/// Another direction is believed if it is surer than the picture as it lies by this. Standing on their heads the same
/// portraits lose .07 to .16, turned by 45 degrees .04 to .14.
const SURER: f32 = 0.03;

/// Another direction is believed only if its points are turned by more than this against what they were, radians (30
/// degrees): a face that leans by less is the mesh's to follow.
const ANOTHER: f32 = FRAC_PI_6;

/// The directions, eighths of a turn, in the order in which they are looked at: in the nearest one a face leans by 22.5 degrees at most. As it lies first, since most faces need no other
/// look; then its quarter turns, then those of the diagonal, so that what is sampled once serves four directions.
const DIRECTIONS: [u8; 8] = [0, 2, 4, 6, 1, 3, 5, 7];

/// From here on what the whole picture shows in another quarter turn is looked at again. Faces of 40 pixels that lie
/// between two quarters have .32 to .70 there, and .91 and more in their own direction.
pub(super) const HINT: f32 = 0.3;

/// Most detections that are looked at again, the largest first: bounds the time of a picture full of doubtful ones.
const MOST: usize = 100;

/// Side of the square in which one face is looked at again, pixels: the face has half of it, which YuNet sees best.
const SIDE: usize = 160;

/// The square's side over the longer side of the face's box.
const EXTENT: f32 = 2.0;

/// A face stands if it is turned by less than this, radians (60 degrees).
const TURNED: f32 = std::f32::consts::FRAC_PI_3;

/// Share of the smaller box that must lie in the other for a second look to be about the same face: of one that lies on
/// its side the first look may have seen a third.
const SAME: f32 = 0.5;

/// Looks at doubtful detections in every direction; one that is surer there takes the other's place.
pub(super) fn straighten(
    model: &mut dyn Model,
    picture: &Picture,
    found: &mut [Detection],
) -> Result<(), RuntimeError> {
    let doubtful: Vec<usize> =
        found.iter().enumerate().filter(|(_, face)| face.confidence < DOUBTED).map(|(at, _)| at).collect();
    let mut looks = Looks::default();
    for at in doubtful.into_iter().take(MOST) {
        let Some(face) = found.get(at).copied() else { continue };
        let better = surest(model, picture, &face, &mut looks, |other| {
            let near = other.bounds.overlap(&face.bounds);
            let mut others = found.iter().enumerate().filter(|(index, _)| *index != at);
            same(other, &face) && others.all(|(_, third)| third.bounds.overlap(&other.bounds) <= near)
        })?;
        if let (Some(better), Some(place)) = (better, found.get_mut(at)) {
            *place = better;
        }
    }
    Ok(())
}

/// The direction in which `face` is surest, where it is surer than the picture as it lies. `about` says whether
/// something seen is this face.
fn surest(
    model: &mut dyn Model,
    picture: &Picture,
    face: &Detection,
    looks: &mut Looks,
    about: impl Fn(&Detection) -> bool,
) -> Result<Option<Detection>, RuntimeError> {
    let extent = EXTENT * face.longer_side();
    let mut least = face.confidence;
    let mut better: Option<Detection> = None;
    for direction in DIRECTIONS {
        let Some(square) = Square::new(face.bounds.centre(), extent, direction, SIDE) else { break };
        let seen = square.look(model, picture, yunet::THRESHOLD, looks)?;
        let best = seen.into_iter().filter(&about).max_by(|a, b| a.confidence.total_cmp(&b.confidence));
        let Some(best) = best else { continue };
        if direction == 0 {
            if best.confidence >= DOUBTED {
                return Ok(None);
            }
            least = least.max(best.confidence);
        } else if best.confidence >= least + SURER
            && better.is_none_or(|other| best.confidence > other.confidence)
        {
            better = Some(best);
        }
    }
    Ok(better.filter(|better| (better.tilt() - face.tilt()).cos() < ANOTHER.cos()))
}

/// Whether most of the smaller box lies in the other.
fn same(one: &Detection, other: &Detection) -> bool {
    let (a, b) = (&one.bounds, &other.bounds);
    let width = (a.left + a.width).min(b.left + b.width) - a.left.max(b.left);
    let height = (a.top + a.height).min(b.top + b.height) - a.top.max(b.top);
    width.max(0.0) * height.max(0.0) >= SAME * a.area().min(b.area())
}

/// Where every sure face is turned, the picture is: what then seems to stand and is doubtful is a false alarm.
pub(super) fn drop_what_stands(found: &mut Vec<Detection>) {
    let sure: Vec<f32> = found.iter().filter(|face| face.confidence >= SURE).map(Detection::tilt).collect();
    if sure.is_empty() || sure.iter().any(|tilt| tilt.abs() < TURNED) {
        return;
    }
    found.retain(|face| {
        let alike = |tilt: &f32| (face.tilt() - tilt).sin_cos().1 > TURNED.cos();
        face.confidence >= SURE || sure.iter().any(alike)
    });
}

/// A square of the picture, turned by eighths, as the network's input.
struct Square {
    to_picture: Similarity,
    /// In eighths of a turn, clockwise.
    direction: u8,
    side: usize,
}

impl Square {
    fn new(centre: Point, extent: f32, direction: u8, side: usize) -> Option<Self> {
        let angle = f32::from(direction) * FRAC_PI_4;
        // The middle of the pixels, which are counted from 0: about it a quarter turn brings pixels onto pixels.
        let (sin, cos) = angle.sin_cos();
        let half = extent / side as f32 / 2.0;
        let middle = Point { x: centre.x + half * (cos - sin), y: centre.y + half * (sin + cos) };
        let to_picture = Similarity::of_square(middle, extent, angle, side)?;
        Some(Self { to_picture, direction, side })
    }

    /// The faces in it of at least some confidence, in pixels of the picture. The square is sampled if its direction is 0 or 1, and is otherwise the one before it in
    /// `looks`, which is two directions back, turned by a quarter.
    fn look(
        &self,
        model: &mut dyn Model,
        picture: &Picture,
        least: f32,
        looks: &mut Looks,
    ) -> Result<Vec<Detection>, RuntimeError> {
        let side = self.side;
        // YuNet reads BGR from 0 to 255.
        let input =
            Input { side, layout: Layout::PlanarBgr, scale: 1.0, offset: [0.0; 3], means: Means::Quick };
        if self.direction < 2 {
            looks.seen.resize(input.len(), 0.0);
            input.fill(picture, &self.to_picture, false, &mut looks.patch, &mut looks.seen);
        } else {
            looks.turn(side);
        }
        let outputs = model.run(&[Tensor::new(&input.shape(1), &looks.seen)?])?;
        let view = View { width: side, height: side, input_width: side, input_height: side, scale: [1.0; 2] };
        let found = yunet::decode(&outputs, &view, least)?;
        Ok(found.into_iter().map(|face| self.in_picture(&face)).collect())
    }

    fn in_picture(&self, face: &Detection) -> Detection {
        let Point { x, y } = self.to_picture.apply(face.bounds.centre());
        let scale = self.to_picture.scale();
        let (width, height) = (face.bounds.width * scale, face.bounds.height * scale);
        let (width, height) = match self.direction % 4 {
            0 => (width, height),
            2 => (height, width),
            // The box about the ellipse that fills the turned one: a face does not reach into its corners.
            _ => [(width.hypot(height) * std::f32::consts::FRAC_1_SQRT_2); 2].into(),
        };
        Detection {
            bounds: Rect { left: x - width / 2.0, top: y - height / 2.0, width, height },
            points: face.points.map(|point| self.to_picture.apply(point)),
            confidence: face.confidence,
        }
    }
}

/// What the network is shown of one face, direction by direction.
#[derive(Default)]
struct Looks {
    /// The network's input: three planes.
    seen: Vec<f32>,
    turned: Vec<f32>,
    patch: Patch,
}

impl Looks {
    /// Turns the planes, squares of `side` pixels, so that they are those of the direction a quarter further: the places at which that would be sampled are the same ones.
    fn turn(&mut self, side: usize) {
        let plane = (side * side).max(1);
        self.turned.resize(self.seen.len(), 0.0);
        for (from, to) in self.seen.chunks_exact(plane).zip(self.turned.chunks_exact_mut(plane)) {
            for (y, row) in to.chunks_exact_mut(side).enumerate() {
                let column = from.get(side - 1 - y..).unwrap_or_default().iter().step_by(side);
                for (to, from) in row.iter_mut().zip(column) {
                    *to = *from;
                }
            }
        }
        std::mem::swap(&mut self.seen, &mut self.turned);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::{Outputs, OwnedTensor};

    fn turned(degrees: f32, confidence: f32) -> Detection {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let mut points = [Point { x: 0.0, y: 0.0 }; 5];
        points[1] = Point { x: cos, y: sin };
        let bounds = Rect { left: 0.0, top: 0.0, width: 10.0, height: 10.0 };
        Detection { bounds, points, confidence }
    }

    #[test]
    fn what_stands_in_a_turned_picture_is_dropped_when_it_is_doubtful() {
        let kept = |faces: &[(f32, f32)]| {
            let mut found: Vec<_> =
                faces.iter().map(|&(degrees, confidence)| turned(degrees, confidence)).collect();
            drop_what_stands(&mut found);
            found.len()
        };
        assert_eq!(kept(&[(178.0, 0.93), (-17.0, 0.53)]), 1);
        assert_eq!(kept(&[(178.0, 0.93), (-170.0, 0.53)]), 2, "it is turned as the sure one");
        assert_eq!(kept(&[(178.0, 0.93), (-17.0, 0.9)]), 2, "it is sure");
        assert_eq!(kept(&[(178.0, 0.93), (3.0, 0.9), (-17.0, 0.53)]), 3, "another stands");
        assert_eq!(kept(&[(178.0, 0.7), (3.0, 0.6)]), 2, "nothing is sure");
    }

    #[test]
    fn a_face_in_a_turned_square_lies_in_the_picture() {
        // A picture of 100 x 100 seen turned by a quarter in a square of 200: what is up there is right here.
        let square = Square::new(Point { x: 50.0, y: 50.0 }, 100.0, 2, 200).unwrap();
        let face = Detection {
            bounds: Rect { left: 79.5, top: 19.5, width: 40.0, height: 60.0 },
            points: [Point { x: 89.5, y: 49.5 }; 5],
            confidence: 0.9,
        };
        let found = square.in_picture(&face);
        let Rect { left, top, width, height } = found.bounds;
        for (found, wanted) in [(left, 60.0), (top, 40.0), (width, 30.0), (height, 20.0)] {
            assert!((found - wanted).abs() < 1e-3, "{:?}", (left, top, width, height));
        }
        // The image-left eye of a face that lies with its crown to the right is up.
        let Point { x, y } = found.points[0];
        assert!((x - 75.0).abs() < 1e-3 && (y - 45.0).abs() < 1e-3, "{x} {y}");
    }

    #[test]
    fn a_face_that_leans_by_half_a_quarter_has_a_square_box() {
        let square = Square::new(Point { x: 50.0, y: 50.0 }, 100.0, 1, 100).unwrap();
        let face = Detection {
            bounds: Rect { left: 34.5, top: 29.5, width: 30.0, height: 40.0 },
            points: [39.5, 59.5, 49.5, 49.5, 49.5].map(|x| Point { x, y: 49.5 }),
            confidence: 0.9,
        };
        let found = square.in_picture(&face);
        let Rect { left, top, width, height } = found.bounds;
        let side = 1250_f32.sqrt();
        for (found, wanted) in
            [(width, side), (height, side), (left, 50.0 - side / 2.0), (top, 50.0 - side / 2.0)]
        {
            assert!((found - wanted).abs() < 1e-3, "{:?}", found);
        }
        assert!((found.tilt() - FRAC_PI_4).abs() < 1e-4, "{}", found.tilt());
    }

    /// Says how sure it is of the same upright face in the middle of each square it is shown, one after the other.
    struct Says(std::vec::IntoIter<f32>);

    impl Model for Says {
        fn run(&mut self, _inputs: &[Tensor<'_>]) -> Result<Outputs<'_>, RuntimeError> {
            let confidence = self.0.next().unwrap_or_default();
            let mut named = Vec::new();
            for stride in [8_usize, 16, 32] {
                let columns = SIDE / stride;
                for (kind, width) in [("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)] {
                    let mut data = vec![0.0; columns * columns * width];
                    if stride == 32 {
                        // The middle of the square is half a cell into the middle one of five.
                        let at = (columns / 2 * columns + columns / 2) * width;
                        let cell: &[f32] = match kind {
                            "cls" | "obj" => &[confidence],
                            "bbox" => &[0.5, 0.5, 0.916_291, 0.916_291],
                            _ => &[0.0, 0.5, 1.0, 0.5, 0.5, 0.5, 0.0, 1.0, 1.0, 1.0],
                        };
                        data[at..at + width].copy_from_slice(cell);
                    }
                    named.push((
                        format!("{kind}_{stride}"),
                        OwnedTensor { shape: vec![1, columns * columns, width], data },
                    ));
                }
            }
            Ok(Outputs::owned("fake", named))
        }
    }

    /// What becomes of a doubtful upright face, by how sure the eight directions are: degrees, confidence, looks left.
    fn straightened(confidence: f32, directions: [f32; 8]) -> (f32, f32, usize) {
        let picture = Picture::from_rgb(200, 200, vec![0; 3 * 200 * 200]).unwrap();
        let mut says = Says(Vec::from(directions).into_iter());
        let mut points = [Point { x: 100.0, y: 100.0 }; 5];
        points[1].x = 120.0;
        let bounds = Rect { left: 60.0, top: 60.0, width: 80.0, height: 80.0 };
        let mut found = [Detection { bounds, points, confidence }];
        straighten(&mut says, &picture, &mut found).unwrap();
        (found[0].tilt().to_degrees().round(), found[0].confidence, says.0.len())
    }

    /// Keeps what it is shown, and sees nothing.
    #[derive(Default)]
    struct Keeps(Vec<Vec<f32>>);

    impl Model for Keeps {
        fn run(&mut self, inputs: &[Tensor<'_>]) -> Result<Outputs<'_>, RuntimeError> {
            self.0.push(inputs[0].data().to_vec());
            Err(RuntimeError::Output { network: "fake".into(), output: "any".into() })
        }
    }

    #[test]
    fn a_square_turned_by_quarters_is_what_would_be_sampled_in_that_direction() {
        let rgb = (0..90_u32 * 70 * 3).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let picture = Picture::from_rgb(90, 70, rgb).unwrap();
        // Partly outside of the picture; once enlarged, and once shrunk.
        for extent in [40.0, 260.0] {
            let mut looks = Looks::default();
            let mut keeps = Keeps::default();
            for direction in DIRECTIONS {
                let square = Square::new(Point { x: 20.0, y: 40.0 }, extent, direction, 32).unwrap();
                let _nothing = square.look(&mut keeps, &picture, 0.5, &mut looks);
                let input = Input {
                    side: 32,
                    layout: Layout::PlanarBgr,
                    scale: 1.0,
                    offset: [0.0; 3],
                    means: Means::Quick,
                };
                let mut sampled = vec![0.0; input.len()];
                input.fill(&picture, &square.to_picture, false, &mut Patch::default(), &mut sampled);
                let shown = keeps.0.last().unwrap();
                let off = shown.iter().zip(&sampled).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(off < 0.1, "direction {direction}, extent {extent}: {off}");
            }
        }
    }

    #[test]
    fn the_surest_of_eight_directions_wins() {
        // In the order of the looks: as it lies, its quarters, and those of the diagonal.
        let (degrees, confidence, left) = straightened(0.86, [0.85, 0.88, 0.87, 0.0, 0.6, 0.94, 0.6, 0.0]);
        assert_eq!((degrees, left), (135.0, 0));
        assert!((confidence - 0.94).abs() < 1e-6);
        assert_eq!(
            straightened(0.86, [0.85, 0.88, 0.88, 0.0, 0.0, 0.0, 0.0, 0.0]).0,
            0.0,
            "not surer enough"
        );
        assert_eq!(
            straightened(0.86, [0.91, 0.99, 0.99, 0.99, 0.0, 0.0, 0.0, 0.0]),
            (0.0, 0.86, 7),
            "it stands"
        );
        assert_eq!(straightened(0.91, [0.99; 8]), (0.0, 0.91, 8), "it is sure");
    }
}
