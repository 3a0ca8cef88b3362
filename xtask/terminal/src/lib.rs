//! What the command-line programs share: lines on standard error, closed pipes, sizes as text.

use std::fmt;
use std::io::{self, ErrorKind, Write};

/// Prints a line on standard error. A failed write is ignored: a full or closed standard error must
/// not change the outcome of a command.
pub fn print_stderr(line: fmt::Arguments<'_>) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Prints a line on standard error, with the arguments of [`format!`]. A failed write is ignored.
#[macro_export]
macro_rules! print_stderr {
    ($($text:tt)*) => { $crate::print_stderr(::std::format_args!($($text)*)) };
}

/// Whether an error means that the reader of standard output has closed its pipe, as `| head -1`
/// does. That is no failure: the reader needs no more output.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let error = cause.downcast_ref::<io::Error>();
        error.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
    })
}

/// A number of bytes with a unit: `612 B`, `58.1 KiB`, `1.8 MiB`.
///
/// ```
/// use polyreactor_terminal::size;
///
/// assert_eq!([size(612), size(59_494), size(1_887_436)], ["612 B", "58.1 KiB", "1.8 MiB"]);
/// ```
pub fn size(bytes: u64) -> String {
    const KIB: u64 = 1 << 10;
    const MIB: u64 = 1 << 20;
    match bytes {
        0..KIB => format!("{bytes} B"),
        KIB..MIB => format!("{:.1} KiB", bytes as f64 / KIB as f64),
        _ => format!("{:.1} MiB", bytes as f64 / MIB as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_found_behind_context() {
        let closed =
            |kind: ErrorKind| anyhow::Error::new(io::Error::from(kind)).context("printing");
        assert!(is_closed_pipe(&closed(ErrorKind::BrokenPipe)));
        assert!(!is_closed_pipe(&closed(ErrorKind::StorageFull)));
    }
}
