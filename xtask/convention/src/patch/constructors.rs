//! Pass for R012: puts a once-guard before the constructors function, so that the constructors run
//! once, however many functions call them.
//!
//! Before, several functions `call $__wasm_call_ctors`. After, they `call $once` instead:
//!
//! ```wat
//! (global $constructed (mut i32) (i32.const 0))
//! (func $once
//!   global.get $constructed
//!   if
//!     return
//!   end
//!   i32.const 1
//!   global.set $constructed
//!   call $__wasm_call_ctors)
//! ```

use super::edit::{Again, Edit, Function, OnceFunction};
use super::{Change, Plan};
use crate::constructors::Constructors;

pub(super) fn guard(edit: &mut Edit<'_, '_>, plan: &Plan) -> Option<Change> {
    let function = match plan.constructors {
        _ if plan.wrapped.is_some() => return None,
        Constructors::Twice { function } | Constructors::Late { function } => function,
        // The author's `_initialize` may reach the constructors by indirect calls.
        Constructors::Host { function }
            if edit.module.exported_function("_initialize").is_some() =>
        {
            function
        }
        _ => return None,
    };
    let once = edit.add(OnceFunction {
        name: "__wasm_call_ctors.once",
        flag: "constructed",
        again: Again::Return,
        calls: vec![Function::Old(function)],
    });
    edit.redirected = Some((function, once));
    Some(Change::GuardedConstructors)
}
