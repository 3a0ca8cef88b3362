//! Divides a thousand into parts. Without parts it panics.

use polyreactor_guest::export;

/// The size of one of so many parts.
#[export]
pub fn share(parts: u32) -> u32 {
    if parts == 0 {
        panic!("there are no parts");
    }
    1000 / parts
}
