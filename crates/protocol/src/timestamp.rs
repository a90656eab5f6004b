//! Points in time on the wire.
//!
//! Owns: the epoch-seconds form of AWS JSON 1.1. Refuses to know what time it is. Invariant: the number is finite.

use serde::{Serialize, Serializer};

/// A point in time as AWS JSON 1.1 carries it: a JSON number of seconds since 1970-01-01T00:00:00Z, with a fraction.
///
/// Milliseconds would make boto3 fail (it would read the year 51703), so the unit is in the constructors' names.
///
/// ```
/// let taken = overt_protocol::Timestamp::from_epoch_millis(1_569_444_828_274);
/// assert_eq!(serde_json::to_string(&taken)?, "1569444828.274");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, PartialOrd)]
pub struct Timestamp(f64);

impl Timestamp {
    /// From milliseconds since the epoch: exact for every year up to 9999 and far beyond.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53 ms, which is the year 287396")]
    pub const fn from_epoch_millis(millis: i64) -> Self {
        Self(millis as f64 / 1000.0)
    }

    /// From seconds since the epoch; `None` if the number is not finite.
    #[must_use]
    pub const fn from_epoch_seconds(seconds: f64) -> Option<Self> {
        if seconds.is_finite() { Some(Self(seconds)) } else { None }
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn epoch_seconds(self) -> f64 {
        self.0
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0)
    }
}
