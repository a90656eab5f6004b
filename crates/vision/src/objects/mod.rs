//! Things in a picture: boxes of the eighty classes of COCO.
//!
//! Owns the way from a picture to an object detector's input and the removal of duplicates. What a network's outputs mean
//! stands with its decoder, one of a closed list; what a class is called, and what a confidence is worth, others know.
//!
//! # Invariants
//! - Boxes are in pixels of the picture and lie within it; none is empty, and none smaller than the network can see.
//! - Objects come most confident first; two of one class do not overlap by more than half.

mod centernet;
mod nanodet;
mod yolox;

use crate::detector::nms::suppress_by;
use crate::error::VisionError;
use crate::face::Rect;
use crate::models::{Decoder, Network};
use crate::picture::Picture;
use crate::resize::{self, Input, Resized};
use crate::runtime::{Model, Tensor};

/// Classes of COCO, in the order in which detectors number them: 0 is a person, 79 a toothbrush.
pub const CLASSES: usize = 80;

/// The least confidence of an object that is answered, 0..=1: below it the networks mostly see what is not there.
pub const LEAST: f32 = 0.2;

/// Side of the square, pixels of the network's input, whose area a box has at least: what is smaller is a speck, and what the networks call it is made up (the
/// ornaments of a roof became birds).
const SMALLEST: f32 = 8.0;

/// Overlap (intersection over union) above which two boxes of one class are the same thing.
const SAME_OBJECT: f32 = 0.5;

/// Something that a detector found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Object {
    /// Where, pixels of the picture.
    pub bounds: Rect,
    /// Its class, 0..80 in COCO's order.
    pub class: usize,
    /// The network's own number, 0..=1: no rate of being right.
    pub confidence: f32,
}

/// How a picture is fitted into a network's input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    /// Stretched to it in both directions.
    Stretch,
    /// Shrunk as it is, in the upper left; the rest is filled with 114.
    Letterbox,
}

/// A box in pixels of the network's input: left, top, right, bottom.
struct Found {
    corners: [f32; 4],
    class: usize,
    confidence: f32,
}

/// An object detector, for one thread.
pub struct ObjectDetector {
    model: Box<dyn Model>,
    input: Input,
    decoder: Decoder,
    resized: Resized,
}

impl ObjectDetector {
    /// A detector that runs `model`, described by `network`.
    pub(crate) fn new(model: Box<dyn Model>, network: &Network, input: Input) -> Self {
        Self { model, input, decoder: network.decoder, resized: Resized::default() }
    }

    /// The objects of a picture, from [`LEAST`] on.
    ///
    /// # Errors
    /// [`VisionError::Runtime`]; [`VisionError::Output`] when the network's outputs are not what its decoder reads.
    pub fn detect(&mut self, picture: &Picture) -> Result<Vec<Object>, VisionError> {
        self.region(picture, &resize::whole(picture))
    }

    /// The objects in `region` (pixels of the picture, cut at its edge): a tile, for small things. Boxes are in pixels of
    /// the picture.
    ///
    /// # Errors
    /// As [`Self::detect`].
    pub fn region(&mut self, picture: &Picture, region: &Rect) -> Result<Vec<Object>, VisionError> {
        self.look(picture, region, false)
    }

    /// The objects in `region` as the network sees them in a mirror, at their places in the picture: a second opinion.
    ///
    /// # Errors
    /// As [`Self::detect`].
    pub fn mirrored(&mut self, picture: &Picture, region: &Rect) -> Result<Vec<Object>, VisionError> {
        self.look(picture, region, true)
    }

    fn look(&mut self, picture: &Picture, region: &Rect, mirrored: bool) -> Result<Vec<Object>, VisionError> {
        let region = resize::within(picture, region);
        let (width, height) = (self.input.width as f32, self.input.height as f32);
        let (tensor, scale) = match fit(self.decoder) {
            Fit::Stretch => {
                let scale = [width / region.width, height / region.height];
                (self.resized.fill(picture, &region, &self.input), scale)
            }
            Fit::Letterbox => {
                let scale = (width / region.width).min(height / region.height);
                (self.resized.letterbox(picture, &region, &self.input), [scale; 2])
            }
        };
        let tensor = if mirrored { self.resized.mirror(&self.input) } else { tensor };
        let outputs = self.model.run(&[Tensor::new(&self.input.shape(), tensor)?])?;
        let mut found = match self.decoder {
            Decoder::Nanodet => nanodet::decode(&outputs, &self.input)?,
            Decoder::Yolox => yolox::decode(&outputs, &self.input)?,
            // The manifest lets no other decoder through for this role.
            _ => centernet::decode(&outputs, &self.input)?,
        };
        if mirrored {
            for Found { corners: [left, _, right, _], .. } in &mut found {
                (*left, *right) = (width - *right, width - *left);
            }
        }
        let objects = found.into_iter().filter_map(|found| placed(&found, &region, scale)).collect();
        let same = |a: &Object, b: &Object| a.class == b.class && a.bounds.overlap(&b.bounds) > SAME_OBJECT;
        Ok(suppress_by(objects, |object| object.confidence, same))
    }
}

fn fit(decoder: Decoder) -> Fit {
    if decoder == Decoder::Yolox { Fit::Letterbox } else { Fit::Stretch }
}

/// The object in pixels of the picture, cut at the region's edge; `None` when nothing of it lies there.
fn placed(found: &Found, region: &Rect, scale: [f32; 2]) -> Option<Object> {
    let axis = |from: f32, to: f32, scale: f32, start: f32, length: f32| {
        let inside = |at: f32| (at / scale).clamp(0.0, length) + start;
        let (from, to) = (inside(from), inside(to));
        (to > from).then_some((from, to - from))
    };
    let [left, top, right, bottom] = found.corners;
    if !found.corners.iter().all(|corner| corner.is_finite()) || !(LEAST..=1.0).contains(&found.confidence) {
        return None;
    }
    if (right - left) * (bottom - top) < SMALLEST * SMALLEST {
        return None;
    }
    let (left, width) = axis(left, right, scale[0], region.left, region.width)?;
    let (top, height) = axis(top, bottom, scale[1], region.top, region.height)?;
    let bounds = Rect { left, top, width, height };
    Some(Object { bounds, class: found.class, confidence: found.confidence })
}

/// The class with the largest number of `scores`, and that number.
fn best(scores: &[f32]) -> (usize, f32) {
    scores
        .iter()
        .copied()
        .enumerate()
        .fold((0, f32::MIN), |best, next| if next.1 > best.1 { next } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_placed_in_the_region_and_cut_at_its_edge() {
        let region = Rect { left: 100.0, top: 50.0, width: 200.0, height: 100.0 };
        let found = |corners| Found { corners, class: 7, confidence: 0.5 };
        // An input of 512 x 512: 2.56 pixels of it across and 5.12 down for one of the picture's.
        let scale = [512.0 / 200.0, 512.0 / 100.0];
        let object = placed(&found([256.0, 256.0, 600.0, 512.0]), &region, scale).unwrap();
        assert_eq!(object.bounds, Rect { left: 200.0, top: 100.0, width: 100.0, height: 50.0 });
        assert!(placed(&found([600.0, 0.0, 700.0, 10.0]), &region, scale).is_none());
        assert!(placed(&found([256.0, 256.0, 263.0, 265.0]), &region, scale).is_none(), "a speck");
        assert!(placed(&found([256.0, 256.0, 264.0, 264.5]), &region, scale).is_some());
        assert!(placed(&found([f32::NAN, 0.0, 700.0, 10.0]), &region, scale).is_none());
        assert!(placed(&Found { confidence: 0.1, ..found([0.0, 0.0, 9.0, 9.0]) }, &region, scale).is_none());
        assert!(
            placed(&Found { confidence: f32::NAN, ..found([0.0, 0.0, 9.0, 9.0]) }, &region, scale).is_none()
        );
    }
}
