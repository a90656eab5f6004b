//! From the gallery's changes to entries.
//!
//! Owns the pairing of changes and deeds. Everything personal is sealed here.

use std::ops::Range;

use overt_gallery::{Change, Event, Recorder, RecordingError};

use super::book::{Book, BookError};
use super::deed::{Deed, Thousandths};
use super::draft::Draft;
use super::entry::{By, written};
use super::seal::{Seal, Tag};

/// Most tags of the person in an entry about an access: whoever finds one has found the entry.
pub(crate) const MOST_SUBJECTS: usize = 100;

impl Recorder for Book {
    fn record(&self, events: &[Event]) -> Result<Range<u64>, RecordingError> {
        let mut drafts = Vec::new();
        let mut offsets = Vec::with_capacity(events.len());
        for event in events {
            offsets.push(drafts.len() as u64);
            let seal = self.seal()?;
            let deed = deed(&event.change, &seal);
            if let Deed::Enrolment { picture: Some(_), .. } = &deed {
                event.acting.salted(*seal.salt_bytes());
            }
            let by = By::of(&event.acting.actor);
            drafts.extend(Draft { at: event.at, by, deed, nonce: seal.nonce().clone() }.split());
        }
        let first = self.append_drafts(&drafts)?;
        for (event, offset) in events.iter().zip(offsets) {
            event.acting.recorded(first + offset);
        }
        Ok(first..first + drafts.len() as u64)
    }

    fn take_back(&self, entries: Range<u64>) -> Result<(), RecordingError> {
        self.undo(entries).map_err(BookError::into)
    }
}

/// A change as a deed.
fn deed(change: &Change, seal: &Seal) -> Deed {
    let tags = |subjects: &[overt_gallery::Subject]| {
        subjects.iter().map(|subject| seal.tag(subject)).collect::<Vec<Tag>>()
    };
    match change {
        Change::Collection { event, collection, version, faces, tags, number } => Deed::Collection {
            event: *event,
            collection: collection.to_string(),
            model: version.to_string(),
            total: *faces,
            rules: tags.iter().cloned().collect(),
            number: Some(*number),
        },
        Change::FacesAdded { collection, version, image, faces, total } => Deed::Enrolment {
            collection: collection.to_string(),
            model: version.to_string(),
            picture: image.map(|image| seal.picture(image)),
            added: faces.len() as u64,
            faces: tags(faces),
            total: *total,
        },
        Change::FacesDeleted { collection, faces, reason, total } => Deed::Deletion {
            collection: collection.to_string(),
            reason: *reason,
            deleted: faces.len() as u64,
            faces: tags(faces),
            total: *total,
        },
        Change::UserCreated { collection, user } => {
            user_deed("created", collection, seal.tag(user), Vec::new(), 0)
        }
        Change::UserDeleted { collection, user } => {
            user_deed("deleted", collection, seal.tag(user), Vec::new(), 0)
        }
        Change::FacesCompared { collection, user, faces } => {
            user_deed("compared", collection, seal.tag(user), tags(faces), faces.len() as u64)
        }
        Change::UserFaces { collection, user, added, removed, compared } => {
            let (event, faces) =
                if removed.is_empty() { ("associated", added) } else { ("disassociated", removed) };
            user_deed(event, collection, seal.tag(user), tags(faces), *compared)
        }
        Change::Consent { event, collection, consent, text, scope, expires } => Deed::Consent {
            event: *event,
            collection: collection.to_string(),
            consent: seal.tag(consent),
            text: hex(text),
            scope: scope.to_string(),
            expires: expires.map(written),
        },
        Change::Override { event, of } => Deed::Override {
            event: *event,
            id: of.id.clone(),
            collection: of.collection.to_string(),
            lowest: Thousandths(of.lowest),
            reason: of.reason.clone(),
            allowed_by: of.allowed_by.clone(),
            expires: written(of.expires),
        },
        Change::Principal(change) => Deed::Principal(change.clone()),
        Change::Restored { known, made } => Deed::Restored {
            known: *known,
            collections: made.collections,
            policies: made.policies,
            consents: made.consents,
            faces: made.faces,
            users: made.users,
            overrides: made.overrides,
            principals: made.principals,
        },
        Change::Snapshot { collections, faces } => {
            Deed::Snapshot { collections: *collections, total: *faces }
        }
        Change::ServerKeyReplaced { access_keys, collections } => {
            Deed::ServerKey { access_keys: *access_keys, collections: *collections }
        }
        Change::SubjectAccess { collection, subjects, entries } => Deed::SubjectAccess {
            collection: collection.to_string(),
            subjects: tags(subjects.get(..MOST_SUBJECTS).unwrap_or(subjects)),
            entries: *entries,
        },
    }
}

fn user_deed(
    event: &str,
    collection: &overt_gallery::CollectionName,
    user: Tag,
    faces: Vec<Tag>,
    compared: u64,
) -> Deed {
    Deed::User { collection: collection.to_string(), event: event.to_owned(), user, faces, compared }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether an entry tells of a change to the records, which is made by a commit after it, or is not made.
pub(super) fn is_change(deed: &Deed) -> bool {
    match deed {
        Deed::Enrolment { .. }
        | Deed::Deletion { .. }
        | Deed::Collection { .. }
        | Deed::User { .. }
        | Deed::Override { .. }
        | Deed::Principal(_)
        | Deed::Restored { .. }
        | Deed::Consent { .. }
        | Deed::More { .. } => true,
        Deed::Start { .. }
        | Deed::Analysis {}
        | Deed::Comparison { .. }
        | Deed::Search { .. }
        | Deed::Listing { .. }
        | Deed::Alarm { .. }
        | Deed::Contradiction { .. }
        | Deed::Refusal { .. }
        | Deed::SubjectAccess { .. }
        | Deed::Snapshot { .. }
        | Deed::ServerKey { .. }
        | Deed::Undone { .. }
        | Deed::BegunAnew { .. } => false,
    }
}
