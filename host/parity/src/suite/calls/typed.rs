//! Conversion of a call's parts, of its arguments above all, to values of the function's types.

use std::ops::Range;

use polyreactor_contract::{Call, Fault, Signature, quote};

use super::super::expr::Type;
use super::super::fault::at;
use super::super::interface::{Export, Interface};
use super::expected::{MARKS, expectation};
use super::scan::{self, Parts};
use super::value::{core_value, value};
use super::{Argument, SuiteCall};

/// The types of the results of the calls so far; `None` for a faulty call, after which `$N` is not
/// checked.
#[derive(Debug, Default)]
pub(in super::super) struct Earlier(Vec<Option<Option<Type>>>);

/// Converts one call, and adds its result to the earlier ones.
pub(super) fn call(
    text: &str,
    parts: &Parts,
    interface: &Interface,
    earlier: &mut Earlier,
) -> Result<SuiteCall, Vec<Fault>> {
    let index = match interface.export(&parts.name, &parts.name_place) {
        Ok(index) => index,
        Err(fault) => {
            earlier.push_faulty();
            return Err(vec![fault]);
        }
    };
    let export = &interface.exports[index];
    let mut faults = Vec::new();
    let mut keep = |found: Vec<Fault>| faults.extend(found);
    let arguments = arguments(text, parts, export, earlier).map_err(&mut keep).ok();
    let times = times(text, parts.times.as_ref()).map_err(|fault| keep(vec![fault])).ok();
    let expected = match parts.expected.is_empty() {
        true => Some(None),
        false if !MARKS.iter().any(|mark| text[parts.expected.start..].starts_with(mark)) => {
            keep(vec![scan::superfluous(text, parts.expected.clone())]);
            None
        }
        false => expectation(text, parts.expected.clone(), export).map(Some).map_err(keep).ok(),
    };
    earlier.0.push(Some(export.result()));
    match (arguments, times, expected) {
        (Some(arguments), Some(times), Some(expected)) => {
            Ok(SuiteCall { export: index, arguments, expected, times })
        }
        _ => Err(faults),
    }
}

fn arguments(
    text: &str,
    parts: &Parts,
    export: &Export,
    earlier: &Earlier,
) -> Result<Vec<Argument>, Vec<Fault>> {
    let is_result = |range: &Range<usize>| text[range.clone()].starts_with('$');
    if !parts.arguments.iter().any(is_result) {
        let start = parts.call.start;
        let call = Call::parse(&text[parts.call.clone()]).map_err(|fault| vec![fault]);
        let values = call.and_then(|call| match &export.signature {
            Some(signature) => call.arguments(signature),
            None => call.core_arguments(&export.ty),
        });
        let moved = |fault: Fault| fault.map(|place| place.start + start..place.end + start);
        return match values {
            Ok(values) => Ok(values.into_iter().map(Argument::Val).collect()),
            Err(faults) => Err(faults.into_iter().map(moved).collect()),
        };
    }
    let parameters = export.parameters().unwrap_or_default();
    let (takes, given) = (parameters.len(), parts.arguments.len());
    if takes != given {
        let (s, name) = (if takes == 1 { "" } else { "s" }, quote::excerpt(&export.name));
        let cause = format!("`{name}` takes {takes} argument{s} and was given {given}");
        let ty = export.signature.as_ref().map_or(export.ty.to_string(), Signature::to_string);
        return Err(vec![at(parts.call.clone(), cause, format!("`{name}` is {ty}"))]);
    }
    let (mut arguments, mut faults) = (Vec::new(), Vec::new());
    for (number, (range, parameter)) in parts.arguments.iter().zip(&parameters).enumerate() {
        let converted = if is_result(range) {
            earlier.argument(text, range, &Type::from(&*parameter.ty))
        } else if export.signature.is_some() {
            value(text, range, &parameter.ty).map(Argument::Val)
        } else {
            core_value(text, range, &export.ty.params[number]).map(Argument::Val)
        };
        match converted {
            Ok(argument) => arguments.push(argument),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { Ok(arguments) } else { Err(faults) }
}

impl Earlier {
    /// The number of calls so far.
    pub(in super::super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Adds a call that could not be parsed.
    pub(in super::super) fn push_faulty(&mut self) {
        self.0.push(None);
    }

    /// The argument `$N`, whose result has to be of the parameter's type.
    fn argument(&self, text: &str, range: &Range<usize>, ty: &Type) -> Result<Argument, Fault> {
        let excerpt = quote::excerpt(&text[range.clone()]);
        let digits = &text[range.start + 1..range.end];
        let index = digits.parse::<usize>().ok().filter(|_| !digits.starts_with('+'));
        let remedy = "write `$1` for the result of the first call";
        let Some(index) = index.and_then(|number| number.checked_sub(1)) else {
            return Err(at(range.clone(), format!("`{excerpt}` is no result of a call"), remedy));
        };
        let (number, remedy) = (index + 1, "use an earlier call whose result has this type");
        let cause = match self.0.get(index) {
            Some(Some(Some(found))) if found == ty => return Ok(Argument::Result(index)),
            Some(None) => return Ok(Argument::Result(index)),
            Some(Some(Some(found))) => format!("`{excerpt}` is of type {found}, not {ty}"),
            Some(Some(None)) => format!("call {number} returns nothing"),
            None => format!("there is no call {number} before this one"),
        };
        Err(at(range.clone(), cause, remedy))
    }
}

fn times(text: &str, place: Option<&Range<usize>>) -> Result<u32, Fault> {
    let Some(place) = place else { return Ok(1) };
    let times = text[place.clone()].parse().ok().filter(|times| *times > 0);
    times.ok_or_else(|| {
        let cause = format!("`{}` is no number of calls", quote::excerpt(&text[place.clone()]));
        at(place.clone(), cause, format!("write a number from 1 to {}", u32::MAX))
    })
}
