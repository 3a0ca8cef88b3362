//! Failed calls as people read them: what happened first, then what to do about it.

use std::fmt;

use polyreactor_contract::{ALLOC, FREE};

use super::text::{self, Name, Names, Text};
use super::{CallError, Growth, LastLines, Stack};

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Body(self).fmt(f)?;
        match quoted(self) {
            Some(last_lines) => last_lines.fmt(f),
            None => Ok(()),
        }
    }
}

/// The last lines that belong into the message; `None` where the message says them already.
pub(super) fn quoted(error: &CallError) -> Option<&LastLines> {
    match error {
        CallError::Panic { .. } | CallError::Poisoned { .. } => None,
        CallError::OutOfMemory { cause, .. } | CallError::StackOverflow { cause, .. } => {
            quoted(cause)
        }
        other => other.last_lines(),
    }
}

/// An error without the guest's last lines.
pub(super) struct Body<'a>(pub(super) &'a CallError);

impl fmt::Display for Body<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            CallError::Panic { cause, .. }
            | CallError::OutOfMemory { cause, .. }
            | CallError::StackOverflow { cause, .. } => {
                write!(f, "{}", Headline(self.0))?;
                write!(f, "{}", Frames(cause))
            }
            CallError::Trap(trap) => {
                trap.kind.fmt(f)?;
                trap.write_frames(f)
            }
            CallError::Exit { status, .. } => write!(f, "the guest exited with status {status}"),
            CallError::Timeout { limit } => {
                write!(f, "it took longer than {limit:?}, which is its limit")
            }
            CallError::Cancelled => f.write_str("it was cancelled"),
            // Its cause is the error's source.
            CallError::HostFunction { import, .. } => {
                write!(f, "the host function {} failed", Name(import))
            }
            CallError::MissingImport { import } => {
                write!(f, "the guest called {}, which this host does not have", Name(import))
            }
            CallError::Poisoned { export, first } => write!(
                f,
                "the instance is poisoned: in a call of {}, {}; make a new one of the same reactor",
                Name(export),
                Headline(first),
            ),
            CallError::NoSuchExport { name, nearest, exports } => {
                write!(f, "no function {} is exported", Name(name))?;
                match (&nearest[..], &exports[..]) {
                    ([], []) => f.write_str("; there is none at all"),
                    ([], exports) => write!(f, "; there {}", Names("is", "and", exports)),
                    (nearest, _) => write!(f, "; {}", Names("did you mean", "or", nearest)),
                }
            }
            CallError::NotAFunction { name, ty } => {
                write!(f, "{} can't be called: it is no function ({ty})", Name(name))
            }
            CallError::Reserved { name } => write!(
                f,
                "{} can't be called: the host alone sees to a reactor's start, and has done so \
                 when the instance was made",
                Name(name),
            ),
            CallError::TypeMismatch { export, actual, asked } => {
                write!(f, "{} is {actual}, not {asked}", Name(export))
            }
            CallError::ArgumentMismatch { export, actual, .. } if !actual.is_numeric() => {
                write!(f, "{} is {actual}; only numbers can be passed", Name(export))
            }
            CallError::ArgumentMismatch { export, actual, given } => {
                let given = given.join(", ");
                write!(f, "{} is {actual}; it was called with ({given})", Name(export))
            }
            CallError::NotAsDeclared { export, declared, asked } => {
                write!(f, "{} is declared as {declared}, not {asked}", Name(export))
            }
            CallError::NoAllocator => write!(
                f,
                "the guest has no allocator ({ALLOC} and {FREE}), which strings, lists and records \
                 need; \
                 build it with the crate `polyreactor-guest` (Rust), the module of guest/go (Go) \
                 or of guest/zig (Zig)",
            ),
            CallError::NoMemory { size } => {
                write!(
                    f,
                    "the guest's allocator has no {size} bytes; allow its memory to be larger"
                )
            }
            CallError::BadResult { export, cause } => {
                write!(f, "{} answered {cause}", Name(export))
            }
            CallError::WrongInstance { export } => write!(
                f,
                "this {} belongs to another instance; look it up in the one that is to be called",
                Name(export),
            ),
            CallError::NotReady { export } => {
                write!(f, "{} can't be called yet: `_initialize` is still running", Name(export),)
            }
            CallError::NoStack { needed } => write!(
                f,
                "a call may take {} KiB of stack; its thread has less left, and there is no memory \
                 or address space for a stack of its own: call it on a thread with a larger stack, \
                 or allow less by `EngineConfig::max_stack_bytes`",
                needed >> 10,
            ),
            CallError::Forked => f.write_str(text::FORKED),
            CallError::Host { cause } => write!(f, "the host failed: {cause}"),
        }
    }
}

/// What happened, without where the guest was then.
struct Headline<'a>(&'a CallError);

impl fmt::Display for Headline<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            CallError::Panic { message, .. } => write!(f, "the guest panicked: {}", Text(message)),
            CallError::OutOfMemory { resource, limit, cause } => {
                let growth = Growth { resource: *resource, limit: *limit };
                write!(f, "the guest wanted {growth}: {}", Headline(cause))
            }
            CallError::StackOverflow { stack, .. } => stack.fmt(f),
            CallError::Trap(trap) => trap.kind.fmt(f),
            other => other.fmt(f),
        }
    }
}

/// Where the guest was when it failed, a line each with a line's end before it.
struct Frames<'a>(&'a CallError);

impl fmt::Display for Frames<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            CallError::Trap(trap) => trap.write_frames(f),
            CallError::Panic { cause, .. } | CallError::StackOverflow { cause, .. } => {
                Frames(cause).fmt(f)
            }
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
                 the {} KiB that the engine allows (`EngineConfig::max_stack_bytes`)",
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
