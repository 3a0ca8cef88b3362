//! The methods that an [`Instance`] and a [`Caller`] have in common.

use polyreactor_contract::{Outcome, Val};

use crate::abi::{Lift, Params};
use crate::call::{Caller, Func, dynamic, typed};
use crate::error::{CallError, OutOfBounds};
use crate::instance::Instance;
use crate::instance::access::private::Enter;

macro_rules! methods {
    ($($ty:ty, $call_doc:literal, $func_doc:literal, $dynamic_doc:literal;)*) => {$(
        impl $ty {
            /// Calls the export `name` with Rust values ([`Params`](crate::Params)), and returns
            /// its result as a Rust value ([`Lift`](crate::Lift)).
            ///
            #[doc = $call_doc]
            ///
            /// The Rust types are checked against the type that the module's contract declares for
            /// the export, or against the export's core type where no contract declares it. Calls
            /// with the same Rust types as the one before skip the check.
            ///
            /// The host copies strings, lists and records into memory that the guest's allocator
            /// returns. After the call, the host copies the value of each `&mut T` back, and then
            /// frees that memory.
            ///
            /// # Errors
            ///
            /// Any [`CallError`] but [`CallError::WrongInstance`] and
            /// [`CallError::ArgumentMismatch`]. A [fatal](CallError::is_fatal) error means that the
            /// instance is poisoned; after any other error the instance can be called again.
            ///
            /// # Panics
            ///
            /// Where a host function that the guest calls panics: the panic unwinds out of this
            /// method, and the instance is poisoned.
            #[inline]
            pub fn call<R: Lift>(
                &mut self,
                name: &str,
                params: impl Params,
            ) -> Result<R, CallError> {
                typed::by_name(self.access(), name, params)
            }

            /// Looks up the export `name`, and checks its type once for all calls of the returned
            /// [`Func`].
            ///
            #[doc = $func_doc]
            ///
            /// # Errors
            ///
            /// - [`CallError::NoSuchExport`], [`CallError::NotAFunction`], or
            ///   [`CallError::Reserved`] for `_initialize` and `_start`.
            /// - [`CallError::NotAsDeclared`] where the contract declares the export with another
            ///   type; [`CallError::TypeMismatch`] where no contract declares the export and its
            ///   core type is another.
            /// - [`CallError::NotReady`] in a host function that `_initialize` has called.
            /// - [`CallError::Forked`] in a forked child of the process that made the instance.
            pub fn func<P: Params, R: Lift>(
                &mut self,
                name: &str,
            ) -> Result<Func<P, R>, CallError> {
                Func::new(self.access(), name)
            }

            /// Calls the export `name` with values whose types are known only at run time: values
            /// of the types that the module's contract declares, or core values (numbers) where no
            /// contract declares the export.
            ///
            #[doc = $dynamic_doc]
            ///
            /// The [`Outcome`] holds the results, and the new value of each pointer argument whose
            /// value the guest has changed. Without a contract, integer results are signed, and an
            /// export can have at most 32 parameters and at most 32 results. With a contract, a
            /// result that points to more than 1 MiB is a [`CallError::BadResult`].
            ///
            /// # Errors
            ///
            /// As for [`call`](Self::call), but where the values do not have the types of the
            /// parameters: [`CallError::NotAsDeclared`] with a contract,
            /// [`CallError::ArgumentMismatch`] without one. A [fatal](CallError::is_fatal) error
            /// means that the instance is poisoned.
            ///
            /// # Panics
            ///
            /// Where a host function that the guest calls panics: the panic unwinds out of this
            /// method, and the instance is poisoned.
            pub fn call_dynamic(
                &mut self,
                name: &str,
                values: &[Val],
            ) -> Result<Outcome, CallError> {
                dynamic::call(self.access(), name, values)
            }

            /// The guest's whole linear memory, from address 0. The memory of a poisoned instance
            /// can be inspected as well. In a forked child of the process that made an instance,
            /// the memory of that `Instance` is empty.
            pub fn memory(&mut self) -> &mut [u8] {
                self.bytes()
            }

            /// The `length` bytes at `address` of the guest's memory.
            ///
            /// # Errors
            ///
            /// [`OutOfBounds`] where not all of these bytes are in the guest's memory.
            pub fn read(&mut self, address: u32, length: u32) -> Result<&[u8], OutOfBounds> {
                let end = (address as usize).saturating_add(length as usize);
                let bytes = self.memory().get(address as usize..end);
                bytes.ok_or(OutOfBounds { address, length })
            }

            /// Writes `bytes` to the guest's memory, from `address` on.
            ///
            /// # Errors
            ///
            /// [`OutOfBounds`] where not all of the bytes would be in the guest's memory; nothing
            /// is written then.
            pub fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), OutOfBounds> {
                let end = (address as usize).saturating_add(bytes.len());
                let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                let place = self.memory().get_mut(address as usize..end);
                place.ok_or(OutOfBounds { address, length })?.copy_from_slice(bytes);
                Ok(())
            }

            /// The state that [`InstanceConfig::state`](crate::InstanceConfig::state) has set for
            /// the instance; `None` where no state was set, or where the state is no `T`.
            pub fn state<T: 'static>(&mut self) -> Option<&mut T> {
                self.data_mut().user()
            }

            /// The plugin's name: the one set by
            /// [`InstanceConfig::name`](crate::InstanceConfig::name), or else the name of the
            /// module's file without its extension; empty for a module without a file
            /// ([`Reactor::from_bytes`](crate::Reactor::from_bytes)).
            pub fn plugin(&self) -> &str {
                &self.data().plugin
            }
        }
    )*};
}

methods! {
    Instance,
    r###"```
# use polyreactor_host::{Engine, EngineConfig, InstanceConfig, Reactor};
# let bytes = wat::parse_str(r#"
#     (module (memory (export "memory") 1) (func (export "_initialize"))
#       (func (export "add") (param i32 i32) (result i32)
#         (i32.add (local.get 0) (local.get 1))))"#)?;
# let reactor = Reactor::from_bytes(&Engine::new(&EngineConfig::new())?, &bytes)?;
let mut instance = reactor.instantiate(&InstanceConfig::new())?;
let sum: i32 = instance.call("add", (2, 3))?;
assert_eq!(sum, 5);
# Ok::<(), Box<dyn std::error::Error>>(())
```"###,
    r###"```
# use polyreactor_host::{Engine, EngineConfig, InstanceConfig, Reactor};
# let bytes = wat::parse_str(r#"
#     (module (memory (export "memory") 1) (func (export "_initialize"))
#       (func (export "add") (param i32 i32) (result i32)
#         (i32.add (local.get 0) (local.get 1))))"#)?;
# let reactor = Reactor::from_bytes(&Engine::new(&EngineConfig::new())?, &bytes)?;
let mut instance = reactor.instantiate(&InstanceConfig::new())?;
let add = instance.func::<(i32, i32), i32>("add")?;
assert_eq!(add.call(&mut instance, (2, 3))?, 5);

let wrong = instance.func::<i64, i32>("add").unwrap_err();
assert_eq!(wrong.to_string(), "`add` is (i32, i32) -> i32, not (i64) -> i32");
# Ok::<(), Box<dyn std::error::Error>>(())
```"###,
    r###"```
# use polyreactor_host::{Engine, EngineConfig, InstanceConfig, Reactor};
# let bytes = wat::parse_str(r#"
#     (module (memory (export "memory") 1) (func (export "_initialize"))
#       (func (export "half") (param f64) (result f64)
#         (f64.div (local.get 0) (f64.const 2))))"#)?;
# let reactor = Reactor::from_bytes(&Engine::new(&EngineConfig::new())?, &bytes)?;
use polyreactor_host::Val;

let mut instance = reactor.instantiate(&InstanceConfig::new())?;
let outcome = instance.call_dynamic("half", &[Val::from(3.0)])?;
assert_eq!(outcome.results, [Val::from(1.5)]);
# Ok::<(), Box<dyn std::error::Error>>(())
```"###;
    Caller<'_>,
    "This is a re-entrant call: the guest that called the host function waits meanwhile \
     (CONVENTION B009). The deadline of the outer call holds. A fatal error poisons the instance, \
     and so ends the outer call, whatever the host function returns. The depth of re-entrant \
     calls is bounded by the Wasm stack of the outer call.",
    "The function can be called while the guest waits for this host function (CONVENTION B009).",
    "This is a re-entrant call: the guest that called the host function waits meanwhile \
     (CONVENTION B009), and the deadline of the outer call holds.";
}
