//! The settings file: read, checked for its form, its paths made independent of where the process runs.
//!
//! Owns the words of errors in it. Refuses to know what a setting means.
//!
//! # Invariants
//! - A line that may hold a secret is never shown.

use std::path::Path;

use super::{ConfigError, File};

/// Keys whose values are paths: in the root, or in a section.
const PATHS: &[(Option<&str>, &str)] = &[
    (None, "data"),
    (Some("models"), "folder"),
    (Some("models"), "manifests"),
    (Some("models"), "calibration"),
];

/// Words in a line that make it a secret's, whatever is wrong with it.
const SECRET: &[&str] = &["secret", "token", "access_key", "password"];

/// Reads the file at `path` as a table whose relative paths are those seen from the file's folder.
pub(super) fn read(path: &Path) -> Result<toml::Table, ConfigError> {
    let text = fs_err::read_to_string(path)?;
    let at_fault =
        |error: toml::de::Error| ConfigError::File { path: path.to_owned(), reason: told(&text, &error) };
    // Once as the settings, for errors with line and key; once as a table, to lay the environment over it.
    toml::from_str::<File>(&text).map_err(at_fault)?;
    let mut table: toml::Table = toml::from_str(&text).map_err(at_fault)?;
    if let Some(folder) = path.parent() {
        resolve(&mut table, folder);
    }
    Ok(table)
}

/// Relative paths of the file, seen from `folder`.
fn resolve(table: &mut toml::Table, folder: &Path) {
    for (section, key) in PATHS {
        let within = match section {
            None => Some(&mut *table),
            Some(section) => table.get_mut(*section).and_then(toml::Value::as_table_mut),
        };
        if let Some(value) = within.and_then(|table| table.get_mut(*key)) {
            join(value, folder);
        }
    }
    let buckets = table.get_mut("buckets").and_then(toml::Value::as_table_mut);
    for (_, bucket) in buckets.into_iter().flatten() {
        if let Some(path) = bucket.get_mut("path") {
            join(path, folder);
        }
    }
}

fn join(value: &mut toml::Value, folder: &Path) {
    match value {
        // An empty path means none, and is refused or replaced by its default later.
        toml::Value::String(path) if !path.is_empty() => {
            *path = folder.join(&*path).to_string_lossy().into_owned();
        }
        toml::Value::Array(paths) => paths.iter_mut().for_each(|path| join(path, folder)),
        _ => {}
    }
}

/// What is wrong and where, with the line unless it may hold a secret.
fn told(text: &str, error: &toml::de::Error) -> String {
    let secret = |line: &str| {
        let line = line.to_ascii_lowercase();
        SECRET.iter().any(|word| line.contains(word))
    };
    if !secret(text) {
        return error.to_string().trim_end().to_owned();
    }
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let number = before.matches('\n').count() + 1;
    if text.lines().nth(number - 1).is_none_or(secret) {
        return format!(
            "line {number}: this is not a value in quotes, or not one of this key's (the line may hold a secret and is not shown)"
        );
    }
    format!("line {number}: {}", error.message())
}
