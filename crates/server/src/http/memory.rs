//! The budget for bytes that clients make the server hold.
//!
//! Owns the count. Refuses to know what the bytes are.
//!
//! # Invariants
//! - Bytes are paid for before they are received or fetched, and given back when [`Paid`] is dropped.
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
}

/// A share of the budget.
#[derive(Debug)]
pub struct Paid(#[expect(dead_code, reason = "gives the share back when dropped")] OwnedSemaphorePermit);

impl Memory {
    /// A budget of so many bytes.
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        let units = usize::try_from(bytes / UNIT).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        Self { units: Arc::new(Semaphore::new(units)) }
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
                "Provisioned Rate exceeded. The server holds as many pictures as it may.",
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
}
