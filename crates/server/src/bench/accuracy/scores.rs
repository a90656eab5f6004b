//! How the scores of genuine and impostor pairs are spread, and the rates that follow from it.
//!
//! Owns the counting and the rates at a threshold. Which pairs are compared is the business of whoever counts:
//! [`super::pairs`], [`super::users`].
//!
//! # Invariants
//! - Memory does not grow with the number of pairs: scores are counted in [`BINS`] bins of 2/2^20.
//! - A threshold for a rate is never so low that the rate is exceeded on the data.

/// Bins over scores -1..=1, each 1.9e-6 wide: a hundredth of the distance between two neighbouring rows of a table.
pub(crate) const BINS: usize = 1 << 20;

/// The bin of a score. NaN is the lowest: what cannot be compared does not match.
pub(crate) fn bin(score: f32) -> usize {
    let place = (f64::from(score) + 1.0) / 2.0 * BINS as f64;
    // `as` from float saturates and takes NaN to 0.
    (place as usize).min(BINS - 1)
}

/// The lowest score that falls in a bin.
fn edge(bin: usize) -> f64 {
    bin as f64 / BINS as f64 * 2.0 - 1.0
}

/// How the scores of one kind of pair are spread.
#[derive(Clone, Debug)]
struct Spread {
    /// Pairs in each bin and all bins above; one longer than the bins, the last is 0.
    at_least: Vec<u64>,
}

impl Spread {
    fn new(counts: &[u64]) -> Self {
        let mut at_least = vec![0; counts.len() + 1];
        let mut sum = 0;
        for (total, count) in at_least.iter_mut().rev().skip(1).zip(counts.iter().rev()) {
            sum += count;
            *total = sum;
        }
        Self { at_least }
    }

    fn total(&self) -> u64 {
        self.at_least.first().copied().unwrap_or(0)
    }
}

/// How impostor scores lie above a threshold.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Excess {
    /// Pairs above it.
    pub(crate) pairs: u64,
    /// Mean distance from it.
    pub(crate) mean: f64,
    /// Standard deviation of that distance; equal to the mean where the tail is exponential.
    pub(crate) deviation: f64,
}

/// Scores on their way to be [`Scores`].
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    genuine: Vec<u64>,
    impostor: Vec<u64>,
}

impl Tally {
    /// Nothing counted yet.
    pub(crate) fn new() -> Self {
        Self { genuine: vec![0; BINS], impostor: vec![0; BINS] }
    }

    /// Counts a score of one person, or of two.
    pub(crate) fn add(&mut self, same: bool, score: f32) {
        let counts = if same { &mut self.genuine } else { &mut self.impostor };
        if let Some(count) = counts.get_mut(bin(score)) {
            *count += 1;
        }
    }

    /// All that was counted.
    pub(crate) fn finish(&self) -> Scores {
        Scores { genuine: Spread::new(&self.genuine), impostor: Spread::new(&self.impostor) }
    }
}

/// The spread of the scores of genuine and of impostor pairs.
#[derive(Clone, Debug)]
pub(crate) struct Scores {
    genuine: Spread,
    impostor: Spread,
}

impl Scores {
    /// Standard deviation of the scores of impostor pairs; 0 without pairs.
    pub(crate) fn impostor_spread(&self) -> f64 {
        let (mut pairs, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for (bin, counts) in self.impostor.at_least.windows(2).enumerate() {
            if let [here, above] = counts {
                let (count, score) = ((here - above) as f64, edge(bin));
                pairs += count;
                sum += count * score;
                squares += count * score * score;
            }
        }
        if pairs == 0.0 { 0.0 } else { (squares / pairs - (sum / pairs).powi(2)).max(0.0).sqrt() }
    }

    /// Mean and standard deviation of how far impostor scores lie above a score, and their number. Zeros of nothing.
    pub(crate) fn excess(&self, score: f64) -> Excess {
        let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for (bin, counts) in self.impostor.at_least.windows(2).enumerate().skip(first_bin(score)) {
            if let [here, above] = counts {
                let (pairs, over) = ((here - above) as f64, edge(bin) + 1.0 / BINS as f64 - score);
                count += pairs;
                sum += pairs * over;
                squares += pairs * over * over;
            }
        }
        if count == 0.0 {
            return Excess::default();
        }
        let mean = sum / count;
        Excess { pairs: count as u64, mean, deviation: (squares / count - mean * mean).max(0.0).sqrt() }
    }

    /// The lowest score of an impostor pair; -1 without pairs.
    pub(crate) fn lowest_impostor(&self) -> f64 {
        let all = self.impostor_pairs();
        edge(self.impostor.at_least.partition_point(|count| *count == all).saturating_sub(1))
    }

    /// Pairs of one person.
    pub(crate) fn genuine_pairs(&self) -> u64 {
        self.genuine.total()
    }

    /// Pairs of different people.
    pub(crate) fn impostor_pairs(&self) -> u64 {
        self.impostor.total()
    }

    /// Impostor pairs that reach a score.
    pub(crate) fn false_matches(&self, score: f64) -> u64 {
        self.impostor.at_least.get(first_bin(score)).copied().unwrap_or(0)
    }

    /// Share of impostor pairs that reach a score; 0 without pairs.
    pub(crate) fn false_match_rate(&self, score: f64) -> f64 {
        share(self.false_matches(score), self.impostor_pairs())
    }

    /// Share of genuine pairs that reach a score; 0 without pairs.
    pub(crate) fn true_match_rate(&self, score: f64) -> f64 {
        share(self.genuine.at_least.get(first_bin(score)).copied().unwrap_or(0), self.genuine_pairs())
    }

    /// The lowest score that no more than this share of the impostor pairs reaches.
    pub(crate) fn threshold(&self, false_match_rate: f64) -> f64 {
        let allowed = (false_match_rate * self.impostor_pairs() as f64).floor() as u64;
        edge(self.impostor.at_least.partition_point(|count| *count > allowed))
    }
}

/// The first bin that only holds scores from `score` on. Thresholds that come from [`Scores::threshold`] are edges.
pub(crate) fn first_bin(score: f64) -> usize {
    (((score + 1.0) / 2.0 * BINS as f64 - 1e-6).ceil() as usize).min(BINS)
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_it_is_given() {
        let mut tally = Tally::new();
        for (same, score) in
            [(true, 0.9), (true, 0.5), (false, 0.6), (false, 0.2), (false, -0.4), (false, 2.0)]
        {
            tally.add(same, score);
        }
        let scores = tally.finish();
        assert_eq!((scores.genuine_pairs(), scores.impostor_pairs()), (2, 4));
        assert_eq!((scores.true_match_rate(0.55), scores.false_match_rate(0.55)), (0.5, 0.5));
        assert_eq!((scores.false_matches(0.7), scores.false_match_rate(0.1)), (1, 0.75));
        assert_eq!(Tally::new().finish().false_match_rate(0.0), 0.0);
    }

    #[test]
    fn every_score_has_a_bin() {
        assert_eq!(bin(f32::NAN), 0);
        assert_eq!((bin(-2.0), bin(2.0)), (0, BINS - 1));
    }
}
