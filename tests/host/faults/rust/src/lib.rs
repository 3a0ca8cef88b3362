//! Every way in which a guest can fail, an export each.

use std::hint::black_box;
use std::io::{Read, Write};
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};
use std::time::Duration;

use polyreactor_guest::{export, init};

/// So that a living instance is told from a dead one.
#[export]
pub fn alive() -> i32 {
    42
}

/// Says why, and ends.
#[export]
pub fn panics(number: i32) {
    panic!("no way {number}");
}

/// Ends without a word.
#[export]
pub fn traps() {
    let wild = black_box(usize::MAX as *const u64);
    // SAFETY: none; it is outside of the memory, which is what this is for.
    black_box(unsafe { wild.read_volatile() });
}

/// Ends itself.
#[export]
pub fn exits(status: i32) {
    std::process::exit(status);
}

/// Computes for ever.
#[export]
pub fn spins() {
    let mut count = 0_u32;
    loop {
        count = black_box(count.wrapping_add(1));
    }
}

/// Sleeps, and answers what it was told.
#[export]
pub fn sleeps(milliseconds: i32) -> i32 {
    std::thread::sleep(Duration::from_millis(milliseconds as u64));
    milliseconds
}

/// Reads all there is, and answers how many bytes that were.
#[export]
pub fn reads() -> i32 {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).expect("standard input");
    bytes.len() as i32
}

/// Calls itself for ever.
#[export]
pub fn recurses() -> i32 {
    #[allow(unconditional_recursion, reason = "that is what it is for")]
    fn down(depth: i32) -> i32 {
        let block = black_box([depth; 16]);
        down(depth + 1) + black_box(block)[3]
    }
    down(0)
}

/// Calls itself so deep, and answers how deep that was.
#[export]
pub fn descends(depth: i32) -> i32 {
    if depth == 0 { 0 } else { black_box(descends(black_box(depth) - 1)) + 1 }
}

/// Takes memory for ever.
#[export]
pub fn hoards() {
    let mut blocks = Vec::new();
    loop {
        blocks.push(vec![1_u8; 1 << 20]);
        black_box(&blocks);
    }
}

/// Asks for more than there is, and makes do without.
#[export]
pub fn makes_do() -> i32 {
    let mut block = Vec::<u8>::new();
    block.try_reserve_exact(1 << 30).is_err() as i32
}

/// As [`makes_do`], and then panics of another cause.
#[export]
pub fn makes_do_and_exits() {
    makes_do();
    std::process::exit(9);
}

/// Writes as many lines of 64 bytes, and answers how many.
#[export]
pub fn prints(lines: i32) -> i32 {
    let mut stdout = std::io::stdout();
    for _ in 0..lines {
        stdout.write_all(&[b'x'; 63]).and_then(|()| stdout.write_all(b"\n")).expect("output");
    }
    lines
}

/// The time and a random number, all in one.
#[export]
pub fn fingerprint() -> i64 {
    use std::hash::{BuildHasher, RandomState};
    let random = RandomState::new().hash_one(1);
    let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    (random ^ time.expect("after 1970").as_nanos() as u64) as i64
}

/// Whether it can read a file: one that was given to it, or one beside that, in three ways.
#[export]
pub fn opens(which: i32) -> i32 {
    let paths = ["/data/in.txt", "/data/../secret.txt", "/secret.txt", "/data/link"];
    std::fs::read(paths[which as usize]).is_ok() as i32
}

/// The first byte of the file at a path, of those in a list; -1 where none is found.
#[export]
pub fn finds(which: i32) -> i32 {
    let paths = ["in.txt", "./in.txt", "/in.txt", "/data/in.txt", "data/in.txt", "/more/in.txt"];
    let read = std::fs::read(paths[which as usize]);
    read.ok().and_then(|bytes| bytes.first().copied()).map_or(-1, i32::from)
}

/// Whether it can make a file.
#[export]
pub fn creates() -> i32 {
    std::fs::write("/data/new.txt", "new").is_ok() as i32
}

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    /// Calls an export of this guest's by its number in a list that the host has.
    #[link_name = "call"]
    safe fn host_call(which: i32, value: i32) -> i32;
}

/// Has the host call an export of this guest's while it waits.
#[export]
pub fn asks(which: i32, value: i32) -> i32 {
    host_call(which, value)
}

/// Goes into the host and comes back, so deep; answers how deep that was.
#[export]
pub fn nests(depth: i32) -> i32 {
    if depth == 0 { 0 } else { host_call(0, depth - 1) + 1 }
}

/// Calls itself for ever, and takes much room each time.
#[export]
pub fn recurses_wide() -> i32 {
    #[allow(unconditional_recursion, reason = "that is what it is for")]
    fn down(depth: i32) -> i32 {
        let block = black_box([depth; 16 << 10]);
        down(depth + 1) + black_box(block)[3]
    }
    down(0)
}

/// Writes a piece of a line.
#[export]
pub fn prints_a_piece() {
    print!("x");
}

/// As [`prints_a_piece`], where nothing is done after it.
#[unsafe(no_mangle)]
pub extern "C" fn prints_plainly() {
    print!("x");
}

/// How often what runs before everything else has run.
#[export]
pub fn began() -> i32 {
    BEGAN.load(Relaxed)
}

static BEGAN: AtomicI32 = AtomicI32::new(0);

#[init]
fn begin() {
    BEGAN.fetch_add(1, Relaxed);
}

/// Lends a buffer: its address in the high half, its length in the low one.
#[export]
pub fn lends() -> i64 {
    let buffer = vec![0x5a_u8; 64];
    // Dropped at the end, as an author may well do.
    (buffer.as_ptr() as i64) << 32 | buffer.len() as i64
}

/// Answers a text, as the package passes it.
#[export]
pub fn says(number: i32) -> String {
    format!("text {number}")
}

/// Takes other buffers, and fills them.
#[export]
pub fn churns() {
    for _ in 0..100 {
        black_box(vec![0xff_u8; 64]);
    }
}
