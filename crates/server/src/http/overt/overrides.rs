//! `/overt/v1/overrides`: searches below the floor of a purpose, allowed for some hours (REQUIREMENTS B3).
//!
//! Owns the JSON. Whoever holds `administer` allows and ends overrides; `audit` and `review` read them too.
//!
//! # Invariants
//! - An override is answered after the ledger tells of it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, Request as HttpRequest, State};
use axum::http::Response;
use overt_gallery::{CollectionName, NewOverride, Override};
use overt_protocol::ErrorCode;
use serde::{Deserialize, Serialize};

use super::{Signed, signed};
use crate::account::Thousandths;
use crate::error::ApiError;
use crate::http::App;
use crate::ops::{self, Role};
use crate::rights::Does;

/// What is asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    collection: String,
    /// Percent.
    lowest_threshold: f32,
    /// For everybody to read.
    reason: String,
    hours: u32,
}

/// An override, as it is answered. Moments are milliseconds since 1970.
#[derive(Debug, Serialize)]
struct Shown {
    id: String,
    collection: String,
    lowest_threshold: f64,
    reason: String,
    allowed_by: String,
    created: i64,
    expires: i64,
    in_force: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_by: Option<String>,
}

impl Shown {
    fn of(one: Override, app: &App) -> Self {
        let in_force = one.in_force(app.context.now());
        let (ended, ended_by) = one.ended.map(|(at, by)| (at.as_millis(), by)).unzip();
        Self {
            id: one.id,
            collection: one.collection.to_string(),
            lowest_threshold: Thousandths(one.lowest).percent(),
            reason: one.reason,
            allowed_by: one.allowed_by,
            created: one.created.as_millis(),
            expires: one.expires.as_millis(),
            in_force,
            ended,
            ended_by,
        }
    }
}

/// `POST /overt/v1/overrides`
pub(super) async fn grant(State(app): State<Arc<App>>, request: HttpRequest) -> Response<Body> {
    signed(Arc::clone(&app), request, "GrantOverride", |signed| async move {
        signed.needs(Role::Administer, None).await?;
        let Asked { collection, lowest_threshold, reason, hours } = signed.json()?;
        if !(0.0..=100.0).contains(&lowest_threshold) {
            return Err(ApiError::new(
                ErrorCode::InvalidParameterException,
                "Request has invalid parameters. lowest_threshold must be between 0 and 100.",
            ));
        }
        let new = NewOverride {
            lowest: Thousandths::of(lowest_threshold).0,
            reason,
            allowed_by: signed.principal.name.to_string(),
            lasts: Duration::from_secs(u64::from(hours) * 3600),
        };
        let collection = collection.parse::<CollectionName>()?;
        signed.agrees(&collection, Does::Use).await?;
        let made = ops::grant_override(&signed.services, collection, new).await?;
        Ok(Shown::of(made, &app))
    })
    .await
}

/// `DELETE /overt/v1/overrides/COLLECTION/ID`
pub(super) async fn end(
    State(app): State<Arc<App>>,
    Path((collection, id)): Path<(String, String)>,
    request: HttpRequest,
) -> Response<Body> {
    signed(Arc::clone(&app), request, "EndOverride", |signed| async move {
        signed.needs(Role::Administer, Some(&collection)).await?;
        let by = signed.principal.name.to_string();
        let name = collection.parse::<CollectionName>()?;
        signed.agrees(&name, Does::Remove).await?;
        Ok(Shown::of(ops::end_override(&signed.services, name, id, by).await?, &app))
    })
    .await
}

/// `GET /overt/v1/overrides/COLLECTION`
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Path(collection): Path<String>,
    request: HttpRequest,
) -> Response<Body> {
    signed(Arc::clone(&app), request, "ListOverrides", |signed| async move {
        readable(&signed, &collection).await?;
        let found = ops::list_overrides(&signed.services, collection.parse::<CollectionName>()?).await?;
        Ok(found.into_iter().map(|one| Shown::of(one, &app)).collect::<Vec<_>>())
    })
    .await
}

/// Who may read them: those who allow, and those who check.
async fn readable(signed: &Signed, collection: &str) -> Result<(), ApiError> {
    let allowed = &signed.principal.allowed;
    if [Role::Audit, Role::Review].into_iter().any(|role| ops::holds(allowed, role)) {
        return Ok(());
    }
    signed.needs(Role::Administer, Some(collection)).await
}
