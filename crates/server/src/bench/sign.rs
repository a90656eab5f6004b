//! Signing a request the way AWS SDKs do, for the load generator and for the command line beside a running server.
//!
//! Owns the making of one `Authorization` header (Signature Version 4) and of its date. The server's side is
//! `overt_protocol::sigv4`, which judges these signatures in the tests of `http`.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use overt_gallery::Context;
use sha2::{Digest as _, Sha256};

use crate::sha256::sha256;

/// An access key.
#[derive(Clone)]
pub(crate) struct AccessKey {
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl AccessKey {
    /// The first key of an AWS credentials file.
    pub(crate) fn from_credentials(text: &str) -> Option<Self> {
        let value = |name: &str| {
            text.lines().find_map(|line| {
                let (key, value) = line.split_once('=')?;
                (key.trim() == name).then(|| value.trim().to_owned())
            })
        };
        Some(Self { id: value("aws_access_key_id")?, secret: value("aws_secret_access_key")? })
    }
}

/// Region and service that the signature is made for; Overt takes any region.
const SCOPE: [&str; 3] = ["us-east-1", "rekognition", "aws4_request"];

/// The `Authorization` header of `POST /` with `body`. `date` is the value of `x-amz-date`, `YYYYMMDDTHHMMSSZ`.
pub(crate) fn authorization(key: &AccessKey, host: &str, date: &str, target: &str, body: &[u8]) -> String {
    authorization_of_hashed(key, host, date, target, &sha256(body))
}

/// The `Authorization` header of any request without a query. `headers` are those that are signed, `x-amz-date` among them: names in
/// small letters, in their order.
#[cfg(test)]
pub(crate) fn authorization_of(
    key: &AccessKey,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> String {
    signed(key, (method, path), headers, &sha256(body))
}

/// The `Authorization` header of `POST /` with a body of this SHA-256, for who knows the hash of most of it already; the rest as
/// [`authorization`].
pub(crate) fn authorization_of_hashed(
    key: &AccessKey,
    host: &str,
    date: &str,
    target: &str,
    payload: &[u8; 32],
) -> String {
    let headers =
        [("content-type", CONTENT_TYPE), ("host", host), ("x-amz-date", date), ("x-amz-target", target)];
    signed(key, ("POST", "/"), &headers, payload)
}

fn signed(
    key: &AccessKey,
    (method, path): (&str, &str),
    headers: &[(&str, &str)],
    payload: &[u8; 32],
) -> String {
    let payload = hex(payload);
    let date = headers.iter().find(|(name, _)| *name == "x-amz-date").map_or("", |(_, value)| value);
    let signed = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
    let request = format!("{method}\n{path}\n\n{lines}\n{signed}\n{payload}");
    let day = date.get(..8).unwrap_or_default();
    let scope = format!("{day}/{}", SCOPE.join("/"));
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", hex(&Sha256::digest(request.as_bytes())));
    let mut secret = keyed(format!("AWS4{}", key.secret).as_bytes(), day.as_bytes());
    for part in SCOPE {
        secret = keyed(&secret, part.as_bytes());
    }
    let signature = hex(&keyed(&secret, text.as_bytes()));
    format!("AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={signed}, Signature={signature}", key.id)
}

/// Now, as SigV4 writes it.
pub(crate) fn amz_date() -> String {
    let now = Timestamp::from_millisecond(Context::system().now().as_millis()).unwrap_or_default();
    now.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// The body's media type, which is part of the signature.
pub(crate) const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

fn keyed(key: &[u8], message: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length.
    Hmac::<Sha256>::new_from_slice(key)
        .map(|mac| mac.chain_update(message).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_files_are_read() {
        let key = AccessKey::from_credentials(
            "# x\n[default]\naws_access_key_id = A\naws_secret_access_key=b/c=\n",
        );
        let key = key.unwrap();
        assert_eq!((key.id.as_str(), key.secret.as_str()), ("A", "b/c="));
        assert!(AccessKey::from_credentials("[default]\naws_access_key_id = A\n").is_none());
    }
}
