//! Whether some exports are wrappers and some are not: so it is where a tool has worked on what
//! the linker wrote, and where people write wrappers of their own.
//!
//! The linker wraps all exports of a module or none, so that this is never more than a doubt; but
//! a module whose exports are wrapped but for one must not pass for clean.

use std::collections::BTreeSet;

use wasmparser::Operator;

use super::exports::{ASYNCIFY_STATE, Exports};
use super::shape::Shape;

impl Exports<'_, '_> {
    /// Why some of the exports may be wrappers, where they have no call in common; none where
    /// nothing speaks for it.
    pub(super) fn why_some_may_be(&self) -> Option<String> {
        let state = self.asyncify_state();
        let why = if self.some_look_wrapped()
            || self.most_look_wrapped()
            || self.all_call_the_same(state.is_some())
        {
            "some exported functions look as the linker writes wrappers, and some do not; the \
             names are gone"
        } else if state.is_some_and(|state| self.some_read(state)) {
            "`wasm-opt --asyncify` has rewritten exported functions, so that nobody can tell what \
             they were; the names are gone"
        } else {
            return None;
        };
        Some(why.to_owned())
    }

    /// Whether one export is as the linker writes it, around functions as the linker and libc
    /// write them.
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

    /// Whether most exports, and nothing else, call the same function last; or first, and that
    /// function does not ask whether it has been called before.
    fn most_look_wrapped(&self) -> bool {
        let most = |end: fn(&Shape) -> Option<u32>| {
            let ends = || self.shapes.iter().map(|(_, shape)| end(shape));
            let candidate = majority(ends())??;
            let count = ends().filter(|end| *end == Some(candidate)).count();
            let is_most = count > 1 && 2 * count > self.shapes.len();
            (is_most && self.may_be_special(candidate)).then_some(candidate)
        };
        most(|shape| shape.tail).is_some()
            || most(|shape| shape.head).is_some_and(|c| !self.begins_with_a_question(c))
    }

    /// Whether every export calls a function that nobody else calls, wherever in it. It has to do
    /// nothing but call, unless asyncify may have rewritten it.
    fn all_call_the_same(&self, is_rewritten: bool) -> bool {
        let [(first, _), _, ..] = self.shapes[..] else { return false };
        self.module.callees(first).iter().any(|&callee| {
            self.module.is_local(callee)
                && self.module.is_plain(callee)
                && self.module.callers(callee).count() == self.shapes.len()
                && self.may_be_special(callee)
                && (is_rewritten || self.is_list_of_calls(callee))
        })
    }

    /// Whether a function may be the linker's: only exports call it, `_initialize` among them
    /// where there is one; and it has no name that the author gave it.
    fn may_be_special(&self, function: u32) -> bool {
        let module = self.module;
        let initialize = module.exported_function("_initialize");
        module.callers(function).all(|caller| module.is_exported(caller))
            && initialize.is_none_or(|f| module.callers(function).any(|caller| caller == f))
            && !module.is_stored(function)
            && !module.is_exported(function)
            && (module.given_name(function).is_none() || self.named.destructors == Some(function))
    }

    /// Whether a function branches before it changes anything, as what runs only once does.
    fn begins_with_a_question(&self, function: u32) -> bool {
        let Some(operators) = self.module.operators(function) else { return false };
        let mut operators = operators.into_iter().map_while(Result::ok);
        let first = operators.find(|operator| is_branch(operator) || super::is_change(operator));
        first.is_some_and(|operator| is_branch(&operator))
    }

    /// The global that says whether asyncify unwinds the stack.
    fn asyncify_state(&self) -> Option<u32> {
        let function = self.module.exported_function(ASYNCIFY_STATE)?;
        match self.module.operators(function)?.into_iter().next()?.ok()? {
            Operator::GlobalGet { global_index } => Some(global_index),
            _ => None,
        }
    }

    /// Whether an export of a module that nobody initialises reads that global, so that it is not
    /// as it was before.
    fn some_read(&self, state: u32) -> bool {
        let reads = |function: u32| {
            let operators = self.module.operators(function).into_iter().flatten();
            operators.map_while(Result::ok).any(
                |operator| matches!(operator, Operator::GlobalGet { global_index } if global_index == state),
            )
        };
        self.module.exported_function("_initialize").is_none()
            && self.shapes.iter().any(|(function, _)| reads(*function))
    }
}

pub(super) fn is_branch(operator: &Operator<'_>) -> bool {
    matches!(operator, Operator::If { .. } | Operator::BrIf { .. } | Operator::BrTable { .. })
}

/// The item that may be more than half of them: the only one that can be (Boyer and Moore).
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
    fn what_most_have_is_found() {
        assert_eq!(majority([1, 2, 1, 3, 1].into_iter()), Some(1));
        assert_eq!(majority([3, 2, 2, 2].into_iter()), Some(2));
        assert_eq!(majority([0; 0].into_iter()), None);
    }
}
