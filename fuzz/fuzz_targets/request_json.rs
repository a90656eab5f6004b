//! Any body for any operation: an error with a short message, or a request that is the same when written and read again.
//!
//! The first byte picks the operation, the rest is the body.

#![no_main]

use libfuzzer_sys::fuzz_target;
use overt_protocol::{Operation, Request};

/// Ten violations of 128 echoed characters each, escapes and the longest pattern and enumeration counted generously.
const LONGEST_MESSAGE: usize = 32 << 10;

fuzz_target!(|bytes: &[u8]| {
    let Some((&pick, body)) = bytes.split_first() else { return };
    let operation = Operation::ALL[usize::from(pick) % Operation::ALL.len()];
    match Request::parse(operation, body) {
        Ok(request) => {
            assert_eq!(request.operation(), operation);
            let written = serde_json::to_vec(&request).unwrap();
            assert_eq!(Request::parse(operation, &written).unwrap(), request);
        }
        Err(error) => assert!(error.to_string().len() < LONGEST_MESSAGE),
    }
});
