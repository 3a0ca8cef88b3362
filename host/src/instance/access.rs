//! What can be called: an instance, or the caller of a host function, which stands for one.

use crate::instance::Instance;

/// What can be called: an [`Instance`], or the [`Caller`](crate::Caller) that a host function is
/// given, which stands for the instance that has called it.
pub trait AsInstance: private::Enter {}

impl AsInstance for Instance {}

pub(crate) mod private {
    use std::sync::Arc;

    use wasmtime::StoreContextMut;

    use crate::error::CallError;
    use crate::instance::life_cycle::{Entry, refuse};
    use crate::instance::state::State;
    use crate::instance::template::Template;

    /// The way into a guest.
    pub trait Enter {
        #[doc(hidden)]
        fn access(&mut self) -> Access<'_>;

        /// The guest's memory, also while `_initialize` is running.
        #[doc(hidden)]
        fn bytes(&mut self) -> &mut [u8];

        #[doc(hidden)]
        fn data(&self) -> &State;

        #[doc(hidden)]
        fn data_mut(&mut self) -> &mut State;
    }

    /// A store, and whether a call of its instance begins or goes on.
    pub struct Access<'a, T = Option<&'a Arc<Template>>> {
        pub(crate) store: StoreContextMut<'a, State>,
        /// `None` as long as `_initialize` is running.
        pub(crate) template: T,
        pub(crate) entry: Entry,
    }

    impl<'a> Access<'a> {
        /// Fails as long as `_initialize` is running: `name` is the export that is to be called.
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
