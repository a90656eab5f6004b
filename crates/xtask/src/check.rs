//! `cargo xtask check`: everything that a change must pass, without a running server.
//!
//! Owns the order: what fails soonest comes first. Advisories are not part of it: their database is elsewhere on the
//! network and changes without a change here.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::{codegen, deny, process, tracked};

/// Runs every step and says how long each took.
///
/// # Errors
/// The first step that fails, by name.
#[expect(clippy::print_stderr, reason = "a task reports to the terminal")]
pub(crate) fn run(root: &Path) -> Result<()> {
    let cargo = |arguments: &[&str], environment: &[(&str, &str)]| {
        process::run(root, "cargo", arguments, environment)
    };
    let mut times = Times::default();
    // What is missing shows before anything takes long.
    times.step("tools", || deny::provide(root))?;
    times.step("tracked files", || tracked::check(root))?;
    times.step("format", || cargo(&["fmt", "--all", "--check"], &[]))?;
    times.step("generated code", || codegen::check(root))?;
    times.step("dependencies", || deny::check(root))?;
    times
        .step("lints", || cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"], &[]))?;
    times.step("documentation", || {
        cargo(
            &["doc", "--workspace", "--no-deps", "--document-private-items"],
            &[("RUSTDOCFLAGS", "-D warnings")],
        )
    })?;
    times.step("tests", || cargo(&["test", "--workspace"], &[]))?;
    eprintln!("{times}");
    Ok(())
}

/// How long each step took.
#[derive(Default)]
struct Times(Vec<(&'static str, Duration)>);

impl Times {
    fn step(&mut self, name: &'static str, run: impl FnOnce() -> Result<()>) -> Result<()> {
        let started = Instant::now();
        run().with_context(|| format!("the step `{name}` failed"))?;
        self.0.push((name, started.elapsed()));
        Ok(())
    }
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let width = self.0.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, time) in &self.0 {
            writeln!(f, "{name:<width$}  {:7.1} s", time.as_secs_f64())?;
        }
        let total: Duration = self.0.iter().map(|(_, time)| *time).sum();
        write!(f, "{:<width$}  {:7.1} s", "all", total.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_is_named_and_the_others_are_timed() {
        let mut times = Times::default();
        times.step("first", || Ok(())).unwrap();
        let error = times.step("second", || anyhow::bail!("no")).unwrap_err();
        assert!(error.to_string().contains("second"), "{error}");
        times.0 = vec![("first", Duration::from_millis(1250)), ("longer one", Duration::from_secs(61))];
        let shown = times.to_string();
        let lines: Vec<_> = shown.lines().collect();
        assert_eq!(lines, ["first           1.2 s", "longer one     61.0 s", "all            62.2 s"]);
    }
}
