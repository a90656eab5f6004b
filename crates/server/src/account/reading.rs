//! Entries out of the server's own ledger folder, as bytes.
//!
//! Owns the walk over bundles. They are not proved here: they lie in the server's own folder, and whoever doubts it verifies the tiles.

use std::ops::Range;

use overt_ledger::tile::{self, Kind, TileName, WIDTH};
use overt_ledger::{Source, SourceError};

/// Hands out the published entries of these numbers, in order.
///
/// # Errors
/// [`SourceError`]; what was handed out before it stands.
pub(crate) fn read_entries(
    source: &dyn Source,
    numbers: Range<u64>,
    mut each: impl FnMut(u64, &[u8]),
) -> Result<(), SourceError> {
    let mut next = numbers.start;
    while next < numbers.end {
        let Some(name) = TileName::in_tree(Kind::Entries, next / WIDTH, numbers.end) else { break };
        let bytes = source.tile(name)?;
        let damaged = || SourceError::Damaged { path: name.path(), reason: "it is no bundle of its width" };
        let entries = tile::entries(&bytes, name.width).ok_or_else(damaged)?;
        for entry in entries.into_iter().skip((next % WIDTH) as usize) {
            each(next, entry);
            next += 1;
        }
    }
    Ok(())
}
