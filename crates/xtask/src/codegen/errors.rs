//! `errors.rs`: every error code a client can see.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::ensure;

use super::HEAD;
use super::facts::{FRONT_END, RETRIED, STATUSES};
use super::model::Model;

/// Writes the file.
pub(super) fn emit(model: &Model) -> anyhow::Result<String> {
    let mut codes: BTreeMap<&str, (u16, bool)> = BTreeMap::new();
    for (name, shape) in model.shapes.iter().filter(|(_, shape)| shape.exception) {
        let listed = STATUSES.iter().find(|(listed, _)| listed == name).map(|(_, status)| *status);
        codes.insert(name, (listed.unwrap_or(if shape.fault { 500 } else { 400 }), true));
    }
    for (name, status) in FRONT_END {
        ensure!(codes.insert(name, (status, false)).is_none(), "the model has an exception {name} by now");
    }
    for name in RETRIED {
        ensure!(codes.contains_key(name), "there is no error {name} to be sent again");
    }
    let mut out = String::from(HEAD);
    out.push_str(
        "//! Error codes: the model's exceptions, and the front end's.\n\n\
         /// The code of an error, as the client sees it in `__type`.\n\
         #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]\n\
         pub enum ErrorCode {\n",
    );
    for (name, (status, modelled)) in &codes {
        let origin = if *modelled { "modelled" } else { "front end" };
        writeln!(out, "/// `{name}`: {status}, {origin}.\n{name},")?;
    }
    out.push_str("}\n\nimpl ErrorCode {\n/// Every code, by name.\npub const ALL: &'static [Self] = &[\n");
    for name in codes.keys() {
        writeln!(out, "Self::{name},")?;
    }
    out.push_str("];\n\n/// The code as it stands on the wire.\n#[must_use]\n");
    out.push_str("pub const fn as_str(self) -> &'static str {\nmatch self {\n");
    for name in codes.keys() {
        writeln!(out, "Self::{name} => \"{name}\",")?;
    }
    out.push_str(
        "}\n}\n\n/// The code with this name.\n#[must_use]\npub fn from_name(name: &str) -> Option<Self> {\n",
    );
    out.push_str("Self::ALL.iter().copied().find(|code| code.as_str() == name)\n}\n\n");
    out.push_str("/// The HTTP status the error is sent with.\n#[must_use]\npub const fn status(self) -> u16 {\nmatch self {\n");
    let mut by_status: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for (name, (status, _)) in &codes {
        by_status.entry(*status).or_default().push(format!("Self::{name}"));
    }
    for (status, names) in &by_status {
        writeln!(out, "{} => {status},", names.join(" | "))?;
    }
    out.push_str("}\n}\n\n/// Whether AWS's SDKs send the request again by themselves.\n#[must_use]\n");
    out.push_str("pub const fn is_retried(self) -> bool {\nmatches!(self, ");
    out.push_str(&RETRIED.map(|name| format!("Self::{name}")).join(" | "));
    out.push_str(")\n}\n\n/// Whether the service model defines the code; the others are the front end's.\n#[must_use]\n");
    out.push_str("pub const fn is_modelled(self) -> bool {\n!matches!(self, ");
    out.push_str(&FRONT_END.map(|(name, _)| format!("Self::{name}")).join(" | "));
    out.push_str(")\n}\n}\n");
    Ok(out)
}
