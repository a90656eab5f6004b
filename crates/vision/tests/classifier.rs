//! The classifier on photographs: what it says of pictures whose content is beyond doubt.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test ends when something is not as it should be, helpers included"
)]

#[allow(dead_code, reason = "shared by several tests, each of which uses a part")]
mod common;

use common::{networks, picture, resized};
use overt_vision::Classifier;

/// The most probable class and its probability.
fn first(probabilities: &[f32]) -> (usize, f32) {
    let best = probabilities.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
    best.unwrap()
}

#[test]
fn photographs_get_the_class_of_what_they_show() {
    let mut classifier = networks().classifier().unwrap();
    // ILSVRC 2012: a cat of some breed, an espresso, a missile or space shuttle.
    for (name, classes) in [
        ("skimage/chelsea.png", 281..=285),
        ("skimage/coffee.png", 967..=967),
        ("skimage/rocket.jpg", 657..=657),
    ] {
        let picture = picture(name);
        let probabilities = classifier.classify(&picture).unwrap();
        assert_eq!(probabilities.len(), 1000);
        let sum: f32 = probabilities.iter().sum();
        assert!((sum - 1.0).abs() < 1e-3, "{name}: {sum}");
        let (class, probability) = first(&probabilities);
        assert!(classes.contains(&class), "{name}: {class} {probability}");
    }
}

#[test]
fn the_size_of_a_picture_hardly_matters_and_a_region_does() {
    let mut classifier = networks().classifier().unwrap();
    let small = picture("skimage/coffee.png");
    let large = resized(&small, 1800, 1200);
    let (a, b) = (classifier.classify(&small).unwrap(), classifier.classify(&large).unwrap());
    assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 0.1));
    let whole = classifier.region(&small, &Classifier::whole(&small)).unwrap();
    let centre = classifier.region(&small, &Classifier::centre(&small)).unwrap();
    assert_eq!(centre.probabilities, a);
    assert_ne!(whole.probabilities, a);
    assert_eq!(whole.features.len(), 1280);
}
