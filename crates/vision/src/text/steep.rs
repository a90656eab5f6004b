//! Steep text: whether most of a picture's regions climb or fall, and two looks at such a picture put together.
//!
//! Owns which of two regions about the same text is believed. Refuses to know networks and letters.
//!
//! # Invariants
//! - Merged regions come most certain first, and of two whose middles lie in each other one is left out.

use super::regions::Region;
use super::slanted::Slanted;

/// A region is steep if it is longer across than along and turned from level by more than this: the cosine of 35 degrees. Lines of up to thirty degrees
/// are found as they lie.
const STEEP: f32 = 0.82;

/// Share of the regions' area that must be steep for a second look.
const MOST: f32 = 0.5;

/// Whether most of the text is steep.
pub(super) fn most(regions: &[Region]) -> bool {
    let area = |region: &Region| region.place.width * region.place.height;
    let steep: f32 = regions.iter().filter(|region| is_steep(&region.place)).map(area).sum();
    let all: f32 = regions.iter().map(area).sum();
    steep > MOST * all
}

/// The regions of the picture as it lies and of the picture turned: of steep text what the turned one shows, of the rest what the lying one
/// shows, and whatever only one of them shows.
pub(super) fn merged(lying: Vec<Region>, turned: Vec<Region>) -> Vec<Region> {
    let (steep, rest): (Vec<Region>, Vec<Region>) =
        turned.into_iter().partition(|region| is_steep(&region.place));
    let (doubtful, sound): (Vec<Region>, Vec<Region>) =
        lying.into_iter().partition(|region| is_steep(&region.place));
    let mut kept: Vec<Region> = Vec::new();
    for region in steep.into_iter().chain(sound).chain(doubtful).chain(rest) {
        if !kept.iter().any(|other| same(&other.place, &region.place)) {
            kept.push(region);
        }
    }
    kept.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    kept
}

/// Whether a region's text climbs or falls by more than thirty-five degrees, as it is most likely read.
fn is_steep(region: &Slanted) -> bool {
    super::likely(region).along.x < STEEP
}

/// Whether two regions are about the same text.
fn same(one: &Slanted, other: &Slanted) -> bool {
    one.holds(other.centre()) || other.holds(one.centre())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::Point;

    /// A line of 100 x 20 pixels about a middle, as the detector tells of it: in the direction nearest to upright.
    fn line(degrees: f32, x: f32, y: f32, confidence: f32) -> Region {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let along = Point { x: cos, y: sin };
        let origin = Point { x: x - 50.0 * cos + 10.0 * sin, y: y - 50.0 * sin - 10.0 * cos };
        let place = Slanted { origin, along, width: 100.0, height: 20.0 };
        Region { place: place.near_upright(), confidence }
    }

    #[test]
    fn most_of_the_area_decides() {
        let steep =
            |degrees: &[f32]| most(&degrees.iter().map(|&d| line(d, 0.0, 0.0, 0.9)).collect::<Vec<_>>());
        for degrees in [-90.0, -60.0, -40.0, 40.0, 60.0, 90.0] {
            assert!(steep(&[degrees]), "{degrees}");
        }
        for degrees in [-30.0, 0.0, 30.0] {
            assert!(!steep(&[degrees]), "{degrees}");
        }
        assert!(steep(&[60.0, 60.0, 0.0]) && !steep(&[60.0, 0.0]) && !steep(&[]));
    }

    #[test]
    fn of_steep_text_the_turned_look_is_believed_and_of_the_rest_the_lying_one() {
        let lying = vec![line(60.0, 100.0, 100.0, 0.9), line(0.0, 300.0, 300.0, 0.7)];
        // The same steep line a little elsewhere, one that the first look missed, and the level one seen badly.
        let turned =
            vec![line(60.0, 102.0, 100.0, 0.6), line(60.0, 160.0, 100.0, 0.8), line(2.0, 301.0, 300.0, 0.95)];
        let merged = merged(lying, turned);
        let middles: Vec<(f32, f32)> = merged
            .iter()
            .map(|region| {
                let Point { x, y } = region.place.centre();
                (x.round(), y.round())
            })
            .collect();
        assert_eq!(middles, [(160.0, 100.0), (300.0, 300.0), (102.0, 100.0)], "the most certain first");
    }

    #[test]
    fn what_a_turned_look_sees_lies_in_the_picture() {
        // A picture of 400 x 300, turned so that what is right comes up: a line that rises by 60 degrees climbs by 30 there.
        let whole = Slanted {
            origin: Point { x: -0.5, y: -0.5 },
            along: Point { x: 1.0, y: 0.0 },
            width: 400.0,
            height: 300.0,
        };
        let view = whole.quarter();
        let expected = line(-60.0, 150.0, 120.0, 0.9);
        // The middle lies 120 from the view's left and 400 - 150 below its upper edge.
        let seen = line(-150.0, 120.0, 250.0, 0.9).within(&view);
        assert!(seen.place.centre().distance(expected.place.centre()) < 1.0, "{seen:?}");
        assert!((seen.place.angle() - expected.place.angle()).abs() < 1e-3);
        assert!((seen.place.width - expected.place.width).abs() < 1e-3);
    }
}
