//! JPEG files: the header read by hand, the pixels by zune-jpeg.
//!
//! Owns the walk over the segments up to the first scan (size, channels, coding, EXIF orientation), the check that
//! the file was not cut off, and the bound on memory. Refuses to guess: lossless, arithmetic-coded and 12-bit files
//! are reported as unreadable.

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::{DecodeError, DecodeLimits, Header, ImageFormat, Orientation, Picture};

/// Start of image, and the first byte of the marker that must follow.
pub(super) const SIGNATURE: [u8; 3] = [0xff, 0xd8, 0xff];

/// Scans allowed in a progressive file. Encoders write about ten; each scan costs a pass over all coefficients, so
/// the number is what bounds the time a small hostile file can take.
const MAX_SCANS: usize = 40;

/// Largest MCU side, pixels: sampling factors go up to four blocks of eight.
const MAX_MCU: u64 = 32;

const EXIF_PREFIX: &[u8] = b"Exif\0\0";

/// What stands in front of the first scan.
#[derive(Debug, PartialEq, Eq)]
struct Preamble {
    width: u16,
    height: u16,
    channels: u8,
    /// The decoder keeps all coefficients until the end: progressive files, and files whose first scan does not
    /// hold all channels.
    buffered: bool,
    orientation: Orientation,
}

impl Preamble {
    fn header(&self) -> Header {
        let (width, height, channels) =
            (u64::from(self.width), u64::from(self.height), u64::from(self.channels));
        let picture = 3 * width * height;
        let padded_width = width.next_multiple_of(MAX_MCU);
        // One row of MCUs is in work at a time: 16-bit samples, once decoded and once upsampled.
        let rows = 2 * 2 * channels * padded_width * MAX_MCU;
        let coefficients =
            if self.buffered { 2 * channels * padded_width * height.next_multiple_of(MAX_MCU) } else { 0 };
        let turned = if self.orientation.swaps_sides() { picture } else { 0 };
        Header {
            width: self.width.into(),
            height: self.height.into(),
            peak_memory: picture + (rows + coefficients).max(turned),
        }
    }
}

pub(super) fn decode(bytes: &[u8], limits: &DecodeLimits) -> Result<Picture, DecodeError> {
    let preamble = read_preamble(bytes)?;
    preamble.header().check(limits)?;
    let options = DecoderOptions::default()
        .set_max_width(preamble.width.into())
        .set_max_height(preamble.height.into())
        .jpeg_set_max_scans(MAX_SCANS)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let rgb = decoder.decode().map_err(|e| corrupt(e.to_string()))?;
    drop(decoder);
    let picture = Picture::from_rgb(preamble.width.into(), preamble.height.into(), rgb)
        .ok_or_else(|| corrupt("the pixels do not fill the size in the header"))?;
    Ok(picture.oriented(preamble.orientation))
}

fn corrupt(reason: impl Into<String>) -> DecodeError {
    DecodeError::Corrupt { format: ImageFormat::Jpeg, reason: reason.into() }
}

/// Walks the segments up to the first scan. Never allocates more than one EXIF segment (64 KB).
fn read_preamble(bytes: &[u8]) -> Result<Preamble, DecodeError> {
    let cut = || corrupt("the file ends inside its header");
    let mut rest = bytes.get(2..).ok_or_else(cut)?;
    let mut frame: Option<Preamble> = None;
    let mut orientation = None;
    loop {
        // Fill bytes (0xff) may stand in front of a marker; some writers leave stray bytes between segments, which
        // every decoder skips.
        let marker_at = rest.windows(2).position(|w| w[0] == 0xff && !matches!(w[1], 0x00 | 0xff));
        rest = marker_at.and_then(|at| rest.get(at + 1..)).ok_or_else(cut)?;
        let (&marker, after) = rest.split_first().ok_or_else(cut)?;
        rest = after;
        if matches!(marker, 0x01 | 0xd0..=0xd8) {
            continue; // stand-alone markers carry no length
        }
        if marker == 0xd9 {
            return Err(corrupt("the file ends before its first scan"));
        }
        let (length, _) = rest.split_first_chunk::<2>().ok_or_else(cut)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let segment = rest.get(2..length).ok_or_else(cut)?;
        rest = rest.get(length..).ok_or_else(cut)?;
        match marker {
            0xc0..=0xc2 => {
                if frame.is_some() {
                    return Err(corrupt("it has two frame headers"));
                }
                frame = Some(read_frame(marker, segment)?);
            }
            0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Err(corrupt("lossless, hierarchical and arithmetic coding are not supported"));
            }
            // The first EXIF segment that speaks of orientation decides, as readers do.
            0xe1 if orientation.is_none() => {
                orientation = segment.strip_prefix(EXIF_PREFIX).and_then(read_orientation);
            }
            0xda => {
                let mut frame = frame.ok_or_else(|| corrupt("a scan comes before the frame header"))?;
                frame.buffered |= segment.first().is_none_or(|&in_scan| in_scan < frame.channels);
                frame.orientation = orientation.unwrap_or_default();
                // Inside a scan 0xff is always stuffed with a zero, so these two bytes can only be the marker; sought from
                // the end, where it nearly always is.
                if !rest.windows(2).rev().any(|w| w == [0xff, 0xd9]) {
                    return Err(corrupt("it was cut off: the end-of-image marker is missing"));
                }
                return Ok(frame);
            }
            _ => {}
        }
    }
}

fn read_frame(marker: u8, segment: &[u8]) -> Result<Preamble, DecodeError> {
    let Some(&[precision, h1, h0, w1, w0, channels]) = segment.first_chunk::<6>() else {
        return Err(corrupt("the frame header is too short"));
    };
    if precision != 8 {
        return Err(corrupt(format!("{precision} bits a sample are not supported")));
    }
    if !matches!(channels, 1 | 3 | 4) {
        return Err(corrupt(format!("{channels} channels are not supported")));
    }
    let (width, height) = (u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0]));
    if width == 0 || height == 0 {
        return Err(corrupt("a side in the header is zero"));
    }
    Ok(Preamble { width, height, channels, buffered: marker == 0xc2, orientation: Orientation::Upright })
}

/// The orientation a TIFF block (the body of an EXIF segment) states. Damaged EXIF says nothing and harms nothing.
fn read_orientation(tiff: &[u8]) -> Option<Orientation> {
    let exif = exif::Reader::new().read_raw(tiff.to_vec()).ok()?;
    let field = exif.get_field(exif::Tag::Orientation, exif::In::PRIMARY)?;
    field.value.get_uint(0).map(Orientation::from_exif)
}
