//! A process that forks: what an engine does in the child, which has none of its threads. No other
//! test runs beside these: what its threads have locked at the fork stays locked in the child.
use std::io::Read;
use std::os::fd::FromRawFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::support::{alone, assemble};
use polyreactor_host::{Engine, EngineConfig, Error, Input, InstanceConfig, Reactor, Val};

const GUEST: &str = r#"
    (import "wasi_snapshot_preview1" "fd_read"
      (func $fd_read (param i32 i32 i32 i32) (result i32)))
    (data (i32.const 0) "\08\00\00\00\06\00\00\00")
    (func (export "_initialize"))
    (func (export "one") (result i32) (i32.const 1))
    (func (export "spin") (loop (br 0)))
    (func (export "read") (result i32)
      (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 32)))"#;

/// How long a child may take; one that hangs takes for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the closure says in a child process; an error where that hangs.
fn in_child(body: impl FnOnce() -> String) -> String {
    let mut ends = [0; 2];
    // SAFETY: both are this function's own, and the child ends without running anything of the
    // parent's.
    let child = unsafe {
        assert_eq!(libc::pipe(ends.as_mut_ptr()), 0);
        libc::fork()
    };
    assert!(child >= 0, "it can't fork");
    if child == 0 {
        let said = catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| "it panicked".into());
        // SAFETY: as above.
        unsafe {
            libc::write(ends[1], said.as_ptr().cast(), said.len());
            libc::_exit(0);
        }
    }
    let start = Instant::now();
    let mut status = 0;
    // SAFETY: the child is this function's own.
    while unsafe { libc::waitpid(child, &mut status, libc::WNOHANG) } == 0 {
        if start.elapsed() > PATIENCE {
            unsafe { libc::kill(child, libc::SIGKILL) };
            unsafe { libc::waitpid(child, &mut status, 0) };
            return "it hung".to_owned();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(status, 0, "the child ended by itself");
    // SAFETY: both ends are open, and nobody else's.
    let mut reader = unsafe {
        libc::close(ends[1]);
        std::fs::File::from_raw_fd(ends[0])
    };
    let mut said = String::new();
    reader.read_to_string(&mut said).unwrap();
    said
}

fn told<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => "done".to_owned(),
        Err(Error::Forked) => "forked".to_owned(),
        Err(Error::Timeout { .. }) => "timeout".to_owned(),
        Err(other) => format!("{other:?}"),
    }
}

#[test]
fn an_engine_of_the_parents_says_so_in_the_child() {
    alone("fork::an_engine_of_the_parents_says_so_in_the_child", || {
        for config in [EngineConfig::new(), EngineConfig::new().pool(2)] {
            let engine = Engine::builder_with(&config).unwrap().build();
            let reactor = Reactor::from_bytes(&engine, assemble(GUEST)).unwrap();
            let config = InstanceConfig::new().timeout(Duration::from_millis(200));
            let mut instance = reactor.instantiate(&config).unwrap();
            let one = instance.func::<(), i32>("one").unwrap();
            assert_eq!(one.call(&mut instance, ()).unwrap(), 1);
            let child = |body: &mut dyn FnMut() -> String| in_child(body);

            assert_eq!(child(&mut || told(instance.call("spin", &[]))), "forked");
            assert_eq!(child(&mut || told(instance.func::<(), i32>("one"))), "forked");
            assert_eq!(child(&mut || told(one.call(&mut instance, ()))), "forked");
            assert_eq!(child(&mut || told(reactor.instantiate(&config))), "forked");
            let load = &mut || told(Reactor::from_bytes(&engine, assemble(GUEST)));
            assert_eq!(child(load), "forked");
            let error = Error::Forked.to_string();
            assert!(error.starts_with("this engine was made before a fork"), "{error}");

            // In the parent all is as it was.
            assert_eq!(one.call(&mut instance, ()).unwrap(), 1);
            assert_eq!(told(instance.call("spin", &[])), "timeout");
            let all = (engine, reactor, instance, one);
            assert_eq!(in_child(move || (drop(all), "dropped".to_owned()).1), "dropped");
        }
    });
}

#[test]
fn a_builder_of_the_parents_makes_no_engine_for_the_child() {
    alone("fork::a_builder_of_the_parents_makes_no_engine_for_the_child", || {
        let builder = Engine::builder().unwrap();
        let load = move || told(Reactor::from_bytes(&builder.build(), assemble(GUEST)));
        assert_eq!(in_child(load), "forked");
    });
}

#[test]
fn a_new_engine_in_the_child_works() {
    alone("fork::a_new_engine_in_the_child_works", || {
        let module = assemble(GUEST);
        // Its threads have compiled, ticked and read before the fork.
        let run = |input: Input| {
            let reactor = Reactor::from_bytes(&Engine::new().unwrap(), &module)?;
            let config = InstanceConfig::new().timeout(Duration::from_millis(200)).stdin(input);
            let mut instance = reactor.instantiate(&config)?;
            assert_eq!(instance.call("one", &[])?, [Val::S32(1)]);
            assert_eq!(instance.call("read", &[])?, [Val::S32(0)]);
            instance.call("spin", &[])
        };
        let bytes = || Input::bytes(*b"guest\n");
        assert_eq!(told(run(bytes())), "timeout");
        assert_eq!(in_child(|| told(run(bytes()))), "timeout");
        // And in a child's child.
        let grandchild = || in_child(|| told(run(bytes())));
        assert_eq!(in_child(|| told(run(bytes())) + &grandchild()), "timeouttimeout");
    });
}

/// A reader is with the parent's thread; a guest that reads is told so, and does not wait for it.
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
        let run = || {
            let reactor = Reactor::from_bytes(&Engine::new().unwrap(), &module)?;
            let config = InstanceConfig::new().timeout(Duration::from_millis(50));
            reactor.instantiate(&config.stdin(input.clone()))?.call("read", &[])
        };
        assert_eq!(told(run()), "timeout");
        let child = in_child(|| format!("{:?}", run()));
        assert!(child.starts_with("Ok([S32(") && child != "Ok([S32(0)])", "{child}");
    });
}
