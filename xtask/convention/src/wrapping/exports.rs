//! The evidence: the exported functions of a module in; a verdict about all of them out.

use std::collections::BTreeSet;

use super::shape::{Shape, shape};
use super::{
    CONSTRUCTORS, DESTRUCTORS, Evidence, WRAPPER_SUFFIX, Wrapped, Wrapper, Wrapping, tangled,
};
use crate::module::Module;

const INLINED: &str = "the bodies of wrapped functions were put into their wrappers, and perhaps \
     the constructors as well";

/// The exported local functions, and what each looks like.
pub(super) struct Exports<'m, 'a> {
    module: &'m Module<'a>,
    shapes: Vec<(u32, Shape)>,
}

/// The constructors and the destructors function, as one reading of the wrappers has them.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Pair {
    constructors: Option<u32>,
    destructors: Option<u32>,
}

impl Pair {
    /// What a function of that shape wraps, with the two calls of this pair around it.
    fn target_in(self, shape: &Shape) -> Option<u32> {
        shape.target(self.constructors, self.destructors)
    }
}

impl<'m, 'a> Exports<'m, 'a> {
    pub(super) fn of(module: &'m Module<'a>) -> Self {
        let functions = module.exported_functions().into_iter();
        Exports { module, shapes: functions.map(|f| (f, shape(module, f))).collect() }
    }

    /// Whether the name section says what every exported function is called.
    pub(super) fn are_named(&self) -> bool {
        self.shapes.iter().all(|(function, _)| self.module.names.contains_key(function))
    }

    pub(super) fn by_name(&self) -> Wrapping {
        let named = |name| self.module.named(name).filter(|&f| self.module.is_local(f));
        let (constructors, destructors) = (named(CONSTRUCTORS), named(DESTRUCTORS));
        // Who calls the constructors by himself is not wrapped (R012 has them run once).
        let is_wrapper = |function: u32| self.module.names[&function].ends_with(WRAPPER_SUFFIX);
        if !self.shapes.iter().any(|(function, _)| is_wrapper(*function)) {
            return Wrapping::Clean;
        }
        let pair = Pair {
            constructors: constructors.filter(|&c| self.any(|shape| shape.head == Some(c))),
            destructors: destructors.filter(|&d| self.any(|shape| shape.tail == Some(d))),
        };
        let uniform = self.all(|shape| {
            pair.constructors.is_none_or(|c| shape.head == Some(c))
                && pair.destructors.is_none_or(|d| shape.tail == Some(d))
        });
        let something = pair.constructors.or(pair.destructors).is_some();
        if self.initialises_itself(pair, |function, _| is_wrapper(function)) {
            return Wrapping::Clean;
        }
        if !(something && uniform) {
            return tangled(
                "the names say that the linker wrapped the exports, \
                 but not all of them call the constructors or destructors any more",
            );
        }
        let whole = self.all(|shape| pair.target_in(shape).is_some());
        let both = pair.constructors.is_some() && pair.destructors.is_some();
        if !(whole || both) {
            return tangled(INLINED);
        }
        self.wrapped(pair, Evidence::Names).unwrap_or_else(|why| Wrapping::Tangled { why })
    }

    pub(super) fn by_position(&self) -> Wrapping {
        // One that begins as all the others do may be a wrapper that was optimised.
        let begins_so = |pair: Pair| {
            move |_, shape: &Shape| self.shapes.len() > 1 && shape.head == pair.constructors
        };
        let pair = match self.common_pair() {
            Ok(Some(pair)) if !self.initialises_itself(pair, begins_so(pair)) => pair,
            Ok(None) if self.some_look_wrapped() => {
                return Wrapping::Undecided {
                    why: "some exported functions look as the linker writes wrappers, and some \
                          do not; the names are gone"
                        .to_owned(),
                };
            }
            Ok(_) => return Wrapping::Clean,
            Err(why) => return Wrapping::Undecided { why },
        };
        let undecided = |why: &str| Wrapping::Undecided {
            why: format!(
                "every exported function calls the same function first or last, as a \
                 linker's wrappers do and as people write too; the names are gone, and {why}"
            ),
        };
        if !self.all(|shape| pair.target_in(shape).is_some() && !shape.spills_results) {
            return undecided("not all of them look as the linker writes them");
        }
        let last = self.module.exported_functions();
        let first_wrapper = self.module.functions() - last.len() as u32;
        if last.first() != Some(&first_wrapper) {
            return undecided("they are not the last functions of the module");
        }
        if let Some(c) = pair.constructors {
            if c != self.module.imported_functions {
                return undecided("what they call first is not the first function of the module");
            }
            if !self.is_list_of_own_calls(c) {
                return undecided("what they call first does more than call constructors");
            }
        }
        if pair.destructors.is_some_and(|d| !self.is_list_of_calls(d)) {
            return undecided("what they call last does more than call destructors");
        }
        // Compilers spill a result that is wanted after another call; the linker does not.
        let only_linkers =
            pair.destructors.is_some() && self.shapes.iter().any(|(f, _)| self.has_results(*f));
        if pair.constructors.is_none() && !only_linkers {
            return undecided("a function that flushes its output looks just the same");
        }
        self.wrapped(pair, Evidence::Position).unwrap_or_else(|why| undecided(&why))
    }

    pub(super) fn assumed(&self) -> Result<Wrapping, String> {
        let Some(pair) = self.common_pair()? else {
            return Err("the exported functions have no call in common".to_owned());
        };
        // One wrapper as the linker wrote it shows where the constructors end; where none is
        // left, some of them may have been put into the wrappers.
        let whole = |shape: &Shape| pair.target_in(shape).is_some();
        let both = pair.constructors.is_some() && pair.destructors.is_some();
        if !(self.all(whole) || both && self.any(whole)) {
            return Err(format!("{INLINED}; patch what the linker wrote, before `wasm-opt`"));
        }
        self.wrapped(pair, Evidence::Assumed)
    }

    /// The reading in which every export begins with the same call, or ends with the same
    /// call, or both; an error where there are two readings.
    fn common_pair(&self) -> Result<Option<Pair>, String> {
        let Some((_, first)) = self.shapes.first() else { return Ok(None) };
        let head = first.head.filter(|_| self.all(|shape| shape.head == first.head));
        let tail = first.tail.filter(|_| self.all(|shape| shape.tail == first.tail));
        let pair = Pair { constructors: head, destructors: tail };
        let (Some(a), Some(b)) = (head, tail) else {
            return Ok(head.or(tail).map(|_| pair));
        };
        if !self.all(|shape| shape.calls == 2 && shape.is_plain_calls) {
            return Ok(Some(pair));
        }
        // `call a; call b` and nothing else: one of the two is what is exported.
        let constructors = a == self.module.imported_functions && self.is_list_of_own_calls(a);
        match (constructors, self.is_list_of_calls(b)) {
            (true, false) => Ok(Some(Pair { destructors: None, ..pair })),
            (false, true) => Ok(Some(Pair { constructors: None, ..pair })),
            _ => Err(format!(
                "all that is exported is {name}, which calls {a} and then {b}; either may be the \
                 function that was meant, and the names are gone",
                name = self.module.name_of(self.shapes[0].0),
                a = self.module.name_of(a),
                b = self.module.name_of(b),
            )),
        }
    }

    /// Whether an export of a module that nobody initialises looks as if the linker had written
    /// it, whatever the others look like.
    fn some_look_wrapped(&self) -> bool {
        let first = self.module.imported_functions;
        let looks = |shape: &Shape| {
            shape.head == Some(first) && shape.target(shape.head, shape.tail).is_some()
        };
        self.module.exported_function("_initialize").is_none()
            && self.any(looks)
            && self.is_list_of_own_calls(first)
    }

    /// Whether the module's own `_initialize` runs the constructors, other than by being
    /// wrapped itself, as `is_wrapper` has it.
    fn initialises_itself(&self, pair: Pair, is_wrapper: impl Fn(u32, &Shape) -> bool) -> bool {
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

    /// The verdict, once it is clear which functions are the constructors and destructors;
    /// else what stands in the way of taking the wrapping out.
    fn wrapped(&self, pair: Pair, evidence: Evidence) -> Result<Wrapping, String> {
        let exported: BTreeSet<u32> = self.shapes.iter().map(|(function, _)| *function).collect();
        let name = |function| self.module.name_of(function);
        for special in [pair.constructors, pair.destructors].into_iter().flatten() {
            if let Some(other) = self.module.callers(special).find(|f| !exported.contains(f)) {
                return Err(format!("{} calls {} too", name(other), name(special)));
            }
            if self.module.is_stored(special) || exported.contains(&special) {
                return Err(format!("{} can be reached in other ways", name(special)));
            }
        }
        let mut wrappers = Vec::new();
        for (function, shape) in &self.shapes {
            if self.module.is_stored(*function) || self.module.callers(*function).next().is_some() {
                return Err(format!("the module itself uses {}", name(*function)));
            }
            let calls = |special| shape.count_of_calls(special);
            if pair.constructors.is_some_and(|c| calls(c) != 1)
                || pair.destructors.is_some_and(|d| calls(d) != 1)
            {
                return Err(format!("{} calls them more than once", name(*function)));
            }
            wrappers.push(Wrapper { function: *function, target: pair.target_in(shape) });
        }
        let Pair { constructors, destructors } = pair;
        Ok(Wrapping::Wrapped(Wrapped { constructors, destructors, wrappers, evidence }))
    }

    fn has_results(&self, function: u32) -> bool {
        let ty = self.module.function_type(self.module.type_of(function));
        !ty.results().is_empty()
    }

    /// Whether a function does nothing but call others, as what the linker and libc write.
    fn is_list_of_calls(&self, function: u32) -> bool {
        let shape = shape(self.module, function);
        shape.is_plain_calls && shape.calls > 0
    }

    /// Whether a function does nothing but call others that nobody else calls, as
    /// constructors are.
    fn is_list_of_own_calls(&self, function: u32) -> bool {
        let own = |callee: u32| self.module.callers(callee).all(|caller| caller == function);
        self.is_list_of_calls(function)
            && shape(self.module, function).callees.iter().all(|&callee| own(callee))
    }

    fn all(&self, holds: impl Fn(&Shape) -> bool) -> bool {
        self.shapes.iter().all(|(_, shape)| holds(shape))
    }

    fn any(&self, holds: impl Fn(&Shape) -> bool) -> bool {
        self.shapes.iter().any(|(_, shape)| holds(shape))
    }
}
