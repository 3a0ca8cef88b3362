//! Lists of scalars: as parameters and results of exports and of host functions, in typed and in
//! dynamic calls, large ones, and invalid ones of guests.

use std::fmt::Debug;

use crate::support::{engine, linked};
use polyreactor_host::contract::ListElement;
use polyreactor_host::{
    BadValue, CallError, Caller, Instance, InstanceConfig, Linker, OutOfBounds, Reactor, Val,
};

const SCALARS: [&str; 11] =
    ["bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32", "f64"];

/// A guest whose exports return lists, as they are or inverted, and pass them to a host function.
const GUEST: &str = r#"
    (import "host" "swap" (func $swap (param i32 i32) (result i64)))
    (memory (export "memory") 1)
    (data (i32.const 16) "\01\02\00\01\00\00\00\00\00\00\00\00\00\00\f0\3f")
    (global $next (mut i32) (i32.const 1024))
    (global $allocated (mut i32) (i32.const 0))
    (func (export "polyreactor_alloc") (param $size i32) (param $align i32) (result i32)
      (local $at i32)
      (global.set $allocated (i32.add (global.get $allocated) (local.get $size)))
      (local.set $at (i32.and
        (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
      (global.set $next (i32.add (local.get $at) (local.get $size)))
      (block $enough (loop $more
        (br_if $enough (i32.le_u (global.get $next) (i32.mul (memory.size) (i32.const 65536))))
        (if (i32.eq (memory.grow (i32.const 16)) (i32.const -1)) (then (return (i32.const 0))))
        (br $more)))
      (local.get $at))
    (func (export "polyreactor_free") (param i32 i32 i32)
      (global.set $allocated (i32.sub (global.get $allocated) (local.get 1))))
    (func (export "_initialize"))
    (func (export "allocated") (result i32) (global.get $allocated))
    (func $pack (param i32 i32) (result i64)
      (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32))
              (i64.extend_i32_u (local.get 1))))
    (func (export "invert") (param $at i32) (param $count i32) (result i64)
      (local $end i32)
      (local.set $end (i32.add (local.get $at) (local.get $count)))
      (block $done (loop $next
        (br_if $done (i32.eq (local.get $at) (local.get $end)))
        (local.set $end (i32.sub (local.get $end) (i32.const 1)))
        (i32.store8 (local.get $end)
          (i32.xor (i32.load8_u (local.get $end)) (i32.const 255)))
        (br $next)))
      (call $pack (local.get $at) (local.get $count)))
    (func (export "ask") (param i32 i32) (result i64)
      (call $swap (local.get 0) (local.get 1)))"#;

/// The module: for each scalar, `same_T` returns its argument, and `make_T` returns a list of any
/// address and length. `swap` is the type that the contract declares for the import of that name.
fn module(swap: &str) -> Vec<u8> {
    let mut exports = vec![
        r#""invert": "(bytes: list<u8>) -> list<u8>""#.to_owned(),
        r#""ask": "(address: u32, count: u32) -> list<u16>""#.to_owned(),
        r#""allocated": "() -> s32""#.to_owned(),
    ];
    let mut names = String::new();
    for scalar in SCALARS {
        exports.push(format!(r#""same_{scalar}": "(list: list<{scalar}>) -> list<{scalar}>""#));
        exports.push(format!(r#""make_{scalar}": "(at: u32, count: u32) -> list<{scalar}>""#));
        names += &format!(r#"(export "same_{scalar}") (export "make_{scalar}") "#);
    }
    let contract = format!(
        r#"{{"schema": 1, "exports": {{{}}}, "imports": {{"host": {{"swap": "{swap}"}}}}}}"#,
        exports.join(", ")
    );
    let contract = contract.replace('"', "\\\"");
    let text = format!(
        r#"(module {GUEST}
             (func {names} (param i32 i32) (result i64) (call $pack (local.get 0) (local.get 1)))
             (@custom "polyreactor.contract" "{contract}"))"#
    );
    wat::parse_str(text).unwrap()
}

const SWAP: &str = "(bytes: list<u8>) -> list<u16>";

/// The host function `swap`: returns the bytes as numbers, in reverse order.
fn swap(_: &mut Caller<'_>, bytes: Vec<u8>) -> Vec<u16> {
    bytes.into_iter().rev().map(u16::from).collect()
}

fn guest() -> Instance {
    let linked = linked(&engine(), module(SWAP), |linker| {
        linker.func("host", "swap", swap).unwrap();
    });
    linked.instantiate(&InstanceConfig::new()).unwrap()
}

#[test]
fn a_list_of_every_scalar_is_lowered_and_lifted() {
    fn check<T: ListElement + PartialEq + Debug>(guest: &mut Instance, list: &[T]) {
        let name = format!("same_{}", T::SCALAR);
        let returned: Vec<T> = guest.call(&name, (list,)).unwrap();
        assert_eq!(returned, list, "{name}");
        let none: Vec<T> = guest.call(&name, (&list[..0],)).unwrap();
        assert_eq!(none.len(), 0, "{name}");
        let value = Val::from(list);
        let returned = guest.call_dynamic(&name, std::slice::from_ref(&value)).unwrap();
        assert_eq!(returned.results, [value]);
        let none = guest.call_dynamic(&name, &[Val::from(Vec::<Val>::new())]).unwrap();
        assert_eq!(none.to_string(), " = []");
    }
    let guest = &mut guest();
    check(guest, &[true, false, true]);
    check(guest, &[i8::MIN, -1, i8::MAX]);
    check(guest, &[0_u8, 255, 7]);
    check(guest, &[i16::MIN, i16::MAX]);
    check(guest, &[u16::MAX]);
    check(guest, &[i32::MIN, i32::MAX]);
    check(guest, &[u32::MAX]);
    check(guest, &[i64::MIN, i64::MAX]);
    check(guest, &[u64::MAX]);
    check(guest, &[0.1_f32, -0.0]);
    check(guest, &[f64::INFINITY, 1e300]);
    assert_eq!(guest.call::<i32>("allocated", ()).unwrap(), 0, "all lists are freed");
}

#[test]
fn a_guest_changes_the_bytes_of_a_list() {
    let mut guest = guest();
    for count in [0, 1, 65_536] {
        let bytes: Vec<u8> = (0..count).map(|number| number as u8).collect();
        let inverted: Vec<u8> = bytes.iter().map(|byte| !byte).collect();
        assert_eq!(guest.call::<Vec<u8>>("invert", (&bytes[..],)).unwrap(), inverted);
        let returned = guest.call_dynamic("invert", &[Val::from(bytes)]).unwrap();
        assert_eq!(returned.results, [Val::from(inverted)]);
    }
}

/// A list of bytes is one copy: with one `Val` per byte it would take 1.6 GB.
#[cfg(target_os = "linux")]
#[test]
fn fifty_megabytes_take_less_than_400_mib() {
    const COUNT: usize = 50_000_000;
    crate::support::alone("lists::fifty_megabytes_take_less_than_400_mib", || {
        let mut guest = guest();
        let mut bytes = (0..=255).collect::<Vec<u8>>().repeat(COUNT / 256 + 1);
        bytes.truncate(COUNT);
        let returned: Vec<u8> = guest.call("same_u8", (&bytes[..],)).unwrap();
        assert!(returned == bytes);
        drop(returned);
        let value = Val::from(bytes);
        let returned = guest.call_dynamic("same_u8", std::slice::from_ref(&value)).unwrap();
        assert!(returned.results == [value]);
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        let peak_kib: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
        // Two copies in the guest, whose allocator does not reuse memory, and two in the host.
        assert!(peak_kib < 400 * 1024, "{peak_kib} KiB");
    });
}

#[test]
fn host_functions_take_and_return_lists() {
    let mut guest = guest();
    let returned: Vec<u16> = guest.call("ask", (16_u32, 4_u32)).unwrap();
    assert_eq!(returned, [1, 0, 2, 1]);
    // The guest owns the list, and has not freed it.
    assert_eq!(guest.call::<i32>("allocated", ()).unwrap(), 8);
    assert!(guest.call::<Vec<u16>>("ask", (0_u32, 0_u32)).unwrap().is_empty());
    assert_eq!(guest.call::<i32>("allocated", ()).unwrap(), 8);
    let error = guest.call::<Vec<u16>>("ask", (65_530_u32, 7_u32)).unwrap_err();
    let CallError::HostFunction { cause, .. } = &error else { panic!("{error:?}") };
    assert!(cause.downcast_ref::<BadValue>().is_some(), "{cause:?}");
    let says = "a list<u8> of 7 at 0xfffa, which is not all in its memory, as argument 1";
    assert!(cause.to_string().contains(says), "{cause}");
}

#[test]
fn host_functions_are_checked_against_the_contract() {
    let engine = engine();
    let mut linker = Linker::new(&engine);
    linker.func("host", "swap", swap).unwrap();
    let link = |module| linker.link(&Reactor::from_bytes(&engine, module).unwrap());
    for declared in [
        "(bytes: list<s8>) -> list<u16>",
        "(text: string) -> list<u16>",
        "(bytes: list<u8>) -> string",
    ] {
        let error = link(module(declared)).unwrap_err().to_string();
        assert!(error.contains(declared) && error.contains("swap"), "{error}");
    }
}

/// A list is two core parameters, which the parameter after it has to skip.
#[test]
fn a_parameter_after_a_list_is_matched() {
    let mark = |_: &mut Caller<'_>, bytes: Vec<u8>, loud: bool| bytes.len() as i32 * loud as i32;
    let engine = engine();
    let mut linker = Linker::new(&engine);
    linker.func("host", "mark", mark).unwrap();
    let link = |module| linker.link(&Reactor::from_bytes(&engine, module).unwrap());
    let module = |declared: &str| {
        let contract = format!(
            r#"{{\"schema\": 1, \"imports\": {{\"host\": {{\"mark\": \"{declared}\"}}}},
                \"exports\": {{\"f\": \"() -> s32\"}}}}"#
        );
        let contract = contract.replace('\n', " ");
        wat::parse_str(format!(
            r#"(module (import "host" "mark" (func $mark (param i32 i32 i32) (result i32)))
                 (memory (export "memory") 1) (func (export "_initialize"))
                 (func (export "f") (result i32)
                   (call $mark (i32.const 8) (i32.const 5) (i32.const 1)))
                 (@custom "polyreactor.contract" "{contract}"))"#
        ))
        .unwrap()
    };
    let right = link(module("(bytes: list<u8>, loud: bool) -> s32"));
    let mut guest = right.unwrap().instantiate(&InstanceConfig::new()).unwrap();
    assert_eq!(guest.call::<i32>("f", ()).unwrap(), 5);
    for wrong in ["(bytes: list<u8>, loud: s32) -> s32", "(loud: bool, bytes: list<u8>) -> s32"] {
        let error = link(module(wrong)).unwrap_err().to_string();
        assert!(error.contains(wrong), "{error}");
    }
}

#[test]
fn lists_that_a_guest_returns_are_checked() {
    let wrong = [
        ("make_u8", 65_535, 2, "a list<u8> of 2 at 0xffff, which is not all in its memory"),
        ("make_u8", u32::MAX, u32::MAX, "which is not all in its memory"),
        ("make_u64", 8, 1 << 31, "a list<u64> of 2147483648 at 0x8, which is not all"),
        ("make_u64", 8, u32::MAX, "which is not all in its memory"),
        ("make_u8", 0, 1, "a list<u8> of 1 at 0x0, which is null"),
        ("make_u16", 17, 1, "a list<u16> of 1 at 0x11, which is no multiple of 2"),
        ("make_f64", 20, 1, "a list<f64> of 1 at 0x14, which is no multiple of 8"),
        ("make_bool", 16, 2, "2 for a bool"),
    ];
    for (name, at, count, says) in wrong {
        let mut guest = guest();
        let arguments = (at, count);
        let typed = match name {
            "make_u8" => guest.call::<Vec<u8>>(name, arguments).map(drop),
            "make_u16" => guest.call::<Vec<u16>>(name, arguments).map(drop),
            "make_u64" => guest.call::<Vec<u64>>(name, arguments).map(drop),
            "make_f64" => guest.call::<Vec<f64>>(name, arguments).map(drop),
            _ => guest.call::<Vec<bool>>(name, arguments).map(drop),
        };
        let dynamic = guest.call_dynamic(name, &[Val::from(at), Val::from(count)]).map(drop);
        for outcome in [typed, dynamic] {
            let Err(CallError::BadResult { cause, .. }) = &outcome else { panic!("{outcome:?}") };
            assert!(cause.to_string().contains(says), "{name}: {cause}");
        }
        // The instance is not poisoned.
        assert_eq!(guest.call::<Vec<f64>>("make_f64", (24_u32, 1_u32)).unwrap(), [1.0]);
        assert!(guest.call::<Vec<u64>>("make_u64", (3_u32, 0_u32)).unwrap().is_empty());
    }
}

#[test]
fn a_list_has_the_declared_scalar() {
    let mut guest = guest();
    let wrong = [
        guest.call::<Vec<u8>>("same_u8", (&[1_i8][..],)).map(drop),
        guest.call::<Vec<i8>>("same_u8", (&[1_u8][..],)).map(drop),
        guest.call::<Vec<u8>>("same_u8", ("a",)).map(drop),
        guest.call::<String>("same_u8", (&[1_u8][..],)).map(drop),
        guest.call::<u64>("same_u8", (&[1_u8][..],)).map(drop),
        guest.call_dynamic("same_u8", &[Val::from(vec![1_i8])]).map(drop),
        guest.call_dynamic("same_u8", &[Val::from("a")]).map(drop),
    ];
    for outcome in wrong {
        assert!(matches!(outcome, Err(CallError::NotAsDeclared { .. })), "{outcome:?}");
    }
    let error = guest.call::<Vec<u8>>("same_u8", (&[1_u8, 2],)).unwrap_err().to_string();
    assert!(
        error.ends_with("; a `list<u8>` is passed as a slice, `&[T]`, not as an array"),
        "{error}"
    );
}

#[test]
fn the_embedder_reads_and_writes_the_memory() {
    let mut guest = guest();
    assert_eq!(guest.read(16, 4), Ok(&[1, 2, 0, 1][..]));
    guest.write(16, &[9, 8]).unwrap();
    assert_eq!(guest.memory()[16..20], [9, 8, 0, 1]);
    let end = guest.memory().len() as u32;
    assert_eq!(guest.read(end, 0), Ok(&[][..]));
    assert_eq!(guest.write(end, &[]), Ok(()));
    for (address, length) in [(end, 1), (end - 1, 2), (u32::MAX, u32::MAX), (0, u32::MAX)] {
        let Err(OutOfBounds { address: at, length: of, .. }) = guest.read(address, length) else {
            panic!("{length} bytes at {address} were read")
        };
        assert_eq!((at, of), (address, length));
    }
    assert!(guest.write(end - 1, &[1, 2]).is_err());
    assert_eq!(guest.read(end - 1, 1), Ok(&[0][..]), "nothing is written");
}
