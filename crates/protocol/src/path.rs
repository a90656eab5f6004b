//! Where in a request a value stands.
//!
//! Owns: the chain of members from the body's top to a value, and how AWS writes it in an error message. A path
//! lives on the stack while a request is read or judged and costs nothing until an error prints it.

use std::fmt;

/// The way from the top of a request body to one value.
///
/// Printed as AWS prints it in a `ValidationException`: members joined by dots, each with its first letter in lower
/// case, list items as `.N.member` counted from 1. `Image` → `S3Object` → `Bucket` is `image.s3Object.bucket`.
#[derive(Debug, Clone, Copy)]
pub enum Path<'a> {
    /// The body itself.
    Root,
    /// A named member of the structure at the first path.
    Member(&'a Path<'a>, &'static str),
    /// An item, counted from 0, of the list at the first path.
    Item(&'a Path<'a>, usize),
}

impl<'a> Path<'a> {
    /// The path of member `name` (its wire name) of the structure that stands here.
    #[must_use]
    pub const fn member(&'a self, name: &'static str) -> Self {
        Self::Member(self, name)
    }

    /// The path of item `index`, counted from 0, of the list that stands here.
    #[must_use]
    pub const fn item(&'a self, index: usize) -> Self {
        Self::Item(self, index)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Member(parent, name) => {
                if !matches!(parent, Path::Root) {
                    write!(f, "{parent}.")?;
                }
                let mut letters = name.chars();
                if let Some(first) = letters.next() {
                    write!(f, "{}{}", first.to_ascii_lowercase(), letters.as_str())?;
                }
                Ok(())
            }
            Self::Item(parent, index) => write!(f, "{parent}.{}.member", index.saturating_add(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Path;

    #[test]
    fn paths_are_written_as_aws_writes_them() {
        let image = Path::Root.member("Image");
        let object = image.member("S3Object");
        assert_eq!(object.member("Bucket").to_string(), "image.s3Object.bucket");
        let faces = Path::Root.member("FaceIds");
        assert_eq!(faces.item(0).to_string(), "faceIds.1.member");
        assert_eq!(Path::Root.to_string(), "");
    }
}
