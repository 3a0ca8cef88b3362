//! Exports that have the names of functions of libc or of the compiler's runtime, and exports that
//! call those functions.

use polyreactor_guest::export;

mod host {
    use polyreactor_guest::import;

    #[import(module = "host")]
    extern "C" {
        pub(crate) fn read(fd: i32) -> i32;
        pub(crate) fn exp(x: f64) -> f64;
    }
}

#[export]
fn open(path: &str) -> i32 {
    path.len() as i32 + 1000
}

#[export]
fn read(fd: i32) -> i32 {
    host::read(fd) + 1000
}

#[export]
fn write(fd: i32) -> i32 {
    fd + 2000
}

#[export]
fn close(fd: i32) -> bool {
    fd == 7
}

#[export]
fn log(x: f64) -> f64 {
    x + 1000.0
}

#[export]
fn exp(x: f64) -> f64 {
    x + 2000.0
}

#[export]
fn fmod(x: f64, y: f64) -> f64 {
    x + y
}

#[export]
fn time() -> i64 {
    1000
}

#[export]
fn div(a: i32, b: i32) -> i32 {
    a - b
}

#[export]
fn malloc(size: u32) -> u32 {
    size + 1000
}

#[export]
fn memcpy(to: i32, from: i32) -> i32 {
    to - from
}

#[export]
fn strlen(text: &str) -> u32 {
    text.len() as u32 + 1000
}

#[export]
fn natural(x: f64) -> f64 {
    x.exp()
}

#[export]
fn logarithm(x: f64) -> f64 {
    x.ln()
}

#[export]
fn remainder(x: f64, y: f64) -> f64 {
    x % y
}

#[export]
fn repeated(text: &str, times: u32) -> String {
    text.repeat(times as usize)
}

#[export]
fn greeted(x: f64) -> f64 {
    host::exp(x) + x.exp()
}
