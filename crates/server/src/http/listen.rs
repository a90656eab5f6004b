//! The listening socket: connections in, and an end that loses nothing.
//!
//! Owns the accept loop, the bounds on connections and the graceful end. Refuses to look into requests.
//!
//! # Invariants
//! - No more than `connections` connections are open; the next ones wait in the system's backlog.
//! - A client that does not take its answers loses its connection.
//! - After the signal no connection is accepted, idle ones are closed, and requests in progress are answered until
//!   the grace is over.

use std::future::Future;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use metrics::gauge;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::unread::Unread;
use crate::config::Limits;

/// How long to wait after the system refused a connection (out of file descriptors) before trying again.
const PAUSE: Duration = Duration::from_millis(100);

/// Largest head of a request, and most that is read ahead of a body on one connection, bytes. Signed heads have some
/// kilobytes; the default of the HTTP library, six times as much, would be 400 MB on all connections together.
const BUFFER: usize = 64 << 10;

/// The address cannot be listened on.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Another program has the port.
    #[error(
        "{address} is in use by another program: stop it, or choose another port with --listen {}:{}",
        address.ip(), if address.port() == u16::MAX { 1024 } else { address.port() + 1 }
    )]
    InUse {
        /// The address.
        address: SocketAddr,
    },
    /// Ports below 1024 need rights.
    #[error("this user may not listen on {address}: choose a port above 1023")]
    Forbidden {
        /// The address.
        address: SocketAddr,
    },
    /// Anything else, such as an address this machine does not have.
    #[error("cannot listen on {address}")]
    Other {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
}

/// A bound socket.
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
}

impl Listener {
    /// Binds `address`; port 0 takes a free one.
    ///
    /// # Errors
    /// [`ListenError`].
    pub async fn bind(address: SocketAddr) -> Result<Self, ListenError> {
        let bound = async {
            let socket = TcpListener::bind(address).await?;
            let address = socket.local_addr()?;
            Ok(Self { socket, address })
        };
        bound.await.map_err(|source: std::io::Error| match source.kind() {
            ErrorKind::AddrInUse => ListenError::InUse { address },
            ErrorKind::PermissionDenied => ListenError::Forbidden { address },
            _ => ListenError::Other { address, source },
        })
    }

    /// One that was bound elsewhere.
    #[must_use]
    pub fn of(socket: TcpListener, address: SocketAddr) -> Self {
        Self { socket, address }
    }

    /// The address, with the real port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `shutdown` resolves, then finishes what was begun, for at most the grace of `limits`. Returns
    /// whether everything was finished.
    pub async fn serve(self, router: Router, limits: &Limits, shutdown: impl Future<Output = ()>) -> bool {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(limits.header_seconds))
            .max_buf_size(BUFFER)
            .keep_alive(true);
        let graceful = GracefulShutdown::new();
        let slots = Arc::new(Semaphore::new(limits.connections));
        let service = TowerToHyperService::new(router);
        tokio::pin!(shutdown);
        loop {
            let accepted = async {
                let slot = Arc::clone(&slots).acquire_owned().await;
                (slot, self.socket.accept().await)
            };
            let (slot, accepted) = tokio::select! {
                biased;
                () = &mut shutdown => break,
                accepted = accepted => accepted,
            };
            let stream = match accepted {
                Ok((stream, _peer)) => stream,
                Err(error) => {
                    tracing::warn!(error = %error, "the system refused a connection");
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            // Answers are one small write each: waiting to fill a packet would only delay them.
            let _unsupported = stream.set_nodelay(true);
            let stream = Unread::new(stream, Duration::from_secs(limits.answer_seconds));
            let connection = http.serve_connection(TokioIo::new(stream), service.clone());
            let connection = graceful.watch(connection);
            tokio::spawn(async move {
                gauge!("overt_connections").increment(1.0);
                if let Err(error) = connection.await {
                    tracing::debug!(error = %error, "a connection ended early");
                }
                gauge!("overt_connections").decrement(1.0);
                drop(slot);
            });
        }
        drop(self.socket);
        tracing::info!("shutting down: finishing requests in progress");
        let grace = Duration::from_secs(limits.shutdown_seconds);
        tokio::time::timeout(grace, graceful.shutdown()).await.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_is_said_plainly() {
        let first = Listener::bind(([127, 0, 0, 1], 0).into()).await.unwrap();
        let error = Listener::bind(first.address()).await.err().unwrap();
        let text = error.to_string();
        assert!(matches!(error, ListenError::InUse { .. }));
        assert!(text.contains(&first.address().to_string()) && text.contains("--listen"), "{text}");
    }
}
