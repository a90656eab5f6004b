//! Records that contradict the ledger, over HTTP: what is refused, and what stays possible and readable.

use std::path::Path;
use std::sync::Arc;

use overt_gallery::{
    Allowed, CollectionName, Context, Database, Gallery, Limits, NewConsent, Recorder, Unrecorded,
};
use serde_json::{Value, json};

use super::accounts::entries;
use super::policies::message;
use super::{Reply, Running, call, get, principal, send_signed, start_on};
use crate::account::Deed;
use crate::testing::{FakeEngine, recognition, research};

/// The gallery of somebody who works on the records and tells no ledger.
fn beside(data: &Path) -> Gallery {
    let database = Arc::new(Database::open(data, Context::system()).unwrap());
    Gallery::open(database, Limits::default(), Arc::new(Unrecorded) as Arc<dyn Recorder>).unwrap()
}

async fn again(folder: &Arc<tempfile::TempDir>) -> Running {
    start_on(Arc::clone(folder), "", recognition(), || Box::new(FakeEngine)).await
}

async fn end(running: &Running) {
    running.stop();
    assert!(running.ended().await);
}

async fn overt(running: &Running, method: &str, path: &str, body: Value) -> Reply {
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    send_signed(running, &running.key, method, &format!("/overt/v1{path}"), &body, "").await
}

fn contradicts(reply: &Reply) -> bool {
    reply.status == 400
        && reply.code() == "AccessDeniedException"
        && message(reply).contains("changed beside the server")
}

fn given(subject: &str) -> Value {
    json!({
        "subject": subject, "given": "2026-01-02T03:04:05Z", "text_sha256": "ab".repeat(32),
        "scope": "enrol search"
    })
}

/// A1: what changes or shows rights or people of such a collection is refused on every way; narrowing, taking a consent back, and everything by which the contradiction is found is
/// not.
#[tokio::test]
async fn a1_routes_and_tags_of_a_collection_that_contradicts_the_ledger_are_refused() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    end(&again(&folder).await).await;
    let hidden: CollectionName = "hidden".parse().unwrap();
    let consent = {
        let gallery = beside(&folder.path().join("data"));
        gallery.create_collection(research("hidden")).unwrap();
        let new = NewConsent {
            subject: "anna".parse().unwrap(),
            given: Context::system().now(),
            expires: None,
            text: [7; 32],
            scope: gallery.policy(&hidden).unwrap().uses().clone(),
        };
        gallery.record_consents(&hidden, vec![new]).unwrap().remove(0).id
    };
    let running = again(&folder).await;
    let auditor = principal("auditor", Allowed::from_words(["audit"]).unwrap());
    let auditor = running.principals.create(&auditor).unwrap();
    let record = format!("/consents/hidden/{consent}");
    let grant =
        json!({ "collection": "hidden", "lowest_threshold": 90, "reason": "an exercise", "hours": 1 });
    let consents = json!({ "collection": "hidden", "consents": [given("ben")] });
    for (method, path, body) in [
        ("POST", "/consents", consents),
        ("GET", record.as_str(), Value::Null),
        ("POST", "/overrides", grant),
    ] {
        let reply = overt(&running, method, path, body).await;
        assert!(contradicts(&reply), "{method} {path}: {}", reply.json());
    }
    let subject = send_signed(&running, &auditor, "GET", "/overt/v1/subjects/hidden/anna", b"", "").await;
    assert!(contradicts(&subject), "{}", subject.json());
    let arn = "arn:aws:rekognition:us-east-1:000000000000:collection/hidden";
    let tag = |tags: Value| json!({ "ResourceArn": arn, "Tags": tags });
    for (operation, request) in [
        ("TagResource", tag(json!({ "colour": "red" }))),
        ("TagResource", tag(json!({ "colour": "red", "overt:retention-days": "3" }))),
        ("UntagResource", json!({ "ResourceArn": arn, "TagKeys": ["colour"] })),
        ("ListFaces", json!({ "CollectionId": "hidden" })),
    ] {
        let reply = call(&running, operation, &request).await;
        assert!(contradicts(&reply), "{operation}: {}", reply.json());
    }
    // What is to be mended is seen, and mended.
    for (operation, request) in [
        ("ListTagsForResource", json!({ "ResourceArn": arn })),
        ("DescribeCollection", json!({ "CollectionId": "hidden" })),
        ("TagResource", tag(json!({ "overt:retention-days": "3" }))),
    ] {
        assert_eq!(call(&running, operation, &request).await.status, 200, "{operation}");
    }
    assert_eq!(overt(&running, "GET", "/overrides/hidden", Value::Null).await.json(), json!([]));
    let ended = overt(&running, "DELETE", "/overrides/hidden/4f2a9c0d1e3b5a77", Value::Null).await;
    assert_eq!(ended.code(), "InvalidParameterException", "there is none, and one could be ended");
    // Somebody's consent is hers to take back.
    let withdrawn = overt(&running, "POST", &format!("{record}/withdraw"), json!({})).await;
    assert_eq!(withdrawn.status, 200, "{}", withdrawn.json());
    // Everybody sees it.
    let schedule = get(&running, "/overt/v1/retention").await.json();
    let told = schedule["collections"][0]["contradiction"].as_str().unwrap();
    assert!(told.contains("no entry of the ledger tells of the collection hidden"), "{told}");
    assert_eq!(get(&running, "/overt/v1/ledger/checkpoint").await.status, 200);
    assert_eq!(get(&running, "/transparency.json").await.status, 200);
    let refused = entries(&running).await.into_iter().filter_map(|entry| match entry.deed {
        Deed::Refusal { reason, collection, .. } => Some((entry.by.operation, reason, collection)),
        _ => None,
    });
    let refused: Vec<_> = refused.collect();
    assert_eq!(refused.len(), 8);
    for (operation, reason, collection) in refused {
        assert_eq!((reason.as_str(), collection.as_deref()), ("records", Some("hidden")), "{operation}");
    }
}

/// A1: where a name is another collection's, what removes or narrows is refused too; who consented still takes it back, by the record's id.
#[tokio::test]
async fn a1_where_names_were_exchanged_nothing_is_narrowed_and_a_consent_is_taken_back() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let running = again(&folder).await;
    let tags = json!({ "overt:purpose": "research", "overt:legal-basis": "no-living-person" });
    let made = call(&running, "CreateCollection", &json!({ "CollectionId": "people", "Tags": tags })).await;
    assert_eq!(made.status, 200, "{}", made.json());
    let consents = json!({ "collection": "people", "consents": [given("anna")] });
    assert_eq!(overt(&running, "POST", "/consents", consents).await.status, 200);
    end(&running).await;
    let people: CollectionName = "people".parse().unwrap();
    let consent = {
        let gallery = beside(&folder.path().join("data"));
        gallery.delete_collection(&people).unwrap();
        gallery.create_collection(research("people")).unwrap();
        let new = NewConsent {
            subject: "ben".parse().unwrap(),
            given: Context::system().now(),
            expires: None,
            text: [7; 32],
            scope: gallery.policy(&people).unwrap().uses().clone(),
        };
        gallery.record_consents(&people, vec![new]).unwrap().remove(0).id
    };
    let running = again(&folder).await;
    let arn = "arn:aws:rekognition:us-east-1:000000000000:collection/people";
    let narrower = json!({ "ResourceArn": arn, "Tags": { "overt:retention-days": "3" } });
    assert!(contradicts(&call(&running, "TagResource", &narrower).await));
    assert!(contradicts(&call(&running, "DeleteCollection", &json!({ "CollectionId": "people" })).await));
    let ended = overt(&running, "DELETE", "/overrides/people/4f2a9c0d1e3b5a77", Value::Null).await;
    assert!(contradicts(&ended), "{}", ended.json());
    let withdraw = format!("/consents/people/{consent}/withdraw");
    assert_eq!(overt(&running, "POST", &withdraw, json!({})).await.status, 200);
}
