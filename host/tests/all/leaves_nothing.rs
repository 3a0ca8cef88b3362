//! After many instances that were poisoned in several ways, the process has as many threads and
//! descriptors as before.

use std::fs;
use std::thread;
use std::time::Duration;

use crate::support::{PROC_EXIT, alone, assemble, engine};
use polyreactor_host::{CallError, InstanceConfig, Reactor, Val};

const GUEST: &str = r#"
    (import "wasi_snapshot_preview1" "poll_oneoff"
      (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
    (data (i32.const 80) "\01\00\00\00\00\00\00\00\ff\ff\ff\ff\ff\ff\ff\ff")
    (func (export "_initialize"))
    (func (export "alive") (result i32) (i32.const 42))
    (func (export "exit") (call $proc_exit (i32.const 0)))
    (func (export "trap") unreachable)
    (func (export "spin") (loop (br 0)))
    (func (export "sleep")
      (drop (call $poll_oneoff (i32.const 64) (i32.const 320) (i32.const 1) (i32.const 32))))"#;

/// The numbers of threads and of descriptors of this process.
fn held() -> [usize; 2] {
    ["/proc/self/task", "/proc/self/fd"].map(|folder| fs::read_dir(folder).unwrap().count())
}

fn round(instances: usize) {
    let engine = engine();
    let reactor = Reactor::from_bytes(&engine, assemble(&format!("{PROC_EXIT}{GUEST}"))).unwrap();
    let config = InstanceConfig::new().timeout(Duration::from_millis(1));
    let callers = ["exit", "trap", "spin", "sleep"].map(|way| {
        let (reactor, config) = (reactor.clone(), config.clone());
        thread::spawn(move || {
            for _ in 0..10 {
                let mut instance = reactor.instantiate(&config).unwrap();
                let outcome = instance.call_dynamic(way, &[]);
                match way {
                    "exit" => assert!(matches!(outcome, Err(CallError::Exit { status: 0, .. }))),
                    "trap" => assert!(matches!(outcome, Err(CallError::Trap(_)))),
                    _ => assert!(matches!(outcome, Err(CallError::Timeout { .. })), "{outcome:?}"),
                }
                assert!(matches!(
                    instance.call_dynamic("alive", &[]),
                    Err(CallError::Poisoned { .. })
                ));
            }
        })
    });
    callers.into_iter().for_each(|caller| caller.join().unwrap());
    let mut many: Vec<_> =
        (0..instances).map(|_| reactor.instantiate(&InstanceConfig::new()).unwrap()).collect();
    for instance in &mut many {
        assert_eq!(instance.call_dynamic("alive", &[]).unwrap().results, [Val::S32(42)]);
    }
}

#[test]
fn no_thread_and_no_descriptor_is_left() {
    alone("leaves_nothing::no_thread_and_no_descriptor_is_left", || {
        // The first round creates what a process creates once and keeps.
        round(1);
        let before = held();
        round(10_000);
        assert_eq!(held(), before);
    });
}
