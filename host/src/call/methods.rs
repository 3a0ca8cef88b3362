//! The methods that an [`Instance`] and a [`Caller`] have in common.

use polyreactor_contract::{Outcome, Val};

use crate::abi::{Lift, Params};
use crate::call::{Caller, Func, dynamic, typed};
use crate::error::{CallError, OutOfBounds};
use crate::instance::Instance;
use crate::instance::access::private::Enter;

macro_rules! methods {
    ($($of:ty, $called:literal, $looked_up:literal, $dynamic:literal;)*) => {$(
        impl $of {
            /// Calls an export by name, with values of Rust's own types.
            ///
            #[doc = $called]
            ///
            /// The types are checked against the module's contract where it declares the export,
            /// else against the core types: once for an export and its types, not at each call.
            /// Strings, lists and records are copied into memory of the guest's allocator for the
            /// call; what has become of a `&mut T` there is copied back.
            ///
            /// # Errors
            ///
            /// Those of [`CallError`]. After the [fatal](CallError::is_fatal) ones the instance is
            /// poisoned.
            #[inline]
            pub fn call<R: Lift>(
                &mut self,
                name: &str,
                params: impl Params,
            ) -> Result<R, CallError> {
                typed::by_name(self.access(), name, params)
            }

            /// Looks up an export, and checks its type once for all calls.
            ///
            #[doc = $looked_up]
            ///
            /// # Errors
            ///
            /// [`CallError::NoSuchExport`], [`CallError::NotAFunction`], [`CallError::Reserved`];
            /// [`CallError::NotAsDeclared`] where the contract declares another type,
            /// [`CallError::TypeMismatch`] where there is no contract and the core type is another
            /// one.
            pub fn func<P: Params, R: Lift>(
                &mut self,
                name: &str,
            ) -> Result<Func<P, R>, CallError> {
                Func::new(self.access(), name)
            }

            /// Calls an export by name, with values whose types are known only at run time: those
            /// of the module's contract where it declares the export, else core values.
            ///
            #[doc = $dynamic]
            ///
            /// The [`Outcome`] holds the result, and the values behind pointers that the guest has
            /// changed. Without a contract, integers come back signed.
            ///
            /// # Errors
            ///
            /// Those of [`CallError`]; [`CallError::NotAsDeclared`] or
            /// [`CallError::ArgumentMismatch`] where the values don't fit. After the
            /// [fatal](CallError::is_fatal) ones the instance is poisoned.
            pub fn call_dynamic(
                &mut self,
                name: &str,
                values: &[Val],
            ) -> Result<Outcome, CallError> {
                dynamic::call(self.access(), name, values)
            }

            /// The guest's whole memory, from address 0. It stays where it is until the guest is
            /// called again.
            pub fn memory(&mut self) -> &mut [u8] {
                self.bytes()
            }

            /// The bytes at an address of the guest's memory.
            ///
            /// # Errors
            ///
            /// [`OutOfBounds`] where not all of them are in the guest's memory.
            pub fn read(&mut self, address: u32, length: u32) -> Result<&[u8], OutOfBounds> {
                let end = address as usize + length as usize;
                let bytes = self.memory().get(address as usize..end);
                bytes.ok_or(OutOfBounds { address, length })
            }

            /// Writes bytes to an address of the guest's memory.
            ///
            /// # Errors
            ///
            /// [`OutOfBounds`] where not all of them fit in the guest's memory; then nothing is
            /// written.
            pub fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), OutOfBounds> {
                let end = (address as usize).saturating_add(bytes.len());
                let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                let place = self.memory().get_mut(address as usize..end);
                place.ok_or(OutOfBounds { address, length })?.copy_from_slice(bytes);
                Ok(())
            }

            /// The state that [`InstanceConfig::state`](crate::InstanceConfig::state) gave the
            /// instance; `None` where that is of another type, or there is none.
            pub fn state<T: 'static>(&mut self) -> Option<&mut T> {
                self.data_mut().user()
            }

            /// The plugin's name, as [`InstanceConfig::name`](crate::InstanceConfig::name) gave it
            /// to the instance; else the stem of the file's name.
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
    "It is the guest that called the host function; it waits for that (B009). A call that fails \
     fatally poisons the instance, and so ends the call that the host function is part of, \
     whatever the host function returns. How deep calls go is bounded by the stack.",
    "The function can be called while the guest waits for this host function (B009).",
    "It is the guest that called the host function; it waits for that (B009).";
}
