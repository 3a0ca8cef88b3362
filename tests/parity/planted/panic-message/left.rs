//! Finds the row of a seat; a row has ten seats. For the seat 0 it says that there is none.

use polyreactor_guest::export;

/// The row of the seat; both count from 1.
#[export]
pub fn row(seat: u32) -> u32 {
    if seat == 0 {
        panic!("there is no seat 0");
    }
    (seat - 1) / 10 + 1
}
