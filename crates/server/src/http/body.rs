//! Receiving a request's body.
//!
//! Owns the bounds: size, time, memory. Refuses to look at a byte of it.
//!
//! # Invariants
//! - A body is in memory only as far as it was paid for, and it is paid for as it arrives: a length that is only
//!   declared takes nothing from anybody.
//! - A client whose body is refused still reads its answer: what it sends is received and thrown away for a while,
//!   because a connection closed under a sending client looks like a broken network and is tried again.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use overt_protocol::ErrorCode;
use tokio::time::{Instant, timeout_at};

use super::memory::{Memory, Paid};
use crate::error::ApiError;

/// First room for a body, bytes: most requests without a picture fit, and doubling soon reaches the others.
const FIRST_ROOM: usize = 64 << 10;

/// How much of a refused body is received and thrown away before the connection is closed all the same.
const MOST_DISCARDED: u64 = 64 << 20;

/// A received body with its share of the memory budget.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) bytes: Bytes,
    pub(super) paid: Paid,
}

/// Why a body was refused.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) error: ApiError,
    /// The rest of the body was not received: the connection cannot be used again.
    pub(super) close: bool,
}

/// Receives a body of at most `limit` bytes within `seconds`. `declared` is its Content-Length, if it has one.
pub(super) async fn receive(
    mut body: Body,
    declared: Option<u64>,
    limit: u64,
    seconds: u64,
    memory: &Memory,
) -> Result<Received, Refused> {
    let deadline = Deadline::new(seconds);
    // HTTP holds a body to the length it declared; one without is counted against the limit.
    let most = declared.unwrap_or(limit);
    let failed = if most > limit {
        Failed::TooLarge
    } else {
        match collect(&mut body, most, deadline, memory).await {
            Ok(received) => return Ok(received),
            Err(failed) => failed,
        }
    };
    Err(refused(failed, body, most, limit, deadline).await)
}

/// Receives a body within the same bounds and keeps nothing of it: for a request that its head has refused already.
///
/// # Errors
/// What is wrong with the body, which then is the answer.
pub(super) async fn pass_by(
    mut body: Body,
    declared: Option<u64>,
    limit: u64,
    seconds: u64,
) -> Result<(), Refused> {
    let deadline = Deadline::new(seconds);
    let most = declared.unwrap_or(limit);
    let failed = if most > limit {
        Failed::TooLarge
    } else {
        match count(&mut body, most, deadline).await {
            Ok(()) => return Ok(()),
            Err(failed) => failed,
        }
    };
    Err(refused(failed, body, most, limit, deadline).await)
}

/// Until when a body has to be there.
#[derive(Clone, Copy)]
struct Deadline {
    at: Instant,
    seconds: u64,
}

impl Deadline {
    fn new(seconds: u64) -> Self {
        Self { at: Instant::now() + Duration::from_secs(seconds), seconds }
    }
}

enum Failed {
    TooLarge,
    /// The budget is used up.
    NoRoom(ApiError),
    /// Nothing more can be received.
    Broken(ApiError),
}

async fn refused(failed: Failed, mut body: Body, most: u64, limit: u64, deadline: Deadline) -> Refused {
    let error = match failed {
        Failed::TooLarge => too_large(limit),
        Failed::NoRoom(error) => error,
        Failed::Broken(error) => return Refused { error, close: true },
    };
    // What claims to be longer than would be thrown away is not even begun.
    let close = most > MOST_DISCARDED || !discard(&mut body, deadline.at).await;
    Refused { error, close }
}

/// The next part of a body; `None` at its end.
async fn part(body: &mut Body, deadline: Deadline) -> Result<Option<Bytes>, Failed> {
    loop {
        let frame = timeout_at(deadline.at, body.frame()).await.map_err(|_elapsed| {
            let seconds = deadline.seconds;
            Failed::Broken(
                ApiError::new(
                    ErrorCode::RequestTimeoutException,
                    format!(
                        "The request body did not arrive in the time allowed ({seconds} s). Send the request again: over \
                         a faster connection, or with a smaller picture."
                    ),
                )
                .because("a body took too long"),
            )
        })?;
        let Some(frame) = frame else { return Ok(None) };
        let frame = frame.map_err(|error| {
            let message = "The request body ended before it was complete.";
            Failed::Broken(ApiError::new(ErrorCode::SerializationException, message).caused_by(error))
        })?;
        if let Ok(data) = frame.into_data() {
            return Ok(Some(data));
        }
    }
}

async fn count(body: &mut Body, most: u64, deadline: Deadline) -> Result<(), Failed> {
    let mut counted = 0_u64;
    while let Some(data) = part(body, deadline).await? {
        counted = counted.saturating_add(data.len() as u64);
        if counted > most {
            return Err(Failed::TooLarge);
        }
    }
    Ok(())
}

async fn collect(
    body: &mut Body,
    most: u64,
    deadline: Deadline,
    memory: &Memory,
) -> Result<Received, Failed> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let mut bytes: Vec<u8> = Vec::new();
    let mut paid = memory.pay(0).map_err(Failed::NoRoom)?;
    let mut room = 0;
    while let Some(data) = part(body, deadline).await? {
        let length = bytes.len().saturating_add(data.len());
        if length > most {
            return Err(Failed::TooLarge);
        }
        if length > room {
            // Twice as much each time, so that a body is moved a few times only and at most half is vacant.
            let larger = length.max(room.saturating_mul(2)).max(FIRST_ROOM).min(most);
            paid.join(memory.pay((larger - room) as u64).map_err(Failed::NoRoom)?);
            room = larger;
            bytes.reserve_exact(room - bytes.len());
        }
        bytes.extend_from_slice(&data);
    }
    paid.keep(bytes.len() as u64);
    bytes.shrink_to_fit();
    Ok(Received { bytes: bytes.into(), paid })
}

/// Receives and forgets the rest; `false` when it did not end in time or size.
async fn discard(body: &mut Body, deadline: Instant) -> bool {
    let mut discarded = 0;
    while discarded < MOST_DISCARDED {
        match timeout_at(deadline, body.frame()).await {
            Ok(Some(Ok(frame))) => discarded += frame.data_ref().map_or(0, |data| data.len() as u64),
            Ok(None) => return true,
            Ok(Some(Err(_))) | Err(_) => return false,
        }
    }
    false
}

fn too_large(limit: u64) -> ApiError {
    ApiError::new(
        ErrorCode::RequestEntityTooLargeException,
        format!("The request body is larger than {limit} bytes."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{StreamExt as _, stream};

    fn streamed(chunks: Vec<&'static [u8]>) -> Body {
        Body::from_stream(stream::iter(chunks.into_iter().map(Ok::<_, std::io::Error>)))
    }

    async fn receive(body: Body, declared: Option<u64>) -> Result<Received, Refused> {
        super::receive(body, declared, 8, 60, &Memory::new(1 << 20)).await
    }

    #[tokio::test]
    async fn bodies_up_to_the_limit_arrive_whole() {
        let received = receive(streamed(vec![b"abc", b"", b"defgh"]), None).await.unwrap();
        assert_eq!(&*received.bytes, b"abcdefgh");
        assert_eq!(&*receive(Body::from("ab"), Some(2)).await.unwrap().bytes, b"ab");
        assert!(receive(Body::empty(), Some(0)).await.unwrap().bytes.is_empty());
    }

    #[tokio::test]
    async fn larger_bodies_are_refused_after_they_were_received() {
        for (body, declared) in
            [(streamed(vec![b"abcdefgh", b"i"]), None), (Body::from("abcdefghi"), Some(9))]
        {
            let refused = receive(body, declared).await.unwrap_err();
            assert_eq!(refused.error.code, ErrorCode::RequestEntityTooLargeException);
            assert!(!refused.close, "the client would not have read its answer");
        }
    }

    #[tokio::test]
    async fn a_body_without_end_is_given_up() {
        let endless = Body::from_stream(stream::repeat_with(|| Ok::<_, std::io::Error>(vec![0; 1 << 20])));
        assert!(receive(endless, None).await.unwrap_err().close);
    }

    #[tokio::test]
    async fn a_body_that_stops_is_given_up_in_time() {
        let stopped = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        let refused = super::receive(stopped, Some(4), 8, 0, &Memory::new(1 << 20)).await.unwrap_err();
        assert_eq!(refused.error.code, ErrorCode::RequestTimeoutException);
        assert!(refused.close);
    }

    #[tokio::test]
    async fn a_length_beyond_reason_is_refused_before_anything_arrives() {
        let silent = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        let refused = receive(silent, Some(u64::MAX)).await.unwrap_err();
        assert_eq!(refused.error.code, ErrorCode::RequestEntityTooLargeException);
        assert!(refused.close);
    }

    #[tokio::test]
    async fn a_body_is_paid_for_as_it_arrives() {
        let memory = Memory::new(1 << 20);
        let limit = 1 << 20;
        // Declares all that there is, and sends one byte.
        let first = stream::once(async { Ok::<_, std::io::Error>(Bytes::from_static(b"{")) });
        let mut waits = Body::from_stream(first.chain(stream::pending()));
        let mut receiving = Box::pin(collect(&mut waits, limit, Deadline::new(3600), &memory));
        assert!(tokio::time::timeout(Duration::ZERO, &mut receiving).await.is_err());
        let rest = memory.pay(limit - 2 * FIRST_ROOM as u64).expect("a declared length was paid for");
        // Another body finds no room past the first step, and what it had is given back when it is refused.
        let large = || Body::from(vec![b'x'; 5 * FIRST_ROOM]);
        let refused = super::receive(large(), Some(5 * FIRST_ROOM as u64), limit, 60, &memory).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.error.code, ErrorCode::ProvisionedThroughputExceededException);
        assert!(!refused.close, "the client would not have read its answer");
        drop((rest, receiving));
        let received =
            super::receive(large(), Some(5 * FIRST_ROOM as u64), limit, 60, &memory).await.unwrap();
        assert_eq!(received.bytes.len(), 5 * FIRST_ROOM);
        // Exactly as much as it has is held, and all of it comes back.
        let others = memory.pay(limit - 5 * FIRST_ROOM as u64).unwrap();
        assert!(memory.pay(1).is_err());
        drop((received, others));
        assert!(memory.pay(limit).is_ok());
    }

    #[tokio::test]
    async fn a_body_that_is_passed_by_has_the_same_bounds() {
        let pass = |body: Body, declared, seconds| super::pass_by(body, declared, 8, seconds);
        assert!(pass(streamed(vec![b"abc", b"defgh"]), None, 60).await.is_ok());
        for (body, declared) in
            [(streamed(vec![b"abcdefgh", b"i"]), None), (Body::from("abcdefghi"), Some(9))]
        {
            let refused = pass(body, declared, 60).await.unwrap_err();
            assert_eq!(refused.error.code, ErrorCode::RequestEntityTooLargeException);
            assert!(!refused.close);
        }
        let stopped = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        let refused = pass(stopped, Some(4), 0).await.unwrap_err();
        assert_eq!(refused.error.code, ErrorCode::RequestTimeoutException);
    }

    #[tokio::test]
    async fn a_body_that_trickles_is_given_up_at_its_deadline() {
        // Something always arrives, so only the deadline of the whole body ends it.
        let trickle = Body::from_stream(
            stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(b" "))).then(|byte| async {
                tokio::task::yield_now().await;
                byte
            }),
        );
        let refused =
            super::receive(trickle, Some(1 << 30), 1 << 30, 0, &Memory::new(1 << 30)).await.unwrap_err();
        assert_eq!(refused.error.code, ErrorCode::RequestTimeoutException);
        assert!(refused.close);
    }

    #[tokio::test]
    async fn a_body_that_breaks_is_an_error() {
        let broken =
            Body::from_stream(stream::iter([Ok(Bytes::from("a")), Err(std::io::Error::other("gone"))]));
        assert!(receive(broken, Some(4)).await.unwrap_err().close);
    }
}
