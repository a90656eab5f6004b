//! Thresholds, floors and overrides through the whole pipeline. Similarities of the fakes are cosines times 100.

use overt_gallery::{Allowed, Context, IssuedKey};
use serde_json::{Value, json};

use super::accounts::entries;
use super::{Reply, Running, call, exchange, picture, principal, start};
use crate::account::Deed;
use crate::bench::sign::{AccessKey, authorization_of};

/// A signed request below `/overt/v1`.
async fn overt(running: &Running, key: &IssuedKey, method: &str, path: &str, body: &Value) -> Reply {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let host = running.address.to_string();
    let date = jiff::Timestamp::try_from(Context::system().now().as_system_time()).unwrap();
    let date = date.strftime("%Y%m%dT%H%M%SZ").to_string();
    let known = AccessKey { id: key.id.to_string(), secret: key.secret.reveal().to_owned() };
    let path = format!("/overt/v1/{path}");
    let headers = [("host", host.as_str()), ("x-amz-date", date.as_str())];
    let signature = authorization_of(&known, method, &path, &headers, body.as_bytes());
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nx-amz-date: {date}\r\nauthorization: {signature}\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    exchange(running.address, request.as_bytes()).await
}

/// A collection with a purpose and faces at these angles; the id of the first.
async fn people(running: &Running, name: &str, purpose: Option<(&str, &str)>, angles: &str) -> String {
    let mut request = json!({ "CollectionId": name });
    if let Some((purpose, basis)) = purpose {
        request["Tags"] = json!({ "overt:purpose": purpose, "overt:legal-basis": basis });
    }
    let reply = call(running, "CreateCollection", &request).await;
    assert_eq!(reply.status, 200, "{}", reply.json());
    let reply = call(running, "IndexFaces", &json!({ "CollectionId": name, "Image": picture(angles) })).await;
    reply.json()["FaceRecords"][0]["Face"]["FaceId"].as_str().unwrap().to_owned()
}

/// A purpose with a floor, under a legal basis that demands no consent.
const IDENTIFIES: Option<(&str, &str)> = Some(("content-moderation", "legal-claims"));

fn search(name: &str, angle: f32, threshold: f32) -> Value {
    json!({ "CollectionId": name, "Image": picture(&format!("[{angle}]")), "FaceMatchThreshold": threshold })
}

fn found(reply: &Reply) -> usize {
    assert_eq!(reply.status, 200, "{}", reply.json());
    reply.json()["FaceMatches"].as_array().unwrap().len()
}

#[tokio::test]
async fn b2_answers_state_model_number_threshold_and_strangers_and_the_ledger_has_the_same() {
    let running = start("").await;
    let face = people(&running, "people", None, "[0.0, 1.0, 2.0]").await;
    let reply = call(&running, "SearchFacesByImage", &search("people", 0.1, 80.0)).await;
    assert_eq!(found(&reply), 1);
    let model = reply.header("x-overt-model").unwrap();
    assert!(model.starts_with("fake-1; calibration="), "{model}");
    assert_eq!(reply.header("x-overt-searched"), Some("3"));
    assert_eq!(reply.header("x-overt-threshold"), Some("80"));
    // Evaluation has no floor.
    assert_eq!(reply.header("x-overt-threshold-floor"), None);
    assert_eq!(
        reply.header("x-overt-expected-strangers"),
        Some("0.00030; low=0.00030; high=0.00030; basis=measured")
    );
    let by_face = json!({ "CollectionId": "people", "FaceId": face, "FaceMatchThreshold": 99.0 });
    let reply = call(&running, "SearchFaces", &by_face).await;
    // The face itself is not searched for itself.
    assert_eq!(reply.header("x-overt-threshold"), Some("99"));
    assert!(reply.header("x-overt-expected-strangers").unwrap().starts_with("0.00000"));
    let users = json!({ "CollectionId": "people", "Image": picture("[0.1]") });
    let reply = call(&running, "SearchUsersByImage", &users).await;
    assert_eq!(
        (reply.header("x-overt-searched"), reply.header("x-overt-threshold")),
        (Some("0"), Some("80"))
    );
    let reply = call(&running, "SearchUsers", &json!({ "CollectionId": "people", "FaceId": face })).await;
    assert_eq!(reply.header("x-overt-searched"), Some("0"));
    let compared = json!({ "SourceImage": picture("[0]"), "TargetImage": picture("[0.1]"), "SimilarityThreshold": 60.0 });
    let reply = call(&running, "CompareFaces", &compared).await;
    assert_eq!(reply.header("x-overt-threshold"), Some("60"));
    assert_eq!(
        reply.header("x-overt-false-match-rate"),
        Some("0.0010; low=0.0010; high=0.0010; basis=measured")
    );
    let entries = entries(&running).await;
    let searches: Vec<_> = entries.iter().filter(|entry| matches!(entry.deed, Deed::Search { .. })).collect();
    assert_eq!(searches.len(), 4);
    let Deed::Search { purpose, searched, asked, threshold, floor, strangers, .. } = &searches[0].deed else {
        panic!("{searches:?}")
    };
    assert_eq!((purpose.as_deref(), *searched, *floor), (Some("evaluation"), 3, None));
    assert_eq!((asked.0, threshold.0, strangers.unwrap().millionths), (80_000, 80_000, 300));
}

#[tokio::test]
async fn b3_a_collection_that_identifies_people_answers_nobody_below_its_floor() {
    let running = start("").await;
    // 99.5 and 98 similar to the probe at 0.
    let (near, far) = (0.1, 0.2);
    people(&running, "watched", IDENTIFIES, &format!("[{near}, {far}]")).await;
    for threshold in [0.0, 80.0, 98.0] {
        let reply = call(&running, "SearchFacesByImage", &search("watched", 0.0, threshold)).await;
        assert_eq!(found(&reply), 1, "at {threshold}");
        assert_eq!(reply.header("x-overt-threshold"), Some("99"));
        assert_eq!(reply.header("x-overt-threshold-floor"), Some("99"));
    }
    let reply = call(&running, "SearchFacesByImage", &search("watched", 0.0, 99.9)).await;
    assert_eq!((found(&reply), reply.header("x-overt-threshold")), (0, Some("99.9")));
    // The same faces where nobody is identified to others.
    people(&running, "album", Some(("photo-organisation", "household")), &format!("[{near}, {far}]")).await;
    let reply = call(&running, "SearchFacesByImage", &search("album", 0.0, 80.0)).await;
    assert_eq!((found(&reply), reply.header("x-overt-threshold-floor")), (2, None));
    let entries = entries(&running).await;
    let told = entries.iter().find_map(|entry| match &entry.deed {
        Deed::Search { asked, threshold, floor, .. } if asked.0 == 80_000 => Some((threshold.0, *floor)),
        _ => None,
    });
    let (threshold, floor) = told.unwrap();
    assert_eq!((threshold, floor.unwrap().0), (99_000, 99_000));
}

#[tokio::test]
async fn b3_an_override_is_granted_by_administrators_named_in_answers_and_told_by_the_ledger() {
    let running = start("").await;
    people(&running, "watched", IDENTIFIES, "[0.1, 0.2]").await;
    people(&running, "album", None, "[0.1]").await;
    let asked = |collection: &str, lowest: f64| {
        json!({
            "collection": collection, "lowest_threshold": lowest, "hours": 24,
            "reason": "An exercise, with nobody's picture",
        })
    };
    // A searcher may not, and the ledger tells of the attempt.
    let searcher = principal("searcher", Allowed::from_words(["search"]).unwrap());
    let searcher = running.principals.create(&searcher).unwrap();
    let grant = |key: IssuedKey, body: Value| {
        let running = &running;
        async move { overt(running, &key, "POST", "overrides", &body).await }
    };
    let denied = grant(searcher.clone(), asked("watched", 95.0)).await;
    assert_eq!(denied.code(), "AccessDeniedException");
    for (wrong, why) in [
        (asked("album", 95.0), "no floor"),
        (asked("watched", 101.0), "between 0 and 100"),
        (asked("watched", 99.0), "lowers nothing"),
        (asked("watched", 79.9), "80 or more"),
        (json!({ "collection": "watched" }), "lowest_threshold"),
    ] {
        let reply = grant(running.key.clone(), wrong).await;
        assert_eq!(reply.code(), "InvalidParameterException");
        assert!(reply.json()["Message"].as_str().unwrap().contains(why), "{}", reply.json());
    }
    let granted = grant(running.key.clone(), asked("watched", 95.0)).await;
    assert_eq!(granted.status, 200, "{}", granted.json());
    assert!(granted.header("x-overt-ledger-entry").is_some());
    let made = granted.json();
    let id = made["id"].as_str().unwrap();
    assert_eq!((&made["allowed_by"], &made["in_force"]), (&json!("tester"), &json!(true)));
    let reply = call(&running, "SearchFacesByImage", &search("watched", 0.0, 80.0)).await;
    assert_eq!(found(&reply), 2);
    assert_eq!(
        (reply.header("x-overt-threshold"), reply.header("x-overt-threshold-floor")),
        (Some("95"), Some("99"))
    );
    assert_eq!(reply.header("x-overt-override"), Some(format!("{id}; lowest=95").as_str()));
    let listed = overt(&running, &running.key, "GET", "overrides/watched", &Value::Null).await;
    assert_eq!(listed.json().as_array().unwrap().len(), 1);
    let hidden = overt(&running, &searcher, "GET", "overrides/watched", &Value::Null).await;
    assert_eq!(hidden.code(), "AccessDeniedException");
    let ended =
        overt(&running, &running.key, "DELETE", &format!("overrides/watched/{id}"), &Value::Null).await;
    assert_eq!((ended.status, &ended.json()["in_force"]), (200, &json!(false)));
    let reply = call(&running, "SearchFacesByImage", &search("watched", 0.0, 80.0)).await;
    assert_eq!((found(&reply), reply.header("x-overt-override")), (1, None));
    let id = id.to_owned();
    let entries = entries(&running).await;
    let events: Vec<_> = entries
        .iter()
        .filter_map(|entry| match &entry.deed {
            Deed::Override { event, id, lowest, allowed_by, .. } => {
                Some((*event, id.clone(), lowest.0, allowed_by.clone()))
            }
            _ => None,
        })
        .collect();
    use overt_gallery::OverrideEvent as Event;
    let expected =
        [Event::Granted, Event::Ended].map(|event| (event, id.clone(), 95_000, "tester".to_owned()));
    assert_eq!(events, expected);
    let under = entries.iter().filter(
        |entry| matches!(&entry.deed, Deed::Search { overridden: Some(under), threshold, .. } if *under == id && threshold.0 == 95_000),
    );
    assert_eq!(under.count(), 1);
    let refusals = entries.iter().filter(|entry| matches!(entry.deed, Deed::Refusal { .. }));
    assert_eq!(refusals.count(), 2);
}
