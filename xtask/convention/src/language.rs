//! Detects the source language and the compiler of a module, by its `producers` section and by
//! other traces that only one language leaves.

use crate::module::Module;
use crate::producers::{Language, Tool};

/// The language of most of the module's code; `None` where the bytes do not show it.
pub(crate) fn language(module: &Module<'_>) -> Option<Language> {
    let has = |wanted: &str| languages(module).any(|name| name == wanted);
    let has_c = languages(module).any(is_c);
    match () {
        () if has("Go") || is_of_tinygo(module) => Some(Language::Go),
        () if has("Zig") => Some(Language::Zig),
        () if has("Rust") && is_mostly_c(module) => Some(Language::C),
        () if has("Rust") => Some(Language::Rust),
        // LLVM writes C into `producers` for Zig too; the names of Zig's standard library differ.
        () if has_zig_names(module) => Some(Language::Zig),
        () => has_c.then_some(Language::C),
    }
}

/// The compiler among the tools: the one for the module's language. A Rust module names clang
/// beside rustc, because rustc links a libc that was written in C.
pub(crate) fn compiler(module: &Module<'_>, tools: &[Tool]) -> Option<Tool> {
    if is_of_tinygo(module) {
        // TinyGo writes its version nowhere.
        return Some(Tool { name: "TinyGo".to_owned(), version: String::new() });
    }
    let order = match language(module) {
        Some(Language::C) => ["clang", "rustc", "Go cmd/compile", "zig"],
        _ => ["rustc", "Go cmd/compile", "zig", "clang"],
    };
    let mut named = order.iter().map(|wanted| tools.iter().find(|tool| tool.name == *wanted));
    named.find_map(|tool| tool.cloned())
}

fn languages<'m>(module: &'m Module<'_>) -> impl Iterator<Item = &'m str> {
    let languages = module.producers.iter().filter(|(field, ..)| *field == "language");
    languages.map(|(_, name, _)| *name)
}

/// Whether a language of `producers` is C or C++, under DWARF's names for their dialects: `C`,
/// `C11`, `C_plus_plus_14`. Crystal is not.
fn is_c(language: &str) -> bool {
    let rest = language.strip_prefix('C');
    rest.is_some_and(|rest| {
        rest.starts_with("_plus_plus") || rest.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Whether a module that contains Rust is mostly C, such as an interpreter in C with parts in Rust.
/// The only C that Rust itself links is its libc, in C11.
fn is_mostly_c(module: &Module<'_>) -> bool {
    if !languages(module).any(|language| is_c(language) && language != "C11") {
        return false;
    }
    if module.has_given_names() {
        let is_of_rust = |name: &&&str| rustc_demangle::try_demangle(name).is_ok();
        let of_rust = module.names.values().filter(is_of_rust).count();
        return 2 * of_rust < module.names.len();
    }
    // The linker lists tools in the order of its inputs, the program's own objects first.
    let mut tools = module.producers.iter().filter(|(field, ..)| *field == "processed-by");
    tools.find(|(_, tool, _)| matches!(*tool, "clang" | "rustc")).is_some_and(|it| it.1 == "clang")
}

/// Whether TinyGo compiled the module. TinyGo does not name itself in `producers`, and links a libc
/// in C. The evidence is the names of its runtime; without names, the libc functions that TinyGo
/// always exports, together with the text of its panic messages.
fn is_of_tinygo(module: &Module<'_>) -> bool {
    const RUNTIME: [&str; 4] =
        ["runtime.runtimePanic", "runtime.nilPanic", "runtime.lookupPanic", "runtime.alloc"];
    const EXPORTS: [&str; 4] = ["malloc", "free", "calloc", "realloc"];
    const PANIC: &[u8] = b"panic: runtime error";
    if languages(module).any(|name| name == "Go" || name == "Rust") {
        return false;
    }
    let is_of_runtime = |name: &&str| RUNTIME.iter().any(|own| name.starts_with(own));
    module.names.values().any(is_of_runtime)
        || EXPORTS.iter().all(|name| module.exported_function(name).is_some())
            && module.bytes.windows(PANIC.len()).any(|text| text == PANIC)
}

/// Whether functions of Zig's standard library are among the names. Zig does not name itself in
/// `producers`.
fn has_zig_names(module: &Module<'_>) -> bool {
    module.names.values().any(|name| {
        ["debug.FullPanic", "debug.defaultPanic", "debug.print", "Io.Writer", "io.GenericWriter"]
            .iter()
            .any(|own| name.starts_with(own))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The language and the compiler that are detected for a module with these fields of
    /// `producers`, these function names and these other items.
    fn detected(producers: &str, names: &[&str], rest: &str) -> (Option<Language>, Option<String>) {
        let functions: String = names.iter().map(|name| format!("(func ${name})")).collect();
        let text = format!("(module {functions} {rest} (@producers {producers}))");
        let bytes = wat::parse_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let found = crate::inspect(&bytes).expect("the module is valid");
        (found.language, found.compiler.map(|tool| tool.to_string()))
    }

    const RUST: &str = r#"(processed-by "rustc" "1.95.0")"#;
    const CLANG: &str = r#"(processed-by "clang" "18.1.2")"#;

    #[test]
    fn rust_with_its_libc_is_rust_in_any_order_of_tools() {
        let languages = r#"(language "Rust" "") (language "C11" "")"#;
        for tools in [format!("{RUST} {CLANG}"), format!("{CLANG} {RUST}")] {
            let found = detected(&format!("{languages} {tools}"), &["inc", "dummy"], "");
            assert_eq!(found, (Some(Language::Rust), Some("rustc 1.95.0".to_owned())));
        }
    }

    /// Ruby's distribution: an interpreter in C, with a file system in Rust.
    #[test]
    fn an_interpreter_in_c_with_parts_in_rust_is_c() {
        let languages = r#"(language "Rust" "") (language "C11" "") (language "C99" "")"#;
        let c = (Some(Language::C), Some("clang 18.1.2".to_owned()));
        assert_eq!(detected(&format!("{languages} {CLANG} {RUST}"), &[], ""), c);
        let names = ["rb_eval", "rb_funcall", "_ZN4core3fmt5write17h0123456789abcdefE"];
        assert_eq!(detected(&format!("{languages} {CLANG} {RUST}"), &names, ""), c);
        // A plugin in Rust with a library in C.
        let found = detected(&format!("{languages} {RUST} {CLANG}"), &[], "");
        assert_eq!(found.0, Some(Language::Rust));
    }

    #[test]
    fn tinygo_is_go() {
        let languages = r#"(language "C11" "") (processed-by "clang" "18.1.2")"#;
        let go = (Some(Language::Go), Some("TinyGo".to_owned()));
        assert_eq!(detected(languages, &["runtime.alloc", "malloc"], ""), go);
        let exports: String = ["malloc", "free", "calloc", "realloc"]
            .map(|name| format!("(func (export \"{name}\"))"))
            .concat();
        let message = r#"(memory 1) (data (i32.const 8) "panic: runtime error: nil map")"#;
        assert_eq!(detected(languages, &[], &format!("{exports} {message}")), go);
        assert_eq!(detected(languages, &[], &exports).0, Some(Language::C));
    }

    #[test]
    fn languages_other_than_c_may_begin_with_c() {
        assert!(is_c("C") && is_c("C17") && is_c("C_plus_plus_14"));
        assert!(!is_c("Crystal") && !is_c("Clojure") && !is_c("Rust"));
    }
}
