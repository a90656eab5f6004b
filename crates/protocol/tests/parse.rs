//! Request bodies through [`Request::parse`]: what is accepted, and the words for what is not.

#![expect(clippy::expect_used, reason = "a test fails by panicking, its helpers too")]

use overt_protocol::generated::{Attribute, QualityFilter, constraints};
use overt_protocol::{Operation, Request, WireError};

fn refusal(operation: Operation, body: &str) -> (String, String) {
    let error = Request::parse(operation, body.as_bytes()).expect_err(body);
    (error.code().as_str().to_owned(), error.to_string())
}

fn constraint(operation: Operation, body: &str) -> String {
    let (code, message) = refusal(operation, body);
    assert_eq!(code, "ValidationException", "{message}");
    message
}

fn unreadable(operation: Operation, body: &str) -> String {
    let (code, message) = refusal(operation, body);
    assert_eq!(code, "SerializationException", "{message}");
    message
}

#[test]
fn a_request_of_boto3_is_read() {
    let body = br#"{"Image": {"Bytes": "/9j/4GhlbGxv"}, "Attributes": ["ALL"]}"#;
    let Request::DetectFaces(request) = Request::parse(Operation::DetectFaces, body).unwrap() else {
        panic!("another operation's request")
    };
    let image = request.image.unwrap();
    assert_eq!(image.bytes.unwrap().as_slice(), b"\xff\xd8\xff\xe0hello");
    assert_eq!(image.s3_object, None);
    assert_eq!(request.attributes.unwrap(), [Attribute::ALL]);
}

#[test]
fn an_empty_body_is_an_empty_object() {
    for body in ["", " \r\n", "{}"] {
        let request = Request::parse(Operation::ListCollections, body.as_bytes()).unwrap();
        assert_eq!(request.operation(), Operation::ListCollections);
        assert_eq!(serde_json::to_string(&request).unwrap(), "{}");
    }
}

#[test]
fn null_is_absent_and_unknown_members_are_skipped() {
    let body = br#"{"CollectionId":"c","NextToken":null,"Invented":{"Deep":[1,{"x":null}]}}"#;
    let Request::ListFaces(request) = Request::parse(Operation::ListFaces, body).unwrap() else {
        panic!("another operation's request")
    };
    assert_eq!((request.collection_id.as_deref(), request.next_token), (Some("c"), None));
}

#[test]
fn slashes_may_be_escaped_in_base64() {
    let body = br#"{"Image":{"Bytes":"\/9j\/4A=="}}"#;
    assert!(Request::parse(Operation::DetectFaces, body).is_ok());
}

#[test]
fn required_members_are_named() {
    assert_eq!(
        constraint(Operation::CompareFaces, "{}"),
        "2 validation errors detected: Value null at 'sourceImage' failed to satisfy constraint: Member must not be \
         null; Value null at 'targetImage' failed to satisfy constraint: Member must not be null"
    );
}

#[test]
fn lengths_count_characters() {
    // 255 characters of two bytes each are within the length; the pattern refuses them all the same.
    let id = "é".repeat(255);
    let message = constraint(Operation::DeleteCollection, &format!(r#"{{"CollectionId":"{id}"}}"#));
    assert!(message.starts_with("1 validation error detected: "), "{message}");
    assert!(
        message.ends_with(r"Member must satisfy regular expression pattern: [a-zA-Z0-9_.\-]+"),
        "{message}"
    );
    let message =
        constraint(Operation::DeleteCollection, &format!(r#"{{"CollectionId":"{}"}}"#, "a".repeat(256)));
    assert!(message.ends_with("Member must have length less than or equal to 255"), "{message}");
    assert!(
        Request::parse(
            Operation::DeleteCollection,
            format!(r#"{{"CollectionId":"{}"}}"#, "a".repeat(255)).as_bytes()
        )
        .is_ok()
    );
}

#[test]
fn members_inside_are_named_by_their_path() {
    let message = constraint(Operation::DetectFaces, r#"{"Image":{"S3Object":{"Bucket":"ab","Name":"x"}}}"#);
    assert_eq!(
        message,
        "1 validation error detected: Value 'ab' at 'image.s3Object.bucket' failed to satisfy constraint: \
         Member must have length greater than or equal to 3"
    );
}

#[test]
fn list_items_are_named_by_their_place() {
    let message = constraint(
        Operation::DeleteFaces,
        r#"{"CollectionId":"c","FaceIds":["aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb","X"]}"#,
    );
    assert!(message.contains("Value 'X' at 'faceIds.2.member' failed"), "{message}");
    let message = constraint(Operation::DeleteFaces, r#"{"CollectionId":"c","FaceIds":[]}"#);
    assert!(message.contains("Value '[0 items]' at 'faceIds' failed"), "{message}");
}

#[test]
fn ranges_and_enumerations_are_checked() {
    let message = constraint(
        Operation::SearchFacesByImage,
        r#"{"CollectionId":"c","Image":{},"FaceMatchThreshold":100.5,"MaxFaces":5000,"QualityFilter":"ULTRA"}"#,
    );
    for part in [
        "3 validation errors detected: ",
        "Value '100.5' at 'faceMatchThreshold' failed to satisfy constraint: Member must have value less than or equal to 100",
        "Value '5000' at 'maxFaces' failed to satisfy constraint: Member must have value less than or equal to 4096",
        "Value 'ULTRA' at 'qualityFilter' failed to satisfy constraint: Member must satisfy enum value set: [NONE, AUTO, LOW, MEDIUM, HIGH]",
    ] {
        assert!(message.contains(part), "{message}");
    }
    assert!(!QualityFilter::from("ULTRA").is_modelled());
}

#[test]
fn tags_keep_their_own_rules() {
    let message = constraint(Operation::CreateCollection, r#"{"CollectionId":"c","Tags":{"aws:mine":"x"}}"#);
    assert!(
        message.contains(
            "Value 'aws:mine' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: \
             [Member must satisfy regular expression pattern: ^(?!aws:)"
        ),
        "{message}"
    );
    let fine = r#"{"CollectionId":"c","Tags":{"overt:purpose":"Übung 1 = a/b","x":""}}"#;
    assert!(Request::parse(Operation::CreateCollection, fine.as_bytes()).is_ok());
}

#[test]
fn blobs_are_never_repeated() {
    let message = constraint(Operation::DetectFaces, r#"{"Image":{"Bytes":""}}"#);
    assert_eq!(
        message,
        "1 validation error detected: Value at 'image.bytes' failed to satisfy constraint: \
         Member must have length greater than or equal to 1"
    );
    let message = unreadable(
        Operation::DetectFaces,
        r#"{"Image":{"Bytes":"c2VjcmV0"},"MaxFaces":1,"Attributes":"c2VjcmV0"}"#,
    );
    assert_eq!(message, "expected a list at 'attributes', found a string");
}

#[test]
fn blobs_are_measured_in_bytes() {
    let limit = 5_242_880;
    let body = |bytes: usize| {
        let image = overt_protocol::generated::Image { bytes: Some(vec![0; bytes].into()), s3_object: None };
        serde_json::to_vec(&serde_json::json!({ "Image": image })).unwrap()
    };
    assert!(Request::parse(Operation::DetectFaces, &body(limit)).is_ok());
    let error = Request::parse(Operation::DetectFaces, &body(limit + 1)).unwrap_err().to_string();
    assert!(error.ends_with("Member must have length less than or equal to 5242880"), "{error}");
}

#[test]
fn wrong_types_are_named_with_what_was_expected() {
    for (body, message) in [
        (r#"{"CollectionId":1}"#, "expected a string at 'collectionId', found an integer"),
        (
            r#"{"CollectionId":"c","MaxResults":"5"}"#,
            "expected an integer of 32 bits at 'maxResults', found a string",
        ),
        (
            r#"{"CollectionId":"c","MaxResults":2147483648}"#,
            "expected an integer of 32 bits at 'maxResults', found an integer",
        ),
        (
            r#"{"CollectionId":"c","MaxResults":1.5}"#,
            "expected an integer of 32 bits at 'maxResults', found a number with a fraction",
        ),
        (
            r#"{"CollectionId":"c","MaxResults":1000000000000000000000000000000}"#,
            "expected an integer of 32 bits at 'maxResults', found a number too large for one",
        ),
        (
            r#"{"CollectionId":"c","MaxResults":-1e300}"#,
            "expected an integer of 32 bits at 'maxResults', found a number too large for one",
        ),
        (r#"{"CollectionId":"c","FaceIds":{}}"#, "expected a list at 'faceIds', found an object"),
        (r#"{"CollectionId":"c","FaceIds":[null]}"#, "expected a string at 'faceIds.1.member', found null"),
        (r#"["c"]"#, "expected an object as the request body, found a list"),
        ("null", "expected an object as the request body, found null"),
    ] {
        assert_eq!(unreadable(Operation::ListFaces, body), message, "{body}");
    }
    // A derived reader would take a structure's members in order from an array.
    let message = unreadable(Operation::DetectFaces, r#"{"Image":["/9j/"]}"#);
    assert_eq!(message, "expected an object at 'image', found a list");
    let message = unreadable(Operation::DetectFaces, r#"{"Image":{"Bytes":"not base64!"}}"#);
    assert_eq!(message, "expected bytes in standard base64 at 'image.bytes', found a string that is not");
    let message = unreadable(Operation::SearchFacesByImage, r#"{"FaceMatchThreshold":1e39}"#);
    assert!(message.starts_with("expected a number of 32 bits at 'faceMatchThreshold'"), "{message}");
}

#[test]
fn what_is_not_json_is_placed() {
    for body in ["{", "{\"a\":}", "{} {}", "\u{feff}{}", "{'a':1}", "\0"] {
        let message = unreadable(Operation::ListFaces, body);
        assert!(message.starts_with("the request body is not valid JSON: line 1, column "), "{message}");
    }
    let error = Request::parse(Operation::ListFaces, b"{\"CollectionId\":\"\xff\"}").unwrap_err();
    assert!(matches!(error, WireError::Syntax { .. }), "{error:?}");
}

#[test]
fn control_characters_are_escaped_and_long_values_cut() {
    let message = constraint(Operation::DeleteCollection, r#"{"CollectionId":"a\u0007\n"}"#);
    assert!(message.contains(r"Value 'a\u{7}\n' at"), "{message}");
    let long = "x".repeat(100_000);
    let message = constraint(Operation::DeleteCollection, &format!(r#"{{"CollectionId":"{long}"}}"#));
    assert!(message.len() < 400, "{}", message.len());
}

#[test]
fn hostile_bodies_are_refused_in_bounded_space() {
    let deep = "[".repeat(16 << 20);
    assert!(unreadable(Operation::ListFaces, &deep).contains("not valid JSON"));
    let deep = format!(r#"{{"x":{}"#, r#"{"x":"#.repeat(3 << 20));
    assert!(unreadable(Operation::ListFaces, &deep).contains("not valid JSON"));
    let wide = format!(r#"{{"Tags":[{}1]}}"#, "1,".repeat(8 << 20));
    assert_eq!(unreadable(Operation::TagResource, &wide), "the request body has more than 65536 JSON values");
    let objects = format!(r#"{{"FaceIds":[{}{{}}]}}"#, "{},".repeat(5 << 20));
    assert_eq!(
        unreadable(Operation::ListFaces, &objects),
        "the request body has more than 65536 JSON values"
    );
    let ids = format!(r#"{{"CollectionId":"c","FaceIds":[{}""]}}"#, r#""","#.repeat(60_000));
    let message = constraint(Operation::DeleteFaces, &ids);
    assert!(
        message.starts_with("60002 validation errors detected: Value '[60001 items]' at 'faceIds'"),
        "{message}"
    );
    assert!(message.ends_with("; and 59992 more") && message.len() < 4096, "{message}");
}

#[test]
fn every_operation_has_one_way_in() {
    assert_eq!(Operation::ALL.len(), 75);
    for operation in Operation::ALL {
        let target = format!("RekognitionService.{}", operation.name());
        assert_eq!(Operation::from_target(&target), Some(operation));
        match Request::parse(operation, b"{}") {
            Ok(request) => assert_eq!(request.operation(), operation),
            Err(error) => assert!(matches!(error, WireError::Constraints { .. }), "{operation:?}: {error}"),
        }
    }
    for target in [
        "",
        "RekognitionService.",
        "RekognitionService.detectFaces",
        "Rekognition.DetectFaces",
        "DetectFaces",
    ] {
        assert_eq!(Operation::from_target(target), None, "{target}");
    }
}

#[test]
fn every_pattern_compiles_and_matches_what_it_should() {
    assert_eq!(constraints::PATTERNS.len(), 30);
    for pattern in constraints::PATTERNS {
        assert!(pattern.is_usable(), "{}", pattern.source());
    }
    let version = constraints::VERSION.pattern.unwrap();
    assert!(version.matches("1.0.100") && !version.matches("1.0.1000") && !version.matches("1.0.1\n"));
    let arn = constraints::PROJECT_ARN.pattern.unwrap();
    assert!(arn.matches("arn:aws:rekognition:us-east-1:123456789012:project/p/1700000000000"));
    assert!(!arn.matches("x arn:aws:rekognition:us-east-1:123456789012:project/p/1700000000000"));
    // Java's \d is ASCII, and its dot stops at more line ends than \n.
    assert!(!arn.matches("arn:aws:rekognition:us-east-1:12345678901٢:project/p/1"));
    let query = constraints::QUERY_STRING.pattern.unwrap();
    assert!(query.matches("  a ") && !query.matches("   ") && !query.matches("a\u{2028}\u{2028}b"));
}
