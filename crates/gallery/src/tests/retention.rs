//! Retention, by a clock that is set by hand.

use std::time::Duration;

use super::*;
const DAY: Duration = Duration::from_secs(86_400);

fn kept(gallery: &Gallery, text: &str, days: u32) -> CollectionName {
    let made = new_collection(text);
    let change = Declaration { retention_days: Some(days), ..Declaration::default() };
    let policy = made.policy.amended(&change).unwrap();
    gallery.create_collection(NewCollection { policy, ..made }).unwrap();
    name(text)
}

fn tidy(bench: &Bench) -> Upkept {
    bench.gallery.upkeep(UpkeepRules::default()).unwrap()
}

/// A6: a face past its time is gone after the next run, out of its user's vector too; others stay.
#[test]
fn a6_a_face_is_deleted_when_its_time_is_over_and_not_before() {
    let bench = bench();
    let gallery = &bench.gallery;
    let (short, long) = (kept(gallery, "short", 7), kept(gallery, "long", 30));
    let first = add(gallery, &short, 1);
    add(gallery, &long, 1);
    bench.clock.advance(3 * DAY);
    let second = add(gallery, &short, 2);
    let hour = Duration::from_secs(3600);
    bench.clock.advance(hour);
    gallery.create_user(&short, &user("anna"), None).unwrap();
    gallery.associate_faces(&short, &user("anna"), vec![first.id, second.id], None, None).unwrap();
    let both = gallery.search_users(&short, &version(), &template(1), all()).unwrap();
    bench.clock.advance(4 * DAY - hour - Duration::from_millis(1));
    assert_eq!(tidy(&bench).expired_faces, 0);
    bench.clock.advance(Duration::from_millis(1));
    assert_eq!(tidy(&bench).expired_faces, 1);
    assert!(matches!(gallery.face(&short, first.id), Err(GalleryError::FaceUnknown { .. })));
    assert_eq!(gallery.collection(&short).unwrap().faces, 1);
    assert_eq!(gallery.collection(&long).unwrap().faces, 1);
    let found = gallery.search_faces(&short, &version(), &template(1), all()).unwrap();
    assert_eq!(found.matches.iter().map(|one| one.record.id).collect::<Vec<_>>(), [second.id]);
    // The user's vector is of the other face alone.
    let after = gallery.search_users(&short, &version(), &template(1), all()).unwrap();
    assert!(after.matches[0].score < both.matches[0].score - 0.1, "{after:?} after {both:?}");
    // The last face goes, and with the same period the user that has none any more.
    bench.clock.advance(3 * DAY);
    let done = tidy(&bench);
    assert_eq!((done.expired_faces, done.expired_records), (1, 0));
    assert_eq!(gallery.users(&short, &Page::first(9)).unwrap().items.len(), 1);
    bench.clock.advance(4 * DAY);
    assert_eq!(tidy(&bench).expired_records, 1);
    assert!(gallery.users(&short, &Page::first(9)).unwrap().items.is_empty());
    let bench = bench.reopened();
    assert_eq!(bench.gallery.collection(&short).unwrap().faces, 0);
    let found = bench.gallery.search_faces(&short, &version(), &template(2), all()).unwrap();
    assert!(found.matches.is_empty() && found.searched == 0, "{found:?}");
    let report = bench.gallery.fsck(false, &mut |_| {}).unwrap();
    assert!(report.problems.is_empty(), "{report:?}");
}

/// A6: more than one commit takes are gone after one run.
#[test]
fn a6_thousands_of_faces_go_in_one_run() {
    let bench = bench();
    let people = kept(&bench.gallery, "people", 1);
    let pictures = (0..1201).map(|seed| picture(seed, &[template(seed)])).collect();
    bench.gallery.add_pictures(&people, pictures).unwrap();
    bench.clock.advance(DAY);
    assert_eq!(tidy(&bench).expired_faces, 1201);
    assert_eq!(bench.gallery.collection(&people).unwrap().faces, 0);
}

/// A6: narrowing the period counts for what is there already; an upgrade begins it anew for what was there before it.
#[test]
fn a6_a_shorter_period_counts_at_once_and_an_older_database_is_given_time() {
    let bench = bench();
    let people = kept(&bench.gallery, "people", 30);
    add(&bench.gallery, &people, 1);
    bench.clock.advance(10 * DAY);
    assert_eq!(tidy(&bench).expired_faces, 0);
    // As a database of a release before there were policies.
    bench.gallery.shared.database.writer().execute("UPDATE collections SET kept_from = -1", []).unwrap();
    let bench = bench.reopened();
    bench
        .gallery
        .tag(&Resource::Collection(people.clone()), [("overt:retention-days".into(), "5".into())].into())
        .unwrap();
    assert_eq!(tidy(&bench).expired_faces, 0, "it counts from the upgrade");
    bench.clock.advance(5 * DAY);
    assert_eq!(tidy(&bench).expired_faces, 1);
}
