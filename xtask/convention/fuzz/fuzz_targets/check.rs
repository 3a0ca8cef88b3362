//! Fuzz target: `inspect` and `check` do not panic on any bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use polyreactor_convention::{CheckOptions, check, inspect};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(inspection) = inspect(bytes) {
        for diagnostic in check(&inspection, &CheckOptions::default()) {
            assert!(!diagnostic.to_string().is_empty());
        }
    }
});
