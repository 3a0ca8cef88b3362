//! The program as people use it: a command line in; standard output, standard error, status out.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// `s` is 20 after `_initialize`; `inc` adds to it, `say` writes `guest` to a stream.
const COUNTER: &str = r#"
    (module
      (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
      (import "wasi_snapshot_preview1" "fd_write"
        (func $fd_write (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (data (i32.const 0) "\08\00\00\00\06\00\00\00guest\n")
      (global $s (mut i32) (i32.const 0))
      (func (export "_initialize") (global.set $s (i32.const 20)))
      (func (export "inc") (param i32) (result i32)
        (global.set $s (i32.add (global.get $s) (local.get 0)))
        (global.get $s))
      (func (export "say") (param i32)
        (drop (call $fd_write (local.get 0) (i32.const 0) (i32.const 1) (i32.const 32))))
      (func (export "exit") (param i32) (call $proc_exit (local.get 0)))
      (func (export "swap") (param f32 i64) (result i64 f32) (local.get 1) (local.get 0))
      (func (export "\1b[2J(") unreachable))"#;

/// A module on disk, for as long as its test runs.
struct Module(PathBuf);

impl Module {
    fn new(name: &str, text: &str) -> Self {
        Self::of_bytes(name, &wat::parse_str(text).unwrap())
    }

    fn of_bytes(name: &str, bytes: &[u8]) -> Self {
        let name = format!("polyreactor-cli-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, bytes).unwrap();
        Module(path)
    }

    fn run(&self, calls: &[&str]) -> (i32, String, String) {
        said(polyreactor().arg("run").arg(&self.0).args(calls).output().unwrap())
    }

    fn inspect(&self, options: &[&str]) -> (i32, String, String) {
        said(polyreactor().arg("inspect").arg(&self.0).args(options).output().unwrap())
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok();
    }
}

fn polyreactor() -> Command {
    Command::new(env!("CARGO_BIN_EXE_polyreactor"))
}

fn said(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn calls_share_one_live_instance() {
    let module = Module::new("live.wasm", COUNTER);
    let (status, stdout, stderr) = module.run(&["inc(1)", "inc( 21 )", "inc(4294967295)"]);
    assert_eq!((status, &*stderr), (0, ""));
    assert_eq!(stdout, "inc(1) = 21\ninc(21) = 42\ninc(-1) = 41\n");
}

#[test]
fn what_the_guest_prints_stands_among_the_results() {
    let module = Module::new("prints.wasm", COUNTER);
    let (status, stdout, stderr) = module.run(&["inc(1)", "say(1)", "say(2)", "inc(1)"]);
    assert_eq!(status, 0);
    assert_eq!(stdout, "inc(1) = 21\nguest\nsay(1)\nsay(2)\ninc(1) = 22\n");
    assert_eq!(stderr, "guest\n");
}

#[test]
fn several_results_and_odd_floats_are_printed_whole() {
    let module = Module::new("floats.wasm", COUNTER);
    let (_, stdout, _) = module.run(&["swap(nan:0x1, 18446744073709551615)", "swap(-0.0, 1)"]);
    assert_eq!(stdout, "swap(nan:0x1, -1) = (-1, nan:0x1)\nswap(-0, 1) = (1, -0)\n");
}

#[test]
fn after_a_failed_call_no_other_is_made() {
    let module = Module::new("fails.wasm", COUNTER);
    let (status, stdout, stderr) = module.run(&["inc(1)", "exit(0)", "inc(1)", "inc(1)"]);
    assert_eq!((status, &*stdout), (1, "inc(1) = 21\n"));
    assert_eq!(
        stderr,
        "error: `exit(0)` has no answer: the guest exited with status 0\n\
         note: the instance ended with it, so the last 2 calls were not made\n"
    );
    let (status, _, stderr) = module.run(&[r#""\u001b[2J("()"#]);
    assert_eq!(status, 1);
    assert!(stderr.contains("`unreachable`") && !stderr.contains('\x1b'), "{stderr}");
}

#[test]
fn a_call_that_cannot_be_meant_is_wrong_usage_and_none_is_made() {
    let module = Module::new("usage.wasm", COUNTER);
    let (status, stdout, stderr) = module.run(&["say(1)", "icn(1)", "inc(x)", "inc()", "_start()"]);
    assert_eq!((status, &*stdout), (2, ""));
    assert_eq!(stderr.lines().count(), 4, "{stderr}");
    assert!(
        stderr.starts_with("error: CALL `icn(1)`: no function `icn` is exported; did you mean")
    );
    let (status, _, stderr) = module.run(&["inc(1"]);
    assert_eq!(status, 2, "{stderr}");
}

#[test]
fn what_a_linker_left_undone_is_patched_in_memory() {
    let text = COUNTER.replace("(export \"_initialize\")", "$unused");
    let module = Module::new("patched.wasm", &text);
    let before = fs::read(&module.0).unwrap();
    let (status, stdout, stderr) = module.run(&["inc(1)"]);
    assert_eq!((status, &*stdout), (0, "inc(1) = 1\n"));
    assert!(stderr.starts_with("note: ") && stderr.contains("R001"), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert_eq!(fs::read(&module.0).unwrap(), before);
}

#[test]
fn what_is_no_reactor_is_one_clear_error() {
    let command = r#"(module (memory (export "memory") 1) (func (export "_start")))"#;
    let whole = wat::parse_str(COUNTER).unwrap();
    let modules = [
        (Module::new("command.wasm", command), "R002"),
        (Module::of_bytes("half.wasm", &whole[..whole.len() / 2]), "ends in the middle"),
        (Module::of_bytes("text.wasm", b"(module)"), "text format"),
        (Module::of_bytes("other.wasm", b"\x7fELF"), "no WebAssembly module"),
        (Module::of_bytes("empty.wasm", b""), "empty"),
        (Module::of_bytes("component.wasm", b"\0asm\x0d\0\x01\0"), "component"),
        (Module(std::env::temp_dir()), "can't be read"),
        (Module("missing.wasm".into()), "can't be read"),
    ];
    for (module, what) in modules {
        let (status, stdout, stderr) = module.run(&["f()"]);
        assert_eq!((status, &*stdout), (1, ""), "{stderr}");
        let name = module.0.file_name().unwrap().to_str().unwrap();
        assert!(stderr.starts_with("error: ") && stderr.contains(what), "{stderr}");
        assert!(stderr.contains(name), "{stderr}");
    }
}

#[test]
fn inspect_shows_the_module_in_three_ways() {
    let module = Module::new("inspect.wasm", COUNTER);
    let (status, people, _) = module.inspect(&[]);
    assert_eq!(status, 0);
    assert!(people.contains("func (f32, i64) -> (i64, f32)"), "{people}");
    assert!(people.contains("a reactor that keeps the convention"), "{people}");
    assert!(!people.contains('\x1b'), "{people}");

    let (_, json, _) = module.inspect(&["--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["schema"], 1);
    assert_eq!(json["is_reactor"], true);
    assert_eq!(json["exports"][6]["name"], "\u{1b}[2J(");
    assert_eq!(json["imports"][0]["type"], "func (i32) -> ()");

    let (_, text, _) = module.inspect(&["--wat"]);
    assert_eq!(wat::parse_str(&text).unwrap(), fs::read(&module.0).unwrap());
}

#[test]
fn a_closed_pipe_ends_it_without_a_word() {
    let module = Module::new("pipe.wasm", COUNTER);
    for call in ["inc(1)", "say(1)"] {
        let mut child = polyreactor();
        child.arg("run").arg(&module.0).args([call; 1000]);
        let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    }
}
