//! Signatures that no host can call: all errors are reported at once.

use polyreactor_guest::export;

#[export]
async unsafe fn waits<T>(_: T) {}

#[export]
fn sized<const N: usize>(_: &[u8; N]) {}

#[export]
fn pattern((a, b): (i32, i32)) -> i32 {
    a + b
}

#[export]
fn hidden(_: impl Into<i32>) -> impl Into<i32> {
    1
}

struct Counter;

impl Counter {
    #[export]
    fn inc(&self, by: i32) -> i32 {
        by
    }
}

#[export]
struct NotAFunction;

fn main() {}
