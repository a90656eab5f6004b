//! Rust names for the model's names.

use anyhow::ensure;
use heck::{ToShoutySnakeCase as _, ToSnakeCase as _};

/// Keywords among the model's member names.
const KEYWORDS: [&str; 2] = ["type", "match"];

/// The field for a member: `S3Object` → `s3_object`, `Type` → `r#type`.
pub(super) fn field(member: &str) -> String {
    let name = member.to_snake_case();
    if KEYWORDS.contains(&name.as_str()) { format!("r#{name}") } else { name }
}

/// The constant for a shape or an enumeration's value: `eyeLeft` → `EYE_LEFT`.
pub(super) fn constant(value: &str) -> anyhow::Result<String> {
    let name = value.to_shouty_snake_case();
    ensure!(
        name.starts_with(|first: char| first.is_ascii_uppercase())
            && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'),
        "{value} gives no constant's name"
    );
    Ok(name)
}
