//! R011: a patched module names Polyreactor in `producers`. There is nothing to check: `patch`
//! writes that entry whenever it rewrites a module. It rewrites a module for that entry alone only
//! to record what `--assume` said (R003).

use super::{Entry, Rule};

pub(super) const ENTRY: Entry =
    Entry { rule: Rule::R011, check: |_, _| {}, page: include_str!("../pages/R011.md") };
