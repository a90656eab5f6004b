//! What a search of a collection is held to, and what its answer says of itself.
//!
//! Owns the effective threshold: what the caller asks, under the floor of the collection's purpose, under an override of that floor; and the
//! headers that state it with the strangers to be expected (REQUIREMENTS B2, B3). What strangers there are to expect, the calibration knows.
//!
//! # Invariants
//! - No search of a collection whose purpose has a floor answers anybody below it, unless an override is in force, and then nobody below that,
//!   and never so low that a stranger a search is to be expected.
//! - What is stated is of the very faces that were searched: their number is the search's own, and so is the floor that follows from it.
//! - Headers are beside the body, never in it: SDKs are undisturbed.

use axum::http::{HeaderName, HeaderValue};
use overt_gallery::policy::Purpose;
use overt_gallery::{Collection, Gallery, GalleryError, Override};
use overt_vision::Calibration;
use overt_vision::calibration::Rate;
use overt_vision::strangers::{Against, MOST_STRANGERS, Strangers};

use super::quality::QualityBar;
use crate::account::{Expectation, Thousandths};

/// Template version, digest of the networks behind it, digest of its calibration.
pub(super) const MODEL: HeaderName = HeaderName::from_static("x-overt-model");
/// How many faces, or users, were searched.
const SEARCHED: HeaderName = HeaderName::from_static("x-overt-searched");
/// The threshold that was applied.
pub(super) const THRESHOLD: HeaderName = HeaderName::from_static("x-overt-threshold");
/// The floor of the collection's purpose at its present size; not there when it has none.
const FLOOR: HeaderName = HeaderName::from_static("x-overt-threshold-floor");
/// The override under which the floor was not applied.
const OVERRIDE: HeaderName = HeaderName::from_static("x-overt-override");
/// Strangers that a search by somebody who is not there returns at this threshold, with an interval.
const STRANGERS: HeaderName = HeaderName::from_static("x-overt-expected-strangers");
/// How often two different people reach the threshold of a comparison, with an interval.
pub(super) const FALSE_MATCH_RATE: HeaderName = HeaderName::from_static("x-overt-false-match-rate");

/// No override leads below the API's default, at which the ACLU searched: one comparison in ten thousand is false there.
pub(super) const LEAST_OVERRIDDEN: f32 = 80.0;
/// Strangers that a search under an override may be expected to return, at most. Where even one a search is expected, what is returned says
/// nothing.
const MOST_OVERRIDDEN: f64 = 1.0;

/// The lowest threshold that an override can lead to when so many are searched.
pub(super) fn least_overridden(searched: u64, against: Against, calibration: &Calibration) -> f32 {
    calibration.floor(searched, against, LEAST_OVERRIDDEN, MOST_OVERRIDDEN)
}

/// What a search is held to, before it is known how many faces there are.
#[derive(Clone, Debug)]
pub(super) struct Bounds {
    /// What the collection is for.
    pub(super) purpose: Purpose,
    /// The lowest floor of that purpose; `None`: it has no floor.
    least: Option<f32>,
    /// The override that is in force.
    overridden: Option<Override>,
}

impl Bounds {
    /// Those of a collection, as it is now.
    pub(super) fn of(collection: &Collection, gallery: &Gallery) -> Result<Self, GalleryError> {
        let purpose = collection.policy.purpose();
        let least = purpose.rules().threshold_floor;
        // Without a floor there is nothing to override.
        let overridden = match least {
            Some(_) => gallery.override_in_force(&collection.name)?,
            None => None,
        };
        Ok(Self { purpose, least, overridden })
    }

    /// What the purpose demands of a picture that is searched with.
    pub(super) fn quality(&self) -> Option<QualityBar> {
        QualityBar::demanded(self.purpose.rules().probe_quality)
    }

    /// The lowest threshold that can come of it, however few faces there are: what to search from.
    pub(super) fn lowest(&self, asked: f32) -> f32 {
        match (self.least, &self.overridden) {
            (None, _) => asked,
            (Some(least), None) => asked.max(least),
            (Some(least), Some(overridden)) => asked.max(least.min(percent(overridden))),
        }
    }

    /// What came of it when the search is done.
    pub(super) fn applied(
        self,
        asked: f32,
        searched: u64,
        against: Against,
        calibration: &Calibration,
    ) -> Applied {
        let floor = self.least.map(|least| calibration.floor(searched, against, least, MOST_STRANGERS));
        // The collection may have grown since it was granted.
        let least = least_overridden(searched, against, calibration);
        let overridden = self.overridden.map(|overridden| (percent(&overridden).max(least), overridden));
        let lowest = match (floor, &overridden) {
            (None, _) => 0.0,
            (Some(floor), None) => floor,
            (Some(floor), Some((lowest, _))) => floor.min(*lowest),
        };
        let threshold = asked.max(lowest);
        // An override that changes nothing is not what the answer was given under.
        let overridden = overridden.filter(|_| floor.is_some_and(|floor| threshold < floor));
        Applied {
            purpose: self.purpose,
            asked,
            threshold,
            floor,
            overridden,
            searched,
            strangers: calibration.strangers(threshold, searched, against),
        }
    }
}

fn percent(overridden: &Override) -> f32 {
    Thousandths(overridden.lowest).percent() as f32
}

/// The threshold of a search that was done, and what it means.
#[derive(Clone, Debug)]
pub(super) struct Applied {
    pub(super) purpose: Purpose,
    /// What the caller asked for, 0..=100.
    pub(super) asked: f32,
    /// What was applied.
    pub(super) threshold: f32,
    /// The purpose's floor at this size.
    pub(super) floor: Option<f32>,
    /// The override under which the threshold is below it, and the lowest that it leads to at this size.
    pub(super) overridden: Option<(f32, Override)>,
    searched: u64,
    strangers: Strangers,
}

impl Applied {
    /// For the ledger: millionths.
    pub(super) fn expectation(&self) -> Expectation {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates; never below 0"
        )]
        let millionths = |number: f64| (number * 1e6).round() as u64;
        let Strangers { expected, low, high, .. } = self.strangers;
        Expectation { millionths: millionths(expected), low: millionths(low), high: millionths(high) }
    }

    /// The headers of the answer. `model` is the recognition's statement of the template version.
    pub(super) fn headers(&self, model: &str) -> Vec<(HeaderName, HeaderValue)> {
        let Strangers { expected, low, high, extrapolated } = self.strangers;
        let mut headers = vec![
            (MODEL, model.to_owned()),
            (SEARCHED, self.searched.to_string()),
            (THRESHOLD, self.threshold.to_string()),
            (STRANGERS, interval(expected, low, high, extrapolated)),
        ];
        headers.extend(self.floor.map(|floor| (FLOOR, floor.to_string())));
        headers.extend(
            self.overridden
                .as_ref()
                .map(|(lowest, overridden)| (OVERRIDE, format!("{}; lowest={lowest}", overridden.id))),
        );
        values(headers)
    }
}

/// A false match rate as a header's value.
pub(super) fn rate(rate: Rate) -> String {
    interval(rate.value, rate.low, rate.high, rate.extrapolated)
}

/// Headers out of texts; one that no header can have is left out.
pub(super) fn values(headers: Vec<(HeaderName, String)>) -> Vec<(HeaderName, HeaderValue)> {
    headers
        .into_iter()
        .filter_map(|(name, value)| Some((name, HeaderValue::from_str(&value).ok()?)))
        .collect()
}

/// A number with its interval, two digits each, and whether it is beyond the data.
fn interval(value: f64, low: f64, high: f64, extrapolated: bool) -> String {
    let basis = if extrapolated { "extrapolated" } else { "measured" };
    format!("{}; low={}; high={}; basis={basis}", digits(value), digits(low), digits(high))
}

/// Two significant digits, as a decimal that any language reads.
fn digits(number: f64) -> String {
    if number <= 0.0 {
        return "0".to_owned();
    }
    let places = (1.0 - number.log10().floor()).clamp(0.0, 17.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=17")]
    let places = places as usize;
    format!("{number:.places$}")
}

#[cfg(test)]
mod tests {
    use overt_gallery::Moment;
    use proptest::prelude::*;

    use super::*;

    fn bounds(least: Option<f32>, lowest: Option<u32>) -> Bounds {
        let overridden = lowest.map(|lowest| Override {
            id: "0123456789abcdef".into(),
            collection: "people".parse().unwrap(),
            lowest,
            reason: "a reason that is one".into(),
            allowed_by: "anna".into(),
            created: Moment::from_millis(0),
            expires: Moment::from_millis(1),
            ended: None,
        });
        Bounds { purpose: Purpose::AccessControl, least, overridden }
    }

    fn applied(least: Option<f32>, lowest: Option<u32>, asked: f32, searched: u64) -> Applied {
        bounds(least, lowest).applied(asked, searched, Against::Faces, &Calibration::built_in().unwrap())
    }

    fn header(applied: &Applied, name: &str) -> Option<String> {
        let headers = applied.headers("test-1");
        let found = headers.iter().find(|(known, _)| known.as_str() == name);
        found.map(|(_, value)| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn b3_a_caller_that_sends_80_gets_the_floor_which_rises_with_the_collection() {
        for (searched, floor) in [(0, 99.0), (1_000, 99.0), (25_000, 99.891), (1_000_000, 100.0)] {
            let applied = applied(Some(99.0), None, 80.0, searched);
            assert_eq!((applied.asked, applied.threshold, applied.floor), (80.0, floor, Some(floor)));
            assert_eq!(header(&applied, "x-overt-threshold"), Some(floor.to_string()));
            assert_eq!(header(&applied, "x-overt-threshold-floor"), Some(floor.to_string()));
            assert_eq!(header(&applied, "x-overt-override"), None);
        }
        // Who asks for more gets more.
        assert_eq!(applied(Some(99.0), None, 99.95, 25_000).threshold, 99.95);
    }

    #[test]
    fn b3_without_a_floor_the_caller_decides() {
        let applied = applied(None, None, 12.5, 1_000_000);
        assert_eq!((applied.threshold, applied.floor), (12.5, None));
        assert_eq!(header(&applied, "x-overt-threshold-floor"), None);
    }

    #[test]
    fn b3_under_an_override_the_floor_is_the_overrides_and_the_answer_names_it() {
        let below = applied(Some(99.0), Some(95_000), 80.0, 25_000);
        assert_eq!((below.threshold, below.floor), (95.0, Some(99.891)));
        assert_eq!(header(&below, "x-overt-override").unwrap(), "0123456789abcdef; lowest=95");
        assert_eq!(header(&below, "x-overt-threshold-floor").unwrap(), "99.891");
        // One that was not needed is not named.
        let above = applied(Some(99.0), Some(90_000), 99.95, 25_000);
        assert_eq!((above.threshold, above.overridden.is_none()), (99.95, true));
        // Nor does one raise the floor.
        assert_eq!(applied(Some(99.0), Some(99_990), 80.0, 1_000).threshold, 99.0);
    }

    /// However low one was granted, and whatever was added since: a stranger a search is never to be expected.
    #[test]
    fn b3_an_override_leads_no_lower_than_to_one_stranger_a_search() {
        for (searched, lowest) in [(0, 80.0), (7_000, 80.0), (25_000, 91.572), (100_000, 96.852)] {
            let under = applied(Some(99.0), Some(1_000), 0.0, searched);
            assert_eq!(under.threshold, lowest, "{searched}");
            assert!(under.strangers.high <= 1.0, "{:?}", under.strangers);
            let said = header(&under, "x-overt-override").unwrap();
            assert_eq!(said, format!("0123456789abcdef; lowest={lowest}"));
        }
    }

    #[test]
    fn b2_the_headers_state_what_is_expected_of_this_search() {
        let measured = applied(None, None, 80.0, 25_000);
        assert_eq!(header(&measured, "x-overt-model").unwrap(), "test-1");
        assert_eq!(header(&measured, "x-overt-searched").unwrap(), "25000");
        assert_eq!(
            header(&measured, "x-overt-expected-strangers").unwrap(),
            "2.5; low=1.8; high=3.4; basis=measured"
        );
        let expectation = measured.expectation();
        // 7.22213e-5 and 1.3563e-4 in the table.
        assert_eq!((expectation.millionths, expectation.high), (2_500_000, 3_390_750));
        assert!(expectation.low.abs_diff(1_805_532) <= 1, "{expectation:?}");
        let strict = applied(None, None, 99.0, 1_000);
        assert_eq!(
            header(&strict, "x-overt-expected-strangers").unwrap(),
            "0.0010; low=0.00048; high=0.0024; basis=extrapolated"
        );
        let nobody = applied(None, None, 80.0, 0);
        assert_eq!(
            header(&nobody, "x-overt-expected-strangers").unwrap(),
            "0; low=0; high=0; basis=measured"
        );
    }

    #[test]
    fn numbers_have_two_digits_and_no_exponent() {
        for (number, text) in [
            (0.0, "0"),
            (1e-6, "0.0000010"),
            (0.0021, "0.0021"),
            (0.999, "1.00"),
            (2.5, "2.5"),
            (12.3, "12"),
            (1_234.5, "1234"),
            (1e-30, "0.00000000000000000"),
        ] {
            assert_eq!(digits(number), text);
        }
    }

    proptest! {
        /// Whatever is asked and overridden: never below both the floor and the override, never below what was asked; and what was searched from reaches
        /// far enough down.
        #[test]
        fn b3_nothing_goes_below(
            asked in 0.0f32..=100.0, searched in 0u64..2_000_000, lowest in proptest::option::of(0u32..=100_000),
            least in proptest::option::of(0.0f32..=100.0),
        ) {
            let from = bounds(least, lowest).lowest(asked);
            let applied = applied(least, lowest, asked, searched);
            prop_assert!(from <= applied.threshold);
            prop_assert!(applied.threshold >= asked);
            match (applied.floor, lowest) {
                (None, _) => prop_assert_eq!(applied.threshold, asked),
                (Some(floor), None) => prop_assert!(applied.threshold >= floor),
                (Some(floor), Some(lowest)) => {
                    let lowest = Thousandths(lowest).percent() as f32;
                    prop_assert!(applied.threshold >= floor.min(lowest));
                    prop_assert_eq!(applied.overridden.is_some(), applied.threshold < floor);
                    prop_assert!(applied.threshold >= floor.min(LEAST_OVERRIDDEN));
                    // A similarity has single precision: a step of it is a few hundred thousandths of a rate.
                    prop_assert!(applied.strangers.high <= 1.001 || applied.threshold >= floor, "{}", applied.strangers.high);
                }
            }
        }
    }
}
