//! What is counted of a group of entries: those of a principal, an organisation, a purpose, a collection, a day.
//!
//! Owns the numbers and how they are added. Whole numbers only.

use serde::{Deserialize, Serialize};

/// Counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Pictures that were analysed without comparing anybody.
    pub analyses: u64,
    /// Comparisons of two pictures.
    pub comparisons: u64,
    /// Those in which somebody reached the threshold.
    pub comparisons_with_a_match: u64,
    /// Searches in collections.
    pub searches: u64,
    /// Those that returned nobody.
    pub searches_without_a_candidate: u64,
    /// Faces and users that searches returned, all together.
    pub candidates: u64,
    /// Lists of people's records that were read.
    pub listings: u64,
    /// Faces that were added.
    pub faces_added: u64,
    /// Faces that were deleted.
    pub faces_deleted: u64,
    /// Calls that were refused.
    pub refusals: u64,
}

impl Sums {
    /// Adds another group's.
    pub fn add(&mut self, other: &Self) {
        let Self {
            analyses,
            comparisons,
            comparisons_with_a_match,
            searches,
            searches_without_a_candidate,
            candidates,
            listings,
            faces_added,
            faces_deleted,
            refusals,
        } = other;
        self.analyses += analyses;
        self.comparisons += comparisons;
        self.comparisons_with_a_match += comparisons_with_a_match;
        self.searches += searches;
        self.searches_without_a_candidate += searches_without_a_candidate;
        self.candidates += candidates;
        self.listings += listings;
        self.faces_added += faces_added;
        self.faces_deleted += faces_deleted;
        self.refusals += refusals;
    }

    /// Searches that returned somebody.
    #[must_use]
    pub fn searches_with_candidates(&self) -> u64 {
        self.searches.saturating_sub(self.searches_without_a_candidate)
    }
}

/// Searches by the threshold that was applied.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bands {
    /// Below 80.
    pub below_80: u64,
    /// From 80 to below 90.
    pub from_80: u64,
    /// From 90 to below 95.
    pub from_90: u64,
    /// From 95 to below 99.
    pub from_95: u64,
    /// 99 and above.
    pub from_99: u64,
}

impl Bands {
    /// Counts a search at a threshold in thousandths of a percent.
    pub fn count(&mut self, threshold: u32) {
        let band = match threshold {
            0..80_000 => &mut self.below_80,
            80_000..90_000 => &mut self.from_80,
            90_000..95_000 => &mut self.from_90,
            95_000..99_000 => &mut self.from_95,
            _ => &mut self.from_99,
        };
        *band += 1;
    }
}

/// Strangers that searches were expected to return, all together, millionths.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strangers {
    /// Searches for which an expectation is recorded.
    pub searches: u64,
    /// Candidates that these returned.
    pub candidates: u64,
    /// The best estimate.
    pub expected_millionths: u64,
    /// Lower end of its interval.
    pub low_millionths: u64,
    /// Upper end.
    pub high_millionths: u64,
}
