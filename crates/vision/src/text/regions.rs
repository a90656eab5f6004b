//! From the detector's map to regions: where in the picture text stands.
//!
//! Owns what counts as text in the map (a probability for each pixel of the network's input), connecting it, and the rectangle around
//! each connected piece. The network was trained to mark the middle of text only, shrunk by a known share of its size, so rectangles
//! are grown again. Refuses to know networks and letters.
//!
//! # Invariants
//! - Regions are in pixels of the picture; the most certain come first.
//! - Time and memory are bounded by the map's size: at most [`MAX_CANDIDATES`] pieces become rectangles and each is looked at in at most
//!   [`GRID`] places.

use super::plan::TextPlan;
use super::slanted::Slanted;
use crate::face::Point;

/// From here on a pixel is text: the threshold of the network's publication.
const TEXT: f32 = 0.3;

/// From this mean probability on a rectangle is text. As the package that carries the weights has it.
const SURE: f32 = 0.5;

/// Shortest side of a piece, pixels of the map, below which it is noise.
const MIN_SIDE: f32 = 3.0;

/// The share of area over circumference by which rectangles grow. The publication has 1.5, the package 1.6.
const UNCLIP: f32 = 1.6;

/// Pieces that become rectangles, the largest first: the package's own bound.
const MAX_CANDIDATES: usize = 1000;

/// Places along and across a rectangle at which the map is read for its mean.
const GRID: (usize, usize) = (96, 16);

/// Where text stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Region {
    /// The text's rectangle in pixels of the picture, in the direction nearest to upright.
    pub(super) place: Slanted,
    /// Mean probability in the marked part, 0..=1.
    pub(super) confidence: f32,
}

impl Region {
    /// The same region, seen in `view`, in pixels of the picture that the view is of.
    pub(super) fn within(&self, view: &Slanted) -> Self {
        // The view's pixels begin half a pixel before its first one's middle, as the whole picture's do.
        let Point { x: cos, y: sin } = view.along;
        let Slanted { origin, along, width, height } = self.place;
        let along = Point { x: along.x * cos - along.y * sin, y: along.x * sin + along.y * cos };
        let place = Slanted { origin: view.at(origin.x + 0.5, origin.y + 0.5), along, width, height };
        Self { place: place.near_upright(), confidence: self.confidence }
    }
}

/// Pixels of one row that are text, one after the other.
#[derive(Clone, Copy, Debug)]
struct Run {
    row: usize,
    from: usize,
    /// Past the last.
    to: usize,
}

/// All regions in `map` (rows from the top, as large as `plan` says).
pub(super) fn regions(map: &[f32], plan: &TextPlan) -> Vec<Region> {
    let mut pieces = pieces(&runs(map, plan.width));
    pieces.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
    pieces.truncate(MAX_CANDIDATES);
    let mut found: Vec<Region> = pieces.iter().filter_map(|piece| region(piece, map, plan)).collect();
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    found
}

/// The runs of text, row by row. A pixel counts as text when one of the four that meet at its upper left corner is: the closing of
/// single-pixel cracks that the package does with a 2 x 2 square.
fn runs(map: &[f32], width: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut above: &[f32] = &[];
    for (row, values) in map.chunks_exact(width.max(1)).enumerate() {
        let text = |at: usize| {
            let here = |line: &[f32], at: usize| line.get(at).is_some_and(|&p| p > TEXT);
            here(values, at)
                || here(above, at)
                || at.checked_sub(1).is_some_and(|left| here(values, left) || here(above, left))
        };
        let mut at = 0;
        while at < width {
            if text(at) {
                let from = at;
                while at < width && text(at) {
                    at += 1;
                }
                runs.push(Run { row, from, to: at });
            } else {
                at += 1;
            }
        }
        above = values;
    }
    runs
}

/// The runs of each connected piece; runs touch also across a corner.
fn pieces(runs: &[Run]) -> Vec<Vec<Run>> {
    let mut sets = Sets((0..runs.len()).collect());
    let (mut above, mut this) = (0..0, 0..0);
    let mut row = usize::MAX;
    for (index, run) in runs.iter().enumerate() {
        if run.row != row {
            // A row between without runs cuts the connection.
            above = if row != usize::MAX && run.row == row + 1 { this.clone() } else { 0..0 };
            row = run.row;
            this = index..index;
        }
        this.end = index + 1;
        for other in above.clone() {
            let Some(upper) = runs.get(other) else { break };
            if upper.from > run.to {
                break;
            }
            if upper.to < run.from {
                // No later run of this row reaches back to it.
                above.start = other + 1;
                continue;
            }
            sets.join(other, index);
        }
    }
    let mut places = vec![usize::MAX; runs.len()];
    let mut pieces: Vec<Vec<Run>> = Vec::new();
    for (index, run) in runs.iter().enumerate() {
        let root = sets.root(index);
        let Some(place) = places.get_mut(root) else { continue };
        if *place == usize::MAX {
            *place = pieces.len();
            pieces.push(Vec::new());
        }
        if let Some(piece) = pieces.get_mut(*place) {
            piece.push(*run);
        }
    }
    pieces
}

/// Sets that are joined: each element names another of its set, the root itself.
struct Sets(Vec<usize>);

impl Sets {
    fn root(&mut self, mut at: usize) -> usize {
        while let Some(&parent) = self.0.get(at) {
            if parent == at {
                break;
            }
            let grandparent = self.0.get(parent).copied().unwrap_or(parent);
            if let Some(slot) = self.0.get_mut(at) {
                *slot = grandparent;
            }
            at = grandparent;
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if let Some(slot) = self.0.get_mut(a.max(b)) {
            *slot = a.min(b);
        }
    }
}

/// The rectangle of a piece, if it is text.
fn region(piece: &[Run], map: &[f32], plan: &TextPlan) -> Option<Region> {
    let [across, down] = plan.scale;
    // The middles of the outermost pixels.
    let to_picture =
        |x: usize, y: usize| Point { x: (x as f32 + 0.5) * across - 0.5, y: (y as f32 + 0.5) * down - 0.5 };
    let points: Vec<Point> = piece
        .iter()
        .flat_map(|run| [to_picture(run.from, run.row), to_picture(run.to.saturating_sub(1), run.row)])
        .collect();
    let marked = Slanted::around(&points)?;
    let smallest = MIN_SIDE * across.min(down);
    if marked.width.min(marked.height) < smallest {
        return None;
    }
    let confidence = mean(&marked, map, plan);
    if confidence < SURE {
        return None;
    }
    let margin = marked.width * marked.height * UNCLIP / (2.0 * (marked.width + marked.height));
    Some(Region { place: marked.grown(margin), confidence })
}

/// The map's mean in a rectangle of the picture.
fn mean(place: &Slanted, map: &[f32], plan: &TextPlan) -> f32 {
    let [across, down] = plan.scale;
    let count = |extent: f32, most: usize| ((extent / across.min(down)).ceil() as usize).clamp(1, most);
    let (columns, rows) = if place.width >= place.height {
        (count(place.width, GRID.0), count(place.height, GRID.1))
    } else {
        (count(place.width, GRID.1), count(place.height, GRID.0))
    };
    let mut sum = 0.0;
    for row in 0..rows {
        for column in 0..columns {
            let at = place.at(
                place.width * (column as f32 + 0.5) / columns as f32,
                place.height * (row as f32 + 0.5) / rows as f32,
            );
            let (x, y) = ((at.x + 0.5) / across, (at.y + 0.5) / down);
            let (x, y) =
                ((x.max(0.0) as usize).min(plan.width - 1), (y.max(0.0) as usize).min(plan.height - 1));
            sum += map.get(y * plan.width + x).copied().unwrap_or(0.0);
        }
    }
    sum / (columns * rows) as f32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plan(width: usize, height: usize) -> TextPlan {
        TextPlan { width, height, scale: [1.0, 1.0] }
    }

    /// A map with the pixels inside of `places` at `probability`.
    fn map_of(plan: &TextPlan, places: &[Slanted], probability: f32) -> Vec<f32> {
        let mut map = vec![0.0; plan.width * plan.height];
        for (index, value) in map.iter_mut().enumerate() {
            let (x, y) = ((index % plan.width) as f32, (index / plan.width) as f32);
            for place in places {
                let (dx, dy) = (x - place.origin.x, y - place.origin.y);
                let u = dx * place.along.x + dy * place.along.y;
                let v = dy * place.along.x - dx * place.along.y;
                if (0.0..=place.width).contains(&u) && (0.0..=place.height).contains(&v) {
                    *value = probability;
                }
            }
        }
        map
    }

    fn slanted(x: f32, y: f32, degrees: f32, width: f32, height: f32) -> Slanted {
        let (sin, cos) = degrees.to_radians().sin_cos();
        Slanted { origin: Point { x, y }, along: Point { x: cos, y: sin }, width, height }
    }

    #[test]
    fn each_piece_becomes_a_grown_rectangle() {
        let plan = plan(320, 200);
        let places = [slanted(20.0, 20.0, 0.0, 100.0, 10.0), slanted(60.0, 80.0, 30.0, 150.0, 12.0)];
        let mut found = regions(&map_of(&plan, &places, 0.9), &plan);
        found.sort_by(|a, b| a.place.origin.y.total_cmp(&b.place.origin.y));
        assert_eq!(found.len(), 2);
        for (found, place) in found.iter().zip(&places) {
            let margin = place.width * place.height * UNCLIP / 2.0 / (place.width + place.height);
            let expected = place.grown(margin);
            assert!(found.place.centre().distance(expected.centre()) < 1.5, "{found:?} {expected:?}");
            assert!(
                (found.place.width - expected.width).abs() < 4.0
                    && (found.place.height - expected.height).abs() < 4.0
            );
            assert!((found.place.angle() - expected.angle()).abs() < 0.03);
            assert!(found.confidence > 0.7);
        }
    }

    #[test]
    fn faint_and_tiny_pieces_are_no_text() {
        let plan = plan(128, 64);
        let place = [slanted(20.0, 20.0, 0.0, 60.0, 10.0)];
        assert_eq!(regions(&map_of(&plan, &place, 0.29), &plan), []);
        assert_eq!(regions(&map_of(&plan, &place, 0.45), &plan), []);
        assert_eq!(regions(&map_of(&plan, &[slanted(20.0, 20.0, 0.0, 60.0, 1.0)], 0.9), &plan), []);
        assert_eq!(regions(&map_of(&plan, &place, 0.9), &plan).len(), 1);
        assert_eq!(regions(&[0.0; 128 * 64], &plan), []);
    }

    #[test]
    fn pieces_of_one_shape_are_one() {
        // A U: two columns that only meet at the bottom.
        let mut map = vec![0.0; 64 * 64];
        for y in 10..50 {
            for x in (10..16).chain(40..46) {
                map[y * 64 + x] = 1.0;
            }
        }
        assert_eq!(pieces(&runs(&map, 64)).len(), 2);
        for x in 10..46 {
            map[50 * 64 + x] = 1.0;
        }
        assert_eq!(pieces(&runs(&map, 64)).len(), 1);
    }

    proptest! {
        /// Whatever the map is, the pieces hold every run once, and regions are finite.
        #[test]
        fn any_map_is_bounded(values in prop::collection::vec(0f32..1.0, 32 * 32)) {
            let plan = plan(32, 32);
            let runs = runs(&values, 32);
            let pieces = pieces(&runs);
            prop_assert_eq!(pieces.iter().map(Vec::len).sum::<usize>(), runs.len());
            for region in regions(&values, &plan) {
                prop_assert!(region.place.corners().iter().all(|p| p.x.is_finite() && p.y.is_finite()));
                prop_assert!((SURE..=1.0).contains(&region.confidence));
            }
        }
    }
}
