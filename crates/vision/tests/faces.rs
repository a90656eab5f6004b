//! Real networks on real pictures: what is found, where, and that it does not depend on how a picture is stored.

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
use overt_vision::face::{Emotion, Face, Gender, LandmarkKind, Point, Rect, Wanted};
use overt_vision::{DecodeLimits, Orientation, Picture};
use serde::Deserialize;

/// Detections of OpenCV (see golden/detections.py).
#[derive(Deserialize)]
struct Reference {
    picture: Vec<ReferencePicture>,
}

#[derive(Deserialize)]
struct ReferencePicture {
    name: String,
    width: u32,
    height: u32,
    #[serde(default)]
    face: Vec<ReferenceFace>,
}

#[derive(Deserialize)]
struct ReferenceFace {
    r#box: [f32; 4],
    points: [f32; 10],
    confidence: f32,
}

fn reference() -> Vec<ReferencePicture> {
    toml::from_str::<Reference>(include_str!("golden/detections.toml")).unwrap().picture
}

fn sides(bounds: &Rect) -> [f32; 4] {
    [bounds.left, bounds.top, bounds.width, bounds.height]
}

/// The largest difference of two boxes' numbers, pixels.
fn apart(a: &Rect, b: &Rect) -> f32 {
    sides(a).into_iter().zip(sides(b)).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

fn astronaut() -> Picture {
    picture("skimage/astronaut.png")
}

fn jpeg_of(picture: &Picture, set: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Picture {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    set(&mut encoder);
    encoder.encode(picture.rgb(), picture.width() as u16, picture.height() as u16, ColorType::Rgb).unwrap();
    Picture::decode(&bytes, &DecodeLimits::default()).unwrap()
}

/// Boxes and the five points lie within two pixels of OpenCV's, which decoded, shrunk and ran the detector by itself.
#[test]
fn detections_are_those_of_opencv() {
    for reference in reference() {
        let picture = picture(&reference.name);
        assert_eq!((picture.width(), picture.height()), (reference.width, reference.height));
        let found = worker().detect(&picture).unwrap();
        // At the threshold itself either may go one way.
        let sure = |confidence: f32| confidence > 0.55;
        for expected in reference.face.iter().filter(|face| sure(face.confidence)) {
            let [left, top, width, height] = expected.r#box;
            let bounds = Rect { left, top, width, height };
            let nearest = found
                .iter()
                .max_by(|a, b| overlap(&a.bounds, &bounds).total_cmp(&overlap(&b.bounds, &bounds)));
            let nearest = nearest.unwrap_or_else(|| panic!("{}: nothing found", reference.name));
            let off = apart(&nearest.bounds, &bounds);
            assert!(off <= 2.0, "{}: {:?} for {bounds:?}", reference.name, nearest.bounds);
            assert!((nearest.confidence - expected.confidence).abs() < 0.05, "{}", reference.name);
            for (point, expected) in nearest.points.iter().zip(expected.points.chunks(2)) {
                assert!(
                    distance(*point, Point { x: expected[0], y: expected[1] }) <= 2.0,
                    "{}",
                    reference.name
                );
            }
        }
        let expected = reference.face.iter().filter(|face| sure(face.confidence)).count();
        assert_eq!(found.iter().filter(|face| sure(face.confidence)).count(), expected, "{}", reference.name);
    }
}

/// Counted by eye. The detector alone sees one more, a face in the upholstery of sample1.
#[test]
fn every_face_of_the_group_pictures_and_nothing_else() {
    let counts = (1..=6).map(|i| faces(&picture(&format!("face-api/sample{i}.jpg"))).len());
    assert_eq!(counts.collect::<Vec<_>>(), [3, 3, 3, 4, 5, 4]);
    for name in ["coffee.png", "chelsea.png", "rocket.jpg"] {
        assert!(faces(&picture(&format!("skimage/{name}"))).is_empty(), "{name}");
    }
}

#[test]
fn largest_first_and_never_more_than_asked_for() {
    let picture = picture("face-api/sample5.jpg");
    let all = faces(&picture);
    let areas: Vec<f32> = all.iter().map(|face| face.bounds.width * face.bounds.height).collect();
    assert!(areas.windows(2).all(|pair| pair[0] >= pair[1]), "{areas:?}");
    for count in [0, 1, 2] {
        let some = worker().faces(&picture, count, Wanted::default()).unwrap();
        assert_eq!(some.len(), count);
        assert!(some.iter().zip(&all).all(|(a, b)| a.bounds == b.bounds));
    }
}

/// The largest detection of this picture is no face; asking for one must not end in none.
#[test]
fn a_false_alarm_does_not_take_a_faces_place() {
    let sample = picture("face-api/sample1.jpg");
    let one = worker().faces(&sample, 1, Wanted::default()).unwrap();
    assert_eq!(one.len(), 1);
    let detections = worker().detect(&sample).unwrap();
    assert!(detections.len() > faces(&sample).len(), "the picture no longer tests anything");
}

#[test]
fn nothing_is_found_out_that_was_not_asked_for() {
    let faces = worker().faces(&astronaut(), 1, Wanted::default()).unwrap();
    assert_eq!(faces[0].landmarks.len(), 5);
    assert_eq!(faces[0].attributes, overt_vision::face::Attributes::default());
    assert!(faces[0].template.is_none());
}

/// The mesh and the detector know nothing of each other's points.
#[test]
fn landmarks_agree_with_the_detectors_own_points() {
    for reference in reference() {
        let picture = picture(&reference.name);
        let detections = worker().detect(&picture).unwrap();
        for face in faces(&picture) {
            let detection = detections.iter().find(|detection| detection.bounds == face.bounds).unwrap();
            let [eye_left, eye_right, nose, mouth_left, mouth_right] = detection.points;
            let unit = face.bounds.width.max(face.bounds.height);
            for (kind, expected) in [
                (LandmarkKind::EyeLeft, eye_left),
                (LandmarkKind::EyeRight, eye_right),
                (LandmarkKind::Nose, nose),
                (LandmarkKind::MouthLeft, mouth_left),
                (LandmarkKind::MouthRight, mouth_right),
            ] {
                let off = distance(landmark(&face, kind), expected) / unit;
                assert!(off < 0.12, "{} {kind:?} {off}", reference.name);
            }
        }
    }
}

/// What must hold between the thirty points of any upright face, by the meaning of their names.
#[test]
fn thirty_landmarks_lie_where_their_names_say() {
    use LandmarkKind::*;
    for name in ["skimage/astronaut.png", "face_recognition/obama.jpg", "face_recognition/biden.jpg"] {
        let face = only_face(&picture(name));
        assert_eq!(face.landmarks.len(), 30);
        let at = |kind| landmark(&face, kind);
        let left_of = [
            (EyeLeft, EyeRight),
            (MouthLeft, MouthRight),
            (LeftEyeBrowLeft, LeftEyeBrowUp),
            (LeftEyeBrowUp, LeftEyeBrowRight),
            (LeftEyeBrowRight, RightEyeBrowLeft),
            (RightEyeBrowLeft, RightEyeBrowUp),
            (RightEyeBrowUp, RightEyeBrowRight),
            (LeftEyeLeft, LeftPupil),
            (LeftPupil, LeftEyeRight),
            (LeftEyeRight, RightEyeLeft),
            (RightEyeLeft, RightPupil),
            (RightPupil, RightEyeRight),
            (NoseLeft, Nose),
            (Nose, NoseRight),
            (MidJawlineLeft, ChinBottom),
            (ChinBottom, MidJawlineRight),
            (UpperJawlineLeft, LeftEyeLeft),
        ];
        for (left, right) in left_of {
            assert!(at(left).x < at(right).x, "{name}: {left:?} {right:?}");
        }
        let above = [
            (LeftEyeBrowUp, LeftEyeUp),
            (RightEyeBrowUp, RightEyeUp),
            (LeftEyeUp, LeftPupil),
            (LeftPupil, LeftEyeDown),
            (RightEyeUp, RightPupil),
            (RightPupil, RightEyeDown),
            (LeftEyeDown, Nose),
            (Nose, MouthUp),
            (MouthUp, MouthDown),
            (MouthDown, ChinBottom),
            (UpperJawlineLeft, MidJawlineLeft),
            (MidJawlineLeft, ChinBottom),
            (UpperJawlineRight, MidJawlineRight),
            (NoseLeft, MouthUp),
        ];
        for (upper, lower) in above {
            assert!(at(upper).y < at(lower).y, "{name}: {upper:?} {lower:?}");
        }
    }
}

/// Seen by eye in the pictures.
#[test]
fn attributes_are_what_the_pictures_show() {
    let named = |name: &str| only_face(&picture(&format!("face_recognition/{name}.jpg"))).attributes;
    let woman = only_face(&astronaut()).attributes;
    assert_eq!(woman.gender.unwrap().value, Gender::Female);
    assert!(woman.smile.unwrap().value && woman.eyes_open.unwrap().value && woman.mouth_open.unwrap().value);
    assert_eq!(woman.emotions[0].value, Emotion::Happy);

    let smiling = named("obama");
    assert_eq!(smiling.gender.unwrap().value, Gender::Male);
    assert!(
        smiling.smile.unwrap().value && smiling.eyes_open.unwrap().value && smiling.mouth_open.unwrap().value
    );
    let serious = named("biden");
    assert_eq!(serious.gender.unwrap().value, Gender::Male);
    assert!(!serious.smile.unwrap().value && !serious.mouth_open.unwrap().value);
    assert!(serious.age.unwrap().low > 45, "{:?}", serious.age);
    for attributes in [&woman, &smiling, &serious] {
        assert!(!attributes.sunglasses.unwrap().value);
        assert_eq!(attributes.emotions.len(), 8);
        let age = attributes.age.unwrap();
        assert!(age.low < age.high);
        let gaze = attributes.eye_direction.unwrap();
        assert!(gaze.yaw.abs() < 20.0 && gaze.pitch.abs() < 20.0, "{gaze:?}");
    }
    // The one of the three women whose eyes are cast down.
    let down = faces(&picture("face-api/sample1.jpg")).remove(1).attributes;
    assert!(!down.eyes_open.unwrap().value && down.eye_direction.is_none());
}

#[test]
fn the_same_person_scores_higher_than_another() {
    let named = |name: &str| only_face(&picture(&format!("face_recognition/{name}.jpg")));
    let obama = ["obama", "obama2", "obama3", "obama_partial_face", "obama_partial_face2"].map(named);
    let others = [named("biden"), only_face(&astronaut())];
    for (i, a) in obama.iter().enumerate() {
        assert!((score(a, a) - 1.0).abs() < 1e-4);
        assert_eq!(a.template.as_ref().unwrap().values.len(), 256);
        let worst_own = obama[i + 1..].iter().map(|b| score(a, b)).fold(1.0, f32::min);
        let best_other = others.iter().map(|b| score(a, b)).fold(-1.0, f32::max);
        assert!(worst_own > best_other + 0.05, "{i}: {worst_own} {best_other}");
    }
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
                worker().faces(&pasted(&small, width, height, left, top), 100, Wanted::default()).unwrap();
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
    let found = worker().faces(&picture, 1000, Wanted::default()).unwrap();
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

/// A worker's buffers are used again: what one picture left in them must not be seen in the next.
#[test]
fn a_worker_remembers_nothing() {
    let (one, other) = (astronaut(), picture("face-api/sample3.jpg"));
    let describe = |face: &Face| (face.bounds, face.landmarks.clone(), face.attributes.clone());
    let alone: Vec<_> =
        networks().worker().unwrap().faces(&one, 100, ALL).unwrap().iter().map(describe).collect();
    let mut worker = worker();
    for between in [&other, &one, &Picture::from_rgb(80, 80, vec![255; 3 * 80 * 80]).unwrap()] {
        worker.faces(between, 100, ALL).unwrap();
        let again: Vec<_> = worker.faces(&one, 100, ALL).unwrap().iter().map(describe).collect();
        assert_eq!(again, alone);
    }
}
