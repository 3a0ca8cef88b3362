//! Index of a module's sections, except function bodies.

use std::collections::BTreeMap;

use polyreactor_contract::SECTION;
use wasmparser::{
    ConstExpr, ElementItems, ExternalKind, KnownCustom, Name, Operator, Payload, TypeRef,
};

use super::references::References;
use crate::Malformed;

/// The decoded contents of the sections of a module.
#[derive(Default)]
pub(crate) struct Contents<'a> {
    pub(crate) imports: Vec<wasmparser::Import<'a>>,
    pub(crate) exports: Vec<wasmparser::Export<'a>>,
    /// The types of the memories, imported ones first.
    pub(crate) memories: Vec<wasmparser::MemoryType>,
    /// The function of the start section.
    pub(crate) start: Option<u32>,
    /// The number of imported functions.
    pub(crate) imported_functions: u32,
    /// The function names of the name section, by function index.
    pub(crate) names: BTreeMap<u32, &'a str>,
    /// The `producers` section: field, name, version.
    pub(crate) producers: Vec<(&'a str, &'a str, &'a str)>,
    /// Each section's name and size in bytes.
    pub(crate) sections: Vec<(&'a str, usize)>,
    /// The contents of each section `polyreactor.contract`.
    pub(crate) contracts: Vec<&'a [u8]>,
    /// The name and the contents of each section `.debug_*`.
    pub(crate) debug_sections: Vec<(&'a str, &'a [u8])>,
    pub(super) references: References,
}

impl<'a> Contents<'a> {
    /// Adds a section, which must have been validated.
    pub(super) fn take(&mut self, payload: Payload<'a>) -> Result<(), Malformed> {
        self.note_section(&payload);
        match payload {
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    let import = import?;
                    match import.ty {
                        TypeRef::Func(_) | TypeRef::FuncExact(_) => self.imported_functions += 1,
                        TypeRef::Memory(ty) => self.memories.push(ty),
                        _ => {}
                    }
                    self.imports.push(import);
                }
            }
            Payload::MemorySection(reader) => {
                for memory in reader {
                    self.memories.push(memory?);
                }
            }
            Payload::ExportSection(reader) => {
                for export in reader {
                    self.exports.push(export?);
                }
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::GlobalSection(reader) => {
                for global in reader {
                    self.take_initialiser(&global?.init_expr)?;
                }
            }
            Payload::TableSection(reader) => {
                for table in reader {
                    if let wasmparser::TableInit::Expr(init) = &table?.init {
                        self.take_initialiser(init)?;
                    }
                }
            }
            Payload::ElementSection(reader) => {
                for element in reader {
                    match element?.items {
                        ElementItems::Functions(functions) => {
                            for function in functions {
                                self.references.note_stored(function?);
                            }
                        }
                        ElementItems::Expressions(_, expressions) => {
                            for expression in expressions {
                                self.take_initialiser(&expression?)?;
                            }
                        }
                    }
                }
            }
            Payload::CodeSectionStart { .. } => {
                self.references.set_imported(self.imported_functions);
            }
            Payload::CustomSection(section) => match section.as_known() {
                // The specification ignores malformed custom sections, and so does this index: it
                // keeps what stands before the fault.
                KnownCustom::Name(reader) => {
                    for name in reader.into_iter().map_while(Result::ok) {
                        if let Name::Function(map) = name {
                            let named = map.into_iter().map_while(Result::ok);
                            self.names.extend(named.map(|naming| (naming.index, naming.name)));
                        }
                    }
                }
                KnownCustom::Producers(reader) => {
                    for field in reader.into_iter().map_while(Result::ok) {
                        for value in field.values.into_iter().map_while(Result::ok) {
                            self.producers.push((field.name, value.name, value.version));
                        }
                    }
                }
                _ if section.name() == SECTION => self.contracts.push(section.data()),
                _ if section.name().starts_with(".debug_") => {
                    self.debug_sections.push((section.name(), section.data()));
                }
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }

    fn take_initialiser(&mut self, expression: &ConstExpr<'_>) -> Result<(), Malformed> {
        for operator in expression.get_operators_reader() {
            if let Operator::RefFunc { function_index } = operator? {
                self.references.note_stored(function_index);
            }
        }
        Ok(())
    }

    fn note_section(&mut self, payload: &Payload<'a>) {
        let name = match payload {
            Payload::CustomSection(section) => section.name(),
            Payload::TypeSection(_) => "type",
            Payload::ImportSection(_) => "import",
            Payload::FunctionSection(_) => "function",
            Payload::TableSection(_) => "table",
            Payload::MemorySection(_) => "memory",
            Payload::TagSection(_) => "tag",
            Payload::GlobalSection(_) => "global",
            Payload::ExportSection(_) => "export",
            Payload::StartSection { .. } => "start",
            Payload::ElementSection(_) => "element",
            Payload::DataCountSection { .. } => "data count",
            Payload::CodeSectionStart { .. } => "code",
            Payload::DataSection(_) => "data",
            _ => return,
        };
        if let Some((_, range)) = payload.as_section() {
            self.sections.push((name, range.len()));
        }
    }
}

pub(super) fn is_function(export: &wasmparser::Export<'_>) -> bool {
    matches!(export.kind, ExternalKind::Func | ExternalKind::FuncExact)
}
