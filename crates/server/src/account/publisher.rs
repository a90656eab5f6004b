//! The thread that publishes the ledger.
//!
//! Owns how often. What is published, and who cosigns it, others know.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use overt_gallery::GalleryError;

use super::book::Book;
use super::witnesses::Witnesses;

/// Longest time from an entry to a checkpoint that covers it.
const PUBLISHED_EVERY: Duration = Duration::from_secs(1);

/// The thread that publishes.
pub(crate) struct Publisher {
    stop: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl Publisher {
    /// Starts it. `remember` has the records know each checkpoint, by their one writer: it knows what to do when the disk does not say what it holds.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(
        book: Arc<Book>,
        mut witnesses: Witnesses,
        remember: impl Fn(&str) -> Result<(), GalleryError> + Send + 'static,
    ) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let run = move || {
            loop {
                let over = stopped.recv_timeout(PUBLISHED_EVERY) != Err(RecvTimeoutError::Timeout);
                if let Err(error) = book.publish_with(&mut witnesses) {
                    let error = anyhow::Error::from(error);
                    tracing::error!(
                        details = format!("{error:#}"),
                        "no checkpoint of the ledger could be published"
                    );
                }
                book.remember(&remember);
                if over {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("ledger".to_owned()).spawn(run)?;
        Ok(Self { stop, thread })
    }

    /// Publishes once more and ends. Blocking.
    pub(crate) fn end(self) {
        drop(self.stop);
        // A panic has been reported by the panic hook.
        let _panicked = self.thread.join();
    }
}
