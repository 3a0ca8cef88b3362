//! Why guest code stopped, and where: wasmtime's error in, a [`Trap`] out.

use std::fmt;

use wasmtime::{FrameInfo, ThrownException, WasmBacktrace};

use crate::LastLines;

/// A trap: what happened, and the guest's functions that were running.
///
/// It is written on several lines, the innermost function first:
///
/// ```text
/// the guest executed `unreachable` (a panic ends so)
///   in counter::divide (src/lib.rs:12)
///   in counter::average
///   last lines on standard error:
///     counter: nothing to divide by
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trap {
    /// What happened.
    pub kind: TrapKind,
    /// The functions that were running, innermost first; empty where the engine can't tell.
    pub frames: Vec<Frame>,
    /// What the guest wrote last in that call.
    pub last_lines: LastLines,
}

/// What a guest did that it may not do.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrapKind {
    /// It executed `unreachable`, as a panic does in every language.
    Unreachable,
    /// It called itself too deeply.
    StackOverflow,
    /// It reached outside of its memory.
    MemoryOutOfBounds,
    /// It called through a table entry that does not exist or is empty.
    NoSuchTableEntry,
    /// It called a function through a pointer of another type.
    BadSignature,
    /// It divided an integer by zero.
    DivisionByZero,
    /// It divided the least integer by -1.
    IntegerOverflow,
    /// It made an integer of a float that has none.
    BadConversion,
    /// It threw an exception, of the proposal that C++ is compiled to, and did not catch it.
    UncaughtException,
    /// Something else, in the engine's words.
    Other(String),
}

/// One of the functions that were running.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Frame {
    /// The function's name as its author wrote it, else its number (`function 12`).
    pub function: String,
    /// The source file, where the module carries DWARF.
    pub file: Option<String>,
    /// The line in that file, from 1.
    pub line: Option<u32>,
}

/// Whether a guest ran out of the stack that lies in its own memory, as the compilers of Rust, Zig
/// and C lay it out: it begins low and grows down, past address 0. What is known of that is that
/// it reached just below 0 while nothing but a recursion was running.
pub(crate) fn is_below_the_stack(trap: &Trap, error: &wasmtime::Error) -> bool {
    /// More than one function takes of the stack.
    const BELOW: u64 = 64 << 20;
    /// As many functions that take turns are a recursion still, when they have done so thrice.
    const LONGEST_CYCLE: usize = 8;
    // The innermost one stands at another line than those that wait for it.
    let waiting = trap.frames.get(1..).unwrap_or_default();
    let recurs = |cycle: usize| {
        let turns = waiting.get(..3 * cycle).unwrap_or_default();
        !turns.is_empty() && turns.iter().zip(&turns[cycle..]).all(|(one, next)| one == next)
    };
    let address = error.chain().find_map(|cause| {
        let text = cause.to_string();
        let rest = text.strip_prefix("memory fault at wasm address 0x")?;
        u64::from_str_radix(rest.split(' ').next()?, 16).ok()
    });
    let below = (1 << 32) - BELOW..(1 << 32) + BELOW;
    let is_below = address.is_some_and(|at| below.contains(&at));
    trap.kind == TrapKind::MemoryOutOfBounds && is_below && (1..=LONGEST_CYCLE).any(recurs)
}

impl Trap {
    /// `None` where `error` is no trap.
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

/// One place in the code is several functions where the compiler has inlined some.
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
    // The alternate form leaves out the hash at the end.
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
    /// Writes the frames, each on a line of its own after the end of the one before.
    pub(crate) fn write_frames(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// What a person reads of a backtrace.
        const SHOWN: usize = 12;
        // A recursion is one line, not all there is.
        let runs: Vec<_> = self.frames.chunk_by(PartialEq::eq).collect();
        for (number, run) in runs.iter().take(SHOWN).enumerate() {
            write!(f, "\n  in {}", run[0])?;
            match run.len() {
                1 => {}
                // The engine keeps the innermost frames only.
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
        // Names come out of the module, and may be anything.
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
            TrapKind::Unreachable => "the guest executed `unreachable` (a panic ends so)",
            TrapKind::StackOverflow => {
                "the guest's call stack overflowed: its recursion has no end or is too deep"
            }
            TrapKind::MemoryOutOfBounds => "the guest reached outside of its memory",
            TrapKind::NoSuchTableEntry => "the guest called a function pointer that is none",
            TrapKind::BadSignature => "the guest called a function pointer of another type",
            TrapKind::DivisionByZero => "the guest divided an integer by zero",
            TrapKind::IntegerOverflow => "the guest's integer division overflowed",
            TrapKind::BadConversion => "the guest made an integer of a float that has none",
            TrapKind::UncaughtException => "the guest threw an exception that it did not catch",
            TrapKind::Other(text) => text,
        })
    }
}
