//! Prints two numbers. They are printed in the order in which they came.

use polyreactor_guest::export;

/// Prints `a` and `b`, each on a line.
#[export]
pub fn show(a: i32, b: i32) {
    println!("{a}");
    println!("{b}");
}
