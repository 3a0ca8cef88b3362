//! [`CallError`] as text: the cause first, then the remedy.

use std::fmt;

use polyreactor_contract::{ALLOC, CoreType, FREE};

use super::text::{self, ImportName, Name, Names, Text};
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

/// The last lines of the guest that the message quotes. `None` for a panic, whose message is quoted
/// instead, and for a poisoned instance, whose first error has quoted them.
pub(super) fn quoted(error: &CallError) -> Option<&LastLines> {
    match error {
        CallError::Panic { .. } | CallError::Poisoned { .. } => None,
        CallError::OutOfMemory { cause, .. } | CallError::StackOverflow { cause, .. } => {
            quoted(cause)
        }
        other => other.last_lines(),
    }
}

/// Writes an error without the last lines of the guest.
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
            CallError::Timeout { limit, .. } => {
                write!(f, "the call took longer than its limit of {limit:?}")
            }
            CallError::Cancelled { .. } => f.write_str("the call was cancelled"),
            // The cause is the `source()`: it is not written twice where a chain is printed.
            CallError::HostFunction { import, .. } => {
                write!(f, "the host function {} failed", ImportName(import))
            }
            CallError::MissingImport { import, offered: None, .. } => {
                write!(f, "the guest called {}, which this host does not have", ImportName(import))
            }
            CallError::MissingImport { import, offered: Some(offered), .. } => write!(
                f,
                "the guest called {}, which it imports with another type than this host has \
                 ({offered})",
                ImportName(import)
            ),
            CallError::Poisoned { export, first } => write!(
                f,
                "the instance is poisoned by an earlier call of {}: {}; make a new instance of the \
                 same reactor",
                Name(export),
                Headline(first),
            ),
            CallError::NoSuchExport { name, nearest, exports } => {
                write!(f, "no function {} is exported", Name(name))?;
                match (&nearest[..], &exports[..]) {
                    ([], []) => f.write_str("; the module exports no function at all"),
                    ([], exports) => write!(f, "; there {}", Names("is", "and", exports)),
                    (nearest, _) => write!(f, "; {}", Names("did you mean", "or", nearest)),
                }
            }
            CallError::NotAFunction { name, ty } => {
                write!(f, "{} can't be called: it is no function ({ty})", Name(name))
            }
            CallError::Reserved { name } => write!(
                f,
                "{} can't be called: the host runs a reactor's start function exactly once, when \
                 it makes the instance",
                Name(name),
            ),
            CallError::TypeMismatch { export, actual, asked } => {
                write!(f, "{} is {actual}, not {asked}", Name(export))
            }
            CallError::ArgumentMismatch { export, actual, .. } if !actual.is_numeric() => {
                write!(f, "{} is {actual}; only numbers can be passed", Name(export))
            }
            // The values fit, but there are too many of them for `abi::place::Raw`.
            CallError::ArgumentMismatch { export, actual, given }
                if actual.params.iter().map(CoreType::to_string).eq(given.iter().cloned()) =>
            {
                write!(
                    f,
                    "{} is {actual}; without a contract, a dynamic call has at most 32 arguments \
                     and 32 results",
                    Name(export)
                )
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
                "the guest exports no allocator ({ALLOC} and {FREE}), which strings, lists and \
                 records need; build it with the crate `polyreactor-guest` (Rust), the module of \
                 guest/go (Go) or of guest/zig (Zig)",
            ),
            CallError::NoMemory { size } => {
                write!(
                    f,
                    "the guest's allocator can't allocate {size} bytes; allow the guest more \
                     memory (`InstanceConfig::max_memory_bytes`)"
                )
            }
            CallError::BadResult { export, cause } => {
                write!(f, "{} returned {cause}", Name(export))
            }
            CallError::WrongInstance { export } => write!(
                f,
                "this {} was looked up in another instance; look it up in the instance that is to \
                 be called",
                Name(export),
            ),
            CallError::NotReady { export } => {
                write!(f, "{} can't be called yet: `_initialize` is still running", Name(export))
            }
            CallError::NoStack { needed } => write!(
                f,
                "a call needs {} KiB of stack: its thread has less left, and there is no memory \
                 or address space for a separate stack; make the call on a thread with a larger \
                 stack, or lower `EngineConfig::max_stack_bytes`",
                needed >> 10,
            ),
            CallError::Forked => f.write_str(text::FORKED),
            CallError::Host { cause } => write!(f, "the host failed: {cause}"),
        }
    }
}

/// Writes the cause of an error, without the stack frames of the guest.
struct Headline<'a>(&'a CallError);

impl fmt::Display for Headline<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            CallError::Panic { message, .. } => write!(f, "the guest panicked: {}", Text(message)),
            CallError::OutOfMemory { resource, limit, cause } => {
                let growth = Growth { resource: *resource, limit: *limit };
                write!(f, "the guest asked for {growth}: {}", Headline(cause))
            }
            CallError::StackOverflow { stack, .. } => stack.fmt(f),
            CallError::Trap(trap) => trap.kind.fmt(f),
            other => Body(other).fmt(f),
        }
    }
}

/// Writes the stack frames of the guest, each on its own line after a line break.
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
