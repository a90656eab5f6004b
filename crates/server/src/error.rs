//! The one error of the edge: what the client is told, and what the log is told.
//!
//! Owns the pairing of the two messages. Refuses to know when an error is raised and how it is sent.
//!
//! # Invariants
//! - `message` is for the client: it names members, limits and what to do, never files, hosts or secrets.
//! - `internal` and `source` go to the log only.

use std::error::Error as StdError;

use overt_protocol::ErrorCode;

/// Any failure of a request.
#[derive(Debug, thiserror::Error)]
#[error("{}: {message}", code.as_str())]
pub struct ApiError {
    /// The code on the wire.
    pub code: ErrorCode,
    /// The message on the wire.
    pub message: String,
    /// The status, where it is not the code's own.
    pub status: Option<u16>,
    /// What kind of refusal by the rules it is, if it is one: a word of a closed list, for the ledger.
    pub denied: Option<&'static str>,
    /// What only the operator may read.
    pub internal: Option<String>,
    /// The cause.
    pub source: Option<Box<dyn StdError + Send + Sync>>,
}

impl ApiError {
    /// An error with a message for the client.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), status: None, denied: None, internal: None, source: None }
    }

    /// Something failed here that is not the client's doing.
    pub fn internal(what: impl Into<String>) -> Self {
        Self::new(ErrorCode::InternalServerError, "Internal server error").because(what)
    }

    /// Adds what only the log is told.
    #[must_use]
    pub fn because(mut self, internal: impl Into<String>) -> Self {
        self.internal = Some(internal.into());
        self
    }

    /// Adds the cause, for the log.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Says that the rules refused, and for what kind of reason.
    #[must_use]
    pub fn denied(mut self, reason: &'static str) -> Self {
        self.denied = Some(reason);
        self
    }

    /// Sends the error with another status than its code's.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// The HTTP status to send.
    #[must_use]
    pub fn http_status(&self) -> u16 {
        self.status.unwrap_or_else(|| self.code.status())
    }

    /// `internal` and the whole chain of causes on one line, for the log.
    #[must_use]
    pub fn details(&self) -> String {
        let mut parts: Vec<String> = self.internal.iter().cloned().collect();
        let mut cause = self.source.as_deref().map(|source| source as &dyn StdError);
        while let Some(error) = cause {
            parts.push(error.to_string());
            cause = error.source();
        }
        parts.join(": ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_gets_the_chain_and_the_client_does_not() {
        let deepest = std::io::Error::other("disk on fire");
        let error = ApiError::internal("while reading").caused_by(deepest);
        assert_eq!(error.details(), "while reading: disk on fire");
        assert_eq!(error.message, "Internal server error");
        assert!(!error.to_string().contains("fire"));
    }
}
