//! Who sent a request: the signature, checked against the records.
//!
//! Owns the way from a request's head to a principal. The rules of the signature are `overt_protocol::sigv4`'s, those
//! of keys the gallery's.
//!
//! # Invariants
//! - The client learns the same about a key that never existed, one that was rotated and one that was revoked; the
//!   log tells them apart.
//! - The body is hashed here, never believed: a hash in a header must equal it.

use axum::http::{HeaderMap, Method, Uri};
use overt_gallery::{KeyLookup, Principal};
use overt_protocol::ErrorCode;
use overt_protocol::sigv4::{Claim, Head, PayloadHash, SigError, Window, verify};

use super::App;
use crate::error::ApiError;

/// Decides who sent the request. Blocking: hashes the body and reads the records.
pub(super) fn authenticate(
    app: &App,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Principal, ApiError> {
    let headers: Vec<(&str, &[u8])> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let head = Head {
        method: method.as_str(),
        path: uri.path(),
        query: uri.query().unwrap_or_default(),
        headers: &headers,
    };
    let claim = Claim::read(&head).map_err(ApiError::from)?;
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
    let (secret, principal, why_not) = match found {
        KeyLookup::Active { secret, principal } => (Some(secret), Some(principal), None),
        KeyLookup::Unknown => (None, None, Some("the access key is unknown".to_owned())),
        KeyLookup::Ended { principal, since } => {
            (None, None, Some(format!("the access key of {principal} ended at {}", since.as_millis())))
        }
    };
    let now = app.context.now().as_millis().div_euclid(1000);
    let window = Window::of_seconds(u32::try_from(app.signature.skew_seconds).unwrap_or(u32::MAX));
    let payload = PayloadHash::of(body);
    verify(&head, &claim, &payload, secret.as_ref().map(|secret| secret.reveal()), now, window).map_err(
        |error| {
            let error = ApiError::from(error);
            match why_not {
                Some(reason) => error.because(reason),
                None => error,
            }
        },
    )?;
    principal
        .map(|principal| *principal)
        .ok_or_else(|| ApiError::internal("a signature was accepted without a principal"))
}

impl From<SigError> for ApiError {
    fn from(error: SigError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}
