//! [`Answers`]: what a suite lets a host function do.

use std::sync::Arc;

use polyreactor_contract::Val;
use polyreactor_host::Caller;

use crate::run::host::simplest;
use crate::run::script::Script;
use crate::suite::{Answer, Argument, Interface};

/// The answers of one host function.
pub(super) struct Answers {
    answer: Answer,
    /// The number of the import.
    import: usize,
    interface: Arc<Interface>,
}

impl Answers {
    pub(super) fn new(answer: Answer, import: usize, interface: Arc<Interface>) -> Self {
        Answers { answer, import, interface }
    }

    fn make(
        &self,
        answer: &Answer,
        caller: &mut Caller<'_>,
        arguments: &[Val],
    ) -> Result<Option<Val>, String> {
        let function = &self.interface.imports[self.import];
        match answer {
            Answer::Returns(expr) => match expr.eval(&function.env(arguments)) {
                Some(value) => Ok(Some(value)),
                None => Err(format!("`{expr}` is undefined for these arguments")),
            },
            Answer::Fails(message) => Err(message.clone()),
            Answer::Calls(call) => {
                let values = call.arguments.iter().filter_map(|argument| match argument {
                    Argument::Val(value) => Some(value.clone()),
                    Argument::Result(_) => None,
                });
                let values: Vec<_> = values.collect();
                let name = &self.interface.exports[call.export].name;
                match caller.call_dynamic(name, &values) {
                    Ok(outcome) if function.signature.result().is_some() => {
                        Ok(outcome.results.into_iter().next())
                    }
                    Ok(_) => Ok(None),
                    Err(error) => Err(error.to_string()),
                }
            }
            Answer::Table(rows) => {
                let fits = |row: &&crate::suite::Row| {
                    let when = row.when.as_ref();
                    when.is_none_or(|when| when.holds(&function.env(arguments)) == Some(true))
                };
                match rows.iter().find(fits) {
                    Some(row) => self.make(&row.answer, caller, arguments),
                    None => Ok(function.signature.result().and_then(simplest)),
                }
            }
        }
    }
}

impl Script for Answers {
    fn answer(&self, caller: &mut Caller<'_>, arguments: &[Val]) -> Result<Option<Val>, String> {
        self.make(&self.answer, caller, arguments)
    }
}
