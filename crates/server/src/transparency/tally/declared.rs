//! What collections were declared for, and what the entries say beyond that.
//!
//! Owns the count of entries that give a collection more than was declared, of searches that it was not made for, that name an override which
//! nobody granted, or that found somebody where nobody was enrolled: what a server that was tampered with, or changed beside, leaves in its
//! own ledger.
//!
//! # Invariants
//! - What was declared stays the measure: an entry that gives more changes no rule here.
//! - Only what is in the ledger before it can be is held against an entry: a grant and an enrolment are, a principal's new record is not.

use std::collections::BTreeMap;

use overt_gallery::CollectionEvent;
use overt_protocol::Operation;

use super::Tally;
use crate::ops::use_of;
use crate::rights::policy_of;
use crate::transparency::words::word;

impl Tally {
    /// Counts a search that the collection's rules, as the ledger has them, do not allow.
    pub(super) fn within(
        &mut self,
        number: u64,
        at: &str,
        operation: &str,
        name: &str,
        purpose: Option<&str>,
    ) {
        let Some(rules) = self.galleries.get(name).map(|bearers| &bearers.present.rules) else { return };
        if rules.is_empty() {
            return;
        }
        let asked = Operation::from_name(operation).and_then(use_of);
        let (Some(policy), Some(asked)) = (policy_of(rules), asked) else { return };
        let declared = policy.purpose().name();
        if policy.uses().has(asked) && purpose.is_none_or(|purpose| purpose == declared) {
            return;
        }
        self.beyond += 1;
        let what = format!(
            "{operation} of collection {name}, whose rules ({declared}: {}) do not allow it",
            policy.uses()
        );
        self.event(number, at, what);
    }

    /// Counts a search under an override that nobody granted for the collection.
    pub(super) fn under(&mut self, number: u64, at: &str, name: &str, id: &str) {
        if self.begun_anew || self.granted.get(id).is_some_and(|collection| collection == name) {
            return;
        }
        self.beyond += 1;
        self.event(
            number,
            at,
            format!("Collection {name} was searched under override {id}, which nobody granted"),
        );
    }

    /// Counts a search that found somebody in a collection in which nobody was ever enrolled: its faces are another's.
    pub(super) fn found(&mut self, number: u64, at: &str, name: &str, returned: u64) {
        let Some(bearers) = self.galleries.get(name) else { return };
        // Of one that was made before the ledger began, nobody knows how many there were.
        let known = bearers.present.created.is_some() && bearers.present.deleted.is_none();
        if returned == 0 || !known || bearers.present.most_faces > 0 {
            return;
        }
        self.beyond += 1;
        let what = format!("A search of collection {name} found {returned}, and nobody was enrolled in it");
        self.event(number, at, what);
    }

    #[expect(clippy::too_many_arguments, reason = "the members of one deed")]
    pub(super) fn collection(
        &mut self,
        number: u64,
        at: &str,
        event: CollectionEvent,
        name: &str,
        model: String,
        total: u64,
        rules: BTreeMap<String, String>,
    ) {
        let gallery = self.gallery(name);
        let made = matches!(event, CollectionEvent::Created | CollectionEvent::Loaded);
        let declared = policy_of(&gallery.rules).filter(|_| !made && !gallery.rules.is_empty());
        let widened = declared
            .filter(|_| !rules.is_empty())
            .and_then(|declared| policy_of(&rules)?.wider_than(&declared));
        gallery.model = model;
        if let Some(what) = &widened {
            self.beyond += 1;
            let what = format!("The rules of collection {name} were widened: {what}");
            self.event(number, at, what);
        }
        let gallery = self.gallery(name);
        if event == CollectionEvent::Deleted {
            gallery.deleted = Some(at.to_owned());
            gallery.faces = 0;
        } else {
            // Those that were declared stay the measure.
            if widened.is_none() {
                gallery.rules = rules;
            }
            gallery.holds(total);
        }
        if matches!(event, CollectionEvent::Created | CollectionEvent::Loaded) {
            gallery.created = Some(at.to_owned());
        }
        // There may be many, and what was taken over was there before.
        if event == CollectionEvent::TakenOver {
            return;
        }
        let purpose = gallery.purpose().to_owned();
        let what = match event {
            CollectionEvent::Created => format!("Collection {name} was made, for {purpose}"),
            CollectionEvent::Loaded => {
                format!("Collection {name} was loaded from a file, {total} faces, for {purpose}")
            }
            CollectionEvent::Deleted => format!("Collection {name} was deleted, {total} faces"),
            other => format!("Collection {name}: {}", word(&other)),
        };
        self.event(number, at, what);
    }
}
