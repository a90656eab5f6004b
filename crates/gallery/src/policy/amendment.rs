//! Amendments: how the policy of a collection that exists can change. It can only become narrower.
//!
//! Owns what narrower means. Another purpose, owner or legal basis is never narrower: those who were enrolled were enrolled
//! for the one that was declared (GDPR Art. 5(1)(b)).

use super::declaration::Declaration;
use super::denial::Denial;
use super::rules::Policy;
use crate::error::GalleryError;

impl Policy {
    /// The policy with what `change` says.
    ///
    /// # Errors
    /// [`GalleryError::Denied`] when that would be wider in any respect, [`GalleryError::Invalid`] when the purpose does not
    /// allow it at all.
    pub fn amended(&self, change: &Declaration) -> Result<Self, GalleryError> {
        // Told as widening before the purpose's own rules are asked: they are not what is wrong with it.
        let widens = |what: String| Err(Denial::Widening { what }.into());
        if let Some(purpose) = change.purpose.filter(|purpose| *purpose != self.purpose()) {
            return widens(format!("the purpose {purpose} in place of {}", self.purpose()));
        }
        if let Some(basis) = change.legal_basis.filter(|basis| *basis != self.legal_basis()) {
            return widens(format!("the legal basis {basis} in place of {}", self.legal_basis()));
        }
        if let Some(owner) = change.owner.as_ref().filter(|owner| *owner != self.owner()) {
            return widens(format!("the owner {owner} in place of {}", self.owner()));
        }
        if let Some(days) = change.retention_days.filter(|days| *days > self.retention_days()) {
            return widens(format!("keeping faces for {days} days in place of {}", self.retention_days()));
        }
        if change.consent == Some(false) && self.demands_consent() {
            return widens("demanding no consent any more".to_owned());
        }
        if let Some(beyond) = change.uses.as_ref().and_then(|uses| uses.beyond(self.uses()).next()) {
            return widens(format!("the use {beyond} beside {}", self.uses()));
        }
        Self::new(
            self.owner().clone(),
            self.purpose(),
            Some(self.legal_basis()),
            Some(change.retention_days.unwrap_or(self.retention_days())),
            Some(change.consent.unwrap_or(self.demands_consent())),
            Some(change.uses.clone().unwrap_or_else(|| self.uses().clone())),
        )
    }

    /// In what respect this policy allows more than `other`, or demands less; `None` when it does in none.
    #[must_use]
    pub fn wider_than(&self, other: &Self) -> Option<String> {
        if self.purpose() != other.purpose() {
            return Some(format!("the purpose {} in place of {}", self.purpose(), other.purpose()));
        }
        if self.owner() != other.owner() {
            return Some(format!("the owner {} in place of {}", self.owner(), other.owner()));
        }
        if self.legal_basis() != other.legal_basis() {
            return Some(format!(
                "the legal basis {} in place of {}",
                self.legal_basis(),
                other.legal_basis()
            ));
        }
        if self.retention_days() > other.retention_days() {
            return Some(format!(
                "keeping faces for {} days in place of {}",
                self.retention_days(),
                other.retention_days()
            ));
        }
        if other.demands_consent() && !self.demands_consent() {
            return Some("demanding no consent any more".to_owned());
        }
        self.uses()
            .beyond(other.uses())
            .next()
            .map(|beyond| format!("the use {beyond} beside {}", other.uses()))
    }
}
