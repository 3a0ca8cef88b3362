//! The type that an expression has whatever stands beside it.

use super::Scope;
use super::tree::{Node, Operator, Tree};
use super::types::Type;

impl Operator {
    /// Whether the operator computes a number, and no condition.
    pub(in super::super) fn is_arithmetic(self) -> bool {
        use Operator::*;
        matches!(self, Add | Subtract | Multiply | Divide | Remainder)
    }
}

/// The type of the expression; `None` where what stands beside it decides, as for a number. The
/// type may be wrong where the expression is faulty, which the check finds.
pub(super) fn natural(tree: &Tree, scope: &Scope) -> Option<Type> {
    let of = |tree: &Tree| natural(tree, scope);
    match &tree.node {
        Node::Name(name) => scope.get(name).cloned(),
        Node::Result(index) => scope.results.get(*index).cloned().flatten(),
        Node::Number(_) | Node::Len(_) | Node::Record(_) => None,
        Node::Text(_) => Some(Type::String),
        Node::Bool(_) | Node::Not(_) => Some(Type::BOOL),
        Node::List(items) => match items.iter().find_map(of)? {
            Type::Scalar(scalar) => Some(Type::List(scalar)),
            _ => None,
        },
        Node::Negate(inner) => of(inner),
        Node::Binary(operator, both) if operator.is_arithmetic() => both.iter().find_map(of),
        Node::Binary(..) => Some(Type::BOOL),
        Node::Field(inner, name, _) => of(inner)?.field(name).map(|(_, ty)| ty),
        Node::Index(both) => of(&both[0])?.element(),
    }
}
