//! One connection to a server, as the load generators hold it.
//!
//! Owns how a signed request is sent and that anything but 200 is an error. Refuses to know what is asked.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use anyhow::{bail, ensure};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, SizeHint};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use super::sign;

/// An open connection. Its task belongs to the `LocalSet` that it was opened in and ends with it.
pub(super) struct Connection {
    sender: SendRequest<Pieces>,
    driver: JoinHandle<hyper::Result<()>>,
    authority: String,
}

/// What a request is besides its body.
#[derive(Clone, Copy)]
pub(super) struct Head<'a> {
    /// The operation, as `x-amz-target` names it.
    pub(super) target: &'a str,
    /// As [`sign::amz_date`] writes it.
    pub(super) date: &'a str,
    /// As [`sign::authorization`] writes it.
    pub(super) authorization: &'a str,
}

impl Connection {
    /// Connects to `authority`, host and port.
    pub(super) async fn open(authority: &str) -> anyhow::Result<Self> {
        ensure!(!authority.is_empty(), "no server to connect to");
        let stream = TcpStream::connect(authority).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // Its failures show in the next request.
        let driver = tokio::task::spawn_local(connection);
        Ok(Self { sender, driver, authority: authority.to_owned() })
    }

    /// Sends a request and reads the whole answer.
    pub(super) async fn post(&mut self, head: Head<'_>, body: impl Into<Pieces>) -> anyhow::Result<Bytes> {
        let request = Request::post("/")
            .header("host", &self.authority)
            .header("content-type", sign::CONTENT_TYPE)
            .header("x-amz-date", head.date)
            .header("x-amz-target", head.target)
            .header("authorization", head.authorization)
            .body(body.into())?;
        self.sender.ready().await?;
        let (head, body) = self.sender.send_request(request).await?.into_parts();
        let answer = body.collect().await?.to_bytes();
        if head.status != StatusCode::OK {
            bail!("answered {}: {}", head.status, String::from_utf8_lossy(&answer));
        }
        Ok(answer)
    }
}

/// A body in pieces, which are sent as they are: what many requests share is not copied for each of them.
pub(super) struct Pieces(VecDeque<Bytes>);

impl<const N: usize> From<[Bytes; N]> for Pieces {
    fn from(pieces: [Bytes; N]) -> Self {
        Self(pieces.into())
    }
}

impl From<Bytes> for Pieces {
    fn from(body: Bytes) -> Self {
        [body].into()
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.get_mut().0.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.iter().map(|piece| piece.len() as u64).sum())
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}
