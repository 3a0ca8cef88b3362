//! The tables of the languages in a description, `[rust]`, `[go]` and `[zig]`: what their
//! toolchains are to be told.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{in_order, unknown, wrong_kind};
use super::problem::Problem;

/// A language's table.
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: &'static str,
    /// All keys that it may have.
    pub(crate) keys: &'static [Key],
}

/// A key of a language's table.
#[derive(Debug)]
pub(crate) struct Key {
    /// Its name.
    pub(crate) name: &'static str,
    /// What its value may be.
    pub(crate) kind: Kind,
    /// How it is written, for who wrote it otherwise.
    pub(crate) form: &'static str,
}

/// What a key's value may be.
#[derive(Debug)]
pub(crate) enum Kind {
    /// A text that passes the check.
    Text(Check),
    /// A list of such texts.
    List(Check),
    /// True or false.
    Bool,
}

/// Why a text cannot be meant, where it cannot.
pub(crate) type Check = fn(&str) -> Option<String>;

/// What a description says in one language's table.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings(BTreeMap<&'static str, Setting>);

#[derive(Debug, Clone)]
enum Setting {
    Text(String),
    List(Vec<String>),
    Bool(bool),
}

impl Settings {
    /// Whether the table is not there, or says nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text of that key.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match self.0.get(key) {
            Some(Setting::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The texts of that key.
    pub(crate) fn list(&self, key: &str) -> &[String] {
        match self.0.get(key) {
            Some(Setting::List(list)) => list,
            _ => &[],
        }
    }

    /// Whether that key is true; nothing where it is not there.
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
                    Kind::Text(_) => "a text",
                    Kind::List(_) => "a list of texts",
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
            problems.push(wrong_kind(value, "a text", &remedy));
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

/// For texts that go to a compiler as they are.
pub(crate) fn any(text: &str) -> Option<String> {
    let fits = !text.trim().is_empty() && !text.contains(char::is_control);
    (!fits).then(|| "says nothing, or has characters in it that are not printed".to_owned())
}
