//! What can go wrong between a decoded picture and its findings.

use crate::fusion::FusionError;
use crate::labels::TaxonomyError;
use crate::models::ModelsError;
use crate::recognisers::UnknownVersion;
use crate::runtime::RuntimeError;

/// An analysis failed. None of these is the picture's fault: whatever it shows, a sound installation answers.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VisionError {
    /// The inference runtime refused or failed.
    #[error("the inference runtime failed")]
    Runtime(#[from] RuntimeError),
    /// A network or the runtime library is missing or not the one that the manifest names.
    #[error("the weights are not usable")]
    Models(#[from] ModelsError),
    /// A network answered with other shapes than its manifest entry promises.
    #[error("network {network} gave {found} numbers where {expected} were expected")]
    Output {
        /// The network.
        network: &'static str,
        /// Numbers found.
        found: usize,
        /// Numbers expected.
        expected: usize,
    },
    /// Templates of a version were asked for that no recogniser makes.
    #[error(transparent)]
    Version(#[from] UnknownVersion),
    /// The embeddings of a face could not be fused.
    #[error("the template of a face could not be made")]
    Template(#[from] FusionError),
    /// A network's numbers have no extent or no direction, which no sound network answers.
    #[error("{step} has no extent")]
    Degenerate {
        /// What could not be made.
        step: &'static str,
    },
    /// The labels are not sound: no build that passed its tests says so.
    #[error("the labels are not usable")]
    Labels(#[from] TaxonomyError),
    /// A picture could not be resized.
    #[error("the picture could not be resized")]
    Resize(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The moderation taxonomy that was compiled in is damaged.
    #[error("the moderation taxonomy is not usable")]
    Taxonomy(#[from] crate::moderation::TaxonomyError),
}
