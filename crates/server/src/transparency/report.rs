//! The report as data: what `/transparency.json` says.
//!
//! Owns its computing out of a count, and the order of everything in it. Shares are for the reader to compute.
//!
//! # Invariants
//! - Members are sorted by name, lists by a rule that is stated here: the same ledger gives the same bytes.
//! - What is not known is left out or said; nothing is estimated.

use std::collections::BTreeMap;

use overt_ledger::verify::witnesses_under;
use overt_ledger::{Checkpoint, KeyKind, Note, NoteError, VerifierKey};
use serde::Serialize;

use super::counted::{Actor, Collection};
pub(super) use super::form::{
    CollectionUse, Day, Happened, Ledger, OrganisationUse, PrincipalUse, PurposeUse, Refused, Thresholds,
    WitnessState,
};
use super::sums::Sums;
use super::tally::Tally;

/// The version of the form.
const FORM: u32 = 1;

/// Why a report cannot be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The checkpoint is none.
    #[error("the checkpoint cannot be trusted")]
    Checkpoint(#[from] NoteError),
    /// What was counted is not what is under the checkpoint.
    #[error("{counted} entries were counted, and the checkpoint is over {signed}")]
    Counted {
        /// Entries that were counted.
        counted: u64,
        /// Entries under the checkpoint.
        signed: u64,
    },
    /// It cannot be written as JSON, which does not happen.
    #[error("the report cannot be written")]
    Json(#[from] serde_json::Error),
}

/// A report.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// What this is.
    pub report: &'static str,
    /// Its form's version.
    pub form: u32,
    /// Where it comes from.
    pub ledger: Ledger,
    /// The server's release, at its last start.
    pub release: Option<String>,
    /// How often it was started.
    pub starts: u64,
    /// Everything.
    pub total: Sums,
    /// Faces in all collections.
    pub faces: u64,
    /// Organisations, those with the most searches first, then by name.
    pub organisations: Vec<OrganisationUse>,
    /// Principals, in the same order.
    pub principals: Vec<PrincipalUse>,
    /// What the operator did at the command line.
    pub operator: Sums,
    /// Purposes, those with the most searches first, then by name.
    pub purposes: Vec<PurposeUse>,
    /// Collections, by name; of a name that was used again, the older one first.
    pub collections: Vec<CollectionUse>,
    /// Thresholds.
    pub thresholds: Thresholds,
    /// Refused calls, the most frequent first, then by reason.
    pub refusals: Vec<Refused>,
    /// Deleted faces by reason.
    pub deletions: BTreeMap<String, u64>,
    /// Times that the entries about a person were looked up for her.
    pub subject_accesses: u64,
    /// Records of consent by what became of them.
    pub consents: BTreeMap<String, u64>,
    /// Times that one principal searched, or one person was searched for, unusually often.
    pub alarms: u64,
    /// Times that the server found its records to give more than was declared: they were changed beside it.
    pub contradictions: u64,
    /// Entries that give a collection more than was declared, searches of collections that are not for it, and what principals did that the ledger does not grant them: what this report
    /// finds by itself.
    pub beyond_what_was_declared: u64,
    /// Days on which something was done, in their order.
    pub days: Vec<Day>,
    /// What happened last, oldest first.
    pub events: Vec<Happened>,
    /// What is not here.
    pub not_recorded: &'static [&'static str],
}

/// What a reader may look for and does not find.
const NOT_RECORDED: &[&str] = &[
    "Whether a match was confirmed or rejected by a person: this release keeps no reviews.",
    "What was done with an answer after it left the server.",
    "Requests without a valid signature or with invalid parameters: they reach nobody's data.",
];

impl Report {
    /// The report of what was counted, under the checkpoint in `note`.
    ///
    /// # Errors
    /// [`ReportError::Checkpoint`], [`ReportError::Counted`].
    pub fn new(tally: &Tally, note: &str, key: &VerifierKey) -> Result<Self, ReportError> {
        let checkpoint = Checkpoint::verify(note, key)?;
        if tally.entries != checkpoint.size {
            return Err(ReportError::Counted { counted: tally.entries, signed: checkpoint.size });
        }
        let collections = collections(tally);
        Ok(Self {
            report: "overt transparency report",
            form: FORM,
            ledger: ledger(tally, note, &checkpoint, key)?,
            release: tally.release.clone(),
            starts: tally.starts,
            total: tally.total.clone(),
            faces: collections.iter().map(|collection| collection.faces).sum(),
            organisations: organisations(tally),
            principals: principals(tally),
            operator: tally.operator.clone(),
            purposes: purposes(&collections),
            collections,
            thresholds: Thresholds {
                applied: tally.bands.clone(),
                raised_to_the_floor: tally.raised,
                below_the_floor_by_override: tally.overridden.clone(),
                strangers: tally.strangers.clone(),
            },
            refusals: refusals(tally),
            deletions: tally.deletions.clone(),
            subject_accesses: tally.subject_accesses,
            consents: tally.consents.clone(),
            alarms: tally.alarms,
            contradictions: tally.contradictions,
            beyond_what_was_declared: tally.beyond,
            days: tally.days.iter().map(|(day, done)| Day { day: day.clone(), done: done.clone() }).collect(),
            events: tally
                .events
                .iter()
                .map(|event| Happened { entry: event.entry, at: event.at.clone(), what: event.what.clone() })
                .collect(),
            not_recorded: NOT_RECORDED,
        })
    }

    /// Its bytes: JSON, members sorted, indented for people.
    ///
    /// # Errors
    /// [`ReportError::Json`].
    pub fn to_json(&self) -> Result<Vec<u8>, ReportError> {
        // Through a value, whose objects are sorted by their keys.
        let mut bytes = serde_json::to_vec_pretty(&serde_json::to_value(self)?)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

fn ledger(
    tally: &Tally,
    note: &str,
    checkpoint: &Checkpoint,
    key: &VerifierKey,
) -> Result<Ledger, ReportError> {
    let parsed = Note::parse(note)?;
    let mut witnesses = Vec::new();
    for text in &tally.witnesses {
        // What stands in the ledger is what the operator wrote; no key, no cosignature.
        let Ok(witness) = VerifierKey::parse(text) else { continue };
        if witness.kind() != KeyKind::Cosignature {
            continue;
        }
        let seen = witnesses_under(&parsed, std::slice::from_ref(&witness))?;
        witnesses.push(WitnessState {
            name: witness.name().to_owned(),
            key: text.clone(),
            cosigned: seen.first().map(|(_, time)| *time),
        });
    }
    let (first, last) = tally.span.clone().unzip();
    Ok(Ledger {
        origin: checkpoint.origin.clone(),
        key: key.to_string(),
        entries: checkpoint.size,
        root: checkpoint.root.to_string(),
        checkpoint: note.to_owned(),
        first_entry: first,
        last_entry: last,
        witnessed: witnesses.iter().any(|witness| witness.cosigned.is_some()),
        witnesses,
        undone: tally.undone,
        unreadable: tally.unreadable,
        other_kinds: tally.other_kinds.clone(),
    })
}

fn principals(tally: &Tally) -> Vec<PrincipalUse> {
    let one = |(name, actor): (&String, &Actor)| {
        let (first_seen, last_seen) = actor.active.clone().unzip();
        PrincipalUse {
            name: name.clone(),
            organisation: actor.organisation.clone(),
            sector: actor.sector.clone(),
            allowed: actor.allowed.clone(),
            created: actor.created.clone(),
            revoked: actor.revoked.clone(),
            first_seen,
            last_seen,
            did: actor.sums.clone(),
            searches_by_purpose: actor.purposes.clone(),
        }
    };
    let mut all: Vec<_> = tally.principals.iter().map(one).collect();
    all.sort_by(|one, two| two.did.searches.cmp(&one.did.searches).then_with(|| one.name.cmp(&two.name)));
    all
}

fn organisations(tally: &Tally) -> Vec<OrganisationUse> {
    let mut found: BTreeMap<(&str, &str), OrganisationUse> = BTreeMap::new();
    for actor in tally.principals.values() {
        let organisation =
            found.entry((&actor.organisation, &actor.sector)).or_insert_with(|| OrganisationUse {
                organisation: actor.organisation.clone(),
                sector: actor.sector.clone(),
                principals: 0,
                did: Sums::default(),
                searches_by_purpose: BTreeMap::new(),
            });
        organisation.principals += 1;
        organisation.did.add(&actor.sums);
        for (purpose, searches) in &actor.purposes {
            *organisation.searches_by_purpose.entry(purpose.clone()).or_default() += searches;
        }
    }
    let mut all: Vec<_> = found.into_values().collect();
    // The map is sorted by name; a stable sort keeps that among equals.
    all.sort_by_key(|organisation| std::cmp::Reverse(organisation.did.searches));
    all
}

fn collections(tally: &Tally) -> Vec<CollectionUse> {
    let one = |name: &String, gallery: &Collection| CollectionUse {
        name: name.clone(),
        purpose: gallery.purpose().to_owned(),
        rules: gallery.rules.clone(),
        model: gallery.model.clone(),
        faces: gallery.faces,
        most_faces: gallery.most_faces,
        created: gallery.created.clone(),
        deleted: gallery.deleted.clone(),
        done: gallery.sums.clone(),
    };
    let named = tally.galleries.iter();
    named
        .flat_map(|(name, bearers)| {
            bearers.past.iter().chain([&bearers.present]).map(move |gallery| one(name, gallery))
        })
        .collect()
}

fn purposes(collections: &[CollectionUse]) -> Vec<PurposeUse> {
    let mut found: BTreeMap<&str, PurposeUse> = BTreeMap::new();
    for collection in collections {
        let purpose = found
            .entry(&collection.purpose)
            .or_insert_with(|| PurposeUse { purpose: collection.purpose.clone(), ..PurposeUse::default() });
        purpose.collections += u64::from(collection.deleted.is_none());
        purpose.faces += collection.faces;
        purpose.done.add(&collection.done);
    }
    let mut all: Vec<_> = found.into_values().collect();
    all.sort_by_key(|purpose| std::cmp::Reverse(purpose.done.searches));
    all
}

fn refusals(tally: &Tally) -> Vec<Refused> {
    let one = |((reason, code), count): (&(String, String), &u64)| Refused {
        reason: reason.clone(),
        code: code.clone(),
        count: *count,
    };
    let mut all: Vec<_> = tally.refusals.iter().map(one).collect();
    all.sort_by_key(|refused| std::cmp::Reverse(refused.count));
    all
}
