//! The clock and the randomness of the process, handed in from outside.
//!
//! Owns the two traits, their system implementations and the unit in which moments are stored. Refuses to know
//! what either is used for.
//!
//! # Invariants
//! - The system clock and the operating system's random numbers are read in this file and nowhere else.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A point in time: whole milliseconds since 1970-01-01T00:00:00Z, which is how it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// From milliseconds since the epoch.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// This moment moved into the future; saturates at the end of time.
    #[must_use]
    pub fn after(self, by: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }

    /// As the standard library's wall-clock type. Moments before 1970 become 1970.
    #[must_use]
    pub fn as_system_time(self) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(u64::try_from(self.0).unwrap_or(0))
    }
}

impl From<SystemTime> for Moment {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(UNIX_EPOCH) {
            Ok(since) => Self(i64::try_from(since.as_millis()).unwrap_or(i64::MAX)),
            Err(before) => Self(-i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX)),
        }
    }
}

/// Tells the wall-clock time.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Moment;
}

/// The source of random bytes failed.
#[derive(Debug, thiserror::Error)]
#[error("the source of random numbers failed: {reason}")]
pub struct RandomnessError {
    /// What the operating system said.
    pub reason: String,
}

/// A source of random bytes fit for keys.
pub trait Randomness: Send + Sync {
    /// Fills the whole slice.
    ///
    /// # Errors
    /// When the source cannot deliver; the contents are then unspecified and must not be used.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomnessError>;
}

/// What a process takes from its surroundings.
#[derive(Clone)]
pub struct Context {
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
}

impl Context {
    /// The machine's clock and the operating system's random numbers.
    #[must_use]
    pub fn system() -> Self {
        Self::new(Arc::new(SystemClock), Arc::new(SystemRandomness))
    }

    /// Any clock and any randomness: what tests use.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, randomness: Arc<dyn Randomness>) -> Self {
        Self { clock, randomness }
    }

    /// Now, by this context's clock.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// `N` random bytes.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn random<const N: usize>(&self) -> Result<[u8; N], RandomnessError> {
        let mut bytes = [0; N];
        self.randomness.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// Fills a slice with random bytes.
    ///
    /// # Errors
    /// When the source of randomness fails; the contents must not be used then.
    pub fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomnessError> {
        self.randomness.fill(bytes)
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Context")
    }
}

struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock's one home")]
    fn now(&self) -> Moment {
        SystemTime::now().into()
    }
}

struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomnessError> {
        getrandom::fill(bytes).map_err(|error| RandomnessError { reason: error.to_string() })
    }
}

#[cfg(test)]
pub(crate) mod fake {
    //! A clock that is set by hand and randomness that counts.

    use super::*;
    use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

    pub(crate) struct HandClock(AtomicI64);

    impl HandClock {
        pub(crate) fn at(millis: i64) -> Arc<Self> {
            Arc::new(Self(AtomicI64::new(millis)))
        }
        pub(crate) fn advance(&self, by: Duration) {
            self.0.fetch_add(by.as_millis() as i64, Ordering::SeqCst);
        }
        pub(crate) fn set_back(&self, by: Duration) {
            self.0.fetch_sub(by.as_millis() as i64, Ordering::SeqCst);
        }
    }

    impl Clock for HandClock {
        fn now(&self) -> Moment {
            Moment(self.0.load(Ordering::SeqCst))
        }
    }

    pub(crate) struct Counting(pub(crate) AtomicU64);

    impl Randomness for Counting {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomnessError> {
            for byte in bytes {
                *byte = (self.0.fetch_add(1, Ordering::SeqCst) % 251) as u8;
            }
            Ok(())
        }
    }

    /// Random enough for ids that must differ, and the same in every run.
    pub(crate) struct Seeded(pub(crate) std::sync::Mutex<fastrand::Rng>);

    impl Randomness for Seeded {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomnessError> {
            self.0.lock().unwrap().fill(bytes);
            Ok(())
        }
    }

    pub(crate) struct Broken;

    impl Randomness for Broken {
        fn fill(&self, _: &mut [u8]) -> Result<(), RandomnessError> {
            Err(RandomnessError { reason: "broken on purpose".into() })
        }
    }

    pub(crate) fn seeded(clock: Arc<HandClock>, seed: u64) -> Context {
        Context::new(clock, Arc::new(Seeded(std::sync::Mutex::new(fastrand::Rng::with_seed(seed)))))
    }

    pub(crate) fn context(clock: Arc<HandClock>) -> Context {
        Context::new(clock, Arc::new(Counting(AtomicU64::new(1))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_survive_the_way_there_and_back() {
        for millis in [0, 1, 1_700_000_000_123, 253_402_300_799_999] {
            let moment = Moment::from_millis(millis);
            assert_eq!(Moment::from(moment.as_system_time()), moment);
        }
    }

    #[test]
    fn a_moment_saturates_instead_of_wrapping() {
        assert_eq!(Moment::from_millis(5).after(Duration::MAX).as_millis(), i64::MAX);
    }

    #[test]
    fn system_randomness_differs_from_call_to_call() {
        let context = Context::system();
        assert_ne!(context.random::<32>().unwrap(), context.random::<32>().unwrap());
    }
}
