//! R012: puts a guard into the constructors function, so that it runs once, whoever calls it.
//!
//! After:
//!
//! ```wat
//! (global $constructed (mut i32) (i32.const 0))
//! (func $__wasm_call_ctors
//!   global.get $constructed
//!   if
//!     return
//!   end
//!   i32.const 1
//!   global.set $constructed
//!   call $register)
//! ```

use walrus::ir::Value;
use walrus::{FunctionKind, Module};

use super::initialize::flag;
use super::rewrite::Ids;
use super::{Change, Plan};
use crate::constructors::Constructors;

pub(super) fn guard(module: &mut Module, ids: &Ids, plan: &Plan<'_, '_>) -> Option<Change> {
    let function = match plan.constructors {
        _ if plan.wrapped.is_some() => return None,
        Constructors::Twice { function } | Constructors::Late { function } => function,
        // The author's own may call them in ways that cannot be seen.
        Constructors::Host { function }
            if plan.module.exported_function("_initialize").is_some() =>
        {
            function
        }
        _ => return None,
    };
    let constructed = flag(module, "constructed");
    let FunctionKind::Local(local) = &mut module.funcs.get_mut(ids[&function]).kind else {
        return None;
    };
    let mut body = local.builder_mut().func_body();
    // Each is put before what is there already.
    body.global_set_at(0, constructed)
        .const_at(0, Value::I32(1))
        .if_else_at(
            0,
            None,
            |again| {
                again.return_();
            },
            |_| {},
        )
        .global_get_at(0, constructed);
    Some(Change::GuardedConstructors)
}
