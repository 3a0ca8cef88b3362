//! Passes for R001 and R005: add the `_initialize` that a module lacks, or a new one that calls the
//! author's, which was wrapped. The new `_initialize` first calls the function of a start section
//! that R005 moves.
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
//!   call $start                   ;; where there is a start section that is moved
//!   call $__wasm_call_ctors       ;; where there are constructors
//!   call $author's_initialize)    ;; where there is one
//! ```

use super::edit::{Again, Edit, Function, OnceFunction};
use super::{Change, Plan};
use crate::constructors::Constructors;

const INITIALIZE: &str = "_initialize";

/// Removes the start section, if the plan moves its function into `_initialize`.
pub(super) fn take_start(edit: &mut Edit<'_, '_>, plan: &Plan) -> Option<Change> {
    if !plan.moves_start {
        return None;
    }
    edit.start = None;
    Some(Change::MovedStart)
}

pub(super) fn initialize(edit: &mut Edit<'_, '_>, plan: &Plan) -> Option<Change> {
    let own = edit.exported(INITIALIZE);
    let constructors = match (&plan.wrapped, plan.constructors) {
        (Some(wrapped), _) => wrapped.constructors,
        (None, Constructors::Late { function } | Constructors::Host { function }) => Some(function),
        // The author's `_initialize` needs no change.
        (None, _) if own.is_some() => return None,
        (None, _) => None,
    };
    let start = edit.module.start.filter(|_| plan.moves_start);
    let constructors = constructors.map(|function| guarded(edit, function));
    let calls = start.map(Function::Old).into_iter().chain(constructors).chain(own).collect();
    let added =
        edit.add(OnceFunction { name: INITIALIZE, flag: "initialized", again: Again::Trap, calls });
    edit.export(INITIALIZE, added);
    let (constructors, before_own) = (constructors.is_some(), own.is_some());
    Some(Change::AddedInitialize { constructors, before_own })
}

/// The function to call for the constructors: the guard before them, if the pass for R012 added
/// one.
fn guarded(edit: &Edit<'_, '_>, constructors: u32) -> Function {
    match edit.redirected {
        Some((from, to)) if from == constructors => to,
        _ => Function::Old(constructors),
    }
}
