//! Lines and words as the API answers them.
//!
//! Owns ids, parents and the two forms of a place: its polygon and the upright box around it. Refuses to decide what is answered.
//!
//! # Invariants
//! - Ids count from 0 over the whole answer, lines first; a word's parent is its line, a line has none.

use overt_protocol::generated as aws;
use overt_vision::face::{Point, Rect};
use overt_vision::text::Line;

use super::{Scale, percent};

/// The upright box around corners, pixels.
#[must_use]
pub fn around(corners: &[Point; 4]) -> Rect {
    let [first, ..] = *corners;
    let start = (first, first);
    let (low, high) = corners.iter().fold(start, |(low, high), p| {
        (Point { x: low.x.min(p.x), y: low.y.min(p.y) }, Point { x: high.x.max(p.x), y: high.y.max(p.y) })
    });
    Rect { left: low.x, top: low.y, width: high.x - low.x, height: high.y - low.y }
}

fn geometry(scale: Scale, corners: &[Point; 4]) -> aws::Geometry {
    aws::Geometry {
        bounding_box: Some(scale.bounding_box(around(corners))),
        polygon: Some(corners.iter().map(|&corner| scale.point(corner)).collect()),
    }
}

/// Lines and their words.
#[must_use]
pub fn detections(scale: Scale, lines: &[Line]) -> Vec<aws::TextDetection> {
    let id = |index: usize| i32::try_from(index).ok();
    let mut detections: Vec<aws::TextDetection> = lines
        .iter()
        .enumerate()
        .map(|(index, line)| aws::TextDetection {
            detected_text: Some(line.text()),
            r#type: Some(aws::TextTypes::LINE),
            id: id(index),
            parent_id: None,
            confidence: percent(line.confidence),
            geometry: Some(geometry(scale, &line.corners)),
        })
        .collect();
    let words =
        lines.iter().enumerate().flat_map(|(parent, line)| line.words.iter().map(move |word| (parent, word)));
    for (parent, word) in words {
        detections.push(aws::TextDetection {
            detected_text: Some(word.text.clone()),
            r#type: Some(aws::TextTypes::WORD),
            id: id(detections.len()),
            parent_id: id(parent),
            confidence: percent(word.confidence),
            geometry: Some(geometry(scale, &word.corners)),
        });
    }
    detections
}
