//! The calibration table of a template version: which score stands for which similarity.
//!
//! Owns the file format of `models/calibration/*.toml`, its checks, and the look-up both ways. Does not measure
//! (`overt bench accuracy --calibrate` does) and does not know how a template is made.
//!
//! # Invariants
//! - A table belongs to one template version and says on which data it was measured.
//! - Rows rise strictly in both similarity and score, start at 0 and end at 100, and contain 80 and 99; each row's
//!   false match rate is the one its similarity stands for ([`crate::similarity`]). A table that says otherwise is refused.
//! - A rate beyond what the measured pairs support is marked as extrapolated, in the file and in every answer.

use crate::similarity::{false_match_rate_of, similarity_of};
use serde::Deserialize;

/// The newest form of the file that is understood.
pub const FORMAT: u32 = 1;

/// Most rows a table may have; ours has about 110.
const MAX_ROWS: usize = 2_000;

/// Why a calibration table was refused.
#[derive(Debug, thiserror::Error)]
pub enum CalibrationError {
    /// Not TOML, or a member is missing, unknown or of the wrong type.
    #[error("calibration table cannot be read")]
    Syntax {
        /// Where and what.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// Written by a newer version of the program.
    #[error("calibration table has format {found}, this version reads {FORMAT}")]
    Format {
        /// The format that the file names.
        found: u32,
    },
    /// The numbers contradict each other.
    #[error("calibration table of {template}, row {row}: {reason}")]
    Row {
        /// The template version the table is for.
        template: String,
        /// Row, counted from 1.
        row: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// Something that every table must have is not there.
    #[error("calibration table of {template}: {reason}")]
    Incomplete {
        /// The template version the table is for.
        template: String,
        /// What is missing.
        reason: &'static str,
    },
}

/// What a table was measured on. Counts are of pictures and of pairs of pictures.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// The data set in words, with what is known to be special about it.
    pub description: String,
    /// People in it.
    pub people: u32,
    /// Pictures that gave a template.
    pub images: u32,
    /// Pictures in which no face was found or that could not be read.
    pub failures_to_acquire: u32,
    /// Pairs of two pictures of one person.
    pub genuine_pairs: u64,
    /// Pairs of two pictures of different people.
    pub impostor_pairs: u64,
}

/// How a table was made from the data.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// How the intervals were found, in words, with their coverage.
    pub interval: String,
    /// How rates were continued beyond the data, in words.
    pub tail: String,
    /// Rows that fewer false matches than this support are extrapolated.
    pub fewest_false_matches: u32,
}

/// One row: a similarity and the lowest score that reaches it.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// 0..=100.
    pub similarity: f64,
    /// Inner product of two templates. An `f32`, so that it survives the file and the look-up unchanged.
    pub score: f32,
    /// Share of comparisons of different people that reach `score`; what `similarity` stands for.
    pub false_match_rate: f64,
    /// Lower end of the interval of that share.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Share of comparisons of one person with itself that reach `score`, on the same data.
    pub true_match_rate: f64,
    /// Whether the rate was continued beyond the data.
    pub extrapolated: bool,
}

/// What a similarity stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// The false match rate, by definition of the scale.
    pub value: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
    /// Whether it was continued beyond the data.
    pub extrapolated: bool,
}

/// A checked calibration table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    format: u32,
    template: String,
    data: Data,
    method: Method,
    rows: Vec<Row>,
}

impl Calibration {
    /// The table of the default recipe, `overt-face-1`, as it stands in the repository.
    ///
    /// # Errors
    /// If the table that was compiled in is damaged; a test keeps that from happening.
    pub fn built_in() -> Result<Self, CalibrationError> {
        Self::parse(include_str!("../../../models/calibration/overt-face-1.toml"))
    }

    /// Puts a measured table together and checks it.
    ///
    /// # Errors
    /// If the rows break an invariant of the table.
    pub fn new(
        template: String,
        data: Data,
        method: Method,
        rows: Vec<Row>,
    ) -> Result<Self, CalibrationError> {
        let table = Self { format: FORMAT, template, data, method, rows };
        table.check()?;
        Ok(table)
    }

    /// Reads and checks a table.
    ///
    /// # Errors
    /// If the text is not such a table, or its numbers contradict the scale or each other.
    pub fn parse(text: &str) -> Result<Self, CalibrationError> {
        let table: Self =
            toml::from_str(text).map_err(|source| CalibrationError::Syntax { source: Box::new(source) })?;
        table.check()?;
        Ok(table)
    }

    /// The template version whose scores the table is for.
    pub fn template(&self) -> &str {
        &self.template
    }

    /// What it was measured on.
    pub fn data(&self) -> &Data {
        &self.data
    }

    /// How it was measured.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// All rows, rising.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The similarity (0..=100) of two templates with this score. Monotone; straight lines between the rows; 0 below the
    /// first row, 100 above the last. NaN is 0: what cannot be compared is not a match.
    pub fn similarity(&self, score: f32) -> f32 {
        // Rounding to f32 keeps order, and every row's value survives it, so thresholds on the answer stay exact.
        self.interpolate(f64::from(score), |row| f64::from(row.score), |row| row.similarity).unwrap_or(0.0)
            as f32
    }

    /// The lowest score that reaches a similarity, for search with a threshold. The similarity is clamped to
    /// 0..=100; NaN is taken as 100, which nothing but an identical template reaches.
    pub fn score(&self, similarity: f32) -> f32 {
        let similarity = if similarity.is_nan() { 100.0 } else { similarity };
        self.interpolate(f64::from(similarity), |row| row.similarity, |row| f64::from(row.score))
            .unwrap_or(1.0) as f32
    }

    /// The false match rate that a similarity stands for, with its interval. Between two rows both ends of the interval
    /// are straight lines in logarithms, so that they move without jumps, and are extrapolated if those of the stricter row are.
    pub fn false_match_rate(&self, similarity: f32) -> Rate {
        let similarity = f64::from(similarity);
        let value = false_match_rate_of(similarity);
        let place = self.rows.partition_point(|row| row.similarity < similarity);
        let below = place.checked_sub(1).and_then(|below| self.rows.get(below));
        match self.rows.get(place).or(self.rows.last()) {
            Some(row) if row.false_match_rate > 0.0 => {
                let end = |of: fn(&Row) -> f64| {
                    let Some(below) = below else { return of(row) };
                    let share = (below.false_match_rate / value).ln()
                        / (below.false_match_rate / row.false_match_rate).ln();
                    between(of(below), of(row), share.clamp(0.0, 1.0))
                };
                let (low, high) = (end(|row| row.low), end(|row| row.high));
                Rate { value, low, high, extrapolated: row.extrapolated }
            }
            // Beyond the last finite row: the definition says what it stands for, the data say nothing.
            _ => Rate {
                value,
                low: 0.0,
                high: self.finite_end().map_or(1.0, |row| row.high),
                extrapolated: true,
            },
        }
    }

    /// The lowest similarity, 0..=100 in thousandths, from which on even the upper end of the interval is at most `rate`. 100,
    /// which nothing but an identical template reaches, where the table has none; so also for NaN.
    pub fn similarity_within(&self, rate: f64) -> f32 {
        let mut stricter: Option<&Row> = None;
        for row in self.rows.iter().rev().filter(|row| row.false_match_rate > 0.0) {
            if row.high <= rate {
                stricter = Some(row);
                continue;
            }
            let Some(enough) = stricter else { return 100.0 };
            let share =
                if enough.high > 0.0 { (row.high / rate).ln() / (row.high / enough.high).ln() } else { 1.0 };
            let value = between(row.false_match_rate, enough.false_match_rate, share.clamp(0.0, 1.0));
            // Rounded up: stricter. What the arithmetic added beyond the ninth decimal is not a thousandth.
            return ((similarity_of(value) * 1e3 - 1e-6).ceil() / 1e3) as f32;
        }
        // The loosest row, 0, is itself within the rate; a table without finite rows says nothing.
        stricter.map_or(100.0, |row| row.similarity as f32)
    }

    /// The strictest row that stands for a rate above 0.
    fn finite_end(&self) -> Option<&Row> {
        self.rows.iter().rev().find(|row| row.false_match_rate > 0.0)
    }

    /// Straight lines through the rows, flat beyond both ends. `None` for NaN and for an empty table.
    fn interpolate(&self, at: f64, x: impl Fn(&Row) -> f64, y: impl Fn(&Row) -> f64) -> Option<f64> {
        if at.is_nan() {
            return None;
        }
        let above = self.rows.partition_point(|row| x(row) <= at);
        match (above.checked_sub(1).and_then(|below| self.rows.get(below)), self.rows.get(above)) {
            (Some(low), Some(high)) => {
                let share = (at - x(low)) / (x(high) - x(low));
                Some((y(high) - y(low)).mul_add(share, y(low)))
            }
            (Some(end), None) | (None, Some(end)) => Some(y(end)),
            (None, None) => None,
        }
    }

    /// Checks every promise that the head of this file makes.
    fn check(&self) -> Result<(), CalibrationError> {
        if self.format != FORMAT {
            return Err(CalibrationError::Format { found: self.format });
        }
        let incomplete = |reason| CalibrationError::Incomplete { template: self.template.clone(), reason };
        if self.template.trim().is_empty() {
            return Err(incomplete("it names no template version"));
        }
        if self.rows.len() > MAX_ROWS {
            return Err(incomplete("it has too many rows"));
        }
        for (index, row) in self.rows.iter().enumerate() {
            let fail =
                |reason| CalibrationError::Row { template: self.template.clone(), row: index + 1, reason };
            if ![
                row.similarity,
                f64::from(row.score),
                row.false_match_rate,
                row.low,
                row.high,
                row.true_match_rate,
            ]
            .iter()
            .all(|number| number.is_finite())
            {
                return Err(fail("a number is not finite"));
            }
            if (similarity_of(row.false_match_rate) - row.similarity).abs() > 1e-3 {
                return Err(fail("the false match rate is not the one that the similarity stands for"));
            }
            if !(0.0 <= row.low && row.low <= row.high && row.high <= 1.0) {
                return Err(fail("the interval is not within 0..=1 in rising order"));
            }
            if !(0.0..=1.0).contains(&row.true_match_rate) {
                return Err(fail("the true match rate is not within 0..=1"));
            }
            let before = index.checked_sub(1).and_then(|before| self.rows.get(before));
            if let Some(before) = before {
                if before.similarity >= row.similarity || before.score >= row.score {
                    return Err(fail("similarity and score do not both rise"));
                }
                if before.extrapolated && !row.extrapolated {
                    return Err(fail("it is said to be measured, beyond a row that is extrapolated"));
                }
            }
        }
        for needed in [0.0, 80.0, 99.0, 100.0] {
            if !self.rows.iter().any(|row| row.similarity == needed) {
                return Err(incomplete("the rows for 0, 80, 99 and 100 must all be there"));
            }
        }
        Ok(())
    }

    /// The table as the file that [`Calibration::parse`] reads, one row a line.
    pub fn to_toml(&self) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let (data, method) = (&self.data, &self.method);
        let mut lines = vec![
            "# What each similarity stands for: see docs/accuracy.md. Made by `overt bench accuracy DATASET --calibrate FILE`."
                .to_owned(),
            format!("format = {}", self.format),
            format!("template = {}", quoted(&self.template)),
            String::new(),
            format!("data.description = {}", quoted(&data.description)),
            format!("data.people = {}", data.people),
            format!("data.images = {}", data.images),
            format!("data.failures_to_acquire = {}", data.failures_to_acquire),
            format!("data.genuine_pairs = {}", data.genuine_pairs),
            format!("data.impostor_pairs = {}", data.impostor_pairs),
            String::new(),
            format!("method.interval = {}", quoted(&method.interval)),
            format!("method.tail = {}", quoted(&method.tail)),
            format!("method.fewest_false_matches = {}", method.fewest_false_matches),
            String::new(),
            "rows = [".to_owned(),
        ];
        // Rust's shortest form of a float reads back as the same float, and is TOML.
        lines.extend(self.rows.iter().map(|row| {
            format!(
                "  {{ similarity = {:?}, score = {:?}, false_match_rate = {:?}, low = {:?}, high = {:?}, true_match_rate = {:?}, \
                 extrapolated = {} }},",
                row.similarity,
                row.score,
                row.false_match_rate,
                row.low,
                row.high,
                row.true_match_rate,
                row.extrapolated,
            )
        }));
        lines.push("]".to_owned());
        let mut out = lines.join("\n");
        out.push('\n');
        out
    }
}

/// A number this far on the way from one to another: straight in logarithms, and straight as it is if one of them has none.
fn between(from: f64, to: f64, share: f64) -> f64 {
    if from > 0.0 && to > 0.0 {
        (from.ln() + share * (to / from).ln()).exp()
    } else {
        from + share * (to - from)
    }
}

#[cfg(test)]
mod tests;
