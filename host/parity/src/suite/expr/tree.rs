//! [`Tree`]: a parsed expression, without types, with the place of each part.

use std::ops::Range;

use polyreactor_contract::Fault;

use super::super::fault::at;

/// An expression or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Tree {
    /// The place in the text.
    pub(in super::super) range: Range<usize>,
    pub(in super::super) node: Node,
    /// The number of levels.
    pub(super) depth: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Node {
    Name(String),
    /// The result of the call of this index.
    Result(usize),
    /// A number, whose text is at this place. The place of the tree may include parentheses.
    Number(Range<usize>),
    Text(String),
    Bool(bool),
    List(Vec<Tree>),
    Record(Vec<(Range<usize>, String, Tree)>),
    Negate(Box<Tree>),
    Not(Box<Tree>),
    Binary(Operator, Box<[Tree; 2]>),
    Len(Box<Tree>),
    /// The field of this name, and the name's place.
    Field(Box<Tree>, String, Range<usize>),
    /// A list and an index.
    Index(Box<[Tree; 2]>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// Maximum depth of a tree: parsing, checking, evaluating and dropping it are recursive.
pub(super) const DEEPEST: usize = 100;

/// A tree, unless it is too deep.
pub(super) fn made(range: Range<usize>, node: Node) -> Result<Tree, Fault> {
    let of = |trees: &[Tree]| trees.iter().map(|tree| tree.depth).max().unwrap_or(0);
    let inner = match &node {
        Node::List(items) => of(items),
        Node::Record(fields) => fields.iter().map(|(.., tree)| tree.depth).max().unwrap_or(0),
        Node::Negate(inner) | Node::Not(inner) | Node::Len(inner) => inner.depth,
        Node::Field(inner, ..) => inner.depth,
        Node::Binary(_, both) | Node::Index(both) => of(&both[..]),
        _ => 0,
    };
    if inner >= DEEPEST { Err(too_deep(range)) } else { Ok(Tree { range, node, depth: inner + 1 }) }
}

pub(super) fn too_deep(place: Range<usize>) -> Fault {
    let cause = format!("the expression has more than {DEEPEST} levels");
    at(place, cause, "write several shorter ones")
}
