//! Recorded in `rust.txt`: built for WASI preview 1, and natively the part after `NATIVELY`.
use std::panic;
#[unsafe(no_mangle)]
pub extern "C" fn crash(which: i32) {
    match which {
        0 => panic!("no way"),
        1 => panic!("one\ntwo"),
        2 => panic!(""),
        3 => { let a = vec![1]; std::hint::black_box(a[which as usize]); }
        4 => { std::hint::black_box(None::<i32>).unwrap(); }
        5 => { std::hint::black_box(Err::<i32, _>("bad\nluck")).expect("wanted"); }
        6 => { eprint!("working… "); panic!("after a piece"); }
        7 => panic::panic_any(42),
        8 => { struct D; impl Drop for D { fn drop(&mut self) { panic!("in drop") } } let _d = D; panic!("first") }
        9 => { let v: Vec<u8> = Vec::with_capacity(std::hint::black_box(3_000_000_000usize as usize / 2 - 1 + 500_000_000)); std::hint::black_box(v); }
        10 => { panic::set_hook(Box::new(|info| println!("{{\"panic\":\"{}\"}}", info.to_string().escape_default()))); panic!("json") }
        11 => std::process::abort(),
        12 => { print!("piece"); panic!("with stdout pending") }
        13 => { std::thread::spawn(|| ()).join().unwrap(); }
        14 => { struct S; impl std::fmt::Display for S { fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { panic!("in Display") } } panic!("{}", S) }
        15 => { panic::set_hook(Box::new(|_| panic!("in the hook"))); panic!("outer") }
        16 => assert_eq!(1, which, "numbers"),
        17 => { let r: std::cell::RefCell<i32> = 1.into(); let _a = r.borrow_mut(); let _b = r.borrow_mut(); }
        18 => unreachable!("not {which}"),
        19 => { let a: i32 = std::hint::black_box(0); std::hint::black_box(1 / a); }
        _ => {}
    }
}

// NATIVELY
extern "C" fn c() { panic!("real cause") }
struct D; impl Drop for D { fn drop(&mut self) { panic!("in drop") } }
fn main() {
    match std::env::args().nth(1).unwrap().as_str() {
        "0" => c(),
        "1" => { let _d = D; panic!("first") }
        "2" => { let _ = std::panic::catch_unwind(|| panic!("caught")); let _ = std::panic::catch_unwind(|| panic!("again")); eprintln!("went on"); std::process::abort() }
        "3" => { let _ = std::panic::catch_unwind(|| panic!("caught")); panic!("second") }
        _ => panic!("plain"),
    }
}
