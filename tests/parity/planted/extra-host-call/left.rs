//! Adds up numbers of the host, at most seven, up to the first 0. When it has enough it asks no
//! more.

use polyreactor_guest::{export, import};

#[import(module = "host")]
extern "C" {
    fn number() -> i64;
}

/// The sum of `count % 8` numbers of the host.
#[export]
pub fn total(count: u32) -> i64 {
    let mut total = 0_i64;
    let mut taken = 0;
    while taken < count % 8 {
        let next = number();
        if next == 0 {
            break;
        }
        taken += 1;
        total = total.wrapping_add(next);
    }
    total
}
