//! Finds the row of a seat; a row has ten seats. For the seat 0 it says that seats count from 1.

use polyreactor_guest::export;

/// The row of the seat; both count from 1.
#[export]
pub fn row(seat: u32) -> u32 {
    if seat == 0 {
        panic!("seats count from 1");
    }
    (seat - 1) / 10 + 1
}
