//! SIGINT and SIGTERM end the call that is running, and the program with a status of their own.

use std::io;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use polyreactor_host::Cancellation;

use crate::fail;

/// The signal that came; 0 for none.
static SIGNAL: AtomicU8 = AtomicU8::new(0);

/// How long the program may take to end by itself, and to say what it was doing.
const GRACE: Duration = Duration::from_millis(500);

/// 130 after SIGINT, 143 after SIGTERM; `None` where neither came.
pub(crate) fn status() -> Option<u8> {
    match SIGNAL.load(Ordering::SeqCst) {
        0 => None,
        signal => Some(128 + signal),
    }
}

/// What the signal is called; `None` where none came.
pub(crate) fn name() -> Option<&'static str> {
    match SIGNAL.load(Ordering::SeqCst) {
        0 => None,
        2 => Some("SIGINT"),
        _ => Some("SIGTERM"),
    }
}

/// Gives what a signal cancels. What can't be cancelled, such as loading a module, it ends hard.
#[cfg(unix)]
pub(crate) fn watch() -> io::Result<Cancellation> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    let cancellation = Cancellation::new();
    let cancel = cancellation.clone();
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in signals.forever() {
            let signal = u8::try_from(signal).unwrap_or_default();
            // Who sends a second one does not want to wait.
            if SIGNAL.swap(signal, Ordering::SeqCst) == 0 {
                cancel.cancel();
                std::thread::spawn(move || {
                    std::thread::sleep(GRACE);
                    // It could not be cancelled: it was loading, or reading CALLs.
                    let name = name().unwrap_or_default();
                    fail::say(format_args!("error: {name} ended it"));
                    std::process::exit(i32::from(128 + signal));
                });
            } else {
                std::process::exit(i32::from(128 + signal));
            }
        }
    })?;
    Ok(cancellation)
}

/// Without signals there is nothing to watch for.
#[cfg(not(unix))]
pub(crate) fn watch() -> io::Result<Cancellation> {
    let _ = GRACE;
    Ok(Cancellation::new())
}
