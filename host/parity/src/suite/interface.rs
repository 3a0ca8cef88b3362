//! [`Interface`]: what a plugin exports and imports, which a suite is checked against.

use std::borrow::Cow;

use polyreactor_contract::{
    CoreType, Fault, FuncType, Signature, Val, ValueType, nearest_names, quote,
};

use super::expr::{Env, Scope, Type};
use super::fault::{at, near_or};

/// The exports and imports that all implementations have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interface {
    /// The exports. A suite refers to them by their index here.
    pub exports: Vec<Export>,
    /// The imports that the contract declares, without those of WASI.
    pub imports: Vec<HostFunction>,
}

/// An exported function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The name.
    pub name: String,
    /// The contract's signature; `None` for a function that the contract does not have.
    pub signature: Option<Signature>,
    /// The core type.
    pub ty: FuncType,
}

/// An imported function, which the host provides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostFunction {
    /// The module that the function is imported from.
    pub module: String,
    /// The name.
    pub name: String,
    /// The contract's signature.
    pub signature: Signature,
}

/// A parameter of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportParameter<'a> {
    /// The name: the contract's, or `a`, `b`, `c` … without a contract.
    pub name: Cow<'a, str>,
    /// The type: the contract's, or `s32`, `s64`, `f32` or `f64` for a core type.
    pub ty: Cow<'a, ValueType>,
}

impl Export {
    /// The parameters; `None` if the export cannot be called, because a parameter or a result is
    /// neither a number nor of a type of a contract.
    pub fn parameters(&self) -> Option<Vec<ExportParameter<'_>>> {
        if let Some(signature) = &self.signature {
            let parameters = signature.parameters().iter();
            let borrowed = parameters.map(|it| ExportParameter {
                name: Cow::Borrowed(&*it.name),
                ty: Cow::Borrowed(&it.ty),
            });
            return Some(borrowed.collect());
        }
        if !self.ty.is_numeric() {
            return None;
        }
        let typed = self.ty.params.iter().enumerate().map(|(index, core)| {
            let name = Cow::Owned(letters(index));
            Some(ExportParameter { name, ty: Cow::Owned(of_core(core)?) })
        });
        typed.collect()
    }

    /// Whether the export can be called.
    pub fn is_callable(&self) -> bool {
        self.signature.is_some() || self.ty.is_numeric()
    }

    /// The type of the result; `None` if there is none, or more than one.
    pub fn result(&self) -> Option<Type> {
        match (&self.signature, &self.ty.results[..]) {
            (Some(signature), _) => signature.result().map(Type::from),
            (None, [one]) => Type::of_core(one),
            _ => None,
        }
    }

    /// The values of the parameters, for expressions over them. A core i32 is an `S32` and a core
    /// i64 an `S64`.
    pub fn env<'v>(&'v self, arguments: &'v [Val]) -> Env<'v> {
        self.add_to(Env::default(), arguments)
    }

    /// Adds the values of the parameters.
    pub(super) fn add_to<'v>(&'v self, env: Env<'v>, arguments: &'v [Val]) -> Env<'v> {
        let parameters = self.parameters().unwrap_or_default();
        let pairs = parameters.into_iter().zip(arguments);
        pairs.fold(env, |env, (parameter, value)| env.with(parameter.name, value))
    }

    /// The names of the parameters, for expressions.
    pub(super) fn scope(&self) -> Scope {
        let parameters = self.parameters().unwrap_or_default();
        parameters
            .into_iter()
            .fold(Scope::default(), |scope, ExportParameter { name, ty }| scope.with(name, &*ty))
    }
}

impl HostFunction {
    /// The values of the parameters, for expressions over them.
    pub fn env<'v>(&'v self, arguments: &'v [Val]) -> Env<'v> {
        let pairs = self.signature.parameters().iter().zip(arguments);
        pairs.fold(Env::default(), |env, (parameter, value)| env.with(&*parameter.name, value))
    }
}

impl Interface {
    /// The index of the export of that name, which has to be callable.
    pub(super) fn export(
        &self,
        name: &str,
        place: &std::ops::Range<usize>,
    ) -> Result<usize, Fault> {
        let found = self.exports.iter().position(|export| export.name == name);
        if let Some(index) = found.filter(|index| self.exports[*index].is_callable()) {
            return Ok(index);
        }
        let excerpt = quote::excerpt(name);
        let fault = |cause: String, remedy: String| at(place.clone(), cause, remedy);
        if let Some(index) = found {
            let cause = format!("`{excerpt}` is {}, and cannot be called", self.exports[index].ty);
            return Err(fault(cause, "use an export that takes and returns numbers".to_owned()));
        }
        let callable = self.exports.iter().filter(|export| export.is_callable());
        let names: Vec<_> = callable.map(|export| export.name.as_str()).collect();
        let near = nearest_names(name, names.iter().copied(), 1);
        let remedy = match names.is_empty() {
            true => "leave it out: nothing that can be called is exported".to_owned(),
            false => near_or(near.first().copied(), "the exports are: ", names.into_iter()),
        };
        Err(fault(format!("there is no export `{excerpt}`"), remedy))
    }
}

/// The type of a contract that stands for a core type.
fn of_core(core: &CoreType) -> Option<ValueType> {
    Some(match core {
        CoreType::I32 => ValueType::S32,
        CoreType::I64 => ValueType::S64,
        CoreType::F32 => ValueType::F32,
        CoreType::F64 => ValueType::F64,
        CoreType::Other(_) => return None,
    })
}

/// `a`, `b` … `z`, `a1`, `b1` …
fn letters(index: usize) -> String {
    let letter = char::from(b'a' + (index % 26) as u8);
    match index / 26 {
        0 => letter.to_string(),
        round => format!("{letter}{round}"),
    }
}

#[cfg(test)]
mod tests {
    use polyreactor_contract::CoreType::{F64, I32};

    use super::*;

    #[test]
    fn parameters_without_a_contract_are_letters() {
        let ty = FuncType::new((0..28).map(|n| if n == 1 { F64 } else { I32 }), [I32]);
        let export = Export { name: "f".to_owned(), signature: None, ty };
        let parameters = export.parameters().unwrap();
        let names: Vec<_> = parameters.iter().map(|it| &*it.name).collect();
        assert_eq!((names[0], names[25], names[26], names[27]), ("a", "z", "a1", "b1"));
        assert_eq!(*parameters[1].ty, ValueType::F64);
        assert_eq!(export.result(), Type::of_core(&I32));
    }

    #[test]
    fn an_export_with_a_vector_cannot_be_called() {
        let vector = CoreType::Other("v128".into());
        let ty = FuncType::new([vector], []);
        let exports = vec![Export { name: "shuffle".to_owned(), signature: None, ty }];
        let interface = Interface { exports, imports: Vec::new() };
        assert!(interface.exports[0].parameters().is_none());
        let fault = interface.export("shuffle", &(0..7)).unwrap_err();
        assert_eq!(fault.cause, "`shuffle` is (v128) -> (), and cannot be called");
    }
}
