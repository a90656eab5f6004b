//! How alike a face and somebody are, where it is not a search that asks: AssociateFaces, and a second face under a record of consent.

use overt_gallery::{Allowed, IssuedKey};
use serde_json::{Value, json};

use super::accounts::entries;
use super::{Reply, Running, call, call_as, picture, principal, start};
use crate::account::Deed;

async fn make(running: &Running, tags: Value) {
    let made = call(running, "CreateCollection", &json!({ "CollectionId": "people", "Tags": tags })).await;
    assert_eq!(made.status, 200, "{}", made.json());
}

/// A face of the collection, whose template points in the direction `angle`.
async fn face(running: &Running, angle: &str) -> String {
    let request = json!({ "CollectionId": "people", "Image": picture(angle) });
    let reply = call(running, "IndexFaces", &request).await;
    assert_eq!(reply.status, 200, "{}", reply.json());
    reply.json()["FaceRecords"][0]["Face"]["FaceId"].as_str().unwrap().to_owned()
}

async fn associate(running: &Running, key: &IssuedKey, face: &str, threshold: Option<f32>) -> Reply {
    let mut request = json!({ "CollectionId": "people", "UserId": "anna", "FaceIds": [face] });
    if let Some(threshold) = threshold {
        request["UserMatchThreshold"] = json!(threshold);
    }
    call_as(running, key, "AssociateFaces", request.to_string().as_bytes()).await
}

/// A user with a face at 0, and another face that is 0.6 like it.
async fn anna(running: &Running) -> String {
    let (hers, other) = (face(running, "[0.0]").await, face(running, "[0.9273]").await);
    let user = json!({ "CollectionId": "people", "UserId": "anna" });
    assert_eq!(call(running, "CreateUser", &user).await.status, 200);
    assert_eq!(associate(running, &running.key, &hers, None).await.status, 200);
    other
}

fn refused(reply: &Reply) -> String {
    assert_eq!(reply.code(), "AccessDeniedException", "{}", reply.json());
    reply.json()["Message"].as_str().unwrap().to_owned()
}

/// What is said of the face that was too far.
fn said(reply: &Reply) -> Option<f64> {
    assert_eq!(reply.status, 200, "{}", reply.json());
    let unlike = &reply.json()["UnsuccessfulFaceAssociations"][0];
    assert_eq!(unlike["Reasons"], json!(["LOW_MATCH_CONFIDENCE"]));
    unlike["Confidence"].as_f64()
}

fn with(running: &Running, name: &str, words: &[&str]) -> IssuedKey {
    let allowed = Allowed::from_words(words.iter().copied()).unwrap();
    running.principals.create(&principal(name, allowed)).unwrap()
}

/// A1: who may enrol and not search is not told how alike a face and a user are, and cannot find it out by choosing thresholds; who may search is.
#[tokio::test]
async fn a1_associate_faces_says_no_more_than_a_search_would() {
    let running = start("").await;
    make(&running, json!({})).await;
    let other = anna(&running).await;
    let enrols = with(&running, "enrols", &["enrol"]);
    let both = with(&running, "both", &["enrol", "SearchUsers"]);
    assert!((said(&associate(&running, &both, &other, None).await).unwrap() - 60.0).abs() < 0.1);
    assert_eq!(associate(&running, &both, &other, Some(61.0)).await.status, 200);
    assert_eq!(said(&associate(&running, &enrols, &other, None).await), None);
    assert_eq!(said(&associate(&running, &enrols, &other, Some(75.0)).await), None);
    for threshold in [0.0, 59.0, 61.0, 74.9, 75.1, 100.0] {
        let told = refused(&associate(&running, &enrols, &other, Some(threshold)).await);
        assert!(told.contains("may search") && told.contains("Leave it out"), "{told}");
    }
    let entries = entries(&running).await;
    let compared: Vec<_> = entries
        .iter()
        .filter_map(|entry| match &entry.deed {
            Deed::User { event, compared, .. } if *compared > 0 => Some((event.as_str(), *compared)),
            _ => None,
        })
        .collect();
    assert_eq!(compared, [("compared", 1); 4], "each is told, and those that were refused compared nobody");
    let refusals = entries.iter().filter(|entry| {
        matches!(&entry.deed, Deed::Refusal { reason, collection, .. } if reason == "likeness" && collection.as_deref() == Some("people"))
    });
    assert_eq!(refusals.count(), 6);
}

/// A1: where the collection is not for it, nobody is told, whatever it may do; and below a floor nobody is told what a search would not return.
#[tokio::test]
async fn a1_what_a_collection_is_not_for_associate_faces_does_not_tell_either() {
    let running = start("").await;
    let tags = json!({
        "overt:purpose": "identity-verification", "overt:legal-basis": "no-living-person", "overt:operations": "enrol verify"
    });
    make(&running, tags).await;
    let other = anna(&running).await;
    assert_eq!(said(&associate(&running, &running.key, &other, None).await), None);
    let told = refused(&associate(&running, &running.key, &other, Some(50.0)).await);
    assert!(told.contains("enrol verify") && told.contains("deduplicate"), "{told}");

    let running = start("").await;
    let tags = json!({ "overt:purpose": "identity-verification", "overt:legal-basis": "no-living-person" });
    make(&running, tags).await;
    let other = anna(&running).await;
    assert_eq!(said(&associate(&running, &running.key, &other, None).await), None);
    let told = refused(&associate(&running, &running.key, &other, Some(98.0)).await);
    assert!(told.contains("identity-verification") && told.contains("below 99"), "{told}");
    assert_eq!(said(&associate(&running, &running.key, &other, Some(99.5)).await), None, "60 is below 99");
}

/// D5: comparisons count as searches do, and those that come to nothing raise an alarm of their own.
#[tokio::test]
async fn d5_comparisons_that_come_to_nothing_raise_an_alarm() {
    let settings = "[alarms]\nunsuccessful_comparisons_per_hour = 3\nprincipal_searches_per_hour = 5\nperson_searches_per_day = 0\n";
    let running = start(settings).await;
    make(&running, json!({})).await;
    let other = anna(&running).await;
    let mut named = Vec::new();
    for _ in 0..6 {
        let reply = associate(&running, &running.key, &other, None).await;
        named.push(reply.header("x-overt-ledger-entry").unwrap().parse::<usize>().unwrap());
    }
    let entries = entries(&running).await;
    for number in named {
        assert!(matches!(&entries[number].deed, Deed::User { event, .. } if event == "compared"));
    }
    let alarms: Vec<_> = entries
        .iter()
        .filter_map(|entry| match &entry.deed {
            Deed::Alarm { principal, about, searches, collection, .. } => {
                Some((principal.as_deref(), about.as_deref(), *searches, collection.as_str()))
            }
            _ => None,
        })
        .collect();
    let vain = "unsuccessful-comparisons";
    let expected = [(Some("tester"), Some(vain), 4, "people"), (Some("tester"), None, 6, "people")];
    assert_eq!(alarms, expected);
}

/// A4, D5: a second person under one record of consent is refused and told, and whoever tries one after the other is told of.
#[tokio::test]
async fn a4_a_second_person_under_a_record_is_refused_told_and_counted() {
    let running = start("[alarms]\nunsuccessful_comparisons_per_hour = 1\n").await;
    let tags = json!({
        "overt:purpose": "access-control", "overt:legal-basis": "explicit-consent", "overt:operations": "enrol search"
    });
    make(&running, tags).await;
    let record = json!({ "collection": "people", "consents": [{
        "subject": "anna", "given": "2026-01-02T03:04:05Z", "text_sha256": "ab".repeat(32), "scope": "enrol search"
    }] });
    let body = record.to_string();
    let reply =
        super::send_signed(&running, &running.key, "POST", "/overt/v1/consents", body.as_bytes(), "").await;
    assert_eq!(reply.status, 200, "{}", reply.json());
    let index =
        |angle: &str| json!({ "CollectionId": "people", "Image": picture(angle), "ExternalImageId": "anna" });
    // Cosines to the first: 0.98, 0.73 and 0.07.
    assert_eq!(call(&running, "IndexFaces", &index("[0.0]")).await.status, 200);
    assert_eq!(call(&running, "IndexFaces", &index("[0.2]")).await.status, 200);
    for angle in ["[0.85]", "[1.5]"] {
        let told = refused(&call(&running, "IndexFaces", &index(angle)).await);
        assert!(told.contains("one record is one person's") && told.contains("of their own"), "{told}");
    }
    let listed = call(&running, "ListFaces", &json!({ "CollectionId": "people" })).await.json();
    assert_eq!(listed["Faces"].as_array().unwrap().len(), 2);
    let entries = entries(&running).await;
    let told = entries.iter().filter(|entry| {
        matches!(&entry.deed, Deed::Refusal { reason, collection, .. } if reason == "person" && collection.as_deref() == Some("people"))
    });
    assert_eq!(told.count(), 2);
    let alarms = entries.iter().filter(|entry| {
        matches!(&entry.deed, Deed::Alarm { about: Some(about), searches: 2, .. } if about == "unsuccessful-comparisons")
    });
    assert_eq!(alarms.count(), 1);
}
