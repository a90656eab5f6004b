//! What is over: in no answer from that moment on, whenever the upkeep runs.

use super::consents::{DAY, consent, demanding, recorded, under};
use super::*;

/// A4: the face of a record that is over is in no answer from that moment on, whenever the upkeep runs.
#[test]
fn a4_the_face_of_a_consent_that_is_over_is_answered_no_more() {
    let bench = bench();
    let gallery = &bench.gallery;
    let doors = demanding(gallery, "doors");
    let until = NewConsent { expires: Some(bench.clock.now().after(DAY)), ..consent(&bench, "anna") };
    let anna = recorded(&bench, &doors, until);
    let ben = recorded(&bench, &doors, consent(&bench, "ben"));
    let hers = gallery.add_faces(&doors, under(1, Some(anna.id), None)).unwrap()[0].record.id;
    let his = gallery.add_faces(&doors, under(2, Some(ben.id), None)).unwrap()[0].record.id;
    for (who, face) in [("anna", hers), ("ben", his)] {
        gallery.create_user(&doors, &user(who), None).unwrap();
        gallery.associate_faces(&doors, &user(who), vec![face], None, None).unwrap();
    }
    let answered = || {
        let like = |limit| {
            gallery.search_faces(&doors, &version(), &template(1), Search { limit, ..all() }).unwrap()
        };
        let users = gallery.search_users(&doors, &version(), &template(1), all()).unwrap();
        let listed = gallery.faces(&doors, &FaceFilter::default(), &Page::first(9)).unwrap().items;
        let first: Vec<FaceId> = like(1).matches.iter().map(|one| one.record.id).collect();
        (first, like(9).searched, users.matches.len(), listed.len())
    };
    assert_eq!(answered(), (vec![hers], 2, 2, 2));
    bench.clock.advance(DAY);
    assert_eq!(answered(), (vec![his], 1, 1, 1), "the best of those that are left");
    let unknown = |error| matches!(error, GalleryError::FaceUnknown { .. });
    assert!(unknown(gallery.face(&doors, hers).unwrap_err()));
    assert!(unknown(gallery.search_faces_by_face(&doors, hers, all()).unwrap_err()));
    let found = gallery.search_faces_by_face(&doors, his, all()).unwrap().1;
    assert!(found.matches.is_empty());
    assert_eq!(gallery.upkeep(UpkeepRules::default()).unwrap().expired_faces, 1);
    assert_eq!(answered().0, [his]);
}

/// A4: a user whose faces are all over is answered as one without a face, as it is after the upkeep: it is like nobody, and nothing is compared with it.
#[test]
fn a4_a_user_whose_faces_are_all_over_is_like_nobody() {
    let bench = bench();
    let gallery = &bench.gallery;
    let doors = demanding(gallery, "doors");
    let until = NewConsent { expires: Some(bench.clock.now().after(DAY)), ..consent(&bench, "anna") };
    let anna = recorded(&bench, &doors, until);
    let ben = recorded(&bench, &doors, consent(&bench, "ben"));
    let hers = gallery.add_faces(&doors, under(1, Some(anna.id), None)).unwrap()[0].record.id;
    let his = gallery.add_faces(&doors, under(2, Some(ben.id), None)).unwrap()[0].record.id;
    for (who, face) in [("anna", hers), ("ben", his)] {
        gallery.create_user(&doors, &user(who), None).unwrap();
        gallery.associate_faces(&doors, &user(who), vec![face], None, None).unwrap();
    }
    gallery.create_user(&doors, &user("carl"), None).unwrap();
    let answered = || {
        let by_user = |who: &str| {
            let found = gallery.search_users_by_user(&doors, &user(who), all()).unwrap().1;
            (ids(&found, |user| user.name.to_string()), found.searched)
        };
        let listed = gallery.users(&doors, &Page::first(9)).unwrap().items;
        let listed: Vec<_> =
            listed.into_iter().map(|user| (user.name.to_string(), user.status, user.faces)).collect();
        (by_user("anna"), by_user("ben"), listed)
    };
    let one = |who: &str, faces| {
        let status = if faces == 0 { UserStatus::Created } else { UserStatus::Active };
        (who.to_owned(), status, faces)
    };
    let both = [one("anna", 1), one("ben", 1), one("carl", 0)];
    assert_eq!(answered(), ((vec!["ben".to_owned()], 1), (vec!["anna".to_owned()], 1), both.to_vec()));
    bench.clock.advance(DAY);
    let alone = ((vec![], 0), (vec![], 0), vec![one("anna", 0), one("ben", 1), one("carl", 0)]);
    assert_eq!(answered(), alone);
    assert_eq!(gallery.user(&doors, &user("anna")).unwrap().status, UserStatus::Created);
    // Neither is her face given to anybody, nor somebody else's held against it.
    let associate = |who: &str, face| {
        let change = gallery.associate_faces(&doors, &user(who), vec![face], Some(0.9), None).unwrap();
        (change.outcomes, change.status, change.compared.len())
    };
    assert_eq!(associate("carl", hers), (vec![(hers, Association::Unknown)], UserStatus::Created, 0));
    assert_eq!(associate("anna", hers), (vec![(hers, Association::Unknown)], UserStatus::Created, 0));
    bench.gallery.upkeep(UpkeepRules::default()).unwrap();
    assert_eq!(answered(), alone, "the upkeep changes nothing about it");
    let carl = recorded(&bench, &doors, consent(&bench, "carl"));
    let face = gallery.add_faces(&doors, under(4, Some(carl.id), None)).unwrap()[0].record.id;
    assert_eq!(associate("anna", face), (vec![(face, Association::Associated)], UserStatus::Active, 0));
}

/// A4: a face is not held against a user whose faces are all over.
#[test]
fn a4_nothing_is_compared_with_faces_that_are_over() {
    let bench = bench();
    let gallery = &bench.gallery;
    let doors = demanding(gallery, "doors");
    let until = NewConsent { expires: Some(bench.clock.now().after(DAY)), ..consent(&bench, "anna") };
    let anna = recorded(&bench, &doors, until);
    let ben = recorded(&bench, &doors, consent(&bench, "ben"));
    let hers = gallery.add_faces(&doors, under(1, Some(anna.id), None)).unwrap()[0].record.id;
    let his = gallery.add_faces(&doors, under(2, Some(ben.id), None)).unwrap()[0].record.id;
    gallery.create_user(&doors, &user("anna"), None).unwrap();
    gallery.associate_faces(&doors, &user("anna"), vec![hers], None, None).unwrap();
    let associate = || gallery.associate_faces(&doors, &user("anna"), vec![his], Some(0.9), None).unwrap();
    assert!(matches!(associate().outcomes[..], [(_, Association::LowMatch { .. })]));
    bench.clock.advance(DAY);
    let change = associate();
    assert_eq!((change.outcomes, change.compared), (vec![(his, Association::Associated)], vec![]));
    bench.gallery.upkeep(UpkeepRules::default()).unwrap();
    let found = gallery.search_users(&doors, &version(), &template(2), all()).unwrap();
    assert!((found.matches[0].score - 1.0).abs() < 1e-3, "of his face alone: {found:?}");
    assert!(gallery.fsck(false, &mut |_| {}).unwrap().problems.is_empty());
}

/// A4: who indexes a picture again without a record gets no face that is over, but one that stands without a record; under a record that is in force it is the same
/// face, which that one keeps.
#[test]
fn a4_indexing_a_picture_again_answers_no_face_that_is_over() {
    for renewed in [false, true] {
        let bench = bench();
        let gallery = &bench.gallery;
        let anywhere = make(gallery, "anywhere");
        let until = NewConsent { expires: Some(bench.clock.now().after(DAY)), ..consent(&bench, "anna") };
        let scope = gallery.policy(&anywhere).unwrap().uses().clone();
        let old = recorded(&bench, &anywhere, NewConsent { scope: scope.clone(), ..until });
        let first = gallery.add_faces(&anywhere, under(1, Some(old.id), None)).unwrap().remove(0);
        bench.clock.advance(DAY);
        let record =
            renewed.then(|| recorded(&bench, &anywhere, NewConsent { scope, ..consent(&bench, "anna") }).id);
        let again = gallery.add_faces(&anywhere, under(1, record, None)).unwrap().remove(0);
        assert_eq!(again.is_new, !renewed);
        assert_eq!(again.record.id == first.record.id, renewed);
        let listed = || {
            let faces = gallery.faces(&anywhere, &FaceFilter::default(), &Page::first(9)).unwrap().items;
            faces.into_iter().map(|face| face.id).collect::<Vec<_>>()
        };
        assert_eq!(listed(), [again.record.id]);
        assert_eq!(gallery.upkeep(UpkeepRules::default()).unwrap().expired_faces, u64::from(!renewed));
        assert_eq!(listed(), [again.record.id]);
        let once_more = gallery.add_faces(&anywhere, under(1, record, None)).unwrap().remove(0);
        assert_eq!((once_more.record.id, once_more.is_new), (again.record.id, false));
        assert!(gallery.fsck(false, &mut |_| {}).unwrap().problems.is_empty());
    }
}

/// A4: however many faces are over, and however much like the probe, those that are left are found behind them.
#[test]
fn a4_faces_that_are_left_are_found_behind_any_number_that_is_over() {
    let bench = bench();
    let gallery = &bench.gallery;
    let doors = make(gallery, "doors");
    let scope = gallery.policy(&doors).unwrap().uses().clone();
    let many = crate::over::COUNTED as u64 + 200;
    let records = (0..many).map(|number| NewConsent {
        expires: Some(bench.clock.now().after(DAY)),
        scope: scope.clone(),
        ..consent(&bench, &format!("somebody-{number}"))
    });
    let records = gallery.record_consents(&doors, records.collect()).unwrap();
    let pictures = records.iter().zip(0..).map(|(record, seed)| AddFaces {
        consent: Some(record.id),
        ..picture(seed, &[near(&template(1), seed, 0.1)])
    });
    gallery.add_pictures(&doors, pictures.collect()).unwrap();
    let other = gallery.add_faces(&doors, picture(5000, &[template(2)])).unwrap()[0].record.id;
    gallery.create_user(&doors, &user("other"), None).unwrap();
    gallery.associate_faces(&doors, &user("other"), vec![other], None, None).unwrap();
    let search =
        || gallery.search_faces(&doors, &version(), &template(1), Search { limit: 1, ..all() }).unwrap();
    assert_eq!(search().searched, many + 1);
    assert_ne!(search().matches[0].record.id, other);
    bench.clock.advance(DAY);
    let found = search();
    assert_eq!(found.matches.iter().map(|one| one.record.id).collect::<Vec<_>>(), [other]);
    // No fewer than there are: of a thousand at most it is known that they are over.
    assert_eq!(found.searched, 201);
    let users = gallery.search_users(&doors, &version(), &template(1), all()).unwrap();
    assert_eq!((users.matches.len(), users.searched), (1, 1));
    bench.gallery.upkeep(UpkeepRules::default()).unwrap();
    assert_eq!(search().searched, 1);
}
