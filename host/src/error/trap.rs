//! [`Trap`]: the kind of a trap and the stack frames of the guest, read out of wasmtime's error.

use std::fmt;

use wasmtime::{FrameInfo, ThrownException, WasmBacktrace};

use super::LastLines;

/// A trap: its kind, the functions of the guest that were running, and the last lines that the
/// guest wrote.
///
/// [`Display`](fmt::Display) writes several lines, the innermost function first. Equal frames in a
/// row are one line with their number, and at most 12 lines of frames are written:
///
/// ```text
/// the guest executed `unreachable` (as panics do)
///   in counter::divide (src/lib.rs:12)
///   in counter::average
///   last lines on standard error:
///     counter: nothing to divide by
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trap {
    /// The kind of the trap.
    pub kind: TrapKind,
    /// The functions that were running, the innermost first. Empty where the engine has no
    /// backtrace; after a deep recursion, the innermost functions only.
    pub frames: Vec<Frame>,
    /// The last lines that the guest wrote in this call.
    pub last_lines: LastLines,
}

/// The kind of a trap.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrapKind {
    /// The guest executed `unreachable`. Panics of Rust and Zig end in it, and aborts.
    Unreachable,
    /// The guest's calls nested too deeply. As an error of a call this is
    /// [`CallError::StackOverflow`](crate::CallError::StackOverflow), with the trap as its cause.
    StackOverflow,
    /// The guest accessed an address outside of its linear memory.
    MemoryOutOfBounds,
    /// The guest accessed a table entry that does not exist, or called an entry that is null: a
    /// call through an invalid function pointer.
    NoSuchTableEntry,
    /// The guest called a function through a function pointer of another type.
    BadSignature,
    /// The guest divided an integer by zero.
    DivisionByZero,
    /// The guest divided the least signed integer by -1, or converted a float to an integer type
    /// that it is out of range for.
    IntegerOverflow,
    /// The guest converted a NaN to an integer.
    BadConversion,
    /// The guest threw an exception of the exception-handling proposal, to which C++ is compiled,
    /// and did not catch it.
    UncaughtException,
    /// Any other trap, in the words of wasmtime.
    Other(String),
}

impl TrapKind {
    /// The word of this kind, such as `division-by-zero`: the same from version to version, except
    /// for [`TrapKind::Other`], whose text is wasmtime's.
    pub fn as_str(&self) -> &str {
        match self {
            TrapKind::Unreachable => "unreachable",
            TrapKind::StackOverflow => "stack-overflow",
            TrapKind::MemoryOutOfBounds => "memory-out-of-bounds",
            TrapKind::NoSuchTableEntry => "no-such-table-entry",
            TrapKind::BadSignature => "bad-signature",
            TrapKind::DivisionByZero => "division-by-zero",
            TrapKind::IntegerOverflow => "integer-overflow",
            TrapKind::BadConversion => "bad-conversion",
            TrapKind::UncaughtException => "uncaught-exception",
            TrapKind::Other(text) => text,
        }
    }
}

/// A stack frame of the guest: one of the functions that were running.
///
/// Names and files come out of the module and may hold any characters;
/// [`Display`](fmt::Display) escapes them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Frame {
    /// The name of the function, with names of Rust demangled; its index (`function 12`) where the
    /// module has no name for it.
    pub function: String,
    /// The source file; `None` where the module has no DWARF for the function.
    pub file: Option<String>,
    /// The line in the source file, counted from 1; `None` where the module has no DWARF for it.
    pub line: Option<u32>,
}

/// The most frames of a backtrace.
pub(crate) const MAX_FRAMES: usize = 20;

/// Whether a trap is an overflow of the stack in linear memory. As the compilers of Rust, Zig and C
/// lay it out, that stack begins low and grows down, past address 0, and has no guard page. The
/// evidence is a memory fault just below address 0 while the frames show a recursion. The engine
/// knows no address where an instruction such as `memory.fill` fails, which initialises large local
/// variables, and where compiled code checks addresses itself: the evidence is then a backtrace of
/// the greatest length, all of it a recursion.
pub(crate) fn is_below_the_stack(trap: &Trap, error: &wasmtime::Error) -> bool {
    /// How far below address 0 the fault may be, in bytes: more than one stack frame takes.
    const BELOW: u64 = 64 << 20;
    /// The most functions that call each other in turn; three turns count as a recursion.
    const LONGEST_CYCLE: usize = 8;
    // The innermost frame is at another line than its callers, so it can't equal one of them; and
    // it may have called functions, or the compiler may have inlined them into it.
    let recurs = |is_all: bool| {
        (1..=LONGEST_CYCLE).any(|innermost| {
            let waiting = trap.frames.get(innermost..).unwrap_or_default();
            (1..=LONGEST_CYCLE).any(|cycle| {
                let Some(turns) = waiting.get(..3 * cycle) else { return false };
                let turns = if is_all { waiting } else { turns };
                turns.iter().zip(&turns[cycle..]).all(|(one, next)| one == next)
            })
        })
    };
    let is_full = || {
        let backtrace = error.downcast_ref::<WasmBacktrace>();
        backtrace.is_some_and(|backtrace| backtrace.frames().len() >= MAX_FRAMES)
    };
    let address = error.chain().find_map(|cause| {
        let text = cause.to_string();
        let rest = text.strip_prefix("memory fault at wasm address 0x")?;
        u64::from_str_radix(rest.split(' ').next()?, 16).ok()
    });
    let below = (1 << 32) - BELOW..(1 << 32) + BELOW;
    trap.kind == TrapKind::MemoryOutOfBounds
        && match address {
            Some(at) => below.contains(&at) && recurs(false),
            None => is_full() && recurs(true),
        }
}

impl Trap {
    /// The trap that wasmtime's `error` holds; `None` where it is not a trap.
    pub(crate) fn of(error: &wasmtime::Error, last_lines: &LastLines) -> Option<Self> {
        let kind = match error.downcast_ref() {
            Some(trap) => TrapKind::of(*trap),
            None if error.is::<ThrownException>() => TrapKind::UncaughtException,
            None => return None,
        };
        let frames = error.downcast_ref::<WasmBacktrace>();
        let frames = frames.map(|backtrace| backtrace.frames().iter().flat_map(frames_at));
        let frames = frames.into_iter().flatten().collect();
        Some(Trap { kind, frames, last_lines: last_lines.clone() })
    }
}

impl TrapKind {
    fn of(trap: wasmtime::Trap) -> Self {
        use wasmtime::Trap as Engine;
        match trap {
            Engine::UnreachableCodeReached => TrapKind::Unreachable,
            Engine::StackOverflow => TrapKind::StackOverflow,
            Engine::MemoryOutOfBounds => TrapKind::MemoryOutOfBounds,
            Engine::TableOutOfBounds | Engine::IndirectCallToNull => TrapKind::NoSuchTableEntry,
            Engine::BadSignature => TrapKind::BadSignature,
            Engine::IntegerDivisionByZero => TrapKind::DivisionByZero,
            Engine::IntegerOverflow => TrapKind::IntegerOverflow,
            Engine::BadConversionToInteger => TrapKind::BadConversion,
            other => {
                let text = other.to_string();
                TrapKind::Other(text.trim_start_matches("wasm trap: ").to_owned())
            }
        }
    }
}

/// The frames at one place in the code: several where the compiler has inlined functions.
fn frames_at(info: &FrameInfo) -> Vec<Frame> {
    if info.symbols().is_empty() {
        let number = || format!("function {}", info.func_index());
        let function = info.func_name().map_or_else(number, demangle);
        return vec![Frame { function, file: None, line: None }];
    }
    let named = |name: Option<&str>| name.or(info.func_name()).map_or("?".to_owned(), demangle);
    let symbols = info.symbols().iter().map(|symbol| Frame {
        function: named(symbol.name()),
        file: symbol.file().map(str::to_owned),
        line: symbol.line(),
    });
    symbols.collect()
}

fn demangle(name: &str) -> String {
    // The alternate form leaves out the hash at the end of a name.
    format!("{:#}", rustc_demangle::demangle(name))
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)?;
        self.write_frames(f)?;
        self.last_lines.fmt(f)
    }
}

impl Trap {
    /// Writes the frames, each on its own line after a line break.
    pub(crate) fn write_frames(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// The most lines of frames that are written; a person reads no more of a backtrace.
        const SHOWN: usize = 12;
        // A recursion is one line, so that it does not push out the functions that began it.
        let runs: Vec<_> = self.frames.chunk_by(PartialEq::eq).collect();
        for (number, run) in runs.iter().take(SHOWN).enumerate() {
            write!(f, "\n  in {}", run[0])?;
            match run.len() {
                1 => {}
                // The engine keeps the innermost frames only: there may be more of the last run.
                count if number + 1 == runs.len() => write!(f, ", {count} times or more")?,
                count => write!(f, ", {count} times")?,
            }
        }
        match runs.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names come out of the module and may hold any characters.
        write!(f, "{}", self.function.escape_debug())?;
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, " ({}:{line})", file.escape_debug()),
            (Some(file), None) => write!(f, " ({})", file.escape_debug()),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for TrapKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TrapKind::Unreachable => "the guest executed `unreachable` (as panics do)",
            TrapKind::StackOverflow => {
                "the guest's call stack overflowed: its recursion has no end or is too deep"
            }
            TrapKind::MemoryOutOfBounds => "the guest accessed an address outside of its memory",
            TrapKind::NoSuchTableEntry => "the guest called an invalid function pointer",
            TrapKind::BadSignature => "the guest called a function pointer of the wrong type",
            TrapKind::DivisionByZero => "the guest divided an integer by zero",
            TrapKind::IntegerOverflow => {
                "an integer overflowed in the guest, in a division or a conversion of a float"
            }
            TrapKind::BadConversion => "the guest converted a NaN to an integer",
            TrapKind::UncaughtException => "the guest threw an exception that it did not catch",
            TrapKind::Other(text) => text,
        })
    }
}
