//! `operations.rs` and `requests.rs`: the operations, and a request for each.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::Context as _;

use super::HEAD;
use super::model::Model;

/// Writes `operations.rs`.
pub(super) fn emit_operations(model: &Model) -> anyhow::Result<String> {
    let common = common_errors(model).context("the model has no operation")?;
    let mut out = String::from(HEAD);
    out.push_str(
        "//! The operations: their names, errors and types.\n\n\
         use super::ErrorCode;\nuse super::structures as s;\nuse crate::call::Call;\n\n\
         /// An operation of the API.\n\
         #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]\npub enum Operation {\n",
    );
    for name in model.operations.keys() {
        writeln!(out, "/// `{name}`\n{name},")?;
    }
    writeln!(out, "}}\n\nimpl Operation {{\n/// Every operation, by name.")?;
    writeln!(out, "pub const ALL: [Self; {}] = [", model.operations.len())?;
    for name in model.operations.keys() {
        writeln!(out, "Self::{name},")?;
    }
    out.push_str("];\n\n/// The modelled errors that every operation can answer.\n");
    out.push_str("pub const COMMON_ERRORS: &'static [ErrorCode] = &[\n");
    for name in &common {
        writeln!(out, "ErrorCode::{name},")?;
    }
    out.push_str("];\n\n/// The operation's name.\n#[must_use]\npub const fn name(self) -> &'static str {\nmatch self {\n");
    for name in model.operations.keys() {
        writeln!(out, "Self::{name} => \"{name}\",")?;
    }
    out.push_str("}\n}\n\n/// The operation with this name.\n#[must_use]\npub fn from_name(name: &str) -> Option<Self> {\nmatch name {\n");
    for name in model.operations.keys() {
        writeln!(out, "\"{name}\" => Some(Self::{name}),")?;
    }
    out.push_str("_ => None,\n}\n}\n\n/// The modelled errors the operation can answer besides [`Self::COMMON_ERRORS`].\n");
    out.push_str("#[must_use]\npub const fn errors(self) -> &'static [ErrorCode] {\nmatch self {\n");
    for (name, operation) in &model.operations {
        let own: BTreeSet<&str> = operation.errors.iter().map(|error| error.shape.as_str()).collect();
        let own: Vec<String> = own.difference(&common).map(|error| format!("ErrorCode::{error}")).collect();
        writeln!(out, "Self::{name} => &[{}],", own.join(", "))?;
    }
    out.push_str(
        "}\n}\n\n/// Whether the model says that repeating the request with the same token does no harm.\n",
    );
    out.push_str("#[must_use]\npub const fn is_idempotent(self) -> bool {\nmatches!(self, ");
    let idempotent: Vec<String> = model
        .operations
        .iter()
        .filter(|(_, o)| o.idempotent)
        .map(|(name, _)| format!("Self::{name}"))
        .collect();
    out.push_str(&idempotent.join(" | "));
    out.push_str(")\n}\n}\n");
    for (name, operation) in &model.operations {
        let (input, output) = (&operation.input.shape, &operation.output.shape);
        writeln!(
            out,
            "\nimpl Call for s::{input} {{\nconst OPERATION: Operation = Operation::{name};\ntype Response = s::{output};\n}}"
        )?;
    }
    Ok(out)
}

/// Writes `requests.rs`.
pub(super) fn emit_requests(model: &Model) -> String {
    let mut out = String::from(HEAD);
    out.push_str(
        "//! A request for any operation.\n\nuse serde::Serialize;\n\nuse super::structures as s;\nuse super::Operation;\n\
         use crate::json::{FromJson, Json, Mismatch};\nuse crate::path::Path;\n\
         use crate::validate::{Validate, Violations};\n\n\
         /// The request of one operation; made by [`Request::parse`].\n\
         #[derive(Debug, Clone, PartialEq, Serialize)]\n#[serde(untagged)]\n\
         pub enum Request {\n",
    );
    let rows = |line: fn(&str, &str) -> String| -> String {
        model.operations.iter().map(|(name, operation)| line(name, &operation.input.shape)).collect()
    };
    out.push_str(&rows(|name, input| format!("/// `{name}`\n{name}(s::{input}),\n")));
    out.push_str("}\n\nimpl Request {\n/// The operation this is a request for.\n#[must_use]\n");
    out.push_str("pub const fn operation(&self) -> Operation {\nmatch self {\n");
    out.push_str(&rows(|name, _| format!("Self::{name}(_) => Operation::{name},\n")));
    out.push_str("}\n}\n\npub(crate) fn from_json(operation: Operation, json: Json<'_>, at: &Path<'_>) -> Result<Self, Mismatch> {\n");
    out.push_str("match operation {\n");
    out.push_str(&rows(|name, _| {
        format!("Operation::{name} => FromJson::from_json(json, at).map(Self::{name}),\n")
    }));
    out.push_str("}\n}\n}\n\nimpl Validate for Request {\n");
    out.push_str("fn validate(&self, at: &Path<'_>, found: &mut Violations) {\nmatch self {\n");
    out.push_str(&rows(|name, _| format!("Self::{name}(request) => request.validate(at, found),\n")));
    out.push_str("}\n}\n}\n");
    out
}

/// The errors that all operations have in common.
fn common_errors(model: &Model) -> Option<BTreeSet<&str>> {
    model
        .operations
        .values()
        .map(|operation| operation.errors.iter().map(|error| error.shape.as_str()).collect::<BTreeSet<_>>())
        .reduce(|common, own| common.intersection(&own).copied().collect())
}
