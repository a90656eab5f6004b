//! Overt's search beside graph indexes, on the same made-up templates in one run.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml -- --faces 100000`
//!
//! Owns the command line and the order of the parts: each system is built in a process of its own (its memory is then its
//! own), opened in another, and all are searched in turns in a third. Data goes to standard output as Markdown.

mod build;
mod diskann_index;
mod facts;
mod hnsw_rs_index;
mod index;
mod measure;
mod overt;
mod people;
mod report;
mod usearch_index;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::index::{Graph, System};

/// Measures Overt's exact search beside graph indexes on the same made-up templates.
#[derive(Debug, Parser)]
#[command(
    after_help = "Without a part, everything is measured. To build at leisure and measure on a quiet machine:\n  \
                        overt-peers --faces 1000000 --folder DIR build\n  \
                        overt-peers --faces 1000000 --folder DIR measure"
)]
pub(crate) struct Options {
    /// Faces in the indexes
    #[arg(long, default_value_t = 100_000)]
    pub(crate) faces: u64,
    /// Where the indexes lie [default: in the system's folder for temporary files]
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Systems to compare, Overt first
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [System::Overt, System::UsearchF32, System::UsearchF16, System::UsearchI8, System::HnswRs, System::Diskann])]
    pub(crate) systems: Vec<System>,
    /// Probes by which answers are judged, and that are timed
    #[arg(long, default_value_t = 1_000)]
    pub(crate) probes: usize,
    /// Most matches of a search for everybody above the threshold
    #[arg(long, default_value_t = 100)]
    pub(crate) limit: usize,
    /// Edges of a graph's node (twice as many in the lowest layer)
    #[arg(long, default_value_t = 16)]
    connectivity: usize,
    /// Candidates for the edges of a new node
    #[arg(long, default_value_t = 200)]
    construction: usize,
    /// Write all figures as JSON
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,
    #[command(subcommand)]
    part: Option<Part>,
}

/// A part of a run.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(crate) enum Part {
    /// Build and save the indexes
    Build,
    /// Open, search and delete in what was built; deleting changes it
    Measure,
    /// Build one index in this process and tell about it as JSON
    #[command(hide = true)]
    BuildOne { system: System },
    /// Open one index in this process and tell about it as JSON
    #[command(hide = true)]
    OpenOne { system: System },
}

impl Options {
    pub(crate) fn folder(&self) -> PathBuf {
        self.folder
            .clone()
            .unwrap_or_else(|| std::env::temp_dir().join(format!("overt-peers-{}", self.faces)))
    }

    pub(crate) fn graph(&self) -> Graph {
        Graph { connectivity: self.connectivity, construction: self.construction }
    }

    /// The arguments that a child process needs to work on the same run.
    pub(crate) fn for_child(&self) -> Vec<String> {
        vec![
            format!("--faces={}", self.faces),
            format!("--folder={}", self.folder().display()),
            format!("--connectivity={}", self.connectivity),
            format!("--construction={}", self.construction),
        ]
    }
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    match options.part {
        None => {
            build::all(&options)?;
            measure::all(&options)
        }
        Some(Part::Build) => build::all(&options),
        Some(Part::Measure) => measure::all(&options),
        Some(Part::BuildOne { system }) => build::one(&options, system),
        Some(Part::OpenOne { system }) => build::open_one(&options, system),
    }
}
