//! A picture in its three other quarter turns, as the detector sees them.
//!
//! Owns turning pixels by quarters, which moves them and computes nothing, and bringing detections back. Refuses to know which picture that is,
//! and what is believed of it.
//!
//! # Invariants
//! - The network sees the turned picture's own rectangle, and no square about it.
//! - Detections are in pixels of the picture as it lies.

use super::plan::View;
use super::{Detection, Pixels, look as look_at};
use crate::face::{Point, Rect};
use crate::runtime::{Model, RuntimeError};

/// Side of the blocks in which pixels are moved, so that rows of the one and columns of the other stay in the processor's cache.
const BLOCK: usize = 32;

/// What the network sees in `pixels` turned by one, two and three quarters, at least as sure as `least`.
pub(super) fn look(
    model: &mut dyn Model,
    pixels: Pixels<'_>,
    least: f32,
    tensor: &mut Vec<f32>,
) -> Result<Vec<Detection>, RuntimeError> {
    let mut found = Vec::new();
    for quarter in [Quarter::Right, Quarter::Down, Quarter::Left] {
        let turned = quarter.of(pixels);
        let (width, height) = quarter.sides(pixels.width, pixels.height);
        let seen = Pixels { width, height, rgb: turned.as_flattened() };
        let faces = look_at(model, seen, &View::of(width, height), least, tensor)?;
        let size = [pixels.width, pixels.height].map(|side| side as f32);
        found.extend(faces.into_iter().map(|face| quarter.back(&face, size)));
    }
    Ok(found)
}

/// Where the turned picture's upper edge lies in the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quarter {
    Right,
    Down,
    Left,
}

impl Quarter {
    /// Width and height of the turned picture.
    fn sides(self, width: usize, height: usize) -> (usize, usize) {
        if self == Self::Down { (width, height) } else { (height, width) }
    }

    /// The pixels, turned.
    fn of(self, pixels: Pixels<'_>) -> Vec<[u8; 3]> {
        let from = pixels.rgb.as_chunks::<3>().0;
        if self == Self::Down {
            return from.iter().rev().copied().collect();
        }
        let (width, height) = self.sides(pixels.width, pixels.height);
        let mut turned = vec![[0; 3]; width * height];
        for top in (0..height).step_by(BLOCK) {
            for left in (0..width).step_by(BLOCK) {
                for row in top..(top + BLOCK).min(height) {
                    for column in left..(left + BLOCK).min(width) {
                        // Of the picture: the turned one has its width for a height.
                        let (x, y) = match self {
                            Self::Left => (row, width - 1 - column),
                            _ => (height - 1 - row, column),
                        };
                        if let (Some(to), Some(&pixel)) =
                            (turned.get_mut(row * width + column), from.get(y * pixels.width + x))
                        {
                            *to = pixel;
                        }
                    }
                }
            }
        }
        turned
    }

    /// A place of the turned picture in the picture, whose sides are `width` and `height`.
    fn place(self, Point { x, y }: Point, [width, height]: [f32; 2]) -> Point {
        match self {
            Self::Right => Point { x: width - y, y: x },
            Self::Down => Point { x: width - x, y: height - y },
            Self::Left => Point { x: y, y: height - x },
        }
    }

    /// A detection in the turned picture, in the picture.
    fn back(self, face: &Detection, size: [f32; 2]) -> Detection {
        let Rect { left, top, width, height } = face.bounds;
        let one = self.place(Point { x: left, y: top }, size);
        let other = self.place(Point { x: left + width, y: top + height }, size);
        Detection {
            bounds: Rect {
                left: one.x.min(other.x),
                top: one.y.min(other.y),
                width: (one.x - other.x).abs(),
                height: (one.y - other.y).abs(),
            },
            points: face.points.map(|point| self.place(point, size)),
            confidence: face.confidence,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of 40 x 70 pixels each of which is its own place.
    fn picture() -> Vec<u8> {
        (0..70_u8).flat_map(|y| (0..40_u8).flat_map(move |x| [x, y, 0])).collect()
    }

    #[test]
    fn pixels_and_places_are_turned_alike() {
        let rgb = picture();
        let pixels = Pixels { width: 40, height: 70, rgb: &rgb };
        for quarter in [Quarter::Right, Quarter::Down, Quarter::Left] {
            let turned = quarter.of(pixels);
            let (width, height) = quarter.sides(40, 70);
            assert_eq!(turned.len(), 40 * 70);
            for (index, [x, y, _]) in turned.into_iter().enumerate() {
                // Middles of pixels.
                let at = Point { x: (index % width) as f32 + 0.5, y: (index / width) as f32 + 0.5 };
                let place = quarter.place(at, [40.0, 70.0]);
                assert_eq!((place.x, place.y), (f32::from(x) + 0.5, f32::from(y) + 0.5), "{quarter:?}");
            }
            assert_eq!(height, if quarter == Quarter::Down { 70 } else { 40 });
        }
    }

    #[test]
    fn what_is_up_in_the_turned_picture_lies_where_its_upper_edge_is() {
        // A face whose image-left eye is left of the other, near the turned picture's upper left.
        let mut points = [Point { x: 10.0, y: 5.0 }; 5];
        points[1].x = 16.0;
        let bounds = Rect { left: 8.0, top: 2.0, width: 10.0, height: 12.0 };
        let face = Detection { bounds, points, confidence: 0.9 };
        for (quarter, tilt, bounds) in [
            (Quarter::Right, 90.0, Rect { left: 26.0, top: 8.0, width: 12.0, height: 10.0 }),
            (Quarter::Down, 180.0, Rect { left: 22.0, top: 56.0, width: 10.0, height: 12.0 }),
            (Quarter::Left, -90.0, Rect { left: 2.0, top: 52.0, width: 12.0, height: 10.0 }),
        ] {
            let back = quarter.back(&face, [40.0, 70.0]);
            assert_eq!(back.bounds, bounds, "{quarter:?}");
            assert!((back.tilt().to_degrees() - tilt).abs() < 1e-3, "{quarter:?} {}", back.tilt());
        }
    }
}
