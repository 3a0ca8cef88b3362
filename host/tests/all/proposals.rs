//! Proposals beyond Wasm 1.0: what the host runs, and what it refuses with the way out.

use crate::support::{INIT, assemble, instance, load};
use polyreactor_host::{Engine, EngineConfig, Error, InstanceConfig, Reactor, TrapKind, Val};

/// What C++ is compiled to: a function that throws, and ways to catch it.
const EXCEPTIONS: &str = r#"
    (import "host" "call" (func $host))
    (tag $number (param i32))
    (func $throws (param i32) (if (local.get 0) (then (throw $number (local.get 0)))))
    (func (export "catches") (param i32) (result i32)
      (block $caught (result i32)
        (try_table (catch $number $caught) (call $throws (local.get 0)))
        (i32.const -1)))
    (func (export "throws_again") (param i32) (result i32)
      (block $caught (result i32)
        (try_table (catch $number $caught)
          (block $inner (result exnref)
            (try_table (catch_all_ref $inner) (call $throws (local.get 0)))
            (return (i32.const 0)))
          (throw_ref))
        (unreachable)))
    (func (export "catches_all") (result i32)
      (block $caught (try_table (catch_all $caught) (call $host)) (return (i32.const 1)))
      (i32.const 0))
    (func (export "lets_go") (call $throws (i32.const 5)))
    (func (export "_initialize"))"#;

fn throwing() -> Reactor {
    let ask = |caller: &mut polyreactor_host::Caller<'_>| caller.call("lets_go", &[]).map(drop);
    let engine = Engine::builder().unwrap().function("host", "call", ask).unwrap().build();
    Reactor::from_bytes(&engine, assemble(EXCEPTIONS)).unwrap()
}

#[test]
fn exceptions_are_thrown_and_caught() {
    let mut guest = throwing().instantiate(&InstanceConfig::new()).unwrap();
    for (export, value, is) in
        [("catches", 42, 42), ("catches", 0, -1), ("throws_again", 7, 7), ("throws_again", 0, 0)]
    {
        let results = guest.call(export, &[Val::S32(value)]).unwrap();
        assert_eq!(results, [Val::S32(is)], "{export}({value})");
    }
}

#[test]
fn an_exception_that_nobody_catches_ends_the_instance() {
    let mut guest = throwing().instantiate(&InstanceConfig::new()).unwrap();
    let error = guest.call("lets_go", &[]).unwrap_err();
    assert!(matches!(&error, Error::Trap(trap) if trap.kind == TrapKind::UncaughtException));
    let told = "the guest threw an exception that it did not catch";
    assert!(error.to_string().starts_with(told), "{error}");
    assert!(matches!(guest.call("catches", &[Val::S32(1)]), Err(Error::Dead { .. })));
    let error = load(r#"(tag $e) (func (export "_initialize") (throw $e))"#);
    let error = error.unwrap().instantiate(&InstanceConfig::new()).unwrap_err();
    assert!(error.to_string().starts_with(&format!("`_initialize` failed: {told}")), "{error}");
}

/// A call that failed is over, whoever would catch its exception further out.
#[test]
fn an_exception_does_not_pass_through_a_host_function() {
    let mut guest = throwing().instantiate(&InstanceConfig::new()).unwrap();
    let error = guest.call("catches_all", &[]).unwrap_err();
    let Error::HostFunction { cause, .. } = &error else { panic!("{error}") };
    let inner: &Error = cause.downcast_ref().unwrap();
    assert!(matches!(inner, Error::Trap(trap) if trap.kind == TrapKind::UncaughtException));
}

/// Counts in an object that the engine collects, and makes as many that nobody keeps.
const COLLECTED: &str = r#"
    (type $box (struct (field (mut i32)) (field (mut (ref null $box)))))
    (global $kept (mut (ref null $box)) (ref.null $box))
    (func (export "_initialize")
      (global.set $kept (struct.new $box (i32.const 20) (ref.null $box))))
    (func (export "inc") (param i32) (result i32)
      (struct.set $box 0 (global.get $kept)
        (i32.add (struct.get $box 0 (global.get $kept)) (local.get 0)))
      (struct.get $box 0 (global.get $kept)))
    (func (export "litter") (param $count i32)
      (local $made (ref null $box))
      (loop $more
        (local.set $made (struct.new $box (local.get $count) (ref.null $box)))
        (struct.set $box 1 (local.get $made) (local.get $made))
        (br_if $more (local.tee $count (i32.sub (local.get $count) (i32.const 1))))))
    (func (export "hoard")
      (loop $more
        (global.set $kept (struct.new $box (i32.const 0) (global.get $kept)))
        (br $more)))"#;

#[test]
fn objects_are_collected_and_bounded_as_memory_is() {
    let pooled = Engine::builder_with(&EngineConfig::new().pool(3)).unwrap().build();
    for engine in [Engine::new().unwrap(), pooled] {
        let reactor = Reactor::from_bytes(&engine, assemble(COLLECTED)).unwrap();
        let config = InstanceConfig::new().memory(4 << 20).no_timeout();
        // As many as there are places in the pool.
        let mut guests = [(); 3].map(|()| reactor.instantiate(&config).unwrap());
        for guest in &mut guests {
            assert_eq!(guest.call("inc", &[Val::S32(1)]).unwrap(), [Val::S32(21)]);
            // Each points to itself, and all of them together are more than there may be.
            guest.call("litter", &[Val::S32(1 << 20)]).unwrap();
            assert_eq!(guest.call("inc", &[Val::S32(21)]).unwrap(), [Val::S32(42)]);
        }
        let error = guests[0].call("hoard", &[]).unwrap_err();
        assert!(matches!(error, Error::OutOfMemory { limit, .. } if limit == 4 << 20), "{error:?}");
    }
}

/// One instruction is replaced: no assembler writes it any more.
fn with_legacy_exceptions() -> Vec<u8> {
    let mut module = assemble(&format!(r#"{INIT} (func (export "f") (block (nop) (nop)))"#));
    let block = [0x02, 0x40, 0x01, 0x01, 0x0b];
    let at = module.windows(block.len()).position(|bytes| bytes == block).unwrap();
    // `try`, `nop`, `catch_all`, `end`.
    module[at..at + block.len()].copy_from_slice(&[0x06, 0x40, 0x01, 0x19, 0x0b]);
    module
}

#[test]
fn what_the_engine_does_not_run_is_refused_with_the_way_out() {
    let refused = |bytes: Vec<u8>| {
        let error = Reactor::from_bytes(&Engine::new().unwrap(), bytes).unwrap_err();
        assert!(matches!(error, Error::Unsupported { .. }), "{error:?}");
        error.to_string()
    };
    let told = refused(with_legacy_exceptions());
    assert!(told.contains("\nhelp: ") && told.contains("--translate-to-exnref"), "{told}");
    for fields in [
        "(type $f (func)) (type $c (cont $f))",
        "(func (result i64 i64) (i64.mul_wide_s (i64.const 1) (i64.const 1)))",
        "(type $s (shared (struct (field i32))))",
    ] {
        let told = refused(assemble(&format!("{INIT} {fields}")));
        assert!(told.ends_with("and not this proposal: compile without it"), "{told}");
    }
}

/// What compilers use by default, or can be asked for.
#[test]
fn wasm_3_is_run() {
    for fields in [
        "(func (result v128) (v128.const i32x4 0 0 0 0))",
        "(func (param v128) (result v128) (i32x4.relaxed_trunc_f32x4_s (local.get 0)))",
        "(func $f (return_call $f))",
        "(func (param (ref extern)))",
        "(func $f) (elem declare func $f) (func (call_ref 0 (ref.func $f)))",
        "(func (result i32) (i32.atomic.load (i32.const 0)))",
        "(global i32 (i32.add (i32.const 1) (i32.const 2)))",
        "(table i64 1 funcref)",
    ] {
        instance(&format!("(type (func)) {INIT} {fields}"));
    }
}
