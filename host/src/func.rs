//! An export whose type has been checked: numbers in, numbers out, no look-up in between.

use std::fmt;
use std::sync::Arc;

use wasmtime::TypedFunc;

use crate::params::{Params, Results};
use crate::{Error, Instance};

/// An export of one instance, looked up and checked by [`Instance::func`].
///
/// It belongs to the instance that it was looked up in; with any other one it answers
/// [`Error::WrongInstance`]. A clone is the same function.
pub struct Func<P, R> {
    typed: TypedFunc<P, R>,
    instance: u64,
    export: Arc<str>,
}

impl<P: Params, R: Results> Func<P, R> {
    pub(crate) fn new(typed: TypedFunc<P, R>, instance: u64, export: Arc<str>) -> Self {
        Func { typed, instance, export }
    }

    /// Calls it.
    ///
    /// # Errors
    ///
    /// One of those that [`Error`] lists under "Call", after which the instance has ended;
    /// [`Error::WrongInstance`]; [`Error::Host`].
    pub fn call(&self, instance: &mut Instance, params: P) -> Result<R, Error> {
        if instance.id() != self.instance {
            return Err(Error::WrongInstance { export: self.export.clone() });
        }
        instance.run(&self.export, |store| self.typed.call(store, params))
    }

    /// The name that it is exported under.
    pub fn name(&self) -> &str {
        &self.export
    }
}

impl<P, R> Clone for Func<P, R> {
    fn clone(&self) -> Self {
        Func { typed: self.typed.clone(), instance: self.instance, export: self.export.clone() }
    }
}

impl<P, R> fmt::Debug for Func<P, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Func").field("export", &self.export).finish_non_exhaustive()
    }
}
