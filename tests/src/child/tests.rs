//! Tests of running programs, with `sh` as the program.

use super::*;

fn sh(script: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    command
}

#[test]
fn finish_returns_the_output_and_the_status() {
    let finished = finish(&mut sh("cat; echo out; echo err >&2; exit 3")).unwrap();
    assert_eq!((finished.stdout.as_str(), finished.stderr.as_str()), ("out\n", "err\n"));
    assert_eq!(finished.status.code(), Some(3));
    assert!(finished.success().unwrap_err().to_string().contains("err"));
}

#[test]
fn a_program_that_does_not_end_is_killed_and_its_output_quoted() {
    let start = Instant::now();
    // The grandchild keeps its stdout open, which must not delay the end.
    let mut command = sh("echo before; sleep 30 & exec sleep 30");
    let limit = Duration::from_millis(200);
    let error = finish_around(&mut command, &Around::default(), limit).unwrap_err();
    let message = error.to_string();
    assert!(message.starts_with("killed after 200ms"), "{message}");
    assert!(message.contains("before"), "{message}");
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_program_that_does_not_start_is_named() {
    let error = finish(&mut Command::new("no-such-program")).unwrap_err();
    assert!(error.to_string().contains("no-such-program"), "{error}");
}

#[test]
fn a_standard_input_is_empty_has_bytes_or_stays_open() {
    let around = |stdin| Around { stdin, ..Around::default() };
    let bytes = [b"first\n".repeat(100_000), vec![0xff]].concat();
    let counted = finish_in(&mut sh("wc -c"), &around(Input::Bytes(bytes.clone()))).unwrap();
    assert_eq!(counted.stdout.trim(), "600001");
    // A program that does not read its input is not waited for.
    finish_in(&mut sh("exit"), &around(Input::Bytes(bytes))).unwrap().success().unwrap();
    let reads = "read line; echo $?";
    assert_eq!(finish_in(&mut sh(reads), &around(Input::Empty)).unwrap().stdout, "1\n");
    let limit = Duration::from_millis(200);
    let open = finish_around(&mut sh(reads), &around(Input::Open), limit);
    assert!(open.unwrap_err().to_string().starts_with("killed after"));
}

#[test]
fn an_output_is_closed_or_full() {
    let around = Around { stdout: Output::Closed, ..Around::default() };
    let finished = finish_in(&mut sh("trap '' PIPE; echo a || exit 7"), &around).unwrap();
    assert_eq!((finished.status.code(), &*finished.stdout), (Some(7), ""));
    if cfg!(target_os = "linux") {
        let around = Around { stderr: Output::Full, ..Around::default() };
        let finished = finish_in(&mut sh("echo a; echo b >&2 || exit 8"), &around).unwrap();
        assert_eq!((finished.status.code(), &*finished.stdout), (Some(8), "a\n"));
    }
}

#[test]
fn a_signal_is_sent_when_the_line_has_been_printed() {
    let signal = |name: &str| Signal { name: name.to_owned(), after: "ready".to_owned() };
    let around = |name| Around { signal: Some(signal(name)), ..Around::default() };
    // `re` alone must not send the signal. TERM, because a shell in the background ignores INT.
    let script = "trap 'echo got it; exit 5' TERM; printf 're'; printf 'ady\\n'; \
                  while :; do :; done";
    let finished = finish_in(&mut sh(script), &around("TERM")).unwrap();
    assert_eq!((finished.status.code(), &*finished.stdout), (Some(5), "ready\ngot it\n"));
    let error = finish_in(&mut sh("printf ready"), &around("INT")).unwrap_err().to_string();
    assert!(error.contains("`ready` was never printed"), "{error}");
    let error = finish_in(&mut sh("echo ready; sleep 30"), &around("WINCH")).unwrap_err();
    assert!(error.to_string().contains("no signal WINCH"), "{error}");
}
