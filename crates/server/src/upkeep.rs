//! Upkeep: what a server does now and then beside answering.
//!
//! Owns the thread and its rhythm. What there is to do, the gallery and the metrics know.
//!
//! # Invariants
//! - One round at a time; a round that failed is logged and tried again.
//! - After [`Upkeep::end`] nothing runs any more.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

use metrics::gauge;
use metrics_exporter_prometheus::PrometheusHandle;
use overt_gallery::{Gallery, UpkeepRules};

/// Between two rounds. Histograms keep their samples until they are folded into buckets, which bounds this from above.
const ROUND: Duration = Duration::from_secs(5);
/// Rounds from one upkeep of the gallery to the next. A minute is how long names of what was deleted may stay in the
/// database's log.
const GALLERY_ROUNDS: u32 = 12;

/// The thread, while it runs.
pub(crate) struct Upkeep {
    stop: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl Upkeep {
    /// Starts it.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(metrics: PrometheusHandle, gallery: Arc<Gallery>) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let run = move || {
            let mut rounds = 0;
            count(&gallery);
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(ROUND) {
                rounds += 1;
                metrics.run_upkeep();
                if rounds % GALLERY_ROUNDS == 0 {
                    tidy(&gallery);
                }
                count(&gallery);
            }
        };
        let thread = std::thread::Builder::new().name("upkeep".to_owned()).spawn(run)?;
        Ok(Self { stop, thread })
    }

    /// Ends it after the round that is in progress. Blocking.
    pub(crate) fn end(self) {
        drop(self.stop);
        // A panic has been reported by the panic hook.
        let _panicked = self.thread.join();
    }
}

/// What the gallery has to do so that nothing grows without bound.
fn tidy(gallery: &Gallery) {
    match gallery.upkeep(UpkeepRules::default()) {
        Ok(done) => tracing::debug!(?done, "tidied the collections"),
        Err(error) => {
            let error = anyhow::Error::from(error);
            tracing::error!(details = format!("{error:#}"), "the upkeep of the collections failed");
        }
    }
}

/// How much there is, for the metrics: numbers, and nothing about whom.
fn count(gallery: &Gallery) {
    match gallery.totals() {
        Ok(totals) => {
            gauge!("overt_writes_stopped").set(f64::from(u8::from(gallery.writes_stopped())));
            gauge!("overt_collections").set(totals.collections as f64);
            gauge!("overt_faces").set(totals.faces as f64);
            gauge!("overt_users").set(totals.users as f64);
        }
        Err(error) => {
            let error = anyhow::Error::from(error);
            tracing::warn!(details = format!("{error:#}"), "the collections cannot be counted");
        }
    }
}
