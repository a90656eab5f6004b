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

    /// Exchanges left and right of a crop: what [`Input::fill`] would have sampled with `mirrored` the other way.
    pub(crate) fn mirror(&self, plain: &[f32], mirrored: &mut [f32]) {
        let packed = match self.layout {
            Layout::PackedRgb | Layout::PackedBgr => 3,
            Layout::PlanarRgb | Layout::PlanarBgr | Layout::PlanarGrey | Layout::PackedGrey => 1,
        };
        let rows = plain.chunks_exact(self.side * packed);
        for (from, to) in rows.zip(mirrored.chunks_exact_mut(self.side * packed)) {
            for (pixel, place) in from.chunks_exact(packed).rev().zip(to.chunks_exact_mut(packed)) {
                place.copy_from_slice(pixel);
            }
        }
    }

    /// Hands every pixel of the crop to `store`, with its place in a plane, rows from the top.
    ///
    /// A row's pixels are summed together, one of their samples after the other, so that sixteen positions are reckoned at
    /// once; each pixel's samples are added in the order of its grid.
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
        // The samples of a pixel, in pixels of the crop from its centre; a single one lies in it.
        let place = |index: usize| if grid == 1 { 0.0 } else { (index as f32 + 0.5) / grid as f32 - 0.5 };
        let bitmap = Bitmap::new(picture);
        let mut sums: Vec<Sums> = vec![[[0.0; 4]; LANES]; self.side.div_ceil(LANES)];
        for row in 0..self.side {
            sums.fill([[0.0; 4]; LANES]);
            for v in (0..grid).map(place) {
                for u in (0..grid).map(place) {
                    let (right, down) = ((u * step.x, u * step.y), (v * step.y, v * step.x));
                    for (chunk, sums) in sums.iter_mut().enumerate() {
                        let (mut xs, mut ys) = ([0.0; LANES], [0.0; LANES]);
                        for lane in 0..LANES {
                            let column = (chunk * LANES + lane) as i32;
                            let at = to_picture.apply(Point { x: column as f32, y: row as f32 });
                            xs[lane] = at.x + right.0 - down.0;
                            ys[lane] = at.y + right.1 + down.1;
                        }
                        bitmap.add(&xs, &ys, sums);
                    }
                }
            }
            for (x, [r, g, b, _]) in sums.as_flattened().iter().take(self.side).enumerate() {
                let column = if mirrored { self.side - 1 - x } else { x };
                store(row * self.side + column, [r * share, g * share, b * share]);
            }
        }
    }
}

/// Pixels of a crop that are sampled together.
const LANES: usize = 16;

/// Red, green and blue of pixels side by side; the fourth number is whatever stood beside blue.
type Sums = [[f32; 4]; LANES];

/// Samples along each side of a crop's pixel that covers `scale` picture pixels. Bilinear interpolation reads two
/// neighbours, so samples may lie up to 1.5 pixels apart before detail is skipped; up to there one sample
/// is what the networks' own preprocessing (plain bilinear warps) does.
fn samples_a_side(scale: f32) -> usize {
    ((scale / 1.5).ceil() as usize).clamp(1, MAX_SAMPLES_A_SIDE)
}

struct Bitmap<'a> {
    width: usize,
    pixels: &'a [[u8; 3]],
    bytes: &'a [u8],
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
            bytes: picture.rgb(),
            inner: (width as f32 - 1.0, height as f32 - 1.0),
            size: (i64::from(width), i64::from(height)),
        }
    }

    /// Adds the bilinear samples at the places (x, y) to `sums`: the same numbers as [`Bitmap::at`] gives, bit for bit. Both
    /// halves are written so that the compiler makes vector instructions of them: positions and weights of all lanes at once,
    /// then the channels of a pixel at once.
    #[inline(always)]
    fn add(&self, xs: &[f32; LANES], ys: &[f32; LANES], sums: &mut Sums) {
        let mut inside = i32::try_from(self.bytes.len()).is_ok();
        for lane in 0..LANES {
            inside &=
                (xs[lane] >= 0.0) & (ys[lane] >= 0.0) & (xs[lane] < self.inner.0) & (ys[lane] < self.inner.1);
        }
        if !inside {
            return self.add_each(xs, ys, sums);
        }
        let (mut first, mut weights) = ([0; LANES], [[0.0; LANES]; 4]);
        for lane in 0..LANES {
            // Truncation is rounding down here; so is the way through i32, which takes fewer instructions than one of 64 bits.
            let (left, top) = (xs[lane] as i32, ys[lane] as i32);
            // Inside of the picture, whose bytes i32 can count.
            first[lane] = top.wrapping_mul(self.width as i32).wrapping_add(left).wrapping_mul(3);
            let (u, v) = (xs[lane] - left as f32, ys[lane] - top as f32);
            weights[0][lane] = (1.0 - u) * (1.0 - v);
            weights[1][lane] = u * (1.0 - v);
            weights[2][lane] = (1.0 - u) * v;
            weights[3][lane] = u * v;
        }
        let [wa, wb, wc, wd] = weights;
        for lane in 0..LANES {
            let upper = first[lane] as u32 as usize;
            // Two pixels and two bytes more, which make whole registers.
            let eight = |at: usize| self.bytes.get(at..).and_then(<[u8]>::first_chunk::<8>);
            let (Some(p), Some(q)) = (eight(upper), eight(upper + 3 * self.width)) else {
                add_one(&mut sums[lane], self.at(xs[lane], ys[lane]));
                continue;
            };
            let a = [p[0], p[1], p[2], p[3]].map(f32::from);
            let b = [p[3], p[4], p[5], p[6]].map(f32::from);
            let c = [q[0], q[1], q[2], q[3]].map(f32::from);
            let d = [q[3], q[4], q[5], q[6]].map(f32::from);
            for (channel, sum) in sums[lane].iter_mut().enumerate() {
                *sum += a[channel] * wa[lane]
                    + b[channel] * wb[lane]
                    + c[channel] * wc[lane]
                    + d[channel] * wd[lane];
            }
        }
    }

    /// The same where a sample may lie at the picture's edge or outside of it.
    #[cold]
    fn add_each(&self, xs: &[f32; LANES], ys: &[f32; LANES], sums: &mut Sums) {
        for ((sum, x), y) in sums.iter_mut().zip(xs).zip(ys) {
            add_one(sum, self.at(*x, *y));
        }
    }

    /// The bilinear sample at (x, y), channels 0..=255.
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

fn add_one(sum: &mut [f32; 4], sample: [f32; 3]) {
    for (total, value) in sum.iter_mut().zip(sample) {
        *total += value;
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

    /// Sixteen pixels at once, at any place and angle, are what one sample after the other gives, bit for bit.
    #[test]
    fn a_crop_is_the_mean_of_single_samples() {
        let noise = (0..3 * 67 * 53u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let picture = Picture::from_rgb(67, 53, noise).unwrap();
        let bitmap = Bitmap::new(&picture);
        // Inside, across each edge, in the last corner, and all of it around.
        for (x, y, extent) in
            [(30.0, 25.0, 20.0), (2.0, 3.0, 30.0), (60.0, 50.0, 40.0), (66.5, 52.5, 3.0), (30.0, 20.0, 300.0)]
        {
            for (angle, side) in [(0.0, 16), (0.4, 21), (2.0, 40), (-1.5, 7)] {
                let crop = Similarity::of_square(Point { x, y }, extent, angle, side).unwrap();
                let (grid, step) = (samples_a_side(crop.scale()), crop.step());
                let mut tensor = vec![0.0; 3 * side * side];
                input(side, Layout::PackedRgb).fill(&picture, &crop, false, &mut tensor);
                for (index, pixel) in tensor.as_chunks::<3>().0.iter().enumerate() {
                    let at = crop.apply(Point { x: (index % side) as f32, y: (index / side) as f32 });
                    let place = |k: usize| (k as f32 + 0.5) / grid as f32 - 0.5;
                    let mut sum = [0.0; 4];
                    for (v, u) in (0..grid * grid).map(|k| (place(k / grid), place(k % grid))) {
                        let (x, y) = (at.x + u * step.x - v * step.y, at.y + u * step.y + v * step.x);
                        add_one(&mut sum, bitmap.at(x, y));
                    }
                    let share = 1.0 / (grid * grid) as f32;
                    assert_eq!(
                        *pixel,
                        [sum[0] * share, sum[1] * share, sum[2] * share],
                        "{index} of {crop:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_crop_turned_over_is_the_mirrored_crop_in_each_layout() {
        let picture = gradient(30, 30);
        let crop = Similarity::of_square(Point { x: 15.0, y: 14.0 }, 11.0, 0.3, 9).unwrap();
        for layout in [
            Layout::PlanarRgb,
            Layout::PlanarBgr,
            Layout::PlanarGrey,
            Layout::PackedRgb,
            Layout::PackedBgr,
            Layout::PackedGrey,
        ] {
            let input = input(9, layout);
            let mut tensors = [(); 3].map(|()| vec![0.0; input.len()]);
            let [plain, mirrored, turned] = &mut tensors;
            input.fill(&picture, &crop, false, plain);
            input.fill(&picture, &crop, true, mirrored);
            input.mirror(plain, turned);
            assert_eq!(mirrored, turned, "{layout:?}");
            assert_ne!(plain, turned, "{layout:?}");
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
