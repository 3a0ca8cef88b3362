//! The check of numbers, lists and records, whose type is that of what stands beside them.

use std::ops::Range;

use polyreactor_contract::{Fault, Record, Scalar, nearest, quote};

use super::super::literal;
use super::super::natural::natural;
use super::super::tree::Tree;
use super::super::types::Type;
use super::{Checked, Checker, Node};
use crate::suite::fault::{at, near_or};

impl Checker<'_> {
    pub(super) fn number(&self, range: &Range<usize>, wanted: Option<&Type>) -> Checked {
        let text = &self.text[range.clone()];
        let ty = wanted.cloned().unwrap_or_else(|| literal::default_type(text).into());
        let value = match &ty {
            Type::Scalar(scalar) => literal::number(text, *scalar),
            _ => None,
        };
        match value {
            Some(value) => Ok((Node::Literal(value), ty)),
            None => {
                let cause = format!("`{}` is no {ty}", quote::excerpt(text));
                Err(at(range.clone(), cause, format!("write a value of type {ty}")))
            }
        }
    }

    pub(super) fn len(&self, tree: &Tree, inner: &Tree, wanted: Option<&Type>) -> Checked {
        let (node, ty) = self.check(inner, None)?;
        if ty != Type::String && ty.element().is_none() {
            let remedy = "`len` takes a string, whose length is in bytes, or a list";
            return Err(self.is_no(inner, &ty, "string or list", remedy));
        }
        match wanted {
            None => Ok((Node::Len(Box::new(node), Scalar::S64), Scalar::S64.into())),
            Some(Type::Scalar(scalar)) if *scalar != Scalar::Bool => {
                Ok((Node::Len(Box::new(node), *scalar), (*scalar).into()))
            }
            Some(other) => {
                let cause = format!("`{}` is a number, and no {other}", self.excerpt(tree));
                Err(at(tree.range.clone(), cause, "compare it with a number"))
            }
        }
    }

    pub(super) fn list(&self, tree: &Tree, items: &[Tree], wanted: Option<&Type>) -> Checked {
        let Some(ty) = wanted.cloned().or_else(|| natural(tree, self.scope)) else {
            return self.untyped_list(tree, items);
        };
        let Some(element) = ty.element() else {
            let cause = format!("a list is no {ty}");
            return Err(at(tree.range.clone(), cause, format!("write a value of type {ty}")));
        };
        if let Type::Array(_, length) = &ty
            && items.len() as u64 != u64::from(*length)
        {
            let cause = format!("a list of {} is no `{ty}`", items.len());
            return Err(at(tree.range.clone(), cause, format!("write {length} values")));
        }
        let nodes = items.iter().map(|item| Ok(self.check(item, Some(&element))?.0));
        Ok((Node::List(nodes.collect::<Result<_, Fault>>()?), ty))
    }

    /// A list whose first element decides.
    fn untyped_list(&self, tree: &Tree, items: &[Tree]) -> Checked {
        let mut nodes = Vec::with_capacity(items.len());
        let mut ty = None;
        for item in items {
            // Each element is checked once: a second time would double the work with each level.
            let (node, found) = self.check(item, ty.as_ref())?;
            nodes.push(node);
            ty.get_or_insert(found);
        }
        match ty {
            Some(Type::Scalar(scalar)) => Ok((Node::List(nodes), Type::List(scalar))),
            _ => {
                let cause = format!("the type of `{}` is not known here", self.excerpt(tree));
                Err(at(tree.range.clone(), cause, "compare it with a name"))
            }
        }
    }

    pub(super) fn record(
        &self,
        tree: &Tree,
        given: &[(Range<usize>, String, Tree)],
        wanted: Option<&Type>,
    ) -> Checked {
        let Some(Type::Record(record)) = wanted else {
            let cause = match wanted {
                Some(ty) => format!("a record is no {ty}"),
                None => format!("the type of `{}` is not known here", self.excerpt(tree)),
            };
            return Err(at(tree.range.clone(), cause, "compare it with a name of that type"));
        };
        for (number, (range, name, _)) in given.iter().enumerate() {
            if !record.fields().iter().any(|field| field.name == *name) {
                return Err(no_field(range.clone(), name, record));
            }
            if given[..number].iter().any(|(_, before, _)| before == name) {
                let cause = format!("the field `{name}` is given twice");
                return Err(at(range.clone(), cause, "leave one of them out"));
            }
        }
        let fields = record.fields().iter().map(|field| {
            let Some((.., value)) = given.iter().find(|(_, name, _)| *name == field.name) else {
                let cause = format!("the field `{}` is missing", field.name);
                let remedy = format!("write `{}: …`, of type {}", field.name, field.ty);
                return Err(at(tree.range.clone(), cause, remedy));
            };
            let (node, _) = self.check(value, Some(&Type::from(&field.ty)))?;
            Ok((field.name.clone(), node))
        });
        Ok((Node::Record(fields.collect::<Result<_, Fault>>()?), Type::Record(record.clone())))
    }
}

/// The fault of a field that the record does not have.
pub(super) fn no_field(place: Range<usize>, name: &str, record: &Record) -> Fault {
    let known = || record.fields().iter().map(|field| field.name.as_str());
    let cause = format!("the record `{}` has no field `{}`", record.name(), quote::excerpt(name));
    at(place, cause, near_or(nearest(name, known()), "its fields are: ", known()))
}
