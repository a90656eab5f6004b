//! What AWS does not have: plain JSON under `/overt/v1`.
//!
//! Owns the paths below it and the way of a signed request there, which is the API's own: signature, permission, ledger. Public
//! pages need no signature. Each noun has a file.
//!
//! # Invariants
//! - A signed request is authenticated by the same function as one to the API, whatever its method and path.
//! - Who may not do something learns no more than that, and the ledger tells of the refusal.
//! - What uses a collection asks whether its records agree with the ledger ([`Signed::agrees`]). Withdrawing a consent does not: the record's id says what is deleted, whatever
//!   name its collection has. Nor do the ledger itself and the public pages, by which a contradiction is found.

mod consents;
mod ledger;
mod overrides;
mod rules;
mod subjects;
mod whoami;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request as HttpRequest;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::uri::InvalidUri;
use axum::http::{HeaderValue, Response};
use axum::routing::{delete, get, post};
use bytes::Bytes;
use overt_gallery::{CollectionName, Principal};
use overt_protocol::ErrorCode;
use serde::Serialize;
use uuid::Uuid;

use super::authenticate::{authenticate, find_key};
use super::pipeline::{actor, blocking, case};
use super::{App, answer, body};
use crate::error::ApiError;
use crate::ops::{self, Role, Services};
use crate::rights::Does;

/// What these paths are nested under.
pub(super) const ROOT: &str = "/overt/v1";
/// Most bytes of a body here: lists of some ten thousand records.
const MAX_BODY: u64 = 4 << 20;
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");

/// The paths below `/overt/v1`.
pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/whoami", get(whoami::show))
        .route("/purposes", get(rules::purposes))
        .route("/retention", get(rules::retention))
        .route("/consents", post(consents::record))
        .route("/consents/{collection}/{id}", get(consents::show))
        .route("/consents/{collection}/{id}/withdraw", post(consents::withdraw))
        .route("/ledger/checkpoint", get(ledger::checkpoint))
        .route("/ledger/key", get(ledger::key))
        .route("/ledger/tile/{*path}", get(ledger::tile))
        .route("/subjects/{collection}/{id}", get(subjects::show))
        .route("/overrides", post(overrides::grant))
        .route("/overrides/{collection}", get(overrides::list))
        .route("/overrides/{collection}/{id}", delete(overrides::end))
}

/// A request whose signature was verified.
pub(super) struct Signed {
    /// Who sent it.
    pub(super) principal: Principal,
    /// The services in that principal's hands.
    pub(super) services: Services,
    /// Its body.
    pub(super) body: Bytes,
}

impl Signed {
    /// Refuses the request, and has the ledger tell of it, unless the principal has a role. `collection` is the one of the path, where the path has
    /// one; else the body may name it.
    ///
    /// # Errors
    /// AccessDeniedException.
    pub(super) async fn needs(&self, role: Role, collection: Option<&str>) -> Result<(), ApiError> {
        if ops::holds(&self.principal.allowed, role) {
            return Ok(());
        }
        let error = ApiError::new(
            ErrorCode::AccessDeniedException,
            format!(
                "{} is not allowed `{}`. `overt principals describe --allow` changes what a principal may do.",
                self.principal.name,
                role.name()
            ),
        );
        let collection = collection.map(ToOwned::to_owned).or_else(|| self.named());
        // What could not be a collection's name stays out of a public ledger.
        let collection = collection.filter(|name| name.parse::<CollectionName>().is_ok());
        self.services.tell(ops::refusal(&error, "permission", collection)).await?;
        Err(error)
    }

    /// Refuses the request, and has the ledger tell of it, where the records of the collection contradict the ledger.
    ///
    /// # Errors
    /// AccessDeniedException.
    pub(super) async fn agrees(&self, collection: &CollectionName, does: Does) -> Result<(), ApiError> {
        let Err(error) = self.services.rights.check_for(collection.as_str(), does) else { return Ok(()) };
        self.services.tell(ops::refusal(&error, "records", Some(collection.to_string()))).await?;
        Err(error)
    }

    /// The collection that the body names.
    fn named(&self) -> Option<String> {
        let body: serde_json::Value = serde_json::from_slice(&self.body).ok()?;
        body.get("collection")?.as_str().map(ToOwned::to_owned)
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// InvalidParameterException that says what is wrong where.
    pub(super) fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            ApiError::new(
                ErrorCode::InvalidParameterException,
                format!("Request has invalid parameters. The body is not what it should be: {error}."),
            )
        })
    }
}

/// Answers a signed request: `operation` is what log, metrics and ledger call it, `run` does it.
pub(super) async fn signed<T, F>(
    app: Arc<App>,
    request: HttpRequest,
    operation: &'static str,
    run: impl FnOnce(Signed) -> F,
) -> Response<Body>
where
    T: Serialize,
    F: Future<Output = Result<T, ApiError>>,
{
    let id = answer::new_id(&app.context);
    let mut entry = None;
    let result = async {
        let signed = verified(&app, request, operation, id).await?;
        let acting = Arc::clone(&signed.services.acting);
        let found = run(signed).await;
        entry = acting.entry();
        serde_json::to_vec(&found?)
            .map_err(|error| ApiError::internal("an answer cannot be written").caused_by(error))
    };
    let result = result.await;
    let code = answer::outcome(result.as_ref().err().map(|error| error.code));
    metrics::counter!("overt_requests_total", "operation" => operation, "code" => code).increment(1);
    let details = result.as_ref().err().map(ApiError::details).unwrap_or_default();
    tracing::info!(request = %id, operation, code, details, "answered");
    let mut response = match result {
        Ok(json) => answer::success(id, ops::Answer::from(json)),
        Err(error) => answer::failure(id, &error, false, entry),
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, JSON);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(entry) = entry {
        headers.insert(ops::ENTRY_HEADER, HeaderValue::from(entry));
    }
    response
}

async fn verified(
    app: &Arc<App>,
    request: HttpRequest,
    operation: &'static str,
    id: Uuid,
) -> Result<Signed, ApiError> {
    let (mut head, stream) = request.into_parts();
    // The path that was signed: the router has taken off what these routes are nested under.
    head.uri = format!("{ROOT}{}", head.uri)
        .parse()
        .map_err(|error: InvalidUri| ApiError::internal("a path cannot be put together").caused_by(error))?;
    let case = case(&head.headers);
    let declared = head.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let head = Arc::new(head);
    let known = {
        let (app, head) = (Arc::clone(app), Arc::clone(&head));
        blocking(move || find_key(&app, &head.method, &head.uri, &head.headers)).await??
    };
    let limits = &app.limits;
    let most = limits.body_bytes.min(MAX_BODY);
    let received = body::receive(stream, declared, most, limits.body_seconds, &app.services.memory);
    let body::Received { bytes, paid } = received.await.map_err(|refused| refused.error)?;
    let (principal, bytes) = {
        let app = Arc::clone(app);
        blocking(move || {
            let principal = authenticate(&app, &head.method, &head.uri, &head.headers, &bytes, known);
            principal.map(|principal| (principal, bytes))
        })
        .await??
    };
    let actor = actor(&principal, operation, id, case?);
    let services = app.services.for_request(paid, actor, principal.allowed.clone());
    if let Err(error) = services.rights.check_principal(&principal) {
        services.tell(ops::refusal(&error, "records", None)).await?;
        return Err(error);
    }
    Ok(Signed { principal, services, body: bytes })
}
