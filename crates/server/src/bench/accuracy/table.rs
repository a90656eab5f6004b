//! From scores to a calibration table: which score stands for which similarity, how sure that is, and where the data end.
//!
//! Owns the rows, the tail model and the words that describe both in the table. The scale is
//! [`overt_vision::similarity`]'s, the file is [`overt_vision::calibration`]'s.
//!
//! Down to [`FEWEST_FALSE_MATCHES`] false matches a row's score is read off the data. Beyond, the data are too few, and the
//! false match rate is continued as an exponential from that last measured point, with the mean excess of the impostor
//! scores above the score for 1e-4 as its scale: where a distribution's tail is exponential, the excess over any
//! threshold has one mean, equal to its standard deviation. Both are reported, so that a reader can judge.
//!
//! # Invariants
//! - Scores rise with similarity, strictly.
//! - A row that fewer than [`FEWEST_FALSE_MATCHES`] false matches support is marked as extrapolated.

use super::pairs::{Labelled, Resampled, middle_95, resample};
use super::scores::{Excess, Scores};
use overt_vision::calibration::{Calibration, CalibrationError, Data, Method, Row};
use overt_vision::similarity::false_match_rate_of;

/// A rate with fewer events is not stated as measured: the rule of thirty (Doddington et al., 2000) asks for 30 errors
/// to be 90 % sure that the true rate is within 30 % of the observed one, were the trials independent.
pub(crate) const FEWEST_FALSE_MATCHES: u32 = 30;

/// Rate above which the tail's scale is taken: low enough to be the tail, high enough for about a thousand pairs in ten
/// million.
const TAIL_RATE: f64 = 1e-4;

/// Rows between 99 and 100: where the scale bends towards 100, straight lines need more points.
const FINE_ROWS: [f64; 8] = [99.3, 99.5, 99.7, 99.8, 99.9, 99.95, 99.98, 99.99];

/// Why a table could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TableError {
    /// Too few pairs for a tail or for a row.
    #[error(
        "{impostor} pairs of different people and {genuine} of one person are too few: a table needs at least {} and one",
        needed_pairs()
    )]
    TooFew {
        /// Impostor pairs.
        impostor: u64,
        /// Genuine pairs.
        genuine: u64,
    },
    /// The scores do not make a table, for instance because many are equal.
    #[error("the scores do not make a table")]
    Unusable {
        /// What is wrong with them.
        #[from]
        source: CalibrationError,
    },
}

/// Impostor pairs without which the default threshold of 80 would not be measured.
fn needed_pairs() -> u64 {
    (f64::from(FEWEST_FALSE_MATCHES) / TAIL_RATE).ceil() as u64
}

/// Where the measured part ends and how it goes on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tail {
    /// The score for [`TAIL_RATE`].
    pub(crate) start: f64,
    /// Impostor scores above it.
    pub(crate) excess: Excess,
    /// The strictest measured rate.
    last_rate: f64,
    /// Its score.
    last_score: f64,
}

impl Tail {
    pub(crate) fn of(scores: &Scores) -> Result<Self, TableError> {
        let (impostor, genuine) = (scores.impostor_pairs(), scores.genuine_pairs());
        if impostor < needed_pairs() || genuine == 0 {
            return Err(TableError::TooFew { impostor, genuine });
        }
        let start = scores.threshold(TAIL_RATE);
        let last_rate = f64::from(FEWEST_FALSE_MATCHES) / impostor as f64;
        Ok(Self { start, excess: scores.excess(start), last_rate, last_score: scores.threshold(last_rate) })
    }

    /// Whether a rate is beyond the data.
    pub(crate) fn is_beyond(&self, rate: f64) -> bool {
        rate < self.last_rate
    }

    /// The score for a rate beyond the data.
    fn score(&self, rate: f64) -> f64 {
        (self.last_rate / rate).ln().mul_add(self.excess.mean, self.last_score)
    }
}

/// Makes the table of one template version. `rounds` resamplings of the people give the intervals.
pub(crate) fn calibrate(
    set: &Labelled,
    scores: &Scores,
    template: String,
    data: Data,
    rounds: usize,
) -> Result<Calibration, TableError> {
    let tail = Tail::of(scores)?;
    let similarities = (0..100).map(f64::from).chain(FINE_ROWS).chain([100.0]);
    let points: Vec<(f64, f32)> = similarities
        .map(|similarity| (similarity, score_for(similarity, scores, &tail)))
        // No score lies beyond that of identical templates, so neither does a row. Without one for 99 the table is refused.
        .filter(|(similarity, score)| *score < 1.0 || *similarity >= 100.0)
        .collect();
    let thresholds: Vec<f64> = points.iter().map(|(_, score)| f64::from(*score)).collect();
    let resampled = resample(set, &thresholds, tail.start, rounds);
    let rows = points.iter().enumerate().map(|(index, (similarity, score))| {
        let false_match_rate = false_match_rate_of(*similarity);
        let extrapolated = tail.is_beyond(false_match_rate);
        let (low, high) = interval(index, f64::from(*score), extrapolated, &tail, &resampled);
        Row {
            similarity: *similarity,
            score: *score,
            false_match_rate: rounded(false_match_rate),
            low: rounded(low),
            high: rounded(high),
            true_match_rate: rounded(scores.true_match_rate(f64::from(*score))),
            extrapolated,
        }
    });
    let method = Method {
        interval: format!(
            "middle 95 % of {rounds} resamplings of the people with replacement: of the rate at the row's score; beyond the \
             data, of the exponential with each resampling's own mean excess and share above {:.4}",
            tail.start
        ),
        tail: format!(
            "exponential from the score of {FEWEST_FALSE_MATCHES} false matches ({:.4}) on, scale {:.5}: the mean excess of the {} \
             impostor scores above {:.4} (standard deviation {:.5}; equal in an exponential tail)",
            tail.last_score, tail.excess.mean, tail.excess.pairs, tail.start, tail.excess.deviation
        ),
        fewest_false_matches: FEWEST_FALSE_MATCHES,
    };
    Ok(Calibration::new(template, data, method, rows.collect())?)
}

/// The lowest score of a similarity, as the `f32` that scores are compared in, rounded towards fewer matches.
fn score_for(similarity: f64, scores: &Scores, tail: &Tail) -> f32 {
    let rate = false_match_rate_of(similarity);
    let score = if similarity <= 0.0 {
        return (scores.lowest_impostor() as f32).next_down();
    } else if similarity >= 100.0 {
        return 1.0;
    } else if tail.is_beyond(rate) {
        tail.score(rate)
    } else {
        scores.threshold(rate)
    };
    let nearest = score as f32;
    if f64::from(nearest) < score { nearest.next_up() } else { nearest }
}

/// The interval of the rate at a score.
fn interval(index: usize, score: f64, extrapolated: bool, tail: &Tail, resampled: &Resampled) -> (f64, f64) {
    if !extrapolated {
        return resampled.false_match.get(index).map_or((0.0, 1.0), |rates| middle_95(rates));
    }
    if score >= 1.0 {
        return (0.0, 0.0);
    }
    let continued = resampled.in_tail.iter().zip(&resampled.excess).filter(|(_, mean)| **mean > 0.0);
    let rates: Vec<f64> =
        continued.map(|(share, mean)| share * ((tail.start - score) / mean).exp()).collect();
    let (low, high) = middle_95(&rates);
    (low, high)
}

/// Six significant digits: more than any of these numbers is known to.
fn rounded(number: f64) -> f64 {
    format!("{number:.5e}").parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// People in a space of few dimensions, each with pictures around a place of its own: strangers do come close.
    fn crowd(people: usize, noise: f32) -> Labelled {
        let mut random = fastrand::Rng::with_seed(11);
        let mut normal = move || (0..12).map(|_| random.f32()).sum::<f32>() - 6.0;
        let mut pictures: Vec<(usize, Vec<f32>)> = Vec::new();
        for person in 0..people {
            let place: Vec<f32> = (0..24).map(|_| normal()).collect();
            for _ in 0..3 {
                let moved: Vec<f32> = place.iter().map(|value| value + noise * normal()).collect();
                let length = moved.iter().map(|value| value * value).sum::<f32>().sqrt();
                pictures.push((person, moved.iter().map(|value| value / length).collect()));
            }
        }
        Labelled::new(pictures.iter().map(|(person, values)| (*person, values.as_slice())))
    }

    fn data() -> Data {
        Data {
            description: "made up".to_owned(),
            people: 300,
            images: 900,
            failures_to_acquire: 0,
            genuine_pairs: 900,
            impostor_pairs: 403_650,
        }
    }

    #[test]
    fn a_measured_table_says_what_the_data_say() {
        let set = crowd(300, 0.5);
        let scores = Scores::of(&set);
        let table = calibrate(&set, &scores, "test-1".to_owned(), data(), 60).unwrap();
        assert_eq!(Calibration::parse(&table.to_toml()).unwrap(), table);
        for row in table.rows() {
            let found = scores.false_matches(f64::from(row.score)) as f64 / scores.impostor_pairs() as f64;
            if row.extrapolated {
                assert!(row.false_match_rate * scores.impostor_pairs() as f64 <= 30.0);
            } else {
                // Never more than the row says, and only as many fewer as share a bin or the whole number above.
                let missing = (row.false_match_rate - found) * scores.impostor_pairs() as f64;
                assert!((0.0..5.0).contains(&missing) || row.similarity < 60.0, "{row:?} {found}");
                assert!((found / row.false_match_rate - 1.0).abs() < 0.1, "{row:?} {found}");
                assert!(row.low <= row.false_match_rate && row.false_match_rate <= row.high * 1.1, "{row:?}");
            }
        }
        let at_80 = table.rows().iter().find(|row| row.similarity == 80.0).unwrap();
        assert!(!at_80.extrapolated && at_80.low < at_80.high);
        assert!(table.rows().iter().find(|row| row.similarity == 99.0).unwrap().extrapolated);
    }

    /// The rates that the tail promises beyond the data hold on 16 times as many pairs: no more strangers match than it
    /// says. Fewer may, since cosines end at 1 and an exponential does not.
    #[test]
    fn the_tail_foretells_more_data() {
        let (few, many) = (crowd(300, 0.5), crowd(1_200, 0.5));
        let tail = Tail::of(&Scores::of(&few)).unwrap();
        let truth = Scores::of(&many);
        for rate in [5e-5, 2e-5, 1e-5] {
            assert!(tail.is_beyond(rate));
            let found = truth.false_matches(tail.score(rate)) as f64 / truth.impostor_pairs() as f64;
            assert!((rate / 10.0..rate * 1.5).contains(&found), "{rate}: {found}");
        }
    }

    #[test]
    fn too_little_data_makes_no_table() {
        let set = crowd(30, 0.5);
        let result = calibrate(&set, &Scores::of(&set), "test-1".to_owned(), data(), 10);
        assert!(matches!(result, Err(TableError::TooFew { impostor: 3_915, genuine: 90 })));
    }
}
