//! Days, in a report: from an entry's time to a date, and to words.
//!
//! Owns the forms. UTC everywhere: a report must not depend on where it is computed.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// The date in an entry's time, `2026-11-28`. Times that are none are of no day.
pub(super) fn of(at: &str) -> Option<&str> {
    at.parse::<Timestamp>().ok()?;
    at.get(..10)
}

/// `28 November 2026`.
pub(super) fn in_words(at: &str) -> String {
    let date = at.get(..10).and_then(|date| date.parse::<Date>().ok());
    date.map_or_else(|| at.to_owned(), |date| date.strftime("%-d %B %Y").to_string())
}

/// `28 November 2026, 10:15 UTC`.
pub(super) fn and_time(at: &str) -> String {
    let time = at.parse::<Timestamp>().map(|time| time.to_zoned(TimeZone::UTC));
    time.map_or_else(|_| at.to_owned(), |time| time.strftime("%-d %B %Y, %H:%M UTC").to_string())
}

/// The same, of seconds since 1970.
pub(super) fn of_second(second: u64) -> String {
    let time = i64::try_from(second).ok().and_then(|second| Timestamp::from_second(second).ok());
    time.map_or_else(|| second.to_string(), |time| and_time(&time.to_string()))
}

/// Days from the first date to the last, both counted; 0 for what is no date.
pub(super) fn between(first: &str, last: &str) -> u64 {
    let (Ok(first), Ok(last)) = (first.parse::<Date>(), last.parse::<Date>()) else { return 0 };
    let days = first.until(last).map(|span| span.get_days()).unwrap_or_default();
    u64::try_from(days).map_or(0, |days| days + 1)
}

/// Every date from the first to the last.
pub(super) fn each(first: &str, last: &str) -> Vec<String> {
    let (Ok(first), Ok(last)) = (first.parse::<Date>(), last.parse::<Date>()) else { return Vec::new() };
    first
        .series(jiff::Span::new().days(1))
        .take_while(|date| *date <= last)
        .map(|date| date.to_string())
        .collect()
}

/// Every month from the first date's to the last's, `2026-11`.
pub(super) fn months(first: &str, last: &str) -> Vec<String> {
    let month = |text: &str| text.parse::<Date>().map(jiff::civil::Date::first_of_month);
    let (Ok(first), Ok(last)) = (month(first), month(last)) else { return Vec::new() };
    let months = first.series(jiff::Span::new().months(1)).take_while(|date| *date <= last);
    months.map(|date| date.strftime("%Y-%m").to_string()).collect()
}

/// `Nov 2026` of `2026-11`, `28 Nov` of `2026-11-28`.
pub(super) fn short(text: &str) -> String {
    let whole = if text.len() == 7 { format!("{text}-01") } else { text.to_owned() };
    let form = if text.len() == 7 { "%b %Y" } else { "%-d %b" };
    whole.parse::<Date>().map_or_else(|_| text.to_owned(), |date| date.strftime(form).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_are_counted_from_end_to_end() {
        assert_eq!(of("2026-11-28T10:15:30.123Z"), Some("2026-11-28"));
        assert_eq!(of("yesterday"), None);
        assert_eq!(between("2026-02-27", "2026-03-01"), 3);
        assert_eq!(between("2026-03-01", "2026-02-01"), 0);
        assert_eq!(each("2026-02-27", "2026-03-01"), ["2026-02-27", "2026-02-28", "2026-03-01"]);
        assert_eq!(months("2025-12-31", "2026-02-01"), ["2025-12", "2026-01", "2026-02"]);
        assert_eq!(between("2024-11-28", "2026-11-28"), 731);
    }

    #[test]
    fn dates_read_as_people_write_them() {
        assert_eq!(in_words("2026-11-08T10:15:30.123Z"), "8 November 2026");
        assert_eq!(and_time("2026-11-28T10:05:30.123Z"), "28 November 2026, 10:05 UTC");
        assert_eq!(of_second(1_700_000_000), "14 November 2023, 22:13 UTC");
        assert_eq!(short("2026-11"), "Nov 2026");
        assert_eq!(short("2026-11-08"), "8 Nov");
        assert_eq!(in_words("never"), "never");
    }
}
