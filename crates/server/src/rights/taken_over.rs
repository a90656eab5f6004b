//! What earlier releases told of without numbers and keys, told of with them.
//!
//! Owns which collections and principals those are. A name of a collection that was exchanged before, or a key that was given to somebody before, is as good as any: what is there on the day
//! of the first start counts from then on, and the ledger says that it was taken over.
//!
//! # Invariants
//! - Once: after a start that says that the ledger tells of everything ([`Told::whole`]) nothing is taken over any more, unless a snapshot is put back. Whoever is killed in between goes on where
//!   they were.
//! - Nothing is taken over that contradicts the ledger.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use overt_gallery::{Acting, Actor, CollectionName, Gallery, PrincipalName, Rights as Records};

use super::{AT_ONCE, About, Rights, Told, contradictions};
use crate::account::{Book, BookError};

/// The task, in the ledger.
const TASK: &str = "take-over";

impl Rights {
    /// Has the ledger tell of what earlier releases told of without numbers and keys. Whether it tells of everything now: of a long ledger, which is read beside the first requests,
    /// nobody knows yet.
    ///
    /// # Errors
    /// [`BookError`]: some may have been told of, and the next start goes on.
    pub(crate) fn take_over(&self, gallery: &Gallery, book: &Book) -> Result<bool, BookError> {
        if book.published().size > AT_ONCE || cfg!(feature = "bench-without-ledger") {
            return Ok(false);
        }
        self.take_over_now(gallery, book)
    }

    /// The same, however long the ledger is.
    ///
    /// # Errors
    /// As [`take_over`](Self::take_over).
    pub(crate) fn take_over_now(&self, gallery: &Gallery, book: &Book) -> Result<bool, BookError> {
        if self.taken_over.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let untold = {
            let (records, told) = self.read(gallery, book)?;
            let Some(untold) = Untold::of(&records, &told) else { return Ok(false) };
            untold
        };
        let Untold { collections, principals: people } = untold;
        if collections.is_empty() && people.is_empty() {
            self.taken_over.store(true, Ordering::Relaxed);
            return Ok(true);
        }
        tracing::info!(
            collections = collections.len(),
            principals = people.len(),
            "the ledger is told of what an earlier release told of without numbers and keys"
        );
        let gallery = gallery.acting(Arc::new(Acting::new(Actor::server(TASK))));
        gallery.tell_as_they_are(&collections)?;
        gallery.principals().tell_as_they_are(&people)?;
        gallery.record_outbox()?;
        self.taken_over.store(true, Ordering::Relaxed);
        Ok(true)
    }
}

/// What no entry tells of with its number or keys.
#[derive(Debug, PartialEq, Eq)]
struct Untold {
    collections: Vec<CollectionName>,
    principals: Vec<PrincipalName>,
}

impl Untold {
    /// `None` where that cannot be said: changes of principals wait for the ledger, or entries of a later release tell of who knows what.
    fn of(records: &Records, told: &Told) -> Option<Self> {
        let principals = records.principals.as_ref()?;
        if told.has_begun() && !told.complete() {
            return None;
        }
        if told.whole() {
            return Some(Self { collections: Vec::new(), principals: Vec::new() });
        }
        let contradicted: BTreeSet<About> =
            contradictions(records, told).into_iter().map(|one| one.about).collect();
        let agrees = |about: About| !contradicted.contains(&about);
        let collections = records
            .collections
            .iter()
            .filter(|one| one.policy.is_some() && told.number(one.name.as_str()).is_none())
            .filter(|one| agrees(About::Collection(one.name.to_string())))
            .map(|one| one.name.clone());
        let principals = principals
            .iter()
            .filter(|one| one.revoked.is_none() && told.keys(one.name.as_str()).keys().is_none())
            .filter(|one| agrees(About::Principal(one.name.to_string())))
            .map(|one| one.name.clone());
        Some(Self { collections: collections.collect(), principals: principals.collect() })
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;
    use std::path::Path;
    use std::sync::atomic::AtomicBool;

    use overt_gallery::{
        Allowed, CollectionEvent, Context, Database, Event, KeyTold, Limits, NewPrincipal, PrincipalChange,
        PrincipalEvent, Recorder, RecordingError, Sector,
    };

    use super::super::{Contradiction, Kind};
    use super::*;
    use crate::account::{Deed, Entry, LEDGER_FOLDER};
    use crate::testing::research;

    struct Open {
        database: Arc<Database>,
        book: Arc<Book>,
        gallery: Gallery,
        silence: Arc<Silence>,
    }

    /// A ledger that is told nothing for a while.
    struct Silence {
        book: Arc<Book>,
        on: AtomicBool,
    }

    impl Recorder for Silence {
        fn record(&self, events: &[Event]) -> Result<Range<u64>, RecordingError> {
            if self.on.load(Ordering::Relaxed) { Ok(0..0) } else { self.book.record(events) }
        }

        fn take_back(&self, entries: Range<u64>) -> Result<(), RecordingError> {
            self.book.take_back(entries)
        }
    }

    impl Open {
        fn of(folder: &Path) -> Self {
            let database = Arc::new(Database::open(folder, Context::system()).unwrap());
            let book = Book::open(folder, None, Context::system(), &database).unwrap();
            Self::with(database, book)
        }

        fn with(database: Arc<Database>, book: Arc<Book>) -> Self {
            let silence = Arc::new(Silence { book: Arc::clone(&book), on: AtomicBool::new(false) });
            let recorder = Arc::clone(&silence) as Arc<dyn Recorder>;
            let gallery = Gallery::open(Arc::clone(&database), Limits::default(), recorder).unwrap();
            Self { database, book, gallery, silence }
        }

        /// Does something to the records that no ledger is told of.
        fn beside<T>(&self, change: impl FnOnce(&Gallery) -> T) -> T {
            self.silence.on.store(true, Ordering::Relaxed);
            let done = change(&self.gallery);
            self.silence.on.store(false, Ordering::Relaxed);
            done
        }

        fn hide(&self, name: &str) {
            self.beside(|gallery| gallery.create_collection(research(name)).unwrap());
        }

        fn tell(&self, deed: Deed) {
            let number =
                self.book.append(&Actor::operator("test"), deed, &self.book.seal().unwrap()).unwrap();
            self.database.all_made(number + 1).unwrap();
        }

        /// A collection as an earlier release made it: its entry has no number.
        fn old_collection(&self, name: &str) -> CollectionName {
            let made = self.beside(|gallery| gallery.create_collection(research(name)).unwrap());
            self.tell(Deed::Collection {
                event: CollectionEvent::Created,
                collection: name.into(),
                model: "test-1".into(),
                total: 0,
                rules: made.policy.tags().into_iter().collect(),
                number: None,
            });
            made.name
        }

        /// A principal as an earlier release made it: its entry has no keys.
        fn old_principal(&self, name: &str) -> KeyTold {
            let new = NewPrincipal {
                name: name.parse().unwrap(),
                organisation: "Museum".parse().unwrap(),
                sector: Sector::Media,
                allowed: Allowed::All,
            };
            let key = self.beside(|gallery| {
                let key = gallery.principals().create(&new).unwrap();
                gallery.record_outbox().unwrap();
                key
            });
            self.tell(Deed::Principal(PrincipalChange {
                event: PrincipalEvent::Created,
                name: name.into(),
                organisation: "Museum".into(),
                sector: "media".into(),
                allowed: vec!["all".into()],
                keys: Vec::new(),
            }));
            KeyTold { id: key.id.digest(), ends: None }
        }

        fn start(&self) -> (Rights, bool) {
            let rights = Rights::default();
            let whole = rights.take_over(&self.gallery, &self.book).unwrap();
            self.book.started("settings", &[], whole).unwrap();
            (rights, whole)
        }

        fn entries(&self) -> Vec<Entry> {
            let mut entries = Vec::new();
            let size = self.book.publish().unwrap().size;
            self.book.each(0..size, |_, entry| entries.push(entry)).unwrap();
            entries
        }

        /// Collections with their numbers and principals with their keys that were taken over.
        fn taken(&self) -> Vec<(String, Option<u64>, Vec<KeyTold>)> {
            let of = |entry: Entry| match entry.deed {
                Deed::Collection { event: CollectionEvent::TakenOver, collection, number, .. } => {
                    Some((collection, number, Vec::new()))
                }
                Deed::Principal(PrincipalChange { event: PrincipalEvent::TakenOver, name, keys, .. }) => {
                    Some((name, None, keys))
                }
                _ => None,
            };
            self.entries().into_iter().filter_map(of).collect()
        }

        fn contradictions(&self) -> Vec<Contradiction> {
            Rights::default().compare(&self.gallery, &self.book).unwrap()
        }
    }

    fn first() -> Deed {
        Deed::Start { version: "0".into(), settings: "0".into(), witnesses: Vec::new(), whole: false }
    }

    /// A1, D4: the first start states numbers and keys, also of what it had not come to when it was killed; exchanged names are found from then on. What contradicts the ledger is not
    /// taken over.
    #[test]
    fn a1_d4_what_an_earlier_release_told_of_is_taken_over_once() {
        let folder = tempfile::tempdir().unwrap();
        let open = Open::of(folder.path());
        open.tell(first());
        let (one, _other) = (open.old_collection("one"), open.old_collection("other"));
        let key = open.old_principal("anna");
        open.hide("hidden");
        // Killed after the first of them.
        open.gallery.tell_as_they_are(std::slice::from_ref(&one)).unwrap();
        assert!(open.start().1);
        let expected = vec![
            ("one".to_owned(), Some(1), Vec::new()),
            ("other".to_owned(), Some(2), Vec::new()),
            ("anna".to_owned(), None, vec![key]),
        ];
        assert_eq!(open.taken(), expected);
        let found = open.contradictions();
        assert!(matches!(&found[..], [one] if one.to_string().contains("collection hidden")), "{found:?}");
        // Another start, and another name that nobody told of.
        assert!(open.start().1);
        assert_eq!(open.taken(), expected);
        open.beside(|gallery| gallery.delete_collection(&one).unwrap());
        open.hide("one");
        assert!(open.contradictions().iter().any(|one| one.kind == Kind::Exchanged));
        let starts: Vec<bool> = open
            .entries()
            .into_iter()
            .filter_map(|entry| match entry.deed {
                Deed::Start { whole, .. } => Some(whole),
                _ => None,
            })
            .collect();
        assert_eq!(starts, [false, true, true]);
    }

    /// A1: a ledger that was begun anew tells of what was there then, and what comes to be beside the server afterwards contradicts it as in any other.
    #[test]
    fn a1_after_a_ledger_was_begun_anew_what_was_there_is_taken_over() {
        let folder = tempfile::tempdir().unwrap();
        {
            let open = Open::of(folder.path());
            open.tell(first());
            open.old_collection("one");
            open.book.publish().unwrap();
        }
        fs_err::remove_dir_all(folder.path().join(LEDGER_FOLDER)).unwrap();
        let database = Arc::new(Database::open(folder.path(), Context::system()).unwrap());
        let book =
            Book::begin_anew(folder.path(), None, "a disk failed", Context::system(), &database).unwrap();
        let open = Open::with(database, book);
        assert!(open.start().1);
        assert_eq!(open.taken(), [("one".to_owned(), Some(1), Vec::new())]);
        assert_eq!(open.contradictions(), []);
        open.hide("hidden");
        assert_eq!(open.contradictions().len(), 1);
        assert!(open.start().1);
        assert_eq!(open.taken().len(), 1, "it is not taken over");
    }
}
