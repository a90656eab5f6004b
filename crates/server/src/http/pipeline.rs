//! The one way of a request: authenticate, parse and validate, authorise, admit, run, tell the ledger, answer.
//!
//! Owns that order, the request's id, its log line and its metrics. Each step's rules belong to the step.
//!
//! # Invariants
//! - No operation runs for a request that any earlier step refused.
//! - Every request is counted and logged once, also one whose client does not wait for its answer, and one that the end
//!   of the server cuts off.
//! - Hashing, signature, JSON and base64 never run on the async threads.
//! - A panic anywhere becomes `InternalServerError`, is counted, and the process lives.
//! - The log tells who called what and how it ended; it holds no part of a body.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use axum::http::header::CONTENT_LENGTH;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Response};
use bytes::Bytes;
use futures_util::FutureExt as _;
use metrics::{counter, gauge, histogram};
use overt_gallery::{Acting, Actor, ConsentId, Principal, Who};
use overt_protocol::{ErrorCode, Operation, Request, WireError};
use uuid::Uuid;

use super::authenticate::{Known, authenticate, find_key};
use super::{App, answer, body};
use crate::error::ApiError;
use crate::ops::{self, Answer, Services};

/// The header in which a caller names the case that a call belongs to.
const CASE_HEADER: &str = "x-overt-case";
/// The header in which a caller names the record of consent that faces are added under.
const CONSENT_HEADER: &str = "x-overt-consent";
/// Most characters of a case's name.
const MAX_CASE: usize = 128;

/// Answers a request to the API.
pub(super) async fn answer(State(app): State<Arc<App>>, request: HttpRequest) -> Response<Body> {
    let id = answer::new_id(&app.context);
    let mut trace = Trace::begin(id, Arc::clone(&app.cut_off));
    let result = AssertUnwindSafe(steps(&app, request, &mut trace)).catch_unwind().await;
    let result = result.unwrap_or_else(|_panic| {
        counter!("overt_panics_total", "where" => "request").increment(1);
        Err(ApiError::internal("a request panicked"))
    });
    let (close, acting) = (trace.close, trace.acting.take());
    trace.end(result.as_ref().err());
    match result {
        Ok(answer) => answer::success(id, answer),
        Err(error) => answer::failure(id, &error, close, acting.and_then(|acting| acting.entry())),
    }
}

async fn steps(app: &Arc<App>, request: HttpRequest, trace: &mut Trace) -> Result<Answer, ApiError> {
    let (head, stream) = request.into_parts();
    let Parts { headers, uri, method, .. } = head;
    trace.operation = target(&headers).and_then(Operation::from_target);
    let case = case(&headers);
    let consent = consent(&headers);
    let head = Arc::new((method, uri, headers));

    // Who it says it is. Without a key that works no byte of the body is kept: the budget for bodies is for those
    // who may use the server.
    let known = {
        let (app, head) = (Arc::clone(app), Arc::clone(&head));
        blocking(move || find_key(&app, &head.0, &head.1, &head.2)).await?
    };
    let declared = head.2.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let limits = &app.limits;
    let known = match known {
        Ok(known) => known,
        Err(error) => {
            let passed = body::pass_by(stream, declared, limits.body_bytes, limits.body_seconds).await;
            return Err(match passed {
                Ok(()) => error,
                Err(refused) => {
                    trace.close = refused.close;
                    refused.error
                }
            });
        }
    };
    let memory = &app.services.memory;
    let received = body::receive(stream, declared, limits.body_bytes, limits.body_seconds, memory)
        .await
        .inspect_err(|refused| trace.close = refused.close)
        .map_err(|refused| refused.error)?;
    let body::Received { bytes, paid } = received;

    // Authenticate, then parse and validate. Both read the whole body, which takes milliseconds for a large one.
    // The body's share of memory goes where its bytes go: this future ends when the client hangs up, the thread does not.
    let (understood, paid) = {
        let app = Arc::clone(app);
        blocking(move || {
            let understood = understand(&app, &head.0, &head.1, &head.2, &bytes, known);
            drop(bytes);
            (understood, paid)
        })
        .await?
    };
    trace.principal = understood.principal.as_ref().map(|principal| principal.name.to_string());
    let (principal, request) = understood.into_result()?;

    // Authorise.
    let operation = request.operation();
    let collection = ops::collection_of(&request).map(ToOwned::to_owned);
    let actor = actor(&principal, operation.name(), trace.id, case?);
    let services =
        Services { consent: consent?, ..app.services.for_request(paid, actor, principal.allowed.clone()) };
    trace.acting = Some(Arc::clone(&services.acting));
    if let Err(error) = services.rights.check_principal(&principal) {
        services.tell(ops::refusal(&error, "records", collection)).await?;
        return Err(error);
    }
    if !ops::permits(&principal.allowed, operation) {
        let error = not_authorised(&principal, operation);
        services.tell(ops::refusal(&error, "permission", collection)).await?;
        return Err(error);
    }

    // Admit and run. The operation admits itself to the workers once its pictures are there: a request whose object
    // is still being fetched must not occupy a worker.
    // What it did, or found, is in the ledger when it returns.
    ops::run(request, &services).await
}

/// A principal with a request.
pub(super) fn actor(principal: &Principal, operation: &str, request: Uuid, case: Option<String>) -> Actor {
    let who = Who::Principal {
        name: principal.name.to_string(),
        organisation: principal.organisation.as_str().to_owned(),
        sector: principal.sector.name().to_owned(),
        // The one that was looked up.
        key: principal.keys.first().map(|key| key.id.digest()),
    };
    Actor { who, operation: operation.to_owned(), request, case }
}

/// What the caller calls the case, if it does.
pub(super) fn case(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(value) = headers.get(CASE_HEADER) else { return Ok(None) };
    let good = |text: &&str| {
        (1..=MAX_CASE).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
    };
    match value.to_str().ok().map(str::trim).filter(good) {
        Some(text) => Ok(Some(text.to_owned())),
        None => Err(ApiError::new(
            ErrorCode::InvalidParameterException,
            format!(
                "Request has invalid parameters. The header {CASE_HEADER} must be 1 to {MAX_CASE} printable ASCII characters. It stands in \
                 a public ledger: name the case, never a person."
            ),
        )),
    }
}

/// The record of consent that the caller names, if it does.
fn consent(headers: &HeaderMap) -> Result<Option<ConsentId>, ApiError> {
    let Some(value) = headers.get(CONSENT_HEADER) else { return Ok(None) };
    let id = value.to_str().ok().and_then(|text| text.trim().parse().ok());
    id.map(Some).ok_or_else(|| {
        ApiError::new(
            ErrorCode::InvalidParameterException,
            format!("Request has invalid parameters. The header {CONSENT_HEADER} must be the id of a record of consent, a UUID."),
        )
    })
}

/// Runs what reads records or a whole body on a thread that may wait.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.map_err(|panic| {
        counter!("overt_panics_total", "where" => "request").increment(1);
        ApiError::internal("reading a request panicked").caused_by(panic)
    })
}

fn target(headers: &HeaderMap) -> Option<&str> {
    headers.get("x-amz-target").and_then(|value| value.to_str().ok())
}

/// How far a request was understood before it was refused, if it was.
struct Understood {
    principal: Option<Principal>,
    outcome: Result<Request, ApiError>,
}

impl Understood {
    fn into_result(self) -> Result<(Principal, Request), ApiError> {
        let request = self.outcome?;
        let principal =
            self.principal.ok_or_else(|| ApiError::internal("a request was parsed without its principal"))?;
        Ok((principal, request))
    }
}

/// Blocking: hashes and reads the body.
fn understand(
    app: &App,
    method: &axum::http::Method,
    uri: &axum::http::Uri,
    headers: &HeaderMap,
    bytes: &Bytes,
    known: Known,
) -> Understood {
    let target = target(headers);
    let principal = match authenticate(app, method, uri, headers, bytes, known) {
        Ok(principal) => principal,
        Err(error) => return Understood { principal: None, outcome: Err(error) },
    };
    let outcome = match target.and_then(Operation::from_target) {
        Some(operation) => Request::parse(operation, bytes).map_err(ApiError::from),
        None => Err(unknown_operation(target)),
    };
    Understood { principal: Some(principal), outcome }
}

fn unknown_operation(target: Option<&str>) -> ApiError {
    let message = match target {
        // The header is the client's own and at most some kilobytes; quoted so that nothing in it can mislead.
        Some(target) => {
            let shown: String = target.chars().take(100).collect();
            format!(
                "The operation {shown:?} is not known. X-Amz-Target must be RekognitionService.<Operation>."
            )
        }
        None => "The header X-Amz-Target is missing.".to_owned(),
    };
    ApiError::new(ErrorCode::UnknownOperationException, message)
}

/// Amazon's sentence, with the principal where Amazon has an ARN.
fn not_authorised(principal: &Principal, operation: Operation) -> ApiError {
    ApiError::new(
        ErrorCode::AccessDeniedException,
        format!("User: {} is not authorized to perform: rekognition:{}", principal.name, operation.name()),
    )
    .because("the principal's allowed actions do not include it")
}

impl From<WireError> for ApiError {
    fn from(error: WireError) -> Self {
        let code = match &error {
            WireError::Constraints { .. } => ErrorCode::ValidationException,
            WireError::Syntax { .. } | WireError::TooManyValues { .. } | WireError::Type { .. } => {
                ErrorCode::SerializationException
            }
        };
        Self::new(code, error.to_string())
    }
}

/// What the log and the metrics say about a request, filled in as its steps succeed, and said when it ends.
struct Trace {
    id: Uuid,
    started: Instant,
    principal: Option<String>,
    operation: Option<Operation>,
    /// What the ledger has of it.
    acting: Option<Arc<Acting>>,
    close: bool,
    ended: bool,
    cut_off: Arc<AtomicBool>,
}

impl Trace {
    fn begin(id: Uuid, cut_off: Arc<AtomicBool>) -> Self {
        gauge!("overt_in_flight").increment(1.0);
        let started = Instant::now();
        Self {
            id,
            started,
            principal: None,
            operation: None,
            acting: None,
            close: false,
            ended: false,
            cut_off,
        }
    }

    /// The request has its answer.
    fn end(mut self, error: Option<&ApiError>) {
        self.ended = true;
        let (principal, operation, millis) = self.count(answer::outcome(error.map(|error| error.code)));
        let (id, code) = (self.id, answer::outcome(error.map(|error| error.code)));
        match error {
            None => tracing::info!(request = %id, principal, operation, code, millis, "answered"),
            Some(error) if error.http_status() >= 500 && error.code == ErrorCode::InternalServerError => {
                tracing::error!(request = %id, principal, operation, code, millis, details = error.details(), "failed");
            }
            Some(error) => {
                tracing::info!(request = %id, principal, operation, code, millis, details = error.details(), "refused");
            }
        }
    }

    /// Counts the request with its outcome; principal, operation and milliseconds for the log.
    fn count(&self, code: &'static str) -> (&str, &'static str, f64) {
        let elapsed = self.started.elapsed();
        // Only names out of closed lists become labels: a client cannot make the server count without bound.
        let operation = self.operation.map_or("unknown", Operation::name);
        counter!("overt_requests_total", "operation" => operation, "code" => code).increment(1);
        histogram!("overt_request_seconds", "operation" => operation).record(elapsed.as_secs_f64());
        (self.principal.as_deref().unwrap_or("-"), operation, elapsed.as_micros() as f64 / 1000.0)
    }
}

impl Drop for Trace {
    fn drop(&mut self) {
        gauge!("overt_in_flight").decrement(1.0);
        if !self.ended {
            // The future of a request is dropped when its client hangs up, and when the server waits no longer.
            let (code, how) = if self.cut_off.load(Ordering::Relaxed) {
                (answer::CUT_OFF, "the server ended before its answer")
            } else {
                (answer::CLIENT_GONE, "the client hung up")
            };
            let id = self.id;
            let (principal, operation, millis) = self.count(code);
            tracing::info!(request = %id, principal, operation, code, millis, "{how}");
        }
    }
}
