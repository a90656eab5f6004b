//! The requests of the load generator, and what an answer has to hold.
//!
//! Owns the operations that servers are put under load with. Refuses to know how requests are sent.

use anyhow::ensure;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use clap::ValueEnum;
use serde_json::{Value, json};

/// An operation on one picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Operation {
    /// Faces, with `--attribute`
    #[value(name = "detect-faces")]
    Faces,
    /// Words and lines
    #[value(name = "detect-text")]
    Text,
    /// General labels
    #[value(name = "detect-labels")]
    Labels,
    /// Moderation labels
    #[value(name = "detect-moderation-labels")]
    Moderation,
    /// The picture's largest face in a collection that holds the picture's faces
    #[value(name = "search-faces-by-image")]
    Search,
}

/// The collection that is searched; made where it is missing.
const COLLECTION: &str = "overt-bench";

impl Operation {
    /// As the API names it.
    pub(super) fn name(self) -> &'static str {
        self.target().rsplit('.').next().unwrap_or_default()
    }

    /// As `x-amz-target` names it.
    pub(super) fn target(self) -> &'static str {
        match self {
            Self::Faces => "RekognitionService.DetectFaces",
            Self::Text => "RekognitionService.DetectText",
            Self::Labels => "RekognitionService.DetectLabels",
            Self::Moderation => "RekognitionService.DetectModerationLabels",
            Self::Search => "RekognitionService.SearchFacesByImage",
        }
    }

    /// The body for an encoded picture; `attributes` are asked for of faces alone.
    pub(super) fn body(self, file: &[u8], attributes: &[String]) -> anyhow::Result<Bytes> {
        let image = json!({ "Bytes": BASE64_STANDARD.encode(file) });
        let body: Value = match self {
            Self::Faces => json!({ "Image": image, "Attributes": attributes }),
            Self::Text | Self::Labels | Self::Moderation => json!({ "Image": image }),
            Self::Search => json!({ "CollectionId": COLLECTION, "Image": image }),
        };
        Ok(serde_json::to_vec(&body)?.into())
    }

    /// What has to be asked for once before, target and body; a collection that is there already is no error.
    pub(super) fn preparation(self, file: &[u8]) -> anyhow::Result<Vec<(&'static str, Bytes)>> {
        if self != Self::Search {
            return Ok(Vec::new());
        }
        let make = json!({ "CollectionId": COLLECTION });
        let fill = json!({
            "CollectionId": COLLECTION,
            "Image": { "Bytes": BASE64_STANDARD.encode(file) },
            "ExternalImageId": COLLECTION,
        });
        Ok(vec![
            ("RekognitionService.CreateCollection", serde_json::to_vec(&make)?.into()),
            ("RekognitionService.IndexFaces", serde_json::to_vec(&fill)?.into()),
        ])
    }

    /// What has to be equal in every answer for servers to be compared: the number of faces. Of text and labels nothing is:
    /// servers that draw the line elsewhere still do the same work. Cheaper than parsing: the client shares the machine
    /// with the servers.
    pub(super) fn count(self, answer: &[u8]) -> anyhow::Result<usize> {
        let text = std::str::from_utf8(answer)?;
        let (member, counted) = match self {
            Self::Faces => ("\"FaceDetails\"", Some("\"BoundingBox\"")),
            Self::Text => ("\"TextDetections\"", None),
            Self::Labels => ("\"Labels\"", None),
            Self::Moderation => ("\"ModerationLabels\"", None),
            Self::Search => ("\"FaceMatches\"", Some("\"FaceId\"")),
        };
        ensure!(text.contains(member), "not an answer of {}: {text}", self.name());
        Ok(counted.map_or(0, |counted| text.matches(counted).count()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faces_are_counted_and_other_answers_looked_at() {
        let answer = br#"{"FaceDetails":[{"BoundingBox":{}},{"BoundingBox":{}}]}"#;
        assert_eq!(Operation::Faces.count(answer).unwrap(), 2);
        assert_eq!(Operation::Faces.count(br#"{"FaceDetails":[]}"#).unwrap(), 0);
        assert!(Operation::Faces.count(br#"{"message":"BoundingBox"}"#).is_err());
        assert_eq!(Operation::Labels.count(br#"{"Labels":[{"BoundingBox":{}}]}"#).unwrap(), 0);
        assert!(Operation::Text.count(answer).is_err());
    }
}
