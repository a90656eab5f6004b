//! Every picture against every other: how the scores of genuine and impostor pairs are spread, and how sure that is.
//!
//! Owns the all-against-all comparison of a labelled set, and the intervals of its rates by resampling people. The
//! counting is [`super::scores`]'. Knows nothing of pictures, similarities or files.
//!
//! # Invariants
//! - The same set and seed give the same numbers.

use super::scores::{BINS, Scores, Tally, bin, first_bin};

/// Seed of the resampling. Any will do; it is fixed so that a run can be repeated.
const SEED: u64 = 0x6f76_6572_7431;

/// Templates of labelled pictures, all of one length, each of unit length.
#[derive(Clone, Debug, Default)]
pub(crate) struct Labelled {
    /// Person of each picture, counted from 0 without gaps, rising.
    people: Vec<usize>,
    /// Pictures one after the other.
    values: Vec<f32>,
    /// Numbers a template has.
    width: usize,
}

impl Labelled {
    /// Puts a set together. People are renumbered in order of appearance; pictures of one person must be neighbours.
    /// All templates must be of one recipe, and so of one length.
    pub(crate) fn new<'a>(pictures: impl IntoIterator<Item = (usize, &'a [f32])>) -> Self {
        let mut set = Self::default();
        let mut last = None;
        let mut person = 0;
        for (label, template) in pictures {
            if set.width == 0 {
                set.width = template.len();
            }
            debug_assert_eq!(template.len(), set.width, "one recipe makes templates of one length");
            if last.is_some_and(|last| last != label) {
                person += 1;
            }
            last = Some(label);
            set.people.push(person);
            set.values.extend_from_slice(template);
        }
        set
    }

    /// Pictures in the set.
    pub(crate) fn pictures(&self) -> usize {
        self.people.len()
    }

    /// People in the set.
    pub(crate) fn persons(&self) -> usize {
        self.people.last().map_or(0, |last| last + 1)
    }

    /// Person of each picture.
    pub(crate) fn people(&self) -> &[usize] {
        &self.people
    }

    /// Numbers a template has; 0 without pictures.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Template of a picture.
    pub(crate) fn template(&self, picture: usize) -> &[f32] {
        self.values.get(picture * self.width..(picture + 1) * self.width).unwrap_or_default()
    }

    /// The same pictures with other templates, all of one length.
    pub(crate) fn map(&self, change: impl Fn(&[f32]) -> Vec<f32>) -> Self {
        let changed: Vec<_> = (0..self.pictures()).map(|picture| change(self.template(picture))).collect();
        Self::new(self.people.iter().zip(&changed).map(|(person, template)| (*person, &**template)))
    }

    /// Calls `each(first picture, second picture, same person, score)` for every pair.
    pub(crate) fn for_each_pair(&self, mut each: impl FnMut(usize, usize, bool, f32)) {
        for (i, person) in self.people.iter().enumerate() {
            let mine = self.template(i);
            for (j, other) in self.people.iter().enumerate().skip(i + 1) {
                each(i, j, person == other, dot(mine, self.template(j)));
            }
        }
    }
}

/// Inner product with eight independent sums, so that it can be done in vectors.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; 8];
    let (a8, a_rest) = a.as_chunks::<8>();
    let (b8, b_rest) = b.as_chunks::<8>();
    for (x, y) in a8.iter().zip(b8) {
        for ((sum, x), y) in sums.iter_mut().zip(x).zip(y) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum::<f32>()
}

impl Scores {
    /// Compares all pairs of the set.
    pub(crate) fn of(set: &Labelled) -> Self {
        let mut tally = Tally::new();
        set.for_each_pair(|_, _, same, score| tally.add(same, score));
        tally.finish()
    }
}

/// Both rates at one threshold, in each resampling.
#[derive(Clone, Debug)]
pub(crate) struct Resampled {
    /// False match rate at each threshold, a vector per threshold.
    pub(crate) false_match: Vec<Vec<f64>>,
    /// True match rate at each threshold.
    pub(crate) true_match: Vec<Vec<f64>>,
    /// Mean excess of impostor scores over the tail's start, one per resampling.
    pub(crate) excess: Vec<f64>,
    /// Share of impostor pairs above the tail's start, one per resampling.
    pub(crate) in_tail: Vec<f64>,
}

/// Resamples people, not pairs: pairs that share a person are not independent, and a person whose pictures match many
/// strangers must be able to fall out of a sample altogether. Every person is drawn with replacement; a pair of people
/// counts as often as the product of how often both were drawn.
///
/// `thresholds` must rise. `tail_start` is the score from which the mean excess is taken.
pub(crate) fn resample(set: &Labelled, thresholds: &[f64], tail_start: f64, rounds: usize) -> Resampled {
    let persons = set.persons();
    let mut random = fastrand::Rng::with_seed(SEED);
    let weights: Vec<Vec<f64>> = (0..rounds)
        .map(|_| {
            let mut drawn = vec![0.0; persons];
            for _ in 0..persons {
                if let Some(count) = drawn.get_mut(random.usize(0..persons)) {
                    *count += 1.0;
                }
            }
            drawn
        })
        .collect();
    // Where each fine bin stands among the thresholds: how many thresholds it reaches.
    let reached: Vec<usize> = {
        let firsts: Vec<usize> = thresholds.iter().map(|score| first_bin(*score)).collect();
        (0..BINS).map(|bin| firsts.partition_point(|first| *first <= bin)).collect()
    };
    let width = thresholds.len() + 1;
    let mut impostor = vec![vec![0.0f64; width]; rounds];
    let mut excess = vec![0.0f64; rounds];
    let mut in_tail = vec![0.0f64; rounds];
    let mut genuine = vec![vec![0.0f64; width]; persons];
    // One picture against all later ones: (its level, the other's person, excess) of every impostor pair.
    let mut row: Vec<(usize, usize, f64)> = Vec::with_capacity(set.pictures());
    for (i, person) in set.people.iter().enumerate() {
        row.clear();
        let mine = set.template(i);
        for (j, other) in set.people.iter().enumerate().skip(i + 1) {
            let score = dot(mine, set.template(j));
            let level = reached.get(bin(score)).copied().unwrap_or(0);
            if person == other {
                add(genuine.get_mut(*person), level, 1.0);
            } else {
                row.push((level, *other, f64::from(score) - tail_start));
            }
        }
        for (round, drawn) in weights.iter().enumerate() {
            let mine = drawn.get(*person).copied().unwrap_or(0.0);
            let Some(counts) = impostor.get_mut(round).filter(|_| mine > 0.0) else { continue };
            let (mut sum, mut count) = (0.0, 0.0);
            for (level, other, above) in &row {
                let weight = mine * drawn.get(*other).copied().unwrap_or(0.0);
                if let Some(slot) = counts.get_mut(*level) {
                    *slot += weight;
                }
                if *above >= 0.0 {
                    sum += weight * above;
                    count += weight;
                }
            }
            if let (Some(excess), Some(in_tail)) = (excess.get_mut(round), in_tail.get_mut(round)) {
                *excess += sum;
                *in_tail += count;
            }
        }
    }
    let mut result = Resampled {
        false_match: vec![Vec::with_capacity(rounds); thresholds.len()],
        true_match: vec![Vec::with_capacity(rounds); thresholds.len()],
        excess: Vec::with_capacity(rounds),
        in_tail: Vec::with_capacity(rounds),
    };
    for (((counts, drawn), excess), in_tail) in impostor.iter().zip(&weights).zip(&excess).zip(&in_tail) {
        let mut mine = vec![0.0; width];
        for (times, counts) in drawn.iter().zip(&genuine) {
            for (sum, count) in mine.iter_mut().zip(counts) {
                *sum += times * count;
            }
        }
        push_rates(&mut result.false_match, counts);
        push_rates(&mut result.true_match, &mine);
        result.excess.push(if *in_tail > 0.0 { excess / in_tail } else { 0.0 });
        let all: f64 = counts.iter().sum();
        result.in_tail.push(if all > 0.0 { in_tail / all } else { 0.0 });
    }
    result
}

fn add(slots: Option<&mut Vec<f64>>, level: usize, weight: f64) {
    if let Some(slot) = slots.and_then(|slots| slots.get_mut(level)) {
        *slot += weight;
    }
}

/// Appends the share at or above each threshold. `counts[k]` holds the weight of pairs that reach exactly `k` thresholds.
fn push_rates(rates: &mut [Vec<f64>], counts: &[f64]) {
    let all: f64 = counts.iter().sum();
    let mut above = 0.0;
    for (rates, count) in rates.iter_mut().zip(counts.iter().skip(1)).rev() {
        above += count;
        rates.push(if all > 0.0 { above / all } else { 0.0 });
    }
}

/// The range that holds the middle 95 % of the values, by the nearest rank. (0, 0) of nothing.
pub(crate) fn middle_95(values: &[f64]) -> (f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = (share * sorted.len().saturating_sub(1) as f64).round() as usize;
        sorted.get(place).copied().unwrap_or(0.0)
    };
    (at(0.025), at(0.975))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three people with 3, 2 and 1 pictures on the unit circle, at these angles in degrees.
    const ANGLES: [(usize, f32); 6] = [(0, 0.0), (0, 10.0), (0, 30.0), (1, 60.0), (1, 65.0), (2, 180.0)];

    fn circle() -> Labelled {
        let points =
            ANGLES.map(|(person, angle)| (person, [angle.to_radians().cos(), angle.to_radians().sin()]));
        Labelled::new(points.iter().map(|(person, point)| (*person, point.as_slice())))
    }

    /// Cosine of an angle between two pictures, a hair lower.
    fn within(degrees: f64) -> f64 {
        degrees.to_radians().cos() - 1e-5
    }

    #[test]
    fn counts_pairs() {
        let set = circle();
        assert_eq!((set.pictures(), set.persons()), (6, 3));
        let scores = Scores::of(&set);
        assert_eq!((scores.genuine_pairs(), scores.impostor_pairs()), (4, 11));
        // Genuine angles: 10, 30, 20, 5. Impostor: 60 65 50 55 30 35, 180 170 150 120 115.
        assert_eq!(scores.true_match_rate(within(10.0)), 0.5);
        assert_eq!(scores.false_matches(within(35.0)), 2);
        assert_eq!(scores.false_matches(within(65.0)), 6);
        assert_eq!(scores.false_matches(-1.0), 11);
        assert!((scores.lowest_impostor() + 1.0).abs() < 1e-5);
    }

    #[test]
    fn thresholds_keep_their_rate() {
        let scores = Scores::of(&circle());
        for allowed in 0..=11u64 {
            let threshold = scores.threshold(allowed as f64 / 11.0 + 1e-9);
            assert_eq!(scores.false_matches(threshold), allowed);
        }
        // One that no pair may exceed lies above the closest pair of strangers (30 degrees), and only just.
        let strictest = scores.threshold(0.0);
        assert!((strictest - 30f64.to_radians().cos()).abs() < 3e-6);
    }

    #[test]
    fn spread_and_excess() {
        let scores = Scores::of(&circle());
        let angles = [60f64, 65.0, 50.0, 55.0, 30.0, 35.0, 180.0, 170.0, 150.0, 120.0, 115.0];
        let cosines = angles.map(|angle| angle.to_radians().cos());
        let mean = cosines.iter().sum::<f64>() / 11.0;
        let spread = (cosines.iter().map(|score| (score - mean).powi(2)).sum::<f64>() / 11.0).sqrt();
        assert!((scores.impostor_spread() - spread).abs() < 1e-5);
        let excess = scores.excess(within(35.0));
        let (near, far) = (within(30.0) - within(35.0), 1e-5);
        assert_eq!(excess.pairs, 2);
        assert!((excess.mean - (near + far) / 2.0).abs() < 1e-5);
        assert!((excess.deviation - (near - far) / 2.0).abs() < 1e-5);
        assert_eq!(scores.excess(0.999).pairs, 0);
    }

    #[test]
    fn nothing_to_compare() {
        for set in [Labelled::default(), Labelled::new([(4, [1.0f32, 0.0].as_slice())])] {
            let scores = Scores::of(&set);
            assert_eq!((scores.genuine_pairs(), scores.impostor_pairs()), (0, 0));
            assert_eq!((scores.false_matches(0.0), scores.true_match_rate(0.0)), (0, 0.0));
            assert_eq!(scores.impostor_spread(), 0.0);
            let resampled = resample(&set, &[0.5], 0.5, 3);
            assert_eq!(resampled.false_match, [[0.0; 3]]);
        }
    }

    #[test]
    fn resampling_draws_people() {
        let set = circle();
        let (rounds, thresholds) = (4_000, [-1.0, within(65.0), within(35.0)]);
        let resampled = resample(&set, &thresholds, within(65.0), rounds);
        assert_eq!(resampled.false_match.len(), 3);
        // Rounds in which only one person was drawn have no impostor pair: 3 of 27. In the others all reach -1.
        let all = resampled.false_match[0].iter().filter(|rate| **rate == 1.0).count();
        assert!((all as f64 / rounds as f64 - 24.0 / 27.0).abs() < 0.03);
        // Persons 0 and 1 make all pairs within 65 degrees; a round without one of the two has none of them.
        let some = resampled.false_match[1].iter().filter(|rate| **rate > 0.0).count();
        assert!((some as f64 / rounds as f64 - 12.0 / 27.0).abs() < 0.03);
        for (strict, loose) in resampled.false_match[2].iter().zip(&resampled.false_match[1]) {
            assert!(strict <= loose);
        }
        // Whenever the tail is there at all it is the same six pairs.
        let excess = Scores::of(&set).excess(within(65.0)).mean;
        assert!(resampled.excess.iter().all(|mean| *mean == 0.0 || (mean - excess).abs() < 1e-5));
        assert_eq!(resampled.in_tail, resampled.false_match[1]);
        assert_eq!(
            resample(&set, &thresholds, 0.0, 50).true_match,
            resample(&set, &thresholds, 0.0, 50).true_match
        );
    }

    #[test]
    fn middle_is_by_nearest_rank() {
        let values: Vec<f64> = (0..=1000).rev().map(f64::from).collect();
        assert_eq!(middle_95(&values), (25.0, 975.0));
        assert_eq!(middle_95(&[]), (0.0, 0.0));
    }

    #[test]
    fn dot_is_the_inner_product() {
        let a: Vec<f32> = (0..19).map(|value| value as f32).collect();
        assert_eq!(dot(&a, &a), (0..19).map(|value| value * value).sum::<i32>() as f32);
    }
}
