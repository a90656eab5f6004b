//! Finding faces: a picture in, boxes with five points out.
//!
//! Owns the way from a picture to the detector's input (size policy in [`plan`]), YuNet's output ([`yunet`]) and the
//! removal of duplicates ([`nms`]). Knows nothing of landmarks, attributes or identity.
//!
//! # Invariants
//! - Boxes and points are in pixels of the picture, never cut at its edge.
//! - Detections come largest first.

mod nms;
mod plan;
mod yunet;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::face::{Point, Rect};
use crate::picture::Picture;
use crate::runtime::{Model, RuntimeError, Tensor};

pub use plan::DetectorPlan;

/// Something that looks like a face.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detection {
    /// The face's box, pixels of the picture.
    pub bounds: Rect,
    /// Image-left eye, image-right eye, nose tip, image-left mouth corner, image-right mouth corner.
    pub points: [Point; 5],
    /// The detector's confidence, 0..=1.
    pub confidence: f32,
}

/// Buffers between picture and network, kept from call to call.
#[derive(Default)]
pub(crate) struct Detector {
    resizer: Resizer,
    shrunk: Vec<u8>,
    tensor: Vec<f32>,
}

impl Detector {
    /// All faces of `picture` above the detector's threshold, largest first.
    pub(crate) fn detect(
        &mut self,
        model: &mut dyn Model,
        picture: &Picture,
    ) -> Result<Vec<Detection>, RuntimeError> {
        let plan = DetectorPlan::for_picture(picture.width(), picture.height());
        self.prepare(picture, &plan);
        let input = Tensor::new(&[1, 3, plan.input_height, plan.input_width], &self.tensor)?;
        let outputs = model.run(&[input])?;
        let candidates = yunet::decode(&outputs, &plan)?;
        let mut found = nms::suppress(candidates);
        found.sort_by(|a, b| b.bounds.area().total_cmp(&a.bounds.area()));
        Ok(found)
    }

    /// Fills the tensor: the picture at the plan's scale in the upper left corner, black beside it, as planes of
    /// blue, green and red from 0 to 255.
    fn prepare(&mut self, picture: &Picture, plan: &DetectorPlan) {
        let (width, height) = (plan.width, plan.height);
        let pixels: &[u8] = if (width, height) == (picture.width() as usize, picture.height() as usize) {
            picture.rgb()
        } else {
            self.shrink(picture, width, height);
            &self.shrunk
        };
        let plane = plan.input_width * plan.input_height;
        self.tensor.resize(3 * plane, 0.0);
        let (blue, rest) = self.tensor.split_at_mut(plane);
        let (green, red) = rest.split_at_mut(plane);
        let planes = blue
            .chunks_exact_mut(plan.input_width)
            .zip(green.chunks_exact_mut(plan.input_width))
            .zip(red.chunks_exact_mut(plan.input_width));
        let mut rows = pixels.chunks_exact(3 * width);
        for ((blue, green), red) in planes {
            let row = rows.next().unwrap_or_default().as_chunks::<3>().0;
            let stored = blue.iter_mut().zip(green.iter_mut()).zip(red.iter_mut()).zip(row);
            for (((b, g), r), pixel) in stored {
                [*r, *g, *b] = pixel.map(f32::from);
            }
            for plane in [blue, green, red] {
                if let Some(beside) = plane.get_mut(row.len()..) {
                    beside.fill(0.0);
                }
            }
        }
    }

    /// Averages the picture down (box filter: each source pixel counts once, as in the detector's own training
    /// tools). The sizes were checked by the decoder, so the resizer has nothing to refuse; should it, the picture
    /// stays black and no face is found.
    fn shrink(&mut self, picture: &Picture, width: usize, height: usize) {
        self.shrunk.clear();
        self.shrunk.resize(3 * width * height, 0);
        let source = ImageRef::new(picture.width(), picture.height(), picture.rgb(), PixelType::U8x3);
        let target = Image::from_slice_u8(width as u32, height as u32, &mut self.shrunk, PixelType::U8x3);
        if let (Ok(source), Ok(mut target)) = (source, target) {
            let options =
                ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Box)).use_alpha(false);
            // The only error is a pixel type that differs, and both are named above.
            let _same_type = self.resizer.resize(&source, &mut target, &options);
        }
    }
}
