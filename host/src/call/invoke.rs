//! A call with Rust's own values: bools, strings and records in and out, held against the
//! contract where there is one, against the core types where there is none.

use std::any::type_name;

use polyreactor_contract::{Parameter, ValueType};
use wasmtime::{StoreContextMut, ValRaw};

use crate::abi::call_scope::{Block, Session};
use crate::abi::values::{Answer, Argument};
use crate::instance::exports::Function;
use crate::instance::life_cycle::Entry;
use crate::instance::state::State;
use crate::load::reactor::Compiled;
use crate::{BadValue, CoreType, Error, FuncType};

/// What [`Instance::invoke`](crate::Instance::invoke) takes: a tuple of up to eight
/// [`Argument`]s.
pub trait Arguments {
    #[doc(hidden)]
    fn types() -> Vec<CoreType>;
    #[doc(hidden)]
    fn fit(parameters: &[Parameter]) -> bool;
    /// What a message adds where they do not fit.
    #[doc(hidden)]
    fn differences(parameters: &[Parameter]) -> Vec<String>;
    #[doc(hidden)]
    fn lower(
        &self,
        session: &mut Session<'_>,
        raw: &mut Vec<ValRaw>,
    ) -> Result<Vec<Option<Block>>, Error>;
    #[doc(hidden)]
    fn take_back(
        &mut self,
        session: &mut Session<'_>,
        blocks: &[Option<Block>],
    ) -> Result<(), BadValue>;
}

macro_rules! arguments {
    ($($ty:ident $number:tt)*) => {
        impl<$($ty: Argument),*> Arguments for ($($ty,)*) {
            fn types() -> Vec<CoreType> {
                [$($ty::types()),*].concat()
            }

            fn fit(parameters: &[Parameter]) -> bool {
                const COUNT: usize = [$($number),*].len();
                parameters.len() == COUNT $(&& $ty::fits(&parameters[$number].ty))*
            }

            fn differences(parameters: &[Parameter]) -> Vec<String> {
                let differences: &[fn(&ValueType) -> Option<String>] = &[$($ty::difference),*];
                let pairs = differences.iter().zip(parameters);
                pairs.filter_map(|(difference, parameter)| difference(&parameter.ty)).collect()
            }

            fn lower(
                &self,
                session: &mut Session<'_>,
                raw: &mut Vec<ValRaw>,
            ) -> Result<Vec<Option<Block>>, Error> {
                Ok(vec![$(self.$number.lower(session, raw)?),*])
            }

            fn take_back(
                &mut self,
                session: &mut Session<'_>,
                blocks: &[Option<Block>],
            ) -> Result<(), BadValue> {
                $(if let Some(block) = blocks[$number] {
                    self.$number.take_back(session.bytes(block))?;
                })*
                Ok(())
            }
        }
    };
}

impl Arguments for () {
    fn types() -> Vec<CoreType> {
        Vec::new()
    }

    fn fit(parameters: &[Parameter]) -> bool {
        parameters.is_empty()
    }

    fn differences(_: &[Parameter]) -> Vec<String> {
        Vec::new()
    }

    fn lower(&self, _: &mut Session<'_>, _: &mut Vec<ValRaw>) -> Result<Vec<Option<Block>>, Error> {
        Ok(Vec::new())
    }

    fn take_back(&mut self, _: &mut Session<'_>, _: &[Option<Block>]) -> Result<(), BadValue> {
        Ok(())
    }
}

arguments!(A 0);
arguments!(A 0 B 1);
arguments!(A 0 B 1 C 2);
arguments!(A 0 B 1 C 2 D 3);
arguments!(A 0 B 1 C 2 D 3 E 4);
arguments!(A 0 B 1 C 2 D 3 E 4 F 5);
arguments!(A 0 B 1 C 2 D 3 E 4 F 5 G 6);
arguments!(A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7);

pub(crate) fn invoke<A: Arguments, R: Answer>(
    store: StoreContextMut<'_, State>,
    reactor: &Compiled,
    entry: Entry,
    name: &str,
    mut arguments: A,
) -> Result<R, Error> {
    let (number, function) = reactor.exports.find(name)?;
    check::<A, R>(function)?;
    Session::run(store, reactor, entry, |session| {
        let mut raw = Vec::new();
        let blocks = arguments.lower(session, &mut raw)?;
        let result = session.call(number, function, raw)?;
        let bad = |cause| Error::BadResult { export: function.name.clone(), cause };
        // Copied before the guest is called again, which may use its buffers for something else
        // (B010).
        let answer = R::lift(&result, session.guest()).map_err(bad)?;
        arguments
            .take_back(session, &blocks)
            .map_err(|BadValue(text)| bad(BadValue(format!("{text}, behind an argument"))))?;
        Ok(answer)
    })
}

fn check<A: Arguments, R: Answer>(function: &Function) -> Result<(), Error> {
    if let Some(declared) = &function.declared {
        if A::fit(declared.parameters()) && R::fits(declared.result()) {
            return Ok(());
        }
        let differences = A::differences(declared.parameters());
        return Err(Error::NotAsDeclared {
            export: function.name.clone(),
            declared: declared.clone(),
            asked: format!("{} -> {}{}", type_name::<A>(), type_name::<R>(), differences.concat()),
        });
    }
    let asked = FuncType::new(A::types(), R::types().iter().cloned());
    if asked == function.signature {
        return Ok(());
    }
    let (export, actual) = (function.name.clone(), function.signature.clone());
    Err(Error::TypeMismatch { export, actual, asked })
}
