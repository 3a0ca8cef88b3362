//! [`Func`]: an export that has been looked up and checked.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use wasmtime::{AsContextMut, TypedFunc};

use crate::abi::call_scope::GuestAlloc;
use crate::abi::{Lift, Params};
use crate::call::typed;
use crate::error::CallError;
use crate::instance::access::AsInstance;
use crate::instance::access::private::Access;

/// An export of one instance, looked up and checked by [`Instance::func`](crate::Instance::func)
/// or [`Caller::func`](crate::Caller::func).
///
/// A function belongs to the instance that it was looked up in: calling it with another instance
/// returns [`CallError::WrongInstance`]. A clone is a handle to the same function.
pub struct Func<P: Params, R: Lift> {
    func: wasmtime::Func,
    /// The same function where arguments and result need no guest memory: the engine's typed call
    /// is the fastest one.
    flat: Option<TypedFunc<P::Core, R::Core>>,
    instance: u64,
    export: Arc<str>,
    types: PhantomData<fn(P) -> R>,
}

impl<P: Params, R: Lift> Func<P, R> {
    pub(super) fn new(access: Access<'_>, name: &str) -> Result<Self, CallError> {
        let Access { mut store, template, .. } = access.ready(name)?;
        let (number, function) = template.exports.find(name)?;
        let func = typed::checked::<P, R>(store.as_context_mut(), number, function)?;
        // SAFETY: `P` and `R` fit the function's type (`checked`), and so do their core types.
        let flat =
            (P::IS_FLAT && R::IS_FLAT).then(|| unsafe { TypedFunc::new_unchecked(&store, func) });
        let instance = store.data().id;
        Ok(Func { func, flat, instance, export: function.name.clone(), types: PhantomData })
    }

    /// Calls the function in `instance`, which is the instance that the function was looked up in,
    /// or a [`Caller`](crate::Caller) of that instance.
    ///
    /// The arguments are of the types in `P`. Where `P` has references, each call may pass
    /// references with another lifetime:
    ///
    /// ```no_run
    /// use polyreactor_host::{Func, HostLayout};
    ///
    /// #[derive(HostLayout, Default)]
    /// #[repr(C)]
    /// struct Point {
    ///     x: i32,
    ///     y: f64,
    /// }
    ///
    /// # fn run(instance: &mut polyreactor_host::Instance) -> Result<(), polyreactor_host::CallError> {
    /// let scale: Func<(&mut Point, f64), ()> = instance.func("scale")?;
    /// let (mut one, mut two) = (Point::default(), Point::default());
    /// scale.call(instance, (&mut one, 2.0))?;
    /// scale.call(instance, (&mut two, 3.0))?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`CallError::WrongInstance`], and the errors of [`Instance::call`](crate::Instance::call)
    /// that do not concern the export's name or type. A [fatal](CallError::is_fatal) error means
    /// that the instance is poisoned.
    ///
    /// # Panics
    ///
    /// Where a host function that the guest calls panics: the panic unwinds out of this method, and
    /// the instance is poisoned.
    #[inline]
    pub fn call(
        &self,
        instance: &mut impl AsInstance,
        params: P::With<'_>,
    ) -> Result<R, CallError> {
        let access = instance.access();
        if access.store.data().id != self.instance {
            return Err(self.wrong_instance());
        }
        if let Some(func) = &self.flat {
            return typed::call_flat(access, func, &self.export, &params);
        }
        let Access { store, template, entry } = access.ready(&self.export)?;
        typed::call(GuestAlloc { store, template, entry }, self.func, &self.export, params)
    }

    /// The name of the export.
    pub fn name(&self) -> &str {
        &self.export
    }

    #[cold]
    fn wrong_instance(&self) -> CallError {
        CallError::WrongInstance { export: self.export.clone() }
    }
}

impl<P: Params, R: Lift> Clone for Func<P, R> {
    fn clone(&self) -> Self {
        let Func { func, flat, instance, export, types } = self;
        let (flat, export) = (flat.clone(), export.clone());
        Func { func: *func, flat, instance: *instance, export, types: *types }
    }
}

impl<P: Params, R: Lift> fmt::Debug for Func<P, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Func").field("export", &self.export).finish_non_exhaustive()
    }
}
