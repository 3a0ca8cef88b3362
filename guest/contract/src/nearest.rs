//! "Did you mean": the valid names that are most similar to an invalid one.

/// Names of types in other languages, with the contract's names for them.
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

/// The word among `right` that is most similar to `wrong`; `None` if in each more than a third of
/// the letters differ. Upper and lower case are the same. Names of types in other languages, such
/// as `int64`, count as similar to the contract's types.
///
/// ```
/// use polyreactor_contract::nearest;
///
/// assert_eq!(nearest("exprots", ["exports", "imports"]), Some("exports"));
/// assert_eq!(nearest("int64", ["s32", "s64"]), Some("s64"));
/// assert_eq!(nearest("banana", ["s32", "s64"]), None);
/// ```
pub fn nearest<'r>(wrong: &str, right: impl IntoIterator<Item = &'r str>) -> Option<&'r str> {
    /// Maximum length of compared words, in bytes. Types and keys are shorter; an untrusted
    /// contract may have many long ones.
    const LONGEST: usize = 64;
    let wrong = wrong.to_lowercase();
    let mut best: Option<(usize, &str)> = None;
    for word in right {
        let foreign = FOREIGN.iter().filter(|(_, ours)| *ours == word).map(|(theirs, _)| *theirs);
        for written in foreign.chain([word]) {
            // A third rounded down: for words of two letters a difference of one is too much.
            let furthest = wrong.chars().count().max(written.chars().count()) / 3;
            let found = distance(&wrong, written, LONGEST).filter(|found| *found <= furthest);
            best = match (found, best) {
                (Some(found), None) => Some((found, word)),
                (Some(found), Some((least, _))) if found < least => Some((found, word)),
                _ => best,
            };
        }
    }
    best.map(|(_, word)| word)
}

/// The names among `right` that are similar to `wrong`, the most similar first; at most `most` of
/// them. Up to a third of the letters of `wrong` may differ, and always one. Upper and lower case
/// are the same. The empty name is similar to none.
///
/// ```
/// use polyreactor_contract::nearest_names;
///
/// assert_eq!(nearest_names("icn", ["add", "inc", "ic"], 3), ["ic", "inc"]);
/// ```
pub fn nearest_names<'r>(
    wrong: &str,
    right: impl IntoIterator<Item = &'r str>,
    most: usize,
) -> Vec<&'r str> {
    const LONGEST: usize = 256;
    let wrong = wrong.to_lowercase();
    let furthest = (wrong.chars().count() / 3).max(1);
    let named = right.into_iter().filter(|name| !name.is_empty());
    let near = named.filter_map(|name| {
        let found = distance(&wrong, name, LONGEST).filter(|found| *found <= furthest);
        found.map(|found| (found, name))
    });
    let mut near: Vec<_> = near.collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(most).map(|(_, name)| name).collect()
}

/// The Damerau-Levenshtein distance, whatever the case of the letters. `None` if a word is longer
/// than `longest` bytes.
fn distance(lower: &str, word: &str, longest: usize) -> Option<usize> {
    if lower.len() > longest || word.len() > longest {
        return None;
    }
    Some(strsim::damerau_levenshtein(lower, &word.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_name_is_similar_to_none() {
        assert_eq!(nearest_names("b", ["", "a", "abc"], 3), ["a"]);
    }

    #[test]
    fn the_most_similar_word_is_found_if_it_is_similar_enough() {
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
