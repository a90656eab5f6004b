//! A rectangle of a picture, brought to a network's size in both directions independently.
//!
//! Owns the resampling and the writing into an input tensor; knows neither why that rectangle nor what the network says.
//! Where the picture shrinks, every pixel takes its share in the average (the triangle filter, widened: what Pillow calls
//! bilinear, with which the pictures of most trainings were prepared).
//!
//! # Invariants
//! - The rectangle is cut to the picture first, so that nothing from outside is made up.
//! - The two buffers are kept from call to call and have the size of the input.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

use crate::crop::Layout;
use crate::face::Rect;
use crate::picture::Picture;

/// What a network's input looks like: `value = scale * sample + offset`, samples 0..=255.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Input {
    /// Pixels across.
    pub(crate) width: usize,
    /// Pixels down.
    pub(crate) height: usize,
    /// Order of the numbers.
    pub(crate) layout: Layout,
    /// Factor for each sample.
    pub(crate) scale: f32,
    /// Summand for R, G, B (the first alone for grey).
    pub(crate) offset: [f32; 3],
}

impl Input {
    /// Numbers in one picture.
    fn len(&self) -> usize {
        self.width * self.height * self.layout.channels()
    }

    /// Shape of one picture.
    pub(crate) fn shape(&self) -> [usize; 4] {
        let channels = self.layout.channels();
        match self.layout {
            Layout::PlanarRgb | Layout::PlanarBgr | Layout::PlanarGrey => {
                [1, channels, self.height, self.width]
            }
            Layout::PackedRgb | Layout::PackedBgr | Layout::PackedGrey => {
                [1, self.height, self.width, channels]
            }
        }
    }
}

/// The grey beside a picture that does not fill its input: that of YOLO's training.
const FILL: u8 = 114;

/// The whole of a picture.
pub(crate) fn whole(picture: &Picture) -> Rect {
    Rect { left: 0.0, top: 0.0, width: picture.width() as f32, height: picture.height() as f32 }
}

/// The square in the middle of a region whose side is `share` (0..=1) of its shorter side.
pub(crate) fn centre(region: &Rect, share: f32) -> Rect {
    let side = region.width.min(region.height) * share;
    Rect {
        left: region.left + (region.width - side) / 2.0,
        top: region.top + (region.height - side) / 2.0,
        width: side,
        height: side,
    }
}

/// The buffers between a picture and an input.
#[derive(Default)]
pub(crate) struct Resized {
    resizer: Resizer,
    pixels: Vec<u8>,
    tensor: Vec<f32>,
}

impl Resized {
    /// `region` of `picture` (in its pixels) as `input` wants it.
    pub(crate) fn fill(&mut self, picture: &Picture, region: &Rect, input: &Input) -> &[f32] {
        self.pixels.resize(3 * input.width * input.height, 0);
        self.tensor.resize(input.len(), 0.0);
        let source = TypedImageRef::<U8x3>::from_buffer(picture.width(), picture.height(), picture.rgb());
        let target =
            TypedImage::<U8x3>::from_buffer(input.width as u32, input.height as u32, &mut self.pixels);
        if let (Ok(source), Ok(mut target)) = (source, target) {
            let _inside = self.resizer.resize_typed(&source, &mut target, &options(picture, region));
        }
        store(self.pixels.as_chunks().0, input, &mut self.tensor);
        &self.tensor
    }

    /// What the tensor holds, seen in a mirror: left and right exchanged.
    pub(crate) fn mirror(&mut self, input: &Input) -> &[f32] {
        // Numbers that stay together: a pixel's where they are packed, else one.
        let (row, pixel) = match input.layout {
            Layout::PackedRgb | Layout::PackedBgr => (3 * input.width, 3),
            _ => (input.width, 1),
        };
        for row in self.tensor.chunks_exact_mut(row.max(1)) {
            row.reverse();
            if pixel > 1 {
                row.chunks_exact_mut(pixel).for_each(<[f32]>::reverse);
            }
        }
        &self.tensor
    }

    /// `region` of `picture` as `input` wants it, with its proportions kept: in the upper left, the rest is [`FILL`].
    pub(crate) fn letterbox(&mut self, picture: &Picture, region: &Rect, input: &Input) -> &[f32] {
        let region = within(picture, region);
        let scale = (input.width as f32 / region.width).min(input.height as f32 / region.height);
        let side = |length: f32, most: usize| ((length * scale).round() as usize).clamp(1, most.max(1));
        let (width, height) = (side(region.width, input.width), side(region.height, input.height));
        let mut small = vec![0; 3 * width * height];
        let source = TypedImageRef::<U8x3>::from_buffer(picture.width(), picture.height(), picture.rgb());
        let target = TypedImage::<U8x3>::from_buffer(width as u32, height as u32, &mut small);
        if let (Ok(source), Ok(mut target)) = (source, target) {
            let _inside = self.resizer.resize_typed(&source, &mut target, &options(picture, &region));
        }
        self.pixels.clear();
        self.pixels.resize(3 * input.width * input.height, FILL);
        let rows = self.pixels.chunks_exact_mut((3 * input.width).max(1));
        for (row, pixels) in rows.zip(small.chunks_exact(3 * width)) {
            if let Some(row) = row.get_mut(..pixels.len()) {
                row.copy_from_slice(pixels);
            }
        }
        self.tensor.resize(input.len(), 0.0);
        store(self.pixels.as_chunks().0, input, &mut self.tensor);
        &self.tensor
    }
}

/// What of `region` lies in `picture`; at least a pixel.
pub(crate) fn within(picture: &Picture, region: &Rect) -> Rect {
    let [left, top, width, height] = inside(picture, region).map(|number| number as f32);
    Rect { left, top, width, height }
}

/// How `region` is resampled. The resizer refuses only what is outside of the source.
fn options(picture: &Picture, region: &Rect) -> ResizeOptions {
    let [left, top, width, height] = inside(picture, region);
    ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
        .use_alpha(false)
        .crop(left, top, width, height)
}

/// Left, top, width and height of what of `region` lies in the picture; at least a pixel.
fn inside(picture: &Picture, region: &Rect) -> [f64; 4] {
    let axis = |from: f32, length: f32, side: u32| {
        let side = f64::from(side);
        // What no number is taken as the picture's own edge.
        let (from, length) =
            (if from.is_nan() { 0.0 } else { from }, if length.is_nan() { 0.0 } else { length });
        let start = f64::from(from).clamp(0.0, side - 1.0);
        let end = f64::from(from + length).clamp(start + 1.0, side);
        (start, end - start)
    };
    let (left, width) = axis(region.left, region.width, picture.width());
    let (top, height) = axis(region.top, region.height, picture.height());
    [left, top, width, height]
}

/// Writes RGB pixels in the order and scale of `input`.
fn store(pixels: &[[u8; 3]], input: &Input, tensor: &mut [f32]) {
    let scale = input.scale;
    let scaled = |pixel: &[u8; 3]| {
        let [r, g, b] = *pixel;
        let [r0, g0, b0] = input.offset;
        [f32::from(r) * scale + r0, f32::from(g) * scale + g0, f32::from(b) * scale + b0]
    };
    match input.layout {
        Layout::PackedRgb | Layout::PackedBgr => {
            let swap = input.layout == Layout::PackedBgr;
            for (to, pixel) in tensor.as_chunks_mut::<3>().0.iter_mut().zip(pixels) {
                *to = scaled(pixel);
                if swap {
                    to.reverse();
                }
            }
        }
        Layout::PlanarRgb | Layout::PlanarBgr => {
            let plane = tensor.len() / 3;
            let (first, rest) = tensor.split_at_mut(plane);
            let (second, third) = rest.split_at_mut(plane);
            let (red, blue) = if input.layout == Layout::PlanarBgr { (third, first) } else { (first, third) };
            for (((pixel, red), green), blue) in pixels.iter().zip(red).zip(second).zip(blue) {
                [*red, *green, *blue] = scaled(pixel);
            }
        }
        Layout::PlanarGrey | Layout::PackedGrey => {
            for (to, [r, g, b]) in tensor.iter_mut().zip(pixels) {
                let grey = 0.2989 * f32::from(*r) + 0.587 * f32::from(*g) + 0.114 * f32::from(*b);
                *to = grey * scale + input.offset[0];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gradient(width: u32, height: u32) -> Picture {
        let rgb = (0..height).flat_map(|y| (0..width).flat_map(move |x| [x as u8, y as u8, 7])).collect();
        Picture::from_rgb(width, height, rgb).unwrap()
    }

    fn input(width: usize, height: usize, layout: Layout) -> Input {
        Input { width, height, layout, scale: 2.0, offset: [1.0, 2.0, 3.0] }
    }

    #[test]
    fn a_region_at_its_own_size_repeats_the_pixels_in_each_layout() {
        let (picture, mut resized) = (gradient(100, 90), Resized::default());
        let region = Rect { left: 20.0, top: 30.0, width: 4.0, height: 2.0 };
        let packed = resized.fill(&picture, &region, &input(4, 2, Layout::PackedRgb)).to_vec();
        assert_eq!(packed[..6], [41.0, 62.0, 17.0, 43.0, 62.0, 17.0]);
        let planar = resized.fill(&picture, &region, &input(4, 2, Layout::PlanarRgb)).to_vec();
        assert_eq!((planar[0], planar[1], planar[8], planar[16]), (41.0, 43.0, 62.0, 17.0));
        let bgr = resized.fill(&picture, &region, &input(4, 2, Layout::PlanarBgr)).to_vec();
        assert_eq!((bgr[0], bgr[8], bgr[16]), (17.0, 62.0, 41.0));
        let bgr = resized.fill(&picture, &region, &input(4, 2, Layout::PackedBgr)).to_vec();
        assert_eq!(bgr[..3], [17.0, 62.0, 41.0]);
        let grey = resized.fill(&picture, &region, &input(4, 2, Layout::PackedGrey)).to_vec();
        assert!((grey[0] - (2.0 * (0.2989 * 20.0 + 0.587 * 30.0 + 0.114 * 7.0) + 1.0)).abs() < 1e-3);
    }

    #[test]
    fn a_mirror_exchanges_left_and_right_in_each_layout() {
        let (picture, mut resized) = (gradient(100, 90), Resized::default());
        let region = Rect { left: 20.0, top: 30.0, width: 4.0, height: 2.0 };
        for layout in [Layout::PackedRgb, Layout::PlanarBgr] {
            let input = Input { scale: 1.0, offset: [0.0; 3], ..input(4, 2, layout) };
            let plain = resized.fill(&picture, &region, &input).to_vec();
            let mirrored = resized.mirror(&input).to_vec();
            let packed = layout == Layout::PackedRgb;
            for (row, column, channel) in [(0, 0, 0), (1, 3, 1), (0, 2, 2)] {
                let at = |column: usize| {
                    if packed { 3 * (4 * row + column) + channel } else { 8 * channel + 4 * row + column }
                };
                assert_eq!(mirrored[at(column)], plain[at(3 - column)], "{layout:?}");
            }
        }
    }

    #[test]
    fn directions_shrink_independently_and_average_what_they_skip() {
        let rgb = (0..256u32)
            .flat_map(|y| (0..128u32).flat_map(move |x| [if (x + y) % 2 == 0 { 255 } else { 0 }; 3]));
        let picture = Picture::from_rgb(128, 256, rgb.collect()).unwrap();
        let mut resized = Resized::default();
        let input = Input { scale: 1.0, offset: [0.0; 3], ..input(16, 16, Layout::PackedRgb) };
        let tensor = resized.fill(&picture, &whole(&picture), &input);
        assert!(tensor.iter().all(|&v| (v - 127.5).abs() < 4.0), "{tensor:?}");
    }

    #[test]
    fn a_letterbox_keeps_proportions() {
        let picture = Picture::from_rgb(200, 100, vec![200; 60_000]).unwrap();
        let input = Input { scale: 1.0, offset: [0.0; 3], ..input(10, 10, Layout::PackedGrey) };
        let mut resized = Resized::default();
        let tensor = resized.letterbox(&picture, &whole(&picture), &input);
        assert!(tensor[..50].iter().all(|v| (v - 200.0).abs() < 0.1), "{tensor:?}");
        assert!(tensor[50..].iter().all(|v| (v - 114.0).abs() < 0.1), "{tensor:?}");
    }

    #[test]
    fn regions_are_cut_to_the_picture() {
        let (picture, mut resized) = (gradient(100, 90), Resized::default());
        let input = Input { scale: 1.0, offset: [0.0; 3], ..input(3, 3, Layout::PackedRgb) };
        for region in [
            Rect { left: -1e9, top: -1e9, width: 2e9, height: 2e9 },
            whole(&picture),
            centre(&whole(&picture), 1.0),
        ] {
            let tensor = resized.fill(&picture, &region, &input);
            assert!((tensor[12] - 49.5).abs() < 1.5 && (tensor[13] - 44.5).abs() < 1.5, "{tensor:?}");
        }
        for at in [500.0, -500.0, f32::NAN] {
            let region = Rect { left: at, top: at, width: 1.0, height: 0.0 };
            assert!(resized.fill(&picture, &region, &input).iter().all(|v| v.is_finite()));
        }
    }
}
