//! Slanted rectangles: where a piece of text stands, whichever way it is turned.
//!
//! Owns the convex hull, the smallest rectangle around it, and going from places on the text to places in the picture. Knows no
//! pixels and no networks.
//!
//! # Invariants
//! - A rectangle has a beginning and a direction: `along` points where one reads on, and what is below the text lies a quarter turn
//!   clockwise (as seen) of it. Corners go clockwise from the text's own top left.
//! - Sides are finite and not negative.

use crate::face::Point;

/// A rectangle in some direction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slanted {
    /// The text's own top left, pixels.
    pub(super) origin: Point,
    /// Unit vector of reading.
    pub(super) along: Point,
    /// Extent along it, pixels.
    pub(super) width: f32,
    /// Extent across it, pixels.
    pub(super) height: f32,
}

impl Slanted {
    /// The place that lies `x` pixels along and `y` pixels below the text's own top left.
    pub(super) fn at(&self, x: f32, y: f32) -> Point {
        let Point { x: cos, y: sin } = self.along;
        Point { x: self.origin.x + x * cos - y * sin, y: self.origin.y + x * sin + y * cos }
    }

    /// The corners: top left, top right, bottom right, bottom left of the text.
    pub(super) fn corners(&self) -> [Point; 4] {
        let (w, h) = (self.width, self.height);
        [self.at(0.0, 0.0), self.at(w, 0.0), self.at(w, h), self.at(0.0, h)]
    }

    /// The middle.
    pub(super) fn centre(&self) -> Point {
        self.at(self.width / 2.0, self.height / 2.0)
    }

    /// Angle of reading, radians, positive clockwise as seen, in -π..=π.
    pub(super) fn angle(&self) -> f32 {
        self.along.y.atan2(self.along.x)
    }

    /// The same rectangle for text that is read a quarter turn further clockwise.
    pub(super) fn quarter(&self) -> Self {
        let Point { x, y } = self.along;
        Self {
            origin: self.at(self.width, 0.0),
            along: Point { x: -y, y: x },
            width: self.height,
            height: self.width,
        }
    }

    /// The same rectangle for text that stands on its head.
    pub(super) fn half(&self) -> Self {
        self.quarter().quarter()
    }

    /// The same rectangle in the direction nearest to upright.
    pub(super) fn near_upright(&self) -> Self {
        let wanted = near_upright(self.along);
        let directions = [*self, self.quarter(), self.half(), self.half().quarter()];
        let likeness = |place: &Self| place.along.x * wanted.x + place.along.y * wanted.y;
        directions.into_iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b))).unwrap_or(*self)
    }

    /// Whether a place of the picture lies in it.
    pub(super) fn holds(&self, place: Point) -> bool {
        let (dx, dy) = (place.x - self.origin.x, place.y - self.origin.y);
        let (x, y) = (dx * self.along.x + dy * self.along.y, dy * self.along.x - dx * self.along.y);
        (0.0..=self.width).contains(&x) && (0.0..=self.height).contains(&y)
    }

    /// Moved outwards on all sides by `margin` pixels.
    pub(super) fn grown(&self, margin: f32) -> Self {
        Self {
            origin: self.at(-margin, -margin),
            width: self.width + 2.0 * margin,
            height: self.height + 2.0 * margin,
            ..*self
        }
    }

    /// The part between `from` and `to` pixels along.
    pub(super) fn part(&self, from: f32, to: f32) -> Self {
        Self { origin: self.at(from, 0.0), width: (to - from).max(0.0), ..*self }
    }

    /// The smallest rectangle around `points`, in the direction nearest to upright (within an eighth of a turn of it), of which it is
    /// not known yet how its text is read. `None` without points, or when they are no numbers.
    pub(super) fn around(points: &[Point]) -> Option<Self> {
        let hull = hull(points);
        let first = *hull.first()?;
        if !points.iter().all(|p| p.x.is_finite() && p.y.is_finite()) {
            return None;
        }
        // One point and a line have no side to go by; the upright direction serves.
        let mut best = Self::in_direction(&hull, Point { x: 1.0, y: 0.0 })?;
        let next = hull.iter().skip(1).chain([&first]);
        for (a, b) in hull.iter().zip(next) {
            let length = a.distance(*b);
            if length <= f32::EPSILON {
                continue;
            }
            let side = Point { x: (b.x - a.x) / length, y: (b.y - a.y) / length };
            let found = Self::in_direction(&hull, near_upright(side))?;
            if found.width * found.height < best.width * best.height {
                best = found;
            }
        }
        Some(best)
    }

    /// The rectangle around `points` whose text is read `along`. `None` without points, or when they are no numbers.
    pub(super) fn about(points: &[Point], along: Point) -> Option<Self> {
        Self::in_direction(points, along)
    }

    /// The rectangle around `points` in a direction.
    fn in_direction(points: &[Point], along: Point) -> Option<Self> {
        let [mut left, mut top, mut right, mut bottom] =
            [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
        for p in points {
            let (x, y) = (p.x * along.x + p.y * along.y, p.y * along.x - p.x * along.y);
            (left, right) = (left.min(x), right.max(x));
            (top, bottom) = (top.min(y), bottom.max(y));
        }
        let frame = Self { origin: Point { x: 0.0, y: 0.0 }, along, width: 0.0, height: 0.0 };
        let sound = left.is_finite() && top.is_finite() && right.is_finite() && bottom.is_finite();
        sound.then(|| Self { origin: frame.at(left, top), width: right - left, height: bottom - top, along })
    }
}

/// Of the four directions in which a rectangle's sides run, the one within an eighth of a turn of upright.
fn near_upright(Point { mut x, mut y }: Point) -> Point {
    if y.abs() > x.abs() {
        (x, y) = (y, -x);
    }
    if x < 0.0 {
        (x, y) = (-x, -y);
    }
    Point { x, y }
}

/// The convex hull, by Andrew's monotone chain.
fn hull(points: &[Point]) -> Vec<Point> {
    let mut sorted = points.to_vec();
    sorted.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    sorted.dedup();
    if sorted.len() < 3 {
        return sorted;
    }
    let mut hull = half_hull(sorted.iter());
    let back = half_hull(sorted.iter().rev());
    hull.pop();
    hull.extend(back);
    hull.pop();
    hull
}

fn half_hull<'a>(points: impl Iterator<Item = &'a Point>) -> Vec<Point> {
    let mut chain: Vec<Point> = Vec::new();
    for &p in points {
        while let [.., a, b] = chain.as_slice() {
            if (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x) > 0.0 {
                break;
            }
            chain.pop();
        }
        chain.push(p);
    }
    chain
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn upright(width: f32, height: f32) -> Slanted {
        Slanted { origin: Point { x: 10.0, y: 20.0 }, along: Point { x: 1.0, y: 0.0 }, width, height }
    }

    fn near(a: Point, b: Point) -> bool {
        a.distance(b) < 1e-2
    }

    #[test]
    fn corners_go_clockwise_from_the_texts_own_top_left() {
        let rectangle = upright(30.0, 5.0);
        let corners = rectangle.corners().map(|p| (p.x, p.y));
        assert_eq!(corners, [(10.0, 20.0), (40.0, 20.0), (40.0, 25.0), (10.0, 25.0)]);
        // Text that reads downwards begins at the upper right of its place.
        let down = rectangle.quarter();
        assert!(near(down.origin, Point { x: 40.0, y: 20.0 }) && near(down.along, Point { x: 0.0, y: 1.0 }));
        assert_eq!((down.width, down.height), (5.0, 30.0));
        assert!(near(rectangle.half().origin, Point { x: 40.0, y: 25.0 }));
        let grown = rectangle.grown(2.0);
        assert!(near(grown.origin, Point { x: 8.0, y: 18.0 }) && grown.width == 34.0 && grown.height == 9.0);
    }

    #[test]
    fn few_points_have_a_rectangle_and_none_have_none() {
        assert_eq!(Slanted::around(&[]), None);
        assert_eq!(Slanted::around(&[Point { x: f32::NAN, y: 0.0 }]), None);
        let one = Slanted::around(&[Point { x: 3.0, y: 4.0 }]).unwrap();
        assert_eq!((one.origin, one.width, one.height), (Point { x: 3.0, y: 4.0 }, 0.0, 0.0));
        let line = Slanted::around(&[Point { x: 0.0, y: 0.0 }, Point { x: 3.0, y: 4.0 }]).unwrap();
        assert!(line.width * line.height < 1e-3 && (line.width.max(line.height) - 5.0).abs() < 1e-4);
    }

    proptest! {
        #[test]
        fn the_smallest_rectangle_holds_its_points_and_is_no_larger_than_the_one_they_came_from(
            angle in -0.78f32..0.78, width in 1f32..300.0, height in 1f32..300.0,
            inside in prop::collection::vec((0f32..1.0, 0f32..1.0), 0..40),
        ) {
            let (sin, cos) = angle.sin_cos();
            let made = Slanted { along: Point { x: cos, y: sin }, ..upright(width, height) };
            let mut points = made.corners().to_vec();
            points.extend(inside.iter().map(|&(u, v)| made.at(u * width, v * height)));
            let found = Slanted::around(&points).unwrap();
            prop_assert!(found.width * found.height <= width * height * 1.001 + 0.1);
            for p in &points {
                let (dx, dy) = (p.x - found.origin.x, p.y - found.origin.y);
                let x = dx * found.along.x + dy * found.along.y;
                let y = dy * found.along.x - dx * found.along.y;
                prop_assert!(x > -0.05 && x < found.width + 0.05 && y > -0.05 && y < found.height + 0.05);
            }
            prop_assert!(found.angle().abs() <= std::f32::consts::FRAC_PI_4 + 1e-3);
        }
    }
}
