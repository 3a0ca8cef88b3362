//! The verdict by position, where names do not decide: the places where the linker puts the
//! functions, and the instructions that only the linker writes.

use super::exports::{Exports, INLINED, Pair};
use super::shape::Shape;
use super::{Evidence, Wrapping};

impl Exports<'_, '_> {
    pub(super) fn by_position(&self) -> Wrapping {
        // An `_initialize` that begins with the same call as all other exports may be a wrapper
        // into which an optimiser has inlined the wrapped function.
        let begins_alike = |pair: Pair| {
            move |_, shape: &Shape| self.shapes.len() > 1 && shape.head == pair.constructors
        };
        let pair = match self.common_pair() {
            Ok(Some(pair)) if self.names_deny(pair) || self.is_no_evidence(pair) => {
                return Wrapping::Clean;
            }
            Ok(Some(pair)) if !self.initialises_itself(pair, begins_alike(pair)) => pair,
            Ok(None) => match self.why_some_may_be() {
                Some(why) => return Wrapping::Undecided { why },
                None => return Wrapping::Clean,
            },
            Ok(_) => return Wrapping::Clean,
            Err(why) => return Wrapping::Undecided { why },
        };
        let undecided = |why: &str| {
            let (subject, wrappers) = match self.shapes.len() {
                1 => ("its exported function calls another one", "a wrapper of the linker does"),
                _ => (
                    "every exported function calls the same function",
                    "the wrappers of the linker do",
                ),
            };
            let why = format!(
                "{subject} first or last, as {wrappers} and as hand-written code may; the linker's \
                 names are missing, and {why}"
            );
            Wrapping::Undecided { why }
        };
        if !self.all(|shape| pair.target_in(shape).is_some() && !shape.spills_results) {
            return undecided("not every export has exactly the form that the linker writes");
        }
        let last = self.module.exported_functions();
        let first_wrapper = self.module.functions() - last.len() as u32;
        if last.first() != Some(&first_wrapper) || last.len() != self.shapes.len() {
            return undecided("the exports are not the last functions of the module");
        }
        if let Some(c) = pair.constructors {
            if c != self.module.imported_functions {
                return undecided("the function called first is not the module's first one");
            }
            if !self.is_list_of_own_calls(c) {
                return undecided("the function called first does more than call constructors");
            }
        }
        if pair.destructors.is_some_and(|d| !self.is_list_of_calls(d)) {
            return undecided("the function called last does more than call destructors");
        }
        // Only the linker leaves a result on the stack over a later call; compilers spill it into a
        // local.
        let only_by_linker =
            pair.destructors.is_some() && self.shapes.iter().any(|(f, _)| self.has_results(*f));
        if pair.constructors.is_none() && !only_by_linker {
            return undecided("an export that flushes its output at the end has the same form");
        }
        let wrappers: Vec<_> = self.shapes.iter().collect();
        self.wrapped(&wrappers, pair, Evidence::Position).unwrap_or_else(|why| undecided(&why))
    }

    /// The verdict if the caller assumes that the module is wrapped. The error says which evidence
    /// contradicts the assumption, or why the wrapping cannot be taken out.
    pub(super) fn assumed(&self) -> Result<Wrapping, String> {
        let Some(pair) = self.common_pair()? else {
            return Err("the exported functions have no call in common".to_owned());
        };
        // One wrapper in the linker's form shows where the constructors end. Without any, an
        // optimiser may have inlined some of the constructors into the wrappers.
        let whole = |shape: &Shape| pair.target_in(shape).is_some();
        let both = pair.constructors.is_some() && pair.destructors.is_some();
        if !(self.all(whole) || both && self.any(whole)) {
            return Err(format!(
                "{INLINED}; run `patch` on the linker's output, before `wasm-opt`"
            ));
        }
        self.wrapped(&self.shapes.iter().collect::<Vec<_>>(), pair, Evidence::Assumed)
    }

    /// The call that every export begins with, and the one that every export ends with; `None` if
    /// there is neither. An error if the exports are `call a; call b` and nothing else, and either
    /// call may be that of the wrapped function.
    fn common_pair(&self) -> Result<Option<Pair>, String> {
        let Some((_, first)) = self.shapes.first() else { return Ok(None) };
        let head = first.head.filter(|_| self.all(|shape| shape.head == first.head));
        let tail = first.tail.filter(|_| self.all(|shape| shape.tail == first.tail));
        let pair = Pair { constructors: head, destructors: tail };
        let (Some(a), Some(b)) = (head, tail) else {
            return Ok(head.or(tail).map(|_| pair));
        };
        if !self.all(|shape| shape.calls == 2 && shape.is_plain_calls) || self.names_deny(pair) {
            return Ok(Some(pair));
        }
        // `call a; call b` and nothing else: one of the two is the wrapped function.
        let constructors = a == self.module.imported_functions && self.is_list_of_own_calls(a);
        match (constructors, self.is_list_of_calls(b)) {
            (true, false) => Ok(Some(Pair { destructors: None, ..pair })),
            (false, true) => Ok(Some(Pair { constructors: None, ..pair })),
            _ => Err(format!(
                "{name} only calls {a} and then {b}; either may be the wrapped function, and the \
                 linker's names are missing",
                name = self.module.name_of(self.shapes[0].0),
                a = self.module.name_of(a),
                b = self.module.name_of(b),
            )),
        }
    }

    /// Whether given names show that nothing is wrapped: in a module that has kept its names,
    /// wrappers would have the linker's names, and these functions have others. Generated names
    /// show nothing, and neither does `__wasm_call_dtors`, which is libc's.
    fn names_deny(&self, pair: Pair) -> bool {
        let is_given = |function: u32| self.module.given_name(function).is_some();
        let targets = self.shapes.iter().filter_map(|(_, shape)| pair.target_in(shape));
        let mut around = pair.functions().filter(|f| self.named.destructors != Some(*f));
        around.any(is_given) || targets.into_iter().any(is_given)
    }

    /// Whether there is only one export and other code calls the same functions, or stores them.
    /// Then nothing suggests a wrapper: only wrappers call the linker's functions.
    fn is_no_evidence(&self, pair: Pair) -> bool {
        let [(export, _)] = self.shapes[..] else { return false };
        let module = self.module;
        let is_reachable = |caller: u32| {
            module.is_stored(caller)
                || module.is_exported(caller)
                || module.callers(caller).next().is_some()
        };
        let is_shared = |special: u32| {
            module.is_stored(special)
                || module.callers(special).any(|caller| caller != export && is_reachable(caller))
        };
        pair.functions().all(is_shared)
    }

    fn has_results(&self, function: u32) -> bool {
        let ty = self.module.function_type(self.module.type_of(function));
        !ty.results().is_empty()
    }
}
