//! cargo-deny: licences and sources of the dependencies.
//!
//! Owns how it is come by: the user's own, or one that is built into `target`. Refuses to know what it checks
//! (`deny.toml` does).

use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::process;

/// The version that is built where there is none.
const VERSION: &str = "0.20.2";

/// Folder of the one that is built here, below the workspace's root: ignored by git, kept between runs.
const FOLDER: &str = "target/tools";

/// Makes sure that there is one, so that its lack shows before anything takes long.
///
/// # Errors
/// When it is not there and cannot be built.
#[expect(clippy::print_stderr, reason = "a task reports to the terminal")]
pub(crate) fn provide(root: &Path) -> Result<()> {
    if program(root).is_some() {
        return Ok(());
    }
    eprintln!(
        "cargo-deny is not installed: building {VERSION} into {FOLDER}, once, which takes some minutes"
    );
    let folder = root.join(FOLDER);
    let folder = folder.to_str().context("the path of this checkout is not UTF-8")?;
    let package = format!("cargo-deny@{VERSION}");
    // Without optimisation: it builds in a third of the time and runs for a second.
    process::run(
        root,
        "cargo",
        &["install", "--locked", "--debug", "--root", folder, &package],
        &[],
    )
    .with_context(|| format!("cargo-deny is needed for the licences of dependencies; `cargo install --locked {package}` installs it too"))
}

/// Checks licences, sources and bans.
///
/// # Errors
/// What it finds, or that it is not there.
pub(crate) fn check(root: &Path) -> Result<()> {
    let program = program(root);
    ensure!(program.is_some(), "cargo-deny is needed: cargo install --locked cargo-deny@{VERSION}");
    let program = program.unwrap_or_default();
    process::run(root, &program, &["check", "bans", "licenses", "sources"], &[])
}

/// The program, if there is one.
fn program(root: &Path) -> Option<String> {
    let own = root.join(FOLDER).join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    let candidates = ["cargo-deny".to_owned(), own.to_string_lossy().into_owned()];
    candidates.into_iter().find(|program| process::succeeds(root, program, &["--version"]))
}
