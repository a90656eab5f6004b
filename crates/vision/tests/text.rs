//! Text in real pictures and in rendered ones, with the real networks. What was written is known, so what is read is held against it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends when something is not as it should be, helpers included"
)]
#![allow(dead_code, reason = "what the tests share is not all used here")]

mod common;

use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use ab_glyph::{Font as _, FontRef, PxScale, ScaleFont as _, point};
use overt_vision::Picture;
use overt_vision::text::{Line, Reader};

fn reader() -> MutexGuard<'static, Reader> {
    static READER: LazyLock<Mutex<Reader>> =
        LazyLock::new(|| Mutex::new(common::networks().reader().unwrap()));
    READER.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read(picture: &Picture) -> Vec<Line> {
    reader().read(picture).unwrap()
}

fn texts(lines: &[Line]) -> Vec<String> {
    lines.iter().map(Line::text).collect()
}

const LINES: [&str; 4] = [
    "Seven boxes of green tea",
    "left Lisbon on 14 March 2024",
    "PLEASE KEEP THIS DOOR CLOSED",
    "total amount: 1,250.00",
];

/// `lines` in a font with letters of `size` pixels, dark on light, turned clockwise by `degrees` about the middle.
fn page(font: &[u8], size: f32, lines: &[&str], degrees: f32) -> Picture {
    let font = FontRef::try_from_slice(font).unwrap();
    let scaled = font.as_scaled(PxScale::from(size));
    let (side, step) = ((size * 22.0).max(240.0) as u32, size * 1.8);
    let mut rgb = vec![230u8; (3 * side * side) as usize];
    let (sin, cos) = degrees.to_radians().sin_cos();
    let middle = side as f32 / 2.0;
    // The letters are drawn four times as large and each of their pixels is put where it belongs, so that turning blurs nothing.
    let large = PxScale::from(size * 4.0);
    let mut darkness = vec![0.0f32; (side * side) as usize];
    for (row, line) in lines.iter().enumerate() {
        let width: f32 = line.chars().map(|c| scaled.h_advance(scaled.glyph_id(c))).sum();
        let mut pen = -width / 2.0;
        let base = (row as f32 - (lines.len() as f32 - 1.0) / 2.0) * step + size * 0.3;
        for letter in line.chars() {
            let id = font.glyph_id(letter);
            let glyph = id.with_scale_and_position(large, point(pen * 4.0, base * 4.0));
            pen += scaled.h_advance(id);
            let Some(outline) = font.outline_glyph(glyph) else { continue };
            let corner = outline.px_bounds().min;
            outline.draw(|dx, dy, coverage| {
                let (x, y) = ((corner.x + dx as f32 + 0.5) / 4.0, (corner.y + dy as f32 + 0.5) / 4.0);
                let (x, y) = (middle + x * cos - y * sin, middle + x * sin + y * cos);
                if let Some(pixel) = darkness.get_mut(y as usize * side as usize + x as usize) {
                    *pixel += coverage / 16.0;
                }
            });
        }
    }
    for (pixel, dark) in rgb.chunks_exact_mut(3).zip(&darkness) {
        pixel.fill((230.0 - 210.0 * dark.min(1.0)) as u8);
    }
    Picture::from_rgb(side, side, rgb).unwrap()
}

/// How many of the words of [`LINES`] were read as they were written.
fn right(found: &[Line]) -> usize {
    let mut found: Vec<&str> =
        found.iter().flat_map(|line| &line.words).map(|word| word.text.as_str()).collect();
    let written = LINES.iter().flat_map(|line| line.split(' '));
    written
        .filter(|word| {
            let at = found.iter().position(|other| other == word);
            at.map(|at| found.swap_remove(at)).is_some()
        })
        .count()
}

const WORDS: usize = 18;

#[test]
fn rendered_text_is_read() {
    let mut all = 0;
    let mut counted = 0;
    for font in [dejavu::sans::regular(), dejavu::serif::regular(), dejavu::sans_condensed::bold()] {
        for size in [16.0, 24.0, 40.0] {
            let found = read(&page(font, size, &LINES, 0.0));
            all += right(&found);
            counted += WORDS;
        }
    }
    // 98 of 100.
    assert!(100 * all >= 98 * counted, "{all} of {counted} words");
}

#[test]
fn turned_text_is_read_with_its_own_top_left() {
    let (mut all, mut counted) = (0, 0);
    for degrees in [-85.0f32, -60.0, -30.0, 30.0, 60.0, 85.0] {
        let found = read(&page(dejavu::sans::regular(), 28.0, &LINES, degrees));
        all += right(&found);
        counted += WORDS;
        for line in &found {
            let [first, second, ..] = line.corners;
            let angle = (second.y - first.y).atan2(second.x - first.x).to_degrees();
            assert!((angle - degrees).abs() < 4.0, "{} at {angle} in place of {degrees}", line.text());
        }
    }
    assert!(100 * all >= 97 * counted, "{all} of {counted} words");
}

#[test]
fn a_photographed_page_is_read() {
    let lines = texts(&read(&common::picture("skimage/page.png")));
    for expected in [
        "Region-based segmentation",
        "Let us first determine markers of the coins and the",
        "background. These markers are pixels that we can label",
        "histogram of grey values:",
    ] {
        assert!(lines.iter().any(|line| line == expected), "{expected}: {lines:?}");
    }
}

#[test]
fn pictures_without_text_have_none() {
    for name in ["skimage/chelsea.png", "skimage/coffee.png"] {
        assert_eq!(texts(&read(&common::picture(name))), [] as [&str; 0], "{name}");
    }
    // Coins have inscriptions; nobody reads them.
    let words: usize = read(&common::picture("skimage/coins.png")).iter().map(|line| line.words.len()).sum();
    assert!(words <= 2, "{words}");
}

#[test]
fn what_is_read_lies_in_the_picture_and_in_order() {
    for name in ["skimage/page.png", "skimage/text.png", "skimage/rocket.jpg", "skimage/astronaut.png"] {
        let picture = common::picture(name);
        let (right, bottom) = (picture.width() as f32, picture.height() as f32);
        for line in read(&picture) {
            assert!(!line.words.is_empty());
            let [start, end, ..] = line.corners;
            let length = (end.x - start.x).hypot(end.y - start.y).max(1.0);
            let mut last = f32::NEG_INFINITY;
            for word in &line.words {
                assert!(!word.text.is_empty() && (0.0..=1.0).contains(&word.confidence));
                for corner in word.corners {
                    assert!((0.0..=right).contains(&corner.x) && (0.0..=bottom).contains(&corner.y));
                }
                let [first, ..] = word.corners;
                let along = ((first.x - start.x) * (end.x - start.x)
                    + (first.y - start.y) * (end.y - start.y))
                    / length;
                assert!(along >= last, "{name}: {}", line.text());
                last = along;
            }
        }
    }
}

/// A picture that is all letters to the detector takes bounded time and memory; it only has to end.
#[test]
fn noise_ends() {
    let mut state = 1u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let rgb = (0..3 * 600 * 400).map(|_| if next() > 127 { 255 } else { 0 }).collect();
    read(&Picture::from_rgb(600, 400, rgb).unwrap());
    let stripes =
        (0..400u32).flat_map(|_| (0..600u32).flat_map(|x| [if x / 3 % 2 == 0 { 0 } else { 255 }; 3]));
    read(&Picture::from_rgb(600, 400, stripes.collect()).unwrap());
    // The narrowest shapes that are decoded.
    read(&Picture::from_rgb(3000, 80, vec![200; 3 * 3000 * 80]).unwrap());
    read(&Picture::from_rgb(80, 3000, vec![200; 3 * 3000 * 80]).unwrap());
}
