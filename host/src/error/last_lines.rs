//! The last lines that a guest wrote in a call that failed, of both streams.

use std::fmt::{self, Write};

/// The last lines that a guest wrote to its standard output and standard error during the call
/// that failed, wherever the streams lead: with a hook or a library of its own, a guest often says
/// there why it ends.
///
/// Up to 8 lines of each stream, the oldest first, without their ends; the last one may be
/// unfinished. A line is cut after 2 KiB, and ends in `…` then. What is no UTF-8 is replaced.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LastLines {
    /// Of standard output.
    pub stdout: Vec<String>,
    /// Of standard error.
    pub stderr: Vec<String>,
}

impl LastLines {
    /// Whether the guest wrote nothing at all.
    pub fn is_empty(&self) -> bool {
        self.stdout.is_empty() && self.stderr.is_empty()
    }
}

/// Several lines, each with a line's end before it; control characters are escaped. Nothing where
/// there are none.
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

/// A line that a guest wrote, so that no terminal acts on it.
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
