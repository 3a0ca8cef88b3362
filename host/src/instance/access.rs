//! [`AsInstance`]: access to the store of an instance, from outside or from a host function.

use crate::instance::Instance;

/// An instance to call a [`Func`](crate::Func) with: an [`Instance`], or in a host function the
/// [`Caller`](crate::Caller), which stands for the instance that has called the host function.
///
/// The trait is sealed.
pub trait AsInstance: private::Enter {}

impl AsInstance for Instance {}

pub(crate) mod private {
    use std::sync::Arc;

    use wasmtime::StoreContextMut;

    use crate::error::CallError;
    use crate::instance::life_cycle::{Entry, refuse};
    use crate::instance::state::State;
    use crate::instance::template::Template;

    /// Access to the store of an instance. Private, which seals [`AsInstance`](super::AsInstance).
    pub trait Enter {
        #[doc(hidden)]
        fn access(&mut self) -> Access<'_>;

        /// The guest's memory, also while `_initialize` is running; empty in a forked child.
        #[doc(hidden)]
        fn bytes(&mut self) -> &mut [u8];

        #[doc(hidden)]
        fn data(&self) -> &State;

        #[doc(hidden)]
        fn data_mut(&mut self) -> &mut State;
    }

    /// The store of an instance, and whether a call into it is an outer or a re-entrant one.
    pub struct Access<'a, T = Option<&'a Arc<Template>>> {
        pub(crate) store: StoreContextMut<'a, State>,
        /// `None` while `_initialize` is running.
        pub(crate) template: T,
        pub(crate) entry: Entry,
    }

    impl<'a> Access<'a> {
        /// Fails with [`CallError::NotReady`] while `_initialize` is running; `name` is the export
        /// that is to be called.
        #[inline]
        pub(crate) fn ready(self, name: &str) -> Result<Access<'a, &'a Arc<Template>>, CallError> {
            let Access { store, template, entry } = self;
            match template {
                Some(template) => Ok(Access { store, template, entry }),
                None => Err(refuse(store.data(), &name.into())),
            }
        }
    }
}
