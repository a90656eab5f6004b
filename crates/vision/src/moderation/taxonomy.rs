//! The taxonomy of unsafe content: 52 entries in three levels, as data.
//!
//! Owns the form of `taxonomy-7.0.toml` and which of its entries follow from which. Knows no network.
//!
//! # Invariants
//! - A parent stands before its children; levels are 1 to 3; names are unique. A test keeps the file so.

use serde::Deserialize;

/// The file that is compiled in.
const TEXT: &str = include_str!("taxonomy-7.0.toml");

/// The version of the taxonomy, as the API names it.
pub const VERSION: &str = "7.0";

/// An entry of the taxonomy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// The place of its parent; `None` at level 1.
    pub parent: Option<usize>,
    /// 1 to 3.
    pub level: u8,
    /// Classes of ILSVRC 2012 that show it.
    pub classes: Vec<usize>,
}

/// All entries, parents before children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taxonomy {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    label: Vec<RawLabel>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLabel {
    name: String,
    parent: Option<String>,
    #[serde(default)]
    classes: Vec<usize>,
}

/// The file that was compiled in is damaged, which a test keeps from happening.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TaxonomyError {
    /// It is no TOML of its form.
    #[error("the moderation taxonomy is not readable")]
    Form(#[from] toml::de::Error),
    /// A parent does not stand before its child.
    #[error("the moderation taxonomy has no {name} before it is named as a parent")]
    Parent {
        /// The parent.
        name: String,
    },
}

impl Taxonomy {
    /// The taxonomy 7.0.
    ///
    /// # Errors
    /// [`TaxonomyError`] when the file that was compiled in is damaged.
    pub fn built_in() -> Result<Self, TaxonomyError> {
        let raw: Raw = toml::from_str(TEXT)?;
        let mut entries: Vec<Entry> = Vec::with_capacity(raw.label.len());
        for RawLabel { name, parent, classes } in raw.label {
            let parent = match parent {
                None => None,
                Some(name) => match entries.iter().position(|entry| entry.name == name) {
                    Some(at) => Some(at),
                    None => return Err(TaxonomyError::Parent { name }),
                },
            };
            let above = parent.and_then(|at| entries.get(at)).map_or(0, |entry| entry.level);
            entries.push(Entry { name, parent, level: above + 1, classes });
        }
        Ok(Self { entries })
    }

    /// All entries, parents before children.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The place of the entry called `name`.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.name == name)
    }

    /// Raises every ancestor to the surest of its descendants: `confidences` has one number for each entry.
    pub(super) fn raise(&self, confidences: &mut [f32]) {
        // Children come after their parents, so that one pass from the end reaches the top.
        for (at, entry) in self.entries.iter().enumerate().rev() {
            let own = confidences.get(at).copied().unwrap_or_default();
            if let Some(above) = entry.parent.and_then(|parent| confidences.get_mut(parent)) {
                *above = above.max(own);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_52_entries_are_there_once_each_in_three_levels() {
        let taxonomy = Taxonomy::built_in().unwrap();
        let of = |level| taxonomy.entries().iter().filter(|entry| entry.level == level).count();
        assert_eq!([of(1), of(2), of(3)], [10, 20, 22]);
        for (at, entry) in taxonomy.entries().iter().enumerate() {
            assert_eq!(taxonomy.find(&entry.name), Some(at), "{}", entry.name);
            assert!(entry.parent.is_none_or(|parent| parent < at));
            assert!(entry.classes.iter().all(|&class| class < 1000));
        }
        assert_eq!(taxonomy.find("explicit"), None);
    }

    #[test]
    fn ancestors_are_as_sure_as_the_surest_below_them() {
        let taxonomy = Taxonomy::built_in().unwrap();
        let mut confidences = vec![0.0; 52];
        let [smoking, pills] = ["Smoking", "Pills"].map(|name| taxonomy.find(name).unwrap());
        (confidences[smoking], confidences[pills]) = (0.6, 0.9);
        taxonomy.raise(&mut confidences);
        for (name, expected) in [
            ("Drugs & Tobacco", 0.9),
            ("Products", 0.9),
            ("Drugs & Tobacco Paraphernalia & Use", 0.6),
            ("Smoking", 0.6),
            ("Alcohol", 0.0),
        ] {
            assert_eq!(confidences[taxonomy.find(name).unwrap()], expected, "{name}");
        }
    }
}
