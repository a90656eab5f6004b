//! The queue of an admission: jobs that wait, in order, and who may take them out.
//!
//! Owns the order and the bound. Refuses to know what a job does and how long it may wait.
//!
//! # Invariants
//! - Whoever takes a job out owns it, with the memory it holds: its place is free from that moment on.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use metrics::gauge;

use super::Refusal;

/// What a worker runs; false when it panicked.
pub(super) type Task<W> = Box<dyn FnOnce(&mut W) -> bool + Send>;

/// A job that waits.
pub(super) struct Job<W> {
    number: u64,
    pub(super) queued: Instant,
    pub(super) task: Task<W>,
}

/// The jobs that wait. Whoever takes a job out owns it: a worker, or the caller that gives it up.
pub(super) struct Queue<W> {
    pub(super) name: &'static str,
    jobs: Mutex<Waiting<W>>,
    changed: Condvar,
    depth: usize,
}

struct Waiting<W> {
    jobs: VecDeque<Job<W>>,
    next_number: u64,
    /// No more jobs are taken in.
    closed: bool,
    /// Threads that take jobs out.
    threads: usize,
}

impl<W> Queue<W> {
    /// An empty one for at most `depth` jobs, without threads.
    pub(super) fn new(name: &'static str, depth: usize) -> Self {
        let waiting = Waiting { jobs: VecDeque::new(), next_number: 0, closed: false, threads: 0 };
        Self { name, jobs: Mutex::new(waiting), changed: Condvar::new(), depth: depth.max(1) }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting<W>> {
        // Nothing that can panic runs while the lock is held.
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a job at the end; its number takes it out again.
    pub(super) fn put(&self, task: Task<W>) -> Result<u64, Refusal> {
        let mut waiting = self.lock();
        if waiting.closed || waiting.threads == 0 {
            return Err(Refusal::Closed);
        }
        if waiting.jobs.len() >= self.depth {
            return Err(Refusal::Full);
        }
        let number = waiting.next_number;
        waiting.next_number = number.wrapping_add(1);
        waiting.jobs.push_back(Job { number, queued: Instant::now(), task });
        self.count(&waiting);
        drop(waiting);
        self.changed.notify_one();
        Ok(number)
    }

    /// Takes a job out that has not started; `None` when a worker has it already.
    pub(super) fn withdraw(&self, number: u64) -> Option<Job<W>> {
        let mut waiting = self.lock();
        let place = waiting.jobs.iter().position(|job| job.number == number)?;
        let job = waiting.jobs.remove(place);
        self.count(&waiting);
        job
    }

    /// The next job, waiting for one; `None` when the queue is closed and empty.
    pub(super) fn next(&self) -> Option<Job<W>> {
        let mut waiting = self.lock();
        loop {
            if let Some(job) = waiting.jobs.pop_front() {
                self.count(&waiting);
                return Some(job);
            }
            if waiting.closed {
                return None;
            }
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes no more jobs in.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    fn count(&self, waiting: &Waiting<W>) {
        gauge!("overt_queue_depth", "pool" => self.name).set(waiting.jobs.len() as f64);
    }
}

/// Counts a thread among those that take jobs out, however it ends. With the last one, what still waits is let go:
/// its callers learn that nobody will come.
pub(super) struct Attendance<W>(Arc<Queue<W>>);

impl<W> Attendance<W> {
    /// Of a thread that is about to be started.
    pub(super) fn begin(queue: &Arc<Queue<W>>) -> Self {
        queue.lock().threads += 1;
        Self(Arc::clone(queue))
    }
}

impl<W> Drop for Attendance<W> {
    fn drop(&mut self) {
        let mut waiting = self.0.lock();
        waiting.threads = waiting.threads.saturating_sub(1);
        let abandoned =
            if waiting.threads == 0 { std::mem::take(&mut waiting.jobs) } else { VecDeque::new() };
        self.0.count(&waiting);
        drop(waiting);
        drop(abandoned);
    }
}

/// Gives a waiting job up when its caller is dropped (the client hung up).
pub(super) struct GiveUpOnDrop<'q, W> {
    pub(super) queue: &'q Queue<W>,
    pub(super) number: u64,
}

impl<W> Drop for GiveUpOnDrop<'_, W> {
    fn drop(&mut self) {
        drop(self.queue.withdraw(self.number));
    }
}
