//! Any bytes as a picture: refused with an error, or decoded to exactly the pixels that its size promises.
//!
//! The limits are small, so that the fuzzer looks for faults and not for large pictures; what they bound is asserted
//! by the memory limit that the fuzzer itself is run with (`-rss_limit_mb`).

#![no_main]

use libfuzzer_sys::fuzz_target;
use overt_vision::{DecodeLimits, Picture};

fuzz_target!(|bytes: &[u8]| {
    let limits = DecodeLimits { min_side: 1, max_side: 4096, max_pixels: 1 << 20, max_memory: 32 << 20 };
    if let Ok(picture) = Picture::decode(bytes, &limits) {
        let pixels = u64::from(picture.width()) * u64::from(picture.height());
        assert!(pixels > 0 && pixels <= limits.max_pixels);
        assert_eq!(picture.rgb().len() as u64, 3 * pixels);
    }
});
