//! Crate `ctor`: two functions that run before any export, each once.
//!
//! BUILD: plain
//! BUILD: stripped -C strip=symbols
//! BUILD: crt1_reactor -C link-arg=CRT1_REACTOR
//! FAILS: crt1_reactor 1.100 duplicate symbol: _initialize
//! CALLS: inc(1) = 21; inc(21) = 42; sets_up() = 2

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

static S: AtomicI32 = AtomicI32::new(0);
static SETS_UP: AtomicI32 = AtomicI32::new(0);

#[ctor::ctor(unsafe)]
fn first() {
    S.fetch_add(15, Relaxed);
    SETS_UP.fetch_add(1, Relaxed);
}

#[ctor::ctor(unsafe)]
fn second() {
    S.fetch_add(5, Relaxed);
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
