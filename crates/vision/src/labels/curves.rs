//! What the networks' numbers stand for: fitted curves from them to the rate of being right.
//!
//! On what they were fitted and how well they hold stands in `docs/labels.md` and decision record 0079.

use crate::logistic::Curve;

/// Weights of the two logits that a classifier's word is judged by, and the offset.
const SHARE: f32 = 1.4;
const LARGEST: f32 = 0.57;
const OFFSET: f32 = 2.5;

/// What twice the usual strangeness takes off, and the least strangeness that counts.
const STRANGE: f32 = 4.4;
const MOST_FAMILIAR: f32 = 0.73;

/// For the detector's score of a box, through its logit.
const BOX: Curve = Curve { slope: 2.7, offset: 2.0 };

/// What a box loses, in the logit of its rate, if the classifier does not recognise what is in it.
const UNRECOGNISED: f32 = 1.0;

/// Probabilities of exactly 0 and 1 have no logit.
const LEAST: f32 = 1e-4;

/// How sure a label is that has `share` of the classifier's probability, `largest` of it on one class, in a picture of this `strangeness`.
///
/// A classifier has to choose among its classes whatever it is shown. Of pictures as strange as 1.1 and more it is right far less often than its probabilities say
/// (decision record 0094); the moon has 1.31, a texture in the median 1.29, a picture of one of its classes 1.0.
///
/// The share alone would make an animal of every meadow: of a thousand classes 398 are animals, and a classifier that knows nothing gives each a little. What
/// it does know has a class that stands out. Grows with both, so that what is above a label is at least as sure.
pub(super) fn of_share(share: f32, largest: f32, strangeness: f32) -> f32 {
    let strange = STRANGE * (strangeness.max(MOST_FAMILIAR) - 1.0);
    let sum = SHARE * logit(share) + LARGEST * logit(largest) + OFFSET - strange;
    1.0 / (1.0 + (-sum).exp())
}

/// How sure an object is that the detector gave `score`.
pub(super) fn of_box(score: f32) -> f32 {
    BOX.at_logit(score)
}

/// The score of a box of `score` whose thing the classifier does not recognise: less sure by one unit of the logit. Of four such boxes in 72 pictures, said to be sure by
/// .90 in the mean, three were right.
pub(super) fn doubted(score: f32) -> f32 {
    let sum = logit(score) - UNRECOGNISED / BOX.slope;
    1.0 / (1.0 + (-sum).exp())
}

fn logit(probability: f32) -> f32 {
    let p = probability.clamp(LEAST, 1.0 - LEAST);
    (p / (1.0 - p)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_scattered_is_less_sure() {
        let of = |share, largest| of_share(share, largest, 1.0);
        assert!(of(0.4, 0.4) > 0.8);
        assert!(of(0.4, 0.01) < 0.4, "a meadow is no animal");
        assert!(of(0.4, 0.2) < of(0.5, 0.2) && of(0.4, 0.2) < of(0.4, 0.3));
    }

    #[test]
    fn what_is_strange_is_less_sure() {
        assert!(of_share(0.53, 0.33, 1.31) < 0.8, "the moon is no animal");
        assert!(of_share(0.45, 0.45, 1.19) < 0.8, "a dahlia is no honeycomb");
        assert!(of_share(0.85, 0.66, 1.05) > 0.95, "a cat is a cat");
        assert_eq!(of_share(0.5, 0.5, 0.0), of_share(0.5, 0.5, MOST_FAMILIAR));
    }

    #[test]
    fn a_doubted_box_is_less_sure_and_not_impossible() {
        assert!(
            (0.62..0.68).contains(&of_box(doubted(0.466))) && of_box(0.466) > 0.83,
            "{}",
            of_box(doubted(0.466))
        );
        assert!(of_box(doubted(0.65)) > 0.85 && of_box(0.65) < 0.98, "{}", of_box(doubted(0.65)));
        assert!((0.0..=1.0).contains(&doubted(0.0)) && (0.0..=1.0).contains(&doubted(1.0)));
    }

    #[test]
    fn every_number_has_a_rate() {
        for number in [0.0, 1e-9, 0.5, 1.0] {
            assert!(
                (0.0..=1.0).contains(&of_share(number, number, 2.0)) && (0.0..=1.0).contains(&of_box(number))
            );
        }
        // Half of the boxes with a third of the score are right, nine in ten of those with a half.
        assert!((0.5..0.7).contains(&of_box(0.35)) && (0.85..0.92).contains(&of_box(0.5)));
    }
}
