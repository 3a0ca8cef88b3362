//! The evaluation of checked expressions. `None` is an undefined value.

use std::borrow::Cow;

use polyreactor_contract::Val;

use super::check::Node;
use super::tree::Operator;
use super::{Env, arithmetic, literal};

/// The value. Names and fields are borrowed, because a list may be long.
pub(super) fn eval<'v>(node: &'v Node, env: &Env<'v>) -> Option<Cow<'v, Val>> {
    Some(match node {
        Node::Literal(value) => Cow::Borrowed(value),
        Node::Name(name) => Cow::Borrowed(env.get(name)?),
        Node::Result(index) => Cow::Borrowed(env.results.get(*index)?.as_ref()?),
        Node::List(items) => {
            let values = items.iter().map(|item| eval(item, env).map(Cow::into_owned));
            Cow::Owned(Val::from(values.collect::<Option<Vec<_>>>()?))
        }
        Node::Record(fields) => {
            let values = fields
                .iter()
                .map(|(name, field)| Some((name.clone(), eval(field, env)?.into_owned())));
            Cow::Owned(Val::Record(values.collect::<Option<_>>()?))
        }
        Node::Negate(inner) => Cow::Owned(arithmetic::negate(&*eval(inner, env)?)?),
        Node::Not(inner) => Cow::Owned(Val::Bool(!is_true(inner, env)?)),
        Node::Binary(operator, both) => Cow::Owned(binary(*operator, both, env)?),
        Node::Len(inner, scalar) => {
            let length = match &*eval(inner, env)? {
                Val::String(text) => text.len(),
                Val::List(list) => list.len(),
                _ => return None,
            };
            Cow::Owned(literal::integer(i128::try_from(length).ok()?, *scalar)?)
        }
        Node::Field(inner, index) => match eval(inner, env)? {
            Cow::Borrowed(Val::Record(fields)) => Cow::Borrowed(&fields.get(*index)?.1),
            Cow::Owned(Val::Record(mut fields)) if *index < fields.len() => {
                Cow::Owned(fields.swap_remove(*index).1)
            }
            _ => return None,
        },
        Node::Index(both) => {
            let index = arithmetic::whole(&*eval(&both[1], env)?)?;
            let index = usize::try_from(index).ok()?;
            match eval(&both[0], env)? {
                Cow::Borrowed(Val::List(list)) => list.get(index)?,
                Cow::Owned(Val::List(list)) => Cow::Owned(list.get(index)?.into_owned()),
                _ => return None,
            }
        }
    })
}

fn binary(operator: Operator, both: &[Node; 2], env: &Env<'_>) -> Option<Val> {
    let [left, right] = both;
    match operator {
        Operator::And => return Some(Val::Bool(is_true(left, env)? && is_true(right, env)?)),
        Operator::Or => return Some(Val::Bool(is_true(left, env)? || is_true(right, env)?)),
        _ => {}
    }
    let (left, right) = (eval(left, env)?, eval(right, env)?);
    match operator.is_arithmetic() {
        true => arithmetic::compute(operator, &left, &right),
        false => arithmetic::compare(operator, &left, &right).map(Val::Bool),
    }
}

fn is_true(node: &Node, env: &Env<'_>) -> Option<bool> {
    match *eval(node, env)? {
        Val::Bool(value) => Some(value),
        _ => None,
    }
}
