//! The count over a ledger's entries, one after the other.
//!
//! Owns what is remembered of them: numbers by principal, purpose, collection, day and reason. Nothing in it grows with the number
//! of entries beyond those lists. Refuses to know how a report looks.
//!
//! # Invariants
//! - The outcome depends on the entries and their order alone.
//! - Entries that a later one undoes count for nothing; when such a one is met, [`Tally::again`] says to count anew.

mod declared;
mod granted;

use std::collections::BTreeMap;
use std::ops::Range;

use overt_gallery::{OverrideEvent, PrincipalChange, PrincipalEvent, Who};

use serde::{Deserialize, Serialize};

use super::counted::{Actor, Bearers, Collection, Event};
use super::day;
use super::sums::{Bands, Strangers, Sums};
use super::words::{override_in_words, plural, word};
use crate::account::{Because, Deed, Entry};

/// Events of a list that are kept: the newest.
const LATEST: usize = 50;

/// The count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Entries that were seen; the next one has this number.
    pub entries: u64,
    /// Those that cannot be read by this release.
    pub unreadable: u64,
    /// Those of kinds that a report has no place for, by kind.
    pub other_kinds: BTreeMap<String, u64>,
    /// Those that count for nothing.
    pub undone: u64,
    /// When the first and the last were written.
    pub span: Option<(String, String)>,
    /// Starts of the server, and the release of the last one.
    pub starts: u64,
    /// See `starts`.
    pub release: Option<String>,
    /// Keys of the witnesses that the operator has named, at the last start.
    pub witnesses: Vec<String>,
    /// Everything.
    pub total: Sums,
    /// By principal.
    pub principals: BTreeMap<String, Actor>,
    /// What was done at the command line of the server's machine.
    pub operator: Sums,
    /// Collections by name.
    pub galleries: BTreeMap<String, Bearers>,
    /// Refusals by reason and code.
    #[serde(with = "pairs")]
    pub refusals: BTreeMap<(String, String), u64>,
    /// Deleted faces by reason.
    pub deletions: BTreeMap<String, u64>,
    /// Searches by threshold.
    pub bands: Bands,
    /// Searches whose threshold was raised to the collection's floor.
    pub raised: u64,
    /// Searches below the floor, under an override.
    pub overridden: BTreeMap<String, u64>,
    /// The collections of the overrides that were granted, by id.
    pub granted: BTreeMap<String, String>,
    /// The ledger stands in the place of one that was lost, with what was granted in that.
    pub begun_anew: bool,
    /// Strangers to be expected.
    pub strangers: Strangers,
    /// Times that somebody was given the entries about a person.
    pub subject_accesses: u64,
    /// Consents that were recorded and withdrawn.
    pub consents: BTreeMap<String, u64>,
    /// Times that searching was unusual.
    pub alarms: u64,
    /// Times that the records gave more than was declared, as the server found.
    pub contradictions: u64,
    /// Entries that say of a collection more than was declared, searches that it was not made for, and what principals did that was not granted to them: what the server did not find, or
    /// hid.
    pub beyond: u64,
    /// By day.
    pub days: BTreeMap<String, Sums>,
    /// The newest events.
    pub events: Vec<Event>,
    /// What was granted to principals.
    grants: granted::Grants,
    /// What is undone, as far as is known; and whether because a snapshot was put back.
    gone: Vec<(Range<u64>, bool)>,
    /// Something that was counted has been undone since.
    stale: bool,
}

impl Tally {
    /// A count to begin anew with, when entries that were counted turned out to be undone.
    #[must_use]
    pub fn again(&self) -> Option<Self> {
        self.stale.then(|| Self { gone: self.gone.clone(), ..Self::default() })
    }

    /// Counts entry `number`.
    pub fn add(&mut self, number: u64, bytes: &[u8]) {
        self.entries = number + 1;
        let Ok(entry) = Entry::parse(bytes) else {
            self.unreadable += 1;
            return;
        };
        let at = entry.at.clone();
        match &mut self.span {
            Some((_, last)) => last.clone_from(&at),
            None => self.span = Some((at.clone(), at.clone())),
        }
        let gone = self.gone.iter().find(|(range, _)| range.contains(&number)).map(|(_, restored)| *restored);
        if gone != Some(false) {
            self.grant(number, &entry, gone.is_some());
        }
        if gone.is_some() {
            self.undone += 1;
            return;
        }
        self.act(number, &entry);
        let sums = sums_of(&entry.deed);
        self.total.add(&sums);
        if let Some(day) = day::of(&at)
            && sums != Sums::default()
        {
            self.days.entry(day.to_owned()).or_default().add(&sums);
        }
        let actor = match &entry.by.actor {
            Who::Principal { name, organisation, sector, key: _ } => {
                let actor = self.principals.entry(name.clone()).or_default();
                // What was recorded of it stands, whatever its own entries say.
                if !actor.recorded {
                    actor.organisation.clone_from(organisation);
                    actor.sector.clone_from(sector);
                }
                actor.sums.add(&sums);
                match &mut actor.active {
                    Some((_, last)) => last.clone_from(&at),
                    None => actor.active = Some((at.clone(), at.clone())),
                }
                Some(name.clone())
            }
            Who::Operator => {
                self.operator.add(&sums);
                None
            }
            Who::Server => None,
        };
        if let Deed::Search { collection, purpose, overridden, returned, .. } = &entry.deed {
            self.within(number, &at, &entry.by.operation, collection, purpose.as_deref());
            if let Some(id) = overridden {
                self.under(number, &at, collection, id);
            }
            self.found(number, &at, collection, *returned);
        }
        self.deed(number, &at, entry.deed, &sums, actor.as_deref());
    }

    fn deed(&mut self, number: u64, at: &str, deed: Deed, sums: &Sums, by: Option<&str>) {
        match deed {
            Deed::Start { version, witnesses, .. } => {
                self.starts += 1;
                if self.release.as_ref() != Some(&version) {
                    self.event(number, at, format!("The server runs release {version}"));
                }
                if self.witnesses != witnesses {
                    let count = witnesses.len() as u64;
                    self.event(
                        number,
                        at,
                        format!("The operator names {count} {}", plural(count, "witness", "witnesses")),
                    );
                }
                self.release = Some(version);
                self.witnesses = witnesses;
            }
            Deed::Search {
                collection,
                purpose,
                asked,
                threshold,
                floor,
                overridden,
                strangers,
                returned,
                ..
            } => {
                let gallery = self.gallery(&collection);
                gallery.sums.add(sums);
                let purpose = purpose.unwrap_or_else(|| gallery.purpose().to_owned());
                if let Some(actor) = by.and_then(|name| self.principals.get_mut(name)) {
                    *actor.purposes.entry(purpose).or_default() += 1;
                }
                self.bands.count(threshold.0);
                if floor.is_some_and(|floor| asked < floor) && overridden.is_none() {
                    self.raised += 1;
                }
                if let Some(overridden) = overridden {
                    *self.overridden.entry(overridden).or_default() += 1;
                }
                if let Some(expectation) = strangers {
                    let sum = &mut self.strangers;
                    sum.searches += 1;
                    sum.candidates += returned;
                    sum.expected_millionths = sum.expected_millionths.saturating_add(expectation.millionths);
                    sum.low_millionths = sum.low_millionths.saturating_add(expectation.low);
                    sum.high_millionths = sum.high_millionths.saturating_add(expectation.high);
                }
            }
            Deed::Listing { collection } => self.gallery(&collection).sums.add(sums),
            Deed::Enrolment { collection, model, total, .. } => {
                let gallery = self.gallery(&collection);
                gallery.sums.add(sums);
                gallery.model = model;
                gallery.holds(total);
            }
            Deed::Deletion { collection, reason, deleted, total, .. } => {
                let gallery = self.gallery(&collection);
                gallery.sums.add(sums);
                gallery.holds(total);
                *self.deletions.entry(word(&reason)).or_default() += deleted;
            }
            Deed::Collection { event, collection, model, total, rules, number: _ } => {
                self.collection(number, at, event, &collection, model, total, rules);
            }
            Deed::Principal(change) => self.principal(number, at, change),
            Deed::Refusal { code, reason, collection } => {
                *self.refusals.entry((reason, code)).or_default() += 1;
                // A collection that was refused at its making never was.
                if collection.as_ref().is_some_and(|name| self.galleries.contains_key(name))
                    && let Some(collection) = collection
                {
                    self.gallery(&collection).sums.add(sums);
                }
            }
            Deed::Undone { from, to, because } => {
                let gone = (from..to, because == Some(Because::Restored));
                if !self.gone.contains(&gone) {
                    self.gone.push(gone);
                    self.stale = true;
                }
            }
            Deed::SubjectAccess { .. } => self.subject_accesses += 1,
            Deed::Consent { event, .. } => *self.consents.entry(word(&event)).or_default() += 1,
            Deed::Override { event, id, collection, lowest, reason, allowed_by, expires } => {
                self.gallery(&collection).sums.add(sums);
                if event == OverrideEvent::Granted {
                    self.granted.insert(id.clone(), collection.clone());
                }
                let what = match event {
                    OverrideEvent::Granted => format!(
                        "Override {id}: {allowed_by} allows searches of {collection} from {} on until {expires}: {reason}",
                        lowest.percent()
                    ),
                    OverrideEvent::Ended => {
                        format!("Override {id} of {collection} was ended before its time")
                    }
                };
                self.event(number, at, what);
            }
            Deed::Contradiction { collection, principal, entry, what } => {
                self.contradictions += 1;
                let whose = match (collection, principal) {
                    (Some(name), _) => format!("collection {name}"),
                    (None, Some(name)) => name,
                    (None, None) => "something".to_owned(),
                };
                let declared = entry.map_or_else(
                    || "no entry tells of it".to_owned(),
                    |entry| format!("entry {entry} says otherwise"),
                );
                self.event(
                    number,
                    at,
                    format!("The records of {whose} were changed beside the server: {what}; {declared}"),
                );
            }
            Deed::User { collection, .. } => self.gallery(&collection).sums.add(sums),
            Deed::Alarm { principal, collection, searches, seconds, about, .. } => {
                self.alarms += 1;
                let within = if seconds % 3600 == 0 {
                    format!("{} {}", seconds / 3600, plural(seconds / 3600, "hour", "hours"))
                } else {
                    format!("{seconds} seconds")
                };
                let what = match principal {
                    Some(name) if about.is_some() => format!(
                        "Alarm: {name} compared faces with people whose they are not {searches} times within {within}, the last in {collection}"
                    ),
                    Some(name) => format!(
                        "Alarm: {name} made {searches} searches within {within}, the last in {collection}"
                    ),
                    None => format!(
                        "Alarm: one person was searched for {searches} times within {within}, the last time in {collection}"
                    ),
                };
                self.event(number, at, what);
            }
            Deed::Restored { known, faces, .. } => {
                let what = format!(
                    "A snapshot was put back, of the time before entry {known}; {faces} {} deleted since were deleted again",
                    plural(faces, "face that was", "faces that were")
                );
                self.event(number, at, what);
            }
            Deed::Snapshot { collections, total } => {
                let what = format!(
                    "The operator copied everything: {collections} {}, {total} {}",
                    plural(collections, "collection", "collections"),
                    plural(total, "face", "faces")
                );
                self.event(number, at, what);
            }
            Deed::ServerKey { access_keys, collections } => {
                let what = format!(
                    "The operator replaced the server's key: {access_keys} {} and {collections} {} were sealed again",
                    plural(access_keys, "access key", "access keys"),
                    plural(collections, "collection", "collections"),
                );
                self.event(number, at, what);
            }
            Deed::BegunAnew { reason, lost } => {
                self.begun_anew = true;
                let what = format!(
                    "This ledger was begun in the place of one with {lost} entries that was lost. Its operator says: {reason}"
                );
                self.event(number, at, what);
            }
            Deed::Analysis {} | Deed::Comparison { .. } | Deed::More { .. } => {}
            #[allow(
                unreachable_patterns,
                reason = "kinds that have no place in a report yet, if there are any"
            )]
            other => {
                let deed = serde_json::to_value(&other).unwrap_or_default();
                match override_in_words(&deed) {
                    Some(what) => self.event(number, at, what),
                    None => {
                        let kind = deed.get("kind").and_then(serde_json::Value::as_str).unwrap_or("unknown");
                        *self.other_kinds.entry(kind.to_owned()).or_default() += 1;
                    }
                }
            }
        }
    }

    /// The present bearer of a name. One that was made before the ledger began is there from its first deed on.
    fn gallery(&mut self, name: &str) -> &mut Collection {
        let bearers = self.galleries.entry(name.to_owned()).or_default();
        if bearers.present.deleted.is_some() {
            bearers.past.push(std::mem::take(&mut bearers.present));
        }
        &mut bearers.present
    }

    fn principal(&mut self, number: u64, at: &str, change: PrincipalChange) {
        let PrincipalChange { event, name, organisation, sector, allowed, keys: _ } = change;
        let may = if allowed.is_empty() { "nothing".to_owned() } else { allowed.join(", ") };
        // There may be many, and what was taken over was there before.
        let silent = event == PrincipalEvent::TakenOver;
        let what = match event {
            PrincipalEvent::TakenOver => String::new(),
            PrincipalEvent::Created => format!("{name} of {organisation} was given access: {may}"),
            PrincipalEvent::Described => format!("{name} of {organisation} may: {may}"),
            PrincipalEvent::Rotated => format!("{name} was given another key"),
            PrincipalEvent::Revoked => format!("{name} lost its access"),
        };
        let actor = self.principals.entry(name).or_default();
        actor.organisation = organisation;
        actor.sector = sector;
        actor.allowed = allowed;
        actor.recorded = true;
        match event {
            PrincipalEvent::Created => actor.created = Some(at.to_owned()),
            PrincipalEvent::Revoked => actor.revoked = Some(at.to_owned()),
            PrincipalEvent::Rotated | PrincipalEvent::Described | PrincipalEvent::TakenOver => {}
        }
        if !silent {
            self.event(number, at, what);
        }
    }

    fn event(&mut self, entry: u64, at: &str, what: String) {
        if self.events.len() == LATEST {
            self.events.remove(0);
        }
        self.events.push(Event { entry, at: at.to_owned(), what });
    }
}

/// A map whose keys JSON has no words for.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    type Map = BTreeMap<(String, String), u64>;

    pub(super) fn serialize<S: Serializer>(map: &Map, serializer: S) -> Result<S::Ok, S::Error> {
        map.iter().collect::<Vec<_>>().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Map, D::Error> {
        Ok(Vec::<((String, String), u64)>::deserialize(deserializer)?.into_iter().collect())
    }
}

/// What one deed adds to the counts.
fn sums_of(deed: &Deed) -> Sums {
    let mut sums = Sums::default();
    match deed {
        Deed::Analysis {} => sums.analyses = 1,
        Deed::Comparison { matches, .. } => {
            sums.comparisons = 1;
            sums.comparisons_with_a_match = u64::from(!matches.is_empty());
        }
        Deed::User { event, compared, .. } => {
            sums.comparisons = *compared;
            sums.comparisons_with_a_match = if event == "associated" { *compared } else { 0 };
        }
        Deed::Search { returned, .. } => {
            sums.searches = 1;
            sums.searches_without_a_candidate = u64::from(*returned == 0);
            sums.candidates = *returned;
        }
        Deed::Listing { .. } => sums.listings = 1,
        Deed::Enrolment { added, .. } => sums.faces_added = *added,
        Deed::Deletion { deleted, .. } => sums.faces_deleted = *deleted,
        Deed::Refusal { .. } => sums.refusals = 1,
        _ => {}
    }
    sums
}
