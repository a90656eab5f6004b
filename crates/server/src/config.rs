//! The settings of a server: defaults, `overt.toml`, the environment and the command line, in rising precedence.
//!
//! Owns every setting's name, default and check; `docs/operations.md` lists the same names for people. Refuses to
//! act on any of them.
//!
//! # Invariants
//! - The environment is read in `environment.rs` and nowhere else in this crate.
//! - A key that does not exist, a value of the wrong type and a value out of range are errors that name the key (or
//!   the variable) and its source. Nothing is silently ignored.
//! - No error repeats what may be a secret.
//! - A relative path in the file begins at the file; one from the environment or the command line, where the process is.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

pub use environment::environment;
pub use sections::{
    AlarmsConfig, LedgerConfig, Limits, LogConfig, LogFormat, ModelsConfig, PolicyConfig, Quotas,
    SignatureConfig, UpkeepConfig, WitnessConfig,
};

use environment::{apply_environment, unknown_variables};

use crate::objects::{BucketConfig, MAX_OBJECT};

mod environment;
mod file;
mod sections;

/// Spelled on a telephone's keys, 6837 is OVER; no service is registered for it.
pub const DEFAULT_PORT: u16 = 6837;

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration")]
    Read {
        /// Names the path.
        #[from]
        source: std::io::Error,
    },
    /// The file is not valid TOML or holds a key or value that does not fit.
    #[error("{}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Line, key and expectation.
        reason: String,
    },
    /// An environment variable holds a value that does not fit.
    #[error("environment variable {name}: {reason}")]
    Variable {
        /// The variable.
        name: String,
        /// What was expected.
        reason: String,
    },
    /// A value is out of range, whatever it came from.
    #[error("{key}: {reason}")]
    Value {
        /// The key, dotted.
        key: String,
        /// The rule it broke.
        reason: String,
    },
    /// There is no folder to put the data in.
    #[error("this user has no home folder to keep data in: set OVERT_DATA and OVERT_MODELS")]
    NoDataFolder,
}

/// The file's form: every key optional.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    data: Option<PathBuf>,
    listen: Option<String>,
    prefix: Option<String>,
    region: Option<String>,
    workers: Option<usize>,
    log: LogConfig,
    limits: Limits,
    quotas: Quotas,
    upkeep: UpkeepConfig,
    ledger: LedgerConfig,
    policy: PolicyConfig,
    alarms: AlarmsConfig,
    models: ModelsConfig,
    signature: SignatureConfig,
    buckets: BTreeMap<String, BucketConfig>,
}

/// All settings, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// The data folder.
    pub data: PathBuf,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Path the API is mounted under beside `/`: empty, or `/word` without a slash at the end.
    pub prefix: String,
    /// The region written into the client configuration of the first start.
    pub region: String,
    /// Worker threads.
    pub workers: usize,
    /// The log.
    pub log: LogConfig,
    /// Bounds.
    pub limits: Limits,
    /// How much there may be.
    pub quotas: Quotas,
    /// What is done beside answering.
    pub upkeep: UpkeepConfig,
    /// The ledger.
    pub ledger: LedgerConfig,
    /// What collections are for when nobody else says so.
    pub policy: PolicyConfig,
    /// What is unusual.
    pub alarms: AlarmsConfig,
    /// Weights.
    pub models: ModelsConfig,
    /// Signatures.
    pub signature: SignatureConfig,
    /// Object stores by bucket name.
    pub buckets: BTreeMap<String, BucketConfig>,
    /// `OVERT_…` variables that are set and mean nothing; the log warns of them.
    pub unknown_variables: Vec<String>,
}

/// What the command line may override.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--config`
    pub config: Option<PathBuf>,
    /// `--data`
    pub data: Option<PathBuf>,
    /// `--listen`
    pub listen: Option<String>,
    /// `--workers`
    pub workers: Option<usize>,
}

/// Paths beside the API that have a meaning of their own.
pub(crate) const OWN_PATHS: &[&str] = &["healthz", "readyz", "metrics", "overt"];

impl Config {
    /// Reads all sources. Without `--config` or `OVERT_CONFIG`, `overt.toml` in the working folder is used when it
    /// is there.
    ///
    /// # Errors
    /// [`ConfigError`], naming the key.
    pub fn load(overrides: &Overrides, environment: &BTreeMap<String, String>) -> Result<Self, ConfigError> {
        let named = overrides.config.clone().or_else(|| environment.get("OVERT_CONFIG").map(PathBuf::from));
        let path = named.or_else(|| Some(PathBuf::from("overt.toml")).filter(|path| path.exists()));
        let mut table = match &path {
            Some(path) => file::read(path)?,
            None => toml::Table::new(),
        };
        apply_environment(&mut table, environment)?;
        let mut file: File = toml::Value::Table(table)
            .try_into()
            .map_err(|error: toml::de::Error| invalid("configuration", error.message()))?;
        if let Some(data) = &overrides.data {
            file.data = Some(data.clone());
        }
        if let Some(listen) = &overrides.listen {
            file.listen = Some(listen.clone());
        }
        if let Some(workers) = overrides.workers {
            file.workers = Some(workers);
        }
        let mut config = check(file)?;
        for (name, bucket) in &mut config.buckets {
            bucket
                .take_credentials(environment)
                .map_err(|reason| invalid(&format!("buckets.{name}"), &reason))?;
        }
        config.unknown_variables = unknown_variables(environment);
        Ok(config)
    }
}

fn invalid(key: &str, reason: &str) -> ConfigError {
    ConfigError::Value { key: key.to_owned(), reason: reason.to_owned() }
}

fn check(file: File) -> Result<Config, ConfigError> {
    let data = match file.data {
        Some(data) if data.as_os_str().is_empty() => return Err(invalid("data", "must not be empty")),
        Some(data) => data,
        None => user_data()?.join("overt"),
    };
    let listen = match file.listen {
        Some(text) => parse_listen(&text)?,
        None => SocketAddr::from(([127, 0, 0, 1], DEFAULT_PORT)),
    };
    let workers = match file.workers {
        Some(workers) if (1..=256).contains(&workers) => workers,
        Some(_) => return Err(invalid("workers", "must be 1 to 256")),
        None => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
    };
    file.limits.check()?;
    file.upkeep.check()?;
    file.policy.declaration()?;
    let least = file.limits.body_bytes.saturating_add(2 * MAX_OBJECT);
    if !file.buckets.is_empty() && file.limits.memory_bytes < least {
        let why = format!(
            "must be {least} or more with buckets: CompareFaces holds a body and two objects of 15 MiB"
        );
        return Err(invalid("limits.memory_bytes", &why));
    }
    let mut models = file.models;
    if models.folder.as_os_str().is_empty() {
        models.folder = user_data()?.join("overt-models");
    }
    if !(1..=3600).contains(&file.signature.skew_seconds) {
        return Err(invalid("signature.skew_seconds", "must be 1 to 3600"));
    }
    for (name, bucket) in &file.buckets {
        if !can_be_asked_for(name) {
            let rule = "no request can name it: a bucket's name has 3 to 255 letters, digits, dots, hyphens and underscores";
            return Err(invalid(&format!("buckets.{name}"), rule));
        }
        bucket.check().map_err(|reason| invalid(&format!("buckets.{name}"), &reason))?;
    }
    let region = region(file.region, &file.signature.regions)?;
    Ok(Config {
        data,
        listen,
        prefix: check_prefix(file.prefix.as_deref().unwrap_or(""))?,
        region,
        workers,
        log: file.log,
        limits: file.limits,
        quotas: file.quotas,
        upkeep: file.upkeep,
        ledger: file.ledger,
        policy: file.policy,
        alarms: file.alarms,
        models,
        signature: file.signature,
        buckets: file.buckets,
        unknown_variables: Vec::new(),
    })
}

/// The region that clients of the first start sign for: one that this server accepts.
fn region(given: Option<String>, accepted: &[String]) -> Result<String, ConfigError> {
    let fits = |region: &str| {
        !region.is_empty() && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let rule = "must be a region's name, such as us-east-1";
    if !accepted.iter().all(|region| fits(region)) {
        return Err(invalid("signature.regions", rule));
    }
    match given {
        Some(region) if !fits(&region) => Err(invalid("region", rule)),
        Some(region) if !accepted.is_empty() && !accepted.contains(&region) => {
            Err(invalid("region", "must be one of signature.regions: requests signed for others are refused"))
        }
        Some(region) => Ok(region),
        None => Ok(accepted.first().map_or_else(|| "us-east-1".to_owned(), Clone::clone)),
    }
}

/// Whether the API's rule for a bucket's name lets a request through that asks for `name`.
fn can_be_asked_for(name: &str) -> bool {
    (3..=255).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
}

/// Where this system keeps a user's data.
fn user_data() -> Result<PathBuf, ConfigError> {
    use etcetera::BaseStrategy as _;
    etcetera::base_strategy::choose_native_strategy()
        .map(|folders| folders.data_dir())
        .map_err(|_homeless| ConfigError::NoDataFolder)
}

fn parse_listen(text: &str) -> Result<SocketAddr, ConfigError> {
    text.parse().map_err(|_error| {
        invalid("listen", &format!("expected ADDRESS:PORT such as 127.0.0.1:{DEFAULT_PORT}, found `{text}`"))
    })
}

fn check_prefix(text: &str) -> Result<String, ConfigError> {
    let trimmed = text.trim_matches('/');
    if trimmed.is_empty() {
        return Ok(String::new());
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    // Clients and proxies resolve `.` and `..` before they send a path.
    let fits = |segment: &str| !["", ".", ".."].contains(&segment) && segment.bytes().all(plain);
    if !trimmed.split('/').all(fits) {
        return Err(invalid(
            "prefix",
            "must be path segments out of letters, digits and `-_.~`, as in `/rekognition`",
        ));
    }
    if OWN_PATHS.contains(&trimmed) {
        return Err(invalid("prefix", &format!("/{trimmed} is a page of the server: choose another path")));
    }
    Ok(format!("/{trimmed}"))
}

#[cfg(test)]
mod tests;
