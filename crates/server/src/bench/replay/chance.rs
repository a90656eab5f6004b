//! What chance makes of a rate: how many events to expect, and which rates a number of events allows.
//!
//! Owns two intervals, of Poisson counts and of binomial rates (Clopper and Pearson). Refuses to know what is counted, and
//! to say when events are independent: that is for whoever asks.
//!
//! # Invariants
//! - An interval holds its expectation, or its observation.

/// Probability that is left out at each end of an interval of 95 %.
const TAIL: f64 = 0.025;
/// From this mean on, a Poisson count's quantile is computed from its expansion, which is then exact to less than one.
const LARGE: f64 = 600.0;
/// The standard normal's quantile at 1 - [`TAIL`].
const NORMAL: f64 = 1.959_963_984_540_054;

/// Counts that a Poisson variable takes with 95 %, when its mean is somewhere between `low` and `high`: from the lower quantile at the
/// one to the upper at the other.
pub(super) fn counts(low: f64, high: f64) -> (u64, u64) {
    (poisson_quantile(low, TAIL), poisson_quantile(high, 1.0 - TAIL))
}

/// The smallest count that a Poisson variable of this mean does not exceed with the probability `share`.
fn poisson_quantile(mean: f64, share: f64) -> u64 {
    if mean > LARGE {
        // Cornish and Fisher's expansion, to the skewness.
        let normal = if share < 0.5 { -NORMAL } else { NORMAL };
        let place = mean.sqrt().mul_add(normal, mean) + (normal * normal - 1.0) / 6.0;
        return place.round().max(0.0) as u64;
    }
    let (mut count, mut term) = (0u64, (-mean).exp());
    let mut sum = term;
    // The terms vanish in the end, whatever rounding does to their sum.
    while sum < share && term > f64::MIN_POSITIVE {
        count += 1;
        term *= mean / count as f64;
        sum += term;
    }
    count
}

/// The rates under which `events` of `trials` independent trials are not in the outer 2.5 % at either end (Clopper and Pearson, 1934).
pub(super) fn rates(events: u64, trials: u64) -> (f64, f64) {
    if trials == 0 {
        return (0.0, 1.0);
    }
    // Both tails fall or rise with the rate throughout, so halving finds their ends.
    let solve = |too_low: &dyn Fn(f64) -> bool| {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..60 {
            let middle = (low + high) / 2.0;
            if too_low(middle) { low = middle } else { high = middle }
        }
        (low + high) / 2.0
    };
    let low = match events.checked_sub(1) {
        None => 0.0,
        Some(fewer) => solve(&|rate| 1.0 - at_most(fewer, trials, rate) < TAIL),
    };
    let high = if events >= trials { 1.0 } else { solve(&|rate| at_most(events, trials, rate) > TAIL) };
    (low, high)
}

/// Probability of at most `events` of `trials` at a rate.
fn at_most(events: u64, trials: u64, rate: f64) -> f64 {
    if rate <= 0.0 {
        return 1.0;
    }
    if rate >= 1.0 {
        return if events >= trials { 1.0 } else { 0.0 };
    }
    let odds = (rate / (1.0 - rate)).ln();
    let mut term = trials as f64 * (1.0 - rate).ln();
    let mut sum = term.exp();
    for event in 1..=events {
        term += odds + ((trials - event + 1) as f64 / event as f64).ln();
        sum += term.exp();
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against tables: Poisson quantiles, and the exact intervals of Clopper and Pearson for 0, 1 and 5 of 10, and for what the ACLU counted.
    #[test]
    fn known_values() {
        assert_eq!(counts(0.0, 0.0), (0, 0));
        assert_eq!(counts(0.05, 0.05), (0, 1));
        assert_eq!(counts(1.0, 1.0), (0, 3));
        assert_eq!(counts(10.0, 10.0), (4, 17));
        assert_eq!(counts(100.0, 100.0), (81, 120));
        assert_eq!(counts(10.0, 100.0), (4, 120));
        for (events, trials, low, high) in [
            (0, 10, 0.0, 0.308_497),
            (1, 10, 0.002_529, 0.445_016),
            (5, 10, 0.187_086, 0.812_914),
            (10, 10, 0.691_503, 1.0),
            (28, 535, 0.035_055, 0.074_755),
        ] {
            let (found_low, found_high) = rates(events, trials);
            assert!(
                (found_low - low).abs() < 2e-6 && (found_high - high).abs() < 2e-6,
                "{found_low} {found_high}"
            );
        }
        assert_eq!(rates(0, 0), (0.0, 1.0));
    }

    #[test]
    fn the_expansion_goes_on_where_the_sum_ends() {
        for share in [TAIL, 1.0 - TAIL] {
            let (before, after) = (poisson_quantile(LARGE, share), poisson_quantile(LARGE + 1e-6, share));
            assert!(before.abs_diff(after) <= 1, "{before} {after}");
        }
        // Normal to the first order: 1,000,000 ± 1,960.
        assert_eq!(counts(1e6, 1e6), (998_041, 1_001_960));
    }

    /// Of counts that are drawn, 95 % or a little more lie within: Poisson counts by adding up exponential waiting times.
    #[test]
    fn draws_lie_within() {
        let mut random = fastrand::Rng::with_seed(41);
        for mean in [0.3, 4.0, 35.0] {
            let (low, high) = counts(mean, mean);
            let draws = 20_000;
            let within = (0..draws).filter(|_| {
                let (mut time, mut count) = (0.0, 0);
                loop {
                    time -= (1.0 - random.f64()).ln();
                    if time > mean {
                        break;
                    }
                    count += 1;
                }
                (low..=high).contains(&count)
            });
            let share = within.count() as f64 / f64::from(draws);
            assert!((0.945..=1.0).contains(&share), "{mean}: {share}");
        }
    }
}
