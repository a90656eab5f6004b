//! Admission: a bounded queue in front of a fixed number of worker threads.
//!
//! Owns the threads, how long a job may wait, and what happens when either is exhausted. Refuses to know what a job does; `W` is
//! whatever a worker thread owns (here: the networks), built on that thread.
//!
//! # Invariants
//! - At most `depth` jobs wait. One more is refused at once: a pile-up would only turn load into time-outs.
//! - A job that waited longer than `patience`, or whose caller went away, never starts. It leaves the queue at that
//!   moment, with all the memory it holds, and its place is free again.
//! - A panic in a job ends that job with [`Refusal::Panicked`]; the thread lives on with a newly built `W`, because
//!   the old one may be half changed.
//! - [`Admission::close`] and dropping an [`Admission`] let the jobs already accepted finish.

mod queue;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use metrics::{counter, histogram};
use tokio::sync::oneshot;

use queue::{Attendance, GiveUpOnDrop, Queue, Task};

/// Why a job gave no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The queue is full.
    #[error("the queue is full")]
    Full,
    /// The job waited longer than the queue's patience.
    #[error("waited too long in the queue")]
    Late,
    /// The job panicked.
    #[error("the job panicked")]
    Panicked,
    /// The server is shutting down, or no worker could be started.
    #[error("no worker is running")]
    Closed,
}

/// How the queue is shaped.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// What its threads and its metrics are called.
    pub name: &'static str,
    /// Worker threads; at least one.
    pub workers: usize,
    /// Jobs that may wait.
    pub depth: usize,
    /// How long a job may wait.
    pub patience: Duration,
}

/// The queue with its workers.
pub struct Admission<W> {
    queue: Arc<Queue<W>>,
    patience: Duration,
    alive: Arc<AtomicUsize>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl<W: 'static> Admission<W> {
    /// Starts the threads. Each builds its own `W` with `build`, and again after a panic; jobs wait meanwhile. A
    /// thread whose `build` fails ends and hands the error to `failed`.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start<E: 'static>(
        shape: Shape,
        build: impl Fn() -> Result<W, E> + Send + Sync + 'static,
        failed: impl Fn(E) + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let queue = Arc::new(Queue::new(shape.name, shape.depth));
        let admission = Self {
            queue,
            patience: shape.patience,
            alive: Arc::new(AtomicUsize::new(0)),
            threads: Mutex::default(),
        };
        let build = Arc::new(build);
        let failed = Arc::new(failed);
        for index in 0..shape.workers.max(1) {
            let (queue, alive) = (Arc::clone(&admission.queue), Arc::clone(&admission.alive));
            let (build, failed) = (Arc::clone(&build), Arc::clone(&failed));
            let attendance = Attendance::begin(&queue);
            let thread =
                std::thread::Builder::new().name(format!("{}-{index}", shape.name)).spawn(move || {
                    let _attendance = attendance;
                    if let Err(error) = work(&queue, &alive, &*build) {
                        failed(error);
                    }
                })?;
            admission.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        }
        Ok(admission)
    }

    /// How many workers are ready for jobs.
    #[must_use]
    pub fn ready(&self) -> usize {
        self.alive.load(Ordering::Acquire)
    }

    /// Runs `job` on a worker and waits for its result. Dropping the future takes a job that has not started out of
    /// the queue; one that has started runs to its end, and its result is dropped with everything it held.
    ///
    /// # Errors
    /// [`Refusal`]; the job then did not run, except with [`Refusal::Panicked`].
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut W) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let (answer, mut result) = oneshot::channel();
        let task: Task<W> = Box::new(move |worker| {
            let outcome = catch_unwind(AssertUnwindSafe(|| job(worker)));
            let sound = outcome.is_ok();
            // The caller may be gone by now; then nobody wants the result.
            let _gone = answer.send(outcome.map_err(|_panic| Refusal::Panicked));
            sound
        });
        let number = self.queue.put(task).inspect_err(|refusal| count_refusal(*refusal))?;
        let give_up = GiveUpOnDrop { queue: &self.queue, number };
        let outcome = tokio::select! {
            biased;
            outcome = &mut result => outcome,
            () = tokio::time::sleep(self.patience) => {
                if self.queue.withdraw(give_up.number).is_some() {
                    count_refusal(Refusal::Late);
                    return Err(Refusal::Late);
                }
                result.await
            }
        };
        outcome.unwrap_or(Err(Refusal::Closed)).inspect_err(|refusal| count_refusal(*refusal))
    }

    /// Takes no more jobs, lets those accepted finish and waits for the threads to end. Blocking.
    pub fn close(&self) {
        self.queue.close();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // A job's panic was caught in its task; one of `build` has been reported by the panic hook.
            let _panicked = thread.join();
        }
    }
}

impl<W> Drop for Admission<W> {
    fn drop(&mut self) {
        self.queue.close();
    }
}

fn work<W, E>(queue: &Queue<W>, alive: &AtomicUsize, build: &dyn Fn() -> Result<W, E>) -> Result<(), E> {
    loop {
        let mut worker = build()?;
        alive.fetch_add(1, Ordering::AcqRel);
        let sound = serve(queue, &mut worker);
        alive.fetch_sub(1, Ordering::AcqRel);
        if sound {
            return Ok(());
        }
    }
}

/// Runs jobs until the queue closes (`true`) or one of them panics (`false`).
fn serve<W>(queue: &Queue<W>, worker: &mut W) -> bool {
    while let Some(job) = queue.next() {
        histogram!("overt_queue_wait_seconds", "pool" => queue.name)
            .record(job.queued.elapsed().as_secs_f64());
        if !(job.task)(worker) {
            counter!("overt_panics_total", "where" => queue.name).increment(1);
            return false;
        }
    }
    true
}

fn count_refusal(refusal: Refusal) {
    let reason = match refusal {
        Refusal::Full => "queue-full",
        Refusal::Late => "waited-too-long",
        Refusal::Panicked => return,
        Refusal::Closed => "no-worker",
    };
    counter!("overt_refused_total", "reason" => reason).increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Barrier;

    const SHAPE: Shape = Shape { name: "test", workers: 1, depth: 2, patience: Duration::from_secs(3600) };

    fn counting(shape: Shape) -> (Arc<Admission<u32>>, Arc<AtomicUsize>) {
        let built = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&built);
        let build = move || {
            counter.fetch_add(1, Ordering::SeqCst);
            Ok::<_, String>(0)
        };
        (Arc::new(Admission::start(shape, build, |error| panic!("{error}")).unwrap()), built)
    }

    /// Occupies the single worker until the returned barrier is waited for.
    async fn occupy(admission: &Arc<Admission<u32>>) -> (Arc<Barrier>, tokio::task::JoinHandle<()>) {
        let (started, running) = oneshot::channel();
        let gate = Arc::new(Barrier::new(2));
        let (inner, admission) = (Arc::clone(&gate), Arc::clone(admission));
        let task = tokio::spawn(async move {
            admission
                .run(move |_| {
                    started.send(()).unwrap();
                    inner.wait();
                })
                .await
                .unwrap();
        });
        running.await.unwrap();
        (gate, task)
    }

    #[tokio::test]
    async fn results_come_back_and_the_worker_keeps_its_state() {
        let (admission, _) = counting(SHAPE);
        for expected in 1..=3 {
            let value = admission
                .run(|state| {
                    *state += 1;
                    *state
                })
                .await
                .unwrap();
            assert_eq!(value, expected);
        }
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once_and_accepts_again_later() {
        let (admission, _) = counting(SHAPE);
        let (gate, occupied) = occupy(&admission).await;
        let waiting: Vec<_> = (0..2)
            .map(|_| {
                let admission = Arc::clone(&admission);
                tokio::spawn(async move { admission.run(|_| ()).await })
            })
            .collect();
        tokio::task::yield_now().await;
        assert_eq!(admission.run(|_| ()).await, Err(Refusal::Full));
        gate.wait();
        occupied.await.unwrap();
        for waiter in waiting {
            assert_eq!(waiter.await.unwrap(), Ok(()));
        }
        assert_eq!(admission.run(|_| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn patience_ends_a_wait_and_the_job_never_runs() {
        // The worker cannot be built before the gate opens, so the job waits, and there is no patience at all.
        let gate = Arc::new(Barrier::new(2));
        let inner = Arc::clone(&gate);
        let build = move || {
            inner.wait();
            Ok::<_, String>(0)
        };
        let shape = Shape { patience: Duration::ZERO, ..SHAPE };
        let admission: Admission<u32> = Admission::start(shape, build, |error| panic!("{error}")).unwrap();
        let ran = Arc::new(AtomicUsize::new(0));
        let mark = Arc::clone(&ran);
        let late = admission.run(move |_| mark.fetch_add(1, Ordering::SeqCst)).await;
        assert_eq!(late, Err(Refusal::Late));
        gate.wait();
        admission.close();
        assert_eq!(ran.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn a_job_whose_caller_left_never_runs() {
        let (admission, _) = counting(SHAPE);
        let (gate, occupied) = occupy(&admission).await;
        let ran = Arc::new(AtomicUsize::new(0));
        let (mark, queue) = (Arc::clone(&ran), Arc::clone(&admission));
        let left = tokio::spawn(async move { queue.run(move |_| mark.fetch_add(1, Ordering::SeqCst)).await });
        tokio::task::yield_now().await;
        left.abort();
        assert!(left.await.unwrap_err().is_cancelled());
        gate.wait();
        occupied.await.unwrap();
        assert_eq!(admission.run(|_| ()).await, Ok(()));
        assert_eq!(ran.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn a_caller_that_leaves_frees_its_place_and_its_memory_at_once() {
        let (admission, _) = counting(Shape { depth: 1, ..SHAPE });
        let (gate, occupied) = occupy(&admission).await;
        let bytes = Arc::new([0; 1000]);
        let (held, queue) = (Arc::clone(&bytes), Arc::clone(&admission));
        let left = tokio::spawn(async move { queue.run(move |_| held.len()).await });
        tokio::task::yield_now().await;
        assert_eq!(Arc::strong_count(&bytes), 2);
        assert_eq!(admission.run(|_| ()).await, Err(Refusal::Full));
        left.abort();
        assert!(left.await.unwrap_err().is_cancelled());
        // The worker is still busy with the first job.
        assert_eq!(Arc::strong_count(&bytes), 1, "a job that nobody waits for kept its memory");
        let queue = Arc::clone(&admission);
        let next = tokio::spawn(async move { queue.run(|_| 3).await });
        tokio::task::yield_now().await;
        assert!(!next.is_finished(), "the place of the one who left was not free");
        gate.wait();
        occupied.await.unwrap();
        assert_eq!(next.await.unwrap(), Ok(3));
    }

    #[tokio::test]
    async fn a_panic_ends_one_job_and_rebuilds_the_worker() {
        let (admission, built) = counting(SHAPE);
        admission.run(|state| *state = 41).await.unwrap();
        let panicked = admission.run(|_| -> u32 { panic!("on purpose") }).await;
        assert_eq!(panicked, Err(Refusal::Panicked));
        assert_eq!(admission.run(|state| *state).await, Ok(0), "the spoilt worker was kept");
        assert_eq!(built.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_worker_that_cannot_be_built_is_reported_and_jobs_are_refused() {
        let (report, reported) = std::sync::mpsc::channel();
        let admission: Admission<u32> =
            Admission::start(SHAPE, || Err("no weights"), move |error| report.send(error).unwrap()).unwrap();
        assert_eq!(reported.recv().unwrap(), "no weights");
        // The thread's end of the queue closes a moment after the report.
        admission.threads.lock().unwrap().drain(..).for_each(|thread| thread.join().unwrap());
        assert_eq!(admission.run(|_| ()).await, Err(Refusal::Closed));
        assert_eq!(admission.ready(), 0);
    }

    #[tokio::test]
    async fn closing_finishes_what_was_accepted() {
        let (admission, _) = counting(SHAPE);
        let (gate, occupied) = occupy(&admission).await;
        let queue = Arc::clone(&admission);
        let waiting = tokio::spawn(async move { queue.run(|_| 5).await });
        tokio::task::yield_now().await;
        let closing = Arc::clone(&admission);
        let close = tokio::task::spawn_blocking(move || closing.close());
        gate.wait();
        close.await.unwrap();
        occupied.await.unwrap();
        assert_eq!(waiting.await.unwrap(), Ok(5));
        assert_eq!(admission.run(|_| ()).await, Err(Refusal::Closed));
    }
}
