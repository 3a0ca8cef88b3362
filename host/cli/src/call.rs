//! A CALL of the command line: `add(1, 2)` in, an export's name and its arguments out.
//!
//! The name is what stands before the first `(`, or a JSON string. The arguments are WAVE, and
//! NaNs with a payload. A value fits a type by itself: nothing is rounded to an integer, and
//! integers are taken from the signed and from the unsigned range.

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, anyhow, bail, ensure};
use polyreactor_host::{Signature, Type, Value};
use wasm_wave::ast::NodeType;
use wasm_wave::untyped::UntypedValue;

use crate::{nan, quote};

/// A call as it was typed: well formed, but not yet held against a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) name: String,
    args: Vec<String>,
}

/// A call that fits its export. Written out it is a CALL again, integers as signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checked {
    pub(crate) name: String,
    pub(crate) values: Vec<Value>,
}

impl Call {
    /// Reads a CALL.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let (name, rest) = split_name(text.trim())?;
        let inside = rest.strip_prefix('(').ok_or_else(|| {
            anyhow!("arguments in parentheses are missing: `{}(…)`", quote::excerpt(&name))
        })?;
        Ok(Call { args: split_args(inside)?, name })
    }

    /// Reads the arguments as what the export takes.
    pub(crate) fn check(&self, signature: &Signature) -> Result<Checked> {
        let name = quote::name(&self.name);
        ensure!(
            signature.is_numeric(),
            "`{name}` is {signature}; only numbers can be passed from here"
        );
        let (takes, given) = (signature.params.len(), self.args.len());
        let plural = if takes == 1 { "" } else { "s" };
        ensure!(
            takes == given,
            "`{name}` takes {takes} argument{plural} and was given {given}; it is {signature}"
        );
        let mut values = Vec::new();
        for (number, (arg, ty)) in self.args.iter().zip(&signature.params).enumerate() {
            let value = read(arg, ty).map_err(|error| {
                let number = number + 1;
                anyhow!("argument {number} of `{name}`, `{}`: {error}", quote::excerpt(arg))
            })?;
            values.push(value);
        }
        Ok(Checked { name: self.name.clone(), values })
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

/// The arguments between the parentheses, of which the first has been read already.
fn split_args(text: &str) -> Result<Vec<String>> {
    let mut args = Vec::new();
    let mut open = vec![')'];
    let mut start = 0;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' => {
                let expected = open.pop().expect("the last one ends the loop");
                ensure!(
                    character == expected,
                    "there is a `{character}` where a `{expected}` belongs"
                );
                if open.is_empty() {
                    let rest = &text[at + 1..];
                    ensure!(
                        rest.is_empty(),
                        "there is `{}` after the last `)`",
                        quote::excerpt(rest)
                    );
                    // WAVE lets a comma follow the last argument as well.
                    if !text[start..at].trim().is_empty() {
                        args.push(arg(&text[start..at])?);
                    }
                    return Ok(args);
                }
            }
            ',' if open.len() == 1 => {
                args.push(arg(&text[start..at])?);
                start = at + 1;
            }
            '"' | '\'' => {
                while let Some((_, inner)) = characters.next().filter(|(_, c)| *c != character) {
                    if inner == '\\' {
                        characters.next();
                    }
                }
            }
            _ => {}
        }
    }
    let missing = open.pop().unwrap_or(')');
    bail!("it ends in the middle: a `{missing}` or a quote is missing")
}

/// One argument, known to be a value of some type.
fn arg(text: &str) -> Result<String> {
    let text = text.trim();
    ensure!(!text.is_empty(), "there is a comma without an argument before it");
    if !nan::is_nan(text) {
        UntypedValue::parse(text).map_err(|error| {
            anyhow!("the argument `{}` is no value: {error}", quote::excerpt(text))
        })?;
    }
    Ok(text.to_owned())
}

fn read(text: &str, ty: &Type) -> Result<Value, String> {
    match ty {
        Type::I32 => {
            let number = integer(text, i32::MIN.into(), u32::MAX.into())?;
            Ok(Value::I32(number as i32))
        }
        Type::I64 => {
            let number = integer(text, i64::MIN.into(), u64::MAX.into())?;
            Ok(Value::I64(number as i64))
        }
        Type::F32 => match nan::parse(text, &nan::F32) {
            Some(bits) => bits.map(|bits| Value::F32(bits as u32)),
            None => float::<f32>(text, f32::is_infinite).map(Value::from),
        },
        Type::F64 => match nan::parse(text, &nan::F64) {
            Some(bits) => bits.map(Value::F64),
            None => float::<f64>(text, f64::is_infinite).map(Value::from),
        },
        other => Err(format!("{other} can't be passed from here")),
    }
}

/// A whole number within bounds; as bits, both halves of the range fit the core type.
fn integer(text: &str, least: i128, most: i128) -> Result<i128, String> {
    let whole = || format!("a whole number from {least} to {most} is wanted");
    number(text).map_err(|()| whole())?;
    text.parse().ok().filter(|number| (least..=most).contains(number)).ok_or_else(whole)
}

fn float<F: Copy + FromStr>(text: &str, is_infinite: fn(F) -> bool) -> Result<F, String> {
    let wanted = "a number is wanted, `inf`, `nan`, or `nan:0x…` with a payload";
    number(text).map_err(|()| wanted.to_owned())?;
    let float: F = text.parse().map_err(|_| wanted.to_owned())?;
    if is_infinite(float) && !text.ends_with("inf") {
        return Err("it is too large for this type; write `inf` if that is meant".to_owned());
    }
    Ok(float)
}

/// Whether WAVE takes it for a number.
fn number(text: &str) -> Result<(), ()> {
    match UntypedValue::parse(text) {
        Ok(value) if value.node().ty() == NodeType::Number => Ok(()),
        _ => Err(()),
    }
}

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", quote::name(&self.name), Tuple(&self.values))
    }
}

/// Values in parentheses.
pub(crate) struct Tuple<'a>(pub(crate) &'a [Value]);

impl fmt::Display for Tuple<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        for (number, value) in self.0.iter().enumerate() {
            let gap = if number == 0 { "" } else { ", " };
            write!(f, "{gap}{value}")?;
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests;
