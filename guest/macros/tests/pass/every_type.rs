//! Every supported type, as a parameter and as a result; names that are keywords; an init hook.
#![deny(warnings)]

use polyreactor_guest::{GuestPtr, HostLayout, export, import, init};

type Id = u32;
type Text<'a> = &'a str;

#[derive(HostLayout, Clone, Copy, PartialEq, Debug)]
#[repr(C)]
pub struct Point {
    pub x: i32,
    pub y: f64,
}

#[derive(HostLayout)]
#[repr(C)]
pub struct All {
    pub small: [u8; 3],
    pub yes: bool,
    pub short: i16,
    pub numbers: i64,
    pub nested: [[Point; 2]; 2],
    pub bytes: std::primitive::i8,
}

#[init]
fn set_up() {}

#[export]
fn all(_: bool, _: i32, _: u32, _: i64, _: u64, _: f32, _: f64) -> bool {
    true
}

#[export]
fn places(_: &str, _: &i32, _: &mut [u8; 4], _: &Point, point: &mut All, _: GuestPtr<Point>) {
    point.yes = true;
}

#[export]
fn lists(_: &[bool], _: &[u8], _: Vec<i16>, _: &[f64], _: &[Id], _: String) -> Vec<u8> {
    vec![1, 2]
}

#[export]
fn constants() -> &'static [u64] {
    &[1, 2]
}

#[export]
fn aliased_list() -> std::vec::Vec<Id> {
    vec![3]
}

#[export]
fn lifetimes<'a, 'b>(one: &'a str, _two: &'b mut Point, _: &'_ [Point; 2]) -> String
where
    'a: 'b,
{
    one.to_owned()
}

#[export]
fn aliases(mut id: Id, text: Text, _: std::primitive::i32) -> std::string::String {
    id += 1;
    format!("{id}{text}")
}

#[export]
fn name() -> &'static str {
    "every_type"
}

#[export]
fn pointer() -> GuestPtr<[u8; 2]> {
    GuestPtr::new([1, 2])
}

#[export(name = "some-thing.else")]
pub fn r#type(number: u64) -> u64 {
    number
}

#[export]
pub const fn r#fn() {}

#[export]
fn nothing() {}

/// Only an exact list of names that begin with `__` belongs to the linker.
#[export]
fn __foo() {}

macro_rules! made_by_a_macro {
    ($name:ident: $ty:ty) => {
        #[export]
        fn $name(value: $ty) -> i32 {
            *value
        }
    };
}

made_by_a_macro!(made: &i32);

#[import(module = "host")]
extern "C" {
    /// Documented.
    pub fn log(message: &str);
    fn every(_: bool, _: u32, _: i64, _: f32, _: f64, _: &Point, _: &mut All, _: GuestPtr<i32>) -> bool;
    #[link_name = "read-line"]
    fn read_line<'a>(prompt: &'a str, into: &'a mut [u8; 80]) -> String;
    fn r#loop() -> GuestPtr<Point>;
    fn host_lists<'a>(_: &'a [u8], _: &[bool]) -> Vec<i64>;
}

mod other {
    #[polyreactor_guest::import(module = "host")]
    unsafe extern "C" {
        pub(crate) fn r#type(id: super::Id) -> u64;
    }
}

fn main() {
    nothing();
    r#fn();
    assert!(all(true, 1, 2, 3, 4, 5.0, 6.0));
    assert_eq!(r#type(7), 7);
    assert_eq!(made(&3), 3);
    assert_eq!(aliases(1, "a", 2), "2a");
    assert_eq!(pointer().read(), [1, 2]);
    let message = std::panic::catch_unwind(|| log("nobody hears")).unwrap_err();
    let message = message.downcast_ref::<&str>().expect("a message");
    assert!(message.starts_with("`host.log` is a host function"), "{message}");
    let _ = (places as fn(_, _, _, _, _, _), lifetimes as fn(_, _, _) -> _, name as fn() -> _);
    assert_eq!(lists(&[true], &[1], vec![2], &[3.0], &[4], String::new()), [1, 2]);
    assert_eq!((constants(), aliased_list()), (&[1, 2][..], vec![3]));
    let _ = host_lists as fn(_, _) -> _;
    let _ = (other::r#type as fn(_) -> _, r#loop as fn() -> _);
    let _ = (every as fn(_, _, _, _, _, _, _, _) -> _, read_line as fn(_, _) -> _);
}
