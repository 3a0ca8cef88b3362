//! Every type that can cross, a name that is a keyword, an init hook.
#![deny(warnings)]

use polyreactor_guest::{export, init};

#[init]
fn set_up() {}

#[export]
fn all(_: bool, _: i32, _: u32, _: i64, _: u64, _: f32, _: f64) -> bool {
    true
}

#[export]
pub fn r#type(number: u64) -> u64 {
    number
}

#[export]
fn nothing() {}

fn main() {
    nothing();
    assert!(all(true, 1, 2, 3, 4, 5.0, 6.0));
    assert_eq!(r#type(7), 7);
}
