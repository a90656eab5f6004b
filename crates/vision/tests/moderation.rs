//! Moderation on pictures that show nothing unsafe: what would be wrongly said of them. Recall is not measured here or
//! anywhere: no explicit pictures are collected.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test ends when something is not as it should be, helpers included"
)]

#[allow(dead_code, reason = "shared by several tests, each of which uses a part")]
mod common;

use common::{networks, picture};
use overt_vision::{Moderation, Picture};

/// What is said from the documented threshold on.
fn said(found: &Moderation) -> Vec<String> {
    let labels = found.labels.iter().filter(|label| label.confidence >= 0.5);
    labels.map(|label| format!("{} {:.2}", label.name, label.confidence)).collect()
}

/// A picture of `size` x `size` whose pixels are `colour` of their place.
fn made(size: u32, colour: impl Fn(f32, f32) -> [f32; 3]) -> Picture {
    let rgb = (0..size * size).flat_map(|at| {
        let (x, y) = ((at % size) as f32 / size as f32, (at / size) as f32 / size as f32);
        // Grain, the same each time, so that nothing is unnaturally smooth.
        let grain = (at.wrapping_mul(2_654_435_761) >> 24) as f32 / 16.0 - 8.0;
        colour(x, y).map(|value| (value + grain).clamp(0.0, 255.0) as u8)
    });
    Picture::from_rgb(size, size, rgb.collect()).unwrap()
}

#[test]
fn photographs_without_unsafe_content_get_no_such_label() {
    let networks = networks();
    let (mut moderator, mut classifier) = (networks.moderator().unwrap(), networks.classifier().unwrap());
    for name in [
        "skimage/astronaut.png",
        "skimage/camera.png",
        "skimage/chelsea.png",
        "skimage/coffee.png",
        "skimage/rocket.jpg",
        "face-api/sample1.jpg",
        "face-api/sample2.jpg",
        "face-api/sample3.jpg",
        "face-api/sample4.jpg",
        "face-api/sample5.jpg",
        "face-api/sample6.jpg",
        "face_recognition/biden.jpg",
        "face_recognition/obama.jpg",
        "face_recognition/obama2.jpg",
    ] {
        let found = moderator.moderate(&picture(name), &mut classifier, 0.5).unwrap();
        assert!(said(&found).is_empty(), "{name}: {:?}", said(&found));
        // Every ancestor is there, before its descendant and at least as sure.
        for (at, label) in found.labels.iter().enumerate() {
            let above = found.labels[..at].iter().find(|other| other.name == label.parent);
            assert!(label.level == 1 || above.unwrap().confidence >= label.confidence, "{label:?}");
        }
    }
}

/// The classic mistakes: skin tones, dunes, round shapes.
#[test]
fn skin_tones_and_dunes_are_no_nudity() {
    let networks = networks();
    let (mut moderator, mut classifier) = (networks.moderator().unwrap(), networks.classifier().unwrap());
    let skin = [[224.0, 172.0, 140.0], [198.0, 134.0, 96.0], [141.0, 85.0, 54.0], [92.0, 58.0, 40.0]];
    for (number, tone) in skin.into_iter().enumerate() {
        let flat = made(400, |x, y| tone.map(|value: f32| value * (0.8 + 0.3 * (x * 0.6 + y * 0.4))));
        let rounded = made(400, |x, y| {
            let shade = [(0.35, 0.5), (0.65, 0.5)].into_iter().map(|(cx, cy)| {
                let distance = ((x - cx).powi(2) + (y - cy).powi(2)).sqrt() / 0.18;
                if distance < 1.0 { 1.1 - 0.4 * distance * distance } else { 0.0 }
            });
            let light = shade.fold(0.75_f32, f32::max);
            tone.map(|value| value * light)
        });
        let dunes = made(400, |x, y| {
            let crest = 0.45 + 0.12 * (x * 5.0 + number as f32).sin();
            if y < crest {
                [120.0, 170.0, 230.0]
            } else {
                tone.map(|v| v * (0.8 + 0.3 * ((y - crest) * 14.0).sin()))
            }
        });
        for (what, picture) in [("flat", flat), ("rounded", rounded), ("dunes", dunes)] {
            let found = moderator.moderate(&picture, &mut classifier, 0.5).unwrap();
            assert!(said(&found).is_empty(), "{what} {number}: {:?}", said(&found));
        }
    }
}
