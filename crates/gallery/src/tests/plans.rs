//! How SQLite goes about what a request or the upkeep asks of a large collection: never through all of it.

use super::bench;
use crate::consents::FIRST_UNDER;
use crate::retention::added_by_sql;
use crate::rows::{FACE_COLUMNS, FACE_SOURCE_OF_USER};
use crate::users::RELEASE;

#[test]
fn nothing_goes_through_a_whole_collection_for_a_few_of_its_faces() {
    let of_user = format!(
        "SELECT {FACE_COLUMNS} FROM {FACE_SOURCE_OF_USER}
         WHERE f.collection = ?1 AND f.label > ?2 AND f.user = ?4 ORDER BY f.label LIMIT ?3"
    );
    let added_by = added_by_sql();
    let bench = bench();
    let connection = rusqlite::Connection::open(bench.folder.path().join("overt.db")).unwrap();
    for (sql, index) in [
        (FIRST_UNDER, "consented_faces"),
        (RELEASE, "faces_of_user"),
        (of_user.as_str(), "faces_of_user"),
        (added_by.as_str(), "faces_by_age"),
    ] {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let rows = statement.raw_query().mapped(|row| row.get("detail"));
        let plan = rows.collect::<Result<Vec<String>, _>>().unwrap();
        assert!(plan[0].contains(&format!("INDEX {index} (collection=? AND")), "{sql}: {plan:?}");
        let whole = |step: &String| step.starts_with("SCAN") || step.ends_with("(collection=?)");
        assert!(!plan.iter().any(whole), "{sql}: {plan:?}");
    }
}
