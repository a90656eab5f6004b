//! Unsafe content: what moderation networks and the classifier say of a picture, as entries of the taxonomy.
//!
//! Owns how evidence becomes the confidence of an entry. Which output of a network speaks of which entry is data: a table
//! in the manifest for the moderation networks, classes in the taxonomy for the classifier.
//!
//! # Invariants
//! - Every ancestor of an entry is there and at least as sure as it; parents stand before their children.
//! - An entry of which no network speaks, and that has no such descendant, is never answered.
//! - A look that cannot make anything as sure as was asked for is not taken.

mod taxonomy;
mod votes;

use crate::classifier::Classifier;
use crate::error::VisionError;
use crate::face::Rect;
use crate::models::ModerationTable;
use crate::picture::Picture;
use crate::resize::{self, Input, Resized};
use crate::runtime::{Model, Tensor};

pub use taxonomy::{Entry, Taxonomy, TaxonomyError, VERSION};
use votes::{MOST, Votes};

/// What a picture is made as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContentType {
    /// Drawn by a machine that moves it, or as if: games, cartoons, comics, anime.
    Animated,
    /// Drawn, painted, sketched.
    Illustrated,
}

impl ContentType {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Animated, Self::Illustrated];

    /// Its name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Animated => "Animated",
            Self::Illustrated => "Illustrated",
        }
    }
}

/// An entry of the taxonomy that a picture may show.
#[derive(Clone, Debug, PartialEq)]
pub struct Unsafe {
    /// Its name.
    pub name: String,
    /// The name of its parent; empty at level 1.
    pub parent: String,
    /// 1 to 3.
    pub level: u8,
    /// How sure, above 0 and up to 1: the networks' own number, no rate of being right.
    pub confidence: f32,
}

/// What was found in a picture. What is less sure than was asked for may be missing, or be given with less than all networks together say of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moderation {
    /// Entries of the taxonomy; parents before children.
    pub labels: Vec<Unsafe>,
    /// What the picture is made as, with confidences 0..=1.
    pub content: Vec<(ContentType, f32)>,
}

/// Whether a table may speak of `name`: an entry of the taxonomy or a content type.
pub(crate) fn knows(name: &str) -> bool {
    ContentType::ALL.iter().any(|kind| kind.name() == name)
        || Taxonomy::built_in().is_ok_and(|taxonomy| taxonomy.find(name).is_some())
}

/// One moderation network with its table.
pub(crate) struct Scorer {
    pub(crate) model: Box<dyn Model>,
    pub(crate) input: Input,
    pub(crate) table: ModerationTable,
}

/// The moderation of one thread.
pub struct Moderator {
    taxonomy: Taxonomy,
    scorers: Vec<Scorer>,
    resized: Resized,
}

impl Moderator {
    /// A moderator with these networks.
    ///
    /// # Errors
    /// [`VisionError::Taxonomy`].
    pub(crate) fn new(mut scorers: Vec<Scorer>) -> Result<Self, VisionError> {
        votes::alone_first(&mut scorers, |scorer| &scorer.table);
        Ok(Self { taxonomy: Taxonomy::built_in()?, scorers, resized: Resized::default() })
    }

    /// What there is to say of a picture with a confidence of at least `least` (0..=1); `classifier` speaks of the entries that have classes.
    ///
    /// # Errors
    /// [`VisionError::Runtime`]; [`VisionError::Output`] when a network's output is not as long as its table.
    pub fn moderate(
        &mut self,
        picture: &Picture,
        classifier: &mut Classifier,
        least: f32,
    ) -> Result<Moderation, VisionError> {
        let Self { taxonomy, scorers, resized } = self;
        let tables: Vec<&ModerationTable> = scorers.iter().map(|scorer| &scorer.table).collect();
        let mut votes = Votes::new(taxonomy, &tables);
        for scorer in scorers {
            if votes.may_matter(taxonomy, &scorer.table, least) {
                let scores = scorer.scores(picture, resized)?;
                votes.add(taxonomy, &scorer.table, &scores);
            }
        }
        let mut confidences = votes.means();
        for (confidence, seen) in confidences.iter_mut().zip(classes(taxonomy, picture, classifier, least)?) {
            *confidence = confidence.max(seen);
        }
        self.taxonomy.raise(&mut confidences);
        let entries = self.taxonomy.entries();
        let name = |at: usize| entries.get(at).map(|entry| entry.name.clone()).unwrap_or_default();
        let labels = entries.iter().zip(confidences).filter(|(_, confidence)| *confidence > 0.0).map(
            |(entry, confidence)| Unsafe {
                name: entry.name.clone(),
                parent: entry.parent.map(name).unwrap_or_default(),
                level: entry.level,
                confidence: confidence.min(1.0),
            },
        );
        Ok(Moderation { labels: labels.collect(), content: votes.content() })
    }
}

/// What the classifier says of each entry: the mean of two views, the same square in which labels are looked for and the whole, since what stands at the edge counts too. Where the square
/// shows too little of everything for the mean to come to `least`, it is half of what the square shows.
fn classes(
    taxonomy: &Taxonomy,
    picture: &Picture,
    classifier: &mut Classifier,
    least: f32,
) -> Result<Vec<f32>, VisionError> {
    let seen = |probabilities: &[f32]| -> Vec<f32> {
        let of = |entry: &Entry| entry.classes.iter().filter_map(|&class| probabilities.get(class)).sum();
        taxonomy.entries().iter().map(of).collect()
    };
    let mut sums = seen(&classifier.classify(picture)?);
    let spoken_of = taxonomy.entries().iter().zip(&sums).filter(|(entry, _)| !entry.classes.is_empty());
    if spoken_of.map(|(_, centre)| (centre + MOST) / 2.0).any(|most| most >= least) {
        let whole = classifier.region(picture, &Classifier::whole(picture))?.probabilities;
        for (sum, whole) in sums.iter_mut().zip(seen(&whole)) {
            *sum += whole;
        }
    }
    Ok(sums.into_iter().map(|sum| sum / 2.0).collect())
}

impl Scorer {
    /// The network's numbers for a picture, one for each line of its table.
    fn scores(&mut self, picture: &Picture, resized: &mut Resized) -> Result<Vec<f32>, VisionError> {
        let Rect { width, height, .. } = resize::whole(picture);
        let (wide, high) = (width * self.table.view, height * self.table.view);
        let region =
            Rect { left: (width - wide) / 2.0, top: (height - high) / 2.0, width: wide, height: high };
        let tensor = resized.fill(picture, &region, &self.input);
        let outputs = self.model.run(&[Tensor::new(&self.input.shape(), tensor)?])?;
        let output = match &self.table.output {
            Some(name) => outputs.get(name)?,
            None => outputs.at(0)?,
        };
        let (found, expected) = (output.data().len(), self.table.labels.len());
        if found != expected || !output.data().iter().all(|score| score.is_finite()) {
            return Err(VisionError::Output { network: "of moderation", found, expected });
        }
        Ok(output.data().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_may_speak_of_what_there_is_only() {
        assert!(knows("Gambling") && knows("Animated"));
        assert!(!knows("gambling") && !knows(""));
    }
}
