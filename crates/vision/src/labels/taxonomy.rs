//! The taxonomy: every label there is, what is above it, and what it follows from.
//!
//! Owns the reading and the checking of `models/labels/taxonomy.toml`. Refuses to know confidences.
//!
//! # Invariants
//! - Parents exist, ancestors are complete and in the order of their names, and no label is above itself.
//! - Each of the classifier's classes and each of the detector's belongs to one label, and something leads to every label.
//! - No two labels share a name, and no alias is a label's name or another's alias.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// Classes of the classifier (ILSVRC 2012).
pub const CLASSES: usize = 1000;

/// The classes of the object detectors, in the order in which they count them: COCO's eighty.
pub const OBJECTS: [&str; 80] = [
    "person",
    "bicycle",
    "car",
    "motorcycle",
    "airplane",
    "bus",
    "train",
    "truck",
    "boat",
    "traffic light",
    "fire hydrant",
    "stop sign",
    "parking meter",
    "bench",
    "bird",
    "cat",
    "dog",
    "horse",
    "sheep",
    "cow",
    "elephant",
    "bear",
    "zebra",
    "giraffe",
    "backpack",
    "umbrella",
    "handbag",
    "tie",
    "suitcase",
    "frisbee",
    "skis",
    "snowboard",
    "sports ball",
    "kite",
    "baseball bat",
    "baseball glove",
    "skateboard",
    "surfboard",
    "tennis racket",
    "bottle",
    "wine glass",
    "cup",
    "fork",
    "knife",
    "spoon",
    "bowl",
    "banana",
    "apple",
    "sandwich",
    "orange",
    "broccoli",
    "carrot",
    "hot dog",
    "pizza",
    "donut",
    "cake",
    "chair",
    "couch",
    "potted plant",
    "bed",
    "dining table",
    "toilet",
    "tv",
    "laptop",
    "mouse",
    "remote",
    "keyboard",
    "cell phone",
    "microwave",
    "oven",
    "toaster",
    "sink",
    "refrigerator",
    "book",
    "clock",
    "vase",
    "scissors",
    "teddy bear",
    "hair drier",
    "toothbrush",
];

/// The longest name that a filter of the API can hold.
const LONGEST_NAME: usize = 50;

/// The taxonomy is not sound. The built-in one is, which a test holds it to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TaxonomyError {
    /// No TOML, or not of the form that the file's head describes.
    #[error("the labels cannot be read")]
    Form(#[from] toml::de::Error),
    /// A name that no filter of the API could hold, or that two labels share.
    #[error("{0:?} cannot be the name of a label, or is it twice")]
    Name(String),
    /// A parent that is no label.
    #[error("{label} is under {parent}, which is no label")]
    Parent {
        /// The label.
        label: String,
        /// What it names.
        parent: String,
    },
    /// A label above itself.
    #[error("{0} is above itself")]
    Circle(String),
    /// A class that does not exist, that two labels have, or that no label has.
    #[error("class {0} does not exist, or is not that of one label")]
    Class(String),
    /// A label that nothing leads to.
    #[error("nothing leads to {0}")]
    Unreachable(String),
}

/// What of a face is a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sign {
    /// That it is there.
    Face,
    /// A smile.
    Smile,
    /// Glasses of any kind.
    Eyeglasses,
    /// Dark glasses.
    Sunglasses,
}

/// A label's place in [`Taxonomy::entries`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LabelId(pub(super) usize);

/// What is known about a label.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name, as the API answers it.
    pub name: String,
    /// Its one category.
    pub category: String,
    /// Other names, in the order of the alphabet.
    pub aliases: Vec<String>,
    /// The labels directly above it.
    pub parents: Vec<LabelId>,
    /// All labels above it, in the order of their names.
    pub ancestors: Vec<LabelId>,
    /// The classifier's classes that are this label itself.
    pub classes: Vec<usize>,
    /// The classifier's classes that are this label or one below it, in order.
    pub reach: Vec<usize>,
    /// Those of `reach` that the classifier also answers for patterns and for what is no photograph, in order.
    pub patterns: Vec<usize>,
    /// The detector's class that is this label.
    pub object: Option<usize>,
    /// What of a face is this label.
    pub sign: Option<Sign>,
}

/// Every label there is.
#[derive(Clone, Debug)]
pub struct Taxonomy {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[serde(default, rename = "in")]
    parents: Vec<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    imagenet: Vec<usize>,
    coco: Option<String>,
    face: Option<Sign>,
    #[serde(default)]
    pattern: bool,
}

impl Taxonomy {
    /// The taxonomy of this project.
    ///
    /// # Errors
    /// None in a build that passed its tests.
    pub fn built_in() -> Result<Self, TaxonomyError> {
        Self::parse(include_str!("../../../../models/labels/taxonomy.toml"))
    }

    /// Reads and checks a taxonomy.
    ///
    /// # Errors
    /// [`TaxonomyError`] names the first thing found to be wrong.
    pub fn parse(text: &str) -> Result<Self, TaxonomyError> {
        let tables: BTreeMap<String, BTreeMap<String, Row>> = toml::from_str(text)?;
        let mut rows: Vec<(String, String, Row)> = tables
            .into_iter()
            .flat_map(|(category, rows)| {
                rows.into_iter().map(move |(name, row)| (name, category.clone(), row))
            })
            .collect();
        rows.sort_by(|(a, ..), (b, ..)| a.cmp(b));
        check_names(&rows)?;
        let places: BTreeMap<String, LabelId> =
            rows.iter().enumerate().map(|(index, (name, ..))| (name.clone(), LabelId(index))).collect();
        let entries = rows.into_iter().map(|(name, category, row)| entry(name, category, row, &places));
        let mut taxonomy = Self { entries: entries.collect::<Result<_, _>>()? };
        taxonomy.check_classes()?;
        taxonomy.close()?;
        Ok(taxonomy)
    }

    /// All labels, in the order of their names.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// All labels with their places.
    pub fn iter(&self) -> impl Iterator<Item = (LabelId, &Entry)> {
        self.entries.iter().enumerate().map(|(index, entry)| (LabelId(index), entry))
    }

    /// What is known about a label; `None` for a place in another taxonomy.
    #[must_use]
    pub fn get(&self, label: LabelId) -> Option<&Entry> {
        self.entries.get(label.0)
    }

    /// The label of this name. Aliases are no names.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<LabelId> {
        self.entries.binary_search_by(|entry| entry.name.as_str().cmp(name)).ok().map(LabelId)
    }

    /// The names of a label's ancestors, in the order of the alphabet.
    pub fn ancestors_of<'t>(&'t self, entry: &'t Entry) -> impl Iterator<Item = &'t str> {
        entry.ancestors.iter().filter_map(|&above| self.get(above)).map(|above| above.name.as_str())
    }

    fn check_classes(&self) -> Result<(), TaxonomyError> {
        let mut classes = BTreeSet::new();
        let mut objects = BTreeSet::new();
        for entry in &self.entries {
            for &class in &entry.classes {
                if class >= CLASSES || !classes.insert(class) {
                    return Err(TaxonomyError::Class(class.to_string()));
                }
            }
            if let Some(object) = entry.object
                && !objects.insert(object)
            {
                return Err(TaxonomyError::Class(entry.name.clone()));
            }
        }
        if let Some(class) = (0..CLASSES).find(|class| !classes.contains(class)) {
            return Err(TaxonomyError::Class(class.to_string()));
        }
        match (0..OBJECTS.len()).find(|object| !objects.contains(object)) {
            Some(object) => {
                Err(TaxonomyError::Class(OBJECTS.get(object).copied().unwrap_or_default().into()))
            }
            None => Ok(()),
        }
    }

    /// Finds every label's ancestors, and the classes that lead to it.
    fn close(&mut self) -> Result<(), TaxonomyError> {
        let direct: Vec<Vec<LabelId>> = self.entries.iter().map(|entry| entry.parents.clone()).collect();
        let classes: Vec<Vec<usize>> = self.entries.iter().map(|entry| entry.classes.clone()).collect();
        let mut reach: Vec<BTreeSet<usize>> =
            classes.iter().map(|own| own.iter().copied().collect()).collect();
        let mut led: Vec<bool> = self
            .entries
            .iter()
            .map(|e| !e.classes.is_empty() || e.object.is_some() || e.sign.is_some())
            .collect();
        let own = led.clone();
        // Before labels have those of what is below them: their own.
        let patterns: BTreeSet<usize> =
            self.entries.iter().flat_map(|e| e.patterns.iter().copied()).collect();
        for (index, entry) in self.entries.iter_mut().enumerate() {
            let mut above = BTreeSet::new();
            let mut waiting = entry.parents.clone();
            while let Some(next) = waiting.pop() {
                if above.insert(next) {
                    waiting.extend(direct.get(next.0).into_iter().flatten());
                }
            }
            if above.contains(&LabelId(index)) {
                return Err(TaxonomyError::Circle(entry.name.clone()));
            }
            for &label in &above {
                if let (Some(reach), Some(own)) = (reach.get_mut(label.0), classes.get(index)) {
                    reach.extend(own);
                }
                if let (Some(led), Some(true)) = (led.get_mut(label.0), own.get(index)) {
                    *led = true;
                }
            }
            // Labels are in the order of their names, and so are their places.
            entry.ancestors = above.into_iter().collect();
        }
        for ((entry, reach), led) in self.entries.iter_mut().zip(reach).zip(led) {
            if !led {
                return Err(TaxonomyError::Unreachable(entry.name.clone()));
            }
            entry.reach = reach.into_iter().collect();
            entry.patterns = entry.reach.iter().copied().filter(|class| patterns.contains(class)).collect();
        }
        Ok(())
    }
}

fn check_names(rows: &[(String, String, Row)]) -> Result<(), TaxonomyError> {
    let fits = |name: &str| {
        (1..=LONGEST_NAME).contains(&name.len())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "'-_(). ".contains(c))
    };
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let all = rows.iter().flat_map(|(name, _, row)| std::iter::once(name).chain(&row.aliases));
    for name in all {
        if !fits(name) || !names.insert(name) {
            return Err(TaxonomyError::Name(name.clone()));
        }
    }
    Ok(())
}

fn entry(
    name: String,
    category: String,
    row: Row,
    places: &BTreeMap<String, LabelId>,
) -> Result<Entry, TaxonomyError> {
    let parents = row.parents.into_iter().map(|parent| {
        places.get(&parent).copied().ok_or_else(|| TaxonomyError::Parent { label: name.clone(), parent })
    });
    let parents = parents.collect::<Result<_, _>>()?;
    let object = row
        .coco
        .map(|class| OBJECTS.iter().position(|object| *object == class).ok_or(TaxonomyError::Class(class)))
        .transpose()?;
    let mut aliases = row.aliases;
    aliases.sort();
    Ok(Entry {
        name,
        category,
        aliases,
        parents,
        ancestors: Vec::new(),
        patterns: if row.pattern { row.imagenet.clone() } else { Vec::new() },
        classes: row.imagenet,
        reach: Vec::new(),
        object,
        sign: row.face,
    })
}

#[cfg(test)]
mod tests;
