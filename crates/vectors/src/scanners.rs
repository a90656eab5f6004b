//! The scan pool: the threads that all stores of a process share for their searches.

use std::num::NonZero;

/// The scan threads of a process. Clones are handles to the same threads.
#[derive(Clone, Debug)]
pub struct Scanners {
    threads: usize,
}

impl Scanners {
    /// Starts this many threads; one a core is right.
    #[must_use]
    pub fn new(threads: NonZero<usize>) -> Self {
        Self { threads: threads.get() }
    }

    /// One thread for each core this process may use.
    #[must_use]
    pub fn for_this_machine() -> Self {
        Self::new(std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN))
    }

    /// How many threads there are.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.threads
    }
}
