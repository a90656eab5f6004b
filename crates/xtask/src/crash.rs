//! `cargo xtask crash`: a real server that is killed at random moments under load, and proof after each restart.
//!
//! Owns what the harness in `tests/crash` needs: the pictures, the dev build, the Python environment of the conformance
//! tests. Does not know what is proved.

use std::path::Path;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::{conformance, pictures, process};

/// How long and how the harness runs.
#[derive(Args)]
pub(crate) struct Options {
    /// How often the server dies.
    #[arg(long, default_value_t = 200)]
    kills: u32,
    /// Repeats a run's choices; random and printed unless given.
    #[arg(long)]
    seed: Option<u64>,
    /// Threads that send requests.
    #[arg(long, default_value_t = 4)]
    clients: u32,
}

impl Options {
    /// As part of every test run: enough deaths to meet what breaks often, in about a minute and a half.
    pub(crate) fn bounded() -> Self {
        Self { kills: 12, seed: None, clients: 4 }
    }
}

/// Prepares everything, tests the harness's own judgement, and runs it.
///
/// # Errors
/// If something is missing, or the server broke a promise.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    pictures::run(root)?;
    let python = conformance::python(root)?;
    process::run(root, "cargo", &["build", "--package", "overt"], &[])?;
    let folder = root.join("tests/crash");
    let python = python.to_str().context("the path of the workspace is not UTF-8")?;
    // Nothing is written into the checkout: neither bytecode nor pytest's cache.
    let environment = [("PYTHONDONTWRITEBYTECODE", "1")];
    process::run(&folder, python, &["-m", "pytest", "-q", "-p", "no:cacheprovider"], &environment)?;
    let mut arguments = vec!["crash.py".to_owned()];
    arguments.extend(["--kills".into(), options.kills.to_string()]);
    arguments.extend(["--clients".into(), options.clients.to_string()]);
    arguments.extend(options.seed.iter().flat_map(|seed| ["--seed".into(), seed.to_string()]));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    process::run(&folder, python, &arguments, &environment)
}
