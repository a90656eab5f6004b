//! Words for what an entry says: of a list's values, of counts, of an override.

use super::day;

/// An entry of the kind `override`, as a line; `None` for any other.
pub(super) fn override_in_words(deed: &serde_json::Value) -> Option<String> {
    let word = |name: &str| deed.get(name).and_then(serde_json::Value::as_str);
    if word("kind") != Some("override") {
        return None;
    }
    let (id, collection) = (word("id")?, word("collection")?);
    let lowest = deed.get("lowest").and_then(serde_json::Value::as_u64)?;
    let lowest = format!("{}.{:03}", lowest / 1000, lowest % 1000);
    let event = word("event").unwrap_or("unknown").replace('-', " ");
    let because = word("reason").map(|reason| format!(", because: {reason}")).unwrap_or_default();
    let by = word("allowed_by").map(|by| format!(", by {by}")).unwrap_or_default();
    let until = word("expires").map(|until| format!(", until {}", day::and_time(until))).unwrap_or_default();
    Some(format!("Override {id} of the floor of {collection}, {event}{by}: down to {lowest}{until}{because}"))
}

/// The word that stands for a value in an entry.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).ok();
    value.as_ref().and_then(serde_json::Value::as_str).unwrap_or("unknown").replace('-', " ")
}

pub(super) fn plural<'a>(count: u64, one: &'a str, more: &'a str) -> &'a str {
    if count == 1 { one } else { more }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b3_an_override_is_told_with_its_reason_and_its_end() {
        let deed = serde_json::json!({
            "kind": "override", "event": "allowed", "id": "ov-1", "collection": "archive", "lowest": 95_000,
            "reason": "identifying victims of the flood", "allowed_by": "chief", "expires": "2026-11-30T10:00:00.000Z",
        });
        let told = override_in_words(&deed).unwrap();
        assert_eq!(
            told,
            "Override ov-1 of the floor of archive, allowed, by chief: down to 95.000, until 30 November 2026, 10:00 UTC, \
             because: identifying victims of the flood"
        );
        assert_eq!(override_in_words(&serde_json::json!({ "kind": "search", "id": "a" })), None);
    }
}
