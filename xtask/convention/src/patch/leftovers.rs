//! Pass for R006: removes the linker's symbols from the exports.

use super::Change;
use super::edit::{Edit, Function, Item};
use polyreactor_contract::is_linker_name;

pub(super) fn remove(edit: &mut Edit<'_, '_>) -> Option<Change> {
    let mut exports = Vec::new();
    let (module, declared) = (edit.module, &mut edit.declared);
    edit.exports.retain(|export| {
        if !is_linker_name(export.name) {
            return true;
        }
        exports.push(export.name.to_owned());
        // An export declares its function for `ref.func`; without the export, code with that
        // instruction would not validate.
        if let Item::Function(Function::Old(function)) = export.item
            && module.is_stored(function)
        {
            declared.insert(function);
        }
        false
    });
    (!exports.is_empty()).then_some(Change::RemovedLeftovers { exports })
}
