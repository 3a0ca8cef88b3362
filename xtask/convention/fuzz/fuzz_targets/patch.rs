//! Fuzz target: for any bytes, `patch` returns an error or a reactor that a second `patch` does not
//! change.

#![no_main]

use std::borrow::Cow;

use libfuzzer_sys::fuzz_target;
use polyreactor_convention::{Assume, PatchOptions, Refused, patch};

fuzz_target!(|bytes: &[u8]| {
    for options in [
        PatchOptions::default(),
        PatchOptions::default().assume(Assume::Wrapped),
        PatchOptions::default().assume(Assume::Clean),
    ] {
        match patch(bytes, &options) {
            Ok(patched) => {
                let again = patch(&patched.bytes, &PatchOptions::default());
                assert!(matches!(again.expect("a reactor").bytes, Cow::Borrowed(_)));
            }
            Err(Refused::Failed { why }) => panic!("{why}"),
            Err(_) => {}
        }
    }
});
