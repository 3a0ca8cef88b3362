//! Numbers tickets, from 1. After 1000 the numbers begin again.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use polyreactor_guest::export;

static SOLD: AtomicU32 = AtomicU32::new(0);

/// The number of the next ticket.
#[export]
pub fn ticket() -> u32 {
    SOLD.fetch_add(1, Relaxed) % 1000 + 1
}
