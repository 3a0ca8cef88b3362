//! Adapters that misbehave: no panic, no wait without end, and no process left behind.

use std::path::Path;
use std::time::{Duration, Instant};

use polyreactor_parity::foreign::{
    ForeignCall, ForeignEnd, ForeignError, ForeignHost, ForeignValue, Session, Settings,
};

fn started(script: &str) -> Result<Session, ForeignError> {
    let command = ["sh", "-c", script].map(Into::into).to_vec();
    let host = ForeignHost { name: "node", command };
    let settings = Settings { timeout: Duration::from_secs(1), ..Settings::default() };
    host.start_with(Path::new("plugin.wasm"), settings)
}

fn call() -> [ForeignCall; 1] {
    [ForeignCall::new("f", Vec::new(), None)]
}

#[test]
fn an_adapter_that_does_not_start_says_why() {
    let error = started("echo 'no such luck' >&2; exit 3").unwrap_err();
    assert!(matches!(error, ForeignError::Died { .. }), "{error}");
    assert!(error.to_string().contains("exit status: 3: no such luck"), "{error}");
    let error = started(r#"echo '{"refused": "too old"}'; exit 1"#).unwrap_err();
    assert_eq!(error.to_string(), "node refuses the module: too old");
    let error = started("echo hello").unwrap_err();
    assert!(matches!(error, ForeignError::Garbage { .. }), "{error}");
    let host = ForeignHost { name: "node", command: vec!["/no/such/program".into()] };
    let error = host.start(Path::new("plugin.wasm")).unwrap_err();
    assert!(matches!(error, ForeignError::NotStarted { .. }), "{error}");
    let host = ForeignHost { name: "node", command: Vec::new() };
    let error = host.start(Path::new("plugin.wasm")).unwrap_err();
    assert!(matches!(error, ForeignError::NotStarted { .. }), "{error}");
}

#[test]
fn an_invalid_answer_is_an_error() {
    let answers = [
        "garbage",
        "",
        "[]",
        "null",
        r#"{"id":1}"#,
        r#"{"id":2,"end":"returned"}"#,
        r#"{"id":1,"end":"vanished"}"#,
        r#"{"id":1,"end":"returned","stdout":"***"}"#,
        r#"{"id":-1,"end":"returned"}"#,
    ];
    for answer in answers {
        let script =
            format!("echo '{{\"ready\":true}}'; read line; echo '{answer}'; exec sleep 60");
        let error = started(&script).unwrap().run(&call()).unwrap_err();
        assert!(matches!(error, ForeignError::Garbage { .. }), "{answer}: {error}");
    }
    let bytes = r#"echo '{"ready":true}'; read line; head -c 1000 /dev/urandom; echo"#;
    assert!(started(bytes).unwrap().run(&call()).is_err());
    // A result of another type, more output after the end than there is, and no pointer back.
    let first = r#"echo '{"ready":true}'; read line; echo '{"id":1,"end":"returned"}'"#;
    let i32 = Some(polyreactor_parity::foreign::ForeignType::I32);
    for bits in ["\"x\"", "\"9999999999\"", "null"] {
        let script = format!("{first}; echo '{{\"id\":1,\"end\":\"returned\",\"bits\":{bits}}}'");
        let error =
            started(&script).unwrap().run(&[ForeignCall::new("f", Vec::new(), i32)]).unwrap_err();
        assert!(matches!(error, ForeignError::Garbage { .. }), "{error}");
    }
    let script =
        format!("{first}; echo '{{\"id\":1,\"end\":\"trap\",\"after\":99,\"status\":-1}}'");
    let outcomes = started(&script).unwrap().run(&call()).unwrap();
    assert_eq!(outcomes[0].end.kind(), "trap");
    let script = format!("{first}; echo '{{\"id\":1,\"end\":\"returned\",\"changed\":[]}}'");
    let pointer = ForeignValue::Pointer { align_bytes: 4, bytes: vec![0; 4] };
    let error =
        started(&script).unwrap().run(&[ForeignCall::new("f", vec![pointer], None)]).unwrap_err();
    assert!(matches!(error, ForeignError::Garbage { .. }), "{error}");
}

#[test]
fn an_adapter_that_dies_is_an_error_and_is_started_again() {
    let script = r#"echo '{"ready":true}'; read line; echo 'oh no' >&2; exit 7"#;
    let mut session = started(script).unwrap();
    for _ in 0..2 {
        let error = session.run(&call()).unwrap_err();
        assert!(matches!(error, ForeignError::Died { .. }), "{error}");
        assert!(error.to_string().contains("exit status: 7: oh no"), "{error}");
    }
}

#[test]
fn an_adapter_that_reads_nothing_is_a_timeout() {
    let mut session = started(r#"echo '{"ready":true}'; exec sleep 60"#).unwrap();
    // More than a pipe holds.
    let text = "x".repeat(4 << 20);
    let call = [ForeignCall::new("f", vec![text.as_str().into()], None)];
    let begun = Instant::now();
    let outcomes = session.run(&call).unwrap();
    assert_eq!((outcomes.len(), &outcomes[0].end), (1, &ForeignEnd::Timeout));
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn an_adapter_that_floods_its_outputs_is_stopped() {
    let script = r#"echo '{"ready":true}'; yes >&2 & exec yes '{"id":1,"end":"returned"}'"#;
    let script = format!("{script} | head -c 20000000");
    let mut session = started(&script).unwrap();
    assert!(session.run(&call()).is_ok());
    drop(session);
    let mut session = started(r#"echo '{"ready":true}'; exec cat /dev/zero"#).unwrap();
    let begun = Instant::now();
    // Either the line is too long, or the time is over.
    match session.run(&call()) {
        Ok(outcomes) => assert_eq!(outcomes[0].end, ForeignEnd::Timeout),
        Err(error) => assert!(matches!(error, ForeignError::Died { .. }), "{error}"),
    }
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn the_process_is_killed_with_its_session() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let script = format!(r#"echo $$ > {}; echo '{{"ready":true}}'; exec sleep 60"#, file.display());
    let session = started(&script).unwrap();
    let pid = std::fs::read_to_string(&file).unwrap().trim().to_owned();
    let is_alive = || Path::new("/proc").join(&pid).exists();
    assert!(is_alive());
    drop(session);
    assert!(!is_alive());
}
