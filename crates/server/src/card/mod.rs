//! The system card: what this server is made of, how often it errs, what it is for and what not (REQUIREMENTS F2, G4).
//!
//! Owns what it says, as JSON and as a page. Computed once at a start, from the manifest of the networks, the calibration tables and the closed
//! lists of purposes: no number in it is typed.
//!
//! # Invariants
//! - Every network that the server would load is in it, with licence, digest and what is known of its training; one for research only is marked, and
//!   the card says so before anything else.
//! - A rate stands with its interval, and with the word that it was extrapolated.

mod html;
mod limits;

use overt_gallery::policy::{Purpose, RefusedPurpose, Use};
use overt_ledger::VerifierKey;
use overt_vision::models::{Manifest, Network, RuntimeLibrary, Source, Terms};
use serde::Serialize;

use crate::config::WitnessConfig;
use crate::recognition::Recognition;

use limits::{LIMITS, Limit};

/// The version of the form.
const FORM: u32 = 1;
/// Similarities of which the card gives the rates.
const SIMILARITIES: [f32; 5] = [60.0, 80.0, 90.0, 95.0, 99.0];

/// The card in its two forms.
pub(crate) struct Card {
    /// `/system-card.json`.
    pub(crate) json: Vec<u8>,
    /// `/system-card`.
    pub(crate) html: Vec<u8>,
}

/// What the card says.
#[derive(Debug, Serialize)]
struct Says {
    card: &'static str,
    form: u32,
    software: &'static str,
    release: &'static str,
    source: &'static str,
    licence: &'static str,
    ledger: Ledger,
    research_only: Vec<String>,
    networks: Vec<OneNetwork>,
    runtimes: Vec<Runtime>,
    recognisers: Vec<OneRecogniser>,
    purposes: Vec<OnePurpose>,
    refused_purposes: Vec<Refused>,
    limits: &'static [Limit],
}

#[derive(Debug, Serialize)]
struct Ledger {
    origin: String,
    key: String,
    witnesses: Vec<String>,
}

#[derive(Debug, Serialize)]
struct OneNetwork {
    id: String,
    version: String,
    role: &'static str,
    licence: String,
    research_only: bool,
    training_data: String,
    from: String,
    /// SHA-256 of the model that is loaded; other bytes are refused.
    sha256: String,
    bytes: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Runtime {
    platform: String,
    /// The package that it comes in.
    name: String,
    version: String,
    licence: String,
}

#[derive(Debug, Serialize)]
struct OneRecogniser {
    version: String,
    numbers: usize,
    network: Option<String>,
    default: bool,
    calibration: Option<Calibrated>,
}

#[derive(Debug, Serialize)]
struct Calibrated {
    data: String,
    people: u32,
    images: u32,
    failures_to_acquire: u32,
    genuine_pairs: u64,
    impostor_pairs: u64,
    interval: String,
    tail: String,
    rates: Vec<OneRate>,
}

#[derive(Debug, Serialize)]
struct OneRate {
    similarity: f32,
    false_match_rate: f64,
    low: f64,
    high: f64,
    true_match_rate: Option<f64>,
    extrapolated: bool,
}

#[derive(Debug, Serialize)]
struct OnePurpose {
    purpose: &'static str,
    description: &'static str,
    uses: Vec<&'static str>,
    most_faces: Option<u64>,
    retention_days: u32,
    longest_retention_days: u32,
    threshold_floor: Option<f32>,
    live_video: bool,
    reviewers: u8,
}

#[derive(Debug, Serialize)]
struct Refused {
    purpose: &'static str,
    description: &'static str,
    reason: &'static str,
    source: &'static str,
}

impl Card {
    /// The card of a server with these networks and recognisers.
    ///
    /// # Errors
    /// When it cannot be written, which does not happen.
    pub(crate) fn new(
        manifest: &Manifest,
        recognition: &Recognition,
        key: &VerifierKey,
        witnesses: &[WitnessConfig],
    ) -> Result<Self, serde_json::Error> {
        let networks: Vec<OneNetwork> = manifest.networks.iter().map(|one| network(one, manifest)).collect();
        let says = Says {
            card: "overt system card",
            form: FORM,
            software: "Overt",
            release: env!("CARGO_PKG_VERSION"),
            source: env!("CARGO_PKG_REPOSITORY"),
            licence: env!("CARGO_PKG_LICENSE"),
            ledger: Ledger {
                origin: key.name().to_owned(),
                key: key.to_string(),
                witnesses: witnesses.iter().map(|witness| witness.key.to_string()).collect(),
            },
            research_only: networks
                .iter()
                .filter(|one| one.research_only)
                .map(|one| one.id.clone())
                .collect(),
            networks,
            runtimes: manifest.runtimes.iter().map(|one| runtime(one, manifest)).collect(),
            recognisers: recognisers(recognition),
            purposes: Purpose::ALL.iter().map(|one| purpose(*one)).collect(),
            refused_purposes: RefusedPurpose::ALL
                .iter()
                .map(|one| Refused {
                    purpose: one.name(),
                    description: one.description(),
                    reason: one.reason(),
                    source: one.source(),
                })
                .collect(),
            limits: LIMITS,
        };
        let mut json = serde_json::to_vec_pretty(&serde_json::to_value(&says)?)?;
        json.push(b'\n');
        Ok(Self { json, html: html::page(&says).into_bytes() })
    }
}

fn network(one: &Network, manifest: &Manifest) -> OneNetwork {
    let from = match &one.source {
        Source::Package { package, .. } => package_of(manifest, package),
        // Addresses and paths of the operator's own are nobody else's business.
        Source::Path { .. } => "a file of the operator's".to_owned(),
        Source::Url { .. } => "an address of the operator's".to_owned(),
    };
    OneNetwork {
        id: one.id.clone(),
        version: one.version.clone(),
        role: one.role.name(),
        licence: one.licence.clone(),
        research_only: one.terms == Terms::ResearchOnly,
        training_data: one.training_data.clone(),
        from,
        sha256: one.onnx.to_string(),
        bytes: one.onnx_size,
    }
}

fn package_of(manifest: &Manifest, id: &str) -> String {
    let package = manifest.packages.iter().find(|package| package.id == id);
    package.map_or_else(|| id.to_owned(), |package| format!("{} {}", package.name, package.version))
}

fn runtime(one: &RuntimeLibrary, manifest: &Manifest) -> Runtime {
    Runtime {
        platform: format!("{} {}", one.os, one.arch),
        name: package_of(manifest, &one.package),
        version: one.version.clone(),
        licence: one.licence.clone(),
    }
}

fn recognisers(recognition: &Recognition) -> Vec<OneRecogniser> {
    let each = recognition.recognisers().all().iter();
    each.map(|known| OneRecogniser {
        version: known.version.as_str().to_owned(),
        numbers: known.numbers,
        network: known.network.clone(),
        default: &known.version == recognition.default_version(),
        calibration: recognition.calibration(&known.version).ok().map(|table| {
            let (data, method) = (table.data(), table.method());
            let rates = SIMILARITIES.map(|similarity| {
                let rate = table.false_match_rate(similarity);
                let row = table.rows().iter().find(|row| row.similarity == f64::from(similarity));
                OneRate {
                    similarity,
                    false_match_rate: rate.value,
                    low: rate.low,
                    high: rate.high,
                    true_match_rate: row.map(|row| row.true_match_rate),
                    extrapolated: rate.extrapolated,
                }
            });
            Calibrated {
                data: data.description.clone(),
                people: data.people,
                images: data.images,
                failures_to_acquire: data.failures_to_acquire,
                genuine_pairs: data.genuine_pairs,
                impostor_pairs: data.impostor_pairs,
                interval: method.interval.clone(),
                tail: method.tail.clone(),
                rates: rates.into(),
            }
        }),
    })
    .collect()
}

fn purpose(one: Purpose) -> OnePurpose {
    let rules = one.rules();
    OnePurpose {
        purpose: one.name(),
        description: one.description(),
        uses: rules.uses.iter().map(|each: &Use| each.name()).collect(),
        most_faces: rules.most_faces,
        retention_days: rules.retention.standard_days,
        longest_retention_days: rules.retention.most_days,
        threshold_floor: rules.threshold_floor,
        live_video: one.allows_live_video(),
        reviewers: rules.reviewers,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use overt_ledger::{KeyKind, SignerKey};
    use overt_vision::models::ModelStore;

    fn card() -> (Manifest, Card) {
        let folder = tempfile::tempdir().unwrap();
        let manifest = ModelStore::open(folder.path(), &[]).unwrap().manifest().clone();
        let key = SignerKey::from_seed("cards.example", KeyKind::Note, &[1; 32]).unwrap();
        let config = crate::config::ModelsConfig { folder: folder.path().to_owned(), ..Default::default() };
        let recognition = Recognition::open(&config).unwrap();
        let card = Card::new(&manifest, &recognition, key.verifier(), &[]).unwrap();
        (manifest, card)
    }

    #[test]
    fn g4_every_network_is_listed_with_digest_licence_and_training_data() {
        let (manifest, card) = card();
        let json: serde_json::Value = serde_json::from_slice(&card.json).unwrap();
        let listed = json["networks"].as_array().unwrap();
        assert_eq!(listed.len(), manifest.networks.len());
        let html = String::from_utf8(card.html).unwrap();
        for (network, listed) in manifest.networks.iter().zip(listed) {
            assert_eq!(listed["id"], network.id);
            assert_eq!(listed["sha256"], network.onnx.to_string());
            assert_eq!(listed["licence"], network.licence);
            assert!(!listed["training_data"].as_str().unwrap().is_empty(), "{}", network.id);
            for told in [&network.id, &network.onnx.to_string()] {
                assert!(html.contains(told.as_str()), "{told}");
            }
        }
        assert_eq!(json["research_only"].as_array().unwrap().len(), 0);
    }

    #[test]
    fn f2_error_rates_stand_with_their_intervals_and_refused_uses_with_their_reasons() {
        let (_, card) = card();
        let json: serde_json::Value = serde_json::from_slice(&card.json).unwrap();
        let rates = json["recognisers"][0]["calibration"]["rates"].as_array().unwrap();
        let at = |similarity: f64| rates.iter().find(|rate| rate["similarity"] == similarity).unwrap();
        assert_eq!(at(80.0)["extrapolated"], false);
        assert_eq!(at(99.0)["extrapolated"], true, "99 lies beyond what was measured, and must say so");
        for rate in rates {
            let number = |name: &str| rate[name].as_f64().unwrap();
            assert!(
                number("low") <= number("false_match_rate") && number("false_match_rate") <= number("high")
            );
        }
        let html = String::from_utf8(card.html).unwrap();
        for refused in RefusedPurpose::ALL {
            assert!(html.contains(&crate::page::text(refused.reason())), "{}", refused.name());
        }
        assert!(html.contains("extrapolated"));
    }
}
