//! Finding faces: a picture in, boxes with five points out.
//!
//! Owns the way from a picture to the detector's input (sizes in [`plan`]), YuNet's output ([`yunet`]) and the
//! removal of duplicates ([`nms`]). Knows nothing of landmarks, attributes or identity.
//!
//! # Invariants
//! - Boxes and points are in pixels of the picture, never cut at its edge.
//! - Detections come largest first.

pub(crate) mod nms;
mod plan;
mod quarter;
mod turns;
mod yunet;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

use crate::batch::room;
use crate::face::{Point, Rect};
use crate::picture::Picture;
use crate::runtime::{Model, RuntimeError, Tensor};

pub use plan::DetectorPlan;
use plan::View;

/// A detection is a face if the detector is this sure.
pub(crate) const SURE: f32 = 0.85;

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

impl Detection {
    /// The angle of the line from the image-left to the image-right eye, radians, positive clockwise.
    pub(crate) fn tilt(&self) -> f32 {
        let [left, right, ..] = self.points;
        (right.y - left.y).atan2(right.x - left.x)
    }

    fn longer_side(&self) -> f32 {
        self.bounds.width.max(self.bounds.height)
    }

    /// The same in pixels of another size.
    fn scaled(self, [across, down]: [f32; 2]) -> Self {
        let Rect { left, top, width, height } = self.bounds;
        Self {
            bounds: Rect {
                left: left * across,
                top: top * down,
                width: width * across,
                height: height * down,
            },
            points: self.points.map(|Point { x, y }| Point { x: x * across, y: y * down }),
            confidence: self.confidence,
        }
    }
}

/// Buffers between picture and network, kept from call to call.
#[derive(Default)]
pub(crate) struct Detector {
    resizer: Resizer,
    fine: Vec<u8>,
    coarse: Vec<u8>,
    tensor: Vec<f32>,
}

/// Pixels on their way to the detector.
#[derive(Clone, Copy)]
struct Pixels<'a> {
    width: usize,
    height: usize,
    rgb: &'a [u8],
}

impl Detector {
    /// All faces of `picture` above the detector's threshold, largest first, whichever way they are turned.
    pub(crate) fn detect(
        &mut self,
        model: &mut dyn Model,
        picture: &Picture,
    ) -> Result<Vec<Detection>, RuntimeError> {
        let mut found = self.upright(model, picture)?;
        turns::straighten(model, picture, &mut found)?;
        if !found.iter().any(|face| face.confidence >= SURE) {
            let plan = DetectorPlan::for_picture(picture.width(), picture.height());
            // As the fine view left it, if it was shrunk for that.
            let View { width, height, .. } = plan.fine;
            let same = (width, height) == (picture.width() as usize, picture.height() as usize);
            let shrunk = if same {
                None
            } else {
                let rgb = self.fine.get(..3 * width * height).map(<[u8]>::to_vec);
                rgb.and_then(|rgb| Picture::from_rgb(width as u32, height as u32, rgb))
            };
            let seen = shrunk.as_ref().unwrap_or(picture);
            if same || shrunk.is_some() {
                found.append(&mut self.around(model, seen, &plan)?);
            }
        }
        let mut found = nms::suppress(found);
        turns::drop_what_stands(&mut found);
        found.sort_by(|a, b| b.bounds.area().total_cmp(&a.bounds.area()));
        Ok(found)
    }

    /// What the network is sure of in the other three quarter turns of `seen`, which is the picture in the size of the plan's fine view: the large
    /// picture is not read again.
    fn around(
        &mut self,
        model: &mut dyn Model,
        seen: &Picture,
        plan: &DetectorPlan,
    ) -> Result<Vec<Detection>, RuntimeError> {
        let Self { resizer, coarse, tensor, .. } = self;
        let pixels = Pixels { width: seen.width() as usize, height: seen.height() as usize, rgb: seen.rgb() };
        let mut found = quarter::look(model, pixels, turns::HINT, tensor)?;
        let small = shrink(resizer, pixels, &plan.coarse, coarse);
        let scale = pixels.width as f32 / small.width as f32;
        let others = quarter::look(model, small, turns::HINT, tensor)?;
        found.extend(others.into_iter().map(|face| face.scaled([scale; 2])));
        let mut found = nms::suppress(found);
        turns::straighten(model, seen, &mut found)?;
        found.retain(|face| face.confidence >= SURE);
        let [across, down] = plan.fine.scale;
        Ok(found.into_iter().map(|face| face.scaled([1.0 / across, 1.0 / down])).collect())
    }

    /// What the network sees in the picture as it lies.
    fn upright(&mut self, model: &mut dyn Model, picture: &Picture) -> Result<Vec<Detection>, RuntimeError> {
        let Self { resizer, fine, coarse, tensor } = self;
        let plan = DetectorPlan::for_picture(picture.width(), picture.height());
        let picture =
            Pixels { width: picture.width() as usize, height: picture.height() as usize, rgb: picture.rgb() };
        let seen = shrink(resizer, picture, &plan.fine, fine);
        let mut found = look(model, seen, &plan.fine, yunet::THRESHOLD, tensor)?;
        let large = |face: &Detection| face.longer_side() >= plan.fine_below;
        if plan.twice || found.is_empty() || found.iter().any(large) {
            // The coarse view is made of the fine one: the large picture is read once.
            let seen = shrink(resizer, seen, &plan.coarse, coarse);
            let mut others = look(model, seen, &plan.coarse, yunet::THRESHOLD, tensor)?;
            found.retain(|face| !large(face));
            others.retain(|face| face.longer_side() >= plan.coarse_from);
            found.append(&mut others);
        }
        Ok(nms::suppress(found))
    }
}

/// Runs the detector on pixels that have the view's size; answers what is at least as sure as `least`.
fn look(
    model: &mut dyn Model,
    seen: Pixels<'_>,
    view: &View,
    least: f32,
    tensor: &mut Vec<f32>,
) -> Result<Vec<Detection>, RuntimeError> {
    let tensor = fill(seen, view, tensor);
    let outputs = model.run(&[Tensor::new(&[1, 3, view.input_height, view.input_width], tensor)?])?;
    yunet::decode(&outputs, view, least)
}

/// Averages the pixels down to the view's size, or hands them on if they have it. Of this crate's filters Hamming's is
/// the closest to exact averaging over areas, with which the plan's figures were measured (boxes move by half a pixel
/// in the mean; with the box filter, which takes pixels whole or not at all, by one).
fn shrink<'a>(resizer: &mut Resizer, from: Pixels<'a>, view: &View, buffer: &'a mut Vec<u8>) -> Pixels<'a> {
    let (width, height) = (view.width, view.height);
    if (width, height) == (from.width, from.height) {
        return from;
    }
    buffer.resize(3 * width * height, 0);
    // The typed form compiles the resizer for this one kind of pixel instead of for all fourteen.
    let source = TypedImageRef::<U8x3>::from_buffer(from.width as u32, from.height as u32, from.rgb);
    let target = TypedImage::<U8x3>::from_buffer(width as u32, height as u32, buffer);
    if let (Ok(source), Ok(mut target)) = (source, target) {
        let options =
            ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Hamming)).use_alpha(false);
        // It refuses only a region of interest outside of the source, and none is given.
        let _whole_source = resizer.resize_typed(&source, &mut target, &options);
    }
    Pixels { width, height, rgb: buffer }
}

/// Fills the tensor: the pixels in its upper left corner, black beside them, as planes of blue, green and red from 0
/// to 255. Every number of what it gives is written.
fn fill<'t>(seen: Pixels<'_>, view: &View, tensor: &'t mut Vec<f32>) -> &'t [f32] {
    let plane = view.input_width * view.input_height;
    let tensor = room(tensor, 3 * plane);
    let (blue, rest) = tensor.split_at_mut(plane);
    let (green, red) = rest.split_at_mut(plane);
    let planes = blue
        .chunks_exact_mut(view.input_width)
        .zip(green.chunks_exact_mut(view.input_width))
        .zip(red.chunks_exact_mut(view.input_width));
    let mut rows = seen.rgb.chunks_exact(3 * seen.width);
    for ((blue, green), red) in planes {
        let row = rows.next().unwrap_or_default();
        split(row, [red, green, blue]);
        for plane in [blue, green, red] {
            if let Some(beside) = plane.get_mut(row.len() / 3..) {
                beside.fill(0.0);
            }
        }
    }
    tensor
}

/// Pixels that are taken apart together.
const TOGETHER: usize = 8;

/// Writes the three colours of a row's pixels into rows of their own. Eight pixels are read as words of four bytes, of which
/// shifts, which are vector instructions, leave one colour each.
fn split(row: &[u8], planes: [&mut [f32]; 3]) {
    let (pixels, rest) = row.as_chunks::<{ 3 * TOGETHER }>();
    let whole = TOGETHER * pixels.len();
    let [red, green, blue] = planes;
    let each = red
        .as_chunks_mut::<TOGETHER>()
        .0
        .iter_mut()
        .zip(green.as_chunks_mut::<TOGETHER>().0)
        .zip(blue.as_chunks_mut::<TOGETHER>().0);
    for (((red, green), blue), pixels) in each.zip(pixels) {
        let words = words(pixels);
        let colour = |shift: u32| words.map(|word| ((word >> shift) & 0xff) as i32 as f32);
        (*red, *green, *blue) = (colour(0), colour(8), colour(16));
    }
    let each = red.iter_mut().zip(green).zip(blue).skip(whole);
    for (((red, green), blue), pixel) in each.zip(rest.as_chunks::<3>().0) {
        [*red, *green, *blue] = pixel.map(f32::from);
    }
}

/// The pixels as words: red is the lowest byte, the highest means nothing.
#[inline(always)]
fn words(pixels: &[u8; 3 * TOGETHER]) -> [u32; TOGETHER] {
    let word = |at: usize| {
        pixels.get(at..).and_then(<[u8]>::first_chunk::<4>).map_or(0, |four| u32::from_le_bytes(*four))
    };
    // The last one has no byte behind it.
    std::array::from_fn(
        |index| if index + 1 == TOGETHER { word(3 * index - 1) >> 8 } else { word(3 * index) },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_taken_apart_whatever_the_width() {
        for width in [1, 7, 8, 9, 31, 40] {
            let row: Vec<u8> = (0..3 * width).map(|at| (at * 37 + 5) as u8).collect();
            let mut planes = [(); 3].map(|()| vec![-1.0; width + 2]);
            let [red, green, blue] = &mut planes;
            split(&row, [red, green, blue]);
            for (colour, plane) in planes.iter().enumerate() {
                let expected: Vec<f32> = row.iter().skip(colour).step_by(3).map(|&v| f32::from(v)).collect();
                assert_eq!(plane[..width], expected, "{width}");
                assert_eq!(plane[width..], [-1.0; 2], "{width}");
            }
        }
    }

    #[test]
    fn the_tensor_holds_planes_of_blue_green_red_with_black_beside() {
        let plan = DetectorPlan::for_picture(2, 1);
        let rgb = [10, 20, 30, 40, 50, 60];
        let mut buffer = vec![9.0; 5000];
        let tensor = fill(Pixels { width: 2, height: 1, rgb: &rgb }, &plan.fine, &mut buffer);
        let plane = 32 * 32;
        assert_eq!(tensor.len(), 3 * plane);
        assert_eq!(tensor[..3], [30.0, 60.0, 0.0]);
        assert_eq!(tensor[plane..plane + 3], [20.0, 50.0, 0.0]);
        assert_eq!(tensor[2 * plane..2 * plane + 3], [10.0, 40.0, 0.0]);
        assert_eq!(tensor.iter().filter(|&&v| v != 0.0).count(), 6);
    }

    #[test]
    fn shrinking_averages_and_keeps_what_fits() {
        let picture = Picture::from_rgb(
            1280,
            2,
            (0..1280 * 2 * 3).map(|i| if i / 3 % 2 == 0 { 100 } else { 50 }).collect(),
        )
        .unwrap();
        let pixels = Pixels { width: 1280, height: 2, rgb: picture.rgb() };
        let view = View { width: 640, height: 1, input_width: 640, input_height: 32, scale: [0.5; 2] };
        let mut buffer = Vec::new();
        let shrunk = shrink(&mut Resizer::new(), pixels, &view, &mut buffer);
        assert_eq!(shrunk.rgb.len(), 3 * 640);
        // At the ends the filter has neighbours on one side only.
        assert!(shrunk.rgb.iter().all(|&v| v.abs_diff(75) <= 8), "{:?}", shrunk.rgb);
    }
}
