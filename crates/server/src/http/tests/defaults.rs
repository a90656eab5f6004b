//! What holds for requests that do not say: each by faces on both sides of the bar.

use super::*;

async fn compare(running: &Running, more: &[(&str, Value)], target: &str) -> Value {
    let mut body = json!({ "SourceImage": picture("[0]"), "TargetImage": picture(target) });
    for (name, value) in more {
        body[name] = value.clone();
    }
    let reply = call(running, "CompareFaces", &body).await;
    assert_eq!(reply.status, 200, "{:?}", reply.json());
    reply.json()
}

fn counts(answer: &Value) -> (usize, usize) {
    ["FaceMatches", "UnmatchedFaces"].map(|list| answer[list].as_array().unwrap().len()).into()
}

/// Cosines of .81 and .78, and so similarities of 81 and 78.
const ABOUT_EIGHTY: &str = "[0.62, 0.67]";

#[tokio::test]
async fn the_threshold_is_eighty() {
    let running = start("").await;
    assert_eq!(counts(&compare(&running, &[], ABOUT_EIGHTY).await), (1, 1));
    let at = async |threshold: f64| {
        counts(&compare(&running, &[("SimilarityThreshold", json!(threshold))], ABOUT_EIGHTY).await)
    };
    assert_eq!((at(78.0).await, at(80.0).await, at(82.0).await), ((2, 0), (1, 1), (0, 2)));
}

#[tokio::test]
async fn no_quality_filter_is_none() {
    let running = start("").await;
    assert_eq!(counts(&compare(&running, &[], "[0.1, -0.1]").await), (2, 0));
    for (filter, expected) in [("NONE", (2, 0)), ("LOW", (1, 0)), ("AUTO", (1, 0)), ("MEDIUM", (1, 0))] {
        let answer = compare(&running, &[("QualityFilter", json!(filter))], "[0.1, -0.1]").await;
        assert_eq!(counts(&answer), expected, "{filter}");
    }
}

#[tokio::test]
async fn at_most_a_hundred_faces_are_answered() {
    let running = start("").await;
    let many = format!("[{}]", ["0.5"; 120].join(","));
    let detected = call(&running, "DetectFaces", &detect(&many)).await.json();
    assert_eq!(detected["FaceDetails"].as_array().unwrap().len(), 100);
    assert_eq!(counts(&compare(&running, &[], &many).await), (100, 0));
}
