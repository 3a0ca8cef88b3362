//! The exported functions of a module: what each looks like, and what all of them have in common.

use std::collections::BTreeSet;

use super::shape::{Shape, shape};
use super::{CONSTRUCTORS, DESTRUCTORS, Evidence, WRAPPER_SUFFIX, Wrapped, Wrapper, Wrapping};
use crate::module::Module;

pub(super) const INLINED: &str = "the bodies of wrapped functions were put into their wrappers, \
     and perhaps the constructors as well";

/// The exported local functions that the linker knew, and what each looks like.
pub(super) struct Exports<'m, 'a> {
    pub(super) module: &'m Module<'a>,
    pub(super) shapes: Vec<(u32, Shape)>,
    /// The constructors and the destructors function, by the names that the linker gives them.
    pub(super) named: Pair,
}

/// The constructors and the destructors function, as one reading of the wrappers has them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) constructors: Option<u32>,
    pub(super) destructors: Option<u32>,
}

impl Pair {
    /// The function that a function of that shape wraps, with this pair's calls around it.
    pub(super) fn target_in(self, shape: &Shape) -> Option<u32> {
        shape.target(self.constructors, self.destructors)
    }

    pub(super) fn functions(self) -> impl Iterator<Item = u32> {
        [self.constructors, self.destructors].into_iter().flatten()
    }
}

/// The exports that `wasm-opt` adds to a linked module: `--asyncify`, `--stack-check`. The linker
/// has not seen them, so that they say nothing about what it did.
const ADDED_AFTER_LINKING: [&str; 6] = [
    "asyncify_start_unwind",
    "asyncify_stop_unwind",
    "asyncify_start_rewind",
    "asyncify_stop_rewind",
    ASYNCIFY_STATE,
    "__set_stack_limits",
];

/// The export that reads the global which every function looks at that asyncify has rewritten.
pub(super) const ASYNCIFY_STATE: &str = "asyncify_get_state";

impl<'m, 'a> Exports<'m, 'a> {
    pub(super) fn of(module: &'m Module<'a>) -> Self {
        let is_linked = |&function: &u32| {
            module.export_names(function).any(|name| !ADDED_AFTER_LINKING.contains(&name))
        };
        let functions = module.exported_functions().into_iter().filter(is_linked);
        let named = |name| module.named(name).filter(|&f| module.is_local(f));
        Exports {
            module,
            shapes: functions.map(|f| (f, shape(module, f))).collect(),
            named: Pair { constructors: named(CONSTRUCTORS), destructors: named(DESTRUCTORS) },
        }
    }

    /// Without those whose names the author or the linker gave, where no such name is a wrapper's:
    /// the linker has not wrapped them. Of the others names say nothing.
    pub(super) fn without_names(self) -> Self {
        let has_given_names = self.module.has_given_names();
        let is_named = |function: &u32| has_given_names && self.module.names.contains_key(function);
        let nameless = self.shapes.into_iter().filter(|(function, _)| !is_named(function));
        Exports { shapes: nameless.collect(), ..self }
    }

    /// Whether the linker's own name for a wrapper is the function's.
    pub(super) fn is_named_wrapper(&self, function: u32) -> bool {
        self.module.names.get(&function).is_some_and(|name| name.ends_with(WRAPPER_SUFFIX))
    }

    /// Whether the module's own `_initialize` runs the constructors, other than by being
    /// wrapped itself, as `is_wrapper` has it.
    pub(super) fn initialises_itself(
        &self,
        pair: Pair,
        is_wrapper: impl Fn(u32, &Shape) -> bool,
    ) -> bool {
        let initialize = self.module.exported_function("_initialize");
        let Some((initialize, constructors)) = initialize.zip(pair.constructors) else {
            return false;
        };
        let mut shapes = self.shapes.iter();
        let own = shapes.find(|(function, _)| *function == initialize);
        let wrapped = own.is_some_and(|(function, shape)| {
            pair.target_in(shape).is_some() || is_wrapper(*function, shape)
        });
        !wrapped && self.module.reach(initialize).0.contains(&constructors)
    }

    /// The verdict, once it is clear which functions are the wrappers, the constructors and the
    /// destructors; else what stands in the way of taking the wrapping out.
    pub(super) fn wrapped(
        &self,
        wrappers: &[&(u32, Shape)],
        pair: Pair,
        evidence: Evidence,
    ) -> Result<Wrapping, String> {
        let wrapping: BTreeSet<u32> = wrappers.iter().map(|(function, _)| *function).collect();
        let name = |function| self.module.name_of(function);
        for special in pair.functions() {
            if let Some(other) = self.module.callers(special).find(|f| !wrapping.contains(f)) {
                return Err(format!("{} calls {} too", name(other), name(special)));
            }
            if self.module.is_stored(special) || self.module.is_exported(special) {
                return Err(format!("{} can be reached in other ways", name(special)));
            }
        }
        let mut found = Vec::new();
        for (function, shape) in wrappers {
            if self.module.is_stored(*function) || self.module.callers(*function).next().is_some() {
                return Err(format!("the module itself uses {}", name(*function)));
            }
            if pair.functions().any(|special| shape.count_of_calls(special) != 1) {
                return Err(format!("{} calls them more than once", name(*function)));
            }
            found.push(Wrapper { function: *function, target: pair.target_in(shape) });
        }
        let Pair { constructors, destructors } = pair;
        Ok(Wrapping::Wrapped(Wrapped { constructors, destructors, wrappers: found, evidence }))
    }

    /// Whether a function does nothing but call others, as what the linker and libc write.
    pub(super) fn is_list_of_calls(&self, function: u32) -> bool {
        let shape = shape(self.module, function);
        shape.is_plain_calls && shape.calls > 0
    }

    /// Whether a function does nothing but call others that nobody else calls, as
    /// constructors are.
    pub(super) fn is_list_of_own_calls(&self, function: u32) -> bool {
        let own = |callee: u32| self.module.callers(callee).all(|caller| caller == function);
        self.is_list_of_calls(function)
            && shape(self.module, function).callees.iter().all(|&callee| own(callee))
    }

    pub(super) fn all(&self, holds: impl Fn(&Shape) -> bool) -> bool {
        self.shapes.iter().all(|(_, shape)| holds(shape))
    }

    pub(super) fn any(&self, holds: impl Fn(&Shape) -> bool) -> bool {
        self.shapes.iter().any(|(_, shape)| holds(shape))
    }
}
