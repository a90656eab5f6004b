//! Fetching one file from an address, for an operator's own networks.
//!
//! Owns the connection and its patience. Refuses to judge what arrives.
//!
//! # Invariants
//! - A server that goes silent, before or within its answer, ends the fetch; so does whoever watches it.
//! - An address is told without its user, password and query: it may be one that was signed.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use super::child::LOOK;
use super::error::ModelsError;
use super::fetch::Received;

/// How long a server may take to accept a connection, to begin its answer, and between two pieces of it.
const PATIENCE: Duration = Duration::from_secs(30);

/// Bytes between two reports.
const STEP: usize = 1 << 18;

/// What the thread that receives tells.
enum Told {
    Received(u64),
    Done(Result<(), ModelsError>),
}

/// Fetches what `url` answers into the file `into`, at most `limit` bytes.
pub(super) fn fetch(
    url: &str,
    into: &Path,
    limit: u64,
    received: &mut Received<'_>,
) -> Result<(), ModelsError> {
    fetch_within(PATIENCE, url, into, limit, received)
}

fn fetch_within(
    patience: Duration,
    url: &str,
    into: &Path,
    limit: u64,
    received: &mut Received<'_>,
) -> Result<(), ModelsError> {
    let (tell, told) = mpsc::channel();
    let (address, path) = (url.to_owned(), into.to_owned());
    // A thread of its own, because a read from a silent server cannot be cut off: it is left to itself then, and ends
    // with the connection or the process.
    std::thread::Builder::new().name("fetch".to_owned()).spawn(move || {
        let done =
            receive(patience, &address, path, limit, &|bytes| tell.send(Told::Received(bytes)).is_ok());
        // Nobody waits any more after a fetch that was given up.
        let _given_up = tell.send(Told::Done(done));
    })?;
    let mut total = 0;
    let mut heard = Instant::now();
    loop {
        match told.recv_timeout(LOOK) {
            Ok(Told::Received(bytes)) => {
                total = bytes;
                heard = Instant::now();
            }
            Ok(Told::Done(done)) => return done,
            // The answer's beginning has its own patience, in the other thread; this one is for its middle.
            Err(RecvTimeoutError::Timeout) if total > 0 && heard.elapsed() > patience => {
                let silent = format!("nothing arrived for {} seconds", patience.as_secs_f64().round());
                return Err(failed(url, silent));
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(failed(url, "the fetch ended without a result"));
            }
        }
        if received(total).is_break() {
            return Err(ModelsError::Stopped);
        }
    }
}

/// Receives into the file; `told` is `false` when nobody waits for it any more.
fn receive(
    patience: Duration,
    url: &str,
    into: PathBuf,
    limit: u64,
    told: &dyn Fn(u64) -> bool,
) -> Result<(), ModelsError> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_connect(Some(patience))
        .timeout_recv_response(Some(patience))
        .build()
        .into();
    let mut response = agent.get(url).call().map_err(|error| failed(url, error.to_string()))?;
    let mut body = response.body_mut().as_reader().take(limit.saturating_add(1));
    let mut file = fs_err::File::create(into)?;
    let mut buffer = vec![0; STEP];
    let mut total = 0;
    loop {
        let read = body.read(&mut buffer).map_err(|error| failed(url, error.to_string()))?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        file.write_all(bytes)?;
        total += read as u64;
        if total > limit {
            return Err(ModelsError::WrongSize { file: shown(url), expected: limit, found: total });
        }
        if !told(total) {
            return Err(ModelsError::Stopped);
        }
    }
    Ok(file.sync_all()?)
}

fn failed(url: &str, reason: impl Into<String>) -> ModelsError {
    // The client's own words may repeat the address.
    let reason = reason.into().replace(url, &shown(url));
    ModelsError::Address { url: shown(url), source: reason.into() }
}

/// An address for a message.
pub(super) fn shown(url: &str) -> String {
    let plain = url.split(['?', '#']).next().unwrap_or_default();
    let Some((scheme, rest)) = plain.split_once("://") else { return plain.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::ops::ControlFlow;

    /// An address whose server sends `answer` and then nothing, without hanging up.
    fn silent_after(answer: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let mut held = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                stream.write_all(answer.as_bytes()).unwrap();
                held.push(stream);
            }
        });
        format!("http://user:s3cret@{address}/net.onnx?X-Amz-Signature=abcdef")
    }

    const BEGUN: &str = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nten bytes.";

    #[test]
    fn a_server_that_goes_silent_is_given_up_and_told_without_secrets() {
        let folder = tempfile();
        for answer in ["", BEGUN] {
            let url = silent_after(answer);
            let mut on = |_| ControlFlow::Continue(());
            let error =
                fetch_within(Duration::from_millis(300), &url, &folder.join("a"), 1000, &mut on).unwrap_err();
            let ModelsError::Address { url, source } = &error else { panic!("{error}") };
            for text in [url, &source.to_string()] {
                assert!(!text.contains("s3cret") && !text.contains("abcdef"), "{text}");
            }
            assert!(url.starts_with("http://127.0.0.1:") && url.ends_with("/net.onnx"), "{url}");
        }
        fs_err::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_fetch_is_stopped_while_its_server_is_silent() {
        let folder = tempfile();
        for answer in ["", BEGUN] {
            let url = silent_after(answer);
            let mut asked = 0;
            let mut twice = |_| {
                asked += 1;
                if asked < 2 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            };
            let stopped = fetch(&url, &folder.join("b"), 1000, &mut twice);
            assert!(matches!(stopped, Err(ModelsError::Stopped)), "{stopped:?}");
        }
        fs_err::remove_dir_all(folder).unwrap();
    }

    fn tempfile() -> PathBuf {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("overt-url-{}-{next}", std::process::id()));
        fs_err::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn addresses_are_shown_without_what_may_be_secret() {
        for (url, plain) in [
            ("https://h/p?sig=x#y", "https://h/p"),
            ("https://u:p@h:1/p@q", "https://h:1/p@q"),
            ("http://h", "http://h"),
            ("no address", "no address"),
        ] {
            assert_eq!(shown(url), plain);
        }
    }
}
