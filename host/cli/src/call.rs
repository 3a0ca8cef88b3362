//! A CALL of the command line: `add(1, 2)` in, an export's name and its arguments out.
//!
//! The name is what stands before the first `(`, or a JSON string. The arguments are WAVE, and
//! NaNs with a payload. Where a contract says what the export takes, they are of its types; else
//! of the core types.

use std::fmt;

use anyhow::{Result, anyhow, bail, ensure};
use polyreactor_convention::contract;
use polyreactor_host::{Datum, Error, Instance, Signature, Value};

use crate::quote;
use tree::Tree;

mod datum;
mod number;
mod tree;

/// A call as it was typed: well formed, but not yet held against a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) name: String,
    args: Vec<Arg>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Arg {
    text: String,
    tree: Tree,
}

/// A call that fits its export. Written out it is a CALL again, core integers as signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checked {
    pub(crate) name: String,
    pub(crate) values: Values,
}

/// What is passed: by core types, or by the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Values {
    Core(Vec<Value>),
    Declared(Vec<Datum>),
}

/// What a call came to, as text.
pub(crate) struct Answer {
    pub(crate) results: Vec<String>,
    /// By the names of the parameters that the guest has changed.
    pub(crate) changed: Vec<(String, String)>,
}

impl Call {
    /// Reads a CALL.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let (name, rest) = split_name(text.trim())?;
        let inside = rest.strip_prefix('(').ok_or_else(|| {
            anyhow!("arguments in parentheses are missing: `{}(…)`", quote::excerpt(&name))
        })?;
        let (args, rest) = tree::items(inside, ')')?;
        tree::nothing_after(')', rest)?;
        let args = args.into_iter().map(|text| {
            let tree = Tree::parse(text)?;
            Ok(Arg { text: text.to_owned(), tree })
        });
        Ok(Call { args: args.collect::<Result<_>>()?, name })
    }

    /// Reads the arguments as what the export takes, by its contract where it has one.
    pub(crate) fn check(
        &self,
        core: &Signature,
        declared: Option<&contract::Signature>,
    ) -> Result<Checked> {
        let values = match declared {
            Some(declared) => {
                let types: Vec<_> = declared.parameters().iter().map(|it| &it.ty).collect();
                Values::Declared(self.read(&types, declared, datum::datum)?)
            }
            None => {
                let name = quote::name(&self.name);
                ensure!(
                    core.is_numeric(),
                    "`{name}` is {core}; only numbers can be passed from here"
                );
                let types: Vec<_> = core.params.iter().collect();
                Values::Core(self.read(&types, core, number::value)?)
            }
        };
        Ok(Checked { name: self.name.clone(), values })
    }

    fn read<T, V>(
        &self,
        types: &[&T],
        signature: &impl fmt::Display,
        one: impl Fn(&Tree, &T) -> Result<V, String>,
    ) -> Result<Vec<V>> {
        let name = quote::name(&self.name);
        let (takes, given) = (types.len(), self.args.len());
        let plural = if takes == 1 { "" } else { "s" };
        ensure!(
            takes == given,
            "`{name}` takes {takes} argument{plural} and was given {given}; it is {signature}"
        );
        let values = self.args.iter().zip(types).enumerate().map(|(number, (arg, ty))| {
            one(&arg.tree, ty).map_err(|error| {
                let number = number + 1;
                anyhow!("argument {number} of `{name}`, `{}`: {error}", quote::excerpt(&arg.text))
            })
        });
        values.collect()
    }
}

impl Checked {
    /// Makes the call.
    pub(crate) fn make(&self, instance: &mut Instance) -> Result<Answer, Error> {
        match &self.values {
            Values::Core(values) => {
                let results = instance.call(&self.name, values)?;
                let results = results.iter().map(Value::to_string).collect();
                Ok(Answer { results, changed: Vec::new() })
            }
            Values::Declared(data) => {
                let answered = instance.call_declared(&self.name, data)?;
                let changed = answered.changed.into_iter();
                Ok(Answer {
                    results: answered.result.iter().map(Datum::to_string).collect(),
                    changed: changed.map(|(name, datum)| (name, datum.to_string())).collect(),
                })
            }
        }
    }

    /// The arguments, each as text.
    pub(crate) fn arguments(&self) -> Vec<String> {
        match &self.values {
            Values::Core(values) => values.iter().map(Value::to_string).collect(),
            Values::Declared(data) => data.iter().map(Datum::to_string).collect(),
        }
    }
}

/// The name, and what stands after it.
fn split_name(text: &str) -> Result<(String, &str)> {
    if text.starts_with('"') {
        let mut strings = serde_json::Deserializer::from_str(text).into_iter::<String>();
        return match strings.next() {
            Some(Ok(name)) => Ok((name, text[strings.byte_offset()..].trim_start())),
            _ => bail!("the name in quotes is no JSON string"),
        };
    }
    let end = text.find('(').unwrap_or(text.len());
    let name = text[..end].trim_end();
    ensure!(!name.is_empty(), "the export's name is missing: `NAME(ARGUMENTS)`");
    Ok((name.to_owned(), &text[end..]))
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", quote::name(&self.name), self.arguments().join(", "))
    }
}

#[cfg(test)]
mod tests;
