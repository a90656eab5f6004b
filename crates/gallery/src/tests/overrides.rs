//! Overrides of a floor.

use super::*;

fn asked(hours: u64) -> NewOverride {
    NewOverride {
        lowest: 92_500,
        reason: "Flood of 12 May: find relatives of people in hospital".into(),
        allowed_by: "anna".into(),
        lasts: Duration::from_secs(hours * 3600),
    }
}

#[test]
fn b3_an_override_is_in_force_until_its_time_is_over_and_survives_a_restart() {
    let bench = bench();
    let people = make(&bench.gallery, "people");
    let other = make(&bench.gallery, "others");
    assert_eq!(bench.gallery.override_in_force(&people).unwrap(), None);
    let made = bench.gallery.override_floor(&people, asked(24)).unwrap();
    assert_eq!((made.lowest, made.expires), (92_500, made.created.after(Duration::from_secs(24 * 3600))));
    assert_eq!(made.id.len(), 16);
    let bench = bench.reopened();
    assert_eq!(bench.gallery.override_in_force(&people).unwrap().as_ref(), Some(&made));
    assert_eq!(bench.gallery.override_in_force(&other).unwrap(), None, "of its collection alone");
    bench.clock.advance(Duration::from_secs(24 * 3600 - 1));
    assert!(bench.gallery.override_in_force(&people).unwrap().is_some());
    bench.clock.advance(Duration::from_secs(1));
    assert_eq!(bench.gallery.override_in_force(&people).unwrap(), None);
    // It can be made anew, and both are told.
    let again = bench.gallery.override_floor(&people, asked(1)).unwrap();
    let all = bench.gallery.overrides(&people).unwrap();
    assert_eq!(all.iter().map(|one| &one.id).collect::<Vec<_>>(), [&again.id, &made.id]);
}

#[test]
fn b3_one_override_at_a_time_and_anybody_who_may_ends_it() {
    let bench = bench();
    let people = make(&bench.gallery, "people");
    let made = bench.gallery.override_floor(&people, asked(24)).unwrap();
    let second = bench.gallery.override_floor(&people, asked(1)).unwrap_err().to_string();
    assert!(second.contains(&made.id), "{second}");
    bench.clock.advance(Duration::from_secs(60));
    let ended = bench.gallery.end_override(&people, &made.id, "otto").unwrap();
    assert_eq!(ended.ended, Some((made.created.after(Duration::from_secs(60)), "otto".to_owned())));
    assert_eq!(bench.gallery.override_in_force(&people).unwrap(), None);
    // Twice is as once, and what is over cannot be ended.
    bench.clock.advance(Duration::from_secs(60));
    assert_eq!(bench.gallery.end_override(&people, &made.id, "emma").unwrap(), ended);
    assert!(bench.gallery.end_override(&people, "0000000000000000", "emma").is_err());
    bench.gallery.override_floor(&people, asked(1)).unwrap();
}

#[test]
fn b3_what_is_beyond_the_limits_of_an_override_is_refused() {
    let bench = bench();
    let people = make(&bench.gallery, "people");
    let wrong = |change: fn(&mut NewOverride)| {
        let mut new = asked(24);
        change(&mut new);
        bench.gallery.override_floor(&people, new).unwrap_err()
    };
    for error in [
        wrong(|new| new.lowest = 79_999),
        wrong(|new| new.lowest = 100_001),
        wrong(|new| new.lasts = Duration::ZERO),
        wrong(|new| new.lasts = LONGEST_OVERRIDE + Duration::from_secs(1)),
        wrong(|new| new.reason = "because".into()),
        wrong(|new| new.reason = "          b         ".into()),
        wrong(|new| new.reason = "x".repeat(501)),
        wrong(|new| new.reason = "two lines\nof a reason".into()),
    ] {
        assert!(matches!(error, GalleryError::Invalid { .. }), "{error}");
    }
    assert!(matches!(
        bench.gallery.override_floor(&name("nobody"), asked(1)),
        Err(GalleryError::CollectionUnknown { .. })
    ));
    assert_eq!(bench.gallery.overrides(&people).unwrap(), []);
}

#[test]
fn b3_a_collection_of_the_same_name_has_none_of_the_deleted_ones_overrides() {
    let bench = bench();
    let people = make(&bench.gallery, "people");
    let made = bench.gallery.override_floor(&people, asked(24)).unwrap();
    bench.gallery.delete_collection(&people).unwrap();
    make(&bench.gallery, "people");
    assert_eq!(bench.gallery.override_in_force(&people).unwrap(), None);
    assert!(bench.gallery.end_override(&people, &made.id, "emma").is_err());
}
