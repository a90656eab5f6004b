//! The budget for bytes that clients make the server hold.
//!
//! Owns the count. Refuses to know what the bytes are.
//!
//! # Invariants
//! - Bytes are paid for before there is room for them, and given back when [`Paid`] is dropped: whoever holds the
//!   bytes holds the share too.
//! - Nobody waits for the budget: what does not fit is refused, because waiting requests hold memory themselves.

use std::sync::Arc;

use metrics::counter;
use overt_protocol::ErrorCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::ApiError;

/// Unit of the count, bytes: a semaphore counts in `u32`, and this reaches 4 TiB.
const UNIT: u64 = 1024;

/// The budget, shared by all requests.
#[derive(Clone, Debug)]
pub struct Memory {
    units: Arc<Semaphore>,
    total: usize,
}

/// A share of the budget, given back when it is dropped.
#[derive(Debug)]
pub struct Paid(OwnedSemaphorePermit);

impl Paid {
    /// Adds another share of the same budget to this one.
    pub fn join(&mut self, other: Self) {
        self.0.merge(other.0);
    }

    /// Gives back what exceeds `bytes`.
    pub fn keep(&mut self, bytes: u64) {
        let kept = usize::try_from(bytes.div_ceil(UNIT)).unwrap_or(usize::MAX);
        let excess = self.0.num_permits().saturating_sub(kept);
        drop(self.0.split(excess));
    }
}

impl Memory {
    /// A budget of so many bytes.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        let units = usize::try_from(bytes / UNIT).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        Self { units: Arc::new(Semaphore::new(units)), total: units }
    }

    /// Bytes that are taken, in whole units of a kibibyte.
    #[must_use]
    pub fn taken(&self) -> u64 {
        (self.total.saturating_sub(self.units.available_permits()) as u64).saturating_mul(UNIT)
    }

    /// Takes `bytes` out of the budget.
    ///
    /// # Errors
    /// `ProvisionedThroughputExceededException`, which SDKs send again, when they do not fit now.
    pub fn pay(&self, bytes: u64) -> Result<Paid, ApiError> {
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX);
        Arc::clone(&self.units).try_acquire_many_owned(units).map(Paid).map_err(|_none| {
            counter!("overt_refused_total", "reason" => "memory").increment(1);
            ApiError::new(
                ErrorCode::ProvisionedThroughputExceededException,
                "Provisioned Rate exceeded. The server holds as many pictures as it may. Send the request again \
                 after a pause.",
            )
            .because("limits.memory_bytes is used up")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_paid_comes_back() {
        let memory = Memory::new(10 * UNIT);
        let first = memory.pay(6 * UNIT).unwrap();
        assert!(memory.pay(5 * UNIT).unwrap_err().code.is_retried());
        drop(first);
        let whole = memory.pay(10 * UNIT).unwrap();
        assert!(memory.pay(1).is_err(), "a single byte was not counted");
        drop(whole);
    }

    #[test]
    fn shares_grow_and_shrink() {
        let memory = Memory::new(10 * UNIT);
        let mut share = memory.pay(0).unwrap();
        share.join(memory.pay(4 * UNIT).unwrap());
        share.join(memory.pay(5 * UNIT).unwrap());
        assert!(memory.pay(2 * UNIT).is_err());
        share.keep(3 * UNIT - 1);
        let rest = memory.pay(7 * UNIT).unwrap();
        assert!(memory.pay(1).is_err());
        // A share that is smaller already stays as it is.
        share.keep(100 * UNIT);
        drop((share, rest));
        assert!(memory.pay(10 * UNIT).is_ok());
    }
}
