//! Unsafe content: what moderation networks and the classifier say of a picture, as entries of the taxonomy.
//!
//! Owns how evidence becomes the confidence of an entry. Which output of a network speaks of which entry is data: a table
//! in the manifest for the moderation networks, classes in the taxonomy for the classifier.
//!
//! # Invariants
//! - Every ancestor of an entry is there and at least as sure as it; parents stand before their children.
//! - An entry of which no network speaks, and that has no such descendant, is never answered.

mod taxonomy;

use crate::classifier::Classifier;
use crate::error::VisionError;
use crate::face::Rect;
use crate::models::ModerationTable;
use crate::picture::Picture;
use crate::resize::{self, Input, Resized};
use crate::runtime::{Model, Tensor};

pub use taxonomy::{Entry, Taxonomy, TaxonomyError, VERSION};

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

/// What was found in a picture.
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
    pub(crate) fn new(scorers: Vec<Scorer>) -> Result<Self, VisionError> {
        Ok(Self { taxonomy: Taxonomy::built_in()?, scorers, resized: Resized::default() })
    }

    /// Everything there is to say of a picture; `classifier` speaks of the entries that have classes.
    ///
    /// # Errors
    /// [`VisionError::Runtime`]; [`VisionError::Output`] when a network's output is not as long as its table.
    pub fn moderate(
        &mut self,
        picture: &Picture,
        classifier: &mut Classifier,
    ) -> Result<Moderation, VisionError> {
        // The same square in which labels are looked for, and the whole: what stands at the edge counts too.
        let centre = classifier.classify(picture)?;
        let whole = classifier.region(picture, &Classifier::whole(picture))?.probabilities;
        let mut votes = Votes::new(self.taxonomy.entries().len());
        for scorer in &mut self.scorers {
            let scores = scorer.scores(picture, &mut self.resized)?;
            votes.add(&self.taxonomy, &scorer.table, &scores);
        }
        let mut confidences = votes.means();
        for (confidence, entry) in confidences.iter_mut().zip(self.taxonomy.entries()) {
            let seen = |probabilities: &[f32]| -> f32 {
                entry.classes.iter().filter_map(|&class| probabilities.get(class)).sum()
            };
            *confidence = confidence.max((seen(&centre) + seen(&whole)) / 2.0);
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

/// What the networks say, network by network.
struct Votes {
    /// For each entry, what each network that speaks of it says.
    entries: Vec<Vec<f32>>,
    /// The same for content types.
    content: [Vec<f32>; 2],
}

impl Votes {
    fn new(entries: usize) -> Self {
        Self { entries: vec![Vec::new(); entries], content: [Vec::new(), Vec::new()] }
    }

    /// One network: what it says of a name is the sum of the outputs that speak of it, which exclude each other.
    fn add(&mut self, taxonomy: &Taxonomy, table: &ModerationTable, scores: &[f32]) {
        let said = |name: &str| -> Option<f32> {
            let lines =
                table.labels.iter().zip(scores).filter(|(names, _)| names.iter().any(|other| other == name));
            let said: Vec<f32> = lines.map(|(_, score)| *score).collect();
            (!said.is_empty()).then(|| said.iter().sum::<f32>().clamp(0.0, 1.0))
        };
        for (votes, entry) in self.entries.iter_mut().zip(taxonomy.entries()) {
            votes.extend(said(&entry.name));
        }
        for (votes, kind) in self.content.iter_mut().zip(ContentType::ALL) {
            votes.extend(said(kind.name()));
        }
    }

    /// Networks that speak of the same entry have one voice together: their mean.
    fn means(&self) -> Vec<f32> {
        self.entries.iter().map(|votes| mean(votes)).collect()
    }

    fn content(&self) -> Vec<(ContentType, f32)> {
        let kinds = ContentType::ALL.into_iter().zip(&self.content);
        kinds.map(|(kind, votes)| (kind, mean(votes))).filter(|content| content.1 > 0.0).collect()
    }
}

fn mean(votes: &[f32]) -> f32 {
    if votes.is_empty() { 0.0 } else { votes.iter().sum::<f32>() / votes.len() as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(labels: &[&[&str]]) -> ModerationTable {
        let names = |names: &&[&str]| names.iter().map(|&name| name.to_owned()).collect();
        ModerationTable { output: None, view: 1.0, labels: labels.iter().map(names).collect() }
    }

    #[test]
    fn networks_have_one_voice_together_and_outputs_of_one_add_up() {
        let taxonomy = Taxonomy::built_in().unwrap();
        let mut votes = Votes::new(taxonomy.entries().len());
        votes.add(&taxonomy, &table(&[&[], &["Explicit Nudity"]]), &[0.2, 0.8]);
        let five: [&[&str]; 5] = [
            &["Illustrated"],
            &["Explicit Nudity", "Illustrated"],
            &[],
            &["Explicit Nudity"],
            &["Swimwear or Underwear"],
        ];
        votes.add(&taxonomy, &table(&five), &[0.1, 0.3, 0.1, 0.3, 0.2]);
        let means = votes.means();
        let of = |name| means[taxonomy.find(name).unwrap()];
        assert!((of("Explicit Nudity") - 0.7).abs() < 1e-6);
        assert!((of("Swimwear or Underwear") - 0.2).abs() < 1e-6);
        assert_eq!(of("Weapons"), 0.0);
        let content = votes.content();
        assert_eq!(content.len(), 1);
        assert!(content[0].0 == ContentType::Illustrated && (content[0].1 - 0.4).abs() < 1e-6);
    }

    #[test]
    fn tables_may_speak_of_what_there_is_only() {
        assert!(knows("Gambling") && knows("Animated"));
        assert!(!knows("gambling") && !knows(""));
    }
}
