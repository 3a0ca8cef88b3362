//! Leaves custom sections out: bytes in, the same bytes without them out. Nothing else moves.

use std::borrow::Cow;

use crate::Malformed;
use crate::module::{PREAMBLE, sections};

/// What [`strip`] leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strip {
    /// The debug information (DWARF); function names stay, for the backtraces of traps.
    DebugInformation,
    /// The debug information and the names.
    Names,
}

impl Strip {
    fn takes(self, section: &str) -> bool {
        section.starts_with(".debug_") || self == Strip::Names && section == "name"
    }
}

/// A module without the custom sections that `what` says.
///
/// # Errors
///
/// [`Malformed`] where the sections of `bytes` cannot be told apart.
pub fn strip(bytes: &[u8], what: Strip) -> Result<Cow<'_, [u8]>, Malformed> {
    if let Some(malformed) = Malformed::by_preamble(bytes) {
        return Err(malformed);
    }
    let sections = sections(bytes)?;
    let kept: Vec<_> = sections
        .into_iter()
        .filter(|section| section.id != 0 || !what.takes(section.name))
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
    fn names_and_debug_information_go_and_nothing_else() {
        let module = wat::parse_str(
            r#"(module $m
                 (@custom ".debug_info" "x") (@custom "mine" "y")
                 (func $f) (export "f" (func $f)))"#,
        );
        let module = module.expect("it is valid");
        let sections = |bytes: &[u8]| -> Vec<String> {
            let inspection = crate::inspect(bytes).expect("it is valid");
            inspection.sections.into_iter().map(|section| section.name).collect()
        };
        let whole = sections(&module);
        let without = |gone: &[&str]| -> Vec<String> {
            whole.iter().filter(|name| !gone.contains(&name.as_str())).cloned().collect()
        };
        let stripped = strip(&module, Strip::DebugInformation).expect("it is valid");
        assert_eq!(sections(&stripped), without(&[".debug_info"]));
        assert!(matches!(strip(&stripped, Strip::DebugInformation), Ok(Cow::Borrowed(_))));
        let stripped = strip(&module, Strip::Names).expect("it is valid");
        assert_eq!(sections(&stripped), without(&[".debug_info", "name"]));
    }
}
