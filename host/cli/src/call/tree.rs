//! An argument's text in, its parts out: records and lists taken apart, what stands in them known
//! to be a value of some type.
//!
//! WAVE has dashes in the names of fields, a contract's are as the languages have them: so records
//! are read here, and the rest by WAVE.

use anyhow::{Result, anyhow, bail, ensure};
use wasm_wave::untyped::UntypedValue;

use crate::{nan, quote};

/// An argument, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tree {
    /// What is neither of the others, as WAVE or as a NaN.
    Leaf(String),
    List(Vec<Tree>),
    Record(Vec<(String, Tree)>),
}

impl Tree {
    pub(super) fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if let Some(inside) = text.strip_prefix('[') {
            let (items, rest) = items(inside, ']')?;
            nothing_after(']', rest)?;
            return Ok(Tree::List(items.into_iter().map(Tree::parse).collect::<Result<_>>()?));
        }
        if let Some(inside) = text.strip_prefix('{') {
            let (items, rest) = items(inside, '}')?;
            nothing_after('}', rest)?;
            return Ok(Tree::Record(items.into_iter().map(field).collect::<Result<_>>()?));
        }
        if !nan::is_nan(text) {
            UntypedValue::parse(text)
                .map_err(|error| anyhow!("`{}` is no value: {error}", quote::excerpt(text)))?;
        }
        Ok(Tree::Leaf(text.to_owned()))
    }
}

fn field(text: &str) -> Result<(String, Tree)> {
    let Some((name, value)) = text.split_once(':') else {
        bail!("`{}` is no field: it is written `name: value`", quote::excerpt(text))
    };
    let name = name.trim();
    // WAVE's sign for a name that is a word of its own as well.
    let name = name.strip_prefix('%').unwrap_or(name);
    let is_name = |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
    ensure!(
        !name.is_empty() && name.chars().all(is_name),
        "`{}` names no field",
        quote::excerpt(name)
    );
    Ok((name.to_owned(), Tree::parse(value)?))
}

/// What the commas separate, up to the bracket that closes it, and what stands behind that.
pub(super) fn items(text: &str, close: char) -> Result<(Vec<&str>, &str)> {
    /// More than a contract can nest; whoever reads the parts goes down as far.
    const DEEPEST: usize = 100;
    let mut items = Vec::new();
    let mut open = vec![close];
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
                    // WAVE lets a comma follow the last one as well.
                    if !text[start..at].trim().is_empty() {
                        items.push(text[start..at].trim());
                    }
                    return Ok((items, &text[at + 1..]));
                }
            }
            ',' if open.len() == 1 => {
                let item = text[start..at].trim();
                ensure!(!item.is_empty(), "there is a comma without a value before it");
                items.push(item);
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
        ensure!(open.len() <= DEEPEST, "brackets are nested more than {DEEPEST} deep");
    }
    let missing = open.pop().unwrap_or(close);
    bail!("it ends in the middle: a `{missing}` or a quote is missing")
}

pub(super) fn nothing_after(close: char, rest: &str) -> Result<()> {
    ensure!(rest.is_empty(), "there is `{}` after the last `{close}`", quote::excerpt(rest));
    Ok(())
}
