//! Signatures captured from real clients, and heads that must be refused.

use serde::Deserialize;

use super::{Claim, Head, PayloadHash, SigError, Window, canonical, signature, verify};

const CAPTURED: &str = include_str!("../../tests/fixtures/sigv4_captured.json");

/// A request captured from a real client, with what it must give at each step.
#[derive(Deserialize, Clone)]
struct Captured {
    client: String,
    method: String,
    path: String,
    headers: std::collections::BTreeMap<String, String>,
    body: String,
    secret: String,
    canonical_request: String,
    string_to_sign: String,
    signature: String,
}

impl Captured {
    fn all() -> Vec<Self> {
        serde_json::from_str(CAPTURED).unwrap()
    }

    fn boto3() -> Self {
        Self::all().into_iter().find(|captured| captured.client == "boto3").unwrap()
    }

    fn headers(&self) -> Vec<(&str, &[u8])> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
    }

    fn authorization(&mut self) -> &mut String {
        self.headers.get_mut("authorization").unwrap()
    }

    /// Reads and verifies at the time the request was signed.
    fn check(&self) -> Result<(), SigError> {
        self.check_at(0)
    }

    /// The same, `offset` seconds later.
    fn check_at(&self, offset: i64) -> Result<(), SigError> {
        let headers = self.headers();
        let head = Head { method: &self.method, path: &self.path, query: "", headers: &headers };
        let claim = Claim::read(&head)?;
        let signed: jiff::Timestamp =
            jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", &self.headers["x-amz-date"])
                .unwrap()
                .to_zoned(jiff::tz::TimeZone::UTC)
                .unwrap()
                .timestamp();
        let payload = PayloadHash::of(self.body.as_bytes());
        verify(&head, &claim, &payload, Some(&self.secret), signed.as_second() + offset, Window::default())
    }

    fn code(&self) -> &'static str {
        self.check().unwrap_err().code().as_str()
    }
}

#[test]
fn captured_requests_verify_and_those_with_a_session_token_are_refused() {
    let captured = Captured::all();
    assert_eq!(captured.len(), 14);
    let mut refused = 0;
    for request in captured {
        let has_token = request.headers.contains_key("x-amz-security-token");
        let expected = if has_token { Err(SigError::SessionToken) } else { Ok(()) };
        refused += usize::from(has_token);
        assert_eq!(request.check(), expected, "{} {}", request.client, request.canonical_request);
    }
    assert_eq!(refused, 4);
}

#[test]
fn each_step_of_a_captured_request_is_the_client_s() {
    for mut request in Captured::all() {
        // The steps are the same with and without a token; the claim is read with the header renamed out of the way.
        let token = request.headers.remove("x-amz-security-token");
        let head_headers = request.headers();
        let head = Head { method: &request.method, path: &request.path, query: "", headers: &head_headers };
        let claim = Claim::read(&head).unwrap();
        let mut headers = request.headers();
        if let Some(token) = &token {
            headers.push(("X-Amz-Security-Token", token.as_bytes()));
        }
        let head = Head { headers: &headers, ..head };
        let payload = PayloadHash::of(request.body.as_bytes());
        let canonical = canonical::request(&head, claim.signed_headers(), &payload).unwrap();
        assert_eq!(String::from_utf8(canonical.clone()).unwrap(), request.canonical_request);
        assert_eq!(signature::string_to_sign(&claim, &canonical), request.string_to_sign);
        let computed = super::Signature::compute(&claim, &canonical, &request.secret);
        assert!(
            computed.matches(&super::Signature::parse(&request.signature).unwrap()),
            "{}",
            request.client
        );
    }
}

#[test]
fn header_names_count_in_any_case_and_extra_spaces_do_not() {
    let mut request = Captured::boto3();
    let target = request.headers.remove("x-amz-target").unwrap();
    request.headers.insert("X-AMZ-Target".to_owned(), format!("  {target} "));
    assert_eq!(request.check(), Ok(()));
}

#[test]
fn a_request_without_authorization_is_told_so() {
    let mut request = Captured::boto3();
    request.headers.remove("authorization");
    assert_eq!(request.check(), Err(SigError::MissingAuthorization));
    assert_eq!(request.code(), "MissingAuthenticationTokenException");
    let query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00";
    let head = Head { method: "POST", path: "/", query, headers: &[] };
    assert_eq!(Claim::read(&head).unwrap_err(), SigError::PresignedQuery);
}

#[test]
fn a_malformed_authorization_is_incomplete() {
    let good = Captured::boto3().authorization().clone();
    let edits: [(&str, &str); 16] = [
        ("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512"),
        ("AWS4-HMAC-SHA256 ", "Bearer "),
        ("Credential=", "Credentials="),
        ("Credential=AKIDEXAMPLE/20261122/us-east-1/rekognition/aws4_request, ", ""),
        ("SignedHeaders=content-type;host;x-amz-date;x-amz-target, ", ""),
        (", Signature=", ", Signatur="),
        ("Signature=", "Signature=00"),
        ("Signature=2", "Signature=G"),
        ("AKIDEXAMPLE/", "/"),
        ("/us-east-1/", "//"),
        ("/aws4_request", "/aws5_request"),
        ("/aws4_request", ""),
        ("/aws4_request", "/aws4_request/more"),
        ("content-type;host", "Content-Type;host"),
        ("content-type;host", "host;content-type"),
        ("content-type;host", "host;host"),
    ];
    for (from, to) in edits {
        let mut request = Captured::boto3();
        *request.authorization() = good.replacen(from, to, 1);
        assert_ne!(*request.authorization(), good, "{from}");
        assert_eq!(request.code(), "IncompleteSignatureException", "{from} -> {to}");
    }
    let mut request = Captured::boto3();
    *request.authorization() = format!("{good}, Signature={}", "0".repeat(64));
    assert_eq!(request.check(), Err(SigError::MalformedAuthorization { reason: "a field is repeated" }));
}

#[test]
fn a_missing_or_odd_date_is_incomplete() {
    let mut request = Captured::boto3();
    request.headers.insert("x-amz-date".to_owned(), "2026-11-22T00:49:40Z".to_owned());
    let headers = request.headers();
    let head = Head { method: "POST", path: "/", query: "", headers: &headers };
    assert_eq!(Claim::read(&head).unwrap_err(), SigError::BadDate);
    request.headers.remove("x-amz-date");
    request.headers.insert("date".to_owned(), "Sun, 22 Nov 2026 00:49:40 GMT".to_owned());
    let headers = request.headers();
    let head = Head { method: "POST", path: "/", query: "", headers: &headers };
    assert_eq!(Claim::read(&head).unwrap_err().code().as_str(), "IncompleteSignatureException");
}

#[test]
fn the_scope_must_be_this_service_and_this_day() {
    let good = Captured::boto3().authorization().clone();
    let mut request = Captured::boto3();
    *request.authorization() = good.replace("/rekognition/", "/s3/");
    assert_eq!(request.check(), Err(SigError::WrongService));
    *request.authorization() = good.replace("/20261122/", "/20261123/");
    let (scope, date) = ("20261123".to_owned(), "20261122".to_owned());
    assert_eq!(request.check(), Err(SigError::ScopeDate { scope, date }));
    assert_eq!(request.code(), "InvalidSignatureException");
    // Another region is another key, not an error of its own.
    *request.authorization() = good.replace("/us-east-1/", "/eu-west-1/");
    assert_eq!(request.check(), Err(SigError::SignatureMismatch));
}

#[test]
fn what_the_answer_depends_on_must_be_signed() {
    let good = Captured::boto3().authorization().clone();
    for name in ["host", "x-amz-date", "x-amz-target"] {
        let mut request = Captured::boto3();
        let list = "content-type;host;x-amz-date;x-amz-target";
        let shorter = list.split(';').filter(|listed| *listed != name).collect::<Vec<_>>().join(";");
        *request.authorization() = good.replace(list, &shorter);
        assert_eq!(request.check(), Err(SigError::UnsignedHeader { name }));
        assert_eq!(request.code(), "InvalidSignatureException");
    }
    let mut request = Captured::boto3();
    *request.authorization() = good.replace("content-type;host", "cookie;host");
    assert_eq!(request.check(), Err(SigError::MissingSignedHeader));
}

#[test]
fn headers_that_decide_may_not_come_twice() {
    let request = Captured::boto3();
    for name in ["Authorization", "Host", "X-Amz-Date", "X-Amz-Target", "X-Amz-Content-Sha256"] {
        let mut headers = request.headers();
        headers.push((name, b"one"));
        headers.push((name, b"two"));
        let head = Head { method: "POST", path: "/", query: "", headers: &headers };
        let error = Claim::read(&head).unwrap_err();
        assert!(matches!(error, SigError::RepeatedHeader { .. }), "{name}: {error}");
        assert_eq!(error.code().as_str(), "IncompleteSignatureException");
    }
}

#[test]
fn a_stated_payload_hash_must_be_right() {
    let js = Captured::all().into_iter().find(|request| request.client == "js").unwrap();
    for stated in ["UNSIGNED-PAYLOAD", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]
    {
        let mut request = js.clone();
        request.headers.remove("x-amz-security-token");
        request.headers.insert("x-amz-content-sha256".to_owned(), stated.to_owned());
        assert_eq!(request.check(), Err(SigError::PayloadHashMismatch), "{stated}");
    }
}

#[test]
fn the_clock_is_judged_before_the_signature() {
    let mut request = Captured::boto3();
    request.secret.push('x');
    assert_eq!(request.check_at(300), Err(SigError::SignatureMismatch));
    assert!(matches!(request.check_at(301), Err(SigError::Expired { .. })));
    assert!(matches!(request.check_at(-301), Err(SigError::NotYetCurrent { .. })));
}

#[test]
fn an_unknown_key_is_told_in_aws_s_words() {
    let request = Captured::boto3();
    let headers = request.headers();
    let head = Head { method: "POST", path: "/", query: "", headers: &headers };
    let claim = Claim::read(&head).unwrap();
    assert_eq!((claim.access_key_id(), claim.region()), ("AKIDEXAMPLE", "us-east-1"));
    let error = verify(&head, &claim, &PayloadHash::of(b""), None, 0, Window::default()).unwrap_err();
    assert_eq!(error.to_string(), "The security token included in the request is invalid.");
    assert_eq!(error.code().as_str(), "UnrecognizedClientException");
}

#[test]
fn a_signature_is_not_printed() {
    let request = Captured::boto3();
    let headers = request.headers();
    let claim = Claim::read(&Head { method: "POST", path: "/", query: "", headers: &headers }).unwrap();
    assert!(!format!("{claim:?}").contains(&request.signature));
}
