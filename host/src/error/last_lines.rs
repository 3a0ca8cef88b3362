//! [`LastLines`]: the last lines of both output streams that a guest wrote in a call that failed.

use std::fmt::{self, Write};

/// The last lines that a guest wrote to its standard output and standard error during the call
/// that failed. They are kept wherever the streams lead, also where output is dropped: a guest with
/// a panic hook or a logger of its own often writes there why it fails.
///
/// Up to 8 lines of each stream, the oldest first, without their line ends. Empty lines at the
/// beginning and the end are left out. The last line may be unfinished. A line longer than 2 KiB is
/// cut, and then ends in `…`. Bytes that are not UTF-8 are replaced by U+FFFD.
///
/// The strings may hold control characters. [`Display`](fmt::Display) escapes them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LastLines {
    /// The last lines of standard output.
    pub stdout: Vec<String>,
    /// The last lines of standard error.
    pub stderr: Vec<String>,
}

impl LastLines {
    /// Whether both lists are empty: during the call the guest wrote nothing, or only empty lines.
    pub fn is_empty(&self) -> bool {
        self.stdout.is_empty() && self.stderr.is_empty()
    }
}

/// Writes a heading for each stream that has lines, and then these lines, each after a line break.
/// Control characters are escaped. Writes nothing if there are no lines.
impl fmt::Display for LastLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (stream, lines) in [("output", &self.stdout), ("error", &self.stderr)] {
            if !lines.is_empty() {
                write!(f, "\n  last lines on standard {stream}:")?;
            }
            for line in lines {
                write!(f, "\n    {}", Line(line))?;
            }
        }
        Ok(())
    }
}

/// A line that a guest wrote, with control characters escaped, so that no terminal acts on them.
pub(crate) struct Line<'a>(pub(crate) &'a str);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '\t' | '\'' | '"' | '\\' => f.write_char(character)?,
                other => write!(f, "{}", other.escape_debug())?,
            }
        }
        Ok(())
    }
}
