//! What things in a contract may be called: a name in, what is wrong with it out; and the
//! nearest right word for a wrong one.

use crate::rules::is_leftover;
use crate::wasi;

/// Cause and remedy.
type Wrong = (String, String);

/// The name of a parameter, a field or a record. Such names stay in the contract: a guest may
/// call the thing otherwise, as only types and order cross. So keywords are as good as others.
pub(super) fn identifier(name: &str) -> Result<(), Wrong> {
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
pub(super) fn export(name: &str) -> Result<(), Wrong> {
    function(name)?;
    let whose = match name {
        "memory" => "the guest's memory",
        "_initialize" | "_start" => "WASI",
        _ if name.starts_with("polyreactor_") => "Polyreactor",
        _ if name.starts_with("cabi_") || name.contains('#') => "the component model",
        _ if is_leftover(name) || name == "__indirect_function_table" => "the linker",
        _ => return Ok(()),
    };
    let cause = format!("the name `{}` belongs to {whose}", name.escape_debug());
    Err((cause, "call the export something else".to_owned()))
}

/// The name of an import, or of an export as far as it goes.
pub(super) fn function(name: &str) -> Result<(), Wrong> {
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
pub(super) fn module(name: &str) -> Result<(), Wrong> {
    function(name)?;
    let (cause, remedy) = match name {
        wasi::MODULE => ("is WASI's own, and every guest may import from it", "leave it out"),
        _ if name.starts_with("wasi_") => ("is a name of WASI's", "call it something else"),
        "gojs" => ("is a module that Go calls in a way of its own", "call it something else"),
        _ => return Ok(()),
    };
    Err((format!("`{}` {cause}", name.escape_debug()), remedy.to_owned()))
}

/// The names that other languages have for our types.
const FOREIGN: &[(&str, &str)] = &[
    ("boolean", "bool"),
    ("byte", "u8"),
    ("char", "u32"),
    ("double", "f64"),
    ("float", "f32"),
    ("float32", "f32"),
    ("float64", "f64"),
    ("i8", "s8"),
    ("i16", "s16"),
    ("i32", "s32"),
    ("i64", "s64"),
    ("int", "s32"),
    ("int8", "s8"),
    ("int16", "s16"),
    ("int32", "s32"),
    ("int64", "s64"),
    ("isize", "s32"),
    ("long", "s64"),
    ("rune", "u32"),
    ("str", "string"),
    ("uint", "u32"),
    ("uint8", "u8"),
    ("uint16", "u16"),
    ("uint32", "u32"),
    ("uint64", "u64"),
    ("uintptr", "u32"),
    ("usize", "u32"),
];

/// The word among `right` that someone meant by `wrong`, if one is near; also by the names that
/// other languages have for our types.
pub fn nearest<'r>(wrong: &str, right: impl IntoIterator<Item = &'r str>) -> Option<&'r str> {
    const LONGEST: usize = 64;
    let wrong = wrong.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for word in right {
        let foreign = FOREIGN.iter().filter(|(_, ours)| *ours == word).map(|(theirs, _)| *theirs);
        for written in foreign.chain([word]) {
            if wrong.len() > LONGEST || written.len() > LONGEST {
                continue;
            }
            let distance = strsim::damerau_levenshtein(&wrong, &written.to_lowercase());
            // Words of two letters are one letter from everything.
            let near = distance <= wrong.chars().count().max(written.chars().count()) / 3;
            if near && best.is_none_or(|(least, _)| distance < least) {
                best = Some((distance, word));
            }
        }
    }
    best.map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_near() {
        let types = ["bool", "s32", "u32", "f64", "string", "point"];
        let near = |wrong| nearest(wrong, types);
        assert_eq!(near("i32"), Some("s32"));
        assert_eq!(near("String"), Some("string"));
        assert_eq!(near("sting"), Some("string"));
        assert_eq!(near("pont"), Some("point"));
        assert_eq!(near("f46"), Some("f64"));
        assert_eq!(near("flaot64"), Some("f64"));
        assert_eq!(near("int64"), None, "there is no s64 here");
        assert_eq!(near("banana"), None);
    }
}
