//! An ONNX model whose size is to be freed: a model or an error, and what was freed once can be freed again without
//! changing.

#![no_main]

use libfuzzer_sys::fuzz_target;
use overt_vision::import::free_spatial_axes;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(model) = free_spatial_axes(bytes) {
        assert_eq!(free_spatial_axes(&model).unwrap(), model);
    }
});
