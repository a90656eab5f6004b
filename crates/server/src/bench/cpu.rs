//! Processor time, of a thread and of the whole process.
//!
//! Owns the asking, where the operating system tells. Unlike time on the clock it does not grow while others have the
//! processor, so that a share of it means the same on a busy machine, as far as caches go.

use std::time::Duration;

/// What the calling thread has had; `None` where nobody tells.
pub(super) fn of_thread() -> Option<Duration> {
    #[cfg(unix)]
    return read(rustix::time::ClockId::ThreadCPUTime);
    #[cfg(not(unix))]
    None
}

/// What all threads of this process have had, also those that have ended; `None` where nobody tells.
pub(super) fn of_process() -> Option<Duration> {
    #[cfg(unix)]
    return read(rustix::time::ClockId::ProcessCPUTime);
    #[cfg(not(unix))]
    None
}

#[cfg(unix)]
fn read(clock: rustix::time::ClockId) -> Option<Duration> {
    Duration::try_from(rustix::time::clock_gettime(clock)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_threads_time_is_part_of_its_processs() {
        // The process's first and last: what the thread has between the two is in both.
        let process = of_process().unwrap();
        let before = of_thread().unwrap();
        let mut sum = 0_u64;
        // Until the clock has moved, however coarse it is.
        while of_thread().unwrap() == before {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        let thread = of_thread().unwrap() - before;
        assert!(of_process().unwrap() >= process + thread);
    }
}
