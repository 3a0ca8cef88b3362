//! The tokens of an expression.

use std::ops::Range;

use polyreactor_contract::{Fault, quote};

use super::super::fault::at;

/// A token. Numbers keep their text, because their type is not known yet.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A number without a sign: `1`, `2.5e3`, `inf`, `nan`, `nan:0x1`.
    Number,
    /// A string, its escapes replaced.
    Text(String),
    /// A name; `%name` is a name even if it is a word of the notation.
    Name {
        name: String,
        is_escaped: bool,
    },
    /// `$1` is the result 0.
    Result(usize),
    /// An operator or a bracket.
    Symbol(&'static str),
    End,
}

/// The symbols, each before those that it begins with.
const SYMBOLS: [&str; 20] = [
    "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "(", ")", "[", "]", "{", "}", ",",
    ":", ".",
];

/// The token at `at`, which is no white space, and its place. A `%` before a name is an operator
/// where `after_operand` is true.
pub(super) fn token(
    text: &str,
    at_byte: usize,
    after_operand: bool,
) -> Result<(Token, Range<usize>), Fault> {
    let rest = &text[at_byte..];
    let place = |length: usize| at_byte..at_byte + length;
    let Some(first) = rest.chars().next() else { return Ok((Token::End, place(0))) };
    if first == '"' {
        let (string, length) = string(rest, at_byte)?;
        return Ok((Token::Text(string), place(length)));
    }
    if first == '$' {
        let length = 1 + digits(&rest[1..]);
        let number = rest[1..length].parse::<usize>().ok().and_then(|it| it.checked_sub(1));
        let Some(number) = number else {
            let remedy = "write `$1` for the result of the first call";
            return Err(at(place(length), "there is no number after `$`", remedy));
        };
        return Ok((Token::Result(number), place(length)));
    }
    if first.is_ascii_digit() {
        let length = number(rest);
        let end =
            length + rest[length..].find(|c: char| !is_of_name(c)).unwrap_or(rest.len() - length);
        let has_zero_first = digits(rest) > 1 && first == '0';
        if end > length || has_zero_first {
            let cause = format!("`{}` is no number", quote::excerpt(&rest[..end]));
            return Err(at(place(end), cause, "write it in decimal, as in `10` or `2.5e3`"));
        }
        return Ok((Token::Number, place(length)));
    }
    let escape = usize::from(first == '%' && !after_operand);
    let length = name(&rest[escape..]);
    if length > 0 {
        let name = &rest[escape..escape + length];
        if escape == 0 && matches!(name, "inf" | "nan") {
            return Ok((Token::Number, place(length + payload(&rest[length..]))));
        }
        let (name, is_escaped) = (name.to_owned(), escape == 1);
        return Ok((Token::Name { name, is_escaped }, place(escape + length)));
    }
    if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
        return Ok((Token::Symbol(symbol), place(symbol.len())));
    }
    let remedy = match first {
        '=' => "write `==` to compare",
        '&' => "write `and`",
        '|' => "write `or`",
        '!' => "write `not`",
        '\'' => "write texts in double quotes",
        _ => "use names, values, `+ - * / %`, comparisons, `and`, `or`, `not` and `len`",
    };
    let cause = format!("`{}` means nothing here", quote::escape(&first.to_string()));
    Err(at(place(first.len_utf8()), cause, remedy))
}

fn is_of_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// The length of the name at the beginning; 0 if there is none.
fn name(text: &str) -> usize {
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        return 0;
    }
    text.find(|character| !is_of_name(character)).unwrap_or(text.len())
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// The length of the number at the beginning.
fn number(text: &str) -> usize {
    let mut length = digits(text);
    let fraction = text[length..].strip_prefix('.').map_or(0, digits);
    if fraction > 0 {
        length += 1 + fraction;
    }
    if let Some(exponent) = text[length..].strip_prefix(['e', 'E']) {
        let sign = usize::from(exponent.starts_with(['+', '-']));
        let digits = digits(&exponent[sign..]);
        if digits > 0 {
            length += 1 + sign + digits;
        }
    }
    length
}

/// The length of a NaN's payload, `:0x1`; 0 if there is none.
fn payload(text: &str) -> usize {
    let Some(digits) = text.strip_prefix(":0x") else { return 0 };
    3 + digits.bytes().take_while(u8::is_ascii_hexdigit).count()
}

/// The string at the beginning, with WAVE's escapes, and the length of its literal.
fn string(text: &str, at_byte: usize) -> Result<(String, usize), Fault> {
    let mut string = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((start, character)) = characters.next() {
        let escaped = match character {
            '"' => return Ok((string, start + 1)),
            '\\' => characters.next().map(|(_, escaped)| escaped),
            other => {
                string.push(other);
                continue;
            }
        };
        let value = match escaped {
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some(same @ ('"' | '\'' | '\\')) => Some(same),
            Some('u') => {
                let code: Option<String> = match characters.next() {
                    Some((_, '{')) => Some(
                        characters.by_ref().map(|(_, c)| c).take_while(|c| *c != '}').collect(),
                    ),
                    _ => None,
                };
                code.and_then(|code| u32::from_str_radix(&code, 16).ok()).and_then(char::from_u32)
            }
            _ => None,
        };
        let Some(value) = value else {
            let place = at_byte + start..at_byte + text.ceil_char_boundary(start + 2);
            let remedy = r#"use `\"`, `\\`, `\n`, `\r`, `\t` or `\u{…}`"#;
            return Err(at(place, "this is no escape of a text", remedy));
        };
        string.push(value);
    }
    let place = at_byte..at_byte + text.len();
    Err(at(place, "the text does not end", "write `\"` at its end"))
}
