//! A graph model carried as JavaScript: its modules, parted by zero bytes. Whatever they hold, an import ends with a model or an error, and the same bytes give
//! the same model.

#![no_main]

use libfuzzer_sys::fuzz_target;
use overt_vision::import::import_tfjs_javascript;

fuzz_target!(|bytes: &[u8]| {
    let modules: Vec<Vec<u8>> = bytes.split(|&byte| byte == 0).map(<[u8]>::to_vec).collect();
    if let Ok(model) = import_tfjs_javascript(&modules, &[]) {
        assert_eq!(import_tfjs_javascript(&modules, &[]).unwrap(), model);
        assert!(model.len() <= 16 * bytes.len() + (2 << 20), "{} bytes out of {}", model.len(), bytes.len());
    }
});
