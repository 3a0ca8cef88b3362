//! Doubt: whether an optimiser may have inlined the constructors into every export, so that no call
//! of them is left.
//!
//! `wasm-opt -O3` writes the following for two wrappers whose constructors are `S += 20`:
//!
//! ```wat
//! (func (export "inc") (param i32) (result i32)
//!   (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 20)))
//!   (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (local.get 0)))
//!   (i32.load (i32.const 8)))
//! (func (export "get") (result i32)
//!   (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 20)))
//!   (i32.load (i32.const 8)))
//! ```
//!
//! Constructors take no arguments and run first. So inlined constructors are ruled out by an export
//! that changes no state, that reads a parameter before it changes state, or whose first change of
//! state differs from the other exports.

use wasmparser::Operator;

use super::exports::Exports;
use super::partly::{is_branch, majority};
use crate::module::Module;
use crate::producers;

/// Why the exports may contain inlined constructors, for a module whose names do not decide; `None`
/// if there is no evidence, or if no tool has rewritten the module since it was linked.
pub(super) fn why_inlined(exports: &Exports<'_, '_>) -> Option<&'static str> {
    let module = exports.module;
    // R002 reports a command.
    if module.exported_function("_start").is_some() {
        return None;
    }
    let why = match exports.shapes[..] {
        [] => return None,
        // One export cannot be compared with others. Only for Rust is it known that the linker
        // wrapped it.
        [(export, _)] => {
            // If `_initialize` is the only export, inlined constructors run once in any case.
            let is_other = module.exported_function("_initialize").is_none();
            let is_known = producers::is_of_rust_that_wraps(module);
            (is_other && is_known && beginning(module, export).is_some()).then_some(
                "its exported function changes state before it reads a parameter; rustc before \
                 1.100 wraps exports, so that may be constructors that an optimiser has inlined; \
                 the linker's names are missing",
            )
        }
        _ => begin_alike(exports),
    };
    why.filter(|_| !is_as_linked(module))
}

/// Why the exports may contain inlined constructors: all of them begin with the same instructions,
/// or most of them begin with the same instructions without a branch.
fn begin_alike(exports: &Exports<'_, '_>) -> Option<&'static str> {
    let module = exports.module;
    let beginnings = || exports.shapes.iter().map(|(function, _)| beginning(module, *function));
    let most = majority(beginnings())??;
    let count = beginnings().filter(|its| its.as_ref() == Some(&most)).count();
    if count == exports.shapes.len() {
        return Some(
            "every exported function begins with the same instructions, as after an optimiser has \
             inlined the constructors into all of them, and as hand-written code may; the linker's \
             names are missing",
        );
    }
    let initialize = module.exported_function("_initialize");
    let is_known = initialize.is_none_or(|f| beginning(module, f).as_ref() == Some(&most));
    let is_most = count > 1 && 2 * count > exports.shapes.len();
    // `partly.rs` has already considered a function that most exports call first.
    let is_call = matches!(most[..], [Operator::Call { function_index }]
        if module.is_local(function_index) && module.is_plain(function_index));
    (is_most && is_known && !is_call && !most.iter().any(is_branch)).then_some(
        "most exported functions begin with the same instructions, as after an optimiser has \
         inlined the constructors into all exports that the linker wrapped, and as hand-written \
         code may; the linker's names are missing",
    )
}

/// The instructions of a function up to its first visible change, with the indices of locals
/// ignored; `None` if there is no such change, or if the function reads a parameter before it.
fn beginning<'a>(module: &Module<'a>, function: u32) -> Option<Vec<Operator<'a>>> {
    let ty = module.function_type(module.type_of(function));
    let params = ty.params().len() as u32;
    let mut beginning = Vec::new();
    for operator in module.operators(function)?.into_iter().map_while(Result::ok) {
        let operator = match operator {
            Operator::LocalGet { local_index } | Operator::LocalTee { local_index }
                if local_index < params =>
            {
                return None;
            }
            Operator::LocalGet { .. } => Operator::LocalGet { local_index: 0 },
            Operator::LocalSet { .. } => Operator::LocalSet { local_index: 0 },
            Operator::LocalTee { .. } => Operator::LocalTee { local_index: 0 },
            other => other,
        };
        let changes = is_change(&operator);
        beginning.push(operator);
        if changes {
            return Some(beginning);
        }
    }
    None
}

/// Whether an instruction can have an effect outside its function: calls, writes to memory, to
/// tables and to objects of the garbage collector.
/// `global.set` does not count, because functions adjust the stack pointer with it.
pub(crate) fn is_change(operator: &Operator<'_>) -> bool {
    use Operator::*;
    matches!(
        operator,
        Call { .. }
            | CallIndirect { .. }
            | CallRef { .. }
            | ReturnCall { .. }
            | ReturnCallIndirect { .. }
            | ReturnCallRef { .. }
            | I32Store { .. }
            | I32Store8 { .. }
            | I32Store16 { .. }
            | I64Store { .. }
            | I64Store8 { .. }
            | I64Store16 { .. }
            | I64Store32 { .. }
            | F32Store { .. }
            | F64Store { .. }
            | V128Store { .. }
            | V128Store8Lane { .. }
            | V128Store16Lane { .. }
            | V128Store32Lane { .. }
            | V128Store64Lane { .. }
            | MemoryCopy { .. }
            | MemoryFill { .. }
            | MemoryGrow { .. }
            | MemoryInit { .. }
            | DataDrop { .. }
            | TableSet { .. }
            | TableFill { .. }
            | TableCopy { .. }
            | TableInit { .. }
            | TableGrow { .. }
            | ElemDrop { .. }
            | StructSet { .. }
            | ArraySet { .. }
            | ArrayFill { .. }
            | ArrayCopy { .. }
            | ArrayInitData { .. }
            | ArrayInitElem { .. }
    ) || is_atomic_change(operator)
}

/// Whether an instruction changes memory atomically: stores and read-modify-writes.
fn is_atomic_change(operator: &Operator<'_>) -> bool {
    macro_rules! any_of {
        ($($name:ident)*) => { matches!(operator, $(Operator::$name { .. })|*) };
    }
    any_of!(
        I32AtomicStore I32AtomicStore8 I32AtomicStore16
        I64AtomicStore I64AtomicStore8 I64AtomicStore16 I64AtomicStore32
        I32AtomicRmwAdd I32AtomicRmw8AddU I32AtomicRmw16AddU
        I64AtomicRmwAdd I64AtomicRmw8AddU I64AtomicRmw16AddU I64AtomicRmw32AddU
        I32AtomicRmwSub I32AtomicRmw8SubU I32AtomicRmw16SubU
        I64AtomicRmwSub I64AtomicRmw8SubU I64AtomicRmw16SubU I64AtomicRmw32SubU
        I32AtomicRmwAnd I32AtomicRmw8AndU I32AtomicRmw16AndU
        I64AtomicRmwAnd I64AtomicRmw8AndU I64AtomicRmw16AndU I64AtomicRmw32AndU
        I32AtomicRmwOr I32AtomicRmw8OrU I32AtomicRmw16OrU
        I64AtomicRmwOr I64AtomicRmw8OrU I64AtomicRmw16OrU I64AtomicRmw32OrU
        I32AtomicRmwXor I32AtomicRmw8XorU I32AtomicRmw16XorU
        I64AtomicRmwXor I64AtomicRmw8XorU I64AtomicRmw16XorU I64AtomicRmw32XorU
        I32AtomicRmwXchg I32AtomicRmw8XchgU I32AtomicRmw16XchgU
        I64AtomicRmwXchg I64AtomicRmw8XchgU I64AtomicRmw16XchgU I64AtomicRmw32XchgU
        I32AtomicRmwCmpxchg I32AtomicRmw8CmpxchgU I32AtomicRmw16CmpxchgU
        I64AtomicRmwCmpxchg I64AtomicRmw8CmpxchgU I64AtomicRmw16CmpxchgU
        I64AtomicRmw32CmpxchgU
    )
}

/// Whether some number is encoded longer than necessary (padded LEB128). Linkers write that,
/// because they fill in relocations; tools that rewrite a module do not.
fn is_as_linked(module: &Module<'_>) -> bool {
    (module.imported_functions..module.functions()).any(|function| {
        let Some(mut operators) = module.operators(function) else { return false };
        while !operators.eof() {
            let start = operators.original_position();
            if operators.read().is_err() {
                return false;
            }
            if is_padded(&module.bytes[start..operators.original_position()]) {
                return true;
            }
        }
        false
    })
}

/// Whether the last number of an instruction, if it may be an address or an index, is padded: its
/// encoding ends in a zero byte that continues another one.
fn is_padded(instruction: &[u8]) -> bool {
    const CALL: u8 = 0x10;
    const GLOBAL_GET: u8 = 0x23;
    const GLOBAL_SET: u8 = 0x24;
    const FIRST_LOAD: u8 = 0x28;
    const LAST_STORE: u8 = 0x3e;
    const I32_CONST: u8 = 0x41;
    let numbered = matches!(
        instruction.first(),
        Some(&(CALL | GLOBAL_GET | GLOBAL_SET | FIRST_LOAD..=LAST_STORE | I32_CONST))
    );
    numbered && instruction.ends_with(&[0x80, 0x00])
}

#[cfg(test)]
mod tests {
    use super::is_padded;

    #[test]
    fn padded_numbers_of_the_linker_are_recognised() {
        assert!(is_padded(&[0x10, 0x81, 0x80, 0x80, 0x80, 0x00]));
        assert!(is_padded(&[0x28, 0x02, 0x80, 0x80, 0xc0, 0x80, 0x00]));
        assert!(!is_padded(&[0x10, 0x01]));
        assert!(!is_padded(&[0x41, 0xc0, 0x00]), "64, which needs two bytes");
        assert!(!is_padded(&[0x44, 0, 0, 0, 0, 0, 0, 0x80, 0x00]), "a float");
    }
}
