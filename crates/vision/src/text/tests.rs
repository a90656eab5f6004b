//! Which directions a region is read in, with networks that are not there.

use proptest::prelude::*;

use super::*;

fn place(degrees: f32, width: f32, height: f32) -> Slanted {
    let (sin, cos) = degrees.to_radians().sin_cos();
    Slanted { origin: Point { x: 50.0, y: 50.0 }, along: Point { x: cos, y: sin }, width, height }
}

#[test]
fn tall_regions_are_read_rightwards_along_their_longer_side() {
    assert_eq!(likely(&place(0.0, 100.0, 20.0)), place(0.0, 100.0, 20.0));
    // Tilted 30 degrees against the clock: its long side goes 60 degrees down to the right.
    let steep = likely(&place(-30.0, 20.0, 100.0));
    assert!((steep.angle().to_degrees() - 60.0).abs() < 0.1 && steep.width == 100.0);
    let steep = likely(&place(30.0, 20.0, 100.0));
    assert!((steep.angle().to_degrees() + 60.0).abs() < 0.1);
}

#[test]
fn a_doubtful_line_is_turned_and_a_doubtful_letter_turned_all_ways() {
    let degrees = |places: Vec<Slanted>| {
        let degrees = |p: &Slanted| (p.angle().to_degrees().round() as i32).rem_euclid(360);
        let mut found: Vec<i32> = places.iter().map(degrees).collect();
        found.sort_unstable();
        found
    };
    let line = place(0.0, 200.0, 20.0);
    assert_eq!(degrees(others(&line, &[line])), [180]);
    assert_eq!(degrees(others(&line, &[line, line.half()])), [] as [i32; 0]);
    let letter = place(0.0, 20.0, 40.0);
    assert_eq!(degrees(others(&letter, &[likely(&letter)])), [0, 270]);
    let square = place(0.0, 20.0, 22.0);
    assert_eq!(degrees(others(&square, &[square])), [90, 180, 270]);
}

proptest! {
    #[test]
    fn corners_are_inside_of_the_picture(
        x in -500f32..500.0, y in -500f32..500.0, degrees in -180f32..180.0,
        width in 0f32..500.0, height in 0f32..500.0,
    ) {
        let picture = Picture::from_rgb(100, 80, vec![0; 24_000]).unwrap();
        let place = Slanted { origin: Point { x, y }, ..place(degrees, width, height) };
        for corner in inside(place.corners(), &picture) {
            prop_assert!((0.0..=100.0).contains(&corner.x) && (0.0..=80.0).contains(&corner.y));
        }
    }
}
