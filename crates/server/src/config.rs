//! The settings of a server: defaults, `overt.toml`, the environment and the command line, in rising precedence.
//!
//! Owns every setting's name, default and check; `docs/operations.md` lists the same names for people. Refuses to
//! act on any of them.
//!
//! # Invariants
//! - The environment is read here and nowhere else in this crate.
//! - A key that does not exist, a value of the wrong type and a value out of range are errors that name the key (or
//!   the variable) and its source. Nothing is silently ignored.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::objects::BucketConfig;

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
    /// Folder of the weights, shared by all data folders of a user. Always set in a checked [`Config`].
    pub folder: PathBuf,
    /// Manifests of an operator's own networks.
    pub manifests: Vec<PathBuf>,
    /// Calibration table of an operator's own recogniser.
    pub calibration: Option<PathBuf>,
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

/// How a variable's text becomes a TOML value.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
    List,
}

/// Every key that an environment variable can set: `OVERT_` and the key in capitals, dots as underscores.
const KEYS: &[(&str, Kind)] = &[
    ("data", Kind::Text),
    ("listen", Kind::Text),
    ("prefix", Kind::Text),
    ("region", Kind::Text),
    ("workers", Kind::Number),
    ("log.level", Kind::Text),
    ("log.format", Kind::Text),
    ("limits.body_bytes", Kind::Number),
    ("limits.memory_bytes", Kind::Number),
    ("limits.body_seconds", Kind::Number),
    ("limits.header_seconds", Kind::Number),
    ("limits.object_seconds", Kind::Number),
    ("limits.connections", Kind::Number),
    ("limits.queue", Kind::Number),
    ("limits.queue_seconds", Kind::Number),
    ("limits.shutdown_seconds", Kind::Number),
    ("models.folder", Kind::Text),
    ("models.manifests", Kind::List),
    ("models.calibration", Kind::Text),
    ("signature.regions", Kind::List),
    ("signature.skew_seconds", Kind::Number),
];

/// Variables of ours that are read elsewhere.
const OTHER_VARIABLES: &[&str] = &["OVERT_CONFIG"];

/// The process's environment, `OVERT_…` variables and those that bucket credentials name.
#[must_use]
pub fn environment() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

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
            Some(path) => read_file(path)?,
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
        // A relative folder in the file is meant from the file, not from wherever the server was started.
        if let Some(folder) = path.as_deref().and_then(Path::parent) {
            let models = &mut config.models;
            let paths = models.manifests.iter_mut().chain(&mut models.calibration);
            paths.for_each(|path| *path = folder.join(&*path));
            for bucket in config.buckets.values_mut() {
                bucket.resolve(folder);
            }
        }
        for (name, bucket) in &mut config.buckets {
            bucket
                .take_credentials(environment)
                .map_err(|reason| invalid(&format!("buckets.{name}"), &reason))?;
        }
        config.unknown_variables = unknown_variables(environment);
        Ok(config)
    }
}

fn read_file(path: &Path) -> Result<toml::Table, ConfigError> {
    let text = fs_err::read_to_string(path)?;
    let at_fault = |error: toml::de::Error| ConfigError::File {
        path: path.to_owned(),
        reason: error.to_string().trim_end().to_owned(),
    };
    // Once as the settings, for errors with line and key; once as a table, to lay the environment over it.
    toml::from_str::<File>(&text).map_err(at_fault)?;
    toml::from_str(&text).map_err(at_fault)
}

fn apply_environment(
    table: &mut toml::Table,
    environment: &BTreeMap<String, String>,
) -> Result<(), ConfigError> {
    for (key, kind) in KEYS {
        let name = variable(key);
        let Some(text) = environment.get(&name) else { continue };
        let at_fault = |reason: String| ConfigError::Variable { name: name.clone(), reason };
        let value = match kind {
            Kind::Text => toml::Value::String(text.clone()),
            Kind::Number => toml::Value::Integer(
                text.trim()
                    .parse()
                    .map_err(|_error| at_fault(format!("expected a whole number, found `{text}`")))?,
            ),
            Kind::List => toml::Value::Array(
                text.split(',')
                    .map(str::trim)
                    .filter(|item| !item.is_empty())
                    .map(|item| item.to_owned().into())
                    .collect(),
            ),
        };
        let mut alone = toml::Table::new();
        insert(&mut alone, key, value.clone());
        File::deserialize(toml::Value::Table(alone)).map_err(|error| at_fault(error.message().to_owned()))?;
        insert(table, key, value);
    }
    Ok(())
}

/// `limits.queue` is set by `OVERT_LIMITS_QUEUE`, and the one folder that people move by the shorter `OVERT_MODELS`.
fn variable(key: &str) -> String {
    if key == "models.folder" {
        return "OVERT_MODELS".to_owned();
    }
    format!("OVERT_{}", key.replace('.', "_").to_ascii_uppercase())
}

fn insert(table: &mut toml::Table, key: &str, value: toml::Value) {
    match key.split_once('.') {
        None => {
            table.insert(key.to_owned(), value);
        }
        Some((section, rest)) => {
            let entry = table.entry(section).or_insert_with(|| toml::Table::new().into());
            if let Some(section) = entry.as_table_mut() {
                insert(section, rest, value);
            }
        }
    }
}

fn unknown_variables(environment: &BTreeMap<String, String>) -> Vec<String> {
    let known: Vec<String> = KEYS.iter().map(|(key, _)| variable(key)).collect();
    environment
        .keys()
        .filter(|name| name.starts_with("OVERT_"))
        .filter(|name| !OTHER_VARIABLES.contains(&name.as_str()) && !known.contains(name))
        .cloned()
        .collect()
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
    check_limits(&file.limits)?;
    let mut models = file.models;
    if models.folder.as_os_str().is_empty() {
        models.folder = user_data()?.join("overt-models");
    }
    if !(1..=3600).contains(&file.signature.skew_seconds) {
        return Err(invalid("signature.skew_seconds", "must be 1 to 3600"));
    }
    for (name, bucket) in &file.buckets {
        bucket.check().map_err(|reason| invalid(&format!("buckets.{name}"), &reason))?;
    }
    Ok(Config {
        data,
        listen,
        prefix: check_prefix(file.prefix.as_deref().unwrap_or(""))?,
        region: file.region.unwrap_or_else(|| "us-east-1".to_owned()),
        workers,
        log: file.log,
        limits: file.limits,
        models,
        signature: file.signature,
        buckets: file.buckets,
        unknown_variables: Vec::new(),
    })
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
    let fits = trimmed.split('/').all(|segment| {
        trimmed.is_empty()
            || (!segment.is_empty()
                && segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)))
    });
    if !fits {
        return Err(invalid("prefix", "must be path segments out of letters, digits and `-_.~`, as in `/rekognition`"));
    }
    Ok(if trimmed.is_empty() { String::new() } else { format!("/{trimmed}") })
}

fn check_limits(limits: &Limits) -> Result<(), ConfigError> {
    let Limits {
        body_bytes,
        memory_bytes,
        body_seconds,
        header_seconds,
        object_seconds,
        connections,
        queue,
        queue_seconds,
        shutdown_seconds,
    } = *limits;
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
    between("object_seconds", object_seconds, 1, 3600)?;
    between("connections", wide(connections), 1, 1 << 20)?;
    between("queue", wide(queue), 1, 1 << 20)?;
    between("queue_seconds", queue_seconds, 1, 3600)?;
    between("shutdown_seconds", shutdown_seconds, 0, 3600)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, variables: &[(&str, &str)], overrides: Overrides) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("overt.toml");
        fs_err::write(&path, text).unwrap();
        let environment = variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Config::load(&Overrides { config: Some(path), ..overrides }, &environment)
    }

    fn message(text: &str, variables: &[(&str, &str)]) -> String {
        load(text, variables, Overrides::default()).unwrap_err().to_string()
    }

    #[test]
    fn defaults_are_loopback_and_amazons_limits() {
        let config = load("", &[], Overrides::default()).unwrap();
        assert!(config.listen.ip().is_loopback());
        assert_eq!(config.listen.port(), DEFAULT_PORT);
        assert_eq!(config.limits.body_bytes, 16 * 1024 * 1024);
        assert!(config.workers >= 1);
        assert!(config.unknown_variables.is_empty());
    }

    #[test]
    fn the_command_line_wins_over_the_environment_and_that_over_the_file() {
        let file = "listen = '127.0.0.1:1'\nworkers = 1\n[limits]\nqueue = 1\nqueue_seconds = 9";
        let variables = [("OVERT_LISTEN", "127.0.0.1:2"), ("OVERT_LIMITS_QUEUE", "2"), ("OVERT_WORKERS", "2")];
        let overrides = Overrides { workers: Some(3), ..Overrides::default() };
        let config = load(file, &variables, overrides).unwrap();
        assert_eq!((config.workers, config.listen.port()), (3, 2));
        assert_eq!((config.limits.queue, config.limits.queue_seconds), (2, 9));
    }

    #[test]
    fn errors_name_the_key_and_where_it_stands() {
        let text = message("listen = '127.0.0.1:1'\nlistn = 'x'", &[]);
        assert!(text.contains("overt.toml") && text.contains("listn") && text.contains("line 2"), "{text}");
        let text = message("[limits]\nqueue = 'many'", &[]);
        assert!(text.contains("queue") && text.contains("line 2"), "{text}");
        let text = message("", &[("OVERT_LIMITS_QUEUE", "many")]);
        assert!(text.contains("OVERT_LIMITS_QUEUE") && text.contains("many"), "{text}");
        let text = message("", &[("OVERT_LOG_FORMAT", "xml")]);
        assert!(text.contains("OVERT_LOG_FORMAT") && text.contains("xml"), "{text}");
        let text = message("[limits]\nqueue = 0", &[]);
        assert!(text.contains("limits.queue"), "{text}");
        let text = message("listen = 'everywhere'", &[]);
        assert!(text.contains("listen") && text.contains("everywhere"), "{text}");
        let text = message("[buckets.photos]\npath = '/x'\nendpoint = 'http://127.0.0.1:1'", &[]);
        assert!(text.contains("buckets.photos"), "{text}");
    }

    #[test]
    fn every_variable_sets_its_key() {
        for (key, kind) in KEYS {
            let value = match (*key, kind) {
                ("log.format", _) => "json",
                ("listen", _) => "127.0.0.1:9",
                ("workers", _) => "7",
                ("limits.body_bytes", _) => "2048",
                ("limits.memory_bytes", _) => "99999999",
                (_, Kind::Number) => "17",
                (_, Kind::Text) => "word",
                (_, Kind::List) => "one, two",
            };
            let name = variable(key);
            let default = format!("{:?}", load("", &[], Overrides::default()).unwrap());
            let changed = format!("{:?}", load("", &[(&name, value)], Overrides::default()).unwrap());
            assert_ne!(default, changed, "{name} changes nothing");
        }
    }

    #[test]
    fn variables_that_mean_nothing_are_reported() {
        let config = load("", &[("OVERT_LISTN", "x"), ("OVERT_CONFIG", "y")], Overrides::default()).unwrap();
        assert_eq!(config.unknown_variables, ["OVERT_LISTN"]);
    }

    #[test]
    fn prefixes_are_normalised() {
        for (given, kept) in [("", ""), ("/", ""), ("rek", "/rek"), ("/rek/", "/rek"), ("/a/b", "/a/b")] {
            assert_eq!(check_prefix(given).unwrap(), kept);
        }
        for bad in ["/a b", "/a//b", "/%2e", "/../x?"] {
            assert!(check_prefix(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_example_file_is_valid_and_shows_every_key() {
        let example = include_str!("../../../overt.example.toml");
        let config = load(example, &[], Overrides::default()).unwrap();
        assert!(config.buckets.is_empty(), "the example must work as it is");
        for (key, _) in KEYS {
            let name = key.rsplit('.').next().unwrap();
            assert!(example.contains(&format!("{name} = ")), "{key} is not in the example");
        }
    }
}
