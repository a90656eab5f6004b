//! Building and opening, each system in a process of its own.
//!
//! Owns what is known of a build: how long adding and saving took, what the process then held, what lies on the disk.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, ensure};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::Options;
use crate::index::{Built, System, folder_bytes, resident};
use crate::people::People;

/// Searches before the memory of an open index is read.
const SEARCHES: usize = 200;

/// A build, as it is kept beside the index.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct BuildFacts {
    pub(crate) built: Built,
    /// Of the process at the end, less what it had before, bytes.
    pub(crate) resident: Option<u64>,
    /// Bytes of the files.
    pub(crate) disk: u64,
}

/// An index, opened in a new process.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct OpenFacts {
    /// Until the first search is answered, seconds.
    pub(crate) seconds: f64,
    /// Of the process after some searches, less what it had before, bytes.
    pub(crate) resident: Option<u64>,
}

pub(crate) fn all(options: &Options) -> anyhow::Result<()> {
    fs_err::create_dir_all(options.folder())?;
    for system in &options.systems {
        eprintln!("building {} of {} faces", system.name(), options.faces);
        let facts: BuildFacts = child(options, "build-one", *system)?;
        eprintln!("  {:.0} a second", options.faces as f64 / facts.built.adding);
        fs_err::write(file(options, *system), serde_json::to_vec_pretty(&facts)?)?;
    }
    Ok(())
}

/// What is known of a build that was made before.
pub(crate) fn facts(options: &Options, system: System) -> anyhow::Result<BuildFacts> {
    Ok(serde_json::from_slice(&fs_err::read(file(options, system))?)?)
}

fn file(options: &Options, system: System) -> std::path::PathBuf {
    system.folder(&options.folder()).with_extension("json")
}

pub(crate) fn one(options: &Options, system: System) -> anyhow::Result<()> {
    let people = People::new();
    // The templates of a batch are memory of everybody's.
    drop(people.batch(0..crate::index::BATCH.min(options.faces)));
    let before = resident();
    let run = options.folder();
    let built = system.build(&run, &people, options.faces, options.graph())?;
    let resident = built.resident.zip(before).map(|(after, before)| after.saturating_sub(before));
    let facts = BuildFacts { built, resident, disk: folder_bytes(&system.folder(&run))? };
    println!("{}", serde_json::to_string(&facts)?);
    Ok(())
}

pub(crate) fn open_one(options: &Options, system: System) -> anyhow::Result<()> {
    let probes = People::new().probes(options.faces, SEARCHES);
    let first = probes.first().context("no probe")?;
    let before = resident();
    let started = Instant::now();
    let index = system.open(&options.folder(), options.faces, options.graph())?;
    index.search(&first.template, options.limit, options.limit)?;
    let seconds = started.elapsed().as_secs_f64();
    for probe in &probes {
        index.search(&probe.template, options.limit, options.limit)?;
    }
    let resident = resident().zip(before).map(|(after, before)| after.saturating_sub(before));
    println!("{}", serde_json::to_string(&OpenFacts { seconds, resident })?);
    Ok(())
}

/// Runs a part on one system in a process of its own; its answer.
#[expect(clippy::disallowed_methods, reason = "this program starts itself, with its own arguments")]
pub(crate) fn child<T: DeserializeOwned>(options: &Options, part: &str, system: System) -> anyhow::Result<T> {
    let name = clap::ValueEnum::to_possible_value(&system).context("a system without a name")?;
    let output = Command::new(std::env::current_exe()?)
        .args(options.for_child())
        .args([part, name.get_name()])
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "{part} of {} ended with {}", system.name(), output.status);
    // A library may have written lines of its own before.
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().context("no answer of the child process")?;
    Ok(serde_json::from_str(last)?)
}
