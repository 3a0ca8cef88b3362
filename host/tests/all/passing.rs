//! Strings, bools, records and pointers, lowered into guests and lifted out of them: what arrives,
//! what is freed, and invalid results of guests.

use crate::support::{ALLOCATOR, INIT, Point, allocated, instance};
use polyreactor_host::{CallError, HostLayout, Instance, Pointer, Val};

#[derive(HostLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
struct Flag {
    on: bool,
}

#[derive(HostLayout)]
#[repr(C)]
struct Swapped {
    y: f64,
    x: i32,
}

#[derive(HostLayout)]
#[repr(C)]
struct Renamed {
    a: i32,
    b: f64,
}

/// An instance of a module that has [`ALLOCATOR`] and these fields.
fn with_allocator(fields: &str) -> Instance {
    instance(&format!("{INIT} {ALLOCATOR} {fields}"))
}

#[test]
fn strings_are_passed_both_ways_and_freed() {
    let mut echo = with_allocator(
        r#"(func (export "echo") (param i32 i32) (result i64)
             (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32))
                     (i64.extend_i32_u (local.get 1))))"#,
    );
    for text in ["bob", "", "nul\0 in it", "größe 🦀", &"x".repeat(30_000)] {
        assert_eq!(echo.call::<String>("echo", (text,)).unwrap(), text);
        assert_eq!(allocated(&mut echo), 0);
    }
    let too_long = echo.call::<String>("echo", (&*"x".repeat(30_001),)).unwrap_err();
    assert!(matches!(too_long, CallError::NoMemory { size: 30_001 }), "{too_long}");
    assert_eq!(echo.call::<String>("echo", ("still there",)).unwrap(), "still there");
}

#[test]
fn records_are_lowered_and_lifted_again_and_freed() {
    let mut scale = with_allocator(
        r#"(func (export "scale") (param i32 f64)
             (i32.store (local.get 0) (i32.mul (i32.load (local.get 0)) (i32.const 2)))
             (f64.store offset=8 (local.get 0)
               (f64.mul (f64.load offset=8 (local.get 0)) (local.get 1))))"#,
    );
    let mut point = Point { x: 1, y: 2.5 };
    scale.call::<()>("scale", (&mut point, 2.0)).unwrap();
    assert_eq!(point, Point { x: 2, y: 5.0 });
    scale.call::<()>("scale", (&point, 2.0)).unwrap();
    assert_eq!((point, allocated(&mut scale)), (Point { x: 2, y: 5.0 }, 0));
}

#[test]
fn arguments_are_freed_where_a_later_one_finds_no_memory() {
    let mut takes = with_allocator(r#"(func (export "two") (param i32 i32 i32 i32))"#);
    let error = takes.call::<()>("two", ("short", &*"x".repeat(40_000))).unwrap_err();
    assert!(matches!(error, CallError::NoMemory { size: 40_000 }), "{error}");
    assert_eq!(allocated(&mut takes), 0);
}

#[test]
fn invalid_results_are_errors() {
    let mut guest = with_allocator(
        r#"(data (i32.const 8) "\ff\fe\02")
           (func (export "bool") (param i32) (result i32) (local.get 0))
           (func (export "string") (param i64) (result i64) (local.get 0))
           (func (export "pointer") (param i32) (result i32) (local.get 0))
           (func (export "spoils") (param i32) (i32.store8 (local.get 0) (i32.const 2)))"#,
    );
    let message = |result: Result<String, CallError>| match result.unwrap_err() {
        error @ CallError::BadResult { .. } => error.to_string(),
        other => panic!("{other:?}"),
    };
    for (given, text) in [(2, "2 for a bool"), (256, "256 for a bool"), (-1, "-1 for a bool")] {
        let error = message(guest.call::<bool>("bool", (given,)).map(|it| it.to_string()));
        assert!(error.starts_with("`bool` returned ") && error.contains(text), "{error}");
    }
    assert!(guest.call::<bool>("bool", (1,)).unwrap());
    let at = |address: u64, length: u64| address << 32 | length;
    let strings =
        [(at(8, 2), "UTF-8"), (at(65_535, 2), "not all in its memory"), (u64::MAX, "not all in")];
    for (packed, text) in strings {
        let error = message(guest.call::<String>("string", (packed,)));
        assert!(error.contains(text), "{error}");
    }
    // The address of an empty string is not read.
    assert_eq!(guest.call::<String>("string", (at(u32::MAX.into(), 0),)).unwrap(), "");
    for (address, text) in [(0, "null"), (65_536, "not all in"), (12, "no multiple of 8")] {
        let pointer = guest.call::<Pointer<Point>>("pointer", (address,)).unwrap();
        let error = pointer.read(&mut guest).unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
        pointer.write(&mut guest, &Point { x: 0, y: 0.0 }).unwrap_err();
    }
    let flag = guest.call::<Pointer<Flag>>("pointer", (10,)).unwrap();
    assert!(flag.read(&mut guest).unwrap_err().to_string().contains("neither 0 nor 1"));
    flag.write(&mut guest, &Flag { on: true }).unwrap();
    assert_eq!(flag.read(&mut guest).unwrap(), Flag { on: true });
    let mut flag = Flag { on: true };
    let error = message(guest.call::<()>("spoils", (&mut flag,)).map(|()| String::new()));
    assert!(error.contains("neither 0 nor 1"), "{error}");
    // The argument is unchanged, its memory is freed, and the instance is not poisoned.
    assert_eq!((flag.on, allocated(&mut guest)), (true, 0));
}

#[test]
fn a_pointer_is_valid_in_its_own_instance_until_that_is_poisoned() {
    let fields = r#"
        (data (i32.const 16) "\2a")
        (func (export "at") (result i32) (i32.const 16))
        (func (export "traps") unreachable)"#;
    let (mut one, mut other) = (with_allocator(fields), with_allocator(fields));
    let at: Pointer<i32> = one.call("at", ()).unwrap();
    assert_eq!(at.read(&mut one).unwrap(), 42);
    let error = at.read(&mut other).unwrap_err().to_string();
    assert!(error.contains("another instance"), "{error}");
    at.write(&mut other, &7).unwrap_err();
    one.call::<()>("traps", ()).unwrap_err();
    let error = at.read(&mut one).unwrap_err().to_string();
    assert!(error.contains("poisoned instance"), "{error}");
    at.write(&mut one, &7).unwrap_err();
    other.call::<()>("at", ()).unwrap_err();
}

#[test]
fn a_trap_in_the_allocator_outranks_a_bad_result() {
    let mut guest = instance(&format!(
        r#"{INIT}
           (func (export "polyreactor_alloc") (param i32 i32) (result i32) (i32.const 8))
           (func (export "polyreactor_free") (param i32 i32 i32) unreachable)
           (func (export "takes") (param i32) (result i32) (i32.const 2))"#,
    ));
    let error = guest.call::<bool>("takes", (&7_i32,)).unwrap_err();
    assert!(matches!(error, CallError::Trap(_)), "{error}");
}

#[test]
fn a_guest_without_an_allocator_is_an_error() {
    let echo = r#"(func (export "length") (param i32 i32) (result i32) (local.get 1))"#;
    let without = [
        "",
        r#"(func (export "polyreactor_alloc") (param i32 i32) (result i32) (i32.const 8))"#,
        r#"(func (export "polyreactor_alloc") (param i32) (result i32) (i32.const 8))
           (func (export "polyreactor_free") (param i32 i32 i32))"#,
    ];
    for allocator in without {
        let mut guest = instance(&format!("{INIT} {echo} {allocator}"));
        let error = guest.call::<i32>("length", ("bob",)).unwrap_err();
        assert!(matches!(error, CallError::NoAllocator), "{error}");
        assert!(error.to_string().contains("polyreactor-guest"), "{error}");
        // An empty string needs no allocator.
        assert_eq!(guest.call::<i32>("length", ("",)).unwrap(), 0);
    }
}

#[test]
fn an_invalid_address_of_the_allocator_is_an_error() {
    for address in [-4, 65_536, 9] {
        let mut guest = instance(&format!(
            r#"{INIT}
               (func (export "polyreactor_alloc") (param i32 i32) (result i32)
                 (i32.const {address}))
               (func (export "polyreactor_free") (param i32 i32 i32))
               (func (export "takes") (param i32))"#,
        ));
        let error = guest.call::<()>("takes", (&7_i32,)).unwrap_err();
        assert!(matches!(&error, CallError::BadResult { .. }), "{error}");
        assert!(error.to_string().contains("out of bounds or no multiple of 4"), "{error}");
    }
}

#[test]
fn an_allocator_that_traps_poisons_the_instance() {
    let mut guest = instance(&format!(
        r#"{INIT}
           (func (export "polyreactor_alloc") (param i32 i32) (result i32) (i32.const 8))
           (func (export "polyreactor_free") (param i32 i32 i32) unreachable)
           (func (export "takes") (param i32) (result i32) (i32.const 7))"#,
    ));
    let error = guest.call::<i32>("takes", (&7_i32,)).unwrap_err();
    assert!(matches!(error, CallError::Trap(_)), "{error}");
    let error = guest.call::<i32>("takes", (&7_i32,)).unwrap_err();
    assert!(error.to_string().contains("`polyreactor_free`"), "{error}");
    assert!(matches!(error, CallError::Poisoned { .. }), "{error}");
}

#[test]
fn types_are_checked_against_the_core_type() {
    let mut guest =
        with_allocator(r#"(func (export "f") (param i32 f64) (result i64) i64.const 1)"#);
    assert_eq!(guest.call::<u64>("f", (1_u32, 2.0)).unwrap(), 1);
    let wrong = [
        guest.call::<u64>("f", (1,)).map(drop),
        guest.call::<u64>("f", ("a", 2.0)).map(drop),
        guest.call::<u32>("f", (1, 2.0)).map(drop),
        guest.call::<()>("f", (1, 2.0)).map(drop),
        guest.call::<u64>("f", (1, 2.0_f32)).map(drop),
    ];
    for result in wrong {
        assert!(matches!(result, Err(CallError::TypeMismatch { .. })), "{result:?}");
    }
    assert!(matches!(guest.call::<()>("g", ()), Err(CallError::NoSuchExport { .. })));
    assert!(matches!(guest.call_dynamic("f", &[]), Err(CallError::ArgumentMismatch { .. })));
}

/// The fields of a module whose contract is more precise than its core types.
fn declared() -> String {
    let contract = r#"{"schema":1,"exports":{
        "flip":"(b: bool) -> bool","count":"(n: u32) -> u32","move":"(p: ptr<point>, by: f64)",
        "first":"() -> ptr<point>","shout":"(text: string) -> string"},
        "records":{"point":[["x","s32"],["y","f64"]]}}"#;
    let contract = contract.replace('"', "\\\"").replace('\n', " ");
    format!(
        r#"(@custom "polyreactor.contract" "{contract}") {INIT} {ALLOCATOR}
           (data (i32.const 16) "\05\00\00\00\00\00\00\00\00\00\00\00\00\00\00\40")
           (func (export "flip") (param i32) (result i32) (i32.eqz (local.get 0)))
           (func (export "count") (param i32) (result i32)
             (i32.add (local.get 0) (i32.const 1)))
           (func (export "move") (param i32 f64)
             (f64.store offset=8 (local.get 0) (local.get 1)))
           (func (export "first") (result i32) (i32.const 16))
           (func (export "shout") (param i32 i32) (result i64)
             (i32.store8 (local.get 0) (i32.const 0x42))
             (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32))
                     (i64.extend_i32_u (local.get 1))))"#
    )
    .replace(r#"(func (export "allocated") (result i32) (global.get $allocated))"#, "")
}

#[test]
fn types_are_checked_against_the_contract() {
    let mut guest = instance(&declared());
    assert!(guest.call::<bool>("flip", (false,)).unwrap());
    assert_eq!(guest.call::<u32>("count", (7_u32,)).unwrap(), 8);
    let first = guest.call::<Pointer<Point>>("first", ()).unwrap();
    assert_eq!(first.read(&mut guest).unwrap(), Point { x: 5, y: 2.0 });
    // The core types of all these calls match; the contract differs.
    let wrong = [
        guest.call::<i32>("flip", (2,)).map(drop),
        guest.call::<()>("move", (&0_i32, 1.0)).map(drop),
        guest.call::<()>("move", (16_u32, 1.0)).map(drop),
        guest.call::<Pointer<i32>>("first", ()).map(drop),
        guest.call::<()>("move", (&[0_i64; 2], 1.0)).map(drop),
        guest.call::<()>("move", (&Swapped { y: 1.0, x: 2 }, 1.0)).map(drop),
        guest.call::<()>("move", (&Renamed { a: 1, b: 2.0 }, 1.0)).map(drop),
        guest.call::<u64>("shout", ("a",)).map(drop),
    ];
    for result in wrong {
        assert!(matches!(result, Err(CallError::NotAsDeclared { .. })), "{result:?}");
    }
    let error = guest.call::<()>("move", (&Renamed { a: 1, b: 2.0 }, 1.0)).unwrap_err();
    let error = error.to_string();
    let difference = "`point` is {x: s32, y: f64}, and `all::passing::Renamed` is {a: s32, b: f64}";
    assert!(error.ends_with(difference), "{error}");
    let error = guest.call::<()>("move", (16_u32, 1.0)).unwrap_err().to_string();
    assert_eq!(error, "`move` is declared as (p: ptr<point>, by: f64), not (u32, f64) -> ()",);
}

#[test]
fn dynamic_calls_take_and_return_values_of_the_contract() {
    let mut guest = instance(&declared());
    let point = |x, y: f64| {
        let fields = [("x", Val::S32(x)), ("y", Val::from(y))];
        Val::Record(fields.map(|(name, value)| (name.to_owned(), value)).into())
    };
    let moved = guest.call_dynamic("move", &[point(1, 2.5), Val::from(5_f64)]).unwrap();
    assert_eq!(
        (moved.results, &moved.changed[..]),
        (vec![], &[("p".to_owned(), point(1, 5.0))][..])
    );
    let stays = guest.call_dynamic("move", &[point(1, 2.5), Val::from(2.5_f64)]);
    assert_eq!(stays.unwrap().changed, []);
    assert_eq!(guest.call_dynamic("first", &[]).unwrap().results, [point(5, 2.0)]);
    let shouted = guest.call_dynamic("shout", &[Val::String("bob".to_owned())]).unwrap();
    assert_eq!(shouted.to_string(), " = \"Bob\"");
    let count = guest.call_dynamic("count", &[Val::U32(u32::MAX - 1)]).unwrap();
    assert_eq!(count.to_string(), " = 4294967295");
    let wrong = [
        ("move", vec![point(1, 2.5)]),
        ("move", vec![Val::S32(1), Val::from(0.0)]),
        ("count", vec![Val::S32(1)]),
        ("flip", vec![]),
    ];
    for (name, arguments) in wrong {
        let error = guest.call_dynamic(name, &arguments).unwrap_err();
        assert!(matches!(error, CallError::NotAsDeclared { .. }), "{error}");
    }
}
