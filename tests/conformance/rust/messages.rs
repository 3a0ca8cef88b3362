//! Panic messages: the host reports the author's text, however Rust's std formats it.
//!
//! BUILD: plain
//! CALLS: crash(0) = 0
//! PANICS: crash(1) = "no way"
//! PANICS: crash(2) = "one\ntwo"
//! PANICS: crash(3) = "one\n\nthree"
//! PANICS: crash(4) = "index out of bounds: the len is 3 but the index is 4"
//! PANICS: crash(5) = "after a piece"
//! PANICS: crash(6) = "while the message was made"
//! PANICS: crash(7) = "in the hook"
//! PANICS: crash(8) = "memory allocation of 2147483647 bytes failed"
//! QUOTES: crash(9) = "{\"panic\":\"as JSON\"}"
//! QUOTES: crash(10) = "fatal words"
//! QUOTES: crash(11) = "panic: caught"

use std::fmt;
use std::hint::black_box;

struct Shows;

impl fmt::Display for Shows {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("while the message was made")
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn crash(which: i32) -> i32 {
    match which {
        1 => panic!("no way"),
        2 => panic!("one\ntwo"),
        3 => panic!("one\n\nthree\n"),
        4 => black_box(vec![0; 3])[which as usize],
        5 => {
            eprint!("working… ");
            panic!("after a piece")
        }
        6 => panic!("{Shows}"),
        7 => {
            std::panic::set_hook(Box::new(|_| panic!("in the hook")));
            panic!("outer")
        }
        8 => black_box(Vec::<u8>::with_capacity(i32::MAX as usize)).len() as i32,
        9 => {
            std::panic::set_hook(Box::new(|_| println!("{{\"panic\":\"as JSON\"}}")));
            panic!("as JSON")
        }
        10 => {
            eprintln!("fatal words");
            std::process::exit(1)
        }
        11 => {
            eprintln!("panic: caught");
            eprintln!("went on");
            std::process::abort()
        }
        _ => 0,
    }
}
