//! Crate `inventory`: constructors register each item once, however often the items are read.
//! A beta compiler is skipped: `rustversion` does not take it for 1.85, so nothing is registered.
//!
//! NOT: beta
//! BUILD: plain
//! BUILD: stripped -C strip=symbols
//! BUILD: crt1_reactor -C link-arg=CRT1_REACTOR
//! FAILS: crt1_reactor 1.100 duplicate symbol: _initialize
//! CALLS: count() = 2; inc(1) = 21; inc(21) = 42; count() = 2

use std::sync::atomic::{AtomicI32, Ordering::Relaxed};

struct Plugin(i32);

inventory::collect!(Plugin);
inventory::submit!(Plugin(15));
inventory::submit!(Plugin(5));

static S: AtomicI32 = AtomicI32::new(0);

#[unsafe(no_mangle)]
pub extern "C" fn count() -> i32 {
    inventory::iter::<Plugin>.into_iter().count() as i32
}

#[unsafe(no_mangle)]
pub extern "C" fn inc(by: i32) -> i32 {
    let base: i32 = inventory::iter::<Plugin>.into_iter().map(|plugin| plugin.0).sum();
    base + S.fetch_add(by, Relaxed) + by
}
