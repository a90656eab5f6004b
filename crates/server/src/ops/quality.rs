//! Quality bars: what `QualityFilter` removes before faces are compared or kept, what purposes refuse to search for, and why.
//!
//! Owns the thresholds behind LOW, MEDIUM, HIGH and AUTO, which the API names but does not document, and the flaws that a
//! face below one has. Refuses to know which operation asks.
//!
//! # Invariants
//! - The bars are nested: a face that passes HIGH passes MEDIUM, and one that passes MEDIUM passes LOW. So are those that purposes demand.
//! - A measurement that is not a number fails every bar but NONE.
//! - A face passes a bar exactly when it has no flaw by it.

use overt_gallery::policy::ProbeQuality;
use overt_protocol::generated::QualityFilter;
use overt_vision::face::Face;

/// A lower bound for each measurement of a face.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QualityBar {
    /// Detector's confidence, 0..=1.
    pub confidence: f32,
    /// Shorter side of the box, pixels.
    pub side: f32,
    /// Sharpness, 0..=100.
    pub sharpness: f32,
    /// Brightness must lie this far from black (0) and from white (100).
    pub brightness_margin: f32,
    /// Largest turn of the head to a side, degrees.
    pub yaw: f32,
    /// Largest turn of the head up or down, degrees.
    pub pitch: f32,
}

/// Removes what is hardly a face: misdetections, black or burnt-out crops, backs of heads.
const LOW: QualityBar = QualityBar {
    confidence: 0.7,
    side: 24.0,
    sharpness: 2.0,
    brightness_margin: 5.0,
    yaw: 75.0,
    pitch: 60.0,
};
/// The API's documentation recommends 50 px for recognition; beyond half profile the embeddings are not reliable.
const MEDIUM: QualityBar = QualityBar {
    confidence: 0.8,
    side: 50.0,
    sharpness: 8.0,
    brightness_margin: 10.0,
    yaw: 45.0,
    pitch: 35.0,
};
/// What an enrolment photograph should reach: the embedding networks read crops of 112 to 150 px.
const HIGH: QualityBar = QualityBar {
    confidence: 0.9,
    side: 112.0,
    sharpness: 20.0,
    brightness_margin: 15.0,
    yaw: 25.0,
    pitch: 25.0,
};

/// What a picture must be for anybody to be looked for in it, where a purpose says `Fair`. MEDIUM, but for two numbers that were measured on half of
/// LFW (docs/accuracy.md): of faces held up or down by 30° to 35° more than half are missed at 80; and below a brightness of 20 none of 4,744
/// pictures lies, of dark-skinned people neither, while at 20 to 30 strangers match three times as often already.
const FAIR: QualityBar = QualityBar { pitch: 30.0, brightness_margin: 20.0, ..MEDIUM };
/// Where a purpose says `Good`: sizes and poses at which nothing is missed that is not missed anyway, and HIGH's sharpness.
const GOOD: QualityBar = QualityBar {
    confidence: 0.9,
    side: 80.0,
    sharpness: 20.0,
    brightness_margin: 20.0,
    yaw: 25.0,
    pitch: 20.0,
};

/// What keeps a face below a bar. Each stands for one of the API's documented reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The head is turned too far away (EXTREME_POSE).
    Pose,
    /// Too dark (LOW_BRIGHTNESS).
    Dark,
    /// Too little fine detail (LOW_SHARPNESS).
    Blurred,
    /// Hardly a face (LOW_CONFIDENCE).
    Unsure,
    /// Too few pixels (SMALL_BOUNDING_BOX).
    Small,
    /// Burnt out, or nothing to compare could be made of it: what has no reason of its own (LOW_FACE_QUALITY).
    Other,
}

impl Flaw {
    /// The API's word for it, which is the same in `Reason` and `UnsearchedFaceReason`.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Pose => "EXTREME_POSE",
            Self::Dark => "LOW_BRIGHTNESS",
            Self::Blurred => "LOW_SHARPNESS",
            Self::Unsure => "LOW_CONFIDENCE",
            Self::Small => "SMALL_BOUNDING_BOX",
            Self::Other => "LOW_FACE_QUALITY",
        }
    }
}

impl Flaw {
    /// The same as part of a sentence.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Pose => "the head is turned too far away",
            Self::Dark => "it is too dark",
            Self::Blurred => "it is blurred",
            Self::Unsure => "it is hardly a face",
            Self::Small => "it is too small",
            Self::Other => "it is overexposed, or cannot be compared",
        }
    }
}

impl QualityBar {
    /// What a purpose demands of a picture that is searched with; `None`: nothing.
    #[must_use]
    pub const fn demanded(quality: ProbeQuality) -> Option<Self> {
        match quality {
            ProbeQuality::Any => None,
            ProbeQuality::Fair => Some(FAIR),
            ProbeQuality::Good => Some(GOOD),
        }
    }

    /// The bar of [`ProbeQuality::Fair`].
    #[cfg(test)]
    pub(super) const FAIR: Self = FAIR;

    /// The bar that tells faces fit for recognition from others, whatever a request filters by.
    pub const AUTO: Self = MEDIUM;

    /// The bar a request names. `None` for NONE, for a request without the member, and for values that validation
    /// has refused already. AUTO is MEDIUM: the bar at which recognition is meant to work.
    #[must_use]
    pub fn named(filter: Option<&QualityFilter>) -> Option<Self> {
        match filter?.as_str() {
            "AUTO" | "MEDIUM" => Some(Self::AUTO),
            "LOW" => Some(LOW),
            "HIGH" => Some(HIGH),
            _ => None,
        }
    }

    /// Whether a face passes.
    #[must_use]
    pub fn passes(&self, face: &Face) -> bool {
        self.flaws(face).is_empty()
    }

    /// Everything that keeps a face below the bar, in the order of the API's list of reasons.
    #[must_use]
    pub fn flaws(&self, face: &Face) -> Vec<Flaw> {
        let below = |value: f32, least: f32| value.is_nan() || value < least;
        let turned = |angle: f32, most: f32| angle.is_nan() || angle.abs() > most;
        let brightness = face.quality.brightness;
        [
            (Flaw::Pose, turned(face.pose.yaw, self.yaw) || turned(face.pose.pitch, self.pitch)),
            (Flaw::Dark, below(brightness, self.brightness_margin)),
            (Flaw::Blurred, below(face.quality.sharpness, self.sharpness)),
            (Flaw::Unsure, below(face.confidence, self.confidence)),
            (Flaw::Small, below(face.bounds.width.min(face.bounds.height), self.side)),
            // Too bright has no reason of its own.
            (Flaw::Other, brightness > 100.0 - self.brightness_margin),
        ]
        .into_iter()
        .filter_map(|(flaw, has)| has.then_some(flaw))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::face;

    #[test]
    fn a_good_face_passes_every_bar_and_each_flaw_fails_it() {
        type Spoil = fn(&mut Face);
        let good = {
            let mut face = face(0.0);
            face.bounds.width = 200.0;
            face.bounds.height = 240.0;
            face
        };
        for bar in [LOW, MEDIUM, HIGH, FAIR, GOOD] {
            assert!(bar.passes(&good));
            let spoilt: [(Flaw, Spoil); 10] = [
                (Flaw::Unsure, |face| face.confidence = 0.1),
                (Flaw::Small, |face| face.bounds.width = 10.0),
                (Flaw::Blurred, |face| face.quality.sharpness = 0.5),
                (Flaw::Dark, |face| face.quality.brightness = 1.0),
                (Flaw::Other, |face| face.quality.brightness = 99.0),
                (Flaw::Pose, |face| face.pose.yaw = -89.0),
                (Flaw::Pose, |face| face.pose.pitch = 80.0),
                (Flaw::Pose, |face| face.pose.yaw = f32::NAN),
                (Flaw::Blurred, |face| face.quality.sharpness = f32::NAN),
                (Flaw::Dark, |face| face.quality.brightness = f32::NAN),
            ];
            for (flaw, spoil) in spoilt {
                let mut bad = good.clone();
                spoil(&mut bad);
                assert_eq!(bar.flaws(&bad), [flaw], "{bar:?}");
                assert!(!bar.passes(&bad));
            }
        }
    }

    #[test]
    fn bars_are_nested() {
        for (lower, higher) in [(LOW, MEDIUM), (MEDIUM, HIGH), (MEDIUM, FAIR), (FAIR, GOOD)] {
            assert!(lower.confidence <= higher.confidence && lower.side <= higher.side);
            assert!(
                lower.sharpness <= higher.sharpness && lower.brightness_margin <= higher.brightness_margin
            );
            assert!(lower.yaw >= higher.yaw && lower.pitch >= higher.pitch);
        }
    }

    #[test]
    fn several_flaws_are_all_told_in_the_apis_order() {
        let mut bad = face(0.0);
        bad.confidence = 0.0;
        bad.pose.yaw = 90.0;
        bad.quality.sharpness = 0.0;
        assert_eq!(LOW.flaws(&bad), [Flaw::Pose, Flaw::Blurred, Flaw::Unsure]);
    }

    #[test]
    fn every_flaw_has_a_reason_that_both_lists_of_the_model_know() {
        use overt_protocol::generated::{Reason, UnsearchedFaceReason};
        for flaw in [Flaw::Pose, Flaw::Dark, Flaw::Blurred, Flaw::Unsure, Flaw::Small, Flaw::Other] {
            assert!(Reason::from(flaw.reason()).is_modelled());
            assert!(UnsearchedFaceReason::from(flaw.reason()).is_modelled());
        }
    }

    #[test]
    fn names_map_to_bars() {
        assert_eq!(QualityBar::named(None), None);
        assert_eq!(QualityBar::named(Some(&QualityFilter::NONE)), None);
        assert_eq!(QualityBar::named(Some(&QualityFilter::AUTO)), Some(MEDIUM));
        assert_eq!(QualityBar::named(Some(&QualityFilter::LOW)), Some(LOW));
        assert_eq!(QualityBar::named(Some(&QualityFilter::HIGH)), Some(HIGH));
    }
}
