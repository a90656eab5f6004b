//! AWS Signature Version 4, the verifying side.
//!
//! Owns: reading the `Authorization` header, rebuilding what the client signed, and the comparison. Refuses to know where
//! keys are kept, what time it is, and what the request asks for.
//!
//! # Use
//! 1. [`Claim::read`] on the request's [`Head`]: who the client says it is, with everything checked that needs no secret.
//! 2. Look up the secret of [`Claim::access_key_id`].
//! 3. [`verify`] with the secret (or `None`), the [`PayloadHash`] of the body as received, the time and the [`Window`].
//!
//! # Invariants
//! - Pure: the same arguments give the same answer. Nothing here allocates more than about twice the head.
//! - What the answer depends on is signed: `host`, `x-amz-date` and, if sent, `x-amz-target` must be among the signed
//!   headers. Without the last a signed `ListFaces` could be sent again as `DeleteCollection`, because the operation is
//!   named nowhere else. Other `x-amz-*` headers need no signature (a proxy may add some): the server acts on none.
//! - A header that decides something is refused if it comes twice, because the signature covers all its values and the
//!   server would act on one.
//! - Signatures are compared in constant time; [`Signature`] has no `==`.
//! - No error text holds anything of the secret, the signature or the canonical request.

mod authorization;
mod canonical;
mod clock;
mod error;
mod signature;

#[cfg(test)]
mod oracle_tests;
#[cfg(test)]
mod tests;

pub use authorization::{ALGORITHM, Claim, SERVICE};
pub use clock::{DEFAULT_SKEW_SECONDS, Window};
pub use error::SigError;
pub use signature::{PayloadHash, Signature};

/// The head of a request as it came over the wire.
///
/// Behind a proxy it must be the head the client sent: the original `Host`, path and signed headers.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// `POST`.
    pub method: &'a str,
    /// The path as sent, still percent-encoded, without the query: `/`, or `/prefix/` where one is mounted.
    pub path: &'a str,
    /// What follows the `?`, still percent-encoded; empty if there is none.
    pub query: &'a str,
    /// Every header in the order sent. Names in any case; a repeated header has several entries.
    pub headers: &'a [(&'a str, &'a [u8])],
}

impl<'a> Head<'a> {
    /// The values of a header, `name` in lower case.
    fn values<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a [u8]> + 's {
        self.headers
            .iter()
            .filter(move |(given, _)| given.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }

    /// The only value of a header that may not be repeated, `name` in lower case; `None` if it was not sent.
    fn single(&self, name: &'static str) -> Result<Option<&'a [u8]>, SigError> {
        let mut values = self.values(name);
        let first = values.next();
        if values.next().is_some() { Err(SigError::RepeatedHeader { name }) } else { Ok(first) }
    }
}

/// Decides whether the holder of `secret` sent this request now.
///
/// `secret` is the secret key that belongs to [`Claim::access_key_id`], or `None` if that id is unknown or revoked.
/// `now` is the time in seconds since 1970-01-01T00:00:00Z.
///
/// # Errors
/// [`SigError`], with the code and message for the client.
pub fn verify(
    head: &Head<'_>,
    claim: &Claim<'_>,
    payload: &PayloadHash,
    secret: Option<&str>,
    now: i64,
    window: Window,
) -> Result<(), SigError> {
    let secret = secret.ok_or(SigError::UnknownAccessKey)?;
    window.admits(claim.time(), now)?;
    if let Some(stated) = head.single("x-amz-content-sha256")?
        && !payload.is_written(stated)
    {
        return Err(SigError::PayloadHashMismatch);
    }
    let canonical = canonical::request(head, claim.signed_headers(), payload)?;
    let expected = Signature::compute(claim, &canonical, secret);
    if expected.matches(claim.signature()) { Ok(()) } else { Err(SigError::SignatureMismatch) }
}
