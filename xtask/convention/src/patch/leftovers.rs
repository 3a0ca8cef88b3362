//! R006: takes the linker's own symbols out of the exports.

use polyreactor_contract::is_linker_name;
use walrus::Module;

use super::Change;

pub(super) fn remove(module: &mut Module) -> Option<Change> {
    let leftovers: Vec<_> = module
        .exports
        .iter()
        .filter(|export| is_linker_name(&export.name))
        .map(|export| (export.id(), export.name.clone()))
        .collect();
    let mut exports = Vec::new();
    for (id, name) in leftovers {
        module.exports.delete(id);
        exports.push(name);
    }
    (!exports.is_empty()).then_some(Change::RemovedLeftovers { exports })
}
