//! [`Interface`]: the exports and imports that all implementations have in common.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use polyreactor_contract::{ALLOC, Contract, CoreType, Draft, FREE, FuncType, Signature};

use crate::plugin::implementation::Implementation;
use crate::suite;

/// The functions of a plugin, with their types.
#[derive(Debug, Clone, Default)]
pub struct Interface {
    /// The exports that can be called.
    pub exports: Vec<Export>,
    /// The host functions that some implementation imports.
    pub imports: Vec<Import>,
    /// Exports that are not called, because runtimes add functions of these names: `malloc`, say.
    pub not_called: Vec<String>,
}

/// An export.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Export {
    /// The name.
    pub name: String,
    /// The type that the contract declares; without a contract, the type that the core type stands
    /// for, with parameters `a`, `b`, …. It has no result where the core type has several.
    pub signature: Signature,
    /// Whether a contract declares the type.
    pub is_declared: bool,
}

/// A host function.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Import {
    /// The module that guests import the function from.
    pub module: String,
    /// The name.
    pub name: String,
    /// The type that the contract declares, or that the core type stands for.
    pub signature: Signature,
}

impl Interface {
    /// The interface of the implementations.
    ///
    /// # Errors
    ///
    /// Where two implementations do not have the same exports with the same types. The message
    /// lists all differences.
    pub(crate) fn of(implementations: &[Implementation]) -> Result<Self> {
        let mut faults = String::new();
        let mut interface = Interface::default();
        for (number, implementation) in implementations.iter().enumerate() {
            let own = Interface::of_one(implementation)?;
            for import in own.imports {
                match interface.imports.iter().find(|known| is_same_name(known, &import)) {
                    None => interface.imports.push(import),
                    Some(known) if known.signature == import.signature => {}
                    Some(known) => {
                        let Import { module, name, signature } = &import;
                        let label = &implementation.label;
                        let _ = write!(
                            faults,
                            "\n  `{label}` imports `{module}.{name}{signature}`, another one \
                             `{module}.{name}{}`",
                            known.signature
                        );
                    }
                }
            }
            match number {
                0 => (interface.exports, interface.not_called) = (own.exports, own.not_called),
                _ => {
                    let first = &implementations[0].label;
                    interface.compare(&own.exports, first, &implementation.label, &mut faults);
                }
            }
        }
        if !faults.is_empty() {
            bail!(
                "the implementations do not have the same interface, so their calls can't be \
                 compared:{faults}\nhelp: build all of them from one `plugin.toml`"
            );
        }
        if interface.exports.is_empty() {
            bail!("the implementations export no function that can be called");
        }
        Ok(interface)
    }

    /// The interface as suites are checked against it.
    pub(crate) fn for_suite(&self) -> suite::Interface {
        let exports = self.exports.iter().map(|Export { name, signature, .. }| suite::Export {
            name: name.clone(),
            signature: Some(signature.clone()),
            ty: signature.lowered(),
        });
        let imports = self.imports.iter().map(|import| suite::HostFunction {
            module: import.module.clone(),
            name: import.name.clone(),
            signature: import.signature.clone(),
        });
        suite::Interface { exports: exports.collect(), imports: imports.collect() }
    }

    /// The number of the export `name`.
    pub fn export(&self, name: &str) -> Option<usize> {
        self.exports.iter().position(|export| export.name == name)
    }

    fn of_one(implementation: &Implementation) -> Result<Self> {
        let Implementation { label, reactor, .. } = implementation;
        let contract = reactor.contract();
        let (mut exports, mut not_called) = (Vec::new(), Vec::new());
        for (name, core) in reactor.exports() {
            if [ALLOC, FREE].contains(&name) {
                continue;
            }
            let declared = contract.and_then(|contract| contract.export(name));
            let signature = match declared {
                Some(signature) => signature.clone(),
                None if is_allocator_like(name) => {
                    not_called.push(name.to_owned());
                    continue;
                }
                None => match signature(core) {
                    Some(signature) => signature,
                    None => bail!(
                        "`{label}`: the type of the export `{name}` is {core}, and only numbers can \
                         be generated without a contract\nhelp: declare it in `plugin.toml`, or \
                         leave it out"
                    ),
                },
            };
            exports.push(Export {
                name: name.to_owned(),
                signature,
                is_declared: declared.is_some(),
            });
        }
        // A contract's order is the author's, a module's order is the compiler's.
        exports.sort_by_key(|export| {
            let declared = contract.map_or(&[][..], Contract::exports);
            let at = declared.iter().position(|function| function.name == export.name);
            (at.unwrap_or(usize::MAX), export.name.clone())
        });
        let mut imports = Vec::new();
        for (module, name, core) in reactor.host_imports() {
            let declared = contract.and_then(|contract| contract.import(module, name));
            let Some(signature) = declared.cloned().or_else(|| signature(core)) else {
                bail!(
                    "`{label}` imports `{module}.{name}` of the type {core}, which is not supported"
                );
            };
            imports.push(Import { module: module.to_owned(), name: name.to_owned(), signature });
        }
        Ok(Interface { exports, imports, not_called })
    }

    fn compare(&self, other: &[Export], first: &str, second: &str, faults: &mut String) {
        for export in &self.exports {
            let name = &export.name;
            let _ = match other.iter().find(|other| other.name == *name) {
                None => write!(faults, "\n  `{first}` exports `{name}`, and `{second}` does not"),
                Some(other) if other.signature == export.signature => continue,
                Some(other) => write!(
                    faults,
                    "\n  `{first}` exports `{name}{}`, `{second}` exports `{name}{}`",
                    export.signature, other.signature
                ),
            };
        }
        for export in other {
            let name = &export.name;
            if self.export(name).is_none() {
                let _ = write!(faults, "\n  `{second}` exports `{name}`, and `{first}` does not");
            }
        }
    }
}

fn is_same_name(one: &Import, other: &Import) -> bool {
    one.module == other.module && one.name == other.name
}

/// Whether an undeclared export is one of those that runtimes add.
fn is_allocator_like(name: &str) -> bool {
    ["cabi_realloc", "malloc", "free", "_initialize", "_start"].contains(&name)
}

/// The signature that a core type stands for: integers are signed, and a function with several
/// results has none. `None` where a parameter is no number.
fn signature(core: &FuncType) -> Option<Signature> {
    let word = |ty: &CoreType| match ty {
        CoreType::I32 => Some("s32"),
        CoreType::I64 => Some("s64"),
        CoreType::F32 => Some("f32"),
        CoreType::F64 => Some("f64"),
        CoreType::Other(_) => None,
    };
    let names = ('a'..='z').map(String::from).chain((0..).map(|number| format!("p{number}")));
    let parameters = core.params.iter().zip(names);
    let parameters = parameters.map(|(ty, name)| Some(format!("{name}: {}", word(ty)?)));
    let parameters = parameters.collect::<Option<Vec<_>>>()?.join(", ");
    let result = match &core.results[..] {
        [one] => format!(" -> {}", word(one)?),
        _ => String::new(),
    };
    let mut draft = Draft::default();
    draft.exports.push(("f".into(), format!("({parameters}){result}")));
    draft.check().ok()?.export("f").cloned()
}
