//! What the ledger tells of requests that went through the whole pipeline.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use overt_gallery::{Allowed, Context, Database, ImageId, Who};
use serde_json::{Value, json};

use super::{Running, call, call_as, get, picture, principal, start};
use crate::account::{Book, Deed, Entry};

/// Ends the server and reads its ledger.
pub(super) async fn entries(running: &Running) -> Vec<Entry> {
    running.stop();
    assert!(running.ended().await);
    let data = running._folder.path().join("data");
    let database = Arc::new(Database::open(&data, Context::system()).unwrap());
    let book = Book::open(&data, None, Context::system(), &database).unwrap();
    let mut entries = Vec::new();
    book.each(0..book.published().size, |_, entry| entries.push(entry)).unwrap();
    entries
}

/// The public key of a server's ledger, after it has ended.
pub(super) fn ledger_key(running: &Running) -> overt_ledger::VerifierKey {
    let data = running._folder.path().join("data");
    let database = Arc::new(Database::open(&data, Context::system()).unwrap());
    Book::open(&data, None, Context::system(), &database).unwrap().verifier().clone()
}

/// Every operation that does something, in an order that works; `FACE` stands for the face that was indexed.
fn everything() -> Vec<(&'static str, Value)> {
    let c = |more: Value| {
        let mut request = json!({ "CollectionId": "people" });
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        request
    };
    let arn = "arn:aws:rekognition:us-east-1:000000000000:collection/people";
    vec![
        ("CreateCollection", c(json!({ "Tags": { "overt:legal-basis": "evaluation", "who": "anna" } }))),
        ("IndexFaces", c(json!({ "Image": picture("[0.0]"), "ExternalImageId": "anna-at-the-lake" }))),
        ("DetectFaces", json!({ "Image": picture("[0.5]") })),
        ("CompareFaces", json!({ "SourceImage": picture("[0.0]"), "TargetImage": picture("[0.1]") })),
        ("SearchFacesByImage", c(json!({ "Image": picture("[0.01]") }))),
        ("SearchFaces", c(json!({ "FaceId": "FACE" }))),
        ("ListFaces", c(json!({}))),
        ("CreateUser", c(json!({ "UserId": "anna" }))),
        ("AssociateFaces", c(json!({ "UserId": "anna", "FaceIds": ["FACE"] }))),
        ("SearchUsers", c(json!({ "FaceId": "FACE" }))),
        ("SearchUsersByImage", c(json!({ "Image": picture("[0.01]") }))),
        ("ListUsers", c(json!({}))),
        ("DisassociateFaces", c(json!({ "UserId": "anna", "FaceIds": ["FACE"] }))),
        ("DeleteUser", c(json!({ "UserId": "anna" }))),
        ("TagResource", json!({ "ResourceArn": arn, "Tags": { "colour": "red" } })),
        ("UntagResource", json!({ "ResourceArn": arn, "TagKeys": ["colour"] })),
        ("DeleteFaces", c(json!({ "FaceIds": ["FACE"] }))),
        ("DeleteCollection", c(json!({}))),
    ]
}

#[tokio::test]
async fn d1_every_answer_names_the_entry_that_tells_of_it_and_no_entry_names_a_person() {
    let running = start("").await;
    let (mut face, mut salt) = (String::new(), String::new());
    let mut told = Vec::new();
    for (operation, request) in everything() {
        let request: Value = serde_json::from_str(&request.to_string().replace("FACE", &face)).unwrap();
        let reply = call(&running, operation, &request).await;
        assert_eq!(reply.status, 200, "{operation}: {}", reply.json());
        if operation == "IndexFaces" {
            face = reply.json()["FaceRecords"][0]["Face"]["FaceId"].as_str().unwrap().to_owned();
        }
        let number: usize = reply.header("x-overt-ledger-entry").expect(operation).parse().unwrap();
        let salted =
            matches!(operation, "CompareFaces" | "IndexFaces" | "SearchFacesByImage" | "SearchUsersByImage");
        assert_eq!(reply.header("x-overt-probe-salt").is_some(), salted, "{operation}");
        if operation == "IndexFaces" {
            salt = reply.header("x-overt-probe-salt").unwrap().to_owned();
        }
        assert_eq!(reply.header("x-overt-target-salt").is_some(), operation == "CompareFaces", "{operation}");
        told.push((operation, number, reply.header("x-amzn-requestid").unwrap().to_owned()));
    }
    let entries = entries(&running).await;
    let salt = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, salt).unwrap();
    let image = overt_gallery::ImageId::of(b"[0.0]", overt_gallery::PictureDigest::default());
    let commitment = crate::account::Commitment::of(image, &salt.try_into().unwrap());
    assert!(
        entries.iter().any(
            |entry| matches!(&entry.deed, Deed::Enrolment { picture: Some(one), .. } if *one == commitment)
        ),
        "whoever sent the picture finds its entry by the salt"
    );
    for (operation, number, request) in told {
        let entry = &entries[number];
        assert_eq!(entry.by.operation, operation);
        assert_eq!(entry.by.request.unwrap().to_string(), request, "{operation}");
        let Who::Principal { name, organisation, sector, key } = &entry.by.actor else { panic!("{entry:?}") };
        assert_eq!((name.as_str(), organisation.as_str(), sector.as_str()), ("tester", "Test", "research"));
        assert_eq!(key.as_deref(), Some(running.key.id.digest().as_str()));
    }
    let text: Vec<String> =
        entries.iter().map(|entry| String::from_utf8(entry.to_bytes().unwrap()).unwrap()).collect();
    for personal in ["anna", "lake", &face, "colour", "red\""] {
        assert!(text.iter().all(|line| !line.contains(personal)), "{personal} stands in the ledger");
    }
    let search = entries.iter().find(|entry| entry.by.operation == "SearchFacesByImage").unwrap();
    let Deed::Search { searched: 1, returned: 1, candidates, asked, .. } = &search.deed else {
        panic!("{search:?}")
    };
    assert_eq!((candidates.len(), asked.0), (1, 80_000));
    assert!(candidates[0].similarity.0 > 99_000);
}

#[tokio::test]
async fn d1_a_refused_call_is_told_of_and_a_forged_one_is_not() {
    let running = start("").await;
    let weak = principal("weak", Allowed::from_words(["faces"]).unwrap());
    let key = running.principals.create(&weak).unwrap();
    let reply = call_as(&running, &key, "ListCollections", b"{}").await;
    assert_eq!(reply.code(), "AccessDeniedException");
    let number: usize = reply.header("x-overt-ledger-entry").unwrap().parse().unwrap();
    let request = reply.header("x-amzn-requestid").unwrap().to_owned();
    running.principals.revoke(&weak.name).unwrap();
    let reply = call_as(&running, &key, "ListCollections", b"{}").await;
    assert_ne!(reply.code(), "AccessDeniedException");
    assert_eq!(reply.header("x-overt-ledger-entry"), None);
    let entries = entries(&running).await;
    let refusals: Vec<&Entry> =
        entries.iter().filter(|entry| matches!(entry.deed, Deed::Refusal { .. })).collect();
    assert_eq!(refusals.len(), 1);
    assert_eq!(refusals[0].by.operation, "ListCollections");
    assert_eq!(*refusals[0], entries[number]);
    assert_eq!(refusals[0].by.request.unwrap().to_string(), request);
    // What was done beside the API is told too: who was made and who was ended.
    let principals = entries.iter().filter(|entry| matches!(entry.deed, Deed::Principal(_)));
    assert!(principals.count() >= 2, "{entries:?}");
}

#[tokio::test]
async fn reading_what_is_said_of_nobody_needs_no_entry_and_pages_of_overt_are_signed() {
    let running = start("").await;
    let reply = call(&running, "ListCollections", &json!({})).await;
    assert_eq!((reply.status, reply.header("x-overt-ledger-entry")), (200, None));
    let reply = get(&running, "/overt/v1/whoami").await;
    assert_eq!(reply.code(), "MissingAuthenticationTokenException");
    let _keep = Arc::clone(&running._folder);
}

#[tokio::test]
async fn d2_a_search_names_everything_that_the_law_asks_for() {
    let running = start("").await;
    for (operation, request) in everything().into_iter().take(2) {
        assert_eq!(call(&running, operation, &request).await.status, 200);
    }
    let request = json!({ "CollectionId": "people", "Image": picture("[0.01]"), "FaceMatchThreshold": 70.0 })
        .to_string();
    let more = "x-amz-target: RekognitionService.SearchFacesByImage\r\nx-overt-case: A-7\r\n";
    let reply = super::send_signed(&running, &running.key, "POST", "/", request.as_bytes(), more).await;
    assert_eq!(reply.status, 200, "{}", reply.json());
    let number: usize = reply.header("x-overt-ledger-entry").unwrap().parse().unwrap();
    let entries = entries(&running).await;
    let entry = serde_json::to_value(&entries[number]).unwrap();
    // AI Act 12(3): when, by whom, against which database, with what, which matches.
    assert!(entry["at"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
    assert_eq!(
        entry["actor"],
        json!({
            "by": "principal", "name": "tester", "organisation": "Test", "sector": "research",
            "key": running.key.id.digest()
        })
    );
    assert_eq!((&entry["operation"], &entry["case"]), (&json!("SearchFacesByImage"), &json!("A-7")));
    let deed = &entry["deed"];
    assert_eq!((&deed["collection"], &deed["purpose"]), (&json!("people"), &json!("evaluation")));
    assert_eq!(
        (&deed["searched"], &deed["asked"], &deed["threshold"]),
        (&json!(1), &json!(70_000), &json!(70_000))
    );
    assert!(deed["model"].as_str().is_some_and(|model| !model.is_empty()));
    assert!(deed["strangers"]["millionths"].is_u64() && deed["probe"]["picture"].is_string());
    let similarity = reply.json()["FaceMatches"][0]["Similarity"].as_f64().unwrap();
    let told = deed["candidates"][0]["similarity"].as_f64().unwrap() / 1000.0;
    assert!((similarity - told).abs() < 0.001, "{similarity} and {told}");
    assert_eq!((deed["candidates"].as_array().unwrap().len(), &deed["returned"]), (1, &json!(1)));
}

#[tokio::test]
async fn d2_two_pictures_of_a_comparison_have_a_salt_each() {
    let running = start("").await;
    let same = json!({ "SourceImage": picture("[0.0]"), "TargetImage": picture("[0.0]") });
    let reply = call(&running, "CompareFaces", &same).await;
    assert_eq!(reply.status, 200, "{}", reply.json());
    let opened = |header: &str| {
        let salt = BASE64_URL_SAFE_NO_PAD.decode(reply.header(header).unwrap()).unwrap();
        let image = ImageId::of(b"[0.0]", overt_gallery::PictureDigest::default());
        let hash = crate::sha256::sha256(&[salt.as_slice(), image.as_bytes()].concat());
        BASE64_URL_SAFE_NO_PAD.encode(hash)
    };
    let (source_opened, target_opened) = (opened("x-overt-probe-salt"), opened("x-overt-target-salt"));
    let number: usize = reply.header("x-overt-ledger-entry").unwrap().parse().unwrap();
    let Deed::Comparison { source, target, .. } = entries(&running).await.remove(number).deed else {
        panic!()
    };
    assert_eq!((source.as_str(), target.as_str()), (source_opened.as_str(), target_opened.as_str()));
    assert_ne!(source, target, "nobody sees that it is the same picture");
}
