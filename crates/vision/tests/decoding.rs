//! Every kind of file that is read, and every kind that is refused. The files are made here, from one picture whose
//! pixels are known, so that what comes out can be compared with what went in.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]

use std::io::Write;

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use overt_vision::{DecodeError, DecodeLimits, ImageFormat, Limit, Orientation, Picture};

const WIDTH: u32 = 120;
const HEIGHT: u32 = 96;

/// Smooth, so that JPEG keeps it, different in every channel, and without symmetry.
fn pixel(x: u32, y: u32) -> [u8; 3] {
    [(40 + x) as u8, (200 - y) as u8, (30 + x / 2 + y) as u8]
}

fn samples(width: u32, height: u32) -> Vec<u8> {
    (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect()
}

fn original() -> Picture {
    Picture::from_rgb(WIDTH, HEIGHT, samples(WIDTH, HEIGHT)).unwrap()
}

fn decode(bytes: &[u8]) -> Result<Picture, DecodeError> {
    Picture::decode(bytes, &DecodeLimits::default())
}

/// The largest difference of any sample.
fn difference(a: &Picture, b: &Picture) -> u8 {
    assert_eq!((a.width(), a.height()), (b.width(), b.height()));
    a.rgb().iter().zip(b.rgb()).map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

fn jpeg(
    pixels: &[u8],
    width: u32,
    height: u32,
    colour: ColorType,
    set: impl FnOnce(&mut Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    set(&mut encoder);
    encoder.encode(pixels, width as u16, height as u16, colour).unwrap();
    bytes
}

fn plain_jpeg() -> Vec<u8> {
    jpeg(&samples(WIDTH, HEIGHT), WIDTH, HEIGHT, ColorType::Rgb, |_| {})
}

/// An EXIF segment's body that states an orientation and nothing else.
fn exif(orientation: u16) -> Vec<u8> {
    let mut body = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    body.extend(orientation.to_be_bytes());
    body.extend([0, 0, 0, 0, 0, 0]);
    body
}

fn png(
    colour: png::ColorType,
    depth: png::BitDepth,
    data: &[u8],
    set: impl FnOnce(&mut png::Encoder<'_, &mut Vec<u8>>),
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, WIDTH, HEIGHT);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    set(&mut encoder);
    encoder.write_header().unwrap().write_image_data(data).unwrap();
    bytes
}

fn plain_png() -> Vec<u8> {
    png(png::ColorType::Rgb, png::BitDepth::Eight, &samples(WIDTH, HEIGHT), |_| {})
}

fn corrupt(result: Result<Picture, DecodeError>, format: ImageFormat) {
    match result {
        Err(DecodeError::Corrupt { format: found, .. }) => assert_eq!(found, format),
        other => panic!("{other:?}"),
    }
}

#[test]
fn baseline_and_progressive_jpeg_in_every_subsampling() {
    for progressive in [false, true] {
        for sampling in [
            SamplingFactor::R_4_4_4,
            SamplingFactor::R_4_2_0,
            SamplingFactor::R_4_2_2,
            SamplingFactor::R_4_4_0,
        ] {
            let bytes = jpeg(&samples(WIDTH, HEIGHT), WIDTH, HEIGHT, ColorType::Rgb, |encoder| {
                encoder.set_progressive(progressive);
                encoder.set_sampling_factor(sampling);
            });
            let found = difference(&decode(&bytes).unwrap(), &original());
            assert!(found <= 8, "{sampling:?} progressive {progressive}: {found}");
        }
    }
}

#[test]
fn grey_jpeg_has_three_equal_channels() {
    let grey: Vec<u8> = (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (x + y) as u8)).collect();
    let picture = decode(&jpeg(&grey, WIDTH, HEIGHT, ColorType::Luma, |_| {})).unwrap();
    for (found, expected) in picture.rgb().as_chunks::<3>().0.iter().zip(&grey) {
        assert!(found.iter().all(|sample| *sample == found[0]));
        assert!(found[0].abs_diff(*expected) <= 3);
    }
}

/// Inks are stored inverted: 255 is no ink. With full black (255) the colour is that of the other three.
#[test]
fn cmyk_and_ycck_jpeg_are_read_with_inverted_inks() {
    // The encoder takes plain inks and inverts them, as Adobe's programs do.
    let inks: Vec<u8> = samples(WIDTH, HEIGHT)
        .as_chunks::<3>()
        .0
        .iter()
        .flat_map(|&[r, g, b]| [255 - r, 255 - g, 255 - b, 0])
        .collect();
    for colour in [ColorType::Cmyk, ColorType::CmykAsYcck] {
        let picture = decode(&jpeg(&inks, WIDTH, HEIGHT, colour, |_| {})).unwrap();
        let found = difference(&picture, &original());
        assert!(found <= 8, "{colour:?}: {found}");
    }
}

#[test]
fn exif_orientation_is_applied() {
    for orientation in Orientation::ALL {
        // Stored as the camera would: turned so that the orientation undoes it.
        let stored = original().oriented(orientation.inverse());
        let bytes = jpeg(stored.rgb(), stored.width(), stored.height(), ColorType::Rgb, |encoder| {
            encoder.add_app_segment(1, exif(orientation.exif())).unwrap();
        });
        let picture = decode(&bytes).unwrap();
        assert!(difference(&picture, &original()) <= 8, "{orientation:?}");
    }
}

#[test]
fn damaged_exif_means_upright() {
    for body in [
        exif(0),
        exif(9),
        b"Exif\0\0".to_vec(),
        b"Exif\0\0MM\0\x2a\xff\xff\xff\xff".to_vec(),
        b"http:".to_vec(),
    ] {
        let bytes = jpeg(&samples(WIDTH, HEIGHT), WIDTH, HEIGHT, ColorType::Rgb, |encoder| {
            encoder.add_app_segment(1, body).unwrap();
        });
        assert!(difference(&decode(&bytes).unwrap(), &original()) <= 8);
    }
}

#[test]
fn png_of_every_colour_type_is_exact() {
    use png::{BitDepth, ColorType};
    let rgb = samples(WIDTH, HEIGHT);
    assert_eq!(decode(&plain_png()).unwrap(), original());

    let sixteen: Vec<u8> = rgb.iter().flat_map(|&sample| [sample, 0x55]).collect();
    assert_eq!(decode(&png(ColorType::Rgb, BitDepth::Sixteen, &sixteen, |_| {})).unwrap(), original());

    let opaque: Vec<u8> = rgb.as_chunks::<3>().0.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect();
    assert_eq!(decode(&png(ColorType::Rgba, BitDepth::Eight, &opaque, |_| {})).unwrap(), original());

    let grey: Vec<u8> = rgb.as_chunks::<3>().0.iter().map(|&[r, ..]| r).collect();
    let expected = Picture::from_rgb(WIDTH, HEIGHT, grey.iter().flat_map(|&g| [g; 3]).collect()).unwrap();
    assert_eq!(decode(&png(ColorType::Grayscale, BitDepth::Eight, &grey, |_| {})).unwrap(), expected);
    let sixteen: Vec<u8> = grey.iter().flat_map(|&g| [g, 0xaa]).collect();
    assert_eq!(decode(&png(ColorType::Grayscale, BitDepth::Sixteen, &sixteen, |_| {})).unwrap(), expected);

    let bits: Vec<u8> = (0..WIDTH * HEIGHT / 8).map(|i| (i * 37) as u8).collect();
    let unpacked =
        bits.iter().flat_map(|byte| (0..8).rev().flat_map(move |bit| [255 * (byte >> bit & 1); 3]));
    let expected = Picture::from_rgb(WIDTH, HEIGHT, unpacked.collect()).unwrap();
    assert_eq!(decode(&png(ColorType::Grayscale, BitDepth::One, &bits, |_| {})).unwrap(), expected);

    let palette: Vec<u8> = (0..=255).flat_map(|i: u8| [i, 255 - i, i / 2]).collect();
    let indices: Vec<u8> = (0..WIDTH * HEIGHT).map(|i| (i % 251) as u8).collect();
    let expected = indices.iter().flat_map(|&i| [i, 255 - i, i / 2]).collect();
    let indexed = png(ColorType::Indexed, BitDepth::Eight, &indices, |encoder| encoder.set_palette(palette));
    assert_eq!(decode(&indexed).unwrap(), Picture::from_rgb(WIDTH, HEIGHT, expected).unwrap());
}

#[test]
fn transparency_lies_over_white() {
    use png::{BitDepth, ColorType};
    let cover: Vec<u8> = (0..WIDTH * HEIGHT).flat_map(|i| [0, 100, 255, (i % 256) as u8]).collect();
    let picture = decode(&png(ColorType::Rgba, BitDepth::Eight, &cover, |_| {})).unwrap();
    assert_eq!(picture.rgb()[..3], [255, 255, 255]);
    assert_eq!(picture.rgb()[3 * 255..3 * 256], [0, 100, 255]);
    assert_eq!(picture.rgb()[3 * 51..3 * 52], [204, 224, 255]);

    let cover: Vec<u8> = (0..WIDTH * HEIGHT).flat_map(|i| [50, (i % 256) as u8]).collect();
    let picture = decode(&png(ColorType::GrayscaleAlpha, BitDepth::Eight, &cover, |_| {})).unwrap();
    assert_eq!((picture.rgb()[0], picture.rgb()[3 * 255]), (255, 50));

    let indices = vec![0u8; (WIDTH * HEIGHT) as usize];
    let clear = png(ColorType::Indexed, BitDepth::Eight, &indices, |encoder| {
        encoder.set_palette(vec![9, 9, 9]);
        encoder.set_trns(vec![0]);
    });
    assert!(decode(&clear).unwrap().rgb().iter().all(|&sample| sample == 255));
}

/// Adam7: seven passes over ever finer grids, written by hand because the encoder has no interlacing.
#[test]
fn interlaced_png_is_put_together() {
    for channels in [3usize, 4] {
        let mut raw = Vec::new();
        for (x0, y0, dx, dy) in
            [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        {
            for y in (y0..HEIGHT).step_by(dy) {
                raw.push(0);
                for x in (x0..WIDTH).step_by(dx) {
                    raw.extend(pixel(x, y));
                    raw.extend(std::iter::repeat_n(255, channels - 3));
                }
            }
        }
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&raw).unwrap();
        let mut header = [WIDTH.to_be_bytes(), HEIGHT.to_be_bytes()].concat();
        header.extend([8, if channels == 3 { 2 } else { 6 }, 0, 0, 1]);
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        for (name, body) in [(b"IHDR", header), (b"IDAT", packed.finish().unwrap()), (b"IEND", Vec::new())] {
            bytes.extend((body.len() as u32).to_be_bytes());
            let named = [name.as_slice(), &body].concat();
            let mut check = flate2::Crc::new();
            check.update(&named);
            bytes.extend(named);
            bytes.extend(check.sum().to_be_bytes());
        }
        assert_eq!(decode(&bytes).unwrap(), original(), "{channels} channels");
    }
}

#[test]
fn content_decides_and_other_formats_are_refused() {
    for bytes in [
        &b""[..],
        b"GIF89a",
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"BM",
        b"II*\0",
        b"<svg/>",
        b"\xff\xd8",
        b"\x89PNG",
        b"%PDF-1.7",
    ] {
        assert!(matches!(decode(bytes), Err(DecodeError::NotAnImage)), "{bytes:?}");
    }
    let shifted = [b" ".as_slice(), &plain_png()].concat();
    assert!(matches!(decode(&shifted), Err(DecodeError::NotAnImage)));
}

#[test]
fn a_file_that_ends_early_is_refused_wherever_it_was_cut() {
    let jpeg = plain_jpeg();
    for cut in (3..jpeg.len() - 1).step_by(7) {
        corrupt(decode(&jpeg[..cut]), ImageFormat::Jpeg);
    }
    let png = plain_png();
    for cut in (8..png.len() - 1).step_by(7) {
        corrupt(decode(&png[..cut]), ImageFormat::Png);
    }
}

/// A chunk of a PNG, with its check value (CRC-32 as the format's specification writes it, bit by bit).
fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [name.as_slice(), data].concat();
    let mut check = u32::MAX;
    for byte in &named {
        check ^= u32::from(*byte);
        for _ in 0..8 {
            check = if check & 1 == 1 { 0xedb8_8320 ^ (check >> 1) } else { check >> 1 };
        }
    }
    [&(data.len() as u32).to_be_bytes(), named.as_slice(), &(!check).to_be_bytes()].concat()
}

#[test]
fn a_png_with_exif_of_any_length_is_read() {
    let plain = plain_png();
    // After the signature and the header chunk, and before the last chunk.
    for place in [8 + 25, plain.len() - 12] {
        for length in [0, 100, 65_536, 65_537, 5_000_000] {
            let (before, after) = plain.split_at(place);
            let with = [before, &chunk(b"eXIf", &vec![0x4d; length]), after].concat();
            assert!(decode(&with).unwrap() == original(), "{length} at {place}");
            corrupt(decode(&with[..with.len() - 1]), ImageFormat::Png);
        }
        let (before, after) = plain.split_at(place);
        let twice = [before, &chunk(b"eXIf", &[0; 70_000]), &chunk(b"eXIf", &[1; 80_000]), after].concat();
        assert!(decode(&twice).unwrap() == original());
    }
}

#[test]
fn what_a_png_with_long_exif_takes_counts_against_the_limit() {
    let plain = plain_png();
    let (before, after) = plain.split_at(8 + 25);
    let with = [before, &chunk(b"eXIf", &[0; 70_000]), &chunk(b"teXt", &[0; 1 << 20]), after].concat();
    let enough = (3 * WIDTH * HEIGHT + 12 * WIDTH + (4 << 20)) as u64;
    let within = |max_memory| DecodeLimits { max_memory, ..DecodeLimits::default() };
    assert!(Picture::decode(&plain, &within(enough)).is_ok());
    assert!(matches!(
        Picture::decode(&with, &within(enough)),
        Err(DecodeError::TooLarge { limit: Limit::Memory, .. })
    ));
    assert!(Picture::decode(&with, &within(enough + with.len() as u64)).is_ok());
}

#[test]
fn a_png_with_a_wrong_byte_is_refused() {
    let mut bytes = plain_png();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    corrupt(decode(&bytes), ImageFormat::Png);
}

#[test]
fn any_wrong_byte_in_a_jpeg_is_read_or_refused() {
    let good = plain_jpeg();
    for at in 2..good.len() {
        for change in [0x01, 0x80, 0xff] {
            let mut bytes = good.clone();
            bytes[at] ^= change;
            if let Ok(picture) = decode(&bytes) {
                assert_eq!(picture.rgb().len(), 3 * (picture.width() * picture.height()) as usize);
            }
        }
    }
}

#[test]
fn eighty_pixels_are_enough_and_seventy_nine_are_not() {
    for (width, height, enough) in [(80, 80, true), (79, 80, false), (80, 79, false), (79, 79, false)] {
        let bytes = jpeg(&samples(width, height), width, height, ColorType::Rgb, |_| {});
        match decode(&bytes) {
            Ok(picture) => assert!(enough && (picture.width(), picture.height()) == (width, height)),
            Err(DecodeError::TooSmall { width: w, height: h, minimum: 80 }) => {
                assert!(!enough && (w, h) == (width, height))
            }
            Err(other) => panic!("{other}"),
        }
    }
}

/// The header alone says how large a picture is: these files have nothing behind it.
#[test]
fn limits_are_checked_before_anything_is_decoded() {
    let png_header = |width: u32, height: u32| {
        let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
        [b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".as_slice(), &size, &[8, 2, 0, 0, 0, 0, 0, 0, 0]].concat()
    };
    let expect = |bytes: &[u8], limits: &DecodeLimits, expected: Limit| match Picture::decode(bytes, limits) {
        Err(DecodeError::TooLarge { limit, actual, allowed, .. }) => {
            assert_eq!(limit, expected);
            assert!(actual > allowed);
        }
        other => panic!("{other:?}"),
    };
    let limits = DecodeLimits::default();
    expect(&png_header(16_385, 100), &limits, Limit::Side);
    expect(&png_header(i32::MAX as u32, i32::MAX as u32), &limits, Limit::Side);
    expect(&png_header(8_001, 8_000), &limits, Limit::Pixels);
    let small = DecodeLimits { max_memory: 1 << 20, ..limits };
    expect(&plain_png(), &small, Limit::Memory);
    let tiny = DecodeLimits { max_memory: 3 * u64::from(WIDTH * HEIGHT), ..limits };
    expect(&plain_jpeg(), &tiny, Limit::Memory);
    corrupt(Picture::decode(&png_header(0, 100), &limits), ImageFormat::Png);
    corrupt(Picture::decode(&png_header(u32::MAX, 100), &limits), ImageFormat::Png);
}

#[test]
fn a_progressive_file_needs_more_memory_than_a_plain_one() {
    let progressive =
        jpeg(&samples(WIDTH, HEIGHT), WIDTH, HEIGHT, ColorType::Rgb, |e| e.set_progressive(true));
    let needed = |bytes: &[u8]| match Picture::decode(
        bytes,
        &DecodeLimits { max_memory: 1, ..DecodeLimits::default() },
    ) {
        Err(DecodeError::TooLarge { limit: Limit::Memory, actual, .. }) => actual,
        other => panic!("{other:?}"),
    };
    assert!(needed(&progressive) > needed(&plain_jpeg()));
    let enough = DecodeLimits { max_memory: needed(&progressive), ..DecodeLimits::default() };
    assert!(Picture::decode(&progressive, &enough).is_ok());
}
