//! `GET /overt/v1/whoami`: the principal whose key signed the request.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use axum::http::Response;
use serde::Serialize;

use super::signed;
use crate::http::App;

/// A principal, to itself.
#[derive(Serialize)]
struct Whoami {
    principal: String,
    organisation: String,
    sector: &'static str,
    allowed: Vec<String>,
}

pub(super) async fn show(State(app): State<Arc<App>>, request: HttpRequest) -> Response<Body> {
    signed(app, request, "Whoami", |signed| async move {
        let principal = &signed.principal;
        Ok(Whoami {
            principal: principal.name.to_string(),
            organisation: principal.organisation.as_str().to_owned(),
            sector: principal.sector.name(),
            allowed: principal.allowed.words().map(ToOwned::to_owned).collect(),
        })
    })
    .await
}
