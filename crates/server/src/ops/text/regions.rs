//! Regions of interest: parts of a picture in which text is looked for.
//!
//! Owns what a usable region is and how much of a word lies in it. Everything is in ratios of the picture's sides.

use overt_protocol::generated::{BoundingBox, Point, RegionOfInterest};

/// Points of a polygon.
const POINTS: std::ops::RangeInclusive<usize> = 3..=10;

/// Twice the area that three points of a polygon have at least, of the picture's: less is a line drawn with rounded numbers.
const LEAST_AREA: f32 = 1e-9;

/// One region: its polygons, of which a box and a polygon given together are two.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Region(Vec<Vec<[f32; 2]>>);

impl Region {
    /// Of a request's region; `None` when it has neither a box nor a polygon, or one that has no inside.
    pub(super) fn of(region: RegionOfInterest) -> Option<Self> {
        let RegionOfInterest { bounding_box, polygon } = region;
        let mut polygons = Vec::new();
        if let Some(BoundingBox { width, height, left, top }) = bounding_box {
            let (width, height, left, top) = (width?, height?, left?, top?);
            if !(width > 0.0 && height > 0.0) {
                return None;
            }
            let (right, bottom) = (left + width, top + height);
            polygons.push(vec![[left, top], [right, top], [right, bottom], [left, bottom]]);
        }
        if let Some(points) = polygon {
            if !POINTS.contains(&points.len()) {
                return None;
            }
            let points =
                points.into_iter().map(|Point { x, y }| Some([x?, y?])).collect::<Option<Vec<_>>>()?;
            if flat(&points) {
                return None;
            }
            polygons.push(points);
        }
        let sound = polygons.iter().flatten().flatten().all(|number: &f32| number.is_finite());
        (sound && !polygons.is_empty()).then_some(Self(polygons))
    }

    /// The share of a word's area that lies in the region, 0..=1; 0 for a word without area. The word's corners go round a convex shape.
    pub(super) fn share(&self, word: &[[f32; 2]; 4]) -> f32 {
        let whole = area(word);
        if whole.abs() <= f32::EPSILON * f32::EPSILON {
            return 0.0;
        }
        let share = |polygon: &Vec<[f32; 2]>| (area(&clipped(polygon, word, whole)) / whole).abs();
        self.0.iter().map(share).fold(0.0, f32::max)
    }
}

/// Whether all points lie on one line.
fn flat(points: &[[f32; 2]]) -> bool {
    let pairs =
        || points.iter().enumerate().flat_map(|(at, a)| points.iter().skip(at + 1).map(move |b| (a, b)));
    // Around each point in turn: crossed shapes have signed areas that add up to nothing.
    !pairs().any(|([ax, ay], [bx, by])| {
        points.iter().any(|[x, y]| ((bx - ax) * (y - ay) - (by - ay) * (x - ax)).abs() > LEAST_AREA)
    })
}

/// Twice the signed area inside of `polygon`.
fn area(polygon: &[[f32; 2]]) -> f32 {
    let next = polygon.iter().cycle().skip(1);
    polygon.iter().zip(next).map(|([ax, ay], [bx, by])| ax * by - bx * ay).sum()
}

/// The part of `polygon` inside of a convex `word` whose signed area is `whole`: cut at each of its sides in turn (Sutherland and Hodgman).
fn clipped(polygon: &[[f32; 2]], word: &[[f32; 2]; 4], whole: f32) -> Vec<[f32; 2]> {
    let mut left = polygon.to_vec();
    for (a, b) in word.iter().zip(word.iter().cycle().skip(1)) {
        let ([ax, ay], [bx, by]) = (*a, *b);
        let inside = |p: [f32; 2]| ((bx - ax) * (p[1] - ay) - (by - ay) * (p[0] - ax)) * whole.signum();
        let mut cut = Vec::with_capacity(left.len() + 1);
        for (&p, &q) in left.iter().zip(left.iter().cycle().skip(1)) {
            let (from, to) = (inside(p), inside(q));
            if from >= 0.0 {
                cut.push(p);
            }
            if (from >= 0.0) != (to >= 0.0) {
                let share = from / (from - to);
                cut.push([p[0] + (q[0] - p[0]) * share, p[1] + (q[1] - p[1]) * share]);
            }
        }
        left = cut;
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(points: &[[f32; 2]]) -> Region {
        Region(vec![points.to_vec()])
    }

    #[test]
    fn the_share_of_a_word_in_a_region() {
        let word = [[0.2, 0.2], [0.4, 0.2], [0.4, 0.3], [0.2, 0.3]];
        let share = |points: &[[f32; 2]]| region(points).share(&word);
        assert!((share(&[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]) - 1.0).abs() < 1e-5);
        assert!((share(&[[0.0, 0.0], [0.3, 0.0], [0.3, 1.0], [0.0, 1.0]]) - 0.5).abs() < 1e-5);
        // The same the other way round.
        assert!((share(&[[0.0, 1.0], [0.3, 1.0], [0.3, 0.0], [0.0, 0.0]]) - 0.5).abs() < 1e-5);
        assert_eq!(share(&[[0.5, 0.5], [1.0, 0.5], [1.0, 1.0]]), 0.0);
        // A triangle over half of the word, and a shape with a dent that leaves out a quarter.
        assert!((share(&[[0.2, 0.2], [0.4, 0.3], [0.2, 0.3]]) - 0.5).abs() < 1e-4);
        let dented = [
            [0.0, 0.0],
            [0.3, 0.0],
            [0.3, 0.25],
            [0.4, 0.25],
            [0.4, 0.0],
            [1.0, 0.0],
            [1.0, 1.0],
            [0.0, 1.0],
        ];
        assert!((share(&dented) - 0.75).abs() < 1e-4, "{}", share(&dented));
        assert_eq!(region(&dented).share(&[[0.1, 0.1]; 4]), 0.0);
    }

    #[test]
    fn a_region_has_an_inside() {
        let of = |json: serde_json::Value| {
            let number = |value: &serde_json::Value| value.as_f64().map(|number| number as f32);
            let bounding_box = json.get("BoundingBox").map(|b| BoundingBox {
                width: number(&b["Width"]),
                height: number(&b["Height"]),
                left: number(&b["Left"]),
                top: number(&b["Top"]),
            });
            let polygon = json
                .get("Polygon")
                .and_then(|p| p.as_array())
                .map(|points| points.iter().map(|p| Point { x: number(&p[0]), y: number(&p[1]) }).collect());
            Region::of(RegionOfInterest { bounding_box, polygon })
        };
        use serde_json::json;
        assert_eq!(of(json!({})), None);
        assert_eq!(of(json!({"BoundingBox": {"Left": 0, "Top": 0, "Width": 1}})), None);
        assert_eq!(of(json!({"BoundingBox": {"Left": 0, "Top": 0, "Width": 0, "Height": 1}})), None);
        assert_eq!(of(json!({"Polygon": [[0, 0], [1, 1]]})), None);
        assert_eq!(of(json!({"Polygon": [[0, 0], [1, null], [1, 1]]})), None);
        assert_eq!(of(json!({"Polygon": vec![[0, 0]; 11]})), None);
        for flat in [
            json!([[0, 0], [0, 0], [0, 0]]),
            json!([[0, 0], [0.5, 0.5], [1, 1]]),
            json!([[0.1, 0.3], [0.7, 0.3], [0.2, 0.3], [0.4, 0.3]]),
        ] {
            assert_eq!(of(json!({"Polygon": flat})), None, "{flat}");
        }
        let crossed = json!({"Polygon": [[0, 0], [1, 1], [1, 0], [0, 1]]});
        assert!(of(crossed).is_some(), "its halves have an inside each");
        let both = json!({"Polygon": [[0, 0], [1, 0], [1, 1]], "BoundingBox": {"Left": 0, "Top": 0, "Width": 1, "Height": 1}});
        assert_eq!(of(both).unwrap().0.len(), 2);
    }
}
