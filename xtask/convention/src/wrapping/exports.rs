//! The exported functions of a module: the shape of each, and what they have in common.

use std::collections::BTreeSet;

use super::shape::{Shape, shape};
use super::{CONSTRUCTORS, DESTRUCTORS, Evidence, WRAPPER_SUFFIX, Wrapped, Wrapper, Wrapping};
use crate::module::Module;

pub(super) const INLINED: &str = "a wrapper does not have the form that the linker writes: an \
     optimiser may have inlined the wrapped function into it, and perhaps the constructors as well";

/// The local functions that were exported when the module was linked, with their shapes.
pub(super) struct Exports<'m, 'a> {
    pub(super) module: &'m Module<'a>,
    pub(super) shapes: Vec<(u32, Shape)>,
    /// The constructors and the destructors function, found by the linker's names.
    pub(super) named: Pair,
}

/// The functions that are taken for the constructors and the destructors function.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) constructors: Option<u32>,
    pub(super) destructors: Option<u32>,
}

impl Pair {
    /// The function that a function of this shape wraps with calls of this pair; `None` if it has
    /// not the form of a wrapper.
    pub(super) fn target_in(self, shape: &Shape) -> Option<u32> {
        shape.target(self.constructors, self.destructors)
    }

    pub(super) fn functions(self) -> impl Iterator<Item = u32> {
        [self.constructors, self.destructors].into_iter().flatten()
    }
}

/// The exports that `wasm-opt --asyncify` and `--stack-check` add to a linked module. They are no
/// evidence about wrapping, because the linker has not seen them.
const ADDED_AFTER_LINKING: [&str; 6] = [
    "asyncify_start_unwind",
    "asyncify_stop_unwind",
    "asyncify_start_rewind",
    "asyncify_stop_rewind",
    ASYNCIFY_STATE,
    "__set_stack_limits",
];

/// The export that returns the global with asyncify's state. Every function that asyncify has
/// rewritten reads that global.
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

    /// Only the exports without a name, if the module has given names: the linker has not wrapped
    /// the named ones, because none is named `*.command_export`. All exports otherwise.
    pub(super) fn without_names(self) -> Self {
        let has_given_names = self.module.has_given_names();
        let is_named = |function: &u32| has_given_names && self.module.names.contains_key(function);
        let nameless = self.shapes.into_iter().filter(|(function, _)| !is_named(function));
        Exports { shapes: nameless.collect(), ..self }
    }

    /// Whether the function is named `*.command_export`, as the linker names wrappers.
    pub(super) fn is_named_wrapper(&self, function: u32) -> bool {
        self.module.names.get(&function).is_some_and(|name| name.ends_with(WRAPPER_SUFFIX))
    }

    /// Whether the module has an `_initialize` that runs the constructors and is not itself a
    /// wrapper, by its shape or by `is_wrapper`.
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

    /// The verdict for known wrappers, constructors and destructors. The error says why the
    /// wrapping cannot be taken out.
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
                return Err(format!("{} can be reached without the wrappers", name(special)));
            }
        }
        let mut found = Vec::new();
        for (function, shape) in wrappers {
            if self.module.is_stored(*function) || self.module.callers(*function).next().is_some() {
                return Err(format!("the module itself uses {}", name(*function)));
            }
            if pair.functions().any(|special| shape.count_of_calls(special) != 1) {
                return Err(format!(
                    "{} does not call the constructors and destructors exactly once",
                    name(*function)
                ));
            }
            found.push(Wrapper { function: *function, target: pair.target_in(shape) });
        }
        let Pair { constructors, destructors } = pair;
        Ok(Wrapping::Wrapped(Wrapped { constructors, destructors, wrappers: found, evidence }))
    }

    /// Whether a function only calls others, like the functions that the linker and libc write.
    pub(super) fn is_list_of_calls(&self, function: u32) -> bool {
        let shape = shape(self.module, function);
        shape.is_plain_calls && shape.calls > 0
    }

    /// Whether a function only calls others, which no other function calls: constructors are called
    /// by the constructors function only.
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
