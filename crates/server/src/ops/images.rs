//! Images of a request: the bytes in it, or the object it names.
//!
//! Owns the rule which of the two a request may have, the size limits, and the errors the API documents for them.
//! Refuses to know what a picture shows.
//!
//! # Invariants
//! - Exactly one of `Bytes` and `S3Object`.
//! - An object is paid for from the memory budget before it is fetched.
//! - A picture holds its share of the budget until it is dropped, wherever it is by then.

use std::sync::Arc;

use bytes::Bytes;
use overt_protocol::ErrorCode;
use overt_protocol::generated::{Image, S3Object};

use super::Services;
use crate::engine::EngineError;
use crate::error::ApiError;
use crate::http::Paid;
use crate::objects::{MAX_OBJECT, ObjectError, ObjectName};
use crate::recognition::RecognitionError;

/// The documented message where the object cannot be had, for whatever reason.
const NO_OBJECT: &str =
    "Unable to get object metadata from S3. Check object key, region and/or access permissions.";

/// An encoded picture, with its share of the memory budget while it lives.
pub(super) struct Encoded {
    bytes: Bytes,
    /// For bytes that came in the request, the share of its body.
    _paid: Option<Arc<Paid>>,
}

impl AsRef<[u8]> for Encoded {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The picture of a required image member; `member` is its name, for messages.
pub(super) async fn load(
    image: Option<Image>,
    member: &str,
    services: &Services,
) -> Result<Encoded, ApiError> {
    let Image { bytes, s3_object } = image.unwrap_or_default();
    match (bytes, s3_object) {
        (Some(bytes), None) => Ok(Encoded { bytes: bytes.into_vec().into(), _paid: services.body.clone() }),
        (None, Some(object)) => fetch(object, services).await,
        (Some(_), Some(_)) => Err(invalid(member, "holds both Bytes and S3Object, exactly one is allowed")),
        (None, None) => Err(invalid(member, "holds neither Bytes nor S3Object, one is needed")),
    }
}

fn invalid(member: &str, reason: &str) -> ApiError {
    ApiError::new(
        ErrorCode::InvalidParameterException,
        format!("Request has invalid parameters. {member} {reason}."),
    )
}

async fn fetch(object: S3Object, services: &Services) -> Result<Encoded, ApiError> {
    let S3Object { bucket, name, version } = object;
    let (Some(bucket), Some(key)) = (bucket, name) else {
        return Err(ApiError::new(
            ErrorCode::InvalidS3ObjectException,
            "Request has invalid S3 object. Bucket and Name are needed.",
        ));
    };
    let mut paid = services.memory.pay(MAX_OBJECT)?;
    let name = ObjectName { bucket, key, version };
    let bytes = services.objects.fetch(&name).await?;
    if bytes.is_empty() {
        return Err(not_an_image("The object is empty"));
    }
    paid.keep(bytes.len() as u64);
    Ok(Encoded { bytes, _paid: Some(Arc::new(paid)) })
}

/// Not a picture; `why` is a sentence of ours without its full stop.
fn not_an_image(why: &str) -> ApiError {
    ApiError::new(ErrorCode::InvalidImageFormatException, format!("Request has invalid image format. {why}."))
}

impl From<ObjectError> for ApiError {
    fn from(error: ObjectError) -> Self {
        let (code, message) = match &error {
            ObjectError::TooLarge { .. } => {
                (ErrorCode::ImageTooLargeException, format!("Image size is too large. {error}"))
            }
            // The caller is authenticated, and a bucket's absence is the operator's most likely mistake.
            ObjectError::NoBucket => (
                ErrorCode::InvalidS3ObjectException,
                format!("{NO_OBJECT} This server has no such bucket in its configuration."),
            ),
            ObjectError::BadKey { .. } | ObjectError::NoVersions { .. } => {
                (ErrorCode::InvalidS3ObjectException, format!("Request has invalid S3 object. {error}"))
            }
            ObjectError::Store { .. } | ObjectError::Timeout { .. } => {
                (ErrorCode::InvalidS3ObjectException, NO_OBJECT.to_owned())
            }
        };
        Self::new(code, message).caused_by(error)
    }
}

impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> Self {
        use overt_vision::{DecodeError, VisionError};
        match &error {
            EngineError::Picture(DecodeError::NotAnImage) => {
                not_an_image("It is neither a JPEG nor a PNG file").caused_by(error)
            }
            // A decoder's reason may quote bytes of the picture, and those are not for the log.
            EngineError::Picture(DecodeError::Corrupt { format, .. }) => {
                not_an_image(&format!("The {format} file is damaged or ends early"))
                    .because(format!("the {format} file is damaged"))
            }
            EngineError::Picture(DecodeError::TooLarge { .. }) => Self::new(
                ErrorCode::ImageTooLargeException,
                format!("Image size is too large: {}", chain(&error)),
            ),
            // The API documents the minimum without an error for it; the parameter is what is wrong.
            EngineError::Picture(DecodeError::TooSmall { .. }) => Self::new(
                ErrorCode::InvalidParameterException,
                format!("Request has invalid parameters: {}", chain(&error)),
            ),
            EngineError::Vision(VisionError::Version(unknown)) => {
                RecognitionError::from(unknown.clone()).into()
            }
            EngineError::Vision(_) => Self::internal("an analysis failed").caused_by(error),
        }
    }
}

/// The cause's own words: sizes and limits, which the client may know.
fn chain(error: &EngineError) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}
