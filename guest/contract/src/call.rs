//! CALLs: calls as text, `add(1, 2)`, and the text of their results, ` = 3`.
//!
//! The name is the text before the first `(`, or a JSON string. The arguments are WAVE, extended by
//! NaNs with a payload; fields have the contract's names.
//!
//! `name.rs` and `tree.rs` parse a CALL without types, `typed.rs` and `nan.rs` convert its
//! arguments to values of given types, `shown.rs` writes calls and results.

use std::ops::Range;

use crate::core_type::{CoreType, FuncType};
use crate::fault::{Fault, Faults};
use crate::quote;
use crate::signature::Signature;
use crate::val::Val;
use tree::Tree;

mod name;
mod nan;
mod shown;
mod tree;
mod typed;

pub use shown::{CallText, Outcome};

/// A parsed CALL, whose arguments have not been checked against a function's type yet.
///
/// ```
/// use polyreactor_contract::{Call, CoreType, FuncType, Val};
///
/// let add = FuncType::new([CoreType::I32, CoreType::I32], [CoreType::I32]);
/// let call = Call::parse("add(1, 4294967295)")?;
/// assert_eq!(call.name(), "add");
/// assert_eq!(call.core_arguments(&add), Ok(vec![Val::from(1), Val::from(-1)]));
///
/// let fault = &Call::parse("add(1, two)")?.core_arguments(&add).unwrap_err()[0];
/// assert_eq!(fault.place, 7..10);
/// assert!(fault.cause.contains("`two` is no i32"), "{fault}");
/// # Ok::<(), polyreactor_contract::Fault>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    text: String,
    name: String,
    arguments: Vec<Tree>,
    /// The place from the `(` to the `)`.
    parentheses: Range<usize>,
}

impl Call {
    /// Parses a CALL. White space around it is ignored.
    ///
    /// # Errors
    ///
    /// The first syntax [`Fault`].
    pub fn parse(text: &str) -> Result<Call, Fault> {
        let (name, begin) = name::split(text)?;
        let (arguments, end) = tree::arguments(text, begin)?;
        let parentheses = begin..end;
        Ok(Call { text: text.to_owned(), name, arguments, parentheses })
    }

    /// The name of the export.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The texts of the arguments, in order.
    pub fn argument_texts(&self) -> impl ExactSizeIterator<Item = &str> {
        self.arguments.iter().map(|tree| &self.text[tree.range.clone()])
    }

    /// The arguments as values of the types that a contract declares.
    ///
    /// # Errors
    ///
    /// Every [`Fault`], up to 100, in the order of the text; only one if the number of arguments is
    /// wrong.
    pub fn arguments(&self, signature: &Signature) -> Result<Vec<Val>, Vec<Fault>> {
        let parameters = signature.parameters();
        self.count(parameters.len(), &|| signature.to_string())?;
        let types = parameters.iter().map(|parameter| &parameter.ty);
        self.read(types, |reader, tree, ty| reader.value(tree, ty))
    }

    /// The arguments as core values. The text of an integer may be from the signed or from the
    /// unsigned range; the value is signed, [`Val::S32`] or [`Val::S64`].
    ///
    /// # Errors
    ///
    /// Every [`Fault`], up to 100, in the order of the text; only one if the number of arguments is
    /// wrong, or if the function has parameters that are no numbers.
    pub fn core_arguments(&self, ty: &FuncType) -> Result<Vec<Val>, Vec<Fault>> {
        let name = quote::excerpt(&self.name);
        if !ty.params.iter().all(CoreType::is_number) {
            let cause = format!("`{name}` is {ty}, and only numbers can be passed to it");
            let remedy = "call an export that takes numbers";
            return Err(vec![Fault::new(self.parentheses.clone(), cause, remedy)]);
        }
        self.count(ty.params.len(), &|| ty.to_string())?;
        self.read(ty.params.iter(), |reader, tree, ty| reader.core_value(tree, ty))
    }

    fn count(&self, takes: usize, signature: &dyn Fn() -> String) -> Result<(), Vec<Fault>> {
        let given = self.arguments.len();
        if takes == given {
            return Ok(());
        }
        let plural = if takes == 1 { "" } else { "s" };
        let name = quote::excerpt(&self.name);
        let cause = format!("`{name}` takes {takes} argument{plural} and was given {given}");
        // The superfluous arguments, or the place before the `)` where the next one is missing.
        let place = match self.arguments.get(takes) {
            Some(first) => first.range.start..self.arguments[given - 1].range.end,
            None => self.parentheses.end - 1..self.parentheses.end,
        };
        Err(vec![Fault::new(place, cause, format!("`{name}` is {}", signature()))])
    }

    fn read<'t, T: 't>(
        &self,
        types: impl Iterator<Item = &'t T>,
        one: impl Fn(&mut typed::Reader<'_>, &Tree, &T) -> Option<Val>,
    ) -> Result<Vec<Val>, Vec<Fault>> {
        let mut faults = Faults::default();
        let pairs = self.arguments.iter().zip(types).enumerate();
        let values: Vec<_> = pairs
            .map(|(number, (tree, ty))| {
                let argument =
                    format!("argument {} of `{}`", number + 1, quote::excerpt(&self.name));
                let mut reader =
                    typed::Reader { text: &self.text, argument: &argument, faults: &mut faults };
                one(&mut reader, tree, ty)
            })
            .collect();
        faults.or(values.into_iter().collect())
    }
}

#[cfg(test)]
mod tests;
