//! What a newer ledger tells of is made again, where a snapshot put older records back (REQUIREMENTS A1, A5).
//!
//! Owns which deeds those are: whatever deleted or narrowed. Enrolments, associations and grants since the snapshot are gone with the records that had them. People are
//! recognised by the finders that came back with them.
//!
//! # Invariants
//! - It is done before anything is answered out of such records, and anew when it was cut off: doing it twice is as doing it once.
//! - Nothing is made again that the ledger said was not made, but for those whose only reason is that a snapshot was put back.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;
use overt_gallery::policy::{Policy, Tag as PolicyTag, Uses};
use overt_gallery::{
    Acting, Actor, Allowed, CollectionEvent, CollectionName, ConsentEvent, ConsentId, Database,
    DeletionReason, Description, Gallery, GalleryError, MadeAgain, Moment, OverrideEvent, PrincipalChange,
    PrincipalEvent, PrincipalName, Principals, Resource, Subject,
};

use super::book::{Book, BookError};
use super::deed::{Because, Deed};
use super::entry::Entry;
use super::seal::{Nonce, Tag};
use super::sought::{Sought, found};

/// Who did it, in the ledger.
const RESTORE: &str = "restore";
/// Faces that are tried at a time: some megabytes.
const PAGE: u32 = 1 << 16;

/// What was found in the ledger and made again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Again {
    /// How many of each.
    pub(crate) made: MadeAgain,
    /// Entries since the snapshot.
    pub(crate) entries: u64,
    /// Principals whose keys were replaced since, as an earlier release told: the old ones work again, and only another rotation ends them.
    pub(crate) old_keys: Vec<String>,
    /// Principals whose keys were replaced since, by others that the ledger names: the old ones contradict it and are refused.
    pub(crate) refused_keys: Vec<String>,
}

impl Again {
    /// Tells the log.
    pub(crate) fn log(&self) {
        let Self { made, entries, old_keys, refused_keys } = self;
        tracing::warn!(
            ?made,
            entries,
            "these records were put back from a snapshot; what the ledger tells of since was made again"
        );
        for name in old_keys {
            tracing::warn!(
                principal = name,
                "its key was replaced after the snapshot, and the old one works again: `overt principals rotate` ends it"
            );
        }
        for name in refused_keys {
            tracing::warn!(
                principal = name,
                "its key was replaced after the snapshot: the old one came back and is refused; `overt principals rotate` makes another"
            );
        }
    }
}

/// Tags of an entry, and what they stand in.
type Tagged<T> = (Nonce, Vec<Tag>, T);

/// What the ledger tells of one collection that the records may have.
#[derive(Default)]
struct Told {
    rules: Option<BTreeMap<String, String>>,
    faces: Vec<Tagged<DeletionReason>>,
    users: Vec<Tagged<()>>,
    /// With the moment and the number of the entry.
    consents: Vec<Tagged<(Moment, u64)>>,
    overrides: Vec<String>,
}

/// Makes again what the ledger tells of since the snapshot that the records come from; `None` for records that were not restored, or whose restoration is over.
///
/// # Errors
/// [`BookError`]: then nothing may be answered, and the next opening goes on.
pub(crate) fn make_again(
    book: &Book,
    database: &Arc<Database>,
    gallery: &Gallery,
) -> Result<Option<Again>, BookError> {
    let Some(known) = database.restored()? else { return Ok(None) };
    let size = book.publish()?.size;
    let Since { entries, undone, highest } = since(book, known..size)?;
    database.number_collections_above(highest)?;
    let gallery = gallery.acting(Arc::new(Acting::new(Actor::server(RESTORE))));
    let mut again = Again { entries: size.saturating_sub(known), ..Again::default() };
    let mut told: BTreeMap<CollectionName, Told> = BTreeMap::new();
    let mut principals: BTreeMap<String, PrincipalChange> = BTreeMap::new();
    let there = gallery.rights()?.collections.into_iter();
    let mut numbers: BTreeMap<CollectionName, u64> = there.map(|one| (one.name, one.number)).collect();
    for (number, Entry { at, deed, nonce, .. }) in entries {
        if undone.iter().any(|range| range.contains(&number)) {
            continue;
        }
        if let Deed::Principal(change) = deed {
            if change.event == PrincipalEvent::Rotated {
                let named = !change.keys.is_empty();
                let list = if named { &mut again.refused_keys } else { &mut again.old_keys };
                list.push(change.name.clone());
            }
            principals.insert(change.name.clone(), change);
            continue;
        }
        let Some(name) = collection_of(&deed).and_then(|name| name.parse::<CollectionName>().ok()) else {
            continue;
        };
        if let Deed::Collection { event: CollectionEvent::Deleted, number: its, .. } = &deed {
            // Another one that has the name by now stays, with what is to be made again in it: the entry may be of a restoration that the snapshot does not know of.
            if its.is_some() && its.as_ref() != numbers.get(&name) {
                continue;
            }
            told.remove(&name);
            numbers.remove(&name);
            match gallery.delete_collection(&name) {
                Ok(()) => again.made.collections += 1,
                Err(GalleryError::CollectionUnknown { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            continue;
        }
        let told = told.entry(name).or_default();
        match deed {
            Deed::Collection { event: CollectionEvent::Tagged, rules, .. } => told.rules = Some(rules),
            Deed::Deletion { faces, reason, .. } => told.faces.push((nonce, faces, reason)),
            Deed::User { user, .. } => told.users.push((nonce, vec![user], ())),
            Deed::Consent { consent, .. } => {
                // Every entry that was read has a time; one that had none would be as old as can be.
                let at = at.parse::<Timestamp>().map_or(Moment::from_millis(0), moment);
                told.consents.push((nonce, vec![consent], (at, number)));
            }
            Deed::Override { id, .. } => told.overrides.push(id),
            _ => {}
        }
    }
    told.retain(|name, _| numbers.contains_key(name));
    withdraw(database, &gallery, &mut told, &mut again.made)?;
    for (name, told) in told {
        tracing::info!(collection = %name, "making again what the ledger tells of since the snapshot");
        one(database, &gallery, &name, told, &mut again.made)?;
    }
    describe(database, principals, &mut again)?;
    gallery.made_again(known, again.made)?;
    gallery.record_outbox()?;
    Ok(Some(again))
}

/// What the ledger tells of since a snapshot.
#[derive(Default)]
struct Since {
    /// The entries that may have to be made again.
    entries: Vec<(u64, Entry)>,
    /// What it says was not made.
    undone: Vec<Range<u64>>,
    /// The highest number of a collection that it tells of.
    highest: u64,
}

fn since(book: &Book, numbers: Range<u64>) -> Result<Since, BookError> {
    let Since { mut entries, mut undone, mut highest } = Since::default();
    book.each(numbers, |number, entry| {
        if let Deed::Collection { number: Some(number), .. } = &entry.deed {
            highest = highest.max(*number);
        }
        match &entry.deed {
            Deed::Undone { because: Some(Because::Restored), .. } => {}
            Deed::Undone { from, to, .. } => undone.push(*from..*to),
            // The rest of a list, whose tags have the nonce of its beginning.
            Deed::More { faces, .. } => {
                if let Some((_, Entry { deed: Deed::Deletion { faces: first, .. }, nonce, .. })) =
                    entries.last_mut()
                    && *nonce == entry.nonce
                {
                    first.extend(faces.iter().cloned());
                }
            }
            Deed::Deletion { .. }
            | Deed::Principal(_)
            | Deed::Collection { event: CollectionEvent::Deleted | CollectionEvent::Tagged, .. }
            | Deed::Consent { event: ConsentEvent::Withdrawn, .. }
            | Deed::Override { event: OverrideEvent::Ended, .. } => entries.push((number, entry)),
            Deed::User { event, .. } if event == "deleted" => entries.push((number, entry)),
            _ => {}
        }
    })?;
    Ok(Since { entries, undone, highest })
}

fn collection_of(deed: &Deed) -> Option<&str> {
    match deed {
        Deed::Collection { collection, .. }
        | Deed::Deletion { collection, .. }
        | Deed::User { collection, .. }
        | Deed::Consent { collection, .. }
        | Deed::Override { collection, .. } => Some(collection),
        _ => None,
    }
}

/// Takes back again what was withdrawn, before anything else: it deletes faces and users with the reason that the person gave. A withdrawal keeps its moment and its entry,
/// which a receipt names: the person's own, not the restore's; and where copies of the record were reached, the last of its entries, which tells of the collection that was named.
fn withdraw(
    database: &Database,
    gallery: &Gallery,
    told: &mut BTreeMap<CollectionName, Told>,
    made: &mut MadeAgain,
) -> Result<(), BookError> {
    let mut withdrawn: BTreeMap<ConsentId, (u64, Moment, CollectionName)> = BTreeMap::new();
    for (name, told) in told {
        let mut consents = sought(std::mem::take(&mut told.consents));
        if consents.is_empty() {
            continue;
        }
        let records = database.consent_subjects(name)?;
        let subjects: Vec<Subject> = records.iter().map(|(_, subject)| subject.clone()).collect();
        // Of one that was made again before, the first entry is the person's own.
        let mut meant: BTreeMap<usize, usize> = BTreeMap::new();
        for (place, entry) in found(&mut consents, &subjects, cores()) {
            meant.entry(place).and_modify(|first| *first = entry.min(*first)).or_insert(entry);
        }
        for (place, entry) in meant {
            let (Some((consent, _)), Some(told)) = (records.get(place), consents.get(entry)) else {
                continue;
            };
            let (at, entry) = told.of;
            match withdrawn.get(consent) {
                Some((last, ..)) if *last > entry => {}
                _ => drop(withdrawn.insert(*consent, (entry, at, name.clone()))),
            }
        }
    }
    for (consent, (entry, at, name)) in withdrawn {
        let done = gallery.withdraw_consent_again(&name, consent, at, entry)?;
        made.faces += done.reached.iter().map(|reached| reached.faces.len() as u64).sum::<u64>();
        made.consents += 1;
    }
    Ok(())
}

/// Makes again what else was done to a collection that is there.
fn one(
    database: &Database,
    gallery: &Gallery,
    name: &CollectionName,
    told: Told,
    made: &mut MadeAgain,
) -> Result<(), BookError> {
    let Told { rules, faces, users, consents: _, overrides } = told;
    if let Some(rules) = rules {
        let narrower = narrower(&gallery.policy(name)?, &rules);
        if !narrower.is_empty() {
            gallery.tag(&Resource::Collection(name.clone()), narrower)?;
            made.policies += 1;
        }
    }
    let mut faces: Vec<_> = sought(faces);
    let mut after = None;
    while !faces.is_empty() {
        let page = database.face_subjects(name, after, PAGE)?;
        let Some((last, ..)) = page.last() else { break };
        after = Some(*last);
        let subjects: Vec<Subject> = page.iter().map(|(_, _, subject)| subject.clone()).collect();
        let mut by_reason: Vec<(DeletionReason, Vec<_>)> = Vec::new();
        for (place, entry) in found(&mut faces, &subjects, cores()) {
            let (Some((_, id, _)), Some(entry)) = (page.get(place), faces.get(entry)) else { continue };
            match by_reason.iter_mut().find(|(reason, _)| *reason == entry.of) {
                Some((_, ids)) => ids.push(*id),
                None => by_reason.push((entry.of, vec![*id])),
            }
        }
        for (reason, ids) in by_reason {
            made.faces += gallery.delete_faces_again(name, &ids, reason)?;
        }
        faces.retain(|entry| !entry.is_done());
    }
    for user in bearers(users, database.user_subjects(name)?) {
        gallery.delete_user(name, &user, None)?;
        made.users += 1;
    }
    let open: Vec<_> =
        gallery.overrides(name)?.into_iter().filter(|one| overrides.contains(&one.id)).collect();
    for one in open.iter().filter(|one| one.ended.is_none()) {
        gallery.end_override(name, &one.id, RESTORE)?;
        made.overrides += 1;
    }
    Ok(())
}

fn moment(at: Timestamp) -> Moment {
    Moment::from_millis(at.as_millisecond())
}

/// Nothing else is done meanwhile.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn sought<T>(tagged: Vec<Tagged<T>>) -> Vec<Sought<T>> {
    tagged.into_iter().map(|(nonce, tags, of)| Sought::new(nonce, &tags, of)).collect()
}

/// Those of some records that tags mean.
fn bearers<T>(tagged: Vec<Tagged<()>>, records: Vec<(T, Subject)>) -> Vec<T> {
    if tagged.is_empty() {
        return Vec::new();
    }
    let subjects: Vec<Subject> = records.iter().map(|(_, subject)| subject.clone()).collect();
    let mut places: Vec<usize> =
        found(&mut sought(tagged), &subjects, cores()).into_iter().map(|(place, _)| place).collect();
    places.sort_unstable();
    places.dedup();
    let mut places = places.into_iter().peekable();
    let meant = records.into_iter().enumerate().filter(|(place, _)| places.next_if_eq(place).is_some());
    meant.map(|(_, (record, _))| record).collect()
}

/// The tags that make a policy as narrow as rules in the ledger are, where they are narrower.
fn narrower(policy: &Policy, rules: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let of = |tag: PolicyTag| rules.get(tag.name());
    let mut tags = BTreeMap::new();
    if let Some(days) = of(PolicyTag::RetentionDays)
        && days.parse().is_ok_and(|days: u32| days < policy.retention_days())
    {
        tags.insert(PolicyTag::RetentionDays.name().to_owned(), days.clone());
    }
    let demanded = policy.value(PolicyTag::Consent);
    if let Some(consent) = of(PolicyTag::Consent).filter(|consent| **consent != demanded)
        && !policy.demands_consent()
    {
        tags.insert(PolicyTag::Consent.name().to_owned(), consent.clone());
    }
    if let Some(words) = of(PolicyTag::Operations)
        && let Ok(uses) = Uses::from_words(words)
        && uses != *policy.uses()
        && uses.beyond(policy.uses()).next().is_none()
    {
        tags.insert(PolicyTag::Operations.name().to_owned(), words.clone());
    }
    tags
}

/// Gives principals what the ledger said of them last; those that were made since are not there.
fn describe(
    database: &Arc<Database>,
    told: BTreeMap<String, PrincipalChange>,
    again: &mut Again,
) -> Result<(), BookError> {
    let principals = Principals::new(Arc::clone(database)).acting(Actor::server(RESTORE));
    let there = principals.list()?;
    let working = |name: &str| there.iter().find(|one| one.name.as_str() == name && one.revoked.is_none());
    for list in [&mut again.old_keys, &mut again.refused_keys] {
        list.retain(|name| working(name).is_some());
        list.sort();
        list.dedup();
    }
    for (name, change) in told {
        let Some(present) = working(&name) else { continue };
        let name: PrincipalName = name.parse()?;
        let PrincipalChange { event, organisation, sector, allowed, .. } = change;
        if event == PrincipalEvent::Revoked {
            principals.revoke(&name)?;
            again.made.principals += 1;
            again.old_keys.retain(|one| one != name.as_str());
            again.refused_keys.retain(|one| one != name.as_str());
            continue;
        }
        let change = Description {
            organisation: Some(organisation.parse()?),
            sector: Some(sector.parse()?),
            allowed: Some(Allowed::from_words(allowed.iter().map(String::as_str))?),
        };
        let same = change.organisation.as_ref() == Some(&present.organisation)
            && change.sector == Some(present.sector)
            && change.allowed.as_ref() == Some(&present.allowed);
        if !same {
            principals.describe(&name, &change)?;
            again.made.principals += 1;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
