//! Types that cannot derive `HostLayout`: one error for each fault, at the author's line.

use polyreactor_guest::HostLayout;

struct Opaque;

#[derive(HostLayout)]
#[repr(C)]
struct Fields<'a> {
    reference: &'a i32,
    pointer: *const i32,
    size: usize,
    letter: char,
    text: String,
    list: Vec<i32>,
    perhaps: Option<i32>,
    pair: (i32, i32),
    wide: u128,
    run: fn(),
    sizes: [isize; 2],
}

#[derive(HostLayout)]
#[repr(C)]
struct Unknown {
    one: Opaque,
    many: [Opaque; 2],
}

#[derive(HostLayout)]
struct RustsOwn {
    x: i32,
}

#[derive(HostLayout)]
#[repr(C, packed)]
struct Packed {
    x: i32,
}

#[derive(HostLayout)]
#[repr(C, align(16))]
struct Aligned {
    x: i32,
}

#[derive(HostLayout)]
#[repr(C)]
struct Generic<T> {
    x: T,
}

#[derive(HostLayout)]
#[repr(C)]
struct Tuple(i32, f64);

#[derive(HostLayout)]
#[repr(C)]
struct Empty {}

#[derive(HostLayout)]
#[repr(u8)]
enum Colour {
    Red,
}

#[derive(HostLayout)]
#[repr(C)]
union Either {
    x: i32,
    y: f32,
}

fn main() {}
