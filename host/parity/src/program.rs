//! [`Program`]: a sequence of calls, to be run on each implementation.

pub(crate) mod notation;

use polyreactor_contract::{CallText, Val};

use crate::plugin::interface::Interface;
use crate::program::notation::answers_text;

/// A sequence of calls on one instance, and what host functions answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Program {
    pub(crate) calls: Vec<Call>,
    /// For each import (by its number) the answers of its calls, in order. Later calls are answered
    /// by the simplest value of its type.
    pub(crate) answers: Vec<(usize, Vec<Answer>)>,
}

/// A call, made once or several times in a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Call {
    /// The number of the export.
    pub(crate) export: usize,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) times: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Argument {
    Value(Val),
    /// The result of an earlier call of the sequence, by its number from 0.
    Result(usize),
}

/// What a host function does when it is called.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Answer {
    Returns(Option<Val>),
    Fails,
}

impl Program {
    /// The sequence as a text that `--replay` takes: `host.number => [5]; open("a"); read($1)`.
    pub(crate) fn text(&self, interface: &Interface) -> String {
        let answers = self.answers.iter().filter(|(_, answers)| !answers.is_empty());
        let answers = answers.map(|(import, answers)| {
            let import = &interface.imports[*import];
            answers_text(&format!("{}.{}", import.module, import.name), answers)
        });
        let calls = self.calls.iter().map(|call| call.text(interface));
        let texts: Vec<String> = answers.chain(calls).collect();
        // Without a call, `_initialize` runs.
        if texts.is_empty() { "_initialize".to_owned() } else { texts.join("; ") }
    }

    /// The number of calls that are made.
    pub(crate) fn length(&self) -> u64 {
        self.calls.iter().map(|call| u64::from(call.times)).sum()
    }
}

impl Call {
    /// The call as a CALL, with `$1` for the result of the first call.
    pub(crate) fn text(&self, interface: &Interface) -> String {
        let name = &interface.exports[self.export].name;
        let name = CallText { name, arguments: &[] }.to_string();
        let arguments = self.arguments.iter().map(|argument| match argument {
            Argument::Value(value) => value.to_string(),
            Argument::Result(number) => format!("${}", number + 1),
        });
        let arguments: Vec<_> = arguments.collect();
        let name = name.strip_suffix("()").unwrap_or(&name);
        let times = match self.times {
            1 => String::new(),
            times => format!(" * {times}"),
        };
        format!("{name}({}){times}", arguments.join(", "))
    }
}
