//! The macros of `polyreactor-guest`. This file has the entry points; each macro is implemented in
//! a file of its own.

use proc_macro::TokenStream;
use quote::quote;

mod export;
mod import;
mod init;
mod layout;
mod name;
mod refuse;
mod signature;
mod types;

/// Exports a function to the host.
///
/// The types of parameters:
///
/// | type | argument |
/// |---|---|
/// | `bool`, `i32`, `u32`, `i64`, `u64`, `f32`, `f64` | the value |
/// | `&str` | a string, valid during the call |
/// | `&[T]` | a list of numbers from 8 to 64 bits, or of bools, valid during the call |
/// | `String`, `Vec<T>` | a copy of a string or a list |
/// | `&T`, `&mut T` | a pointer to a number, a bool, an array or a record, valid during the call |
/// | `GuestPtr<T>` | such a pointer, which is checked at each use and may be kept after the call |
///
/// A function has no result, or one of these types: a number or a bool, `String`, `&'static str`,
/// `Vec<T>`, `&'static [T]` (T a number from 8 to 64 bits or a bool), `GuestPtr<T>`. A record is a
/// struct that derives `HostLayout`. The function itself is unchanged and can be called from Rust.
///
/// ```
/// use polyreactor_guest::{HostLayout, export};
///
/// #[derive(HostLayout)]
/// #[repr(C)]
/// pub struct Point {
///     x: i32,
///     y: f64,
/// }
///
/// #[export]
/// fn scale(point: &mut Point, by: f64) {
///     point.y *= by;
/// }
///
/// #[export(name = "greet")]
/// fn greeting(name: &str) -> String {
///     format!("hello {name}")
/// }
///
/// #[export]
/// fn invert(image: &[u8]) -> Vec<u8> {
///     image.iter().map(|value| 255 - value).collect()
/// }
/// ```
///
/// The argument `name` is the export's name; by default it is the function's. It may be that of a
/// libc function, such as `write` or `exp`: the linker's symbol of the export is
/// `polyreactor-export:exp`, so that `f64::exp` and other libraries still call libc's.
/// `build-guests` and `patch` rename the export to `exp`; a module that cargo alone has built still
/// exports the symbol (CONVENTION, R013).
///
/// # Panics
///
/// The shim that the host calls checks the arguments. Each of these is a panic whose message names
/// the export: a bool that is neither 0 nor 1; a string that is not UTF-8; a pointer, string or
/// list that is null, misaligned, or not inside a block that the host has allocated with
/// `polyreactor_alloc` and not freed yet; a `&mut` that overlaps with another pointer, string or
/// list of a running call. An empty string or list may have any address.
///
/// # Errors
///
/// A compile error, at the author's line, for a function that is `async`, `unsafe`, generic,
/// variadic or a method; for a parameter that is a pattern; for a type that is not listed above;
/// for more parameters than Go can pass (parameters and result take at most 128 bytes on its stack,
/// and at most 16 core parameters); and for a name that is reserved for the reactor, the linker or
/// the component model. CONVENTION, "Types at the plain level", defines the types and limits. For
/// an associated function without `self`, the first error is rustc's, about a `use` or a `const`
/// inside of an `impl`: make it a free function.
#[proc_macro_attribute]
pub fn export(arguments: TokenStream, item: TokenStream) -> TokenStream {
    export::expand(arguments.into(), item.into()).into()
}

/// Declares functions of the host, as safe functions. The argument `module` is the name of the
/// module from which the plugin imports them, as in the contract (`[imports.host]`);
/// `#[link_name = "…"]` gives a function a name in the host that differs from its name in Rust.
///
/// Parameters have the types that exported functions take, but not the copies `String` and
/// `Vec<T>`. A function has no result, or a number, a bool, a `String`, a `Vec<T>` or a
/// `GuestPtr<T>`. The host may use the arguments during the call only.
///
/// # Panics
///
/// The results of the host, and the bytes behind `&mut` arguments, are checked after the call: a
/// bool that is neither 0 nor 1, a string that is not UTF-8, or a string or list that is not in a
/// block from `polyreactor_alloc` is a panic whose message names the function.
///
/// ```
/// use polyreactor_guest::import;
///
/// #[import(module = "host")]
/// extern "C" {
///     /// Writes a line into the host's log.
///     pub fn log(message: &str);
///     #[link_name = "random-number"]
///     fn random_number(below: u32) -> u32;
/// }
/// ```
///
/// Natively there is no host, so that each call panics. To test logic that needs the host, pass it
/// what it needs as a parameter:
///
/// ```
/// fn roll(random_number: impl Fn(u32) -> u32) -> u32 {
///     random_number(6) + 1
/// }
///
/// assert_eq!(roll(|_| 3), 4);
/// ```
///
/// # Errors
///
/// A compile error, at the author's line, for unsupported types and signatures, as for
/// [`macro@export`], and for a missing `module`.
#[proc_macro_attribute]
pub fn import(arguments: TokenStream, item: TokenStream) -> TokenStream {
    import::expand(arguments.into(), item.into()).into()
}

/// Marks a function that initialises the plugin. It runs once, inside `_initialize`, before the
/// host can call any export.
///
/// The function has no parameters and no result; a panic in it means that instantiation fails
/// (CONVENTION, B001). It is a static constructor (an entry of `.init_array`), not a function
/// called `_initialize`, because rustc 1.100 and later link one themselves (CONVENTION, "Toolchain
/// drift"). The linker decides in which order several init hooks run. Natively nothing calls the
/// function: a test that needs it has to call it.
///
/// ```
/// #[polyreactor_guest::init]
/// fn set_up() {
///     eprintln!("ready");
/// }
/// ```
///
/// # Errors
///
/// A compile error, at the author's line, for a function that has parameters or a result, or that
/// is `async`, `unsafe`, generic or a method.
#[proc_macro_attribute]
pub fn init(arguments: TokenStream, item: TokenStream) -> TokenStream {
    init::expand(arguments.into(), item.into()).into()
}

#[doc = include_str!("host_layout.md")]
///
/// This derive is for crates that depend on `polyreactor-layout` directly. `polyreactor-guest` and
/// `polyreactor-host` have derives of the same name for crates that depend on them.
#[proc_macro_derive(HostLayout)]
pub fn host_layout(item: TokenStream) -> TokenStream {
    layout::expand(item.into(), &quote!(::polyreactor_layout)).into()
}

#[doc = include_str!("host_layout.md")]
///
/// `polyreactor-guest` re-exports this derive as `HostLayout`.
#[proc_macro_derive(HostLayoutOfGuest)]
pub fn host_layout_of_guest(item: TokenStream) -> TokenStream {
    layout::expand(item.into(), &quote!(::polyreactor_guest::layout)).into()
}

#[doc = include_str!("host_layout.md")]
///
/// `polyreactor-host` re-exports this derive as `HostLayout`.
#[proc_macro_derive(HostLayoutOfHost)]
pub fn host_layout_of_host(item: TokenStream) -> TokenStream {
    layout::expand(item.into(), &quote!(::polyreactor_host::layout)).into()
}
