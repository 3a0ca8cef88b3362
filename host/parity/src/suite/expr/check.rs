//! The check of expressions: gives each part its type, and converts literals to it.

use polyreactor_contract::{Fault, Scalar, Val, nearest, quote};

use super::super::fault::{at, near_or};
use super::Scope;
use super::natural::natural;
use super::tree::{self, Operator, Tree};
use super::types::Type;

mod literals;

/// A checked expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Literal(Val),
    Name(String),
    Result(usize),
    List(Vec<Node>),
    Record(Vec<(String, Node)>),
    Negate(Box<Node>),
    Not(Box<Node>),
    Binary(Operator, Box<[Node; 2]>),
    /// The length, as a number of this type.
    Len(Box<Node>, Scalar),
    /// The field of this index.
    Field(Box<Node>, usize),
    Index(Box<[Node; 2]>),
}

type Checked = Result<(Node, Type), Fault>;

pub(super) struct Checker<'a> {
    pub(super) text: &'a str,
    pub(super) scope: &'a Scope,
}

impl Checker<'_> {
    /// Checks a part, which has to be of the type `wanted`, if there is one.
    pub(super) fn check(&self, tree: &Tree, wanted: Option<&Type>) -> Checked {
        let (node, ty) = match &tree.node {
            tree::Node::Number(range) => return self.number(range, wanted),
            tree::Node::List(items) => return self.list(tree, items, wanted),
            tree::Node::Record(fields) => return self.record(tree, fields, wanted),
            tree::Node::Len(inner) => return self.len(tree, inner, wanted),
            tree::Node::Text(text) => (Node::Literal(Val::from(text.as_str())), Type::String),
            tree::Node::Bool(value) => (Node::Literal(Val::from(*value)), Type::BOOL),
            tree::Node::Name(name) => (Node::Name(name.clone()), self.name(tree, name)?),
            tree::Node::Result(index) => (Node::Result(*index), self.result(tree, *index)?),
            tree::Node::Negate(inner) => {
                let (node, ty) = self.operand(inner, wanted, Type::is_number, "numbers")?;
                (Node::Negate(Box::new(node)), ty)
            }
            tree::Node::Not(inner) => {
                let (node, ty) = self.check(inner, Some(&Type::BOOL))?;
                (Node::Not(Box::new(node)), ty)
            }
            tree::Node::Binary(operator, both) => self.binary(tree, *operator, both, wanted)?,
            tree::Node::Field(inner, name, range) => {
                let (node, ty) = self.check(inner, None)?;
                let Some((index, field)) = ty.field(name) else {
                    let place = range.clone();
                    return Err(match &ty {
                        Type::Record(record) => literals::no_field(place, name, record),
                        _ => self.is_no(inner, &ty, "record", "leave the field out"),
                    });
                };
                (Node::Field(Box::new(node), index), field)
            }
            tree::Node::Index(both) => {
                let (list, ty) = self.check(&both[0], None)?;
                let Some(element) = ty.element() else {
                    return Err(self.is_no(&both[0], &ty, "list", "leave the index out"));
                };
                let natural = natural(&both[1], self.scope);
                let (index, _) =
                    self.operand(&both[1], natural.as_ref(), Type::is_integer, "integers")?;
                (Node::Index(Box::new([list, index])), element)
            }
        };
        self.expect(tree, &ty, wanted)?;
        Ok((node, ty))
    }

    fn name(&self, tree: &Tree, name: &str) -> Result<Type, Fault> {
        let known = || self.scope.names.iter().map(|(name, _)| name.as_str());
        self.scope.get(name).cloned().ok_or_else(|| {
            let excerpt = quote::excerpt(name);
            let (cause, remedy) = match known().next() {
                Some(_) => (
                    format!("there is no `{excerpt}` here"),
                    near_or(nearest(name, known()), "the names are: ", known()),
                ),
                None => (
                    format!("`{excerpt}` is no value"),
                    "write a number, a text in quotes, `true` or `false`".to_owned(),
                ),
            };
            at(tree.range.clone(), cause, remedy)
        })
    }

    fn result(&self, tree: &Tree, index: usize) -> Result<Type, Fault> {
        let number = index + 1;
        let remedy = "use the number of a call before this one that has a result";
        let cause = match self.scope.results.get(index) {
            Some(Some(ty)) => return Ok(ty.clone()),
            Some(None) => format!("call {number} has no result"),
            None => format!("there is no call {number} before this one"),
        };
        Err(at(tree.range.clone(), cause, remedy))
    }

    fn binary(
        &self,
        tree: &Tree,
        operator: Operator,
        both: &[Tree; 2],
        wanted: Option<&Type>,
    ) -> Checked {
        let [left, right] = both;
        let found = [natural(left, self.scope), natural(right, self.scope)];
        if let [Some(a), Some(b)] = &found
            && a != b
        {
            let (left, right) = (self.excerpt(left), self.excerpt(right));
            let cause = format!("`{left}` is of type {a}, but `{right}` of type {b}");
            return Err(at(tree.range.clone(), cause, "use two values of one type"));
        }
        let [first, second] = found;
        let ty = first.or(second);
        use Operator::*;
        let (left, ty) = match operator {
            Or | And => self.check(left, Some(&Type::BOOL))?,
            Equal | NotEqual => self.check(left, ty.as_ref())?,
            Less | LessOrEqual | Greater | GreaterOrEqual => {
                self.operand(left, ty.as_ref(), Type::is_number, "numbers")?
            }
            Add | Subtract | Multiply | Divide | Remainder => {
                self.operand(left, ty.as_ref().or(wanted), Type::is_number, "numbers")?
            }
        };
        let (right, _) = self.check(right, Some(&ty))?;
        let ty = if operator.is_arithmetic() { ty } else { Type::BOOL };
        Ok((Node::Binary(operator, Box::new([left, right])), ty))
    }

    /// Checks an operand, whose type has to fit.
    fn operand(
        &self,
        tree: &Tree,
        wanted: Option<&Type>,
        fits: fn(&Type) -> bool,
        takes: &str,
    ) -> Checked {
        let (node, ty) = self.check(tree, wanted)?;
        if fits(&ty) {
            return Ok((node, ty));
        }
        let cause = format!("`{}` is of type {ty}", self.excerpt(tree));
        Err(at(tree.range.clone(), cause, format!("only {takes} can stand here")))
    }

    fn expect(&self, tree: &Tree, ty: &Type, wanted: Option<&Type>) -> Result<(), Fault> {
        match wanted {
            Some(wanted) if wanted != ty => {
                let cause = format!("`{}` is of type {ty}, not {wanted}", self.excerpt(tree));
                Err(at(tree.range.clone(), cause, format!("write a value of type {wanted}")))
            }
            _ => Ok(()),
        }
    }

    fn is_no(&self, tree: &Tree, ty: &Type, right: &str, remedy: &str) -> Fault {
        let cause = format!("`{}` is of type {ty}, and no {right}", self.excerpt(tree));
        at(tree.range.clone(), cause, remedy)
    }

    fn excerpt(&self, tree: &Tree) -> String {
        quote::excerpt(&self.text[tree.range.clone()])
    }
}
