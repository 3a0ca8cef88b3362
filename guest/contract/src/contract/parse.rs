//! The parser of signatures and types: syntax trees of words with their places, and every syntax
//! fault. `resolve.rs` resolves the words later.

use std::ops::Range;

use crate::fault::{Fault, Faults};

/// Maximum nesting depth of types, so that code may use recursion to walk through a type.
pub(super) const DEEPEST: usize = 32;

/// A word and its place in the text.
#[derive(Debug, Clone)]
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    pub(super) range: Range<usize>,
}

/// A parsed type: `s32`, `ptr<list<u8, 4>>`.
#[derive(Debug)]
pub(super) struct Written<'t> {
    pub(super) word: Word<'t>,
    /// The arguments in `<…>`, if the type has any such brackets.
    pub(super) arguments: Option<Vec<Written<'t>>>,
    /// The place of the whole type.
    pub(super) range: Range<usize>,
}

/// A parsed signature.
#[derive(Debug, Default)]
pub(super) struct WrittenSignature<'t> {
    pub(super) parameters: Vec<(Word<'t>, Written<'t>)>,
    pub(super) result: Option<Written<'t>>,
}

/// Parses a signature. If it has faults, returns the part that could be parsed.
pub(super) fn signature<'t>(text: &'t str, faults: &mut Faults) -> WrittenSignature<'t> {
    let mut parser = Parser::new(text, faults);
    let mut signature = WrittenSignature::default();
    parser.signature(&mut signature);
    signature
}

/// Parses a type.
pub(super) fn ty<'t>(text: &'t str, faults: &mut Faults) -> Option<Written<'t>> {
    let mut parser = Parser::new(text, faults);
    let ty = parser.ty(0)?;
    let rest = parser.next_range();
    if !rest.is_empty() {
        parser.fault(rest.start..text.len(), "nothing can follow the type", "write one type only");
        return None;
    }
    Some(ty)
}

struct Parser<'t, 'f> {
    text: &'t str,
    at: usize,
    faults: &'f mut Faults,
}

impl<'t, 'f> Parser<'t, 'f> {
    fn new(text: &'t str, faults: &'f mut Faults) -> Self {
        Parser { text, at: 0, faults }
    }

    fn signature(&mut self, signature: &mut WrittenSignature<'t>) {
        const FORM: &str = "write it like `(name: string, by: s32) -> bool`";
        if !self.take("(") {
            let range = self.next_range();
            let remedy = match &self.text[range.clone()] {
                "func" => "leave out `func`",
                _ => FORM,
            };
            return self.fault(range, "a signature begins with `(`", remedy);
        }
        while !self.take(")") {
            match self.parameter() {
                Some(parameter) => signature.parameters.push(parameter),
                None => self.skip_parameter(),
            }
            if !self.take(",") && !self.peeks(")") {
                let range = self.next_range();
                let cause = match range.is_empty() {
                    true => "the `(` is not closed",
                    false => "parameters are separated by `,` and end with `)`",
                };
                return self.fault(range, cause, FORM);
            }
        }
        if self.take("->") {
            signature.result = self.result();
            if signature.result.is_none() {
                return;
            }
        }
        let rest = self.next_range();
        if !rest.is_empty() {
            let remedy = match self.peeks(":") {
                true => "write `->` before the result",
                false => FORM,
            };
            self.fault(rest.start..self.text.len(), "nothing can follow the signature", remedy);
        }
    }

    fn result(&mut self) -> Option<Written<'t>> {
        let start = self.next_range().start;
        if !self.take("(") {
            return self.ty(0);
        }
        let (cause, remedy) = match self.peeks(")") {
            true => ("`()` is no type", "leave out `-> ()`"),
            false => (
                "a function has at most one result, without a name",
                "return the others through a `ptr<…>` parameter to a record",
            ),
        };
        self.fault(start..self.text.len(), cause, remedy);
        None
    }

    fn parameter(&mut self) -> Option<(Word<'t>, Written<'t>)> {
        let range = self.next_range();
        let Some(name) = self.word() else {
            // At the end of the text, the caller reports the missing `)`.
            if !range.is_empty() {
                let cause = "a parameter's name is expected here";
                self.fault(range, cause, "write a parameter as `name: type`");
            }
            return None;
        };
        if !self.take(":") {
            let remedy = format!("write `a: {0}`, if `{0}` is its type", name.text);
            self.fault(name.range, "a parameter has a name and a type", remedy);
            return None;
        }
        Some((name, self.ty(0)?))
    }

    fn ty(&mut self, depth: usize) -> Option<Written<'t>> {
        let range = self.next_range();
        let Some(word) = self.word() else {
            self.fault(range, "a type is expected here", "write one, such as `s32` or `ptr<u8>`");
            return None;
        };
        if depth > DEEPEST {
            let cause = format!("types are nested more than {DEEPEST} deep");
            self.fault(word.range, cause, "make the value flat");
            return None;
        }
        let mut arguments = None;
        if self.take("<") {
            let mut inside = Vec::new();
            while !self.take(">") {
                if word.text == "list" && inside.len() == 1 {
                    self.length()?;
                }
                inside.push(self.ty(depth + 1)?);
                if !self.take(",") && !self.peeks(">") {
                    let range = self.next_range();
                    self.fault(range, "a `<` is not closed", "write `ptr<u8>`, `list<u8, 4>`");
                    return None;
                }
            }
            arguments = Some(inside);
        }
        let range = word.range.start..self.at;
        Some(Written { word, arguments, range })
    }

    /// Adds a fault unless a word follows, which may be a length: `-1` is no word.
    fn length(&mut self) -> Option<()> {
        let range = self.next_range();
        if self.text[range.clone()].starts_with(is_of_a_word) {
            return Some(());
        }
        let negative = if self.peeks("-") { word_length(&self.text[range.end..]) } else { 0 };
        let range = range.start..range.end + negative;
        self.fault(range, "a length is expected here", "write a number of at least 1");
        None
    }

    /// After a fault: skips to the `,` or `)` that ends the parameter.
    fn skip_parameter(&mut self) {
        let mut open = 0_usize;
        while !self.next_range().is_empty() {
            match &self.text[self.next_range()] {
                "<" => open += 1,
                ">" => open = open.saturating_sub(1),
                "," | ")" if open == 0 => return,
                ")" => return,
                _ => {}
            }
            self.at = self.next_range().end;
        }
    }

    fn fault(&mut self, range: Range<usize>, cause: impl Into<String>, remedy: impl Into<String>) {
        self.faults.push(|| Fault::new(range, cause, remedy));
    }

    fn word(&mut self) -> Option<Word<'t>> {
        let range = self.next_range();
        let text = &self.text[range.clone()];
        text.starts_with(is_of_a_word).then(|| {
            self.at = range.end;
            Word { text, range }
        })
    }

    fn take(&mut self, token: &str) -> bool {
        let there = self.peeks(token);
        if there {
            self.at = self.next_range().end;
        }
        there
    }

    fn peeks(&self, token: &str) -> bool {
        &self.text[self.next_range()] == token
    }

    /// The place of the next token; empty at the end of the text.
    fn next_range(&self) -> Range<usize> {
        let rest = self.text[self.at..].trim_start();
        let start = self.text.len() - rest.len();
        let length = match rest.chars().next() {
            None => 0,
            Some('-') if rest.starts_with("->") => 2,
            Some(first) if is_of_a_word(first) => word_length(rest),
            Some(other) => other.len_utf8(),
        };
        start..start + length
    }
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of the word at the beginning of `text`, in bytes. A name with hyphens, as in WIT, is
/// one word, so that it is refused as a whole.
fn word_length(text: &str) -> usize {
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let mut goes_on = || characters.peek().is_some_and(|(_, next)| is_of_a_word(*next));
        if !is_of_a_word(character) && (character != '-' || !goes_on()) {
            return at;
        }
    }
    text.len()
}
