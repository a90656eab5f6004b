//! More than one snapshot put back, one after the other, beside the ledger of all.

use super::*;

/// A5: the wrong snapshot first, then the right one, beside the ledger of both: a collection that was made anew under its name stays, and is no contradiction.
#[test]
fn a5_a_later_snapshot_after_an_earlier_one_keeps_what_it_has() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    fs_err::create_dir(&data).unwrap();
    let snapshot = |name: &str, data: &Path| {
        take_snapshot(&Context::system(), data, &place.path().join(name), Pace::Full, &mut |_| {}).unwrap();
    };
    {
        let open = open(&data);
        open.make("people");
        open.gallery.record_outbox().unwrap();
        snapshot("earlier", &data);
        open.gallery.delete_collection(&"people".parse().unwrap()).unwrap();
        let people = open.make("people");
        open.add(&people, 1, 2, None);
        let principal = NewPrincipal {
            name: "since".parse().unwrap(),
            organisation: "Museum".parse().unwrap(),
            sector: Sector::ALL[0],
            allowed: Allowed::All,
        };
        Principals::new(Arc::clone(&open.database)).create(&principal).unwrap();
        open.gallery.record_outbox().unwrap();
        snapshot("later", &data);
        open.book.publish().unwrap();
    }
    let people = "people".parse().unwrap();
    let mut ledger_of = data;
    for (from, faces) in [("earlier", None), ("later", Some(2))] {
        let to = place.path().join(format!("restored-{from}"));
        put_back(&place.path().join(from), &ledger_of, &to, true);
        let restored = open(&to);
        make_again(&restored.book, &restored.database, &restored.gallery).unwrap().unwrap();
        let there = restored.gallery.collection(&people).ok().map(|people| people.faces);
        assert_eq!(there, faces, "{from}");
        assert_eq!(Rights::default().compare(&restored.gallery, &restored.book).unwrap(), [], "{from}");
        restored.book.publish().unwrap();
        ledger_of = to;
    }
}

/// A5: the wrong snapshot first, and a collection made and deleted under the name meanwhile, whose number must not be that of the one before: what was deleted there
/// before all of it goes again, and the rest stays.
#[test]
fn a5_what_was_deleted_goes_again_also_where_another_of_the_name_was_deleted_meanwhile() {
    for between in [false, true] {
        let place = tempfile::tempdir().unwrap();
        let data = place.path().join("data");
        fs_err::create_dir(&data).unwrap();
        let stays = {
            let open = open(&data);
            let snapshot = |name: &str| {
                let to = place.path().join(name);
                take_snapshot(&Context::system(), &data, &to, Pace::Full, &mut |_| {}).unwrap();
            };
            open.gallery.record_outbox().unwrap();
            snapshot("earlier");
            let people = open.make("people");
            let stays = open.add(&people, 1, 1, None);
            let ben = open.add(&people, 2, 1, None);
            open.gallery.record_outbox().unwrap();
            snapshot("later");
            open.gallery.delete_faces(&people, ben).unwrap();
            open.book.publish().unwrap();
            stays
        };
        let earlier = place.path().join("restored-earlier");
        put_back(&place.path().join("earlier"), &data, &earlier, true);
        {
            let restored = open(&earlier);
            make_again(&restored.book, &restored.database, &restored.gallery).unwrap().unwrap();
            if between {
                restored.make("other");
            }
            let people = restored.make("people");
            restored.gallery.delete_collection(&people).unwrap();
            restored.gallery.record_outbox().unwrap();
            restored.book.publish().unwrap();
        }
        let later = place.path().join("restored-later");
        put_back(&place.path().join("later"), &earlier, &later, true);
        let restored = open(&later);
        make_again(&restored.book, &restored.database, &restored.gallery).unwrap().unwrap();
        let faces = restored.database.face_subjects(&"people".parse().unwrap(), None, 9).unwrap();
        let faces: Vec<FaceId> = faces.into_iter().map(|face| face.1).collect();
        assert_eq!(faces, stays, "another made between: {between}");
    }
}

/// A5: after a restore a receipt names the entry about the collection that the person named, also where a copy's comes first, by its name and in the ledger; and after
/// a second restore.
#[test]
fn a5_after_a_restore_a_receipt_names_the_entry_of_the_collection_that_was_named() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let snapshot = place.path().join("snapshot");
    fs_err::create_dir(&data).unwrap();
    let copy: CollectionName = "a-copy".parse().unwrap();
    let (people, consent, entry) = {
        let open = open(&data);
        let people = open.make("people");
        open.add(&people, 1, 1, Some("anna"));
        open.load(open.export(&people), &copy);
        open.gallery.record_outbox().unwrap();
        take_snapshot(&Context::system(), &data, &snapshot, Pace::Full, &mut |_| {}).unwrap();
        let consent = open.database.consent_subjects(&people).unwrap()[0].0;
        let entry = open.withdraw(&people, consent);
        open.book.publish().unwrap();
        (people, consent, entry)
    };
    let mut ledger_of = data;
    for turn in ["first", "second"] {
        let to = place.path().join(turn);
        put_back(&snapshot, &ledger_of, &to, true);
        let restored = open(&to);
        let again = make_again(&restored.book, &restored.database, &restored.gallery).unwrap().unwrap();
        assert_eq!((again.made.consents, again.made.faces), (1, 2), "{turn}");
        for name in [&people, &copy] {
            assert!(restored.database.face_subjects(name, None, 9).unwrap().is_empty());
            let receipt = restored.gallery.withdraw_consent(name, consent).unwrap();
            assert_eq!((receipt.entry, receipt.reached), (Some(entry), vec![]), "{turn}, {name}");
        }
        restored.book.publish().unwrap();
        ledger_of = to;
    }
}
