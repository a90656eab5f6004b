//! Snapshots are consistent, private and verified.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::soak::copy_of;
use super::*;

fn quiet(_: CopyProgress) {}

fn take(data: &Path, to: &Path) -> Result<SnapshotReport, GalleryError> {
    take_snapshot(&Context::system(), data, to, Pace::Full, &mut quiet)
}

/// Restores a snapshot beside the key of the folder it was taken of, and opens it.
fn restored(bench: &Bench, from: &Path, to: &Path) -> Gallery {
    fs_err::create_dir(to).unwrap();
    fs_err::copy(bench.folder.path().join("server.key"), to.join("server.key")).unwrap();
    restore_snapshot(from, to, &mut quiet).unwrap();
    open(to, &bench.clock, Limits::default())
}

fn filled() -> (Bench, CollectionName, tempfile::TempDir) {
    let bench = bench();
    let collection = make(&bench.gallery, "c");
    for seed in 0..30 {
        add(&bench.gallery, &collection, seed);
    }
    (bench, collection, tempfile::tempdir().unwrap())
}

#[test]
fn a_restored_snapshot_answers_as_the_server_did() {
    let (bench, collection, place) = filled();
    let (snapshot, data) = (place.path().join("snapshot"), place.path().join("data"));
    bench.gallery.create_user(&collection, &user("u"), None).unwrap();
    let report = take(bench.folder.path(), &snapshot).unwrap();
    assert_eq!((report.collections, report.faces), (1, 30));
    assert!(matches!(take(bench.folder.path(), &snapshot), Err(GalleryError::TargetInUse { .. })));
    // What happens afterwards is not in it.
    add(&bench.gallery, &collection, 100);
    let found =
        |gallery: &Gallery| gallery.search_faces(&collection, &version(), &template(7), all()).unwrap();
    let copy = restored(&bench, &snapshot, &data);
    assert_eq!((found(&copy).matches.len(), found(&bench.gallery).matches.len()), (30, 31));
    assert_eq!(found(&copy).matches[0], found(&bench.gallery).matches[0]);
    assert_eq!(copy.users(&collection, &Page::first(9)).unwrap().items.len(), 1);
    add(&copy, &collection, 101);
    #[cfg(unix)]
    for folder in [&snapshot, &data] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs_err::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.join("templates")), 0o700);
        for file in files(folder).iter().filter(|file| !file.ends_with("gallery.lock")) {
            assert_eq!(mode(file) & 0o077, 0, "{}", file.display());
        }
    }
    assert!(!snapshot.join("server.key").exists());
}

#[test]
fn a_snapshot_is_the_state_of_one_commit_while_everything_changes() {
    let (bench, collection, place) = filled();
    let stop = AtomicBool::new(false);
    let snapshots: Vec<PathBuf> = std::thread::scope(|scope| {
        // Each change keeps the number of faces whose picture is even equal to that whose picture is odd.
        scope.spawn(|| {
            let mut pairs = std::collections::VecDeque::new();
            for pair in 500.. {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let pictures = [2 * pair, 2 * pair + 1].map(|seed| picture(seed, &[template(seed)]));
                let added = bench.gallery.add_pictures(&collection, pictures.into()).unwrap();
                pairs.push_back(added.iter().map(|faces| faces[0].record.id).collect::<Vec<_>>());
                if pairs.len() > 20 {
                    bench.gallery.delete_faces(&collection, pairs.pop_front().unwrap()).unwrap();
                }
            }
        });
        scope.spawn(|| {
            while !stop.load(Ordering::SeqCst) {
                bench.gallery.upkeep(UpkeepRules { dead_share: 0.01, dead_pictures_one_in: 2 }).unwrap();
                bench.gallery.rekey_collection(&collection).unwrap();
            }
        });
        let taken = (0..6)
            .map(|index| {
                let to = place.path().join(format!("snapshot-{index}"));
                take(bench.folder.path(), &to).unwrap();
                to
            })
            .collect();
        stop.store(true, Ordering::SeqCst);
        taken
    });
    for (index, snapshot) in snapshots.iter().enumerate() {
        let copy = restored(&bench, snapshot, &place.path().join(format!("data-{index}")));
        let faces = copy.faces(&collection, &FaceFilter::default(), &Page::first(4096)).unwrap().items;
        let odd = |face: &FaceRecord| face.image.as_bytes()[7] % 2 == 1;
        assert_eq!(faces.len(), 2 * faces.iter().filter(|face| odd(face)).count());
        let found = copy.search_faces(&collection, &version(), &template(3), all()).unwrap();
        assert_eq!(found.matches.len(), faces.len());
    }
}

#[test]
fn an_altered_or_incomplete_snapshot_is_refused_and_leaves_nothing() {
    let (bench, _, place) = filled();
    let snapshot = place.path().join("snapshot");
    take(bench.folder.path(), &snapshot).unwrap();
    let all_files = files(&snapshot);
    assert_eq!(all_files.len(), 3, "{all_files:?}");
    for (index, file) in all_files.iter().enumerate() {
        let bytes = fs_err::read(file).unwrap();
        let mut altered = bytes.clone();
        let middle = altered.len() / 2;
        altered[middle] ^= 1;
        for (kind, damage) in
            [("flipped", Some(altered)), ("cut", Some(bytes[..middle].to_vec())), ("gone", None)]
        {
            match damage {
                Some(damage) => fs_err::write(file, damage).unwrap(),
                None => fs_err::remove_file(file).unwrap(),
            }
            let data = place.path().join(format!("data-{index}-{kind}"));
            assert!(restore_snapshot(&snapshot, &data, &mut quiet).is_err(), "{} {kind}", file.display());
            assert!(!data.exists() || files(&data).is_empty(), "{}", data.display());
            fs_err::write(file, &bytes).unwrap();
        }
    }
    restore_snapshot(&snapshot, &place.path().join("data"), &mut quiet).unwrap();
    let again = restore_snapshot(&snapshot, &place.path().join("data"), &mut quiet);
    assert!(matches!(again, Err(GalleryError::TargetInUse { .. })));
}

#[test]
fn a_restore_that_was_killed_leaves_a_folder_that_nothing_opens_and_is_begun_anew() {
    let (bench, collection, place) = filled();
    let snapshot = place.path().join("snapshot");
    take(bench.folder.path(), &snapshot).unwrap();
    // What is on the disk at every moment at which the process could be killed, as far as copying goes.
    let data = place.path().join("data");
    let mut moments: Vec<PathBuf> = Vec::new();
    fs_err::create_dir(&data).unwrap();
    fs_err::copy(bench.folder.path().join("server.key"), data.join("server.key")).unwrap();
    restore_snapshot(&snapshot, &data, &mut |_| {
        let moment = place.path().join(format!("killed-{}", moments.len()));
        for file in files(&data) {
            let to = moment.join(file.strip_prefix(&data).unwrap());
            fs_err::create_dir_all(to.parent().unwrap()).unwrap();
            fs_err::copy(&file, to).unwrap();
        }
        moments.push(moment);
    })
    .unwrap();
    assert!(moments.len() >= 2, "{moments:?}");
    for moment in &moments {
        let refused = Database::open(moment, Context::system());
        assert!(matches!(refused, Err(GalleryError::RestoreUnfinished { .. })), "{}", moment.display());
        assert!(!moment.join("overt.db").exists());
        restore_snapshot(&snapshot, moment, &mut quiet).unwrap();
        assert!(!moment.join("overt.db.restoring").exists());
        let gallery = open(moment, &bench.clock, Limits::default());
        let found = gallery.search_faces(&collection, &version(), &template(7), all()).unwrap();
        assert_eq!(found.matches.len(), 30);
    }
}

#[test]
fn templates_that_no_restore_left_are_not_touched() {
    let (bench, _, place) = filled();
    let (snapshot, data) = (place.path().join("snapshot"), place.path().join("data"));
    take(bench.folder.path(), &snapshot).unwrap();
    fs_err::create_dir_all(data.join("templates/1")).unwrap();
    fs_err::write(data.join("templates/1/mine"), "mine").unwrap();
    let refused = restore_snapshot(&snapshot, &data, &mut quiet);
    // Named exactly, so that its owner can look at it.
    assert!(
        matches!(&refused, Err(GalleryError::TargetInUse { path }) if path.ends_with("templates")),
        "{refused:?}"
    );
    assert!(data.join("templates/1/mine").exists());
}

#[test]
fn a_snapshot_that_was_cut_off_is_refused_and_taken_anew() {
    let (bench, _, place) = filled();
    let (snapshot, partial) = (place.path().join("snapshot"), place.path().join("snapshot.partial"));
    let mut left = Vec::new();
    take_snapshot(&Context::system(), bench.folder.path(), &snapshot, Pace::Full, &mut |_| {
        assert!(!snapshot.exists(), "half a snapshot has its name");
        left.push(copy_of(&partial));
    })
    .unwrap();
    assert!(left.len() >= 2, "the database and a segment are two pieces");
    for (index, half) in left.iter().enumerate() {
        let data = place.path().join(format!("data-{index}"));
        let error = restore_snapshot(half.path(), &data, &mut quiet).unwrap_err();
        assert!(
            matches!(&error, GalleryError::SnapshotUnusable { reason } if reason.contains("cut off")),
            "{error}"
        );
        assert!(!data.exists(), "something was made of it");
    }
    // What the killed one left is in nobody's way.
    fs_err::rename(&snapshot, &partial).unwrap();
    take(bench.folder.path(), &snapshot).unwrap();
    assert!(!partial.exists());
    restore_snapshot(&snapshot, &place.path().join("data"), &mut quiet).unwrap();
}

#[test]
fn another_servers_key_is_refused_before_anything_is_in_place() {
    let (bench, _, place) = filled();
    let (snapshot, data) = (place.path().join("snapshot"), place.path().join("data"));
    take(bench.folder.path(), &snapshot).unwrap();
    fs_err::create_dir(&data).unwrap();
    ServerKey::create(&data.join("server.key"), &Context::system()).unwrap();
    let error = restore_snapshot(&snapshot, &data, &mut quiet).unwrap_err();
    assert!(matches!(error, GalleryError::ServerKeyMismatch { .. }), "{error}");
    assert_eq!(files(&data), [data.join("server.key")]);
}
