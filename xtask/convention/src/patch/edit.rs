//! An `Edit`: the changes to a module, which the passes collect and `write.rs` carries out.
//!
//! Functions and globals keep their indices, and code keeps its offsets: new functions are added at
//! the end, and removed instructions are overwritten with `nop`. So everything else that refers to
//! indices and offsets, above all the debug information, stays correct.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use wasmparser::ExternalKind;

use crate::module::Module;

/// The changes to one module.
pub(super) struct Edit<'m, 'a> {
    pub(super) module: &'m Module<'a>,
    /// The exports of the new module, in order.
    pub(super) exports: Vec<Export<'a>>,
    /// The function of the start section.
    pub(super) start: Option<Function>,
    /// New functions, which follow those of the module.
    pub(super) added: Vec<OnceFunction>,
    /// Functions to remove: nothing in the new module refers to them.
    pub(super) removed: BTreeSet<u32>,
    /// By function: the callees whose calls are overwritten with `nop` in its body. The callees
    /// have the type `() -> ()`, so their calls do not touch the operand stack.
    pub(super) silenced: BTreeMap<u32, Vec<u32>>,
    /// All references to the first function become references to the second, except those in added
    /// functions.
    pub(super) redirected: Option<(u32, Function)>,
    /// By function: its new name in the name section.
    pub(super) renamed: BTreeMap<u32, String>,
    /// Functions that code refers to by `ref.func`, and that may have been declared for it by their
    /// export only, which is removed. They get a declarative element segment.
    pub(super) declared: BTreeSet<u32>,
    first_added: OnceCell<u32>,
}

/// An export of the new module.
pub(super) struct Export<'a> {
    pub(super) name: &'a str,
    pub(super) kind: ExternalKind,
    pub(super) item: Item,
}

/// The item behind an export.
#[derive(Clone, Copy)]
pub(super) enum Item {
    /// A function.
    Function(Function),
    /// An item of another kind, by its index.
    Other(u32),
}

/// A function of the new module, while the indices of added functions are not known yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    /// A function of the old module, by its index.
    Old(u32),
    /// An added function, by its position in `Edit::added`.
    New(usize),
}

/// A new function with a once-guard: it calls other functions only at its first call.
pub(super) struct OnceFunction {
    pub(super) name: &'static str,
    /// The name of the new global that is 1 once the function has been called.
    pub(super) flag: &'static str,
    /// The behaviour at later calls.
    pub(super) again: Again,
    /// The functions to call, in order. Their type is `() -> ()`.
    pub(super) calls: Vec<Function>,
}

/// The behaviour of a [`OnceFunction`] at later calls.
#[derive(Clone, Copy)]
pub(super) enum Again {
    /// Return.
    Return,
    /// Trap.
    Trap,
}

impl<'m, 'a> Edit<'m, 'a> {
    pub(super) fn of(module: &'m Module<'a>) -> Self {
        let exports = module.exports.iter().map(|export| Export {
            name: export.name,
            kind: export.kind,
            item: match export.kind {
                ExternalKind::Func | ExternalKind::FuncExact => {
                    Item::Function(Function::Old(export.index))
                }
                _ => Item::Other(export.index),
            },
        });
        Edit {
            module,
            exports: exports.collect(),
            start: module.start.map(Function::Old),
            added: Vec::new(),
            removed: BTreeSet::new(),
            silenced: BTreeMap::new(),
            redirected: None,
            renamed: BTreeMap::new(),
            declared: BTreeSet::new(),
            first_added: OnceCell::new(),
        }
    }

    pub(super) fn add(&mut self, function: OnceFunction) -> Function {
        self.added.push(function);
        Function::New(self.added.len() - 1)
    }

    /// The function exported under `name`; `None` if there is no such export or it is no function.
    pub(super) fn exported(&self, name: &str) -> Option<Function> {
        let export = self.exports.iter().find(|export| export.name == name)?;
        match export.item {
            Item::Function(function) => Some(function),
            Item::Other(_) => None,
        }
    }

    /// Exports a function under `name`, and replaces an export of that name.
    pub(super) fn export(&mut self, name: &'static str, function: Function) {
        let export = Export { name, kind: ExternalKind::Func, item: Item::Function(function) };
        match self.exports.iter_mut().find(|export| export.name == name) {
            Some(old) => *old = export,
            None => self.exports.push(export),
        }
    }

    /// The index of the first added function. To be called only after all passes, since the result
    /// is cached. Removed functions at the end of the module are dropped; a removed function before
    /// them keeps its index, with a stub for a body.
    pub(super) fn first_added(&self) -> u32 {
        *self.first_added.get_or_init(|| {
            let mut first = self.module.functions();
            while first.checked_sub(1).is_some_and(|last| self.removed.contains(&last)) {
                first -= 1;
            }
            first
        })
    }

    /// The index of a function in the new module.
    pub(super) fn number(&self, function: Function) -> u32 {
        match function {
            Function::Old(number) => number,
            Function::New(place) => self.first_added() + place as u32,
        }
    }

    /// The index of the new global that is the flag of the added function at `place`.
    pub(super) fn flag(&self, place: usize) -> u32 {
        self.module.global_count() + place as u32
    }

    /// The index that a reference to `function` gets in the new module; `None` if unchanged.
    pub(super) fn redirect(&self, function: u32) -> Option<u32> {
        let (from, to) = self.redirected?;
        (from == function).then(|| self.number(to))
    }
}
