//! Non-maximum suppression: of detections that overlap, the most confident one stays.

use super::Detection;

/// Overlap (intersection over union) above which two boxes are the same face; the value YuNet was tuned with.
const SAME_FACE: f32 = 0.3;

/// Candidates looked at, most confident first. A picture with more has no faces but noise; the square of this number
/// bounds the time.
const MAX_CANDIDATES: usize = 5_000;

/// The detections that are no duplicates of a more confident one, most confident first.
pub(super) fn suppress(candidates: Vec<Detection>) -> Vec<Detection> {
    suppress_by(candidates, |detection| detection.confidence, |a, b| a.bounds.overlap(&b.bounds) > SAME_FACE)
}

/// The `candidates` that are not the `same` as a more confident one, most confident first.
pub(crate) fn suppress_by<T>(
    mut candidates: Vec<T>,
    confidence: impl Fn(&T) -> f32,
    same: impl Fn(&T, &T) -> bool,
) -> Vec<T> {
    candidates.sort_by(|a, b| confidence(b).total_cmp(&confidence(a)));
    candidates.truncate(MAX_CANDIDATES);
    let mut kept: Vec<T> = Vec::new();
    for candidate in candidates {
        if !kept.iter().any(|k| same(k, &candidate)) {
            kept.push(candidate);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::{Point, Rect};

    fn detection(left: f32, confidence: f32) -> Detection {
        Detection {
            bounds: Rect { left, top: 0.0, width: 10.0, height: 10.0 },
            points: [Point { x: 0.0, y: 0.0 }; 5],
            confidence,
        }
    }

    #[test]
    fn the_most_confident_of_each_heap_stays() {
        let kept = suppress(vec![
            detection(1.0, 0.7),
            detection(0.0, 0.9),
            detection(2.0, 0.8),
            detection(50.0, 0.65),
            detection(5.5, 0.6), // overlaps the first by 4.5 / 15.5 = .29: another face
        ]);
        let confidences: Vec<_> = kept.iter().map(|d| d.confidence).collect();
        assert_eq!(confidences, [0.9, 0.65, 0.6]);
    }

    #[test]
    fn a_flood_of_candidates_is_cut() {
        let flood = (0..6_000).map(|i| detection(20.0 * i as f32, 0.7)).collect();
        assert_eq!(suppress(flood).len(), MAX_CANDIDATES);
    }
}
