//! Answers of the API on the wire.
//!
//! Owns headers and the form of an error. Refuses to decide what is answered.
//!
//! # Invariants
//! - Content-Type, `x-amzn-RequestId` and, by hyper, `Date` and `Content-Length` are on every answer: JavaScript
//!   clients correct their clock by `Date`, and Python clients find an error's code in the body only.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CONNECTION, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use overt_gallery::Context;
use overt_protocol::ErrorCode;
use uuid::Uuid;

use super::App;
use crate::error::ApiError;
use crate::ops::{Answer, ENTRY_HEADER};

const AMZ_JSON: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
/// Redundant beside `__type`, and what tools in front of the server can count by.
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// A success.
pub(super) fn success(id: Uuid, answer: Answer) -> Response<Body> {
    let mut response = Response::new(Body::from(answer.json));
    response.headers_mut().extend(answer.headers);
    decorate(&mut response, id);
    response
}

/// A failure. `logref` is the request's id once more: one id finds the line in the log. `entry` is the ledger's about it, where there is one.
pub(super) fn failure(id: Uuid, error: &ApiError, close: bool, entry: Option<u64>) -> Response<Body> {
    let body = error.code.body(&error.message, &id.to_string());
    let mut response = Response::new(Body::from(body));
    *response.status_mut() =
        StatusCode::from_u16(error.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    decorate(&mut response, id);
    response.headers_mut().insert(ERROR_TYPE, HeaderValue::from_static(error.code.as_str()));
    if let Some(entry) = entry {
        response.headers_mut().insert(ENTRY_HEADER, HeaderValue::from(entry));
    }
    if close {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn decorate(response: &mut Response<Body>, id: Uuid) {
    response.headers_mut().insert(CONTENT_TYPE, AMZ_JSON);
    identify(response, id);
}

fn identify(response: &mut Response<Body>, id: Uuid) {
    // A UUID is printable ASCII.
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
}

/// Draws a request's id.
pub(super) fn new_id(context: &Context) -> Uuid {
    let id = context.random::<16>().map(|bytes| uuid::Builder::from_random_bytes(bytes).into_uuid());
    id.unwrap_or(Uuid::nil())
}

/// Gives an answer of another page than the API an id too: SDKs show it when they come to a wrong address.
pub(super) async fn stamp(State(app): State<Arc<App>>, mut response: Response<Body>) -> Response<Body> {
    if !response.headers().contains_key(REQUEST_ID) {
        identify(&mut response, new_id(&app.context));
    }
    response
}

/// The label of a request whose client hung up before it was answered. Not a code of the API: nobody was sent it.
pub(super) const CLIENT_GONE: &str = "ClientGone";

/// The label of a request that the end of the server cut off.
pub(super) const CUT_OFF: &str = "CutOff";

/// The label of an outcome in the metrics.
pub(super) fn outcome(error: Option<ErrorCode>) -> &'static str {
    error.map_or("OK", ErrorCode::as_str)
}
