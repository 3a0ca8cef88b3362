//! Tests of the harness, on temporary cases that run `echo`, `cat`, `tee` and `sh`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Result, bail};
use tempfile::TempDir;

use super::Suite;

/// A suite with one case, in a temporary folder that is removed when this value is dropped.
struct Sandbox {
    folder: TempDir,
    case: PathBuf,
}

impl Sandbox {
    fn new(name: &str, text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let case = folder.path().join(name);
        fs::write(&case, text).unwrap();
        Sandbox { folder, case }
    }

    fn suite(&self, bless: bool) -> Suite {
        Suite { folder: self.folder.path().to_owned(), bless, program, readers: &["cat"] }
    }

    fn check(&self) -> Result<()> {
        self.suite(false).check(&self.case)
    }

    fn bless(&self) {
        self.suite(true).check(&self.case).unwrap();
        self.suite(true).left_over().unwrap();
    }

    fn read(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.folder.path().join(name)).ok()
    }
}

fn program(name: &str) -> Result<PathBuf> {
    match name {
        "cat" | "echo" | "sh" | "tee" => Ok(name.into()),
        _ => bail!("no program {name}"),
    }
}

fn message(result: Result<()>) -> String {
    format!("{:#}", result.unwrap_err())
}

#[test]
fn the_output_must_equal_the_snapshot() {
    let sandbox = Sandbox::new("a.wat", ";; RUN: echo hello\n(module)");
    assert!(message(sandbox.check()).contains("+hello"));
    sandbox.bless();
    assert_eq!(sandbox.read("a.wat.stdout").unwrap(), "hello\n");
    assert_eq!(sandbox.read("a.wat.stderr"), None, "no output, no snapshot");
    sandbox.check().unwrap();

    fs::write(sandbox.folder.path().join("a.wat.stdout"), "bye\n").unwrap();
    let difference = message(sandbox.check());
    assert!(difference.contains("-bye\n+hello"), "{difference}");
    fs::write(sandbox.folder.path().join("a.wat.stderr"), "").unwrap();
    assert!(message(sandbox.check()).contains("a.wat.stderr is empty"));
}

#[test]
fn commands_have_names_and_share_a_folder() {
    let text = "# RUN: sh -c 'cat % > copy'\n# RUN[b]: sh -c 'cat copy >&2'\n";
    let sandbox = Sandbox::new("a.txt", text);
    sandbox.bless();
    assert_eq!(sandbox.read("a.txt.b.stderr").unwrap(), text);
    assert_eq!(sandbox.read("a.txt.stdout"), None);
    sandbox.check().unwrap();
}

#[test]
fn paths_in_the_output_are_replaced() {
    let sandbox = Sandbox::new("a.wat", ";; RUN: sh -c 'echo % $PWD/b; head -c 4 %'\n(module)");
    sandbox.bless();
    assert_eq!(sandbox.read("a.wat.stdout").unwrap(), "% b\n\0asm");
}

#[test]
fn a_module_can_have_any_bytes() {
    let sandbox = Sandbox::new("a.wat", ";; RUN: sh -c 'cat %'\n(module binary \"\\00as\")");
    sandbox.bless();
    assert_eq!(sandbox.read("a.wat.stdout").unwrap(), "\0as");
}

#[test]
fn bless_does_not_change_the_expected_status() {
    let sandbox = Sandbox::new("a.wat", ";; RUN: sh -c 'exit 3'\n(module)");
    assert!(message(sandbox.suite(true).check(&sandbox.case)).contains("exit status: 3, not 0"));
    let sandbox = Sandbox::new("a.wat", ";; RUN: sh -c 'exit 3'\n;; EXIT: 3\n(module)");
    sandbox.check().unwrap();
}

#[test]
fn an_unused_snapshot_is_an_error_and_bless_removes_it() {
    let sandbox = Sandbox::new("a.wat", ";; RUN[b]: echo hello\n(module)");
    fs::write(sandbox.folder.path().join("a.wat.stdout"), "old\n").unwrap();
    assert!(message(sandbox.suite(false).left_over()).contains("a.wat.stdout"));
    sandbox.bless();
    assert_eq!(sandbox.read("a.wat.stdout"), None);
    assert_eq!(sandbox.read("a.wat.b.stdout").unwrap(), "hello\n");
    sandbox.suite(false).left_over().unwrap();
}

#[test]
fn an_unknown_program_is_an_error() {
    let sandbox = Sandbox::new("a.wat", ";; RUN: rm -rf x\n(module)");
    assert_eq!(message(sandbox.check()), "RUN: rm -rf x: no program rm");
}

#[test]
fn a_command_reads_the_standard_input_of_the_case() {
    let text =
        "# RUN: cat\n# STDIN: \"one\\n\" \"two\"\n# RUN[file]: cat\n# STDIN: %\n# RUN[end]: cat\n";
    let sandbox = Sandbox::new("a.txt", text);
    sandbox.bless();
    assert_eq!(sandbox.read("a.txt.stdout").unwrap(), "one\ntwo");
    assert_eq!(sandbox.read("a.txt.file.stdout").unwrap(), text);
    assert_eq!(sandbox.read("a.txt.end.stdout"), None);
    sandbox.check().unwrap();
}

#[test]
fn a_variable_is_set_for_one_command_only() {
    let sandbox =
        Sandbox::new("a.txt", "# RUN: sh -c 'echo $A'\n# ENV: A=b=c\n# RUN[b]: sh -c 'echo .$A'\n");
    sandbox.bless();
    assert_eq!(sandbox.read("a.txt.stdout").unwrap(), "b=c\n");
    assert_eq!(sandbox.read("a.txt.b.stdout").unwrap(), ".\n");
}

#[test]
fn a_signal_is_not_an_exit_status() {
    let script = "# RUN: sh -c 'echo ready; while :; do :; done'\n# SIGNAL: TERM after ready\n";
    let sandbox = Sandbox::new("a.txt", &format!("{script}# EXIT: SIGTERM\n"));
    sandbox.bless();
    sandbox.check().unwrap();
    let sandbox = Sandbox::new("a.txt", &format!("{script}# EXIT: SIGINT\n"));
    assert!(message(sandbox.check()).contains("not SIGINT"));
    let sandbox = Sandbox::new("a.txt", "# RUN: sh -c 'exit 15'\n# EXIT: SIGTERM\n");
    assert!(message(sandbox.check()).contains("exit status: 15, not SIGTERM"));
}

#[test]
fn has_compares_a_part_of_the_output() {
    let text = "# RUN: sh -c 'echo one two; echo three >&2'\n# STDOUT: has two\n";
    let sandbox = Sandbox::new("a.txt", text);
    sandbox.bless();
    assert_eq!(sandbox.read("a.txt.stdout"), None);
    assert_eq!(sandbox.read("a.txt.stderr").unwrap(), "three\n");
    sandbox.check().unwrap();
    let sandbox = Sandbox::new("a.txt", "# RUN: echo one\n# STDOUT: has one\n# STDOUT: has two\n");
    assert_eq!(message(sandbox.check()), "no `two` in:\none\n");
}

#[test]
fn numbers_that_vary_are_not_compared() {
    let sandbox = Sandbox::new("a.txt", "# RUN: sh -c 'echo at=$$ at=x 1'\n# VARIES: at=\n");
    sandbox.bless();
    assert_eq!(sandbox.read("a.txt.stdout").unwrap(), "at=… at=x 1\n");
    sandbox.check().unwrap();
}

#[test]
fn a_program_that_only_reads_may_not_change_the_file() {
    let sandbox = Sandbox::new("a.txt", "# RUN: tee %\n# STDIN: \"b\"\n# STDOUT: has b\n");
    sandbox.check().unwrap();
    let suite = Suite { readers: &["tee"], ..sandbox.suite(false) };
    let changed = message(suite.check(&sandbox.case));
    assert!(changed.contains("changed the file of the case"), "{changed}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_limit_applies_to_one_command_only() {
    let text = "# RUN: sh -c 'ulimit -v'\n# ULIMIT: -v 4000000\n# RUN[b]: sh -c 'ulimit -v | grep -c 4000000'\n# EXIT: 1\n";
    let sandbox = Sandbox::new("a.txt", text);
    sandbox.bless();
    assert_eq!(sandbox.read("a.txt.stdout").unwrap(), "4000000\n");
    assert_eq!(sandbox.read("a.txt.b.stdout").unwrap(), "0\n");
}
