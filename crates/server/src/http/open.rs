//! Pages that are open to everybody: the transparency report and the system card.
//!
//! Owns their paths and headers. What they say, `transparency` and `card` know.
//!
//! # Invariants
//! - No credential is asked for or looked at.
//! - However many ask at once, one thread computes, and the others wait without one.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::routing::get;

use super::App;
use crate::page;
use crate::transparency::{Rendered, statement};

const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// The paths, beside the API's.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/transparency", get(transparency))
        .route("/transparency.json", get(transparency_json))
        .route("/transparency.note", get(transparency_note))
        .route("/system-card", get(card))
        .route("/system-card.json", get(card_json))
}

async fn transparency(State(app): State<Arc<App>>) -> Response<Body> {
    match app.transparency.fetch().await {
        Some(report) => page::response(report.html.clone()),
        None => unavailable(),
    }
}

async fn transparency_json(State(app): State<Arc<App>>) -> Response<Body> {
    match app.transparency.fetch().await {
        Some(report) => data(report.json.clone(), JSON),
        None => unavailable(),
    }
}

/// The report's hashes, signed by the ledger's key.
async fn transparency_note(State(app): State<Arc<App>>) -> Response<Body> {
    let sign = |report: Arc<Rendered>| app.services.book.sign_note(&statement(&report)).ok();
    match app.transparency.fetch().await.and_then(sign) {
        Some(note) => data(note.into_bytes(), TEXT),
        None => unavailable(),
    }
}

async fn card(State(app): State<Arc<App>>) -> Response<Body> {
    page::response(app.card.html.clone())
}

async fn card_json(State(app): State<Arc<App>>) -> Response<Body> {
    data(app.card.json.clone(), JSON)
}

fn data(bytes: Vec<u8>, kind: HeaderValue) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn unavailable() -> Response<Body> {
    let mut response =
        Response::new(Body::from("the report cannot be computed now; the server's log says why\n"));
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response.headers_mut().insert(CONTENT_TYPE, TEXT);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    response
}
