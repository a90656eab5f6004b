//! The wire of the Rekognition API: AWS JSON 1.1, as SDKs speak it.
//!
//! Owns: the types of all 75 operations, the constraints of the model, errors as clients see them, page tokens, and
//! SigV4 verification. Refuses to know what a face is, what time it is, who may do what, and how bytes travel: the crate does
//! no I/O, reads no clock and makes no random numbers; times, ids and secrets come in as arguments.
//!
//! A server uses it in this order:
//!
//! 1. [`Operation::from_target`] on the `X-Amz-Target` header.
//! 2. [`sigv4`] on the head of the request and the SHA-256 of its body.
//! 3. [`Request::parse`] on the body: the result satisfies every constraint of the model.
//! 4. One exhaustive `match` over [`Request`]; the answer is the operation's response structure, written with
//!    `serde_json` (absent members are left out).
//! 5. On failure [`ErrorCode::body`] with [`ErrorCode::status`].
//!
//! [`generated`] is written by `cargo xtask codegen` from the public service model and never by hand.

#[allow(
    clippy::single_match,
    reason = "the generator writes one form for structures of one member and of many"
)]
pub mod generated;
pub mod sigv4;

mod blob;
mod call;
mod error;
mod json;
mod open_enum;
mod page;
mod parse;
mod path;
mod pattern;
mod timestamp;
mod validate;

pub use blob::Blob;
pub use call::Call;
pub use generated::{ErrorCode, Operation, Request};
pub use json::MAX_VALUES;
pub use page::{MAX_POSITION, MAX_TOKEN, PageKey, PageScope, PageTokenError};
pub use parse::WireError;
pub use path::Path;
pub use pattern::Pattern;
pub use timestamp::Timestamp;
pub use validate::{Floats, Integers, Length, MAX_ECHO, MAX_LISTED, Text, Validate, Violations};
