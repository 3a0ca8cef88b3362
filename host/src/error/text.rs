//! Pieces of messages.

use std::fmt;
use std::path::Path;

use super::last_lines::Line;

/// What can't be done in a child process.
pub(crate) const FORKED: &str = "this engine was made before a fork: only the process that made it can use it; make an engine \
     in the child, after the fork";

/// What a guest printed, on as many lines: control characters escaped, the others indented.
pub(crate) struct Text<'a>(pub(crate) &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, line) in self.0.lines().enumerate() {
            f.write_str(if number == 0 { "" } else { "\n    " })?;
            Line(line).fmt(f)?;
        }
        Ok(())
    }
}

/// Where a module is from: a file, or memory.
pub(crate) struct Origin<'a>(pub(crate) Option<&'a Path>);

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(path) => write!(f, "{}", Name(&path.to_string_lossy())),
            None => f.write_str("the module"),
        }
    }
}

/// A name out of a module, which may be anything: quoted, control characters escaped.
pub(crate) struct Name<'a>(pub(crate) &'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0.escape_debug())
    }
}

/// A few names after a word, as a sentence has them; `did you mean` makes it a question.
pub(crate) struct Names<'a>(pub(crate) &'a str, pub(crate) &'a str, pub(crate) &'a [String]);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// A module may export hundreds.
        const SHOWN: usize = 8;
        let Names(word, joint, names) = *self;
        let shown: Vec<_> = names.iter().take(SHOWN).map(|name| Name(name).to_string()).collect();
        let more = names.len() - shown.len();
        f.write_str(if word == "is" && names.len() > 1 { "are" } else { word })?;
        match &shown[..] {
            [] => Ok(()),
            shown if more > 0 => write!(f, " {} {joint} {more} more", shown.join(", ")),
            [one] => write!(f, " {one}"),
            [all @ .., last] => write!(f, " {} {joint} {last}", all.join(", ")),
        }?;
        f.write_str(if word == "did you mean" { "?" } else { "" })
    }
}
