//! What a store said when it did not give an object, in our words.
//!
//! Owns what of it may be told to the log. The library's own errors quote the object's key and the store's whole answer.
//!
//! # Invariants
//! - Made of closed lists, numbers, and the store's error code as far as it is a word of letters: no name that a client
//!   chose gets in.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use object_store::client::{HttpError, HttpErrorKind};

/// Longest error code that is told. S3's longest has some thirty letters.
const LONGEST_CODE: usize = 64;

/// A store's refusal or failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What kind of failure it is.
    pub what: &'static str,
    /// HTTP status, where there was an answer that is not told by `what` alone.
    pub status: Option<u16>,
    /// The store's own code (`NoSuchKey`).
    pub code: Option<String>,
    /// The system's kind of error, or the HTTP client's.
    pub cause: Option<String>,
}

impl Said {
    /// What `error` may tell.
    pub(super) fn of(error: &object_store::Error) -> Self {
        use object_store::Error as E;
        let (what, source): (_, Option<&(dyn StdError + 'static)>) = match error {
            E::NotFound { source, .. } => ("not found", Some(&**source)),
            E::PermissionDenied { source, .. } => ("forbidden", Some(&**source)),
            E::Unauthenticated { source, .. } => ("our credentials were not accepted", Some(&**source)),
            E::Precondition { source, .. } | E::NotModified { source, .. } => {
                ("a condition did not hold", Some(&**source))
            }
            E::NotSupported { source } => ("not supported", Some(&**source)),
            E::NotImplemented { .. } => ("not supported", None),
            E::Generic { source, .. } => ("failed", Some(&**source)),
            _ => ("failed", error.source()),
        };
        let text = source.map(ToString::to_string).unwrap_or_default();
        Self { what, status: status(&text), code: code(&text), cause: source.and_then(cause) }
    }

    /// What the system's refusal to open or read a file may tell.
    pub(super) fn of_system(kind: io::ErrorKind) -> Self {
        let (what, cause) = match kind {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ("not found", None),
            io::ErrorKind::PermissionDenied => ("forbidden", None),
            other => ("failed", Some(other.to_string())),
        };
        Self { what, status: None, code: None, cause }
    }

    /// What has the name is a folder, a pipe or a device.
    pub(super) fn no_file() -> Self {
        Self { what: "not a file", status: None, code: None, cause: None }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)?;
        let status = self.status.map(|status| format!("HTTP {status}"));
        let more: Vec<_> =
            [&status, &self.code, &self.cause].into_iter().flatten().map(String::as_str).collect();
        if more.is_empty() { Ok(()) } else { write!(f, " ({})", more.join(", ")) }
    }
}

/// The library keeps the type that has the number to itself.
fn status(text: &str) -> Option<u16> {
    let (_, rest) = text.rsplit_once("status code: ")?;
    rest.get(..3)?.parse().ok().filter(|status| (100..=599).contains(status))
}

/// The code in S3's answer.
fn code(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("<Code>")?;
    let (code, _) = rest.split_once("</Code>")?;
    let word =
        !code.is_empty() && code.len() <= LONGEST_CODE && code.bytes().all(|b| b.is_ascii_alphabetic());
    word.then(|| code.to_owned())
}

/// The deepest cause that is of a closed list.
fn cause(error: &(dyn StdError + 'static)) -> Option<String> {
    let mut found = None;
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            found = Some(error.kind().to_string());
        } else if let Some(error) = error.downcast_ref::<HttpError>() {
            found = Some(
                match error.kind() {
                    HttpErrorKind::Connect => "no connection",
                    HttpErrorKind::Request => "the request could not be sent",
                    HttpErrorKind::Timeout => "timed out",
                    HttpErrorKind::Interrupted => "cut off",
                    HttpErrorKind::Decode => "the answer cannot be read",
                    HttpErrorKind::Unknown => "unknown",
                    _ => "other",
                }
                .to_owned(),
            );
        }
        next = error.source();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generic(text: &str) -> object_store::Error {
        object_store::Error::Generic { store: "S3", source: text.into() }
    }

    #[test]
    fn an_answer_is_told_by_status_and_code() {
        let text = "Error performing GET http://127.0.0.1:9/photos/passport.jpg in 1ms - Server returned non-2xx status \
                    code: 503 Service Unavailable: <Error><Code>SlowDown</Code><Key>passport.jpg</Key></Error>";
        assert_eq!(Said::of(&generic(text)).to_string(), "failed (HTTP 503, SlowDown)");
    }

    #[test]
    fn names_do_not_get_in() {
        for text in [
            "Object at location passport.jpg",
            "status code: passport.jpg",
            "status code: 9999",
            "<Code>passport.jpg</Code>",
            "<Code></Code>",
            "status code: ",
            "status code: é",
        ] {
            assert_eq!(Said::of(&generic(text)).to_string(), "failed", "{text}");
        }
    }

    #[test]
    fn the_systems_reason_is_told() {
        let source = Box::new(io::Error::new(io::ErrorKind::PermissionDenied, "/srv/photos/passport.jpg"));
        let error = object_store::Error::Generic { store: "LocalFileSystem", source };
        assert_eq!(Said::of(&error).to_string(), "failed (permission denied)");
    }
}
