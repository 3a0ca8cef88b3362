//! wit-bindgen's code, which runs the constructors at the first call of an export of the world.
//! A plain export beside it may be called earlier.
//!
//! BUILD: plain
//! BUILD: stripped -C strip=symbols
//! BUILD: crt1_reactor -C link-arg=CRT1_REACTOR
//! BUILD: crt1_reactor_stripped -C link-arg=CRT1_REACTOR -C strip=symbols
//! FAILS: crt1_reactor 1.100 duplicate symbol: _initialize
//! FAILS: crt1_reactor_stripped 1.100 duplicate symbol: _initialize
//! CALLS: inc(1) = 21; through-world(21) = 42; sets_up() = 1; inc(0) = 42

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

wit_bindgen::generate!({
    inline: "
        package conformance:counter;
        world counter { export through-world: func(by: s32) -> s32; }
    ",
});

struct Counter;
export!(Counter);

impl Guest for Counter {
    fn through_world(by: i32) -> i32 {
        inc(by)
    }
}

static S: AtomicI32 = AtomicI32::new(0);
static SETS_UP: AtomicI32 = AtomicI32::new(0);

#[unsafe(link_section = ".init_array")]
#[used]
static CONSTRUCTOR: extern "C" fn() = set_up;

extern "C" fn set_up() {
    S.fetch_add(20, Relaxed);
    SETS_UP.fetch_add(1, Relaxed);
}

#[unsafe(no_mangle)]
pub extern "C" fn inc(by: i32) -> i32 {
    S.fetch_add(by, Relaxed) + by
}

#[unsafe(no_mangle)]
pub extern "C" fn sets_up() -> i32 {
    SETS_UP.load(Relaxed)
}
