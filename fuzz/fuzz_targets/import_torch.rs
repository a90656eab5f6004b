//! A file of torch tensors: five pickles, then the numbers. Whatever it holds, the import ends with a model or an error; nothing of it is run.

#![no_main]

use libfuzzer_sys::fuzz_target;
use overt_vision::import::import_efficientnet_lite2;

fuzz_target!(|bytes: &[u8]| {
    drop(import_efficientnet_lite2(bytes));
});
