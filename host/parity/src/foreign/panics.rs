//! The panic that a call's output shows, found by the scanner of our own host.

pub(super) use polyreactor_host::panics::{Language, Panicked};

use polyreactor_host::panics::PanicScanner;

/// The last panic on standard error, if the guest wrote nothing after it. `later` is what the guest
/// wrote to standard output after its last write to standard error.
pub(super) fn panicked(stderr: &[u8], later: &[u8]) -> Option<Panicked> {
    let mut scanner = PanicScanner::default();
    for line in String::from_utf8_lossy(stderr).lines() {
        scanner.line(line);
    }
    if !later.is_empty() {
        scanner.stdout(later.contains(&b'\n'));
    }
    scanner.panicked()
}
