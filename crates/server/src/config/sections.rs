//! The sections of the settings: log, limits, quotas, upkeep, policy, weights, signatures.
//!
//! Owns their keys, their defaults with the reasons, and the bounds of the limits. Refuses to know where a value came
//! from.

use std::path::PathBuf;
use std::time::Duration;

use overt_gallery::policy::{Declaration, Tag};
use overt_gallery::{GalleryError, Organisation};
use overt_ledger::{KeyKind, VerifierKey};
use serde::Deserialize;

use super::{ConfigError, invalid};

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// A line for people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

/// Settings of the log.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// `error`, `warn`, `info`, `debug`, `trace`, or directives such as `info,overt::http=debug`.
    pub level: String,
    /// Form of a line.
    pub format: LogFormat,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { level: "info".into(), format: LogFormat::Text }
    }
}

/// Bounds on what clients can take up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Largest request body, bytes. The largest valid one, CompareFaces with two images of 5 MiB, has 13,981,076.
    pub body_bytes: u64,
    /// Bytes of request bodies and fetched objects that may be in memory at once.
    pub memory_bytes: u64,
    /// How long a client may take to send a body, seconds.
    pub body_seconds: u64,
    /// How long a client may take to send its headers, and how long a kept-alive connection may be silent, seconds.
    pub header_seconds: u64,
    /// How long a client may leave what it is sent untaken, seconds.
    pub answer_seconds: u64,
    /// How long an object store may take, seconds.
    pub object_seconds: u64,
    /// Open connections.
    pub connections: usize,
    /// Requests that may wait for a worker.
    pub queue: usize,
    /// How long a request may wait for a worker, seconds.
    pub queue_seconds: u64,
    /// How long a shutdown waits for requests in progress, seconds.
    pub shutdown_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 16 << 20,
            // Room for 18 of the largest bodies, or some hundred ordinary ones.
            memory_bytes: 512 << 20,
            // 16 MiB in a minute is a line of 2.2 Mbit/s.
            body_seconds: 60,
            // Longer than the keep-alive of common proxies, so that they close first and never race a request.
            header_seconds: 75,
            // An answer of a hundred faces fits into the system's buffers: who leaves more than that is not reading.
            answer_seconds: 60,
            object_seconds: 20,
            connections: 1024,
            // At 30 pictures a second and core this is about two seconds of work for two cores.
            queue: 128,
            // Below the 60 seconds after which boto3 gives up reading.
            queue_seconds: 30,
            shutdown_seconds: 30,
        }
    }
}

impl Limits {
    /// [`Self::queue_seconds`].
    #[must_use]
    pub fn patience(&self) -> Duration {
        Duration::from_secs(self.queue_seconds)
    }

    /// Whether every bound is sensible.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let Limits {
            body_bytes,
            memory_bytes,
            body_seconds,
            header_seconds,
            answer_seconds,
            object_seconds,
            connections,
            queue,
            queue_seconds,
            shutdown_seconds,
        } = *self;
        let between = |key: &str, value: u64, least: u64, most: u64| {
            if (least..=most).contains(&value) {
                Ok(())
            } else {
                Err(invalid(&format!("limits.{key}"), &format!("must be {least} to {most}")))
            }
        };
        let wide = |value: usize| u64::try_from(value).unwrap_or(u64::MAX);
        between("body_bytes", body_bytes, 1 << 10, 1 << 30)?;
        between("memory_bytes", memory_bytes, body_bytes.saturating_mul(2), 1 << 41)?;
        between("body_seconds", body_seconds, 1, 3600)?;
        between("header_seconds", header_seconds, 1, 3600)?;
        between("answer_seconds", answer_seconds, 1, 3600)?;
        between("object_seconds", object_seconds, 1, 3600)?;
        between("connections", wide(connections), 1, 1 << 20)?;
        between("queue", wide(queue), 1, 1 << 20)?;
        between("queue_seconds", queue_seconds, 1, 3600)?;
        between("shutdown_seconds", shutdown_seconds, 0, 3600)
    }
}

/// How much there may be. The defaults are the limits that Amazon documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quotas {
    /// Faces in a collection.
    pub faces_in_collection: u64,
    /// Users in a collection.
    pub users_in_collection: u64,
    /// Faces associated with a user.
    pub faces_of_user: u64,
    /// Tags on a collection.
    pub tags: u64,
}

impl Default for Quotas {
    fn default() -> Self {
        let overt_gallery::Limits { faces_in_collection, users_in_collection, faces_of_user, tags, .. } =
            overt_gallery::Limits::default();
        Self { faces_in_collection, users_in_collection, faces_of_user, tags }
    }
}

impl Quotas {
    /// As the gallery takes them.
    #[must_use]
    pub fn limits(self) -> overt_gallery::Limits {
        let Self { faces_in_collection, users_in_collection, faces_of_user, tags } = self;
        overt_gallery::Limits {
            faces_in_collection,
            users_in_collection,
            faces_of_user,
            tags,
            ..overt_gallery::Limits::default()
        }
    }
}

/// What a server does now and then beside answering.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UpkeepConfig {
    /// From one upkeep of the collections to the next, seconds; a fraction is fine.
    pub every_seconds: f64,
}

impl Default for UpkeepConfig {
    fn default() -> Self {
        // How long names of what was deleted may stay in the database's log, and deleted templates in their files.
        Self { every_seconds: 60.0 }
    }
}

impl UpkeepConfig {
    /// [`Self::every_seconds`].
    #[must_use]
    pub fn every(&self) -> Duration {
        Duration::from_secs_f64(self.every_seconds)
    }

    /// Whether the rhythm is sensible: a run costs some milliseconds of the disk also when there is nothing to do.
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if (0.05..=3600.0).contains(&self.every_seconds) {
            Ok(())
        } else {
            Err(invalid("upkeep.every_seconds", "must be 0.05 to 3600"))
        }
    }
}

/// The ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LedgerConfig {
    /// The name of a new ledger's key, which stands in every checkpoint: best a host name and path that are the operator's. A
    /// ledger that has begun keeps the name that it has.
    pub origin: Option<String>,
    /// Witnesses to ask for cosignatures, each as `KEY ADDRESS`.
    pub witnesses: Vec<WitnessConfig>,
}

/// A witness (C2SP tlog-witness).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessConfig {
    /// Its public key.
    pub key: VerifierKey,
    /// The address below which its `add-checkpoint` is.
    pub url: String,
}

impl<'de> Deserialize<'de> for WitnessConfig {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bad = || {
            serde::de::Error::custom(
                "a witness is its public key, a blank and its address: `NAME+HASH+KEY https://witness.example`",
            )
        };
        let (key, url) = text.trim().split_once(char::is_whitespace).ok_or_else(bad)?;
        let key =
            VerifierKey::parse(key).ok().filter(|key| key.kind() == KeyKind::Cosignature).ok_or_else(bad)?;
        let url = url.trim();
        let address = url.starts_with("http://") || url.starts_with("https://");
        if !address || url.contains(char::is_whitespace) {
            return Err(bad());
        }
        Ok(Self { key, url: url.trim_end_matches('/').to_owned() })
    }
}

/// What collections are for of which a client says nothing else: the words of the tags `overt:…`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PolicyConfig {
    /// What they are for; without it, an evaluation.
    pub purpose: Option<String>,
    /// Why that is lawful.
    pub legal_basis: Option<String>,
    /// Who answers for them; without it, the organisation of the principal that makes one.
    pub owner: Option<String>,
    /// Days after which a face is deleted.
    pub retention_days: Option<u32>,
    /// `demanded` or `not-demanded`.
    pub consent: Option<String>,
    /// What they may be used for: words with blanks between them.
    pub operations: Option<String>,
}

impl PolicyConfig {
    /// What they declare.
    ///
    /// # Errors
    /// [`ConfigError::Value`] for what means nothing, or does not agree with the purpose.
    pub fn declaration(&self) -> Result<Declaration, ConfigError> {
        let Self { purpose, legal_basis, owner, retention_days, consent, operations } = self;
        let days = retention_days.map(|days| days.to_string());
        let mut declared = Declaration::default();
        for (tag, key, value) in [
            (Tag::Purpose, "policy.purpose", purpose),
            (Tag::LegalBasis, "policy.legal_basis", legal_basis),
            (Tag::Owner, "policy.owner", owner),
            (Tag::RetentionDays, "policy.retention_days", &days),
            (Tag::Consent, "policy.consent", consent),
            (Tag::Operations, "policy.operations", operations),
        ] {
            if let Some(value) = value {
                declared.set(tag, value).map_err(|error| invalid(key, &reason(error)))?;
            }
        }
        // A collection that says nothing must be one that can be made.
        declared
            .policy(&Declaration::default(), &Organisation::not_stated())
            .map_err(|error| invalid("policy", &error.to_string()))?;
        Ok(declared)
    }
}

/// What is wrong, without the name of the tag.
fn reason(error: GalleryError) -> String {
    match error {
        GalleryError::Invalid { reason, .. } => reason,
        other => other.to_string(),
    }
}

/// From when on searching is unusual, and an alarm is raised; 0 is never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AlarmsConfig {
    /// Searches of a principal within an hour of the clock.
    pub principal_searches_per_hour: u64,
    /// Searches with a face or user, or returning it, within a day of the clock (UTC), whoever searches.
    pub person_searches_per_day: u64,
    /// Comparisons of a principal within an hour of the clock that came to nothing: faces that were unlike the user to whom they were to be
    /// given, or the one who consented.
    pub unsuccessful_comparisons_per_hour: u64,
}

impl Default for AlarmsConfig {
    fn default() -> Self {
        // A thousand an hour is one every four seconds, for an hour: more than a person at a desk. A hundred times a day is more often than
        // anybody goes through a door. Twenty faces an hour that are somebody else's are more than slips; a bulk of thousands of faces raises one
        // alarm, which says what it was.
        Self {
            principal_searches_per_hour: 1000,
            person_searches_per_day: 100,
            unsuccessful_comparisons_per_hour: 20,
        }
    }
}

/// What signatures are accepted.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignatureConfig {
    /// Regions a request may be signed for; empty: any.
    pub regions: Vec<String>,
    /// How far the client's clock may be off, seconds. Amazon's own window is five minutes.
    pub skew_seconds: u64,
}

impl Default for SignatureConfig {
    fn default() -> Self {
        Self { regions: Vec::new(), skew_seconds: 300 }
    }
}

/// Where the weights are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelsConfig {
    /// Folder of the weights, shared by all data folders of a user. Always set in a checked [`super::Config`].
    pub folder: PathBuf,
    /// Manifests of an operator's own networks.
    pub manifests: Vec<PathBuf>,
    /// Template version of the recogniser for new collections and comparisons, in place of the one named last.
    pub recogniser: Option<String>,
    /// Calibration tables, each for the template version that it names.
    #[serde(deserialize_with = "one_or_more")]
    pub calibration: Vec<PathBuf>,
}

/// A path, or a list of paths.
fn one_or_more<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<PathBuf>, D::Error> {
    struct Paths;

    impl<'de> serde::de::Visitor<'de> for Paths {
        type Value = Vec<PathBuf>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a path or a list of paths")
        }

        fn visit_str<E>(self, path: &str) -> Result<Self::Value, E> {
            Ok(vec![path.into()])
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, paths: A) -> Result<Self::Value, A::Error> {
            Vec::deserialize(serde::de::value::SeqAccessDeserializer::new(paths))
        }
    }

    deserializer.deserialize_any(Paths)
}
