//! What a run finds out: the facts that the report is made of.
//!
//! Owns their names and units. Refuses to know how they are measured.

use serde::Serialize;

use crate::build::{BuildFacts, OpenFacts};
use crate::index::System;

/// What a search asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Question {
    /// The best one.
    First,
    /// Everybody above the threshold, up to a limit.
    Set,
}

/// How good answers are, as shares of 0 to 1.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Recall {
    /// Probes whose first is the best there is.
    pub(crate) first: f64,
    /// Members of the sets that were found.
    pub(crate) members: f64,
    /// Probes whose set is complete.
    pub(crate) sets: f64,
}

/// A system at one effort.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Point {
    pub(crate) system: System,
    pub(crate) question: Question,
    pub(crate) effort: usize,
    /// Why this effort.
    pub(crate) reached: Reached,
    pub(crate) recall: Recall,
    /// Milliseconds, one search at a time.
    pub(crate) median: f64,
    pub(crate) rank_99: f64,
    /// Milliseconds of all cores for a search, the mean.
    pub(crate) cpu: f64,
    /// Searches a second from two threads.
    pub(crate) rate: f64,
}

/// What recall an effort stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Reached {
    /// The search has no effort to choose.
    Exact,
    /// The least effort with a recall of `ENOUGH`.
    Enough,
    /// The least effort with the exact search's recall.
    Equal,
    /// The largest effort, still short of the exact search's recall.
    Short,
}

/// One effort that was tried.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Tried {
    pub(crate) system: System,
    pub(crate) question: Question,
    pub(crate) effort: usize,
    pub(crate) recall: Recall,
}

/// What deleting came to.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct DeletionFacts {
    pub(crate) system: System,
    /// Until no search finds them, and from there until that is on the disk, milliseconds; `None` when it cannot delete.
    pub(crate) millis: Option<(f64, f64)>,
    /// Deleted people in the answers to their own templates, right away and after opening the files again.
    pub(crate) found: (usize, usize),
    /// Of `READ_FOR` deleted templates, how many stand in the files in the clear; `None` where they are stored otherwise.
    pub(crate) in_the_clear: Option<usize>,
    /// Recall of the best one for people who stayed, after opening again.
    pub(crate) first_after: f64,
}

/// All that a run found out.
#[derive(Debug, Serialize)]
pub(crate) struct Run {
    pub(crate) faces: u64,
    pub(crate) probes: usize,
    pub(crate) limit: usize,
    pub(crate) graph: crate::index::Graph,
    pub(crate) acceleration: String,
    /// Mean size of the sets, and up to the limit.
    pub(crate) set_size: f64,
    pub(crate) wanted: f64,
    pub(crate) builds: Vec<(System, BuildFacts, OpenFacts)>,
    pub(crate) tried: Vec<Tried>,
    pub(crate) points: Vec<Point>,
    /// Faces that were deleted.
    pub(crate) deleted: usize,
    pub(crate) deletions: Vec<DeletionFacts>,
}
