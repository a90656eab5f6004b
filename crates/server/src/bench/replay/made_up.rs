//! People who do not exist, between real ones: a gallery larger than there are pictures for.
//!
//! Owns how they are made: of two people drawn at random, a picture each, everything but the part that all templates share is added in
//! equal parts, and given a third picture's share. Other mixtures were tried on half of LFW, against the false match rates
//! measured there: of three people and more, or with noise of the same covariance, strangers match half as often as they should at
//! 80 and a tenth as often at 99; so do the made-up people of `overt_vectors::synthetic`. Two people in equal parts keep within a sixth of what the same probes'
//! comparisons with real strangers give from 60 to 90 (docs/accountability.md).
//!
//! # Invariants
//! - A template has unit length.
//! - The same pictures and seed make the same people.

use super::super::accuracy::pairs::{Labelled, dot};

/// A maker of people.
pub(super) struct MadeUp<'a> {
    set: &'a Labelled,
    /// Pictures of each person that is mixed.
    people: Vec<Vec<usize>>,
    /// What all templates have in common; unit length.
    common: Vec<f32>,
    random: fastrand::Rng,
}

impl<'a> MadeUp<'a> {
    /// Mixes these people's pictures; none of others. `None` of fewer than two people.
    pub(super) fn of(set: &'a Labelled, people: Vec<Vec<usize>>, seed: u64) -> Option<Self> {
        if people.len() < 2 || people.iter().any(Vec::is_empty) {
            return None;
        }
        let mut common = vec![0.0; set.width()];
        for picture in people.iter().flatten() {
            common.iter_mut().zip(set.template(*picture)).for_each(|(sum, value)| *sum += value);
        }
        // Without a direction in common there is nothing to leave out.
        scale(&mut common, 1.0);
        Some(Self { set, people, common, random: fastrand::Rng::with_seed(seed) })
    }

    /// The next person's template.
    pub(super) fn next(&mut self) -> Vec<f32> {
        let (one, other) =
            (self.random.usize(0..self.people.len()), self.random.usize(0..self.people.len() - 1));
        // Two different people: those from the first on move up by one.
        let other = if other >= one { other + 1 } else { other };
        let third = self.random.usize(0..self.people.len());
        let along = dot(self.picture(third), &self.common);
        let mut template = self.apart(one);
        let second = self.apart(other);
        template.iter_mut().zip(second).for_each(|(sum, value)| *sum += value);
        scale(&mut template, (1.0 - along * along).max(0.0).sqrt());
        template.iter_mut().zip(&self.common).for_each(|(value, common)| *value += along * common);
        scale(&mut template, 1.0);
        template
    }

    /// A picture of a person.
    fn picture(&mut self, person: usize) -> &'a [f32] {
        let pictures = self.people.get(person).map(Vec::as_slice).unwrap_or_default();
        self.random.choice(pictures).map(|picture| self.set.template(*picture)).unwrap_or_default()
    }

    /// What a picture of a person does not share with all; unit length.
    fn apart(&mut self, person: usize) -> Vec<f32> {
        let picture = self.picture(person);
        let along = dot(picture, &self.common);
        let mut rest: Vec<f32> =
            picture.iter().zip(&self.common).map(|(value, common)| value - along * common).collect();
        scale(&mut rest, 1.0);
        rest
    }
}

/// Gives a vector a length; zeros stay.
fn scale(vector: &mut [f32], length: f32) {
    let now = dot(vector, vector).sqrt();
    if now > 0.0 {
        vector.iter_mut().for_each(|value| *value *= length / now);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::accuracy::scores::{Scores, Tally};
    use super::super::testing::crowd;
    use super::*;

    #[test]
    fn strangers_match_made_up_people_about_as_often_as_each_other() {
        let set = crowd(5, 700, 1);
        // Half of them are mixed, the others compared.
        let mut made_up = MadeUp::of(&set, (0..350).map(|person| vec![person]).collect(), 7).unwrap();
        let people: Vec<_> = (0..1_500).map(|_| made_up.next()).collect();
        let mut tally = Tally::new();
        for probe in 350..700 {
            for template in &people {
                assert!((dot(template, template) - 1.0).abs() < 1e-5);
                tally.add(false, dot(set.template(probe), template));
            }
        }
        let (real, made) = (Scores::of(&set), tally.finish());
        for rate in [1e-1, 1e-2, 1e-3] {
            let found = made.false_match_rate(real.threshold(rate)) / rate;
            assert!((0.4..2.0).contains(&found), "{rate}: {found}");
        }
        let again: Vec<_> = {
            let mut made_up = MadeUp::of(&set, (0..350).map(|person| vec![person]).collect(), 7).unwrap();
            (0..3).map(|_| made_up.next()).collect()
        };
        assert_eq!(again, people[..3]);
    }

    #[test]
    fn one_person_cannot_be_mixed() {
        let set = crowd(5, 2, 1);
        assert!(MadeUp::of(&set, vec![vec![0]], 1).is_none());
        assert!(MadeUp::of(&set, vec![vec![0], Vec::new()], 1).is_none());
        assert!(MadeUp::of(&set, vec![vec![0], vec![1]], 1).is_some());
    }
}
