//! Whether an optimiser may have put the constructors into every export, where nothing is left
//! to call: an indexed module in, yes or no out.
//!
//! What `wasm-opt -O3` makes of two wrappers whose constructors are `S += 20`:
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
//! Constructors take no arguments and come first. So an export that does nothing to the outside,
//! or that looks at an argument before it does, or begins as no other does, rules them out.

use wasmparser::Operator;

use super::exports::Exports;
use super::partly::{is_branch, majority};
use crate::module::Module;
use crate::producers;

/// Why the exports may have the constructors in them, in a module that its linker did not leave
/// so and whose names are gone; none where nothing speaks for it.
pub(super) fn why_it_may_be(exports: &Exports<'_, '_>) -> Option<&'static str> {
    let module = exports.module;
    // R002 says what to do about a command.
    if module.exported_function("_start").is_some() {
        return None;
    }
    let why = match exports.shapes[..] {
        [] => return None,
        // One export is alike to itself. Only of Rust is it known that it was wrapped.
        [(export, _)] => {
            // Of an `_initialize` alone it does not matter whose work it does.
            let is_other = module.exported_function("_initialize").is_none();
            let is_known = producers::is_of_rust_that_wraps(module);
            (is_other && is_known && beginning(module, export).is_some()).then_some(
                "its exported function begins with work of its own, and rustc before 1.100 has \
                 exports begin with the constructors, which an optimiser may have put there; the \
                 names are gone",
            )
        }
        _ => begin_alike(exports),
    };
    why.filter(|_| !is_as_linked(module))
}

/// Why the exports may have the constructors in them by what they begin with: all with the same,
/// or most with the same that is done whatever the case.
fn begin_alike(exports: &Exports<'_, '_>) -> Option<&'static str> {
    let module = exports.module;
    let beginnings = || exports.shapes.iter().map(|(function, _)| beginning(module, *function));
    let most = majority(beginnings())??;
    let count = beginnings().filter(|its| its.as_ref() == Some(&most)).count();
    if count == exports.shapes.len() {
        return Some(
            "every exported function begins with the same work, as where an optimiser has put the \
             constructors into all of them, and as people write too; the names are gone",
        );
    }
    let initialize = module.exported_function("_initialize");
    let is_known = initialize.is_none_or(|f| beginning(module, f).as_ref() == Some(&most));
    let is_most = count > 1 && 2 * count > exports.shapes.len();
    // Whether a function that is called first may be the constructors' has been asked before.
    let is_call = matches!(most[..], [Operator::Call { function_index }]
        if module.is_local(function_index) && module.is_plain(function_index));
    (is_most && is_known && !is_call && !most.iter().any(is_branch)).then_some(
        "most exported functions begin with the same work, as where an optimiser has put the \
         constructors into all that the linker knew, and as people write too; the names are gone",
    )
}

/// All that a function does until it first changes something outside of itself, whichever the
/// locals are; none where it never does, or has looked at its parameters before.
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

/// Whether an instruction is felt outside of its function. The stack pointer, a global, is every
/// function's own affair.
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
            | I32AtomicStore { .. }
            | I32AtomicRmwAdd { .. }
            | I32AtomicRmwCmpxchg { .. }
            | MemoryCopy { .. }
            | MemoryFill { .. }
            | MemoryGrow { .. }
            | MemoryInit { .. }
    )
}

/// Whether some number is written longer than it has to be: so does a linker that fills numbers
/// in, and nobody who writes a module anew.
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

/// Whether an instruction whose last number may be an address or an index ends in zeros.
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
    fn what_the_linker_fills_in_is_told_from_what_is_written_anew() {
        assert!(is_padded(&[0x10, 0x81, 0x80, 0x80, 0x80, 0x00]));
        assert!(is_padded(&[0x28, 0x02, 0x80, 0x80, 0xc0, 0x80, 0x00]));
        assert!(!is_padded(&[0x10, 0x01]));
        assert!(!is_padded(&[0x41, 0xc0, 0x00]), "64, which needs two bytes");
        assert!(!is_padded(&[0x44, 0, 0, 0, 0, 0, 0, 0x80, 0x00]), "a float");
    }
}
