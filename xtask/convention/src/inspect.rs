//! Inspection of a module: bytes in, an [`Inspection`] out.

use std::collections::HashMap;

use polyreactor_contract::{Broken, Contract, FuncType};
use serde::{Serialize, Serializer};
use wasmparser::types::CoreTypeId;
use wasmparser::{ExternalKind, TypeRef};

use crate::constructors::{self, Constructors};
use crate::language;
use crate::module::Module;
use crate::producers::{self, Language, Tool};
use crate::types::{core_type, func_type, ref_type};
use crate::wrapping::{self, Wrapping};
use crate::{ExternType, Malformed, MemoryType, Platform, Proposal};

/// The properties of a core module that the convention is about, and some that help its users.
///
/// [`inspect`] makes it; it serialises to JSON with serde.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Inspection {
    /// The size of the whole module, in bytes.
    pub size_bytes: usize,
    /// The source language of most of the module's code; `None` where the bytes do not show it.
    pub language: Option<Language>,
    /// The compiler; `None` where the bytes do not show it.
    pub compiler: Option<Tool>,
    /// The tools that processed the module, from its `producers` section.
    pub producers: Vec<Tool>,
    /// The platform other than WASI that the module was built for; `None` for WASI.
    pub platform: Option<Platform>,
    /// The proposals beyond WebAssembly 2.0 that the module uses: an engine may lack them (R014).
    pub proposals: Vec<Proposal>,
    /// The imports, in the order of the module.
    pub imports: Vec<Import>,
    /// The exports, in the order of the module.
    pub exports: Vec<Export>,
    /// The linear memories, imported ones first.
    pub memories: Vec<MemoryType>,
    /// What the start section can reach; `None` without a start section (R005).
    pub start: Option<Start>,
    /// The sections, in the order of the module; custom sections under their own names.
    pub sections: Vec<Section>,
    /// The contract in the section `polyreactor.contract`, or why it cannot be read; `None`
    /// without that section (R009).
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "contract_or_error")]
    pub contract: Option<Result<Contract, Broken>>,
    /// Whether the linker wrapped the exports as those of a command (R003).
    pub wrapping: Wrapping,
    /// Which code runs the static constructors (R012). [`Constructors::Once`] where the exports
    /// are wrapped or may be.
    pub constructors: Constructors,
}

/// An import of a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Import {
    /// The name of the module that the import comes from.
    pub module: String,
    /// The name of the import in that module.
    pub name: String,
    /// The type that the import must have.
    #[serde(rename = "type")]
    pub ty: ExternType,
}

/// An export of a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Export {
    /// The name of the export.
    pub name: String,
    /// The type of the export.
    #[serde(rename = "type")]
    pub ty: ExternType,
    /// The index of the function, imported functions counted first; `None` for an export of
    /// another kind.
    #[serde(skip)]
    pub function: Option<u32>,
}

/// A section of a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// The name of the section: that of a custom section, or the kind (`type`, `code`, …).
    pub name: String,
    /// The size of the contents, in bytes, without the section header.
    pub size_bytes: usize,
}

/// What the start section can reach. It runs during instantiation, before the host can serve WASI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// No import is reachable, and no indirect call.
    Harmless,
    /// An import is reachable by direct calls, or an indirect call, which could reach an import.
    MayReachImport,
}

/// Validates and inspects a module, with every proposal that the parser knows enabled.
///
/// # Errors
///
/// [`Malformed`] if `bytes` are not a valid core module, or have more values on the operand stack
/// of one function than the limit of 1,000,000.
pub fn inspect(bytes: &[u8]) -> Result<Inspection, Malformed> {
    Ok(Inspection::of(&Module::read(bytes)?, bytes.len()))
}

impl Inspection {
    pub(crate) fn of(module: &Module<'_>, size_bytes: usize) -> Self {
        let tools = producers::tools(module);
        let mut types = ExternTypes::of(module);
        let wrapping = wrapping::recognise(module);
        let imports: Vec<_> = module.imports.iter().map(|import| types.import(import)).collect();
        Inspection {
            size_bytes,
            language: language::language(module),
            compiler: language::compiler(module, &tools),
            platform: Platform::of(&imports),
            proposals: module.proposals.iter().copied().collect(),
            imports,
            exports: module.exports.iter().map(|export| types.export(export)).collect(),
            memories: types.memories,
            start: module.start.map(|function| start(module, function)),
            sections: module
                .sections
                .iter()
                .map(|&(name, size_bytes)| Section { name: name.to_owned(), size_bytes })
                .collect(),
            contract: contract(module),
            constructors: constructors::constructors(module, &wrapping),
            wrapping,
            producers: tools,
        }
    }

    /// Whether the module embeds a WIT world (a section `component-type…`), which declares its
    /// imports and exports.
    pub fn has_world(&self) -> bool {
        self.sections.iter().any(|section| section.name.starts_with("component-type"))
    }

    /// The contract in the module; `None` if there is none or if it cannot be read.
    pub fn declared(&self) -> Option<&Contract> {
        self.contract.as_ref()?.as_ref().ok()
    }

    /// The export of that name, of whatever kind.
    pub fn export(&self, name: &str) -> Option<&Export> {
        self.exports.iter().find(|export| export.name == name)
    }
}

fn contract(module: &Module<'_>) -> Option<Result<Contract, Broken>> {
    match module.contracts[..] {
        [] => None,
        [contents] => Some(Contract::from_section(contents)),
        _ => Some(Err(Broken::Twice)),
    }
}

/// Serialises a contract, or the error that was found in its place.
fn contract_or_error<S: Serializer>(
    contract: &Option<Result<Contract, Broken>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match contract {
        None => serializer.serialize_none(),
        Some(Ok(contract)) => contract.serialize(serializer),
        Some(Err(broken)) => broken.serialize(serializer),
    }
}

fn start(module: &Module<'_>, function: u32) -> Start {
    let (reached, indirect) = module.reach(function);
    if indirect || reached.iter().any(|&function| !module.is_local(function)) {
        Start::MayReachImport
    } else {
        Start::Harmless
    }
}

/// Converts the types of imports and exports. Each function type is converted only once, so that
/// memory stays linear in the size of a module with many exports of one long type.
struct ExternTypes<'m, 'a> {
    module: &'m Module<'a>,
    functions: HashMap<CoreTypeId, FuncType>,
    memories: Vec<MemoryType>,
}

impl<'m, 'a> ExternTypes<'m, 'a> {
    fn of(module: &'m Module<'a>) -> Self {
        let is_memory = |import: &&wasmparser::Import<'_>| matches!(import.ty, TypeRef::Memory(_));
        let imported = module.imports.iter().filter(is_memory).count();
        let numbered = module.memories.iter().enumerate();
        let memories = numbered.map(|(number, ty)| MemoryType::new(ty, number < imported));
        ExternTypes { module, functions: HashMap::new(), memories: memories.collect() }
    }

    fn function(&mut self, id: CoreTypeId) -> ExternType {
        let module = self.module;
        let ty = self.functions.entry(id).or_insert_with(|| func_type(module.function_type(id)));
        ExternType::Func(ty.clone())
    }

    fn import(&mut self, import: &wasmparser::Import<'_>) -> Import {
        let ty = match import.ty {
            TypeRef::Func(index) | TypeRef::FuncExact(index) => {
                self.function(self.module.type_at(index))
            }
            TypeRef::Memory(ty) => ExternType::Memory(MemoryType::new(&ty, true)),
            TypeRef::Global(ty) => ExternType::Global(core_type(ty.content_type), ty.mutable),
            TypeRef::Table(ty) => ExternType::Table(ref_type(ty.element_type)),
            TypeRef::Tag(_) => ExternType::Tag,
        };
        Import { module: import.module.to_owned(), name: import.name.to_owned(), ty }
    }

    fn export(&mut self, export: &wasmparser::Export<'_>) -> Export {
        let ty = match export.kind {
            ExternalKind::Func | ExternalKind::FuncExact => {
                self.function(self.module.type_of(export.index))
            }
            ExternalKind::Memory => ExternType::Memory(self.memories[export.index as usize]),
            ExternalKind::Global => {
                let ty = self.module.global_type(export.index);
                ExternType::Global(core_type(ty.content_type), ty.mutable)
            }
            ExternalKind::Table => {
                ExternType::Table(ref_type(self.module.table_type(export.index).element_type))
            }
            ExternalKind::Tag => ExternType::Tag,
        };
        let function = matches!(ty, ExternType::Func(_)).then_some(export.index);
        Export { name: export.name.to_owned(), ty, function }
    }
}
