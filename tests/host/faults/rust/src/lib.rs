//! The plugin `faults` in Rust: an export for each way in which a guest can fail, and for each
//! situation of the rules B001 to B014.

use std::hint::black_box;
use std::io::{Read, Write};
use std::sync::atomic::{AtomicI32, Ordering::Relaxed};
use std::time::Duration;

use polyreactor_guest::{export, init};

/// Returns 42: shows that the instance is not poisoned.
#[export]
pub fn alive() -> i32 {
    42
}

/// Panics with a message.
#[export]
pub fn panics(number: i32) {
    panic!("no way {number}");
}

/// Traps by a read out of bounds, without a message.
#[export]
pub fn traps() {
    let wild = black_box(usize::MAX as *const u64);
    // SAFETY: deliberately none. The address is out of bounds, so that the read traps.
    black_box(unsafe { wild.read_volatile() });
}

/// Exits with the given status.
#[export]
pub fn exits(status: i32) {
    std::process::exit(status);
}

/// Runs a loop without end.
#[export]
pub fn spins() {
    let mut count = 0_u32;
    loop {
        count = black_box(count.wrapping_add(1));
    }
}

/// Sleeps that long and returns the argument.
#[export]
pub fn sleeps(milliseconds: i32) -> i32 {
    std::thread::sleep(Duration::from_millis(milliseconds as u64));
    milliseconds
}

/// Reads standard input to its end and returns the number of bytes.
#[export]
pub fn reads() -> i32 {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).expect("standard input");
    bytes.len() as i32
}

/// Recurses without end.
#[export]
pub fn recurses() -> i32 {
    #[allow(unconditional_recursion, reason = "the tests need a stack overflow")]
    fn down(depth: i32) -> i32 {
        let block = black_box([depth; 16]);
        down(depth + 1) + black_box(block)[3]
    }
    down(0)
}

/// Recurses to the given depth and returns it.
#[export]
pub fn descends(depth: i32) -> i32 {
    if depth == 0 { 0 } else { black_box(descends(black_box(depth) - 1)) + 1 }
}

/// Allocates memory without end.
#[export]
pub fn hoards() {
    let mut blocks = Vec::new();
    loop {
        blocks.push(vec![1_u8; 1 << 20]);
        black_box(&blocks);
    }
}

/// Tries to allocate 1 GiB; returns 1 if that failed, without a panic.
#[export]
pub fn makes_do() -> i32 {
    let mut block = Vec::<u8>::new();
    block.try_reserve_exact(1 << 30).is_err() as i32
}

/// As [`makes_do`], then exits with status 9.
#[export]
pub fn makes_do_and_exits() {
    makes_do();
    std::process::exit(9);
}

/// Writes that many lines of 64 bytes to stdout and returns their number.
#[export]
pub fn prints(lines: i32) -> i32 {
    let mut stdout = std::io::stdout();
    for _ in 0..lines {
        stdout.write_all(&[b'x'; 63]).and_then(|()| stdout.write_all(b"\n")).expect("output");
    }
    lines
}

/// The time and a random number, combined by XOR.
#[export]
pub fn fingerprint() -> i64 {
    use std::hash::{BuildHasher, RandomState};
    let random = RandomState::new().hash_one(1);
    let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    (random ^ time.expect("after 1970").as_nanos() as u64) as i64
}

/// Whether the guest can read a file: 0 is in the granted directory; 1 to 3 lead to a file outside
/// of it, by `..`, by an absolute path and by a symbolic link.
#[export]
pub fn opens(which: i32) -> i32 {
    let paths = ["/data/in.txt", "/data/../secret.txt", "/secret.txt", "/data/link"];
    std::fs::read(paths[which as usize]).is_ok() as i32
}

/// Returns the first byte of the file at the path with that number; -1 if there is no such file.
#[export]
pub fn finds(which: i32) -> i32 {
    let paths = [
        "in.txt",
        "./in.txt",
        "/in.txt",
        "/data/in.txt",
        "data/in.txt",
        "/more/in.txt",
        "/dataset.txt",
        "dataset.txt",
        "/moreset.txt",
        "../in.txt",
        "/../in.txt",
        "/data/../in.txt",
        "/data/none/../in.txt",
        "/data/link",
        "/data/set.txt/",
    ];
    let read = std::fs::read(paths[which as usize]);
    read.ok().and_then(|bytes| bytes.first().copied()).map_or(-1, i32::from)
}

/// Whether the guest can create a file.
#[export]
pub fn creates() -> i32 {
    std::fs::write("/data/new.txt", "new").is_ok() as i32
}

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    /// Calls an export of this guest, by its number in the host's list (`CALLED`).
    #[link_name = "call"]
    safe fn host_call(which: i32, value: i32) -> i32;
}

/// Makes the host call an export of this guest, re-entrantly.
#[export]
pub fn asks(which: i32, value: i32) -> i32 {
    host_call(which, value)
}

/// Nests calls guest → host → guest to the given depth and returns it.
#[export]
pub fn nests(depth: i32) -> i32 {
    if depth == 0 { 0 } else { host_call(0, depth - 1) + 1 }
}

/// Recurses without end, with frames of 64 KiB.
#[export]
pub fn recurses_wide() -> i32 {
    #[allow(unconditional_recursion, reason = "the tests need a stack overflow")]
    fn down(depth: i32) -> i32 {
        let block = black_box([depth; 16 << 10]);
        down(depth + 1) + black_box(block)[3]
    }
    down(0)
}

/// Recurses without end, with frames of 512 bytes that one instruction fills.
#[export]
pub fn recurses_filled() -> i32 {
    #[allow(unconditional_recursion, reason = "the tests need a stack overflow")]
    fn down(depth: i32) -> i32 {
        let block = black_box([depth as u8; 512]);
        down(depth + 1) + i32::from(black_box(block)[3])
    }
    down(0)
}

/// Writes a line without its end.
#[export]
pub fn prints_a_piece() {
    print!("x");
}

/// As [`prints_a_piece`], but without the flush that `#[export]` adds after the call.
#[unsafe(no_mangle)]
pub extern "C" fn prints_plainly() {
    print!("x");
}

/// How often `#[init]` has run.
#[export]
pub fn began() -> i32 {
    BEGAN.load(Relaxed)
}

static BEGAN: AtomicI32 = AtomicI32::new(0);

#[init]
fn begin() {
    BEGAN.fetch_add(1, Relaxed);
}

/// Returns a buffer: its address in the high half, its length in the low half.
#[export]
pub fn lends() -> i64 {
    let buffer = vec![0x5a_u8; 64];
    // The buffer is dropped at the end: a mistake that authors make.
    (buffer.as_ptr() as i64) << 32 | buffer.len() as i64
}

/// Returns a string through the guest package.
#[export]
pub fn says(number: i32) -> String {
    format!("text {number}")
}

/// Allocates other buffers and fills them, which overwrites freed memory.
#[export]
pub fn churns() {
    for _ in 0..100 {
        black_box(vec![0xff_u8; 64]);
    }
}
