//! Strings, bools and records in host functions: what arrives, what is returned, and invalid
//! arguments of guests.

use std::sync::{Arc, Mutex};

use crate::support::{ALLOCATOR, INIT, Point, allocated, assemble, engine, linked};
use polyreactor_host::{
    BadValue, CallError, Caller, Instance, InstanceConfig, LinkError, Linker, Pointer, Reactor,
};

/// A guest whose exports pass their arguments to the host functions of the same names.
const FORWARDS: &str = r#"
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

fn forwarding(log: &Arc<Mutex<Vec<String>>>, name: &'static str, allocator: &str) -> Instance {
    let log = log.clone();
    let note = move |_: &mut Caller<'_>, text: String, loud: bool| {
        log.lock().unwrap().push(if loud { text.to_uppercase() } else { text });
    };
    let scale = |caller: &mut Caller<'_>, p: Pointer<Point>, by: f64| -> Result<(), BadValue> {
        let Point { x, y } = p.read(caller)?;
        p.write(caller, &Point { x: x * 2, y: y * by })
    };
    let define = |linker: &mut Linker| -> Result<(), LinkError> {
        linker
            .func("host", "note", note)?
            .func("host", "name", move |_: &mut Caller<'_>| name.to_owned())?
            .func("host", "scale", scale)?
            .func("host", "both", |_: &mut Caller<'_>, b: bool| Ok::<_, CallError>(!b))?;
        Ok(())
    };
    let module = assemble(&format!("{FORWARDS} {INIT} {allocator}"));
    let linked = linked(&engine(), module, |linker| define(linker).unwrap());
    linked.instantiate(&InstanceConfig::new()).unwrap()
}

#[test]
fn host_functions_take_and_return_values_of_a_contract() {
    let log = Arc::default();
    let mut guest = forwarding(&log, "the host", ALLOCATOR);
    guest.call::<()>("note", (8, 3, 1)).unwrap();
    guest.call::<()>("note", (0, 0, 0)).unwrap();
    assert_eq!(*log.lock().unwrap(), ["BOB", ""]);
    assert_eq!(guest.call::<String>("name", ()).unwrap(), "the host");
    // The guest owns the string, and has not freed it.
    assert_eq!(allocated(&mut guest), 8);
    assert_eq!(guest.call::<i32>("both", (0,)).unwrap(), 1);
    guest.call::<()>("scale", (16, 3.0)).unwrap();
    assert_eq!(forwarding(&log, "", "").call::<String>("name", ()).unwrap(), "");
}

#[test]
fn arguments_of_a_guest_are_checked() {
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
        let mut guest = forwarding(&log, "", ALLOCATOR);
        let result = match name {
            "note" => guest.call::<()>(name, (a, b, c)),
            _ => guest.call::<i32>(name, (a,)).map(drop),
        };
        let Err(CallError::HostFunction { cause, .. }) = &result else { panic!("{result:?}") };
        assert!(cause.downcast_ref::<BadValue>().is_some(), "{cause:?}");
        assert!(cause.to_string().contains(text), "{cause}");
    }
    for (address, text) in [(0, "null"), (65_535, "no multiple of 8"), (65_536, "not all in")] {
        let result = forwarding(&log, "", ALLOCATOR).call::<()>("scale", (address, 1.0));
        let Err(CallError::HostFunction { cause, .. }) = &result else { panic!("{result:?}") };
        assert!(cause.to_string().contains(text), "{cause}");
    }
    assert!(log.lock().unwrap().is_empty());
    let error = forwarding(&log, "a name", "").call::<String>("name", ()).unwrap_err();
    let CallError::HostFunction { import, cause } = &error else { panic!("{error:?}") };
    assert!(matches!(cause.downcast_ref(), Some(CallError::NoAllocator)), "{cause:?}");
    assert_eq!(&**import, "host.name");
}

#[test]
fn host_functions_are_checked_against_the_contract() {
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
    let engine = engine();
    let mut linker = Linker::new(&engine);
    linker.func("host", "f", |_: &mut Caller<'_>, _: Pointer<Point>, _: bool| {}).unwrap();
    let link = |module| linker.link(&Reactor::from_bytes(&engine, module).unwrap());
    let core = "(param i32 i32)";
    link(module("(p: ptr<point>, b: bool)", core)).unwrap();
    for other in ["(p: ptr<s32>, b: bool)", "(p: ptr<point>, b: s32)", "(text: string)"] {
        let error = link(module(other, core)).unwrap_err();
        let LinkError::MissingImports { imports, .. } = &error else { panic!("{error}") };
        assert_eq!((imports.len(), &*imports[0].ty), (1, other));
        assert!(error.to_string().contains("the host has (polyreactor_host::"), "{error}");
    }
}

#[test]
fn a_host_function_can_pass_strings_to_the_guest() {
    let ask = |caller: &mut Caller<'_>| -> Result<i32, CallError> {
        let echoed: String = caller.call("echo", ("again",))?;
        Ok(echoed.len() as i32)
    };
    let module = assemble(&format!(
        r#"(import "host" "ask" (func $ask (result i32))) {INIT} {ALLOCATOR}
           (func (export "ask") (result i32) (call $ask))
           (func (export "echo") (param i32 i32) (result i64)
             (i64.or (i64.shl (i64.extend_i32_u (local.get 0)) (i64.const 32))
                     (i64.extend_i32_u (local.get 1))))"#,
    ));
    let reactor = linked(&engine(), module, |linker| {
        linker.func("host", "ask", ask).unwrap();
    });
    let mut guest = reactor.instantiate(&InstanceConfig::new()).unwrap();
    assert_eq!(guest.call::<i32>("ask", ()).unwrap(), 5);
    assert_eq!(allocated(&mut guest), 0);
}
