//! Every way in which a call can end, in each language, through our host: each is a test.
//!
//! The guests are `host/faults/`: an export for each way to fail. Every test holds what the call
//! came to, and that the instance is dead after it.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use libtest_mimic::Trial;
use polyreactor_host::{Access, Capture, Error, Input, InstanceConfig, Output, TrapKind, Val};
use polyreactor_tests::faults::{LANGUAGES, Plugin, inner, silence};
use polyreactor_tests::trial;

/// The name of a way to fail, and the test of it in one language.
type Case = (&'static str, fn(&Plugin) -> Result<()>);

const EVERYWHERE: [Case; 24] = [
    ("panics", panics),
    ("traps", traps),
    ("exits", exits),
    ("loop_times_out", |plugin| times_out(plugin, "spins", &[])),
    ("loop_is_cancelled", |plugin| is_cancelled(plugin, "spins", &[])),
    ("sleep_times_out", |plugin| times_out(plugin, "sleeps", &[LONG])),
    ("sleep_is_cancelled", |plugin| is_cancelled(plugin, "sleeps", &[LONG])),
    ("sleep_comes_to_its_end", sleep_comes_to_its_end),
    ("read_times_out", |plugin| times_out(plugin, "reads", &[])),
    ("read_is_cancelled", |plugin| is_cancelled(plugin, "reads", &[])),
    ("read_comes_to_its_end", read_comes_to_its_end),
    ("recursion_overflows_the_stack", |plugin| overflows_the_stack(plugin, "recurses")),
    ("wide_recursion_overflows_the_stack", |plugin| overflows_the_stack(plugin, "recurses_wide")),
    ("calls_go_in_and_out", calls_go_in_and_out),
    ("endless_calls_overflow_the_stack", endless_calls_overflow_the_stack),
    ("inner_panics_end_the_instance", inner_panics_end_the_instance),
    ("inner_exits_end_the_instance", inner_exits_end_the_instance),
    ("inner_loops_time_out", |plugin| times_out(plugin, "asks", &[Val::S32(3), Val::S32(0)])),
    ("inner_sleeps_are_cancelled", |plugin| is_cancelled(plugin, "asks", &[Val::S32(4), LONG])),
    ("hoarding_is_out_of_memory", hoarding_is_out_of_memory),
    ("prints_a_lot", prints_a_lot),
    ("files_outside_are_out_of_reach", files_outside_are_out_of_reach),
    ("two_runs_of_one_seed_are_the_same", two_runs_of_one_seed_are_the_same),
    ("ends_inside_tokio", ends_inside_tokio),
];

/// Only Go has a scheduler that sees it.
const IN_GO: [Case; 1] = [("deadlock_is_a_panic", deadlock_is_a_panic)];

/// Go's allocator gives no one a chance to make do without.
const IN_OTHERS: [Case; 1] =
    [("refused_memory_is_not_blamed_for_all", refused_memory_is_not_blamed_for_all)];

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

/// Panics are seen on a stream that is dropped, too.
fn panics(plugin: &Plugin) -> Result<()> {
    let failure = plugin.failure(&InstanceConfig::new(), "panics", &[Val::S32(7)])?;
    let Error::Panic { message, cause } = &failure else { bail!("{failure:?}") };
    is(&**message, "no way 7")?;
    ensure!(matches!(**cause, Error::Trap(_) | Error::Exit { status: 2, .. }), "{cause:?}");
    ensure!(failure.to_string().starts_with("the guest panicked: no way 7\n"), "{failure}");

    let capture = Capture::new(1 << 16);
    let config = InstanceConfig::new().stderr(Output::capture(&capture));
    plugin.failure(&config, "panics", &[Val::S32(8)])?;
    ensure!(capture.take().text().contains("no way 8"), "the user did not see it");
    Ok(())
}

fn traps(plugin: &Plugin) -> Result<()> {
    match plugin.failure(&InstanceConfig::new(), "traps", &[])? {
        Error::Trap(trap) => is(&trap.kind, &TrapKind::MemoryOutOfBounds),
        // Go looks before it reads.
        Error::Panic { message, .. } if plugin.language == "go" => {
            is(&*message, "runtime error: invalid memory address or nil pointer dereference")
        }
        other => bail!("{other:?}"),
    }
}

fn exits(plugin: &Plugin) -> Result<()> {
    for status in [0, 1, 2, 255] {
        let failure = plugin.failure(&InstanceConfig::new(), "exits", &[Val::S32(status)])?;
        ensure!(matches!(failure, Error::Exit { status: is, .. } if is == status), "{failure:?}");
    }
    Ok(())
}

fn times_out(plugin: &Plugin, export: &str, values: &[Val]) -> Result<()> {
    let timeout = Some(Duration::from_millis(50));
    let failure = plugin.failure_within(timeout, &silent(), export, values)?;
    ensure!(matches!(failure, Error::Timeout { .. }), "{failure:?}");
    Ok(())
}

fn is_cancelled(plugin: &Plugin, export: &str, values: &[Val]) -> Result<()> {
    let mut instance = plugin.instance(&silent().no_timeout())?;
    let cancellation = instance.cancellation();
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        cancellation.cancel();
    });
    let outcome = instance.call(export, values);
    canceller.join().expect("nothing that panics");
    ensure!(matches!(outcome, Err(Error::Cancelled)), "{outcome:?}");
    ensure!(matches!(instance.call("alive", &[]), Err(Error::Dead { .. })), "it is alive");
    Ok(())
}

/// Inside an async task, of a runtime with one thread, a timeout is one as well.
fn ends_inside_tokio(plugin: &Plugin) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(async {
        times_out(plugin, "sleeps", &[LONG])?;
        times_out(plugin, "spins", &[])?;
        is_cancelled(plugin, "reads", &[])
    })
}

fn sleep_comes_to_its_end(plugin: &Plugin) -> Result<()> {
    let mut instance = plugin.instance(&InstanceConfig::new())?;
    is(&*instance.call("sleeps", &[Val::S32(3)])?, &[Val::S32(3)])?;
    // On a clock of its own it takes no time.
    let mut instance = plugin.instance(&InstanceConfig::new().deterministic(1))?;
    is(&*instance.call("sleeps", &[LONG])?, &[LONG])
}

fn read_comes_to_its_end(plugin: &Plugin) -> Result<()> {
    let config = InstanceConfig::new().stdin(Input::bytes(vec![b'x'; 100_000]));
    let mut instance = plugin.instance(&config)?;
    is(&*instance.call("reads", &[])?, &[Val::S32(100_000)])
}

fn overflows_the_stack(plugin: &Plugin, export: &str) -> Result<()> {
    // Go's stack is in its memory: it needs room to find that it has grown too far.
    let config = InstanceConfig::new().memory(1 << 30);
    match plugin.failure(&config, export, &[])? {
        Error::StackOverflow { .. } => Ok(()),
        // It grows by copying, and may want more for that than there is.
        Error::OutOfMemory { .. } if plugin.language == "go" => Ok(()),
        other => bail!("{other:?}"),
    }
}

/// B009: guest, host, guest, host.
fn calls_go_in_and_out(plugin: &Plugin) -> Result<()> {
    let mut instance = plugin.instance(&InstanceConfig::new())?;
    for depth in [0, 1, 20] {
        is(&*instance.call("nests", &[Val::from(depth)])?, &[Val::from(depth)])?;
    }
    Ok(())
}

fn endless_calls_overflow_the_stack(plugin: &Plugin) -> Result<()> {
    let failure = plugin.failure(&InstanceConfig::new(), "nests", &[Val::S32(i32::MAX)])?;
    ensure!(matches!(inner(&failure), Error::StackOverflow { .. }), "{failure:?}");
    Ok(())
}

fn inner_panics_end_the_instance(plugin: &Plugin) -> Result<()> {
    let mut instance = plugin.instance(&InstanceConfig::new())?;
    let Err(failure) = instance.call("asks", &[Val::S32(1), Val::S32(7)]) else {
        bail!("it answered")
    };
    let Error::Panic { message, .. } = inner(&failure) else { bail!("{failure:?}") };
    is(&**message, "no way 7")?;
    // The first to die was the inner call.
    match instance.call("alive", &[]) {
        Err(Error::Dead { export, .. }) => is(&*export, "panics"),
        other => bail!("{other:?}"),
    }
}

fn inner_exits_end_the_instance(plugin: &Plugin) -> Result<()> {
    let mut instance = plugin.instance(&InstanceConfig::new())?;
    let Err(failure) = instance.call("asks", &[Val::S32(2), Val::S32(0)]) else {
        bail!("it answered")
    };
    ensure!(matches!(inner(&failure), Error::Exit { status: 0, .. }), "{failure:?}");
    ensure!(matches!(instance.call("alive", &[]), Err(Error::Dead { .. })), "it is alive");
    Ok(())
}

fn hoarding_is_out_of_memory(plugin: &Plugin) -> Result<()> {
    let config = InstanceConfig::new().memory(32 << 20);
    let failure = plugin.failure(&config, "hoards", &[])?;
    ensure!(
        matches!(failure, Error::OutOfMemory { limit, .. } if limit == 32 << 20),
        "{failure:?}"
    );
    Ok(())
}

/// B013: who makes do without what was refused has not failed by it.
fn refused_memory_is_not_blamed_for_all(plugin: &Plugin) -> Result<()> {
    let config = InstanceConfig::new().memory(32 << 20);
    let mut instance = plugin.instance(&config)?;
    is(&*instance.call("makes_do", &[])?, &[Val::S32(1)])?;
    // The call before this one was refused something.
    let outcome = instance.call("exits", &[Val::S32(9)]);
    ensure!(matches!(outcome, Err(Error::Exit { status: 9, .. })), "{outcome:?}");
    let failure = plugin.failure(&config, "makes_do_and_exits", &[])?;
    ensure!(matches!(failure, Error::OutOfMemory { .. }), "{failure:?}");
    Ok(())
}

fn prints_a_lot(plugin: &Plugin) -> Result<()> {
    let capture = Capture::new(1 << 20);
    let config = InstanceConfig::new().stdout(Output::capture(&capture)).no_timeout();
    let lines = 4 << 14;
    is(&*plugin.instance(&config)?.call("prints", &[Val::S32(lines)])?, &[Val::S32(lines)])?;
    let captured = capture.take();
    is(&(captured.bytes.len(), captured.dropped), &(1 << 20, 3 << 20))
}

fn deadlock_is_a_panic(plugin: &Plugin) -> Result<()> {
    let failure = plugin.failure(&InstanceConfig::new(), "deadlocks", &[])?;
    let Error::Panic { message, .. } = &failure else { bail!("{failure:?}") };
    is(&**message, "fatal error: all goroutines are asleep - deadlock!")
}

fn two_runs_of_one_seed_are_the_same(plugin: &Plugin) -> Result<()> {
    let run = |seed| -> Result<Vec<Val>> {
        let config = InstanceConfig::new().deterministic(seed);
        Ok(plugin.instance(&config)?.call("fingerprint", &[])?)
    };
    is(&run(1)?, &run(1)?)?;
    ensure!(run(1)? != run(2)?, "the seed makes no difference");
    Ok(())
}

/// `..`, an absolute path and a symbolic link lead nowhere; read-only means it.
fn files_outside_are_out_of_reach(plugin: &Plugin) -> Result<()> {
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
        let opened = (0..4).map(|which| instance.call("opens", &[Val::S32(which)]));
        let opened = opened.collect::<Result<Vec<_>, _>>()?.concat();
        is(&opened, &[1, 0, 0, 0].map(Val::S32).to_vec())?;
        is(&*instance.call("creates", &[])?, &[Val::S32(creates)])?;
    }
    // Without it there is nothing.
    let mut instance = plugin.instance(&InstanceConfig::new())?;
    is(&*instance.call("opens", &[Val::S32(0)])?, &[Val::S32(0)])
}

/// With an input from which nothing ever comes.
fn silent() -> InstanceConfig {
    InstanceConfig::new().stdin(silence())
}

fn is<T: PartialEq + Debug + ?Sized>(actual: &T, expected: &T) -> Result<()> {
    ensure!(actual == expected, "{actual:?}, not {expected:?}");
    Ok(())
}
