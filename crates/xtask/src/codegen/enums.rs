//! `enums.rs`: the model's enumerations, open.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::ensure;

use super::model::Model;
use super::{HEAD, names};

/// Writes the file.
pub(super) fn emit(model: &Model) -> anyhow::Result<String> {
    let mut out = String::from(HEAD);
    out.push_str(
        "//! The model's enumerations. Each is open: it can hold a value the model does not list.\n\n",
    );
    out.push_str("use crate::open_enum::open_enum;\n");
    for (name, shape) in &model.shapes {
        let Some(values) = &shape.values else { continue };
        writeln!(
            out,
            "\nopen_enum! {{\n    /// Enumeration `{name}`, {} values.\n    {name} {{",
            values.len()
        )?;
        let mut seen = BTreeSet::new();
        for value in values {
            let constant = names::constant(value)?;
            writeln!(out, "        {constant} = \"{value}\",")?;
            ensure!(seen.insert(constant), "two values of {name} give the same constant");
        }
        out.push_str("    }\n}\n");
    }
    Ok(out)
}
