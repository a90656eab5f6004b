//! The HTTP client to object stores: it talks to the configured endpoint and to nobody else.
//!
//! Owns what the client may do by itself, which is nothing. Refuses to know about buckets.
//!
//! # Invariants
//! - No redirect is followed: a store must not be able to send the server to addresses of its choice.
//! - No proxy is taken from the environment: signed requests go where the settings file says.

use std::time::Duration;

use object_store::ClientOptions;
use object_store::client::{HttpClient, HttpConnector};

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Makes clients of this kind.
#[derive(Debug)]
pub(super) struct Direct {
    /// Whether the endpoint is plain HTTP.
    pub(super) plain: bool,
}

impl HttpConnector for Direct {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .referer(false)
            // An object's size is the Content-Length of its bytes as they are.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .https_only(!self.plain)
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(concat!("overt/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| object_store::Error::Generic { store: "S3", source: Box::new(error) })?;
        Ok(HttpClient::new(client))
    }
}
