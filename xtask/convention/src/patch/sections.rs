//! What became of the debug information: the sections before and after in; what has to be told
//! of those that are gone, out. `.debug_pubnames` and its like are not written anew.

use super::Change;
use crate::Section;

pub(super) fn lost(before: &[Section], after: &[Section], changes: &[Change]) -> Vec<Change> {
    // That is told once, for all of it.
    if changes.iter().any(|change| matches!(change, Change::DroppedDebugInformation { .. })) {
        return Vec::new();
    }
    let is_there = |name: &str| after.iter().any(|section| section.name == name);
    let debug = before.iter().filter(|section| section.name.starts_with(".debug_"));
    debug
        .filter(|section| !is_there(&section.name))
        .map(|section| Change::DroppedSection { name: section.name.clone() })
        .collect()
}
