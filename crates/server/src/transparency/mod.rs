//! The transparency report: who uses this server, for what, how often, and what came of it (REQUIREMENTS F1).
//!
//! Owns the way from a ledger's tiles to the report, as JSON and as a page. Nothing else goes into it: no records, no settings, no
//! clock. Whoever has the tiles and the ledger's public key computes the same bytes.
//!
//! # Invariants
//! - The report is a function of one signed checkpoint, the entries under it and the ledger's key.
//! - Every entry counts, and what the ledger says was undone does not. An entry that this release cannot read is counted as such.

mod counted;
mod day;
mod form;
mod html;
mod kept;
mod report;
mod served;
mod sums;
mod tally;
mod words;

use overt_ledger::verify::{Expected, Problem, verify};
use overt_ledger::{Checkpoint, Note, NoteError, Source, VerifierKey};

pub use report::{Report, ReportError};
pub(crate) use served::Served;
pub use tally::Tally;

/// A report in its two forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The checkpoint under which it was computed.
    pub checkpoint: Checkpoint,
    /// `/transparency.json`.
    pub json: Vec<u8>,
    /// `/transparency`.
    pub html: Vec<u8>,
}

/// Why a report cannot be computed from tiles.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ComputeError {
    /// The ledger is not what was signed.
    #[error("the ledger is not what its checkpoint says")]
    Ledger(#[from] Problem),
    /// Its checkpoint is none.
    #[error("the checkpoint cannot be trusted")]
    Checkpoint(#[from] NoteError),
    /// The report cannot be written.
    #[error(transparent)]
    Report(#[from] ReportError),
}

/// Computes the report from a ledger's files, verifying every entry and tile. `at` is the signed checkpoint to compute it under, such as the
/// one in a report; the ledger's present one if there is none given.
///
/// # Errors
/// [`ComputeError`]: also when the ledger does not continue `at`.
pub fn compute(source: &dyn Source, key: &VerifierKey, at: Option<&str>) -> Result<Rendered, ComputeError> {
    let then = at.map(|note| Checkpoint::verify(note, key)).transpose()?;
    let size = then.as_ref().map(|then| then.size);
    let mut tally = Tally::default();
    let mut read = None;
    // A second time only when a server died between an entry and what it told of: such entries do not count.
    loop {
        let noting = Noting { source, note: std::cell::RefCell::new(None) };
        let expected = Expected { key: key.clone(), witnesses: Vec::new(), earlier: then.clone() };
        verify(&noting, &expected, |number, entry| {
            if size.is_none_or(|size| number < size) {
                tally.add(number, entry);
            }
            Ok(())
        })?;
        read = noting.note.into_inner().or(read);
        match tally.again() {
            Some(fresh) => tally = fresh,
            None => break,
        }
    }
    let note = match at {
        Some(note) => note.to_owned(),
        None => read.unwrap_or_default(),
    };
    // The ledger may have grown between the two readings; the second one's checkpoint is what its entries are under.
    Ok(render(&tally, &note, key)?)
}

/// Writes the report of what was counted up to the checkpoint in `note`.
///
/// # Errors
/// [`ReportError`].
pub fn render(tally: &Tally, note: &str, key: &VerifierKey) -> Result<Rendered, ReportError> {
    let report = Report::new(tally, note, key)?;
    let checkpoint = Checkpoint::verify(note, key)?;
    Ok(Rendered { checkpoint, json: report.to_json()?, html: html::page(&report).into_bytes() })
}

/// The text that the server signs for a report: which ledger's, under which checkpoint, and the hashes of both forms.
#[must_use]
pub fn statement(rendered: &Rendered) -> String {
    let hex = |bytes: &[u8]| {
        crate::sha256::sha256(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let Checkpoint { origin, size, root } = &rendered.checkpoint;
    format!(
        "overt transparency report 1\n{origin}\n{size}\n{root}\ntransparency.json sha256 {}\ntransparency.html sha256 {}\n",
        hex(&rendered.json),
        hex(&rendered.html)
    )
}

/// Whether a signed note says of `rendered` that it is the ledger's report.
///
/// # Errors
/// [`NoteError`]: not signed by the key, or about something else.
pub fn says(note: &str, rendered: &Rendered, key: &VerifierKey) -> Result<(), NoteError> {
    let parsed = Note::parse(note)?;
    if parsed.verified_by(key)? == statement(rendered) {
        return Ok(());
    }
    Err(NoteError::Malformed { reason: "it speaks of another report" })
}

/// Keeps the checkpoint that a verification has read.
struct Noting<'a> {
    source: &'a dyn Source,
    note: std::cell::RefCell<Option<String>>,
}

impl Source for Noting<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, overt_ledger::SourceError> {
        let found = self.source.read(path)?;
        if path == "checkpoint" {
            *self.note.borrow_mut() = found.clone().and_then(|bytes| String::from_utf8(bytes).ok());
        }
        Ok(found)
    }

    fn tile(&self, name: overt_ledger::tile::TileName) -> Result<Vec<u8>, overt_ledger::SourceError> {
        self.source.tile(name)
    }
}

#[cfg(test)]
mod tests;
