//! `[[property]]`: what holds for generated sequences of calls.

use std::ops::Range;

use polyreactor_contract::{Fault, quote};

use super::case;
use super::fault::at;
use super::interface::Interface;
use super::reader::{Reader, Text, Value, key_text};
use condition::{Condition, conditions};
use range::ParameterRange;
use same::Same;

pub(super) mod condition;
pub(super) mod range;
pub(super) mod same;

/// What sequences of calls are generated, and what holds for them beside equality.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Property {
    /// The name; `property 1` and so on by default.
    pub name: String,
    /// The exports that are called, as indexes in the interface; by default all that can be called.
    pub exports: Vec<usize>,
    /// How often each of `exports` is called in relation to the others; 1 by default.
    pub weights: Vec<u32>,
    /// Ranges of generated arguments.
    pub ranges: Vec<ParameterRange>,
    /// Conditions of the arguments: a call is not made where one is false or undefined.
    pub when: Vec<Condition>,
    /// Conditions of each call that returns, over its parameters and `result`; a pointer's name is
    /// the value after the call.
    pub holds: Vec<Condition>,
    /// Calls that have the same outcome as others.
    pub same: Vec<Same>,
    /// The number of sequences; `None` for that of the suite.
    pub sequences: Option<u32>,
    /// The maximum number of calls in a sequence; `None` for that of the suite.
    pub calls: Option<u32>,
}

const KEYS: [&str; 9] =
    ["name", "exports", "weights", "ranges", "when", "holds", "same", "sequences", "calls"];

impl Property {
    /// Any sequence of calls of all exports.
    pub(super) fn any_sequence(interface: &Interface) -> Property {
        let exports = interface.exports.iter().enumerate();
        let callable = exports.filter(|(_, export)| export.is_callable());
        let exports: Vec<_> = callable.map(|(index, _)| index).collect();
        Property {
            name: "any sequence of calls".to_owned(),
            weights: vec![1; exports.len()],
            exports,
            ranges: Vec::new(),
            when: Vec::new(),
            holds: Vec::new(),
            same: Vec::new(),
            sequences: None,
            calls: None,
        }
    }
}

/// Reads all properties.
pub(super) fn read(reader: &mut Reader<'_>, value: &Value<'_>) -> Vec<Property> {
    let form = "write `[[property]]`, and below it `exports = [\"inc\"]`";
    let mut properties: Vec<Property> = Vec::new();
    for value in reader.list(value, "a list of tables", form) {
        let mut property = Property::any_sequence(reader.interface);
        let others = properties.iter().map(|property| property.name.as_str());
        property.name = case::default_name(|number| format!("property {number}"), others);
        let entries = reader.table(value, form);
        // The other keys refer to the exports.
        let (first, others): (Vec<_>, Vec<_>) =
            entries.into_iter().partition(|(key, _)| key.get_ref() == "exports");
        for (key, value) in first.into_iter().chain(others) {
            match &**key.get_ref() {
                "exports" => {
                    property.exports = exports(reader, value);
                    property.weights = vec![1; property.exports.len()];
                }
                "name" => {
                    let others = properties.iter().map(|property| property.name.as_str());
                    property.name = case::name(reader, value, others).unwrap_or(property.name);
                }
                "weights" => weights(reader, value, &mut property),
                "ranges" => property.ranges = range::read(reader, value, &property.exports),
                "when" => property.when = conditions(reader, value, &property.exports, false),
                "holds" => property.holds = conditions(reader, value, &property.exports, true),
                "same" => property.same = same::read(reader, value),
                "sequences" => {
                    let form = "write `sequences = 100`";
                    property.sequences = reader.whole(value, 0..=u32::MAX.into(), form);
                }
                "calls" => property.calls = reader.whole(value, 1..=10_000, "write `calls = 20`"),
                _ => reader.unknown(key, &KEYS),
            }
        }
        properties.push(property);
    }
    properties
}

fn exports(reader: &mut Reader<'_>, value: &Value<'_>) -> Vec<usize> {
    const FORM: &str = "write `exports = [\"inc\"]`";
    let texts = reader.texts(value, FORM);
    if value.get_ref().as_array().is_some_and(|values| values.is_empty()) {
        reader.fault(value.span(), "there is no export to call", FORM);
    }
    let mut exports = Vec::new();
    for text in &texts {
        let Some(export) = export(reader, text) else { continue };
        match exports.contains(&export) {
            true => reader.fault(text.place.clone(), "this export is named twice", "leave it out"),
            false => exports.push(export),
        }
    }
    exports
}

/// The export that the string names.
pub(super) fn export(reader: &mut Reader<'_>, text: &Text<'_>) -> Option<usize> {
    let found = reader.interface.export(text.text, &(0..text.text.len()));
    reader.keep(text, found)
}

fn weights(reader: &mut Reader<'_>, value: &Value<'_>, property: &mut Property) {
    const FORM: &str = "write `weights = { inc = 3 }`";
    for (key, value) in reader.table(value, FORM) {
        let weight = reader.whole(value, 0..=1_000_000, FORM);
        let text = key_text(key);
        let Some(export) = export(reader, &text) else { continue };
        let found = property.exports.iter().position(|known| *known == export);
        let Some(at) =
            reader.keep(&text, found.ok_or_else(|| not_called(text.text, 0..text.text.len())))
        else {
            continue;
        };
        property.weights[at] = weight.unwrap_or(1);
    }
    if !property.weights.is_empty() && property.weights.iter().all(|weight| *weight == 0) {
        reader.fault(value.span(), "every weight is 0, so no export is called", FORM);
    }
}

/// The fault of naming an export that the property does not call.
fn not_called(name: &str, place: Range<usize>) -> Fault {
    let cause = format!("this property does not call `{}`", quote::excerpt(name));
    at(place, cause, "add it to `exports`, or leave this out")
}
