//! The text of a sequence, which a report prints and `--replay` takes: what host functions answer,
//! then the calls, separated by `;`.
//!
//! ```text
//! host.number => [5, fails]; total(2); total($1)
//! ```

use polyreactor_contract::{Call, Draft, Signature, Val, ValueType};

use crate::plan::{Written, of_suite};
use crate::plugin::interface::Interface;
use crate::program::{Answer, Program};
use crate::suite;

/// Parses a sequence, with the outcomes that it expects, as in `inc(1) = 21`. Without a call, only `_initialize` runs.
///
/// # Errors
///
/// All faults, one a line.
pub(crate) fn parse(text: &str, interface: &Interface) -> Result<Written, String> {
    let mut program = Program::default();
    let mut calls = text.trim_start();
    while let Some((name, rest)) = host_function(calls) {
        let import = interface.imports.iter().position(|import| {
            name.strip_prefix(&import.module).and_then(|rest| rest.strip_prefix('.'))
                == Some(&import.name)
        });
        let Some(import) = import else {
            return Err(format!("the plugin imports no function `{name}`"));
        };
        let Some(end) = closing(rest) else {
            return Err(format!("the answers of `{name}` have no closing `]`"));
        };
        if program.answers.iter().any(|(known, _)| *known == import) {
            return Err(format!("the answers of `{name}` are given twice"));
        }
        let result = interface.imports[import].signature.result();
        program.answers.push((import, answers(&rest[1..end], result)?));
        calls = rest[end + 1..].trim_start().trim_start_matches(';').trim_start();
    }
    if calls.trim() == "_initialize" {
        calls = "";
    }
    let parsed = suite::parse_calls(calls, &interface.for_suite()).map_err(|faults| {
        let faults = faults.iter().map(|fault| {
            let place = calls.get(fault.place.clone()).unwrap_or_default();
            match place.is_empty() {
                true => fault.to_string(),
                false => format!("`{place}`: {fault}"),
            }
        });
        faults.collect::<Vec<_>>().join("\n")
    })?;
    program.calls = parsed.iter().map(|call| of_suite::call(call, 0)).collect();
    let expected = parsed.iter().map(|call| call.expected.as_ref().map(of_suite::expected));
    Ok(Written { program, expected: expected.collect(), shared: 0, is_replayed: true })
}

/// The name of a host function before `=> [`, and the text from the `[` on.
fn host_function(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once("=>")?;
    let name = name.trim();
    let is_name = !name.contains(['(', ';', '"', '[']);
    let rest = rest.trim_start();
    (is_name && rest.starts_with('[')).then_some((name, rest))
}

/// The place of the `]` that closes the `[` at the beginning.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut is_quoted, mut is_escaped) = (0, false, false);
    for (at, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '[' | '{' => depth += 1,
            ']' | '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

fn answers(text: &str, result: Option<&ValueType>) -> Result<Vec<Answer>, String> {
    let call = Call::parse(&format!("f({text})")).map_err(|fault| fault.to_string())?;
    call.argument_texts().map(|text| answer(text, result)).collect()
}

pub(crate) fn answer(text: &str, result: Option<&ValueType>) -> Result<Answer, String> {
    match (text, result) {
        ("fails", _) => return Ok(Answer::Fails),
        ("returns", None) => return Ok(Answer::Returns(None)),
        _ => {}
    }
    let signature = result.and_then(one_parameter);
    let signature =
        signature.ok_or_else(|| format!("`{text}` is no answer: write `returns` or `fails`"))?;
    let call = Call::parse(&format!("f({text})")).map_err(|fault| fault.to_string())?;
    let values = call.arguments(&signature).map_err(|faults| faults[0].to_string())?;
    Ok(Answer::Returns(values.into_iter().next()))
}

/// A signature with one parameter of the type.
fn one_parameter(ty: &ValueType) -> Option<Signature> {
    let mut draft = Draft::default();
    draft.exports.push(("f".into(), format!("(a: {ty})")));
    draft.check().ok()?.export("f").cloned()
}

/// The text of the answers of a host function.
pub(crate) fn answers_text(name: &str, answers: &[Answer]) -> String {
    let texts = answers.iter().map(|answer| match answer {
        Answer::Returns(Some(value)) => Val::to_string(value),
        Answer::Returns(None) => "returns".to_owned(),
        Answer::Fails => "fails".to_owned(),
    });
    format!("{name} => [{}]", texts.collect::<Vec<_>>().join(", "))
}
