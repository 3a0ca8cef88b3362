//! A plugin's description: parses a `plugin.toml`, or a table of a Cargo.toml, and reports all of
//! its faults at once. This module knows neither compilers nor where plugins are: `find` passes the
//! path and the tables of the languages in.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use toml::de::{DeTable, DeValue};

mod declared;
mod keys;
mod problem;
mod settings;

pub(crate) use declared::Declared;
use problem::{Problem, Source};
pub(crate) use settings::{Key, Kind, Settings, Table, any};

/// The keys of `plugin.toml`, checked.
#[derive(Debug, Default)]
pub(crate) struct Description {
    /// The plugin's name; `None` where the name of its folder is used.
    pub(crate) name: Option<String>,
    /// The tables of the languages, by name.
    pub(crate) settings: BTreeMap<&'static str, Settings>,
    /// The contract: what the implementations export and import.
    pub(crate) contract: Option<Arc<Declared>>,
}

impl Description {
    /// Reads a `plugin.toml`, which may have these tables beside the plugin's own keys.
    pub(crate) fn of_file(path: &Path, tables: &[Table]) -> Result<Self> {
        read(path, &[], tables)
    }

    /// Reads `[package.metadata.polyreactor]` of a Cargo.toml. The file itself is read, because the
    /// output of `cargo metadata` loses the order of a record's fields.
    pub(crate) fn of_package(path: &Path, tables: &[Table]) -> Result<Self> {
        read(path, &["package", "metadata", "polyreactor"], tables)
    }

    /// Why `name` cannot name a plugin, or `None` if it can: the artifact's file has this name.
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

fn read(path: &Path, keys: &[&str], tables: &[Table]) -> Result<Description> {
    let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let source = Arc::new(Source { path: path.display().to_string(), text });
    if let Err(error) = std::str::from_utf8(&bytes) {
        let at = error.valid_up_to();
        let cause = format!("this is not UTF-8: the byte 0x{:02x}", bytes[at]);
        // `from_utf8_lossy` has put U+FFFD there, which takes three bytes.
        let problem = Problem::at(at..at + 3, cause, "save the file as UTF-8");
        bail!("{}", source.show(vec![problem]));
    }
    let (table, errors) = DeTable::parse_recoverable(&source.text);
    if !errors.is_empty() {
        bail!("{}", source.show(errors.iter().map(Problem::of_toml).collect()));
    }
    let mut table = table.get_ref();
    for key in keys {
        let Some(inner) = table.get(*key).and_then(|value| value.get_ref().as_table()) else {
            bail!("{}: [{}] is not a table", path.display(), keys.join("."));
        };
        table = inner;
    }
    let (description, problems) = keys::read(table, tables, &source);
    if !problems.is_empty() {
        bail!("{}", source.show(problems));
    }
    Ok(description)
}

/// The kind of a TOML value, for error texts.
fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a bool",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_name_has_to_be_a_file_name() {
        assert_eq!(Description::fault_of_name("word-count_2"), None);
        for bad in ["", "../x", "a/b", ".hidden", "a b"] {
            assert!(Description::fault_of_name(bad).is_some(), "{bad}");
        }
    }
}
