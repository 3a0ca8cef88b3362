//! Strips custom sections from a module. All other sections are copied byte by byte.

use std::borrow::Cow;

use crate::Malformed;
use crate::module::{PREAMBLE, sections};

/// Which custom sections [`strip`] removes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strip {
    /// The debug information (DWARF, `.debug_*`). Function names stay, for backtraces of traps.
    DebugInformation,
    /// The debug information and the section `name`. Run [`patch`](crate::patch) first: without
    /// names it may be unable to decide whether exports are wrapped (R003).
    Names,
}

impl Strip {
    fn removes(self, section: &str) -> bool {
        section.starts_with(".debug_") || self == Strip::Names && section == "name"
    }
}

/// Removes from a module the custom sections that `what` names. The result borrows `bytes` if
/// there are none. The module is not validated.
///
/// # Errors
///
/// [`Malformed`] if `bytes` do not begin like a core module or cannot be split into sections.
pub fn strip(bytes: &[u8], what: Strip) -> Result<Cow<'_, [u8]>, Malformed> {
    if let Some(malformed) = Malformed::by_preamble(bytes) {
        return Err(malformed);
    }
    let sections = sections(bytes)?;
    let kept: Vec<_> = sections
        .into_iter()
        .filter(|section| section.id != 0 || !what.removes(section.name))
        .map(|section| section.whole)
        .collect();
    let size: usize = kept.iter().map(|range| range.len()).sum();
    if size + PREAMBLE == bytes.len() {
        return Ok(Cow::Borrowed(bytes));
    }
    let mut stripped = Vec::with_capacity(PREAMBLE + size);
    stripped.extend_from_slice(&bytes[..PREAMBLE]);
    for range in kept {
        stripped.extend_from_slice(&bytes[range]);
    }
    Ok(Cow::Owned(stripped))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_and_debug_information_are_removed() {
        let module = wat::parse_str(
            r#"(module $m
                 (@custom ".debug_info" "x") (@custom "mine" "y")
                 (func $f) (export "f" (func $f)))"#,
        );
        let module = module.expect("the text is valid");
        let sections = |bytes: &[u8]| -> Vec<String> {
            let inspection = crate::inspect(bytes).expect("the module is valid");
            inspection.sections.into_iter().map(|section| section.name).collect()
        };
        let whole = sections(&module);
        let without = |removed: &[&str]| -> Vec<String> {
            whole.iter().filter(|name| !removed.contains(&name.as_str())).cloned().collect()
        };
        let stripped = strip(&module, Strip::DebugInformation).expect("the module is valid");
        assert_eq!(sections(&stripped), without(&[".debug_info"]));
        assert!(matches!(strip(&stripped, Strip::DebugInformation), Ok(Cow::Borrowed(_))));
        let stripped = strip(&module, Strip::Names).expect("the module is valid");
        assert_eq!(sections(&stripped), without(&[".debug_info", "name"]));
    }
}
