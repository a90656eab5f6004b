//! Pictures: an encoded JPEG or PNG in, upright RGB pixels out.
//!
//! Owns the decision what a file is (by its first bytes, never by a name), the limits, which are checked against
//! the file's header before anything is allocated, and the EXIF orientation. Knows nothing of faces.
//!
//! What comes out is always RGB, 8 bits a sample:
//! - grey is repeated in all three channels; palettes are expanded; 16-bit samples keep their upper byte;
//! - an alpha channel (or a transparent palette entry) is laid over white, as a page shows it;
//! - CMYK and YCCK are read with inverted inks, as Adobe writes them and as browsers assume of every such file;
//! - colour profiles and gamma are ignored: the networks were trained on pictures read that way.
//!
//! Files that end early are refused, not half answered: a PNG by its checksums, a JPEG when no end-of-image marker
//! follows its first scan. Damage inside a JPEG scan cannot be told from unusual content and is decoded as far as
//! it goes.
//!
//! # Invariants
//! - No allocation before [`DecodeLimits`] said yes to the header; the peak stays under `max_memory` (the formula
//!   is `Header::peak_memory`).
//! - `rgb().len() == 3 * width * height`, and width and height are those after orientation.

mod jpeg;
mod orientation;
mod png;

pub use orientation::Orientation;

/// The smallest side the API accepts, pixels (documented limit of the Rekognition API).
pub const MIN_SIDE: u32 = 80;

/// What a file may ask for before it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeLimits {
    /// Shortest allowed side, pixels.
    pub min_side: u32,
    /// Longest allowed side, pixels.
    pub max_side: u32,
    /// Most pixels (width x height).
    pub max_pixels: u64,
    /// Most bytes alive at once during a decode, the finished picture included.
    pub max_memory: u64,
}

impl Default for DecodeLimits {
    /// 16,384 px a side and 64 million pixels: 8000 x 6000 and the 50 to 60 megapixel cameras fit, and the finished
    /// picture has at most 192 MB. The memory limit of 640 MB is what a progressive JPEG with three channels of
    /// that size takes (three bytes of picture and six of coefficients a pixel), plus the rows in work.
    fn default() -> Self {
        Self { min_side: MIN_SIDE, max_side: 16_384, max_pixels: 64_000_000, max_memory: 640 << 20 }
    }
}

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ImageFormat {
    Jpeg,
    Png,
}

impl std::fmt::Display for ImageFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
        })
    }
}

/// Which limit a picture exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields of `DecodeLimits`")]
pub enum Limit {
    Side,
    Pixels,
    Memory,
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Side => "pixels on the longer side",
            Self::Pixels => "pixels",
            Self::Memory => "bytes of memory to decode",
        })
    }
}

/// Why a file is not a picture that can be used.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The first bytes are neither those of a JPEG nor of a PNG.
    #[error("the bytes are neither a JPEG nor a PNG file")]
    NotAnImage,
    /// It begins like a picture and cannot be read as one.
    #[error("the {format} file cannot be read: {reason}")]
    Corrupt {
        /// What it claims to be.
        format: ImageFormat,
        /// What the decoder objected to.
        reason: String,
    },
    /// A limit of [`DecodeLimits`] is exceeded. Width and height are those of the header, before orientation.
    #[error("a picture of {width} x {height} has {actual} {limit}; {allowed} are allowed")]
    TooLarge {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// Which limit.
        limit: Limit,
        /// What the picture needs.
        actual: u64,
        /// What is allowed.
        allowed: u64,
    },
    /// A side is shorter than [`DecodeLimits::min_side`].
    #[error("a picture of {width} x {height} is too small; each side needs {minimum} pixels")]
    TooSmall {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// Pixels.
        minimum: u32,
    },
}

/// What a file's header says, read before anything is allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    width: u32,
    height: u32,
    /// Bytes alive at the worst moment of the decode, finished picture included.
    peak_memory: u64,
}

impl Header {
    fn check(&self, limits: &DecodeLimits) -> Result<(), DecodeError> {
        let Self { width, height, peak_memory } = *self;
        if width.min(height) < limits.min_side {
            return Err(DecodeError::TooSmall { width, height, minimum: limits.min_side });
        }
        let pixels = u64::from(width) * u64::from(height);
        for (limit, actual, allowed) in [
            (Limit::Side, u64::from(width.max(height)), u64::from(limits.max_side)),
            (Limit::Pixels, pixels, limits.max_pixels),
            (Limit::Memory, peak_memory, limits.max_memory),
        ] {
            if actual > allowed {
                return Err(DecodeError::TooLarge { width, height, limit, actual, allowed });
            }
        }
        Ok(())
    }
}

/// An upright RGB picture, 8 bits a sample, rows from the top without gaps.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({} x {})", self.width, self.height)
    }
}

impl Picture {
    /// Decodes a JPEG or PNG file. The format is decided by the first bytes; a JPEG's EXIF orientation is applied.
    ///
    /// # Errors
    /// [`DecodeError`]: not a picture, damaged, or outside of `limits`.
    pub fn decode(bytes: &[u8], limits: &DecodeLimits) -> Result<Self, DecodeError> {
        if bytes.starts_with(&jpeg::SIGNATURE) {
            jpeg::decode(bytes, limits)
        } else if bytes.starts_with(&png::SIGNATURE) {
            png::decode(bytes, limits)
        } else {
            Err(DecodeError::NotAnImage)
        }
    }

    /// A picture out of pixels that are already there: `rgb` holds `3 * width * height` bytes, rows from the top.
    /// `None` when the lengths disagree or a side is zero.
    #[must_use]
    pub fn from_rgb(width: u32, height: u32, rgb: Vec<u8>) -> Option<Self> {
        let wanted = (width as usize).checked_mul(height as usize)?.checked_mul(3)?;
        (wanted > 0 && rgb.len() == wanted).then_some(Self { width, height, rgb })
    }

    /// Pixels, after orientation.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Pixels, after orientation.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The samples: R, G, B of each pixel, rows from the top.
    #[must_use]
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// The picture turned or mirrored as `orientation` says.
    #[must_use]
    pub fn oriented(self, orientation: Orientation) -> Self {
        let Self { width, height, rgb } = self;
        let (width, height, rgb) = orientation.apply(width as usize, height as usize, rgb);
        Self { width: width as u32, height: height as u32, rgb }
    }
}
