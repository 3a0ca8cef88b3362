//! Bytes in; the names of the functions that they export out, though the rest is no valid module.

use wasmparser::{ExternalKind, Parser, Payload};

use crate::Malformed;

/// The functions that a module exports, in order, by name. What else it holds is not looked at:
/// a linker that takes one function for another of other parameters writes code that is not
/// valid, and the names say why.
///
/// # Errors
///
/// [`Malformed`] where the exports cannot be read.
pub fn exported_functions(bytes: &[u8]) -> Result<Vec<String>, Malformed> {
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        let Payload::ExportSection(exports) = payload? else { continue };
        for export in exports {
            let export = export?;
            if let ExternalKind::Func | ExternalKind::FuncExact = export.kind {
                names.push(export.name.to_owned());
            }
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_that_is_not_valid_does_not_hide_them() {
        let text = r#"(module (memory (export "memory") 1)
            (func (export "fmod") (result i32) f64.const 1) (func (export "rest")))"#;
        let bytes = wat::parse_str(text).expect("it is written right");
        assert!(crate::inspect(&bytes).is_err());
        assert_eq!(exported_functions(&bytes).expect("they can be read"), ["fmod", "rest"]);
        assert!(exported_functions(&bytes[..30]).is_err());
    }
}
