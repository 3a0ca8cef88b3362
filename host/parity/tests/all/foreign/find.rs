//! Where the hosts are looked for. Each case runs this test program again, with other variables.

use std::process::Command;

use polyreactor_parity::foreign::ForeignHost;

#[test]
#[ignore = "run by the other tests of this file"]
fn shows_the_hosts() {
    for name in ForeignHost::NAMES.into_iter().chain(["deno"]) {
        match ForeignHost::find(name) {
            Ok(host) => println!("{name}: {:?}", host.command),
            Err(missing) => println!("{missing}"),
        }
    }
}

fn shown(variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "foreign::find::shows_the_hosts", "--ignored", "--nocapture"]);
    for name in ["NODE", "WASMTIME_PY", "WAZERO"] {
        command.env_remove(format!("POLYREACTOR_HOST_{name}"));
    }
    let output = command.envs(variables.iter().copied()).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_host_that_is_missing_says_what_to_do() {
    let cache = tempfile::tempdir().unwrap();
    let cache = cache.path().to_str().unwrap();
    let shown = shown(&[("PATH", ""), ("POLYREACTOR_CACHE", cache)]);
    for expected in [
        "the host node is missing: node can't be run",
        "install Node 20 or later, or set POLYREACTOR_HOST_NODE to its path",
        "the host wasmtime-py is missing: python3 can't be run",
        "`pip install wasmtime` into a Python on PATH",
        "the host wazero is missing: go can't be run",
        "install Go 1.24 or later",
        "the host deno is missing: there is no such host; the hosts are node, wasmtime-py, wazero",
    ] {
        assert!(shown.contains(expected), "{expected:?} is not in:\n{shown}");
    }
    // Nothing is left behind by the build that failed.
    let left: Vec<_> = std::fs::read_dir(cache).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_variable_names_another_program() {
    if super::host("node").is_none() {
        return;
    }
    let shown = shown(&[
        ("POLYREACTOR_HOST_NODE", "[\"env\", \"node\"]"),
        ("POLYREACTOR_HOST_WASMTIME_PY", "[\"unclosed\""),
        ("POLYREACTOR_HOST_WAZERO", "/no/such/adapter"),
    ]);
    assert!(shown.contains("node: [\"env\", \"node\", \""), "{shown}");
    assert!(shown.contains("set it to a path, or to a JSON array"), "{shown}");
    assert!(shown.contains("/no/such/adapter is no program"), "{shown}");
}
