//! The verdict by the linker's names in the name section.

use super::exports::{Exports, INLINED, Pair};
use super::shape::Shape;
use super::{Evidence, Wrapping, tangled};

impl Exports<'_, '_> {
    /// Whether names that only the linker and libc give show that exports are wrappers: an export
    /// is named `*.command_export`, or every exported function calls `__wasm_call_dtors` last.
    pub(super) fn are_wrapped_by_name(&self) -> bool {
        let destructors = self.named.destructors;
        let calls_dtors_last = |shape: &Shape| destructors.is_some() && shape.tail == destructors;
        self.shapes.iter().any(|(function, _)| self.is_named_wrapper(*function))
            || !self.shapes.is_empty() && self.all(calls_dtors_last)
    }

    /// The verdict if [`Exports::are_wrapped_by_name`]. Other exports beside the wrappers, such as
    /// those that a later tool added, are not wrapped and stay unchanged.
    pub(super) fn by_name(&self) -> Wrapping {
        let named = self.named;
        let calls_dtors_last =
            |shape: &Shape| named.destructors.is_some_and(|d| shape.tail == Some(d));
        let is_wrapper =
            |f: u32, shape: &Shape| self.is_named_wrapper(f) || calls_dtors_last(shape);
        let wrappers: Vec<_> =
            self.shapes.iter().filter(|(function, shape)| is_wrapper(*function, shape)).collect();
        let pair = Pair {
            constructors: named
                .constructors
                .filter(|&c| wrappers.iter().any(|(_, shape)| shape.head == Some(c))),
            destructors: named
                .destructors
                .filter(|&d| wrappers.iter().any(|(_, shape)| shape.tail == Some(d))),
        };
        if self.initialises_itself(pair, is_wrapper) {
            return Wrapping::Clean;
        }
        let uniform = wrappers.iter().all(|(_, shape)| {
            pair.constructors.is_none_or(|c| shape.head == Some(c))
                && pair.destructors.is_none_or(|d| shape.tail == Some(d))
        });
        if !uniform || pair.functions().next().is_none() {
            return tangled(
                "the names say that the linker wrapped the exports, \
                 but not all of them call the constructors or destructors any more",
            );
        }
        let whole = wrappers.iter().all(|(_, shape)| pair.target_in(shape).is_some());
        let both = pair.constructors.is_some() && pair.destructors.is_some();
        if !(whole || both) {
            return tangled(INLINED);
        }
        self.wrapped(&wrappers, pair, Evidence::Names)
            .unwrap_or_else(|why| Wrapping::Tangled { why })
    }
}
