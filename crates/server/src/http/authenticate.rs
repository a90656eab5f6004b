//! Who sent a request: the signature, checked against the records.
//!
//! Owns the way from a request's head to a principal. The rules of the signature are `overt_protocol::sigv4`'s, those
//! of keys the gallery's.
//!
//! # Invariants
//! - The client learns the same about a key that never existed, one that was rotated and one that was revoked; the
//!   log tells them apart.
//! - A body is kept only for a request whose head names a key that works.
//! - The body is hashed here, never believed: a hash in a header must equal it.

use axum::http::{HeaderMap, Method, Uri};
use overt_gallery::{KeyLookup, Principal, SecretAccessKey};
use overt_protocol::ErrorCode;
use overt_protocol::sigv4::{Claim, Head, PayloadHash, SigError, Window, verify};

use super::App;
use crate::error::ApiError;
use crate::sha256::sha256;

/// A key that works, found by the head of a request that names it.
pub(super) struct Known {
    secret: SecretAccessKey,
    principal: Box<Principal>,
}

/// Finds the key that a request names, before anything of its body is kept. Blocking: reads the records.
///
/// # Errors
/// What is wrong with the head, or that the key does not work: whatever the body is, that is the answer.
pub(super) fn find_key(
    app: &App,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Known, ApiError> {
    let headers = pairs(headers);
    let claim = Claim::read(&head(method, uri, &headers)).map_err(ApiError::from)?;
    let regions = &app.signature.regions;
    if !regions.is_empty() && !regions.iter().any(|region| region == claim.region()) {
        return Err(ApiError::new(
            ErrorCode::InvalidSignatureException,
            format!("Credential should be scoped to a valid region: {}.", regions.join(", ")),
        ));
    }
    let found = app
        .principals
        .look_up(claim.access_key_id())
        .map_err(|error| ApiError::internal("an access key cannot be looked up").caused_by(error))?;
    let why_not = match found {
        KeyLookup::Active { secret, principal } => return Ok(Known { secret, principal }),
        KeyLookup::Unknown => "the access key is unknown".to_owned(),
        KeyLookup::Ended { principal, since } => {
            format!("the access key of {principal} ended at {}", since.as_millis())
        }
    };
    Err(ApiError::from(SigError::UnknownAccessKey).because(why_not))
}

/// Decides whether the holder of the key sent the request. Blocking: hashes the body.
///
/// # Errors
/// What is wrong with the signature.
pub(super) fn authenticate(
    app: &App,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
    known: Known,
) -> Result<Principal, ApiError> {
    let headers = pairs(headers);
    let head = head(method, uri, &headers);
    let claim = Claim::read(&head).map_err(ApiError::from)?;
    let now = app.context.now().as_millis().div_euclid(1000);
    let window = Window::of_seconds(u32::try_from(app.signature.skew_seconds).unwrap_or(u32::MAX));
    let payload = PayloadHash::from_sha256(sha256(body));
    verify(&head, &claim, &payload, Some(known.secret.reveal()), now, window).map_err(ApiError::from)?;
    Ok(*known.principal)
}

fn pairs(headers: &HeaderMap) -> Vec<(&str, &[u8])> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
}

fn head<'a>(method: &'a Method, uri: &'a Uri, headers: &'a [(&'a str, &'a [u8])]) -> Head<'a> {
    Head { method: method.as_str(), path: uri.path(), query: uri.query().unwrap_or_default(), headers }
}

impl From<SigError> for ApiError {
    fn from(error: SigError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}
