//! `/overt/v1/purposes` and `/overt/v1/retention`: what collections can be for, what they are for, and how long faces are kept. For
//! everybody, without a signature (REQUIREMENTS A6, BIPA 15(a)).
//!
//! Owns the JSON. Refuses to say anything about anybody in a collection.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, Response};
use overt_gallery::policy::{Consent, LegalBasis, ProbeQuality, Purpose, RefusedPurpose, Use};
use serde::Serialize;

use super::JSON;
use crate::http::{App, answer};

#[derive(Serialize)]
struct Purposes {
    purposes: Vec<Allowed>,
    refused: Vec<Refused>,
    legal_bases: Vec<Word>,
    uses: Vec<Word>,
}

#[derive(Serialize)]
struct Word {
    name: &'static str,
    description: &'static str,
}

#[derive(Serialize)]
struct Allowed {
    name: &'static str,
    description: &'static str,
    uses: Vec<&'static str>,
    legal_bases: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    most_faces: Option<u64>,
    standard_retention_days: u32,
    most_retention_days: u32,
    consent: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    threshold_floor: Option<f32>,
    probe_quality: &'static str,
    reviewers: u8,
    evaluation_report: bool,
}

#[derive(Serialize)]
struct Refused {
    name: &'static str,
    description: &'static str,
    reason: &'static str,
    source: &'static str,
}

/// How long faces are kept, collection by collection.
#[derive(Serialize)]
struct Schedule {
    /// Most seconds from the end of a face's time to its deletion, while the server runs.
    deleted_within_seconds: u64,
    collections: Vec<Kept>,
}

#[derive(Serialize)]
struct Kept {
    collection: String,
    owner: String,
    purpose: &'static str,
    legal_basis: &'static str,
    retention_days: u32,
    consent_demanded: bool,
    uses: String,
    /// The records that say so contradict the ledger, and nothing is done under them.
    #[serde(skip_serializing_if = "Option::is_none")]
    contradiction: Option<String>,
}

/// The closed lists.
pub(super) async fn purposes(State(app): State<Arc<App>>) -> Response<Body> {
    let word = |name, description| Word { name, description };
    let lists = Purposes {
        purposes: Purpose::ALL.iter().map(|purpose| allowed(*purpose)).collect(),
        refused: RefusedPurpose::ALL
            .iter()
            .map(|one| Refused {
                name: one.name(),
                description: one.description(),
                reason: one.reason(),
                source: one.source(),
            })
            .collect(),
        legal_bases: LegalBasis::ALL.iter().map(|one| word(one.name(), one.description())).collect(),
        uses: Use::ALL.iter().map(|one| word(one.name(), one.description())).collect(),
    };
    public(&app, &lists)
}

fn allowed(purpose: Purpose) -> Allowed {
    let rules = purpose.rules();
    Allowed {
        name: purpose.name(),
        description: purpose.description(),
        uses: rules.uses.iter().map(|one| one.name()).collect(),
        legal_bases: rules.bases.iter().map(|one| one.name()).collect(),
        most_faces: rules.most_faces,
        standard_retention_days: rules.retention.standard_days,
        most_retention_days: rules.retention.most_days,
        consent: match rules.consent {
            Consent::Always => "always",
            Consent::WhenDeclared => "when declared, or by the legal basis explicit-consent",
        },
        threshold_floor: rules.threshold_floor,
        probe_quality: match rules.probe_quality {
            ProbeQuality::Any => "any",
            ProbeQuality::Fair => "fair",
            ProbeQuality::Good => "good",
        },
        reviewers: rules.reviewers,
        evaluation_report: rules.report,
    }
}

/// How long faces are kept.
pub(super) async fn retention(State(app): State<Arc<App>>) -> Response<Body> {
    let policies = app.services.records(|gallery| Ok(gallery.policies()?)).await;
    let collections = match policies {
        Ok(policies) => policies,
        Err(error) => return answer::failure(answer::new_id(&app.context), &error, false, None),
    };
    let collections = collections.into_iter().map(|(name, policy)| Kept {
        collection: name.to_string(),
        owner: policy.owner().to_string(),
        purpose: policy.purpose().name(),
        legal_basis: policy.legal_basis().name(),
        retention_days: policy.retention_days(),
        consent_demanded: policy.demands_consent(),
        uses: policy.uses().to_string(),
        contradiction: app.services.rights.of_collection(name.as_str()).map(|one| one.to_string()),
    });
    // The upkeep comes at least once an hour, whatever the settings say.
    public(&app, &Schedule { deleted_within_seconds: 3600, collections: collections.collect() })
}

fn public(app: &App, value: &impl Serialize) -> Response<Body> {
    let json = match serde_json::to_vec(value) {
        Ok(json) => json,
        Err(error) => {
            let error = crate::error::ApiError::internal("an answer cannot be written").caused_by(error);
            return answer::failure(answer::new_id(&app.context), &error, false, None);
        }
    };
    let mut response = Response::new(Body::from(json));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, JSON);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"));
    // Public means also for pages of others.
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
