//! Importers: weights in the form in which their packages carry them, in; an ONNX model, out.
//!
//! This folder owns the reading of foreign formats and the writing of ONNX. It refuses to know where bytes came from,
//! whether they are the right ones (the manifest's SHA-256 says, see [`crate::models`]) and what a network is for.
//!
//! # Invariants
//! - Same bytes in, same bytes out: nothing here depends on time, order of hash tables or the machine.
//! - Hostile input gives an [`ImportError`]: no panic, and memory stays within a small multiple of the input's size.
//! - What is not understood is refused by name, never skipped: an import that succeeds computes what its source does.

mod array;
mod dlib;
mod efficientnet;
mod graph;
mod javascript;
mod onnx;
mod pickle;
mod rewrite;
mod shards;
mod tfjs;
mod torch;

pub use dlib::import_dlib_shards;
pub use efficientnet::import_efficientnet_lite2;
pub use rewrite::free_spatial_axes;
pub use tfjs::{import_tfjs, import_tfjs_javascript};

/// Largest JSON text (a topology or a weights manifest) that is parsed, bytes. The largest known one, centernet's,
/// has 0.2 MB.
pub const MAX_JSON: usize = 16 << 20;

/// Why foreign weights could not be imported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A JSON file does not parse as what it should be.
    #[error("{what} is not readable")]
    Json {
        /// Which text: the topology or the weights manifest.
        what: &'static str,
        /// Where and why.
        source: serde_json::Error,
    },
    /// Bytes that should be an ONNX model are not.
    #[error("not a readable ONNX model")]
    Protobuf {
        /// Where and why.
        source: prost::DecodeError,
    },
    /// The network uses an operation that the importer does not know.
    #[error("unsupported operation {op} at node {node}")]
    UnsupportedOp {
        /// Operation type as the source names it.
        op: String,
        /// Node name.
        node: String,
    },
    /// A known operation is used in a way that the importer does not know, or that makes no sense.
    #[error("operation {op} at node {node}: {problem}")]
    Node {
        /// Operation type as the source names it.
        op: String,
        /// Node name.
        node: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A node that others refer to does not exist.
    #[error("no node is called {node}")]
    MissingNode {
        /// The name referred to.
        node: String,
    },
    /// A node depends on itself.
    #[error("node {node} depends on itself")]
    Cycle {
        /// One node of the circle.
        node: String,
    },
    /// A weight that the network needs is not in the weights manifest.
    #[error("no weight is called {name}")]
    MissingWeight {
        /// The weight's name.
        name: String,
    },
    /// A weight or its entry in the weights manifest makes no sense.
    #[error("weight {name}: {problem}")]
    Weight {
        /// The weight's name.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The shards are longer or shorter than the weights manifest says.
    #[error("the shards have {found} bytes, the weights manifest describes {described}")]
    ShardLength {
        /// Bytes present.
        found: usize,
        /// Bytes described.
        described: usize,
    },
    /// The model as a whole makes no sense.
    #[error("{problem}")]
    Model {
        /// What is wrong with it.
        problem: String,
    },
    /// A bound on sizes was passed.
    #[error("{what} is larger than the limit of {limit}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// The bound, in the unit that `what` names.
        limit: usize,
    },
}

fn parse_json<'a, T: serde::Deserialize<'a>>(what: &'static str, text: &'a [u8]) -> Result<T, ImportError> {
    if text.len() > MAX_JSON {
        return Err(ImportError::TooLarge { what: "a JSON file (bytes)", limit: MAX_JSON });
    }
    serde_json::from_slice(text).map_err(|source| ImportError::Json { what, source })
}
