//! The object detector on photographs whose content is beyond doubt.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test ends when something is not as it should be, helpers included"
)]

#[allow(dead_code, reason = "shared by several tests, each of which uses a part")]
mod common;

use common::{networks, overlap, pasted, picture};
use overt_vision::Object;
use overt_vision::face::Rect;

const PERSON: usize = 0;
const DOG: usize = 16;
const CUP: usize = 41;

fn surest(objects: &[Object], class: usize) -> Object {
    *objects
        .iter()
        .find(|object| object.class == class)
        .unwrap_or_else(|| panic!("no {class} in {objects:?}"))
}

#[test]
fn photographs_have_the_objects_that_they_show() {
    let mut detector = networks().objects().unwrap();
    // The network takes this cat for a dog: nobody should rely on the one class.
    for (name, class) in
        [("skimage/astronaut.png", PERSON), ("skimage/chelsea.png", DOG), ("skimage/coffee.png", CUP)]
    {
        let picture = picture(name);
        let objects = detector.detect(&picture).unwrap();
        let found = surest(&objects, class);
        assert!(found.confidence > 0.4, "{name}: {objects:?}");
        for object in &objects {
            let Rect { left, top, width, height } = object.bounds;
            assert!(left >= 0.0 && top >= 0.0 && width > 0.0 && height > 0.0, "{object:?}");
            assert!(left + width <= picture.width() as f32 + 0.01, "{object:?}");
            assert!(top + height <= picture.height() as f32 + 0.01, "{object:?}");
        }
        assert!(objects.is_sorted_by(|a, b| a.confidence >= b.confidence));
    }
}

#[test]
fn a_region_answers_in_pixels_of_the_picture() {
    let mut detector = networks().objects().unwrap();
    let cat = picture("skimage/chelsea.png");
    let alone = surest(&detector.detect(&cat).unwrap(), DOG);
    let large = pasted(&cat, 1600, 1200, 700, 500);
    let region = Rect { left: 700.0, top: 500.0, width: cat.width() as f32, height: cat.height() as f32 };
    let found = surest(&detector.region(&large, &region).unwrap(), DOG);
    let expected = Rect { left: alone.bounds.left + 700.0, top: alone.bounds.top + 500.0, ..alone.bounds };
    assert!(overlap(&found.bounds, &expected) > 0.95, "{found:?} {expected:?}");
}
