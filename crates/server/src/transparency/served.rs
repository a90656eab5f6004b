//! The report as a running server has it: counted once, kept up to date, written anew when the ledger has grown.
//!
//! Owns the count between two requests, and its file between two starts. What it hands out is what [`super::compute`] gives for the same checkpoint; a test holds the two
//! together.
//!
//! # Invariants
//! - Only what is published counts: a report is never ahead of its checkpoint.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use overt_ledger::verify::checkpoint_of;
use overt_ledger::{Checkpoint, Folder, VerifierKey};

use super::{ComputeError, Rendered, Tally, kept, render};
use crate::account::read_entries;

/// Entries after which the count is kept anew: a kill costs the next start the reading of as many, some tenths of a second.
const KEPT_EVERY: u64 = 10_000;

/// The report of a server's ledger.
pub(crate) struct Served {
    folder: PathBuf,
    key: VerifierKey,
    /// Where the count is kept.
    kept: PathBuf,
    state: Mutex<State>,
    /// Who asks waits here, and takes no thread until it is its turn.
    gate: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    /// Whether the kept count was looked at.
    begun: bool,
    tally: Tally,
    /// The last checkpoint that the whole tally was under.
    under: Option<Checkpoint>,
    /// Entries of the count as it was kept last.
    saved: u64,
    /// The note that the last report was written under, and that report.
    last: Option<(String, Arc<Rendered>)>,
}

impl Served {
    /// Of the ledger in `folder`, under its public key; `kept` is the file in which the count is kept.
    pub(crate) fn new(folder: PathBuf, key: VerifierKey, kept: PathBuf) -> Self {
        Self { folder, key, kept, state: Mutex::default(), gate: tokio::sync::Mutex::default() }
    }

    /// The present report; `None`, with a line in the log, when it cannot be computed.
    pub(crate) async fn fetch(self: &Arc<Self>) -> Option<Arc<Rendered>> {
        let _turn = self.gate.lock().await;
        let served = Arc::clone(self);
        match tokio::task::spawn_blocking(move || served.report()).await {
            Ok(Ok(report)) => Some(report),
            Ok(Err(error)) => {
                let error = anyhow::Error::from(error);
                tracing::error!(details = format!("{error:#}"), "the transparency report cannot be computed");
                None
            }
            Err(_panic) => None,
        }
    }

    /// The present report. Blocking: reads what the ledger has gained since the last time, and after a start since the count was kept.
    ///
    /// # Errors
    /// [`ComputeError`].
    pub(crate) fn report(&self) -> Result<Arc<Rendered>, ComputeError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let source = Folder(self.folder.clone());
        let (note, checkpoint) = checkpoint_of(&source, &self.key)?;
        if let Some((of, rendered)) = &state.last
            && *of == note
        {
            return Ok(Arc::clone(rendered));
        }
        if !std::mem::replace(&mut state.begun, true)
            && let Some(tally) = kept::read(&self.kept, &source, &self.key, &checkpoint)
        {
            state.saved = tally.entries;
            state.tally = tally;
        }
        loop {
            let tally = &mut state.tally;
            read_entries(&source, tally.entries..checkpoint.size, |number, entry| tally.add(number, entry))
                .map_err(|error| ComputeError::Ledger(error.into()))?;
            match state.tally.again() {
                Some(fresh) => state.tally = fresh,
                None => break,
            }
        }
        state.under = Some(checkpoint);
        if state.tally.entries - state.saved.min(state.tally.entries) >= KEPT_EVERY {
            self.keep(&mut state);
        }
        let rendered = Arc::new(render(&state.tally, &note, &self.key)?);
        state.last = Some((note, Arc::clone(&rendered)));
        Ok(rendered)
    }

    /// Keeps the count for the next start. Blocking; that it cannot be kept costs the next start its time, and nothing else.
    pub(crate) fn end(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.tally.entries != state.saved {
            self.keep(&mut state);
        }
    }

    fn keep(&self, state: &mut State) {
        let Some(under) = &state.under else { return };
        match kept::write(&self.kept, &state.tally, under) {
            Ok(()) => state.saved = state.tally.entries,
            Err(error) => tracing::warn!(%error, "the count for the transparency report is not kept"),
        }
    }
}
