//! Snapshots that are put back beside a ledger that goes further.

use std::io::Cursor;
use std::path::Path;
use std::time::Duration;

use overt_gallery::policy::Declaration;
use overt_gallery::{
    AddFaces, Clock, Context, ExportSecret, FaceBox, FaceId, ImageId, Limits, NewConsent, NewFace,
    NewOverride, NewPrincipal, Pace, Randomness, RandomnessError, Recorder, Sector, UpkeepRules,
    restore_snapshot, take_snapshot,
};

use super::*;
use crate::account::{KEY_FILE, LEDGER_FOLDER};
use crate::rights::Rights;
use crate::testing::research;

mod twice;

const SECRET: ExportSecret<'_> = ExportSecret::Key(&[7; 32]);

/// A data folder that is open.
struct Open {
    book: Arc<Book>,
    database: Arc<Database>,
    gallery: Gallery,
}

fn open(folder: &Path) -> Open {
    open_at(folder, &Context::system())
}

fn open_at(folder: &Path, context: &Context) -> Open {
    let database = Arc::new(Database::open(folder, context.clone()).unwrap());
    let book = Book::open(folder, None, context.clone(), &database).unwrap();
    let recorder = Arc::clone(&book) as Arc<dyn Recorder>;
    let gallery = Gallery::open(Arc::clone(&database), Limits::default(), recorder).unwrap();
    Open { book, database, gallery }
}

impl Open {
    fn make(&self, name: &str) -> CollectionName {
        self.gallery.create_collection(research(name)).unwrap();
        name.parse().unwrap()
    }

    fn add(&self, name: &CollectionName, picture: u8, faces: usize, consent: Option<&str>) -> Vec<FaceId> {
        let consent = consent.map(|subject| self.record(name, subject, None));
        self.add_under(name, picture, faces, consent)
    }

    fn record(&self, name: &CollectionName, subject: &str, expires: Option<Moment>) -> ConsentId {
        let new = NewConsent {
            subject: subject.parse().unwrap(),
            given: Context::system().now(),
            expires,
            text: [7; 32],
            scope: self.gallery.policy(name).unwrap().uses().clone(),
        };
        self.gallery.record_consents(name, vec![new]).unwrap().remove(0).id
    }

    fn add_under(
        &self,
        name: &CollectionName,
        picture: u8,
        faces: usize,
        consent: Option<ConsentId>,
    ) -> Vec<FaceId> {
        let face = |index: usize| {
            let mut template = vec![0.0; 64];
            template[(index + usize::from(picture)) % 64] = 1.0;
            let bounding_box = FaceBox { left: index as f32, top: 0.0, width: 0.5, height: 0.5 };
            NewFace { template, bounding_box, confidence: 99.0 }
        };
        let added = AddFaces {
            image: ImageId::from_bytes([picture; 16]),
            external_id: None,
            version: "test-1".parse().unwrap(),
            consent,
            same_person: 0.5,
            faces: (0..faces).map(face).collect(),
        };
        self.gallery.add_faces(name, added).unwrap().into_iter().map(|face| face.record.id).collect()
    }

    /// Withdraws a consent; the entry that tells of it.
    fn withdraw(&self, name: &CollectionName, consent: ConsentId) -> u64 {
        let acting = Arc::new(Acting::new(Actor::operator("withdraw")));
        self.gallery.acting(Arc::clone(&acting)).withdraw_consent(name, consent).unwrap();
        acting.entry().unwrap()
    }

    fn export(&self, name: &CollectionName) -> Vec<u8> {
        let mut file = Vec::new();
        self.gallery.export_collection(name, &SECRET, &mut file, &mut |_| {}).unwrap();
        file
    }

    fn load(&self, file: Vec<u8>, to: &CollectionName) {
        let (mut from, declared) = (Cursor::new(file), Declaration::default());
        self.gallery.load_collection(&mut from, &SECRET, Some(to), &declared, &mut |_| {}).unwrap();
    }

    fn entries(&self, from: u64) -> Vec<Deed> {
        let mut deeds = Vec::new();
        let size = self.book.publish().unwrap().size;
        self.book.each(from..size, |_, entry| deeds.push(entry.deed)).unwrap();
        deeds
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs_err::create_dir_all(to).unwrap();
        for entry in fs_err::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs_err::copy(from, to).unwrap();
    }
}

/// Puts a snapshot back beside the keys of `data`, and its ledger if that is wanted.
fn put_back(snapshot: &Path, data: &Path, to: &Path, ledger: bool) {
    fs_err::create_dir_all(to).unwrap();
    for name in ["server.key", KEY_FILE] {
        copy(&data.join(name), &to.join(name));
    }
    if ledger {
        copy(&data.join(LEDGER_FOLDER), &to.join(LEDGER_FOLDER));
    }
    restore_snapshot(snapshot, to, &mut |_| {}).unwrap();
}

/// A folder with people in it, of whom a snapshot was taken and much became since.
struct Since {
    place: tempfile::TempDir,
    stays: FaceId,
    /// A record of consent that was withdrawn, and by which entry.
    withdrawn: (ConsentId, u64),
}

fn since() -> Since {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    fs_err::create_dir(&data).unwrap();
    let Open { book, database, gallery } = open(&data);
    let open = Open { book, database, gallery };
    let (people, old, many) = (open.make("people"), open.make("old"), open.make("many"));
    open.add(&people, 1, 1, Some("anna"));
    let ben = open.add(&people, 2, 1, None);
    let carl = open.add(&people, 3, 1, None);
    let stays = open.add(&people, 4, 1, None)[0];
    let crowd = open.add(&many, 5, 1100, None);
    open.add(&old, 6, 1, None);
    let user = "carl".parse().unwrap();
    open.gallery.create_user(&people, &user, None).unwrap();
    open.gallery.associate_faces(&people, &user, carl.clone(), None, None).unwrap();
    let new = NewOverride {
        lowest: 80_000,
        reason: "An exercise, with nobody's picture".into(),
        allowed_by: "anna".into(),
        lasts: Duration::from_secs(3600),
    };
    let granted = open.gallery.override_floor(&people, new).unwrap();
    let principals = Principals::new(Arc::clone(&open.database));
    let principal = |name: &str| NewPrincipal {
        name: name.parse().unwrap(),
        organisation: "Museum".parse().unwrap(),
        sector: Sector::ALL[0],
        allowed: Allowed::All,
    };
    for name in ["gone", "less", "leaked"] {
        principals.create(&principal(name)).unwrap();
    }
    open.gallery.record_outbox().unwrap();
    take_snapshot(&Context::system(), &data, &place.path().join("snapshot"), Pace::Full, &mut |_| {})
        .unwrap();

    let consent = open.database.consent_subjects(&people).unwrap()[0].0;
    let withdrawn = (consent, open.withdraw(&people, consent));
    open.gallery.delete_faces(&people, ben).unwrap();
    open.gallery.delete_user(&people, &user, None).unwrap();
    open.gallery.delete_faces(&people, carl).unwrap();
    open.gallery.delete_faces(&many, crowd).unwrap();
    open.gallery.delete_collection(&old).unwrap();
    open.gallery.end_override(&people, &granted.id, "otto").unwrap();
    let rules = |days: &str| BTreeMap::from([("overt:retention-days".to_owned(), days.to_owned())]);
    for days in ["20", "10"] {
        open.gallery.tag(&Resource::Collection(people.clone()), rules(days)).unwrap();
    }
    // A deletion that the ledger tells of and that failed.
    let failed = open.book.seal().unwrap();
    let subjects = open.database.face_subjects(&people, None, 9).unwrap();
    let subject = &subjects.iter().find(|(_, id, _)| *id == stays).unwrap().2;
    let deed = Deed::Deletion {
        collection: "people".into(),
        reason: DeletionReason::Asked,
        deleted: 1,
        faces: vec![failed.tag(subject)],
        total: 0,
    };
    let number = open.book.append(&Actor::server("test"), deed, &failed).unwrap();
    open.book.undo(number..number + 1).unwrap();
    // Who came since is not in the snapshot, also under a name that was free again.
    open.add(&people, 8, 1, None);
    open.make("old");
    principals.revoke(&"gone".parse().unwrap()).unwrap();
    let less =
        Description { allowed: Some(Allowed::from_words(["audit"]).unwrap()), ..Description::default() };
    principals.describe(&"less".parse().unwrap(), &less).unwrap();
    principals.rotate(&"leaked".parse().unwrap(), Duration::ZERO).unwrap();
    principals.create(&principal("new")).unwrap();
    open.gallery.record_outbox().unwrap();
    open.book.publish().unwrap();
    Since { place, stays, withdrawn }
}

fn check(restored: &Open, stays: FaceId, withdrawn: (ConsentId, u64)) {
    let people: CollectionName = "people".parse().unwrap();
    let faces: Vec<FaceId> =
        restored.database.face_subjects(&people, None, 99).unwrap().into_iter().map(|face| face.1).collect();
    assert_eq!(faces, [stays]);
    assert_eq!(restored.gallery.collection(&people).unwrap().faces, 1);
    assert!(restored.database.user_subjects(&people).unwrap().is_empty());
    assert!(restored.database.consent_subjects(&people).unwrap().is_empty());
    assert!(restored.database.face_subjects(&"many".parse().unwrap(), None, 9).unwrap().is_empty());
    assert_eq!(restored.gallery.policy(&people).unwrap().retention_days(), 10);
    assert_eq!(restored.gallery.override_in_force(&people).unwrap(), None);
    let old = restored.gallery.collection(&"old".parse().unwrap());
    assert!(matches!(old, Err(GalleryError::CollectionUnknown { .. })));
    let principals = Principals::new(Arc::clone(&restored.database)).list().unwrap();
    let one = |name: &str| principals.iter().find(|one| one.name.as_str() == name).unwrap();
    assert!(one("gone").revoked.is_some() && one("leaked").revoked.is_none());
    assert_eq!(one("less").allowed.words().collect::<Vec<_>>(), ["audit"]);
    assert_eq!(principals.len(), 3);
    let receipt = restored.gallery.withdraw_consent(&people, withdrawn.0).unwrap();
    assert_eq!(
        receipt.entry,
        Some(withdrawn.1),
        "a receipt names the person's own entry, and not the restore's"
    );
    assert!(receipt.at.as_millis() <= Context::system().now().as_millis());
}

#[test]
fn a5_what_was_withdrawn_deleted_or_narrowed_since_a_snapshot_is_so_again_and_the_ledger_tells() {
    let Since { place, stays, withdrawn } = since();
    let (data, to) = (place.path().join("data"), place.path().join("restored"));
    put_back(&place.path().join("snapshot"), &data, &to, true);
    let first = {
        // An opening that was killed before anything was made again: that the changes are undone is told, and that is all.
        let database = Arc::new(Database::open(&to, Context::system()).unwrap());
        let book = Book::open(&to, None, Context::system(), &database).unwrap();
        book.publish().unwrap().size
    };
    let restored = open(&to);
    let again = make_again(&restored.book, &restored.database, &restored.gallery).unwrap().unwrap();
    check(&restored, stays, withdrawn);
    let made = MadeAgain {
        collections: 1,
        policies: 1,
        consents: 1,
        faces: 1 + 2 + 1100,
        users: 1,
        overrides: 1,
        principals: 2,
    };
    assert_eq!(
        (again.made, again.old_keys, again.refused_keys),
        (made, Vec::new(), vec!["leaked".to_owned()])
    );
    // A key that was replaced is none, also where the snapshot brought it back.
    let compared = || Rights::default().compare(&restored.gallery, &restored.book).unwrap();
    let found = compared();
    assert!(matches!(&found[..], [one] if one.to_string().contains("principal leaked")), "{found:?}");
    let told = restored.entries(first);
    let of_withdrawal =
        |deed: &&Deed| matches!(deed, Deed::Deletion { reason: DeletionReason::Withdrawal, .. });
    assert_eq!(told.iter().filter(of_withdrawal).count(), 1);
    assert!(
        told.iter().any(|deed| matches!(deed, Deed::Restored { faces: 1103, consents: 1, .. })),
        "{told:?}"
    );
    assert!(!told.iter().any(|deed| matches!(deed, Deed::Undone { .. })), "said once, at the first opening");
    let principals = Principals::new(Arc::clone(&restored.database));
    principals.rotate(&"leaked".parse().unwrap(), Duration::ZERO).unwrap();
    restored.gallery.record_outbox().unwrap();
    assert_eq!(compared(), []);
    // It is over: nothing is done a second time.
    assert_eq!(make_again(&restored.book, &restored.database, &restored.gallery).unwrap(), None);
    drop(restored);
    let restored = open(&to);
    assert_eq!(make_again(&restored.book, &restored.database, &restored.gallery).unwrap(), None);
    check(&restored, stays, withdrawn);
}

#[test]
fn a5_the_same_snapshot_put_back_twice_brings_nobody_back() {
    let Since { place, stays, withdrawn } = since();
    let (data, snapshot) = (place.path().join("data"), place.path().join("snapshot"));
    let (first, second) = (place.path().join("first"), place.path().join("second"));
    put_back(&snapshot, &data, &first, true);
    {
        // Killed between the opening and what is made again.
        let database = Arc::new(Database::open(&first, Context::system()).unwrap());
        Book::open(&first, None, Context::system(), &database).unwrap().publish().unwrap();
    }
    put_back(&snapshot, &first, &second, true);
    let restored = open(&second);
    assert!(make_again(&restored.book, &restored.database, &restored.gallery).unwrap().is_some());
    check(&restored, stays, withdrawn);
}

#[test]
fn a5_with_the_snapshots_own_ledger_everything_is_as_it_was_then() {
    let Since { place, .. } = since();
    let (data, to) = (place.path().join("data"), place.path().join("restored"));
    put_back(&place.path().join("snapshot"), &data, &to, false);
    let restored = open(&to);
    let again = make_again(&restored.book, &restored.database, &restored.gallery).unwrap().unwrap();
    assert_eq!((again.made, again.entries), (MadeAgain::default(), 0));
    assert_eq!(restored.database.face_subjects(&"people".parse().unwrap(), None, 99).unwrap().len(), 4);
    assert!(matches!(restored.entries(0).last(), Some(Deed::Restored { faces: 0, .. })));
}

#[test]
fn a1_rules_in_the_ledger_narrow_and_never_widen() {
    let of = |days: &str, consent: &str, operations: &str| -> BTreeMap<String, String> {
        [("retention-days", days), ("consent", consent), ("operations", operations)]
            .into_iter()
            .map(|(key, value)| (format!("overt:{key}"), value.to_owned()))
            .collect()
    };
    let policy = |tags: &BTreeMap<String, String>| {
        let base = [("overt:purpose", "research"), ("overt:legal-basis", "no-living-person")];
        let tags = tags.clone().into_iter();
        let tags =
            tags.chain(base.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned()))).collect();
        Declaration::from_tags(&tags)
            .unwrap()
            .policy(&Declaration::default(), &"Testers".parse().unwrap())
            .unwrap()
    };
    let wide = of("30", "not-demanded", "enrol verify search");
    let narrow = of("10", "demanded", "enrol verify");
    assert_eq!(narrower(&policy(&wide), &narrow), narrow);
    assert!(narrower(&policy(&narrow), &wide).is_empty());
    assert!(narrower(&policy(&wide), &wide).is_empty());
}

/// A clock that is ahead.
struct Ahead(Duration);

impl Clock for Ahead {
    fn now(&self) -> Moment {
        Context::system().now().after(self.0)
    }
}

impl Randomness for Ahead {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomnessError> {
        Context::system().fill(bytes)
    }
}

/// A5: a record that was over by itself in the snapshot, and was withdrawn since, is withdrawn again: no file brings back a face under it.
#[test]
fn a5_a_record_that_was_over_and_was_withdrawn_since_a_snapshot_is_so_again() {
    let place = tempfile::tempdir().unwrap();
    let (data, to) = (place.path().join("data"), place.path().join("restored"));
    let snapshot = place.path().join("snapshot");
    fs_err::create_dir(&data).unwrap();
    let hour = Duration::from_secs(3600);
    let later = Context::new(Arc::new(Ahead(2 * hour)), Arc::new(Ahead(hour)));
    let (people, old, file) = {
        let open = open(&data);
        let people = open.make("people");
        let old = open.record(&people, "anna", Some(Context::system().now().after(hour)));
        let renewed = open.record(&people, "anna", None);
        for record in [old, renewed] {
            open.add_under(&people, 1, 1, Some(record));
        }
        let file = open.export(&people);
        (people, old, file)
    };
    let entry = {
        let open = open_at(&data, &later);
        open.gallery.upkeep(UpkeepRules::default()).unwrap();
        assert!(open.gallery.consent(&people, old).unwrap().ended.is_some());
        open.gallery.record_outbox().unwrap();
        take_snapshot(&later, &data, &snapshot, Pace::Full, &mut |_| {}).unwrap();
        let entry = open.withdraw(&people, old);
        open.book.publish().unwrap();
        entry
    };
    put_back(&snapshot, &data, &to, true);
    let restored = open_at(&to, &later);
    let again = make_again(&restored.book, &restored.database, &restored.gallery).unwrap().unwrap();
    assert_eq!((again.made.consents, again.made.faces), (1, 1));
    assert_eq!(restored.gallery.withdraw_consent(&people, old).unwrap().entry, Some(entry));
    let copy: CollectionName = "copy".parse().unwrap();
    restored.load(file, &copy);
    assert!(restored.database.face_subjects(&copy, None, 9).unwrap().is_empty());
}
