//! `[[case]]`: written calls.

use polyreactor_contract::{Fault, quote};

use super::calls::{Earlier, SuiteCall, expectation, parse_after};
use super::reader::{Reader, Text, Value};

/// Calls that the suite has written down.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Case {
    /// The name; `case 1` and so on by default.
    pub name: String,
    /// The calls, in order.
    pub calls: Vec<SuiteCall>,
    /// Whether the calls are made on the instance of the case before; by default each case has a
    /// fresh one.
    pub share: bool,
}

const KEYS: [&str; 3] = ["name", "calls", "share"];

const CALLS: &str = "write `calls = [\"inc(1) = 21\"]`";

/// Reads all cases.
pub(super) fn read(reader: &mut Reader<'_>, value: &Value<'_>) -> Vec<Case> {
    let form = "write `[[case]]`, and below it `calls = [\"inc(1) = 21\"]`";
    let mut cases: Vec<Case> = Vec::new();
    for value in reader.list(value, "a list of tables", form) {
        let name_of = |number| format!("case {number}");
        let mut case = Case {
            name: default_name(name_of, cases.iter().map(|case| case.name.as_str())),
            calls: Vec::new(),
            share: false,
        };
        let mut has_calls = false;
        for (key, value) in reader.table(value, form) {
            match &**key.get_ref() {
                "name" => {
                    let others = cases.iter().map(|case| case.name.as_str());
                    case.name = name(reader, value, others).unwrap_or(case.name);
                }
                "calls" => {
                    has_calls = true;
                    case.calls = calls(reader, value);
                }
                "share" => {
                    case.share = reader.bool(value, "write `share = true`").unwrap_or_default();
                    if case.share && cases.is_empty() {
                        let cause = "the first case has no case before it";
                        reader.fault(key.span(), cause, "leave `share` out");
                    }
                }
                _ => reader.unknown(key, &KEYS),
            }
        }
        if !has_calls {
            reader.fault(value.span(), "this case has no calls", CALLS);
        }
        cases.push(case);
    }
    cases
}

/// The name of one that has none: that of the first free number, from the number of the others on.
pub(super) fn default_name<'n>(
    name_of: impl Fn(usize) -> String,
    others: impl Iterator<Item = &'n str>,
) -> String {
    let others: Vec<_> = others.collect();
    let mut number = others.len() + 1;
    while others.contains(&&*name_of(number)) {
        number += 1;
    }
    name_of(number)
}

/// A name that differs from the others.
pub(super) fn name<'n>(
    reader: &mut Reader<'_>,
    value: &Value<'_>,
    mut others: impl Iterator<Item = &'n str>,
) -> Option<String> {
    let text = reader.text(value, "write `name = \"state lives on\"`")?;
    if text.text.trim().is_empty() {
        reader.fault(text.place, "the name is blank", "write a name, or leave the key out");
        return None;
    }
    if others.any(|other| other == text.text) {
        let cause = format!("`{}` is the name of another one", quote::excerpt(text.text));
        reader.fault(text.place, cause, "write another name");
        return None;
    }
    Some(text.text.to_owned())
}

/// A list of calls, as strings or as tables.
pub(super) fn calls(reader: &mut Reader<'_>, value: &Value<'_>) -> Vec<SuiteCall> {
    let mut earlier = Earlier::default();
    let mut calls = Vec::new();
    for value in reader.list(value, "a list of calls", CALLS) {
        let before = earlier.len();
        if value.get_ref().is_table() {
            calls.extend(table(reader, value, &mut earlier));
        } else if let Some(text) = reader.text(value, CALLS) {
            calls.extend(parse(reader, &text, &mut earlier).unwrap_or_default());
        }
        // So that `$N` in the calls below still means the right call.
        if earlier.len() == before {
            earlier.push_faulty();
        }
    }
    calls
}

fn parse(
    reader: &mut Reader<'_>,
    text: &Text<'_>,
    earlier: &mut Earlier,
) -> Option<Vec<SuiteCall>> {
    let mut parsed = parse_after(text.text, reader.interface, earlier);
    if parsed.as_ref().is_ok_and(Vec::is_empty) {
        let place = 0..text.text.len();
        let (cause, remedy) =
            ("there is no call".to_owned(), "write one, as in `inc(1)`".to_owned());
        parsed = Err(vec![Fault { place, cause, remedy }]);
    }
    reader.keep_all(text, parsed)
}

/// A call as `{ call = "inc(1)", times = 20000, is = "20020" }`.
fn table(reader: &mut Reader<'_>, value: &Value<'_>, earlier: &mut Earlier) -> Option<SuiteCall> {
    const FORM: &str = "write `{ call = \"inc(1)\", times = 20, is = \"20\" }`";
    let entries = reader.table(value, FORM);
    let (mut call, mut times, mut is) = (None, None, None);
    for (key, value) in entries {
        match &**key.get_ref() {
            "call" => call = reader.text(value, FORM).map(Some).or(Some(None)),
            "times" => times = reader.whole(value, 1..=u32::MAX.into(), FORM),
            "is" => is = reader.text(value, FORM),
            _ => reader.unknown(key, &["call", "times", "is"]),
        }
    }
    let Some(text) = call else {
        reader.fault(value.span(), "there is no `call`", FORM);
        return None;
    };
    let text = text?;
    let mut parsed = parse(reader, &text, earlier)?;
    if parsed.len() > 1 {
        reader.fault(text.place, "there is more than one call", "make a table of each");
        return None;
    }
    let mut call = parsed.pop()?;
    call.times = times.unwrap_or(call.times);
    if let Some(is) = is {
        if call.expected.is_some() {
            let remedy = "write it either behind the call or as `is`";
            reader.fault(is.place, "what the call returns stands there twice", remedy);
            return None;
        }
        let export = &reader.interface.exports[call.export];
        call.expected = reader.keep_all(&is, expectation(is.text, export)).map(Some)?;
    }
    Some(call)
}
