//! Lists the exported functions of a module by name, even of a module that does not validate.

use wasmparser::{ExternalKind, Parser, Payload};

use crate::Malformed;

/// The names of the functions that a module exports, in order. Nothing but the export section is
/// decoded, and nothing is validated: a linker that confuses two functions with different
/// parameters writes invalid code, and the exported names show which functions it confused.
///
/// # Errors
///
/// [`Malformed`] if the sections or the exports cannot be parsed.
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
    fn invalid_code_does_not_hide_the_exports() {
        let text = r#"(module (memory (export "memory") 1)
            (func (export "fmod") (result i32) f64.const 1) (func (export "rest")))"#;
        let bytes = wat::parse_str(text).expect("the text is valid");
        assert!(crate::inspect(&bytes).is_err());
        assert_eq!(
            exported_functions(&bytes).expect("the exports can be parsed"),
            ["fmod", "rest"]
        );
        assert!(exported_functions(&bytes[..30]).is_err());
    }
}
