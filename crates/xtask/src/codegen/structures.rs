//! `structures/`: one Rust structure for each structure of the model, in files by family of operations.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use anyhow::{Context as _, bail, ensure};

use super::facts::FAMILIES;
use super::model::{Kind, Model, Shape};
use super::{Files, HEAD, constraints, names};

/// The file for structures that several families use, and for exceptions' own members.
const SHARED: &str = "shared";

/// Adds the files to `files`.
pub(super) fn emit(model: &Model, files: &mut Files) -> anyhow::Result<()> {
    let homes = homes(model)?;
    let requests = model.request_shapes()?;
    let mut root = String::from(HEAD);
    root.push_str("//! The model's structures, in files by family of operations.\n\n");
    let families: BTreeSet<&str> = homes.values().copied().collect();
    for family in &families {
        writeln!(root, "mod {family};")?;
        let names: Vec<&str> =
            homes.iter().filter(|(_, home)| *home == family).map(|(name, _)| *name).collect();
        files.insert(format!("structures/{family}.rs"), emit_family(model, family, &names, &requests)?);
    }
    root.push('\n');
    for family in &families {
        writeln!(root, "pub use {family}::*;")?;
    }
    files.insert("structures/mod.rs".to_owned(), root);
    Ok(())
}

/// Structure → family: the one family whose operations use it, or [`SHARED`].
fn homes(model: &Model) -> anyhow::Result<BTreeMap<&str, &'static str>> {
    let mut homes: BTreeMap<&str, &'static str> = BTreeMap::new();
    for (name, operation) in &model.operations {
        let (family, _) = FAMILIES
            .iter()
            .find(|(_, operations)| operations.contains(&name.as_str()))
            .with_context(|| format!("operation {name} has no family"))?;
        let mut reached = BTreeSet::new();
        for start in [&operation.input, &operation.output].into_iter().chain(&operation.errors) {
            model.reach(&start.shape, &mut reached, &mut Vec::new())?;
        }
        for part in reached {
            let shape = model.shape(part)?;
            if shape.kind == Kind::Structure && !(shape.exception && shape.members.is_empty()) {
                let home = homes.entry(part).or_insert(family);
                if home != family || shape.exception {
                    *home = SHARED;
                }
            }
        }
    }
    Ok(homes)
}

fn emit_family(
    model: &Model,
    family: &str,
    structures: &[&str],
    requests: &BTreeSet<&str>,
) -> anyhow::Result<String> {
    let mut body = String::new();
    for name in structures {
        let shape = model.shape(name)?;
        emit_structure(model, name, shape, &mut body)?;
        if requests.contains(name) {
            emit_validate(model, name, shape, &mut body)?;
        }
    }
    writeln!(body, "deserialize_through_json!({});", structures.join(", "))?;
    let title = if family == SHARED {
        "Structures that several families use.".to_owned()
    } else {
        format!("Structures of the {} operations.", family.replace('_', " "))
    };
    let mut out = format!("{HEAD}//! {title}\n\n");
    if body.contains("BTreeMap<") {
        out.push_str("use std::collections::BTreeMap;\n\n");
    }
    out.push_str("use serde::Serialize;\n\n");
    let here: BTreeSet<&str> = structures.iter().copied().collect();
    let mut imports = BTreeSet::new();
    for name in structures {
        for part in leaves(model, name)? {
            let shape = model.shape(part)?;
            if shape.values.is_some() || (shape.kind == Kind::Structure && !here.contains(part)) {
                imports.insert(part);
            }
        }
    }
    if body.contains("constraints::") {
        imports.insert("constraints");
    }
    if !imports.is_empty() {
        let imports: Vec<&str> = imports.into_iter().collect();
        writeln!(out, "use crate::generated::{{{}}};", imports.join(", "))?;
    }
    if body.contains("Option<Blob>") {
        out.push_str("use crate::blob::Blob;\n");
    }
    if body.contains("Option<Timestamp>") {
        out.push_str("use crate::timestamp::Timestamp;\n");
    }
    let reads = if body.contains("FromJson::") { "FromJson, " } else { "" };
    writeln!(out, "use crate::json::{{{reads}Json, Mismatch, Structure, deserialize_through_json}};")?;
    out.push_str("use crate::path::Path;\n");
    if body.contains("impl Validate") {
        out.push_str("use crate::validate::{Validate, Violations};\n");
    }
    out.push('\n');
    out.push_str(&body);
    Ok(out)
}

/// The named shapes (structures, enumerations) that the members of a structure hold, through lists and maps.
fn leaves<'m>(model: &'m Model, structure: &str) -> anyhow::Result<BTreeSet<&'m str>> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = model.shape(structure)?.parts().collect();
    while let Some(part) = open.pop() {
        let shape = model.shape(part)?;
        if matches!(shape.kind, Kind::List | Kind::Map) {
            open.extend(shape.parts());
        } else {
            found.insert(part);
        }
    }
    Ok(found)
}

fn emit_structure(model: &Model, name: &str, shape: &Shape, out: &mut String) -> anyhow::Result<()> {
    for required in &shape.required {
        ensure!(shape.members.contains_key(required), "{name} requires {required}, which it does not have");
    }
    writeln!(out, "/// Structure `{name}`.")?;
    writeln!(out, "#[derive(Debug, Clone, Default, PartialEq, Serialize)]\npub struct {name} {{")?;
    for (member_name, member) in &shape.members {
        let of = model.shape(&member.shape)?;
        write!(out, "/// `{}`", member.shape)?;
        if shape.required.contains(member_name) {
            out.push_str(", required");
        }
        if let Some(limits) = constraints::describe(of) {
            write!(out, ", {limits}")?;
        }
        if of.sensitive {
            out.push_str(", sensitive");
        }
        if member.idempotency_token {
            out.push_str(", an idempotency token that SDKs fill in");
        }
        if member.jsonvalue {
            out.push_str(", text that holds JSON");
        }
        writeln!(out, ".\n#[serde(rename = \"{member_name}\", skip_serializing_if = \"Option::is_none\")]")?;
        writeln!(out, "pub {}: Option<{}>,", names::field(member_name), rust_type(model, &member.shape)?)?;
    }
    writeln!(out, "}}\n\nimpl Structure for {name} {{")?;
    if shape.members.is_empty() {
        out.push_str("fn read(&mut self, _: &str, _: Json<'_>, _: &Path<'_>) -> Result<(), Mismatch> {\nOk(())\n}\n}\n\n");
        return Ok(());
    }
    out.push_str("fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {\nmatch name {\n");
    for member in shape.members.keys() {
        writeln!(
            out,
            "\"{member}\" => self.{} = FromJson::from_json(value, &at.member(\"{member}\"))?,",
            names::field(member)
        )?;
    }
    out.push_str("_ => {}\n}\nOk(())\n}\n}\n\n");
    Ok(())
}

fn rust_type(model: &Model, name: &str) -> anyhow::Result<String> {
    let shape = model.shape(name)?;
    Ok(match shape.kind {
        Kind::Structure => name.to_owned(),
        Kind::String if shape.values.is_some() => name.to_owned(),
        Kind::String => "String".to_owned(),
        Kind::Integer => "i32".to_owned(),
        Kind::Long => "i64".to_owned(),
        Kind::Float => "f32".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Blob => "Blob".to_owned(),
        Kind::Timestamp => "Timestamp".to_owned(),
        Kind::List => {
            let item = shape.member.as_ref().with_context(|| format!("list {name} has no member"))?;
            format!("Vec<{}>", rust_type(model, &item.shape)?)
        }
        Kind::Map => {
            let (Some(key), Some(value)) = (&shape.key, &shape.value) else {
                bail!("map {name} has no key or value")
            };
            let (key, value) = (rust_type(model, &key.shape)?, rust_type(model, &value.shape)?);
            ensure!(key == "String" && value == "String", "map {name} is not from text to text");
            "BTreeMap<String, String>".to_owned()
        }
    })
}

fn emit_validate(model: &Model, name: &str, shape: &Shape, out: &mut String) -> anyhow::Result<()> {
    let mut checks = String::new();
    for (member_name, member) in &shape.members {
        let field = names::field(member_name);
        let required = shape.required.contains(member_name);
        let check = check(model, &member.shape, "member")?;
        if !required && check.is_none() {
            continue;
        }
        writeln!(checks, "let member = at.member(\"{member_name}\");")?;
        if required {
            writeln!(checks, "found.required(&member, self.{field}.is_some());")?;
        }
        if let Some(check) = check {
            writeln!(checks, "if let Some(value) = &self.{field} {{\n{check}}}")?;
        }
    }
    writeln!(out, "impl Validate for {name} {{")?;
    if checks.is_empty() {
        out.push_str("fn validate(&self, _: &Path<'_>, _: &mut Violations) {}\n}\n\n");
    } else {
        writeln!(out, "fn validate(&self, at: &Path<'_>, found: &mut Violations) {{\n{checks}}}\n}}\n")?;
    }
    Ok(())
}

/// The statements that check `value`, which stands at the path in variable `at`; `None` if nothing limits it.
fn check(model: &Model, name: &str, at: &str) -> anyhow::Result<Option<String>> {
    let shape = model.shape(name)?;
    let constrained = constraints::is_constrained(shape);
    let rule = format!("constraints::{}", names::constant(name)?);
    Ok(match shape.kind {
        Kind::Structure => Some(format!("value.validate(&{at}, found);\n")),
        Kind::String if shape.values.is_some() => {
            Some(format!("found.one_of(&{at}, value.as_str(), {name}::VALUES);\n"))
        }
        Kind::String => constrained.then(|| format!("found.text(&{at}, value, &{rule});\n")),
        Kind::Blob => constrained.then(|| format!("found.blob(&{at}, value, {rule});\n")),
        Kind::Integer => constrained.then(|| format!("found.integer(&{at}, i64::from(*value), {rule});\n")),
        Kind::Long => constrained.then(|| format!("found.integer(&{at}, *value, {rule});\n")),
        Kind::Float => constrained.then(|| format!("found.float(&{at}, *value, {rule});\n")),
        Kind::Boolean | Kind::Timestamp => None,
        Kind::List => {
            let item = shape.member.as_ref().with_context(|| format!("list {name} has no member"))?;
            let items = check(model, &item.shape, "item")?.map_or_else(String::new, |check| {
                format!("for (index, value) in value.iter().enumerate() {{\nlet item = {at}.item(index);\n{check}}}\n")
            });
            let length =
                if constrained { format!("found.list(&{at}, value, {rule});\n") } else { String::new() };
            Some(format!("{length}{items}")).filter(|checks| !checks.is_empty())
        }
        Kind::Map => {
            let (Some(key), Some(value)) = (&shape.key, &shape.value) else {
                bail!("map {name} has no key or value")
            };
            for part in [key, value] {
                ensure!(
                    constraints::is_constrained(model.shape(&part.shape)?),
                    "map {name} has a part without limits"
                );
            }
            let (key, value) = (names::constant(&key.shape)?, names::constant(&value.shape)?);
            Some(format!(
                "found.text_map(&{at}, value, {rule}, &constraints::{key}, &constraints::{value});\n"
            ))
        }
    })
}
