//! The picture inside of a plain border.
//!
//! Owns where a mat, a letterbox or a scanner's margin ends. Refuses to know what the picture shows.
//!
//! A network that was taught photographs takes a border for a part of what it sees. Something that stands before a plain ground is not framed: what tells them apart is that a border ends along
//! a straight edge.
//!
//! # Invariants
//! - What is left has at least a fifth of each side; a picture without a border, and one of a single colour, is left whole.
//! - The pixels of a picture without a border are read once along its edges at most.

use crate::face::Rect;
use crate::picture::Picture;
use crate::resize;

/// How far a channel of a border's pixel may be from that of its first one, 0..=255: JPEG leaves ripples of this size beside an edge.
const EVEN: u8 = 14;

/// Share of a border's inner edge at which the picture differs from it.
const STRAIGHT: f32 = 0.6;

/// Pixels behind the edge that are looked at for that: JPEG and resampling make the first of them a mixture.
const DEPTH: usize = 3;

/// Share of the picture's side that a border takes at least: less changes nothing.
const NARROWEST: f32 = 0.01;

/// Share of the picture inside by which it is cut further where there was a border: a network's input is an average that reaches over an edge, and a thin line around a picture is seen, too.
const BESIDE: f32 = 0.006;

/// Share of the picture's sides that the picture inside has at least.
const LEAST: f32 = 0.2;

/// What of `picture` lies inside of its border, whole pixels.
#[must_use]
pub fn inside(picture: &Picture) -> Rect {
    let whole = resize::whole(picture);
    found(picture).unwrap_or(whole)
}

fn found(picture: &Picture) -> Option<Rect> {
    let grid = Grid::new(picture);
    let (width, height) = (grid.width, grid.height);
    // Bars above and below are plain over the whole width; columns are then looked at without them.
    let top = grid.plain_lines((0..height).map(|row| grid.row(row, 0..width)));
    let bottom = grid.plain_lines((0..height).rev().map(|row| grid.row(row, 0..width)));
    let rows = top..height.checked_sub(bottom).filter(|end| *end > top)?;
    let left = grid.plain_lines((0..width).map(|column| grid.column(column, rows.clone())));
    let right = grid.plain_lines((0..width).rev().map(|column| grid.column(column, rows.clone())));
    let columns = left..width.checked_sub(right).filter(|end| *end > left)?;
    // Each side is a border or not by itself: a letterbox has two.
    let deep = |sides: usize, of: usize| sides as f32 >= NARROWEST * of as f32 && sides > 0;
    let row_at = |row: usize| grid.row(row, columns.clone());
    let column_at = |column: usize| grid.column(column, rows.clone());
    let top = if deep(top, height) && grid.departs(row_at(0), (0..DEPTH).map(|at| row_at(rows.start + at))) {
        rows.start
    } else {
        0
    };
    let bottom = if deep(bottom, height)
        && grid.departs(row_at(height - 1), (1..=DEPTH).map(|at| row_at(rows.end.saturating_sub(at))))
    {
        rows.end
    } else {
        height
    };
    let left = if deep(left, width)
        && grid.departs(column_at(0), (0..DEPTH).map(|at| column_at(columns.start + at)))
    {
        columns.start
    } else {
        0
    };
    let right = if deep(right, width)
        && grid.departs(column_at(width - 1), (1..=DEPTH).map(|at| column_at(columns.end.saturating_sub(at))))
    {
        columns.end
    } else {
        width
    };
    let (across, down) = (right.checked_sub(left)?, bottom.checked_sub(top)?);
    let enough = across as f32 >= LEAST * width as f32 && down as f32 >= LEAST * height as f32;
    // On the sides where nothing was cut away, nothing is.
    let trim = |cut: bool, side: usize| if cut && side > 8 { (side as f32 * BESIDE).ceil() } else { 0.0 };
    let (from_left, from_top) = (trim(left > 0, across), trim(top > 0, down));
    let (from_right, from_bottom) = (trim(right < width, across), trim(bottom < height, down));
    enough.then_some(Rect {
        left: left as f32 + from_left,
        top: top as f32 + from_top,
        width: (across as f32 - from_left - from_right).max(1.0),
        height: (down as f32 - from_top - from_bottom).max(1.0),
    })
}

/// Pixels by row and column.
struct Grid<'a> {
    width: usize,
    height: usize,
    pixels: &'a [[u8; 3]],
}

impl<'a> Grid<'a> {
    fn new(picture: &'a Picture) -> Self {
        let [width, height] = [picture.width(), picture.height()].map(|side| side as usize);
        Self { width, height, pixels: picture.rgb().as_chunks().0 }
    }

    fn row(&self, row: usize, columns: std::ops::Range<usize>) -> Line<'a> {
        let start = row * self.width;
        Line(
            self.pixels.get(start + columns.start..start + columns.end).unwrap_or_default().iter().step_by(1),
        )
    }

    fn column(&self, column: usize, rows: std::ops::Range<usize>) -> Line<'a> {
        let end = (rows.end * self.width).min(self.pixels.len());
        Line(
            self.pixels
                .get(rows.start * self.width + column..end)
                .unwrap_or_default()
                .iter()
                .step_by(self.width.max(1)),
        )
    }

    /// How many lines from the first on have one colour, the same in all.
    fn plain_lines(&self, lines: impl Iterator<Item = Line<'a>>) -> usize {
        let mut colour: Option<[u8; 3]> = None;
        let mut count = 0;
        for mut line in lines {
            let Some(first) = line.0.clone().next() else { break };
            let colour = *colour.get_or_insert(*first);
            if !line.0.all(|pixel| near(*pixel, colour)) {
                break;
            }
            count += 1;
        }
        count
    }

    /// Whether some line of the picture differs from the border `edge` nearly everywhere.
    fn departs(&self, edge: Line<'a>, lines: impl Iterator<Item = Line<'a>>) -> bool {
        let Some(colour) = edge.0.clone().next().copied() else { return false };
        lines.into_iter().any(|line| {
            let (mut all, mut other) = (0_usize, 0_usize);
            for pixel in line.0 {
                all += 1;
                other += usize::from(!near(*pixel, colour));
            }
            all > 0 && other as f32 >= STRAIGHT * all as f32
        })
    }
}

/// The pixels of a row or a column.
#[derive(Clone)]
struct Line<'a>(std::iter::StepBy<std::slice::Iter<'a, [u8; 3]>>);

fn near(pixel: [u8; 3], colour: [u8; 3]) -> bool {
    pixel.iter().zip(colour).all(|(a, b)| a.abs_diff(b) <= EVEN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Noise of `inner` (left, top, right, bottom) within a plain ground.
    fn picture(width: u32, height: u32, inner: [u32; 4], ground: [u8; 3]) -> Picture {
        let [left, top, right, bottom] = inner;
        let rgb = (0..height).flat_map(|y| {
            (0..width).flat_map(move |x| {
                let within = (left..right).contains(&x) && (top..bottom).contains(&y);
                let noise = (x * 7919 + y * 104_729).wrapping_mul(2_654_435_761) >> 24;
                if within { [noise as u8, 255 - noise as u8, (noise / 2) as u8] } else { ground }
            })
        });
        Picture::from_rgb(width, height, rgb.collect()).unwrap()
    }

    fn sides(picture: &Picture) -> [f32; 4] {
        let Rect { left, top, width, height } = inside(picture);
        [left, top, left + width, top + height]
    }

    #[test]
    fn a_border_is_left_out_on_the_sides_that_have_one() {
        for ground in [[255; 3], [0; 3], [90, 120, 40]] {
            // And a pixel with it.
            assert_eq!(sides(&picture(200, 150, [20, 15, 170, 140], ground)), [21.0, 16.0, 169.0, 139.0]);
            // Bars above and below; a bar on the right.
            assert_eq!(sides(&picture(200, 150, [0, 30, 200, 120], ground)), [0.0, 31.0, 200.0, 119.0]);
            assert_eq!(sides(&picture(200, 150, [0, 0, 150, 150], ground)), [0.0, 0.0, 149.0, 150.0]);
        }
    }

    #[test]
    fn what_stands_before_a_plain_ground_is_not_framed() {
        // A disc.
        let rgb = (0..200_i32).flat_map(|y| {
            (0..200_i32).flat_map(move |x| {
                if (x - 100).pow(2) + (y - 100).pow(2) < 70 * 70 {
                    [40, 90, (x * y % 200) as u8]
                } else {
                    [255; 3]
                }
            })
        });
        let disc = Picture::from_rgb(200, 200, rgb.collect()).unwrap();
        assert_eq!(sides(&disc), [0.0, 0.0, 200.0, 200.0]);
    }

    #[test]
    fn without_a_border_and_without_anything_the_picture_stays_whole() {
        assert_eq!(sides(&picture(120, 90, [0, 0, 120, 90], [0; 3])), [0.0, 0.0, 120.0, 90.0]);
        assert_eq!(sides(&picture(120, 90, [0, 0, 0, 0], [200; 3])), [0.0, 0.0, 120.0, 90.0]);
        // A stamp in the middle of a page is no picture with a border.
        assert_eq!(sides(&picture(200, 200, [90, 90, 110, 110], [255; 3])), [0.0, 0.0, 200.0, 200.0]);
        assert_eq!(sides(&picture(1, 1, [0, 0, 1, 1], [0; 3])), [0.0, 0.0, 1.0, 1.0]);
    }

    proptest! {
        #[test]
        fn what_is_left_lies_in_the_picture(
            width in 1u32..40, height in 1u32..40, a in 0u32..40, b in 0u32..40, c in 0u32..40, d in 0u32..40
        ) {
            let [left, top, right, bottom] = sides(&picture(width, height, [a.min(b), c.min(d), a.max(b), c.max(d)], [255; 3]));
            prop_assert!(0.0 <= left && left < right && right <= width as f32, "{left} {right}");
            prop_assert!(0.0 <= top && top < bottom && bottom <= height as f32, "{top} {bottom}");
        }
    }
}
