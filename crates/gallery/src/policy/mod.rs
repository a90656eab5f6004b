//! The rules: what a collection may be used for, told when it is made.
//!
//! Owns the closed lists (purposes, refused purposes, legal bases, uses), the policy of a collection with its declaration by
//! tags, and what is refused with which words. Pure: no database, no clock. Refuses to know which operation of an API is which
//! use, and who enforces what it says.
//!
//! # Invariants
//! - Every collection has a policy: an owner, a purpose, a legal basis, a retention period, whether consent is demanded, and
//!   the uses it may be put to (REQUIREMENTS A1). What was not declared is the purpose `evaluation` with its limits (A2).
//! - A policy is only ever narrowed; widening is a [`Denial`], whichever call asks for it.
//! - The lists are closed: a word that is not in them is refused with those that are.

mod amendment;
mod basis;
mod declaration;
mod denial;
mod purpose;
mod refused;
mod rules;
mod sector;
#[cfg(test)]
mod tests;
mod uses;

pub use basis::LegalBasis;
pub use declaration::{Declaration, TAG_PREFIX, Tag, is_policy_tag};
pub use denial::Denial;
pub use purpose::{Consent, ProbeQuality, Purpose, PurposeRules, Retention};
pub use refused::RefusedPurpose;
pub use rules::Policy;
pub use sector::{check_sector, infers_emotions_of_dependents};
pub use uses::{Use, Uses};
