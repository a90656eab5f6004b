//! The ledger of a server, opened, killed and opened again.

use overt_gallery::{
    AddFaces, FaceBox, Gallery, ImageId, Limits, NewCollection, NewFace, Recorder, RecordingError,
};
use overt_ledger::verify::{Expected, verify};

use super::*;
use crate::account::Publisher;
use crate::account::deed::{Candidate, Probe, Thousandths};
use crate::testing::research;

struct Bench {
    folder: tempfile::TempDir,
    database: Arc<Database>,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Arc::new(Database::open(folder.path(), Context::system()).unwrap());
        Self { folder, database }
    }

    fn open(&self) -> Result<Arc<Book>, BookError> {
        Book::open(self.folder.path(), None, Context::system(), &self.database)
    }

    fn gallery(&self, recorder: Arc<dyn Recorder>) -> Gallery {
        Gallery::open(Arc::clone(&self.database), Limits::default(), recorder).unwrap()
    }
}

fn entries(book: &Book) -> Vec<Entry> {
    let size = book.publish().unwrap().size;
    let mut entries = Vec::new();
    book.each(0..size, |_, entry| entries.push(entry)).unwrap();
    entries
}

fn make(gallery: &Gallery, name: &str) {
    let tags = [("colour".to_owned(), "red".to_owned())].into();
    gallery.create_collection(NewCollection { tags, ..research(name) }).unwrap();
}

fn faces(count: usize) -> AddFaces {
    let template = |index: usize| {
        let mut values = vec![0.0; 64];
        values[index % 64] = 1.0;
        values
    };
    AddFaces {
        image: ImageId::from_bytes([3; 16]),
        external_id: Some("anna-at-the-lake".parse().unwrap()),
        version: "test-1".parse().unwrap(),
        consent: None,
        same_person: 0.5,
        faces: (0..count)
            .map(|index| NewFace {
                template: template(index),
                bounding_box: FaceBox { left: index as f32, top: 0.0, width: 0.5, height: 0.5 },
                confidence: 99.0,
            })
            .collect(),
    }
}

#[test]
fn d3_changes_stand_in_the_ledger_without_a_name_and_an_outsider_can_verify_it() {
    let bench = Bench::new();
    let book = bench.open().unwrap();
    let gallery = bench.gallery(book.clone());
    make(&gallery, "people");
    let added = gallery.add_faces(&"people".parse().unwrap(), faces(1)).unwrap();
    let face = &added[0].record;
    let entries = entries(&book);
    assert_eq!(entries.len(), 2);
    let Deed::Collection { rules, .. } = &entries[0].deed else { panic!("{:?}", entries[0]) };
    let declared = ["consent", "legal-basis", "operations", "owner", "purpose", "retention-days"];
    assert_eq!(rules.keys().map(|key| key.trim_start_matches("overt:")).collect::<Vec<_>>(), declared);
    let Deed::Enrolment { faces, picture, total: 1, .. } = &entries[1].deed else {
        panic!("{:?}", entries[1])
    };
    let subject = overt_gallery::Subject::face(face.id, face.finder);
    assert_eq!(faces, &[crate::account::Tag::of(&subject, &entries[1].nonce)]);
    assert!(picture.is_some());
    let text = String::from_utf8(entries[1].to_bytes().unwrap()).unwrap();
    for personal in ["anna", &face.id.to_string(), &face.image.to_string()] {
        assert!(!text.contains(personal), "{personal} in {text}");
    }
    let expected = Expected { key: book.verifier().clone(), witnesses: Vec::new(), earlier: None };
    let verified = verify(&Folder(book.folder().to_owned()), &expected, |_, _| Ok(())).unwrap();
    assert_eq!(verified.checkpoint.size, 2);
}

/// Records before every commit, and then fails, as a full disk between the two would make it fail.
struct Killed(Arc<Book>);

impl Recorder for Killed {
    fn record(&self, events: &[overt_gallery::Event]) -> Result<Range<u64>, RecordingError> {
        self.0.record(events)?;
        Err("killed between entry and commit".into())
    }

    fn take_back(&self, _: Range<u64>) -> Result<(), RecordingError> {
        unreachable!("a dead process says nothing")
    }
}

#[test]
fn d1_an_entry_whose_change_was_not_made_is_said_to_be_undone_at_the_next_opening() {
    let bench = Bench::new();
    {
        let book = bench.open().unwrap();
        make(&bench.gallery(book.clone()), "first");
        let dying = bench.gallery(Arc::new(Killed(book.clone())));
        assert!(dying.delete_collection(&"first".parse().unwrap()).is_err());
        // A search in between is no change, and stays.
        book.append(&Actor::operator("search"), Deed::Analysis {}, &book.seal().unwrap()).unwrap();
    }
    for _ in 0..2 {
        let book = bench.open().unwrap();
        let entries = entries(&book);
        assert_eq!(entries.len(), 4, "said once");
        assert_eq!(entries[3].deed, Deed::Undone { from: 1, to: 2, because: None });
        assert!(bench.gallery(book).collection(&"first".parse().unwrap()).is_ok());
    }
}

#[test]
fn a_ledger_that_lost_entries_or_its_key_does_not_open() {
    let bench = Bench::new();
    {
        let book = bench.open().unwrap();
        make(&bench.gallery(book.clone()), "people");
        book.publish().unwrap();
    }
    let key = bench.folder.path().join(KEY_FILE);
    let text = fs_err::read_to_string(&key).unwrap();
    fs_err::remove_file(&key).unwrap();
    assert!(matches!(bench.open().unwrap_err(), BookError::KeyLost { .. }));
    fs_err::write(&key, "nonsense").unwrap();
    assert!(matches!(bench.open().unwrap_err(), BookError::NoKey { .. }));
    fs_err::write(&key, &text).unwrap();
    bench.open().unwrap();
    let ledger = bench.folder.path().join(LEDGER_FOLDER);
    fs_err::rename(&ledger, bench.folder.path().join("gone")).unwrap();
    assert!(matches!(bench.open().unwrap_err(), BookError::Behind { known: 1, found: 0 }));
}

#[test]
fn a_lost_ledger_is_begun_anew_by_who_says_so_and_one_that_is_whole_is_not() {
    let bench = Bench::new();
    {
        let book = bench.open().unwrap();
        make(&bench.gallery(book.clone()), "people");
    }
    let anew = || Book::begin_anew(bench.folder.path(), None, "a test", Context::system(), &bench.database);
    assert!(matches!(anew().unwrap_err(), BookError::NotLost));
    fs_err::remove_dir_all(bench.folder.path().join(LEDGER_FOLDER)).unwrap();
    let book = anew().unwrap();
    let first = entries(&book).remove(0);
    assert_eq!(first.deed, Deed::BegunAnew { reason: "a test".into(), lost: 1 });
    drop(book);
    let book = bench.open().unwrap();
    make(&bench.gallery(book), "others");
    let names: Vec<String> = fs_err::read_dir(bench.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert!(names.iter().any(|name| name.starts_with("ledger.key.lost-")), "{names:?}");
}

#[test]
#[cfg(unix)]
fn the_key_is_for_its_owner_only_and_stays() {
    use std::os::unix::fs::PermissionsExt as _;
    let bench = Bench::new();
    let first = bench.open().unwrap().verifier().to_string();
    assert_eq!(bench.open().unwrap().verifier().to_string(), first);
    let mode = fs_err::metadata(bench.folder.path().join(KEY_FILE)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_list_too_long_for_one_entry_goes_on_in_the_next() {
    let bench = Bench::new();
    let book = bench.open().unwrap();
    let seal = book.seal().unwrap();
    let tag =
        seal.tag(&overt_gallery::Subject { id: vec![1], finder: overt_gallery::Finder::from_bytes([1; 16]) });
    let candidates = vec![Candidate { tag: tag.clone(), similarity: Thousandths::of(99.999) }; 4096];
    let deed = Deed::Search {
        collection: "c".repeat(255),
        purpose: None,
        probe: Probe::Face(tag),
        model: "m".into(),
        searched: 20_000_000,
        asked: Thousandths::of(0.0),
        threshold: Thousandths::of(0.0),
        floor: None,
        overridden: None,
        strangers: None,
        returned: 4096,
        candidates,
    };
    assert_eq!(book.append(&Actor::operator("search"), deed, &seal).unwrap(), 0);
    let entries = entries(&book);
    let lengths: Vec<usize> = entries
        .iter()
        .map(|entry| match &entry.deed {
            Deed::Search { candidates, .. } | Deed::More { candidates, .. } => candidates.len(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(lengths, [1000, 1000, 1000, 1000, 96]);
    assert!(entries.iter().all(|entry| entry.nonce == entries[0].nonce));
}

#[test]
fn the_publisher_publishes_what_is_there_at_its_end() {
    let bench = Bench::new();
    let book = bench.open().unwrap();
    let publisher = Publisher::start(book.clone(), nobody(&book), |_| Ok(())).unwrap();
    make(&bench.gallery(book.clone()), "people");
    publisher.end();
    assert_eq!(book.published().size, 1);
}

/// No witnesses.
fn nobody(book: &Book) -> Witnesses {
    Witnesses::new(book.folder().to_owned(), &[], Context::system()).unwrap()
}
