//! R006: takes the linker's own symbols out of the exports.

use walrus::Module;

use super::Change;
use crate::rules::is_leftover;

pub(super) fn remove(module: &mut Module) -> Option<Change> {
    let leftovers: Vec<_> = module
        .exports
        .iter()
        .filter(|export| is_leftover(&export.name))
        .map(|export| (export.id(), export.name.clone()))
        .collect();
    let mut exports = Vec::new();
    for (id, name) in leftovers {
        module.exports.delete(id);
        exports.push(name);
    }
    (!exports.is_empty()).then_some(Change::RemovedLeftovers { exports })
}
