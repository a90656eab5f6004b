//! What principals did that the ledger does not say of them: under another organisation, sector or key, or what they may not do.
//!
//! Owns the comparison of each answered request's entry, which has what the principal's row said at that moment, with what the ledger granted: so a row that was changed by hand and changed
//! back leaves entries that cannot be. Refuses to know the records.
//!
//! # Invariants
//! - A change of a principal counts at once and is told of some seconds later, and a request that was under way when it was made is told of afterwards. So an entry is held against what was
//!   granted within the hour before, and it is in doubt for an hour of the ledger's time, in which the entry that grants it may follow. Only then does it count.
//! - What was refused counts for nothing: the server has found it out itself.

use std::collections::BTreeMap;

use overt_gallery::{Allowed, KeyTold, PrincipalChange, PrincipalEvent, Who};
use serde::{Deserialize, Serialize};

use super::Tally;
use crate::account::{Because, Deed, Entry};
use crate::ops::granted;
use crate::rights::Given;
use crate::transparency::words::plural;

/// How long changes and requests may cross each other, milliseconds: much longer than a request lasts, or the server takes to tell what commands did beside it.
const CROSSING: i64 = 3_600_000;
/// Kinds of deeds that can be in doubt at a time. Where there are more, the oldest count before their hour is over.
const MOST_DOUBTS: usize = 1000;

/// What the ledger grants to principals, and what is in doubt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Grants {
    principals: BTreeMap<String, Grantee>,
    doubts: Vec<Doubt>,
    /// Everybody who could use the server was told of: whoever is not told of since is nobody's.
    whole: bool,
}

/// What was granted to one principal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Grantee {
    /// The present one last.
    grants: Vec<Grant>,
    given: Given,
    /// A snapshot was put back: any of them may be what its row says.
    loose: bool,
}

/// What a principal is from some entry on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Grant {
    number: u64,
    /// Milliseconds.
    at: i64,
    organisation: String,
    sector: String,
    allowed: Vec<String>,
    revoked: bool,
    /// `None` where an earlier release gave them.
    keys: Option<Vec<KeyTold>>,
}

/// What somebody did, as its entry has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Act {
    name: String,
    organisation: String,
    sector: String,
    key: Option<String>,
    operation: String,
}

/// Acts of one kind that nothing grants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Doubt {
    act: Act,
    /// The first entry.
    first: u64,
    /// When it was written, milliseconds.
    at: i64,
    /// How many there are.
    count: u64,
    /// What is wrong with it.
    what: String,
}

impl Grant {
    /// What an act at a moment has that this does not grant.
    fn lacks(&self, act: &Act, at: i64) -> Option<String> {
        if self.revoked {
            return Some("its access was ended".to_owned());
        }
        if act.organisation != self.organisation || act.sector != self.sector {
            return Some(format!(
                "it is of {} ({}), and acted as of {} ({})",
                self.organisation, self.sector, act.organisation, act.sector
            ));
        }
        let allowed = Allowed::from_words(self.allowed.iter().map(String::as_str)).ok();
        if allowed.is_some_and(|allowed| granted(&allowed, &act.operation) == Some(false)) {
            return Some(format!("it may {} and no {}", self.allowed.join(", "), act.operation));
        }
        let (key, keys) = (act.key.as_ref()?, self.keys.as_ref()?);
        let works =
            |one: &KeyTold| one.id == *key && one.ends.is_none_or(|ends| ends.saturating_add(CROSSING) > at);
        (!keys.iter().any(works))
            .then(|| format!("it used the access key with the digest {key}, which it was not given"))
    }
}

impl Grantee {
    /// What nothing that may have been in force at a moment grants of an act.
    fn lacks(&self, act: &Act, at: i64) -> Option<String> {
        let (present, earlier) = self.grants.split_last()?;
        let lack = present.lacks(act, at)?;
        // Each was in force until the next.
        let until = self.grants.iter().skip(1).map(|next| next.at);
        let mut others = earlier.iter().zip(until).filter(|(_, until)| self.loose || at - until <= CROSSING);
        others.all(|(grant, _)| grant.lacks(act, at).is_some()).then_some(lack)
    }
}

impl Tally {
    /// Sees what an entry says of principals, before it is known whether it counts; `restored`: it does not count because a snapshot was put back, so that it did when it was written.
    pub(super) fn grant(&mut self, number: u64, entry: &Entry, restored: bool) {
        match &entry.deed {
            Deed::Principal(change) => {
                if let Some(at) = millis(entry) {
                    self.grants.change(number, at, change);
                }
            }
            _ if restored => {}
            Deed::Start { whole, .. } => self.grants.whole |= whole,
            Deed::Undone { from, to, because: Some(Because::Restored) } => {
                self.grants.whole = false;
                for grantee in self.grants.principals.values_mut() {
                    grantee.loose |= grantee.grants.iter().any(|grant| (*from..*to).contains(&grant.number));
                }
            }
            Deed::Restored { .. } => self.grants.whole = false,
            _ => {}
        }
    }

    /// Holds an entry against what was granted to the principal that it is by, and counts what has been in doubt for long enough.
    pub(super) fn act(&mut self, number: u64, entry: &Entry) {
        let Some(act) = act_of(entry) else {
            return self.settle(entry);
        };
        self.settle(entry);
        let Some(at) = millis(entry) else { return };
        let what = match self.grants.principals.get(&act.name) {
            Some(grantee) => grantee.lacks(&act, at),
            None => self.grants.whole.then(|| "no entry tells of it".to_owned()),
        };
        let Some(what) = what else { return };
        if let Some(doubt) = self.grants.doubts.iter_mut().find(|doubt| doubt.act == act) {
            doubt.count += 1;
            return;
        }
        if self.grants.doubts.len() == MOST_DOUBTS {
            let oldest = self.grants.doubts.remove(0);
            self.count_doubt(number, &entry.at, oldest);
        }
        self.grants.doubts.push(Doubt { act, first: number, at, count: 1, what });
    }

    /// Counts what has been in doubt for an hour.
    fn settle(&mut self, entry: &Entry) {
        if self.grants.doubts.is_empty() {
            return;
        }
        let Some(now) = millis(entry) else { return };
        let over = self.grants.doubts.extract_if(.., |doubt| now - doubt.at > CROSSING).collect::<Vec<_>>();
        for doubt in over {
            self.count_doubt(self.entries.saturating_sub(1), &entry.at, doubt);
        }
    }

    fn count_doubt(&mut self, number: u64, at: &str, Doubt { act, first, count, what, .. }: Doubt) {
        self.beyond += count;
        let Act { name, operation, .. } = act;
        let times = plural(count, "entry", "entries");
        self.event(
            number,
            at,
            format!("{name} did what the ledger does not grant it, {count} {times} from {first} on ({operation}): {what}"),
        );
    }
}

impl Grants {
    fn change(&mut self, number: u64, at: i64, change: &PrincipalChange) {
        let PrincipalChange { event, name, organisation, sector, allowed, keys } = change;
        let grantee = self.principals.entry(name.clone()).or_default();
        grantee.given.add(number, *event, keys);
        grantee.loose = false;
        grantee.grants.push(Grant {
            number,
            at,
            organisation: organisation.clone(),
            sector: sector.clone(),
            allowed: allowed.clone(),
            revoked: *event == PrincipalEvent::Revoked,
            keys: grantee.given.keys().map(|(_, keys)| keys.to_vec()),
        });
        let grantee = &*grantee;
        // It was so since then, and is told of now.
        self.doubts.retain(|doubt| {
            doubt.act.name != *name || at > doubt.at || grantee.lacks(&doubt.act, doubt.at).is_some()
        });
    }
}

/// What a principal did, where an entry tells of something that was answered.
fn act_of(entry: &Entry) -> Option<Act> {
    let Who::Principal { name, organisation, sector, key } = &entry.by.actor else { return None };
    // The rest of a list stands with its beginning.
    if matches!(entry.deed, Deed::Refusal { .. } | Deed::More { .. }) {
        return None;
    }
    Some(Act {
        name: name.clone(),
        organisation: organisation.clone(),
        sector: sector.clone(),
        key: key.clone(),
        operation: entry.by.operation.clone(),
    })
}

fn millis(entry: &Entry) -> Option<i64> {
    entry.time().ok().map(jiff::Timestamp::as_millisecond)
}
