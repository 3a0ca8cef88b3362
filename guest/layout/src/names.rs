//! Names of exports as symbols of the linker.

/// The prefix of the linker's symbols for exported functions.
///
/// To a linker, an export's name is a symbol: with an export `exp`, calls of libc's `exp` anywhere
/// in the module would call the export instead. So the guest packages for Rust and Zig export a
/// function as `polyreactor-export:exp`, a symbol that no library has, and `build-guests` and
/// `patch` remove the prefix from the exports of the linked module (CONVENTION, R013).
pub const EXPORT_SYMBOL_PREFIX: &str = "polyreactor-export:";

/// Symbols that linkers and sanitizers define for their own use. An exact list, because a name that
/// begins with `__` may be the author's.
const LINKER_NAMES: &[&str] = &[
    "__data_end",
    "__dso_handle",
    "__global_base",
    "__heap_base",
    "__heap_end",
    "__memory_base",
    "__stack_high",
    "__stack_low",
    "__stack_pointer",
    "__table_base",
    "__tls_align",
    "__tls_base",
    "__tls_size",
    "__wasm_apply_data_relocs",
    "__wasm_call_ctors",
    "__wasm_call_dtors",
    "__wasm_init_memory",
    "__wasm_init_tls",
];

/// Handlers of the undefined-behaviour sanitizer: Zig 0.14 exports 34 of them.
const LINKER_FAMILY: &str = "__ubsan_handle_";

/// Whether an export of that name is a symbol of the linker or of a sanitizer (CONVENTION R006).
pub fn is_linker_name(name: &str) -> bool {
    LINKER_NAMES.contains(&name) || name.starts_with(LINKER_FAMILY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_linkers_names_are_the_linkers() {
        assert!(is_linker_name("__heap_base") && is_linker_name("__ubsan_handle_add_overflow"));
        assert!(!is_linker_name("__foo") && !is_linker_name("__heap"));
    }
}
