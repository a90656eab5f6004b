//! DetectText.
//!
//! Owns its rules beyond the model's constraints: how many words are answered, which of them the filters keep, what becomes of their
//! lines. Refuses to know networks and HTTP.
//!
//! # Invariants
//! - A line is answered exactly with those of its words that are answered; without any it is not answered.
//! - At most [`MAX_WORDS`] words are answered, the first in reading order of those that the filters keep.

mod regions;

use overt_protocol::ErrorCode;
use overt_protocol::generated::{DetectTextFilters, DetectTextRequest, DetectTextResponse, DetectionFilter};
use overt_vision::text::{Line, Word};

use super::{Services, images, to_json};
use crate::convert::Scale;
use crate::convert::text::{around, detections};
use crate::engine::TextFindings;
use crate::error::ApiError;
use regions::Region;

/// Documented most words of a picture.
const MAX_WORDS: usize = 100;

/// The version of the text model that the documentation names: clients see what they expect.
const MODEL_VERSION: &str = "3.0";

pub(super) async fn detect_text(
    request: DetectTextRequest,
    services: &Services,
) -> Result<Vec<u8>, ApiError> {
    let DetectTextRequest { image, filters } = request;
    let filters = Filters::of(filters.unwrap_or_default())?;
    let image = images::load(image, "Image", services).await?;
    services.workers.run(move |engine| to_json(&text_answer(&engine.text(image.as_ref())?, &filters))).await?
}

/// Which words are answered. By default all are.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    /// Least confidence, percent.
    confidence: f32,
    /// Least height of a word's upright box, as a ratio of the picture's.
    height: f32,
    /// Least width of a word's upright box, as a ratio of the picture's.
    width: f32,
    /// Where words may stand; anywhere without any.
    regions: Vec<Region>,
}

impl Filters {
    /// Of a request. A bar that is not given is none: of the two documented defaults of `MinConfidence`, 0 and 80, the one that hides
    /// nothing.
    fn of(filters: DetectTextFilters) -> Result<Self, ApiError> {
        let DetectTextFilters { word_filter, regions_of_interest } = filters;
        let DetectionFilter { min_confidence, min_bounding_box_height, min_bounding_box_width } =
            word_filter.unwrap_or_default();
        let regions = regions_of_interest
            .unwrap_or_default()
            .into_iter()
            .map(|region| Region::of(region).ok_or_else(unusable))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            confidence: min_confidence.unwrap_or(0.0),
            height: min_bounding_box_height.unwrap_or(0.0),
            width: min_bounding_box_width.unwrap_or(0.0),
            regions,
        })
    }

    /// Words of at least this confidence, percent.
    #[must_use]
    pub fn surer_than(confidence: f32) -> Self {
        Self { confidence, ..Self::default() }
    }

    /// The findings with the words that are kept, and what is left of their lines; without a limit to their number.
    #[must_use]
    pub fn of_findings(&self, findings: TextFindings) -> TextFindings {
        let lines = findings.lines.iter().filter_map(|line| {
            let words = line.words.iter().filter(|word| self.keeps(word, &findings)).cloned().collect();
            reduced(line, words)
        });
        TextFindings { lines: lines.collect(), ..findings }
    }

    fn keeps(&self, word: &Word, findings: &TextFindings) -> bool {
        let (width, height) = (findings.width.max(1) as f32, findings.height.max(1) as f32);
        let bounds = around(&word.corners);
        word.confidence * 100.0 >= self.confidence
            && bounds.height / height >= self.height
            && bounds.width / width >= self.width
            && (self.regions.is_empty()
                || self
                    .regions
                    .iter()
                    .any(|region| region.share(&word.corners.map(|p| [p.x / width, p.y / height])) > 0.5))
    }
}

fn unusable() -> ApiError {
    ApiError::new(
        ErrorCode::InvalidParameterException,
        "Request has invalid parameters: each region of interest needs a BoundingBox with Left, Top and a positive Width and Height, or a \
         Polygon of 3 to 10 points with X and Y that do not lie on one line.",
    )
}

/// The answer of DetectText for what was found.
#[must_use]
pub fn text_answer(findings: &TextFindings, filters: &Filters) -> DetectTextResponse {
    let mut left = MAX_WORDS;
    let mut lines = Vec::new();
    for line in &findings.lines {
        let kept = |word: &&Word| filters.keeps(word, findings);
        let words: Vec<Word> = line.words.iter().filter(kept).take(left).cloned().collect();
        left -= words.len();
        lines.extend(reduced(line, words));
    }
    let scale = Scale::sized(findings.width, findings.height);
    DetectTextResponse {
        text_detections: Some(detections(scale, &lines)),
        text_model_version: Some(MODEL_VERSION.to_owned()),
    }
}

/// A line with some of its words: from the first to the last of them. `None` without words.
fn reduced(line: &Line, words: Vec<Word>) -> Option<Line> {
    if words.len() == line.words.len() {
        return Some(line.clone());
    }
    let ([top_left, _, _, bottom_left], [_, top_right, bottom_right, _]) =
        (words.first()?.corners, words.last()?.corners);
    let letters = |word: &Word| word.text.chars().count().max(1) as f32;
    let confidence = words.iter().map(|word| word.confidence * letters(word)).sum::<f32>()
        / words.iter().map(letters).sum::<f32>();
    Some(Line { words, corners: [top_left, top_right, bottom_right, bottom_left], confidence })
}

#[cfg(test)]
mod tests;
