//! Development tasks of the workspace: `cargo xtask --help` lists them.
//!
//! Nothing here ships. Each task is a module; the only place that starts child processes is `process`.

mod check;
mod codegen;
mod conformance;
mod crash;
mod deny;
mod pictures;
mod process;
mod test;
mod tracked;

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Development tasks")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write crates/protocol/src/generated from the pinned service model.
    Codegen {
        /// Write nothing; fail if what is checked in differs from what the model gives.
        #[arg(long)]
        check: bool,
    },
    /// Fetch the pictures that the tests need into target/test-pictures.
    Pictures,
    /// Everything a change must pass: tracked files, format, lints, tests, generated code, dependencies, documentation.
    Check,
    /// Run the real clients (boto3, AWS CLI, JavaScript and Rust SDKs) against the dev build over loopback.
    Conformance {
        /// Arguments for pytest, such as `-k detect`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        pytest: Vec<String>,
    },
    /// Kill a real server at random moments under load, and prove after each restart that nothing acknowledged is lost.
    Crash(crash::Options),
    /// Everything: pictures, weights, check, conformance and a dozen crashes.
    Test,
}

fn main() -> anyhow::Result<()> {
    let root = workspace_root()?;
    match Arguments::parse().task {
        Task::Codegen { check: false } => codegen::write(&root),
        Task::Codegen { check: true } => codegen::check(&root),
        Task::Pictures => pictures::run(&root),
        Task::Check => check::run(&root),
        Task::Conformance { pytest } => conformance::run(&root, &pytest),
        Task::Crash(options) => crash::run(&root, &options),
        Task::Test => test::run(&root),
    }
}

/// The folder of the workspace's Cargo.toml, two above this crate's.
fn workspace_root() -> anyhow::Result<PathBuf> {
    let manifest = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    manifest
        .ancestors()
        .nth(2)
        .map(PathBuf::from)
        .context("the workspace root is two folders above crates/xtask")
}
