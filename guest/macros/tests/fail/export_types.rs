//! Unsupported types: one error for each, at the author's line, with a remedy.

use polyreactor_guest::{GuestPtr, export};

struct Opaque;

#[export]
fn length(bytes: &[u8], at: usize, small: u8, short: i16, letter: char) -> usize {
    bytes.len() + at + small as usize + short as usize + letter as usize
}

#[export]
fn owned(_: Box<[u8]>, _: &String, _: &mut str, _: Option<i32>, _: [i32; 2], _: *const i32) {}

#[export]
fn lists(_: &[usize], _: &[&str], _: &[[u8; 4]], _: &mut [u8], _: Vec<String>, _: &Vec<u8>, _: [u8]) {}

#[export]
fn lists_of_more(_: &&[u8], _: &[(u8, u8)], _: &[Vec<u8>], _: &[&u8]) {}

#[export]
fn lists_of_unknown(_: &[Opaque], _: i32) {}

#[export]
fn copies_of_unknown(_: Vec<Opaque>) {}

#[export]
fn kept(_: &'static str, _: &'static mut i32) {}

#[export]
fn deep(_: &&i32, _: GuestPtr<&i32>, _: &(i32, i32), _: &[usize; 2], _: &dyn Fn()) {}

#[export]
fn called(_: fn(i32), _: (i32, i32), _: u128) {}

#[export]
fn two() -> (i32, i32) {
    (1, 2)
}

#[export]
fn fails() -> Result<i32, String> {
    Ok(1)
}

#[export]
fn perhaps() -> Option<i32> {
    None
}

#[export]
fn borrowed(text: &str) -> &str {
    text
}

#[export]
fn borrowed_list(list: &[u8]) -> &[u8] {
    list
}

#[export]
fn list_of_strings() -> Vec<String> {
    Vec::new()
}

#[export]
fn list_of_unknown() -> Vec<Opaque> {
    Vec::new()
}

#[export]
fn static_list() -> &'static [usize] {
    &[]
}

#[export]
fn array() -> [u8; 4] {
    [0; 4]
}

#[export]
fn never() -> ! {
    panic!()
}

#[export]
fn by_value(_: Opaque) -> Opaque {
    Opaque
}

#[export]
fn behind(_: &Opaque, _: &mut [Opaque; 2], _: GuestPtr<Opaque>) {}

type Size = usize;

#[export]
fn alias(_: Size, _: i32) -> Size {
    1
}

fn main() {}
