//! Crops: a turned, scaled square of a picture, written straight into a network's input tensor.
//!
//! Owns where samples lie. Where a crop shrinks the picture, nothing in between is left unread, so that detail does not turn
//! into false patterns: each of its pixels is the mean of several samples, or what it reads of the picture is shrunk by a
//! whole number first ([`crate::patch`]).
//!
//! # Invariants
//! - Outside of the picture everything is black.
//! - Time is bounded by the tensor's size and the picture's.

use crate::face::Point;
use crate::geometry::Similarity;
use crate::patch::{LANES, Means, Patch, Sums};
use crate::picture::Picture;

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
    /// How its pixels are made of several of the picture's.
    pub(crate) means: Means,
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
    /// picture's; `mirrored` exchanges left and right of the crop; `patch` is room for what is read.
    pub(crate) fn fill(
        &self,
        picture: &Picture,
        to_picture: &Similarity,
        mirrored: bool,
        patch: &mut Patch,
        tensor: &mut [f32],
    ) {
        let plane = self.side * self.side;
        let [r0, g0, b0] = self.offset;
        let scale = self.scale;
        match self.layout {
            Layout::PackedRgb => {
                let pixels = tensor.as_chunks_mut::<3>().0;
                self.sample(picture, to_picture, mirrored, patch, |at, [r, g, b]| {
                    if let Some(pixel) = pixels.get_mut(at) {
                        *pixel = [r * scale + r0, g * scale + g0, b * scale + b0];
                    }
                });
            }
            Layout::PackedBgr => {
                let pixels = tensor.as_chunks_mut::<3>().0;
                self.sample(picture, to_picture, mirrored, patch, |at, [r, g, b]| {
                    if let Some(pixel) = pixels.get_mut(at) {
                        *pixel = [b * scale + b0, g * scale + g0, r * scale + r0];
                    }
                });
            }
            Layout::PlanarGrey | Layout::PackedGrey => {
                self.sample(picture, to_picture, mirrored, patch, |at, [r, g, b]| {
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
                self.sample(picture, to_picture, mirrored, patch, |at, [r, g, b]| {
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
        patch: &mut Patch,
        mut store: impl FnMut(usize, [f32; 3]),
    ) {
        let (shrink, grid) = self.means.of(to_picture.scale());
        let to_shrunk = to_picture.shrunk(shrink);
        patch.take(picture, &to_shrunk, self.side, shrink);
        let step = to_shrunk.step();
        let share = 1.0 / (grid * grid) as f32;
        // The samples of a pixel, in pixels of the crop from its centre; a single one lies in it.
        let place = |index: usize| if grid == 1 { 0.0 } else { (index as f32 + 0.5) / grid as f32 - 0.5 };
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
                            let at = to_shrunk.apply(Point { x: column as f32, y: row as f32 });
                            xs[lane] = at.x + right.0 - down.0;
                            ys[lane] = at.y + right.1 + down.1;
                        }
                        patch.add(&xs, &ys, sums);
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gradient(width: u32, height: u32) -> Picture {
        let rgb = (0..height).flat_map(|y| (0..width).flat_map(move |x| [x as u8, y as u8, 7])).collect();
        Picture::from_rgb(width, height, rgb).unwrap()
    }

    fn input(side: usize, layout: Layout) -> Input {
        Input { side, layout, scale: 1.0, offset: [0.0; 3], means: Means::Quick }
    }

    fn square(x: f32, y: f32, extent: f32, side: usize) -> Similarity {
        Similarity::of_square(Point { x, y }, extent, 0.0, side).unwrap()
    }

    #[test]
    fn a_crop_at_full_size_repeats_the_pixels_in_each_layout() {
        let picture = gradient(20, 20);
        let crop = square(10.0, 8.0, 4.0, 4); // pixels 8..12 x 6..10
        let mut packed = vec![0.0; 48];
        input(4, Layout::PackedRgb).fill(&picture, &crop, false, &mut Patch::default(), &mut packed);
        assert_eq!(packed[..6], [8.0, 6.0, 7.0, 9.0, 6.0, 7.0]);
        let mut planar = vec![0.0; 48];
        input(4, Layout::PlanarRgb).fill(&picture, &crop, false, &mut Patch::default(), &mut planar);
        assert_eq!((planar[0], planar[1], planar[16], planar[32]), (8.0, 9.0, 6.0, 7.0));
        let mut bgr = vec![0.0; 48];
        input(4, Layout::PlanarBgr).fill(&picture, &crop, false, &mut Patch::default(), &mut bgr);
        assert_eq!((bgr[0], bgr[16], bgr[32]), (7.0, 6.0, 8.0));
        let mut grey = vec![0.0; 16];
        input(4, Layout::PackedGrey).fill(&picture, &crop, false, &mut Patch::default(), &mut grey);
        let mut packed_bgr = vec![0.0; 48];
        input(4, Layout::PackedBgr).fill(&picture, &crop, false, &mut Patch::default(), &mut packed_bgr);
        assert_eq!(packed_bgr[..3], [7.0, 6.0, 8.0]);
        assert!((grey[0] - (0.2989 * 8.0 + 0.587 * 6.0 + 0.114 * 7.0)).abs() < 1e-4);
    }

    #[test]
    fn a_mirrored_crop_is_the_crop_read_backwards() {
        let picture = gradient(30, 30);
        let crop = Similarity::of_square(Point { x: 15.0, y: 14.0 }, 11.0, 0.3, 8).unwrap();
        let (mut plain, mut mirrored) = (vec![0.0; 192], vec![0.0; 192]);
        input(8, Layout::PackedRgb).fill(&picture, &crop, false, &mut Patch::default(), &mut plain);
        input(8, Layout::PackedRgb).fill(&picture, &crop, true, &mut Patch::default(), &mut mirrored);
        for row in 0..8 {
            for column in 0..8 {
                let (a, b) = (3 * (8 * row + column), 3 * (8 * row + 7 - column));
                assert_eq!(plain[a..a + 3], mirrored[b..b + 3]);
            }
        }
    }

    /// A pixel of the picture shrunk by a whole number: the mean of what it covers, black where that is outside.
    fn pixel(picture: &Picture, shrink: usize, x: i64, y: i64) -> [f32; 3] {
        let (width, height, by) =
            (i64::from(picture.width()), i64::from(picture.height()), i64::try_from(shrink).unwrap());
        let mut sum = [0.0; 3];
        for (x, y) in (0..by * by).map(|index| (by * x + index % by, by * y + index / by)) {
            if (0..width).contains(&x) && (0..height).contains(&y) {
                let at = usize::try_from(3 * (y * width + x)).unwrap();
                for (sum, value) in sum.iter_mut().zip(&picture.rgb()[at..at + 3]) {
                    *sum += f32::from(*value);
                }
            }
        }
        let share = 1.0 / (shrink * shrink) as f32;
        sum.map(|sum| sum * share)
    }

    /// The bilinear sample at a place of it.
    fn sample(picture: &Picture, shrink: usize, at: Point) -> [f32; 3] {
        let (left, top) = (at.x.floor(), at.y.floor());
        let (u, v) = (at.x - left, at.y - top);
        let corner = |dx: i64, dy: i64| pixel(picture, shrink, left as i64 + dx, top as i64 + dy);
        let [a, b, c, d] = [corner(0, 0), corner(1, 0), corner(0, 1), corner(1, 1)];
        let (wa, wb, wc, wd) = ((1.0 - u) * (1.0 - v), u * (1.0 - v), (1.0 - u) * v, u * v);
        std::array::from_fn(|i| a[i] * wa + b[i] * wb + c[i] * wc + d[i] * wd)
    }

    /// The mean of `grid` x `grid` samples of each pixel.
    fn means(picture: &Picture, shrink: usize, crop: &Similarity, side: usize, grid: usize) -> Vec<[f32; 3]> {
        let (crop, place) =
            (
                crop.shrunk(shrink),
                |k: usize| if grid == 1 { 0.0 } else { (k as f32 + 0.5) / grid as f32 - 0.5 },
            );
        let share = 1.0 / (grid * grid) as f32;
        let mean = |index: usize| {
            let at = crop.apply(Point { x: (index % side) as f32, y: (index / side) as f32 });
            let (step, mut sum) = (crop.step(), [0.0; 3]);
            for (v, u) in (0..grid * grid).map(|k| (place(k / grid), place(k % grid))) {
                let at = Point { x: at.x + u * step.x - v * step.y, y: at.y + u * step.y + v * step.x };
                for (sum, value) in sum.iter_mut().zip(sample(picture, shrink, at)) {
                    *sum += value;
                }
            }
            sum.map(|sum| sum * share)
        };
        (0..side * side).map(mean).collect()
    }

    fn filled(picture: &Picture, crop: &Similarity, side: usize, means: Means) -> Vec<[f32; 3]> {
        let mut tensor = vec![f32::NAN; 3 * side * side];
        // A patch that was used before, for more.
        let mut patch = Patch::default();
        let wide = Similarity::of_square(Point { x: 9.0, y: 9.0 }, 60.0, 0.1, 32).unwrap();
        input(32, Layout::PackedRgb).fill(picture, &wide, false, &mut patch, &mut vec![0.0; 3 * 32 * 32]);
        let input = Input { means, ..input(side, Layout::PackedRgb) };
        input.fill(picture, crop, false, &mut patch, &mut tensor);
        tensor.as_chunks::<3>().0.to_vec()
    }

    /// Sixteen pixels at once, at any place and angle, are what one sample after the other gives, bit for bit: of the picture
    /// itself where a crop shrinks it little, as it always was.
    #[test]
    fn a_crop_is_the_mean_of_single_samples() {
        let noise = (0..3 * 67 * 53u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let picture = Picture::from_rgb(67, 53, noise).unwrap();
        // Inside, across each edge, in the last corner, beside the picture, and all of it around.
        for (x, y, extent) in [
            (30.0, 25.0, 20.0),
            (2.0, 3.0, 30.0),
            (60.0, 50.0, 40.0),
            (66.5, 52.5, 3.0),
            (-30.0, 20.0, 12.0),
            (30.0, 120.0, 40.0),
            (30.0, 20.0, 300.0),
            (30.0, 20.0, 1000.0),
        ] {
            for (angle, side) in [(0.0, 16), (0.4, 21), (2.0, 40), (-1.5, 7)] {
                let crop = Similarity::of_square(Point { x, y }, extent, angle, side).unwrap();
                for (how, least) in [(Means::Quick, 2.4), (Means::Fine, 4.8)] {
                    let (shrink, grid) = how.of(crop.scale());
                    assert_eq!(shrink == 1, crop.scale() < least, "{crop:?}");
                    let expected = means(&picture, shrink, &crop, side, grid);
                    assert_eq!(filled(&picture, &crop, side, how), expected, "{crop:?} {how:?}");
                }
            }
        }
    }

    proptest! {
        /// Of what a crop can hold, shrinking first loses hardly anything: waves of four of the crop's pixels and more.
        #[test]
        fn shrinking_first_changes_little_of_smooth_pictures(
            x in 100f32..160.0, y in 100f32..160.0, angle in -3.2f32..3.2, scale in 2.4f32..11.0, side in 5usize..10,
            period in 24f32..60.0, phase in 0f32..6.3,
        ) {
            let wave = |at: u32, tilt: f32| (127.5 + 120.0 * (at as f32 * std::f32::consts::TAU / (period * scale) * tilt + phase).sin()) as u8;
            let rgb = (0..256).flat_map(|y| (0..256).flat_map(move |x| [wave(x, 1.0), wave(y, 1.0), wave(x + y, 0.6)]));
            let picture = Picture::from_rgb(256, 256, rgb.collect()).unwrap();
            let crop = Similarity::of_square(Point { x, y }, scale * side as f32, angle, side).unwrap();
            let direct = means(&picture, 1, &crop, side, (scale / 1.5).ceil() as usize);
            for how in [Means::Quick, Means::Fine] {
                let filled = filled(&picture, &crop, side, how);
                for (one, other) in filled.iter().flatten().zip(direct.iter().flatten()) {
                    prop_assert!((one - other).abs() < 2.5, "{one} in place of {other}");
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
            input.fill(&picture, &crop, false, &mut Patch::default(), plain);
            input.fill(&picture, &crop, true, &mut Patch::default(), mirrored);
            input.mirror(plain, turned);
            assert_eq!(mirrored, turned, "{layout:?}");
            assert_ne!(plain, turned, "{layout:?}");
        }
    }

    #[test]
    fn outside_of_the_picture_is_black() {
        let picture = gradient(20, 20);
        let mut tensor = vec![1.0; 48];
        input(4, Layout::PackedRgb).fill(
            &picture,
            &square(-40.0, 10.0, 4.0, 4),
            false,
            &mut Patch::default(),
            &mut tensor,
        );
        assert!(tensor.iter().all(|&v| v == 0.0));
        input(4, Layout::PackedRgb).fill(
            &picture,
            &square(1e30, 1e30, 4.0, 4),
            false,
            &mut Patch::default(),
            &mut tensor,
        );
        assert!(tensor.iter().all(|&v| v == 0.0));
    }

    /// A fine checkerboard shrunk by eight must become even grey; single samples would keep false black and white.
    #[test]
    fn shrinking_averages_what_it_skips() {
        let rgb = (0..256u32)
            .flat_map(|y| (0..256u32).flat_map(move |x| [if (x + y) % 2 == 0 { 255 } else { 0 }; 3]));
        let picture = Picture::from_rgb(256, 256, rgb.collect()).unwrap();
        let mut tensor = vec![0.0; 16 * 16 * 3];
        input(16, Layout::PackedRgb).fill(
            &picture,
            &square(128.0, 128.0, 128.0, 16),
            false,
            &mut Patch::default(),
            &mut tensor,
        );
        assert!(tensor.iter().all(|&v| (v - 127.5).abs() < 16.0), "{tensor:?}");
    }
}
