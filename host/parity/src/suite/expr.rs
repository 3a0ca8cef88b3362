//! [`Expr`]: conditions and values in a suite, such as `result * b <= a`.
//!
//! An expression consists of WAVE literals, names, `$1` (the result of the first call), and of
//! `or and not`, `== != < <= > >=`, `+ - * / %`, `len(x)`, `p.x`, `xs[0]` and parentheses. A
//! literal and `len` take the type of the other operand. Two other types are never converted.
//!
//! Arithmetic is that of Wasm: integers wrap at the width of their type, and floats are IEEE's.
//! What traps in Wasm (a division by zero, the smallest number divided by -1) and an index out of
//! range make the whole expression undefined. `and` and `or` evaluate the right operand only if the left
//! one has not decided, so `b != 0 and a / b > 1` is always defined.
//!
//! `parse.rs` makes a tree of the text, `check.rs` gives each part its type, `eval.rs` evaluates.

use std::borrow::Cow;
use std::fmt;

use polyreactor_contract::{Fault, Val};

pub use types::Type;

mod arithmetic;
mod check;
mod eval;
mod literal;
mod natural;
pub(super) mod parse;
mod token;
pub(super) mod tree;
mod types;

/// An expression, parsed and checked.
///
/// ```
/// # use polyreactor_parity::suite::{Env, Expr, Scope, Type};
/// use polyreactor_contract::{Scalar, Val};
///
/// let scope = Scope::default().with("a", Scalar::S32).with("b", Scalar::S32);
/// let expr = Expr::parse("a / b > 1", &scope, Some(&Type::Scalar(Scalar::Bool)))?;
/// let (seven, two, zero) = (Val::from(7), Val::from(2), Val::from(0));
/// let env = |b| Env::default().with("a", &seven).with("b", b);
/// assert_eq!(expr.eval(&env(&two)), Some(Val::from(true)));
/// assert_eq!(expr.eval(&env(&zero)), None);
///
/// let fault = Expr::parse("a + c", &scope, None).unwrap_err();
/// assert_eq!(fault.place, 4..5);
/// # Ok::<(), polyreactor_contract::Fault>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    text: String,
    node: check::Node,
    ty: Type,
}

/// The names that an expression may use, with their types.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    names: Vec<(String, Type)>,
    /// The types of `$1`, `$2` …; `None` for a call without a result.
    results: Vec<Option<Type>>,
}

/// The values of the names in an expression.
#[derive(Debug, Clone, Default)]
pub struct Env<'v> {
    names: Vec<(Cow<'v, str>, &'v Val)>,
    results: &'v [Option<Val>],
}

impl Expr {
    /// Parses and checks an expression, which has to be of the type `wanted`, if there is one.
    ///
    /// # Errors
    ///
    /// The first [`Fault`] in the text.
    pub fn parse(text: &str, scope: &Scope, wanted: Option<&Type>) -> Result<Expr, Fault> {
        Expr::of_tree(text, &parse::tree(text)?, scope, wanted)
    }

    /// Checks a tree that was parsed from `text`.
    pub(super) fn of_tree(
        text: &str,
        tree: &tree::Tree,
        scope: &Scope,
        wanted: Option<&Type>,
    ) -> Result<Expr, Fault> {
        let (node, ty) = check::Checker { text, scope }.check(tree, wanted)?;
        Ok(Expr { text: text[tree.range.clone()].to_owned(), node, ty })
    }

    /// The type of the value.
    pub fn ty(&self) -> &Type {
        &self.ty
    }

    /// The value; `None` if it is undefined. It is undefined too if a name or a result is missing
    /// in `env`, or is of another type than in the scope.
    pub fn eval(&self, env: &Env<'_>) -> Option<Val> {
        eval::eval(&self.node, env).map(Cow::into_owned)
    }

    /// Whether the expression, a condition, holds; `None` if it is undefined.
    pub fn holds(&self, env: &Env<'_>) -> Option<bool> {
        match self.eval(env)? {
            Val::Bool(holds) => Some(holds),
            _ => None,
        }
    }
}

impl Scope {
    /// Adds a name. If it is added twice, the first one is used.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, ty: impl Into<Type>) -> Scope {
        self.names.push((name.into(), ty.into()));
        self
    }

    /// Adds a name before the others.
    pub(super) fn with_first(mut self, name: &str, ty: Type) -> Scope {
        self.names.insert(0, (name.to_owned(), ty));
        self
    }

    /// Adds the type of the next call's result: first that of `$1`, then that of `$2` …
    #[must_use]
    pub fn with_result(mut self, ty: Option<Type>) -> Scope {
        self.results.push(ty);
        self
    }

    fn get(&self, name: &str) -> Option<&Type> {
        self.names.iter().find(|(known, _)| known == name).map(|(_, ty)| ty)
    }
}

impl<'v> Env<'v> {
    /// Adds the value of a name. If it is added twice, the first one is used.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'v, str>>, value: &'v Val) -> Env<'v> {
        self.names.push((name.into(), value));
        self
    }

    /// Sets the values of `$1`, `$2` …; `None` for a call without a result.
    #[must_use]
    pub fn with_results(mut self, results: &'v [Option<Val>]) -> Env<'v> {
        self.results = results;
        self
    }

    fn get(&self, name: &str) -> Option<&'v Val> {
        self.names.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }
}

/// The text as the author wrote it.
impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests;
