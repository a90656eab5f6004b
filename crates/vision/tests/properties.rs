//! Image properties of real pictures.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]
#![allow(dead_code, reason = "each test file uses a part of what they share")]

mod common;

use overt_vision::face::Rect;
use overt_vision::properties::{DominantColour, ImageProperties, colours_within};

fn share(colours: &[DominantColour], simple: &str) -> f32 {
    colours.iter().filter(|found| found.colour.simple.name() == simple).map(|found| found.share).sum()
}

#[test]
fn photographs_have_the_light_and_the_colours_that_people_see() {
    let look = |name: &str| ImageProperties::look(&common::picture(name), &[], 20).unwrap();
    let rocket = look("skimage/rocket.jpg");
    let camera = look("skimage/camera.png");
    let coffee = look("skimage/coffee.png");
    assert!(rocket.quality.brightness < 30.0, "a launch at dusk: {:?}", rocket.quality);
    assert!(camera.quality.brightness > 40.0 && camera.contrast > 50.0);
    // A grey picture has no colours.
    let greys: f32 = ["black", "grey", "white"].map(|name| share(&camera.colours, name)).iter().sum();
    assert!(greys > 0.999, "{:?}", camera.colours);
    assert!(share(&coffee.colours, "brown") > 0.3, "{:?}", coffee.colours);
    // The white cup stands out, the dark table does not.
    let (front, back) = (coffee.foreground.unwrap(), coffee.background.unwrap());
    assert!(share(&front.colours, "white") > 2.0 * share(&back.colours, "white"));
    assert!(front.quality.brightness > back.quality.brightness + 10.0);
    for found in [&rocket, &camera] {
        assert!(found.quality.sharpness > 50.0, "{:?}", found.quality);
    }
}

#[test]
fn the_colours_of_a_thing_are_those_inside_its_box() {
    let astronaut = common::picture("skimage/astronaut.png");
    let suit = Rect { left: 60.0, top: 300.0, width: 60.0, height: 80.0 };
    let colours = colours_within(&astronaut, suit, 10).unwrap();
    let warm: f32 = ["orange", "red", "brown"].map(|name| share(&colours, name)).iter().sum();
    assert!(warm > 0.6, "{colours:?}");
}
