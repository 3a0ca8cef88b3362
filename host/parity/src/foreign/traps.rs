//! The kinds of traps, read out of the words of the three engines.

use super::outcome::TrapKind;

/// What the words of an engine say about a trap.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trapped {
    /// The call stack overflowed.
    StackOverflow,
    /// A trap of one of these kinds; of none of them, if empty.
    Kinds(Vec<TrapKind>),
}

/// The words of V8, of wasmtime (the names of its trap codes) and of wazero, with the kinds that
/// they stand for. An engine with one message for two kinds has both.
const WORDS: [(&str, &[TrapKind]); 29] = {
    use TrapKind::*;
    [
        // V8
        ("unreachable", &[Unreachable]), // wazero's as well
        ("memory access out of bounds", &[MemoryOutOfBounds]),
        ("divide by zero", &[DivisionByZero]),
        ("remainder by zero", &[DivisionByZero]),
        ("divide result unrepresentable", &[IntegerOverflow]),
        ("float unrepresentable in integer range", &[IntegerOverflow, BadConversion]),
        ("table index is out of bounds", &[NoSuchTableEntry]),
        ("table access out of bounds", &[NoSuchTableEntry]),
        ("table or element access out of bounds", &[NoSuchTableEntry]),
        ("null function or function signature mismatch", &[NoSuchTableEntry, BadSignature]),
        ("dereferencing a null pointer", &[NoSuchTableEntry]),
        ("uncaught exception", &[UncaughtException]),
        ("data segment out of bounds", &[MemoryOutOfBounds]),
        ("element segment out of bounds", &[NoSuchTableEntry]),
        // wasmtime
        ("UNREACHABLE", &[Unreachable]),
        ("MEMORY_OUT_OF_BOUNDS", &[MemoryOutOfBounds]),
        ("INTEGER_DIVISION_BY_ZERO", &[DivisionByZero]),
        ("INTEGER_OVERFLOW", &[IntegerOverflow]),
        ("BAD_CONVERSION_TO_INTEGER", &[BadConversion]),
        ("TABLE_OUT_OF_BOUNDS", &[NoSuchTableEntry]),
        ("INDIRECT_CALL_TO_NULL", &[NoSuchTableEntry]),
        ("BAD_SIGNATURE", &[BadSignature]),
        ("UNCAUGHT_EXCEPTION", &[UncaughtException]),
        // wazero
        ("out of bounds memory access", &[MemoryOutOfBounds]),
        ("integer divide by zero", &[DivisionByZero]),
        ("integer overflow", &[IntegerOverflow]),
        ("invalid conversion to integer", &[BadConversion]),
        ("invalid table access", &[NoSuchTableEntry]),
        ("indirect call type mismatch", &[BadSignature]),
    ]
};

/// The messages for an overflow of the call stack.
const STACK: [&str; 3] = ["Maximum call stack size exceeded", "STACK_OVERFLOW", "stack overflow"];

/// What the words mean. `frames` are the functions that were running, the innermost first, and
/// `address` is that of a memory fault.
pub(super) fn trapped(words: &str, frames: &[String], address: Option<u64>) -> Trapped {
    if STACK.contains(&words) {
        return Trapped::StackOverflow;
    }
    let known = WORDS.iter().find(|(known, _)| *known == words);
    let kinds = known.map(|(_, kinds)| kinds.to_vec()).unwrap_or_default();
    if kinds == [TrapKind::MemoryOutOfBounds] && is_below_the_stack(frames, address) {
        return Trapped::StackOverflow;
    }
    Trapped::Kinds(kinds)
}

/// Whether a memory fault is an overflow of the stack in linear memory, by the rules of our own
/// host. As compilers lay it out, that stack grows down, past address 0, and has no guard page. The
/// evidence is a fault just below address 0 in a recursion; without the address, a recursion that
/// fills the backtrace.
fn is_below_the_stack(frames: &[String], address: Option<u64>) -> bool {
    /// How far below address 0 the fault may be, in bytes.
    const BELOW: u64 = 64 << 20;
    /// The frames of a full backtrace.
    const FULL: usize = 20;
    let frames = &frames[..frames.len().min(FULL)];
    match address {
        Some(at) => ((1 << 32) - BELOW..(1 << 32) + BELOW).contains(&at) && recurs(frames, false),
        None => frames.len() == FULL && recurs(frames, true),
    }
}

/// Whether the frames are a recursion: three turns of it, or all of them.
fn recurs(frames: &[String], is_all: bool) -> bool {
    /// The most functions that call each other in turn.
    const LONGEST_CYCLE: usize = 8;
    // The innermost frame is at another place than its callers, and it may have called functions.
    (1..=LONGEST_CYCLE).any(|innermost| {
        let waiting = frames.get(innermost..).unwrap_or_default();
        (1..=LONGEST_CYCLE).any(|cycle| {
            let Some(turns) = waiting.get(..3 * cycle) else { return false };
            let turns = if is_all { waiting } else { turns };
            turns.iter().zip(&turns[cycle..]).all(|(one, next)| one == next)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_with_one_message_for_two_kinds_has_both() {
        let kinds = |words| trapped(words, &[], None);
        assert_eq!(kinds("BAD_SIGNATURE"), Trapped::Kinds(vec![TrapKind::BadSignature]));
        assert_eq!(
            kinds("null function or function signature mismatch"),
            Trapped::Kinds(vec![TrapKind::NoSuchTableEntry, TrapKind::BadSignature])
        );
        assert_eq!(kinds("of another engine"), Trapped::Kinds(Vec::new()));
    }

    #[test]
    fn a_memory_fault_in_a_full_recursion_is_a_stack_overflow() {
        let fault = "memory access out of bounds";
        let frames = |names: &[&str]| -> Vec<String> {
            names.iter().cycle().take(24).map(|name| (*name).to_owned()).collect()
        };
        assert_eq!(trapped(fault, &frames(&["down"]), None), Trapped::StackOverflow);
        assert_eq!(trapped(fault, &frames(&["odd", "even"]), None), Trapped::StackOverflow);
        let short = frames(&["down"])[..19].to_vec();
        assert_ne!(trapped(fault, &short, None), Trapped::StackOverflow);
        let low = Some(0xffff_fff0);
        assert_eq!(trapped("MEMORY_OUT_OF_BOUNDS", &short, low), Trapped::StackOverflow);
        let other: Vec<_> = (0..24).map(|number| number.to_string()).collect();
        assert_ne!(trapped(fault, &other, None), Trapped::StackOverflow);
        assert_ne!(trapped("unreachable", &frames(&["down"]), None), Trapped::StackOverflow);
    }
}
