//! `cargo xtask check`: everything that a change must pass, without a running server.
//!
//! Owns the order: what fails soonest comes first. Advisories are not part of it: their database is elsewhere on the
//! network and changes without a change here.

use std::path::Path;

use anyhow::{Result, ensure};

use crate::{codegen, process};

/// Runs format, generated code, dependencies, lints, documentation and tests.
///
/// # Errors
/// The first step that fails.
pub(crate) fn run(root: &Path) -> Result<()> {
    let cargo = |arguments: &[&str], environment: &[(&str, &str)]| {
        process::run(root, "cargo", arguments, environment)
    };
    cargo(&["fmt", "--all", "--check"], &[])?;
    codegen::check(root)?;
    ensure!(
        process::succeeds(root, "cargo", &["deny", "--version"]),
        "cargo-deny is needed: cargo install --locked --debug cargo-deny"
    );
    cargo(&["deny", "check", "bans", "licenses", "sources"], &[])?;
    cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], &[])?;
    cargo(
        &["doc", "--workspace", "--no-deps", "--document-private-items"],
        &[("RUSTDOCFLAGS", "-D warnings")],
    )?;
    cargo(&["test", "--workspace"], &[])
}
