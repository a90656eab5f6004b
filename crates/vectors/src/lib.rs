//! Templates of faces: append-only encrypted segments, and exact search over compact codes.
//!
//! This crate owns the files that templates lie in, the codes they are searched by, the keyed rotation that makes two
//! stores unlinkable, recovery and compaction. It knows nothing of people, images, records or tokio; every call is
//! blocking.
//!
//! A template is a vector of numbers known to callers by its label, a number that rises from template to template. Two
//! templates are compared by their inner product. The order of a change:
//!
//! 1. [`Store::append`] writes templates to the disk. Searches do not see them.
//! 2. The caller commits its records together with the [`Committed`] state that `append` returned.
//! 3. [`Store::publish`] makes them visible; or, if the records were not committed, [`Store::discard`] drops them.
//!
//! # Invariants
//! - The caller's records decide what counts: [`Store::open`] removes everything that they do not name.
//! - Nothing is written in the clear. In memory there are codes of 175 bytes a face (at 256 numbers) in the clear, and
//!   exact templates only while they are compared.
//! - A damaged byte is an error that names the segment and slot, never another score.
//! - A search's result is that of comparing with every exact template. Codes choose which exact templates are read;
//!   an estimate is trusted to 4.5 deviations of its error, beyond which lies one error in 300,000.

mod basis;
mod block;
mod code;
mod column;
mod committed;
mod error;
mod kernels;
mod key;
mod labels;
mod orthogonal;
mod probe;
mod scanners;
mod segment;
mod shape;
mod store;
pub mod synthetic;
#[cfg(test)]
mod testing;
mod transform;

pub use committed::{Committed, SegmentState};
pub use error::VectorsError;
pub use kernels::Instructions;
pub use key::StoreKey;
pub use labels::LabelSet;
pub use scanners::Scanners;
pub use shape::Shape;
pub use store::{
    Answer, Compacted, CompactionPlan, Damage, DamageKind, Hit, NewTemplate, Query, Stats, Store,
    Verification,
};
pub use transform::Transform;
