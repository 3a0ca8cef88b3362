//! Types that cannot cross, each reported where the author wrote it.

use polyreactor_guest::export;

#[export]
fn length(bytes: &[u8], at: usize) -> usize {
    bytes.len() + at
}

#[export]
fn two() -> (i32, i32) {
    (1, 2)
}

fn main() {}
