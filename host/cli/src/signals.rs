//! SIGINT and SIGTERM: cancel the running call, then end the program with status 130 or 143.

use std::io;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use polyreactor_host::Cancellation;

use polyreactor_terminal::print_stderr;

/// The number of the last signal that arrived; 0 for none.
static SIGNAL: AtomicU8 = AtomicU8::new(0);

/// How long the program may take, after a signal, to cancel the call and to report it.
const GRACE: Duration = Duration::from_millis(500);

/// The exit status: 130 after SIGINT, 143 after SIGTERM, `None` where neither arrived.
pub(crate) fn status() -> Option<u8> {
    match SIGNAL.load(Ordering::SeqCst) {
        0 => None,
        signal => Some(128 + signal),
    }
}

/// The name of the signal that arrived; `None` where none did.
pub(crate) fn name() -> Option<&'static str> {
    match SIGNAL.load(Ordering::SeqCst) {
        0 => None,
        2 => Some("SIGINT"),
        _ => Some("SIGTERM"),
    }
}

/// Installs the signal handlers, and returns the cancellation that the first signal triggers.
///
/// The program exits without a report of the call 500 ms after the first signal, where it is
/// still running then (it may be compiling a module, or reading CALLs, neither of which can be
/// cancelled), and at once on the second signal.
#[cfg(unix)]
pub(crate) fn install() -> io::Result<Cancellation> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    let cancellation = Cancellation::new();
    let cancel = cancellation.clone();
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in signals.forever() {
            let signal = u8::try_from(signal).unwrap_or_default();
            if SIGNAL.swap(signal, Ordering::SeqCst) == 0 {
                cancel.cancel();
                std::thread::spawn(move || {
                    std::thread::sleep(GRACE);
                    let name = name().unwrap_or_default();
                    print_stderr(format_args!("error: {name} ended the program"));
                    std::process::exit(i32::from(128 + signal));
                });
            } else {
                std::process::exit(i32::from(128 + signal));
            }
        }
    })?;
    Ok(cancellation)
}

/// Elsewhere than on Unix no handler is installed: a signal ends the program at once.
#[cfg(not(unix))]
pub(crate) fn install() -> io::Result<Cancellation> {
    let _ = GRACE;
    Ok(Cancellation::new())
}
