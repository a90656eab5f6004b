//! Any head: a claim or an error, never a panic, and never a request that verifies under a secret nobody signed with.
//!
//! The lines of the input are the method, the path, the query, and then headers as `name:value`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use overt_protocol::sigv4::{Claim, Head, PayloadHash, SigError, Window, verify};

/// 2026-11-22T00:49:40Z, the date in the seeds, so that the way past the clock is open.
const NOW: i64 = 1_795_308_580;

fuzz_target!(|bytes: &[u8]| {
    let mut lines = bytes.split(|&byte| byte == b'\n');
    let mut text = || lines.next().and_then(|line| std::str::from_utf8(line).ok()).unwrap_or("");
    let (method, path, query) = (text(), text(), text());
    let headers: Vec<(&str, &[u8])> = lines
        .filter_map(|line| {
            let colon = line.iter().position(|&byte| byte == b':')?;
            Some((std::str::from_utf8(&line[..colon]).ok()?, &line[colon + 1..]))
        })
        .collect();
    let head = Head { method, path, query, headers: &headers };
    let Ok(claim) = Claim::read(&head) else { return };
    assert!(!claim.access_key_id().is_empty() && !claim.region().is_empty());
    let payload = PayloadHash::of(b"{}");
    let unknown = verify(&head, &claim, &payload, None, NOW, Window::default());
    assert_eq!(unknown, Err(SigError::UnknownAccessKey));
    assert!(verify(&head, &claim, &payload, Some("a secret of nobody"), NOW, Window::default()).is_err());
});
