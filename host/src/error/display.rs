//! Errors as people read them: what is the matter first, then what to do about it.

use std::fmt;

use polyreactor_contract::{ALLOC, FREE};

use super::{Error, Origin, proposals};
use crate::error::last_lines::Line;
use crate::instance::limits::Growth;
use crate::link::imports::NotOffered;
use crate::{LastLines, Stack};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Body(self).fmt(f)?;
        match quoted(self) {
            Some(last_lines) => last_lines.fmt(f),
            None => Ok(()),
        }
    }
}

/// The last lines that belong into the message; `None` where the message says them already.
fn quoted(error: &Error) -> Option<&LastLines> {
    match error {
        Error::Panic { .. } | Error::Dead { .. } => None,
        Error::OutOfMemory { cause, .. } | Error::StackOverflow { cause, .. } => quoted(cause),
        Error::InitFailed { cause, .. } if cause.last_lines().is_some() => quoted(cause),
        other => other.last_lines(),
    }
}

/// An error without the guest's last lines.
struct Body<'a>(&'a Error);

impl fmt::Display for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Error::Unreadable { origin, cause } => write!(f, "{origin} can't be read: {cause}"),
            Error::Malformed { origin, cause } => write!(f, "{origin}: {cause}"),
            Error::NotAReactor { origin, diagnostics } => {
                write!(f, "{origin} is no reactor")?;
                for diagnostic in diagnostics {
                    write!(f, "\n{diagnostic}")?;
                }
                Ok(())
            }
            Error::Unsupported { origin, cause } => {
                write!(f, "{origin} can't be compiled: {}", cause.escape_debug())?;
                write!(f, "\nhelp: {}", proposals::remedy(cause))
            }
            Error::MissingImports { origin, imports } => {
                write!(f, "{origin} needs what this host does not have")?;
                for import in imports {
                    write!(f, "\n  {import}")?;
                }
                f.write_str(
                    "\nhelp: build it for WASI preview 1 (wasip1), without other imports; an \
                     application offers some with `Engine::builder`, and runs without those that \
                     no call needs with `EngineBuilder::missing`",
                )
            }
            Error::InitFailed { cause, .. } => {
                write!(f, "`_initialize` failed: {}", Body(cause))
            }
            Error::Forked => f.write_str(
                "this engine was made before a fork: only the process that made it can use it; \
                 make an engine in the child, after the fork",
            ),
            Error::TooManyInstances { limit } => write!(
                f,
                "there are {limit} instances already, as many as this engine allows; drop one, or \
                 allow more when the engine is made",
            ),
            Error::Directory { path, cause } => {
                write!(
                    f,
                    "the directory {} can't be given to the guest: {cause}",
                    Name(&path.to_string_lossy())
                )
            }
            Error::Panic { cause, .. }
            | Error::OutOfMemory { cause, .. }
            | Error::StackOverflow { cause, .. } => {
                write!(f, "{}", Headline(self.0))?;
                write!(f, "{}", Frames(cause))
            }
            Error::Trap(trap) => {
                trap.kind.fmt(f)?;
                trap.write_frames(f)
            }
            Error::Exit { status, .. } => write!(f, "the guest exited with status {status}"),
            Error::Timeout { limit } => {
                write!(f, "it took longer than {limit:?}, which is its limit")
            }
            Error::Cancelled => f.write_str("it was cancelled"),
            Error::HostFunction { import, cause } if cause.is::<NotOffered>() => {
                write!(f, "the guest called {}, which this host does not have", Name(import))
            }
            Error::HostFunction { import, cause } => {
                write!(f, "the host function {} failed: {cause}", Name(import))
            }
            Error::Dead { export, first } => write!(
                f,
                "the instance has ended: in a call of {}, {}; make a new one of the same reactor",
                Name(export),
                Headline(first),
            ),
            Error::NoSuchExport { name, nearest, exports } => {
                write!(f, "no function {} is exported", Name(name))?;
                match (&nearest[..], &exports[..]) {
                    ([], []) => f.write_str("; there is none at all"),
                    ([], exports) => write!(f, "; there {}", Names("is", "and", exports)),
                    (nearest, _) => write!(f, "; {}", Names("did you mean", "or", nearest)),
                }
            }
            Error::NotAFunction { name, ty } => {
                write!(f, "{} can't be called: it is no function ({ty})", Name(name))
            }
            Error::Reserved { name } => write!(
                f,
                "{} can't be called: the host alone sees to a reactor's start, and has done so \
                 when the instance was made",
                Name(name),
            ),
            Error::TypeMismatch { export, actual, asked } => {
                write!(f, "{} is {actual}, not {asked}", Name(export))
            }
            Error::ArgumentMismatch { export, actual, .. } if !actual.is_numeric() => {
                write!(f, "{} is {actual}; only numbers can be passed", Name(export))
            }
            Error::ArgumentMismatch { export, actual, given } => {
                let given = given.join(", ");
                write!(f, "{} is {actual}; it was called with ({given})", Name(export))
            }
            Error::NotAsDeclared { export, declared, asked } => {
                write!(f, "{} is declared as {declared}, not {asked}", Name(export))
            }
            Error::NotDeclared { export } => write!(
                f,
                "no contract says what {} takes; declare it in the plugin's plugin.toml, or call \
                 it with core values",
                Name(export),
            ),
            Error::NoAllocator => write!(
                f,
                "the guest has no allocator ({ALLOC} and {FREE}), which strings and records need; \
                 build it with the crate `polyreactor-guest` (Rust), the module of guest/go (Go) \
                 or of guest/zig (Zig)",
            ),
            Error::NoMemory { size } => {
                write!(
                    f,
                    "the guest's allocator has no {size} bytes; allow its memory to be larger"
                )
            }
            Error::BadResult { export, cause } => {
                write!(f, "{} answered {cause}", Name(export))
            }
            Error::WrongInstance { export } => write!(
                f,
                "this {} belongs to another instance; look it up in the one that is to be called",
                Name(export),
            ),
            Error::NotReady { export } => {
                write!(f, "{} can't be called yet: `_initialize` is still running", Name(export),)
            }
            Error::Host { cause } => write!(f, "the host failed: {cause}"),
        }
    }
}

/// What happened, without where the guest was then.
struct Headline<'a>(&'a Error);

impl fmt::Display for Headline<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Error::Panic { message, .. } => write!(f, "the guest panicked: {}", Text(message)),
            Error::OutOfMemory { resource, limit, cause } => {
                let growth = Growth { resource: *resource, limit: *limit };
                if matches!(**cause, Error::Host { .. }) {
                    return write!(f, "the guest wants {growth} from the beginning");
                }
                write!(f, "the guest wanted {growth}: {}", Headline(cause))
            }
            Error::StackOverflow { stack, .. } => stack.fmt(f),
            Error::Trap(trap) => trap.kind.fmt(f),
            other => other.fmt(f),
        }
    }
}

/// Where the guest was when it failed, a line each with a line's end before it.
struct Frames<'a>(&'a Error);

impl fmt::Display for Frames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Error::Trap(trap) => trap.write_frames(f),
            Error::Panic { cause, .. } | Error::StackOverflow { cause, .. } => Frames(cause).fmt(f),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stack::Wasm { limit } => write!(
                f,
                "the guest's call stack overflowed: its recursion has no end, or is too deep for \
                 the {} KiB that the engine allows (`EngineConfig::stack`)",
                limit >> 10,
            ),
            Stack::Memory => f.write_str(
                "the guest overflowed the stack in its own memory: its recursion has no end, or \
                 keeps more there than its linker has reserved (in Rust \
                 `-C link-arg=-zstack-size=BYTES`, in Zig `stack_size` of the executable)",
            ),
            Stack::Goroutine => f.write_str(
                "a goroutine's stack overflowed: its recursion has no end, or is deeper than Go \
                 allows (`debug.SetMaxStack`)",
            ),
        }
    }
}

/// What a guest printed, on as many lines: control characters escaped, the others indented.
struct Text<'a>(&'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, line) in self.0.lines().enumerate() {
            f.write_str(if number == 0 { "" } else { "\n    " })?;
            Line(line).fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path() {
            Some(path) => write!(f, "{}", Name(&path.to_string_lossy())),
            None => f.write_str("the module"),
        }
    }
}

/// A name out of a module, which may be anything: quoted, control characters escaped.
struct Name<'a>(&'a str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0.escape_debug())
    }
}

/// A few names after a word, as a sentence has them; `did you mean` makes it a question.
struct Names<'a>(&'a str, &'a str, &'a [String]);

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
