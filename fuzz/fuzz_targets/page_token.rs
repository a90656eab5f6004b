//! Any token: a position or an error, never a panic, and never a token that opens without having been issued.

#![no_main]

use libfuzzer_sys::fuzz_target;
use overt_protocol::{MAX_POSITION, MAX_TOKEN, Operation, PageKey, PageScope};

/// 2026-11-22T00:49:40Z.
const NOW: i64 = 1_795_308_580;

fuzz_target!(|bytes: &[u8]| {
    let key = PageKey::new([7; 32].into());
    let scope = PageScope::of(Operation::ListFaces).with("collection", b"photos");
    // As a client sends it.
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(position) = key.open(&scope, text, NOW)
    {
        // Only the seeds, which were issued under this key for this scope, and their copies get here.
        let again = (0..=1).any(|late| key.issue(&scope, &position, NOW + late).as_deref() == Some(text));
        assert!(again, "a token opened that was never issued");
    }
    // As a position that was issued.
    match key.issue(&scope, bytes, NOW + 1) {
        Some(token) => {
            assert!(token.len() <= MAX_TOKEN && bytes.len() <= MAX_POSITION);
            assert_eq!(key.open(&scope, &token, NOW).as_deref(), Ok(bytes));
            assert!(key.open(&PageScope::of(Operation::ListUsers), &token, NOW).is_err());
        }
        None => assert!(bytes.len() > MAX_POSITION),
    }
});
