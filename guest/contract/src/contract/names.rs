//! The names that things in a contract may have, and the names that are taken already.

use crate::FuncType;
use crate::core_type::CoreType::I32;

/// The export by which a host takes memory of a guest: `(size: i32, align: i32) -> i32`.
pub const ALLOC: &str = "polyreactor_alloc";

/// The export by which a host gives memory back: `(ptr: i32, size: i32, align: i32)`.
pub const FREE: &str = "polyreactor_free";

/// The module of the imports that WASI preview 1 serves.
pub const WASI_MODULE: &str = "wasi_snapshot_preview1";

/// What linkers and sanitizers define for their own use. An exact list: `__` at the beginning
/// of a name does not make it the linker's.
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

/// The type that hosts call [`ALLOC`] and [`FREE`] with; `None` for any other name.
pub fn allocator_type(name: &str) -> Option<FuncType> {
    match name {
        ALLOC => Some(FuncType::new([I32, I32], [I32])),
        FREE => Some(FuncType::new([I32, I32, I32], [])),
        _ => None,
    }
}

/// Whether an export of that name is a symbol of the linker's or of a sanitizer's (R006).
pub fn is_linker_name(name: &str) -> bool {
    LINKER_NAMES.contains(&name) || name.starts_with(LINKER_FAMILY)
}

/// Cause and remedy.
type Wrong = (String, String);

/// The name of a parameter, a field or a record. Such names stay in the contract: a guest may
/// call the thing otherwise, as only types and order cross. So keywords are as good as others.
pub(crate) fn identifier(name: &str) -> Result<(), Wrong> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if starts && name.chars().all(fits) && name.contains(|c: char| c != '_') {
        return Ok(());
    }
    let cause = format!("`{}` is no name that every language can say", name.escape_debug());
    let hyphens = name.replace('-', "_");
    let remedy = match name.contains('-') && identifier(&hyphens).is_ok() {
        true => format!("write `{hyphens}`"),
        false => "use ASCII letters, digits and `_`, and no digit first".to_owned(),
    };
    Err((cause, remedy))
}

/// The name of an export.
pub(crate) fn export(name: &str) -> Result<(), Wrong> {
    function(name)?;
    let whose = match name {
        "memory" => "the guest's memory",
        "_initialize" | "_start" => "WASI",
        _ if name.starts_with("polyreactor_") => "Polyreactor",
        _ if name.starts_with("cabi_") || name.contains('#') => "the component model",
        _ if is_linker_name(name) || name == "__indirect_function_table" => "the linker",
        _ => return Ok(()),
    };
    let cause = format!("the name `{}` belongs to {whose}", name.escape_debug());
    Err((cause, "call the export something else".to_owned()))
}

/// The name of an import, or of an export as far as it goes.
pub(crate) fn function(name: &str) -> Result<(), Wrong> {
    if !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Ok(());
    }
    let cause = match name.is_empty() {
        true => "there is no name".to_owned(),
        false => format!("`{}` has space in it, which Go cannot write", name.escape_debug()),
    };
    Err((cause, "give it a name without white space and control characters".to_owned()))
}

/// The name of a module of imports.
pub(crate) fn module(name: &str) -> Result<(), Wrong> {
    function(name)?;
    let (cause, remedy) = match name {
        WASI_MODULE => ("is WASI's own, and every guest may import from it", "leave it out"),
        _ if name.starts_with("wasi_") => ("is a name of WASI's", "call it something else"),
        "gojs" => ("is a module that Go calls in a way of its own", "call it something else"),
        _ => return Ok(()),
    };
    Err((format!("`{}` {cause}", name.escape_debug()), remedy.to_owned()))
}
