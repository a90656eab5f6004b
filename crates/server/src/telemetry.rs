//! Logs and metrics of the process.
//!
//! Owns how they are written: log lines to standard error, metrics to whoever asks. Refuses to know what is recorded;
//! each place that records keeps personal data out itself.
//!
//! # Invariants
//! - Nothing is ever sent anywhere.
//! - A panic is logged with its place, not its message: a message may quote what it stumbled over.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

use crate::config::{LogConfig, LogFormat};

/// Upper ends of the latency buckets, seconds: about three to a decade from half a millisecond (a small network) to
/// a minute (a full queue).
const SECONDS: &[f64] = &[
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0,
    5.0, 10.0, 30.0, 60.0,
];

/// Starts the log on standard error.
///
/// # Errors
/// When the level is no directive; names it.
pub fn start_log(config: &LogConfig) -> Result<(), ParseError> {
    let filter = EnvFilter::builder().parse(&config.level)?;
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr()) && crate::cli::colours_wanted();
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    // The first log of a process stays; a test that starts two servers keeps the first one's form.
    let _started_before = match config.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).with_current_span(false).try_init(),
    };
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(|| "unknown".to_owned(), ToString::to_string);
        let thread = std::thread::current().name().unwrap_or("unnamed").to_owned();
        tracing::error!(place, thread, "panic");
    }));
    Ok(())
}

/// Starts counting; the handle renders what was counted.
///
/// # Errors
/// Only when the buckets above are empty.
pub fn start_metrics() -> Result<PrometheusHandle, BuildError> {
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)?
        .build_recorder();
    let handle = recorder.handle();
    // As with the log: the first recorder of a process stays.
    let _installed_before = metrics::set_global_recorder(recorder);
    describe();
    Ok(handle)
}

fn describe() {
    describe_counter!("overt_requests_total", "Requests to the API by operation and outcome");
    describe_histogram!("overt_request_seconds", Unit::Seconds, "From the head of a request to its answer");
    describe_histogram!("overt_inference_seconds", Unit::Seconds, "One run of a network");
    describe_histogram!("overt_decode_seconds", Unit::Seconds, "Decoding one picture");
    describe_histogram!("overt_queue_wait_seconds", Unit::Seconds, "From admission to the start on a worker");
    describe_gauge!("overt_queue_depth", "Requests waiting for a worker");
    describe_gauge!("overt_in_flight", "Requests being answered");
    describe_gauge!("overt_connections", "Open connections");
    describe_gauge!("overt_workers_ready", "Workers with their networks loaded");
    describe_counter!("overt_refused_total", "Requests refused for lack of room, by reason");
    describe_counter!("overt_panics_total", "Panics that were caught, by place");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_rise() {
        assert!(SECONDS.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_level_that_is_none_is_refused() {
        let config = LogConfig { level: "overt=loud".into(), format: LogFormat::Text };
        assert!(start_log(&config).is_err());
    }
}
