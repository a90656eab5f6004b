//! Strips: slanted rectangles of a picture, upright and of one height, written straight into a network's input tensor.
//!
//! Owns the sampling. Where a strip shrinks the picture, each of its pixels averages a grid of samples that leaves nothing in between
//! unread. Refuses to know what a strip shows.
//!
//! # Invariants
//! - Outside of the picture its edge goes on, so that text at the edge has no false border.
//! - Right of what was sampled the tensor is zero: the filling that the networks were trained with.
//! - Time is bounded by the tensor's size and [`MAX_SAMPLES_A_SIDE`].

use super::slanted::Slanted;
use crate::models::{Channels, Input};
use crate::picture::Picture;

/// Bounds the time of a strip: 16 samples a side cover 24 picture pixels for one of the strip's, letters of 1,100 pixels.
const MAX_SAMPLES_A_SIDE: usize = 16;

/// How a network wants its strips: planes, `value = (sample - mean) * scale`, samples 0..=255.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Format {
    /// Pixels.
    pub(super) height: usize,
    /// Channels, mean and scale as the manifest says.
    order: [usize; 3],
    mean: [f32; 3],
    scale: f32,
}

impl Format {
    /// Of a manifest's input, which has been found to be one of planes in colour with a fixed height.
    pub(super) fn of(input: &Input) -> Self {
        let order = if input.channels == Channels::Bgr { [2, 1, 0] } else { [0, 1, 2] };
        Self { height: input.height.unwrap_or(48), order, mean: input.mean, scale: input.scale }
    }

    /// The same for strips of another height, where the network takes any.
    pub(super) fn with_height(self, height: usize) -> Self {
        Self { height, ..self }
    }

    /// Numbers in a strip of a width.
    pub(super) fn len(&self, width: usize) -> usize {
        3 * self.height * width
    }

    /// The width at which a place keeps its proportions, pixels, between 1 and `most`.
    pub(super) fn natural_width(&self, place: &Slanted, most: usize) -> usize {
        let width = self.height as f32 * place.width / place.height.max(1e-3);
        // A number that is too large, or none, saturates.
        (width.round() as usize).clamp(1, most)
    }

    /// Samples `place` into the left `content` columns of `tensor`, a strip of `width` columns, and clears the others.
    pub(super) fn fill(
        &self,
        picture: &Picture,
        place: &Slanted,
        content: usize,
        width: usize,
        tensor: &mut [f32],
    ) {
        let bitmap = Bitmap::new(picture);
        let (step_x, step_y) =
            (place.width / content.max(1) as f32, place.height / self.height.max(1) as f32);
        let (across, down) = (samples(step_x), samples(step_y));
        let share = 1.0 / (across * down) as f32;
        let plane = self.height * width;
        let (first, rest) = tensor.split_at_mut(plane.min(tensor.len()));
        let (second, third) = rest.split_at_mut(plane.min(rest.len()));
        let rows = first
            .chunks_exact_mut(width.max(1))
            .zip(second.chunks_exact_mut(width.max(1)))
            .zip(third.chunks_exact_mut(width.max(1)));
        for (row, ((first, second), third)) in rows.enumerate() {
            let pixels = first.iter_mut().zip(second.iter_mut()).zip(third.iter_mut());
            for (column, ((a, b), c)) in pixels.enumerate() {
                if column >= content {
                    (*a, *b, *c) = (0.0, 0.0, 0.0);
                    continue;
                }
                let mut sum = [0.0; 3];
                for j in 0..down {
                    let y = (row as f32 + (j as f32 + 0.5) / down as f32) * step_y;
                    for i in 0..across {
                        let x = (column as f32 + (i as f32 + 0.5) / across as f32) * step_x;
                        let at = place.at(x, y);
                        for (total, value) in sum.iter_mut().zip(bitmap.at(at.x, at.y)) {
                            *total += value;
                        }
                    }
                }
                let [r, g, b_] = sum.map(|total| total * share);
                let pick = |channel: usize| match channel {
                    0 => r,
                    1 => g,
                    _ => b_,
                };
                let [x, y, z] = self.order.map(pick);
                let [m0, m1, m2] = self.mean;
                (*a, *b, *c) = ((x - m0) * self.scale, (y - m1) * self.scale, (z - m2) * self.scale);
            }
        }
    }
}

/// Samples along a side of a strip's pixel that covers `step` picture pixels, as for other crops.
fn samples(step: f32) -> usize {
    ((step / 1.5).ceil() as usize).clamp(1, MAX_SAMPLES_A_SIDE)
}

struct Bitmap<'a> {
    pixels: &'a [[u8; 3]],
    width: usize,
    right: f32,
    bottom: f32,
}

impl<'a> Bitmap<'a> {
    fn new(picture: &'a Picture) -> Self {
        Self {
            pixels: picture.rgb().as_chunks::<3>().0,
            width: picture.width() as usize,
            right: picture.width().saturating_sub(1) as f32,
            bottom: picture.height().saturating_sub(1) as f32,
        }
    }

    /// The colour at a place by bilinear interpolation; beyond the edge, that of the edge.
    #[inline(always)]
    fn at(&self, x: f32, y: f32) -> [f32; 3] {
        let (x, y) = (x.clamp(0.0, self.right), y.clamp(0.0, self.bottom));
        let (left, top) = (x as usize, y as usize);
        let (u, v) = (x - left as f32, y - top as f32);
        let right = (left + 1).min(self.width - 1);
        let below = if (top as f32) < self.bottom { top + 1 } else { top };
        let pixel = |x: usize, y: usize| {
            self.pixels.get(y * self.width + x).copied().unwrap_or_default().map(f32::from)
        };
        let (a, b, c, d) = (pixel(left, top), pixel(right, top), pixel(left, below), pixel(right, below));
        std::array::from_fn(|k| {
            let of = |pixel: &[f32; 3]| pixel.get(k).copied().unwrap_or_default();
            let above = of(&a) + (of(&b) - of(&a)) * u;
            let under = of(&c) + (of(&d) - of(&c)) * u;
            above + (under - above) * v
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::Point;
    use crate::models::Layout;

    fn format(height: usize) -> Format {
        Format::of(&Input {
            layout: Layout::Nchw,
            channels: Channels::Bgr,
            width: None,
            height: Some(height),
            mean: [1.0, 2.0, 3.0],
            scale: 2.0,
        })
    }

    /// Red is x, green is y, blue is 7.
    fn gradient(width: u32, height: u32) -> Picture {
        let rgb = (0..height).flat_map(|y| (0..width).flat_map(move |x| [x as u8, y as u8, 7]));
        Picture::from_rgb(width, height, rgb.collect()).unwrap()
    }

    #[test]
    fn a_strip_is_sampled_in_planes_and_filled_with_zeros() {
        let place = Slanted {
            origin: Point { x: 10.0, y: 20.0 },
            along: Point { x: 1.0, y: 0.0 },
            width: 6.0,
            height: 4.0,
        };
        let format = format(4);
        assert_eq!(format.natural_width(&place, 100), 6);
        assert_eq!(format.natural_width(&place, 5), 5);
        let mut tensor = vec![9.0; format.len(8)];
        format.fill(&gradient(60, 60), &place, 6, 8, &mut tensor);
        // Blue, green, red; at the middle of the first pixel x is 10.5 and y 20.5.
        assert_eq!(tensor[0], (7.0 - 1.0) * 2.0);
        assert_eq!(tensor[32], (20.5 - 2.0) * 2.0);
        assert_eq!(tensor[64..70], [10.5f32, 11.5, 12.5, 13.5, 14.5, 15.5].map(|x| (x - 3.0) * 2.0));
        assert_eq!(tensor[70..72], [0.0, 0.0]);
    }

    #[test]
    fn text_that_reads_downwards_stands_upright_in_its_strip() {
        let place = Slanted {
            origin: Point { x: 30.0, y: 10.0 },
            along: Point { x: 0.0, y: 1.0 },
            width: 8.0,
            height: 4.0,
        };
        let format = format(4);
        let mut tensor = vec![0.0; format.len(8)];
        format.fill(&gradient(60, 60), &place, 8, 8, &mut tensor);
        let (green, red) = (&tensor[32..64], &tensor[64..96]);
        assert!(green[0] < green[7] && (green[7] - green[0] - 14.0).abs() < 1e-3);
        assert!(red[0] > red[24] && (red[0] - red[24] - 6.0).abs() < 1e-3);
    }

    #[test]
    fn beyond_the_edge_the_edge_goes_on() {
        let place = Slanted {
            origin: Point { x: -1e9, y: 5.0 },
            along: Point { x: 1.0, y: 0.0 },
            width: 4.0,
            height: 4.0,
        };
        let format = format(4);
        let mut tensor = vec![0.0; format.len(4)];
        format.fill(&gradient(60, 60), &place, 4, 4, &mut tensor);
        assert!(tensor[32..].iter().all(|v| v.is_finite()));
        assert_eq!(tensor[32], (0.0 - 3.0) * 2.0);
    }

    #[test]
    fn shrinking_averages_what_it_skips() {
        let rgb = (0..128u32)
            .flat_map(|y| (0..128u32).flat_map(move |x| [if (x + y) % 2 == 0 { 255 } else { 0 }; 3]));
        let picture = Picture::from_rgb(128, 128, rgb.collect()).unwrap();
        let place = Slanted {
            origin: Point { x: 8.0, y: 8.0 },
            along: Point { x: 1.0, y: 0.0 },
            width: 96.0,
            height: 48.0,
        };
        let format = format(8);
        let mut tensor = vec![0.0; format.len(16)];
        format.fill(&picture, &place, 16, 16, &mut tensor);
        assert!(tensor[..128].iter().all(|&v| (v / 2.0 + 1.0 - 127.5).abs() < 16.0), "{tensor:?}");
    }
}
