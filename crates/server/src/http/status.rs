//! What is answered beside the API: a word for people, health, readiness, metrics.
//!
//! Owns these texts. Refuses to say anything about requests, principals or pictures.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::IntoResponse;
use metrics::gauge;

use super::App;

/// For a person who opens the server's address.
pub(super) async fn welcome() -> impl IntoResponse {
    concat!(
        "This is Overt ",
        env!("CARGO_PKG_VERSION"),
        ", an image analysis server that speaks the Amazon Rekognition API.\n\n",
        "Programs reach it with an AWS SDK whose endpoint URL is this address, signed with an access key of this\n",
        "server: `overt principals create --help` on the machine it runs on.\n\n",
        "/transparency  who uses this server, and for what: computed from its public ledger\n",
        "/system-card   what it is made of, how often it errs, what it is not for\n\n",
        "/healthz  is the process alive\n",
        "/readyz   are the networks loaded\n",
        "/metrics  counts and latencies (Prometheus)\n",
    )
}

/// The process answers.
pub(super) async fn healthy() -> impl IntoResponse {
    "ok\n"
}

/// Whether a worker has its networks.
pub(super) async fn ready(State(app): State<Arc<App>>) -> impl IntoResponse {
    match app.services.workers.ready() {
        0 => (StatusCode::SERVICE_UNAVAILABLE, "the networks are not loaded yet\n".to_owned()),
        workers => (StatusCode::OK, format!("ready, {workers} workers\n")),
    }
}

/// What was counted, in Prometheus' text format.
pub(super) async fn metrics(State(app): State<Arc<App>>) -> impl IntoResponse {
    gauge!("overt_workers_ready").set(app.services.workers.ready() as f64);
    gauge!("overt_memory_bytes").set(app.services.memory.taken() as f64);
    let format = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    ([(CONTENT_TYPE, format)], app.metrics.render())
}

/// Any other path.
pub(super) async fn not_found() -> impl IntoResponse {
    (StatusCode::NOT_FOUND, "not found; the API is at / (POST), see also /healthz, /readyz, /metrics\n")
}
