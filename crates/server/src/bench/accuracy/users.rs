//! Users made of several pictures: whether a user's vector finds its person more often than one picture does, and
//! strangers no more often.
//!
//! Owns the trials: which pictures make a user, what is compared with it, and the counts. The rule under trial is
//! [`overt_gallery::user_vector`]; two others stand beside it, each picture alone and the best of all.
//!
//! A user is `n` random pictures of one person. The probe is another of the person's pictures, strangers are all
//! pictures of all other people. Every person is drawn equally often, whatever the number of pictures.
//!
//! # Invariants
//! - No picture is compared with a user that it is part of.
//! - The same set gives the same numbers: the seed is fixed.

use std::io;

use super::super::{heading, line, table};
use super::pairs::{Labelled, dot};
use super::scores::{Scores, Tally};
use overt_gallery::user_vector;

/// Numbers of pictures that users are made of.
const SIZES: [usize; 5] = [2, 3, 5, 10, 20];

/// Users drawn of one person, for each number of pictures.
const DRAWS: usize = 10;

/// Fewer people say nothing about a number of pictures.
const FEWEST_PEOPLE: usize = 20;

/// Seed of the draws.
const SEED: u64 = 0x6f76_6572_7433;

/// What came of users of one size.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    /// Pictures that make a user.
    pub(crate) size: usize,
    /// People with that many pictures.
    pub(crate) people: usize,
    /// Those of them who have another picture to be recognised by.
    pub(crate) probed: usize,
    /// Each picture of a user alone.
    pub(crate) one: Scores,
    /// The highest score with any picture of a user.
    pub(crate) best: Scores,
    /// The score with the user's vector.
    pub(crate) user: Scores,
}

/// One after the other, the counts of the three ways to compare.
struct Tallies {
    one: Tally,
    best: Tally,
    user: Tally,
}

impl Tallies {
    fn new() -> Self {
        Self { one: Tally::new(), best: Tally::new(), user: Tally::new() }
    }

    /// Counts a picture that is compared with a user: its scores with the user's pictures and with the user's vector.
    fn add(&mut self, same: bool, with_pictures: impl Iterator<Item = f32>, with_vector: f32) {
        let mut best = f32::NEG_INFINITY;
        for score in with_pictures {
            self.one.add(same, score);
            best = best.max(score);
        }
        self.best.add(same, best);
        self.user.add(same, with_vector);
    }
}

/// Tries users of every size that enough people have pictures for.
pub(crate) fn trials(set: &Labelled) -> Vec<Trial> {
    let people: Vec<Vec<usize>> = {
        let all: Vec<(usize, usize)> = set.people().iter().copied().enumerate().collect();
        all.chunk_by(|a, b| a.1 == b.1).map(|own| own.iter().map(|(picture, _)| *picture).collect()).collect()
    };
    let enough = |size: usize| people.iter().filter(|own| own.len() >= size).count() >= FEWEST_PEOPLE;
    let mut tried: Vec<(Trial, Tallies)> = SIZES
        .into_iter()
        .filter(|size| enough(*size))
        .map(|size| {
            let nothing = Tally::new().finish();
            let scores = (nothing.clone(), nothing.clone(), nothing);
            let trial = Trial { size, people: 0, probed: 0, one: scores.0, best: scores.1, user: scores.2 };
            (trial, Tallies::new())
        })
        .collect();
    let mut random = fastrand::Rng::with_seed(SEED);
    for own in people.iter().filter(|own| own.len() >= 2) {
        // Each of the person's pictures against all pictures, once for all draws.
        let rows: Vec<(usize, Vec<f32>)> =
            own.iter().map(|picture| (*picture, row(set, set.template(*picture)))).collect();
        for (trial, tallies) in tried.iter_mut().filter(|(trial, _)| own.len() >= trial.size) {
            trial.people += 1;
            trial.probed += usize::from(own.len() > trial.size);
            // Who has just enough pictures makes the same user in every draw.
            let draws = if own.len() == trial.size { 1 } else { DRAWS };
            for _ in 0..draws {
                draw(set, &rows, trial.size, &mut random, tallies);
            }
        }
    }
    for (trial, tallies) in &mut tried {
        (trial.one, trial.best, trial.user) =
            (tallies.one.finish(), tallies.best.finish(), tallies.user.finish());
    }
    tried.into_iter().map(|(trial, _)| trial).collect()
}

/// Makes one user of `size` of a person's pictures, each given with its scores against all pictures.
fn draw(
    set: &Labelled,
    rows: &[(usize, Vec<f32>)],
    size: usize,
    random: &mut fastrand::Rng,
    tallies: &mut Tallies,
) {
    let mut order: Vec<&(usize, Vec<f32>)> = rows.iter().collect();
    random.shuffle(&mut order);
    let (chosen, rest) = order.split_at(size.min(order.len()));
    let templates: Vec<&[f32]> = chosen.iter().map(|(picture, _)| set.template(*picture)).collect();
    let vector = user_vector(&templates);
    let with_pictures =
        |other: usize| chosen.iter().filter_map(move |(_, scores)| scores.get(other).copied());
    if let Some((probe, _)) = rest.first() {
        tallies.add(true, with_pictures(*probe), dot(&vector, set.template(*probe)));
    }
    let person = rows.first().and_then(|(picture, _)| set.people().get(*picture));
    for (other, owner) in set.people().iter().enumerate() {
        if Some(owner) != person {
            tallies.add(false, with_pictures(other), dot(&vector, set.template(other)));
        }
    }
}

/// Scores of a vector against every picture.
fn row(set: &Labelled, vector: &[f32]) -> Vec<f32> {
    (0..set.pictures()).map(|picture| dot(vector, set.template(picture))).collect()
}

/// The scores that two similarities stand for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bars {
    /// Score of similarity 60: one pair of strangers in 1,000.
    pub(crate) at_60: f64,
    /// Score of similarity 80: one pair of strangers in 10,000.
    pub(crate) at_80: f64,
    /// Where the scores come from, in words.
    pub(crate) source: &'static str,
}

/// Prints what came of the trials: accuracy with a score for each way to compare, then what the two similarities mean.
///
/// # Errors
/// When standard output is closed.
pub(crate) fn print(trials: &[Trial], bars: &Bars) -> io::Result<()> {
    if trials.is_empty() {
        return line(&format!(
            "Users of several pictures were not tried: fewer than {FEWEST_PEOPLE} people have two pictures."
        ));
    }
    line(&format!(
        "Users of several pictures, {DRAWS} draws a person; the probe is another picture of the person, strangers are all pictures \
         of others. True match rates, each at its own score for the false match rate:"
    ))?;
    let mut rows = vec![heading([
        "pictures",
        "people",
        "1e-3: one picture",
        "best of all",
        "user's vector",
        "1e-4: one picture",
        "best of all",
        "user's vector",
    ])];
    for trial in trials.iter().filter(|trial| trial.probed >= FEWEST_PEOPLE) {
        let rates = [1e-3, 1e-4].into_iter().flat_map(|rate| {
            [&trial.one, &trial.best, &trial.user].map(|way| way.true_match_rate(way.threshold(rate)))
        });
        let first = [trial.size.to_string(), trial.probed.to_string()];
        rows.push(first.into_iter().chain(rates.map(|rate| format!("{rate:.3}"))).collect());
    }
    table(&rows)?;
    for (similarity, score, promised) in [(60, bars.at_60, 1e-3), (80, bars.at_80, 1e-4)] {
        line(&format!(
            "At similarity {similarity} (score {score:.4}, {}), false match rate as a multiple of the {promised:e} it stands for, and \
             true match rate:",
            bars.source
        ))?;
        let mut rows = vec![heading([
            "pictures",
            "people",
            "false: one picture",
            "best of all",
            "user's vector",
            "true: one picture",
            "best of all",
            "user's vector",
        ])];
        for trial in trials {
            let ways = [&trial.one, &trial.best, &trial.user];
            let first = [trial.size.to_string(), trial.people.to_string()];
            let wrong = ways.map(|way| format!("{:.2}", way.false_match_rate(score) / promised));
            let right = ways.map(|way| match trial.probed {
                probed if probed < FEWEST_PEOPLE => "too few".to_owned(),
                _ => format!("{:.3}", way.true_match_rate(score)),
            });
            rows.push(first.into_iter().chain(wrong).chain(right).collect());
        }
        table(&rows)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// People around places of their own, with a direction that all have in common; every third has four pictures, the
    /// others two.
    fn crowd() -> Labelled {
        let mut random = fastrand::Rng::with_seed(5);
        let mut normal = move || (0..12).map(|_| random.f32()).sum::<f32>() - 6.0;
        let mut pictures: Vec<(usize, Vec<f32>)> = Vec::new();
        let common: Vec<f32> = (0..32).map(|_| normal()).collect();
        for person in 0..90 {
            let place: Vec<f32> = common.iter().map(|value| value + 0.4 * normal()).collect();
            for _ in 0..if person % 3 == 0 { 4 } else { 2 } {
                let moved: Vec<f32> = place.iter().map(|value| value + 0.3 * normal()).collect();
                let length = dot(&moved, &moved).sqrt();
                pictures.push((person, moved.iter().map(|value| value / length).collect()));
            }
        }
        Labelled::new(pictures.iter().map(|(person, values)| (*person, values.as_slice())))
    }

    #[test]
    fn counts_users_probes_and_strangers() {
        let set = crowd();
        let trials = trials(&set);
        assert_eq!(trials.iter().map(|trial| trial.size).collect::<Vec<_>>(), [2, 3]);
        let [two, three] = &trials[..] else { panic!("two sizes") };
        // 240 pictures. Thirty people have four, sixty have two and make one user without a probe.
        assert_eq!((two.people, two.probed, three.people, three.probed), (90, 30, 30, 30));
        assert_eq!((two.user.genuine_pairs(), three.user.genuine_pairs()), (300, 300));
        assert_eq!((two.one.genuine_pairs(), three.one.genuine_pairs()), (600, 900));
        assert_eq!(two.user.impostor_pairs(), 300 * 236 + 60 * 238);
        assert_eq!(three.best.impostor_pairs(), 300 * 236);
        assert_eq!(three.one.impostor_pairs(), 3 * 300 * 236);
    }

    #[test]
    fn several_pictures_recognise_more_and_the_best_of_all_strangers_too() {
        let trials = trials(&crowd());
        for trial in &trials {
            let score = trial.one.threshold(0.01);
            assert!(trial.user.true_match_rate(score) > trial.one.true_match_rate(score), "{}", trial.size);
            let (one, best, user) = (
                trial.one.false_match_rate(score),
                trial.best.false_match_rate(score),
                trial.user.false_match_rate(score),
            );
            assert!(best > 1.3 * one && user < best, "{}: {one} {best} {user}", trial.size);
        }
    }

    #[test]
    fn too_few_people_are_not_tried() {
        let people: Vec<[f32; 2]> = (0..19).map(|turn| [(turn as f32).cos(), (turn as f32).sin()]).collect();
        let twice = people.iter().enumerate().flat_map(|(person, values)| [(person, values.as_slice()); 2]);
        assert!(trials(&Labelled::new(twice)).is_empty());
        assert!(trials(&Labelled::default()).is_empty());
    }
}
