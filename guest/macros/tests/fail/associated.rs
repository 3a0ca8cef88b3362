//! An associated function, which no host can find by its name.

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
