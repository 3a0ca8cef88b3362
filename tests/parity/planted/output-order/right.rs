//! Prints two numbers. The lesser one is printed first.

use polyreactor_guest::export;

/// Prints `a` and `b`, each on a line.
#[export]
pub fn show(a: i32, b: i32) {
    println!("{}", a.min(b));
    println!("{}", a.max(b));
}
