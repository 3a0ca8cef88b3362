//! Forks: the engine of a parent process in a child, which has none of the engine's threads.
//!
//! No other test runs beside these: a lock that a thread of another test holds at the fork would
//! stay locked in the child.

use std::io::Read;
use std::os::fd::FromRawFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::support::{INIT, alone, assemble, engine};
use polyreactor_host::{
    CallError, Caller, Engine, EngineConfig, Error, ErrorKind, Input, InstanceConfig, Linker,
    Reactor, Val,
};

const GUEST: &str = r#"
    (import "wasi_snapshot_preview1" "fd_read"
      (func $fd_read (param i32 i32 i32 i32) (result i32)))
    (data (i32.const 0) "\08\00\00\00\06\00\00\00")
    (func (export "_initialize"))
    (func (export "one") (result i32) (i32.const 1))
    (func (export "spin") (loop (br 0)))
    (func (export "read") (result i32)
      (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 32)))"#;

/// How long a child may take before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the closure in a child process, and returns its text; where the child panicked or hung,
/// `it panicked` or `it hung` instead.
fn in_child(body: impl FnOnce() -> String) -> String {
    let mut ends = [0; 2];
    // SAFETY: `ends` has room for both descriptors. The child leaves this function by `_exit` only,
    // so none of the parent's destructors and exit handlers run in it.
    let child = unsafe {
        assert_eq!(libc::pipe(ends.as_mut_ptr()), 0);
        libc::fork()
    };
    assert!(child >= 0, "`fork` failed");
    if child == 0 {
        let said = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| "it panicked".into());
        // SAFETY: `said` is valid for its length, and `_exit` does not return.
        unsafe {
            libc::write(ends[1], said.as_ptr().cast(), said.len());
            libc::_exit(0);
        }
    }
    let start = Instant::now();
    let mut status = 0;
    // SAFETY: `child` is a child of this process that has not been waited for.
    while unsafe { libc::waitpid(child, &mut status, libc::WNOHANG) } == 0 {
        if start.elapsed() > PATIENCE {
            unsafe { libc::kill(child, libc::SIGKILL) };
            unsafe { libc::waitpid(child, &mut status, 0) };
            return "it hung".to_owned();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(status, 0, "the child did not exit with status 0");
    // SAFETY: both descriptors are open, and only this function owns them.
    let mut reader = unsafe {
        libc::close(ends[1]);
        std::fs::File::from_raw_fd(ends[0])
    };
    let mut said = String::new();
    reader.read_to_string(&mut said).unwrap();
    said
}

/// The outcome as a word.
fn outcome<T>(result: Result<T, impl Into<Error>>) -> String {
    match result.map_err(Into::into) {
        Ok(_) => "done".to_owned(),
        Err(error) if error.kind() == ErrorKind::Forked => "forked".to_owned(),
        Err(Error::Call(CallError::Timeout { .. })) => "timeout".to_owned(),
        Err(other) => format!("{other:?}"),
    }
}

#[test]
fn an_engine_of_the_parent_is_refused_in_the_child() {
    alone("fork::an_engine_of_the_parent_is_refused_in_the_child", || {
        for config in [EngineConfig::new(), EngineConfig::new().pooling_allocator(2)] {
            let engine = Engine::new(&config).unwrap();
            let reactor = Reactor::from_bytes(&engine, assemble(GUEST)).unwrap();
            let config = InstanceConfig::new().timeout(Duration::from_millis(200));
            let mut instance = reactor.instantiate(&config).unwrap();
            let one = instance.func::<(), i32>("one").unwrap();
            assert_eq!(one.call(&mut instance, ()).unwrap(), 1);
            let child = |body: &mut dyn FnMut() -> String| in_child(body);

            assert_eq!(child(&mut || outcome(instance.call_dynamic("spin", &[]))), "forked");
            assert_eq!(child(&mut || outcome(instance.func::<(), i32>("one"))), "forked");
            assert_eq!(child(&mut || outcome(one.call(&mut instance, ()))), "forked");
            assert_eq!(child(&mut || outcome(reactor.instantiate(&config))), "forked");
            let load = &mut || outcome(Reactor::from_bytes(&engine, assemble(GUEST)));
            assert_eq!(child(load), "forked");
            let error = CallError::Forked.to_string();
            assert!(error.starts_with("this engine was made before a fork"), "{error}");

            // In the parent everything still works.
            assert_eq!(one.call(&mut instance, ()).unwrap(), 1);
            assert_eq!(outcome(instance.call_dynamic("spin", &[])), "timeout");
            let all = (engine, reactor, instance, one);
            assert_eq!(in_child(move || (drop(all), "dropped".to_owned()).1), "dropped");
        }
    });
}

/// A host function may fork: in the child its caller's memory is empty, as that of an instance.
#[test]
fn the_caller_of_the_parent_has_no_memory_in_the_child() {
    alone("fork::the_caller_of_the_parent_has_no_memory_in_the_child", || {
        let engine = engine();
        let module =
            format!(r#"(import "host" "f" (func $f)) {INIT} (func (export "calls") (call $f))"#);
        let reactor = Reactor::from_bytes(&engine, assemble(&module)).unwrap();
        let mut linker = Linker::new(&engine);
        let define = linker.func("host", "f", |caller: &mut Caller<'_>| {
            assert!(caller.read(0, 4).is_ok());
            assert_eq!(in_child(|| caller.read(0, 4).is_ok().to_string()), "false");
            assert!(caller.read(0, 4).is_ok());
        });
        define.unwrap();
        let linked = linker.link(&reactor).unwrap();
        linked.instantiate(&InstanceConfig::new()).unwrap().call_dynamic("calls", &[]).unwrap();
    });
}

#[test]
fn a_linker_of_the_parent_is_refused_in_the_child() {
    alone("fork::a_linker_of_the_parent_is_refused_in_the_child", || {
        let engine = engine();
        let reactor = Reactor::from_bytes(&engine, assemble(GUEST)).unwrap();
        let mut linker = Linker::new(&engine);
        let link = move || {
            let defined = linker.func("host", "f", |_: &mut Caller<'_>| {}).map(drop);
            outcome(defined) + &outcome(linker.link(&reactor))
        };
        assert_eq!(in_child(link), "forkedforked");
    });
}

#[test]
fn a_new_engine_in_the_child_works() {
    alone("fork::a_new_engine_in_the_child_works", || {
        let module = assemble(GUEST);
        // Compiles, reads and times out: first in the parent, then in its children.
        let run = |input: Input| -> Result<_, Error> {
            let reactor = Reactor::from_bytes(&engine(), &module)?;
            let config = InstanceConfig::new().timeout(Duration::from_millis(200)).stdin(input);
            let mut instance = reactor.instantiate(&config)?;
            assert_eq!(instance.call_dynamic("one", &[])?.results, [Val::S32(1)]);
            assert_eq!(instance.call_dynamic("read", &[])?.results, [Val::S32(0)]);
            Ok(instance.call_dynamic("spin", &[])?)
        };
        let bytes = || Input::bytes(*b"guest\n");
        assert_eq!(outcome(run(bytes())), "timeout");
        assert_eq!(in_child(|| outcome(run(bytes()))), "timeout");
        // The same in a child of the child.
        let grandchild = || in_child(|| outcome(run(bytes())));
        assert_eq!(in_child(|| outcome(run(bytes())) + &grandchild()), "timeouttimeout");
    });
}

/// The parent's thread owns the reader: a guest in the child gets an error, and does not wait.
#[test]
fn an_input_that_the_parent_reads_is_an_error_in_the_child() {
    alone("fork::an_input_that_the_parent_reads_is_an_error_in_the_child", || {
        struct Silence;
        impl Read for Silence {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                loop {
                    std::thread::park();
                }
            }
        }
        let input = Input::reader(Silence);
        let module = assemble(GUEST);
        let run = || -> Result<_, Error> {
            let reactor = Reactor::from_bytes(&engine(), &module)?;
            let config = InstanceConfig::new().timeout(Duration::from_millis(50));
            let mut guest = reactor.instantiate(&config.stdin(input.clone()))?;
            Ok(guest.call_dynamic("read", &[])?.results)
        };
        assert_eq!(outcome(run()), "timeout");
        let child = in_child(|| format!("{:?}", run()));
        assert!(child.starts_with("Ok([S32(") && child != "Ok([S32(0)])", "{child}");
    });
}
