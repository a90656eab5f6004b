//! What the ledger's entries say of rights.
//!
//! Owns the walk's state: for each collection its number, what was declared and narrowed, for each principal what it may do and by
//! which keys, for each override how far it goes. Refuses to know the records.
//!
//! # Invariants
//! - Entries are seen in their order, each once.
//! - Its size follows from how many rights were ever given, not from how often they were used.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use jiff::Timestamp;
use overt_gallery::policy::{Declaration, Policy};
use overt_gallery::{
    CollectionEvent, KeyTold, Moment, Organisation, Override, OverrideEvent, Principal, PrincipalChange,
    PrincipalEvent,
};

use super::given::Given;
use super::steps::Steps;
use crate::account::{Because, Deed, Entry};

/// Kinds of entries that say something here. Others are passed by without being parsed: nearly all of a ledger are searches.
const KINDS: [&[u8]; 7] = [
    b"\"collection\"",
    b"\"principal\"",
    b"\"override\"",
    b"\"undone\"",
    b"\"begun-anew\"",
    b"\"restored\"",
    b"\"start\"",
];
/// What comes before a kind. A quotation mark in a text is written with a backslash, so that no text holds this.
const KIND: &[u8] = b"\"kind\":";

/// What became of a collection.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    /// It was made or loaded; `None` when its policy cannot be read by this release. And its number, where one was told.
    Made(Option<Policy>, Option<u64>),
    /// Something else became of it, under this policy.
    Under(Option<Policy>, Option<u64>),
    /// It was deleted.
    Deleted,
}

/// What was told of an override.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Exception {
    Granted { lowest: u32, expires: Option<i64> },
    Ended,
}

/// What a principal was told to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Declared {
    organisation: String,
    sector: String,
    allowed: BTreeSet<String>,
    revoked: bool,
}

impl Declared {
    fn of(change: PrincipalChange) -> Self {
        let PrincipalChange { event, name: _, organisation, sector, allowed, keys: _ } = change;
        Self {
            organisation,
            sector,
            allowed: allowed.into_iter().collect(),
            revoked: event == PrincipalEvent::Revoked,
        }
    }

    /// In what respect a principal's record says something else; that one is ended is never more than was told.
    pub(crate) fn differs(&self, principal: &Principal) -> Option<String> {
        if principal.revoked.is_some() {
            return None;
        }
        let list = |words: &BTreeSet<String>| words.iter().cloned().collect::<Vec<_>>().join(", ");
        let allowed: BTreeSet<String> = principal.allowed.words().map(ToOwned::to_owned).collect();
        if self.revoked {
            return Some("its access was ended, and is not".to_owned());
        }
        if allowed != self.allowed {
            return Some(format!("it may {} in place of {}", list(&allowed), list(&self.allowed)));
        }
        if principal.organisation.as_str() != self.organisation {
            return Some(format!("it is of {} in place of {}", principal.organisation, self.organisation));
        }
        (principal.sector.name() != self.sector)
            .then(|| format!("its sector is {} in place of {}", principal.sector, self.sector))
    }
}

/// A ledger's word on rights, up to some entry.
#[derive(Debug, Default)]
pub(crate) struct Told {
    seen: u64,
    unreadable: bool,
    first: Option<First>,
    collections: Steps<String, Step>,
    principals: Steps<String, Declared>,
    keys: Steps<String, (PrincipalEvent, Vec<KeyTold>)>,
    /// Everything that the records have was told of.
    whole: bool,
    overrides: Steps<(String, String), Exception>,
}

/// The first entry.
#[derive(Clone, Copy, Debug)]
struct First {
    at: Option<i64>,
    /// It stands in the place of a ledger that was lost.
    begun_anew: bool,
}

impl Told {
    /// The number of the entry that is to be seen next.
    pub(crate) fn seen(&self) -> u64 {
        self.seen
    }

    /// Sees the first entry before its turn: it says whether there was a ledger before this one.
    pub(crate) fn begin(&mut self, bytes: &[u8]) {
        let entry = Entry::parse(bytes);
        self.first = Some(match entry {
            Ok(entry) => First {
                at: entry.time().ok().map(Timestamp::as_millisecond),
                begun_anew: matches!(entry.deed, Deed::BegunAnew { .. }),
            },
            Err(_of_another_release) => First { at: None, begun_anew: false },
        });
    }

    /// Whether the first entry was seen.
    pub(crate) fn has_begun(&self) -> bool {
        self.first.is_some()
    }

    /// Sees entry `number`.
    pub(crate) fn add(&mut self, number: u64, bytes: &[u8]) {
        self.seen = number + 1;
        if !says_something(bytes) {
            return;
        }
        let Ok(entry) = Entry::parse(bytes) else {
            self.unreadable = true;
            return;
        };
        match entry.deed {
            Deed::Collection { event, collection, rules, number: its_number, .. } => {
                let step = match event {
                    CollectionEvent::Deleted => Step::Deleted,
                    CollectionEvent::Created | CollectionEvent::Loaded => {
                        Step::Made(policy_of(&rules), its_number)
                    }
                    _ => Step::Under(policy_of(&rules), its_number),
                };
                self.collections.push(collection, number, step);
            }
            Deed::Principal(change) => self.add_principal(number, change),
            Deed::Start { whole, .. } => self.whole |= whole,
            Deed::Override { event, id, collection, lowest, expires, .. } => {
                let exception = match event {
                    OverrideEvent::Granted => Exception::Granted {
                        lowest: lowest.0,
                        expires: expires.parse().ok().map(Timestamp::as_millisecond),
                    },
                    OverrideEvent::Ended => Exception::Ended,
                };
                self.overrides.push((collection, id), number, exception);
            }
            Deed::Undone { from, to, because } => self.undo(number, &(from..to), because),
            Deed::Restored { known, .. } => {
                // What the snapshot has may have been told of by an earlier release alone.
                self.whole = false;
                self.collections.put_back(known);
                self.principals.put_back(known);
                self.overrides.put_back(known);
            }
            _ => {}
        }
    }

    /// A principal came to be like this, in entry `number`; or will be in one with this number at the earliest.
    pub(crate) fn principal_is(&mut self, change: PrincipalChange) {
        self.add_principal(self.seen, change);
    }

    fn add_principal(&mut self, number: u64, change: PrincipalChange) {
        let name = change.name.clone();
        self.keys.push(name.clone(), number, (change.event, change.keys.clone()));
        self.principals.push(name, number, Declared::of(change));
    }

    fn undo(&mut self, by: u64, range: &Range<u64>, because: Option<Because>) {
        if because == Some(Because::Restored) {
            self.whole = false;
            self.collections.set_aside(by, range);
            self.principals.set_aside(by, range);
            self.overrides.set_aside(by, range);
            // A key that was replaced stays so, also where a snapshot brought it back.
            return;
        }
        self.collections.undo(range);
        self.principals.undo(range);
        self.overrides.undo(range);
        self.keys.undo(range);
    }

    /// Whether this ledger stands in the place of one that was lost: what that one told of, nobody knows.
    pub(crate) fn begun_anew(&self) -> bool {
        self.first.is_some_and(|first| first.begun_anew)
    }

    /// Whether everything that was seen could be read, so that what is not there was not told.
    pub(crate) fn complete(&self) -> bool {
        self.first.is_some() && !self.unreadable
    }

    /// Whether everything that the records have was told of, with numbers and keys: the server said so when it was started, after it had taken over what was not.
    pub(crate) fn whole(&self) -> bool {
        self.whole && self.complete()
    }

    /// Whether the ledger was there at a moment, and is complete.
    pub(crate) fn began_before(&self, moment: Moment) -> bool {
        self.complete() && self.first.and_then(|first| first.at).is_some_and(|at| at <= moment.as_millis())
    }

    /// What counts for a collection, and since which entry; `None` when nothing that can be read was told of it.
    pub(crate) fn collection(&self, name: &str) -> Option<(u64, Policy)> {
        let mut counts: Option<(u64, Policy)> = None;
        for (number, step) in self.collections.get(name)? {
            counts = match (step, counts) {
                (Step::Made(policy, _), _) => policy.clone().map(|policy| (*number, policy)),
                (Step::Deleted, _) => None,
                (Step::Under(None, _), counts) => counts,
                (Step::Under(Some(policy), _), None) => Some((*number, policy.clone())),
                // What says more than what was declared declares nothing.
                (Step::Under(Some(policy), _), Some((since, counting))) => {
                    let narrowed = *policy != counting && policy.wider_than(&counting).is_none();
                    Some(if narrowed { (*number, policy.clone()) } else { (since, counting) })
                }
            };
        }
        counts
    }

    /// The number of the collection that has a name, and the entry that told it: the first one since it was made, since what a later one tells would be the
    /// number of whatever has the name by then. `None` where an earlier release told of it.
    pub(crate) fn number(&self, name: &str) -> Option<(u64, u64)> {
        let mut counts = None;
        for (entry, step) in self.collections.get(name)? {
            counts = match step {
                Step::Made(_, number) => number.map(|number| (*entry, number)),
                Step::Deleted => None,
                Step::Under(_, number) => counts.or(number.map(|number| (*entry, number))),
            };
        }
        counts
    }

    /// The keys that a principal was given.
    pub(crate) fn keys(&self, name: &str) -> Given {
        let mut given = Given::default();
        for (number, (event, keys)) in self.keys.get(name).into_iter().flatten() {
            given.add(*number, *event, keys);
        }
        given
    }

    /// What counts for a principal, and since which entry.
    pub(crate) fn principal(&self, name: &str) -> Option<(u64, &Declared)> {
        self.principals.get(name)?.last().map(|(number, declared)| (*number, declared))
    }

    /// Whether an override that the records have in force is one that was granted.
    ///
    /// # Errors
    /// The entry that it contradicts; `None` when none tells of it.
    pub(crate) fn check_override(&self, collection: &str, overridden: &Override) -> Result<(), Option<u64>> {
        let steps = self.overrides.get(&(collection.to_owned(), overridden.id.clone()));
        match steps.and_then(|steps| steps.last()) {
            None if self.complete() => Err(None),
            None => Ok(()),
            Some((_, Exception::Granted { lowest, expires }))
                if *lowest == overridden.lowest && *expires == Some(overridden.expires.as_millis()) =>
            {
                Ok(())
            }
            Some((number, _)) => Err(Some(*number)),
        }
    }
}

/// The policy that an entry's rules are; `None` when they are of another release.
pub(crate) fn policy_of(rules: &BTreeMap<String, String>) -> Option<Policy> {
    let declared = Declaration::from_tags(rules).ok()?;
    declared.policy(&Declaration::default(), &Organisation::not_stated()).ok()
}

/// Whether an entry is of a kind that says something here.
fn says_something(bytes: &[u8]) -> bool {
    // An entry has one kind, and it stands behind the actor's operation: from the end it is found sooner.
    let Some(at) = bytes.windows(KIND.len()).rposition(|window| window == KIND) else { return false };
    let kind = bytes.get(at + KIND.len()..).unwrap_or_default();
    KINDS.iter().any(|known| kind.starts_with(known))
}
