//! Quality bars: what `QualityFilter` removes before faces are compared.
//!
//! Owns the thresholds behind LOW, MEDIUM, HIGH and AUTO, which the API names but does not document. Refuses to know
//! which operation asks.
//!
//! # Invariants
//! - The bars are nested: a face that passes HIGH passes MEDIUM, and one that passes MEDIUM passes LOW.
//! - A measurement that is not a number fails every bar but NONE.

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

impl QualityBar {
    /// The bar a request names. `None` for NONE, for a request without the member, and for values that validation
    /// has refused already. AUTO is MEDIUM: the bar at which recognition is meant to work.
    #[must_use]
    pub fn named(filter: Option<&QualityFilter>) -> Option<Self> {
        match filter?.as_str() {
            "AUTO" | "MEDIUM" => Some(MEDIUM),
            "LOW" => Some(LOW),
            "HIGH" => Some(HIGH),
            _ => None,
        }
    }

    /// Whether a face passes.
    #[must_use]
    pub fn passes(&self, face: &Face) -> bool {
        let brightness = self.brightness_margin..=100.0 - self.brightness_margin;
        face.confidence >= self.confidence
            && face.bounds.width.min(face.bounds.height) >= self.side
            && face.quality.sharpness >= self.sharpness
            && brightness.contains(&face.quality.brightness)
            && face.pose.yaw.abs() <= self.yaw
            && face.pose.pitch.abs() <= self.pitch
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::face;

    #[test]
    fn a_good_face_passes_every_bar_and_each_flaw_fails_it() {
        let good = {
            let mut face = face(0.0);
            face.bounds.width = 200.0;
            face.bounds.height = 240.0;
            face
        };
        for bar in [LOW, MEDIUM, HIGH] {
            assert!(bar.passes(&good));
            let flaws: [fn(&mut Face); 9] = [
                |face| face.confidence = 0.1,
                |face| face.bounds.width = 10.0,
                |face| face.quality.sharpness = 0.5,
                |face| face.quality.brightness = 1.0,
                |face| face.quality.brightness = 99.0,
                |face| face.pose.yaw = -89.0,
                |face| face.pose.pitch = 80.0,
                |face| face.pose.yaw = f32::NAN,
                |face| face.quality.sharpness = f32::NAN,
            ];
            for (index, flaw) in flaws.iter().enumerate() {
                let mut bad = good.clone();
                flaw(&mut bad);
                assert!(!bar.passes(&bad), "flaw {index} passes {bar:?}");
            }
        }
    }

    #[test]
    fn bars_are_nested() {
        for (lower, higher) in [(LOW, MEDIUM), (MEDIUM, HIGH)] {
            assert!(lower.confidence <= higher.confidence && lower.side <= higher.side);
            assert!(
                lower.sharpness <= higher.sharpness && lower.brightness_margin <= higher.brightness_margin
            );
            assert!(lower.yaw >= higher.yaw && lower.pitch >= higher.pitch);
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
