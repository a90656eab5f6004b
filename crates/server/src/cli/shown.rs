//! How far something long has come: a bar for a person, a line for each tenth in a log.
//!
//! Owns how that is shown on standard error. Refuses to know what is done.

use std::cell::Cell;
use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::{Style, note};

/// Progress through a known number of things.
pub(super) struct Shown {
    bar: Option<ProgressBar>,
    doing: &'static str,
    total: usize,
    done: Cell<usize>,
}

impl Shown {
    /// Nothing of `total` is done. `doing` is the word for it.
    pub(super) fn new(doing: &'static str, total: usize) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
            let template = "{spinner} {msg} [{bar:30}] {pos} of {len}, {per_sec}, {eta} left";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style.progress_chars("=> "));
            }
            bar.set_message(doing);
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { bar, doing, total, done: Cell::new(0) }
    }

    /// One more is done.
    pub(super) fn step(&self) {
        self.reach(self.done.get() as u64 + 1);
    }

    /// So many are done.
    pub(super) fn reach(&self, done: u64) {
        let (before, now) = (self.done.get(), usize::try_from(done).unwrap_or(usize::MAX));
        self.done.set(now);
        let total = self.total.max(1);
        match &self.bar {
            Some(bar) => bar.set_position(done),
            None if now.saturating_mul(10) / total > before.saturating_mul(10) / total => {
                note(Style::Dim, format!("{}: {now} of {}", self.doing, self.total));
            }
            None => {}
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
