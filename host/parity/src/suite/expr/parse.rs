//! The parser of expressions: makes a tree of a text.

use std::ops::Range;

use polyreactor_contract::{Fault, quote};

use super::super::fault::at;
use super::token::{Token, token};
use super::tree::{DEEPEST, Node, Operator, Tree, made, too_deep};

/// How tightly the operators bind; the prefix `not` and `-` bind what is at least as tight.
const COMPARISON: u8 = 3;
const SIGN: u8 = 6;

/// Parses the whole text.
pub(in super::super) fn tree(text: &str) -> Result<Tree, Fault> {
    let mut parser = Parser { text, at: 0, token: Token::End, place: 0..0, depth: 0 };
    parser.advance(false)?;
    let tree = parser.expression(0)?;
    match parser.token {
        Token::End => Ok(tree),
        _ => {
            let cause = format!("there is `{}` after the expression", parser.excerpt());
            Err(at(parser.place, cause, "write an operator before it, or leave it out"))
        }
    }
}

struct Parser<'t> {
    text: &'t str,
    /// The place after the next token.
    at: usize,
    /// The next token.
    token: Token,
    /// The place of the next token.
    place: Range<usize>,
    /// How many calls of `expression` are running.
    depth: usize,
}

impl Parser<'_> {
    fn expression(&mut self, least: u8) -> Result<Tree, Fault> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(too_deep(self.place.clone()));
        }
        let mut left = self.prefix()?;
        while let Some((operator, binds)) = self.operator().filter(|(_, binds)| *binds >= least) {
            self.advance(false)?;
            let right = self.expression(binds + 1)?;
            let range = left.range.start..right.range.end;
            left = made(range, Node::Binary(operator, Box::new([left, right])))?;
            if binds == COMPARISON && self.operator().is_some_and(|(_, next)| next == COMPARISON) {
                let cause = "comparisons cannot be chained";
                return Err(at(self.place.clone(), cause, "write `a < b and b < c`"));
            }
        }
        self.depth -= 1;
        Ok(left)
    }

    fn prefix(&mut self) -> Result<Tree, Fault> {
        let start = self.place.start;
        if self.is_word("not") {
            self.advance(false)?;
            let inner = self.expression(COMPARISON)?;
            return made(start..inner.range.end, Node::Not(Box::new(inner)));
        }
        if self.token != Token::Symbol("-") {
            let operand = self.operand()?;
            return self.suffixes(operand);
        }
        self.advance(false)?;
        // The smallest integers have no positive counterpart, so a sign is part of a number.
        if self.token == Token::Number && start + 1 == self.place.start {
            let range = start..self.place.end;
            self.advance(true)?;
            return made(range.clone(), Node::Number(range));
        }
        let inner = self.expression(SIGN)?;
        made(start..inner.range.end, Node::Negate(Box::new(inner)))
    }

    fn operand(&mut self) -> Result<Tree, Fault> {
        let range = self.place.clone();
        let node = match self.token.clone() {
            Token::Number => Node::Number(range.clone()),
            Token::Text(text) => Node::Text(text),
            Token::Result(index) => Node::Result(index),
            Token::Name { name, is_escaped } => match name.as_str() {
                "true" | "false" if !is_escaped => Node::Bool(name == "true"),
                "and" | "or" if !is_escaped => return Err(self.no_operand()),
                "len" if !is_escaped => return self.len(),
                _ => Node::Name(name),
            },
            Token::Symbol("(") => {
                self.advance(false)?;
                let inner = self.expression(0)?;
                let end = self.place.end;
                self.expect(")")?;
                return Ok(Tree { range: range.start..end, ..inner });
            }
            Token::Symbol("[") => {
                let (items, end) = self.items("]", |parser| parser.expression(0))?;
                return made(range.start..end, Node::List(items));
            }
            Token::Symbol("{") => {
                let (fields, end) = self.items("}", Parser::field)?;
                return made(range.start..end, Node::Record(fields));
            }
            Token::Symbol(_) | Token::End => return Err(self.no_operand()),
        };
        self.advance(true)?;
        made(range, node)
    }

    /// `len(x)`, or the name `len`: a parameter may have it.
    fn len(&mut self) -> Result<Tree, Fault> {
        let name = self.place.clone();
        self.advance(true)?;
        if self.token != Token::Symbol("(") {
            return made(name, Node::Name("len".to_owned()));
        }
        self.advance(false)?;
        let inner = self.expression(0)?;
        let end = self.place.end;
        self.expect(")")?;
        made(name.start..end, Node::Len(Box::new(inner)))
    }

    fn suffixes(&mut self, mut tree: Tree) -> Result<Tree, Fault> {
        let start = tree.range.start;
        loop {
            if self.token == Token::Symbol(".") {
                self.advance(false)?;
                let Token::Name { name, .. } = self.token.clone() else {
                    let cause = "there is no field after the `.`";
                    return Err(at(self.place.clone(), cause, "write `NAME.FIELD`"));
                };
                let range = self.place.clone();
                self.advance(true)?;
                tree = made(start..range.end, Node::Field(Box::new(tree), name, range))?;
            } else if self.token == Token::Symbol("[") {
                self.advance(false)?;
                let index = self.expression(0)?;
                let end = self.place.end;
                self.expect("]")?;
                tree = made(start..end, Node::Index(Box::new([tree, index])))?;
            } else {
                return Ok(tree);
            }
        }
    }

    fn field(&mut self) -> Result<(Range<usize>, String, Tree), Fault> {
        let Token::Name { name, .. } = self.token.clone() else {
            let cause = format!("`{}` is no field", self.excerpt());
            return Err(at(self.place.clone(), cause, "write fields as `name: value`"));
        };
        let range = self.place.clone();
        self.advance(true)?;
        self.expect(":")?;
        Ok((range, name, self.expression(0)?))
    }

    /// The parts between the bracket here and `close`, separated by commas, and the place after it.
    fn items<T>(
        &mut self,
        close: &'static str,
        one: impl Fn(&mut Self) -> Result<T, Fault>,
    ) -> Result<(Vec<T>, usize), Fault> {
        self.advance(false)?;
        let mut items = Vec::new();
        while self.token != Token::Symbol(close) {
            items.push(one(self)?);
            if self.token != Token::Symbol(",") {
                break;
            }
            self.advance(false)?;
        }
        let end = self.place.end;
        self.expect(close)?;
        Ok((items, end))
    }

    /// Consumes the symbol.
    fn expect(&mut self, symbol: &'static str) -> Result<(), Fault> {
        if self.token == Token::Symbol(symbol) {
            return self.advance(!matches!(symbol, ":"));
        }
        let cause = match self.token {
            Token::End => format!("the text ends where a `{symbol}` belongs"),
            _ => format!("there is `{}` where a `{symbol}` belongs", self.excerpt()),
        };
        Err(at(self.place.clone(), cause, format!("write `{symbol}`")))
    }

    fn no_operand(&self) -> Fault {
        let cause = match self.token {
            Token::End => "the text ends where a value belongs".to_owned(),
            _ => format!("there is `{}` where a value belongs", self.excerpt()),
        };
        at(self.place.clone(), cause, "write a name, a number, a text in quotes, `true` or `false`")
    }

    /// The operator that is next, and how tightly it binds.
    fn operator(&self) -> Option<(Operator, u8)> {
        use Operator::*;
        Some(match self.token {
            _ if self.is_word("or") => (Or, 1),
            _ if self.is_word("and") => (And, 2),
            Token::Symbol("==") => (Equal, COMPARISON),
            Token::Symbol("!=") => (NotEqual, COMPARISON),
            Token::Symbol("<") => (Less, COMPARISON),
            Token::Symbol("<=") => (LessOrEqual, COMPARISON),
            Token::Symbol(">") => (Greater, COMPARISON),
            Token::Symbol(">=") => (GreaterOrEqual, COMPARISON),
            Token::Symbol("+") => (Add, 4),
            Token::Symbol("-") => (Subtract, 4),
            Token::Symbol("*") => (Multiply, 5),
            Token::Symbol("/") => (Divide, 5),
            Token::Symbol("%") => (Remainder, 5),
            _ => return None,
        })
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(&self.token, Token::Name { name, is_escaped: false } if name == word)
    }

    fn excerpt(&self) -> String {
        quote::excerpt(&self.text[self.place.clone()])
    }

    fn advance(&mut self, after_operand: bool) -> Result<(), Fault> {
        self.at = self.text.len() - self.text[self.at..].trim_start().len();
        (self.token, self.place) = token(self.text, self.at, after_operand)?;
        self.at = self.place.end;
        Ok(())
    }
}
