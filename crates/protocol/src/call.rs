//! The tie between an operation, its request and its response.

use serde::Serialize;

use crate::generated::Operation;
use crate::validate::Validate;

/// A request structure. Implemented by generated code for each operation's input.
pub trait Call: Validate + Serialize {
    /// The operation it asks for.
    const OPERATION: Operation;
    /// What the operation answers.
    type Response: Serialize;
}

impl Operation {
    /// The operation an `X-Amz-Target` header names, or `None`. Routing looks at nothing else.
    ///
    /// ```
    /// use overt_protocol::Operation;
    /// assert_eq!(Operation::from_target("RekognitionService.DetectFaces"), Some(Operation::DetectFaces));
    /// assert_eq!(Operation::from_target("DetectFaces"), None);
    /// ```
    #[must_use]
    pub fn from_target(target: &str) -> Option<Self> {
        Self::from_name(target.strip_prefix("RekognitionService.")?)
    }
}
