//! Connections whose client does not take what it is sent.
//!
//! Owns the bound on how long a write may wait. Refuses to know what is written.
//!
//! # Invariants
//! - A write that the system did not take for the given time fails, and with it the connection: a client that asks and
//!   never reads would keep its place for ever.
//! - A client that reads, however slowly, has the whole time again with each part that it takes.

use std::io::{Error, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// A stream whose writes fail when they wait too long.
pub(super) struct Unread<S> {
    stream: S,
    most: Duration,
    /// Runs while a write waits.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl<S> Unread<S> {
    pub(super) fn new(stream: S, most: Duration) -> Self {
        Self { stream, most, waiting: None }
    }

    /// Passes on what a write came to, unless it waits and has waited too long.
    fn bounded<T>(
        &mut self,
        context: &mut Context<'_>,
        write: Poll<Result<T, Error>>,
    ) -> Poll<Result<T, Error>> {
        if write.is_ready() {
            self.waiting = None;
            return write;
        }
        let most = self.most;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(most)));
        ready!(waiting.as_mut().poll(context));
        Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "the client does not read its answers")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Unread<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<(), Error>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Unread<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize, Error>> {
        let write = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.bounded(context, write)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<Result<usize, Error>> {
        let write = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.bounded(context, write)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let flush = Pin::new(&mut self.stream).poll_flush(context);
        self.bounded(context, flush)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let shutdown = Pin::new(&mut self.stream).poll_shutdown(context);
        self.bounded(context, shutdown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    #[tokio::test]
    async fn a_write_that_nobody_takes_fails() {
        let (ours, _theirs) = tokio::io::duplex(16);
        let mut stream = Unread::new(ours, Duration::ZERO);
        stream.write_all(&[1; 16]).await.unwrap();
        let error = stream.write_all(&[2; 1]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn who_reads_gets_everything() {
        let (ours, mut theirs) = tokio::io::duplex(16);
        let mut stream = Unread::new(ours, Duration::from_secs(3600));
        let writing = tokio::spawn(async move {
            stream.write_all(&[3; 1000]).await.unwrap();
            assert!(stream.waiting.is_none());
        });
        let mut read = Vec::new();
        theirs.read_to_end(&mut read).await.unwrap();
        assert_eq!(read, [3; 1000]);
        writing.await.unwrap();
    }
}
