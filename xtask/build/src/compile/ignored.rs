//! Notes on environment variables that would change a compiler's output, and that are therefore
//! removed from builds of plugins.

use std::collections::BTreeMap;

/// A group of variables with one purpose.
pub(super) struct Purpose {
    /// Whether the variable of that name belongs to the group.
    pub(super) is: fn(&str) -> bool,
    /// The remedy: where a plugin makes such a setting instead.
    pub(super) instead: &'static str,
}

/// One note for each group with a variable that is set and not empty.
pub(super) fn notes(purposes: &[Purpose]) -> Vec<String> {
    let set = std::env::vars_os().filter(|(_, value)| !value.is_empty());
    let set: Vec<String> = set.filter_map(|(name, _)| name.into_string().ok()).collect();
    notes_of(set, purposes)
}

fn notes_of(mut set: Vec<String>, purposes: &[Purpose]) -> Vec<String> {
    set.sort();
    let mut by_purpose = BTreeMap::<usize, Vec<String>>::new();
    for name in set {
        if let Some(at) = purposes.iter().position(|purpose| (purpose.is)(&name)) {
            by_purpose.entry(at).or_default().push(name);
        }
    }
    let note = |(at, names): (usize, Vec<String>)| {
        let (is, it) = if names.len() == 1 { ("is", "it") } else { ("are", "them") };
        format!(
            "{} {is} set in the environment, but plugins are built without {it}: {}",
            names.join(", "),
            purposes[at].instead
        )
    };
    by_purpose.into_iter().map(note).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_with_one_purpose_make_one_note() {
        let purposes = [
            Purpose { is: |name| name == "A", instead: "do a" },
            Purpose { is: |name| name.starts_with('B'), instead: "do b" },
        ];
        let set = ["B2", "C", "B1", "A"].map(str::to_owned).to_vec();
        let notes = notes_of(set, &purposes);
        assert_eq!(
            notes,
            [
                "A is set in the environment, but plugins are built without it: do a",
                "B1, B2 are set in the environment, but plugins are built without them: do b"
            ]
        );
        assert!(notes_of(vec!["C".to_owned()], &purposes).is_empty());
    }
}
