//! The report as a running server has it: counted once, kept up to date, written anew when the ledger has grown.
//!
//! Owns the count between two requests. What it hands out is what [`super::compute`] gives for the same checkpoint; a test holds the two
//! together.
//!
//! # Invariants
//! - Only what is published counts: a report is never ahead of its checkpoint.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use overt_ledger::verify::checkpoint_of;
use overt_ledger::{Folder, VerifierKey};

use super::{ComputeError, Rendered, Tally, render};
use crate::account::read_entries;

/// The report of a server's ledger.
pub(crate) struct Served {
    folder: PathBuf,
    key: VerifierKey,
    state: Mutex<State>,
    /// Who asks waits here, and takes no thread until it is its turn.
    gate: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    tally: Tally,
    /// The note that the last report was written under, and that report.
    last: Option<(String, Arc<Rendered>)>,
}

impl Served {
    /// Of the ledger in `folder`, under its public key.
    pub(crate) fn new(folder: PathBuf, key: VerifierKey) -> Self {
        Self { folder, key, state: Mutex::default(), gate: tokio::sync::Mutex::default() }
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

    /// The present report. Blocking: reads what the ledger has gained since the last time, which after a start is all of it.
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
        loop {
            let tally = &mut state.tally;
            read_entries(&source, tally.entries..checkpoint.size, |number, entry| tally.add(number, entry))
                .map_err(|error| ComputeError::Ledger(error.into()))?;
            match state.tally.again() {
                Some(fresh) => state.tally = fresh,
                None => break,
            }
        }
        let rendered = Arc::new(render(&state.tally, &note, &self.key)?);
        state.last = Some((note, Arc::clone(&rendered)));
        Ok(rendered)
    }
}
