//! A graph model's topology and, after the first zero byte, its shards: whatever they hold, an import ends with a model
//! or an error, and the same bytes give the same model.

#![no_main]

use libfuzzer_sys::fuzz_target;
use overt_vision::import::import_tfjs;

fuzz_target!(|bytes: &[u8]| {
    // JSON text holds no zero byte, so the first one can part the two files.
    let (json, shards) = match bytes.iter().position(|&byte| byte == 0) {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &[][..]),
    };
    if let Ok(model) = import_tfjs(json, shards, &[]) {
        assert_eq!(import_tfjs(json, shards, &[]).unwrap(), model);
        // Four bytes for each byte of the shards, rearranged copies, and what a topology's text needs.
        assert!(model.len() <= 16 * bytes.len() + (2 << 20), "{} bytes out of {}", model.len(), bytes.len());
    }
});
