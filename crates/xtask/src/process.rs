//! Child processes.
//!
//! Owns: starting them, with arguments as a list and never through a shell.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

/// A command to run in `folder`.
#[expect(clippy::disallowed_methods, reason = "this is the one place where xtask starts child processes")]
fn command(folder: &Path, program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).args(arguments);
    command
}

/// Runs a program with the terminal as its output; an error if it cannot start or fails.
pub(crate) fn run(
    folder: &Path,
    program: &str,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> anyhow::Result<()> {
    let status = command(folder, program, arguments)
        .envs(environment.iter().copied())
        .status()
        .with_context(|| format!("cannot start {program}"))?;
    if !status.success() {
        bail!("{program} {} failed: {status}", arguments.join(" "));
    }
    Ok(())
}

/// What a program writes to its standard output, as text; an error if it cannot start or fails.
pub(crate) fn output(folder: &Path, program: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let done = command(folder, program, arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {program}"))?;
    if !done.status.success() {
        bail!("{program} {} failed: {}", arguments.join(" "), done.status);
    }
    String::from_utf8(done.stdout).with_context(|| format!("{program} wrote no UTF-8"))
}

/// What a child process sees of the environment.
pub(crate) enum Environment {
    /// All of this process's.
    Inherited,
    /// These variables and no others.
    Only(Vec<(OsString, OsString)>),
}

/// As [`run`], without what the program writes to standard output.
pub(crate) fn run_quietly(
    folder: &Path,
    program: &str,
    arguments: &[&str],
    environment: Environment,
) -> anyhow::Result<()> {
    let mut command = command(folder, program, arguments);
    if let Environment::Only(variables) = environment {
        command.env_clear().envs(variables);
    }
    let status = command.stdout(Stdio::null()).status().with_context(|| format!("cannot start {program}"))?;
    if !status.success() {
        bail!("{program} {} failed: {status}", arguments.join(" "));
    }
    Ok(())
}

/// The user's pip, as a program and its first arguments; `None` if there is none.
pub(crate) fn pip(folder: &Path) -> Option<(&'static str, &'static [&'static str])> {
    let pip: [(&str, &[&str]); 3] = [("python3", &["-m", "pip"]), ("pip3", &[]), ("pip", &[])];
    pip.into_iter().find(|(program, first)| succeeds(folder, program, &[first, &["--version"][..]].concat()))
}

/// Whether a program starts and succeeds with these arguments; says nothing on the terminal.
pub(crate) fn succeeds(folder: &Path, program: &str, arguments: &[&str]) -> bool {
    command(folder, program, arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
