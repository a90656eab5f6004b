//! Unsafe content in the shapes of the API.
//!
//! Owns the threshold's meaning and the order of the answer. Refuses to decide what a picture shows.
//!
//! # Invariants
//! - What is answered comes with all of its ancestors: they are as sure as it is, so no threshold parts them.
//! - Labels come by falling confidence, ancestors before what they contain.

use overt_protocol::generated as aws;
use overt_vision::Moderation;

use super::percent;

/// The entries from `min_confidence` (0..=100) on.
#[must_use]
pub fn moderation_labels(moderation: &Moderation, min_confidence: f32) -> Vec<aws::ModerationLabel> {
    let mut found: Vec<_> =
        moderation.labels.iter().filter(|label| label.confidence * 100.0 >= min_confidence).collect();
    // Stable: of equal ones the order of the taxonomy stays, in which parents come first.
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let label = |label: &overt_vision::moderation::Unsafe| aws::ModerationLabel {
        confidence: percent(label.confidence),
        name: Some(label.name.clone()),
        parent_name: Some(label.parent.clone()),
        taxonomy_level: Some(label.level.into()),
    };
    found.into_iter().map(label).collect()
}

/// What the picture is made as, from `min_confidence` (0..=100) on, the surest first.
#[must_use]
pub fn content_types(moderation: &Moderation, min_confidence: f32) -> Vec<aws::ContentType> {
    let mut found: Vec<_> =
        moderation.content.iter().filter(|(_, confidence)| confidence * 100.0 >= min_confidence).collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1));
    let shape = |(kind, confidence): &(overt_vision::moderation::ContentType, f32)| aws::ContentType {
        confidence: percent(*confidence),
        name: Some(kind.name().to_owned()),
    };
    found.into_iter().map(shape).collect()
}

#[cfg(test)]
mod tests {
    use overt_vision::moderation::{ContentType, Unsafe};

    use super::*;

    #[test]
    fn a_threshold_parts_no_entry_from_its_ancestors() {
        let entry = |name: &str, parent: &str, level, confidence| Unsafe {
            name: name.into(),
            parent: parent.into(),
            level,
            confidence,
        };
        let moderation = Moderation {
            labels: vec![
                entry("Violence", "", 1, 0.75),
                entry("Weapons", "Violence", 2, 0.75),
                entry("Alcohol", "", 1, 0.9),
                entry("Alcoholic Beverages", "Alcohol", 2, 0.4),
            ],
            content: vec![(ContentType::Illustrated, 0.5)],
        };
        let names = |least| -> Vec<String> {
            moderation_labels(&moderation, least).into_iter().filter_map(|label| label.name).collect()
        };
        assert_eq!(names(50.0), ["Alcohol", "Violence", "Weapons"]);
        assert_eq!(names(75.0), ["Alcohol", "Violence", "Weapons"], "the threshold itself counts");
        assert_eq!(names(0.0).len(), 4);
        let first = moderation_labels(&moderation, 0.0).remove(0);
        assert_eq!(
            (first.parent_name.as_deref(), first.taxonomy_level, first.confidence),
            (Some(""), Some(1), Some(90.0))
        );
        assert_eq!(content_types(&moderation, 50.0).len(), 1);
        assert!(content_types(&moderation, 51.0).is_empty());
    }
}
