//! The command line: its words, and what each of them starts.
//!
//! Owns arguments, exit codes and the split of outputs. Refuses to do any work itself.
//!
//! # Invariants
//! - Data goes to standard output; logs, progress, hints and errors go to standard error.
//! - Exit codes: 0 done, 1 failed, 2 the command makes no sense (to clap, or `Usage`), 130 or 143 ended by a signal.

mod anew;
mod backend;
mod collections;
mod declared;
mod faces;
mod files;
mod import;
mod keeping;
mod labels;
mod ledger;
mod migrate;
mod models;
mod moderate;
mod output;
mod overrides;
mod pictures;
mod principals;
mod report;
mod running;
mod search;
mod serve;
mod shown;
mod sources;
mod subject;
mod target;
mod text;
mod transfer;
mod transparency;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

pub(crate) use output::colours_wanted;
use output::report;

use crate::config::{Config, ConfigError, Overrides, environment};
use crate::interrupt;

#[derive(Debug, Parser)]
#[command(
    name = "overt",
    version,
    about = "Face and image analysis on your own machine, for AWS SDKs",
    long_about = "Overt speaks the Amazon Rekognition API: programs written with an AWS SDK work with it after their \
                  endpoint URL is changed. Pictures never leave the machine.",
    after_help = "Examples:\n  overt serve                                  start; the first start does all set-up\n  \
                  overt detect-faces photo.jpg --draw out.png  faces of a picture, without a server\n  \
                  overt compare-faces passport.jpg door.jpg    is it the same person?\n  \
                  overt collections import staff photos/       the faces of a folder into a collection\n  \
                  overt search door.jpg --collection staff     whose face is it?\n  \
                  overt principals create scanner --organisation \"City Archive\" --sector media --allow faces\n\n\
                  Exit codes: 0 done, 1 failed, 2 the command makes no sense, 130 or 143 ended by a signal.\n\
                  Settings and their names in the environment: docs/operations.md"
)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command understands.
#[derive(Clone, Debug, Args)]
struct Common {
    /// Configuration file [default: ./overt.toml if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder for keys, principals and records [default: overt/ in the user's data folder]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the server; the first start fetches the networks and makes an access key
    Serve(serve::Serve),
    /// Fetch, list or verify the networks' weights
    Models(models::Models),
    /// Create, list, rotate or revoke who may use the server
    Principals(principals::Principals),
    /// List, grant or end exceptions from the floor under a collection's thresholds
    Overrides(overrides::OverridesCommand),
    /// Make, list, fill or delete collections of faces
    Collections(collections::Collections),
    /// Search a collection for the largest face of a picture
    Search(search::Search),
    /// Copy records and templates, beside a running server or without one
    Snapshot(keeping::Snapshot),
    /// Put a snapshot into an empty data folder
    Restore(keeping::Restore),
    /// Look for inconsistencies between records and templates, and repair them
    Fsck(keeping::Fsck),
    /// Verify, prove, copy and follow a ledger, or witness it
    Ledger(ledger::Ledger),
    /// Find everything that the ledger has about one person
    Subject(subject::SubjectAccess),
    /// Compute a report from a ledger
    Report(transparency::Reports),
    /// Replace the server's key
    RotateKey(keeping::RotateKey),
    /// Find the faces in pictures, without a server
    DetectFaces(faces::DetectFaces),
    /// Compare the largest face of one picture with the faces of another, without a server
    CompareFaces(faces::CompareFaces),
    /// Say what pictures show, without a server
    DetectLabels(labels::DetectLabels),
    /// Read the text in pictures, without a server
    DetectText(text::DetectText),
    /// Find unsafe content in pictures, without a server
    Moderate(moderate::Moderate),
    /// Measure speed and accuracy on this machine
    Bench(crate::bench::Bench),
}

/// Runs the command that the process was started with.
#[must_use]
pub fn run() -> ExitCode {
    let Cli { common, command } = Cli::parse();
    let result = match command {
        Command::Serve(command) => command.run(&common),
        Command::Models(command) => command.run(&common),
        Command::Principals(command) => command.run(&common),
        Command::Overrides(command) => command.run(&common),
        Command::Collections(command) => command.run(&common),
        Command::Search(command) => command.run(&common),
        Command::Snapshot(command) => command.run(&common),
        Command::Restore(command) => command.run(&common),
        Command::Fsck(command) => command.run(&common),
        Command::Ledger(command) => command.run(&common),
        Command::Subject(command) => command.run(&common),
        Command::Report(command) => command.run(&common),
        Command::RotateKey(command) => command.run(&common),
        Command::DetectFaces(command) => command.run(&common),
        Command::CompareFaces(command) => command.run(&common),
        Command::DetectLabels(command) => command.run(&common),
        Command::DetectText(command) => command.run(&common),
        Command::Moderate(command) => command.run(&common),
        Command::Bench(command) => common
            .load(Overrides::default())
            .map_err(Into::into)
            .and_then(|config| command.run(&config.models)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            match interrupt::wished() {
                // As the shell tells a command that a signal ended.
                Some(signal) => ExitCode::from(128 + signal),
                None if error.is::<Usage>() => ExitCode::from(2),
                None => ExitCode::FAILURE,
            }
        }
    }
}

/// The command makes no sense: nothing was tried.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Usage(String);

/// Whoever read our output has seen enough (`overt … | head`).
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

impl Common {
    fn load(&self, overrides: Overrides) -> Result<Config, ConfigError> {
        let overrides = Overrides { config: self.config.clone(), data: self.data.clone(), ..overrides };
        Config::load(&overrides, &environment())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_threshold_out_of_range_is_told_the_range() {
        for arguments in [
            ["detect-labels", "a.jpg", "--min-confidence"].as_slice(),
            &["detect-text", "a.jpg", "--min-confidence"],
            &["moderate", "a.jpg", "--min-confidence"],
            &["compare-faces", "a.jpg", "b.jpg", "--threshold"],
            &["search", "a.jpg", "-c", "c", "--threshold"],
        ] {
            for number in ["-1", "100.5", "many"] {
                let words = ["overt"].iter().chain(arguments).chain([&number]);
                let error = Cli::try_parse_from(words).unwrap_err().to_string();
                assert!(error.contains("must be a number from 0 to 100"), "{error}");
            }
        }
    }

    #[test]
    fn every_command_shows_an_example() {
        for command in Cli::command().get_subcommands_mut() {
            let help = command.render_long_help().to_string();
            assert!(help.contains("Example"), "{} has no example", command.get_name());
        }
    }
}
