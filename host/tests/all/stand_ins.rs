//! Imports that the host does not have: refused, or replaced by stand-ins where the embedder sets
//! [`Missing`]. Also the checks of a module before it is compiled.

use crate::support::{INIT, assemble, engine};
use polyreactor_host::{
    CallError, Caller, CheckedModule, Engine, InstanceConfig, LinkError, Linked, Linker, LoadError,
    Missing, Reactor, Val,
};

/// Imports functions that the host does not have, of a foreign module and one that WASI preview 1
/// does not have; `sum` calls none of them.
const LACKS: &str = r#"
    (import "env" "log" (func $log (param i32)))
    (import "env" "log" (func (param i32)))
    (import "env" "now" (func $now (result i64 f64)))
    (import "env" "object" (func $object (result externref)))
    (import "wasi_snapshot_preview1" "sock_open" (func (param i32 i32 i32) (result i32)))
    (import "host" "add" (func $add (param i32 i32) (result i32)))
    (func (export "_initialize"))
    (func (export "sum") (result i32) (call $add (i32.const 2) (i32.const 3)))
    (func (export "log") (call $log (i32.const 1)))
    (func (export "now") (result i64 f64) (call $now))
    (func (export "is_null") (result i32) (ref.is_null (call $object)))"#;

fn link(missing: Missing, module: impl AsRef<[u8]>) -> Result<Linked, LinkError> {
    let engine = engine();
    linker(&engine, missing).link(&Reactor::from_bytes(&engine, module).unwrap())
}

fn linker(engine: &Engine, missing: Missing) -> Linker {
    let mut linker = Linker::new(engine);
    linker.func("host", "add", |_: &mut Caller<'_>, one: i32, two: i32| one + two).unwrap();
    linker.missing(missing);
    linker
}

const STOOD_IN: [&str; 4] =
    ["env.log", "env.now", "env.object", "wasi_snapshot_preview1.sock_open"];

#[test]
fn missing_imports_are_refused_by_default() {
    let error = link(Missing::Refuse, assemble(LACKS)).unwrap_err();
    let LinkError::MissingImports { imports, .. } = &error else { panic!("{error}") };
    assert_eq!(imports.len(), 5, "{error}");
    assert!(matches!(Missing::default(), Missing::Refuse));
}

#[test]
fn a_stand_in_traps_or_returns_zero() {
    for missing in [Missing::Trap, Missing::Zero] {
        let linked = link(missing, assemble(LACKS)).unwrap();
        let names: Vec<_> =
            linked.stand_ins().iter().map(|it| format!("{}.{}", it.module, it.name)).collect();
        assert_eq!(names, STOOD_IN);
        let mut guest = linked.instantiate(&InstanceConfig::new()).unwrap();
        assert_eq!(guest.call_dynamic("sum", &[]).unwrap().results, [Val::S32(5)]);
        if missing == Missing::Zero {
            assert_eq!(guest.call_dynamic("log", &[]).unwrap().results, []);
            assert_eq!(
                guest.call_dynamic("now", &[]).unwrap().results,
                [Val::S64(0), Val::F64(0.0)]
            );
            assert_eq!(guest.call_dynamic("is_null", &[]).unwrap().results, [Val::S32(1)]);
            continue;
        }
        let error = guest.call_dynamic("log", &[]).unwrap_err();
        assert!(
            matches!(&error, CallError::MissingImport { import, .. } if &**import == "env.log")
        );
        assert_eq!(error.to_string(), "the guest called `env.log`, which this host does not have");
        assert!(matches!(guest.call_dynamic("sum", &[]), Err(CallError::Poisoned { .. })));
    }
}

/// Imports that are no functions, or that have two types.
#[test]
fn some_imports_have_no_stand_in() {
    for fields in [
        r#"(import "env" "base" (global i32))"#,
        r#"(import "env" "table" (table 1 funcref))"#,
        r#"(import "env" "log" (func (param i32))) (import "env" "log" (func (param i64)))"#,
        // The host has the name with one of the types.
        r#"(import "host" "add" (func (param i64) (result i32)))
        (import "host" "add" (func (param i32 i32) (result i32)))"#,
    ] {
        for missing in [Missing::Trap, Missing::Zero] {
            let error = link(missing, assemble(&format!("{fields} {INIT}")));
            let Err(LinkError::MissingImports { imports, .. }) = &error else {
                panic!("{fields}: {error:?}")
            };
            assert!(imports.iter().all(|it| !it.can_stand_in), "{fields}: {imports:?}");
            // Hence the text does not suggest stand-ins.
            let text = error.unwrap_err().to_string();
            assert!(!text.contains("Linker::missing"), "{text}");
        }
    }
}

/// Functions that the host has with another type: WASI's, and the embedder's.
#[test]
fn a_stand_in_replaces_a_function_of_another_type() {
    let other = assemble(&format!(
        r#"(import "wasi_snapshot_preview1" "sched_yield" (func $yield (param i64) (result i64)))
        (import "host" "add" (func $add (param i64) (result f32)))
        (func (export "yields") (result i64) (call $yield (i64.const 1)))
        (func (export "adds") (result f32) (call $add (i64.const 1))) {INIT}"#
    ));
    let right = assemble(&format!(
        r#"(import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
        (import "host" "add" (func $add (param i32 i32) (result i32)))
        (func (export "f") (result i32)
          (call $add (call $yield) (i32.const 3))) {INIT}"#
    ));
    for missing in [Missing::Trap, Missing::Zero] {
        let engine = engine();
        let linker = linker(&engine, missing);
        let reactor = |module: &Vec<u8>| Reactor::from_bytes(&engine, module).unwrap();
        let linked = linker.link(&reactor(&other)).unwrap();
        let offered: Vec<_> = linked.stand_ins().iter().map(|it| it.offered.as_deref()).collect();
        assert_eq!(offered, [Some("func () -> i32"), Some("func (i32, i32) -> i32")]);
        for export in ["yields", "adds"] {
            let mut guest = linked.instantiate(&InstanceConfig::new()).unwrap();
            let outcome = guest.call_dynamic(export, &[]);
            if missing == Missing::Zero {
                assert!(matches!(outcome.unwrap().results[..], [Val::S64(0) | Val::F32(0.0)]));
                continue;
            }
            let error = outcome.unwrap_err();
            assert!(matches!(error, CallError::MissingImport { offered: Some(_), .. }), "{error}");
            assert!(error.to_string().contains("another type"), "{error}");
        }
        // Another module of the same linker gets the linker's own functions.
        let linked = linker.link(&reactor(&right)).unwrap();
        assert!(linked.stand_ins().is_empty());
        let mut guest = linked.instantiate(&InstanceConfig::new()).unwrap();
        assert_eq!(guest.call_dynamic("f", &[]).unwrap().results, [Val::S32(3)]);
    }
}

/// A reference that can't be null has no zero: the stand-in traps instead.
#[test]
fn a_stand_in_whose_result_has_no_zero_traps() {
    let module = assemble(&format!(
        r#"(import "env" "some" (func $some (result (ref func)))) {INIT}
        (func (export "f") (drop (call $some)))"#
    ));
    let linked = link(Missing::Zero, module).unwrap();
    let error =
        linked.instantiate(&InstanceConfig::new()).unwrap().call_dynamic("f", &[]).unwrap_err();
    assert!(matches!(error, CallError::MissingImport { .. }), "{error:?}");
}

#[test]
fn a_stand_in_of_one_module_does_not_affect_another() {
    let engine = engine();
    let linker = linker(&engine, Missing::Zero);
    linker.link(&Reactor::from_bytes(&engine, assemble(LACKS)).unwrap()).unwrap();
    let other = assemble(&format!(r#"(import "env" "log" (func (param f64))) {INIT}"#));
    let other = linker.link(&Reactor::from_bytes(&engine, other).unwrap()).unwrap();
    assert_eq!(other.stand_ins().len(), 1);
    assert_eq!(other.stand_ins()[0].to_string(), "env.log: func (f64) -> ()");
}

/// The module can't be compiled, but its exports and imports are known before that.
#[test]
fn a_module_is_checked_before_it_is_compiled() {
    let refused = "(type $f (func)) (type $c (cont $f))";
    let engine = engine();
    let linker = linker(&engine, Missing::Trap);
    let module = assemble(&format!(
        r#"(import "env" "log" (func)) {INIT} {refused}
        (func (export "half") (param f64) (result f64) (local.get 0))"#
    ));
    let checked = CheckedModule::from_bytes(&module).unwrap();
    assert_eq!(checked.core_type("half").unwrap().to_string(), "(f64) -> f64");
    assert!(matches!(checked.core_type("hafl"), Err(CallError::NoSuchExport { .. })));
    assert!(matches!(checked.core_type("_initialize"), Err(CallError::Reserved { .. })));
    assert_eq!(checked.exports().len(), 1);
    assert_eq!(linker.check(&checked).unwrap().len(), 1);
    assert!(checked.contract().is_none());
    assert!(matches!(checked.compile(&engine), Err(LoadError::Unsupported { .. })));

    let lacks = assemble(&format!(r#"(import "env" "x" (global i32)) {INIT} {refused}"#));
    let error = linker.check(&CheckedModule::from_bytes(&lacks).unwrap()).unwrap_err();
    assert!(matches!(error, LinkError::MissingImports { .. }), "{error}");
}
