//! Segments on disk.

mod file;
mod header;
mod layout;
pub(crate) mod load;
mod positioned;
#[cfg(test)]
mod tests;

pub(crate) use file::{PlainSlot, SegmentFile, StoredBasis, fill_random};
pub(crate) use layout::CHUNK;
pub(crate) use positioned::flush_folder;
