//! The names of exports and imports: why a name that an author chose is refused.

use polyreactor_layout::EXPORT_SYMBOL_PREFIX;

/// Why no export may be called that.
pub(crate) fn refuse_export(name: &str) -> Option<String> {
    let reserved = |why: &str| Some(format!("`{name}` is {why}"));
    match name {
        "" => Some("an export needs a name".into()),
        "_initialize" => {
            reserved("the reactor's own name; to run code once at the start, use `#[init]`")
        }
        "_start" | "memory" | "__indirect_function_table" => {
            reserved("the reactor's own name; call the function something else")
        }
        "polyreactor_alloc" | "polyreactor_free" => reserved(
            "what this crate exports by itself where strings or pointers cross; call the \
             function something else",
        ),
        _ if name.starts_with("cabi_") => {
            reserved("a name of the component model's; call the function something else")
        }
        _ if name.contains('#') => {
            reserved("what the component model calls an export of an interface; leave the `#` out")
        }
        _ if name.starts_with("__") => {
            reserved("a name as the linker's own; call the function something else")
        }
        _ if name.starts_with(EXPORT_SYMBOL_PREFIX) => {
            reserved("a symbol as `#[export]` makes it for the linker; leave its beginning out")
        }
        _ if name.ends_with(".command_export") => {
            reserved("what the linker calls a wrapper; call the function something else")
        }
        _ => refuse_import(name),
    }
}

/// Why no function of the host's may be called that.
pub(crate) fn refuse_import(name: &str) -> Option<String> {
    match name {
        "" => Some("an import needs a name".into()),
        _ if name.contains('\0') => Some("a name holds no NUL".into()),
        _ => None,
    }
}
