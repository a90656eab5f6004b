//! Whether the stated interval holds for people that the calibration did not see.
//!
//! Owns the halving: half of the people are calibrated on, the pictures of the others are compared with each other, both ways, several times.
//! The calibrating is [`super::super::accuracy::table`]'s.
//!
//! Two halves differ by chance as well. Where the stated interval is one of 95 %, the rate of another half of the same size lies in it
//! 83 times in a hundred: the difference of two independent means has √2 times the spread of each. So two shares are given: how often the other
//! half's rate is in the stated interval, and how often the two rates are within 1.96 spreads of their difference, which should be 95 in a hundred.
//!
//! # Invariants
//! - No person is in both halves.
//! - The same set and seed give the same numbers.

use overt_vision::calibration::Data;

use super::super::accuracy::pairs::{Labelled, middle_95, resample};
use super::super::accuracy::scores::Scores;
use super::super::accuracy::table::{TableError, calibrate};

/// Seed of the halves.
const SEED: u64 = 0x6f76_6572_7435;
/// Times that people are resampled for an interval.
const ROUNDS: usize = 200;

/// What became of one similarity over all halves.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Held {
    /// The similarity.
    pub(super) similarity: f32,
    /// Halves that were compared with what the other half states.
    pub(super) halves: usize,
    /// Sum over them of the measured rate divided by the stated one.
    ratios: f64,
    /// Of them, those whose rate is in the stated interval.
    pub(super) within: usize,
    /// Of them, those that agree when the chance in both is counted.
    pub(super) agree: usize,
    /// Of them, those whose stated rate is extrapolated.
    pub(super) extrapolated: usize,
    /// False matches seen, over all halves.
    pub(super) false_matches: u64,
}

impl Held {
    /// Mean of measured over stated.
    pub(super) fn ratio(&self) -> f64 {
        self.ratios / self.halves.max(1) as f64
    }
}

/// Halves the people `times` times and compares both ways at each similarity.
///
/// # Errors
/// When half of the people make too few pairs for a table.
pub(super) fn check(set: &Labelled, similarities: &[f32], times: usize) -> Result<Vec<Held>, TableError> {
    let mut held: Vec<Held> =
        similarities.iter().map(|&similarity| Held { similarity, ..Held::default() }).collect();
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut people: Vec<usize> = (0..set.persons()).collect();
    for _ in 0..times {
        random.shuffle(&mut people);
        let (one, other) = people.split_at(people.len() / 2);
        let (one, other) = (part(set, one), part(set, other));
        compare(&one, &other, &mut held)?;
        compare(&other, &one, &mut held)?;
    }
    Ok(held)
}

/// The pictures of some people.
fn part(set: &Labelled, people: &[usize]) -> Labelled {
    let mut wanted = vec![false; set.persons()];
    for person in people {
        if let Some(wanted) = wanted.get_mut(*person) {
            *wanted = true;
        }
    }
    let pictures = set.people().iter().enumerate();
    Labelled::new(
        pictures
            .filter(|(_, person)| wanted.get(**person).copied().unwrap_or(false))
            .map(|(picture, person)| (*person, set.template(picture))),
    )
}

fn compare(stated: &Labelled, measured: &Labelled, held: &mut [Held]) -> Result<(), TableError> {
    let scores = Scores::of(stated);
    let data = Data {
        description: "half of the people".to_owned(),
        people: u32::try_from(stated.persons()).unwrap_or(u32::MAX),
        images: u32::try_from(stated.pictures()).unwrap_or(u32::MAX),
        failures_to_acquire: 0,
        genuine_pairs: scores.genuine_pairs(),
        impostor_pairs: scores.impostor_pairs(),
    };
    let table = calibrate(stated, &scores, "half".to_owned(), data, ROUNDS)?;
    let found = Scores::of(measured);
    let mut similarities: Vec<f32> = held.iter().map(|held| held.similarity).collect();
    similarities.sort_by(f32::total_cmp);
    let thresholds: Vec<f64> =
        similarities.iter().map(|similarity| f64::from(table.score(*similarity))).collect();
    let again = resample(measured, &thresholds, 1.0, ROUNDS);
    for held in held {
        let Some(place) = similarities.iter().position(|similarity| *similarity == held.similarity) else {
            continue;
        };
        let Some((threshold, resampled)) = thresholds.get(place).zip(again.false_match.get(place)) else {
            continue;
        };
        let (rate, stated) = (found.false_match_rate(*threshold), table.false_match_rate(held.similarity));
        let (low, high) = middle_95(resampled);
        held.halves += 1;
        held.ratios += rate / stated.value;
        held.within += usize::from((stated.low..=stated.high).contains(&rate));
        held.extrapolated += usize::from(stated.extrapolated);
        held.false_matches += found.false_matches(*threshold);
        // The side of each interval that looks at the other rate.
        let gap = if rate > stated.value {
            (stated.high - stated.value).hypot(rate - low)
        } else {
            (stated.value - stated.low).hypot(high - rate)
        };
        held.agree += usize::from((rate - stated.value).abs() <= gap);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::crowd;
    use super::*;

    /// B2, on people who are made up, of whom there can be enough: what half of them states holds for the others.
    #[test]
    fn b2_rates_of_people_held_out_lie_in_the_stated_interval() {
        let set = crowd(24, 900, 2);
        let held = check(&set, &[40.0, 60.0, 70.0], 3).unwrap();
        for held in &held {
            assert_eq!((held.halves, held.extrapolated), (6, 0));
            assert!((held.ratio() - 1.0).abs() < 0.1, "{held:?}");
            assert!(held.agree >= 5, "{held:?}");
        }
        // 83 in a hundred are expected, so 15 of 18; but the two ways of one halving fail together, so it is half as many trials. Of people of
        // another kind none is (below).
        let within: usize = held.iter().map(|held| held.within).sum();
        assert!(within >= 8, "{held:?}");
    }

    /// The same where it cannot hold: the two halves are not of one kind.
    #[test]
    fn b2_people_of_another_kind_are_told() {
        let (stated, measured) = (crowd(24, 450, 2), crowd(12, 450, 2));
        let mut held =
            vec![Held { similarity: 40.0, ..Held::default() }, Held { similarity: 60.0, ..Held::default() }];
        compare(&stated, &measured, &mut held).unwrap();
        for held in held {
            assert_eq!((held.within, held.agree), (0, 0), "{held:?}");
            assert!(held.ratio() > 2.0);
        }
    }

    #[test]
    fn no_person_is_in_both_halves() {
        let set = crowd(24, 9, 3);
        let (one, other) = (part(&set, &[0, 2, 4, 8]), part(&set, &[1, 3, 5, 6, 7]));
        assert_eq!((one.persons(), one.pictures(), other.persons(), other.pictures()), (4, 12, 5, 15));
        assert_eq!(one.template(3), set.template(6));
    }

    #[test]
    fn too_few_people_are_told() {
        assert!(matches!(check(&crowd(24, 100, 2), &[60.0], 1), Err(TableError::TooFew { .. })));
    }
}
