//! R001: adds the `_initialize` that a module lacks, or puts one before the author's own that
//! was wrapped.
//!
//! After:
//!
//! ```wat
//! (global $initialized (mut i32) (i32.const 0))
//! (func $_initialize
//!   global.get $initialized
//!   if
//!     unreachable                 ;; B003: a second call traps
//!   end
//!   i32.const 1
//!   global.set $initialized
//!   call $__wasm_call_ctors       ;; where there are constructors
//!   call $author's_initialize)    ;; where there is one
//! ```

use walrus::{ConstExpr, ExportItem, FunctionBuilder, FunctionId, GlobalId, Module, ValType};

use super::rewrite::Ids;
use super::{Change, Plan};
use crate::constructors::Constructors;

const INITIALIZE: &str = "_initialize";

pub(super) fn initialize(module: &mut Module, ids: &Ids, plan: &Plan<'_, '_>) -> Option<Change> {
    let own = module.exports.iter().find(|export| export.name == INITIALIZE);
    let own = own.map(|export| (export.id(), export.item));
    let constructors = match (&plan.wrapped, plan.constructors) {
        (Some(wrapped), _) => wrapped.constructors,
        (None, Constructors::Late { function } | Constructors::Host { function }) => Some(function),
        // The author's own is as it should be.
        (None, _) if own.is_some() => return None,
        (None, _) => None,
    };
    let calls: Vec<FunctionId> = constructors
        .map(|function| ids[&function])
        .into_iter()
        .chain(own.and_then(|(_, item)| match item {
            ExportItem::Function(function) => Some(function),
            _ => None,
        }))
        .collect();
    let function = guarded_function(module, &calls);
    match own {
        Some((export, _)) => module.exports.get_mut(export).item = function.into(),
        None => {
            module.exports.add(INITIALIZE, function);
        }
    }
    let (constructors, before_own) = (constructors.is_some(), own.is_some());
    Some(Change::AddedInitialize { constructors, before_own })
}

/// A global that says whether something has happened yet.
pub(super) fn flag(module: &mut Module, name: &str) -> GlobalId {
    let zero = ConstExpr::Value(walrus::ir::Value::I32(0));
    let flag = module.globals.add_local(ValType::I32, true, false, zero);
    module.globals.get_mut(flag).name = Some(name.to_owned());
    flag
}

/// A function that calls `calls` the first time, and traps ever after.
fn guarded_function(module: &mut Module, calls: &[FunctionId]) -> FunctionId {
    let initialized = flag(module, "initialized");
    let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
    builder.name(INITIALIZE.to_owned());
    let mut body = builder.func_body();
    body.global_get(initialized);
    body.if_else(
        None,
        |again| {
            again.unreachable();
        },
        |_| {},
    );
    body.i32_const(1).global_set(initialized);
    for &function in calls {
        body.call(function);
    }
    builder.finish(Vec::new(), &mut module.funcs)
}
