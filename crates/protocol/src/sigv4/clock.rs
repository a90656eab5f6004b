//! When a request was signed, and whether that is near enough.
//!
//! Owns: the form of `X-Amz-Date` and the window around the server's time. Refuses to know what time it is.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::SigError;

/// How far a client's clock may be off either way, in seconds. AWS's own window is five minutes.
pub const DEFAULT_SKEW_SECONDS: u32 = 300;

/// The form of `X-Amz-Date`.
const FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// The times of signing that are accepted: this many seconds before and after the server's time, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    seconds: u32,
}

impl Window {
    /// A window of `seconds` each way.
    #[must_use]
    pub const fn of_seconds(seconds: u32) -> Self {
        Self { seconds }
    }

    /// Whether a request signed at `signed` may be accepted at `now`, in seconds since the epoch.
    pub(super) fn admits(self, signed: &Stamp, now: i64) -> Result<(), SigError> {
        let reach = i64::from(self.seconds);
        let (earliest, latest) = (now.saturating_sub(reach), now.saturating_add(reach));
        let words = |limit: i64| (signed.as_str().to_owned(), write(limit), write(now), self.minutes());
        if signed.seconds < earliest {
            let (signed, limit, now, minutes) = words(earliest);
            return Err(SigError::Expired { signed, limit, now, minutes });
        }
        if signed.seconds > latest {
            let (signed, limit, now, minutes) = words(latest);
            return Err(SigError::NotYetCurrent { signed, limit, now, minutes });
        }
        Ok(())
    }

    /// The width in minutes, with a fraction only if it has one.
    fn minutes(self) -> String {
        (f64::from(self.seconds) / 60.0).to_string()
    }
}

impl Default for Window {
    fn default() -> Self {
        Self::of_seconds(DEFAULT_SKEW_SECONDS)
    }
}

/// A point in time as `X-Amz-Date` writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp {
    text: String,
    seconds: i64,
}

impl Stamp {
    /// Reads `YYYYMMDD'T'HHMMSS'Z'`; `None` for every other form, and for a day or time that does not exist.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.len() != 16 {
            return None;
        }
        let civil = DateTime::strptime(FORMAT, text).ok()?;
        let seconds = civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second();
        // strptime is lenient about padding, so the text must be what would be written.
        (write(seconds) == text).then(|| Self { text: text.to_owned(), seconds })
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// `YYYYMMDD`.
    pub(super) fn day(&self) -> &str {
        self.text.get(..8).unwrap_or_default()
    }
}

/// Writes a time in the form of `X-Amz-Date`.
fn write(seconds: i64) -> String {
    Timestamp::UNIX_EPOCH
        .checked_add(SignedDuration::from_secs(seconds))
        .map_or_else(|_| format!("@{seconds}"), |time| time.strftime(FORMAT).to_string())
}

#[cfg(test)]
mod tests {
    use super::{Stamp, Window};
    use crate::sigv4::SigError;

    #[test]
    fn only_the_basic_form_is_read() {
        assert_eq!(Stamp::parse("20261122T004940Z").unwrap().seconds, 1_795_308_580);
        assert_eq!(Stamp::parse("20261122T004940Z").unwrap().day(), "20261122");
        for text in [
            "",
            "20261122T004940",
            "20261122T004940z",
            "2026-11-22T00:49:40Z",
            "20261322T004940Z",
            "20260230T004940Z",
            "20261122T254940Z",
            "20261122T 04940Z",
            "+2026112T004940Z",
            "20261122T00494é",
        ] {
            assert_eq!(Stamp::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_window_includes_its_ends_and_nothing_beyond() {
        let signed = Stamp::parse("20261122T004940Z").unwrap();
        let window = Window::default();
        for offset in [-300, 0, 300] {
            assert_eq!(window.admits(&signed, signed.seconds + offset), Ok(()), "{offset}");
        }
        let late = window.admits(&signed, signed.seconds + 301).unwrap_err();
        assert_eq!(
            late.to_string(),
            "Signature expired: 20261122T004940Z is now earlier than 20261122T004941Z (20261122T005441Z - 5 min.)"
        );
        let early = window.admits(&signed, signed.seconds - 301).unwrap_err();
        assert_eq!(
            early.to_string(),
            "Signature not yet current: 20261122T004940Z is still later than 20261122T004939Z (20261122T004439Z + 5 min.)"
        );
        assert!(matches!(window.admits(&signed, i64::MAX), Err(SigError::Expired { .. })));
        assert!(matches!(window.admits(&signed, i64::MIN), Err(SigError::NotYetCurrent { .. })));
    }
}
