//! The face mesh: 468 points in three dimensions on each detected face.
//!
//! Owns the crop facemesh is run on and the way of its points back into the picture. What single points mean stands
//! in [`crate::landmarks`]; how the head is held, in [`crate::pose`].
//!
//! # Invariants
//! - Points are in pixels of the picture; z has the same unit, grows away from the camera and has its zero near the
//!   head's middle.

use crate::crop::{Input, Layout};
use crate::detector::Detection;
use crate::face::Point;
use crate::geometry::Similarity;
use crate::patch::Means;

/// Points in a mesh.
pub(crate) const POINTS: usize = 468;

/// Side of the crop over the longer side of the detector's box: leaves the forehead and the chin inside.
const EXTENT: f32 = 1.5;

/// Facemesh reads RGB from 0 to 1.
pub(crate) const INPUT: Input =
    Input { side: 192, layout: Layout::PackedRgb, scale: 1.0 / 255.0, offset: [0.0; 3], means: Means::Quick };

/// A point of the mesh, pixels of the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Vertex {
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// Away from the camera.
    pub(crate) z: f32,
}

/// The mesh of one face.
#[derive(Clone, Debug)]
pub(crate) struct Mesh {
    vertices: Vec<Vertex>,
}

/// The crop of `detection` for facemesh: a square about the box, turned clockwise by `tilt` radians.
pub(crate) fn crop(detection: &Detection, tilt: f32) -> Option<Similarity> {
    let extent = EXTENT * detection.bounds.width.max(detection.bounds.height);
    Similarity::of_square(detection.bounds.centre(), extent, tilt, INPUT.side)
}

impl Mesh {
    /// The mesh that facemesh's `numbers` (x, y, z of each point in pixels of the crop) describe.
    pub(crate) fn in_picture(numbers: &[f32], crop: &Similarity) -> Self {
        let scale = crop.scale();
        let vertices = numbers.as_chunks::<3>().0.iter().map(|&[x, y, z]| {
            let at = crop.apply(Point { x, y });
            Vertex { x: at.x, y: at.y, z: z * scale }
        });
        Self { vertices: vertices.collect() }
    }

    /// A mesh made by hand.
    #[cfg(test)]
    pub(crate) fn from_vertices(vertices: Vec<Vertex>) -> Self {
        Self { vertices }
    }

    /// Point number `index`, the origin if there is no such point.
    pub(crate) fn vertex(&self, index: usize) -> Vertex {
        self.vertices.get(index).copied().unwrap_or_default()
    }

    /// Point number `index` in the picture's plane.
    pub(crate) fn point(&self, index: usize) -> Point {
        let Vertex { x, y, .. } = self.vertex(index);
        Point { x, y }
    }

    /// The angle of the line through the outer corners of the eyes, radians, positive clockwise.
    pub(crate) fn tilt(&self) -> f32 {
        let (left, right) = (self.point(33), self.point(263));
        (right.y - left.y).atan2(right.x - left.x)
    }

    /// Eyes, nose tip and mouth corners in the detector's order.
    pub(crate) fn five_points(&self) -> [Point; 5] {
        let eyes: [&[usize]; 2] = [&[33, 133, 159, 145], &[362, 263, 386, 374]];
        let [left, right] = eyes.map(|eye| self.mean(eye));
        [left, right, self.point(4), self.point(61), self.point(291)]
    }

    /// The mean of some points in the picture's plane.
    pub(crate) fn mean(&self, indices: &[usize]) -> Point {
        let share = 1.0 / indices.len().max(1) as f32;
        indices
            .iter()
            .map(|&i| self.point(i))
            .fold(Point { x: 0.0, y: 0.0 }, |sum, p| Point { x: sum.x + share * p.x, y: sum.y + share * p.y })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::Rect;

    #[test]
    fn points_come_back_from_a_turned_crop() {
        // A face turned clockwise by 90 degrees: the image-right eye lies below the other.
        let eyes = [Point { x: 100.0, y: 80.0 }, Point { x: 100.0, y: 120.0 }];
        let detection = Detection {
            bounds: Rect { left: 60.0, top: 50.0, width: 80.0, height: 100.0 },
            points: [eyes[0], eyes[1], eyes[0], eyes[0], eyes[0]],
            confidence: 0.9,
        };
        let crop = crop(&detection, detection.tilt()).unwrap();
        let mut data = vec![96.0; 3 * POINTS]; // all in the crop's middle …
        data[3..6].copy_from_slice(&[192.0, 96.0, -19.2]); // … but the second, at its right edge
        let mesh = Mesh::in_picture(&data, &crop);
        assert!(mesh.point(0).distance(Point { x: 100.0, y: 100.0 }) < 1e-3);
        // The crop is 150 pixels wide; its right edge is the picture's lower one.
        assert!(mesh.point(1).distance(Point { x: 100.0, y: 175.0 }) < 1e-3);
        assert!((mesh.vertex(1).z + 15.0).abs() < 1e-3);
    }
}
