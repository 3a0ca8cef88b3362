//! Refuses exports whose name belongs to the reactor, the linker or Polyreactor's guest packages.
//!
//! Such a name makes the module invalid (`memory` twice), turns it into a command (`_start`), or
//! loses the function (`patch` removes the linker's symbols), with an error that names the module
//! and not the function.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use polyreactor_contract::{ALLOC, FREE, is_linker_name};
use polyreactor_convention::{EXPORT_SYMBOL_PREFIX, Language, exported_functions};

/// Checks the names of a compiled module's exported functions. `is_reactor` is whether the compiler
/// was asked for a reactor, so that a `_start` is the author's.
///
/// # Errors
///
/// Functions of the author have reserved names: the error lists all of them, each with its cause
/// and remedy.
pub(super) fn refuse(module: &[u8], language: Language, is_reactor: bool) -> Result<()> {
    // What is no module is another error.
    let Ok(symbols) = exported_functions(module) else { return Ok(()) };
    let mut found: BTreeMap<&str, (usize, bool)> = BTreeMap::new();
    for symbol in &symbols {
        let own = symbol.strip_prefix(EXPORT_SYMBOL_PREFIX);
        let entry = found.entry(own.unwrap_or(symbol)).or_default();
        entry.0 += 1;
        // The names of Go's exports are no symbols, so that the linker's are never among them.
        entry.1 |= own.is_some() || language == Language::Go;
    }
    let linkers = format!("it is {LINKERS}");
    let faults = found.into_iter().filter_map(|(name, (count, is_own))| {
        let (whose, remedy) = match name {
            "_initialize" if count > 1 && language == Language::Go => (
                "Go has an `_initialize` of its own",
                "write the function as `func init()`, which runs inside it",
            ),
            "_initialize" if count > 1 => (
                "libc has an `_initialize` of its own",
                "rename the function, and point an entry of `.init_array` to it",
            ),
            "_start" if is_own || is_reactor => {
                ("it is the entry point of a command, which no reactor has", RENAME)
            }
            "memory" => ("it is the name of the export of the guest's memory", RENAME),
            ALLOC | FREE if count > 1 => {
                ("Polyreactor's guest package exports a function of that name", RENAME)
            }
            _ if is_own && is_linker_name(name) => (&*linkers, RENAME),
            _ => return None,
        };
        Some(format!("a function is exported as `{name}`: {whose}\n  help: {remedy}"))
    });
    let faults: Vec<_> = faults.collect();
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(())
}

/// The remedy for a symbol that is defined twice. `own_symbol` is how to export a function with a
/// symbol that no library has.
pub(super) fn clash(name: &str, own_symbol: &str) -> String {
    match name.strip_prefix(EXPORT_SYMBOL_PREFIX) {
        Some(name) => format!(
            "two functions are exported as `{name}`, perhaps one by another package: give one of \
             them another name"
        ),
        None if matches!(name, ALLOC | FREE) => format!(
            "Polyreactor's guest package exports `{name}`: remove the function, or give it another \
             name"
        ),
        None if is_linker_name(name) => format!("`{name}` is {LINKERS}: {RENAME}"),
        None => format!(
            "the name of an export is the linker's symbol for the function, and there is another \
             `{name}`, perhaps libc's: {own_symbol}; or give the export another name, in \
             plugin.toml too"
        ),
    }
}

const LINKERS: &str = "a symbol of the linker's own (CONVENTION, R006)";

const RENAME: &str = "give the function another name";

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(exports: &[&str], language: Language, is_reactor: bool) -> String {
        let mut section = vec![u8::try_from(exports.len()).expect("few exports")];
        for name in exports {
            section.push(u8::try_from(name.len()).expect("a short name"));
            section.extend(name.as_bytes());
            section.extend([0, 0]);
        }
        let length = u8::try_from(section.len()).expect("a short section");
        let module = [b"\0asm\x01\0\0\0", &[7, length][..], &section].concat();
        let refused = refuse(&module, language, is_reactor);
        refused.err().map(|error| format!("{error:#}")).unwrap_or_default()
    }

    #[test]
    fn reserved_names_are_refused_where_they_are_the_authors() {
        use Language::{Go, Rust, Zig};
        for (exports, language, is_reactor, part) in [
            (&["_initialize", "_initialize"][..], Go, true, "`func init()`"),
            (&["_initialize", "polyreactor-export:_initialize"], Zig, true, ".init_array"),
            (&["_start"], Go, true, "entry point of a command"),
            (&["_start"], Rust, true, "entry point of a command"),
            (&["polyreactor-export:_start"], Zig, false, "entry point of a command"),
            (&["memory"], Zig, true, "guest's memory"),
            (&["polyreactor_free", "polyreactor-export:polyreactor_free"], Zig, true, "guest pack"),
            (&["__wasm_call_ctors"], Go, true, "the linker's own"),
            (&["polyreactor-export:__heap_base"], Zig, true, "the linker's own"),
        ] {
            let error = refused(exports, language, is_reactor);
            assert!(error.contains(part) && error.contains("\n  help: "), "{exports:?}: {error}");
        }
    }

    #[test]
    fn names_of_the_toolchain_and_other_names_are_not_refused() {
        use Language::{Go, Rust, Zig};
        for (exports, language) in [
            (&["_initialize", "polyreactor_alloc", "__foo"][..], Go),
            (&["_start", "__wasm_call_ctors"], Zig),
            (&["__heap_base", "_initialize"], Rust),
            (&["polyreactor-export:__foo"], Rust),
        ] {
            assert_eq!(refused(exports, language, false), "");
        }
        assert!(refuse(b"!<arch>\n", Go, true).is_ok());
    }
}
