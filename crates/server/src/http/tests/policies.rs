//! The rules, through the whole pipeline: what a collection was not made for is refused before anything is looked at, and told.

use overt_gallery::policy::{Purpose, RefusedPurpose};
use overt_gallery::{Allowed, IssuedKey, NewPrincipal, Sector};
use serde_json::{Value, json};

use super::accounts::entries;
use super::{Reply, Running, call, call_as, picture, principal, start};
use crate::account::Deed;

const ARN: &str = "arn:aws:rekognition:us-east-1:000000000000:collection/people";

async fn make(running: &Running, tags: Value) -> Reply {
    call(running, "CreateCollection", &json!({ "CollectionId": "people", "Tags": tags })).await
}

pub(super) fn message(reply: &Reply) -> String {
    reply.json()["message"].as_str().or(reply.json()["Message"].as_str()).unwrap_or_default().to_owned()
}

pub(super) fn of_sector(running: &Running, name: &str, sector: Sector) -> IssuedKey {
    running.principals.create(&NewPrincipal { sector, ..principal(name, Allowed::All) }).unwrap()
}

/// The refusals in the ledger: operation, reason, collection.
async fn refusals(running: &Running) -> Vec<(String, String, Option<String>)> {
    let all = entries(running).await.into_iter();
    all.filter_map(|entry| match entry.deed {
        Deed::Refusal { reason, collection, .. } => Some((entry.by.operation, reason, collection)),
        _ => None,
    })
    .collect()
}

/// A1: a search that the collection was not made for fails before its picture is looked at, and shows in the ledger.
#[tokio::test]
async fn a1_a_search_of_a_verify_only_collection_is_refused_and_told() {
    let running = start("").await;
    let tags = json!({
        "overt:purpose": "identity-verification", "overt:legal-basis": "no-living-person",
        "overt:operations": "enrol verify", "team": "accounts"
    });
    assert_eq!(make(&running, tags.clone()).await.status, 200);
    let listed = call(&running, "ListTagsForResource", &json!({ "ResourceArn": ARN })).await;
    assert_eq!(listed.json()["Tags"], tags, "tags are answered as they were given");
    let enrolled =
        call(&running, "IndexFaces", &json!({ "CollectionId": "people", "Image": picture("[0.0]") })).await;
    let face = enrolled.json()["FaceRecords"][0]["Face"]["FaceId"].as_str().unwrap().to_owned();
    // The engine panics at this picture: had it been looked at, the answer would be another.
    for (operation, more) in [
        ("SearchFacesByImage", json!({ "Image": picture("boom") })),
        ("SearchUsersByImage", json!({ "Image": picture("boom") })),
        ("SearchFaces", json!({ "FaceId": face })),
        ("SearchUsers", json!({ "FaceId": face })),
    ] {
        let mut request = json!({ "CollectionId": "people" });
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let reply = call(&running, operation, &request).await;
        assert_eq!((reply.status, reply.code()), (400, "AccessDeniedException".into()), "{operation}");
        let text = message(&reply);
        assert!(text.contains("overt:purpose") && text.contains("enrol verify"), "{text}");
    }
    // What removes is never forbidden.
    let request = json!({ "CollectionId": "people", "FaceIds": [face] });
    assert_eq!(call(&running, "DeleteFaces", &request).await.status, 200);
    let told = refusals(&running).await;
    assert_eq!(told.len(), 4);
    for (operation, reason, collection) in told {
        assert!(operation.starts_with("Search"), "{operation}");
        assert_eq!((reason.as_str(), collection.as_deref()), ("use", Some("people")));
    }
}

/// A3: every refused purpose, with its reason and source; and each refusal is told.
#[tokio::test]
async fn a3_refused_purposes_are_access_denied_and_told() {
    let running = start("").await;
    for purpose in RefusedPurpose::ALL {
        let reply = make(&running, json!({ "overt:purpose": purpose.name() })).await;
        assert_eq!(reply.code(), "AccessDeniedException", "{purpose}");
        assert!(message(&reply).contains(purpose.source()), "{}", message(&reply));
    }
    let none = call(&running, "ListCollections", &json!({})).await;
    assert_eq!(none.json()["CollectionIds"], json!([]));
    let told = refusals(&running).await;
    assert_eq!(told.len(), RefusedPurpose::ALL.len());
    assert!(told.iter().all(|(_, reason, _)| reason == "purpose"));
}

/// A3: law enforcement and immigration enforcement identify nobody; emotions are not inferred at work or in education.
#[tokio::test]
async fn a3_what_sectors_may_not_do_is_refused_before_anything_is_looked_at() {
    let running = start("").await;
    assert_eq!(make(&running, json!({})).await.status, 200);
    let police = of_sector(&running, "police", Sector::LawEnforcement);
    let border = of_sector(&running, "border", Sector::ImmigrationEnforcement);
    let school = of_sector(&running, "school", Sector::Education);
    let body = |value: Value| value.to_string().into_bytes();
    let search = body(json!({ "CollectionId": "people", "Image": picture("boom") }));
    for key in [&police, &border] {
        assert_eq!(
            call_as(&running, key, "SearchFacesByImage", &search).await.code(),
            "AccessDeniedException"
        );
    }
    // Nor do they ask, user by user, how alike a face is.
    let ask = json!({ "CollectionId": "people", "UserId": "anna", "FaceIds": ["018f2f6e-7a10-7c3b-8e05-5f1b2c3d4e5f"] });
    assert_eq!(
        call_as(&running, &police, "AssociateFaces", &body(ask)).await.code(),
        "AccessDeniedException"
    );
    let detect =
        |attributes: Value, picture: Value| body(json!({ "Image": picture, "Attributes": attributes }));
    for attributes in [json!(["ALL"]), json!(["SMILE", "EMOTIONS"])] {
        let reply = call_as(&running, &school, "DetectFaces", &detect(attributes, picture("boom"))).await;
        assert_eq!(reply.code(), "AccessDeniedException");
        assert!(message(&reply).contains("Art. 5(1)(f)"), "{}", message(&reply));
    }
    let reply = call_as(&running, &school, "DetectFaces", &detect(json!(["SMILE"]), picture("[0.0]"))).await;
    assert_eq!(reply.status, 200);
    let all = detect(json!(["ALL"]), picture("[0.0]"));
    assert_eq!(call_as(&running, &police, "DetectFaces", &all).await.status, 200);
    let reasons: Vec<_> = refusals(&running).await.into_iter().map(|(_, reason, _)| reason).collect();
    assert_eq!(reasons, ["sector", "sector", "sector", "emotions", "emotions"]);
}

/// The server's settings declare for clients that say nothing, and what they declare must be one that can be made.
#[tokio::test]
async fn a1_the_settings_declare_for_clients_that_say_nothing() {
    let running = start(
        "[policy]\npurpose = 'access-control'\nlegal_basis = 'employment-law'\nowner = 'The Works'\noperations = 'enrol verify'\n",
    )
    .await;
    assert_eq!(make(&running, json!({ "colour": "red" })).await.status, 200);
    let search = json!({ "CollectionId": "people", "Image": picture("boom") });
    let reply = call(&running, "SearchFacesByImage", &search).await;
    assert!(message(&reply).contains("access-control"), "{}", message(&reply));
    let entries = entries(&running).await;
    let rules = entries.iter().find_map(|entry| match &entry.deed {
        Deed::Collection { rules, .. } => Some(rules.clone()),
        _ => None,
    });
    let rules = rules.unwrap();
    assert_eq!(rules["overt:owner"], "The Works");
    assert_eq!(rules["overt:consent"], "demanded");
}

/// A1: whatever clients call in whatever order, a collection made to verify is never searched, kept longer or made for more.
#[tokio::test]
async fn a1_no_sequence_of_calls_widens_a_collections_rights() {
    let mut random = fastrand::Rng::with_seed(0xa1);
    let running = start("").await;
    let purposes: Vec<&str> = Purpose::ALL.iter().map(|purpose| purpose.name()).collect();
    let made = json!({
        "overt:purpose": "research", "overt:legal-basis": "no-living-person",
        "overt:operations": "enrol verify", "overt:retention-days": "30"
    });
    assert_eq!(make(&running, made).await.status, 200);
    let (mut passed, mut denied) = (0, 0);
    for _ in 0..150 {
        let (operation, request) = match random.u8(0..6) {
            0 => (
                "TagResource",
                json!({ "overt:operations": random.choice(["enrol", "search", "enrol verify", "verify", "enrol deduplicate search"]).unwrap() }),
            ),
            1 => ("TagResource", json!({ "overt:retention-days": random.u32(1..60).to_string() })),
            2 => ("TagResource", json!({ "overt:purpose": random.choice(&purposes).unwrap() })),
            3 => (
                "TagResource",
                json!({ "overt:consent": random.choice(["demanded", "not-demanded"]).unwrap(), "overt:legal-basis": "no-living-person" }),
            ),
            4 => ("UntagResource", json!(["overt:operations", "overt:purpose", "x"])),
            _ => (
                "CreateCollection",
                json!({ "overt:purpose": "research", "overt:legal-basis": "no-living-person" }),
            ),
        };
        let request = match operation {
            "TagResource" => json!({ "ResourceArn": ARN, "Tags": request }),
            "UntagResource" => json!({ "ResourceArn": ARN, "TagKeys": request }),
            _ => json!({ "CollectionId": "people", "Tags": request }),
        };
        let reply = call(&running, operation, &request).await;
        if reply.status == 200 {
            passed += 1
        } else {
            denied += 1
        }
        let search = json!({ "CollectionId": "people", "Image": picture("boom") });
        let reply = call(&running, "SearchFacesByImage", &search).await;
        assert_eq!(reply.code(), "AccessDeniedException", "after {operation} {request}");
    }
    assert!(passed > 10 && denied > 50, "the calls do nothing: {passed} passed, {denied} were denied");
    let mut days = 30;
    for entry in entries(&running).await {
        let Deed::Collection { rules, .. } = entry.deed else { continue };
        let now: u32 = rules["overt:retention-days"].parse().unwrap();
        assert!(now <= days && rules["overt:purpose"] == "research", "{rules:?}");
        days = now;
    }
}

/// D5: a principal and a person over the limits of the settings are told of once, beside the search that went over.
#[tokio::test]
async fn d5_unusual_searching_is_in_the_ledger_and_the_metrics() {
    let running = start("[alarms]\nprincipal_searches_per_hour = 3\nperson_searches_per_day = 2\n").await;
    assert_eq!(make(&running, json!({})).await.status, 200);
    let index = json!({ "CollectionId": "people", "Image": picture("[0.0]") });
    assert_eq!(call(&running, "IndexFaces", &index).await.status, 200);
    let searches = ["[0.0]", "[1.5]", "[0.0]", "[0.0]", "[0.0]"];
    let mut named = Vec::new();
    for angle in searches {
        let search = json!({ "CollectionId": "people", "Image": picture(angle) });
        let reply = call(&running, "SearchFacesByImage", &search).await;
        named.push(reply.header("x-overt-ledger-entry").unwrap().parse::<usize>().unwrap());
    }
    let metrics = String::from_utf8(super::get(&running, "/metrics").await.body).unwrap();
    for about in ["principal", "person"] {
        assert!(metrics.contains(&format!("overt_alarms_total{{about=\"{about}\"}}")), "{metrics}");
    }
    let entries = entries(&running).await;
    for number in named {
        assert!(matches!(entries[number].deed, Deed::Search { .. }), "an answer names its search's entry");
    }
    let alarms: Vec<_> = entries
        .iter()
        .filter_map(|entry| match &entry.deed {
            Deed::Alarm { principal, person, searches, .. } => {
                Some((principal.as_deref(), person.is_some(), *searches))
            }
            _ => None,
        })
        .collect();
    // The fourth search is the principal's fourth, and the third that found the person.
    assert_eq!(alarms, [(Some("tester"), false, 4), (None, true, 3)]);
}

/// A7: nothing of a probe is in any file of the data folder: not its bytes, not its template, not what follows from its bytes.
#[tokio::test]
async fn a7_nothing_of_a_probe_is_kept() {
    let running = start("").await;
    assert_eq!(make(&running, json!({})).await.status, 200);
    let kept = "[0.0,1.0000001]";
    let index = json!({ "CollectionId": "people", "Image": picture(kept), "ExternalImageId": "kept" });
    assert_eq!(call(&running, "IndexFaces", &index).await.status, 200);
    let probes = ["[0.0123456789]", "[0.1123456789]", "[0.2123456789]", "[0.3123456789]"];
    let image = |probe: &str| json!({ "CollectionId": "people", "Image": picture(probe) });
    assert_eq!(call(&running, "SearchFacesByImage", &image(probes[0])).await.status, 200);
    assert_eq!(call(&running, "SearchUsersByImage", &image(probes[1])).await.status, 200);
    let compare = json!({ "SourceImage": picture(probes[2]), "TargetImage": picture(probes[3]) });
    assert_eq!(call(&running, "CompareFaces", &compare).await.status, 200);
    assert_eq!(call(&running, "DetectFaces", &json!({ "Image": picture(probes[3]) })).await.status, 200);
    // Beside the running server, so that what it holds open and has mapped is looked at too, and after its end.
    let mut looked_at = Vec::new();
    for ended in [false, true] {
        if ended {
            running.stop();
            assert!(running.ended().await);
        }
        let files = every_file(running._folder.path());
        for probe in probes {
            for trace in traces(probe) {
                let found = files.iter().find(|(_, bytes)| contains(bytes, &trace));
                assert!(found.is_none(), "{:?} holds something of the probe {probe}", found.unwrap().0);
            }
        }
        // The search finds what is there: the id of the picture that was indexed.
        let id = overt_gallery::ImageId::of(kept.as_bytes(), overt_gallery::PictureDigest::default());
        assert!(files.iter().any(|(_, bytes)| contains(bytes, id.as_bytes())), "it finds nothing at all");
        looked_at.push(files.len());
    }
    assert!(looked_at.iter().all(|files| *files > 5), "{looked_at:?}");
}

/// What a probe could leave: its bytes, plain and in base64, its id in both forms, the numbers of its template.
fn traces(probe: &str) -> Vec<Vec<u8>> {
    use base64::Engine as _;
    let id = overt_gallery::ImageId::of(probe.as_bytes(), overt_gallery::PictureDigest::default());
    let angle: f32 = probe.trim_matches(['[', ']']).parse().unwrap();
    let template = crate::testing::template(angle, &crate::testing::FAKE_1.into()).unwrap();
    let numbers: Vec<u8> = template.values.iter().take(2).flat_map(|number| number.to_le_bytes()).collect();
    vec![
        probe.as_bytes().to_vec(),
        base64::prelude::BASE64_STANDARD.encode(probe).into_bytes(),
        id.as_bytes().to_vec(),
        id.to_string().into_bytes(),
        numbers,
    ]
}

fn every_file(folder: &std::path::Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(every_file(&path));
        } else {
            files.push((path.clone(), fs_err::read(&path).unwrap()));
        }
    }
    files
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}
