//! Attributes on associated functions, which have to be free functions.

use polyreactor_guest::{export, init};

struct Counter;

impl Counter {
    #[export]
    fn step() -> i32 {
        1
    }

    #[init]
    fn set_up() {}
}

fn main() {}
