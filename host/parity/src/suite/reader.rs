//! [`Reader`]: reads values of a parsed TOML file, and collects the faults with their places.

use std::ops::{Range, RangeInclusive};

use polyreactor_contract::{Fault, nearest, quote};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::fault::at;
use super::interface::Interface;
use super::place;

/// A value with its place.
pub(super) type Value<'s> = Spanned<DeValue<'s>>;

/// A key with its place.
pub(super) type Key<'s> = Spanned<DeString<'s>>;

/// The key and the value of an entry, in a table of a file.
pub(super) type Entry<'t, 's> = (&'t Key<'s>, &'t Value<'s>);

/// A string with the place of its literal.
#[derive(Debug, Clone)]
pub(super) struct Text<'t> {
    pub(super) text: &'t str,
    pub(super) place: Range<usize>,
}

/// Reads values. A method that returns `None` has added a fault, whose remedy is `form`.
pub(super) struct Reader<'a> {
    pub(super) interface: &'a Interface,
    file: &'a str,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a str, interface: &'a Interface) -> Reader<'a> {
        Reader { interface, file, faults: Vec::new() }
    }

    pub(super) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    /// Adds a fault. An untrusted file may have as many as bytes, so only 100 are kept.
    pub(super) fn push(&mut self, fault: Fault) {
        const MOST: usize = 100;
        if self.faults.len() < MOST {
            self.faults.push(fault);
        }
    }

    /// Adds a fault at the whole value.
    pub(super) fn fault(&mut self, place: Range<usize>, cause: impl Into<String>, remedy: &str) {
        self.push(at(place, cause, remedy));
    }

    /// The value, or `None` after adding the fault, whose place is in the string.
    pub(super) fn keep<T>(&mut self, text: &Text<'_>, result: Result<T, Fault>) -> Option<T> {
        self.keep_all(text, result.map_err(|fault| vec![fault]))
    }

    /// The value, or `None` after adding the faults, whose places are in the string.
    pub(super) fn keep_all<T>(
        &mut self,
        text: &Text<'_>,
        result: Result<T, Vec<Fault>>,
    ) -> Option<T> {
        let file = self.file;
        let faults = match result {
            Ok(value) => return Some(value),
            Err(faults) => faults,
        };
        for fault in faults {
            self.push(fault.map(|part| place::inside(file, &text.place, text.text, &part)));
        }
        None
    }

    pub(super) fn text<'t>(&mut self, value: &'t Value<'_>, form: &str) -> Option<Text<'t>> {
        let text = value.get_ref().as_str().map(|text| Text { text, place: value.span() });
        text.or_else(|| self.wrong(value, "a string", form))
    }

    pub(super) fn owned(&mut self, value: &Value<'_>, form: &str) -> Option<String> {
        self.text(value, form).map(|text| text.text.to_owned())
    }

    /// The strings of a list.
    pub(super) fn texts<'t>(&mut self, value: &'t Value<'_>, form: &str) -> Vec<Text<'t>> {
        let values = self.list(value, "a list of strings", form);
        values.iter().filter_map(|value| self.text(value, form)).collect()
    }

    /// The values of a list; none after adding a fault.
    pub(super) fn list<'t, 's>(
        &mut self,
        value: &'t Value<'s>,
        right: &str,
        form: &str,
    ) -> &'t [Value<'s>] {
        match value.get_ref().as_array() {
            Some(values) => values,
            None => self.wrong(value, right, form).unwrap_or(&[]),
        }
    }

    pub(super) fn bool(&mut self, value: &Value<'_>, form: &str) -> Option<bool> {
        let found = value.get_ref().as_bool();
        found.or_else(|| self.wrong(value, "true or false", form))
    }

    /// A whole number in the range.
    pub(super) fn whole<T: TryFrom<u64>>(
        &mut self,
        value: &Value<'_>,
        range: RangeInclusive<u64>,
        form: &str,
    ) -> Option<T> {
        let Some(integer) = value.get_ref().as_integer() else {
            return self.wrong(value, "a whole number", form);
        };
        let number = u64::from_str_radix(integer.as_str(), integer.radix()).ok();
        let number = number.filter(|number| range.contains(number));
        number.and_then(|number| T::try_from(number).ok()).or_else(|| {
            let cause = format!("this is no number from {} to {}", range.start(), range.end());
            self.fault(value.span(), cause, form);
            None
        })
    }

    /// A number that is not negative.
    pub(super) fn number(&mut self, value: &Value<'_>, form: &str) -> Option<f64> {
        let number = match value.get_ref() {
            DeValue::Integer(integer) => {
                i64::from_str_radix(integer.as_str(), integer.radix()).ok().map(|it| it as f64)
            }
            DeValue::Float(float) => float.as_str().parse().ok(),
            _ => return self.wrong(value, "a number", form),
        };
        number.filter(|number| number.is_finite() && *number >= 0.0).or_else(|| {
            self.fault(value.span(), "this is no number from 0 on", form);
            None
        })
    }

    /// The entries of a table, in the order of the file; none after adding a fault.
    pub(super) fn table<'t, 's>(&mut self, value: &'t Value<'s>, form: &str) -> Vec<Entry<'t, 's>> {
        match value.get_ref().as_table() {
            Some(table) => in_order(table),
            None => self.wrong(value, "a table", form).unwrap_or_default(),
        }
    }

    /// Adds a fault for a value of another kind.
    pub(super) fn wrong<T>(&mut self, value: &Value<'_>, right: &str, form: &str) -> Option<T> {
        let cause = format!("this is {}, and should be {right}", kind_of(value.get_ref()));
        self.fault(value.span(), cause, form);
        None
    }

    /// Adds a fault for an unknown key.
    pub(super) fn unknown(&mut self, key: &Key<'_>, known: &[&str]) {
        let name: &str = key.get_ref();
        let remedy = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the keys are: {}", known.join(", ")),
        };
        let cause = format!("there is no key `{}`", quote::excerpt(name));
        self.fault(key.span(), cause, &remedy);
    }

    /// The word, if it is one of `known`.
    pub(super) fn word(
        &mut self,
        text: &Text<'_>,
        known: &[&'static str],
        noun: &str,
    ) -> Option<&'static str> {
        if let Some(word) = known.iter().find(|word| **word == text.text) {
            return Some(word);
        }
        let remedy = match nearest(text.text, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write one of: {}", known.join(", ")),
        };
        let cause = format!("`{}` is no {noun}", quote::excerpt(text.text));
        self.fault(text.place.clone(), cause, &remedy);
        None
    }
}

/// A key as a string with its place.
pub(super) fn key_text<'t>(key: &'t Key<'_>) -> Text<'t> {
    Text { text: key.get_ref(), place: key.span() }
}

/// The entries of a table in the order of the file; the table itself iterates by name.
pub(super) fn in_order<'t, 's>(table: &'t DeTable<'s>) -> Vec<Entry<'t, 's>> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

/// The kind of a value, for messages.
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
