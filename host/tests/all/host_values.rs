//! Values that are more than numbers, in host functions: what arrives, what is given back, and
//! what guests pass that is none.

use std::sync::{Arc, Mutex};

use crate::support::{ALLOCATOR, INIT, Point, assemble, lent};
use polyreactor_host::{
    BadValue, Caller, Engine, Error, Instance, InstanceConfig, Pointer, Reactor,
};

/// A guest that passes what it is told to, to host functions of all kinds.
const ASKS: &str = r#"
    (import "host" "note" (func $note (param i32 i32 i32)))
    (import "host" "name" (func $name (result i64)))
    (import "host" "scale" (func $scale (param i32 f64)))
    (import "host" "both" (func $both (param i32) (result i32)))
    (data (i32.const 8) "bob\ff")
    (data (i32.const 16) "\01\00\00\00\00\00\00\00\00\00\00\00\00\00\04\40")
    (func (export "note") (param i32 i32 i32)
      (call $note (local.get 0) (local.get 1) (local.get 2)))
    (func (export "name") (result i64) (call $name))
    (func (export "scale") (param i32 f64) (call $scale (local.get 0) (local.get 1)))
    (func (export "both") (param i32) (result i32) (call $both (local.get 0)))"#;

fn asks(log: &Arc<Mutex<Vec<String>>>, name: &'static str, allocator: &str) -> Instance {
    let log = log.clone();
    let note = move |_: &mut Caller<'_>, text: String, loud: bool| {
        log.lock().unwrap().push(if loud { text.to_uppercase() } else { text });
    };
    let scale = |caller: &mut Caller<'_>, p: Pointer<Point>, by: f64| -> Result<(), BadValue> {
        let Point { x, y } = p.read(caller)?;
        p.write(caller, &Point { x: x * 2, y: y * by })
    };
    let engine = Engine::builder()
        .and_then(|it| it.function("host", "note", note))
        .and_then(|it| it.function("host", "name", move |_: &mut Caller<'_>| name.to_owned()))
        .and_then(|it| it.function("host", "scale", scale))
        .and_then(|it| {
            it.function("host", "both", |_: &mut Caller<'_>, b: bool| Ok::<_, Error>(!b))
        })
        .unwrap()
        .build();
    let module = assemble(&format!("{ASKS} {INIT} {allocator}"));
    Reactor::from_bytes(&engine, module).unwrap().instantiate(&InstanceConfig::new()).unwrap()
}

#[test]
fn host_functions_take_and_give_the_same() {
    let log = Arc::default();
    let mut guest = asks(&log, "the host", ALLOCATOR);
    guest.invoke::<()>("note", (8, 3, 1)).unwrap();
    guest.invoke::<()>("note", (0, 0, 0)).unwrap();
    assert_eq!(*log.lock().unwrap(), ["BOB", ""]);
    assert_eq!(guest.invoke::<String>("name", ()).unwrap(), "the host");
    // It is the guest's now.
    assert_eq!(lent(&mut guest), 8);
    assert_eq!(guest.invoke::<i32>("both", (0,)).unwrap(), 1);
    guest.invoke::<()>("scale", (16, 3.0)).unwrap();
    assert_eq!(asks(&log, "", "").invoke::<String>("name", ()).unwrap(), "");
}

#[test]
fn what_guests_pass_is_checked() {
    let log = Arc::default();
    let cases: [(&str, [i32; 3], &str); 6] = [
        ("note", [8, 4, 0], "not UTF-8"),
        ("note", [65_530, 7, 0], "not all in its memory"),
        ("note", [-1, -1, 0], "not all in its memory"),
        ("note", [8, 3, 2], "2 for a bool, 0 or 1 expected, as argument 2"),
        ("note", [8, 3, 256], "256 for a bool"),
        ("both", [2, 0, 0], "as argument 1"),
    ];
    for (name, [a, b, c], text) in cases {
        let mut guest = asks(&log, "", ALLOCATOR);
        let result = match name {
            "note" => guest.invoke::<()>(name, (a, b, c)),
            _ => guest.invoke::<i32>(name, (a,)).map(drop),
        };
        let Err(Error::HostFunction { cause, .. }) = &result else { panic!("{result:?}") };
        assert!(cause.downcast_ref::<BadValue>().is_some(), "{cause:?}");
        assert!(cause.to_string().contains(text), "{cause}");
    }
    for (address, text) in [(0, "null"), (65_535, "no multiple of 8"), (65_536, "not all in")] {
        let result = asks(&log, "", ALLOCATOR).invoke::<()>("scale", (address, 1.0));
        let Err(Error::HostFunction { cause, .. }) = &result else { panic!("{result:?}") };
        assert!(cause.to_string().contains(text), "{cause}");
    }
    assert!(log.lock().unwrap().is_empty());
    let error = asks(&log, "a name", "").invoke::<String>("name", ()).unwrap_err();
    let Error::HostFunction { import, cause } = &error else { panic!("{error:?}") };
    assert!(matches!(cause.downcast_ref(), Some(Error::NoAllocator)), "{cause:?}");
    assert_eq!(&**import, "host.name");
}

#[test]
fn host_functions_are_held_against_the_contract() {
    let module = |ty: &str, core: &str| {
        let contract = format!(
            "{{\\\"schema\\\":1,\\\"imports\\\":{{\\\"host\\\":{{\\\"f\\\":\\\"{ty}\\\"}}}},\
             \\\"records\\\":{{\\\"point\\\":[[\\\"x\\\",\\\"s32\\\"],[\\\"y\\\",\\\"f64\\\"]]}}}}"
        );
        assemble(&format!(
            r#"(@custom "polyreactor.contract" "{contract}") (import "host" "f" (func {core}))
               {INIT}"#
        ))
    };
    let engine = Engine::builder()
        .and_then(|it| {
            it.function("host", "f", |_: &mut Caller<'_>, _: Pointer<Point>, _: bool| {})
        })
        .unwrap()
        .build();
    let core = "(param i32 i32)";
    Reactor::from_bytes(&engine, module("(p: ptr<point>, b: bool)", core)).unwrap();
    for other in ["(p: ptr<s32>, b: bool)", "(p: ptr<point>, b: s32)", "(text: string)"] {
        let error = Reactor::from_bytes(&engine, module(other, core)).unwrap_err();
        let Error::MissingImports { imports, .. } = &error else { panic!("{error}") };
        assert_eq!((imports.len(), &*imports[0].ty), (1, other));
        assert!(error.to_string().contains("the host has (polyreactor_host::"), "{error}");
    }
}

#[test]
fn a_host_function_can_pass_strings_back_in() {
    let ask = |caller: &mut Caller<'_>| -> Result<i32, Error> {
        let echoed: String = caller.invoke("echo", ("again",))?;
        Ok(echoed.len() as i32)
    };
    let engine = Engine::builder().unwrap().function("host", "ask", ask).unwrap().build();
    let module = assemble(&format!(
        r#"(import "host" "ask" (func $ask (result i32))) {INIT} {ALLOCATOR}
           (func (export "ask") (result i32) (call $ask))
           (func (export "echo") (param i32 i32) (result i64)
             (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32))
                     (i64.extend_i32_u (local.get 1))))"#,
    ));
    let reactor = Reactor::from_bytes(&engine, module).unwrap();
    let mut guest = reactor.instantiate(&InstanceConfig::new()).unwrap();
    assert_eq!(guest.invoke::<i32>("ask", ()).unwrap(), 5);
    assert_eq!(lent(&mut guest), 0);
}
