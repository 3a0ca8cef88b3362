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

use walrus::{ConstExpr, ExportItem, FunctionBuilder, FunctionId, Module, ValType, ir::Value};

use super::rewrite::Ids;
use super::{Change, Plan};

const INITIALIZE: &str = "_initialize";

pub(super) fn initialize(module: &mut Module, ids: &Ids, plan: &Plan<'_, '_>) -> Change {
    let by_wrappers = plan.wrapped.as_ref().and_then(|wrapped| wrapped.constructors);
    let constructors = by_wrappers.or_else(|| plan.module.exported_function("__wasm_call_ctors"));
    let own = module.exports.iter().find(|export| export.name == INITIALIZE);
    let own = own.map(|export| (export.id(), export.item));

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
    Change::AddedInitialize { constructors: constructors.is_some(), before_own: own.is_some() }
}

/// A function that calls `calls` the first time, and traps ever after.
fn guarded_function(module: &mut Module, calls: &[FunctionId]) -> FunctionId {
    let zero = ConstExpr::Value(Value::I32(0));
    let initialized = module.globals.add_local(ValType::I32, true, false, zero);
    module.globals.get_mut(initialized).name = Some("initialized".to_owned());

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
