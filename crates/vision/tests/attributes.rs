//! What anyone can see on the pinned pictures: who smiles, speaks, has closed eyes, wears glasses (nobody), and
//! that glasses drawn on those faces are found. Accuracy on many people is in `docs/attributes.md`; this keeps the
//! pipeline from picture to finding in one piece.
//!
//! Needs the weights and the pictures. Without them the tests fail and say how to get them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]
#![allow(dead_code, reason = "each test file uses a part of what they share")]

mod common;

use common::{ALL, landmark, picture, worker};
use overt_vision::Picture;
use overt_vision::face::{Attributes, Face, Finding, Gender, LandmarkKind, Point};

/// The largest face of a picture.
fn largest(picture: &Picture) -> Face {
    worker().faces(picture, 1, &ALL).unwrap().remove(0)
}

fn says(finding: Option<Finding<bool>>) -> Option<bool> {
    finding.map(|finding| {
        assert!((0.5..=1.0).contains(&finding.confidence), "{finding:?}");
        finding.value
    })
}

/// Of the portraits: smiling, mouth open (lips apart), gender as the network should say it.
const PORTRAITS: [(&str, bool, bool, Gender); 4] = [
    ("skimage/astronaut.png", true, true, Gender::Female),
    ("face_recognition/obama.jpg", true, true, Gender::Male),
    ("face_recognition/obama2.jpg", false, true, Gender::Male),
    ("face_recognition/biden.jpg", false, false, Gender::Male),
];

#[test]
fn portraits_are_described_as_anyone_would() {
    for (name, smiles, mouth_open, gender) in PORTRAITS {
        let Attributes {
            age,
            gender: found,
            smile,
            eyeglasses,
            sunglasses,
            eyes_open,
            mouth_open: open,
            eye_direction,
            emotions,
            ..
        } = largest(&picture(name)).attributes;
        assert_eq!(says(smile), Some(smiles), "{name}");
        assert_eq!(says(open), Some(mouth_open), "{name}");
        assert_eq!(found.map(|finding| finding.value), Some(gender), "{name}");
        assert_eq!(says(eyes_open), Some(true), "{name}");
        assert_eq!(says(eyeglasses), Some(false), "{name}");
        assert_eq!(says(sunglasses), Some(false), "{name}");
        // All four are adults and look about into the camera.
        let age = age.unwrap();
        assert!(age.low < age.high && age.high > 25 && age.low > 15, "{name}: {age:?}");
        let gaze = eye_direction.unwrap();
        assert!(gaze.yaw.abs() < 30.0 && gaze.pitch.abs() < 25.0, "{name}: {gaze:?}");
        assert!(emotions.is_sorted_by(|a, b| a.confidence >= b.confidence), "{name}: {emotions:?}");
    }
}

#[test]
fn what_nothing_here_can_tell_is_left_out() {
    let found = largest(&picture("skimage/astronaut.png")).attributes;
    assert_eq!((found.beard, found.mustache, found.face_occluded), (None, None, None));
}

#[test]
fn closed_eyes_are_closed() {
    // In the middle of three women one looks down with her lids shut.
    let faces = worker().faces(&picture("face-api/sample2.jpg"), 10, &ALL).unwrap();
    let middle = |face: &&Face| (1450.0..1650.0).contains(&(face.bounds.left + face.bounds.width / 2.0));
    let face = faces.iter().find(middle).expect("the face at the right");
    assert_eq!(says(face.attributes.eyes_open), Some(false));
}

#[test]
fn nobody_on_the_pinned_groups_wears_glasses() {
    let (mut judged, mut wrong) = (0, Vec::new());
    for name in ["sample1", "sample2", "sample3", "sample4", "sample5", "sample6"] {
        for face in worker().faces(&picture(&format!("face-api/{name}.jpg")), 100, &ALL).unwrap() {
            assert_ne!(says(face.attributes.sunglasses), Some(true), "{name} {:?}", face.bounds);
            judged += usize::from(face.attributes.eyeglasses.is_some());
            if says(face.attributes.eyeglasses) == Some(true) {
                wrong.push((name, face.bounds, face.attributes.eyeglasses));
            }
        }
    }
    assert!(judged >= 20, "{judged} of 22 faces could be judged");
    // One is known: lids cast down and painted black up to the brows.
    assert!(wrong.len() <= 1, "{wrong:?}");
}

/// Paints what `inside` says, given in units of the eyes' distance from the point between the eyes, upright.
fn paint(original: &Picture, face: &Face, grey: u8, inside: impl Fn(f32, f32) -> bool) -> Picture {
    let corner = |a, b| {
        let (a, b) = (landmark(face, a), landmark(face, b));
        Point { x: (a.x + b.x) / 2.0, y: (a.y + b.y) / 2.0 }
    };
    let left = corner(LandmarkKind::LeftEyeLeft, LandmarkKind::LeftEyeRight);
    let right = corner(LandmarkKind::RightEyeLeft, LandmarkKind::RightEyeRight);
    let (dx, dy) = (right.x - left.x, right.y - left.y);
    let squared = dx * dx + dy * dy;
    let middle = Point { x: (left.x + right.x) / 2.0, y: (left.y + right.y) / 2.0 };
    let mut rgb = original.rgb().to_vec();
    for (at, pixel) in rgb.chunks_exact_mut(3).enumerate() {
        let (x, y) = ((at as u32 % original.width()) as f32, (at as u32 / original.width()) as f32);
        let (x, y) = (x - middle.x, y - middle.y);
        if inside((x * dx + y * dy) / squared, (y * dx - x * dy) / squared) {
            pixel.fill(grey);
        }
    }
    Picture::from_rgb(original.width(), original.height(), rgb).unwrap()
}

#[test]
fn glasses_drawn_on_real_faces_are_found() {
    for (name, ..) in PORTRAITS {
        let picture = picture(name);
        let bare = largest(&picture);
        let rim = |x: f32, y: f32| (x.abs() - 0.5).hypot(y - 0.06);
        let frame =
            |x: f32, y: f32| (rim(x, y) - 0.36).abs() < 0.022 || (x.abs() < 0.16 && (y + 0.02).abs() < 0.022);
        let framed = largest(&paint(&picture, &bare, 30, frame)).attributes;
        assert_eq!(says(framed.eyeglasses), Some(true), "{name}");
        assert_eq!(says(framed.sunglasses), Some(false), "{name}");
        assert!(framed.eye_direction.is_some(), "{name}");

        let dark = paint(&picture, &bare, 20, |x, y| rim(x, y) < 0.38 || frame(x, y));
        let dark = largest(&dark).attributes;
        assert_eq!(says(dark.sunglasses), Some(true), "{name}");
        assert_eq!(says(dark.eyeglasses), Some(true), "{name}");
        assert_eq!(dark.eye_direction, None, "{name}: no gaze behind dark lenses");
    }
}
