//! Diagnostics for mismatches between a module and its contract.

use polyreactor_contract::allocator_type;

use super::Mismatch;
use crate::{Diagnostic, Language, Rule};

impl Mismatch<'_> {
    /// The diagnostic for this mismatch: an error of R009 (exports) or R007 (imports). With a
    /// `language`, the remedy is specific to it.
    pub fn diagnostic(&self, language: Option<Language>) -> Diagnostic {
        let (rule, name, cause, remedy) = match *self {
            Mismatch::MissingExport(function) => (
                Rule::R009,
                &*function.name,
                format!(
                    "the contract declares {function}, which is func {}, and it is not exported",
                    function.signature.lowered()
                ),
                how_to_export(&function.name, language),
            ),
            Mismatch::ExportOfAnotherType(function, found) => (
                Rule::R009,
                &*function.name,
                format!(
                    "it is {found}; the contract declares {}, which is func {}",
                    function.signature,
                    function.signature.lowered()
                ),
                "give it that type, or change the contract".to_owned(),
            ),
            Mismatch::UndeclaredExport(export) => (
                Rule::R009,
                &*export.name,
                format!("it is exported as {}, and the contract does not declare it", export.ty),
                "declare it in `[exports]`, or do not export it".to_owned(),
            ),
            Mismatch::MissingAllocator(name) => (
                Rule::R009,
                name,
                "it is not exported; the host allocates strings, lists and the targets of pointers \
                 with it"
                    .to_owned(),
                how_to_have_the_allocator(language).to_owned(),
            ),
            Mismatch::AllocatorOfAnotherType(name, found) => (
                Rule::R009,
                name,
                format!(
                    "it is {found}, and hosts call it as func {}",
                    allocator_type(name).unwrap_or_default()
                ),
                "leave the name to Polyreactor's guest package, or give it that type".to_owned(),
            ),
            Mismatch::UndeclaredImport(import) => (
                Rule::R007,
                &*import.name,
                format!(
                    "it is imported from `{}` as {}, and the contract does not declare it",
                    import.module.escape_debug(),
                    import.ty
                ),
                format!(
                    "declare it in `[imports.{}]`, or do not import it",
                    import.module.escape_debug()
                ),
            ),
            Mismatch::ImportOfAnotherType(import, signature) => (
                Rule::R007,
                &*import.name,
                format!(
                    "it is imported from `{}` as {}; the contract declares {signature}, which is \
                     func {}",
                    import.module.escape_debug(),
                    import.ty,
                    signature.lowered()
                ),
                "import it with that type".to_owned(),
            ),
        };
        Diagnostic::error(rule, cause, remedy).on(name)
    }
}

fn how_to_export(name: &str, language: Option<Language>) -> String {
    match language {
        Some(Language::Rust) => "put `#[export]` on a function of that name".to_owned(),
        Some(Language::Go) => format!("put `//go:wasmexport {name}` above a function"),
        Some(Language::Zig) => {
            "write `export fn` (or a `pub fn` that `polyreactor.exportAll` finds), and set \
             `rdynamic = true` in build.zig: without it, Zig drops every export"
                .to_owned()
        }
        _ => "export it, or take it out of the contract".to_owned(),
    }
}

fn how_to_have_the_allocator(language: Option<Language>) -> &'static str {
    match language {
        Some(Language::Rust) => {
            "write the function with `#[export]` of the crate `polyreactor-guest`, which exports it"
        }
        Some(Language::Go) => {
            "`import _ \"polyreactor.example/guest\"`, Polyreactor's package for Go, which exports \
             it; go.mod says where it is: `replace polyreactor.example/guest => …/guest/go`"
        }
        Some(Language::Zig) => {
            "`@import(\"polyreactor\")` and use what it exports; build.zig.zon says where it is: \
             `.polyreactor = .{ .path = \"…/guest/zig\" }`"
        }
        _ => {
            "link Polyreactor's package for the language (guest/, guest/go, guest/zig), or export \
             it yourself"
        }
    }
}
