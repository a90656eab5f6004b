//! What is in a picture, in words: from a classifier's probabilities, found objects and faces to labels.
//!
//! Pure functions and data. Refuses to know networks and pictures, and which labels a client wants.
//!
//! # Invariants
//! - With a label come all its ancestors, each at least as sure as the label itself.
//! - A label with instances is as sure as the surest of them.

mod curves;
mod evidence;
mod list;
mod taxonomy;

pub use evidence::{
    Evidence, Instance, Label, Object, alone, labels, of_class, of_faces, of_sign, recognised, to_be_shown,
    unrecognised,
};
pub use list::markdown;
pub use taxonomy::{CLASSES, Entry, LabelId, OBJECTS, Sign, Taxonomy, TaxonomyError};
