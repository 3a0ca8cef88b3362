//! Names of exports and imports: which ones are refused, and why.

use polyreactor_layout::{EXPORT_SYMBOL_PREFIX, is_linker_name};

/// The error for a name that no export may have.
pub(crate) fn refuse_export(name: &str) -> Option<String> {
    let reserved = |why: &str| Some(format!("`{name}` is {why}"));
    match name {
        "" => Some("an export needs a name".into()),
        "_initialize" => {
            reserved("reserved for the reactor; to run code once at the start, use `#[init]`")
        }
        "_start" | "memory" | "__indirect_function_table" => {
            reserved("reserved for the reactor; give the function another name")
        }
        "polyreactor_alloc" | "polyreactor_free" => reserved(
            "reserved for the allocator that this crate exports; give the function another name",
        ),
        _ if name.starts_with("cabi_") => {
            reserved("reserved for the component model; give the function another name")
        }
        _ if name.contains('#') => reserved(
            "a name that the component model gives to an export of an interface; leave the `#` \
             out",
        ),
        _ if is_linker_name(name) => {
            reserved("reserved for the linker; give the function another name")
        }
        _ if name.starts_with(EXPORT_SYMBOL_PREFIX) => {
            reserved("a symbol that `#[export]` makes for the linker; leave the prefix out")
        }
        _ if name.ends_with(".command_export") => {
            reserved("a name that the linker gives to a wrapper; give the function another name")
        }
        _ => refuse_import(name),
    }
}

/// The error for a name that no host function, and no module of host functions, may have.
pub(crate) fn refuse_import(name: &str) -> Option<String> {
    match name {
        "" => Some("an import needs a name".into()),
        _ if name.contains('\0') => Some("a name cannot contain a NUL character".into()),
        _ => None,
    }
}
