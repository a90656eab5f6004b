use super::*;

struct People {
    bench: Bench,
    collection: CollectionName,
    /// Three faces each of two people.
    anna: Vec<FaceRecord>,
    bert: Vec<FaceRecord>,
}

fn people() -> People {
    let bench = bench();
    let collection = make(&bench.gallery, "c");
    let faces = |seed: u64| -> Vec<FaceRecord> {
        (0..3)
            .map(|index| {
                let template = near(&template(seed), seed * 10 + index, 0.3);
                let image = seed * 100 + index;
                bench.gallery.add_faces(&collection, picture(image, &[template])).unwrap().remove(0).record
            })
            .collect()
    };
    let (anna, bert) = (faces(1), faces(2));
    for text in ["anna", "bert", "nobody"] {
        bench.gallery.create_user(&collection, &user(text), None).unwrap();
    }
    People { bench, collection, anna, bert }
}

fn of(faces: &[FaceRecord]) -> Vec<FaceId> {
    faces.iter().map(|face| face.id).collect()
}

#[test]
fn users_are_found_once_they_have_a_face() {
    let People { bench, collection, anna, bert } = people();
    let gallery = &bench.gallery;
    let search = |gallery: &Gallery, seed| {
        let found = gallery.search_users(
            &collection,
            &version(),
            &template(seed),
            Search { min_score: 0.7, limit: 9 },
        );
        ids(&found.unwrap(), |user| user.name.to_string())
    };
    assert!(search(gallery, 1).is_empty());
    let change = gallery.associate_faces(&collection, &user("anna"), of(&anna), None, None).unwrap();
    assert_eq!(change.status, UserStatus::Active);
    gallery.associate_faces(&collection, &user("bert"), of(&bert), None, None).unwrap();
    assert_eq!((search(gallery, 1), search(gallery, 2)), (vec!["anna".into()], vec!["bert".into()]));
    let (face, found) = gallery.search_users_by_face(&collection, anna[0].id, all()).unwrap();
    assert_eq!(face.user, Some(user("anna")));
    assert_eq!(ids(&found, |user| user.name.to_string()), ["anna", "bert"]);
    assert_eq!(found.searched, 2);
    let (record, found) = gallery.search_users_by_user(&collection, &user("anna"), all()).unwrap();
    assert_eq!((record.faces, record.status), (3, UserStatus::Active));
    assert_eq!(ids(&found, |user| user.name.to_string()), ["bert"]);
    let (record, found) = gallery.search_users_by_user(&collection, &user("nobody"), all()).unwrap();
    assert_eq!((record.status, found.matches.len()), (UserStatus::Created, 0));
    let bench = bench.reopened();
    assert_eq!(search(&bench.gallery, 1), ["anna"]);
    bench.gallery.delete_user(&collection, &user("anna"), None).unwrap();
    assert!(search(&bench.gallery, 1).is_empty());
    assert_eq!(bench.gallery.face(&collection, anna[0].id).unwrap().user, None);
    assert_eq!(bench.gallery.collection(&collection).unwrap().users, 2);
}

#[test]
fn every_face_has_an_outcome() {
    let People { bench, collection, anna, bert } = people();
    let gallery = &bench.gallery;
    gallery.associate_faces(&collection, &user("bert"), of(&bert[..1]), None, None).unwrap();
    let nobody = FaceId::from_bytes([7; 16]);
    let given = vec![anna[0].id, nobody, bert[0].id, anna[0].id];
    let change = gallery.associate_faces(&collection, &user("anna"), given.clone(), Some(0.6), None).unwrap();
    // The first face of a user is taken whatever the threshold.
    assert_eq!(
        change.outcomes,
        [
            (anna[0].id, Association::Associated),
            (nobody, Association::Unknown),
            (bert[0].id, Association::OfAnother { user: user("bert") }),
        ]
    );
    let more = vec![anna[0].id, anna[1].id, bert[1].id];
    let change = gallery.associate_faces(&collection, &user("anna"), more, Some(0.6), None).unwrap();
    assert_eq!(change.outcomes[0].1, Association::Already);
    assert_eq!(change.outcomes[1].1, Association::Associated);
    let Association::LowMatch { score } = change.outcomes[2].1 else { panic!("{:?}", change.outcomes[2]) };
    assert!(score < 0.6);
    let given = vec![anna[1].id, nobody, bert[0].id, anna[2].id];
    let change = gallery.disassociate_faces(&collection, &user("anna"), given, None).unwrap();
    assert_eq!(
        change.outcomes,
        [
            (anna[1].id, Disassociation::Disassociated),
            (nobody, Disassociation::Unknown),
            (bert[0].id, Disassociation::OfAnother { user: user("bert") }),
            (anna[2].id, Disassociation::Already),
        ]
    );
    assert_eq!(change.status, UserStatus::Active);
    let change = gallery.disassociate_faces(&collection, &user("anna"), vec![anna[0].id], None).unwrap();
    assert_eq!(change.status, UserStatus::Created);
    let found = gallery.search_users(&collection, &version(), &template(1), all()).unwrap();
    assert_eq!(ids(&found, |user| user.name.to_string()), ["bert"]);
}

#[test]
fn a_users_vector_is_that_of_the_faces_it_has() {
    let People { bench, collection, anna, .. } = people();
    let gallery = &bench.gallery;
    let score = || {
        let found = gallery.search_users_by_face(&collection, anna[0].id, all()).unwrap().1;
        found.matches.first().map(|found| found.score)
    };
    gallery.associate_faces(&collection, &user("anna"), of(&anna[..1]), None, None).unwrap();
    assert!((score().unwrap() - 1.0).abs() < 1e-4);
    gallery.associate_faces(&collection, &user("anna"), of(&anna[1..]), None, None).unwrap();
    assert!(score().unwrap() < 0.99);
    gallery.disassociate_faces(&collection, &user("anna"), of(&anna[1..]), None).unwrap();
    assert!((score().unwrap() - 1.0).abs() < 1e-4);
}

#[test]
fn users_are_listed_in_the_order_in_which_they_were_made() {
    let People { bench, collection, .. } = people();
    let first = bench.gallery.users(&collection, &Page::first(2)).unwrap();
    assert_eq!(first.items.iter().map(|user| user.name.as_str()).collect::<Vec<_>>(), ["anna", "bert"]);
    let rest = bench.gallery.users(&collection, &Page { after: first.next, limit: 2 }).unwrap();
    assert_eq!(rest.items.len(), 1);
    assert!(rest.next.is_none());
    let error = bench.gallery.create_user(&collection, &user("bert"), None).unwrap_err();
    assert!(matches!(error, GalleryError::UserExists { .. }));
}
