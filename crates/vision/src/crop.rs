//! Crops: a turned, scaled square of a picture, written straight into a network's input tensor.
//!
//! Owns the sampling. A crop is made by one pass from the picture's bytes to the tensor's floats: no picture is
//! copied, turned or shrunk in between. Where a crop shrinks the picture, each of its pixels averages a grid of
//! samples that leaves nothing in between unread, so that detail does not turn into false patterns.
//!
//! # Invariants
//! - Outside of the picture everything is black.
//! - Time is bounded by the tensor's size and [`MAX_SAMPLES_A_SIDE`].

use crate::face::Point;
use crate::geometry::Similarity;
use crate::picture::Picture;

/// Bounds the time of a crop whatever a detector claims. 32 samples a side cover 48 picture pixels for one of the
/// crop's, a face over 6,000 pixels wide at the mesh's 192.
const MAX_SAMPLES_A_SIDE: usize = 32;

/// How samples lie in a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Three planes, R, G, B.
    PlanarRgb,
    /// Three planes, B, G, R.
    PlanarBgr,
    /// One plane: 0.2989 R + 0.587 G + 0.114 B.
    PlanarGrey,
    /// R, G, B of each pixel.
    PackedRgb,
    /// B, G, R of each pixel.
    PackedBgr,
    /// One number for each pixel, as in [`Layout::PlanarGrey`].
    PackedGrey,
}

impl Layout {
    /// Numbers for each pixel.
    pub(crate) fn channels(self) -> usize {
        match self {
            Self::PlanarRgb | Self::PlanarBgr | Self::PackedRgb | Self::PackedBgr => 3,
            Self::PlanarGrey | Self::PackedGrey => 1,
        }
    }
}

/// What a network's input looks like: `value = scale * sample + offset`, samples 0..=255.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Input {
    /// Pixels on each side.
    pub(crate) side: usize,
    /// Order of the numbers.
    pub(crate) layout: Layout,
    /// Factor for each sample.
    pub(crate) scale: f32,
    /// Summand for R, G, B (the first alone for grey).
    pub(crate) offset: [f32; 3],
}

impl Input {
    /// Numbers in one crop.
    pub(crate) fn len(&self) -> usize {
        self.side * self.side * self.layout.channels()
    }

    /// Shape of a batch of `count` crops.
    pub(crate) fn shape(&self, count: usize) -> [usize; 4] {
        let (side, channels) = (self.side, self.layout.channels());
        match self.layout {
            Layout::PlanarRgb | Layout::PlanarBgr | Layout::PlanarGrey => [count, channels, side, side],
            Layout::PackedRgb | Layout::PackedBgr | Layout::PackedGrey => [count, side, side, channels],
        }
    }

    /// Samples `picture` into `tensor` (as long as [`Input::len`]). `to_picture` maps the crop's pixels to the
    /// picture's; `mirrored` exchanges left and right of the crop.
    pub(crate) fn fill(
        &self,
        picture: &Picture,
        to_picture: &Similarity,
        mirrored: bool,
        tensor: &mut [f32],
    ) {
        let plane = self.side * self.side;
        let [r0, g0, b0] = self.offset;
        let scale = self.scale;
        match self.layout {
            Layout::PackedRgb => {
                let pixels = tensor.as_chunks_mut::<3>().0;
                self.sample(picture, to_picture, mirrored, |at, [r, g, b]| {
                    if let Some(pixel) = pixels.get_mut(at) {
                        *pixel = [r * scale + r0, g * scale + g0, b * scale + b0];
                    }
                });
            }
            Layout::PackedBgr => {
                let pixels = tensor.as_chunks_mut::<3>().0;
                self.sample(picture, to_picture, mirrored, |at, [r, g, b]| {
                    if let Some(pixel) = pixels.get_mut(at) {
                        *pixel = [b * scale + b0, g * scale + g0, r * scale + r0];
                    }
                });
            }
            Layout::PlanarGrey | Layout::PackedGrey => {
                self.sample(picture, to_picture, mirrored, |at, [r, g, b]| {
                    if let Some(pixel) = tensor.get_mut(at) {
                        *pixel = (0.2989 * r + 0.587 * g + 0.114 * b) * scale + r0;
                    }
                })
            }
            Layout::PlanarRgb | Layout::PlanarBgr => {
                let (first, rest) = tensor.split_at_mut(plane.min(tensor.len()));
                let (second, third) = rest.split_at_mut(plane.min(rest.len()));
                let swap = self.layout == Layout::PlanarBgr;
                let (red, blue) = if swap { (third, first) } else { (first, third) };
                self.sample(picture, to_picture, mirrored, |at, [r, g, b]| {
                    if let (Some(x), Some(y), Some(z)) =
                        (red.get_mut(at), second.get_mut(at), blue.get_mut(at))
                    {
                        (*x, *y, *z) = (r * scale + r0, g * scale + g0, b * scale + b0);
                    }
                });
            }
        }
    }

    /// Hands every pixel of the crop to `store`, with its place in a plane, rows from the top.
    #[inline(always)]
    fn sample(
        &self,
        picture: &Picture,
        to_picture: &Similarity,
        mirrored: bool,
        mut store: impl FnMut(usize, [f32; 3]),
    ) {
        let grid = samples_a_side(to_picture.scale());
        let step = to_picture.step();
        let share = 1.0 / (grid * grid) as f32;
        let bitmap = Bitmap::new(picture);
        for row in 0..self.side {
            for column in 0..self.side {
                let x = if mirrored { self.side - 1 - column } else { column };
                let at = to_picture.apply(Point { x: x as f32, y: row as f32 });
                let sample = if grid == 1 {
                    bitmap.at(at.x, at.y)
                } else {
                    let mut sum = [0.0; 3];
                    for j in 0..grid {
                        let v = (j as f32 + 0.5) / grid as f32 - 0.5;
                        for i in 0..grid {
                            let u = (i as f32 + 0.5) / grid as f32 - 0.5;
                            let one =
                                bitmap.at(at.x + u * step.x - v * step.y, at.y + u * step.y + v * step.x);
                            for (total, value) in sum.iter_mut().zip(one) {
                                *total += value;
                            }
                        }
                    }
                    sum.map(|total| total * share)
                };
                store(row * self.side + column, sample);
            }
        }
    }
}

/// Samples along each side of a crop's pixel that covers `scale` picture pixels. Bilinear interpolation reads two
/// neighbours, so samples may lie up to 1.5 pixels apart before detail is skipped; up to there one sample
/// is what the networks' own preprocessing (plain bilinear warps) does.
fn samples_a_side(scale: f32) -> usize {
    ((scale / 1.5).ceil() as usize).clamp(1, MAX_SAMPLES_A_SIDE)
}

struct Bitmap<'a> {
    width: usize,
    pixels: &'a [[u8; 3]],
    /// Largest x and y whose lower right neighbour exists.
    inner: (f32, f32),
    size: (i64, i64),
}

impl<'a> Bitmap<'a> {
    fn new(picture: &'a Picture) -> Self {
        let (width, height) = (picture.width(), picture.height());
        Self {
            width: width as usize,
            pixels: picture.rgb().as_chunks::<3>().0,
            inner: (width as f32 - 1.0, height as f32 - 1.0),
            size: (i64::from(width), i64::from(height)),
        }
    }

    /// The bilinear sample at (x, y), channels 0..=255. Inlined: it is called for every pixel of every crop.
    #[inline(always)]
    fn at(&self, x: f32, y: f32) -> [f32; 3] {
        if x >= 0.0 && y >= 0.0 && x < self.inner.0 && y < self.inner.1 {
            // Truncation is rounding down here, and does not call the mathematical library.
            let (left, top) = (x as usize, y as usize);
            let first = top * self.width + left;
            let second = first + self.width;
            if let (Some([a, b]), Some([c, d])) =
                (self.pixels.get(first..first + 2), self.pixels.get(second..second + 2))
            {
                return blend([a, b, c, d], x - left as f32, y - top as f32);
            }
        }
        // Crops of faces at the edge, and turned ones, are black to a good part.
        if x <= -1.0 || y <= -1.0 || x > self.inner.0 + 1.0 || y > self.inner.1 + 1.0 {
            return [0.0; 3];
        }
        self.at_edge(x, y)
    }

    /// The same where a neighbour may lie outside of the picture.
    #[cold]
    fn at_edge(&self, x: f32, y: f32) -> [f32; 3] {
        let (left, top) = (x.floor(), y.floor());
        let corners = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| {
            let (x, y) = ((left as i64).saturating_add(dx), (top as i64).saturating_add(dy));
            let inside = (0..self.size.0).contains(&x) && (0..self.size.1).contains(&y);
            let pixel = if inside { self.pixels.get(y as usize * self.width + x as usize) } else { None };
            pixel.copied().unwrap_or_default()
        });
        let [a, b, c, d] = &corners;
        // Infinite coordinates have no fraction; every corner is black then.
        let fraction = |v: f32, floor: f32| if v.is_finite() { v - floor } else { 0.0 };
        blend([a, b, c, d], fraction(x, left), fraction(y, top))
    }
}

/// Bilinear interpolation between four neighbours.
#[inline(always)]
fn blend([a, b, c, d]: [&[u8; 3]; 4], u: f32, v: f32) -> [f32; 3] {
    let (wa, wb, wc, wd) = ((1.0 - u) * (1.0 - v), u * (1.0 - v), (1.0 - u) * v, u * v);
    let channel =
        |i: usize| f32::from(a[i]) * wa + f32::from(b[i]) * wb + f32::from(c[i]) * wc + f32::from(d[i]) * wd;
    [channel(0), channel(1), channel(2)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gradient(width: u32, height: u32) -> Picture {
        let rgb = (0..height).flat_map(|y| (0..width).flat_map(move |x| [x as u8, y as u8, 7])).collect();
        Picture::from_rgb(width, height, rgb).unwrap()
    }

    fn input(side: usize, layout: Layout) -> Input {
        Input { side, layout, scale: 1.0, offset: [0.0; 3] }
    }

    fn square(x: f32, y: f32, extent: f32, side: usize) -> Similarity {
        Similarity::of_square(Point { x, y }, extent, 0.0, side).unwrap()
    }

    #[test]
    fn a_crop_at_full_size_repeats_the_pixels_in_each_layout() {
        let picture = gradient(20, 20);
        let crop = square(10.0, 8.0, 4.0, 4); // pixels 8..12 x 6..10
        let mut packed = vec![0.0; 48];
        input(4, Layout::PackedRgb).fill(&picture, &crop, false, &mut packed);
        assert_eq!(packed[..6], [8.0, 6.0, 7.0, 9.0, 6.0, 7.0]);
        let mut planar = vec![0.0; 48];
        input(4, Layout::PlanarRgb).fill(&picture, &crop, false, &mut planar);
        assert_eq!((planar[0], planar[1], planar[16], planar[32]), (8.0, 9.0, 6.0, 7.0));
        let mut bgr = vec![0.0; 48];
        input(4, Layout::PlanarBgr).fill(&picture, &crop, false, &mut bgr);
        assert_eq!((bgr[0], bgr[16], bgr[32]), (7.0, 6.0, 8.0));
        let mut grey = vec![0.0; 16];
        input(4, Layout::PackedGrey).fill(&picture, &crop, false, &mut grey);
        let mut packed_bgr = vec![0.0; 48];
        input(4, Layout::PackedBgr).fill(&picture, &crop, false, &mut packed_bgr);
        assert_eq!(packed_bgr[..3], [7.0, 6.0, 8.0]);
        assert!((grey[0] - (0.2989 * 8.0 + 0.587 * 6.0 + 0.114 * 7.0)).abs() < 1e-4);
    }

    #[test]
    fn a_mirrored_crop_is_the_crop_read_backwards() {
        let picture = gradient(30, 30);
        let crop = Similarity::of_square(Point { x: 15.0, y: 14.0 }, 11.0, 0.3, 8).unwrap();
        let (mut plain, mut mirrored) = (vec![0.0; 192], vec![0.0; 192]);
        input(8, Layout::PackedRgb).fill(&picture, &crop, false, &mut plain);
        input(8, Layout::PackedRgb).fill(&picture, &crop, true, &mut mirrored);
        for row in 0..8 {
            for column in 0..8 {
                let (a, b) = (3 * (8 * row + column), 3 * (8 * row + 7 - column));
                assert_eq!(plain[a..a + 3], mirrored[b..b + 3]);
            }
        }
    }

    #[test]
    fn outside_of_the_picture_is_black() {
        let picture = gradient(20, 20);
        let mut tensor = vec![1.0; 48];
        input(4, Layout::PackedRgb).fill(&picture, &square(-40.0, 10.0, 4.0, 4), false, &mut tensor);
        assert!(tensor.iter().all(|&v| v == 0.0));
        input(4, Layout::PackedRgb).fill(&picture, &square(1e30, 1e30, 4.0, 4), false, &mut tensor);
        assert!(tensor.iter().all(|&v| v == 0.0));
    }

    /// A fine checkerboard shrunk by eight must become even grey; single samples would keep false black and white.
    #[test]
    fn shrinking_averages_what_it_skips() {
        let rgb = (0..256u32)
            .flat_map(|y| (0..256u32).flat_map(move |x| [if (x + y) % 2 == 0 { 255 } else { 0 }; 3]));
        let picture = Picture::from_rgb(256, 256, rgb.collect()).unwrap();
        let mut tensor = vec![0.0; 16 * 16 * 3];
        input(16, Layout::PackedRgb).fill(&picture, &square(128.0, 128.0, 128.0, 16), false, &mut tensor);
        assert!(tensor.iter().all(|&v| (v - 127.5).abs() < 16.0), "{tensor:?}");
    }
}
