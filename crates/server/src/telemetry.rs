//! Logs and metrics of the process.
//!
//! Owns how they are written: log lines to standard error, metrics to whoever asks. Refuses to know what is recorded;
//! each place that records keeps personal data out itself.
//!
//! # Invariants
//! - Nothing is ever sent anywhere.
//! - A log that cannot be written is lost; the process and its requests go on.
//! - A panic is logged with its place, not its message: a message may quote what it stumbled over.
//! - The log holds the words of this program's own crates and of no other, at any level: what a library says of a
//!   request quotes addresses, headers and object keys. See `docs/decisions/0024-own-words-in-the-log.md`.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::Subscriber;
use tracing_subscriber::filter::{ParseError, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

use crate::config::{LogConfig, LogFormat};

/// Why the log cannot be written as configured.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Neither a level nor a list of directives.
    #[error("log.level: `{level}` is no level: use error, warn, info, debug or trace")]
    Level {
        /// What was given.
        level: String,
        /// The parser's words.
        source: ParseError,
    },
    /// A part of the program that is not ours.
    #[error(
        "log.level: `{part}` is logged at no level: parts begin with overt, as in info,overt::http=debug"
    )]
    NotOurs {
        /// The part's name.
        part: String,
    },
}

/// Upper ends of the latency buckets, seconds: about three to a decade from half a millisecond (a small network) to
/// a minute (a full queue).
const SECONDS: &[f64] = &[
    0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0,
    5.0, 10.0, 30.0, 60.0,
];

/// Starts the log on standard error.
///
/// # Errors
/// [`LogError`], naming what is wrong with `log.level`.
pub fn start_log(config: &LogConfig) -> Result<(), LogError> {
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr()) && crate::cli::colours_wanted();
    let log = log(config, || Unheard(std::io::stderr()), colours)?;
    // The first log of a process stays; a test that starts two servers keeps the first one's form.
    let _started_before = tracing::subscriber::set_global_default(log);
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(|| "unknown".to_owned(), ToString::to_string);
        let thread = std::thread::current().name().unwrap_or("unnamed").to_owned();
        tracing::error!(place, thread, "panic");
    }));
    Ok(())
}

/// A stream whose failures nobody needs to hear of: a log that cannot be written, because its reader is gone or the disk
/// is full, must not end what it is about.
struct Unheard<W>(W);

impl<W: std::io::Write> std::io::Write for Unheard<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let _lost = self.0.write_all(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let _lost = self.0.flush();
        Ok(())
    }
}

/// The log of our own crates, written to `writer`.
fn log<W>(
    config: &LogConfig,
    writer: W,
    colours: bool,
) -> Result<impl Subscriber + Send + Sync + use<W>, LogError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::builder()
        .parse(&config.level)
        .map_err(|source| LogError::Level { level: config.level.clone(), source })?;
    if let Some(part) = parts(&config.level).find(|part| !is_ours(part)) {
        return Err(LogError::NotOurs { part: part.to_owned() });
    }
    // The library would report a line that cannot be written with a print that panics when that cannot be written.
    let lines = fmt::layer().with_writer(writer).with_ansi(colours).log_internal_errors(false);
    let lines = match config.format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).boxed(),
    };
    let ours = filter_fn(|event| is_ours(event.target()));
    Ok(tracing_subscriber::registry().with(lines.with_filter(ours)).with(filter))
}

/// The parts of the program that a list of directives names.
fn parts(directives: &str) -> impl Iterator<Item = &str> {
    let levels = ["off", "error", "warn", "info", "debug", "trace"];
    directives.split(',').filter_map(move |directive| {
        let part = directive.split(['=', '[']).next().unwrap_or_default().trim();
        let is_level =
            levels.iter().any(|level| part.eq_ignore_ascii_case(level)) || part.parse::<u8>().is_ok();
        (!part.is_empty() && !is_level).then_some(part)
    })
}

/// Whether a target is one of this workspace's crates, or a part of one.
fn is_ours(target: &str) -> bool {
    let first = target.split("::").next().unwrap_or_default();
    first == "overt" || first.starts_with("overt_")
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
    describe_gauge!("overt_queue_depth", "Requests waiting, for a worker or for the records");
    describe_histogram!("overt_search_seconds", Unit::Seconds, "One search of a collection");
    describe_counter!("overt_searched_total", "Faces and users that searches compared");
    describe_gauge!("overt_collections", "Collections");
    describe_gauge!("overt_faces", "Faces in all collections");
    describe_gauge!("overt_users", "Users in all collections");
    describe_counter!("overt_compactions_total", "Stores of templates that were rid of deleted ones");
    describe_gauge!("overt_in_flight", "Requests being answered");
    describe_gauge!("overt_connections", "Open connections");
    describe_gauge!("overt_memory_bytes", Unit::Bytes, "Bytes of bodies and objects that are held");
    describe_gauge!("overt_workers_ready", "Workers with their networks loaded");
    describe_counter!("overt_refused_total", "Requests refused for lack of room, by reason");
    describe_counter!("overt_panics_total", "Panics that were caught, by place");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[test]
    fn a_stream_that_fails_is_not_heard_of() {
        use std::io::Write as _;
        struct Full;
        impl std::io::Write for Full {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::ErrorKind::StorageFull.into())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Err(std::io::ErrorKind::BrokenPipe.into())
            }
        }
        let mut stream = Unheard(Full);
        stream.write_all(b"a line\n").unwrap();
        stream.flush().unwrap();
    }

    #[test]
    fn buckets_rise() {
        assert!(SECONDS.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_level_that_is_none_is_refused() {
        for (level, named) in
            [("overt=loud", "loud"), ("info,hyper=debug", "hyper"), ("object_store", "object_store")]
        {
            let config = LogConfig { level: level.into(), format: LogFormat::Text };
            let error = start_log(&config).unwrap_err().to_string();
            assert!(error.contains("log.level") && error.contains(named), "{error}");
        }
    }

    /// What is logged of a few events at `level`.
    fn logged(level: &str, format: LogFormat) -> String {
        #[derive(Clone, Default)]
        struct Kept(Arc<Mutex<Vec<u8>>>);
        impl std::io::Write for Kept {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0.lock().unwrap().extend_from_slice(bytes);
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let kept = Kept::default();
        let writer = kept.clone();
        let config = LogConfig { level: level.into(), format };
        tracing::subscriber::with_default(log(&config, move || writer.clone(), false).unwrap(), || {
            tracing::error!(target: "object_store::client::retry", "GET http://store/photos/passport.jpg");
            tracing::warn!(target: "hyper::proto", authorization = "AWS4-HMAC-SHA256 Credential=…", "a header");
            tracing::trace!(target: "log", "of a library that uses the older interface");
            tracing::info!(target: "overt", code = "OK", "answered");
            tracing::debug!(target: "overt::http::listen", "a connection ended early");
            tracing::trace!(target: "overt_vision::models", "of a crate below");
        });
        let bytes = kept.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn nothing_but_our_own_words_is_logged_at_any_level() {
        for level in ["trace", "debug", "info", "error", "trace,overt=trace"] {
            let text = logged(level, LogFormat::Text);
            for foreign in ["passport", "AWS4", "older interface"] {
                assert!(!text.contains(foreign), "{level}: {text}");
            }
        }
        assert_eq!(logged("trace", LogFormat::Text).lines().count(), 3);
    }

    #[test]
    fn the_level_is_chosen_for_all_or_by_part() {
        let lines = |level| logged(level, LogFormat::Text).lines().count();
        assert_eq!((lines("error"), lines("info"), lines("debug"), lines("trace")), (0, 1, 2, 3));
        assert_eq!((lines("off"), lines("error,overt::http=debug"), lines("overt_vision")), (0, 1, 1));
    }

    #[test]
    fn the_format_is_lines_for_people_or_json() {
        let text = logged("info", LogFormat::Text);
        assert!(text.contains("INFO overt: answered code=\"OK\""), "{text}");
        let json: serde_json::Value = serde_json::from_str(&logged("info", LogFormat::Json)).unwrap();
        assert_eq!((&json["message"], &json["code"]), (&"answered".into(), &"OK".into()));
    }
}
