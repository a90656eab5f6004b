//! What a picture looks like, whatever it shows: light, sharpness, contrast and colours, of the whole and of what stands
//! out of it.
//!
//! Owns the measures of the API's `IMAGE_PROPERTIES`. No network runs here. Refuses to know what things are: subjects come in as
//! boxes from whoever found them.
//!
//! *Brightness* is the mean luma in percent of white. *Sharpness* is that of `crate::sharpness`, measured at no more than
//! 512 pixels, so that a photograph has the same whatever its size, unless it is a small one. *Contrast* is
//! the standard deviation of the luma in percent of the largest possible, half of white.
//!
//! # Invariants
//! - All numbers are finite; qualities are 0 to 100, shares 0 to 1.
//! - Time and memory do not depend on the content, and only the two resizes depend on the size.

mod colours;
mod foreground;
mod lab;
mod named;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

pub use colours::DominantColour;
pub use named::{NamedColour, Simple};

use crate::error::VisionError;
use crate::face::Rect;
use crate::picture::Picture;
use crate::sharpness::{Area, Detail, REACH, Scale};

/// Longer side at which colours are counted and the foreground is looked for, pixels.
const COLOUR_SIDE: u32 = 128;
/// Longer side at which sharpness is measured at most, pixels.
const SHARPNESS_SIDE: u32 = 512;
/// Seven photographs measured .40 to .73 at that size, blurred by one pixel of it .22 to .44, by two .10 to .20, by three
/// .06 to .16.
const SCALE: Scale = Scale { blurred: 0.08, sharp: 0.65 };
/// A part with less than this share of the picture is none: its colours would be those of a few pixels.
const LEAST_PART: f32 = 0.005;

/// Light, sharpness, contrast and colours of a picture and its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageProperties {
    /// Of the whole.
    pub quality: PictureQuality,
    /// Standard deviation of the luma, 0 to 100. Of the whole alone.
    pub contrast: f32,
    /// Of the whole, most frequent first.
    pub colours: Vec<DominantColour>,
    /// What stands out, if something does.
    pub foreground: Option<Part>,
    /// The rest, if there is one.
    pub background: Option<Part>,
}

/// A part of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Its light and sharpness.
    pub quality: PictureQuality,
    /// Its colours, shares of its own pixels, most frequent first.
    pub colours: Vec<DominantColour>,
}

/// Light and sharpness.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PictureQuality {
    /// Mean luma, percent of white.
    pub brightness: f32,
    /// 0 (blurred) to 100.
    pub sharpness: f32,
}

impl ImageProperties {
    /// Looks at `picture`, in which `subjects` were found; at most `most` colours in each list.
    ///
    /// # Errors
    /// [`VisionError::Resize`] when the picture cannot be resized.
    pub fn look(picture: &Picture, subjects: &[Rect], most: usize) -> Result<Self, VisionError> {
        let small = Shrunk::of(picture, None, COLOUR_SIDE, FilterType::Box)?;
        let large = Shrunk::of(picture, None, SHARPNESS_SIDE, FilterType::Hamming)?;
        let luma: Vec<f32> = large.pixels.iter().map(|&pixel| luma(pixel)).collect();
        let inside = small.inside(picture, subjects);
        let front =
            foreground::foreground(&foreground::Small { pixels: &small.pixels, width: small.width }, &inside);
        let detail = Detail::of(&luma, large.width, large.middle());
        let of = |counts: &dyn Fn(usize) -> bool| PictureQuality {
            brightness: mean(luma.iter().enumerate().filter(|&(at, _)| counts(at)).map(|(_, &luma)| luma))
                / 2.55,
            sharpness: detail.sharpness(SCALE, counts),
        };
        let part = |wanted: bool| {
            let pixels = || small.pixels.iter().zip(&front).filter(|&(_, &front)| front == wanted);
            let share = pixels().count() as f32 / small.pixels.len() as f32;
            (share >= LEAST_PART).then(|| Part {
                quality: of(&|at| front.get(large.place_in(&small, at)) == Some(&wanted)),
                colours: colours::dominant(pixels().map(|(&pixel, _)| pixel), most),
            })
        };
        let average = mean(luma.iter().copied());
        let variance = mean(luma.iter().map(|luma| (luma - average) * (luma - average)));
        Ok(Self {
            quality: of(&|_| true),
            contrast: (variance.sqrt() / 1.275).clamp(0.0, 100.0),
            colours: colours::dominant(small.pixels.iter().copied(), most),
            foreground: part(true),
            background: part(false),
        })
    }
}

/// The dominant colours inside `bounds`, at most `most`; none where nothing of it lies in the picture.
///
/// # Errors
/// [`VisionError::Resize`] when the picture cannot be resized.
pub fn colours_within(
    picture: &Picture,
    bounds: Rect,
    most: usize,
) -> Result<Vec<DominantColour>, VisionError> {
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    let left = bounds.left.clamp(0.0, width);
    let top = bounds.top.clamp(0.0, height);
    let right = (bounds.left + bounds.width).clamp(left, width);
    let bottom = (bounds.top + bounds.height).clamp(top, height);
    if right - left < 1.0 || bottom - top < 1.0 {
        return Ok(Vec::new());
    }
    let inside = Rect { left, top, width: right - left, height: bottom - top };
    let small = Shrunk::of(picture, Some(inside), COLOUR_SIDE, FilterType::Box)?;
    Ok(colours::dominant(small.pixels.iter().copied(), most))
}

/// A picture, or a part of one, shrunk to a longest side; never enlarged.
struct Shrunk {
    pixels: Vec<[u8; 3]>,
    width: usize,
    height: usize,
}

impl Shrunk {
    fn of(picture: &Picture, crop: Option<Rect>, side: u32, filter: FilterType) -> Result<Self, VisionError> {
        let (whole_width, whole_height) = (picture.width(), picture.height());
        let part = crop.unwrap_or(Rect {
            left: 0.0,
            top: 0.0,
            width: whole_width as f32,
            height: whole_height as f32,
        });
        let scale = (side as f32 / part.width.max(part.height)).min(1.0);
        let width = ((part.width * scale).round() as u32).max(1);
        let height = ((part.height * scale).round() as u32).max(1);
        let source = TypedImageRef::<U8x3>::from_buffer(whole_width, whole_height, picture.rgb())
            .map_err(|error| VisionError::Resize(Box::new(error)))?;
        let mut target = TypedImage::<U8x3>::new(width, height);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter)).crop(
            part.left.into(),
            part.top.into(),
            part.width.into(),
            part.height.into(),
        );
        Resizer::new()
            .resize_typed(&source, &mut target, &options)
            .map_err(|error| VisionError::Resize(Box::new(error)))?;
        Ok(Self {
            pixels: target.pixels().iter().map(|pixel| pixel.0).collect(),
            width: width as usize,
            height: height as usize,
        })
    }

    /// What is looked at for sharpness: all but a margin in which the blur would see the outside.
    fn middle(&self) -> Area {
        let margin = REACH + 1;
        Area {
            top: margin,
            bottom: self.height.saturating_sub(margin),
            left: margin,
            right: self.width.saturating_sub(margin),
        }
    }

    /// Where the pixel at `place` lies in `other`, another size of the same picture.
    fn place_in(&self, other: &Self, place: usize) -> usize {
        let (x, y) = (place % self.width, place / self.width);
        let scaled = |at: usize, from: usize, to: usize| (at * to / from).min(to.saturating_sub(1));
        scaled(y, self.height, other.height) * other.width + scaled(x, self.width, other.width)
    }

    /// Whether each pixel lies in one of the boxes.
    fn inside(&self, picture: &Picture, boxes: &[Rect]) -> Vec<bool> {
        let across = picture.width() as f32 / self.width as f32;
        let down = picture.height() as f32 / self.height as f32;
        (0..self.pixels.len())
            .map(|place| {
                let x = ((place % self.width) as f32 + 0.5) * across;
                let y = ((place / self.width) as f32 + 0.5) * down;
                boxes.iter().any(|bounds| {
                    (bounds.left..bounds.left + bounds.width).contains(&x)
                        && (bounds.top..bounds.top + bounds.height).contains(&y)
                })
            })
            .collect()
    }
}

/// Luma of a pixel, 0 to 255 (ITU-R BT.601, as JPEG has it).
fn luma([red, green, blue]: [u8; 3]) -> f32 {
    0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue)
}

fn mean(values: impl Iterator<Item = f32>) -> f32 {
    let (sum, count) =
        values.fold((0.0_f64, 0_u32), |(sum, count), value| (sum + f64::from(value), count + 1));
    (sum / f64::from(count.max(1))) as f32
}

#[cfg(test)]
mod tests;
