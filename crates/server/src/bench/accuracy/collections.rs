//! Two collections: whether their rotations keep the accuracy, and hide that both hold the same face.
//!
//! Owns the comparison of rotated templates. The rotation is [`overt_vectors::Transform`], as a collection's store applies it;
//! keys are made up from a fixed seed.
//!
//! # Invariants
//! - The same set gives the same numbers on the same processor.

use std::io;

use super::super::{heading, line, row, table};
use super::pairs::{Labelled, dot};
use super::scores::{Scores, Tally};
use overt_vectors::{Shape, StoreKey, Transform, VectorsError};

/// Pairs of collections that are compared. One pair of rotations moves all cosines a little to one side, by chance.
const PAIRS: usize = 4;

/// Seed of the keys: those of a server are random.
const SEED: u64 = 0x6f76_6572_7434;

/// Mean and spread of some cosines.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cosines {
    /// How many there are.
    pub(crate) count: u64,
    sum: f64,
    squares: f64,
    /// The highest.
    pub(crate) highest: f32,
}

impl Cosines {
    fn add(&mut self, cosine: f32) {
        self.count += 1;
        self.sum += f64::from(cosine);
        self.squares += f64::from(cosine).powi(2);
        self.highest = self.highest.max(cosine);
    }

    /// Their mean; 0 of nothing.
    pub(crate) fn mean(&self) -> f64 {
        self.sum / self.count.max(1) as f64
    }

    /// Their standard deviation.
    pub(crate) fn deviation(&self) -> f64 {
        (self.squares / self.count.max(1) as f64 - self.mean().powi(2)).max(0.0).sqrt()
    }
}

/// What came of it.
#[derive(Clone, Debug)]
pub(crate) struct Unlinked {
    /// Scores within the first collection, all against all, after its rotation.
    pub(crate) rotated: Scores,
    /// The largest change of any score by that rotation.
    pub(crate) largest_change: f32,
    /// One picture in one collection and in another.
    pub(crate) same_picture: Cosines,
    /// Two pictures of one person, one in each.
    pub(crate) same_person: Cosines,
    /// Pictures of two people, one in each.
    pub(crate) strangers: Cosines,
    /// Pictures whose nearest in the other collection is the very same picture.
    pub(crate) found: u64,
    /// How many that would be by chance: one for each pair of collections.
    pub(crate) found_by_chance: u64,
}

/// Rotates the set as pairs of collections would, and compares within and across them.
///
/// # Errors
/// When a store takes no templates of this length.
pub(crate) fn compare(set: &Labelled) -> Result<Unlinked, VectorsError> {
    let shape = Shape::new(set.width())?;
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut rotate = || {
        let transform = Transform::derive(&StoreKey::new(std::array::from_fn(|_| random.u8(..))), shape);
        set.map(|template| {
            let mut rotated = vec![0.0; template.len()];
            transform.apply(template, &mut rotated);
            rotated
        })
    };
    let mut result: Option<Unlinked> = None;
    for _ in 0..PAIRS {
        let (one, other) = (rotate(), rotate());
        let result = result.get_or_insert_with(|| within(set, &one));
        across(&one, &other, result);
    }
    Ok(result.unwrap_or_else(|| within(set, set)))
}

/// Compares the scores within a rotated collection with those before.
fn within(set: &Labelled, rotated: &Labelled) -> Unlinked {
    let mut tally = Tally::new();
    let mut largest_change = 0.0f32;
    rotated.for_each_pair(|i, j, same, score| {
        tally.add(same, score);
        largest_change = largest_change.max((score - dot(set.template(i), set.template(j))).abs());
    });
    Unlinked {
        rotated: tally.finish(),
        largest_change,
        same_picture: Cosines::default(),
        same_person: Cosines::default(),
        strangers: Cosines::default(),
        found: 0,
        found_by_chance: 0,
    }
}

/// Compares every picture in one collection with every picture in the other.
fn across(one: &Labelled, other: &Labelled, result: &mut Unlinked) {
    for (i, person) in one.people().iter().enumerate() {
        let mine = one.template(i);
        let mut nearest = (f32::NEG_INFINITY, usize::MAX);
        for (j, owner) in other.people().iter().enumerate() {
            let cosine = dot(mine, other.template(j));
            let kind = if i == j {
                &mut result.same_picture
            } else if person == owner {
                &mut result.same_person
            } else {
                &mut result.strangers
            };
            kind.add(cosine);
            if cosine > nearest.0 {
                nearest = (cosine, j);
            }
        }
        result.found += u64::from(nearest.1 == i);
    }
    result.found_by_chance += u64::from(one.pictures() > 0);
}

/// Prints what came of it; `before` are the scores without a rotation.
///
/// # Errors
/// When standard output is closed.
pub(crate) fn print(unlinked: &Unlinked, before: &Scores) -> io::Result<()> {
    line(&format!(
        "Rotated by the key of a collection, no score changes by more than {:.1e}. True match rate:",
        unlinked.largest_change
    ))?;
    let mut rows = vec![heading(["false match rate", "as made", "rotated"])];
    for rate in [1e-3, 1e-4] {
        let of = |scores: &Scores| format!("{:.4}", scores.true_match_rate(scores.threshold(rate)));
        rows.push(row([format!("{rate:e}"), of(before), of(&unlinked.rotated)]));
    }
    table(&rows)?;
    line(&format!(
        "Between two collections ({PAIRS} pairs of keys), cosines of what is stored; the nearest in the other collection is the same \
         picture for {} of {} pictures, by chance for {}:",
        unlinked.found, unlinked.same_picture.count, unlinked.found_by_chance
    ))?;
    let mut rows = vec![heading(["compared", "number", "mean", "deviation", "highest"])];
    for (name, cosines) in [
        ("the same picture", unlinked.same_picture),
        ("other pictures of one person", unlinked.same_person),
        ("strangers", unlinked.strangers),
    ] {
        rows.push(row([
            name.to_owned(),
            cosines.count.to_string(),
            format!("{:.4}", cosines.mean()),
            format!("{:.4}", cosines.deviation()),
            format!("{:.3}", cosines.highest),
        ]));
    }
    table(&rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crowd(width: usize) -> Labelled {
        let mut random = fastrand::Rng::with_seed(9);
        let mut normal = move || (0..12).map(|_| random.f32()).sum::<f32>() - 6.0;
        let pictures: Vec<(usize, Vec<f32>)> = (0..240)
            .map(|picture| {
                let values: Vec<f32> = (0..width).map(|_| normal()).collect();
                let length = dot(&values, &values).sqrt();
                (picture / 2, values.iter().map(|value| value / length).collect())
            })
            .collect();
        Labelled::new(pictures.iter().map(|(person, values)| (*person, values.as_slice())))
    }

    #[test]
    fn rotations_keep_scores_and_part_the_same_picture() {
        let set = crowd(128);
        let found = compare(&set).unwrap();
        assert!(found.largest_change > 0.0 && found.largest_change < 1e-5, "{}", found.largest_change);
        let before = Scores::of(&set);
        assert_eq!(found.rotated.genuine_pairs(), before.genuine_pairs());
        assert!((found.rotated.threshold(0.01) - before.threshold(0.01)).abs() < 1e-4);
        let pairs = PAIRS as u64;
        assert_eq!(found.same_picture.count, 240 * pairs);
        assert_eq!(found.same_person.count, 240 * pairs);
        assert_eq!(found.strangers.count, (240 * 240 - 480) * pairs);
        // Chance in 128 dimensions: mean 0, deviation .088.
        assert!(found.same_picture.mean().abs() < 0.02 && found.same_picture.highest < 0.5);
        assert!((found.strangers.deviation() - 0.088).abs() < 0.01);
        assert!(found.found < 12, "{} of 960 where chance finds {}", found.found, found.found_by_chance);
    }

    #[test]
    fn unrotated_collections_would_be_linked() {
        let set = crowd(128);
        let mut linked = within(&set, &set);
        across(&set, &set, &mut linked);
        assert_eq!((linked.found, linked.found_by_chance), (240, 1));
        assert!(linked.same_picture.mean() > 0.999);
    }

    #[test]
    fn lengths_that_no_store_takes_are_refused() {
        assert!(compare(&Labelled::default()).is_err());
    }
}
