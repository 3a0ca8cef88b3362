//! R011: who patched a module stands in its `producers`. There is nothing to check: `patch`
//! writes it, whenever it rewrites a module, and never by itself.

use super::{Entry, Rule};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R011, check: |_, _| {}, page: include_str!("../pages/R011.md") };
