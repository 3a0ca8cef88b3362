//! Names in a contract: which ones are valid, and which ones are reserved.

use polyreactor_layout::is_linker_name;

use crate::FuncType;
use crate::core_type::CoreType::I32;

/// The export with which a host allocates guest memory: `(size: i32, align: i32) -> i32`. The
/// result is the address; it is 0 if there is not enough memory.
pub const ALLOC: &str = "polyreactor_alloc";

/// The export with which a host frees guest memory: `(ptr: i32, size: i32, align: i32)`, with the
/// size and alignment of the allocation.
pub const FREE: &str = "polyreactor_free";

/// The module from which guests import the functions of WASI preview 1.
pub const WASI_MODULE: &str = "wasi_snapshot_preview1";

/// The core type of [`ALLOC`] or [`FREE`]; `None` for any other name.
pub fn allocator_type(name: &str) -> Option<FuncType> {
    match name {
        ALLOC => Some(FuncType::new([I32, I32], [I32])),
        FREE => Some(FuncType::new([I32, I32, I32], [])),
        _ => None,
    }
}

/// Cause and remedy.
type Wrong = (String, String);

/// Checks the name of a parameter, a field or a record. Keywords are valid: a guest may use another
/// name in its source, because only types and their order matter to the module.
pub(crate) fn identifier(name: &str) -> Result<(), Wrong> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if starts && name.chars().all(fits) && name.contains(|c: char| c != '_') {
        return Ok(());
    }
    let cause = format!("`{}` is no valid name in every language", name.escape_debug());
    let hyphens = name.replace('-', "_");
    let remedy = match name.contains('-') && identifier(&hyphens).is_ok() {
        true => format!("write `{hyphens}`"),
        false => "use ASCII letters, digits and `_`, and no digit first".to_owned(),
    };
    Err((cause, remedy))
}

/// Checks the name of an export.
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
    let cause = format!("the name `{}` is reserved for {whose}", name.escape_debug());
    Err((cause, "give the export another name".to_owned()))
}

/// Checks the name of an import, and what imports and exports have in common.
pub(crate) fn function(name: &str) -> Result<(), Wrong> {
    if !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Ok(());
    }
    let cause = match name.is_empty() {
        true => "there is no name".to_owned(),
        false => {
            let name = name.escape_debug();
            format!("Go cannot write white space or control characters in a name: `{name}`")
        }
    };
    Err((cause, "give it a name without white space and control characters".to_owned()))
}

/// Checks the name of a module of imports.
pub(crate) fn module(name: &str) -> Result<(), Wrong> {
    function(name)?;
    let (cause, remedy) = match name {
        WASI_MODULE => ("is the module of WASI, from which every guest may import", "leave it out"),
        _ if name.starts_with("wasi_") => ("is reserved for WASI", "give the module another name"),
        "gojs" => (
            "is a module whose functions Go calls by a convention of its own",
            "give the module another name",
        ),
        _ => return Ok(()),
    };
    Err((format!("`{}` {cause}", name.escape_debug()), remedy.to_owned()))
}
