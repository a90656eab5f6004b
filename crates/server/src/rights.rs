//! Whether the records give more than the ledger says was declared: rows that were changed beside the server (REQUIREMENTS A1).
//!
//! Owns what follows from the ledger's entries for collections, principals and overrides, the comparison with the records, and what is
//! refused while they contradict each other. What a policy is and when it is wider than another, the gallery knows.
//!
//! # Invariants
//! - What counts is what was declared when a collection was made, and what narrowed it since. An entry that says more than the one before
//!   it changes nothing: a widened row that was written into the ledger by some later change is as wide as before.
//! - Entries that are undone count for nothing. A key that was replaced before a snapshot was put back stays replaced.
//! - What an earlier release told of without number or keys is told of once with them (`taken_over`); from then on whatever the ledger does not tell of contradicts it.
//! - A contradiction is told once for each process that meets it; it is over when records and ledger agree again.

mod beside;
mod given;
mod steps;
mod taken_over;
mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Instant;

use metrics::gauge;
use overt_gallery::policy::is_policy_tag;
use overt_gallery::{Actor, Gallery, Moment, Principal, Rights as Records};
use overt_ledger::Folder;
use overt_protocol::{ErrorCode, Operation, Request};

pub(crate) use beside::{Unpublished, keys_given};
pub(crate) use given::Given;
pub(crate) use told::{Told, policy_of};

use crate::account::{Book, BookError, Deed, read_some};
use crate::error::ApiError;
use crate::ops::collection_of;

/// Entries that are read before a start: half a second in an optimised build whose files are in memory, or some seconds from a slow disk. An unoptimised build takes 35 µs for each.
/// A longer ledger is read beside the first requests.
const AT_ONCE: u64 = if cfg!(debug_assertions) { 200_000 } else { 1_000_000 };

/// Something that the records give and the ledger does not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Contradiction {
    /// The collection or principal.
    pub(crate) about: About,
    /// The entry that counts; `None` when none tells of it.
    pub(crate) entry: Option<u64>,
    /// What the records give, in words that may be read by anybody.
    pub(crate) what: String,
    /// In which respect.
    pub(crate) kind: Kind,
}

/// In which respect records contradict the ledger, or themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// They give more than was declared.
    Wider,
    /// Searches below the floor are allowed that nobody allowed so.
    Override,
    /// Other faces lie under a collection's name than those that were put there.
    Exchanged,
    /// A principal has a key that it was not given.
    Key,
    /// The number of a collection's faces is not that of its faces.
    Count,
}

impl Contradiction {
    /// What mends it.
    pub(crate) fn mend(&self) -> &'static str {
        match (self.kind, &self.about) {
            (Kind::Wider, About::Collection(_)) => {
                "a narrower declaration (TagResource), or the deletion of the collection, mends it"
            }
            (Kind::Wider, About::Principal(_)) => {
                "`overt principals describe` or `revoke`, which the ledger is told of, mends it"
            }
            (Kind::Override, _) => "ending the override (`overt overrides end`) mends it",
            (Kind::Exchanged, _) => {
                "a snapshot from before, or giving each collection its own name again, mends it"
            }
            (Kind::Key, _) => {
                "`overt principals rotate`, which gives such a key no grace, or `revoke` mends it"
            }
            (Kind::Count, _) => "`overt fsck --repair` mends it",
        }
    }
}

/// Whose rights they are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum About {
    /// A collection's, by name.
    Collection(String),
    /// A principal's, by name.
    Principal(String),
}

impl std::fmt::Display for Contradiction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let whose = match &self.about {
            About::Collection(name) => format!("the collection {name}"),
            About::Principal(name) => format!("the principal {name}"),
        };
        match self.entry {
            None if self.kind == Kind::Count => {
                write!(f, "the records of {whose} contradict themselves: {}", self.what)
            }
            Some(entry) => {
                write!(f, "the records of {whose} contradict entry {entry} of the ledger: {}", self.what)
            }
            None => write!(f, "no entry of the ledger tells of {whose}: {}", self.what),
        }
    }
}

/// What is done about a collection, as far as it matters while its records contradict the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Does {
    /// What the records give is told: that is how somebody finds out what to mend.
    Describe,
    /// People are removed, or rights narrowed.
    Remove,
    /// Anything else.
    Use,
}

impl Does {
    /// What a request does.
    fn of(request: &Request) -> Self {
        use Operation as O;
        match request.operation() {
            O::DescribeCollection | O::ListTagsForResource => Self::Describe,
            O::DeleteCollection
            | O::DeleteFaces
            | O::DeleteUser
            | O::DisassociateFaces
            // Of a name that is there it changes nothing.
            | O::CreateCollection => Self::Remove,
            O::TagResource if narrows(request) => Self::Remove,
            _ => Self::Use,
        }
    }
}

/// Whether a request only gives tags that declare a policy: of a collection that is there they only narrow.
fn narrows(request: &Request) -> bool {
    let Request::TagResource(request) = request else { return false };
    request.tags.iter().flatten().all(|(key, _)| is_policy_tag(key))
}

/// The comparison of records and ledger, and what it found last.
#[derive(Debug, Default)]
pub(crate) struct Rights {
    told: Mutex<Told>,
    /// What earlier releases told of is told of with numbers and keys.
    taken_over: AtomicBool,
    found: RwLock<Arc<BTreeMap<About, Contradiction>>>,
    /// What the ledger was told of by this process.
    reported: Mutex<BTreeSet<Contradiction>>,
}

impl Rights {
    /// Compares before anything is answered, unless the ledger is so long that nobody would wait for it: then the first turn of the upkeep
    /// does.
    ///
    /// # Errors
    /// [`BookError`].
    pub(crate) fn begin(&self, gallery: &Gallery, book: &Book) -> Result<(), BookError> {
        if book.published().size > AT_ONCE {
            tracing::info!("records and ledger are compared beside the first requests");
            return Ok(());
        }
        self.look(gallery, book)
    }

    /// Compares what the records give with what the ledger says, tells the ledger of what is new, and refuses accordingly from now on.
    ///
    /// # Errors
    /// [`BookError`]; what was found before stands then.
    pub(crate) fn look(&self, gallery: &Gallery, book: &Book) -> Result<(), BookError> {
        let found = self.compare(gallery, book)?;
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        for one in &found {
            if reported.contains(one) {
                continue;
            }
            tracing::error!(what = %one, "records and ledger contradict each other: what it is about is refused");
            let (collection, principal) = match one.about.clone() {
                About::Collection(name) => (Some(name), None),
                About::Principal(name) => (None, Some(name)),
            };
            let (entry, what) = (one.entry, one.what.clone());
            let deed = Deed::Contradiction { collection, principal, entry, what };
            book.append(&Actor::server("rights"), deed, &book.seal()?)?;
            reported.insert(one.clone());
        }
        gauge!("overt_contradictions").set(found.len() as f64);
        let by_subject = found.into_iter().map(|one| (one.about.clone(), one)).collect();
        *self.found.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(by_subject);
        Ok(())
    }

    /// What contradicts the ledger now.
    ///
    /// # Errors
    /// [`BookError`].
    pub(crate) fn compare(&self, gallery: &Gallery, book: &Book) -> Result<Vec<Contradiction>, BookError> {
        if cfg!(feature = "bench-without-ledger") {
            return Ok(Vec::new());
        }
        let (records, told) = self.read(gallery, book)?;
        Ok(contradictions(&records, &told))
    }

    /// The records of this moment, and what the ledger says up to their last change.
    fn read(&self, gallery: &Gallery, book: &Book) -> Result<(Records, MutexGuard<'_, Told>), BookError> {
        let records = gallery.rights()?;
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        // The records' changes are in the ledger before they are made; a checkpoint may come a second later.
        let published = book.published().size;
        let size = if published < records.recorded { book.publish()?.size } else { published };
        let source = Folder(book.folder().to_owned());
        if !told.has_begun() {
            read_some(&source, size, 0..size.min(1), |_, bytes| told.begin(bytes))?;
        }
        let (first, started) = (told.seen(), Instant::now());
        // What comes after the records' last change tells of none that is made.
        read_some(&source, size, told.seen()..records.recorded.min(size), |number, bytes| {
            told.add(number, bytes);
        })?;
        let (entries, millis) = (told.seen().saturating_sub(first), started.elapsed().as_millis());
        tracing::debug!(entries, millis, "read what the ledger says of rights");
        Ok((records, told))
    }

    /// Refuses a request about a collection whose records contradict the ledger.
    ///
    /// # Errors
    /// As [`check_for`](Self::check_for).
    pub(crate) fn check(&self, request: &Request) -> Result<(), ApiError> {
        match collection_of(request) {
            Some(name) => self.check_for(name, Does::of(request)),
            None => Ok(()),
        }
    }

    /// Refuses what is done about a collection whose records contradict the ledger, but for what describes, removes or narrows; and what removes or narrows too where the name
    /// is another's: it would be done to that one.
    ///
    /// # Errors
    /// AccessDeniedException that names the entry.
    pub(crate) fn check_for(&self, name: &str, does: Does) -> Result<(), ApiError> {
        let about = About::Collection(name.to_owned());
        let exchanged = || self.about(&about).is_some_and(|one| one.kind == Kind::Exchanged);
        match does {
            Does::Describe => Ok(()),
            Does::Remove if !exchanged() => Ok(()),
            Does::Remove | Does::Use => self.check_about(&about),
        }
    }

    /// Refuses a collection whose records contradict the ledger.
    ///
    /// # Errors
    /// As [`check_for`](Self::check_for).
    pub(crate) fn check_collection(&self, name: &str) -> Result<(), ApiError> {
        self.check_about(&About::Collection(name.to_owned()))
    }

    /// What contradicts the ledger in a collection's records, as was found last.
    pub(crate) fn of_collection(&self, name: &str) -> Option<Contradiction> {
        self.about(&About::Collection(name.to_owned()))
    }

    /// Refuses a principal whose records contradict the ledger.
    ///
    /// # Errors
    /// As [`check_for`](Self::check_for).
    pub(crate) fn check_principal(&self, principal: &Principal) -> Result<(), ApiError> {
        self.check_about(&About::Principal(principal.name.to_string()))
    }

    fn about(&self, about: &About) -> Option<Contradiction> {
        self.found.read().unwrap_or_else(PoisonError::into_inner).get(about).cloned()
    }

    fn check_about(&self, about: &About) -> Result<(), ApiError> {
        let Some(one) = self.about(about) else { return Ok(()) };
        let mend = one.mend();
        Err(ApiError::new(
            ErrorCode::AccessDeniedException,
            format!(
                "Refused: {one}. They were changed beside the server, and nothing is done under them until they agree; {mend}, \
                 and `overt fsck` names what there is."
            ),
        )
        .denied("records")
        .because("records and ledger contradict each other"))
    }
}

/// Where the records give more than the ledger says.
fn contradictions(records: &Records, told: &Told) -> Vec<Contradiction> {
    let mut found = Vec::new();
    for rights in &records.collections {
        let about = About::Collection(rights.name.to_string());
        let name = rights.name.as_str();
        let mut say = |kind: Kind, entry: Option<u64>, what: String| {
            found.push(Contradiction { about: about.clone(), entry, what, kind });
        };
        if let Some((entry, number)) = told.number(name)
            && number != rights.number
        {
            let what =
                format!("its faces are those of collection number {} in place of {number}", rights.number);
            say(Kind::Exchanged, Some(entry), what);
            continue;
        }
        if let Some((kept, there)) = rights.miscounted {
            say(Kind::Count, None, format!("they count {kept} faces, and there are {there}"));
            continue;
        }
        match (told.collection(name), &rights.policy) {
            (Some((entry, declared)), Some(policy)) => {
                if let Some(what) = policy.wider_than(&declared) {
                    say(Kind::Wider, Some(entry), what);
                    continue;
                }
            }
            // Made before there was a ledger, or one that was lost told of it.
            (None, Some(policy))
                if told.whole() || !told.begun_anew() && !rights.older && told.complete() =>
            {
                say(
                    Kind::Wider,
                    None,
                    format!("it is for {}, and may be used to {}", policy.purpose(), policy.uses()),
                );
                continue;
            }
            _ => {}
        }
        if let Some(overridden) = &rights.overridden
            && !told.begun_anew()
            && let Err(entry) = told.check_override(name, overridden)
        {
            say(
                Kind::Override,
                entry,
                format!("the override {} allows searches from {} on", overridden.id, overridden.lowest),
            );
        }
    }
    for principal in records.principals.iter().flatten() {
        let about = About::Principal(principal.name.to_string());
        if let Some((entry, what)) = foreign_key(told, principal, records.at) {
            found.push(Contradiction { about, entry: Some(entry), what, kind: Kind::Key });
            continue;
        }
        match told.principal(principal.name.as_str()) {
            Some((entry, declared)) => {
                if let Some(what) = declared.differs(principal) {
                    found.push(Contradiction { about, entry: Some(entry), what, kind: Kind::Wider });
                }
            }
            None if told.whole() || !told.begun_anew() && told.began_before(principal.created) => {
                let allowed: Vec<_> = principal.allowed.words().collect();
                let what = format!("it may {}", allowed.join(", "));
                found.push(Contradiction { about, entry: None, what, kind: Kind::Wider });
            }
            None => {}
        }
    }
    found
}

/// A working key of a principal that it was not given: somebody else's, or one that was replaced.
fn foreign_key(told: &Told, principal: &Principal, at: Moment) -> Option<(u64, String)> {
    let given = told.keys(principal.name.as_str());
    let (entry, given) = given.keys()?;
    let mut foreign = principal.working_keys(at).filter(|key| !given.iter().any(|one| one.covers(key)));
    let key = foreign.next()?;
    let digest = key.id.digest();
    Some((
        entry,
        format!(
            "it has the access key with the digest {digest}, which it was not given or which was replaced"
        ),
    ))
}

#[cfg(test)]
mod tests;
