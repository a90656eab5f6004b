//! `constraints.rs`: one constant for each shape that limits its values.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::bail;

use super::model::{Kind, Model, Shape};
use super::{HEAD, names, pattern};

/// Writes the file.
pub(super) fn emit(model: &Model) -> anyhow::Result<String> {
    let mut rules = String::new();
    let mut patterns = BTreeMap::new();
    for (name, shape) in &model.shapes {
        if let Some(rule) = rule(name, shape, &mut patterns)? {
            writeln!(rules, "/// `{name}`: {}.", describe(shape).unwrap_or_default())?;
            writeln!(rules, "pub static {}: {rule};\n", names::constant(name)?)?;
        }
    }
    let mut out = String::from(HEAD);
    out.push_str(
        "//! The limits of the model's shapes.\n\n\
         use crate::pattern::Pattern;\nuse crate::validate::{Floats, Integers, Length, Text};\n\n",
    );
    out.push_str(&rules);
    let mut all: Vec<&str> = patterns.values().map(String::as_str).collect();
    all.sort_unstable();
    writeln!(out, "/// Every pattern above, once.\npub static PATTERNS: &[&Pattern] = &[")?;
    for name in &all {
        writeln!(out, "&{name},")?;
    }
    writeln!(out, "];\n")?;
    for (source, name) in &patterns {
        let translated = pattern::translate(source)?;
        writeln!(
            out,
            "static {name}: Pattern = Pattern::new({}, {}, {:?});",
            raw(source),
            raw(&translated.regex),
            translated.forbidden_prefix
        )?;
    }
    Ok(out)
}

/// Whether the shape has a constant in `constraints.rs`.
pub(super) fn is_constrained(shape: &Shape) -> bool {
    shape.values.is_none() && (shape.min.is_some() || shape.max.is_some() || shape.pattern.is_some())
}

/// The shape's limits in words, for documentation; `None` if it has none.
pub(super) fn describe(shape: &Shape) -> Option<String> {
    if !is_constrained(shape) {
        return None;
    }
    let unit = match shape.kind {
        Kind::String => " characters",
        Kind::Blob => " bytes",
        Kind::List => " items",
        Kind::Map => " entries",
        _ => "",
    };
    let range = match (shape.min, shape.max) {
        (Some(min), Some(max)) if min == max => format!("exactly {min}{unit}"),
        (Some(min), Some(max)) => format!("{min} to {max}{unit}"),
        (Some(min), None) => format!("at least {min}{unit}"),
        (None, Some(max)) => format!("at most {max}{unit}"),
        (None, None) => return Some("a pattern".to_owned()),
    };
    Some(if shape.pattern.is_some() { format!("{range}, a pattern") } else { range })
}

fn rule(
    name: &str,
    shape: &Shape,
    patterns: &mut BTreeMap<String, String>,
) -> anyhow::Result<Option<String>> {
    if !is_constrained(shape) {
        return Ok(None);
    }
    let (min, max) = (shape.min, shape.max);
    let length = format!("Length {{ min: {min:?}, max: {max:?} }}");
    let rule = match shape.kind {
        Kind::String => {
            let mut reference = "None".to_owned();
            if let Some(source) = &shape.pattern {
                let new = format!("{}_PATTERN", names::constant(name)?);
                let constant = patterns.entry(source.clone()).or_insert(new);
                reference = format!("Some(&{constant})");
            }
            format!("Text = Text {{ length: {length}, pattern: {reference} }}")
        }
        Kind::Blob | Kind::List | Kind::Map => format!("Length = {length}"),
        Kind::Integer | Kind::Long => format!("Integers = Integers {{ min: {min:?}, max: {max:?} }}"),
        Kind::Float => {
            let float = |bound: Option<i64>| {
                bound.map_or_else(|| "None".to_owned(), |bound| format!("Some({bound}.0)"))
            };
            format!("Floats = Floats {{ min: {}, max: {} }}", float(min), float(max))
        }
        Kind::Structure | Kind::Boolean | Kind::Timestamp => {
            bail!("shape {name} has limits its kind cannot have")
        }
    };
    Ok(Some(rule))
}

/// A raw string literal.
fn raw(text: &str) -> String {
    if text.contains('"') { format!("r#\"{text}\"#") } else { format!("r\"{text}\"") }
}
