//! The scale: which false match rate a similarity stands for.
//!
//! Owns the definition and nothing else: two functions, each the inverse of the other. How a score of two templates
//! becomes a false match rate is measured, and belongs to [`crate::calibration`]; what to do at a similarity is the
//! caller's.
//!
//! The false match rate (FMR) of a similarity is the share of comparisons of two *different* people that reach it.
//! Until [`KNEE`] every twenty points are a factor of ten, so that 80 stands for one false match in 10,000
//! comparisons. Beyond it the distance to 100 shrinks by the same factor each decade, so that 99 stands for one in a
//! million and 100 for none at all:
//!
//! | similarity | 0 | 20 | 40 | 60 | 80 | 95.53 | 99 | 99.78 | 99.95 |
//! |---|---|---|---|---|---|---|---|---|---|
//! | FMR | 1 | 1e-1 | 1e-2 | 1e-3 | 1e-4 | 1e-5 | 1e-6 | 1e-7 | 1e-8 |
//!
//! Why so: `docs/decisions`, "What a similarity means".
//!
//! # Invariants
//! - Both functions are monotone (one falls, the other falls back) and total: any `f64`, NaN included, has an answer.

/// Points of similarity for each factor of ten in the false match rate, up to [`KNEE`]. Chosen so that the default
/// threshold of the API's clients, 80, means 1e-4.
pub const POINTS_PER_DECADE: f64 = 20.0;

/// The similarity at which the scale stops being straight.
pub const KNEE: f64 = 80.0;

/// Decades of false match rate from 1 down to the knee.
const KNEE_DECADES: f64 = KNEE / POINTS_PER_DECADE;

/// The similarity that the API's documentation recommends where a wrong answer harms a person.
pub const STRICT: f64 = 99.0;

/// Decades from the knee to [`STRICT`]: 99 stands for 1e-6.
const STRICT_DECADES: f64 = 2.0;

/// By how much the distance to 100 shrinks for each decade beyond the knee: √20.
fn shrink_per_decade() -> f64 {
    ((100.0 - KNEE) / (100.0 - STRICT)).powf(1.0 / STRICT_DECADES)
}

/// The similarity (0..=100) that stands for a false match rate. Rates of 1 and more are 0; of 0, and below, 100. NaN
/// is 0: what is not known is not a match.
pub fn similarity_of(false_match_rate: f64) -> f64 {
    if false_match_rate.is_nan() || false_match_rate >= 1.0 {
        return 0.0;
    }
    if false_match_rate <= 0.0 {
        return 100.0;
    }
    let decades = -false_match_rate.log10();
    if decades <= KNEE_DECADES {
        POINTS_PER_DECADE * decades
    } else {
        100.0 - (100.0 - KNEE) * shrink_per_decade().powf(KNEE_DECADES - decades)
    }
}

/// The false match rate (0..=1) that a similarity stands for. Below 0 (and NaN) it is 1, from 100 on it is 0.
pub fn false_match_rate_of(similarity: f64) -> f64 {
    if similarity.is_nan() || similarity <= 0.0 {
        return 1.0;
    }
    if similarity >= 100.0 {
        return 0.0;
    }
    let decades = if similarity <= KNEE {
        similarity / POINTS_PER_DECADE
    } else {
        KNEE_DECADES - ((100.0 - similarity) / (100.0 - KNEE)).ln() / shrink_per_decade().ln()
    };
    10f64.powf(-decades)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn anchors() {
        for (rate, similarity) in [
            (1.0, 0.0),
            (1e-1, 20.0),
            (1e-2, 40.0),
            (1e-3, 60.0),
            (1e-4, 80.0),
            (1e-5, 95.527_864_045),
            (1e-6, 99.0),
            (1e-8, 99.95),
            (0.0, 100.0),
        ] {
            assert!((similarity_of(rate) - similarity).abs() < 1e-6, "{rate}: {}", similarity_of(rate));
            let back = false_match_rate_of(similarity);
            assert!((back - rate).abs() <= 1e-6 * rate, "{similarity}: {back}");
        }
    }

    #[test]
    fn out_of_range() {
        for (rate, similarity) in [(f64::NAN, 0.0), (2.0, 0.0), (f64::INFINITY, 0.0), (-1.0, 100.0)] {
            assert_eq!(similarity_of(rate), similarity, "{rate}");
        }
        for (similarity, rate) in [(f64::NAN, 1.0), (-5.0, 1.0), (f64::NEG_INFINITY, 1.0), (101.0, 0.0)] {
            assert_eq!(false_match_rate_of(similarity), rate, "{similarity}");
        }
    }

    proptest! {
        #[test]
        fn one_inverts_the_other(similarity in 0.0f64..99.9999) {
            let back = similarity_of(false_match_rate_of(similarity));
            prop_assert!((back - similarity).abs() < 1e-6);
        }

        #[test]
        fn rarer_is_more_similar(a in -12.0f64..0.0, b in -12.0f64..0.0) {
            prop_assume!((a - b).abs() > 1e-9);
            let (rare, frequent) = (10f64.powf(a.min(b)), 10f64.powf(a.max(b)));
            prop_assert!(similarity_of(rare) > similarity_of(frequent));
        }
    }
}
