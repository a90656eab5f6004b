//! Faces that are turned in the picture.
//!
//! Owns the second look in the other quarter turns. YuNet was trained on upright faces: it finds them turned by some 50
//! degrees either way. One on its head it often finds all the same, and reports it as if it stood, with a lower
//! confidence; one that lies on its side it mostly misses.
//!
//! # Invariants
//! - A face that is surely upright costs nothing more.
//! - A turned detection's box has the picture's axes; its points are where they are in the picture.

use std::f32::consts::FRAC_PI_2;

use super::plan::{DetectorPlan, View};
use super::{Detection, SURE, yunet};
use crate::crop::{Input, Layout};
use crate::face::{Point, Rect};
use crate::geometry::Similarity;
use crate::picture::Picture;
use crate::runtime::{Model, RuntimeError, Tensor};

/// Detections below this are looked at in all quarter turns. Portraits that stand have .93 and more; the same turned by
/// 150 to 210 degrees have .52 to .88, by 60 to 120 up to .86.
const DOUBTED: f32 = 0.89;

/// A quarter turn is believed if it is surer than the picture as it lies by this. Standing on their heads the same
/// portraits lose .07 to .16, turned by 60 degrees in place of 30 the other way .05.
const SURER: f32 = 0.03;

/// A face found by turning the whole picture must be this sure: three more looks are three more chances for a false
/// alarm.
const FOUND_TURNED: f32 = 0.75;

/// Most detections that are looked at again, the largest first: bounds the time of a picture full of doubtful ones.
const MOST: usize = 100;

/// Side of the square in which one face is looked at again, pixels: the face has half of it, which YuNet sees best.
const SIDE: usize = 160;

/// The square's side over the longer side of the face's box.
const EXTENT: f32 = 2.0;

/// A face stands if it is turned by less than this, radians (60 degrees).
const TURNED: f32 = std::f32::consts::FRAC_PI_3;

/// Share of the box that must be the same for a second look to be about the same face.
const SAME: f32 = 0.3;

/// Looks at doubtful detections in every quarter turn; one that is surer there takes the other's place.
pub(super) fn straighten(
    model: &mut dyn Model,
    picture: &Picture,
    found: &mut [Detection],
    tensor: &mut Vec<f32>,
) -> Result<(), RuntimeError> {
    for face in found.iter_mut().filter(|face| face.confidence < DOUBTED).take(MOST) {
        let extent = EXTENT * face.longer_side();
        let mut least = face.confidence;
        let mut better = None;
        for quarter in 0..4 {
            let Some(square) = Square::new(face.bounds.centre(), extent, quarter, SIDE) else { break };
            let seen = square.look(model, picture, tensor)?;
            let same = seen.into_iter().filter(|other| other.bounds.overlap(&face.bounds) >= SAME);
            let Some(best) = same.max_by(|a, b| a.confidence.total_cmp(&b.confidence)) else { continue };
            if quarter == 0 {
                least = least.max(best.confidence);
            } else if best.confidence >= least + SURER
                && better.is_none_or(|other: Detection| best.confidence > other.confidence)
            {
                better = Some(best);
            }
        }
        if let Some(better) = better {
            *face = better;
        }
    }
    Ok(())
}

/// Looks at the whole picture in the three other quarter turns.
pub(super) fn look_around(
    model: &mut dyn Model,
    picture: &Picture,
    tensor: &mut Vec<f32>,
) -> Result<Vec<Detection>, RuntimeError> {
    let (width, height) = (picture.width(), picture.height());
    let plan = DetectorPlan::for_picture(width, height);
    let centre = Point { x: (width as f32 - 1.0) / 2.0, y: (height as f32 - 1.0) / 2.0 };
    let mut found = Vec::new();
    for quarter in 1..4 {
        for view in [plan.fine, plan.coarse] {
            let side = view.input_width.max(view.input_height);
            let [scale, _] = view.scale;
            let Some(square) = Square::new(centre, side as f32 / scale, quarter, side) else { continue };
            let seen = square.look(model, picture, tensor)?;
            found.extend(seen.into_iter().filter(|face| face.confidence >= FOUND_TURNED));
        }
    }
    Ok(found)
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

/// A square of the picture, turned by quarters, as the network's input.
struct Square {
    to_picture: Similarity,
    /// Turned by one or three quarters: width and height change places.
    lies: bool,
    side: usize,
}

impl Square {
    fn new(centre: Point, extent: f32, quarter: u8, side: usize) -> Option<Self> {
        let to_picture = Similarity::of_square(centre, extent, f32::from(quarter) * FRAC_PI_2, side)?;
        Some(Self { to_picture, lies: quarter % 2 == 1, side })
    }

    /// The faces in it, in pixels of the picture.
    fn look(
        &self,
        model: &mut dyn Model,
        picture: &Picture,
        tensor: &mut Vec<f32>,
    ) -> Result<Vec<Detection>, RuntimeError> {
        let side = self.side;
        // YuNet reads BGR from 0 to 255.
        let input = Input { side, layout: Layout::PlanarBgr, scale: 1.0, offset: [0.0; 3] };
        tensor.resize(input.len(), 0.0);
        input.fill(picture, &self.to_picture, false, tensor);
        let outputs = model.run(&[Tensor::new(&input.shape(1), tensor)?])?;
        let view = View { width: side, height: side, input_width: side, input_height: side, scale: [1.0; 2] };
        let found = yunet::decode(&outputs, &view)?;
        Ok(found.into_iter().map(|face| self.in_picture(&face)).collect())
    }

    fn in_picture(&self, face: &Detection) -> Detection {
        let Point { x, y } = self.to_picture.apply(face.bounds.centre());
        let scale = self.to_picture.scale();
        let (mut width, mut height) = (face.bounds.width * scale, face.bounds.height * scale);
        if self.lies {
            (width, height) = (height, width);
        }
        Detection {
            bounds: Rect { left: x - width / 2.0, top: y - height / 2.0, width, height },
            points: face.points.map(|point| self.to_picture.apply(point)),
            confidence: face.confidence,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let square = Square::new(Point { x: 50.0, y: 50.0 }, 100.0, 1, 200).unwrap();
        let face = Detection {
            bounds: Rect { left: 80.0, top: 20.0, width: 40.0, height: 60.0 },
            points: [Point { x: 90.0, y: 50.0 }; 5],
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
}
