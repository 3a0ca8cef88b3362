//! Shared by the tests: guests in the text format, and tests that run in a child process.

use std::env;
use std::fmt;
use std::process::Command;

use polyreactor_host::{
    Engine, EngineConfig, HostLayout, Instance, InstanceConfig, InstantiateError, Linked, Linker,
    LoadError, Reactor,
};

/// An error of the embedder.
#[derive(Debug, PartialEq)]
pub(crate) struct Broken(pub(crate) i32);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "broken by {}", self.0)
    }
}

impl std::error::Error for Broken {}

/// Loads a module that has the given fields besides a memory.
pub(crate) fn load(fields: &str) -> Result<Reactor, LoadError> {
    Reactor::from_bytes(&engine(), assemble(fields))
}

/// An engine with the defaults.
pub(crate) fn engine() -> Engine {
    Engine::new(&EngineConfig::new()).unwrap()
}

/// Links a module with the functions that `define` adds.
pub(crate) fn linked(
    engine: &Engine,
    module: impl AsRef<[u8]>,
    define: impl FnOnce(&mut Linker),
) -> Linked {
    let mut linker = Linker::new(engine);
    define(&mut linker);
    linker.link(&Reactor::from_bytes(engine, module).unwrap()).unwrap()
}

/// The message and its sources, as `anyhow` prints them.
pub(crate) fn whole(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        text += &format!(": {error}");
        next = error.source();
    }
    text
}

/// An instance of a module that has the given fields besides a memory.
pub(crate) fn instance(fields: &str) -> Instance {
    start(fields).unwrap()
}

/// As [`instance`], where instantiation may fail.
pub(crate) fn start(fields: &str) -> Result<Instance, InstantiateError> {
    load(fields).unwrap().instantiate(&InstanceConfig::new())
}

/// Assembles a module of the given fields and a memory. The memory comes last, because imports have
/// to precede it.
pub(crate) fn assemble(fields: &str) -> Vec<u8> {
    wat::parse_str(format!("(module {fields} (memory (export \"memory\") 1))")).unwrap()
}

/// Runs a test in a child process: for tests that count the resources of their process, or use most
/// of what a process may have. `name` is the full name of the test, as for `--exact`.
pub(crate) fn alone(name: &str, test: impl FnOnce()) {
    if is_alone() {
        return test();
    }
    passes_alone(Command::new(env::current_exe().unwrap()), name);
}

/// Whether this process is such a child.
pub(crate) fn is_alone() -> bool {
    env::var_os(ALONE).is_some()
}

/// Runs a test in a child process, and asserts that it passes. `child` is a command that starts
/// this program with the arguments that are added to it.
pub(crate) fn passes_alone(mut child: Command, name: &str) {
    let output = child.args([name, "--exact", "--test-threads=1"]).env(ALONE, "1").output();
    let output = output.unwrap();
    let [stdout, stderr] =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    // The child succeeds too if no test has that name.
    let passed = output.status.success() && stdout.contains("1 passed");
    assert!(passed, "{name} by itself: {}\n{stdout}\n{stderr}", output.status);
}

const ALONE: &str = "POLYREACTOR_TEST_ALONE";

/// An `_initialize` that does nothing.
pub(crate) const INIT: &str = r#"(func (export "_initialize"))"#;

/// The import of WASI's `proc_exit`.
pub(crate) const PROC_EXIT: &str =
    r#"(import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))"#;

/// A counter that starts at 20, as in the examples of the convention.
pub(crate) const COUNTER: &str = r#"
    (global $s (mut i32) (i32.const 0))
    (func (export "_initialize")
      (global.set $s (i32.add (global.get $s) (i32.const 20))))
    (func (export "inc") (param i32) (result i32)
      (global.set $s (i32.add (global.get $s) (local.get 0)))
      (global.get $s))"#;

/// An allocator whose export `allocated` returns how many bytes are allocated. Freed blocks are not
/// reused, and an allocation of more than 30,000 bytes fails.
pub(crate) const ALLOCATOR: &str = r#"
    (global $next (mut i32) (i32.const 1024))
    (global $allocated (mut i32) (i32.const 0))
    (func $alloc (export "polyreactor_alloc") (param $size i32) (param $align i32) (result i32)
      (local $at i32)
      (if (i32.gt_u (local.get $size) (i32.const 30000)) (then (return (i32.const 0))))
      (global.set $allocated (i32.add (global.get $allocated) (local.get $size)))
      (local.set $at (i32.and
        (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
      (global.set $next (i32.add (local.get $at) (local.get $size)))
      (local.get $at))
    (func (export "polyreactor_free") (param i32 i32 i32)
      (global.set $allocated (i32.sub (global.get $allocated) (local.get 1))))
    (func (export "allocated") (result i32) (global.get $allocated))"#;

/// A record with padding inside.
#[derive(HostLayout, Clone, Copy, Debug, PartialEq)]
#[repr(C)]
pub(crate) struct Point {
    pub(crate) x: i32,
    pub(crate) y: f64,
}

/// How many bytes are allocated at the moment.
pub(crate) fn allocated(instance: &mut Instance) -> i32 {
    instance.call("allocated", ()).unwrap()
}
