//! Real networks on real pictures: what is found, and where.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]
#![allow(dead_code, reason = "each test file uses a part of what they share")]

mod common;

use common::*;
use overt_vision::Picture;
use overt_vision::face::{Emotion, Face, Gender, LandmarkKind, Point, Rect, Wanted};
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
        // What lies or stands on its head is of the second look, which OpenCV does not take.
        let stands = |[left, right, ..]: &[Point; 5]| right.x - left.x > (right.y - left.y).abs();
        let standing = found.iter().filter(|face| sure(face.confidence) && stands(&face.points)).count();
        assert_eq!(standing, expected, "{}", reference.name);
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
        let some = worker().faces(&picture, count, &Wanted::default()).unwrap();
        assert_eq!(some.len(), count);
        assert!(some.iter().zip(&all).all(|(a, b)| a.bounds == b.bounds));
    }
}

/// The largest detection of this picture is no face; asking for one must not end in none.
#[test]
fn a_false_alarm_does_not_take_a_faces_place() {
    let sample = picture("face-api/sample1.jpg");
    let one = worker().faces(&sample, 1, &Wanted::default()).unwrap();
    assert_eq!(one.len(), 1);
    let detections = worker().detect(&sample).unwrap();
    assert!(detections.len() > faces(&sample).len(), "the picture no longer tests anything");
}

#[test]
fn nothing_is_found_out_that_was_not_asked_for() {
    let faces = worker().faces(&astronaut(), 1, &Wanted::default()).unwrap();
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

/// A worker's buffers are used again: what one picture left in them must not be seen in the next.
#[test]
fn a_worker_remembers_nothing() {
    let (one, other) = (astronaut(), picture("face-api/sample3.jpg"));
    let describe = |face: &Face| (face.bounds, face.landmarks.clone(), face.attributes.clone());
    let alone: Vec<_> =
        networks().worker().unwrap().faces(&one, 100, &ALL).unwrap().iter().map(describe).collect();
    let mut worker = worker();
    for between in [&other, &one, &Picture::from_rgb(80, 80, vec![255; 3 * 80 * 80]).unwrap()] {
        worker.faces(between, 100, &ALL).unwrap();
        let again: Vec<_> = worker.faces(&one, 100, &ALL).unwrap().iter().map(describe).collect();
        assert_eq!(again, alone);
    }
}
