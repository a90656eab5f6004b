//! Templates: the numbers two faces are compared by.
//!
//! # Invariants
//! - A template names the version (networks, crops, projection, fusion) it was made with; versions never meet.
//! - A template has unit length; the score of two templates is their inner product.

use std::sync::Arc;

/// A face as a unit vector, with the version of the recipe that made it.
#[derive(Clone)]
pub struct Template {
    /// Which recipe made it, e.g. `overt-face-1`.
    pub version: Arc<str>,
    /// Unit-length vector (256 numbers for the default recipe).
    pub values: Box<[f32]>,
}

impl std::fmt::Debug for Template {
    // A template is treated as a face image (REQUIREMENTS G1): it never reaches a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Template({}, {} numbers withheld)", self.version, self.values.len())
    }
}
