//! The recount: what the ledger has of the present hour and day, counted again after a start.
//!
//! Owns the walk over the ledger from its end backwards, and how much of it is worth the time. Principals stand in entries by name. People stand there by tags, which
//! only their records recognise, one HMAC for each face and entry: that is bounded, and goes on beside the server's answers, on one thread.
//!
//! # Invariants
//! - Nothing is counted twice: entries from before the start are this walk's, later ones the server's.
//! - What was not tried is said in the log, in numbers.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use overt_gallery::{CollectionName, Database, GalleryError, Moment, Subject, Who as By};
use overt_ledger::tile::WIDTH;

use super::{Alarms, DAY, Who};
use crate::account::{Book, BookError, Deed, Entry, Probe, Sought, Tag, found};

/// Most faces and users that are tried against entries, all together: some ten seconds of one core.
const MOST_TRIED: u64 = 20_000_000;
/// Faces that are tried at a time.
const PAGE: u32 = 1 << 12;

/// A recount that can begin.
pub(crate) struct Recount {
    book: Arc<Book>,
    database: Arc<Database>,
    now: Moment,
    /// Entries that are this walk's.
    size: u64,
}

/// A recount that goes on.
pub(crate) struct Recounting {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// What a search or an alarm says of people of one collection.
struct Of {
    at: Moment,
    is_alarm: bool,
}

/// Entries about people, by collection, the newest first.
type People = BTreeMap<String, Vec<Sought<Of>>>;

impl Recount {
    /// Of everything that the ledger has now: before anything is answered.
    ///
    /// # Errors
    /// [`BookError`].
    pub(crate) fn before(book: Arc<Book>, database: Arc<Database>, now: Moment) -> Result<Self, BookError> {
        let size = book.publish()?.size;
        Ok(Self { book, database, now, size })
    }

    /// Goes on beside the server.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(self, alarms: Arc<Alarms>) -> std::io::Result<Recounting> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let run = move || {
            if let Err(error) = self.run(&alarms, &stopped) {
                let error = anyhow::Error::from(error);
                tracing::error!(
                    details = format!("{error:#}"),
                    "searches from before the start are not counted for alarms"
                );
            }
        };
        let thread = std::thread::Builder::new().name("recount".to_owned()).spawn(run)?;
        Ok(Recounting { stop, thread })
    }

    /// Counts.
    ///
    /// # Errors
    /// [`BookError`].
    pub(crate) fn run(self, alarms: &Alarms, stop: &AtomicBool) -> Result<(), BookError> {
        let (entries, people) = self.walk(alarms, stop)?;
        let (mut tried, mut left_out) = (0, 0);
        for (collection, sought) in people {
            let Ok(name) = collection.parse::<CollectionName>() else { continue };
            match self.try_people(alarms, &name, sought, &mut tried, stop) {
                Ok(left) => left_out += left,
                Err(BookError::Records(GalleryError::CollectionUnknown { .. })) => {}
                Err(error) => return Err(error),
            }
        }
        if left_out > 0 {
            tracing::warn!(
                entries,
                left_out,
                "searches from before the start are not all counted for alarms about people: it would take too long"
            );
        } else {
            tracing::debug!(entries, tried, "searches from before the start are counted for alarms");
        }
        Ok(())
    }

    /// Reads entries of the present day, the last bundle first; counts principals. The people whom they are about, by collection, the newest entry first.
    fn walk(&self, alarms: &Alarms, stop: &AtomicBool) -> Result<(u64, People), BookError> {
        let day = |at: Moment| at.as_millis().div_euclid(DAY);
        let mut people = People::new();
        // The ends of lists whose beginning lies in an earlier bundle.
        let mut more: HashMap<String, Vec<Tag>> = HashMap::new();
        let (mut end, mut read) = (self.size, 0);
        while end > 0 && !stop.load(Ordering::Relaxed) {
            let begin = (end - 1) / WIDTH * WIDTH;
            let mut entries: Vec<Entry> = Vec::new();
            self.book.each(begin..end, |_, entry| entries.push(entry))?;
            let mut of_today = false;
            for entry in entries.into_iter().rev() {
                let Ok(at) = entry.time().map(|time| Moment::from_millis(time.as_millisecond())) else {
                    continue;
                };
                if day(at) != day(self.now) {
                    continue;
                }
                (of_today, read) = (true, read + 1);
                self.note(alarms, entry, at, &mut more, &mut people);
            }
            if !of_today {
                break;
            }
            end = begin;
        }
        Ok((read, people))
    }

    fn note(
        &self,
        alarms: &Alarms,
        entry: Entry,
        at: Moment,
        more: &mut HashMap<String, Vec<Tag>>,
        people: &mut People,
    ) {
        let Entry { by, deed, nonce, .. } = entry;
        let (collection, mut tags, is_alarm) = match deed {
            Deed::More { candidates, .. } if !candidates.is_empty() => {
                let tags = candidates.into_iter().map(|candidate| candidate.tag);
                more.entry(nonce.as_str().to_owned()).or_default().extend(tags);
                return;
            }
            Deed::Search { collection, probe, candidates, .. } => {
                if let By::Principal { name, .. } = by.actor {
                    alarms.add(Who::Principal(name), at, self.now, 1, false);
                }
                let probe = match probe {
                    Probe::Face(tag) | Probe::User(tag) => Some(tag),
                    Probe::Picture(_) => None,
                };
                let tags: Vec<Tag> =
                    probe.into_iter().chain(candidates.into_iter().map(|candidate| candidate.tag)).collect();
                (collection, tags, false)
            }
            Deed::Alarm { principal: Some(name), about, .. } => {
                let who = if about.is_some() { Who::Unsuccessful(name) } else { Who::Principal(name) };
                alarms.add(who, at, self.now, 0, true);
                return;
            }
            Deed::Alarm { person: Some(tag), collection, .. } => (collection, vec![tag], true),
            _ => return,
        };
        tags.extend(more.remove(nonce.as_str()).unwrap_or_default());
        if !tags.is_empty() {
            people.entry(collection).or_default().push(Sought::new(nonce, &tags, Of { at, is_alarm }));
        }
    }

    /// Counts people of one collection; how many entries were left out.
    fn try_people(
        &self,
        alarms: &Alarms,
        name: &CollectionName,
        mut sought: Vec<Sought<Of>>,
        tried: &mut u64,
        stop: &AtomicBool,
    ) -> Result<u64, BookError> {
        let users = self.database.user_subjects(name)?;
        let records = (self.database.faces_in(name)? + users.len() as u64).max(1);
        let worth = usize::try_from(MOST_TRIED.saturating_sub(*tried) / records).unwrap_or(usize::MAX);
        let left_out = sought.len().saturating_sub(worth) as u64;
        sought.truncate(worth);
        *tried += records * sought.len() as u64;
        let mut count = |subjects: &[Subject]| {
            for (place, entry) in found(&mut sought, subjects, 1) {
                if let (Some(subject), Some(entry)) = (subjects.get(place), sought.get(entry)) {
                    let Of { at, is_alarm } = entry.of;
                    let who = Who::Person(*subject.finder.as_bytes());
                    alarms.add(who, at, self.now, u64::from(!is_alarm), is_alarm);
                }
            }
            sought.retain(|entry| !entry.is_done());
            sought.is_empty()
        };
        let users: Vec<Subject> = users.into_iter().map(|(_, subject)| subject).collect();
        let mut is_done = count(&users);
        let mut after = None;
        while !is_done && !stop.load(Ordering::Relaxed) {
            let page = self.database.face_subjects(name, after, PAGE)?;
            let Some((last, ..)) = page.last() else { break };
            after = Some(*last);
            let faces: Vec<Subject> = page.into_iter().map(|(_, _, subject)| subject).collect();
            is_done = count(&faces);
        }
        Ok(left_out)
    }
}

impl Recounting {
    /// Ends it, done or not. Blocking for some milliseconds.
    pub(crate) fn end(self) {
        self.stop.store(true, Ordering::Relaxed);
        // A panic has been reported by the panic hook.
        let _panicked = self.thread.join();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{Candidate, Thousandths};
    use crate::config::AlarmsConfig;
    use crate::testing::research;
    use overt_gallery::{
        Actor, AddFaces, Clock, Context, FaceBox, Gallery, ImageId, Limits, NewFace, Randomness,
        RandomnessError, Recorder,
    };

    /// Noon, so that everything is of one hour and one day.
    struct Noon;

    impl Clock for Noon {
        fn now(&self) -> Moment {
            Moment::from_millis(1_700_000_000_000 / DAY * DAY + DAY / 2)
        }
    }

    struct Drawn(Context);

    impl Randomness for Drawn {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomnessError> {
            self.0.fill(bytes)
        }
    }

    fn by(name: &str) -> Actor {
        let (name, organisation, sector) = (name.to_owned(), "Test".to_owned(), "research".to_owned());
        let who = By::Principal { name, organisation, sector, key: None };
        Actor { who, ..Actor::operator("SearchFacesByImage") }
    }

    fn search(book: &Book, actor: &Actor, people: &[Subject]) {
        let seal = book.seal().unwrap();
        let candidates: Vec<_> = people
            .iter()
            .map(|one| Candidate { tag: seal.tag(one), similarity: Thousandths::of(99.0) })
            .collect();
        let deed = Deed::Search {
            collection: "people".into(),
            purpose: None,
            probe: Probe::Picture(seal.picture(ImageId::from_bytes([1; 16]))),
            model: "test-1".into(),
            searched: 3,
            asked: Thousandths::of(80.0),
            threshold: Thousandths::of(80.0),
            floor: None,
            overridden: None,
            strangers: None,
            returned: candidates.len() as u64,
            candidates,
        };
        book.append(actor, deed, &seal).unwrap();
    }

    /// A collection of three faces.
    fn people(gallery: &Gallery) -> Vec<Subject> {
        gallery.create_collection(research("people")).unwrap();
        let face = |index: usize| {
            let mut template = vec![0.0; 64];
            template[index] = 1.0;
            let bounding_box = FaceBox { left: index as f32, top: 0.0, width: 0.5, height: 0.5 };
            NewFace { template, bounding_box, confidence: 99.0 }
        };
        let faces = AddFaces {
            image: ImageId::from_bytes([3; 16]),
            external_id: None,
            version: "test-1".parse().unwrap(),
            consent: None,
            same_person: 0.5,
            faces: (0..3).map(face).collect(),
        };
        let added = gallery.add_faces(&"people".parse().unwrap(), faces).unwrap();
        added.iter().map(|face| Subject::face(face.record.id, face.record.finder)).collect()
    }

    #[test]
    fn d5_a_restart_counts_what_the_ledger_has_of_the_hour_and_the_day() {
        let folder = tempfile::tempdir().unwrap();
        let context = Context::new(Arc::new(Noon), Arc::new(Drawn(Context::system())));
        let database = Arc::new(Database::open(folder.path(), context.clone()).unwrap());
        let book = Book::open(folder.path(), None, context.clone(), &database).unwrap();
        let recorder = Arc::clone(&book) as Arc<dyn Recorder>;
        let gallery = Gallery::open(Arc::clone(&database), Limits::default(), recorder).unwrap();
        let all = people(&gallery);
        let now = context.now();
        // More than a bundle, the first person in each, the second in some.
        for number in 0..300 {
            let some = if number % 10 == 0 { &all[..2] } else { &all[..1] };
            search(&book, &by(if number % 3 == 0 { "busy" } else { "other" }), some);
        }
        let seal = book.seal().unwrap();
        let deed = Deed::Alarm {
            principal: None,
            person: Some(seal.tag(&all[0])),
            collection: "people".into(),
            about: None,
            searches: 101,
            seconds: 86_400,
        };
        book.append(&Actor::server("alarm"), deed, &seal).unwrap();
        let limits = |principal, person| AlarmsConfig {
            principal_searches_per_hour: principal,
            person_searches_per_day: person,
            unsuccessful_comparisons_per_hour: 0,
        };
        let recounted = |limits, now| {
            let alarms = Alarms::new(limits);
            let recount = Recount::before(Arc::clone(&book), Arc::clone(&database), now).unwrap();
            recount.run(&alarms, &AtomicBool::new(false)).unwrap();
            alarms
        };
        let alarms = recounted(limits(100, 0), now);
        assert_eq!(alarms.search(Some("busy"), &[], now)[0].searches, 101);
        assert!(alarms.search(Some("busy"), &[], now).is_empty(), "once");
        assert_eq!(alarms.search(Some("other"), &[], now)[0].searches, 201);
        let alarms = recounted(limits(0, 30), now);
        assert!(alarms.search(None, &all[..1], now).is_empty(), "its alarm is in the ledger");
        assert_eq!(alarms.search(None, &all[1..2], now)[0].searches, 31);
        assert!(alarms.search(None, &all[2..], now).is_empty());
        // Of another day nothing counts.
        let alarms = recounted(limits(1, 1), Moment::from_millis(now.as_millis() + 2 * DAY));
        assert!(alarms.counts.lock().unwrap().is_empty());
    }
}
