//! Errors as the client sees them.
//!
//! Owns: the exact JSON body of each error code. Refuses to know when an error is raised; see `docs/errors.md`.
//! Invariant: `__type` is always in the body, because boto3 finds the error nowhere else.

use serde::Serialize;

use crate::generated::ErrorCode;

impl ErrorCode {
    /// The body of the error's response, to be sent with [`ErrorCode::status`].
    ///
    /// `logref` is a fresh UUID that the server also logs; only the codes that the model defines carry it. Front-end
    /// errors, which no operation models, have a lower-case `message` and nothing else.
    ///
    /// ```
    /// use overt_protocol::ErrorCode;
    /// let body = ErrorCode::ValidationException.body("1 validation error detected: …", "");
    /// assert_eq!(body, r#"{"__type":"ValidationException","message":"1 validation error detected: …"}"#.as_bytes());
    /// ```
    #[must_use]
    pub fn body(self, message: &str, logref: &str) -> Vec<u8> {
        let name = self.as_str();
        let body = if self.is_modelled() {
            serde_json::to_vec(&Modelled { r#type: name, code: name, logref, message })
        } else {
            serde_json::to_vec(&FrontEnd { r#type: name, message })
        };
        // Writing strings to memory cannot fail; were it to, the status alone still tells the client.
        body.unwrap_or_default()
    }
}

#[derive(Serialize)]
struct Modelled<'a> {
    #[serde(rename = "__type")]
    r#type: &'a str,
    #[serde(rename = "Code")]
    code: &'a str,
    #[serde(rename = "Logref")]
    logref: &'a str,
    #[serde(rename = "Message")]
    message: &'a str,
}

#[derive(Serialize)]
struct FrontEnd<'a> {
    #[serde(rename = "__type")]
    r#type: &'a str,
    message: &'a str,
}

#[cfg(test)]
mod tests {
    use super::ErrorCode;

    #[test]
    fn a_modelled_error_has_the_documented_body() {
        let body = ErrorCode::InvalidS3ObjectException
            .body("Request has invalid S3 object.", "5022229e-7e48-11e9-9ad1-854a4567eb71");
        assert_eq!(
            String::from_utf8(body).unwrap(),
            r#"{"__type":"InvalidS3ObjectException","Code":"InvalidS3ObjectException","Logref":"5022229e-7e48-11e9-9ad1-854a4567eb71","Message":"Request has invalid S3 object."}"#
        );
    }

    #[test]
    fn a_message_is_escaped() {
        let body = ErrorCode::SerializationException.body("\"\n", "unused");
        assert_eq!(body, br#"{"__type":"SerializationException","message":"\"\n"}"#);
    }

    #[test]
    fn names_and_codes_agree() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::from_name(code.as_str()), Some(*code));
            assert!((400..600).contains(&code.status()), "{code:?}");
        }
    }
}
