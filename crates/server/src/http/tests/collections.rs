//! Collections, their faces, users and tags through the whole pipeline, with fake faces: a face is its angle, and the
//! similarity of two is a hundred times the cosine between them.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Running, call, picture, start, start_on};
use crate::recognition::Recognition;
use crate::testing::{FAKE_2, FakeEngine, fake_calibration, recognition};

/// The answer of a call that must succeed.
async fn ok(running: &Running, operation: &str, request: Value) -> Value {
    let reply = call(running, operation, &request).await;
    assert_eq!(reply.status, 200, "{operation}: {}", reply.json());
    reply.json()
}

/// Code and message of a call that must fail.
async fn refused(running: &Running, operation: &str, request: Value) -> (String, String) {
    let reply = call(running, operation, &request).await;
    assert_eq!(reply.status, 400, "{operation}: {}", reply.json());
    (reply.code(), reply.json()["Message"].as_str().unwrap().to_owned())
}

async fn with_collection(settings: &str) -> Running {
    let running = start(settings).await;
    let made = ok(&running, "CreateCollection", json!({ "CollectionId": "c", "Tags": { "a": "1" } })).await;
    assert_eq!(made["FaceModelVersion"], "fake-1");
    assert_eq!(made["CollectionArn"], "aws:rekognition:us-east-1:000000000000:collection/c");
    running
}

fn index(angles: &str, external: &str) -> Value {
    json!({ "CollectionId": "c", "Image": picture(angles), "ExternalImageId": external })
}

fn ids(answer: &Value) -> Vec<String> {
    let records = answer["FaceRecords"].as_array().unwrap();
    records.iter().map(|record| record["Face"]["FaceId"].as_str().unwrap().to_owned()).collect()
}

async fn add(running: &Running, angles: &str, external: &str) -> Vec<String> {
    ids(&ok(running, "IndexFaces", index(angles, external)).await)
}

fn found(answer: &Value, list: &str, pointer: &str) -> Vec<String> {
    let matches = answer[list].as_array().unwrap();
    matches.iter().map(|one| one.pointer(pointer).unwrap().as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn faces_are_kept_listed_found_and_deleted() {
    let running = with_collection("").await;
    let faces = add(&running, "[0.0]", "zero").await;
    assert_eq!(add(&running, "[0.0]", "zero").await, faces, "kept twice");
    let near = add(&running, "[0.3]", "near").await;
    let far = add(&running, "[1.5]", "far").await;
    let described = ok(&running, "DescribeCollection", json!({ "CollectionId": "c" })).await;
    assert_eq!((&described["FaceCount"], &described["UserCount"]), (&json!(3), &json!(0)));
    assert_eq!(described["CollectionARN"], "arn:aws:rekognition:us-east-1:000000000000:collection/c");

    // Cosines: 0.955 and 0.071.
    let search = json!({ "CollectionId": "c", "FaceId": faces[0] });
    let answer = ok(&running, "SearchFaces", search).await;
    assert_eq!(found(&answer, "FaceMatches", "/Face/FaceId"), near);
    assert_eq!(answer["SearchedFaceId"], json!(faces[0]));
    let everyone = json!({ "CollectionId": "c", "FaceId": faces[0], "FaceMatchThreshold": 0.0 });
    let answer = ok(&running, "SearchFaces", everyone).await;
    assert_eq!(found(&answer, "FaceMatches", "/Face/FaceId"), [near[0].clone(), far[0].clone()]);
    let threshold = answer["FaceMatches"][0]["Similarity"].clone();
    let exactly = json!({ "CollectionId": "c", "FaceId": faces[0], "FaceMatchThreshold": threshold });
    let answer = ok(&running, "SearchFaces", exactly).await;
    assert_eq!(found(&answer, "FaceMatches", "/Face/FaceId"), near, "a threshold is reached by equality");

    let by_image = json!({ "CollectionId": "c", "Image": picture("[1.5, 0.0]"), "MaxFaces": 1 });
    let answer = ok(&running, "SearchFacesByImage", by_image).await;
    assert_eq!(found(&answer, "FaceMatches", "/Face/ExternalImageId"), ["far"]);
    let (code, message) =
        refused(&running, "SearchFacesByImage", json!({ "CollectionId": "c", "Image": picture("[]") })).await;
    assert_eq!(code, "InvalidParameterException");
    assert_eq!(message, "There are no faces in the image. Should be at least 1.");

    let unknown = "01901234-5678-7abc-8def-0123456789ab";
    let (code, message) =
        refused(&running, "SearchFaces", json!({ "CollectionId": "c", "FaceId": unknown })).await;
    assert_eq!(code, "InvalidParameterException");
    assert!(message.starts_with("faceId was not found in the collection."), "{message}");

    let delete = json!({ "CollectionId": "c", "FaceIds": [near[0], unknown] });
    let answer = ok(&running, "DeleteFaces", delete).await;
    assert_eq!(answer["DeletedFaces"], json!(near));
    assert_eq!(
        answer["UnsuccessfulFaceDeletions"],
        json!([{ "FaceId": unknown, "Reasons": ["FACE_NOT_FOUND"] }])
    );
    let answer = ok(&running, "SearchFaces", json!({ "CollectionId": "c", "FaceId": faces[0] })).await;
    assert_eq!(answer["FaceMatches"], json!([]));
}

#[tokio::test]
async fn what_is_left_out_is_told_with_its_reason() {
    let running = with_collection("").await;
    let mut request = index("[0.0, 1.0, 2.0]", "three");
    request["MaxFaces"] = json!(2);
    let answer = ok(&running, "IndexFaces", request.clone()).await;
    assert_eq!(answer["FaceRecords"].as_array().unwrap().len(), 2);
    assert_eq!(answer["UnindexedFaces"][0]["Reasons"], json!(["EXCEEDS_MAX_FACES"]));
    // The fakes are 100 pixels wide, too few for HIGH.
    request["QualityFilter"] = json!("HIGH");
    let answer = ok(&running, "IndexFaces", request).await;
    assert_eq!(answer["FaceRecords"], json!([]));
    assert_eq!(answer["UnindexedFaces"][2]["Reasons"], json!(["SMALL_BOUNDING_BOX"]));
    let empty = ok(&running, "IndexFaces", index("[]", "none")).await;
    assert_eq!((&empty["FaceRecords"], &empty["UnindexedFaces"]), (&json!([]), &json!([])));
    // A wrong name is told before the picture is looked at: this one would make the engine panic.
    let nowhere = json!({ "CollectionId": "nowhere", "Image": picture("boom") });
    for operation in ["IndexFaces", "SearchFacesByImage", "SearchUsersByImage"] {
        assert_eq!(refused(&running, operation, nowhere.clone()).await.0, "ResourceNotFoundException");
    }
}

#[tokio::test]
async fn lists_go_page_by_page() {
    let running = with_collection("").await;
    let mut made = Vec::new();
    for number in 0..7 {
        made.extend(add(&running, &format!("[{number}.0]"), &format!("n{number}")).await);
    }
    for size in [1, 3, 6, 7, 100] {
        let (mut listed, mut token, mut tokens) = (Vec::new(), Value::Null, std::collections::HashSet::new());
        loop {
            let request = json!({ "CollectionId": "c", "MaxResults": size, "NextToken": token });
            let answer = ok(&running, "ListFaces", request).await;
            listed.extend(found(&answer, "Faces", "/FaceId"));
            token = answer["NextToken"].clone();
            if token.is_null() {
                break;
            }
            assert!(tokens.insert(token.to_string()), "a token came twice");
        }
        assert_eq!(listed, made, "pages of {size}");
    }
    let all = ok(&running, "ListFaces", json!({ "CollectionId": "c", "MaxResults": 0 })).await;
    assert_eq!(all["Faces"].as_array().unwrap().len(), 7);
    let first = ok(&running, "ListFaces", json!({ "CollectionId": "c", "MaxResults": 2 })).await;
    let token = first["NextToken"].clone();
    for (operation, request) in [
        ("ListFaces", json!({ "CollectionId": "c", "FaceIds": made, "NextToken": token })),
        ("ListUsers", json!({ "CollectionId": "c", "NextToken": token })),
        ("ListCollections", json!({ "NextToken": token })),
        ("ListFaces", json!({ "CollectionId": "c", "NextToken": "AQAA" })),
    ] {
        let (code, message) = refused(&running, operation, request).await;
        assert_eq!(code, "InvalidPaginationTokenException", "{operation}");
        assert!(message.starts_with("Invalid Pagination Token"));
    }
}

#[tokio::test]
async fn users_have_faces_and_are_found_by_them() {
    let running = with_collection("").await;
    let anna = [add(&running, "[0.0]", "a1").await, add(&running, "[0.2]", "a2").await].concat();
    let boris = add(&running, "[1.5]", "b").await;
    for user in ["anna", "boris"] {
        assert_eq!(
            ok(&running, "CreateUser", json!({ "CollectionId": "c", "UserId": user })).await,
            json!({})
        );
    }
    let (code, _) = refused(&running, "CreateUser", json!({ "CollectionId": "c", "UserId": "anna" })).await;
    assert_eq!(code, "ConflictException");
    let give = |user: &str, faces: &[String], token: &str| json!({ "CollectionId": "c", "UserId": user, "FaceIds": faces, "ClientRequestToken": token });
    let answer = ok(&running, "AssociateFaces", give("anna", &anna, "t1")).await;
    assert_eq!(
        (answer["AssociatedFaces"].as_array().unwrap().len(), &answer["UserStatus"]),
        (2, &json!("ACTIVE"))
    );
    assert_eq!(
        ok(&running, "AssociateFaces", give("anna", &anna, "t1")).await,
        answer,
        "the token was forgotten"
    );
    let (code, message) = refused(&running, "AssociateFaces", give("anna", &boris, "t1")).await;
    assert_eq!(code, "IdempotentParameterMismatchException");
    assert!(message.starts_with("The ClientRequestToken: t1 you have supplied is already in use."));
    let answer = ok(&running, "AssociateFaces", give("anna", &boris, "t2")).await;
    let refusal = &answer["UnsuccessfulFaceAssociations"][0];
    assert_eq!(refusal["Reasons"], json!(["LOW_MATCH_CONFIDENCE"]));
    assert!(refusal["Confidence"].as_f64().unwrap() < 75.0);
    ok(&running, "AssociateFaces", give("boris", &boris, "t3")).await;
    let answer = ok(&running, "AssociateFaces", give("boris", &anna[..1], "t4")).await;
    let refusal = &answer["UnsuccessfulFaceAssociations"][0];
    assert_eq!(
        (&refusal["Reasons"], &refusal["UserId"]),
        (&json!(["ASSOCIATED_TO_A_DIFFERENT_USER"]), &json!("anna"))
    );

    let answer = ok(&running, "SearchUsers", json!({ "CollectionId": "c", "FaceId": anna[0] })).await;
    assert_eq!(found(&answer, "UserMatches", "/User/UserId"), ["anna"]);
    let by_user = json!({ "CollectionId": "c", "UserId": "anna", "UserMatchThreshold": 0.0 });
    assert_eq!(found(&ok(&running, "SearchUsers", by_user).await, "UserMatches", "/User/UserId"), ["boris"]);
    for selectors in [json!({}), json!({ "FaceId": anna[0], "UserId": "anna" })] {
        let mut request = selectors;
        request["CollectionId"] = json!("c");
        assert_eq!(refused(&running, "SearchUsers", request).await.0, "InvalidParameterException");
    }
    let by_image = json!({ "CollectionId": "c", "Image": picture("[1.5, 0.0]") });
    let answer = ok(&running, "SearchUsersByImage", by_image).await;
    assert_eq!(found(&answer, "UserMatches", "/User/UserId"), ["boris"]);
    assert_eq!(answer["UnsearchedFaces"][0]["Reasons"], json!(["FACE_NOT_LARGEST"]));
    let none =
        ok(&running, "SearchUsersByImage", json!({ "CollectionId": "c", "Image": picture("[]") })).await;
    assert_eq!((&none["UserMatches"], none.get("SearchedFace")), (&json!([]), None));

    let answer = ok(&running, "DeleteFaces", json!({ "CollectionId": "c", "FaceIds": boris })).await;
    let expected =
        json!([{ "FaceId": boris[0], "UserId": "boris", "Reasons": ["ASSOCIATED_TO_AN_EXISTING_USER"] }]);
    assert_eq!(answer["UnsuccessfulFaceDeletions"], expected);
    let answer = ok(&running, "DisassociateFaces", give("boris", &boris, "t5")).await;
    assert_eq!(
        (&answer["UserStatus"], answer["DisassociatedFaces"].as_array().unwrap().len()),
        (&json!("CREATED"), 1)
    );
    let users = ok(&running, "ListUsers", json!({ "CollectionId": "c" })).await;
    let listed: Vec<_> =
        users["Users"].as_array().unwrap().iter().map(|user| user["UserStatus"].clone()).collect();
    assert_eq!(listed, ["ACTIVE", "CREATED"]);
    assert_eq!(ok(&running, "DeleteUser", json!({ "CollectionId": "c", "UserId": "anna" })).await, json!({}));
    let faces = ok(&running, "ListFaces", json!({ "CollectionId": "c", "FaceIds": anna })).await;
    assert!(faces["Faces"].as_array().unwrap().iter().all(|face| face.get("UserId").is_none()));
}

#[tokio::test]
async fn a_collection_keeps_its_version_across_restarts_and_another_default() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let first = start_on(Arc::clone(&folder), "", recognition(), || Box::new(FakeEngine)).await;
    ok(&first, "CreateCollection", json!({ "CollectionId": "c" })).await;
    let faces = add(&first, "[0.0]", "zero").await;
    first.stop();
    assert!(first.ended().await);

    let recognisers = recognition().recognisers().clone().with_default(FAKE_2).unwrap();
    let calibrations = [fake_calibration("fake-1", 0.0), fake_calibration(FAKE_2, 0.5)];
    let changed = Recognition::new(recognisers, calibrations);
    let second = start_on(folder, "", changed, || Box::new(FakeEngine)).await;
    let made = ok(&second, "CreateCollection", json!({ "CollectionId": "new" })).await;
    assert_eq!(made["FaceModelVersion"], FAKE_2);
    let old = ok(&second, "DescribeCollection", json!({ "CollectionId": "c" })).await;
    assert_eq!((&old["FaceModelVersion"], &old["FaceCount"]), (&json!("fake-1"), &json!(1)));
    let added = ok(&second, "IndexFaces", index("[0.1]", "later")).await;
    assert_eq!(added["FaceRecords"][0]["Face"]["IndexFacesModelVersion"], "fake-1");
    let search = json!({ "CollectionId": "c", "Image": picture("[0.0]") });
    let answer = ok(&second, "SearchFacesByImage", search).await;
    assert_eq!(found(&answer, "FaceMatches", "/Face/FaceId"), [faces, ids(&added)].concat());
    assert_eq!(answer["FaceModelVersion"], "fake-1");
    let listed = ok(&second, "ListCollections", json!({})).await;
    assert_eq!(listed["FaceModelVersions"], json!(["fake-1", FAKE_2]));
}

#[tokio::test]
async fn tags_are_reached_by_both_forms_of_an_arn() {
    let running = with_collection("").await;
    let arn = "aws:rekognition:us-east-1:000000000000:collection/c";
    for arn in [arn.to_owned(), format!("arn:{arn}"), arn.replace("us-east-1:000000000000", "x:1")] {
        let answer = ok(&running, "ListTagsForResource", json!({ "ResourceArn": arn })).await;
        assert_eq!(answer["Tags"], json!({ "a": "1" }));
    }
    ok(&running, "TagResource", json!({ "ResourceArn": arn, "Tags": { "b": "2" } })).await;
    ok(&running, "UntagResource", json!({ "ResourceArn": arn, "TagKeys": ["a", "z"] })).await;
    let answer = ok(&running, "ListTagsForResource", json!({ "ResourceArn": arn })).await;
    assert_eq!(answer["Tags"], json!({ "b": "2" }));
    for (arn, code) in [
        (arn.replace("/c", "/missing"), "ResourceNotFoundException"),
        (arn.replace("collection/c", "project/p/1"), "ResourceNotFoundException"),
        ("arn:aws:s3:::some-other-bucket".to_owned(), "InvalidParameterException"),
    ] {
        assert_eq!(
            refused(&running, "ListTagsForResource", json!({ "ResourceArn": arn })).await.0,
            code,
            "{arn}"
        );
    }
}

#[tokio::test]
async fn quotas_are_those_of_the_settings() {
    let running = with_collection("[quotas]\nfaces_in_collection = 2\ntags = 1").await;
    add(&running, "[0.0, 1.0]", "two").await;
    let (code, message) = refused(&running, "IndexFaces", index("[2.0]", "third")).await;
    assert_eq!(code, "ServiceQuotaExceededException");
    assert!(message.contains("at most 2 faces"), "{message}");
    assert_eq!(add(&running, "[0.0, 1.0]", "two").await.len(), 2);
    let arn = "aws:rekognition:us-east-1:000000000000:collection/c";
    let tags = json!({ "ResourceArn": arn, "Tags": { "b": "2" } });
    assert_eq!(refused(&running, "TagResource", tags).await.0, "ServiceQuotaExceededException");
}

#[tokio::test]
async fn collections_come_and_go() {
    let running = with_collection("").await;
    let (code, message) = refused(&running, "CreateCollection", json!({ "CollectionId": "c" })).await;
    assert_eq!(code, "ResourceAlreadyExistsException");
    assert!(message.starts_with("The collection id: c already exists."));
    add(&running, "[0.0]", "gone").await;
    assert_eq!(
        ok(&running, "DeleteCollection", json!({ "CollectionId": "c" })).await,
        json!({ "StatusCode": 200 })
    );
    let (code, message) = refused(&running, "DescribeCollection", json!({ "CollectionId": "c" })).await;
    assert_eq!(code, "ResourceNotFoundException");
    assert!(message.starts_with("Collection:c not found!"), "{message}");
    let (_, message) = refused(&running, "DeleteCollection", json!({ "CollectionId": "c" })).await;
    assert!(message.starts_with("The collection id: c does not exist"), "{message}");
    ok(&running, "CreateCollection", json!({ "CollectionId": "c" })).await;
    let faces = ok(&running, "ListFaces", json!({ "CollectionId": "c" })).await;
    assert_eq!((&faces["Faces"], faces.get("NextToken")), (&json!([]), None));
    let listed = ok(&running, "ListCollections", json!({})).await;
    assert_eq!(listed, json!({ "CollectionIds": ["c"], "FaceModelVersions": ["fake-1"] }));
}
