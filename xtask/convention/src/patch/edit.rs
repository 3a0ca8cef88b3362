//! What is to be changed in a module: the passes collect it, `write.rs` carries it out.
//!
//! Functions and globals keep their numbers, and code keeps its place: new functions come last,
//! what is taken out of a body is overwritten. So whatever else speaks of numbers and places, the
//! debug information most of all, stays true.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use wasmparser::ExternalKind;

use crate::module::Module;

/// The changes to one module.
pub(super) struct Edit<'m, 'a> {
    pub(super) module: &'m Module<'a>,
    /// Every export that is left, in order.
    pub(super) exports: Vec<Export<'a>>,
    /// The function that runs while the module is instantiated.
    pub(super) start: Option<Function>,
    /// What comes behind the module's own functions.
    pub(super) added: Vec<OnceFunction>,
    /// Functions that nobody needs any more, and nobody refers to.
    pub(super) removed: BTreeSet<u32>,
    /// By function: those whose calls are taken out of it. They take and answer nothing.
    pub(super) silenced: BTreeMap<u32, Vec<u32>>,
    /// Whoever refers to the first refers to the second instead, but for added functions.
    pub(super) redirected: Option<(u32, Function)>,
    /// By function: its new name, where it has one.
    pub(super) renamed: BTreeMap<u32, String>,
    /// Functions whose references are taken in code, and that may be declared by nothing else.
    pub(super) declared: BTreeSet<u32>,
    first_added: OnceCell<u32>,
}

/// An export that is left.
pub(super) struct Export<'a> {
    pub(super) name: &'a str,
    pub(super) kind: ExternalKind,
    pub(super) item: Item,
}

/// What is exported.
#[derive(Clone, Copy)]
pub(super) enum Item {
    /// A function.
    Function(Function),
    /// Something else, by its number.
    Other(u32),
}

/// A function, before the numbers of new ones are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    /// One of the module's, by its number.
    Old(u32),
    /// One of those that are added, in order.
    New(usize),
}

/// A function that calls others the first time that it is called.
pub(super) struct OnceFunction {
    pub(super) name: &'static str,
    /// The name of the global by which it knows that it has been called.
    pub(super) flag: &'static str,
    /// What it does when it is called again.
    pub(super) again: Again,
    /// What it calls, in order. They take and answer nothing.
    pub(super) calls: Vec<Function>,
}

/// What a function does that is to run once, when it is called again.
#[derive(Clone, Copy)]
pub(super) enum Again {
    /// It returns.
    Return,
    /// It traps.
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

    /// The function that is exported under that name.
    pub(super) fn exported(&self, name: &str) -> Option<Function> {
        let export = self.exports.iter().find(|export| export.name == name)?;
        match export.item {
            Item::Function(function) => Some(function),
            Item::Other(_) => None,
        }
    }

    /// Exports a function under that name, in place of what is exported so.
    pub(super) fn export(&mut self, name: &'static str, function: Function) {
        let export = Export { name, kind: ExternalKind::Func, item: Item::Function(function) };
        match self.exports.iter_mut().find(|export| export.name == name) {
            Some(old) => *old = export,
            None => self.exports.push(export),
        }
    }

    /// The number of the first function that is added, once all passes are done. The last functions
    /// of the module are left out where they are removed, any others are left without a body.
    pub(super) fn first_added(&self) -> u32 {
        *self.first_added.get_or_init(|| {
            let mut first = self.module.functions();
            while first.checked_sub(1).is_some_and(|last| self.removed.contains(&last)) {
                first -= 1;
            }
            first
        })
    }

    /// The number of a function afterwards.
    pub(super) fn number(&self, function: Function) -> u32 {
        match function {
            Function::Old(number) => number,
            Function::New(place) => self.first_added() + place as u32,
        }
    }

    /// The number of the global by which an added function knows that it has been called.
    pub(super) fn flag(&self, place: usize) -> u32 {
        self.module.global_count() + place as u32
    }

    /// Which number a reference to a function has to have in place of its own, if it is another.
    pub(super) fn redirect(&self, function: u32) -> Option<u32> {
        let (from, to) = self.redirected?;
        (from == function).then(|| self.number(to))
    }
}
