//! `no_std` with a constructor: the wrappers call only the constructors.
//!
//! BUILD: plain
//! BUILD: stripped -C strip=symbols
//! CALLS: inc(1) = 21; inc(21) = 42; sets_up() = 1

#![no_std]

use core::sync::atomic::{AtomicI32, Ordering::Relaxed};

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
    S.fetch_add(by, Relaxed).wrapping_add(by)
}

#[unsafe(no_mangle)]
pub extern "C" fn sets_up() -> i32 {
    SETS_UP.load(Relaxed)
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
