//! What the moderation networks say, network by network.
//!
//! Owns how the voices of several networks become one, and whether one that has not spoken yet can change what is answered. Refuses to run them.
//!
//! # Invariants
//! - Networks that speak of the same name have one voice together: their mean, in which one that was not asked has none of it.

use super::ContentType;
use super::taxonomy::Taxonomy;
use crate::models::ModerationTable;

/// The most that is expected of a look not taken yet, where what was seen before is what has to be outweighed: two looks at one picture of which one says nothing and the other more than this
/// have not been seen (decision record 0122).
pub(super) const MOST: f32 = 0.98;

/// What the networks say, network by network.
pub(super) struct Votes {
    /// For each entry.
    entries: Vec<Vote>,
    /// The same for content types.
    content: [Vote; 2],
}

/// What is said of one name.
#[derive(Clone, Copy, Default)]
struct Vote {
    /// What those say together that were asked.
    sum: f32,
    /// How many speak of it at all.
    all: usize,
    /// How many of them were asked.
    asked: usize,
}

impl Vote {
    fn mean(self) -> f32 {
        if self.asked == 0 { 0.0 } else { self.sum / self.all.max(self.asked) as f32 }
    }

    /// What the mean may still become. The first to speak may say anything.
    fn may_become(self) -> f32 {
        if self.asked == 0 {
            return 1.0;
        }
        let left = self.all.saturating_sub(self.asked) as f32;
        (self.sum + MOST * left) / self.all.max(1) as f32
    }
}

/// Puts those first that alone speak of something, which are asked in any case: what they say may make others needless.
pub(super) fn alone_first<S>(scorers: &mut [S], table: impl Fn(&S) -> &ModerationTable) {
    let tables: Vec<ModerationTable> = scorers.iter().map(|scorer| table(scorer).clone()).collect();
    let alone = |one: &ModerationTable| {
        let speakers = |name: &String| tables.iter().filter(|other| speaks(other, name)).count();
        one.labels.iter().flatten().any(|name| speakers(name) == 1)
    };
    scorers.sort_by_key(|scorer| !alone(table(scorer)));
}

fn speaks(table: &ModerationTable, name: &str) -> bool {
    table.labels.iter().flatten().any(|other| other == name)
}

impl Votes {
    /// No votes yet; `tables` are those of all networks that may be asked.
    pub(super) fn new(taxonomy: &Taxonomy, tables: &[&ModerationTable]) -> Self {
        let vote = |name: &str| Vote {
            all: tables.iter().filter(|table| speaks(table, name)).count(),
            ..Vote::default()
        };
        Self {
            entries: taxonomy.entries().iter().map(|entry| vote(&entry.name)).collect(),
            content: ContentType::ALL.map(|kind| vote(kind.name())),
        }
    }

    /// Whether something that the network of `table` speaks of may be as sure as `least` once it has spoken.
    pub(super) fn may_matter(&self, taxonomy: &Taxonomy, table: &ModerationTable, least: f32) -> bool {
        let entries = self.entries.iter().zip(taxonomy.entries().iter().map(|entry| entry.name.as_str()));
        let content = self.content.iter().zip(ContentType::ALL.map(ContentType::name));
        entries.chain(content).any(|(vote, name)| speaks(table, name) && vote.may_become() >= least)
    }

    /// One network: what it says of a name is the sum of the outputs that speak of it, which exclude each other.
    pub(super) fn add(&mut self, taxonomy: &Taxonomy, table: &ModerationTable, scores: &[f32]) {
        let said = |vote: &mut Vote, name: &str| {
            let lines =
                table.labels.iter().zip(scores).filter(|(names, _)| names.iter().any(|other| other == name));
            let said: Vec<f32> = lines.map(|(_, score)| *score).collect();
            if !said.is_empty() {
                vote.sum += said.iter().sum::<f32>().clamp(0.0, 1.0);
                vote.asked += 1;
            }
        };
        for (vote, entry) in self.entries.iter_mut().zip(taxonomy.entries()) {
            said(vote, &entry.name);
        }
        for (vote, kind) in self.content.iter_mut().zip(ContentType::ALL) {
            said(vote, kind.name());
        }
    }

    /// What is said of each entry.
    pub(super) fn means(&self) -> Vec<f32> {
        self.entries.iter().map(|vote| vote.mean()).collect()
    }

    /// What is said of content types.
    pub(super) fn content(&self) -> Vec<(ContentType, f32)> {
        let kinds = ContentType::ALL.into_iter().zip(&self.content);
        kinds.map(|(kind, vote)| (kind, vote.mean())).filter(|content| content.1 > 0.0).collect()
    }
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
        let two = table(&[&[], &["Explicit Nudity"]]);
        let five: [&[&str]; 5] = [
            &["Illustrated"],
            &["Explicit Nudity", "Illustrated"],
            &[],
            &["Explicit Nudity"],
            &["Swimwear or Underwear"],
        ];
        let five = table(&five);
        let mut votes = Votes::new(&taxonomy, &[&two, &five]);
        votes.add(&taxonomy, &two, &[0.2, 0.8]);
        votes.add(&taxonomy, &five, &[0.1, 0.3, 0.1, 0.3, 0.2]);
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
    fn a_network_is_asked_if_it_can_make_something_sure_enough() {
        let taxonomy = Taxonomy::built_in().unwrap();
        let two = table(&[&[], &["Explicit Nudity"]]);
        let other = table(&[&["Explicit Nudity"], &["Swimwear or Underwear"]]);
        let matters = |said: f32, least: f32| {
            let mut votes = Votes::new(&taxonomy, &[&other, &two]);
            votes.add(&taxonomy, &other, &[said, 0.9]);
            let mean = votes.means()[taxonomy.find("Explicit Nudity").unwrap()];
            assert!((mean - said / 2.0).abs() < 1e-6, "who was not asked has no part in it");
            votes.may_matter(&taxonomy, &two, least)
        };
        assert!(!matters(0.01, 0.5) && matters(0.03, 0.5));
        assert!(matters(0.0, 0.3) && !matters(0.3, 0.8) && matters(0.0, 0.0));
        let nobody = Votes::new(&taxonomy, &[&other, &two]);
        assert!(nobody.may_matter(&taxonomy, &two, 1.0), "the first to speak may say anything");
        assert!(!nobody.may_matter(&taxonomy, &table(&[&[]]), 0.0), "who speaks of nothing");
    }

    #[test]
    fn who_alone_speaks_of_something_is_asked_first() {
        let mut tables = [
            table(&[&["Explicit Nudity"]]),
            table(&[&["Explicit Nudity"], &["Weapons"]]),
            table(&[&["Gambling"]]),
        ];
        alone_first(&mut tables, |table| table);
        assert_eq!(tables[0].labels.len(), 2);
        assert_eq!(tables[1].labels[0], ["Gambling"]);
    }
}
