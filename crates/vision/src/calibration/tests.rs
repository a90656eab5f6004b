//! What a calibration table promises, on a made-up table and on the one that is compiled in.

use super::*;
use proptest::prelude::*;

/// A small table with the anchors, on a made-up recogniser.
fn small() -> Calibration {
    let row = |similarity: f64, score: f32, extrapolated| {
        let false_match_rate = false_match_rate_of(similarity);
        Row {
            similarity,
            score,
            false_match_rate,
            low: false_match_rate * 0.5,
            high: (false_match_rate * 2.0).min(1.0),
            true_match_rate: 0.5,
            extrapolated,
        }
    };
    let rows = vec![
        row(0.0, -0.4, false),
        row(40.0, 0.2, false),
        row(80.0, 0.6, false),
        row(99.0, 0.75, true),
        row(99.95, 0.8, true),
        row(100.0, 1.0, true),
    ];
    let data = Data {
        description: "made \"up\"\nfor a test".to_owned(),
        people: 3,
        images: 9,
        failures_to_acquire: 1,
        genuine_pairs: 9,
        impostor_pairs: 27,
    };
    let method = Method { interval: "none".to_owned(), tail: "none".to_owned(), fewest_false_matches: 30 };
    Calibration::new("test-1".to_owned(), data, method, rows).unwrap()
}

/// `small`, with one row changed.
fn changed(row: usize, change: impl FnOnce(&mut Row)) -> Result<Calibration, CalibrationError> {
    let mut table = small();
    change(&mut table.rows[row]);
    Calibration::new(table.template, table.data, table.method, table.rows)
}

#[test]
fn survives_its_file() {
    let table = small();
    assert_eq!(Calibration::parse(&table.to_toml()).unwrap(), table);
}

#[test]
fn looks_up_both_ways() {
    let table = small();
    for (score, similarity) in [
        (-1.0, 0.0),
        (-0.4, 0.0),
        (0.2, 40.0),
        (0.4, 60.0),
        (0.6, 80.0),
        (0.75, 99.0),
        (1.0, 100.0),
        (1.000_001, 100.0),
    ] {
        assert!((table.similarity(score) - similarity).abs() < 1e-5, "{score}: {}", table.similarity(score));
    }
    assert_eq!(table.similarity(f32::NAN), 0.0);
    assert_eq!(table.similarity(f32::INFINITY), 100.0);
    assert_eq!(table.similarity(f32::NEG_INFINITY), 0.0);
    assert_eq!(table.score(80.0), 0.6);
    assert_eq!(table.score(99.0), 0.75);
    assert_eq!(table.score(-3.0), -0.4);
    assert_eq!(table.score(250.0), 1.0);
    assert_eq!(table.score(f32::NAN), 1.0);
}

#[test]
fn says_what_is_extrapolated() {
    let table = small();
    let at = table.false_match_rate(80.0);
    assert!(!at.extrapolated && (at.value - 1e-4).abs() < 1e-12);
    assert!((at.low - 0.5e-4).abs() < 1e-12 && (at.high - 2e-4).abs() < 1e-12);
    assert!(table.false_match_rate(80.1).extrapolated);
    assert!(table.false_match_rate(99.0).extrapolated);
    let end = table.false_match_rate(100.0);
    assert!(end.extrapolated && end.value == 0.0 && end.high > 0.0);
    assert_eq!(table.false_match_rate(f32::NAN).value, 1.0);
}

#[test]
fn the_interval_moves_without_jumps_and_is_that_of_a_row_at_the_row() {
    let table = Calibration::built_in().unwrap();
    for pair in table.rows().windows(2) {
        let [below, row] = pair else { continue };
        if row.false_match_rate == 0.0 {
            continue;
        }
        let at = table.false_match_rate(row.similarity as f32);
        assert!(
            (at.low / row.low - 1.0).abs() < 1e-3 && (at.high / row.high - 1.0).abs() < 1e-3,
            "{row:?} {at:?}"
        );
        let middle = table.false_match_rate(((below.similarity + row.similarity) / 2.0) as f32);
        assert!(
            (row.low..=below.low).contains(&middle.low) && (row.high..=below.high).contains(&middle.high)
        );
        let just_above = table.false_match_rate(below.similarity as f32 + 1e-4);
        assert!((just_above.high / below.high - 1.0).abs() < 0.02, "{below:?} {just_above:?}");
    }
}

#[test]
fn the_similarity_within_a_rate_is_the_lowest_that_keeps_it() {
    // Twice the rate is the upper end of every row.
    let table = small();
    assert_eq!(table.similarity_within(2e-4), 80.0);
    assert!((f64::from(table.similarity_within(2e-6)) - 99.0).abs() < 2e-3);
    assert!((table.similarity_within(2e-5) - 95.528).abs() < 2e-3);
    assert_eq!(table.similarity_within(1.0), 0.0);
    for beyond in [1e-9, 0.0, -1.0, f64::NAN] {
        assert_eq!(table.similarity_within(beyond), 100.0, "{beyond}");
    }
}

#[test]
fn refuses_what_contradicts_itself() {
    let bad: [(&str, Result<_, _>); 8] = [
        ("rate", changed(2, |row| row.false_match_rate = 2e-4)),
        ("score falls", changed(2, |row| row.score = 0.1)),
        ("score stands", changed(2, |row| row.score = 0.2)),
        ("NaN", changed(2, |row| row.score = f32::NAN)),
        ("interval", changed(2, |row| row.low = 1.0)),
        ("high", changed(0, |row| row.high = 1.5)),
        ("true match rate", changed(1, |row| row.true_match_rate = -0.1)),
        ("measured beyond extrapolated", changed(4, |row| row.extrapolated = false)),
    ];
    for (name, result) in bad {
        assert!(matches!(result, Err(CalibrationError::Row { .. })), "{name}");
    }
    for missing in [0, 2, 3, 5] {
        let mut table = small();
        table.rows.remove(missing);
        let result = Calibration::parse(&table.to_toml());
        assert!(matches!(result, Err(CalibrationError::Incomplete { .. })), "without row {missing}");
    }
}

#[test]
fn refuses_other_files() {
    let text = small().to_toml();
    assert!(matches!(Calibration::parse("rows = 3"), Err(CalibrationError::Syntax { .. })));
    let newer = text.replace("format = 1", "format = 2");
    assert!(matches!(Calibration::parse(&newer), Err(CalibrationError::Format { found: 2 })));
    let unknown = text.replace("data.people", "data.persons");
    assert!(matches!(Calibration::parse(&unknown), Err(CalibrationError::Syntax { .. })));
    let nameless = text.replace("\"test-1\"", "\" \"");
    assert!(matches!(Calibration::parse(&nameless), Err(CalibrationError::Incomplete { .. })));
}

/// The default threshold of the API's clients must be one that the data support.
#[test]
fn built_in_table_holds() {
    let table = Calibration::built_in().unwrap();
    assert_eq!(table.template(), "overt-face-1");
    assert_eq!(Calibration::parse(&table.to_toml()).unwrap(), table);
    let at = table.false_match_rate(80.0);
    assert!(!at.extrapolated && at.low <= at.value && at.value <= at.high);
    assert_eq!(table.similarity(table.score(80.0)), 80.0);
    assert_eq!(table.similarity(table.score(99.0)), 99.0);
    assert_eq!(table.similarity(1.0), 100.0);
}

proptest! {
    #[test]
    fn monotone(a in -1.1f32..1.1, b in -1.1f32..1.1) {
        let table = Calibration::built_in().unwrap();
        let (low, high) = (a.min(b), a.max(b));
        prop_assert!(table.similarity(low) <= table.similarity(high));
        prop_assert!((0.0..=100.0).contains(&table.similarity(a)));
    }

    #[test]
    fn inverse(similarity in 0.0f32..=100.0) {
        let table = Calibration::built_in().unwrap();
        prop_assert!((table.similarity(table.score(similarity)) - similarity).abs() < 2e-3);
    }

    #[test]
    fn any_text_is_read_or_refused(text in ".{0,200}") {
        let _ = Calibration::parse(&text);
    }
}
