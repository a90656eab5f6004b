//! From a network's number to a probability, by a fitted logistic curve.
//!
//! Unless it says otherwise, a curve of this crate was fitted on the first 240, checked on the other 240 and refitted
//! on all of 480 people of Labeled Faces in the Wild, one photograph each, labelled by one pair of eyes without sight
//! of any figure; unclear cases were left out. The figures stand beside each curve and in `docs/attributes.md`.

use crate::face::Finding;

/// Probabilities of exactly 0 and 1 have no logit; the networks' rounding makes them.
const LEAST: f32 = 1e-4;

/// `1 / (1 + exp(-(slope * x + offset)))`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Curve {
    pub(crate) slope: f32,
    pub(crate) offset: f32,
}

impl Curve {
    /// The probability at `x`.
    pub(crate) fn at(&self, x: f32) -> f32 {
        1.0 / (1.0 + (-(self.slope * x + self.offset)).exp())
    }

    /// The probability at the logit of another probability.
    pub(crate) fn at_logit(&self, p: f32) -> f32 {
        let p = p.clamp(LEAST, 1.0 - LEAST);
        self.at((p / (1.0 - p)).ln())
    }
}

/// The more probable of two values, with the confidence in it.
pub(crate) fn finding<T>(probability: f32, yes: T, no: T) -> Finding<T> {
    if probability >= 0.5 {
        Finding { value: yes, confidence: probability }
    } else {
        Finding { value: no, confidence: 1.0 - probability }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sure_no_has_a_high_confidence_too() {
        assert_eq!(finding(0.75, true, false), Finding { value: true, confidence: 0.75 });
        assert_eq!(finding(0.25, true, false), Finding { value: false, confidence: 0.75 });
    }

    #[test]
    fn a_plain_curve_undoes_the_logit() {
        let plain = Curve { slope: 1.0, offset: 0.0 };
        for p in [0.1, 0.5, 0.9] {
            assert!((plain.at_logit(p) - p).abs() < 1e-5);
        }
        assert!(plain.at_logit(0.0) > 0.0 && plain.at_logit(1.0) < 1.0);
    }
}
