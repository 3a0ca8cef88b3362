//! What a module is: bytes in, an [`Inspection`] out.

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

/// What a core module is, as far as the convention and its users ask.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Inspection {
    /// The whole file, in bytes.
    pub size_bytes: usize,
    /// The language it was written in, where the bytes tell.
    pub language: Option<Language>,
    /// What compiled it.
    pub compiler: Option<Tool>,
    /// Everything that worked on it, by its `producers` section.
    pub producers: Vec<Tool>,
    /// The platform whose glue it needs, where that is not WASI.
    pub platform: Option<Platform>,
    /// The proposals beyond WebAssembly 2.0 that it makes use of, which an engine may lack.
    pub proposals: Vec<Proposal>,
    /// What it imports, in order.
    pub imports: Vec<Import>,
    /// What it exports, in order.
    pub exports: Vec<Export>,
    /// Its linear memories, imported ones first.
    pub memories: Vec<MemoryType>,
    /// What its start section may do, where it has one.
    pub start: Option<Start>,
    /// Its sections in order, custom ones under their own names.
    pub sections: Vec<Section>,
    /// What the section `polyreactor.contract` declares, where there is one.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "either")]
    pub contract: Option<Result<Contract, Broken>>,
    /// Whether the linker has wrapped its exports as those of a command (R003).
    pub wrapping: Wrapping,
    /// Who runs its static constructors, where that is not a wrapping's doing (R012).
    pub constructors: Constructors,
}

/// Something that the module needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Import {
    /// The name of the module that it comes from.
    pub module: String,
    /// Its name there.
    pub name: String,
    /// What it has to be.
    #[serde(rename = "type")]
    pub ty: ExternType,
}

/// Something that the module offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Export {
    /// Its name.
    pub name: String,
    /// What it is.
    #[serde(rename = "type")]
    pub ty: ExternType,
    /// The number of the function, imported ones counted first; `None` for what is none.
    #[serde(skip)]
    pub function: Option<u32>,
}

/// A section of the binary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// Its name.
    pub name: String,
    /// Its contents, in bytes.
    pub size_bytes: usize,
}

/// What the start section may do before the host can serve the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// It reaches no import.
    Harmless,
    /// It reaches an import, or makes an indirect call, which may.
    MayReachImport,
}

/// Looks at a module.
///
/// # Errors
///
/// [`Malformed`] where `bytes` are no valid core module.
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

    /// Whether it carries a WIT world, which declares what it imports and exports.
    pub fn has_world(&self) -> bool {
        self.sections.iter().any(|section| section.name.starts_with("component-type"))
    }

    /// What it declares, where that can be read.
    pub fn declared(&self) -> Option<&Contract> {
        self.contract.as_ref()?.as_ref().ok()
    }

    /// The export of that name.
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

/// A contract, or the error that stands for it.
fn either<S: Serializer>(
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

/// The types of imports and exports. A function's type is made once, and shared.
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
