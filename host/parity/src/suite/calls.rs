//! [`SuiteCall`]: calls in a suite, with what they should return, as text:
//! `inc(1) = 21; div($1, 0) ! trap`.
//!
//! A call is a CALL, whose arguments may be `$1`, the result of the first call. After it may follow
//! ` * 20` (made twenty times), and then ` = RESULT`, ` → NAME = VALUE, …` (changed pointees) or
//! ` ! KIND` (how the call fails). Values are those that `Outcome`'s `Display` writes.
//!
//! `scan.rs` cuts a text into its parts; `typed.rs`, `expected.rs` and `value.rs` convert them.

use std::fmt::Write;

use polyreactor_contract::{CallText, Fault, Outcome, Val, quote};

use super::interface::{Export, Interface};
pub(super) use expected::KINDS;
pub(super) use scan::{Head, head, skip_space, until};
pub(super) use typed::Earlier;

mod expected;
mod scan;
mod typed;
mod value;

/// A call that a suite makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuiteCall {
    /// The index of the export in the interface.
    pub export: usize,
    /// The arguments, in order.
    pub arguments: Vec<Argument>,
    /// What the suite expects; of a call that is made several times, what it expects of the last.
    pub expected: Option<Expected>,
    /// How many times the call is made: at least once.
    pub times: u32,
}

/// An argument of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// A value.
    Val(Val),
    /// The result of an earlier call: the index of that call, from 0. Of a call that is made
    /// several times, the last result is meant.
    Result(usize),
}

/// What a suite expects of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// The call returns. The results are those that a function of this type has; if there are none
    /// although it has some, any are right. Pointees that are not among the changed ones may have
    /// changed or not.
    Outcome(Outcome),
    /// The call fails; the word of an `ErrorKind`, such as `trap`.
    Kind(String),
}

/// Parses calls, separated by `;`.
///
/// ```
/// # use polyreactor_parity::suite::{Argument, Export, Interface, calls_text, parse_calls};
/// use polyreactor_contract::{CoreType::I32, FuncType};
///
/// let ty = FuncType::new([I32, I32], [I32]);
/// let div = Export { name: "div".to_owned(), signature: None, ty };
/// let interface = Interface { exports: vec![div], imports: Vec::new() };
/// let text = "div(7, 2) = 3; div($1, 0) ! trap";
/// let calls = parse_calls(text, &interface).unwrap();
/// assert_eq!(calls[1].arguments[0], Argument::Result(0));
/// assert_eq!(calls_text(&calls, &interface), text);
/// ```
///
/// # Errors
///
/// All [`Fault`]s, up to 100, in the order of the text.
pub fn parse_calls(text: &str, interface: &Interface) -> Result<Vec<SuiteCall>, Vec<Fault>> {
    parse_after(text, interface, &mut Earlier::default())
}

/// Parses calls that follow others in the same case.
pub(super) fn parse_after(
    text: &str,
    interface: &Interface,
    earlier: &mut Earlier,
) -> Result<Vec<SuiteCall>, Vec<Fault>> {
    const MOST_FAULTS: usize = 100;
    let (mut calls, mut faults, mut at) = (Vec::new(), Vec::new(), 0);
    while !text[at..].trim().is_empty() && faults.len() < MOST_FAULTS {
        let parts = match scan::call(text, at) {
            Ok(parts) => parts,
            // Where the parentheses do not match, the end of the call is not known.
            Err(fault) => {
                earlier.push_faulty();
                faults.push(fault);
                break;
            }
        };
        at = parts.end;
        match typed::call(text, &parts, interface, earlier) {
            Ok(call) => calls.push(call),
            Err(found) => faults.extend(found),
        }
    }
    faults.truncate(MOST_FAULTS);
    if faults.is_empty() { Ok(calls) } else { Err(faults) }
}

/// Parses what is expected of a call of the export: what may follow a call, or a result alone.
pub(super) fn expectation(text: &str, export: &Export) -> Result<Expected, Vec<Fault>> {
    let text = text.trim_end();
    let start = scan::skip_space(text, 0);
    expected::expectation(text, start..text.len(), export)
}

/// The text of calls. [`parse_calls`] makes the same calls of it.
///
/// # Panics
///
/// If an export's index is out of range in `interface`.
pub fn calls_text(calls: &[SuiteCall], interface: &Interface) -> String {
    let mut text = String::new();
    for (number, call) in calls.iter().enumerate() {
        text.push_str(if number == 0 { "" } else { "; " });
        push(&mut text, call, &interface.exports[call.export].name);
    }
    text
}

fn push(text: &mut String, call: &SuiteCall, name: &str) {
    const INFALLIBLE: &str = "a String takes everything";
    let is_val = |argument: &Argument| matches!(argument, Argument::Val(_));
    if call.arguments.iter().all(is_val) {
        let values = call.arguments.iter().filter_map(|argument| match argument {
            Argument::Val(value) => Some(value.clone()),
            Argument::Result(_) => None,
        });
        let arguments: Vec<_> = values.collect();
        write!(text, "{}", CallText { name, arguments: &arguments }).expect(INFALLIBLE);
    } else {
        write!(text, "{}(", quote::name(name)).expect(INFALLIBLE);
        for (number, argument) in call.arguments.iter().enumerate() {
            text.push_str(if number == 0 { "" } else { ", " });
            match argument {
                Argument::Val(value) => write!(text, "{value}").expect(INFALLIBLE),
                Argument::Result(index) => write!(text, "${}", index + 1).expect(INFALLIBLE),
            }
        }
        text.push(')');
    }
    if call.times != 1 {
        write!(text, " * {}", call.times).expect(INFALLIBLE);
    }
    match &call.expected {
        None => {}
        Some(Expected::Outcome(outcome)) => write!(text, "{outcome}").expect(INFALLIBLE),
        Some(Expected::Kind(kind)) => write!(text, " ! {kind}").expect(INFALLIBLE),
    }
}

#[cfg(test)]
pub(super) mod tests;
