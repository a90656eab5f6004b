//! PNG files, by the `png` crate, row by row where the format allows it.
//!
//! Owns the reduction of every PNG colour type to RGB and the bound on memory. An animated PNG is its first picture;
//! orientation is not read from PNG files (the API's documented behaviour).

use std::borrow::Cow;
use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, DecodingError, Limits, Transformations};

use super::{DecodeError, DecodeLimits, Header, ImageFormat, Picture};

/// The eight bytes every PNG begins with.
pub(super) const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// What the decoder may allocate beside rows: the inflate window and small chunks (palette, transparency).
const WORKSPACE: u64 = 4 << 20;

/// Longest EXIF chunk that the decoder gets to see, bytes: what a JPEG has room for. It would gather a longer one in memory,
/// to no use, and give up at its limit.
const MOST_EXIF: usize = 64 << 10;

pub(super) fn decode(bytes: &[u8], limits: &DecodeLimits) -> Result<Picture, DecodeError> {
    // The signature, then a chunk of 13 bytes that must be IHDR: the size can be judged before any decoder runs.
    let mut header = read_header(bytes).ok_or_else(|| corrupt("it does not begin with a header chunk"))?;
    header.check(limits)?;
    let bytes = without_long_exif(bytes);
    if let Cow::Owned(copy) = &bytes {
        header.peak_memory = header.peak_memory.saturating_add(copy.len() as u64);
        header.check(limits)?;
    }
    let (width, height) = (header.width as usize, header.height as usize);

    let row_limit = WORKSPACE as usize + 4 * 8 * width;
    let mut decoder = Decoder::new_with_limits(Cursor::new(&*bytes), Limits { bytes: row_limit });
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let mut reader = decoder.read_info().map_err(unreadable)?;
    let (color, depth) = reader.output_color_type();
    if depth != BitDepth::Eight {
        return Err(corrupt(format!("unexpected sample depth {depth:?}")));
    }
    let channels = color.samples();
    let mut rgb = vec![0u8; 3 * width * height];
    if color == ColorType::Rgb {
        reader.next_frame(&mut rgb).map_err(unreadable)?;
    } else if reader.info().interlaced {
        let mut all = vec![0u8; channels * width * height];
        reader.next_frame(&mut all).map_err(unreadable)?;
        to_rgb(color, &all, &mut rgb);
    } else {
        for target in rgb.chunks_exact_mut(3 * width) {
            let row = reader.next_row().map_err(unreadable)?;
            let row = row.ok_or_else(|| corrupt("it has fewer rows than its header says"))?;
            to_rgb(color, row.data(), target);
        }
    }
    // Reads to the end: a file whose last chunks are missing or damaged is not a whole file.
    reader.finish().map_err(unreadable)?;
    Picture::from_rgb(header.width, header.height, rgb)
        .ok_or_else(|| corrupt("the pixels do not fill the size in the header"))
}

/// The file as it is or, if it has EXIF chunks longer than [`MOST_EXIF`], a copy without them. A file that is not whole
/// stays as it is from where it ends: the decoder finds that out.
fn without_long_exif(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut kept: Option<Vec<u8>> = None;
    let mut at = SIGNATURE.len();
    while let Some((length, name)) = bytes.get(at..).and_then(chunk_head) {
        // Length, name and check value are four bytes each.
        let Some(chunk) = bytes.get(at..).and_then(|rest| rest.get(..length.checked_add(12)?)) else { break };
        if name == *b"eXIf" && length > MOST_EXIF {
            kept.get_or_insert_with(|| bytes.get(..at).unwrap_or_default().to_vec());
        } else if let Some(kept) = &mut kept {
            kept.extend_from_slice(chunk);
        }
        at += chunk.len();
    }
    let Some(mut kept) = kept else { return Cow::Borrowed(bytes) };
    kept.extend_from_slice(bytes.get(at..).unwrap_or_default());
    Cow::Owned(kept)
}

/// Length of the data and name of the chunk that begins here.
fn chunk_head(bytes: &[u8]) -> Option<(usize, [u8; 4])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    Some((usize::try_from(u32::from_be_bytes(*length)).ok()?, *rest.first_chunk()?))
}

fn read_header(bytes: &[u8]) -> Option<Header> {
    let chunk = bytes.get(SIGNATURE.len()..)?;
    let (length_and_name, body) = chunk.split_first_chunk::<8>()?;
    if length_and_name != b"\x00\x00\x00\x0dIHDR" {
        return None;
    }
    let body = body.first_chunk::<13>()?;
    let [w3, w2, w1, w0, h3, h2, h1, h0, depth, color, _, _, interlace] = *body;
    let (width, height) = (u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([h3, h2, h1, h0]));
    // PNG's own limit; above it the products below could overflow.
    if width == 0 || height == 0 || width > i32::MAX as u32 || height > i32::MAX as u32 {
        return None;
    }
    let (w, h) = (u64::from(width), u64::from(height));
    let bytes_a_sample = if depth == 16 { 2 } else { 1 };
    // Two raw rows (this and the one above, for the filters) and one expanded row.
    let rows = 3 * w * 4 * bytes_a_sample;
    // An interlaced file has to be put together before it can be reduced to RGB: up to four samples a pixel.
    // (RGB without a transparent colour needs no reduction; whether one follows is not known yet.)
    let assembled = if interlace != 0 && !matches!(color, 2 if depth == 8) {
        w.checked_mul(h)?.checked_mul(4)?
    } else {
        0
    };
    let peak = w.checked_mul(h)?.checked_mul(3)?.checked_add(assembled)?.checked_add(rows + WORKSPACE)?;
    Some(Header { width, height, peak_memory: peak })
}

/// Reduces pixels of `color` with 8 bits a sample to RGB. Alpha is laid over white.
fn to_rgb(color: ColorType, from: &[u8], to: &mut [u8]) {
    let targets = to.as_chunks_mut::<3>().0;
    let over_white = |sample: u8, alpha: u8| {
        // Rounded division by 255 of sample * alpha + 255 * (255 - alpha).
        let sum = u32::from(sample) * u32::from(alpha) + 255 * (255 - u32::from(alpha));
        ((sum + 127) / 255) as u8
    };
    match color {
        ColorType::Grayscale => {
            for (pixel, &grey) in targets.iter_mut().zip(from) {
                *pixel = [grey; 3];
            }
        }
        ColorType::GrayscaleAlpha => {
            for (pixel, &[grey, alpha]) in targets.iter_mut().zip(from.as_chunks::<2>().0) {
                *pixel = [over_white(grey, alpha); 3];
            }
        }
        ColorType::Rgba => {
            for (pixel, &[r, g, b, alpha]) in targets.iter_mut().zip(from.as_chunks::<4>().0) {
                *pixel = [r, g, b].map(|sample| over_white(sample, alpha));
            }
        }
        // The decoder expands palettes; RGB never comes here with work to do.
        ColorType::Rgb | ColorType::Indexed => {
            for (pixel, source) in targets.iter_mut().zip(from.as_chunks::<3>().0) {
                *pixel = *source;
            }
        }
    }
}

fn corrupt(reason: impl Into<String>) -> DecodeError {
    DecodeError::Corrupt { format: ImageFormat::Png, reason: reason.into() }
}

fn unreadable(error: DecodingError) -> DecodeError {
    corrupt(error.to_string())
}
