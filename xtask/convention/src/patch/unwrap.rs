//! Pass for R003: takes the wrapping out of every exported function that has one.
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
//! Where an optimiser has inlined `$inc` into its wrapper, the wrapper stays, with `nop`s in place
//! of the two calls.

use std::collections::HashMap;

use super::Change;
use super::edit::{Edit, Function, Item};
use crate::wrapping::{WRAPPER_SUFFIX, Wrapped};

pub(super) fn unwrap(edit: &mut Edit<'_, '_>, wrapped: &Wrapped) -> Change {
    let special: Vec<u32> =
        wrapped.constructors.iter().chain(&wrapped.destructors).copied().collect();
    let wrappers: HashMap<u32, Option<u32>> =
        wrapped.wrappers.iter().map(|wrapper| (wrapper.function, wrapper.target)).collect();
    for (&wrapper, target) in &wrappers {
        if target.is_some() {
            edit.removed.insert(wrapper);
            continue;
        }
        edit.silenced.insert(wrapper, special.clone());
        let name = edit.module.names.get(&wrapper);
        if let Some(name) = name.and_then(|name| name.strip_suffix(WRAPPER_SUFFIX)) {
            edit.renamed.insert(wrapper, name.to_owned());
        }
    }
    // Only the wrappers called the destructors: that was part of the evidence.
    edit.removed.extend(wrapped.destructors);
    let mut exports = Vec::new();
    for export in &mut edit.exports {
        if let Item::Function(Function::Old(function)) = &mut export.item
            && let Some(target) = wrappers.get(function)
        {
            exports.push(export.name.to_owned());
            *function = target.unwrap_or(*function);
        }
    }
    Change::Unwrapped { exports }
}
