//! Answers of the API on the wire.
//!
//! Owns headers and the form of an error. Refuses to decide what is answered.
//!
//! # Invariants
//! - Content-Type, `x-amzn-RequestId` and, by hyper, `Date` and `Content-Length` are on every answer: JavaScript
//!   clients correct their clock by `Date`, and Python clients find an error's code in the body only.

use axum::body::Body;
use axum::http::header::{CONNECTION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use overt_protocol::ErrorCode;
use uuid::Uuid;

use crate::error::ApiError;

const AMZ_JSON: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
/// Redundant beside `__type`, and what tools in front of the server can count by.
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// A success.
pub(super) fn success(id: Uuid, json: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(json));
    decorate(&mut response, id);
    response
}

/// A failure. `logref` is the request's id once more: one id finds the line in the log.
pub(super) fn failure(id: Uuid, error: &ApiError, close: bool) -> Response<Body> {
    let body = error.code.body(&error.message, &id.to_string());
    let mut response = Response::new(Body::from(body));
    *response.status_mut() =
        StatusCode::from_u16(error.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    decorate(&mut response, id);
    response.headers_mut().insert(ERROR_TYPE, HeaderValue::from_static(error.code.as_str()));
    if close {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn decorate(response: &mut Response<Body>, id: Uuid) {
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, AMZ_JSON);
    // A UUID is printable ASCII.
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(REQUEST_ID, id);
    }
}

/// The label of an outcome in the metrics.
pub(super) fn outcome(error: Option<ErrorCode>) -> &'static str {
    error.map_or("OK", ErrorCode::as_str)
}
