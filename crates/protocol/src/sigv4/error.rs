//! Why a signature is refused, in words for the client.
//!
//! Owns: the messages, as close to AWS's as is known, and the error code of each. Invariant: no message repeats more of
//! the request than a date or the name of a header.

use thiserror::Error;

use crate::generated::ErrorCode;

/// A request that is not authenticated. The `Display` text is the message for the client.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SigError {
    /// There is no `Authorization` header.
    #[error("Missing Authentication Token")]
    MissingAuthorization,
    /// The query holds a signature; this API is signed in the `Authorization` header only.
    #[error(
        "Missing Authentication Token: requests signed in the query are not accepted, sign the Authorization header"
    )]
    PresignedQuery,
    /// The `Authorization` header is not of the form that SigV4 gives it.
    #[error("Authorization header is not valid: {reason}")]
    MalformedAuthorization {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// There is no `X-Amz-Date` header, or it is not written `YYYYMMDD'T'HHMMSS'Z'`.
    #[error("Authorization header requires an 'X-Amz-Date' header in the form YYYYMMDD'T'HHMMSS'Z'")]
    BadDate,
    /// A header that decides something was sent more than once.
    #[error("Header '{name}' must not be sent more than once")]
    RepeatedHeader {
        /// Its name, in lower case.
        name: &'static str,
    },
    /// A header that must be signed is not among the signed headers.
    #[error("'{name}' must be a 'SignedHeader' in the AWS Authorization.")]
    UnsignedHeader {
        /// Its name, in lower case.
        name: &'static str,
    },
    /// A header is listed as signed and was not sent.
    #[error("A header listed in 'SignedHeaders' is missing from the request.")]
    MissingSignedHeader,
    /// The credential is for another service.
    #[error("Credential should be scoped to correct service: 'rekognition'.")]
    WrongService,
    /// The day of the credential scope is not that of the request.
    #[error(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{scope}' != '{date}'."
    )]
    ScopeDate {
        /// The day in the scope.
        scope: String,
        /// The day in the request's date.
        date: String,
    },
    /// The request has a session token, and this server issues none.
    #[error(
        "The security token included in the request is invalid. This server knows no session tokens: use an access key and secret without one."
    )]
    SessionToken,
    /// Nobody has this access key id.
    #[error("The security token included in the request is invalid.")]
    UnknownAccessKey,
    /// The request was signed too long ago.
    #[error("Signature expired: {signed} is now earlier than {limit} ({now} - {minutes} min.)")]
    Expired {
        /// When the request says it was signed.
        signed: String,
        /// The earliest date accepted now.
        limit: String,
        /// The server's time.
        now: String,
        /// Width of the window in minutes.
        minutes: String,
    },
    /// The request was signed in the future.
    #[error("Signature not yet current: {signed} is still later than {limit} ({now} + {minutes} min.)")]
    NotYetCurrent {
        /// When the request says it was signed.
        signed: String,
        /// The latest date accepted now.
        limit: String,
        /// The server's time.
        now: String,
        /// Width of the window in minutes.
        minutes: String,
    },
    /// `X-Amz-Content-Sha256` is not the hash of the body.
    #[error("The provided 'x-amz-content-sha256' header does not match what was computed.")]
    PayloadHashMismatch,
    /// The signature is not the one that the secret gives.
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method."
    )]
    SignatureMismatch,
}

impl SigError {
    /// The error code the client gets.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::MissingAuthorization | Self::PresignedQuery => {
                ErrorCode::MissingAuthenticationTokenException
            }
            Self::MalformedAuthorization { .. } | Self::BadDate | Self::RepeatedHeader { .. } => {
                ErrorCode::IncompleteSignatureException
            }
            Self::SessionToken | Self::UnknownAccessKey => ErrorCode::UnrecognizedClientException,
            Self::UnsignedHeader { .. }
            | Self::MissingSignedHeader
            | Self::WrongService
            | Self::ScopeDate { .. }
            | Self::Expired { .. }
            | Self::NotYetCurrent { .. }
            | Self::PayloadHashMismatch
            | Self::SignatureMismatch => ErrorCode::InvalidSignatureException,
        }
    }
}
