//! From a request body to a checked request.
//!
//! Owns: the order of the checks and the words for a body that cannot be read. Invariant: what comes out of
//! [`Request::parse`] satisfies every constraint of the model.

use thiserror::Error;

use crate::generated::{ErrorCode, Operation, Request};
use crate::json::{self, MAX_VALUES, Mismatch, TreeError};
use crate::path::Path;
use crate::validate::{Validate, Violations};

/// Why a request body was refused. The `Display` text is the message for the client.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WireError {
    /// The body is not JSON.
    #[error("the request body is not valid JSON: line {line}, column {column}")]
    Syntax {
        /// Line of the body, from 1.
        line: usize,
        /// Column in that line, from 1.
        column: usize,
    },
    /// The body has more values than any request needs.
    #[error("the request body has more than {limit} JSON values")]
    TooManyValues {
        /// How many are allowed.
        limit: usize,
    },
    /// A value has the wrong JSON type.
    #[error("expected {expected} {}, found {found}", place(path))]
    Type {
        /// The member, as in `image.s3Object.bucket`; empty for the body itself.
        path: String,
        /// What belongs there.
        expected: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// The values break constraints of the model.
    #[error("{violations}")]
    Constraints {
        /// Which.
        violations: Violations,
    },
}

impl WireError {
    /// The code the client gets: `SerializationException` for what cannot be read, `ValidationException` for what may
    /// not be asked.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Syntax { .. } | Self::TooManyValues { .. } | Self::Type { .. } => {
                ErrorCode::SerializationException
            }
            Self::Constraints { .. } => ErrorCode::ValidationException,
        }
    }
}

/// Where in a sentence: a member's path, or the body itself.
fn place(path: &str) -> String {
    if path.is_empty() { "as the request body".to_owned() } else { format!("at '{path}'") }
}

impl From<Mismatch> for WireError {
    fn from(Mismatch { path, expected, found }: Mismatch) -> Self {
        Self::Type { path, expected, found }
    }
}

impl Request {
    /// Reads and checks the body of a request for `operation`.
    ///
    /// An empty body is `{}`; `null` members are absent; unknown members are skipped.
    ///
    /// # Errors
    /// [`WireError`], with the code and the message for the client.
    ///
    /// ```
    /// use overt_protocol::{Operation, Request};
    /// let error = Request::parse(Operation::DescribeCollection, br#"{"CollectionId":"a b"}"#).unwrap_err();
    /// assert_eq!(error.code().as_str(), "ValidationException");
    /// assert_eq!(
    ///     error.to_string(),
    ///     "1 validation error detected: Value 'a b' at 'collectionId' failed to satisfy constraint: \
    ///      Member must satisfy regular expression pattern: [a-zA-Z0-9_.\\-]+"
    /// );
    /// ```
    pub fn parse(operation: Operation, body: &[u8]) -> Result<Self, WireError> {
        let tree = json::read(body).map_err(|error| match error {
            TreeError::TooManyValues => WireError::TooManyValues { limit: MAX_VALUES },
            TreeError::Syntax { line, column } => WireError::Syntax { line, column },
        })?;
        let request = Self::from_json(operation, tree, &Path::Root)?;
        let mut violations = Violations::default();
        request.validate(&Path::Root, &mut violations);
        if violations.is_empty() { Ok(request) } else { Err(WireError::Constraints { violations }) }
    }
}
