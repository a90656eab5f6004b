//! AWS's own signer as the oracle: what it signs verifies, and nothing else does.

use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{PayloadChecksumKind, SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use proptest::prelude::*;

use super::{Claim, Head, PayloadHash, SigError, Window, verify};

/// A request as the signer left it.
#[derive(Debug, Clone)]
struct Signed {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    secret: String,
    now: i64,
}

impl Signed {
    fn check(&self) -> Result<(), SigError> {
        let headers: Vec<(&str, &[u8])> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let head = Head { method: &self.method, path: &self.path, query: &self.query, headers: &headers };
        let claim = Claim::read(&head)?;
        let payload = PayloadHash::of(&self.body);
        // Only this key exists: an access key id selects the secret, the signature does not cover it.
        let secret = (claim.access_key_id() == "AKIDEXAMPLE").then_some(self.secret.as_str());
        verify(&head, &claim, &payload, secret, self.now, Window::default())
    }
}

fn signed() -> impl Strategy<Value = Signed> {
    (
        "[A-Za-z0-9/+]{16,40}",
        prop::collection::vec("[A-Za-z0-9][A-Za-z0-9_~.-]{0,7}|%[2-7][0-9A-F]", 0..4),
        any::<bool>(),
        prop::collection::vec(("[A-Za-z0-9_-]{1,6}", "[A-Za-z0-9_.~-]{0,6}"), 0..3),
        prop::collection::vec(any::<u8>(), 0..200),
        "[ -~]{0,30}",
        // 2020 to 2035
        1_577_836_800_i64..2_051_222_400,
        any::<bool>(),
    )
        .prop_map(|(secret, segments, folder, query, body, agent, now, checksum)| {
            let mut path = segments.iter().fold(String::new(), |path, segment| format!("{path}/{segment}"));
            if folder || path.is_empty() {
                path.push('/');
            }
            let query: Vec<String> =
                query.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
            let headers = vec![
                ("content-type".to_owned(), "application/x-amz-json-1.1".to_owned()),
                ("x-amz-target".to_owned(), "RekognitionService.DetectFaces".to_owned()),
                ("x-amz-user-agent".to_owned(), agent),
            ];
            sign_it(
                Signed { method: "POST".into(), path, query: query.join("&"), headers, body, secret, now },
                checksum,
            )
        })
}

/// Has AWS's signer add its headers.
fn sign_it(mut request: Signed, checksum: bool) -> Signed {
    let identity = Credentials::new("AKIDEXAMPLE", request.secret.clone(), None, None, "test").into();
    let mut settings = SigningSettings::default();
    if checksum {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    let seconds = Duration::from_secs(request.now.unsigned_abs());
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region("eu-central-1")
        .name("rekognition")
        .time(UNIX_EPOCH + seconds)
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let question = if request.query.is_empty() { "" } else { "?" };
    let uri = format!("http://127.0.0.1:18080{}{question}{}", request.path, request.query);
    let given = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let signable =
        SignableRequest::new(&request.method, uri, given, SignableBody::Bytes(&request.body)).unwrap();
    let (instructions, _) = sign(signable, &parameters).unwrap().into_parts();
    let (added, _) = instructions.into_parts();
    request.headers.push(("host".to_owned(), "127.0.0.1:18080".to_owned()));
    for header in added {
        request.headers.push((header.name().to_owned(), header.value().to_owned()));
    }
    request
}

/// Replaces one letter or digit of `text` by another, the `at`-th modulo their number; `None` if there is none.
fn change(text: &str, at: usize) -> Option<String> {
    let places: Vec<usize> =
        text.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric()).map(|(place, _)| place).collect();
    let place = *places.get(at.checked_rem(places.len())?)?;
    let mut bytes = text.as_bytes().to_vec();
    bytes[place] = if bytes[place] == b'7' { b'8' } else { b'7' };
    String::from_utf8(bytes).ok()
}

proptest! {
    #[test]
    fn what_aws_signs_verifies(request in signed()) {
        prop_assert_eq!(request.check(), Ok(()));
    }

    #[test]
    fn any_changed_byte_fails(request in signed(), part in 0..7_usize, at in any::<usize>()) {
        let mut changed = request;
        match part {
            0 => match change(&changed.method, at) { Some(method) => changed.method = method, None => return Ok(()) },
            1 => match change(&changed.path, at) { Some(path) => changed.path = path, None => return Ok(()) },
            2 => match change(&changed.query, at) { Some(query) => changed.query = query, None => return Ok(()) },
            3 => match change(&changed.secret, at) { Some(secret) => changed.secret = secret, None => return Ok(()) },
            4 => match changed.body.len() {
                0 => changed.body.push(0),
                length => changed.body[at % length] ^= 1 << (at % 8),
            },
            _ => {
                // Every header is signed but Authorization itself, whose every letter counts too.
                let header = at % changed.headers.len();
                match change(&changed.headers[header].1, at / 8) {
                    Some(value) => changed.headers[header].1 = value,
                    None => return Ok(()),
                }
            }
        }
        prop_assert!(changed.check().is_err(), "{:?}", changed);
    }

    #[test]
    fn arbitrary_authorization_never_panics(text in "\\PC{0,200}", tail in "[A-Za-z0-9=,;/ -]{0,200}") {
        for value in [text.clone(), format!("AWS4-HMAC-SHA256 {tail}"), format!("AWS4-HMAC-SHA256 Credential={text}, {tail}")] {
            let headers: [(&str, &[u8]); 2] = [("authorization", value.as_bytes()), ("x-amz-date", b"20261122T004940Z")];
            let claim = Claim::read(&Head { method: "POST", path: "/", query: "", headers: &headers });
            prop_assert!(claim.is_err());
        }
    }
}

#[test]
fn every_letter_of_an_authorization_counts() {
    let headers = vec![("x-amz-target".to_owned(), "RekognitionService.DetectFaces".to_owned())];
    let request = Signed {
        method: "POST".into(),
        path: "/".into(),
        query: String::new(),
        headers,
        body: b"{}".to_vec(),
        secret: "wJalrXUtnFEMI".into(),
        now: 1_795_308_580,
    };
    let request = sign_it(request, false);
    assert_eq!(request.check(), Ok(()));
    for (index, (name, value)) in request.headers.iter().enumerate() {
        for at in 0..value.len() {
            let mut changed = request.clone();
            let Some(value) = change(value, at) else { continue };
            changed.headers[index].1 = value;
            assert!(changed.check().is_err(), "{name}: {}", changed.headers[index].1);
        }
    }
}
