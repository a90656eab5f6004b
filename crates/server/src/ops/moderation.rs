//! DetectModerationLabels.
//!
//! Owns its rules beyond the model's constraints: the default threshold, and what is refused because it does not exist here.
//! Refuses to know networks and HTTP.

use overt_protocol::ErrorCode;
use overt_protocol::generated::{DetectModerationLabelsRequest, DetectModerationLabelsResponse};
use overt_vision::Moderation;
use overt_vision::moderation::VERSION;

use super::{Services, images, to_json};
use crate::convert;
use crate::error::ApiError;

/// Documented default of `MinConfidence`.
pub const DEFAULT_MODERATION_CONFIDENCE: f32 = 50.0;

pub(super) async fn detect_moderation_labels(
    request: DetectModerationLabelsRequest,
    services: &Services,
) -> Result<Vec<u8>, ApiError> {
    let DetectModerationLabelsRequest { image, min_confidence, human_loop_config, project_version } = request;
    // Both before any work: somebody relies on what would be left undone.
    if project_version.is_some() {
        return Err(missing("ProjectVersion names an adapter, and this server has none"));
    }
    if human_loop_config.is_some() {
        return Err(missing(
            "HumanLoopConfig names a flow definition, and this server sends nothing to people",
        ));
    }
    let least = min_confidence.unwrap_or(DEFAULT_MODERATION_CONFIDENCE);
    let image = images::load(image, "Image", services).await?;
    let found =
        services.workers.run(move |engine| engine.moderation(image.as_ref(), least / 100.0)).await??;
    to_json(&moderation_answer(&found, least))
}

/// The answer of DetectModerationLabels for what was found, from `least` (0..=100) on.
#[must_use]
pub fn moderation_answer(found: &Moderation, least: f32) -> DetectModerationLabelsResponse {
    DetectModerationLabelsResponse {
        moderation_labels: Some(convert::moderation_labels(found, least)),
        moderation_model_version: Some(VERSION.to_owned()),
        human_loop_activation_output: None,
        project_version: None,
        content_types: Some(convert::content_types(found, least)),
    }
}

fn missing(what: &str) -> ApiError {
    ApiError::new(
        ErrorCode::ResourceNotFoundException,
        format!("{what}. Nothing was done; send the request without it."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine as _;
    use crate::testing::FakeEngine;

    #[test]
    fn the_answer_has_its_version_and_lists_even_when_they_are_empty() {
        let found = FakeEngine.moderation(br#"{"Violence": 0.5, "Alcohol": 0.25}"#, 0.5).unwrap();
        let answer = serde_json::to_value(moderation_answer(&found, DEFAULT_MODERATION_CONFIDENCE)).unwrap();
        let expected = serde_json::json!({
            "ModerationLabels": [{ "Confidence": 50.0, "Name": "Violence", "ParentName": "", "TaxonomyLevel": 1 }],
            "ModerationModelVersion": "7.0",
            "ContentTypes": [],
        });
        assert_eq!(answer, expected);
        let none = serde_json::to_value(moderation_answer(&found, 90.0)).unwrap();
        assert_eq!(none["ModerationLabels"], serde_json::json!([]));
    }

    #[test]
    fn what_does_not_exist_here_is_said() {
        let error = missing("ProjectVersion names an adapter, and this server has none");
        assert_eq!(error.code, ErrorCode::ResourceNotFoundException);
        assert!(error.message.contains("Nothing was done"), "{}", error.message);
    }
}
