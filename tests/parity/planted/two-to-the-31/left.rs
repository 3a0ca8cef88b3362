//! Tells which files are large. A file of exactly 2 GiB is large.

use polyreactor_guest::export;

/// Whether a file of `size` bytes is large.
#[export]
pub fn large(size: u32) -> bool {
    size >= 1 << 31
}
