//! The tables of the languages in a description, `[rust]`, `[go]` and `[zig]`: settings for their
//! toolchains.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{in_order, unknown, wrong_kind};
use super::problem::Problem;

/// The declaration of a language's table.
pub(crate) struct Table {
    /// The name of the table.
    pub(crate) name: &'static str,
    /// All keys that the table may have.
    pub(crate) keys: &'static [Key],
}

/// The declaration of a key in a language's table.
#[derive(Debug)]
pub(crate) struct Key {
    /// The name of the key.
    pub(crate) name: &'static str,
    /// The kind of value that it takes.
    pub(crate) kind: Kind,
    /// An example of the key with a value, which errors show as the remedy.
    pub(crate) form: &'static str,
}

/// The kind of value that a key takes.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A string that passes the check.
    Text(Check),
    /// A list of strings, each of which passes the check.
    List(Check),
    /// True or false.
    Bool,
}

/// Returns why a string is no valid value, or `None` if it is valid. The text continues a sentence
/// that begins with the string.
pub(crate) type Check = fn(&str) -> Option<String>;

/// The values of a language's table in one description.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings(BTreeMap<&'static str, Setting>);

#[derive(Debug, Clone)]
enum Setting {
    Text(String),
    List(Vec<String>),
    Bool(bool),
}

impl Settings {
    /// Whether the table is missing or has no keys.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The string of that key.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match self.0.get(key) {
            Some(Setting::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The strings of that key; empty where it is not set.
    pub(crate) fn list(&self, key: &str) -> &[String] {
        match self.0.get(key) {
            Some(Setting::List(list)) => list,
            _ => &[],
        }
    }

    /// The value of that key; `None` where it is not set.
    pub(crate) fn bool(&self, key: &str) -> Option<bool> {
        match self.0.get(key) {
            Some(Setting::Bool(value)) => Some(*value),
            _ => None,
        }
    }
}

/// Reads a language's table.
pub(super) fn read(table: &DeTable<'_>, keys: &[Key], problems: &mut Vec<Problem>) -> Settings {
    let mut settings = Settings::default();
    for (name, value) in in_order(table) {
        let Some(key) = keys.iter().find(|key| key.name == name.get_ref()) else {
            let names: Vec<_> = keys.iter().map(|key| key.name).collect();
            problems.push(unknown(name, &names));
            continue;
        };
        if let Some(setting) = key.read(value, problems) {
            settings.0.insert(key.name, setting);
        }
    }
    settings
}

impl Key {
    fn read(&self, value: &Spanned<DeValue<'_>>, problems: &mut Vec<Problem>) -> Option<Setting> {
        match (&self.kind, value.get_ref()) {
            (Kind::Bool, DeValue::Boolean(value)) => Some(Setting::Bool(*value)),
            (Kind::Text(check), DeValue::String(_)) => {
                self.text(value, *check, problems).map(Setting::Text)
            }
            (Kind::List(check), DeValue::Array(values)) => {
                let texts = values.iter().filter_map(|value| self.text(value, *check, problems));
                Some(Setting::List(texts.collect()))
            }
            (kind, _) => {
                let right = match kind {
                    Kind::Bool => "true or false",
                    Kind::Text(_) => "a string",
                    Kind::List(_) => "a list of strings",
                };
                problems.push(wrong_kind(value, right, &format!("write `{}`", self.form)));
                None
            }
        }
    }

    fn text(
        &self,
        value: &Spanned<DeValue<'_>>,
        check: Check,
        problems: &mut Vec<Problem>,
    ) -> Option<String> {
        let remedy = format!("write `{}`", self.form);
        let Some(text) = value.get_ref().as_str() else {
            problems.push(wrong_kind(value, "a string", &remedy));
            return None;
        };
        if let Some(cause) = check(text) {
            let cause = format!("`{}` {cause}", text.escape_debug());
            problems.push(Problem::at(value.span(), cause, remedy));
            return None;
        }
        Some(text.to_owned())
    }
}

/// The check of strings that are passed to a compiler unchanged.
pub(crate) fn any(text: &str) -> Option<String> {
    let fits = !text.trim().is_empty() && !text.contains(char::is_control);
    (!fits).then(|| "is blank, or contains control characters".to_owned())
}
