//! An export whose type has been checked: numbers in, numbers out, no look-up in between.

use std::fmt;
use std::sync::Arc;

use wasmtime::TypedFunc;

use crate::call::params::{Params, Results};
use crate::instance::life_cycle as life;
use crate::{Caller, Error, Instance};

/// An export of one instance, looked up and checked by [`Instance::func`] or [`Caller::func`].
///
/// It belongs to the instance that it was looked up in; with any other one it answers
/// [`Error::WrongInstance`]. A clone is the same function.
pub struct Func<P, R> {
    typed: TypedFunc<P, R>,
    instance: u64,
    export: Arc<str>,
}

/// What can be called: an [`Instance`], or the [`Caller`] that a host function is given, which
/// stands for the instance that has called it.
pub trait AsInstance: private::Enter {}

impl AsInstance for Instance {}
impl AsInstance for Caller<'_> {}

pub(crate) mod private {
    use wasmtime::StoreContextMut;

    use crate::instance::life_cycle::Entry;
    use crate::instance::state::State;

    /// The way in.
    pub trait Enter {
        #[doc(hidden)]
        fn door(&mut self) -> Door<'_>;

        #[doc(hidden)]
        fn memory(&mut self) -> &mut [u8];
    }

    /// An instance's number, its store, and whether a call of it begins or one goes on.
    pub struct Door<'a> {
        pub(crate) id: u64,
        pub(crate) store: StoreContextMut<'a, State>,
        pub(crate) entry: Entry,
    }
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
    #[inline]
    pub fn call(&self, instance: &mut impl AsInstance, params: P) -> Result<R, Error> {
        let private::Door { id, store, entry } = instance.door();
        if id != self.instance {
            return Err(self.wrong_instance());
        }
        life::enter(store, entry, &self.export, |store| self.typed.call(store, params))
    }

    /// The name that it is exported under.
    pub fn name(&self) -> &str {
        &self.export
    }

    #[cold]
    fn wrong_instance(&self) -> Error {
        Error::WrongInstance { export: self.export.clone() }
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
