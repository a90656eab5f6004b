//! Ledgers that are not what the records know.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use overt_gallery::{Actor, Context, Database};

use super::*;
use crate::account::{KEY_FILE, LEDGER_FOLDER};

struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn database(&self) -> Arc<Database> {
        fs_err::create_dir_all(self.data()).unwrap();
        Arc::new(Database::open(&self.data(), Context::system()).unwrap())
    }

    fn open(&self) -> Result<Arc<Book>, BookError> {
        Book::open(&self.data(), None, Context::system(), &self.database())
    }

    /// Searches, which change nothing in the records; published.
    fn search(&self, times: usize) {
        let book = self.open().unwrap();
        for _ in 0..times {
            book.append(&Actor::operator("search"), Deed::Analysis {}, &book.seal().unwrap()).unwrap();
        }
        book.finish().unwrap();
    }

    /// Puts a copy of the ledger aside, or back.
    fn copy(&self, from: &str, to: &str) {
        let place = |name: &str| {
            let root = self.folder.path();
            if name == "data" { root.join("data").join(LEDGER_FOLDER) } else { root.join(name) }
        };
        let _absent = fs_err::remove_dir_all(place(to));
        copy(&place(from), &place(to));
    }
}

fn copy(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs_err::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn d3_an_older_ledger_that_lacks_searches_alone_is_refused_and_the_right_one_opens() {
    let bench = Bench::new();
    bench.search(300);
    bench.copy("data", "older");
    bench.search(5);
    bench.copy("data", "newer");
    bench.copy("older", "data");
    for _ in 0..2 {
        let refused = bench.open().unwrap_err();
        assert!(matches!(refused, BookError::Behind { known: 305, found: 300 }), "{refused:?}");
    }
    bench.copy("newer", "data");
    assert_eq!(bench.open().unwrap().published().size, 305);
}

#[test]
fn d3_another_past_under_the_same_key_is_refused() {
    let bench = Bench::new();
    bench.search(3);
    bench.copy("data", "older");
    bench.search(300);
    // The ledger of somebody who has the key and writes another past, as long as the first one.
    bench.copy("older", "data");
    let other = tempfile::tempdir().unwrap();
    copy(&bench.data(), other.path());
    fs_err::remove_file(other.path().join("overt.db")).unwrap();
    let database = Arc::new(Database::open(other.path(), Context::system()).unwrap());
    let book = Book::open(other.path(), None, Context::system(), &database).unwrap();
    for _ in 0..300 {
        book.append(&Actor::operator("search"), Deed::Analysis {}, &book.seal().unwrap()).unwrap();
    }
    book.finish().unwrap();
    fs_err::remove_dir_all(bench.data().join(LEDGER_FOLDER)).unwrap();
    copy(&other.path().join(LEDGER_FOLDER), &bench.data().join(LEDGER_FOLDER));
    let refused = bench.open().unwrap_err();
    assert!(matches!(refused, BookError::Another { known: 303 }), "{refused:?}");
    // And so is one under another key that does not say what it is.
    for name in [LEDGER_FOLDER, KEY_FILE] {
        fs_err::rename(bench.data().join(name), bench.folder.path().join(name)).unwrap();
    }
    let refused = bench.open().unwrap_err();
    assert!(matches!(refused, BookError::Another { known: 303 }), "{refused:?}");
}

#[test]
fn d3_a_ledger_that_went_back_is_begun_anew_by_who_says_so_and_older_records_take_it() {
    let bench = Bench::new();
    bench.search(4);
    bench.copy("data", "older");
    bench.search(4);
    let records = bench.folder.path().join("overt.db");
    fs_err::copy(bench.data().join("overt.db"), &records).unwrap();
    bench.copy("older", "data");
    let anew =
        || Book::begin_anew(&bench.data(), None, "a disk failed", Context::system(), &bench.database());
    let book = anew().unwrap();
    assert_eq!(book.published().size, 1);
    let mut first = None;
    book.each(0..1, |_, entry| first = Some(entry.deed)).unwrap();
    assert_eq!(first, Some(Deed::BegunAnew { reason: "a disk failed".into(), lost: 8 }));
    drop(book);
    assert!(matches!(anew().unwrap_err(), BookError::NotLost));
    bench.search(2);
    // Records out of a snapshot from before: they know the ledger that is lost, and this one says that it is in its place.
    fs_err::copy(&records, bench.data().join("overt.db")).unwrap();
    bench.search(1);
    assert_eq!(bench.open().unwrap().published().size, 4);
}

#[test]
fn d3_records_that_know_less_than_the_ledger_has_take_it() {
    let bench = Bench::new();
    bench.search(2);
    let records = bench.folder.path().join("overt.db");
    fs_err::copy(bench.data().join("overt.db"), &records).unwrap();
    bench.search(700);
    fs_err::copy(&records, bench.data().join("overt.db")).unwrap();
    assert_eq!(bench.open().unwrap().published().size, 702);
}

#[test]
fn d3_what_a_power_cut_takes_of_the_tiles_comes_back_out_of_the_journal() {
    let bench = Bench::new();
    bench.search(700);
    // Written, and not flushed: every tile of the journal's part can be gone with the power. Journal and checkpoint cannot.
    fs_err::remove_dir_all(bench.data().join(LEDGER_FOLDER).join("tile")).unwrap();
    let book = bench.open().unwrap();
    assert_eq!(book.published().size, 700);
    let mut count = 0;
    book.each(0..700, |_, _| count += 1).unwrap();
    assert_eq!(count, 700);
}
