//! A process that may have little address space (`ulimit -v`): what fits into it runs, and what
//! does not says so.
use std::env;
use std::process::Command;

use crate::support::{COUNTER, assemble, engine, is_alone, passes_alone};
use polyreactor_host::{CallError, Engine, EngineConfig, InstanceConfig, Reactor, Val};

/// Runs a test of this file again, in a process that may have so many KiB.
fn again(test: &str, kib: u64) {
    let mut limited = Command::new("sh");
    limited.args(["-c", &format!("ulimit -v {kib} && exec \"$0\" \"$@\"")]);
    limited.arg(env::current_exe().unwrap());
    passes_alone(limited, test);
}

/// Touches every page up to so many MiB, and sums them up.
const GROWS: &str = r#"
    (func (export "_initialize"))
    (func (export "grow") (param $mib i32) (result i32)
      (local $at i32) (local $sum i32)
      (if (i32.lt_s (memory.grow (i32.mul (local.get $mib) (i32.const 16))) (i32.const 0))
        (then unreachable))
      (loop $more
        (i32.store (local.get $at) (i32.const 1))
        (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 65536)))
        (br_if $more (i32.lt_u (local.get $at) (i32.mul (local.get $mib) (i32.const 1048576)))))
      (local.get $sum))
    (func (export "wild") (result i32) (i32.load (i32.const 0x7fffffff)))"#;

#[test]
fn instances_run_in_less_than_they_would_reserve() {
    if !is_alone() {
        again("address_space::instances_run_in_less_than_they_would_reserve", 4_000_000);
        return;
    }
    let engine = engine();
    let reactor = Reactor::from_bytes(&engine, assemble(COUNTER)).unwrap();
    let made = (0..10).map(|_| reactor.instantiate(&InstanceConfig::new()).unwrap());
    for mut instance in made.collect::<Vec<_>>() {
        assert_eq!(instance.call_dynamic("inc", &[Val::S32(1)]).unwrap().results, [Val::S32(21)]);
    }
    // Beyond what was reserved, and beyond what there is.
    let reactor = Reactor::from_bytes(&engine, assemble(GROWS)).unwrap();
    let mut instance = reactor.instantiate(&InstanceConfig::new()).unwrap();
    let sum = instance.call_dynamic("grow", &[Val::S32(200)]).unwrap().results;
    assert_eq!(sum, [Val::S32(200 * 16)]);
    let mut instance = reactor.instantiate(&InstanceConfig::new()).unwrap();
    let error = instance.call_dynamic("wild", &[]).unwrap_err();
    assert!(matches!(error, CallError::Trap(_)), "{error:?}");
}

#[test]
fn what_does_not_fit_names_the_address_space() {
    if !is_alone() {
        again("address_space::what_does_not_fit_names_the_address_space", 4_000_000);
        return;
    }
    let names_it = |error: &dyn std::error::Error| {
        let told = error.to_string();
        assert!(told.contains("address space") && told.contains("ulimit -v"), "{told}");
        assert!(told.contains("EngineConfig::memory_reservation"), "{told}");
    };
    names_it(&Engine::new(&EngineConfig::new().pooling_allocator(10)).unwrap_err());
    let config = EngineConfig::new().memory_reservation_bytes(4 << 30);
    let engine = Engine::new(&config).unwrap();
    let reactor = Reactor::from_bytes(&engine, assemble(COUNTER)).unwrap();
    names_it(&reactor.instantiate(&InstanceConfig::new()).unwrap_err());
    // A pool of small memories fits.
    let config = EngineConfig::new().pooling_allocator(10).memory_reservation_bytes(16 << 20);
    let engine = Engine::new(&config).unwrap();
    let reactor = Reactor::from_bytes(&engine, assemble(GROWS)).unwrap();
    let mut instance = reactor.instantiate(&InstanceConfig::new()).unwrap();
    assert_eq!(instance.call_dynamic("grow", &[Val::S32(8)]).unwrap().results, [Val::S32(8 * 16)]);
    let error = instance.call_dynamic("grow", &[Val::S32(16)]).unwrap_err();
    // Not what the instance may have, but what it had when there was no more.
    let had = (8 << 20) + (64 << 10);
    assert!(matches!(error, CallError::OutOfMemory { limit, .. } if limit == had), "{error:?}");
}

/// Where there is enough, a smaller reservation is the embedder's choice.
#[test]
fn a_smaller_reservation_changes_no_answer() {
    for bytes in [0, 1 << 16, 64 << 20, 4 << 30] {
        let config = EngineConfig::new().memory_reservation_bytes(bytes);
        let engine = Engine::new(&config).unwrap();
        let reactor = Reactor::from_bytes(&engine, assemble(GROWS)).unwrap();
        let mut instance = reactor.instantiate(&InstanceConfig::new()).unwrap();
        assert_eq!(
            instance.call_dynamic("grow", &[Val::S32(100)]).unwrap().results,
            [Val::S32(1600)]
        );
        assert!(matches!(instance.call_dynamic("wild", &[]), Err(CallError::Trap(_))), "{bytes}");
    }
}
