//! Native tests of the shims, for Miri: the code that `#[export]` generates, called as a host does,
//! with addresses as plain numbers.
//!
//! `MIRIFLAGS=-Zmiri-permissive-provenance cargo +nightly miri test -p polyreactor-guest`

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::{with_exposed_provenance, with_exposed_provenance_mut};

use polyreactor_guest::abi::{Address, Answer, Output, Packed, Param};
use polyreactor_guest::layout::{ListElement, read_list};
use polyreactor_guest::{GuestPtr, HostLayout};

#[derive(HostLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Padded {
    flag: bool,
    number: u32,
    last: u8,
}

type Pair = [Padded; 2];

/// The shim that `#[export]` generates for a function.
macro_rules! shim {
    ($name:ident($($low:ident, $high:ident: $ty:ty),*) -> $result:ty) => {
        |$($low, $high),*| -> <$result as Output>::Core {
            shim!(@call $name $result, [$($low $high $ty),*] [])
        }
    };
    (@call $name:ident $result:ty, [] [$($lent:expr,)*]) => {
        <$result as Output>::lower($name($($lent),*))
    };
    (@call $name:ident $result:ty, [$low:ident $high:ident $ty:ty $(, $($rest:tt)*)?] [$($lent:expr,)*]) => {{
        let mut held = <$ty as Param>::hold($low, $high, stringify!($name));
        shim!(@call $name $result, [$($($rest)*)?] [$($lent,)* <$ty as Param>::lend(&mut held),])
    }};
}

/// A block with these bytes, allocated as `polyreactor_alloc` does.
fn block<const N: usize>(bytes: [u8; N]) -> GuestPtr<[u8; N]> {
    GuestPtr::new(bytes)
}

/// The address of a block with these numbers, a multiple of 8.
fn aligned<const N: usize>(numbers: [u64; N]) -> Address {
    GuestPtr::new(numbers).address() as Address
}

fn write(at: Address, bytes: &[u8]) {
    let at = with_exposed_provenance_mut::<u8>(at as usize);
    unsafe { at.copy_from(bytes.as_ptr(), bytes.len()) }
}

fn read(at: Address, size: usize) -> Vec<u8> {
    let at = with_exposed_provenance::<u8>(at as usize);
    unsafe { std::slice::from_raw_parts(at, size) }.to_vec()
}

fn text(result: Packed) -> String {
    let half = Packed::BITS / 2;
    String::from_utf8(read((result >> half) as Address, result as Address as usize)).unwrap()
}

fn panic<T>(call: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(call)).err().expect("it is refused");
    *panic.downcast::<String>().unwrap_or_else(|other| {
        Box::new(other.downcast_ref::<&str>().expect("a message").to_string())
    })
}

fn greet(name: &str) -> String {
    format!("hello {name}")
}

fn invert(image: &[u8]) -> Vec<u8> {
    image.iter().map(|value| 255 - value).collect()
}

fn all(flags: &[bool], numbers: Vec<u32>, name: String) -> u32 {
    let flags = flags.iter().filter(|flag| **flag).count() as u32;
    flags + numbers.iter().sum::<u32>() + name.len() as u32
}

fn constants() -> &'static [i64] {
    &[-1, 7]
}

fn double(pair: &mut Pair, by: &u32) {
    let [one, other] = pair;
    std::mem::swap(one, other);
    one.number *= by;
    one.flag = true;
    *other = Padded { flag: false, number: 1, last: 2 };
}

fn both(one: &mut u32, other: &mut u32) {
    std::mem::swap(one, other);
}

fn look(one: &[u8; 4], other: GuestPtr<[u8; 4]>) -> bool {
    *one == other.read()
}

fn store(one: &u32, other: GuestPtr<u32>) {
    other.write(*one);
}

#[test]
fn strings() {
    let shim = shim!(greet(low, high: &str) -> String);
    let bob = block(*b"bob");
    assert_eq!(text(shim(bob.address() as Address, 3)), "hello bob");
    assert_eq!(text(shim(bob.address() as Address + 1, 1)), "hello o");
    for start in [0, 1, -1] {
        assert_eq!(text(shim(start, 0)), "hello ");
    }
    let start = bob.address() as Address;
    assert!(panic(|| shim(start, 4)).contains("not inside"));
    assert!(panic(|| shim(start, -1)).contains("not inside"));
    write(start, b"\xff");
    assert!(panic(|| shim(start, 3)).contains("not UTF-8"));
    bob.free();
    assert!(panic(|| shim(start, 3)).contains("not inside"));
}

fn list<T: ListElement>(result: Packed) -> Vec<T> {
    let half = Packed::BITS / 2;
    let (start, count) = ((result >> half) as Address, result as Address as usize);
    assert!(count != 0 || start == 0, "an empty list at {start:#x}");
    let bytes = if count == 0 { Vec::new() } else { read(start, count * size_of::<T>()) };
    read_list(&bytes).expect("it is a list")
}

#[test]
fn lists() {
    let shim = shim!(invert(low, high: &[u8]) -> Vec<u8>);
    let image = block([0, 1, 255]);
    let start = image.address() as Address;
    // The memory of each result replaces that of the one before.
    for _ in 0..3 {
        assert_eq!(list::<u8>(shim(start, 3)), [255, 254, 0]);
        assert_eq!(list::<u8>(shim(start + 1, 1)), [254]);
        assert!(list::<u8>(shim(-1, 0)).is_empty());
    }
    assert!(panic(|| shim(start, 4)).contains("not inside"));
    assert!(panic(|| shim(start, -1)).contains("not inside"));
    let constants = shim!(constants() -> &'static [i64]);
    assert_eq!(list::<i64>(constants()), [-1, 7]);
    assert_eq!(list::<u8>(shim(start, 3)), [255, 254, 0]);
    image.free();
    assert!(panic(|| shim(start, 3)).contains("not inside"));
}

#[test]
fn lists_of_other_elements_and_copies() {
    let shim = shim!(all(
        low0, high0: &[bool], low1, high1: Vec<u32>, low2, high2: String) -> u32);
    let numbers = aligned([1 << 32 | 2, 3]);
    let flags = block([0, 1, 1]).address() as Address;
    let name = block(*b"bob").address() as Address;
    assert_eq!(shim(flags, 3, numbers, 3, name, 3), 2 + 6 + 3);
    assert_eq!(shim(0, 0, numbers + 4, 1, name, 0), 1);
    assert!(panic(|| shim(0, 0, numbers + 2, 1, 0, 0)).contains("not a multiple of 4"));
    assert!(panic(|| shim(0, 0, numbers, 5, 0, 0)).contains("not inside"));
    assert!(panic(|| shim(0, 0, numbers, Address::MAX, 0, 0)).contains("not inside"));
    assert!(panic(|| shim(0, 0, 0, 1, 0, 0)).contains("null"));
    write(flags, &[0, 1, 2]);
    assert!(panic(|| shim(flags, 3, 0, 0, 0, 0)).contains("2 for a bool in a list"));
    write(name, b"\xff");
    assert!(panic(|| shim(0, 0, 0, 0, name, 3)).contains("not UTF-8"));
}

#[test]
fn lists_that_a_host_function_returns() {
    let packed =
        |start: Address, count: usize| (start as Packed) << (Packed::BITS / 2) | count as Packed;
    let lift = |start, count| <Vec<u16> as Answer>::lift(packed(start, count), "test.ask");
    let two = aligned([2 << 16 | 1, 0]);
    assert!(panic(|| lift(two, 9)).contains("a list of 18 bytes"));
    assert!(panic(|| lift(two + 1, 1)).contains("not a multiple of 2"));
    assert!(panic(|| lift(two, usize::MAX)).contains("more bytes than the address space has"));
    assert_eq!(lift(two, 3), [1, 2, 0]);
    assert!(panic(|| lift(two, 3)).contains("where no block of at least as many bytes begins"));
    assert!(lift(17, 0).is_empty());
    let flags = block([1, 2]).address() as Address;
    let flags = || <Vec<bool> as Answer>::lift(packed(flags, 2), "test.ask");
    assert!(panic(flags).contains("`test.ask`: the host returned 2 for a bool in a list"));
}

#[test]
fn records_and_their_padding() {
    let shim = shim!(double(low0, high0: &mut Pair, low1, high1: &u32) -> ());
    let place = aligned([0; 3]);
    write(place, &[0, 9, 9, 9, 1, 0, 0, 0, 3, 9, 9, 9, 1, 9, 9, 9, 5, 0, 0, 0, 6, 9, 9, 9]);
    let by = aligned([3]);
    shim(place, (), by, ());
    let bytes = read(place, 24);
    assert_eq!((bytes[0], bytes[4], bytes[8]), (1, 15, 6));
    assert_eq!((bytes[12], bytes[16], bytes[20]), (0, 1, 2));
    // All bytes of the block are still initialised, whatever the guest wrote.
    write(place, &[2; 24]);
    assert!(panic(|| shim(place, (), by, ())).contains("the host wrote 2 for a bool"));
    write(place, &[1; 24]);
    assert!(panic(|| shim(place, (), place + 8, ())).contains("overlap"));
    assert!(panic(|| shim(place + 1, (), by, ())).contains("not a multiple of 4"));
    assert!(panic(|| shim(0, (), by, ())).contains("null"));
    assert!(panic(|| shim(place + 4, (), by, ())).contains("not inside"));
}

#[test]
fn a_mutable_reference_is_exclusive() {
    let shim = shim!(both(low0, high0: &mut u32, low1, high1: &mut u32) -> ());
    let two = aligned([1 << 32 | 2]);
    shim(two, (), two + 4, ());
    assert_eq!(read(two, 8), [1, 0, 0, 0, 2, 0, 0, 0]);
    assert!(panic(|| shim(two, (), two, ())).contains("overlap"));
    // The refused call has left nothing borrowed.
    shim(two, (), two + 4, ());
}

#[test]
fn a_guest_pointer_does_not_write_to_borrowed_memory() {
    let looks = shim!(look(low0, high0: &[u8; 4], low1, high1: GuestPtr<[u8; 4]>) -> bool);
    let stores = shim!(store(low0, high0: &u32, low1, high1: GuestPtr<u32>) -> ());
    let two = aligned([7]);
    assert_eq!(looks(two, (), two, ()), 1);
    assert_eq!(looks(two, (), two + 4, ()), 0);
    stores(two, (), two + 4, ());
    assert_eq!(looks(two, (), two + 4, ()), 1);
    assert!(panic(|| stores(two, (), two, ())).contains("overlap"));
}

#[test]
fn bytes_that_a_guest_pointer_has_written_can_be_read() {
    let place = GuestPtr::new([0_u64; 2]);
    let padded = Padded { flag: true, number: 2, last: 3 };
    let as_padded = <GuestPtr<Padded> as Answer>::lift(place.address() as Address, "test.place");
    as_padded.write(padded);
    assert_eq!(as_padded.read(), padded);
    let bytes = <GuestPtr<[u8; 16]> as Answer>::lift(place.address() as Address, "test.place");
    assert_eq!(bytes.read(), [1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]);
    bytes.write([9; 16]);
    assert!(panic(|| as_padded.read()).contains("`test.place`: the host wrote 9"));
    place.free();
    assert!(panic(|| bytes.read()).contains("not inside"));
    assert!(panic(|| place.free()).contains("freed before"));
}

#[test]
fn strings_that_a_host_function_returns() {
    let lift = |start: usize, size: usize| {
        let packed = (start as Packed) << (Packed::BITS / 2) | size as Packed;
        <String as Answer>::lift(packed, "test.ask")
    };
    let bob = block(*b"bob");
    assert_eq!(lift(bob.address(), 3), "bob");
    assert!(
        panic(|| lift(bob.address(), 3))
            .contains("where no block of at least as many bytes begins")
    );
    assert_eq!(lift(0, 0), "");
    assert_eq!(lift(17, 0), "");
    let wrong = block(*b"\xc0\x80");
    assert!(panic(|| lift(wrong.address(), 2)).contains("`test.ask`"));
}
