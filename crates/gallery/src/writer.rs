//! The one writer: changes that wait together are committed together.
//!
//! Owns the queue of changes, the transaction around a group of them, and the order in which records and templates
//! become visible. Refuses to know what a change does.
//!
//! # Invariants
//! - A change is answered after its commit was flushed to the disk and its templates were published; one that failed
//!   left nothing behind, whatever happened to others of its group.
//! - Templates are appended and flushed before the commit, published after it, discarded when it fails.
//! - Whatever a change says that it changes is in the ledger before the commit; when the ledger refuses, nothing is changed.
//! - When a commit fails so that it is unknown what the disk holds, nothing more is written: the next opening reads
//!   what was committed.

use std::collections::VecDeque;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};

use rusqlite::{Connection, DropBehavior, ErrorCode, Transaction, TransactionBehavior};

use crate::change::Change;
use crate::context::Moment;
use crate::crash::{Point, reached};
use crate::error::GalleryError;
use crate::gallery::{Gallery, Shared};
use crate::pending::Pending;
use crate::recorder::{Acting, Event, mark_recorded};
use crate::withdrawals::{Unnumbered, number};

/// Most changes of one group: enough that a flush is shared by every thread that can wait for it.
const GROUP_CHANGES: usize = 256;
/// Most weight (templates) of one group, so that the first of them does not wait for long.
const GROUP_WEIGHT: usize = 65_536;

/// The weight of a change that has to be alone in its group.
pub(crate) const ALONE: usize = usize::MAX;

/// The queue of changes.
#[derive(Default)]
pub(crate) struct Writer {
    queue: Mutex<VecDeque<Box<dyn Work>>>,
    /// Held by the thread that commits a group.
    leading: Mutex<()>,
    /// Nothing is written any more.
    stopped: AtomicBool,
    /// Entries of the ledger about changes that were not made, of which it has not been told yet.
    owed: Mutex<Vec<Range<u64>>>,
}

#[cfg(test)]
impl Writer {
    /// How many changes wait.
    pub(crate) fn waiting(&self) -> usize {
        lock(&self.queue).len()
    }
}

/// What a change works with: its part of the group's transaction.
pub(crate) struct Unit<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) shared: &'a Shared,
    pub(crate) pending: &'a mut Pending,
    /// One moment for everything in the group.
    pub(crate) now: Moment,
    /// Who asked for the change.
    pub(crate) acting: &'a Arc<Acting>,
    /// What the ledger is told of the group.
    pub(crate) events: &'a mut Vec<Event>,
    /// Withdrawals of the group, whose entries get their numbers with the others.
    pub(crate) withdrawn: &'a mut Vec<Unnumbered>,
}

impl Unit<'_> {
    /// Says what is being changed, for the ledger.
    pub(crate) fn changed(&mut self, change: Change) {
        self.events.push(Event { acting: Arc::clone(self.acting), at: self.now, change });
    }
}

/// A change in the queue, whatever it answers.
trait Work: Send {
    fn weight(&self) -> usize;
    /// Who asked for it.
    fn acting(&self) -> Arc<Acting>;
    /// Runs it; true when what it did is to be kept.
    fn run(&mut self, unit: &mut Unit<'_>) -> bool;
    /// Hands the answer over: its own, or that the group was not saved.
    fn settle(self: Box<Self>, saved: Result<(), &Arc<GalleryError>>);
}

struct Ticket<T, F> {
    weight: usize,
    acting: Arc<Acting>,
    change: Option<F>,
    result: Option<Result<T, GalleryError>>,
    answer: mpsc::SyncSender<Result<T, GalleryError>>,
}

impl<T, F> Work for Ticket<T, F>
where
    T: Send,
    F: FnOnce(&mut Unit<'_>) -> Result<T, GalleryError> + Send,
{
    fn weight(&self) -> usize {
        self.weight
    }

    fn acting(&self) -> Arc<Acting> {
        Arc::clone(&self.acting)
    }

    fn run(&mut self, unit: &mut Unit<'_>) -> bool {
        let Some(change) = self.change.take() else { return false };
        let result = change(unit);
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn settle(self: Box<Self>, saved: Result<(), &Arc<GalleryError>>) {
        let answer = match (saved, self.result) {
            // What the change itself found out says more than that the group failed.
            (_, Some(Err(error))) => Err(error),
            (Ok(()), Some(Ok(value))) => Ok(value),
            (Err(error), _) => Err(GalleryError::NotSaved { source: Arc::clone(error) }),
            (Ok(()), None) => Err(GalleryError::NotSaved { source: Arc::new(GalleryError::Interrupted) }),
        };
        // Whoever asked waits for this; when it is gone, nobody needs the answer.
        drop(self.answer.send(answer));
    }
}

impl Gallery {
    /// Runs a change in the next group and waits until it is saved. `weight` is how many templates it brings.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        weight: usize,
        change: impl FnOnce(&mut Unit<'_>) -> Result<T, GalleryError> + Send + 'static,
    ) -> Result<T, GalleryError> {
        let (answer, answered) = mpsc::sync_channel(1);
        let acting = Arc::clone(&self.acting);
        let ticket = Ticket { weight, acting, change: Some(change), result: None, answer };
        lock(&self.writer.queue).push_back(Box::new(ticket));
        // Whoever comes first commits for all that wait; the others find their answer when it is done.
        let leading = lock(&self.writer.leading);
        loop {
            match answered.try_recv() {
                Ok(answer) => return answer.map_err(|error| error.in_folder(self.shared.database.folder())),
                Err(mpsc::TryRecvError::Empty) => self.lead(&leading),
                Err(mpsc::TryRecvError::Disconnected) => {
                    return Err(GalleryError::NotSaved { source: Arc::new(GalleryError::Interrupted) });
                }
            }
        }
    }

    /// Whether nothing is written any more, because a commit failed in a way that leaves open what the disk holds: until the
    /// data folder is opened again, every change is refused. Searches go on.
    #[must_use]
    pub fn writes_stopped(&self) -> bool {
        self.writer.stopped.load(Ordering::Relaxed)
    }

    /// Commits one group and settles it.
    fn lead(&self, leading: &MutexGuard<'_, ()>) {
        let mut group = self.next_group();
        match self.commit(leading, &mut group) {
            Ok(()) => group.into_iter().for_each(|change| change.settle(Ok(()))),
            Err(error) => {
                let error = Arc::new(error);
                group.into_iter().for_each(|change| change.settle(Err(&error)));
            }
        }
    }

    fn next_group(&self) -> Vec<Box<dyn Work>> {
        let mut queue = lock(&self.writer.queue);
        let mut group: Vec<Box<dyn Work>> = Vec::new();
        let mut weight = 0_usize;
        while group.len() < GROUP_CHANGES {
            let Some(next) = queue.front() else { break };
            weight = weight.saturating_add(next.weight());
            if weight > GROUP_WEIGHT && !group.is_empty() {
                break;
            }
            group.extend(queue.pop_front());
        }
        group
    }

    /// Runs the changes of a group, each in a part of the transaction that is kept or taken back as a whole.
    fn run(
        &self,
        transaction: &mut Transaction<'_>,
        group: &mut [Box<dyn Work>],
        pending: &mut Pending,
        events: &mut Vec<Event>,
        withdrawn: &mut Vec<Unnumbered>,
    ) -> Result<(), GalleryError> {
        let failed = || GalleryError::database("save changes");
        let now = self.shared.database.context().now();
        for change in group.iter_mut() {
            let mark = pending.mark();
            let (told, numbered) = (events.len(), withdrawn.len());
            let acting = change.acting();
            let mut part = transaction.savepoint().map_err(failed())?;
            part.set_drop_behavior(DropBehavior::Ignore);
            let mut unit = Unit {
                connection: &part,
                shared: &self.shared,
                pending,
                now,
                acting: &acting,
                events,
                withdrawn,
            };
            let keep = attempt(&mut **change, &mut unit);
            if part.is_autocommit() {
                // SQLite gave the whole transaction up (disk full, input or output error).
                return Err(GalleryError::Interrupted);
            }
            if keep {
                part.commit().map_err(failed())?;
            } else {
                part.rollback().map_err(failed())?;
                part.commit().map_err(failed())?;
                pending.rewind(&self.shared, &mark);
                events.truncate(told);
                withdrawn.truncate(numbered);
            }
        }
        Ok(())
    }

    fn commit(&self, _leading: &MutexGuard<'_, ()>, group: &mut [Box<dyn Work>]) -> Result<(), GalleryError> {
        if self.writes_stopped() {
            return Err(GalleryError::WritesStopped);
        }
        let failed = || GalleryError::database("save changes");
        let mut connection = self.shared.database.writer();
        let mut transaction =
            connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed())?;
        let mut pending = Pending::default();
        let (mut events, mut withdrawn) = (Vec::new(), Vec::new());
        let run = self.run(&mut transaction, group, &mut pending, &mut events, &mut withdrawn);
        let run = run.and_then(|()| pending.flush(&transaction));
        // The last step before the commit, so that hardly anything can fail after it.
        let entries = match run.and_then(|()| self.record_events(&transaction, &events, &withdrawn)) {
            Ok(entries) => entries,
            Err(error) => {
                pending.abandon(&self.shared);
                return Err(error);
            }
        };
        reached(Point::Recorded, self.shared.database.folder());
        reached(Point::Appended, self.shared.database.folder());
        // From here until everything is visible, searches that need records and vectors of one moment wait.
        let turns = pending.turns(&self.shared);
        let _turns: Vec<_> =
            turns.iter().map(|turn| turn.write().unwrap_or_else(PoisonError::into_inner)).collect();
        match transaction.commit() {
            Ok(()) => {
                reached(Point::Committed, self.shared.database.folder());
                pending.publish(&self.shared);
                Ok(())
            }
            Err(error) => {
                // These two say that nothing of the commit reached the log; anything else leaves it open, and slots that
                // the disk may know as committed must stay.
                let nothing_written =
                    matches!(error.sqlite_error_code(), Some(ErrorCode::DiskFull | ErrorCode::DatabaseBusy));
                if nothing_written {
                    self.owe(entries);
                    pending.abandon(&self.shared);
                } else {
                    self.writer.stopped.store(true, Ordering::Relaxed);
                    pending.leave();
                }
                Err(failed()(error))
            }
        }
    }
}

impl Gallery {
    /// Has the ledger keep what is about to be committed. The entries that it got; none for none.
    fn record_events(
        &self,
        transaction: &Connection,
        events: &[Event],
        withdrawn: &[Unnumbered],
    ) -> Result<Range<u64>, GalleryError> {
        if events.is_empty() {
            return Ok(0..0);
        }
        let unrecorded = |source| GalleryError::Unrecorded { source };
        // A commit says of everything before its own entries that it was made: what was not is taken back first.
        let mut owed = lock(&self.writer.owed);
        while let Some(entries) = owed.first().cloned() {
            self.shared.recorder.take_back(entries).map_err(unrecorded)?;
            owed.remove(0);
        }
        drop(owed);
        let entries = self.shared.recorder.record(events).map_err(unrecorded)?;
        if entries.is_empty() {
            return Ok(entries);
        }
        match mark_recorded(transaction, entries.end).and_then(|()| number(transaction, withdrawn)) {
            Ok(()) => Ok(entries),
            Err(error) => {
                self.owe(entries);
                Err(error)
            }
        }
    }

    /// Has the ledger say that these changes were not made, now or before the next one is.
    fn owe(&self, entries: Range<u64>) {
        if !entries.is_empty() && self.shared.recorder.take_back(entries.clone()).is_err() {
            lock(&self.writer.owed).push(entries);
        }
    }
}

/// Runs a change. One that panics has failed, and the others of its group go on.
fn attempt(change: &mut dyn Work, unit: &mut Unit<'_>) -> bool {
    catch_unwind(AssertUnwindSafe(|| change.run(unit))).unwrap_or(false)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
