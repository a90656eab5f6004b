//! Consent and retention over HTTP: recorded, needed, taken back with a receipt that an outsider can check.

use overt_gallery::{Allowed, ConsentEvent, DeletionReason, Finder, IssuedKey, Sector, Subject};
use overt_ledger::note::Note;
use serde_json::{Value, json};

use super::accounts::{entries, ledger_key};
use super::{Reply, Running, call, get, picture, principal, send_signed, start};
use crate::account::{Deed, Tag};

const DEMANDING: &str = "access-control";

async fn make(running: &Running) {
    let tags = json!({
        "overt:purpose": DEMANDING, "overt:legal-basis": "explicit-consent", "overt:owner": "The Works",
        "overt:operations": "enrol search"
    });
    let made = call(running, "CreateCollection", &json!({ "CollectionId": "doors", "Tags": tags })).await;
    assert_eq!(made.status, 200, "{}", made.json());
}

async fn post(running: &Running, key: &IssuedKey, path: &str, body: &Value) -> Reply {
    send_signed(running, key, "POST", path, body.to_string().as_bytes(), "").await
}

fn consents(subjects: &[&str]) -> Value {
    let consents: Vec<_> = subjects
        .iter()
        .map(|subject| {
            json!({
                "subject": subject, "given": "2026-01-02T03:04:05Z", "text_sha256": "ab".repeat(32),
                "scope": "enrol search"
            })
        })
        .collect();
    json!({ "collection": "doors", "consents": consents })
}

async fn index(running: &Running, angle: &str, more: Value, headers: &str) -> Reply {
    let mut request = json!({ "CollectionId": "doors", "Image": picture(angle) });
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let head = format!("x-amz-target: RekognitionService.IndexFaces\r\n{headers}");
    send_signed(running, &running.key, "POST", "/", request.to_string().as_bytes(), &head).await
}

/// A3: whether a face is the person of a record is an identification, which these sectors are refused however it is asked.
#[tokio::test]
async fn a3_no_sector_that_identifies_nobody_enrols_under_a_record_of_consent() {
    let running = start("").await;
    make(&running).await;
    let recorded = post(&running, &running.key, "/overt/v1/consents", &consents(&["anna"])).await;
    let id = recorded.json()["consents"][0]["id"].as_str().unwrap().to_owned();
    let police = super::policies::of_sector(&running, "police", Sector::LawEnforcement);
    for (more, header) in [
        (json!({ "ExternalImageId": "anna" }), String::new()),
        (json!({}), format!("x-overt-consent: {id}\r\n")),
    ] {
        let mut request = json!({ "CollectionId": "doors", "Image": picture("boom") });
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let head = format!("x-amz-target: RekognitionService.IndexFaces\r\n{header}");
        let reply = send_signed(&running, &police, "POST", "/", request.to_string().as_bytes(), &head).await;
        assert_eq!(reply.code(), "AccessDeniedException");
        assert!(super::policies::message(&reply).contains("law-enforcement"), "{}", reply.json());
    }
}

/// A4: IndexFaces without a record is refused and told, whichever way the record is named.
#[tokio::test]
async fn a4_index_faces_needs_a_record_by_header_or_by_external_id() {
    let running = start("").await;
    make(&running).await;
    // The engine panics at this picture: without a record it is not looked at.
    assert_eq!(index(&running, "boom", json!({}), "").await.code(), "AccessDeniedException");
    let named = json!({ "ExternalImageId": "anna" });
    assert_eq!(index(&running, "[0.1]", named.clone(), "").await.code(), "AccessDeniedException");
    let recorded = post(&running, &running.key, "/overt/v1/consents", &consents(&["anna", "ben"])).await;
    assert_eq!(recorded.status, 200, "{}", recorded.json());
    let ben = recorded.json()["consents"][1]["id"].as_str().unwrap().to_owned();
    assert_eq!(index(&running, "[0.1]", named, "").await.status, 200);
    let header = format!("x-overt-consent: {ben}\r\n");
    assert_eq!(index(&running, "[0.2]", json!({}), &header).await.status, 200);
    assert_eq!(index(&running, "[0.3,0.9]", json!({}), &header).await.code(), "AccessDeniedException");
    assert_eq!(
        index(&running, "[0.3]", json!({}), "x-overt-consent: me\r\n").await.code(),
        "InvalidParameterException"
    );
    let weak =
        running.principals.create(&principal("weak", Allowed::from_words(["search"]).unwrap())).unwrap();
    let reply = post(&running, &weak, "/overt/v1/consents", &consents(&["carl"])).await;
    assert_eq!(reply.code(), "AccessDeniedException");
    let mut reasons = Vec::new();
    let mut recorded = 0;
    for entry in entries(&running).await {
        match entry.deed {
            Deed::Refusal { reason, collection, .. } => {
                assert_eq!(collection.as_deref(), Some("doors"), "{reason}");
                reasons.push(reason);
            }
            Deed::Consent { event: ConsentEvent::Recorded, .. } => recorded += 1,
            _ => {}
        }
    }
    assert_eq!(reasons, ["consent", "consent", "consent", "permission"]);
    assert_eq!(recorded, 2);
}

/// A5: a withdrawal deletes and hands over a receipt: signed by the ledger's key, naming the entry, and with the secrets by which the
/// person finds every entry about herself in the public tiles.
#[tokio::test]
async fn a5_a_withdrawals_receipt_is_signed_names_its_entry_and_finds_the_persons_entries() {
    let running = start("").await;
    make(&running).await;
    let recorded = post(&running, &running.key, "/overt/v1/consents", &consents(&["anna"])).await.json();
    let id = recorded["consents"][0]["id"].as_str().unwrap().to_owned();
    let indexed = index(&running, "[0.1]", json!({ "ExternalImageId": "anna" }), "").await.json();
    let face = indexed["FaceRecords"][0]["Face"]["FaceId"].as_str().unwrap().to_owned();
    let search = json!({ "CollectionId": "doors", "Image": picture("[0.1]") });
    assert_eq!(
        call(&running, "SearchFacesByImage", &search).await.json()["FaceMatches"].as_array().unwrap().len(),
        1
    );
    let path = format!("/overt/v1/consents/doors/{id}");
    let reply = post(&running, &running.key, &format!("{path}/withdraw"), &json!({})).await;
    assert_eq!(reply.status, 200, "{}", reply.json());
    let answer = reply.json();
    assert_eq!((answer["faces_deleted"].as_u64(), answer["consent"].get("subject")), (Some(1), None));
    let entry = answer["entry"].as_u64().unwrap();
    assert_eq!(reply.header("x-overt-ledger-entry").unwrap(), entry.to_string());
    assert_eq!(call(&running, "SearchFacesByImage", &search).await.json()["FaceMatches"], json!([]));
    // Again: the same, and the secrets are not there to be handed over twice.
    let again = post(&running, &running.key, &format!("{path}/withdraw"), &json!({})).await.json();
    assert_eq!(again["faces_deleted"], 0);
    let receipt = again["receipt"].as_str().unwrap();
    assert!(!receipt.contains("face ") && receipt.contains(&format!("\nentry {entry}\n")), "{again}");
    assert_eq!(again["entry"], answer["entry"]);
    let shown = send_signed(&running, &running.key, "GET", &path, b"", "").await.json();
    assert_eq!(shown["ended"], answer["consent"]["ended"]);

    let entries = entries(&running).await;
    let note = Note::parse(answer["receipt"].as_str().unwrap()).unwrap();
    let text = note.verified_by(&ledger_key(&running)).unwrap().to_owned();
    assert!(text.contains(&format!("\nentry {entry}\n")) && text.contains(&id), "{text}");
    assert!(matches!(entries[entry as usize].deed, Deed::Consent { event: ConsentEvent::Withdrawn, .. }));
    let line = text.lines().find(|line| line.starts_with("face ")).unwrap();
    let secret = line.rsplit(' ').next().unwrap();
    let secret = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, secret).unwrap();
    let subject = Subject::face(face.parse().unwrap(), Finder::from_bytes(secret.try_into().unwrap()));
    // With nothing but the receipt and the tiles: when she was enrolled, found and deleted.
    let mut about_her = Vec::new();
    for found in &entries {
        let tag = Tag::of(&subject, &found.nonce);
        match &found.deed {
            Deed::Enrolment { faces, .. } if faces.contains(&tag) => about_her.push("enrolled"),
            Deed::Search { candidates, .. } if candidates.iter().any(|one| one.tag == tag) => {
                about_her.push("found")
            }
            Deed::Deletion { faces, reason: DeletionReason::Withdrawal, .. } if faces.contains(&tag) => {
                about_her.push("deleted");
            }
            _ => {}
        }
    }
    assert_eq!(about_her, ["enrolled", "found", "deleted"]);
}

/// A6: what is kept for how long, readable by anybody, and the rules that it follows from.
#[tokio::test]
async fn a6_the_schedule_is_readable_without_credentials() {
    let running = start("").await;
    make(&running).await;
    let reply = get(&running, "/overt/v1/retention").await;
    assert_eq!(reply.status, 200);
    let expected = json!({
        "collection": "doors", "owner": "The Works", "purpose": DEMANDING, "legal_basis": "explicit-consent",
        "retention_days": 365, "consent_demanded": true, "uses": "enrol search"
    });
    assert_eq!(reply.json()["collections"], json!([expected]));
    assert_eq!(reply.json()["deleted_within_seconds"], 3600);
    let lists = get(&running, "/overt/v1/purposes").await.json();
    assert_eq!(lists["purposes"].as_array().unwrap().len(), 8);
    assert_eq!(lists["refused"].as_array().unwrap().len(), 7);
}
