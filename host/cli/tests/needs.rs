//! What `run` gives a guest without being asked, and more of where it is: its name, stack, address
//! space; and what it tells before it compiles.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

/// A module on disk, for as long as its test runs.
struct Module(PathBuf);

impl Module {
    fn of(name: &str, text: &str) -> Self {
        let name = format!("polyreactor-needs-{}-{name}.wasm", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, wat::parse_str(text).unwrap()).unwrap();
        Module(path)
    }

    fn run(&self, words: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_polyreactor"));
        said(command.arg("run").arg(&self.0).args(words).output().unwrap())
    }
}

impl Drop for Module {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok();
    }
}

fn said(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

/// Its first argument is the file's name, or what was given in its place.
#[test]
fn a_guest_knows_its_name() {
    let module = Module::of(
        "its-name",
        r#"
        (module
          (import "wasi_snapshot_preview1" "fd_write"
            (func $fd_write (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "args_get"
            (func $args_get (param i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "args_sizes_get"
            (func $args_sizes_get (param i32 i32) (result i32)))
          (memory (export "memory") 1)
          (func (export "_initialize"))
          (func (export "args")
            (drop (call $args_sizes_get (i32.const 16) (i32.const 4)))
            (drop (call $args_get (i32.const 16) (i32.const 1024)))
            (i32.store (i32.const 0) (i32.const 1024))
            (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#,
    );
    let stem = module.0.file_stem().unwrap().to_str().unwrap();
    assert_eq!(module.run(&["args()"]).1, format!("{stem}\0args()\n"));
    let given = ["--arg", "one", "--arg", "two", "args()"];
    assert_eq!(module.run(&given).1, "one\0two\0args()\n");
}

#[test]
fn a_deep_recursion_is_given_the_stack_that_it_needs() {
    let module = Module::of(
        "deep",
        r#"
        (module
          (memory (export "memory") 1)
          (func (export "_initialize"))
          (func $down (export "down") (param $depth i32) (result i32)
            (if (result i32) (local.get $depth)
              (then (i32.add (i32.const 1)
                (call $down (i32.sub (local.get $depth) (i32.const 1)))))
              (else (i32.const 0)))))"#,
    );
    let (status, _, stderr) = module.run(&["down(20000)"]);
    assert_eq!(status, 1);
    assert!(stderr.contains("512 KiB") && stderr.contains("`--stack`"), "{stderr}");
    // More than the main thread has as well.
    for stack in ["8MiB", "256MiB"] {
        let (status, stdout, stderr) = module.run(&["--stack", stack, "down(20000)"]);
        assert_eq!((status, &*stdout), (0, "down(20000) = 20000\n"), "{stderr}");
    }
    let (status, _, stderr) = module.run(&["--stack", "1MiB", "down(-1)"]);
    assert_eq!(status, 1);
    assert!(stderr.contains("1024 KiB"), "{stderr}");
    assert_eq!(module.run(&["--stack", "0KiB", "down(1)"]).0, 2);
}

/// As a shell's `ulimit -v` leaves it.
#[cfg(target_os = "linux")]
#[test]
fn little_address_space_is_enough() {
    let module = Module::of(
        "address-space",
        r#"
        (module
          (memory (export "memory") 1)
          (func (export "_initialize"))
          (func (export "one") (result i32) (i32.const 1)))"#,
    );
    let output = Command::new("sh")
        .args(["-c", "ulimit -v 4000000 && exec \"$@\"", "sh", env!("CARGO_BIN_EXE_polyreactor")])
        .arg("run")
        .args([module.0.as_os_str(), "one()".as_ref()])
        .output()
        .unwrap();
    let (status, stdout, stderr) = said(output);
    assert_eq!((status, &*stdout), (0, "one() = 1\n"), "{stderr}");
}

/// What a module lacks, and CALLs that do not fit, are told before it is compiled: this one can't
/// be.
#[test]
fn faults_are_told_before_the_module_is_compiled() {
    let text = |import: &str| {
        format!(
            r#"(module {import} (type $f (func)) (type $c (cont $f))
              (memory (export "memory") 1) (func (export "_initialize")) (func (export "f")))"#
        )
    };
    let module = Module::of("calls-first", &text(""));
    let (status, _, stderr) = module.run(&["f(1)", "g()"]);
    assert_eq!((status, stderr.lines().count()), (2, 2), "{stderr}");
    let (status, _, stderr) = module.run(&["f()"]);
    assert_eq!(status, 1);
    assert!(stderr.contains("can't be compiled"), "{stderr}");
    let module = Module::of("imports-first", &text(r#"(import "env" "log" (func))"#));
    let (status, _, stderr) = module.run(&["f()"]);
    assert_eq!(status, 1);
    assert!(stderr.contains("env.log") && !stderr.contains("can't be compiled"), "{stderr}");
}
