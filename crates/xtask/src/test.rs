//! `cargo xtask test`: everything, from a clean checkout. The README's second command and `.ci/run` are this.
//!
//! Owns the order: what later steps need comes first, what fails soonest comes next, the real clients and the crashes
//! come last.

use std::path::Path;

use anyhow::Result;

use crate::{check, conformance, crash, deny, pictures, process};

/// Fetches pictures and weights, then runs the checks, the conformance tests and a bounded number of crashes.
///
/// # Errors
/// The first step that fails.
pub(crate) fn run(root: &Path) -> Result<()> {
    deny::provide(root)?;
    pictures::run(root)?;
    // The tests of the engine run the real networks; the server would fetch them by itself at its first start.
    process::run(root, "cargo", &["run", "--package", "overt", "--", "models", "pull"], &[])?;
    check::run(root)?;
    conformance::run(root, &[])?;
    crash::run(root, &crash::Options::bounded())
}
