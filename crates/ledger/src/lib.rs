//! An append-only Merkle tree of everything a server did, that outsiders can check with its public key alone.
//!
//! Owns the tree (RFC 6962), its form on disk and on the wire (C2SP tlog-tiles, tlog-checkpoint, signed-note), its signatures
//! and witnesses' cosignatures, the durable appending, and the verifier. Refuses to know what entries say, and what a server is.
//!
//! # Invariants
//! - What [`Log::append`] returned is in every later tree, whatever was killed.
//! - A published checkpoint is never contradicted by a later one.
//! - No path through this crate alters or removes an entry.

pub mod checkpoint;
pub mod cosign;
mod error;
pub mod follow;
pub mod hash;
pub mod inclusion;
mod journal;
mod log;
pub mod mirror;
pub mod note;
mod place;
pub mod proof;
pub mod source;
#[cfg(test)]
mod testing;
pub mod tile;
mod tree;
pub mod verify;
pub mod witness;

pub use checkpoint::Checkpoint;
pub use cosign::{Asked, Cosigner};
pub use error::LogError;
pub use follow::Follower;
pub use hash::Hash;
pub use inclusion::InclusionProof;
pub use log::Log;
pub use mirror::mirror;
pub use note::{KeyKind, Note, NoteError, SignerKey, VerifierKey};
pub use source::{Folder, Source, SourceError, Tiles};
