//! Parts of error messages: names, files and guest output, escaped for a terminal.

use std::fmt;
use std::path::Path;

use polyreactor_contract::quote::quoted;

use super::last_lines::Line;

/// The message of every `Forked` variant.
pub(crate) const FORKED: &str = "this engine was made before a fork: only the process that made \
                                 it can use it; make an engine in the child, after the fork";

/// Text that a guest printed: control characters are escaped, and every line after the first is
/// indented.
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

/// The origin of a module: the name of its file, or "the module" where the bytes came from memory.
pub(crate) struct Origin<'a>(pub(crate) Option<&'a Path>);

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(path) => File(path).fmt(f),
            None => f.write_str("the module"),
        }
    }
}

/// The path of a file or directory of the host, in backticks, with control characters escaped.
pub(crate) struct File<'a>(pub(crate) &'a Path);

impl fmt::Display for File<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0.to_string_lossy().escape_debug())
    }
}

/// A name out of a module, in backticks. Such a name may hold any characters, or none: it is
/// escaped, so that no terminal acts on it, and quoted where it is no word.
pub(crate) struct Name<'a>(pub(crate) &'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", quoted(self.0))
    }
}

/// The name of an import with its module, such as `host.log`, in backticks. Also quoted where the
/// module or the name may be empty.
pub(crate) struct ImportName<'a>(pub(crate) &'a str);

impl fmt::Display for ImportName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.starts_with('.') || self.0.ends_with('.') {
            true => write!(f, "`{:?}`", self.0),
            false => Name(self.0).fmt(f),
        }
    }
}

/// A list of names as part of a sentence: the word before them (`is`, which becomes `are` before
/// several names, or `did you mean`, which adds a question mark), the word before the last name,
/// and the names.
pub(crate) struct Names<'a>(pub(crate) &'a str, pub(crate) &'a str, pub(crate) &'a [String]);

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// A module may export hundreds of functions; the rest is only counted.
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
