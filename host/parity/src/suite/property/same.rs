//! Calls that have the same outcome as others: `inc(a); inc(b) ~ inc(a + b)`.

use std::ops::Range;

use polyreactor_contract::{Fault, Signature, ValueType, quote};

use super::super::calls::{Head, head, skip_space, until};
use super::super::expr::tree::{Node, Tree};
use super::super::expr::{Expr, Scope, Type, parse};
use super::super::fault::at;
use super::super::interface::Interface;
use super::super::reader::{Reader, Value};

/// Two sequences of calls, each on a fresh instance of the same implementation, whose last outcomes
/// are equal for all values of the names.
#[derive(Debug, Clone, PartialEq)]
pub struct Same {
    /// The text, for reports.
    pub text: String,
    /// The names, for which values are generated.
    pub names: Vec<SameName>,
    /// The calls of one side: at least one.
    pub left: Vec<SameCall>,
    /// The calls of the other side: at least one.
    pub right: Vec<SameCall>,
}

/// A name in the arguments, for which values are generated as for the parameter at which it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct SameName {
    /// The name.
    pub name: String,
    /// The index of the export in the interface.
    pub export: usize,
    /// The index of the parameter, from 0.
    pub parameter: usize,
    /// The type of the parameter.
    pub ty: ValueType,
}

/// A call whose arguments are computed.
#[derive(Debug, Clone, PartialEq)]
pub struct SameCall {
    /// The index of the export in the interface.
    pub export: usize,
    /// The arguments, over the names, and over `$1` … for the results of this side's calls before.
    pub arguments: Vec<Expr>,
}

/// A call whose arguments are not checked yet.
struct Draft {
    export: usize,
    place: Range<usize>,
    arguments: Vec<Argument>,
}

struct Argument {
    /// The place of the argument in the whole text; those in the tree are relative to it.
    place: Range<usize>,
    tree: Tree,
}

/// The maximum number of names, each of which is searched among the others.
const MOST_NAMES: usize = 100;

const FORM: &str = "write `same = [\"inc(a); inc(b) ~ inc(a + b)\"]`";

/// Reads all of them.
pub(super) fn read(reader: &mut Reader<'_>, value: &Value<'_>) -> Vec<Same> {
    let texts = reader.texts(value, FORM);
    let parsed = texts.iter().filter_map(|text| {
        let same = same(text.text, reader.interface);
        reader.keep(text, same)
    });
    parsed.collect()
}

fn same(text: &str, interface: &Interface) -> Result<Same, Fault> {
    let (left, tilde) = side(text, 0, interface)?;
    if !text[tilde..].starts_with('~') {
        let cause = "there is no `~` between two sides";
        return Err(at(tilde..tilde, cause, FORM));
    }
    let (right, end) = side(text, tilde + 1, interface)?;
    if end < text.len() {
        return Err(at(end..text.len(), "there are more than two sides", FORM));
    }
    // Where a name is an argument by itself, its type is certain.
    let mut names = Vec::new();
    for is_whole in [true, false] {
        for draft in left.iter().chain(&right) {
            let parameters = interface.exports[draft.export].parameters().unwrap_or_default();
            let pairs = draft.arguments.iter().zip(parameters).enumerate();
            for (parameter, (Argument { tree, .. }, declared)) in pairs {
                let make = |name: &str| SameName {
                    name: name.to_owned(),
                    export: draft.export,
                    parameter,
                    ty: (*declared.ty).clone(),
                };
                if !is_whole || matches!(tree.node, Node::Name(_)) {
                    collect(tree, &make, &mut names);
                }
            }
        }
    }
    if names.len() > MOST_NAMES {
        let cause = format!("there are more than {MOST_NAMES} names");
        return Err(at(0..text.len(), cause, "use fewer of them"));
    }
    let [first, second] =
        [check(text, &left, &names, interface)?, check(text, &right, &names, interface)?];
    let outcomes = [&left, &right].map(|side| {
        let last = side.last();
        last.and_then(|draft| interface.exports[draft.export].result())
    });
    if outcomes[0] != outcomes[1] {
        let place = right.last().map_or(end..end, |draft| draft.place.clone());
        let remedy = "end both sides with calls that return the same type";
        return Err(at(place, "the last calls return different types", remedy));
    }
    Ok(Same { text: text.trim().to_owned(), names, left: first, right: second })
}

/// Parses the calls from `start` on. Returns them, and the place of the `~` or of the end.
fn side(text: &str, start: usize, interface: &Interface) -> Result<(Vec<Draft>, usize), Fault> {
    let (mut calls, mut here) = (Vec::new(), skip_space(text, start));
    loop {
        let Head { name, name_place, arguments, end } = head(text, here)?;
        let export = interface.export(&name, &name_place)?;
        let place = here..end;
        count(&interface.exports[export], arguments.len(), &place)?;
        let parse = |place: Range<usize>| {
            let tree = parse::tree(&text[place.clone()]);
            tree.map_err(moved(place.start)).map(|tree| Argument { place, tree })
        };
        let arguments = arguments.into_iter().map(parse).collect::<Result<_, _>>()?;
        calls.push(Draft { export, place, arguments });
        here = skip_space(text, end);
        if text[here..].starts_with(';') {
            here = skip_space(text, here + 1);
        } else if here == text.len() || text[here..].starts_with('~') {
            return Ok((calls, here));
        } else {
            let end = until(text, here, &[";", "~"]).unwrap_or(text.len());
            let cause =
                format!("there is `{}` after the call", quote::excerpt(text[here..end].trim()));
            return Err(at(here..end, cause, "write `;` and the next call, or `~`"));
        }
    }
}

fn count(
    export: &super::super::interface::Export,
    given: usize,
    place: &Range<usize>,
) -> Result<(), Fault> {
    let takes = export.parameters().map_or(0, |parameters| parameters.len());
    if takes == given {
        return Ok(());
    }
    let (s, name) = (if takes == 1 { "" } else { "s" }, quote::excerpt(&export.name));
    let ty = export.signature.as_ref().map_or(export.ty.to_string(), Signature::to_string);
    let cause = format!("`{name}` takes {takes} argument{s} and was given {given}");
    Err(at(place.clone(), cause, format!("`{name}` is {ty}")))
}

/// Adds the names that have the type of the whole expression.
fn collect(tree: &Tree, make: &impl Fn(&str) -> SameName, names: &mut Vec<SameName>) {
    match &tree.node {
        Node::Name(name) => {
            // One more than allowed is enough for the fault.
            let has_room = names.len() <= MOST_NAMES;
            if has_room && !names.iter().any(|known| known.name == *name) {
                names.push(make(name));
            }
        }
        Node::Negate(inner) => collect(inner, make, names),
        Node::Binary(operator, both) if operator.is_arithmetic() => {
            for operand in &**both {
                collect(operand, make, names);
            }
        }
        _ => {}
    }
}

/// Checks the arguments against the parameters.
fn check(
    text: &str,
    side: &[Draft],
    names: &[SameName],
    interface: &Interface,
) -> Result<Vec<SameCall>, Fault> {
    let add = |scope: Scope, name: &SameName| scope.with(name.name.as_str(), &name.ty);
    let mut scope = names.iter().fold(Scope::default(), add);
    let mut calls = Vec::new();
    for Draft { export, arguments, .. } in side {
        let declared = &interface.exports[*export];
        let parameters = declared.parameters().unwrap_or_default();
        let checked = arguments.iter().zip(parameters).map(|(argument, parameter)| {
            let Argument { place, tree } = argument;
            let wanted = Type::from(&*parameter.ty);
            Expr::of_tree(&text[place.clone()], tree, &scope, Some(&wanted))
                .map_err(moved(place.start))
        });
        let arguments = checked.collect::<Result<_, _>>()?;
        calls.push(SameCall { export: *export, arguments });
        scope = scope.with_result(declared.result());
    }
    Ok(calls)
}

fn moved(by: usize) -> impl Fn(Fault) -> Fault {
    move |fault| fault.map(|place| place.start + by..place.end + by)
}

#[cfg(test)]
mod tests {
    use super::super::super::calls::tests::interface;
    use super::*;

    #[test]
    fn names_have_the_types_of_the_parameters_at_which_they_stand() {
        let same = same("inc(a); inc(-b); inc($1) ~ inc(a * c)", &interface()).unwrap();
        let names: Vec<_> = same.names.iter().map(|name| name.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c"]);
        assert!(same.names.iter().all(|name| name.ty == ValueType::S32));
        assert_eq!((same.left.len(), same.right.len()), (3, 1));
        assert_eq!(same.left[1].arguments[0].to_string(), "-b");
    }

    #[test]
    fn faults_have_their_places() {
        for (text, expected) in [
            ("inc(a)", ": there is no `~` between two sides"),
            ("inc(a) ~", ": the export's name is missing"),
            ("inc(a) ~ inc(a) ~ inc(a)", "~ inc(a): there are more than two sides"),
            ("inc(a) ~ icn(a)", "icn: there is no export `icn` (did you mean `inc`?)"),
            ("inc(a, b) ~ inc(a)", "inc(a, b): `inc` takes 1 argument and was given 2"),
            ("inc(a) ~ inc(b[0])", "b: there is no `b` here"),
            ("inc(a) ~ inc(a +)", ": the text ends where a value belongs"),
            ("inc(a); reset() ~ inc($1)", "$1: there is no call 1 before this one"),
            ("inc(a); greet(a, 1) ~ greet(a, 1)", "a: `a` is of type s32, not string"),
            ("inc(a) ~ reset()", "reset(): the last calls return different types"),
            ("inc(a) 2 ~ inc(a)", "2 : there is `2` after the call"),
        ] {
            let fault = same(text, &interface()).expect_err(text);
            let shown = format!("{}: {fault}", &text[fault.place.clone()]);
            assert!(shown.starts_with(expected), "{text}: {shown}");
        }
    }
}
