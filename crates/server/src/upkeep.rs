//! Upkeep: what a server does now and then beside answering.
//!
//! Owns the thread. What there is to do, the gallery and the metrics know; how often, the settings.
//!
//! # Invariants
//! - One round at a time; a round that failed is logged and tried again.
//! - After [`Upkeep::end`] nothing runs any more.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use metrics::{counter, gauge};
use metrics_exporter_prometheus::PrometheusHandle;
use overt_gallery::{Acting, Actor, Gallery, UpkeepRules};

use crate::account::Book;
use crate::rights::Rights;

/// Longest time between two rounds. Histograms keep their samples until they are folded into buckets, which bounds this
/// from above.
const ROUND: Duration = Duration::from_secs(5);

/// The thread, while it runs.
pub(crate) struct Upkeep {
    stop: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl Upkeep {
    /// Starts it; the gallery's turn comes `every` so often.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(
        metrics: PrometheusHandle,
        gallery: Arc<Gallery>,
        (rights, book): (Arc<Rights>, Arc<Book>),
        every: Duration,
    ) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let gallery = gallery.acting(Arc::new(Acting::new(Actor::server("upkeep"))));
        let run = move || {
            let mut tidied = Instant::now();
            count(&gallery);
            compare(&rights, &gallery, &book);
            loop {
                let due = every.saturating_sub(tidied.elapsed());
                if stopped.recv_timeout(due.min(ROUND)) != Err(RecvTimeoutError::Timeout) {
                    record(&gallery);
                    return;
                }
                metrics.run_upkeep();
                if tidied.elapsed() >= every {
                    tidy(&gallery);
                    compare(&rights, &gallery, &book);
                    tidied = Instant::now();
                }
                record(&gallery);
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
    tracing::debug!("tidying the collections");
    match gallery.upkeep(UpkeepRules::default()) {
        Ok(done) => {
            counter!("overt_compactions_total").increment(done.compactions);
            counter!("overt_expired_faces_total").increment(done.expired_faces);
            tracing::debug!(?done, "tidied the collections");
        }
        Err(error) => {
            let error = anyhow::Error::from(error);
            tracing::error!(details = format!("{error:#}"), "the upkeep of the collections failed");
        }
    }
}

/// Holds the records against the ledger.
fn compare(rights: &Rights, gallery: &Gallery, book: &Book) {
    // Of a long ledger the start left that to this thread.
    let taken_over = rights.take_over_now(gallery, book).map(drop);
    // Also where a full disk lets nothing be written.
    for done in [taken_over, rights.look(gallery, book).map(drop)] {
        if let Err(error) = done {
            let error = anyhow::Error::from(error);
            tracing::error!(details = format!("{error:#}"), "records and ledger could not be compared");
        }
    }
}

/// Tells the ledger what other processes changed.
fn record(gallery: &Gallery) {
    if let Err(error) = gallery.record_outbox() {
        let error = anyhow::Error::from(error);
        tracing::error!(
            details = format!("{error:#}"),
            "what was done beside the server is not in the ledger yet"
        );
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
