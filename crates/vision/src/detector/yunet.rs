//! YuNet's outputs read as detections.
//!
//! On three grids (a cell for each 8, 16 and 32 input pixels) the network gives a class score, an objectness, a box
//! and five points, all relative to the cell. This file knows that code and nothing else.

use super::Detection;
use super::plan::View;
use crate::face::{Point, Rect};
use crate::runtime::{Outputs, RuntimeError};

const STRIDES: [usize; 3] = [8, 16, 32];

/// Confidence from which a candidate is looked at further. Low, because a second opinion follows: the mesh network's
/// face flag rejects false alarms better than a higher threshold here would, and costs fewer small faces.
pub(super) const THRESHOLD: f32 = 0.5;

/// A box larger than this many times the picture's longer side is no face but a wild exponent.
const MAX_EXTENT: f32 = 2.0;

/// All cells of at least the confidence `least`, in picture pixels, with duplicates.
pub(super) fn decode(outputs: &Outputs<'_>, view: &View, least: f32) -> Result<Vec<Detection>, RuntimeError> {
    let mut found = Vec::new();
    for stride in STRIDES {
        let classes = outputs.get(&format!("cls_{stride}"))?;
        let objects = outputs.get(&format!("obj_{stride}"))?;
        let boxes = outputs.get(&format!("bbox_{stride}"))?;
        let points = outputs.get(&format!("kps_{stride}"))?;
        let columns = view.input_width / stride;
        let cells = classes
            .data()
            .iter()
            .zip(objects.data())
            .zip(boxes.data().as_chunks::<4>().0)
            .zip(points.data().as_chunks::<10>().0);
        for (index, (((class, object), bounds), points)) in cells.enumerate() {
            let product = class.clamp(0.0, 1.0) * object.clamp(0.0, 1.0);
            // Nearly every cell ends here, before the square root and the exponentials.
            if product.is_nan() || product < least * least {
                continue;
            }
            let cell = Cell {
                column: (index % columns) as f32,
                row: (index / columns) as f32,
                stride: stride as f32,
            };
            found.extend(cell.detection(product.sqrt(), bounds, points, view));
        }
    }
    Ok(found)
}

struct Cell {
    column: f32,
    row: f32,
    stride: f32,
}

impl Cell {
    fn detection(
        &self,
        confidence: f32,
        bounds: &[f32; 4],
        points: &[f32; 10],
        view: &View,
    ) -> Option<Detection> {
        let [across, down] = view.scale.map(|scale| self.stride / scale);
        let place = |dx: f32, dy: f32| Point { x: (self.column + dx) * across, y: (self.row + dy) * down };
        let [dx, dy, log_width, log_height] = *bounds;
        let centre = place(dx, dy);
        let (width, height) = (log_width.exp() * across, log_height.exp() * down);
        let [scale, _] = view.scale;
        let longest = MAX_EXTENT * view.width.max(view.height) as f32 / scale;
        if !(width > 0.0 && height > 0.0 && width <= longest && height <= longest) {
            return None;
        }
        let bounds = Rect { left: centre.x - width / 2.0, top: centre.y - height / 2.0, width, height };
        let mut five = [centre; 5];
        for (point, &[dx, dy]) in five.iter_mut().zip(points.as_chunks::<2>().0) {
            *point = place(dx, dy);
        }
        let sane = |p: &Point| p.x.abs() <= 2.0 * longest && p.y.abs() <= 2.0 * longest;
        five.iter().chain([&centre]).all(sane).then_some(Detection { bounds, points: five, confidence })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::OwnedTensor;

    /// Outputs for a 64 x 32 input, all zero but for the numbers set.
    fn outputs(set: &[(&str, usize, f32)]) -> Outputs<'static> {
        let mut named = Vec::new();
        for stride in STRIDES {
            let cells = (64 / stride) * (32 / stride);
            for (kind, width) in [("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)] {
                let name = format!("{kind}_{stride}");
                let mut data = vec![0.0; cells * width];
                for (target, index, value) in set {
                    if *target == name {
                        data[*index] = *value;
                    }
                }
                named.push((name, OwnedTensor { shape: vec![1, cells, width], data }));
            }
        }
        Outputs::owned("fake", named)
    }

    fn view(scale: f32) -> View {
        View { scale: [scale; 2], width: 64, height: 32, input_width: 64, input_height: 32 }
    }

    #[test]
    fn a_cell_becomes_a_box_and_five_points_in_picture_pixels() {
        // Stride 16: four columns; index 6 is column 2, row 1.
        let ln2 = std::f32::consts::LN_2;
        let set = [
            ("cls_16", 6, 0.81),
            ("obj_16", 6, 1.0),
            ("bbox_16", 24, 0.5),
            ("bbox_16", 25, -0.25),
            ("bbox_16", 26, ln2),
            ("bbox_16", 27, 0.0),
            ("kps_16", 60, 0.25),
            ("kps_16", 69, 0.5),
        ];
        let found = decode(&outputs(&set), &view(0.5), THRESHOLD).unwrap();
        assert_eq!(found.len(), 1);
        let face = &found[0];
        assert!((face.confidence - 0.9).abs() < 1e-6);
        // Input pixels: centre (40, 12), 32 x 16; twice that in the picture.
        assert!((face.bounds.left - 48.0).abs() < 1e-3 && (face.bounds.width - 64.0).abs() < 1e-3);
        assert!((face.bounds.top - 8.0).abs() < 1e-3 && (face.bounds.height - 32.0).abs() < 1e-3);
        assert_eq!(face.points[0], Point { x: 72.0, y: 32.0 });
        assert_eq!(face.points[4], Point { x: 64.0, y: 48.0 });
    }

    #[test]
    fn below_the_threshold_and_wild_boxes_are_dropped() {
        let weak = [("cls_8", 3, 0.49), ("obj_8", 3, 0.49)];
        assert!(decode(&outputs(&weak), &view(1.0), THRESHOLD).unwrap().is_empty());
        for wild in [50.0, 1e9, f32::NAN] {
            let set = [("cls_8", 3, 1.0), ("obj_8", 3, 1.0), ("bbox_8", 14, wild)];
            assert!(decode(&outputs(&set), &view(1.0), THRESHOLD).unwrap().is_empty());
            let set = [("cls_8", 3, 1.0), ("obj_8", 3, 1.0), ("kps_8", 34, wild * 1e9)];
            assert!(decode(&outputs(&set), &view(1.0), THRESHOLD).unwrap().is_empty());
        }
    }
}
