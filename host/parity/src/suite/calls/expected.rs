//! What is expected of a call: its result, what it changes, or how it fails.

use std::ops::Range;

use polyreactor_contract::{Fault, FuncType, Outcome, Val, ValueType, nearest, quote};

use super::super::fault::{at, near_or};
use super::super::interface::Export;
use super::value::{core_value, core_values, value};
use super::{Expected, scan};

/// The words of the ways in which a call fails, as `ErrorKind` has them.
pub(in super::super) const KINDS: [&str; 11] = [
    "panic",
    "trap",
    "exit",
    "timeout",
    "out-of-memory",
    "stack-overflow",
    "host-function",
    "missing-import",
    "poisoned",
    "passing",
    "host",
];

/// Parses what is expected of a call: `= RESULT`, `→ NAME = VALUE` or `! KIND`. The `=` may be
/// missing.
pub(super) fn expectation(
    text: &str,
    range: Range<usize>,
    export: &Export,
) -> Result<Expected, Vec<Fault>> {
    let one = |fault: Fault| vec![fault];
    // What is after the expectation is not searched.
    let text = &text[..range.end];
    let mut here = range.start;
    if text[here..].starts_with('!') {
        let start = scan::skip_space(text, here + 1);
        return kind(text, start..range.end).map(Expected::Kind).map_err(one);
    }
    let mut outcome = Outcome::default();
    let mut faults = Vec::new();
    if !ARROWS.iter().any(|arrow| text[here..].starts_with(arrow)) {
        let sign = usize::from(text[here..].starts_with('='));
        let start = scan::skip_space(text, here + sign);
        here = scan::until(text, start, &ARROWS).unwrap_or(range.end);
        let place = start..start + text[start..here].trim_end().len();
        match results(text, place, export) {
            Ok(results) => outcome.results = results,
            Err(fault) => faults.push(fault),
        }
    }
    if here < range.end {
        let arrow = ARROWS.iter().find(|arrow| text[here..].starts_with(**arrow));
        let arrow = arrow.ok_or_else(|| one(scan::superfluous(text, here..range.end)))?;
        for part in scan::separated(text, here + arrow.len()..range.end) {
            match changed(text, part, export) {
                Ok(changed) => outcome.changed.push(changed),
                Err(fault) => faults.push(fault),
            }
        }
    }
    if faults.is_empty() { Ok(Expected::Outcome(outcome)) } else { Err(faults) }
}

const ARROWS: [&str; 2] = ["→", "->"];

/// The beginnings of what may follow a call.
pub(super) const MARKS: [&str; 4] = ["=", "!", "→", "->"];

fn kind(text: &str, place: Range<usize>) -> Result<String, Fault> {
    let word = &text[place.clone()];
    if KINDS.contains(&word) {
        return Ok(word.to_owned());
    }
    let remedy = near_or(nearest(word, KINDS), "the kinds are: ", KINDS.into_iter());
    if word.is_empty() {
        return Err(at(place, "there is no kind of failure after the `!`", remedy));
    }
    Err(at(place, format!("`{}` is no kind of failure", quote::excerpt(word)), remedy))
}

fn results(text: &str, place: Range<usize>, export: &Export) -> Result<Vec<Val>, Fault> {
    if let Some(signature) = &export.signature {
        let Some(ty) = signature.result() else { return Err(no_result(place, export)) };
        return Ok(vec![value(text, &place, ty)?]);
    }
    match &export.ty.results[..] {
        [] => Err(no_result(place, export)),
        [one] => Ok(vec![core_value(text, &place, one)?]),
        several => {
            let ty = FuncType::new(several.iter().cloned(), []);
            core_values(&text[place.clone()], &place, &ty)
        }
    }
}

fn no_result(place: Range<usize>, export: &Export) -> Fault {
    let cause = format!("`{}` returns nothing", quote::excerpt(&export.name));
    at(place, cause, "leave the ` = ` out")
}

fn changed(text: &str, part: Range<usize>, export: &Export) -> Result<(String, Val), Fault> {
    let Some(equals) = text[part.clone()].find('=') else {
        let cause = format!("`{}` is no changed parameter", quote::excerpt(&text[part.clone()]));
        return Err(at(part, cause, "write `NAME = VALUE`"));
    };
    let name = text[part.start..part.start + equals].trim_end();
    let place = part.start..part.start + name.len();
    let parameters = export.parameters().unwrap_or_default();
    let pointers = parameters.iter().filter(|it| matches!(*it.ty, ValueType::Ptr(_)));
    let Some(parameter) = pointers.clone().find(|parameter| parameter.name == name) else {
        let names = || pointers.clone().map(|parameter| &*parameter.name);
        let (function, name) = (quote::excerpt(&export.name), quote::excerpt(name));
        let cause = format!("`{function}` has no pointer `{name}`");
        let remedy = match names().next() {
            Some(_) => near_or(nearest(&name, names()), "its pointers are: ", names()),
            None => "leave it out: a call changes only what a pointer points to".to_owned(),
        };
        return Err(at(place, cause, remedy));
    };
    let start = scan::skip_space(text, part.start + equals + 1);
    Ok((name.to_owned(), value(text, &(start..part.end), &parameter.ty)?))
}
