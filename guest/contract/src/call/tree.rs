//! The parser of arguments: trees of lists and records, with the place of each part.
//!
//! Lists and records are parsed here, all other values by `wasm_wave`. It cannot parse records,
//! because WAVE has dashes in the names of fields where a contract has underscores, and its values
//! have no places.

use std::ops::Range;

use wasm_wave::parser::ParserError;
use wasm_wave::untyped::UntypedValue;

use super::nan;
use crate::fault::Fault;
use crate::quote;

/// An argument, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tree {
    /// The place in the CALL.
    pub(super) range: Range<usize>,
    pub(super) node: Node,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// A value that is no list and no record: WAVE, or a NaN with a payload.
    Leaf,
    List(Vec<Tree>),
    Record(Vec<Field>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    /// The place of the name.
    pub(super) range: Range<usize>,
    pub(super) value: Tree,
}

/// Maximum nesting depth of brackets, because the parser is recursive. A contract nests less deep.
const DEEPEST: usize = 100;

/// Parses the arguments from the `(` at `begin` to the end of the text. Returns them, and the place
/// after the `)`.
pub(super) fn arguments(text: &str, begin: usize) -> Result<(Vec<Tree>, usize), Fault> {
    let mut parser = Parser { text, at: begin, open: Vec::new() };
    parser.skip_space();
    if !text[parser.at..].starts_with('(') {
        let name = quote::excerpt(text[..begin].trim());
        let cause = "arguments in parentheses are missing";
        return Err(Fault::new(parser.at..text.len(), cause, format!("write `{name}(…)`")));
    }
    let arguments = parser.items(')', Parser::value)?;
    let end = parser.at;
    parser.skip_space();
    if parser.at < text.len() {
        let rest = text[parser.at..].trim_end();
        let cause = format!("there is `{}` after the last `)`", quote::excerpt(rest));
        let remedy = "leave it out, or make another CALL of it";
        return Err(Fault::new(parser.at..parser.at + rest.len(), cause, remedy));
    }
    Ok((arguments, end))
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    /// The closing brackets of the open ones.
    open: Vec<char>,
}

impl Parser<'_> {
    /// Parses what is between the bracket here and `close`, separated by commas.
    fn items<T>(
        &mut self,
        close: char,
        one: fn(&mut Self) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        self.open(close)?;
        let mut items = Vec::new();
        loop {
            self.skip_space();
            // WAVE allows a comma after the last item.
            if self.closes()? {
                return Ok(items);
            }
            if self.next() == Some(',') {
                let cause = "there is a comma without a value before it";
                let remedy = "write a value there, or leave the comma out";
                return Err(Fault::new(self.at..self.at + 1, cause, remedy));
            }
            items.push(one(self)?);
            self.skip_space();
            if self.next() == Some(',') {
                self.at += 1;
            } else if self.closes()? {
                return Ok(items);
            }
        }
    }

    fn value(&mut self) -> Result<Tree, Fault> {
        let start = self.at;
        let node = match self.next() {
            Some('[') => Node::List(self.items(']', Parser::value)?),
            Some('{') => Node::Record(self.items('}', Parser::field)?),
            _ => return self.leaf(),
        };
        let range = start..self.at;
        self.skip_space();
        match self.next() {
            None | Some(',' | ')' | ']' | '}') => Ok(Tree { range, node }),
            _ => {
                let end = self.end_of_leaf()?;
                let rest = self.text[self.at..end].trim_end();
                let cause = format!("there is `{}` after the value", quote::excerpt(rest));
                let place = self.at..self.at + rest.len();
                Err(Fault::new(place, cause, "write a comma before it, or leave it out"))
            }
        }
    }

    fn field(&mut self) -> Result<Field, Fault> {
        let start = self.at;
        let rest = &self.text[start..];
        let length = rest.find([':', ',', '}', ']', ')']).unwrap_or(rest.len());
        let name = rest[..length].trim_end();
        let range = start..start + name.len();
        let excerpt = quote::excerpt(name);
        if !rest[length..].starts_with(':') {
            let cause = format!("`{excerpt}` is no field");
            return Err(Fault::new(range, cause, "write fields as `name: value`"));
        }
        // In WAVE, `%` marks a name that is a keyword.
        let name = name.strip_prefix('%').unwrap_or(name);
        let fits = |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
        if name.is_empty() || !name.chars().all(fits) {
            let cause = format!("`{excerpt}` is not a field name");
            return Err(Fault::new(range, cause, "write fields as `name: value`"));
        }
        self.at += length + 1;
        self.skip_space();
        Ok(Field { name: name.to_owned(), range, value: self.value()? })
    }

    fn leaf(&mut self) -> Result<Tree, Fault> {
        let end = self.end_of_leaf()?;
        let text = self.text[self.at..end].trim_end();
        let range = self.at..self.at + text.len();
        if !is_whole_number(text) && !nan::is_nan(text) {
            UntypedValue::parse(text).map_err(|error| {
                let cause = format!("`{}` is no value: {}", quote::excerpt(text), why(&error));
                let remedy = "write a number, `true` or `false`, a text in quotes, `[…]` or `{…}`";
                Fault::new(range.clone(), cause, remedy)
            })?;
        }
        self.at = end;
        Ok(Tree { range, node: Node::Leaf })
    }

    /// The end of the leaf that begins here: before a `,` or a closing bracket that is not its own.
    fn end_of_leaf(&mut self) -> Result<usize, Fault> {
        let (start, outside) = (self.at, self.open.len());
        let mut characters = self.text[start..].char_indices();
        while let Some((at, character)) = characters.next() {
            self.at = start + at;
            match character {
                ',' | ')' | ']' | '}' if self.open.len() == outside => {
                    let end = self.at;
                    self.at = start;
                    return Ok(end);
                }
                '(' => self.open(')')?,
                '[' => self.open(']')?,
                '{' => self.open('}')?,
                ')' | ']' | '}' => {
                    self.closes()?;
                }
                '"' | '\'' => {
                    while let Some((_, inner)) = characters.next().filter(|(_, c)| *c != character)
                    {
                        if inner == '\\' {
                            characters.next();
                        }
                    }
                }
                _ => {}
            }
        }
        Err(self.ends_in_the_middle())
    }

    /// Consumes an opening bracket.
    fn open(&mut self, close: char) -> Result<(), Fault> {
        if self.open.len() >= DEEPEST {
            let cause = format!("brackets are nested more than {DEEPEST} deep");
            return Err(Fault::new(self.at..self.at + 1, cause, "make the value flat"));
        }
        self.open.push(close);
        self.at += 1;
        Ok(())
    }

    /// Consumes the bracket that closes the last open one, if it is next; returns whether it was.
    fn closes(&mut self) -> Result<bool, Fault> {
        let expected = self.open.last().copied().unwrap_or(')');
        match self.next() {
            Some(found @ (')' | ']' | '}')) if found != expected => {
                let cause = format!("there is a `{found}` where a `{expected}` belongs");
                let remedy = format!("write `{expected}`, or leave the `{found}` out");
                Err(Fault::new(self.at..self.at + 1, cause, remedy))
            }
            Some(')' | ']' | '}') => {
                self.open.pop();
                self.at += 1;
                Ok(true)
            }
            Some(_) => Ok(false),
            None => Err(self.ends_in_the_middle()),
        }
    }

    fn ends_in_the_middle(&self) -> Fault {
        let missing = self.open.last().copied().unwrap_or(')');
        let cause = format!("the CALL ends in the middle: a `{missing}` or a quote is missing");
        let end = self.text.trim_end().len();
        Fault::new(end..end, cause, format!("write `{missing}`, or the quote"))
    }

    fn next(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.text[self.at..].trim_start().len();
    }
}

/// The message of `wasm_wave`, without its places, which are relative to the leaf.
pub(super) fn why(error: &ParserError) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}

/// Whether the text is a whole number of WAVE: a fast path, since lists may have many of them.
pub(super) fn is_whole_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let has_zero_first = digits.len() > 1 && digits.starts_with('0');
    !digits.is_empty() && !has_zero_first && digits.bytes().all(|byte| byte.is_ascii_digit())
}
