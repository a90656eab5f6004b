//! Filters, the cap and the ids, on lines that no network read.

use overt_protocol::generated::{BoundingBox, RegionOfInterest, TextDetection, TextTypes};
use overt_vision::face::Point;
use proptest::prelude::*;

use super::*;

fn word(text: &str, left: f32, top: f32, confidence: f32) -> Word {
    let corners = [(left, top), (left + 40.0, top), (left + 40.0, top + 10.0), (left, top + 10.0)];
    Word { text: text.to_owned(), corners: corners.map(|(x, y)| Point { x, y }), confidence }
}

fn line(words: Vec<Word>) -> Line {
    let ([a, _, _, d], [_, b, c, _]) = (words[0].corners, words[words.len() - 1].corners);
    Line { confidence: 0.9, corners: [a, b, c, d], words }
}

/// Two lines in 200 x 100 pixels: "one two" at the top with confidences .9 and .6, "three" at the bottom with .95.
fn findings() -> TextFindings {
    let lines = vec![
        line(vec![word("one", 0.0, 0.0, 0.9), word("two", 50.0, 0.0, 0.6)]),
        line(vec![word("three", 100.0, 80.0, 0.95)]),
    ];
    TextFindings { width: 200, height: 100, lines }
}

fn detected(findings: &TextFindings, filters: DetectTextFilters) -> Vec<TextDetection> {
    let answer = text_answer(findings, &Filters::of(filters).unwrap());
    assert_eq!(answer.text_model_version.as_deref(), Some("3.0"));
    answer.text_detections.unwrap()
}

fn texts(detections: &[TextDetection]) -> Vec<&str> {
    detections.iter().filter_map(|detection| detection.detected_text.as_deref()).collect()
}

fn word_filter(filter: DetectionFilter) -> DetectTextFilters {
    DetectTextFilters { word_filter: Some(filter), ..DetectTextFilters::default() }
}

#[test]
fn lines_come_first_and_words_name_them() {
    let all = detected(&findings(), DetectTextFilters::default());
    assert_eq!(texts(&all), ["one two", "three", "one", "two", "three"]);
    let ids: Vec<_> = all.iter().map(|d| (d.id.unwrap(), d.parent_id)).collect();
    assert_eq!(ids, [(0, None), (1, None), (2, Some(0)), (3, Some(0)), (4, Some(1))]);
    let geometry = all[3].geometry.as_ref().unwrap();
    let bounds = geometry.bounding_box.as_ref().unwrap();
    assert_eq!((bounds.left, bounds.width, bounds.height), (Some(0.25), Some(0.2), Some(0.1)));
    assert_eq!(geometry.polygon.as_ref().unwrap().len(), 4);
    assert!((all[3].confidence.unwrap() - 60.0).abs() < 1e-3);
}

#[test]
fn a_line_is_what_is_left_of_it() {
    let bar = DetectionFilter { min_confidence: Some(80.0), ..DetectionFilter::default() };
    let kept = detected(&findings(), word_filter(bar));
    assert_eq!(texts(&kept), ["one", "three", "one", "three"]);
    let bounds = kept[0].geometry.as_ref().unwrap().bounding_box.as_ref().unwrap();
    assert_eq!(bounds.width, Some(0.2));
    assert!((kept[0].confidence.unwrap() - 90.0).abs() < 1e-3);
    let bar = DetectionFilter { min_confidence: Some(96.0), ..DetectionFilter::default() };
    assert_eq!(detected(&findings(), word_filter(bar)), []);
}

#[test]
fn small_words_are_left_out() {
    let height =
        |height| DetectionFilter { min_bounding_box_height: Some(height), ..DetectionFilter::default() };
    assert_eq!(detected(&findings(), word_filter(height(0.1))).len(), 5);
    assert_eq!(detected(&findings(), word_filter(height(0.11))), []);
    let width = |width| DetectionFilter { min_bounding_box_width: Some(width), ..DetectionFilter::default() };
    assert_eq!(detected(&findings(), word_filter(width(0.2))).len(), 5);
    assert_eq!(detected(&findings(), word_filter(width(0.21))), []);
}

fn region(left: f32, top: f32, width: f32, height: f32) -> RegionOfInterest {
    let [left, top, width, height] = [left, top, width, height].map(Some);
    RegionOfInterest { bounding_box: Some(BoundingBox { left, top, width, height }), polygon: None }
}

#[test]
fn words_are_kept_of_which_more_than_half_is_in_a_region() {
    let within = |regions: Vec<RegionOfInterest>| {
        let filters =
            DetectTextFilters { regions_of_interest: Some(regions), ..DetectTextFilters::default() };
        texts(&detected(&findings(), filters)).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(within(vec![region(0.0, 0.0, 0.2, 0.2)]), ["one", "one"]);
    // "two" takes columns 50 to 90: up to 69 less than half of it is in, up to 72 more.
    assert_eq!(within(vec![region(0.0, 0.0, 0.345, 0.2)]), ["one", "one"]);
    assert_eq!(within(vec![region(0.0, 0.0, 0.36, 0.2)]), ["one two", "one", "two"]);
    assert_eq!(
        within(vec![region(0.0, 0.0, 0.2, 0.2), region(0.0, 0.5, 1.0, 0.5)]),
        ["one", "three", "one", "three"]
    );
    assert_eq!(within(Vec::new()).len(), 5);
    let filters = DetectTextFilters {
        regions_of_interest: Some(vec![RegionOfInterest::default()]),
        ..DetectTextFilters::default()
    };
    assert_eq!(Filters::of(filters).unwrap_err().code, ErrorCode::InvalidParameterException);
}

proptest! {
    #[test]
    fn ids_parents_and_the_cap_hold_for_any_page(
        pages in prop::collection::vec(prop::collection::vec(0f32..1.0, 1..30), 0..12), bar in 0f32..100.0,
    ) {
        let lines: Vec<Line> = pages
            .iter()
            .map(|words| line(words.iter().map(|&confidence| word("w", 10.0, 10.0, confidence)).collect()))
            .collect();
        let findings = TextFindings { width: 100, height: 100, lines };
        let filter = DetectionFilter { min_confidence: Some(bar), ..DetectionFilter::default() };
        let all = detected(&findings, word_filter(filter));
        let count = all.iter().take_while(|d| d.r#type == Some(TextTypes::LINE)).count();
        let (lines, words) = all.split_at(count);
        prop_assert!(words.len() <= MAX_WORDS);
        let expected = pages.iter().flatten().filter(|&&c| c * 100.0 >= bar).count().min(MAX_WORDS);
        prop_assert_eq!(words.len(), expected);
        for (index, detection) in all.iter().enumerate() {
            prop_assert_eq!(detection.id, i32::try_from(index).ok());
        }
        for line in lines {
            let said: Vec<_> = words.iter().filter(|w| w.parent_id == line.id).filter_map(|w| w.detected_text.as_deref()).collect();
            prop_assert_eq!(line.detected_text.clone(), Some(said.join(" ")));
            prop_assert!(!said.is_empty());
        }
        prop_assert!(words.iter().all(|word| word.r#type == Some(TextTypes::WORD) && word.parent_id < i32::try_from(count).ok()));
    }
}
