//! A plugin's description: the text of `plugin.toml`, or of `package.metadata.polyreactor`,
//! in; its keys out.

use semver::Version;
use serde::Deserialize;

/// The keys of `plugin.toml`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Description {
    /// The plugin's name; else its folder's.
    pub(crate) name: Option<String>,
    /// What its Zig implementation needs.
    #[serde(default)]
    pub(crate) zig: Zig,
}

/// The keys of `[zig]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Zig {
    /// The one toolchain that builds it; else any that is new enough.
    pub(crate) version: Option<Version>,
}

impl Description {
    /// Why `name` cannot name a plugin, if it cannot: it becomes a file's name.
    pub(crate) fn fault_of_name(name: &str) -> Option<String> {
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        let bad = name.is_empty() || name.starts_with('.') || !name.chars().all(fits);
        bad.then(|| {
            format!(
                "`{}` cannot name a plugin; use letters, digits, `-`, `_` and `.`",
                name.escape_debug()
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_key_is_an_error_that_names_it() {
        let error = toml::from_str::<Description>("nmae = \"x\"").expect_err("no such key");
        assert!(error.to_string().contains("nmae"), "{error}");
    }

    #[test]
    fn names_are_file_names() {
        assert_eq!(Description::fault_of_name("word-count_2"), None);
        for bad in ["", "../x", "a/b", ".hidden", "a b"] {
            assert!(Description::fault_of_name(bad).is_some(), "{bad}");
        }
    }
}
