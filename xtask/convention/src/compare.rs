//! Comparison of a module with its contract: every difference, as a list of mismatches (R007,
//! R009).

use std::collections::HashMap;

use polyreactor_contract::{
    ALLOC, Contract, FREE, Function, Signature, allocator_type, is_linker_name,
};

use crate::ExternType;
use crate::inspect::{Export, Import, Inspection};

mod mismatch;

/// A difference between a module and its contract. [`Mismatch::diagnostic`] describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatch<'a> {
    /// The contract declares an export that the module does not have.
    MissingExport(&'a Function),
    /// A declared export has another core type, or is not a function.
    ExportOfAnotherType(&'a Function, &'a ExternType),
    /// The module exports a function that the contract does not declare.
    UndeclaredExport(&'a Export),
    /// An export takes, or an import returns, a string, a list or a pointer, so the host has to
    /// allocate guest memory; but the module does not export this function of the allocator.
    MissingAllocator(&'static str),
    /// An export with the name of an allocator function has another type.
    AllocatorOfAnotherType(&'static str, &'a ExternType),
    /// The module has an import that the contract does not declare.
    UndeclaredImport(&'a Import),
    /// A declared import has another core type, or is not a function.
    ImportOfAnotherType(&'a Import, &'a Signature),
}

/// Compares a module with a contract, and returns every mismatch.
///
/// A declared import need not be used. Imports of WASI modules (`wasi_…`) and imported memories are
/// not compared: [`check`](crate::check) covers them (R007, R004). In a module with an embedded WIT
/// world, exports and imports that the contract does not declare are accepted.
pub fn compare<'a>(inspection: &'a Inspection, contract: &'a Contract) -> Vec<Mismatch<'a>> {
    let mut mismatches = Vec::new();
    let exported: HashMap<&str, &Export> =
        inspection.exports.iter().map(|export| (export.name.as_str(), export)).collect();
    for function in contract.exports() {
        match exported.get(function.name.as_str()).map(|export| &export.ty) {
            Some(ExternType::Func(ty)) if *ty == function.signature.lowered() => {}
            Some(other) => mismatches.push(Mismatch::ExportOfAnotherType(function, other)),
            None => mismatches.push(Mismatch::MissingExport(function)),
        }
    }
    let declared = contract.by_name();
    let undeclared = inspection.exports.iter().filter(|export| {
        matches!(export.ty, ExternType::Func(_))
            && !declared.contains_key(export.name.as_str())
            && !is_of_the_convention(&export.name)
    });
    // A WIT world declares exports too.
    if !inspection.has_world() {
        mismatches.extend(undeclared.map(Mismatch::UndeclaredExport));
    }
    for name in [ALLOC, FREE] {
        match exported.get(name).map(|export| &export.ty) {
            Some(ExternType::Func(ty)) if allocator_type(name).as_ref() == Some(ty) => {}
            Some(other) => mismatches.push(Mismatch::AllocatorOfAnotherType(name, other)),
            None if contract.needs_allocator() => mismatches.push(Mismatch::MissingAllocator(name)),
            None => {}
        }
    }
    compare_imports(inspection, contract, &mut mismatches);
    mismatches
}

fn compare_imports<'a>(
    inspection: &'a Inspection,
    contract: &'a Contract,
    mismatches: &mut Vec<Mismatch<'a>>,
) {
    let declared: HashMap<(&str, &str), &Signature> = contract
        .imports()
        .iter()
        .map(|it| ((it.module.as_str(), it.function.name.as_str()), &it.function.signature))
        .collect();
    for import in &inspection.imports {
        // R007 compares WASI imports with WASI, and R004 reports an imported memory.
        if import.module.starts_with("wasi_") || matches!(import.ty, ExternType::Memory(_)) {
            continue;
        }
        let signature = declared.get(&(import.module.as_str(), import.name.as_str()));
        match (signature, &import.ty) {
            (Some(signature), ExternType::Func(ty)) if *ty == signature.lowered() => {}
            (Some(&signature), _) => {
                mismatches.push(Mismatch::ImportOfAnotherType(import, signature));
            }
            (None, _) if inspection.has_world() => {}
            (None, _) => mismatches.push(Mismatch::UndeclaredImport(import)),
        }
    }
}

/// Whether an export of that name belongs to the convention, to component tooling or to the linker,
/// and not to the contract. Other rules check those.
fn is_of_the_convention(name: &str) -> bool {
    matches!(name, "_initialize" | "_start" | ALLOC | FREE)
        || name.starts_with("cabi_")
        || name.contains('#')
        || is_linker_name(name)
}
