//! Doubt: whether some exports are wrappers and others are not. A tool that rewrote wrappers after
//! linking leaves such a module, and so does an author who writes functions of a wrapper's shape.
//!
//! The linker wraps all exports of a module or none, so such a module is never taken for wrapped.
//! It must not be taken for clean either: all its exports but one may be wrapped.

use std::collections::BTreeSet;

use wasmparser::Operator;

use super::exports::{ASYNCIFY_STATE, Exports};
use super::shape::{Shape, shape};

impl Exports<'_, '_> {
    /// Why some of the exports may be wrappers, although the exports have no call in common; `None`
    /// if there is no evidence.
    pub(super) fn why_some_may_be(&self) -> Option<String> {
        let state = self.asyncify_state();
        let why = if self.some_look_wrapped()
            || self.most_look_wrapped()
            || self.all_call_the_same(state.is_some())
        {
            "some exported functions have the form of the linker's wrappers, and some do not; the \
             linker's names are missing"
        } else if state.is_some_and(|state| self.some_read(state)) {
            "`wasm-opt --asyncify` has rewritten exported functions, so their original form is \
             lost; the linker's names are missing"
        } else {
            return None;
        };
        Some(why.to_owned())
    }

    /// Whether one export has the linker's form, around functions that have the form of the
    /// constructors function or of libc's destructors function.
    fn some_look_wrapped(&self) -> bool {
        let first = self.module.imported_functions;
        let (mut heads, mut tails) = (BTreeSet::new(), BTreeSet::new());
        for (_, shape) in &self.shapes {
            let only_head = shape.target(shape.head, None).and(shape.head);
            let only_tail = shape.target(None, shape.tail).and(shape.tail);
            let both = shape.target(shape.head, shape.tail).is_some();
            heads.extend(only_head.or(shape.head.filter(|_| both)));
            tails.extend(only_tail.or(shape.tail.filter(|_| both)));
        }
        heads.contains(&first) && self.may_be_special(first) && self.is_list_of_own_calls(first)
            || tails.into_iter().any(|d| self.may_be_special(d) && self.is_list_of_calls(d))
    }

    /// Whether most exports, and no other functions, call the same function last; or first, unless
    /// that function begins with a once-guard.
    fn most_look_wrapped(&self) -> bool {
        let most = |end: fn(&Shape) -> Option<u32>| {
            let ends = || self.shapes.iter().map(|(_, shape)| end(shape));
            let candidate = majority(ends())??;
            let count = ends().filter(|end| *end == Some(candidate)).count();
            let is_most = count > 1 && 2 * count > self.shapes.len();
            (is_most && self.may_be_special(candidate)).then_some(candidate)
        };
        most(|shape| shape.tail).is_some()
            || most(|shape| shape.head).is_some_and(|c| !self.begins_with_a_branch(c))
    }

    /// Whether every export calls, anywhere in its body, a function that no other function calls.
    /// That function must do nothing but call (a tool may have instrumented it), unless asyncify
    /// may have rewritten it.
    fn all_call_the_same(&self, is_rewritten: bool) -> bool {
        let [(first, _), _, ..] = self.shapes[..] else { return false };
        self.module.callees(first).iter().any(|&callee| {
            self.module.is_local(callee)
                && self.module.is_plain(callee)
                && self.module.callers(callee).count() == self.shapes.len()
                && self.may_be_special(callee)
                && (is_rewritten || shape(self.module, callee).is_only_calls)
        })
    }

    /// Whether a function may be the linker's constructors or libc's destructors function: only
    /// exports call it, `_initialize` among them if there is one, nothing stores it, and the author
    /// has not given it a name.
    fn may_be_special(&self, function: u32) -> bool {
        let module = self.module;
        let initialize = module.exported_function("_initialize");
        module.callers(function).all(|caller| module.is_exported(caller))
            && initialize.is_none_or(|f| module.callers(function).any(|caller| caller == f))
            && !module.is_stored(function)
            && !module.is_exported(function)
            && (module.given_name(function).is_none() || self.named.destructors == Some(function))
    }

    /// Whether a function branches before its first visible change, as a once-guard does.
    fn begins_with_a_branch(&self, function: u32) -> bool {
        let Some(operators) = self.module.operators(function) else { return false };
        let mut operators = operators.into_iter().map_while(Result::ok);
        let first = operators.find(|operator| is_branch(operator) || super::is_change(operator));
        first.is_some_and(|operator| is_branch(&operator))
    }

    /// The global with asyncify's state (normal, unwinding or rewinding).
    fn asyncify_state(&self) -> Option<u32> {
        let function = self.module.exported_function(ASYNCIFY_STATE)?;
        match self.module.operators(function)?.into_iter().next()?.ok()? {
            Operator::GlobalGet { global_index } => Some(global_index),
            _ => None,
        }
    }

    /// Whether an export reads asyncify's state, so asyncify has rewritten it; only for a module
    /// without an `_initialize`.
    fn some_read(&self, state: u32) -> bool {
        let reads = |function: u32| {
            let operators = self.module.operators(function).into_iter().flatten();
            operators.map_while(Result::ok).any(|operator| match operator {
                Operator::GlobalGet { global_index } => global_index == state,
                _ => false,
            })
        };
        self.module.exported_function("_initialize").is_none()
            && self.shapes.iter().any(|(function, _)| reads(*function))
    }
}

pub(super) fn is_branch(operator: &Operator<'_>) -> bool {
    matches!(operator, Operator::If { .. } | Operator::BrIf { .. } | Operator::BrTable { .. })
}

/// The only item that can make up more than half of all (Boyer and Moore's majority vote). The
/// caller has to count whether it does.
pub(super) fn majority<T: PartialEq>(items: impl Iterator<Item = T>) -> Option<T> {
    let mut candidate = None;
    let mut votes = 0_usize;
    for item in items {
        match &candidate {
            Some(other) if votes > 0 && *other == item => votes += 1,
            Some(_) if votes > 0 => votes -= 1,
            _ => (candidate, votes) = (Some(item), 1),
        }
    }
    candidate
}

#[cfg(test)]
mod tests {
    use super::majority;

    #[test]
    fn the_majority_is_found() {
        assert_eq!(majority([1, 2, 1, 3, 1].into_iter()), Some(1));
        assert_eq!(majority([3, 2, 2, 2].into_iter()), Some(2));
        assert_eq!(majority([0; 0].into_iter()), None);
    }
}
