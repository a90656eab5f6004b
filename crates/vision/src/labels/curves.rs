//! What the networks' numbers stand for: fitted curves from them to the rate of being right.
//!
//! How they were fitted and how well they hold stands in `docs/labels.md` and decision record 0079.

use crate::logistic::Curve;

/// For a label's share of the classifier's probability, through its logit.
const SHARE: Curve = Curve { slope: 2.1, offset: 2.0 };

/// For the detector's score of a box, through its logit.
const BOX: Curve = Curve { slope: 2.7, offset: 2.0 };

/// How sure a label is, with `share` of the classifier's probability on its classes. Grows with it, so that what is above a label is at least
/// as sure.
pub(super) fn of_share(share: f32) -> f32 {
    SHARE.at_logit(share)
}

/// How sure an object is that the detector gave `score`.
pub(super) fn of_box(score: f32) -> f32 {
    BOX.at_logit(score)
}
