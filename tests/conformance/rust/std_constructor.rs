//! std with a constructor in `.init_array`: up to Rust 1.99 the linker wraps every export.
//!
//! BUILD: plain
//! BUILD: stripped -C strip=symbols
//! BUILD: exported -C link-arg=--export=__wasm_call_ctors
//! BUILD: exported_stripped -C link-arg=--export=__wasm_call_ctors -C strip=symbols
//! BUILD: crt1_reactor -C link-arg=CRT1_REACTOR
//! BUILD: crt1_reactor_stripped -C link-arg=CRT1_REACTOR -C strip=symbols
//! FAILS: crt1_reactor 1.100 duplicate symbol: _initialize
//! FAILS: crt1_reactor_stripped 1.100 duplicate symbol: _initialize
//! CALLS: inc(1) = 21; inc(21) = 42; sets_up() = 1; add(2, 3) = 5

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

static S: AtomicI32 = AtomicI32::new(0);
static SETS_UP: AtomicI32 = AtomicI32::new(0);

#[unsafe(link_section = ".init_array")]
#[used]
static CONSTRUCTOR: extern "C" fn() = set_up;

extern "C" fn set_up() {
    S.fetch_add(20, Relaxed);
    SETS_UP.fetch_add(1, Relaxed);
    // Links std's output and libc into the module.
    eprintln!("set up");
}

#[unsafe(no_mangle)]
pub extern "C" fn inc(by: i32) -> i32 {
    S.fetch_add(by, Relaxed) + by
}

#[unsafe(no_mangle)]
pub extern "C" fn sets_up() -> i32 {
    SETS_UP.load(Relaxed)
}

#[unsafe(no_mangle)]
pub extern "C" fn add(a: i32, b: i32) -> i32 {
    a + b
}
