//! Imports that the host does not have: refused, or stood in for where the embedder says so; and
//! what can be known of a module before it is compiled.

use crate::support::{INIT, assemble};
use polyreactor_host::{
    Caller, CheckedModule, Engine, Error, InstanceConfig, Missing, Reactor, Val,
};

/// What a call may need and what none needs: functions of a foreign module, and one that WASI
/// preview 1 does not have.
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

fn engine(missing: Missing) -> Engine {
    let add = |_: &mut Caller<'_>, one: i32, two: i32| one + two;
    let builder = Engine::builder().unwrap().function("host", "add", add).unwrap();
    builder.missing(missing).build()
}

const STOOD_IN: [&str; 4] =
    ["env.log", "env.now", "env.object", "wasi_snapshot_preview1.sock_open"];

#[test]
fn without_a_word_of_the_embedders_such_a_module_is_refused() {
    let error = Reactor::from_bytes(&engine(Missing::Refuse), assemble(LACKS)).unwrap_err();
    let Error::MissingImports { imports, .. } = &error else { panic!("{error}") };
    assert_eq!(imports.len(), 5, "{error}");
    assert!(matches!(Missing::default(), Missing::Refuse));
}

#[test]
fn a_stand_in_traps_or_answers_zero() {
    for missing in [Missing::Trap, Missing::Zero] {
        let reactor = Reactor::from_bytes(&engine(missing), assemble(LACKS)).unwrap();
        let names: Vec<_> =
            reactor.stand_ins().iter().map(|it| format!("{}.{}", it.module, it.name)).collect();
        assert_eq!(names, STOOD_IN);
        let mut guest = reactor.instantiate(&InstanceConfig::new()).unwrap();
        assert_eq!(guest.call("sum", &[]).unwrap(), [Val::S32(5)]);
        if missing == Missing::Zero {
            assert_eq!(guest.call("log", &[]).unwrap(), []);
            assert_eq!(guest.call("now", &[]).unwrap(), [Val::S64(0), Val::F64(0.0)]);
            assert_eq!(guest.call("is_null", &[]).unwrap(), [Val::S32(1)]);
            continue;
        }
        let error = guest.call("log", &[]).unwrap_err();
        assert!(matches!(&error, Error::HostFunction { import, .. } if &**import == "env.log"));
        assert_eq!(error.to_string(), "the guest called `env.log`, which this host does not have");
        assert!(matches!(guest.call("sum", &[]), Err(Error::Dead { .. })));
    }
}

/// What nothing can stand in for, and what the host understands in another way.
#[test]
fn not_everything_can_be_stood_in_for() {
    for fields in [
        r#"(import "env" "base" (global i32))"#,
        r#"(import "env" "table" (table 1 funcref))"#,
        r#"(import "host" "add" (func (param i64) (result i32)))"#,
        r#"(import "env" "log" (func (param i32))) (import "env" "log" (func (param i64)))"#,
    ] {
        for missing in [Missing::Trap, Missing::Zero] {
            let error =
                Reactor::from_bytes(&engine(missing), assemble(&format!("{fields} {INIT}")));
            assert!(matches!(error, Err(Error::MissingImports { .. })), "{fields}: {error:?}");
        }
    }
}

/// A result that can't be null has no zero: a call of it is the end.
#[test]
fn what_has_no_zero_traps() {
    let module = assemble(&format!(
        r#"(import "env" "some" (func $some (result (ref func)))) {INIT}
        (func (export "f") (drop (call $some)))"#
    ));
    let reactor = Reactor::from_bytes(&engine(Missing::Zero), module).unwrap();
    let error = reactor.instantiate(&InstanceConfig::new()).unwrap().call("f", &[]).unwrap_err();
    assert!(matches!(error, Error::HostFunction { .. }), "{error:?}");
}

#[test]
fn one_stand_in_does_not_leak_into_other_modules() {
    let engine = engine(Missing::Zero);
    Reactor::from_bytes(&engine, assemble(LACKS)).unwrap();
    let other = assemble(&format!(r#"(import "env" "log" (func (param f64))) {INIT}"#));
    let other = Reactor::from_bytes(&engine, other).unwrap();
    assert_eq!(other.stand_ins().len(), 1);
    assert_eq!(other.stand_ins()[0].to_string(), "env.log: func (f64) -> ()");
}

/// Before it is compiled: this one can't be, and all else about it is known.
#[test]
fn a_module_is_looked_at_before_it_is_compiled() {
    let refused = "(type $f (func)) (type $c (cont $f))";
    let engine = engine(Missing::Trap);
    let module = assemble(&format!(
        r#"(import "env" "log" (func)) {INIT} {refused}
        (func (export "half") (param f64) (result f64) (local.get 0))"#
    ));
    let checked = CheckedModule::of(&engine, &module, None).unwrap();
    assert_eq!(checked.signature("half").unwrap().to_string(), "(f64) -> f64");
    assert!(matches!(checked.signature("hafl"), Err(Error::NoSuchExport { .. })));
    assert!(matches!(checked.signature("_initialize"), Err(Error::Reserved { .. })));
    assert_eq!(checked.exports().len(), 1);
    assert_eq!(checked.stand_ins().len(), 1);
    assert!(checked.contract().is_none());
    assert!(matches!(checked.compile(), Err(Error::Unsupported { .. })));

    let lacks = assemble(&format!(r#"(import "env" "x" (global i32)) {INIT} {refused}"#));
    let error = CheckedModule::of(&engine, &lacks, None).unwrap_err();
    assert!(matches!(error, Error::MissingImports { .. }), "{error}");
}
