// Written by `cargo xtask codegen` from the service model; do not edit.

//! Error codes: the model's exceptions, and the front end's.

/// The code of an error, as the client sees it in `__type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErrorCode {
    /// `AccessDeniedException`: 400, modelled.
    AccessDeniedException,
    /// `ConflictException`: 400, modelled.
    ConflictException,
    /// `ExpiredTokenException`: 400, front end.
    ExpiredTokenException,
    /// `HumanLoopQuotaExceededException`: 402, modelled.
    HumanLoopQuotaExceededException,
    /// `IdempotentParameterMismatchException`: 400, modelled.
    IdempotentParameterMismatchException,
    /// `ImageTooLargeException`: 400, modelled.
    ImageTooLargeException,
    /// `IncompleteSignatureException`: 400, front end.
    IncompleteSignatureException,
    /// `InternalServerError`: 500, modelled.
    InternalServerError,
    /// `InvalidImageFormatException`: 400, modelled.
    InvalidImageFormatException,
    /// `InvalidManifestException`: 400, modelled.
    InvalidManifestException,
    /// `InvalidPaginationTokenException`: 400, modelled.
    InvalidPaginationTokenException,
    /// `InvalidParameterException`: 400, modelled.
    InvalidParameterException,
    /// `InvalidPolicyRevisionIdException`: 400, modelled.
    InvalidPolicyRevisionIdException,
    /// `InvalidS3ObjectException`: 400, modelled.
    InvalidS3ObjectException,
    /// `InvalidSignatureException`: 400, front end.
    InvalidSignatureException,
    /// `LimitExceededException`: 400, modelled.
    LimitExceededException,
    /// `MalformedPolicyDocumentException`: 400, modelled.
    MalformedPolicyDocumentException,
    /// `MissingAuthenticationTokenException`: 400, front end.
    MissingAuthenticationTokenException,
    /// `NotImplementedException`: 501, front end.
    NotImplementedException,
    /// `ProvisionedThroughputExceededException`: 400, modelled.
    ProvisionedThroughputExceededException,
    /// `RequestEntityTooLargeException`: 413, front end.
    RequestEntityTooLargeException,
    /// `RequestTimeoutException`: 408, front end.
    RequestTimeoutException,
    /// `ResourceAlreadyExistsException`: 400, modelled.
    ResourceAlreadyExistsException,
    /// `ResourceInUseException`: 400, modelled.
    ResourceInUseException,
    /// `ResourceNotFoundException`: 400, modelled.
    ResourceNotFoundException,
    /// `ResourceNotReadyException`: 400, modelled.
    ResourceNotReadyException,
    /// `SerializationException`: 400, front end.
    SerializationException,
    /// `ServiceQuotaExceededException`: 400, modelled.
    ServiceQuotaExceededException,
    /// `SessionNotFoundException`: 400, modelled.
    SessionNotFoundException,
    /// `ThrottlingException`: 500, modelled.
    ThrottlingException,
    /// `UnknownOperationException`: 400, front end.
    UnknownOperationException,
    /// `UnrecognizedClientException`: 400, front end.
    UnrecognizedClientException,
    /// `ValidationException`: 400, front end.
    ValidationException,
    /// `VideoTooLargeException`: 400, modelled.
    VideoTooLargeException,
}

impl ErrorCode {
    /// Every code, by name.
    pub const ALL: &'static [Self] = &[
        Self::AccessDeniedException,
        Self::ConflictException,
        Self::ExpiredTokenException,
        Self::HumanLoopQuotaExceededException,
        Self::IdempotentParameterMismatchException,
        Self::ImageTooLargeException,
        Self::IncompleteSignatureException,
        Self::InternalServerError,
        Self::InvalidImageFormatException,
        Self::InvalidManifestException,
        Self::InvalidPaginationTokenException,
        Self::InvalidParameterException,
        Self::InvalidPolicyRevisionIdException,
        Self::InvalidS3ObjectException,
        Self::InvalidSignatureException,
        Self::LimitExceededException,
        Self::MalformedPolicyDocumentException,
        Self::MissingAuthenticationTokenException,
        Self::NotImplementedException,
        Self::ProvisionedThroughputExceededException,
        Self::RequestEntityTooLargeException,
        Self::RequestTimeoutException,
        Self::ResourceAlreadyExistsException,
        Self::ResourceInUseException,
        Self::ResourceNotFoundException,
        Self::ResourceNotReadyException,
        Self::SerializationException,
        Self::ServiceQuotaExceededException,
        Self::SessionNotFoundException,
        Self::ThrottlingException,
        Self::UnknownOperationException,
        Self::UnrecognizedClientException,
        Self::ValidationException,
        Self::VideoTooLargeException,
    ];

    /// The code as it stands on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessDeniedException => "AccessDeniedException",
            Self::ConflictException => "ConflictException",
            Self::ExpiredTokenException => "ExpiredTokenException",
            Self::HumanLoopQuotaExceededException => "HumanLoopQuotaExceededException",
            Self::IdempotentParameterMismatchException => "IdempotentParameterMismatchException",
            Self::ImageTooLargeException => "ImageTooLargeException",
            Self::IncompleteSignatureException => "IncompleteSignatureException",
            Self::InternalServerError => "InternalServerError",
            Self::InvalidImageFormatException => "InvalidImageFormatException",
            Self::InvalidManifestException => "InvalidManifestException",
            Self::InvalidPaginationTokenException => "InvalidPaginationTokenException",
            Self::InvalidParameterException => "InvalidParameterException",
            Self::InvalidPolicyRevisionIdException => "InvalidPolicyRevisionIdException",
            Self::InvalidS3ObjectException => "InvalidS3ObjectException",
            Self::InvalidSignatureException => "InvalidSignatureException",
            Self::LimitExceededException => "LimitExceededException",
            Self::MalformedPolicyDocumentException => "MalformedPolicyDocumentException",
            Self::MissingAuthenticationTokenException => "MissingAuthenticationTokenException",
            Self::NotImplementedException => "NotImplementedException",
            Self::ProvisionedThroughputExceededException => "ProvisionedThroughputExceededException",
            Self::RequestEntityTooLargeException => "RequestEntityTooLargeException",
            Self::RequestTimeoutException => "RequestTimeoutException",
            Self::ResourceAlreadyExistsException => "ResourceAlreadyExistsException",
            Self::ResourceInUseException => "ResourceInUseException",
            Self::ResourceNotFoundException => "ResourceNotFoundException",
            Self::ResourceNotReadyException => "ResourceNotReadyException",
            Self::SerializationException => "SerializationException",
            Self::ServiceQuotaExceededException => "ServiceQuotaExceededException",
            Self::SessionNotFoundException => "SessionNotFoundException",
            Self::ThrottlingException => "ThrottlingException",
            Self::UnknownOperationException => "UnknownOperationException",
            Self::UnrecognizedClientException => "UnrecognizedClientException",
            Self::ValidationException => "ValidationException",
            Self::VideoTooLargeException => "VideoTooLargeException",
        }
    }

    /// The code with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == name)
    }

    /// The HTTP status the error is sent with.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::AccessDeniedException
            | Self::ConflictException
            | Self::ExpiredTokenException
            | Self::IdempotentParameterMismatchException
            | Self::ImageTooLargeException
            | Self::IncompleteSignatureException
            | Self::InvalidImageFormatException
            | Self::InvalidManifestException
            | Self::InvalidPaginationTokenException
            | Self::InvalidParameterException
            | Self::InvalidPolicyRevisionIdException
            | Self::InvalidS3ObjectException
            | Self::InvalidSignatureException
            | Self::LimitExceededException
            | Self::MalformedPolicyDocumentException
            | Self::MissingAuthenticationTokenException
            | Self::ProvisionedThroughputExceededException
            | Self::ResourceAlreadyExistsException
            | Self::ResourceInUseException
            | Self::ResourceNotFoundException
            | Self::ResourceNotReadyException
            | Self::SerializationException
            | Self::ServiceQuotaExceededException
            | Self::SessionNotFoundException
            | Self::UnknownOperationException
            | Self::UnrecognizedClientException
            | Self::ValidationException
            | Self::VideoTooLargeException => 400,
            Self::HumanLoopQuotaExceededException => 402,
            Self::RequestTimeoutException => 408,
            Self::RequestEntityTooLargeException => 413,
            Self::InternalServerError | Self::ThrottlingException => 500,
            Self::NotImplementedException => 501,
        }
    }

    /// Whether AWS's SDKs send the request again by themselves.
    #[must_use]
    pub const fn is_retried(self) -> bool {
        matches!(
            self,
            Self::InternalServerError
                | Self::LimitExceededException
                | Self::ProvisionedThroughputExceededException
                | Self::RequestTimeoutException
                | Self::ThrottlingException
        )
    }

    /// Whether the service model defines the code; the others are the front end's.
    #[must_use]
    pub const fn is_modelled(self) -> bool {
        !matches!(
            self,
            Self::ExpiredTokenException
                | Self::IncompleteSignatureException
                | Self::InvalidSignatureException
                | Self::MissingAuthenticationTokenException
                | Self::NotImplementedException
                | Self::RequestEntityTooLargeException
                | Self::RequestTimeoutException
                | Self::SerializationException
                | Self::UnknownOperationException
                | Self::UnrecognizedClientException
                | Self::ValidationException
        )
    }
}
