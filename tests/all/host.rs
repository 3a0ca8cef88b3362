//! Every way in which a call can end, in each language, in our host: each is a test.
//!
//! The guests are `host/faults/`, which have an export for each way to fail. A test checks the
//! outcome of the call and, if it failed, that the instance is poisoned.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use libtest_mimic::Trial;
use polyreactor_host::{Access, CallError, Capture, Input, InstanceConfig, Output, TrapKind, Val};
use polyreactor_tests::faults::{LANGUAGES, Plugin, inner, silence};
use polyreactor_tests::trial;

/// The name of a test, and the test for one language.
type Case = (&'static str, fn(&Plugin) -> Result<()>);

const EVERYWHERE: [Case; 25] = [
    ("panics", panics),
    ("traps", traps),
    ("exits", exits),
    ("loop_times_out", |plugin| times_out(plugin, "spins", &[])),
    ("loop_is_cancelled", |plugin| is_cancelled(plugin, "spins", &[])),
    ("sleep_times_out", |plugin| times_out(plugin, "sleeps", &[LONG])),
    ("sleep_is_cancelled", |plugin| is_cancelled(plugin, "sleeps", &[LONG])),
    ("sleep_returns", sleep_returns),
    ("read_times_out", |plugin| times_out(plugin, "reads", &[])),
    ("read_is_cancelled", |plugin| is_cancelled(plugin, "reads", &[])),
    ("read_returns_at_the_end_of_input", read_returns_at_the_end_of_input),
    ("recursion_overflows_the_stack", |plugin| overflows_the_stack(plugin, "recurses")),
    ("wide_recursion_overflows_the_stack", |plugin| overflows_the_stack(plugin, "recurses_wide")),
    ("filled_recursion_overflows_the_stack", |plugin| {
        overflows_the_stack(plugin, "recurses_filled")
    }),
    ("reentrant_calls_nest", reentrant_calls_nest),
    ("endless_reentrant_calls_overflow_the_stack", endless_reentrant_calls_overflow_the_stack),
    ("inner_panics_poison_the_instance", inner_panics_poison_the_instance),
    ("inner_exits_poison_the_instance", inner_exits_poison_the_instance),
    ("inner_loops_time_out", |plugin| times_out(plugin, "asks", &[Val::S32(3), Val::S32(0)])),
    ("inner_sleeps_are_cancelled", |plugin| is_cancelled(plugin, "asks", &[Val::S32(4), LONG])),
    ("allocating_without_end_is_out_of_memory", allocating_without_end_is_out_of_memory),
    ("a_capture_drops_output_beyond_its_size", a_capture_drops_output_beyond_its_size),
    ("files_outside_of_granted_directories_are_not_found", files_outside_are_not_found),
    ("two_runs_with_the_same_seed_are_identical", two_runs_with_the_same_seed_are_identical),
    ("calls_end_inside_tokio", calls_end_inside_tokio),
];

/// Only Go has a scheduler, which detects deadlocks.
const IN_GO: [Case; 1] = [("deadlock_is_a_panic", deadlock_is_a_panic)];

/// Not in Go, whose allocator aborts where memory is refused: a guest cannot handle the failure.
const IN_OTHERS: [Case; 1] = [(
    "out_of_memory_needs_a_refusal_in_the_failed_call",
    out_of_memory_needs_a_refusal_in_the_failed_call,
)];

/// An hour, in milliseconds.
const LONG: Val = Val::S32(3_600_000);

pub(crate) fn trials() -> Result<Vec<Trial>> {
    let mut trials = Vec::new();
    for language in LANGUAGES {
        let plugin = Arc::new(Plugin::new(language));
        let more = if language == "go" { IN_GO } else { IN_OTHERS };
        for (name, run) in EVERYWHERE.into_iter().chain(more) {
            let plugin = plugin.clone();
            trials.push(trial(format!("host::{language}::{name}"), move || run(&plugin)));
        }
    }
    Ok(trials)
}

/// The panic message is found whether the host discards the guest's stderr or captures it.
fn panics(plugin: &Plugin) -> Result<()> {
    let failure = plugin.failure(&InstanceConfig::new(), "panics", &[Val::S32(7)])?;
    let CallError::Panic { message, cause } = &failure else { bail!("{failure:?}") };
    is(&**message, "no way 7")?;
    ensure!(matches!(**cause, CallError::Trap(_) | CallError::Exit { status: 2, .. }), "{cause:?}");
    ensure!(failure.to_string().starts_with("the guest panicked: no way 7\n"), "{failure}");

    let capture = Capture::new(1 << 16);
    let config = InstanceConfig::new().stderr(Output::capture(&capture));
    plugin.failure(&config, "panics", &[Val::S32(8)])?;
    ensure!(capture.take().text().contains("no way 8"), "the message was not captured");
    Ok(())
}

fn traps(plugin: &Plugin) -> Result<()> {
    match plugin.failure(&InstanceConfig::new(), "traps", &[])? {
        CallError::Trap(trap) => is(&trap.kind, &TrapKind::MemoryOutOfBounds),
        // Go checks a pointer for nil before it reads, and panics.
        CallError::Panic { message, .. } if plugin.language == "go" => {
            is(&*message, "runtime error: invalid memory address or nil pointer dereference")
        }
        other => bail!("{other:?}"),
    }
}

fn exits(plugin: &Plugin) -> Result<()> {
    for status in [0, 1, 2, 255] {
        let failure = plugin.failure(&InstanceConfig::new(), "exits", &[Val::S32(status)])?;
        ensure!(
            matches!(failure, CallError::Exit { status: is, .. } if is == status),
            "{failure:?}"
        );
    }
    Ok(())
}

fn times_out(plugin: &Plugin, export: &str, values: &[Val]) -> Result<()> {
    let timeout = Some(Duration::from_millis(50));
    let failure = plugin.failure_within(timeout, &silent(), export, values)?;
    ensure!(matches!(failure, CallError::Timeout { .. }), "{failure:?}");
    Ok(())
}

fn is_cancelled(plugin: &Plugin, export: &str, values: &[Val]) -> Result<()> {
    let mut instance = plugin.instance(&silent().no_timeout())?;
    let cancellation = instance.cancellation();
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        cancellation.cancel();
    });
    let outcome = instance.call_dynamic(export, values);
    canceller.join().expect("the canceller panicked");
    ensure!(matches!(outcome, Err(CallError::Cancelled { .. })), "{outcome:?}");
    ensure!(
        matches!(instance.call_dynamic("alive", &[]), Err(CallError::Poisoned { .. })),
        "the instance is not poisoned"
    );
    Ok(())
}

/// Deadlines and cancellations also work inside an async task of a single-threaded runtime.
fn calls_end_inside_tokio(plugin: &Plugin) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(async {
        times_out(plugin, "sleeps", &[LONG])?;
        times_out(plugin, "spins", &[])?;
        is_cancelled(plugin, "reads", &[])
    })
}

fn sleep_returns(plugin: &Plugin) -> Result<()> {
    let mut instance = plugin.instance(&InstanceConfig::new())?;
    is(&*instance.call_dynamic("sleeps", &[Val::S32(3)])?.results, &[Val::S32(3)])?;
    // With the virtual clock a sleep of an hour ends at once.
    let mut instance = plugin.instance(&InstanceConfig::new().deterministic(1))?;
    is(&*instance.call_dynamic("sleeps", &[LONG])?.results, &[LONG])
}

fn read_returns_at_the_end_of_input(plugin: &Plugin) -> Result<()> {
    let config = InstanceConfig::new().stdin(Input::bytes(vec![b'x'; 100_000]));
    let mut instance = plugin.instance(&config)?;
    is(&*instance.call_dynamic("reads", &[])?.results, &[Val::S32(100_000)])
}

fn overflows_the_stack(plugin: &Plugin, export: &str) -> Result<()> {
    // Go's stack is in linear memory, which must be larger than the limit of Go's own stack check.
    let config = InstanceConfig::new().max_memory_bytes(1 << 30);
    match plugin.failure(&config, export, &[])? {
        CallError::StackOverflow { .. } => Ok(()),
        // Go grows its stack by copying it, which may exceed the memory limit first.
        CallError::OutOfMemory { .. } if plugin.language == "go" => Ok(()),
        other => bail!("{other:?}"),
    }
}

/// B009: calls guest → host → guest.
fn reentrant_calls_nest(plugin: &Plugin) -> Result<()> {
    let mut instance = plugin.instance(&InstanceConfig::new())?;
    for depth in [0, 1, 20] {
        is(&*instance.call_dynamic("nests", &[Val::from(depth)])?.results, &[Val::from(depth)])?;
    }
    Ok(())
}

fn endless_reentrant_calls_overflow_the_stack(plugin: &Plugin) -> Result<()> {
    let failure = plugin.failure(&InstanceConfig::new(), "nests", &[Val::S32(i32::MAX)])?;
    ensure!(matches!(inner(&failure), CallError::StackOverflow { .. }), "{failure:?}");
    Ok(())
}

fn inner_panics_poison_the_instance(plugin: &Plugin) -> Result<()> {
    let mut instance = plugin.instance(&InstanceConfig::new())?;
    let Err(failure) = instance.call_dynamic("asks", &[Val::S32(1), Val::S32(7)]) else {
        bail!("the call did not fail")
    };
    let CallError::Panic { message, .. } = inner(&failure) else { bail!("{failure:?}") };
    is(&**message, "no way 7")?;
    // The first cause is the inner call, of the export `panics`.
    match instance.call_dynamic("alive", &[]) {
        Err(CallError::Poisoned { export, .. }) => is(&*export, "panics"),
        other => bail!("{other:?}"),
    }
}

fn inner_exits_poison_the_instance(plugin: &Plugin) -> Result<()> {
    let mut instance = plugin.instance(&InstanceConfig::new())?;
    let Err(failure) = instance.call_dynamic("asks", &[Val::S32(2), Val::S32(0)]) else {
        bail!("the call did not fail")
    };
    ensure!(matches!(inner(&failure), CallError::Exit { status: 0, .. }), "{failure:?}");
    ensure!(
        matches!(instance.call_dynamic("alive", &[]), Err(CallError::Poisoned { .. })),
        "the instance is not poisoned"
    );
    Ok(())
}

fn allocating_without_end_is_out_of_memory(plugin: &Plugin) -> Result<()> {
    let config = InstanceConfig::new().max_memory_bytes(32 << 20);
    let failure = plugin.failure(&config, "hoards", &[])?;
    ensure!(
        matches!(failure, CallError::OutOfMemory { limit, .. } if limit == 32 << 20),
        "{failure:?}"
    );
    Ok(())
}

/// B013: `OutOfMemory` is reported only if a growth was refused during the call that failed.
fn out_of_memory_needs_a_refusal_in_the_failed_call(plugin: &Plugin) -> Result<()> {
    let config = InstanceConfig::new().max_memory_bytes(32 << 20);
    let mut instance = plugin.instance(&config)?;
    is(&*instance.call_dynamic("makes_do", &[])?.results, &[Val::S32(1)])?;
    // The growth was refused in the previous call, so this one is reported as an exit.
    let outcome = instance.call_dynamic("exits", &[Val::S32(9)]);
    ensure!(matches!(outcome, Err(CallError::Exit { status: 9, .. })), "{outcome:?}");
    let failure = plugin.failure(&config, "makes_do_and_exits", &[])?;
    ensure!(matches!(failure, CallError::OutOfMemory { .. }), "{failure:?}");
    Ok(())
}

fn a_capture_drops_output_beyond_its_size(plugin: &Plugin) -> Result<()> {
    let capture = Capture::new(1 << 20);
    let config = InstanceConfig::new().stdout(Output::capture(&capture)).no_timeout();
    let lines = 4 << 14;
    is(
        &*plugin.instance(&config)?.call_dynamic("prints", &[Val::S32(lines)])?.results,
        &[Val::S32(lines)],
    )?;
    let captured = capture.take();
    is(&(captured.bytes.len(), captured.dropped), &(1 << 20, 3 << 20))
}

fn deadlock_is_a_panic(plugin: &Plugin) -> Result<()> {
    let failure = plugin.failure(&InstanceConfig::new(), "deadlocks", &[])?;
    let CallError::Panic { message, .. } = &failure else { bail!("{failure:?}") };
    is(&**message, "fatal error: all goroutines are asleep - deadlock!")
}

fn two_runs_with_the_same_seed_are_identical(plugin: &Plugin) -> Result<()> {
    let run = |seed| -> Result<Vec<Val>> {
        let config = InstanceConfig::new().deterministic(seed);
        Ok(plugin.instance(&config)?.call_dynamic("fingerprint", &[])?.results)
    };
    is(&run(1)?, &run(1)?)?;
    ensure!(run(1)? != run(2)?, "two seeds give the same time and random number");
    Ok(())
}

/// A guest cannot reach a file outside of the granted directory by `..`, an absolute path or a
/// symbolic link, and cannot create a file where the access is read-only.
fn files_outside_are_not_found(plugin: &Plugin) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    std::fs::create_dir(&data)?;
    std::fs::write(data.join("in.txt"), "given")?;
    std::fs::write(folder.path().join("secret.txt"), "not given")?;
    #[cfg(unix)]
    std::os::unix::fs::symlink("../secret.txt", data.join("link"))?;
    for (access, creates) in [(Access::ReadOnly, 0), (Access::ReadWrite, 1)] {
        let config = InstanceConfig::new().directory(&data, "/data", access);
        let mut instance = plugin.instance(&config)?;
        let opened = (0..4).map(|which| instance.call_dynamic("opens", &[Val::S32(which)]));
        let opened = opened.map(|outcome| outcome.map(|it| it.results));
        let opened = opened.collect::<Result<Vec<_>, _>>()?.concat();
        is(&opened, &[1, 0, 0, 0].map(Val::S32).to_vec())?;
        is(&*instance.call_dynamic("creates", &[])?.results, &[Val::S32(creates)])?;
    }
    // Without a granted directory the guest finds no file.
    let mut instance = plugin.instance(&InstanceConfig::new())?;
    is(&*instance.call_dynamic("opens", &[Val::S32(0)])?.results, &[Val::S32(0)])
}

/// A configuration whose standard input never has data and never ends.
fn silent() -> InstanceConfig {
    InstanceConfig::new().stdin(silence())
}

fn is<T: PartialEq + Debug + ?Sized>(actual: &T, expected: &T) -> Result<()> {
    ensure!(actual == expected, "{actual:?}, not {expected:?}");
    Ok(())
}
