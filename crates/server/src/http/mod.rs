//! HTTP: the routes of the server and what every answer has in common.
//!
//! Owns paths and methods. The API itself is one path, and everything sent to it goes through `pipeline`.
//!
//! # Invariants
//! - There is one way to an operation: `pipeline::answer`.
//! - Every answer to a request has `x-amzn-RequestId`; every error of the API has a body with `__type`. Bytes that are no
//!   HTTP request never come here: hyper answers them with a bare status and closes the connection.

mod answer;
mod authenticate;
mod body;
mod listen;
mod memory;
mod open;
mod overt;
mod pipeline;
mod status;
mod unread;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use axum::Router;
use axum::middleware::map_response_with_state;
use axum::routing::{get, post};
use metrics_exporter_prometheus::PrometheusHandle;
use overt_gallery::{Context, Principals};

pub use listen::{ListenError, Listener};
pub use memory::{Memory, Paid};

use crate::card::Card;
use crate::config::{Limits, SignatureConfig};
use crate::ops::Services;
use crate::transparency::Served;

/// Everything a request needs.
pub struct App {
    /// Clock and randomness.
    pub context: Context,
    /// Who may use the server.
    pub principals: Principals,
    /// What operations work with.
    pub services: Services,
    /// Bounds on what clients can take up.
    pub limits: Limits,
    /// Which signatures are accepted.
    pub signature: SignatureConfig,
    /// Path beside `/`, without a slash at its end; may be empty.
    pub prefix: String,
    /// Renders what was counted.
    pub metrics: PrometheusHandle,
    /// The transparency report.
    pub(crate) transparency: Arc<Served>,
    /// The system card.
    pub(crate) card: Arc<Card>,
    /// Set once the server ends without waiting any longer: a request that is dropped then was not given up by its client.
    pub cut_off: Arc<AtomicBool>,
}

/// The routes.
pub fn router(app: Arc<App>) -> Router {
    let prefix = app.prefix.clone();
    let mut router = Router::new()
        .route("/", get(status::welcome).merge(post(pipeline::answer)))
        .route("/healthz", get(status::healthy))
        .route("/readyz", get(status::ready))
        .route("/metrics", get(status::metrics))
        .nest(overt::ROOT, overt::routes())
        .merge(open::routes());
    if !prefix.is_empty() {
        // Some SDKs put a slash behind the endpoint's path and some do not.
        let api = get(status::welcome).merge(post(pipeline::answer));
        router = router.route(&prefix, api.clone()).route(&format!("{prefix}/"), api);
    }
    let stamp = map_response_with_state(Arc::clone(&app), answer::stamp);
    router.fallback(status::not_found).layer(stamp).with_state(app)
}

#[cfg(test)]
mod tests;
