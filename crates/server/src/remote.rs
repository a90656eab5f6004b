//! Other people's servers, asked over HTTP: a ledger's files, a report, a witness.
//!
//! Owns one client with its patience and the bound on what an answer may bring. Refuses to believe anything that arrives: whoever asks has a
//! signature or a hash to hold against it.
//!
//! # Invariants
//! - Nothing is sent but the request: no credentials, no cookies, nothing after a redirect to another scheme.
//! - Blocking, with a runtime of its own: never called on the async threads.

use std::time::Duration;

use overt_ledger::{Source, SourceError};
use reqwest::{Client, StatusCode};
use tokio::runtime::Runtime;

/// How long a server may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a whole answer may take: a bundle of 256 of the longest entries has 16 MB.
const ANSWER: Duration = Duration::from_secs(60);
/// Most bytes of an answer: a bundle of 256 entries of 65,535 bytes, each with its length.
const MOST: usize = 256 * (65_535 + 2);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// The address is none.
    #[error("{0} is no address that begins with http:// or https://")]
    Address(String),
    /// No client can be made.
    #[error("no HTTP client can be made: {0}")]
    Client(String),
    /// The server was not reached, or broke off.
    #[error("{url} cannot be reached: {reason}")]
    Unreachable {
        /// What was asked for.
        url: String,
        /// The first cause.
        reason: String,
    },
    /// It answered with another status than expected.
    #[error("{url} answered with status {status}")]
    Status {
        /// What was asked for.
        url: String,
        /// The status.
        status: u16,
    },
    /// It sent more than anything of that kind has.
    #[error("{url} sends more than {MOST} bytes")]
    TooLong {
        /// What was asked for.
        url: String,
    },
}

/// A client for addresses below one.
pub struct Remote {
    base: String,
    client: Client,
    runtime: Runtime,
}

impl Remote {
    /// A client for `base`, an address that begins with `http://` or `https://`. Nothing is contacted yet.
    ///
    /// # Errors
    /// [`RemoteError::Address`], [`RemoteError::Client`].
    pub fn new(base: &str) -> Result<Self, RemoteError> {
        Self::patient(base, ANSWER)
    }

    /// As [`Remote::new`], for answers that come within `answer`.
    ///
    /// # Errors
    /// As [`Remote::new`].
    pub fn patient(base: &str, answer: Duration) -> Result<Self, RemoteError> {
        let plain = base.starts_with("http://");
        if !(plain || base.starts_with("https://")) {
            return Err(RemoteError::Address(base.to_owned()));
        }
        // A process has one provider of TLS; that another part installed it first is fine.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let client = |error: &dyn std::fmt::Display| RemoteError::Client(error.to_string());
        let built = Client::builder()
            .user_agent(concat!("overt/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT.min(answer))
            .timeout(answer)
            .https_only(!plain)
            .redirect(reqwest::redirect::Policy::limited(3))
            .build()
            .map_err(|error| client(&error))?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| client(&error))?;
        Ok(Self { base: base.trim_end_matches('/').to_owned(), client: built, runtime })
    }

    /// The address, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// What is at `path` below the address; `None` if nothing is (404, 410).
    ///
    /// # Errors
    /// [`RemoteError`].
    pub fn get(&self, path: &str) -> Result<Option<Vec<u8>>, RemoteError> {
        let url = format!("{}/{path}", self.base);
        let (status, bytes) = self.runtime.block_on(self.exchange(&url, self.client.get(&url)))?;
        match StatusCode::from_u16(status) {
            Ok(StatusCode::OK) => Ok(Some(bytes)),
            Ok(StatusCode::NOT_FOUND | StatusCode::GONE) => Ok(None),
            _ => Err(RemoteError::Status { url, status }),
        }
    }

    /// Sends a text to `path` below the address: status and answer.
    ///
    /// # Errors
    /// [`RemoteError`]; a status is none.
    pub fn post(&self, path: &str, body: String) -> Result<(u16, Vec<u8>), RemoteError> {
        let url = format!("{}/{path}", self.base);
        let request = self.client.post(&url).header("content-type", "text/plain; charset=utf-8").body(body);
        self.runtime.block_on(self.exchange(&url, request))
    }

    async fn exchange(
        &self,
        url: &str,
        request: reqwest::RequestBuilder,
    ) -> Result<(u16, Vec<u8>), RemoteError> {
        let unreachable = |error: reqwest::Error| RemoteError::Unreachable {
            url: url.to_owned(),
            reason: innermost(&error.without_url()),
        };
        let mut response = request.send().await.map_err(unreachable)?;
        let status = response.status().as_u16();
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if bytes.len() + chunk.len() > MOST {
                return Err(RemoteError::TooLong { url: url.to_owned() });
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok((status, bytes))
    }
}

impl Source for Remote {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        self.get(path).map_err(|error| SourceError::Read { path: path.to_owned(), source: Box::new(error) })
    }
}

/// The cause that tells most: the library's own sentence says only that a request failed.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::{get, post};

    use super::*;

    /// A server on loopback, for the time of the test's process.
    fn serving(router: Router) -> String {
        let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        let address = socket.local_addr().unwrap();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let socket = tokio::net::TcpListener::from_std(socket).unwrap();
                let listener = crate::http::Listener::of(socket, address);
                let limits = crate::config::Limits::default();
                listener.serve(router, &limits, std::future::pending()).await;
            });
        });
        format!("http://{address}")
    }

    #[test]
    fn what_is_there_is_brought_and_what_is_not_is_none() {
        let router = Router::new()
            .route("/log/checkpoint", get(|| async { "note" }))
            .route("/log/broken", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
            .route("/log/echo", post(|body: String| async move { (StatusCode::CONFLICT, body) }));
        let base = serving(router);
        let remote = Remote::new(&format!("{base}/log/")).unwrap();
        assert_eq!(remote.read("checkpoint").unwrap().unwrap(), b"note");
        assert_eq!(remote.read("tile/0/000").unwrap(), None);
        assert!(matches!(remote.get("broken"), Err(RemoteError::Status { status: 500, .. })));
        assert_eq!(remote.post("echo", "a\n".into()).unwrap(), (409, b"a\n".to_vec()));
    }

    #[test]
    fn what_does_not_end_is_cut_off() {
        let router = Router::new().route("/long", get(|| async { vec![0_u8; MOST + 1] }));
        let remote = Remote::new(&serving(router)).unwrap();
        assert!(matches!(remote.get("long"), Err(RemoteError::TooLong { .. })));
    }

    #[test]
    fn where_nobody_listens_the_address_is_named() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let remote = Remote::new(&format!("http://{free}")).unwrap();
        let error = remote.get("checkpoint").unwrap_err().to_string();
        assert!(error.contains(&free.to_string()) && error.contains("reached"), "{error}");
        for bad in ["", "example.com", "ftp://example.com", "file:///etc"] {
            assert!(matches!(Remote::new(bad), Err(RemoteError::Address(_))), "{bad}");
        }
    }
}
