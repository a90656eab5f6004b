//! The measures on made pictures whose properties are known; real ones are in `tests/properties.rs`.

use proptest::prelude::*;

use super::*;

fn picture(width: u32, height: u32, of: impl Fn(u32, u32) -> [u8; 3]) -> Picture {
    let rgb = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| of(x, y)).collect();
    Picture::from_rgb(width, height, rgb).unwrap()
}

fn names(colours: &[DominantColour]) -> Vec<&'static str> {
    colours.iter().map(|found| found.colour.name).collect()
}

#[test]
fn light_and_contrast_have_their_ends() {
    let look = |of: fn(u32, u32) -> [u8; 3]| ImageProperties::look(&picture(300, 200, of), &[], 10).unwrap();
    let white = look(|_, _| [255; 3]);
    assert!((white.quality.brightness - 100.0).abs() < 0.1 && white.contrast == 0.0);
    assert_eq!(white.quality.sharpness, 0.0);
    assert_eq!(names(&white.colours), ["white"]);
    assert!(white.foreground.is_none(), "one surface");
    let halves = look(|x, _| if x < 150 { [0; 3] } else { [255; 3] });
    assert!((halves.contrast - 100.0).abs() < 1.0 && (halves.quality.brightness - 50.0).abs() < 1.0);
    assert_eq!(names(&halves.colours), ["black", "white"], "equal shares by name");
}

#[test]
fn parts_have_their_own_light_and_colours() {
    let disc = |x: u32, y: u32| x.abs_diff(200).pow(2) + y.abs_diff(150).pow(2) < 80 * 80;
    let scene = picture(400, 300, |x, y| if disc(x, y) { [178, 34, 34] } else { [70, 130, 180] });
    let found = ImageProperties::look(&scene, &[], 10).unwrap();
    let (front, back) = (found.foreground.unwrap(), found.background.unwrap());
    assert_eq!(names(&front.colours)[0], "firebrick");
    assert_eq!(names(&back.colours)[0], "steelblue");
    assert!(front.colours[0].share > 0.8 && back.colours[0].share > 0.95);
    assert!(front.quality.brightness < back.quality.brightness);
    assert_eq!(names(&found.colours)[..2], ["steelblue", "firebrick"]);
}

#[test]
fn a_blurred_picture_is_less_sharp_whatever_its_size() {
    let waves = |side: u32, period: f32| {
        let wave = move |at: u32| (at as f32 * std::f32::consts::TAU / period).sin();
        picture(side, side, move |x, y| [(128.0 + 50.0 * (wave(x) + wave(y))) as u8; 3])
    };
    let sharp = |side, period| ImageProperties::look(&waves(side, period), &[], 0).unwrap().quality.sharpness;
    assert!(sharp(512, 6.0) > sharp(512, 12.0) && sharp(512, 12.0) > sharp(512, 40.0));
    // The same scene at twice the size.
    assert!((sharp(512, 12.0) - sharp(1024, 24.0)).abs() < 3.0);
}

#[test]
fn colours_within_a_box_are_those_of_the_box_alone() {
    let scene = picture(200, 100, |x, _| if x < 100 { [255, 0, 0] } else { [0, 0, 255] });
    let within = |left, width| {
        names(&colours_within(&scene, Rect { left, top: 10.0, width, height: 50.0 }, 10).unwrap())
    };
    assert_eq!(within(10.0, 50.0), ["red"]);
    assert_eq!(within(120.0, 500.0), ["blue"], "a box may reach out of the picture");
    assert!(within(300.0, 50.0).is_empty() && within(-90.0, 50.0).is_empty());
}

proptest! {
    #[test]
    fn every_number_stays_in_its_range(
        (width, height) in (1_u32..40, 1_u32..40),
        seed in any::<u64>(),
        most in 0_usize..=20,
        subject in proptest::array::uniform4(-10.0_f32..60.0),
    ) {
        let noise = |x: u32, y: u32| {
            let mixed = (seed ^ (u64::from(x) << 32 | u64::from(y))).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let [a, b, c, ..] = mixed.to_be_bytes();
            [a, b, c]
        };
        let [left, top, width_of, height_of] = subject;
        let subject = Rect { left, top, width: width_of.abs(), height: height_of.abs() };
        let found = ImageProperties::look(&picture(width, height, noise), &[subject], most).unwrap();
        let parts = [found.foreground, found.background];
        let qualities = parts.iter().flatten().map(|part| part.quality).chain([found.quality]);
        for quality in qualities {
            prop_assert!((0.0..=100.0).contains(&quality.brightness));
            prop_assert!((0.0..=100.0).contains(&quality.sharpness));
        }
        prop_assert!((0.0..=100.0).contains(&found.contrast));
        for colours in parts.iter().flatten().map(|part| &part.colours).chain([&found.colours]) {
            prop_assert!(colours.len() <= most);
            prop_assert!(colours.iter().all(|found| found.share > 0.0 && found.share <= 1.0 + 1e-4));
        }
    }
}
