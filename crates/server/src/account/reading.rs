//! Entries out of the server's own ledger folder, as bytes.
//!
//! Owns the walk over bundles. They are not proved here: they lie in the server's own folder, and whoever doubts it verifies the tiles.

use std::ops::Range;

use overt_ledger::tile::{self, Kind, TileName, WIDTH};
use overt_ledger::{Source, SourceError};

/// Hands out the published entries of these numbers, in order. The last number is the size of a tree that was published.
///
/// # Errors
/// [`SourceError`]; what was handed out before it stands.
pub(crate) fn read_entries(
    source: &dyn Source,
    numbers: Range<u64>,
    each: impl FnMut(u64, &[u8]),
) -> Result<(), SourceError> {
    let size = numbers.end;
    read_some(source, size, numbers, each)
}

/// The same of any numbers below a size that was published.
///
/// # Errors
/// As [`read_entries`].
pub(crate) fn read_some(
    source: &dyn Source,
    size: u64,
    numbers: Range<u64>,
    mut each: impl FnMut(u64, &[u8]),
) -> Result<(), SourceError> {
    let mut next = numbers.start;
    while next < numbers.end {
        let Some(name) = TileName::in_tree(Kind::Entries, next / WIDTH, size) else { break };
        let bytes = source.tile(name)?;
        let damaged = || SourceError::Damaged { path: name.path(), reason: "it is no bundle of its width" };
        let entries = tile::entries(&bytes, name.width).ok_or_else(damaged)?;
        let wanted = (next % WIDTH) as usize;
        for entry in entries.into_iter().skip(wanted).take((numbers.end - next) as usize) {
            each(next, entry);
            next += 1;
        }
    }
    Ok(())
}
