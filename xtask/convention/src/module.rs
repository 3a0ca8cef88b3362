//! One reading of a module: bytes in, an index of what the later stages ask for out.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use wasmparser::{
    BinaryReader, ConstExpr, ElementItems, ExternalKind, FunctionBody, KnownCustom, Name, Operator,
    Parser, Payload, TypeRef, Validator, WasmFeatures, types::Types,
};

use crate::{FuncType, Malformed};

/// A validated module, indexed. Function numbers count imports first, as Wasm does.
pub(crate) struct Module<'a> {
    bytes: &'a [u8],
    types: Types,
    pub(crate) imports: Vec<wasmparser::Import<'a>>,
    pub(crate) exports: Vec<wasmparser::Export<'a>>,
    pub(crate) memories: Vec<wasmparser::MemoryType>,
    pub(crate) start: Option<u32>,
    pub(crate) imported_functions: u32,
    bodies: Vec<Range<usize>>,
    pub(crate) names: BTreeMap<u32, &'a str>,
    pub(crate) producers: Vec<(&'a str, &'a str, &'a str)>,
    pub(crate) sections: Vec<(String, usize)>,
    references: References,
}

/// Who refers to a function. A call that goes through a table counts as the table's.
#[derive(Default)]
struct References {
    /// By callee: the functions whose bodies name it.
    callers: BTreeMap<u32, BTreeSet<u32>>,
    /// Functions in a table, a global, or named by `ref.func` in an initialiser.
    stored: BTreeSet<u32>,
    /// By caller: what its body names.
    callees: BTreeMap<u32, BTreeSet<u32>>,
    /// Functions that call through a table or a reference.
    indirect: BTreeSet<u32>,
}

impl<'a> Module<'a> {
    /// Reads and validates `bytes`, with every proposal that the parser knows.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Self, Malformed> {
        if let Some(malformed) = Malformed::by_preamble(bytes) {
            return Err(malformed);
        }
        let types = Validator::new_with_features(WasmFeatures::all()).validate_all(bytes)?;
        let mut module = Module {
            bytes,
            types,
            imports: Vec::new(),
            exports: Vec::new(),
            memories: Vec::new(),
            start: None,
            imported_functions: 0,
            bodies: Vec::new(),
            names: BTreeMap::new(),
            producers: Vec::new(),
            sections: Vec::new(),
            references: References::default(),
        };
        for payload in Parser::new(0).parse_all(bytes) {
            module.take(payload?)?;
        }
        Ok(module)
    }

    fn take(&mut self, payload: Payload<'a>) -> Result<(), Malformed> {
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
                    self.references.in_initialiser(&global?.init_expr)?;
                }
            }
            Payload::TableSection(reader) => {
                for table in reader {
                    if let wasmparser::TableInit::Expr(init) = &table?.init {
                        self.references.in_initialiser(init)?;
                    }
                }
            }
            Payload::ElementSection(reader) => {
                for element in reader {
                    match element?.items {
                        ElementItems::Functions(functions) => {
                            for function in functions {
                                self.references.stored.insert(function?);
                            }
                        }
                        ElementItems::Expressions(_, expressions) => {
                            for expression in expressions {
                                self.references.in_initialiser(&expression?)?;
                            }
                        }
                    }
                }
            }
            Payload::CodeSectionEntry(body) => {
                let caller = self.imported_functions + self.bodies.len() as u32;
                self.bodies.push(body.range());
                self.references.in_body(caller, &body)?;
            }
            Payload::CustomSection(section) => match section.as_known() {
                // A bad name or producers section is no fault of the module: as if absent.
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
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }

    fn note_section(&mut self, payload: &Payload<'_>) {
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
            self.sections.push((name.to_owned(), range.len()));
        }
    }

    /// How many functions there are, imports included.
    pub(crate) fn functions(&self) -> u32 {
        self.imported_functions + self.bodies.len() as u32
    }

    pub(crate) fn is_local(&self, function: u32) -> bool {
        function >= self.imported_functions
    }

    /// The type of a function.
    pub(crate) fn function_type(&self, function: u32) -> FuncType {
        let ty = &self.types[self.types.as_ref().core_function_at(function)];
        FuncType::from(ty.unwrap_func())
    }

    /// The type of a global.
    pub(crate) fn global_type(&self, global: u32) -> wasmparser::GlobalType {
        self.types.as_ref().global_at(global)
    }

    /// The type of an imported or exported table.
    pub(crate) fn table_type(&self, table: u32) -> wasmparser::TableType {
        self.types.as_ref().table_at(table)
    }

    /// The type that a function import's type index stands for.
    pub(crate) fn type_at(&self, index: u32) -> FuncType {
        let id = self.types.as_ref().core_type_at_in_module(index);
        FuncType::from(self.types[id].unwrap_func())
    }

    /// The instructions of a local function, without the last `end`; the number of its
    /// declared locals first.
    pub(crate) fn body(&self, function: u32) -> (u32, Vec<Operator<'a>>) {
        let range = self.bodies[(function - self.imported_functions) as usize].clone();
        let body = FunctionBody::new(BinaryReader::new(&self.bytes[range.clone()], range.start));
        let locals = body
            .get_locals_reader()
            .map(|reader| reader.into_iter().flatten().map(|(count, _)| count).sum())
            .unwrap_or_default();
        let mut operators: Vec<_> = body
            .get_operators_reader()
            .map(|reader| reader.into_iter().map_while(Result::ok).collect())
            .unwrap_or_default();
        operators.pop();
        (locals, operators)
    }

    /// The functions whose bodies name `function`.
    pub(crate) fn callers(&self, function: u32) -> impl Iterator<Item = u32> + '_ {
        self.references.callers.get(&function).into_iter().flatten().copied()
    }

    /// Whether `function` stands in a table or a global, or is the start function.
    pub(crate) fn is_stored(&self, function: u32) -> bool {
        self.references.stored.contains(&function) || self.start == Some(function)
    }

    /// The names under which `function` is exported.
    pub(crate) fn export_names(&self, function: u32) -> impl Iterator<Item = &'a str> + '_ {
        self.exports
            .iter()
            .filter(move |export| is_function(export) && export.index == function)
            .map(|export| export.name)
    }

    /// The export of that name, if it is a function.
    pub(crate) fn exported_function(&self, name: &str) -> Option<u32> {
        let export = self.exports.iter().find(|export| export.name == name)?;
        is_function(export).then_some(export.index)
    }

    /// The local functions that are exported, each once, in order.
    pub(crate) fn exported_functions(&self) -> BTreeSet<u32> {
        let functions = self.exports.iter().filter(|export| is_function(export));
        functions.map(|export| export.index).filter(|&index| self.is_local(index)).collect()
    }

    /// All functions that can be reached from `function`, itself included, by direct calls;
    /// and whether one of them makes a call that is not direct.
    pub(crate) fn reach(&self, function: u32) -> (BTreeSet<u32>, bool) {
        let mut reached = BTreeSet::from([function]);
        let mut open = vec![function];
        while let Some(next) = open.pop() {
            for &callee in self.references.callees.get(&next).into_iter().flatten() {
                if reached.insert(callee) {
                    open.push(callee);
                }
            }
        }
        let indirect = reached.iter().any(|function| self.references.indirect.contains(function));
        (reached, indirect)
    }

    /// The only function of that name in the name section, if there is exactly one.
    pub(crate) fn named(&self, name: &str) -> Option<u32> {
        let mut found = self.names.iter().filter(|(_, named)| **named == name);
        let (&function, _) = found.next()?;
        found.next().is_none().then_some(function)
    }

    /// What to call a function in a message.
    pub(crate) fn name_of(&self, function: u32) -> String {
        if let Some(name) = self.export_names(function).next() {
            return format!("`{}`", name.escape_debug());
        }
        match self.names.get(&function) {
            Some(name) => {
                format!("`{}`", rustc_demangle::demangle(name).to_string().escape_debug())
            }
            None => format!("function {function}"),
        }
    }
}

fn is_function(export: &wasmparser::Export<'_>) -> bool {
    matches!(export.kind, ExternalKind::Func | ExternalKind::FuncExact)
}

impl References {
    fn in_initialiser(&mut self, expression: &ConstExpr<'_>) -> Result<(), Malformed> {
        for operator in expression.get_operators_reader() {
            if let Operator::RefFunc { function_index } = operator? {
                self.stored.insert(function_index);
            }
        }
        Ok(())
    }

    fn in_body(&mut self, caller: u32, body: &FunctionBody<'_>) -> Result<(), Malformed> {
        let mut callees = BTreeSet::new();
        for operator in body.get_operators_reader()? {
            match operator? {
                Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                    callees.insert(function_index);
                }
                // Whoever takes a reference may call it, and so may whoever gets it.
                Operator::RefFunc { function_index } => {
                    callees.insert(function_index);
                    self.stored.insert(function_index);
                }
                Operator::CallIndirect { .. }
                | Operator::ReturnCallIndirect { .. }
                | Operator::CallRef { .. }
                | Operator::ReturnCallRef { .. } => {
                    self.indirect.insert(caller);
                }
                _ => {}
            }
        }
        for &callee in &callees {
            self.callers.entry(callee).or_default().insert(caller);
        }
        if !callees.is_empty() {
            self.callees.insert(caller, callees);
        }
        Ok(())
    }
}
