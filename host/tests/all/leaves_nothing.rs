//! After many instances that ended in every way, the process is as it was: threads, descriptors.

use std::fs;
use std::thread;
use std::time::Duration;

use crate::support::{PROC_EXIT, alone, assemble};
use polyreactor_host::{Engine, Error, InstanceConfig, Reactor, Val};

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

/// Threads and descriptors of this process.
fn held() -> [usize; 2] {
    ["/proc/self/task", "/proc/self/fd"].map(|folder| fs::read_dir(folder).unwrap().count())
}

fn round(instances: usize) {
    let engine = Engine::new().unwrap();
    let reactor = Reactor::from_bytes(&engine, assemble(&format!("{PROC_EXIT}{GUEST}"))).unwrap();
    let config = InstanceConfig::new().timeout(Duration::from_millis(1));
    let callers = ["exit", "trap", "spin", "sleep"].map(|way| {
        let (reactor, config) = (reactor.clone(), config.clone());
        thread::spawn(move || {
            for _ in 0..10 {
                let mut instance = reactor.instantiate(&config).unwrap();
                let outcome = instance.call(way, &[]);
                match way {
                    "exit" => assert!(matches!(outcome, Err(Error::Exit { status: 0, .. }))),
                    "trap" => assert!(matches!(outcome, Err(Error::Trap(_)))),
                    _ => assert!(matches!(outcome, Err(Error::Timeout { .. })), "{outcome:?}"),
                }
                assert!(matches!(instance.call("alive", &[]), Err(Error::Dead { .. })));
            }
        })
    });
    callers.into_iter().for_each(|caller| caller.join().unwrap());
    let mut many: Vec<_> =
        (0..instances).map(|_| reactor.instantiate(&InstanceConfig::new()).unwrap()).collect();
    for instance in &mut many {
        assert_eq!(instance.call("alive", &[]).unwrap(), [Val::S32(42)]);
    }
}

#[test]
fn nothing_is_left() {
    alone("leaves_nothing::nothing_is_left", || {
        // What is made once for a process is made now.
        round(1);
        let before = held();
        round(10_000);
        assert_eq!(held(), before);
    });
}
