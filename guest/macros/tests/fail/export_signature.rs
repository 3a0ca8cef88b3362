//! What no host can call, all at once.

use polyreactor_guest::export;

#[export]
async unsafe fn waits<T>(_: T) {}

#[export]
fn pattern((a, b): (i32, i32)) -> i32 {
    a + b
}

#[export]
fn _initialize() {}

#[export(name = "x")]
fn with_arguments() {}

#[export]
struct NotAFunction;

fn main() {}
