//! Invalid declarations of host functions: one error for each fault, at the author's line.

use polyreactor_guest::import;

#[import(module = "host")]
extern "C" {
    fn log(message: String);
    fn lists(_: Vec<u8>, _: &[String], _: &mut [u8]) -> &[u8];
    fn read() -> &str;
    fn size() -> usize;
    async fn later(_: &[u8]) -> Vec<u8>;
    fn generic<T>(_: T);
    fn printf(format: &str, ...);
    safe fn safe();
    static PLACE: i32;
}

#[import]
extern "C" {
    fn nowhere();
}

#[import(module = "a", module = "b")]
extern "C" {
    fn two();
}

#[import(modul = "a")]
extern "C" {
    fn misspelt();
}

#[import(module = "host")]
extern "system" {
    fn other();
}

#[import(module = "host")]
fn not_a_block() {}

struct Opaque;

#[import(module = "host")]
extern "C" {
    fn opaque(_: Opaque, _: &Opaque) -> Opaque;
    fn opaque_lists(_: &[Opaque]) -> Vec<Opaque>;
}

fn main() {
    // A function whose declaration has an error is no unknown name.
    log(String::new());
    let _: usize = size();
}
