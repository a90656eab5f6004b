// Written by `cargo xtask codegen` from the service model; do not edit.

//! The model's structures, in files by family of operations.

mod analysis;
mod celebrities;
mod collections;
mod datasets;
mod faces;
mod liveness;
mod media_analysis;
mod project_versions;
mod projects;
mod shared;
mod stream_processors;
mod tags;
mod users;
mod video;

pub use analysis::*;
pub use celebrities::*;
pub use collections::*;
pub use datasets::*;
pub use faces::*;
pub use liveness::*;
pub use media_analysis::*;
pub use project_versions::*;
pub use projects::*;
pub use shared::*;
pub use stream_processors::*;
pub use tags::*;
pub use users::*;
pub use video::*;
