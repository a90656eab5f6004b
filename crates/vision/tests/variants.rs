//! Real networks on pictures that were stored, turned, mirrored, shrunk, blurred or put together otherwise: what is found
//! follows the picture and nothing else.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]
#![allow(dead_code, reason = "each test file uses a part of what they share")]

mod common;

use common::*;
use jpeg_encoder::{ColorType, Encoder};
use overt_vision::face::{LandmarkKind, Point, Rect, Wanted};
use overt_vision::{DecodeLimits, Orientation, Picture};

fn jpeg_of(picture: &Picture, set: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Picture {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    set(&mut encoder);
    encoder.encode(picture.rgb(), picture.width() as u16, picture.height() as u16, ColorType::Rgb).unwrap();
    Picture::decode(&bytes, &DecodeLimits::default()).unwrap()
}

/// A mirror image changes the signs of roll and yaw, exchanges left and right, and leaves the rest.
#[test]
fn mirroring_changes_signs() {
    for name in ["skimage/astronaut.png", "face_recognition/biden.jpg", "face-api/sample4.jpg"] {
        let picture = picture(name);
        let mirrored = faces(&picture.clone().oriented(Orientation::MirrorHorizontal));
        for face in faces(&picture) {
            let left = picture.width() as f32 - face.bounds.left - face.bounds.width;
            let expected = Rect { left, ..face.bounds };
            let other = mirrored.iter().find(|other| overlap(&other.bounds, &expected) > 0.7).unwrap();
            assert!(
                (face.pose.roll + other.pose.roll).abs() < 5.0,
                "{name} {:?} {:?}",
                face.pose,
                other.pose
            );
            assert!((face.pose.yaw + other.pose.yaw).abs() < 9.0, "{name} {:?} {:?}", face.pose, other.pose);
            assert!(
                (face.pose.pitch - other.pose.pitch).abs() < 9.0,
                "{name} {:?} {:?}",
                face.pose,
                other.pose
            );
        }
    }
}

#[test]
fn turning_the_picture_adds_to_roll() {
    for name in ["skimage/astronaut.png", "face_recognition/obama.jpg"] {
        let picture = picture(name);
        let upright = only_face(&picture);
        for degrees in [-40.0, -20.0, 20.0, 40.0] {
            let face = only_face(&turned(&picture, degrees));
            let rolled = face.pose.roll - upright.pose.roll;
            assert!((rolled - degrees).abs() < 5.0, "{name} {degrees}: {rolled}");
            assert!((face.pose.yaw - upright.pose.yaw).abs() < 8.0, "{name} {degrees}: {:?}", face.pose);
            assert!((face.pose.pitch - upright.pose.pitch).abs() < 8.0, "{name} {degrees}: {:?}", face.pose);
            assert!(score(&face, &upright) > 0.8, "{name} {degrees}: {}", score(&face, &upright));
        }
    }
}

/// A square, black but for the picture in its middle, in which no corner of it is cut off when it is turned.
fn framed(picture: &Picture) -> Picture {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let side = (width as f32).hypot(height as f32).ceil() as usize;
    let (left, top) = ((side - width) / 2, (side - height) / 2);
    let mut rgb = vec![0; 3 * side * side];
    for (y, row) in picture.rgb().chunks_exact(3 * width).enumerate() {
        let start = 3 * ((top + y) * side + left);
        rgb[start..start + row.len()].copy_from_slice(row);
    }
    Picture::from_rgb(side as u32, side as u32, rgb).unwrap()
}

/// The whole circle, also halfway between two quarters: one face is found, roll and landmarks are those of the picture
/// turned, and the template is that of the same face upright. The example `turns` measures the same, more densely.
#[test]
fn faces_are_found_whichever_way_they_are_turned() {
    let wanted = Wanted { all_landmarks: true, template: ALL.template.clone(), ..Wanted::default() };
    let only = |picture: &Picture, what: &str| {
        let mut found = worker().faces(picture, 100, &wanted).unwrap();
        assert_eq!(found.len(), 1, "{what}");
        found.remove(0)
    };
    for name in [
        "skimage/astronaut.png",
        "face_recognition/obama2.jpg",
        "face_recognition/obama.jpg",
        "face_recognition/biden.jpg",
    ] {
        // In the smaller size the face of a whole figure has 43 pixels.
        let sides: &[f32] = if name.ends_with("biden.jpg") { &[512.0] } else { &[512.0, 320.0] };
        for &side in sides {
            let whole = picture(name);
            let scale = side / whole.width().max(whole.height()) as f32;
            let [width, height] =
                [whole.width(), whole.height()].map(|length| (length as f32 * scale) as u32);
            let standing = framed(&resized(&whole, width, height));
            let upright = only(&standing, name);
            let eyes = distance(
                landmark(&upright, LandmarkKind::EyeLeft),
                landmark(&upright, LandmarkKind::EyeRight),
            );
            let middle = (standing.width() - 1) as f32 / 2.0;
            for degrees in (0..360).step_by(15) {
                let what = format!("{name} {side} {degrees}");
                let face = only(&turned(&standing, degrees as f32), &what);
                let rolled =
                    (face.pose.roll - upright.pose.roll - degrees as f32 + 180.0).rem_euclid(360.0) - 180.0;
                assert!(rolled.abs() < 8.0, "{what}: {rolled}");
                let (sin, cos) = (degrees as f32).to_radians().sin_cos();
                for (found, upright) in face.landmarks.iter().zip(&upright.landmarks) {
                    let (x, y) = (upright.at.x - middle, upright.at.y - middle);
                    let wanted = Point { x: middle + cos * x - sin * y, y: middle + sin * x + cos * y };
                    let off = distance(found.at, wanted) / eyes;
                    assert!(off < 0.35, "{what}: {:?} is off by {off}", found.kind);
                }
                assert!(score(&face, &upright) > 0.75, "{what}: {}", score(&face, &upright));
            }
        }
    }
}

#[test]
fn the_eight_orientations_give_the_same_faces() {
    let original = astronaut();
    let upright = only_face(&original);
    for orientation in Orientation::ALL {
        let stored = original.clone().oriented(orientation.inverse());
        let picture = jpeg_of(&stored, |encoder| {
            let mut body = b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
            body.extend(orientation.exif().to_le_bytes());
            body.extend([0; 6]);
            encoder.add_app_segment(1, body).unwrap();
        });
        let face = only_face(&picture);
        assert!(apart(&face.bounds, &upright.bounds) < 2.0, "{orientation:?}: {:?}", face.bounds);
        for (a, b) in face.landmarks.iter().zip(&upright.landmarks) {
            assert_eq!(a.kind, b.kind);
            assert!(distance(a.at, b.at) < 2.0, "{orientation:?} {:?}", a.kind);
        }
        assert!(score(&face, &upright) > 0.97, "{orientation:?}: {}", score(&face, &upright));
    }
}

#[test]
fn how_a_picture_is_stored_changes_little() {
    let original = astronaut();
    let upright = only_face(&original);
    let close = |name: &str, picture: &Picture, least: f32| {
        let face = only_face(picture);
        assert!(apart(&face.bounds, &upright.bounds) < 4.0, "{name}: {:?}", face.bounds);
        assert!(score(&face, &upright) > least, "{name}: {}", score(&face, &upright));
    };
    close("jpeg", &jpeg_of(&original, |_| {}), 0.97);
    close("progressive", &jpeg_of(&original, |encoder| encoder.set_progressive(true)), 0.97);

    let grey = |rgb: &[u8; 3]| {
        let [r, g, b] = rgb.map(u32::from);
        ((299 * r + 587 * g + 114 * b) / 1000) as u8
    };
    let grey: Vec<u8> = original.rgb().as_chunks::<3>().0.iter().map(grey).collect();
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, 95).encode(&grey, 512, 512, ColorType::Luma).unwrap();
    close("grey", &Picture::decode(&bytes, &DecodeLimits::default()).unwrap(), 0.85);

    let inks: Vec<u8> = original
        .rgb()
        .as_chunks::<3>()
        .0
        .iter()
        .flat_map(|&[r, g, b]| [255 - r, 255 - g, 255 - b, 0])
        .collect();
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, 95).encode(&inks, 512, 512, ColorType::Cmyk).unwrap();
    close("cmyk", &Picture::decode(&bytes, &DecodeLimits::default()).unwrap(), 0.97);

    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 512, 512);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Sixteen);
    let sixteen: Vec<u8> = original.rgb().iter().flat_map(|&sample| [sample, sample]).collect();
    encoder.write_header().unwrap().write_image_data(&sixteen).unwrap();
    close("16 bits", &Picture::decode(&bytes, &DecodeLimits::default()).unwrap(), 0.999);
}

/// 40 pixels in 1920 x 1080, and as much in proportion in larger pictures: the API's documented least.
#[test]
fn small_faces_in_large_pictures_and_large_ones_in_small() {
    let face = picture("face_recognition/obama.jpg"); // the face is 330 pixels high
    for (width, height, target) in [(1920, 1080, 40.0), (3840, 2160, 80.0), (8000, 6000, 170.0)] {
        let scale = target / 330.0;
        let (w, h) = ((910.0 * scale) as u32, (1137.0 * scale) as u32);
        let small = resized(&face, w, h);
        for (left, top) in [(0, 0), (width / 2, height / 3), (width - w, height - h)] {
            let found =
                worker().faces(&pasted(&small, width, height, left, top), 100, &Wanted::default()).unwrap();
            assert_eq!(found.len(), 1, "{width} x {height} at {left}, {top}");
            assert!((found[0].bounds.height / target - 1.0).abs() < 0.25, "{:?}", found[0].bounds);
        }
    }
    // Nothing but the face, up to the edges.
    let crop = |name: &str, side: u32| {
        let whole = picture(name);
        let bounds = only_face(&whole).bounds;
        let (left, top) = (bounds.left.max(0.0) as usize, bounds.top.max(0.0) as usize);
        let (w, h) = (bounds.width as usize, bounds.height as usize);
        let rows = whole.rgb().chunks_exact(3 * whole.width() as usize).skip(top).take(h);
        let rgb: Vec<u8> = rows.flat_map(|row| row[3 * left..3 * (left + w)].to_vec()).collect();
        resized(&Picture::from_rgb(w as u32, h as u32, rgb).unwrap(), side, side * h as u32 / w as u32)
    };
    for side in [80, 300, 1000, 3000] {
        let found = only_face(&crop("face_recognition/obama.jpg", side));
        assert!(found.bounds.width > 0.6 * side as f32, "{side}: {:?}", found.bounds);
    }
}

#[test]
fn a_picture_of_48_megapixels_and_one_of_the_smallest_size() {
    let large = resized(&picture("face-api/sample6.jpg"), 8000, 6000);
    assert_eq!(jpeg_of(&large, |_| {}).width(), 8000);
    let found = faces(&large);
    assert_eq!(found.len(), 4);
    for face in &found {
        assert!(face.bounds.width > 700.0);
    }
    let small = resized(&astronaut(), 80, 80);
    assert!(faces(&small).len() <= 1);
    let empty = Picture::from_rgb(80, 80, vec![0; 3 * 80 * 80]).unwrap();
    assert!(faces(&empty).is_empty());
}

#[test]
fn a_hundred_faces_in_one_large_picture() {
    let face = resized(&picture("face_recognition/obama.jpg"), 500, 480);
    let (width, height) = (8000u32, 6000u32);
    let mut rgb = vec![128u8; (3 * width * height) as usize];
    for index in 0..110 {
        // Eleven rows of ten, each a little higher than the one before.
        let (left, top) = (index % 10 * 800, index / 10 * 540);
        let rows = face.rgb().chunks_exact(3 * 500);
        for (y, row) in rows.enumerate() {
            let start = 3 * ((top + y) * width as usize + left);
            rgb[start..start + row.len()].copy_from_slice(row);
        }
    }
    let picture = Picture::from_rgb(width, height, rgb).unwrap();
    let found = worker().faces(&picture, 1000, &Wanted::default()).unwrap();
    assert_eq!(found.len(), 100);
}

#[test]
fn blur_lowers_sharpness_and_darkness_lowers_brightness() {
    for name in ["skimage/astronaut.png", "face_recognition/biden.jpg"] {
        let original = picture(name);
        let sharpness = |picture: &Picture| only_face(picture).quality.sharpness;
        let found: Vec<f32> = [0, 2, 8, 24].map(|times| sharpness(&blurred(&original, times))).to_vec();
        assert!(
            found.windows(2).all(|pair| pair[0] >= pair[1]) && found[0] > found[3] + 20.0,
            "{name}: {found:?}"
        );
        let darker = original.rgb().iter().map(|&sample| sample / 2).collect();
        let darker = Picture::from_rgb(original.width(), original.height(), darker).unwrap();
        let ratio = only_face(&darker).quality.brightness / only_face(&original).quality.brightness;
        assert!((ratio - 0.5).abs() < 0.05, "{name}: {ratio}");
    }
}
