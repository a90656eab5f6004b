//! The scan pool: the threads that all stores of a process share for their searches.
//!
//! Owns the threads and the order of jobs. Refuses to know what a job does.
//!
//! # Invariants
//! - A job is work in parts that any number of threads take from at once. All threads work on the first job until its
//!   parts are taken, then on the next: a search that is alone has every core, and those that wait disturb no other.
//! - A job that panics does not take a thread with it; whoever waits for the job finds out.

use std::collections::VecDeque;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Work in parts.
pub(crate) trait Job: Send + Sync {
    /// Takes parts and does them until none is left to take. Called by several threads at once.
    fn work(&self);

    /// Tells those that wait that a part panicked.
    fn fail(&self);
}

/// The scan threads of a process. Clones are handles to the same threads, which end with the last of them.
#[derive(Clone, Debug)]
pub struct Scanners {
    handle: Arc<Handle>,
}

#[derive(Debug)]
struct Handle {
    pool: Arc<Pool>,
    threads: usize,
}

#[derive(Debug)]
struct Pool {
    queue: Mutex<Queue>,
    wake: Condvar,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Arc<dyn Job>>,
    ended: bool,
}

impl Scanners {
    /// Starts this many threads; one a core is right. Where the operating system refuses threads, searches do with those
    /// that there are, at worst with the one that asks.
    #[must_use]
    pub fn new(threads: NonZero<usize>) -> Self {
        let pool = Arc::new(Pool { queue: Mutex::default(), wake: Condvar::new() });
        let start = |number: &usize| {
            let pool = Arc::clone(&pool);
            std::thread::Builder::new().name(format!("scan-{number}")).spawn(move || pool.run()).is_ok()
        };
        let threads = (0..threads.get()).take_while(start).count();
        Self { handle: Arc::new(Handle { pool, threads }) }
    }

    /// One thread for each core this process may use.
    #[must_use]
    pub fn for_this_machine() -> Self {
        Self::new(std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN))
    }

    /// How many threads there are.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.handle.threads
    }

    /// Puts a job behind those that wait.
    pub(crate) fn submit(&self, job: Arc<dyn Job>) {
        self.put(job, false);
    }

    /// Puts a short job before those that wait: the end of a search that has waited already.
    pub(crate) fn submit_first(&self, job: Arc<dyn Job>) {
        self.put(job, true);
    }

    fn put(&self, job: Arc<dyn Job>, first: bool) {
        if self.handle.threads == 0 {
            return do_job(&*job);
        }
        let mut queue = self.handle.pool.lock();
        if first {
            queue.jobs.push_front(job)
        } else {
            queue.jobs.push_back(job)
        }
        drop(queue);
        self.handle.pool.wake.notify_all();
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.pool.lock().ended = true;
        self.pool.wake.notify_all();
    }
}

impl Pool {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // The queue is changed in single steps: a panic cannot leave it half changed.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        while let Some(job) = self.next() {
            do_job(&*job);
            self.lock().jobs.retain(|other| !Arc::ptr_eq(other, &job));
        }
    }

    /// The first job; waits for one. `None` when the pool ends and nothing is left to do.
    fn next(&self) -> Option<Arc<dyn Job>> {
        let mut queue = self.lock();
        loop {
            if let Some(job) = queue.jobs.front() {
                return Some(Arc::clone(job));
            }
            if queue.ended {
                return None;
            }
            queue = self.wake.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn do_job(job: &dyn Job) {
    if catch_unwind(AssertUnwindSafe(|| job.work())).is_err() {
        job.fail();
    }
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queue").field("jobs", &self.jobs.len()).field("ended", &self.ended).finish()
    }
}

/// A value that one thread waits for and another gives, once.
#[derive(Debug)]
pub(crate) struct Promise<T> {
    value: Mutex<Option<T>>,
    given: Condvar,
}

impl<T> Promise<T> {
    pub(crate) fn new() -> Self {
        Self { value: Mutex::new(None), given: Condvar::new() }
    }

    /// Gives the value; a second one is dropped.
    pub(crate) fn give(&self, value: T) {
        self.value.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(value);
        self.given.notify_all();
    }

    /// Waits for the value and takes it.
    pub(crate) fn wait(&self) -> T {
        let mut value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match value.take() {
                Some(value) => return value,
                None => value = self.given.wait(value).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    struct Count {
        next: AtomicUsize,
        done: AtomicUsize,
        parts: usize,
        panics: bool,
        end: Promise<Option<usize>>,
    }

    impl Count {
        fn of(parts: usize, panics: bool) -> Arc<Self> {
            let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
            Arc::new(Self { next, done, parts, panics, end: Promise::new() })
        }
    }

    impl Job for Count {
        fn work(&self) {
            while self.next.fetch_add(1, Ordering::SeqCst) < self.parts {
                assert!(!self.panics, "on purpose");
                if self.done.fetch_add(1, Ordering::SeqCst) + 1 == self.parts {
                    self.end.give(Some(self.parts));
                }
            }
        }

        fn fail(&self) {
            self.end.give(None);
        }
    }

    #[test]
    fn every_part_of_every_job_is_done_once() {
        let scanners = Scanners::new(NonZero::new(3).unwrap());
        let jobs: Vec<Arc<Count>> = (1..100).map(|parts| Count::of(parts, false)).collect();
        for (index, job) in jobs.iter().enumerate() {
            let job = Arc::clone(job);
            if index % 2 == 0 { scanners.submit(job) } else { scanners.submit_first(job) }
        }
        for job in jobs {
            assert_eq!(job.end.wait(), Some(job.parts));
        }
    }

    #[test]
    fn a_panic_is_told_and_the_threads_go_on() {
        let scanners = Scanners::new(NonZero::<usize>::MIN);
        for _ in 0..5 {
            let (bad, good) = (Count::of(10, true), Count::of(10, false));
            scanners.submit(Arc::clone(&bad) as Arc<dyn Job>);
            scanners.submit(Arc::clone(&good) as Arc<dyn Job>);
            assert_eq!(bad.end.wait(), None);
            assert_eq!(good.end.wait(), Some(10));
        }
    }

    #[test]
    fn jobs_that_wait_are_done_before_the_threads_end() {
        let scanners = Scanners::new(NonZero::<usize>::MIN);
        let jobs: Vec<Arc<Count>> = (1..50).map(|parts| Count::of(parts, false)).collect();
        jobs.iter().for_each(|job| scanners.submit(Arc::clone(job) as Arc<dyn Job>));
        drop(scanners);
        for job in jobs {
            assert_eq!(job.end.wait(), Some(job.parts));
        }
    }
}
