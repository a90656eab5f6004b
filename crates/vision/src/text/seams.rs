//! Seams: regions that are pieces of one line, put together.
//!
//! Owns when two regions are one line. The detector marks some lines in pieces, and each is grown by a share of its size; where pieces reach into each other, letters at the seam would be read
//! twice, or cut. Refuses to know networks and letters.
//!
//! # Invariants
//! - A region is joined only with one that lies along the same line and reaches into it; regions beside or below each other stay apart.

use super::slanted::Slanted;

/// Regions of one line are turned against each other by less than this: the sine of 4 degrees.
const STRAIGHT: f32 = 0.07;

/// The lower of two pieces is at least as high as this share of the higher.
const ALIKE: f32 = 0.75;

/// The middles of two pieces lie off each other's line by less than this share of their height.
const LEVEL: f32 = 0.2;

/// Pieces reach into each other by at least this share of their height: what is grown reaches over a space and not over the gap between columns.
const INTO: f32 = 0.25;

/// The regions, in their order, with the pieces of a line joined in the place of the first.
pub(super) fn joined(regions: Vec<Slanted>) -> Vec<Slanted> {
    let mut kept: Vec<Slanted> = Vec::with_capacity(regions.len());
    for region in regions {
        let mut whole = region;
        let mut place = None;
        // What is joined may reach the next piece.
        while let Some((at, together)) =
            kept.iter().enumerate().find_map(|(at, other)| Some((at, together(other, &whole)?)))
        {
            place = Some(place.map_or(at, |place: usize| place.min(at)));
            kept.remove(at);
            whole = together;
        }
        kept.insert(place.unwrap_or(kept.len()).min(kept.len()), whole);
    }
    kept
}

/// The two as one, if they are pieces of one line.
fn together(one: &Slanted, other: &Slanted) -> Option<Slanted> {
    let (one, other) = (super::likely(one), super::likely(other));
    let (long, short) = if one.width >= other.width { (one, other) } else { (other, one) };
    let turn = (long.along.x * short.along.y - long.along.y * short.along.x).abs();
    let (low, high) = (long.height.min(short.height), long.height.max(short.height));
    // A piece may be as short as a letter, and then says nothing of its direction.
    let lies = turn < STRAIGHT && long.along.x * short.along.x + long.along.y * short.along.y > 0.0;
    if !lies || low < ALIKE * high || long.width < long.height {
        return None;
    }
    let off = |corner: crate::face::Point| {
        let (dx, dy) = (corner.x - long.origin.x, corner.y - long.origin.y);
        (dx * long.along.x + dy * long.along.y, dy * long.along.x - dx * long.along.y)
    };
    let (_, middle) = off(short.centre());
    if (middle - long.height / 2.0).abs() > LEVEL * high {
        return None;
    }
    let ends = short.corners().map(|corner| off(corner).0);
    let (from, to) =
        (ends.into_iter().fold(f32::INFINITY, f32::min), ends.into_iter().fold(f32::NEG_INFINITY, f32::max));
    let shared = long.width.min(to) - from.max(0.0);
    (shared >= INTO * high)
        .then(|| Slanted::about(&[long.corners(), short.corners()].concat(), long.along))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::Point;

    fn piece(degrees: f32, x: f32, y: f32, width: f32, height: f32) -> Slanted {
        let (sin, cos) = degrees.to_radians().sin_cos();
        Slanted { origin: Point { x, y }, along: Point { x: cos, y: sin }, width, height }
    }

    #[test]
    fn pieces_of_one_line_are_joined_whatever_their_order() {
        let pieces = [
            piece(0.0, 0.0, 10.0, 100.0, 20.0),
            piece(0.5, 90.0, 9.0, 200.0, 21.0),
            piece(0.0, 280.0, 11.0, 60.0, 20.0),
        ];
        let below = piece(0.0, 0.0, 40.0, 300.0, 20.0);
        for order in [[0, 1, 2], [0, 2, 1], [2, 1, 0]] {
            let all = order.map(|at| pieces[at]).into_iter().chain([below]).collect();
            let kept = joined(all);
            assert_eq!(kept.len(), 2, "{order:?}");
            assert!((kept[0].width - 340.0).abs() < 3.0 && kept[0].height < 26.0, "{:?}", kept[0]);
            assert_eq!(kept[1], below);
        }
    }

    #[test]
    fn a_line_that_climbs_is_joined_along_itself() {
        let first = piece(-30.0, 100.0, 100.0, 120.0, 20.0);
        let second = Slanted { origin: first.at(112.0, 0.0), ..first };
        let kept = joined(vec![first, second]);
        assert_eq!(kept.len(), 1);
        assert!((kept[0].width - 232.0).abs() < 0.1 && (kept[0].height - 20.0).abs() < 0.1, "{:?}", kept[0]);
    }

    #[test]
    fn what_is_beside_or_of_another_size_stays_apart() {
        let line = piece(0.0, 0.0, 0.0, 100.0, 20.0);
        for other in [
            piece(0.0, 98.0, 0.0, 100.0, 20.0),
            piece(0.0, 90.0, 8.0, 100.0, 20.0),
            piece(0.0, 90.0, -5.0, 100.0, 30.0),
            piece(10.0, 90.0, 0.0, 100.0, 20.0),
            piece(0.0, 0.0, 18.0, 100.0, 20.0),
        ] {
            assert_eq!(joined(vec![line, other]), [line, other]);
        }
    }
}
