//! R003: takes the wrapping out of every exported function.
//!
//! Before:
//!
//! ```wat
//! (func $inc.command_export (param i32) (result i32)
//!   call $__wasm_call_ctors
//!   local.get 0
//!   call $inc
//!   call $__wasm_call_dtors)
//! (export "inc" (func $inc.command_export))
//! ```
//!
//! After:
//!
//! ```wat
//! (export "inc" (func $inc))
//! ```
//!
//! Where an optimiser has put the body of `$inc` into its wrapper, the wrapper stays, without
//! the two calls.

use std::collections::HashMap;

use walrus::ir::{Call, Instr, InstrSeqId};
use walrus::{ExportItem, FunctionId, FunctionKind, LocalFunction, Module};

use super::Change;
use super::rewrite::Ids;
use crate::wrapping::{WRAPPER_SUFFIX, Wrapped};

pub(super) fn unwrap(module: &mut Module, ids: &Ids, wrapped: &Wrapped) -> Change {
    let special: Vec<FunctionId> =
        wrapped.constructors.iter().chain(&wrapped.destructors).map(|f| ids[f]).collect();
    let mut targets = HashMap::new();
    for wrapper in &wrapped.wrappers {
        let id = ids[&wrapper.function];
        match wrapper.target {
            Some(target) => {
                targets.insert(id, ids[&target]);
            }
            None => {
                let wrapper = module.funcs.get_mut(id);
                if let FunctionKind::Local(function) = &mut wrapper.kind {
                    remove_calls(function, &special);
                }
                let name = wrapper.name.as_mut();
                if let Some(name) = name.filter(|name| name.ends_with(WRAPPER_SUFFIX)) {
                    name.truncate(name.len() - WRAPPER_SUFFIX.len());
                }
            }
        }
    }
    let mut exports = Vec::new();
    for export in module.exports.iter_mut() {
        if let ExportItem::Function(function) = &mut export.item {
            exports.push(export.name.clone());
            if let Some(target) = targets.get(function) {
                *function = *target;
            }
        }
    }
    for wrapper in targets.into_keys() {
        module.funcs.delete(wrapper);
    }
    // Nobody calls them any more: that was part of the evidence.
    if let Some(destructors) = &wrapped.destructors {
        module.funcs.delete(ids[destructors]);
    }
    Change::Unwrapped { exports }
}

/// Removes the calls of `special` from a function's outermost block, where all of them are.
fn remove_calls(function: &mut LocalFunction, special: &[FunctionId]) {
    let body: InstrSeqId = function.entry_block();
    function.block_mut(body).instrs.retain(|(instruction, _)| {
        !matches!(instruction, Instr::Call(Call { func }) if special.contains(func))
    });
}
