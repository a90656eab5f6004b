//! Where the label of a face goes.
//!
//! Owns the choice among the places beside a box. Refuses to know letters and pixels.
//!
//! # Invariants
//! - A label lies inside the picture, unless it is larger than the picture.
//! - With room everywhere it lies above its box.

use overt_vision::face::Rect;

/// A label lost under another is worse than a face that is hidden in part, by this.
const LABEL: f32 = 3.0;

/// Heights of the label by which it is moved up or down at most to get out of the way of others.
const MOVED: i32 = 12;

/// The place for a label of some `size` (width, height) `gap` away from its box: above, below, to its right or left,
/// whichever hides least of the faces in `boxes` and of the labels in `taken`; the first of equals. Where each of these is over another label, the nearest free place above or below
/// one of them.
pub(super) fn place(
    bounds: &Rect,
    size: (f32, f32),
    gap: f32,
    canvas: (f32, f32),
    boxes: &[Rect],
    taken: &[Rect],
) -> Rect {
    let (width, height) = size;
    let (right, bottom) = (bounds.left + bounds.width, bounds.top + bounds.height);
    let (above, below) = (bounds.top - height - gap, bottom + gap);
    let (before, behind) = (bounds.left - width - gap, right + gap);
    let places = [
        (bounds.left, above),
        (bounds.left, below),
        (right - width, above),
        (right - width, below),
        (behind, bounds.top),
        (before, bounds.top),
        (behind, bottom - height),
        (before, bottom - height),
    ];
    let inside = |(left, top): (f32, f32)| Rect {
        left: left.min(canvas.0 - width).max(0.0),
        top: top.min(canvas.1 - height).max(0.0),
        width,
        height,
    };
    let hidden = |place: &Rect| {
        let of = |others: &[Rect]| others.iter().map(|other| shared(place, other)).sum::<f32>();
        LABEL * of(taken) + of(boxes)
    };
    let all = places.map(inside);
    let free = |place: &Rect| taken.iter().all(|other| shared(place, other) == 0.0);
    let best = all.iter().min_by(|one, other| hidden(one).total_cmp(&hidden(other)));
    if best.is_none_or(free) {
        return best.copied().unwrap_or_else(|| inside((bounds.left, above)));
    }
    let moved = (1..=MOVED).flat_map(|step| {
        let way = step as f32 * height;
        places.into_iter().flat_map(move |(left, top)| [(left, top + way), (left, top - way)])
    });
    moved.map(inside).find(free).or(best.copied()).unwrap_or_else(|| inside((bounds.left, above)))
}

/// The area that two boxes have in common.
fn shared(one: &Rect, other: &Rect) -> f32 {
    let width = (one.left + one.width).min(other.left + other.width) - one.left.max(other.left);
    let height = (one.top + one.height).min(other.top + other.height) - one.top.max(other.top);
    width.max(0.0) * height.max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (f32, f32) = (220.0, 60.0);
    const CANVAS: (f32, f32) = (1200.0, 1000.0);

    fn face(left: f32, top: f32) -> Rect {
        Rect { left, top, width: 150.0, height: 180.0 }
    }

    #[test]
    fn labels_hide_neither_faces_nor_each_other() {
        // One above the other, so that the lower one's usual place is the upper one's chin, and one beside them.
        let boxes = [face(500.0, 200.0), face(520.0, 390.0), face(700.0, 400.0)];
        let mut taken = Vec::new();
        for bounds in &boxes {
            let label = place(bounds, SIZE, 5.0, CANVAS, &boxes, &taken);
            for other in boxes.iter().chain(&taken) {
                assert_eq!(shared(&label, other), 0.0, "{label:?} {other:?}");
            }
            taken.push(label);
        }
    }

    #[test]
    fn many_labels_of_one_place_stand_in_a_stack() {
        let boxes = [face(500.0, 400.0); 12];
        let mut taken: Vec<Rect> = Vec::new();
        for bounds in &boxes {
            let label = place(bounds, SIZE, 5.0, CANVAS, &boxes, &taken);
            for other in &taken {
                assert_eq!(shared(&label, other), 0.0, "{label:?} {other:?}");
            }
            taken.push(label);
        }
    }

    #[test]
    fn alone_it_lies_above_and_at_the_upper_edge_below() {
        let one = face(500.0, 200.0);
        assert_eq!(
            place(&one, SIZE, 5.0, CANVAS, &[one], &[]),
            Rect { left: 500.0, top: 135.0, width: 220.0, height: 60.0 }
        );
        let high = face(500.0, 10.0);
        assert_eq!(place(&high, SIZE, 5.0, CANVAS, &[high], &[]).top, 195.0);
    }
}
