//! Subject access: everything that the ledger has about one person, as a document to hand over (REQUIREMENTS F3).
//!
//! Owns the search of the ledger for a person's tags. Who the person is, the operator has to have verified; which records are hers, the gallery
//! knows.
//!
//! # Invariants
//! - A person is found by the secrets of her faces and users alone: nothing is compared by likeness, and nobody else's entry gets in.
//! - What the ledger says was undone is in the document, and marked.

mod html;

use std::ops::Range;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use overt_gallery::{FaceId, PersonRecords, Subject, UserName, Who};
use serde::{Deserialize, Serialize};

use crate::account::{Deed, Entry, Probe, Tag, Thousandths};

pub(crate) use html::page;

/// The version of the form.
const FORM: u32 = 1;

/// Somebody to look for.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// The id, for people.
    pub(crate) name: String,
    /// What tags are made of.
    pub(crate) subject: Subject,
}

/// A face, as it is recorded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RecordedFace {
    pub(crate) face_id: String,
    pub(crate) image_id: String,
    pub(crate) external_image_id: Option<String>,
    pub(crate) user_id: Option<String>,
    /// When it was added, milliseconds since 1970.
    pub(crate) added: i64,
    /// With it and the face's id anybody finds these entries in the public ledger, for ever.
    pub(crate) finder: String,
}

/// A user, as it is recorded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RecordedUser {
    pub(crate) user_id: String,
    pub(crate) faces: u32,
    pub(crate) finder: String,
}

/// An entry about the person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Found {
    /// Its number in the ledger.
    pub(crate) entry: u64,
    /// When.
    pub(crate) at: String,
    /// What: `added`, `deleted`, `returned`, `searched-with`, `associated`, `disassociated`, `created`.
    pub(crate) what: String,
    /// Which face or user.
    pub(crate) subject: String,
    /// Who did it: principal, organisation and sector, `the operator` or `the server`.
    pub(crate) who: String,
    /// The organisation that answers for it.
    pub(crate) organisation: Option<String>,
    /// Its sector.
    pub(crate) sector: Option<String>,
    /// The operation, command or task.
    pub(crate) operation: String,
    /// What the caller called the case.
    pub(crate) case: Option<String>,
    /// The request's id.
    pub(crate) request: Option<String>,
    /// The collection.
    pub(crate) collection: String,
    /// What it was searched for.
    pub(crate) purpose: Option<String>,
    /// How alike, thousandths of a percent.
    pub(crate) similarity: Option<u32>,
    /// At which place of the answer, from 1.
    pub(crate) rank: Option<u64>,
    /// How many were returned.
    pub(crate) returned: Option<u64>,
    /// How many were searched.
    pub(crate) searched: Option<u64>,
    /// The threshold, thousandths of a percent.
    pub(crate) threshold: Option<u32>,
    /// The version of the templates.
    pub(crate) model: Option<String>,
    /// The ledger says that this was not done after all.
    pub(crate) undone: bool,
}

/// The document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Dossier {
    pub(crate) document: String,
    pub(crate) form: u32,
    /// What was asked for.
    pub(crate) asked: String,
    /// In which collection.
    pub(crate) collection: String,
    /// The ledger.
    pub(crate) ledger: String,
    /// Its public key.
    pub(crate) key: String,
    /// Entries that were looked through.
    pub(crate) entries: u64,
    /// Its root then.
    pub(crate) root: String,
    /// What is recorded now.
    pub(crate) faces: Vec<RecordedFace>,
    /// Users that these faces belong to.
    pub(crate) users: Vec<RecordedUser>,
    /// What the ledger has, oldest first.
    pub(crate) found: Vec<Found>,
}

/// A search through a ledger's entries, one after the other.
pub(crate) struct Search {
    wanted: Vec<Wanted>,
    found: Vec<Found>,
    undone: Vec<Range<u64>>,
    /// The last search, of which further candidates may follow.
    last: Option<(Entry, u64)>,
}

/// Everybody that records mean.
pub(crate) fn wanted(records: &PersonRecords) -> Vec<Wanted> {
    let faces = records
        .faces
        .iter()
        .map(|face| Wanted { name: face.id.to_string(), subject: Subject::face(face.id, face.finder) });
    let users = records
        .users
        .iter()
        .map(|user| Wanted { name: user.name.to_string(), subject: Subject::user(&user.name, user.finder) });
    faces.chain(users).collect()
}

/// A face or user by an id and a finder, as a document or receipt has handed them over.
pub(crate) fn by_finder(id: &str, finder: &str) -> Option<Wanted> {
    let bytes: [u8; 16] = BASE64_URL_SAFE_NO_PAD.decode(finder).ok()?.try_into().ok()?;
    let finder = overt_gallery::Finder::from_bytes(bytes);
    let subject = match id.parse::<FaceId>() {
        Ok(face) => Subject::face(face, finder),
        Err(_) => Subject::user(&id.parse::<UserName>().ok()?, finder),
    };
    Some(Wanted { name: id.to_owned(), subject })
}

impl Search {
    pub(crate) fn new(wanted: Vec<Wanted>) -> Self {
        Self { wanted, found: Vec::new(), undone: Vec::new(), last: None }
    }

    /// Whether a tag of an entry is one of those that are looked for: its place among them.
    fn whose(&self, entry: &Entry, tag: &Tag) -> Option<&Wanted> {
        self.wanted.iter().find(|wanted| Tag::of(&wanted.subject, &entry.nonce) == *tag)
    }

    /// Looks at an entry. One that this release cannot read is passed over.
    pub(crate) fn look(&mut self, number: u64, bytes: &[u8]) {
        let Ok(entry) = Entry::parse(bytes) else { return };
        let mut found = Vec::new();
        match &entry.deed {
            Deed::Search { probe, candidates, .. } => {
                if let Probe::Face(tag) | Probe::User(tag) = probe
                    && let Some(wanted) = self.whose(&entry, tag)
                {
                    found.push(described(number, &entry, "searched-with", &wanted.name, None));
                }
                for (rank, candidate) in (1..).zip(candidates) {
                    if let Some(wanted) = self.whose(&entry, &candidate.tag) {
                        let place = Some((rank, candidate.similarity));
                        found.push(described(number, &entry, "returned", &wanted.name, place));
                    }
                }
                self.last = Some((entry.clone(), candidates.len() as u64));
            }
            Deed::More { candidates, faces } => {
                if let Some((head, before)) = &mut self.last {
                    let first = *before + 1;
                    *before += candidates.len() as u64;
                    let head = head.clone();
                    for (rank, candidate) in (first..).zip(candidates) {
                        if let Some(wanted) = self.whose(&entry, &candidate.tag) {
                            let place = Some((rank, candidate.similarity));
                            found.push(described(number, &head, "returned", &wanted.name, place));
                        }
                    }
                }
                for tag in faces {
                    if let Some(wanted) = self.whose(&entry, tag) {
                        found.push(described(number, &entry, "listed", &wanted.name, None));
                    }
                }
            }
            Deed::Enrolment { faces, .. } => self.faces(number, &entry, "added", faces, &mut found),
            Deed::Deletion { faces, .. } => self.faces(number, &entry, "deleted", faces, &mut found),
            Deed::User { event, user, faces, .. } => {
                self.faces(number, &entry, event, std::slice::from_ref(user), &mut found);
                self.faces(number, &entry, event, faces, &mut found);
            }
            Deed::Alarm { person: Some(tag), .. } => {
                self.faces(
                    number,
                    &entry,
                    "searched-for-unusually-often",
                    std::slice::from_ref(tag),
                    &mut found,
                );
            }
            Deed::Undone { from, to, .. } => self.undone.push(*from..*to),
            _ => {}
        }
        self.found.extend(found);
    }

    fn faces(&self, number: u64, entry: &Entry, what: &str, tags: &[Tag], found: &mut Vec<Found>) {
        for tag in tags {
            if let Some(wanted) = self.whose(entry, tag) {
                found.push(described(number, entry, what, &wanted.name, None));
            }
        }
    }

    /// What was found.
    pub(crate) fn end(self) -> Vec<Found> {
        let Self { mut found, undone, .. } = self;
        for one in &mut found {
            one.undone = undone.iter().any(|range| range.contains(&one.entry));
        }
        found
    }
}

fn described(
    number: u64,
    entry: &Entry,
    what: &str,
    subject: &str,
    place: Option<(u64, Thousandths)>,
) -> Found {
    let (who, organisation, sector) = match &entry.by.actor {
        Who::Principal { name, organisation, sector, key: _ } => {
            (name.clone(), Some(organisation.clone()), Some(sector.clone()))
        }
        Who::Operator => ("the operator".to_owned(), None, None),
        Who::Server => ("the server".to_owned(), None, None),
    };
    let mut found = Found {
        entry: number,
        at: entry.at.clone(),
        what: what.to_owned(),
        subject: subject.to_owned(),
        who,
        organisation,
        sector,
        operation: entry.by.operation.clone(),
        case: entry.by.case.clone(),
        request: entry.by.request.map(|id| id.to_string()),
        collection: String::new(),
        purpose: None,
        similarity: place.map(|(_, similarity)| similarity.0),
        rank: place.map(|(rank, _)| rank),
        returned: None,
        searched: None,
        threshold: None,
        model: None,
        undone: false,
    };
    match &entry.deed {
        Deed::Search { collection, purpose, model, searched, threshold, returned, .. } => {
            found.collection.clone_from(collection);
            found.purpose.clone_from(purpose);
            found.model = Some(model.clone());
            found.searched = Some(*searched);
            found.threshold = Some(threshold.0);
            found.returned = Some(*returned);
        }
        Deed::Enrolment { collection, model, .. } => {
            found.collection.clone_from(collection);
            found.model = Some(model.clone());
        }
        Deed::Deletion { collection, .. }
        | Deed::User { collection, .. }
        | Deed::Alarm { collection, .. } => {
            found.collection.clone_from(collection);
        }
        _ => {}
    }
    found
}

/// Puts the document together.
pub(crate) fn dossier(
    asked: &str,
    collection: &str,
    key: &overt_ledger::VerifierKey,
    checkpoint: &overt_ledger::Checkpoint,
    records: &PersonRecords,
    found: Vec<Found>,
) -> Dossier {
    let finder = |finder: &overt_gallery::Finder| BASE64_URL_SAFE_NO_PAD.encode(finder.as_bytes());
    Dossier {
        document: "overt subject access".to_owned(),
        form: FORM,
        asked: asked.to_owned(),
        collection: collection.to_owned(),
        ledger: checkpoint.origin.clone(),
        key: key.to_string(),
        entries: checkpoint.size,
        root: checkpoint.root.to_string(),
        faces: records
            .faces
            .iter()
            .map(|face| RecordedFace {
                face_id: face.id.to_string(),
                image_id: face.image.to_string(),
                external_image_id: face.external_id.as_ref().map(ToString::to_string),
                user_id: face.user.as_ref().map(ToString::to_string),
                added: face.created.as_millis(),
                finder: finder(&face.finder),
            })
            .collect(),
        users: records
            .users
            .iter()
            .map(|user| RecordedUser {
                user_id: user.name.to_string(),
                faces: user.faces,
                finder: finder(&user.finder),
            })
            .collect(),
        found,
    }
}

#[cfg(test)]
mod tests;
