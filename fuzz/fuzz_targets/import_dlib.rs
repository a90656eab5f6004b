//! dlib's shards: a weights manifest and, after the first zero byte, the numbers. An import ends with a model or an error.

#![no_main]

use libfuzzer_sys::fuzz_target;
use overt_vision::import::import_dlib_shards;

fuzz_target!(|bytes: &[u8]| {
    let (json, shards) = match bytes.iter().position(|&byte| byte == 0) {
        Some(end) => (&bytes[..end], &bytes[end + 1..]),
        None => (bytes, &[][..]),
    };
    drop(import_dlib_shards(json, shards));
});
