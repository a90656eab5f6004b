//! The systems that are compared, behind one trait.
//!
//! Owns their names and what all of them are told to do. Refuses to know how they do it, and what is measured.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::people::People;
use crate::{diskann_index, hnsw_rs_index, overt, usearch_index};

/// Templates of one batch: what an import of a large collection sends at a time.
pub(crate) const BATCH: u64 = 4_096;
/// Threads that build, and that search at once: the cores.
pub(crate) const THREADS: usize = 2;

/// A system under comparison.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum System {
    /// This project's store: encrypted on the disk, exact in its results.
    Overt,
    /// usearch (HNSW) with 32-bit numbers.
    UsearchF32,
    /// usearch (HNSW) with 16-bit floating-point numbers.
    UsearchF16,
    /// usearch (HNSW) with 8-bit whole numbers.
    UsearchI8,
    /// hnsw_rs (HNSW) with 32-bit numbers.
    HnswRs,
    /// diskann (Vamana, the index in memory) with 32-bit numbers.
    Diskann,
}

/// How a graph is built, the same for all of them.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(crate) struct Graph {
    /// Edges of a node (twice as many in the lowest layer of an HNSW, which is also what a Vamana graph gets).
    pub(crate) connectivity: usize,
    /// Candidates that are looked at for the edges of a new node.
    pub(crate) construction: usize,
}

/// What building took.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Built {
    /// Adding everything, without making the templates up, seconds.
    pub(crate) adding: f64,
    /// Saving and flushing at the end, where adding did not do that, seconds.
    pub(crate) saving: f64,
    /// Time of all cores while adding, seconds: unlike the time on the clock, other work on the machine hardly changes it.
    pub(crate) cpu: f64,
    /// Of the process at the end, with the index in it, bytes.
    pub(crate) resident: Option<u64>,
}

/// What a deletion took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deletion {
    /// Until no search finds them.
    pub(crate) gone: Duration,
    /// From then until that is on the disk.
    pub(crate) durable: Duration,
}

/// An open index.
pub(crate) trait Index: Send + Sync {
    /// The people found, best first. `effort` is the expansion of a graph's search; an exact search has none.
    fn search(&self, probe: &[f32], limit: usize, effort: usize) -> anyhow::Result<Vec<u64>>;

    /// Deletes people, in memory and on the disk; `None` when the library cannot.
    fn delete(&mut self, people: &[u64]) -> anyhow::Result<Option<Deletion>>;
}

impl System {
    /// For a table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Overt => "Overt",
            Self::UsearchF32 => "usearch f32",
            Self::UsearchF16 => "usearch f16",
            Self::UsearchI8 => "usearch i8",
            Self::HnswRs => "hnsw_rs f32",
            Self::Diskann => "diskann f32",
        }
    }

    /// Whether its results depend on an effort.
    pub(crate) fn is_graph(self) -> bool {
        self != Self::Overt
    }

    /// Where it lies in the folder of a run.
    pub(crate) fn folder(self, run: &Path) -> PathBuf {
        run.join(self.name().replace(' ', "-"))
    }

    /// Builds it in a new folder from the first `faces` people, and saves it.
    pub(crate) fn build(
        self,
        run: &Path,
        people: &People,
        faces: u64,
        graph: Graph,
    ) -> anyhow::Result<Built> {
        let folder = self.folder(run);
        if folder.exists() {
            fs_err::remove_dir_all(&folder)?;
        }
        match self {
            Self::Overt => overt::build(&folder, people, faces),
            Self::UsearchF32 | Self::UsearchF16 | Self::UsearchI8 => {
                usearch_index::build(&folder, self, people, faces, graph)
            }
            Self::HnswRs => hnsw_rs_index::build(&folder, people, faces, graph),
            Self::Diskann => diskann_index::build(&folder, people, faces, graph),
        }
    }

    /// Opens what was built and saved.
    pub(crate) fn open(self, run: &Path, faces: u64, graph: Graph) -> anyhow::Result<Box<dyn Index>> {
        let folder = self.folder(run);
        Ok(match self {
            Self::Overt => Box::new(overt::open(&folder)?),
            Self::UsearchF32 | Self::UsearchF16 | Self::UsearchI8 => {
                Box::new(usearch_index::open(&folder, self, graph)?)
            }
            Self::HnswRs => Box::new(hnsw_rs_index::open(&folder)?),
            Self::Diskann => Box::new(diskann_index::open(&folder, faces, graph)?),
        })
    }
}

/// Bytes of all files in a folder.
pub(crate) fn folder_bytes(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() { folder_bytes(&entry.path())? } else { metadata.len() };
    }
    Ok(bytes)
}

/// Flushes every file of a folder, and the folder.
pub(crate) fn flush(folder: &Path) -> anyhow::Result<()> {
    for entry in fs_err::read_dir(folder)? {
        fs_err::File::open(entry?.path())?.sync_all()?;
    }
    Ok(fs_err::File::open(folder)?.sync_all()?)
}

/// Times adding.
pub(crate) struct Adding {
    started: Instant,
    cpu: f64,
}

impl Adding {
    pub(crate) fn start() -> Self {
        Self { started: Instant::now(), cpu: cpu() }
    }

    pub(crate) fn end(self, built: &mut Built) {
        built.adding += self.started.elapsed().as_secs_f64();
        built.cpu += cpu() - self.cpu;
    }
}

/// Time that all threads of this process, those that ended included, have had of all cores, seconds in steps of a
/// hundredth; not a number where the system does not tell.
fn cpu() -> f64 {
    let stat = fs_err::read_to_string("/proc/self/stat").unwrap_or_default();
    // User and system time are the 14th and 15th fields; the second may hold spaces, in brackets.
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let mut ticks = after_name.split_whitespace().skip(11).map_while(|field| field.parse::<f64>().ok());
    match (ticks.next(), ticks.next()) {
        (Some(user), Some(system)) => (user + system) / 100.0,
        _ => f64::NAN,
    }
}

/// The same of the threads that live now, seconds to the nanosecond.
pub(crate) fn cpu_of_the_living() -> f64 {
    let Ok(threads) = fs_err::read_dir("/proc/self/task") else { return f64::NAN };
    let nanoseconds = |thread: std::io::Result<fs_err::DirEntry>| {
        let text = fs_err::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<f64>().ok()
    };
    threads.filter_map(nanoseconds).sum::<f64>() / 1e9
}

/// Memory of this process that is in use, bytes; `None` where the system does not tell.
pub(crate) fn resident() -> Option<u64> {
    let status = fs_err::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}
