//! The order in which lines are read: from the top down, and from left to right what stands side by side, as the page is turned.
//!
//! Owns that order only.

use super::slanted::Slanted;

/// Two lines stand side by side when their middles are closer, down the page, than this share of the lower one's height.
const SIDE_BY_SIDE: f32 = 0.5;

/// The indices of `places` in reading order.
pub(super) fn reading_order(places: &[Slanted]) -> Vec<usize> {
    // The page is turned as its text is in the middle: by the median angle.
    let mut angles: Vec<f32> = places.iter().map(Slanted::angle).collect();
    angles.sort_by(f32::total_cmp);
    let turn = angles.get(angles.len() / 2).copied().unwrap_or(0.0);
    let (sin, cos) = turn.sin_cos();
    let mut standing: Vec<(usize, f32, f32, f32)> = places
        .iter()
        .enumerate()
        .map(|(index, place)| {
            let centre = place.centre();
            (index, centre.x * cos + centre.y * sin, centre.y * cos - centre.x * sin, place.height)
        })
        .collect();
    standing.sort_by(|a, b| a.2.total_cmp(&b.2).then(a.1.total_cmp(&b.1)));
    let mut order = Vec::with_capacity(places.len());
    let mut row: Vec<(usize, f32)> = Vec::new();
    // The row in work goes by the line that began it.
    let (mut down, mut height) = (f32::NEG_INFINITY, 0.0_f32);
    for (index, x, y, tall) in standing {
        if !row.is_empty() && y - down > SIDE_BY_SIDE * height.min(tall) {
            finish(&mut row, &mut order);
        }
        if row.is_empty() {
            (down, height) = (y, tall);
        }
        row.push((index, x));
    }
    finish(&mut row, &mut order);
    order
}

fn finish(row: &mut Vec<(usize, f32)>, order: &mut Vec<usize>) {
    row.sort_by(|a, b| a.1.total_cmp(&b.1));
    order.extend(row.drain(..).map(|(index, _)| index));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::Point;

    fn page(degrees: f32, lines: &[(f32, f32)]) -> Vec<Slanted> {
        let (sin, cos) = f32::to_radians(degrees).sin_cos();
        let line = |&(x, y): &(f32, f32)| Slanted {
            origin: Point { x: x * cos - y * sin, y: x * sin + y * cos },
            along: Point { x: cos, y: sin },
            width: 80.0,
            height: 20.0,
        };
        lines.iter().map(line).collect()
    }

    #[test]
    fn lines_are_read_as_the_page_is_turned() {
        // Two columns whose right one stands three pixels higher, and a third row.
        let lines = [(0.0, 60.0), (100.0, 0.0), (0.0, 3.0), (0.0, 30.0), (100.0, 27.0)];
        for degrees in [-80.0, -30.0, 0.0, 25.0, 80.0] {
            assert_eq!(reading_order(&page(degrees, &lines)), [2, 1, 3, 4, 0], "{degrees}");
        }
        assert_eq!(reading_order(&[]), [] as [usize; 0]);
    }
}
