//! The pace of long copies: how much of the machine's time they take.
//!
//! Owns when a copy rests, and the look at what else the machine does. Refuses to know what is copied.
//!
//! # Invariants
//! - Where the system does not tell what else it does, a copy that makes way rests as a gentle one.
//! - A copy rests for what it did, never for having waited: on a machine that is busy all day it ends too.

use std::time::{Duration, Instant};

/// How much of the time a long copy works; the rest it leaves to others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// All of it.
    Full,
    /// A third.
    Gentle,
    /// A third while the machine has other work, all of it otherwise.
    #[default]
    MakingWay,
}

/// A look at the machine is worth that long.
const WINDOW: Duration = Duration::from_millis(250);
/// The machine has other work when it takes more than this, in processors: some searches a second of a large collection. What the
/// system itself does for a copy stays below.
const OTHERS: f64 = 0.25;

/// Work that took longer than this many times its processor time waited for others, or for a disk that has too much to do.
const WAITING: u32 = 4;

/// Keeps a copy at its pace. One for each copy, used on the thread that copies.
pub(crate) struct Pacer {
    pace: Pace,
    seen: Option<(Instant, Used)>,
    others: bool,
    /// The thread's processor time when it last came back from here.
    own: Option<Duration>,
}

impl Pacer {
    pub(crate) fn new(pace: Pace) -> Self {
        // Until the first window is over nobody knows.
        Self { pace, seen: None, others: true, own: own_time() }
    }

    /// Rests as long as the pace asks after working for `worked`.
    pub(crate) fn rest(&mut self, worked: Duration) {
        let rests = match self.pace {
            Pace::Full => false,
            Pace::Gentle => true,
            Pace::MakingWay => self.has_other_work(),
        };
        let took = self.took(worked);
        if rests {
            std::thread::sleep(took * 2);
        }
    }

    /// What of the time since it was last here the copy worked.
    fn took(&mut self, passed: Duration) -> Duration {
        let before = std::mem::replace(&mut self.own, own_time());
        match before.zip(self.own) {
            Some((before, now)) => passed.min(now.saturating_sub(before) * WAITING),
            None => passed,
        }
    }

    fn has_other_work(&mut self) -> bool {
        let now = Instant::now();
        let Some((since, before)) = self.seen else {
            self.seen = Used::now().map(|used| (now, used));
            return true;
        };
        let passed = now - since;
        if passed >= WINDOW {
            let used = Used::now();
            self.others =
                used.is_none_or(|used| used.by_others_since(before) > OTHERS * passed.as_secs_f64());
            self.seen = used.map(|used| (now, used));
        }
        self.others
    }
}

/// Processor time so far, seconds.
#[derive(Clone, Copy)]
struct Used {
    /// Of the whole machine.
    all: f64,
    /// Of this thread.
    own: f64,
}

impl Used {
    fn by_others_since(self, before: Self) -> f64 {
        (self.all - before.all) - (self.own - before.own)
    }

    #[cfg(target_os = "linux")]
    fn now() -> Option<Self> {
        let ticks = busy_ticks(&fs_err::read_to_string("/proc/stat").ok()?)?;
        Some(Self {
            all: ticks as f64 / rustix::param::clock_ticks_per_second() as f64,
            own: own_time()?.as_secs_f64(),
        })
    }

    #[cfg(not(target_os = "linux"))]
    fn now() -> Option<Self> {
        None
    }
}

/// The calling thread's processor time so far, where the system tells it.
fn own_time() -> Option<Duration> {
    #[cfg(target_os = "linux")]
    let time = Duration::try_from(rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime)).ok();
    #[cfg(not(target_os = "linux"))]
    let time = None;
    time
}

/// What all processors of the machine did, in its ticks, out of the text of `/proc/stat` (proc_stat(5)).
#[cfg(any(target_os = "linux", test))]
fn busy_ticks(stat: &str) -> Option<u64> {
    let numbers = stat.lines().next()?.strip_prefix("cpu ")?;
    let mut numbers = numbers.split_ascii_whitespace().map(|number| number.parse::<u64>().ok());
    let mut next = || numbers.next().flatten();
    let [user, nice, system] = [next()?, next()?, next()?];
    let [_idle, _waiting, interrupts, later] = [next()?, next()?, next()?, next()?];
    Some(user + nice + system + interrupts + later)
}

/// Gives the calling thread a low priority, where the system lets it: of a processor that others want without end it has about a tenth.
/// Not the least one, which is a seventieth: a snapshot has to end on a machine that is never idle. It cannot be taken back.
pub fn give_way() {
    // Advice: where it is refused, the pace alone has to do.
    #[cfg(target_os = "linux")]
    let _refused = rustix::process::setpriority_process(None, 10);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_work_is_read() {
        let stat = "cpu  100 20 3 9999 8888 4 5 700 800 900\ncpu0 1 2 3 4 5 6 7 8 9 10\n";
        assert_eq!(busy_ticks(stat), Some(132));
        assert_eq!(busy_ticks("cpu  1 2 3\n"), None);
        assert_eq!(busy_ticks("cpu0 1 2 3 4 5 6 7\n"), None);
        assert_eq!(busy_ticks(""), None);
    }

    #[test]
    fn own_work_is_no_other_work() {
        let before = Used { all: 10.0, own: 1.0 };
        assert_eq!(Used { all: 12.0, own: 3.0 }.by_others_since(before), 0.0);
        assert_eq!(Used { all: 12.0, own: 1.5 }.by_others_since(before), 1.5);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn waiting_is_not_rested_for() {
        let mut pacer = Pacer::new(Pace::Gentle);
        // Whatever the clock says, a thread that did nothing took next to nothing.
        assert!(pacer.took(Duration::from_secs(3600)) < Duration::from_secs(1));
        assert_eq!(pacer.took(Duration::ZERO), Duration::ZERO);
        let begun = own_time().unwrap();
        while own_time().unwrap() - begun < Duration::from_millis(20) {
            std::hint::black_box(0);
        }
        assert!(pacer.took(Duration::from_secs(3600)) >= Duration::from_millis(80));
        assert_eq!(pacer.took(Duration::ZERO), Duration::ZERO);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_thread_that_works_shows_in_the_machines_time() {
        let before = Used::now().unwrap();
        let others = std::thread::spawn(|| {
            let mut sum = 0_u64;
            // A tenth of a second of this thread's own processor time, ten ticks.
            while Used::now().unwrap().own < 0.1 {
                sum = std::hint::black_box(sum.wrapping_add(1));
            }
        });
        others.join().unwrap();
        assert!(Used::now().unwrap().by_others_since(before) > 0.05);
    }
}
