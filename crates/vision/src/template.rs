//! Templates: the numbers two faces are compared by.
//!
//! # Invariants
//! - A template names the version (networks, crops, projection, fusion) it was made with; versions never meet.
//! - A template has unit length; the score of two templates is their inner product.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// The name of the recipe that templates are made with, e.g. `overt-face-1`. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TemplateVersion(Arc<str>);

impl TemplateVersion {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for TemplateVersion {
    fn from(name: &str) -> Self {
        Self(name.into())
    }
}

impl From<String> for TemplateVersion {
    fn from(name: String) -> Self {
        Self(name.into())
    }
}

impl Deref for TemplateVersion {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for TemplateVersion {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TemplateVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for TemplateVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A face as a unit vector, with the version of the recipe that made it.
#[derive(Clone)]
pub struct Template {
    /// Which recipe made it.
    pub version: TemplateVersion,
    /// Unit-length vector (256 numbers for the default recipe).
    pub values: Box<[f32]>,
}

impl fmt::Debug for Template {
    // A template is treated as a face image (REQUIREMENTS G1): it never reaches a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Template({}, {} numbers withheld)", self.version, self.values.len())
    }
}
