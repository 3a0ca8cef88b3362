//! Tells who may enter. It complains about a negative age on standard error.

use polyreactor_guest::export;

/// Whether somebody of that age may enter.
#[export]
pub fn enter(age: i32) -> bool {
    if age < 0 {
        eprintln!("no such age: {age}");
    }
    age >= 18
}
