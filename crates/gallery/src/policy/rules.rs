//! The policy of a collection: who answers for it, what it is for, and what follows from that.
//!
//! Owns the values and their agreement with the purpose. How they are declared is in `declaration.rs`, how they change in
//! `amendment.rs`.
//!
//! # Invariants
//! - A policy that exists is one its purpose allows: uses, legal basis, retention, consent.

use std::time::Duration;

use super::basis::LegalBasis;
use super::denial::Denial;
use super::purpose::{Consent, Purpose};
use super::uses::{Use, Uses};
use crate::error::GalleryError;
use crate::principal::Organisation;

/// What a collection is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    owner: Organisation,
    purpose: Purpose,
    legal_basis: LegalBasis,
    retention_days: u32,
    consent: bool,
    uses: Uses,
}

impl Policy {
    /// The one with these values. `None` stands for what the purpose has as its standard.
    ///
    /// # Errors
    /// [`GalleryError::Invalid`] when they do not agree with the purpose; the reason names the tag.
    pub fn new(
        owner: Organisation,
        purpose: Purpose,
        legal_basis: Option<LegalBasis>,
        retention_days: Option<u32>,
        consent: Option<bool>,
        uses: Option<Uses>,
    ) -> Result<Self, GalleryError> {
        let rules = purpose.rules();
        let names =
            |bases: &[LegalBasis]| bases.iter().map(|basis| basis.name()).collect::<Vec<_>>().join(", ");
        let legal_basis = match legal_basis {
            Some(basis) if rules.bases.contains(&basis) => basis,
            Some(basis) => {
                let reason = format!(
                    "{basis} is none that the purpose {purpose} can have: declare one of {}",
                    names(rules.bases)
                );
                return Err(GalleryError::Invalid { field: "overt:legal-basis", reason });
            }
            None if purpose == Purpose::Evaluation => LegalBasis::Evaluation,
            None => {
                let reason = format!("is needed for the purpose {purpose}: one of {}", names(rules.bases));
                return Err(GalleryError::Invalid { field: "overt:legal-basis", reason });
            }
        };
        let most = rules.retention.most_days;
        let retention_days = retention_days.unwrap_or(rules.retention.standard_days);
        if !(1..=most).contains(&retention_days) {
            let reason = format!("must be 1 to {most} for the purpose {purpose}");
            return Err(GalleryError::Invalid { field: "overt:retention-days", reason });
        }
        // Whoever relies on consent must be able to show it: GDPR Art. 7(1).
        let demanded = rules.consent == Consent::Always || legal_basis == LegalBasis::ExplicitConsent;
        if demanded && consent == Some(false) {
            let reason = format!(
                "cannot be not-demanded for the purpose {purpose} with the legal basis {legal_basis}"
            );
            return Err(GalleryError::Invalid { field: "overt:consent", reason });
        }
        let most: Option<Uses> = Uses::new(rules.uses.iter().copied());
        let Some(uses) = uses.or_else(|| most.clone()) else {
            return Err(GalleryError::Invalid { field: "overt:operations", reason: "are none".into() });
        };
        if let Some(beyond) = most.and_then(|most| uses.beyond(&most).next()) {
            let reason = format!("cannot hold {beyond} for the purpose {purpose}");
            return Err(GalleryError::Invalid { field: "overt:operations", reason });
        }
        Ok(Self { owner, purpose, legal_basis, retention_days, consent: consent.unwrap_or(demanded), uses })
    }

    /// What a collection has of which nobody has said what it is for.
    ///
    /// # Errors
    /// None in practice; the table of purposes allows its own standards.
    pub fn evaluation(owner: Organisation) -> Result<Self, GalleryError> {
        Self::new(owner, Purpose::Evaluation, None, None, None, None)
    }

    /// Who answers for the collection.
    #[must_use]
    pub fn owner(&self) -> &Organisation {
        &self.owner
    }

    /// What it is for.
    #[must_use]
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Why that is lawful, in its owner's word.
    #[must_use]
    pub fn legal_basis(&self) -> LegalBasis {
        self.legal_basis
    }

    /// Days after which a face is deleted.
    #[must_use]
    pub fn retention_days(&self) -> u32 {
        self.retention_days
    }

    /// The same as a duration.
    #[must_use]
    pub fn retention(&self) -> Duration {
        Duration::from_secs(u64::from(self.retention_days) * 24 * 60 * 60)
    }

    /// Whether every new face needs a record of consent.
    #[must_use]
    pub fn demands_consent(&self) -> bool {
        self.consent
    }

    /// What it may be used for.
    #[must_use]
    pub fn uses(&self) -> &Uses {
        &self.uses
    }

    /// Most faces, if the purpose sets a limit.
    #[must_use]
    pub fn most_faces(&self) -> Option<u64> {
        self.purpose.rules().most_faces
    }

    /// Whether the collection of that name may be put to a use.
    ///
    /// # Errors
    /// [`Denial::Use`].
    pub fn check(&self, collection: &str, asked: Use) -> Result<(), Denial> {
        if self.uses.has(asked) {
            return Ok(());
        }
        Err(Denial::Use {
            collection: collection.to_owned(),
            purpose: self.purpose,
            allowed: self.uses.clone(),
            asked,
        })
    }
}
