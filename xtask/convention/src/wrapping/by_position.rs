//! The verdict by position, where no names tell: the places where the linker puts the functions,
//! and the instructions that only it writes.

use super::exports::{Exports, INLINED, Pair};
use super::shape::Shape;
use super::{Evidence, Wrapping};

impl Exports<'_, '_> {
    pub(super) fn by_position(&self) -> Wrapping {
        // One that begins as all the others do may be a wrapper that was optimised.
        let begins_so = |pair: Pair| {
            move |_, shape: &Shape| self.shapes.len() > 1 && shape.head == pair.constructors
        };
        let pair = match self.common_pair() {
            Ok(Some(pair)) if self.names_deny(pair) || self.is_no_evidence(pair) => {
                return Wrapping::Clean;
            }
            Ok(Some(pair)) if !self.initialises_itself(pair, begins_so(pair)) => pair,
            Ok(None) => match self.why_some_may_be() {
                Some(why) => return Wrapping::Undecided { why },
                None => return Wrapping::Clean,
            },
            Ok(_) => return Wrapping::Clean,
            Err(why) => return Wrapping::Undecided { why },
        };
        let undecided = |why: &str| {
            let (subject, people) = match self.shapes.len() {
                1 => ("its exported function calls another one", "a linker's wrapper does"),
                _ => ("every exported function calls the same function", "a linker's wrappers do"),
            };
            let why = format!(
                "{subject} first or last, as {people} and as people write too; the names are \
                 gone, and {why}"
            );
            Wrapping::Undecided { why }
        };
        if !self.all(|shape| pair.target_in(shape).is_some() && !shape.spills_results) {
            return undecided("not all of them look as the linker writes them");
        }
        let last = self.module.exported_functions();
        let first_wrapper = self.module.functions() - last.len() as u32;
        if last.first() != Some(&first_wrapper) || last.len() != self.shapes.len() {
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
        let wrappers: Vec<_> = self.shapes.iter().collect();
        self.wrapped(&wrappers, pair, Evidence::Position).unwrap_or_else(|why| undecided(&why))
    }

    /// The verdict where a person has said that the module is wrapped.
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
        self.wrapped(&self.shapes.iter().collect::<Vec<_>>(), pair, Evidence::Assumed)
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
        if !self.all(|shape| shape.calls == 2 && shape.is_plain_calls) || self.names_deny(pair) {
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

    /// Whether the author's names show that nothing is wrapped: where names have been kept, the
    /// linker's are among them, and these are others. Names that a tool made up for a module
    /// without names show nothing; nor does `__wasm_call_dtors`, which is libc's.
    fn names_deny(&self, pair: Pair) -> bool {
        let is_given = |function: u32| self.module.given_name(function).is_some();
        let targets = self.shapes.iter().filter_map(|(_, shape)| pair.target_in(shape));
        let mut around = pair.functions().filter(|f| self.named.destructors != Some(*f));
        around.any(is_given) || targets.into_iter().any(is_given)
    }

    /// Whether there is only one export, so that nothing speaks for a wrapper but a call of what
    /// others call as well. The linker's are called by wrappers only.
    fn is_no_evidence(&self, pair: Pair) -> bool {
        let [(export, _)] = self.shapes[..] else { return false };
        let module = self.module;
        let is_alive = |caller: u32| {
            module.is_stored(caller)
                || module.is_exported(caller)
                || module.callers(caller).next().is_some()
        };
        let is_shared = |special: u32| {
            module.is_stored(special)
                || module.callers(special).any(|caller| caller != export && is_alive(caller))
        };
        pair.functions().all(is_shared)
    }

    fn has_results(&self, function: u32) -> bool {
        let ty = self.module.function_type(self.module.type_of(function));
        !ty.results().is_empty()
    }
}
