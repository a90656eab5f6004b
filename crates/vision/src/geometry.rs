//! Planar geometry of faces: points, boxes and similarity transforms between pixel frames.
//!
//! Owns the least-squares fit of a similarity (turn, one scale, shift; never a mirror image) and its algebra.
//! Knows no pixels and no networks.
//!
//! # Invariants
//! - A pixel's centre has integer coordinates, as in the code the networks were trained with.
//! - A [`Similarity`] can always be inverted: constructors refuse a scale of zero.

use crate::face::{Point, Rect};

impl Point {
    /// The point halfway to `other`.
    pub(crate) fn midpoint(self, other: Self) -> Self {
        Self { x: (self.x + other.x) / 2.0, y: (self.y + other.y) / 2.0 }
    }

    /// Euclidean distance, pixels.
    pub(crate) fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

impl Rect {
    /// The middle of the box.
    pub(crate) fn centre(&self) -> Point {
        Point { x: self.left + self.width / 2.0, y: self.top + self.height / 2.0 }
    }

    /// Area, square pixels.
    pub(crate) fn area(&self) -> f32 {
        self.width * self.height
    }

    /// Intersection over union with `other`, 0..=1.
    pub(crate) fn overlap(&self, other: &Self) -> f32 {
        let right = (self.left + self.width).min(other.left + other.width);
        let bottom = (self.top + self.height).min(other.top + other.height);
        let width = (right - self.left.max(other.left)).max(0.0);
        let height = (bottom - self.top.max(other.top)).max(0.0);
        let both = width * height;
        let union = self.area() + other.area() - both;
        if union > 0.0 { both / union } else { 0.0 }
    }
}

/// A turn, a scale and a shift: `(x, y) -> (a x - b y + x0, b x + a y + y0)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Similarity {
    a: f32,
    b: f32,
    x0: f32,
    y0: f32,
}

impl Similarity {
    /// Maps the pixel frame of a square crop with `side` pixels onto the square of the picture that is `extent`
    /// pixels wide, centred at `centre` and turned clockwise (as seen) by `angle` radians. `None` unless `extent`
    /// is positive and finite.
    pub(crate) fn of_square(centre: Point, extent: f32, angle: f32, side: usize) -> Option<Self> {
        let scale = extent / side as f32;
        let (sin, cos) = angle.sin_cos();
        let (a, b) = (scale * cos, scale * sin);
        let middle = side as f32 / 2.0;
        Self::checked(a, b, centre.x - a * middle + b * middle, centre.y - b * middle - a * middle)
    }

    /// The similarity that brings `from` onto `to` with the least sum of squared distances. `None` when there are
    /// fewer than two pairs or all points of either side coincide.
    pub(crate) fn fit(from: &[Point], to: &[Point]) -> Option<Self> {
        let count = from.len().min(to.len());
        if count < 2 {
            return None;
        }
        let mean = |points: &[Point]| {
            let (x, y) = points
                .iter()
                .take(count)
                .fold((0.0, 0.0), |(x, y), p| (x + f64::from(p.x), y + f64::from(p.y)));
            (x / count as f64, y / count as f64)
        };
        let ((from_x, from_y), (to_x, to_y)) = (mean(from), mean(to));
        let (mut spread, mut dot, mut cross) = (0.0, 0.0, 0.0);
        for (p, q) in from.iter().zip(to) {
            let (px, py) = (f64::from(p.x) - from_x, f64::from(p.y) - from_y);
            let (qx, qy) = (f64::from(q.x) - to_x, f64::from(q.y) - to_y);
            spread += px * px + py * py;
            dot += px * qx + py * qy;
            cross += px * qy - py * qx;
        }
        let (a, b) = (dot / spread, cross / spread);
        let (x0, y0) = (to_x - a * from_x + b * from_y, to_y - b * from_x - a * from_y);
        Self::checked(a as f32, b as f32, x0 as f32, y0 as f32)
    }

    fn checked(a: f32, b: f32, x0: f32, y0: f32) -> Option<Self> {
        let squared = a * a + b * b;
        let sound = squared.is_finite() && squared > f32::MIN_POSITIVE && x0.is_finite() && y0.is_finite();
        sound.then_some(Self { a, b, x0, y0 })
    }

    /// Where `point` goes.
    pub(crate) fn apply(&self, point: Point) -> Point {
        Point {
            x: self.a * point.x - self.b * point.y + self.x0,
            y: self.b * point.x + self.a * point.y + self.y0,
        }
    }

    /// The transform that undoes this one.
    pub(crate) fn inverse(&self) -> Self {
        let squared = self.a * self.a + self.b * self.b;
        let (a, b) = (self.a / squared, -self.b / squared);
        Self { a, b, x0: -(a * self.x0 - b * self.y0), y0: -(b * self.x0 + a * self.y0) }
    }

    /// The same into a picture that was shrunk by a whole number, whose pixels are means of as many each way.
    pub(crate) fn shrunk(&self, by: usize) -> Self {
        let by = by as f32;
        // A pixel's centre is that of the pixels in it.
        let place = |at: f32| (at - (by - 1.0) / 2.0) / by;
        Self { a: self.a / by, b: self.b / by, x0: place(self.x0), y0: place(self.y0) }
    }

    /// Lengths after over lengths before.
    pub(crate) fn scale(&self) -> f32 {
        self.a.hypot(self.b)
    }

    /// What a step of one to the right becomes; a step down is the same turned by a quarter: `(-y, x)`.
    pub(crate) fn step(&self) -> Point {
        Point { x: self.a, y: self.b }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn points(pairs: &[(f32, f32)]) -> Vec<Point> {
        pairs.iter().map(|&(x, y)| Point { x, y }).collect()
    }

    #[test]
    fn overlap_of_equal_half_and_apart() {
        let a = Rect { left: 0.0, top: 0.0, width: 10.0, height: 10.0 };
        let half = Rect { left: 5.0, ..a };
        let apart = Rect { left: 20.0, ..a };
        assert_eq!(a.overlap(&a), 1.0);
        assert!((a.overlap(&half) - 50.0 / 150.0).abs() < 1e-6);
        assert_eq!(a.overlap(&apart), 0.0);
    }

    #[test]
    fn a_fit_needs_two_distinct_points() {
        let one = points(&[(1.0, 2.0)]);
        let same = points(&[(3.0, 3.0), (3.0, 3.0)]);
        let two = points(&[(0.0, 0.0), (1.0, 0.0)]);
        assert_eq!(Similarity::fit(&one, &one), None);
        assert_eq!(Similarity::fit(&same, &two), None);
        assert_eq!(Similarity::fit(&two, &same), None);
        assert!(Similarity::fit(&two, &two).is_some());
    }

    #[test]
    fn a_square_crop_has_its_middle_at_the_centre_and_turns_clockwise() {
        let quarter = std::f32::consts::FRAC_PI_2;
        let crop = Similarity::of_square(Point { x: 100.0, y: 50.0 }, 20.0, quarter, 10).unwrap();
        let middle = crop.apply(Point { x: 5.0, y: 5.0 });
        assert!(middle.distance(Point { x: 100.0, y: 50.0 }) < 1e-4);
        // To the right in the crop is downwards in the picture: a face turned clockwise stands upright in it.
        let right = crop.apply(Point { x: 6.0, y: 5.0 });
        assert!(right.distance(Point { x: 100.0, y: 52.0 }) < 1e-4);
    }

    proptest! {
        #[test]
        fn a_fit_recovers_the_similarity_that_made_the_points(
            angle in -3.1f32..3.1, scale in 0.05f32..20.0, x0 in -500f32..500.0, y0 in -500f32..500.0,
        ) {
            let from = points(&[(38.3, 51.7), (73.5, 51.5), (56.0, 71.7), (41.5, 92.4), (70.7, 92.2)]);
            let truth = Similarity::checked(scale * angle.cos(), scale * angle.sin(), x0, y0).unwrap();
            let to: Vec<_> = from.iter().map(|&p| truth.apply(p)).collect();
            let fitted = Similarity::fit(&from, &to).unwrap();
            prop_assert!((fitted.scale() / scale - 1.0).abs() < 1e-3);
            for (p, q) in from.iter().zip(&to) {
                prop_assert!(fitted.apply(*p).distance(*q) < 1e-3 * (1.0 + scale * 100.0));
                prop_assert!(fitted.inverse().apply(*q).distance(*p) < 1e-2 * (1.0 + 10.0 / scale));
            }
        }

        #[test]
        fn a_fit_is_no_worse_than_its_neighbours(noise in prop::collection::vec(-3f32..3.0, 10), tilt in -0.05f32..0.05, stretch in 0.95f32..1.05) {
            let from = points(&[(38.3, 51.7), (73.5, 51.5), (56.0, 71.7), (41.5, 92.4), (70.7, 92.2)]);
            let to: Vec<_> = from.iter().zip(noise.chunks(2)).map(|(p, n)| Point { x: 2.0 * p.x + n[0], y: 2.0 * p.y + n[1] }).collect();
            let cost = |s: &Similarity| from.iter().zip(&to).map(|(p, q)| s.apply(*p).distance(*q).powi(2)).sum::<f32>();
            let best = Similarity::fit(&from, &to).unwrap();
            let (sin, cos) = tilt.sin_cos();
            let (a, b) = (stretch * (best.a * cos - best.b * sin), stretch * (best.b * cos + best.a * sin));
            let other = Similarity { a, b, ..best };
            prop_assert!(cost(&best) <= cost(&other) + 1e-3);
        }
    }
}
