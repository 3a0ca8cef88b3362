//! Foreign hosts: where they are found, what each must do, how misbehaving ones are borne, and what
//! a comparison across them shows.
//!
//! A test of a host that this machine does not have is skipped, which standard error says; it fails
//! if the variable `CI` is set and not empty.

mod across;
#[cfg(unix)]
mod broken;
mod find;
mod hosts;
mod ours;

use std::io::{self, Write as _};

use polyreactor_parity::foreign::ForeignHost;

/// The host of that name; `None` where the test has to be skipped.
fn host(name: &str) -> Option<ForeignHost> {
    ForeignHost::find(name).map_err(|missing| skip(&missing.to_string())).ok()
}

/// Says that a test is skipped.
///
/// # Panics
///
/// In CI, where nothing may be missing.
fn skip(reason: &str) {
    let is_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
    assert!(!is_ci, "{reason}");
    // Not by `eprintln`, whose text is shown for failed tests only.
    let _ = writeln!(io::stderr(), "skipped: {reason}");
}
