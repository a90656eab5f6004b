//! Settings out of the environment: which variable is which setting, and how its text becomes a value.
//!
//! Owns the list of keys that a variable can set. Refuses to know what is a good value of a key: each is tried on the file's own form.
//!
//! # Invariants
//! - A variable that does not fit is an error that names it; one of ours that means nothing is told, never silently ignored.
//! - The environment is read here and nowhere else in this crate.

use std::collections::BTreeMap;

use serde::Deserialize as _;

use super::{ConfigError, File};

/// How a variable's text becomes a TOML value.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    Number,
    Decimal,
    List,
}

/// Every key that an environment variable can set: `OVERT_` and the key in capitals, dots as underscores.
pub(super) const KEYS: &[(&str, Kind)] = &[
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
    ("limits.answer_seconds", Kind::Number),
    ("limits.object_seconds", Kind::Number),
    ("limits.connections", Kind::Number),
    ("limits.queue", Kind::Number),
    ("limits.queue_seconds", Kind::Number),
    ("limits.shutdown_seconds", Kind::Number),
    ("quotas.faces_in_collection", Kind::Number),
    ("quotas.users_in_collection", Kind::Number),
    ("quotas.faces_of_user", Kind::Number),
    ("quotas.tags", Kind::Number),
    ("upkeep.every_seconds", Kind::Decimal),
    ("ledger.origin", Kind::Text),
    ("alarms.principal_searches_per_hour", Kind::Number),
    ("alarms.person_searches_per_day", Kind::Number),
    ("alarms.unsuccessful_comparisons_per_hour", Kind::Number),
    ("policy.purpose", Kind::Text),
    ("policy.legal_basis", Kind::Text),
    ("policy.owner", Kind::Text),
    ("policy.retention_days", Kind::Number),
    ("policy.consent", Kind::Text),
    ("policy.operations", Kind::Text),
    ("ledger.witnesses", Kind::List),
    ("models.folder", Kind::Text),
    ("models.manifests", Kind::List),
    ("models.recogniser", Kind::Text),
    ("models.calibration", Kind::List),
    ("signature.regions", Kind::List),
    ("signature.skew_seconds", Kind::Number),
];

/// Variables of ours that are read elsewhere.
const OTHER_VARIABLES: &[&str] = &["OVERT_CONFIG"];

/// The process's environment, `OVERT_…` variables and those that bucket credentials name. What is no UTF-8 is kept
/// with replacement characters, so that a setting is refused and not overlooked.
#[must_use]
pub fn environment() -> BTreeMap<String, String> {
    std::env::vars_os()
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
        .collect()
}

/// Lays the variables over a file's table.
///
/// # Errors
/// [`ConfigError::Variable`].
pub(super) fn apply_environment(
    table: &mut toml::Table,
    environment: &BTreeMap<String, String>,
) -> Result<(), ConfigError> {
    for (key, kind) in KEYS {
        let name = variable(key);
        let Some(text) = environment.get(&name) else { continue };
        let at_fault = |reason: String| ConfigError::Variable { name: name.clone(), reason };
        if text.contains(char::REPLACEMENT_CHARACTER) {
            return Err(at_fault("it is not UTF-8".to_owned()));
        }
        let value = match kind {
            Kind::Text => toml::Value::String(text.clone()),
            Kind::Number => toml::Value::Integer(
                text.trim()
                    .parse()
                    .map_err(|_error| at_fault(format!("expected a whole number, found `{text}`")))?,
            ),
            Kind::Decimal => toml::Value::Float(
                text.trim()
                    .parse()
                    .map_err(|_error| at_fault(format!("expected a number, found `{text}`")))?,
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
pub(super) fn variable(key: &str) -> String {
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

/// Variables of ours that mean nothing.
pub(super) fn unknown_variables(environment: &BTreeMap<String, String>) -> Vec<String> {
    let known: Vec<String> = KEYS.iter().map(|(key, _)| variable(key)).collect();
    environment
        .keys()
        .filter(|name| name.starts_with("OVERT_"))
        .filter(|name| !OTHER_VARIABLES.contains(&name.as_str()) && !known.contains(name))
        .cloned()
        .collect()
}
