//! What `run` gives a guest and takes from it: options, limits, signals, JSON.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

/// Prints, loops, sleeps for as long as can be, grows, counts its environment and arguments.
const GUEST: &str = r#"
    (module
      (import "wasi_snapshot_preview1" "fd_write"
        (func $fd_write (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_read"
        (func $fd_read (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "poll_oneoff"
        (func $poll_oneoff (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "environ_sizes_get"
        (func $environ_sizes_get (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "args_sizes_get"
        (func $args_sizes_get (param i32 i32) (result i32)))
      (memory (export "memory") 1)
      (data (i32.const 0) "\08\00\00\00\06\00\00\00ready\n")
      (data (i32.const 80) "\01\00\00\00\00\00\00\00\ff\ff\ff\ff\ff\ff\ff\ff")
      (data (i32.const 256) "\08\01\00\00\0b\00\00\00panic: why\n")
      (global $count (mut i32) (i32.const 0))
      (func (export "_initialize"))
      (func $say (export "say")
        (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32))))
      (func (export "count") (result i32)
        (global.set $count (i32.add (global.get $count) (i32.const 1)))
        (global.get $count))
      (func (export "panic")
        (drop (call $fd_write (i32.const 2) (i32.const 256) (i32.const 1) (i32.const 32)))
        unreachable)
      (func (export "spin") (call $say) (loop (br 0)))
      (func (export "sleep") (call $say)
        (drop (call $poll_oneoff (i32.const 64) (i32.const 320) (i32.const 1) (i32.const 32))))
      (func (export "hoard") (loop
        (if (i32.lt_s (memory.grow (i32.const 1)) (i32.const 0)) (then unreachable))
        (br 0)))
      (func (export "read") (call $say)
        (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 32)))
        (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32))))
      (func (export "given") (result i32 i32)
        (drop (call $environ_sizes_get (i32.const 400) (i32.const 404)))
        (drop (call $args_sizes_get (i32.const 408) (i32.const 412)))
        (i32.load (i32.const 400)) (i32.load (i32.const 408))))"#;

/// The guest on disk, for as long as its test runs.
struct Module(PathBuf);

impl Module {
    fn new(name: &str) -> Self {
        Self::of(name, GUEST)
    }

    fn of(name: &str, text: &str) -> Self {
        let name = format!("polyreactor-run-{}-{name}.wasm", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, wat::parse_str(text).unwrap()).unwrap();
        Module(path)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_polyreactor"));
        command.arg("run").arg(&self.0).args(words);
        command
    }

    fn run(&self, words: &[&str]) -> (i32, String, String) {
        said(self.command(words).output().unwrap())
    }

    fn start(&self, words: &[&str]) -> Child {
        let mut command = self.command(words);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
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

#[test]
fn what_takes_too_long_ends_and_says_what_to_do() {
    let module = Module::new("timeout");
    for call in ["spin()", "sleep()"] {
        let (status, stdout, stderr) = module.run(&["--timeout", "50ms", call, "count()"]);
        assert_eq!((status, &*stdout), (1, "ready\n"));
        assert_eq!(
            stderr,
            format!(
                "error: `{call}` has no answer: it took longer than 50ms, which is its limit\n\
                 note: the instance ended with it, so the last call was not made\n\
                 help: give it longer with `--timeout`, or leave that out\n"
            )
        );
    }
}

#[test]
fn what_wants_too_much_memory_says_so() {
    let module = Module::new("memory");
    let (status, _, stderr) = module.run(&["--memory", "1MiB", "hoard()"]);
    assert_eq!(status, 1);
    assert!(stderr.contains("wanted more memory than its 1 MiB"), "{stderr}");
    assert!(stderr.contains("`--memory`"), "{stderr}");
}

#[test]
fn a_panic_is_told_in_the_guests_words() {
    let module = Module::new("panic");
    let (status, _, stderr) = module.run(&["panic()"]);
    assert_eq!(status, 1);
    let told = "panic: why\nerror: `panic()` has no answer: the guest panicked: why\n";
    assert!(stderr.starts_with(told), "{stderr}");
}

#[test]
fn nothing_is_given_that_was_not_named() {
    let module = Module::new("given");
    // Its own name is an argument that programs take for granted.
    assert_eq!(module.run(&["given()"]).1, "given() = (0, 1)\n");
    let named = ["--env", "A=1", "--env", "B=x=y", "--arg", "-v", "given()"];
    assert_eq!(module.run(&named).1, "given() = (2, 1)\n");
    for wrong in [["--env", "A"], ["--timeout", "5"], ["--memory", "1"], ["--repeat", "0"]] {
        assert_eq!(module.run(&[wrong[0], wrong[1], "given()"]).0, 2);
    }
}

#[test]
fn calls_are_repeated_in_rounds_on_one_instance() {
    let module = Module::new("repeat");
    let (_, stdout, _) = module.run(&["--repeat", "2", "count()", "count()"]);
    assert_eq!(stdout, "count() = 1\ncount() = 2\ncount() = 3\ncount() = 4\n");
}

#[test]
fn json_is_one_object_a_call_with_what_the_guest_wrote() {
    let module = Module::new("json");
    let (status, stdout, stderr) = module.run(&["--json", "count()", "say()", "panic()", "say()"]);
    let objects: Vec<serde_json::Value> =
        stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((status, objects.len()), (1, 3));
    assert_eq!(objects[0]["outcome"], "answer");
    assert_eq!(objects[0]["results"][0], "1");
    assert!(objects[0]["microseconds"].is_u64() && objects[0]["error"].is_null());
    assert_eq!(objects[1]["stdout"]["text"], "ready\n");
    assert_eq!(objects[2]["outcome"], "panic");
    assert_eq!(objects[2]["stderr"]["text"], "panic: why\n");
    assert!(stderr.starts_with("error: `panic()`"), "{stderr}");
}

#[test]
fn standard_input_is_read_where_it_is_given() {
    let module = Module::new("stdin");
    let mut child = module.start(&["--stdin", "read()"]);
    child.stdin.take().unwrap().write_all(b"hello\n").unwrap();
    let (status, stdout, _) = said(child.wait_with_output().unwrap());
    assert_eq!((status, &*stdout), (0, "ready\nhello\nread()\n"));
    // Else it is at its end, and what was there stays.
    let (_, stdout, _) = said(module.start(&["read()"]).wait_with_output().unwrap());
    assert_eq!(stdout, "ready\nready\nread()\n");
}

#[cfg(unix)]
#[test]
fn signals_end_a_loop_a_sleep_and_a_read() {
    use std::io::Read;

    let module = Module::new("signals");
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
        for call in ["spin()", "sleep()", "read()"] {
            let mut child = module.start(&["--stdin", call]);
            let mut ready = [0; 6];
            child.stdout.as_mut().unwrap().read_exact(&mut ready).unwrap();
            let kill = ["-s", signal, &child.id().to_string()].map(str::to_owned);
            assert!(Command::new("kill").args(kill).status().unwrap().success());
            // What keeps its input open keeps a read silent.
            let stdin = child.stdin.take();
            let (is, _, stderr) = said(child.wait_with_output().unwrap());
            drop(stdin);
            assert_eq!(is, status, "{call}: {stderr}");
            let told = format!("error: `{call}` has no answer: SIG{signal} ended it\n");
            assert_eq!(stderr, told);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_signal_ends_initialisation_too() {
    use std::io::Read;

    let looping = GUEST
        .replace("(func (export \"_initialize\"))", "")
        .replace("(func (export \"spin\")", "(func (export \"_initialize\")");
    let module = Module::of("signal-init", &looping);
    let mut child = module.start(&["count()"]);
    let mut ready = [0; 6];
    child.stdout.as_mut().unwrap().read_exact(&mut ready).unwrap();
    let kill = ["-s", "INT", &child.id().to_string()].map(str::to_owned);
    assert!(Command::new("kill").args(kill).status().unwrap().success());
    let (status, _, stderr) = said(child.wait_with_output().unwrap());
    assert_eq!(status, 130, "{stderr}");
    assert!(stderr.ends_with("SIGINT ended `_initialize`\n"), "{stderr}");
}

#[test]
fn calls_come_from_standard_input() {
    let module = Module::new("calls");
    let mut child = module.start(&["count()", "-", "count()"]);
    let written = b"\xef\xbb\xbf# three of them\r\ncount()\r\n\n  count() \ncount()";
    child.stdin.take().unwrap().write_all(written).unwrap();
    let (status, stdout, stderr) = said(child.wait_with_output().unwrap());
    assert_eq!((status, &*stderr), (0, ""));
    let all: String = (1..=5).map(|count| format!("count() = {count}\n")).collect();
    assert_eq!(stdout, all);
}

#[test]
fn faults_on_standard_input_name_their_lines() {
    let module = Module::new("faults");
    let cases: [(&[u8], &str); 3] = [
        (b"count()\n\ncount(1)\n", "error: standard input:3: CALL `count(1)`: "),
        (b"count()\ncount(", "error: standard input:2: CALL `count(`: "),
        (b"# \xff\n", "error: standard input:1: this line is no UTF-8 text\n"),
    ];
    for (written, told) in cases {
        let mut child = module.start(&["-"]);
        child.stdin.take().unwrap().write_all(written).unwrap();
        let (status, stdout, stderr) = said(child.wait_with_output().unwrap());
        assert_eq!((status, &*stdout), (2, ""));
        assert!(stderr.starts_with(told), "{stderr}");
    }
}

#[test]
fn each_command_has_a_page_and_completions() {
    let polyreactor = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_polyreactor"));
        said(command.args(words).output().unwrap())
    };
    for (words, title) in [
        (&["man"][..], ".TH polyreactor 1"),
        (&["man", "run"], ".TH polyreactor-run 1"),
        (&["man", "inspect"], ".TH polyreactor-inspect 1"),
    ] {
        let (status, page, stderr) = polyreactor(words);
        assert_eq!((status, &*stderr), (0, ""));
        assert!(page.lines().any(|line| line.starts_with(title)), "{page}");
    }
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (status, script, stderr) = polyreactor(&["completions", shell]);
        assert_eq!((status, &*stderr), (0, ""));
        assert!(script.contains("inspect") && script.contains("timeout"), "{script}");
    }
}

/// A grant that is not understood is none.
#[test]
fn a_slip_grants_no_directory() {
    let module = Module::new("slip");
    for grant in ["/tmp::/d:RO", "/tmp::/d:rw", "/tmp::/d:r", "/tmp", "::/d", "/tmp::"] {
        let (status, stdout, stderr) = module.run(&["--dir", grant, "count()"]);
        assert_eq!((status, &*stdout), (2, ""), "{grant}");
        assert!(stderr.contains(":ro"), "{grant}: {stderr}");
    }
}

/// That nobody hears why is no reason to panic.
#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_error_changes_no_status() {
    let module = Module::new("full");
    for (call, status) in [("panic()", 1), ("nothing()", 2)] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = module.command(&[call]).stderr(full).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{call}");
    }
}

/// A file that can be read once only, and a fault that is the module's.
#[cfg(unix)]
#[test]
fn a_file_is_read_once() {
    let command =
        wat::parse_str(r#"(module (memory (export "memory") 1) (func (export "_start")))"#);
    let mut child = Command::new(env!("CARGO_BIN_EXE_polyreactor"))
        .args(["run", "/dev/stdin", "f()"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&command.unwrap()).unwrap();
    let (status, _, stderr) = said(child.wait_with_output().unwrap());
    assert_eq!(status, 1);
    assert!(stderr.contains("R002") && !stderr.contains("empty"), "{stderr}");
}

#[test]
fn json_tells_what_was_said_by_an_initialize_that_failed() {
    let module = Module::of(
        "said",
        r#"
        (module
          (import "wasi_snapshot_preview1" "fd_write"
            (func $fd_write (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (data (i32.const 0) "\08\00\00\00\0a\00\00\00no config\n")
          (func (export "_initialize")
            (drop (call $fd_write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 32)))
            unreachable)
          (func (export "f")))"#,
    );
    let (status, stdout, stderr) = module.run(&["--json", "f()"]);
    assert_eq!((status, stdout.lines().count()), (1, 1), "{stdout}");
    let object: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(object["name"], "_initialize");
    assert_eq!(object["outcome"], "trap");
    assert_eq!(object["stderr"]["text"], "no config\n");
    assert!(stderr.contains("no call was made"), "{stderr}");
}
