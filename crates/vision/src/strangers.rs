//! How many strangers a search is expected to return, and how similar they have to be for it to return hardly any.
//!
//! Owns the step from the rate of one comparison ([`crate::calibration`]) to a search of many, and the floor that follows
//! from it. Refuses to search, and to know who may go below a floor.
//!
//! A probe whose person is not there is compared with everybody who is: what is expected is the false match rate times their
//! number, whatever the dependence between the comparisons. The chance that a search returns *any* stranger (FPIR) is at most that,
//! and about that as long as it is small.
//!
//! The interval is the calibration's, times the number: the middle 95 % of resamplings of the *people* that it was measured
//! on. Not the interval of a binomial rate (Clopper and Pearson's), which takes pairs for independent: at 80 it is a fifth as wide, since a
//! picture is in thousands of pairs. It says how well the rate is known for people like those of the calibration. It does not say
//! how a handful of searches will turn out, and nothing of people who are unlike those.
//!
//! # Invariants
//! - More faces and lower similarities never make fewer strangers.
//! - At the floor, even the upper end of the interval keeps within the number that is asked for, or the floor is 100.

use crate::calibration::Calibration;

/// Strangers that a search below a floor may be expected to return, at most: three in a thousand searches. The false positive identification
/// rate at which NIST's tests of one-to-many search (FRTE 1:N, NISTIR 8271) state what is missed.
pub const MOST_STRANGERS: f64 = 0.003;

/// What a probe is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// One template a face, as in the calibration.
    Faces,
    /// One vector a user, made of several faces.
    Users,
}

impl Against {
    /// How much more rarely, and how much more often, strangers reach a similarity than with faces, at worst. For users of 2 to 20 faces
    /// 0.79 to 1.58 times was measured at 60 and 80 (docs/accuracy.md, "Users of several pictures"), and less than once at 99.
    const fn multiples(self) -> (f64, f64) {
        match self {
            Self::Faces => (1.0, 1.0),
            Self::Users => (0.79, 1.58),
        }
    }
}

/// What is expected of one search by somebody who is not there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strangers {
    /// Mean number of strangers returned, 0 to the number searched.
    pub expected: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
    /// Whether the rate behind it was continued beyond the data.
    pub extrapolated: bool,
}

impl Calibration {
    /// The strangers that a search of `searched` faces, or users, returns at a similarity.
    pub fn strangers(&self, similarity: f32, searched: u64, against: Against) -> Strangers {
        let (rate, number) = (self.false_match_rate(similarity), searched as f64);
        let (fewer, more) = against.multiples();
        Strangers {
            expected: rate.value * number,
            low: rate.low * fewer * number,
            high: (rate.high * more).min(1.0) * number,
            extrapolated: rate.extrapolated,
        }
    }

    /// The similarity, 0..=100 in thousandths and `least` at least, from which on a search of `searched` faces, or users, is expected to return at
    /// most `most` strangers, by the upper end of the interval.
    pub fn floor(&self, searched: u64, against: Against, least: f32, most: f64) -> f32 {
        let (_, more) = against.multiples();
        // Of nobody, nobody is returned.
        if searched == 0 {
            return least;
        }
        self.similarity_within(most / (searched as f64 * more)).max(least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table() -> Calibration {
        Calibration::built_in().unwrap()
    }

    #[test]
    fn b2_expected_strangers_are_the_rate_times_the_number_with_its_interval() {
        let at_80 = table().strangers(80.0, 25_000, Against::Faces);
        assert!((at_80.expected - 2.5).abs() < 1e-9 && !at_80.extrapolated);
        assert!((at_80.low - 7.22213e-5 * 25e3).abs() < 1e-9 && (at_80.high - 1.3563e-4 * 25e3).abs() < 1e-9);
        let at_99 = table().strangers(99.0, 10_000_000, Against::Faces);
        assert!((at_99.expected - 10.0).abs() < 1e-6 && at_99.extrapolated);
        let users = table().strangers(80.0, 25_000, Against::Users);
        assert!(users.low < at_80.low && users.high > at_80.high && users.expected == at_80.expected);
        let everybody = table().strangers(0.0, 7, Against::Users);
        assert_eq!((everybody.expected, everybody.high), (7.0, 7.0));
        assert_eq!(table().strangers(80.0, 0, Against::Faces).high, 0.0);
    }

    /// What docs/accountability.md says of sizes.
    #[test]
    fn b3_the_floor_rises_with_the_collection() {
        let floor = |searched| table().floor(searched, Against::Faces, 99.0, MOST_STRANGERS);
        for (searched, similarity) in [
            (0, 99.0),
            (1, 99.0),
            (1_000, 99.0),
            (1_252, 99.0),
            (1_300, 99.028),
            (10_000, 99.784),
            (25_000, 99.891),
            (100_000, 99.962),
            (500_000, 99.989),
            (600_000, 100.0),
            (10_000_000, 100.0),
        ] {
            assert_eq!(floor(searched), similarity, "{searched}");
        }
        assert!(table().floor(10_000, Against::Users, 99.0, MOST_STRANGERS) > floor(10_000));
        // A purpose may ask for another least, or for fewer strangers.
        assert_eq!(table().floor(10, Against::Faces, 99.5, MOST_STRANGERS), 99.5);
        assert_eq!(table().floor(25_000, Against::Faces, 0.0, 1.0), 91.572);
    }

    proptest! {
        #[test]
        fn more_faces_and_lower_similarities_never_make_fewer(
            a in 0.0f32..=100.0, b in 0.0f32..=100.0, few in 0u64..20_000_000, more in 0u64..20_000_000,
        ) {
            let (table, low, high) = (table(), a.min(b), a.max(b));
            let (loose, strict) = (table.strangers(low, few, Against::Faces), table.strangers(high, few, Against::Faces));
            prop_assert!(loose.expected >= strict.expected && loose.high >= strict.high && loose.low >= strict.low);
            let larger = table.strangers(low, few + more, Against::Faces);
            prop_assert!(larger.expected >= loose.expected && larger.high >= loose.high && larger.low >= loose.low);
            prop_assert!(loose.low <= loose.high && loose.high <= few as f64);
        }

        #[test]
        fn b3_at_the_floor_the_upper_end_keeps_within_and_below_it_does_not(
            searched in 1u64..20_000_000, most in 1e-5f64..10.0, users in any::<bool>(),
        ) {
            let against = if users { Against::Users } else { Against::Faces };
            let (table, least) = (table(), 0.0);
            let floor = table.floor(searched, against, least, most);
            if floor < 100.0 {
                // A thousandth of a point is what a floor is rounded to, a thousandth of the rate what an f32 keeps.
                prop_assert!(table.strangers(floor, searched, against).high <= most * 1.001, "{floor}");
            }
            if floor > 0.002 {
                prop_assert!(table.strangers(floor - 0.002, searched, against).high > most * 0.999, "{floor}");
            }
            prop_assert!(table.floor(searched + 1, against, least, most) >= floor);
        }
    }
}
