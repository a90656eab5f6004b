//! What principals of some sectors are refused, whatever the collection says (REQUIREMENTS A3).
//!
//! Owns which sectors. A sector is what whoever made the principal said; it stands in the ledger and in the transparency
//! report, so that a false one is at least a public lie.

use super::denial::Denial;
use super::refused::RefusedPurpose;
use super::uses::Use;
use crate::principal::Sector;

/// Whether a principal of the sector may put faces to a use.
///
/// # Errors
/// [`Denial::Sector`] for identification by law enforcement and immigration enforcement.
pub fn check_sector(sector: Sector, asked: Use) -> Result<(), Denial> {
    let purpose = match sector {
        Sector::LawEnforcement => RefusedPurpose::LawEnforcement,
        Sector::ImmigrationEnforcement => RefusedPurpose::ImmigrationEnforcement,
        _ => return Ok(()),
    };
    if asked.identifies() { Err(Denial::Sector { sector, purpose }) } else { Ok(()) }
}

/// Whether those whom principals of the sector look at depend on them, so that inferring their emotions is refused: at work
/// and in education.
#[must_use]
pub const fn infers_emotions_of_dependents(sector: Sector) -> bool {
    matches!(sector, Sector::Employment | Sector::Education)
}
