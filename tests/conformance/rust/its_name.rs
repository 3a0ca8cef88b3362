//! A plugin whose constructor reads the first argument, the name of the program.
//!
//! BUILD: plain
//! CALLS: named() = 1

use std::sync::OnceLock;

static PROGRAM: OnceLock<String> = OnceLock::new();

#[unsafe(link_section = ".init_array")]
#[used]
static CONSTRUCTOR: extern "C" fn() = set_up;

extern "C" fn set_up() {
    PROGRAM.set(std::env::args().next().unwrap()).unwrap();
}

#[unsafe(no_mangle)]
pub extern "C" fn named() -> i32 {
    PROGRAM.get().is_some_and(|name| !name.is_empty()).into()
}
