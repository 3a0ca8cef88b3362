//! The comparison of a module with its contract: every way in which the module is not as declared.

use std::collections::HashMap;

use polyreactor_contract::{
    ALLOC, Contract, FREE, Function, Signature, allocator_type, is_linker_name,
};

use crate::ExternType;
use crate::inspect::{Export, Import, Inspection};

mod mismatch;

/// One way in which a module is not what its contract declares.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatch<'a> {
    /// An export is declared, and not there.
    MissingExport(&'a Function),
    /// An export has another core type than declared, or is no function.
    ExportOfAnotherType(&'a Function, &'a ExternType),
    /// A function is exported, and not declared.
    UndeclaredExport(&'a Export),
    /// The host needs memory of the guest's, and this export for it is not there.
    MissingAllocator(&'static str),
    /// An export of the allocator's name has another type.
    AllocatorOfAnotherType(&'static str, &'a ExternType),
    /// Something is imported, and not declared.
    UndeclaredImport(&'a Import),
    /// An import has another core type than declared.
    ImportOfAnotherType(&'a Import, &'a Signature),
}

/// Compares a module with a contract. What is declared as an import may go unused.
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
    // A world declares exports as well.
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
        // What is WASI's is compared with WASI; an imported memory is R004's.
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

/// Whether an export of that name is no plugin's own, and other rules look at it.
fn is_of_the_convention(name: &str) -> bool {
    matches!(name, "_initialize" | "_start" | ALLOC | FREE)
        || name.starts_with("cabi_")
        || name.contains('#')
        || is_linker_name(name)
}
