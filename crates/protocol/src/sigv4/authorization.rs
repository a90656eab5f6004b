//! What the `Authorization` header says.
//!
//! Owns: the header's grammar and every check that needs no secret. Invariants: a [`Claim`] names an access key, a day
//! that is the request's day, this API's service, and signed headers that are distinct, in lower case and in order, with
//! all those that must be signed among them.

use super::clock::Stamp;
use super::{Head, SigError, Signature};

/// The only algorithm.
pub const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The service name that credentials must be scoped to.
pub const SERVICE: &str = "rekognition";

/// Headers the server acts on, which may not come twice.
const SINGLE: [&str; 5] =
    ["host", "x-amz-target", "x-amz-content-sha256", "x-amz-security-token", "content-type"];

/// Who the client says it is, and what it says it signed. Nothing of it is proved until [`super::verify`] says so.
#[derive(Debug, Clone)]
pub struct Claim<'a> {
    access_key_id: &'a str,
    date: &'a str,
    region: &'a str,
    signed_headers: &'a str,
    signature: Signature,
    time: Stamp,
}

impl<'a> Claim<'a> {
    /// Reads the claim from a request's head.
    ///
    /// # Errors
    /// If there is no claim, if it is malformed, if it carries a session token, if it is scoped to another service or
    /// day, or if a header that must be signed is not.
    pub fn read(head: &Head<'a>) -> Result<Self, SigError> {
        let Some(authorization) = head.single("authorization")? else {
            let presigned = head.query.split('&').any(|part| part.starts_with("X-Amz-Signature="));
            return Err(if presigned { SigError::PresignedQuery } else { SigError::MissingAuthorization });
        };
        for name in SINGLE {
            head.single(name)?;
        }
        let Fields { credential, signed_headers, signature } = Fields::read(authorization)?;
        let stamp = head.single("x-amz-date")?.and_then(|date| std::str::from_utf8(date).ok());
        let time = stamp.and_then(Stamp::parse).ok_or(SigError::BadDate)?;

        let mut parts = credential.split('/');
        let scope = (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next());
        let (Some(access_key_id), Some(date), Some(region), Some(service), Some("aws4_request"), None) =
            scope
        else {
            return Err(malformed("Credential must be KEY/YYYYMMDD/REGION/SERVICE/aws4_request"));
        };
        if access_key_id.is_empty() || region.is_empty() {
            return Err(malformed("Credential must name an access key and a region"));
        }
        if service != SERVICE {
            return Err(SigError::WrongService);
        }
        if date != time.day() {
            return Err(SigError::ScopeDate {
                scope: date.chars().take(8).collect(),
                date: time.day().to_owned(),
            });
        }
        check_signed(head, signed_headers)?;
        if head.values("x-amz-security-token").next().is_some() {
            return Err(SigError::SessionToken);
        }
        Ok(Self { access_key_id, date, region, signed_headers, signature, time })
    }

    /// The access key id to look up.
    #[must_use]
    pub const fn access_key_id(&self) -> &'a str {
        self.access_key_id
    }

    /// The region the client is configured for. It is part of what is signed; any is accepted.
    #[must_use]
    pub const fn region(&self) -> &'a str {
        self.region
    }

    pub(super) const fn date(&self) -> &'a str {
        self.date
    }

    pub(super) const fn signed_headers(&self) -> &'a str {
        self.signed_headers
    }

    pub(super) const fn signature(&self) -> &Signature {
        &self.signature
    }

    pub(super) const fn time(&self) -> &Stamp {
        &self.time
    }
}

/// The three fields of the header.
struct Fields<'a> {
    credential: &'a str,
    signed_headers: &'a str,
    signature: Signature,
}

impl<'a> Fields<'a> {
    fn read(header: &'a [u8]) -> Result<Self, SigError> {
        let text = std::str::from_utf8(header).map_err(|_| malformed("it is not text"))?;
        let fields = text
            .strip_prefix(ALGORITHM)
            .and_then(|rest| rest.strip_prefix(' '))
            .ok_or_else(|| malformed("it must begin with AWS4-HMAC-SHA256"))?;
        let (mut credential, mut signed_headers, mut signature) = (None, None, None);
        for field in fields.split(',') {
            let (name, value) =
                field.trim_matches(' ').split_once('=').ok_or_else(|| malformed("a field has no '='"))?;
            let place = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => return Err(malformed("its fields are Credential, SignedHeaders and Signature")),
            };
            if place.replace(value).is_some() {
                return Err(malformed("a field is repeated"));
            }
        }
        Ok(Self {
            credential: credential.ok_or_else(|| malformed("it requires 'Credential'"))?,
            signed_headers: signed_headers.ok_or_else(|| malformed("it requires 'SignedHeaders'"))?,
            signature: signature.ok_or_else(|| malformed("it requires 'Signature'")).and_then(|hex| {
                Signature::parse(hex).ok_or_else(|| malformed("Signature must be 64 hex digits"))
            })?,
        })
    }
}

/// Checks the list of signed headers: its form, and that what the answer depends on is in it.
fn check_signed(head: &Head<'_>, signed_headers: &str) -> Result<(), SigError> {
    let mut before = "";
    for name in signed_headers.split(';') {
        if name <= before || !name.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase()) {
            return Err(malformed("SignedHeaders must be distinct names in lower case and in order"));
        }
        before = name;
    }
    for name in ["host", "x-amz-date", "x-amz-target"] {
        let optional = name == "x-amz-target" && head.values(name).next().is_none();
        if !optional && !signed_headers.split(';').any(|signed| signed == name) {
            return Err(SigError::UnsignedHeader { name });
        }
    }
    Ok(())
}

const fn malformed(reason: &'static str) -> SigError {
    SigError::MalformedAuthorization { reason }
}
